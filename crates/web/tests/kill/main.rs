//! kill -9 at every point that matters: linking (LNK-L7), messages under load (MSG-I1, MSG-I2), and what else chats answer.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests stop at the first surprise")]
#![allow(clippy::print_stdout, reason = "how much was tried is a part of the result")]

mod deeds;
#[path = "../kit/mod.rs"]
mod kit;
mod linking;
mod messages;

/// The process that is killed. As a test of its own it has nothing to do.
#[test]
fn the_server_to_be_killed() {
    kit::process::to_be_killed();
}

const VICTIM: &str = "the_server_to_be_killed";
