//! A base whose messages were changed behind the program's back is found out.
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on must stop, and a kit is shared"
)]

mod kit;

use kit::Chats;
use store::{Sql, sql};

/// What is found after a hand has been laid on the base.
fn found_after(harm: Sql) -> Vec<String> {
    let chats = Chats::open();
    let (class, other) = (chats.class_chat(), chats.chat("gromova", messenger::ChatKind::ParentsChat, "6A"));
    for n in 0..5 {
        let _ = chats.send("varya", class, &format!("раз {n}"));
    }
    let _ = chats.send("gromova", other, "родителям");
    assert!(chats.world.read(messenger::verify).is_empty(), "an honest base");
    chats.world.write(move |tx| tx.execute(harm, []).map(drop));
    let findings = chats.world.read(messenger::verify);
    findings.into_iter().map(|finding| finding.text.replace(&format!("chat {class}"), "the chat")).collect()
}

#[test]
fn what_was_changed_behind_the_programs_back_is_found() {
    // MSG-I3, MSG-N14. A changed text is found by nobody: the chain of hashes is of deeds, not of messages.
    let third = "message 3 of the chat does not follow from the one before";
    let fourth = "message 4 of the chat does not follow from the one before";
    let head = "the chat does not end with its last message";
    let cases: [(Sql, &[&str]); 6] = [
        (sql!("UPDATE messenger_message SET body = 'иное' WHERE seq = 3"), &[]),
        (sql!("DELETE FROM messenger_message WHERE seq = 3"), &[fourth]),
        (sql!("UPDATE messenger_message SET ts = ts - 1 WHERE seq = 3"), &[third]),
        (sql!("UPDATE messenger_message SET g = g + 100 WHERE seq = 3"), &[fourth]),
        (sql!("UPDATE messenger_message SET ord = ord + 2 WHERE seq = 3"), &[third, fourth]),
        (sql!("DELETE FROM messenger_message WHERE seq = 5"), &[head]),
    ];
    for (harm, wanted) in cases {
        assert_eq!(found_after(harm), wanted, "{harm:?}");
    }
}
