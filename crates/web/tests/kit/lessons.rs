//! The small school with a timetable.

use diary::import::{publish_timetable, set_bells};
use diary::{Bell, LessonId, TimetableRow, WeekPattern, Weekdays, WorkKind};
use testkit::{TODAY, World, now};
use time::macros::date;

use super::Site;

/// The server with mathematics and literature in 6 «А» on Wednesdays, and the lesson of mathematics of today.
pub fn open() -> (Site, LessonId) {
    let site = Site::open();
    let lesson = teach(&site.world);
    (site, lesson)
}

/// Puts the timetable in; gives the lesson of mathematics of today.
pub fn teach(world: &World) -> LessonId {
    let year = world.class("6A").year;
    let row = |slot, subject, teacher| TimetableRow {
        class_group: world.class_id("6A"),
        group: world.whole("6A"),
        weekday: 3,
        week: WeekPattern::All,
        slot,
        subject: world.subject(subject),
        teacher: world.person(teacher),
        room: Some("214".to_owned()),
    };
    let rows = vec![row(1, "math", "gromova"), row(6, "literature", "lapina")];
    world.write(move |tx| {
        let bell = |slot: u8, starts| Bell { weekdays: Weekdays::ALL, slot, starts, ends: starts + 45 };
        set_bells(tx, "Основные", &[bell(1, 510), bell(6, 800)]).unwrap();
        publish_timetable(tx, now(), year, date!(2026 - 09 - 01), &rows).unwrap();
        diary::add_work_type(tx, "Самостоятельная работа", "с/р", WorkKind::Quiz, 2, 1)?;
        Ok::<_, store::Error>(())
    });
    let class = world.class_id("6A");
    world.read(|tx| diary::lessons_of_class(tx, class, TODAY, TODAY.next_day().unwrap()))[0].id
}
