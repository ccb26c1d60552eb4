//! The undoing of an import takes what an added person left in chats, or says that something is kept (DIA-I20).
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on must stop, and a kit is shared"
)]

mod kit;

use kit::Chats;
use messenger::{Reaction, dissolve};
use school::import::Added;
use store::sql;
use testkit::now;

/// Whether Demyan could be let go of.
fn let_go(chats: &Chats) -> bool {
    let added = Added { people: vec![chats.world.person("demyan")], ..Added::default() };
    chats.world.write(move |tx| Ok::<_, store::Error>(dissolve(tx, &added).is_ok()))
}

#[test]
fn a_reaction_goes_with_the_person_who_left_it() {
    let chats = Chats::open();
    let class = chats.class_chat();
    let _ = chats.send("varya", class, "@Карпов Демьян, глянь");
    chats
        .try_as("demyan", class, |tx, by| Ok(messenger::react(tx, now(), by, 1, Reaction::Thanks)?))
        .unwrap();
    assert!(let_go(&chats));
    let demyan = chats.world.person("demyan");
    let left: i64 = chats.world.read(move |tx| {
        tx.load(
            sql!(
                "SELECT (SELECT COUNT(*) FROM messenger_reaction WHERE person = ?1)
                      + (SELECT COUNT(*) FROM messenger_mention WHERE person = ?1)
                      + (SELECT COUNT(*) FROM messenger_member WHERE person = ?1)"
            ),
            [demyan],
            |row| row.get(0),
        )
    });
    assert_eq!(left, 0);
}

#[test]
fn what_the_school_keeps_of_a_person_keeps_the_person() {
    let chats = Chats::open();
    let class = chats.class_chat();
    let _ = chats.send("varya", class, "ты у меня попляшешь");
    chats
        .try_as("demyan", class, |tx, by| {
            messenger::report(tx, now(), by, 1, messenger::Category::Threat, None)
                .map_err(|_| kit::Refused::Denied)
        })
        .unwrap();
    assert!(!let_go(&chats), "a report has its reporter");
}
