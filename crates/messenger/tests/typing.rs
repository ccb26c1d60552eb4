//! Who may see that somebody is writing.
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on must stop, and a kit is shared"
)]

mod kit;

use std::collections::BTreeSet;

use kit::Chats;
use messenger::{ConversationId, MemberOf, Typing, Way};
use school::{Denied, NewPerson, PersonName, Present, Role};
use store::Actor;
use testkit::{TODAY, now};
use time::macros::date;

fn typing(chats: &Chats, who: &str, chat: ConversationId) -> Option<Typing> {
    let viewer = chats.viewer(who);
    chats.world.read(|tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        messenger::typing(tx, now(), &by).map_err(Denied::from)
    })
}

fn told(chats: &Chats, who: &str, chat: ConversationId) -> BTreeSet<school::PersonId> {
    typing(chats, who, chat).unwrap().to.into_iter().collect()
}

fn people(chats: &Chats, keys: &[&str]) -> BTreeSet<school::PersonId> {
    keys.iter().map(|key| chats.world.person(key)).collect()
}

#[test]
fn members_see_who_writes_and_the_blocked_do_not() {
    // MSG-R6, MSG-E27
    let chats = Chats::open();
    let chat = chats.class_chat();
    assert_eq!(typing(&chats, "varya", chat).unwrap().name, "Варвара Ильина");
    assert_eq!(told(&chats, "varya", chat), people(&chats, &["demyan", "gromova", "lapina"]));
    let (viewer, varya) = (chats.viewer("demyan"), chats.world.person("varya"));
    chats.world.write(move |tx| {
        let by = Present::ask(tx, &viewer)?;
        messenger::block(tx, now(), &by, varya, TODAY).map_err(|_| Denied::Denied)
    });
    assert_eq!(told(&chats, "varya", chat), people(&chats, &["gromova", "lapina"]));
    assert_eq!(told(&chats, "demyan", chat), people(&chats, &["gromova", "lapina"]));
    assert_eq!(told(&chats, "gromova", chat), people(&chats, &["varya", "demyan", "lapina"]));
    chats.withdraw("lapina");
    assert_eq!(told(&chats, "varya", chat), people(&chats, &["gromova"]));
}

#[test]
fn nobody_is_watched_who_cannot_write_or_is_a_child_alone_with_an_adult() {
    // MSG-R6
    let chats = Chats::open();
    let chat = chats.class_chat();
    let leads = chats.viewer("gromova");
    chats.world.write(move |tx| {
        let by = MemberOf::ask(tx, &leads, chat, TODAY)?;
        messenger::mute(tx, now(), &by, None, kit::later(30), None).map(drop).map_err(|_| Denied::Denied)
    });
    assert_eq!(typing(&chats, "varya", chat), None, "muted");
    assert!(typing(&chats, "gromova", chat).is_some());
    let news = chats.chat("gromova", messenger::ChatKind::ClassNews, "6A");
    assert_eq!(typing(&chats, "varya", news), None, "a reader");
    let (viewer, varya, lapina) =
        (chats.viewer("varya"), chats.world.person("varya"), chats.world.person("lapina"));
    let thread = chats.world.write(move |tx| {
        let by = Present::ask(tx, &viewer)?;
        let actor = Actor { person: None, session: None, address: String::new() };
        let found = messenger::contacts(tx, &by, TODAY, "")?.into_iter().find(|one| one.person == lapina);
        let way = found.unwrap().way;
        assert!(matches!(way, Way::Supervised { pupil, .. } if pupil == varya));
        messenger::start(tx, now(), &by, &actor, TODAY, lapina, way).map_err(|_| Denied::Denied)
    });
    assert_eq!(typing(&chats, "lapina", thread), None, "supervised");
}

#[test]
fn a_large_chat_shows_nobody() {
    // MSG-R6: fifty members are the most.
    let chats = Chats::open();
    let room = chats.of_kind("gromova", messenger::ChatKind::StaffRoom);
    let members = told(&chats, "gromova", room).len() + 1;
    let add = |count: usize| {
        chats.world.write(move |tx| {
            for _ in 0..count {
                let name = PersonName::parse("Сотрудник", "Яна", "").unwrap();
                let new =
                    NewPerson { external_id: None, name: &name, birth_date: None, sex: None, phone: None };
                let person = school::add_person(tx, &new)?;
                drop(school::grant(tx, person, Role::Teacher, None, None, date!(2026 - 09 - 01))?);
                messenger::enrol(tx, now(), TODAY, person)?;
            }
            messenger::roster_tick(tx, now(), TODAY)
        });
    };
    add(50 - members);
    assert_eq!(told(&chats, "gromova", room).len(), 49);
    add(1);
    assert_eq!(typing(&chats, "gromova", room), None);
}
