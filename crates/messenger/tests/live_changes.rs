//! What open pages are told of: votes together, silence and its ends, titles, whose a group is, cards of a new timetable.
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on must stop, and a kit is shared"
)]

mod kit;

use kit::{Chats, Refused, later};
use messenger::{
    Ballot, Body, CardKind, CardRef, Change, ConversationId, Draft, GroupError, Hours, LessonTime, MemberOf,
    MemberRole, PollTerms,
};
use school::{PersonId, Staff};
use store::{Actor, ServerKey, UtcInstant};
use testkit::{TODAY, now};
use time::Duration;

fn actor() -> Actor {
    Actor::program("test")
}

/// What chats were told while something was done.
fn told(chats: &Chats, deed: impl FnOnce()) -> Vec<(ConversationId, Change)> {
    let mut watched = chats.world.store.watch();
    deed();
    let mut told = Vec::new();
    while let Ok(commit) = watched.try_recv() {
        told.extend(commit.events.iter().filter_map(Change::of));
    }
    told
}

#[test]
fn votes_that_come_together_are_told_together() {
    // MSG-F8: at once, then at most every three seconds, and none is forgotten.
    let chats = Chats::open();
    let chat = chats.class_chat();
    let key = std::sync::Arc::new(ServerKey::in_memory(&chats.world.random));
    let terms = PollTerms { multiple: false, anonymous: false, family: false, closes: None };
    let ballot = Ballot::parse("Куда едем?", "Музей\nЛес").unwrap();
    let draft = Draft::poll(chats.cid(), &ballot, terms).unwrap();
    let seq =
        chats.try_as("gromova", chat, move |tx, by| Ok(messenger::send(tx, now(), by, &draft)?.seq)).unwrap();
    let vote = |who: &str, at: UtcInstant, option: u32| {
        let (cid, key) = (chats.cid(), std::sync::Arc::clone(&key));
        chats
            .try_as(who, chat, move |tx, by| Ok(messenger::vote(tx, at, by, &key, cid, seq, &[option])?))
            .unwrap();
    };
    let round = |at: UtcInstant| {
        if chats.world.read(|tx| messenger::has_untold_votes(tx, at)) {
            chats.world.write(move |tx| messenger::tell_votes(tx, at));
        }
    };
    let at = |ms: i64| now() + Duration::milliseconds(ms);
    assert_eq!(told(&chats, || vote("varya", at(0), 1)).len(), 1, "the first is told at once");
    let more = told(&chats, || {
        for (n, who) in ["demyan", "lapina", "gromova", "varya"].into_iter().enumerate() {
            vote(who, at(500 + i64::try_from(n).unwrap()), 2);
        }
        round(at(2999));
    });
    assert!(more.is_empty(), "{more:?}");
    assert_eq!(told(&chats, || round(at(3000))).len(), 1, "all of them once");
    assert!(told(&chats, || round(at(6000))).is_empty(), "nothing has come since");
    assert_eq!(told(&chats, || vote("demyan", at(6000), 1)).len(), 1);
    vote("varya", at(6001), 1);
    assert_eq!(told(&chats, || round(at(-60_000))).len(), 1, "a clock that went back holds nothing up");
}

#[test]
fn a_page_learns_of_silence_and_when_it_changes_next() {
    // MSG-F34, MSG-S5: the school's clocks show 10:47.
    let chats = Chats::open();
    let chat = chats.class_chat();
    let next = |who: &str, at: UtcInstant| {
        let viewer = chats.viewer(who);
        chats.world.try_read(|tx| {
            let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
            messenger::silence_changes(tx, at, &by).map_err(school::Denied::from)
        })
    };
    assert_eq!(next("varya", now()).unwrap(), None);
    let varya = chats.world.person("varya");
    let mute = |whom: Option<PersonId>, minutes: i64| {
        let deed = chats.try_as("gromova", chat, move |tx, by| {
            Ok(messenger::mute(tx, now(), by, whom, later(minutes), None)?)
        });
        deed.unwrap();
    };
    assert_eq!(told(&chats, || mute(Some(varya), 60)), [(chat, Change::Silenced { person: Some(varya) })]);
    assert_eq!(next("varya", now()).unwrap(), Some(later(60)));
    assert_eq!(next("demyan", now()).unwrap(), None, "it is about one pupil alone");
    assert_eq!(told(&chats, || mute(None, 30)), [(chat, Change::Silenced { person: None })]);
    assert_eq!(next("demyan", now()).unwrap(), Some(later(30)));
    let lifted = told(&chats, || {
        let deed = chats.try_as("gromova", chat, |tx, by| Ok(messenger::unmute(tx, now(), by, None)?));
        deed.unwrap();
    });
    assert_eq!(lifted, [(chat, Change::Silenced { person: None })]);
    let hours = told(&chats, || {
        let hours = Hours::new(8 * 60, 24 * 60).unwrap();
        let deed = chats
            .try_as("gromova", chat, move |tx, by| Ok(messenger::set_hours(tx, now(), by, Some(hours))?));
        deed.unwrap();
    });
    assert_eq!(hours.len(), 1);
    let midnight = later(13 * 60 + 13);
    assert_eq!(next("demyan", now()).unwrap(), Some(midnight));
    assert_eq!(next("demyan", midnight).unwrap(), Some(midnight + Duration::hours(8)));
    assert_eq!(next("gromova", now()).unwrap(), None, "staff are never silenced");
    // Lessons: from 10:40 to 11:25 and from 11:40; told to open pages when the timetable changes.
    let deed = chats.try_as("gromova", chat, |tx, by| Ok(messenger::set_lesson_mode(tx, now(), by, true)?));
    deed.unwrap();
    let own = chats.world.whole("6A");
    let lessons = vec![
        LessonTime { group: own, begins: 640, ends: 685 },
        LessonTime { group: own, begins: 700, ends: 745 },
    ];
    let day =
        told(&chats, || chats.world.write(move |tx| messenger::set_lessons(tx, now(), TODAY, &lessons)));
    assert_eq!(day, [(chat, Change::Silenced { person: None })]);
    assert_eq!(next("demyan", now()).unwrap(), Some(later(38)));
    assert_eq!(next("demyan", later(38)).unwrap(), Some(later(53)));
}

/// A group of colleagues that Gromova leads.
fn gather(chats: &Chats, people: &[&str]) -> ConversationId {
    let people: Vec<PersonId> = people.iter().map(|key| chats.world.person(key)).collect();
    let viewer = chats.viewer("gromova");
    chats
        .world
        .try_write(move |tx| {
            let by = Staff::ask(tx, &viewer, TODAY)?;
            Ok::<_, Refused>(messenger::gather(tx, now(), &by, &actor(), TODAY, "Проект", None, &people)?)
        })
        .unwrap()
}

fn role(chats: &Chats, who: &str, chat: ConversationId) -> MemberRole {
    let viewer = chats.viewer(who);
    chats.world.read(|tx| MemberOf::ask(tx, &viewer, chat, TODAY).map(|by| by.role()))
}

fn hand_over(chats: &Chats, who: &str, chat: ConversationId, to: &str) -> Result<(), Refused> {
    let to = chats.world.person(to);
    chats.try_as(who, chat, move |tx, by| Ok(messenger::hand_over(tx, now(), by, &actor(), TODAY, to)?))
}

#[test]
fn a_group_is_handed_over_and_its_title_is_told() {
    // MSG-F4
    let chats = Chats::open();
    let chat = gather(&chats, &["lapina", "orlova"]);
    let titled = told(&chats, || {
        let deed =
            chats.try_as("gromova", chat, |tx, by| Ok(messenger::rename(tx, now(), by, &actor(), "Река")?));
        deed.unwrap();
    });
    assert_eq!(titled, [(chat, Change::Titled)]);
    for to in ["zotova", "varya", "gromova"] {
        let refused = hand_over(&chats, "gromova", chat, to);
        assert!(matches!(refused, Err(Refused::Group(GroupError::NoHeir))), "{to}: {refused:?}");
    }
    let refused = hand_over(&chats, "lapina", chat, "orlova");
    assert!(matches!(refused, Err(Refused::Group(GroupError::NotModerator))), "{refused:?}");
    hand_over(&chats, "gromova", chat, "lapina").unwrap();
    assert_eq!(role(&chats, "lapina", chat), MemberRole::Moderator);
    assert_eq!(role(&chats, "gromova", chat), MemberRole::Writer);
    let gromova = chats.world.person("gromova");
    let left = chats.try_as("gromova", chat, move |tx, by| {
        Ok(messenger::remove_person(tx, now(), by, &actor(), TODAY, gromova)?)
    });
    left.unwrap();
    assert!(!chats.is_in("gromova", chat), "whoever has handed it over may go");
    let acts = chats.world.read(|tx| tx.audit_tail(None, 20)).rows;
    assert_eq!(acts.iter().filter(|row| row.action == "messenger.group.owner").count(), 1);
}

#[test]
fn a_group_whose_leader_is_gone_goes_to_who_has_been_in_it_for_longest() {
    // MSG-F4: nobody but the roster has put them out.
    let chats = Chats::open();
    let chat = gather(&chats, &["orlova", "lapina"]);
    let later_one = chats.world.person("zotova");
    let added = chats.try_as("gromova", chat, move |tx, by| {
        Ok(messenger::add_people(tx, now(), by, &actor(), TODAY, &[later_one])?)
    });
    added.unwrap();
    chats.withdraw("gromova");
    assert!(!chats.is_in("gromova", chat));
    let leads: Vec<&str> = ["orlova", "lapina", "zotova"]
        .into_iter()
        .filter(|who| role(&chats, who, chat) == MemberRole::Moderator)
        .collect();
    assert_eq!(leads.len(), 1, "{leads:?}");
    assert_ne!(leads, ["zotova"], "who came later is not before the others");
    hand_over(&chats, leads[0], chat, "zotova").unwrap();
    chats.enrol("gromova");
    assert_eq!(role(&chats, "gromova", chat), MemberRole::Moderator, "who comes back leads it too");
}

#[test]
fn cards_of_the_last_month_are_told_of_when_the_timetable_is_new() {
    // MSG-N2, MSG-S14
    let chats = Chats::open();
    let chat = chats.class_chat();
    for (days, lesson) in [(0, 7), (20, 8)] {
        let heading = Body::parse("Замена").unwrap();
        let draft = Draft::card(chats.cid(), heading, CardRef { kind: CardKind::Substitution, lesson });
        let at = now() + Duration::days(days);
        chats.try_as("gromova", chat, move |tx, by| Ok(messenger::send(tx, at, by, &draft)?)).unwrap();
    }
    let touched = |at: UtcInstant| {
        told(&chats, || chats.world.write(move |tx| messenger::touch_recent_cards(tx, at)))
            .into_iter()
            .map(|(_, change)| {
                let Change::Touched { seq, .. } = change else { panic!("{change:?}") };
                seq
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(touched(now() + Duration::days(21)), [1, 2]);
    assert_eq!(touched(now() + Duration::days(40)), [2], "the other is about days that are over");
}
