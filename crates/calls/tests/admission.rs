//! Who starts a call, who is let in and as what: each person of the school against each kind of place.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod kit;

use std::fmt::Write as _;

use calls::{CallState, EnterError, Entered, Ground, LeaveWhy, LessonFacts, Limits, Note, StartError};
use kit::{Refused, Rooms};
use messenger::{ChatKind, Way};
use testkit::{TODAY, now};
use time::Duration;

const EVERYBODY: [&str; 13] = [
    "varya",
    "demyan",
    "timur",
    "kira",
    "mother",
    "father",
    "demyan_mother",
    "gromova",
    "lapina",
    "orlova",
    "zotova",
    "barinova",
    "sedov",
];

#[test]
fn only_staff_start_calls_and_never_where_a_pupil_is_alone_with_them() {
    // CALL-I11
    let rooms = Rooms::open();
    let (varya, lapina) = (rooms.person("varya"), rooms.person("lapina"));
    rooms.begin("lapina", "varya", Way::Supervised { pupil: varya, partner: lapina });
    rooms.begin("lapina", "mother", Way::Family { child: varya, partner: lapina });
    rooms.begin("lapina", "gromova", Way::Private);
    let mut table = String::new();
    for key in EVERYBODY {
        for (kind, chat) in rooms.chats(key) {
            let shown = match rooms.start(key, chat) {
                Ok(_) => "starts".to_owned(),
                Err(Refused::Start(error)) => error.to_string(),
                Err(other) => format!("{other:?}"),
            };
            if EVERYBODY[..7].contains(&key) {
                assert_eq!(shown, "not a member of staff", "{key} {kind:?}");
            } else {
                writeln!(table, "{key} {kind:?}: {shown}").unwrap();
            }
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn a_started_call_is_found_by_the_next_who_starts_one() {
    let rooms = Rooms::open();
    let chat = rooms.chat("gromova", ChatKind::ClassChat);
    let (call, act) = rooms.start("gromova", chat).unwrap();
    assert_eq!(act.unwrap().action, "calls.call.start");
    let (again, act) = rooms.start("lapina", chat).unwrap();
    assert_eq!((again, act), (call, None));
    assert!(matches!(rooms.start("varya", chat), Err(Refused::Start(StartError::NotStaff))));
}

/// What becomes of everybody at the door of a call that somebody leads.
fn at_the_door(rooms: &Rooms, call: calls::CallId, ground: Ground) -> String {
    let mut table = String::new();
    for key in EVERYBODY {
        let shown = match rooms.enter(key, call, ground) {
            Ok(Entered::In { may, .. }) => {
                format!("in{}, watches {:?}", if may.leads { ", leads" } else { "" }, may.watch)
            }
            Ok(Entered::Waits) => "waits".to_owned(),
            Err(Refused::Denied) => "-".to_owned(),
            Err(other) => format!("{other:?}"),
        };
        writeln!(table, "{key}: {shown}").unwrap();
    }
    table
}

#[test]
fn a_lesson_lets_in_the_pupils_and_teachers_of_its_course_and_no_guardian() {
    // CALL-I12, CALL-F32
    let rooms = Rooms::open();
    let call = rooms.lesson_call();
    let own = Ground::Lesson(rooms.lesson());
    rooms.visit("gromova", call, own, now());
    let stood_in = Ground::Lesson(LessonFacts { teacher: Some(rooms.person("orlova")), ..rooms.lesson() });
    let shown = format!(
        "own\n{}\nOrlova stands in\n{}",
        at_the_door(&rooms, call, own),
        at_the_door(&rooms, call, stood_in)
    );
    insta::assert_snapshot!(shown);
}

#[test]
fn a_chat_lets_in_its_members_of_today() {
    // CALL-I1
    let rooms = Rooms::open();
    let chat = rooms.chat("gromova", ChatKind::ClassChat);
    let (call, _) = rooms.start("gromova", chat).unwrap();
    rooms.visit("gromova", call, Ground::Chat, now());
    insta::assert_snapshot!(at_the_door(&rooms, call, Ground::Chat));
}

#[test]
fn the_ground_of_another_call_opens_nothing() {
    // CALL-I1, CALL-I12: a lesson's call cannot be entered by the membership of a chat, nor by another lesson.
    let rooms = Rooms::open();
    let lesson = rooms.lesson_call();
    let other = LessonFacts { lesson: calls::LessonRef::from_row(8), ..rooms.lesson() };
    for ground in [Ground::Chat, Ground::Lesson(other)] {
        assert!(matches!(rooms.enter("gromova", lesson, ground), Err(Refused::Denied)));
    }
    let chat = rooms.chat("gromova", ChatKind::ClassChat);
    let (call, _) = rooms.start("gromova", chat).unwrap();
    assert!(matches!(rooms.enter("gromova", call, Ground::Lesson(other)), Err(Refused::Denied)));
    let nowhere = calls::CallId::from_row(99);
    assert!(matches!(rooms.enter("gromova", nowhere, Ground::Chat), Err(Refused::Denied)));
}

#[test]
fn pupils_wait_for_the_teacher() {
    // CALL-F3
    let rooms = Rooms::open();
    let (call, ground) = (rooms.lesson_call(), Ground::Lesson(rooms.lesson()));
    assert_eq!(rooms.enter("varya", call, ground).unwrap(), Entered::Waits);
    assert!(rooms.world.read(move |tx| calls::entries_of(tx, call)).is_empty(), "waiting is no admission");
    let Entered::In { opened, call: stands, .. } = rooms.enter("gromova", call, ground).unwrap() else {
        panic!("the teacher waits");
    };
    assert!(opened && stands.state == CallState::Open && stands.led == Some(now()));
    assert!(matches!(rooms.enter("varya", call, ground), Ok(Entered::In { opened: false, .. })));
}

#[test]
fn an_ended_right_ends_the_way_in() {
    // CALL-I2: the same person with the same session, after what the right rested on is gone.
    let rooms = Rooms::open();
    let (call, ground) = (rooms.lesson_call(), Ground::Lesson(rooms.lesson()));
    rooms.visit("gromova", call, ground, now());
    rooms.visit("varya", call, ground, now());
    let varya = rooms.person("varya");
    rooms.world.write(move |tx| {
        let change = school::leave(tx, varya, TODAY)?;
        messenger::follow(tx, now(), TODAY, change)
    });
    assert!(matches!(rooms.enter("varya", call, ground), Err(Refused::Denied)));
    let viewer = rooms.viewer("gromova");
    rooms.world.write(move |tx| school::end_own_session(tx, now(), &viewer, viewer.session()).map(drop));
    assert!(matches!(rooms.enter("gromova", call, ground), Err(Refused::Denied)));
}

#[test]
fn people_and_calls_have_a_most() {
    // CALL-I5: whoever is in already may come anew, on another device or after a lost line.
    let rooms = Rooms::open();
    let (call, ground) = (rooms.lesson_call(), Ground::Lesson(rooms.lesson()));
    let limits = Limits { rooms: 1, people: 2 };
    let enter = |key: &str, call, ground| rooms.enter_within(key, call, ground, now(), limits);
    assert!(matches!(enter("gromova", call, ground), Ok(Entered::In { .. })));
    let Ok(Entered::In { visit, .. }) = enter("varya", call, ground) else { panic!("not let in") };
    assert!(matches!(enter("varya", call, ground), Ok(Entered::In { .. })));
    assert!(matches!(enter("demyan", call, ground), Err(Refused::Enter(EnterError::Full { most: 2 }))));
    let (other, _) = rooms.start("zotova", rooms.chat("zotova", ChatKind::StaffRoom)).unwrap();
    assert!(matches!(
        enter("zotova", other, Ground::Chat),
        Err(Refused::Enter(EnterError::TooMany { most: 1 }))
    ));
    rooms.note(visit, Note::Left(LeaveWhy::Lost), now());
    assert!(
        matches!(enter("demyan", call, ground), Err(Refused::Enter(EnterError::Full { .. }))),
        "Varya is still in by her other visit"
    );
}

#[test]
fn a_lesson_opens_five_minutes_before_the_bell_once() {
    // CALL-F30
    let rooms = Rooms::open();
    let facts = rooms.lesson();
    let opened = |minutes: i64| {
        let at = facts.begins + Duration::minutes(minutes);
        rooms.world.write(move |tx| calls::open_lessons(tx, at, &[facts])).len()
    };
    assert_eq!([-6, 56].map(opened), [0, 0]);
    assert_eq!([-5, -5, 0, 54].map(opened), [1, 0, 0, 0]);
    let off = LessonFacts { held: false, lesson: calls::LessonRef::from_row(9), ..facts };
    assert!(rooms.world.write(move |tx| calls::open_lessons(tx, now(), &[off])).is_empty());
}
