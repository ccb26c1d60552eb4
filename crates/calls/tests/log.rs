//! The log and what is derived from it: append-only, whole after a crash, the same attendance by any order of lines.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod kit;

use std::fmt::Write as _;

use calls::{
    AttendanceRules, ConfirmedMark, Entry, EntryKind, Ground, LeaveWhy, Note, Presence, Source, Span,
    Verdict, VisitId, attendance,
};
use kit::{Rooms, bell};
use proptest::prelude::*;
use school::PersonId;
use store::{UtcInstant, sql};
use testkit::now;
use time::Duration;

const LESSON: Span = Span { from: UtcInstant::from_millis(0), to: UtcInstant::from_millis(45 * 60_000) };

fn minute(minute: f64) -> UtcInstant {
    #[expect(clippy::cast_possible_truncation, reason = "minutes of a lesson")]
    UtcInstant::from_millis((minute * 60_000.0) as i64)
}

/// One visit of person 1: connected and gone at these minutes.
fn visit(number: i64, from: f64, to: Option<f64>) -> Vec<Entry> {
    let line = |kind, at| Entry { person: PersonId::from_row(1), visit: VisitId::from_row(number), kind, at };
    let mut lines = vec![
        line(EntryKind::Admitted, minute(from)),
        line(EntryKind::Connected, minute(from)),
        line(EntryKind::Flowing(Source::Microphone), minute(from + 1.0)),
    ];
    lines.extend(to.map(|to| line(EntryKind::Left(LeaveWhy::Own), minute(to))));
    lines
}

fn of(entries: &[Entry]) -> Presence {
    attendance(entries, LESSON, minute(60.0), AttendanceRules::default())
        .remove(&PersonId::from_row(1))
        .unwrap_or_else(Presence::none)
}

#[test]
fn who_was_there_and_who_was_late() {
    // CALL-F31: present from 20 minutes on, late by more than 5; the waiting room counts for nothing.
    let cases: [(&str, Vec<Entry>); 11] = [
        ("all the time", visit(1, -5.0, Some(50.0))),
        ("until now", visit(1, -5.0, None)),
        ("five minutes late", visit(1, 5.0, Some(45.0))),
        ("six minutes late", visit(1, 6.0, Some(45.0))),
        ("half a minute too late", visit(1, 5.5, Some(45.0))),
        ("twenty minutes", visit(1, 0.0, Some(20.0))),
        ("a second less", visit(1, 0.0, Some(20.0 - 1.0 / 60.0))),
        (
            "three times seven",
            [visit(1, 0.0, Some(7.0)), visit(2, 10.0, Some(17.0)), visit(3, 20.0, Some(27.0))].concat(),
        ),
        ("two devices", [visit(1, 0.0, Some(15.0)), visit(2, 5.0, Some(19.0))].concat()),
        ("after the bell only", visit(1, 45.0, Some(55.0))),
        ("admitted only", visit(1, 0.0, Some(45.0)).into_iter().take(1).collect()),
    ];
    let mut table = String::new();
    for (name, entries) in cases {
        let presence = of(&entries);
        let seconds = presence.total.whole_seconds();
        writeln!(table, "{name}: {:?}, {}:{:02}", presence.verdict, seconds / 60, seconds % 60).unwrap();
    }
    insta::assert_snapshot!(table);
}

#[test]
fn of_a_short_lesson_half_is_enough() {
    let short = Span { from: minute(0.0), to: minute(30.0) };
    let there = attendance(&visit(1, 0.0, Some(15.0)), short, minute(60.0), AttendanceRules::default());
    assert_eq!(there[&PersonId::from_row(1)].verdict, Verdict::Present);
}

proptest! {
    #[test]
    fn attendance_does_not_depend_on_the_order_of_lines_and_never_exceeds_the_lesson(
        stays in prop::collection::vec((-20.0..70.0_f64, 0.0..60.0_f64, any::<bool>()), 1..8),
        seed in any::<u64>(),
    ) {
        // CALL-I8
        let mut entries: Vec<Entry> = (1..)
            .zip(&stays)
            .flat_map(|(number, (from, length, left))| visit(number, *from, left.then_some(from + length)))
            .collect();
        // Flowing never begins before the connection.
        let straight = of(&entries);
        prop_assert!(straight.total >= Duration::ZERO && straight.total <= Duration::minutes(45));
        prop_assert!(straight.spans.windows(2).all(|pair| pair[0].to < pair[1].from));
        let mut sorted = entries.clone();
        sorted.sort_by_key(|entry| (entry.at, entry.visit.get().wrapping_mul(i64::from_ne_bytes(seed.to_ne_bytes()))));
        prop_assert_eq!(&of(&sorted), &straight);
        // One more visit takes nothing away.
        entries.extend(visit(99, 3.0, Some(9.0)));
        prop_assert!(of(&entries).total >= straight.total);
    }
}

#[test]
fn each_thing_is_noted_once_and_nothing_after_the_end() {
    // CALL-I8
    let rooms = Rooms::open();
    let (call, ground) = (rooms.lesson_call(), Ground::Lesson(rooms.lesson()));
    let visit = rooms.visit("gromova", call, ground, now());
    let noted = |what, seconds| rooms.note(visit, what, now() + Duration::seconds(seconds));
    assert!(noted(Note::Connected, 1));
    assert!(!noted(Note::Connected, 2), "an ICE restart connects again");
    assert!(noted(Note::Flowing(Source::Camera), 3) && noted(Note::Flowing(Source::Screen), 4));
    assert!(!noted(Note::Flowing(Source::Camera), 5));
    assert!(noted(Note::Left(LeaveWhy::Lost), 6));
    assert!(!noted(Note::Left(LeaveWhy::Own), 7) && !noted(Note::Flowing(Source::Microphone), 8));
    let entries = rooms.world.read(move |tx| calls::entries_of(tx, call));
    let kinds: Vec<_> = entries.iter().map(|entry| entry.kind).collect();
    assert_eq!(
        kinds,
        [
            EntryKind::Admitted,
            EntryKind::Connected,
            EntryKind::Flowing(Source::Camera),
            EntryKind::Flowing(Source::Screen),
            EntryKind::Left(LeaveWhy::Lost)
        ]
    );
    assert!(entries.iter().all(|entry| entry.visit == visit && entry.person == rooms.person("gromova")));
}

#[test]
fn the_log_cannot_be_changed() {
    // CALL-I8
    let rooms = Rooms::open();
    let call = rooms.lesson_call();
    rooms.visit("gromova", call, Ground::Lesson(rooms.lesson()), now());
    for statement in [sql!("UPDATE calls_entry SET at = 0"), sql!("DELETE FROM calls_entry")] {
        let refused = rooms.world.try_write(move |tx| tx.execute(statement, []));
        assert!(format!("{:?}", refused.unwrap_err()).contains("append-only"));
    }
}

#[test]
fn a_crash_ends_visits_at_the_last_sign_of_life() {
    // CALL-I8: the base is opened anew as after a kill; what the server before it knew is gone.
    let mut rooms = Rooms::open();
    let (call, ground) = (rooms.lesson_call(), Ground::Lesson(rooms.lesson()));
    let at = |minutes: i64| bell() + Duration::minutes(minutes);
    for (key, came) in [("gromova", -3), ("varya", 0), ("demyan", 30)] {
        let visit = rooms.visit(key, call, ground, at(came));
        rooms.note(visit, Note::Connected, at(came));
        if key == "varya" {
            assert!(rooms.world.write(move |tx| calls::beat(tx, at(25))));
        }
    }
    rooms.world.reopen();
    assert_eq!(rooms.world.write(move |tx| calls::recover(tx, at(32))), 3);
    assert_eq!(rooms.world.write(move |tx| calls::recover(tx, at(33))), 0);
    assert!(!rooms.world.write(move |tx| calls::beat(tx, at(34))), "nobody is in");
    let entries = rooms.world.read(move |tx| calls::entries_of(tx, call));
    let lesson = Span { from: bell(), to: at(45) };
    let there = attendance(&entries, lesson, at(60), AttendanceRules::default());
    let minutes = |key: &str| there[&rooms.person(key)].total.whole_minutes();
    // The pulse was at 25; Demyan came after it, and was there for no time that is known.
    assert_eq!(["gromova", "varya", "demyan"].map(minutes), [25, 25, 0]);
    assert_eq!(there[&rooms.person("varya")].verdict, Verdict::Present);
}

#[test]
fn what_was_taken_into_the_journal_is_told_apart_and_taken_back_once() {
    // CALL-F31
    let rooms = Rooms::open();
    let call = rooms.lesson_call();
    let [teacher, varya, demyan] = ["gromova", "varya", "demyan"].map(|key| rooms.person(key));
    let marks = [
        ConfirmedMark { pupil: varya, verdict: Verdict::Late(7) },
        ConfirmedMark { pupil: demyan, verdict: Verdict::Absent },
    ];
    let before = calls::Before { taken: None, held: false };
    let confirm = || rooms.world.write(move |tx| calls::confirm(tx, now(), call, teacher, &marks, before));
    assert_eq!([confirm(), confirm()], [true, false]);
    let standing = || rooms.world.read(move |tx| calls::find_confirmation(tx, call));
    assert_eq!(standing().unwrap().marks, marks);
    let back = || rooms.world.write(move |tx| calls::take_back(tx, now(), call, teacher));
    assert_eq!(back().unwrap().marks, marks);
    assert_eq!((back(), standing()), (None, None));
    assert!(confirm(), "and taken over again");
}
