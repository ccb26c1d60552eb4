//! Who is in which chat, and how that follows the roster and the links.
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on must stop, and a kit is shared"
)]

mod kit;

use kit::{Chats, Refused};
use messenger::{ChatKind, GroupError, MemberOf, Places, Seat};
use school::{Access, Role};
use store::Actor;
use testkit::{TODAY, now};
use time::macros::date;

#[test]
fn chats_of_a_class_are_made_from_the_roster() {
    // Class chat and parents' chat; MSG-M8 for Timur, who has not linked.
    let chats = Chats::open();
    let class = chats.audience("varya", chats.class_chat());
    assert_eq!(
        (class.count(&[Seat::Pupil]), class.count(&[Seat::Homeroom, Seat::Teacher]), class.waiting),
        (2, 2, 1)
    );
    assert_eq!(class.count(&[Seat::Guardian, Seat::Head]), 0);
    let parents = chats.audience("mother", chats.parents_chat());
    let counts = [Seat::Guardian, Seat::Homeroom, Seat::Head].map(|seat| parents.count(&[seat]));
    assert_eq!((counts, parents.waiting), ([2, 1, 1], 0));
    for outsider in ["kira", "orlova", "barinova", "sedov", "father", "mother", "timur"] {
        assert!(!chats.is_in(outsider, chats.class_chat()), "{outsider}");
    }
    for outsider in ["varya", "father", "lapina", "sedov"] {
        assert!(!chats.is_in(outsider, chats.parents_chat()), "{outsider}");
    }
}

#[test]
fn a_person_without_a_link_gets_nothing_until_the_link() {
    // MSG-I22, MSG-M7, LNK-L4
    let chats = Chats::open();
    let class = chats.class_chat();
    chats.send("varya", class, "до привязки");
    assert!(!chats.is_in("timur", class));
    chats.enrol("timur");
    chats.enrol("timur");
    assert_eq!(chats.texts("timur", class), ["до привязки"]);
    assert_eq!(chats.unread("timur", class), 0, "history is no news");
    chats.send("varya", class, "после");
    assert_eq!(chats.unread("timur", class), 1);
    chats.withdraw("timur");
    assert!(!chats.is_in("timur", class));
    chats.send("varya", class, "без него");
    chats.enrol("timur");
    assert_eq!(chats.texts("timur", class).len(), 3, "a new link loses nothing of a roster chat");
    assert_eq!(chats.unread("timur", class), 2);
}

#[test]
fn the_school_can_lift_the_link() {
    // MSG-D11, MSG-E30
    let chats = Chats::open();
    let class = chats.class_chat();
    chats.world.write(|tx| messenger::require_link(tx, now(), TODAY, false));
    assert!(chats.is_in("timur", class));
    chats.withdraw("varya");
    assert!(chats.is_in("varya", class), "while no link is needed its end closes nothing");
    chats.world.write(|tx| messenger::require_link(tx, now(), TODAY, true));
    assert!(!chats.is_in("timur", class) && !chats.is_in("varya", class));
    assert!(chats.is_in("demyan", class));
}

#[test]
fn a_relation_that_ends_takes_the_chat_with_it() {
    // MSG-I21, MSG-I7, MSG-E23, MSG-E25: each kind of relation, in the transaction that ends it.
    let chats = Chats::open();
    let (class, parents) = (chats.class_chat(), chats.parents_chat());
    let world = &chats.world;
    let [varya, demyan, mother] = ["varya", "demyan", "mother"].map(|key| world.person(key));
    world.write(move |tx| {
        let change = school::leave(tx, varya, TODAY)?;
        messenger::follow(tx, now(), TODAY, change)
    });
    assert!(!chats.is_in("varya", class), "a pupil who left");
    assert!(!chats.is_in("mother", parents), "her mother has no other child in this class");
    let sixth = world.class("6A").clone();
    let kira = world.person("kira");
    world.write(move |tx| {
        let change = school::move_pupil(tx, kira, &sixth, TODAY, None)?;
        messenger::follow(tx, now(), TODAY, change)
    });
    assert!(chats.is_in("kira", class) && chats.is_in("mother", parents), "a sister came into the class");
    let edge = world.read(|tx| school::guardians_of(tx, demyan, TODAY))[0].id;
    world.write(move |tx| {
        let change = school::set_access(tx, edge, Access::None)?;
        messenger::follow(tx, now(), TODAY, change)
    });
    assert!(!chats.is_in("demyan_mother", parents), "a court's limit (MSG-N9)");
    let lapina = world.person("lapina");
    let teaching = world.read(|tx| school::teaching_of(tx, lapina, TODAY))[0].id;
    world.write(move |tx| {
        let change = school::end_teaching(tx, teaching, TODAY)?;
        messenger::follow(tx, now(), TODAY, change)
    });
    assert!(!chats.is_in("lapina", class), "a teacher who teaches the class no more");
    let zotova = world.person("zotova");
    let grant = world.read(|tx| school::grants_of(tx, zotova, TODAY))[0].id;
    world.write(move |tx| {
        let change = school::end_grant(tx, grant, TODAY)?;
        messenger::follow(tx, now(), TODAY, change)
    });
    assert!(!chats.is_in("zotova", parents), "a deputy head who is one no more");
    assert!(chats.is_in("demyan", class) && world.person("mother") == mother);
}

#[test]
fn a_right_that_ends_by_its_date_is_gone_before_the_tick() {
    // MSG-S1: membership is a cache, the relation decides at each call.
    let chats = Chats::open();
    let class = chats.class_chat();
    let demyan = chats.world.person("demyan");
    let viewer = chats.viewer("demyan");
    let tomorrow = TODAY.next_day().unwrap();
    chats.world.write(move |tx| {
        let change = school::leave(tx, demyan, tomorrow)?;
        messenger::follow(tx, now(), TODAY, change)
    });
    let is_in = |day| chats.world.try_read(|tx| MemberOf::ask(tx, &viewer, class, day).map(|_| ())).is_ok();
    assert!(is_in(TODAY) && !is_in(tomorrow));
    chats.world.write(move |tx| messenger::roster_tick(tx, now(), tomorrow));
    assert!(!is_in(TODAY), "after the tick the row is closed too");
    let g = chats.world.read(|tx| tx.last_g());
    chats.world.write(move |tx| messenger::roster_tick(tx, now(), tomorrow));
    assert_eq!(chats.world.read(|tx| tx.last_g()), g, "a roster that stands still writes nothing");
}

#[test]
fn a_teacher_who_becomes_homeroom_teacher_is_seated_anew() {
    let chats = Chats::open();
    let (lapina, class) = (chats.world.person("lapina"), chats.world.class_id("6A"));
    chats.world.write(move |tx| {
        let (_, change) =
            school::grant(tx, lapina, Role::HomeroomTeacher, Some(class), None, date!(2026 - 10 - 01))?;
        messenger::follow(tx, now(), TODAY, change)
    });
    assert_eq!(chats.audience("varya", chats.class_chat()).count(&[Seat::Homeroom]), 2);
    assert!(chats.is_in("lapina", chats.parents_chat()));
}

#[test]
fn an_ended_session_proves_nothing() {
    // A14, Z5
    let chats = Chats::open();
    let class = chats.class_chat();
    let viewer = chats.viewer("varya");
    let varya = chats.world.person("varya");
    chats
        .world
        .write(move |tx| school::end_all_sessions(tx, now(), varya, None, school::EndWhy::Administrator));
    assert!(chats.world.try_read(|tx| MemberOf::ask(tx, &viewer, class, TODAY).map(|_| ())).is_err());
}

#[test]
fn the_audience_line_is_who_receives() {
    // MSG-I20: the set shown is the set that delivery goes to and that may read.
    let chats = Chats::open();
    for (key, chat) in [("gromova", chats.class_chat()), ("gromova", chats.parents_chat())] {
        let shown: u32 = chats.audience(key, chat).seats.values().sum();
        let places = chats.world.read(Places::load);
        let receivers: Vec<_> = places.people_of(chat).collect();
        assert_eq!(receivers.len(), usize::try_from(shown).unwrap());
        let readers = kit::LINKED.iter().filter(|key| chats.is_in(key, chat)).count();
        assert_eq!(readers, receivers.len());
    }
    let third = chats.chat("orlova", ChatKind::ClassChat, "3A");
    assert_eq!(chats.audience("kira", third).seats.values().sum::<u32>(), 2);
}

#[test]
fn a_substitute_has_the_chats_of_the_class_for_the_day() {
    // MSG-N12: with the day's substitution, and out of them with it.
    let chats = Chats::open();
    let (class, orlova) = (chats.world.class_id("6A"), chats.world.person("orlova"));
    let chat = chats.class_chat();
    let set = |substitutes: Vec<(school::ClassGroupId, school::PersonId)>| {
        chats.world.write(move |tx| messenger::set_substitutes(tx, now(), TODAY, &substitutes));
    };
    assert!(!chats.is_in("orlova", chat));
    set(vec![(class, orlova), (class, orlova)]);
    assert!(chats.is_in("orlova", chat));
    chats.send("orlova", chat, "урок веду я");
    set(Vec::new());
    assert!(!chats.is_in("orlova", chat));
    set(vec![(class, orlova)]);
    let tomorrow = date!(2026 - 10 - 15);
    let viewer = chats.viewer("orlova");
    let denied = chats.world.try_read(|tx| MemberOf::ask(tx, &viewer, chat, tomorrow).map(drop));
    assert!(denied.is_err(), "the day is over, whether or not the chats have followed it yet");
    chats.world.write(move |tx| messenger::roster_tick(tx, now(), tomorrow));
    chats.world.write(move |tx| messenger::set_substitutes(tx, now(), tomorrow, &[]));
    assert!(!chats.is_in("orlova", chat));
}

#[test]
fn a_chat_of_the_roster_is_left_through_the_roster_alone() {
    // MSG-M5, MSG-M4: nobody leaves or is put out by hand; whoever the roster takes out reads nothing of it any more.
    let chats = Chats::open();
    let (class, parents) = (chats.class_chat(), chats.parents_chat());
    for (who, whom, chat) in [
        ("varya", "varya", class),
        ("gromova", "varya", class),
        ("lapina", "lapina", class),
        ("gromova", "lapina", class),
        ("gromova", "gromova", class),
        ("mother", "mother", parents),
        ("gromova", "mother", parents),
    ] {
        let person = chats.world.person(whom);
        let refused = chats.try_as(who, chat, move |tx, by| {
            Ok(messenger::remove_person(tx, now(), by, &Actor::program("test"), TODAY, person)?)
        });
        assert!(
            matches!(refused, Err(Refused::Group(GroupError::NotModerator))),
            "{who}, {whom}: {refused:?}"
        );
        assert!(chats.is_in(whom, chat), "{who}, {whom}");
    }
    chats.send("varya", class, "до ухода");
    let varya = chats.world.person("varya");
    chats.world.write(move |tx| {
        let change = school::leave(tx, varya, TODAY)?;
        messenger::follow(tx, now(), TODAY, change)
    });
    assert!(chats.page("varya", class).is_err(), "not even her own past");
    assert!(chats.page("demyan", class).is_ok());
}

#[test]
fn comings_and_goings_are_no_messages() {
    // MSG-R4: there are no lines of the system, so none counts as unread, is read, or has readers.
    let chats = Chats::open();
    let class = chats.class_chat();
    chats.send("varya", class, "единственное");
    chats.enrol("timur");
    chats.withdraw("demyan");
    chats.enrol("demyan");
    let page = chats.page("gromova", class).unwrap();
    assert_eq!(page.lines.len(), 1);
    assert_eq!(chats.unread("gromova", class), 1);
}
