//! Every figure of lines to calls in one place (K18, CALL-I5).

use std::time::Duration;

/// How long a lost line keeps its place; the line is the first to notice, so it must not be hasty.
pub(super) const RETURN: Duration = Duration::from_secs(15);
/// How long an answer of the SFU is waited for.
pub(super) const ANSWER: Duration = Duration::from_secs(10);
/// The longest command: an offer of 64 KiB and what is around it.
pub(super) const COMMAND: usize = 96 * 1024;
/// Lines that one session may hold at once.
pub(super) const LINES_OF_SESSION: usize = 6;
/// Lines that a call may hold at once, those who wait included.
pub(super) const LINES_OF_CALL: usize = 200;
/// Frames that are told once and wait for one line; older ones are dropped.
pub(super) const ONCE: usize = 32;
/// Tiles that a page may name.
pub(super) const TILES: usize = 32;
/// How often a socket is asked whether it lives.
pub(super) const PING: Duration = Duration::from_secs(5);
/// Without a word for this long a socket is lost.
pub(super) const DEAD: Duration = Duration::from_secs(15);
/// The longest wait of a long poll.
pub(super) const POLL: Duration = Duration::from_secs(25);
/// Wrong frames after which a socket is closed.
pub(super) const WRONG_FRAMES: u32 = 3;
/// How long a try may go on: UDP and then TCP are waited for in less.
pub(super) const TRIAL: Duration = Duration::from_secs(15);
