//! Quiet hours: what they hold back, until when, and what they never do.
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on must stop, and a kit is shared"
)]

mod kit;

use kit::{Chats, Refused};
use messenger::{
    Body, ConversationId, Draft, MemberOf, QuietChoice, QuietHours, SendError, WorkDays, quiet_until,
};
use school::{CalendarDay, DayKind, Denied, Present, Zone};
use store::{Actor, UtcInstant};
use testkit::TODAY;
use time::macros::date;
use time::{Date, Duration};

fn off(kind: DayKind, starts: Date, ends: Date, grade_level: Option<u8>) -> CalendarDay {
    CalendarDay { kind, title: String::new(), starts, ends, grade_level }
}

#[test]
fn it_is_quiet_until_the_next_working_morning() {
    // MSG-S4, MSG-E35: evenings, Sundays, days off in a row, clocks that jump.
    let calendar = || {
        vec![
            off(DayKind::Vacation, date!(2026 - 10 - 25), date!(2026 - 11 - 03), None),
            off(DayKind::Holiday, date!(2026 - 11 - 04), date!(2026 - 11 - 05), None),
            off(DayKind::Vacation, date!(2026 - 10 - 15), date!(2026 - 10 - 16), Some(1)),
            off(DayKind::WorksAs(1), date!(2026 - 11 - 08), date!(2026 - 11 - 09), None),
        ]
    };
    let usual = QuietHours::USUAL;
    let late = QuietHours::new(22 * 60, 9 * 60).unwrap();
    let check = |zone: &str, hours, at: (Date, u16), until: Option<(Date, u16)>| {
        let zone = Zone::find(zone).unwrap();
        let days = WorkDays::new(zone.clone(), calendar());
        let found = quiet_until(hours, &days, zone.instant(at.0, at.1));
        let shown = found.map(|until| (zone.local(until).date, zone.local(until).minute()));
        assert_eq!(shown, until, "{at:?}");
    };
    let wednesday = date!(2026 - 10 - 14);
    let thursday = date!(2026 - 10 - 15);
    for (hours, at, until) in [
        (usual, (wednesday, 449), Some((wednesday, 450))),
        (usual, (wednesday, 450), None),
        (usual, (wednesday, 1199), None),
        (usual, (wednesday, 1200), Some((thursday, 450))),
        (usual, (wednesday, 1439), Some((thursday, 450))),
        (usual, (thursday, 0), Some((thursday, 450))),
        // A day off of one grade is none of the school's.
        (usual, (thursday, 600), None),
        (late, (wednesday, 1200), None),
        (late, (wednesday, 1320), Some((thursday, 540))),
        // Saturday evening, Sunday, the autumn vacation, its last evening, the holiday after one day.
        (usual, (date!(2026 - 10 - 17), 1300), Some((date!(2026 - 10 - 19), 450))),
        (usual, (date!(2026 - 10 - 18), 600), Some((date!(2026 - 10 - 19), 450))),
        (usual, (date!(2026 - 10 - 24), 1200), Some((date!(2026 - 11 - 03), 450))),
        (usual, (date!(2026 - 11 - 02), 1439), Some((date!(2026 - 11 - 03), 450))),
        (usual, (date!(2026 - 11 - 03), 1200), Some((date!(2026 - 11 - 05), 450))),
        (usual, (date!(2026 - 11 - 04), 700), Some((date!(2026 - 11 - 05), 450))),
        // A Sunday on which the school works.
        (usual, (date!(2026 - 11 - 07), 1300), Some((date!(2026 - 11 - 08), 450))),
        (usual, (date!(2026 - 11 - 08), 600), None),
    ] {
        for zone in ["Europe/Moscow", "Asia/Kamchatka"] {
            check(zone, hours, at, until);
        }
    }
    // Nights with a jump of the clocks end at the same morning: 28 March 2027 is a Sunday.
    check("Europe/Berlin", usual, (date!(2027 - 03 - 27), 1300), Some((date!(2027 - 03 - 29), 450)));
    check("Europe/Berlin", usual, (date!(2027 - 10 - 30), 1300), Some((date!(2027 - 11 - 01), 450)));
    for (begins, ends) in [(1019, 450), (1381, 450), (1200, 299), (1200, 601), (0, 0)] {
        assert!(QuietHours::new(begins, ends).is_err(), "{begins} {ends}");
    }
}

#[test]
fn quiet_hours_without_end_still_end() {
    // MSG-E35: a calendar that is free for ever.
    let zone = Zone::find("Europe/Moscow").unwrap();
    let for_ever = off(DayKind::Vacation, date!(2000 - 01 - 01), date!(2100 - 01 - 01), None);
    let days = WorkDays::new(zone.clone(), vec![for_ever]);
    let at = zone.instant(TODAY, 600);
    let until = quiet_until(QuietHours::USUAL, &days, at).unwrap();
    assert!(until > at && until.since(at) < Duration::days(200));
}

/// A minute of a day of the small school.
fn at(date: Date, minute: u16) -> UtcInstant {
    Zone::find("Europe/Moscow").unwrap().instant(date, minute)
}

fn read_at(chats: &Chats, who: &str, chat: ConversationId, seq: i64, now: UtcInstant) {
    let viewer = chats.viewer(who);
    chats.world.write(move |tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        messenger::mark_read(tx, now, &by, seq).map_err(Denied::from)
    });
}

fn receipts(chats: &Chats, who: &str, chat: ConversationId, now: UtcInstant) -> Vec<u32> {
    let viewer = chats.viewer(who);
    chats.world.read(|tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        let lines = messenger::history(tx, &by, messenger::Span::Newest, 50)?.lines;
        let counted = messenger::receipts(tx, now, &by, &lines)?;
        for line in &lines {
            let readers = messenger::readers(tx, now, &by, line)?;
            assert_eq!(Some(&readers.count), counted.get(&line.seq));
        }
        Ok::<_, Denied>(lines.iter().map(|line| counted[&line.seq]).collect())
    })
}

fn choose(chats: &Chats, who: &str, is_on: bool) {
    let viewer = chats.viewer(who);
    let choice = QuietChoice { is_on, hours: QuietHours::USUAL };
    chats.world.write(move |tx| {
        messenger::choose_quiet(tx, testkit::now(), &Present::ask(tx, &viewer)?, choice).map_err(Denied::from)
    });
}

#[test]
fn a_receipt_waits_for_the_morning_of_its_reader() {
    // MSG-R3, MSG-F35: the message and the mark are stored at once.
    let chats = Chats::open();
    let chat = chats.parents_chat();
    let tomorrow = date!(2026 - 10 - 15);
    let (day, evening, night) = (at(TODAY, 700), at(TODAY, 1210), at(TODAY, 1300));
    for (n, now) in [(1, day), (2, evening), (3, night)] {
        chats.send_at(now, chats.viewer("mother"), chat, chats.cid(), &format!("слово {n}")).unwrap();
    }
    read_at(&chats, "gromova", chat, 1, day);
    assert_eq!(receipts(&chats, "mother", chat, day), [1, 0, 0]);
    read_at(&chats, "gromova", chat, 2, evening);
    assert_eq!(receipts(&chats, "mother", chat, evening), [1, 0, 0], "what was known stays known");
    read_at(&chats, "gromova", chat, 3, night);
    assert_eq!(receipts(&chats, "mother", chat, at(tomorrow, 449)), [1, 0, 0]);
    assert_eq!(receipts(&chats, "mother", chat, at(tomorrow, 450)), [1, 1, 1]);
    assert_eq!(chats.unread("gromova", chat), 0, "her own counter knows at once");
    // A guardian has none unless they want them.
    read_at(&chats, "demyan_mother", chat, 3, night);
    assert_eq!(receipts(&chats, "mother", chat, night), [2, 1, 1]);
    choose(&chats, "gromova", false);
    assert_eq!(receipts(&chats, "mother", chat, night), [2, 2, 2]);
}

fn badge(chats: &Chats, who: &str, now: UtcInstant) -> u32 {
    let viewer = chats.viewer(who);
    chats
        .world
        .read(|tx| messenger::unread_total(tx, now, &Present::ask(tx, &viewer)?, TODAY).map_err(Denied::from))
}

fn urge(chats: &Chats, who: &str, chat: ConversationId, now: UtcInstant) -> Result<bool, Refused> {
    let viewer = chats.viewer(who);
    let draft = Draft::text(chats.cid(), Body::parse("Варя заболела").unwrap());
    chats.world.try_write(move |tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        let actor = Actor { person: None, session: None, address: String::new() };
        let ack = messenger::send_urgent(tx, now, &by, &actor, &draft)?;
        let again = messenger::send_urgent(tx, now, &by, &actor, &draft)?;
        assert!(again.dup && again.seq == ack.seq);
        Ok(messenger::find_line(tx, &by, ack.seq)?.unwrap().urgent)
    })
}

#[test]
fn an_urgent_message_reaches_the_badge_and_is_rare() {
    // MSG-N6, MSG-S4
    let chats = Chats::open();
    let chat = chats.parents_chat();
    let night = at(TODAY, 1300);
    let rows = || chats.world.read(|tx| tx.audit_len());
    let before = rows();
    chats.send_at(night, chats.viewer("mother"), chat, chats.cid(), "не спешите").unwrap();
    assert_eq!(
        (badge(&chats, "gromova", night), chats.unread("gromova", chat)),
        (0, 1),
        "stored, not calling"
    );
    assert_eq!(badge(&chats, "demyan_mother", night), 1);
    assert!(!urge(&chats, "mother", chat, at(TODAY, 700)).unwrap(), "by day it is like any other");
    assert_eq!(rows(), before);
    for n in 1..=2 {
        assert!(urge(&chats, "mother", chat, night).unwrap());
        assert_eq!(badge(&chats, "gromova", night), n);
        assert_eq!(rows(), before + i64::from(n));
    }
    let third = urge(&chats, "mother", chat, night);
    assert!(matches!(third, Err(Refused::Send(SendError::UrgentTooOften))), "{third:?}");
    assert!(urge(&chats, "demyan_mother", chat, night).unwrap(), "by person");
    let staff = urge(&chats, "gromova", chat, night);
    assert!(matches!(staff, Err(Refused::Send(SendError::NotUrgent))), "{staff:?}");
    assert_eq!(badge(&chats, "gromova", at(date!(2026 - 10 - 15), 450)), 5, "the morning");
}

#[test]
fn whoever_writes_learns_for_whom_it_is_quiet() {
    // MSG-N6
    let chats = Chats::open();
    let chat = chats.class_chat();
    let quiet = |who: &str, now: UtcInstant| {
        let viewer = chats.viewer(who);
        chats.world.read(|tx| {
            let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
            messenger::quiet_in(tx, now, &by).map_err(Denied::from)
        })
    };
    assert_eq!(quiet("varya", at(TODAY, 700)), None);
    let told = quiet("varya", at(TODAY, 1230)).unwrap();
    assert_eq!((told.until.date, told.until.minute()), (date!(2026 - 10 - 15), 450));
    assert!(told.may_urge && told.seats.keys().all(|seat| seat.is_staff()), "{told:?}");
    assert!(!quiet("gromova", at(TODAY, 1230)).unwrap().may_urge);
    for who in ["gromova", "lapina"] {
        choose(&chats, who, false);
    }
    assert_eq!(quiet("varya", at(TODAY, 1230)), None);
}
