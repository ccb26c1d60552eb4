//! Publishing a timetable and the lessons made from it.
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on must stop, and a kit is shared"
)]

use diary::import::{publish_timetable, set_bells, timetable_conflicts, withdraw_timetable};
use diary::{Bell, Conflict, LessonsMade, Other, PublishError, TimetableRow, WeekPattern, Weekdays};
use school::{CalendarDay, DayKind};
use store::{ReadTx, WriteTx};
use testkit::{World, now};
use time::Date;
use time::macros::date;

const START: Date = date!(2026 - 09 - 01);

fn school() -> World {
    let world = World::build(&[diary::MIGRATIONS]);
    world.write(|tx| set_bells(tx, "Основные", &bells()).map(drop));
    world
}

fn bells() -> Vec<Bell> {
    let starts = [510, 565, 625, 685, 745, 800];
    (1..)
        .zip(starts)
        .map(|(slot, starts)| Bell { weekdays: Weekdays::ALL, slot, starts, ends: starts + 45 })
        .collect()
}

fn row(world: &World, class: &str, weekday: u8, slot: u8, subject: &str, teacher: &str) -> TimetableRow {
    TimetableRow {
        class_group: world.class_id(class),
        group: world.whole(class),
        weekday,
        week: WeekPattern::All,
        slot,
        subject: world.subject(subject),
        teacher: world.person(teacher),
        room: None,
    }
}

fn year(world: &World) -> school::YearId {
    world.class("6A").year
}

fn publish(world: &World, starts: Date, rows: Vec<TimetableRow>) -> Result<diary::Published, PublishError> {
    let year = year(world);
    world.try_write(move |tx| publish_timetable(tx, now(), year, starts, &rows))
}

fn ids(tx: &ReadTx<'_>, world: &World, from: Date, to: Date) -> Vec<diary::LessonId> {
    let lessons = diary::lessons_of_class(tx, world.class_id("6A"), from, to).unwrap();
    lessons.into_iter().map(|lesson| lesson.id).collect()
}

#[test]
fn lessons_are_made_for_the_whole_year_but_the_days_off() {
    let world = school();
    let made = publish(&world, START, vec![row(&world, "6A", 1, 1, "math", "gromova")]).unwrap();
    world.read(|tx| {
        let lessons = diary::lessons_of_class(tx, world.class_id("6A"), START, date!(2027 - 06 - 01))?;
        let days: Vec<Date> = lessons.iter().map(|lesson| lesson.date).collect();
        assert_eq!(
            made.lessons,
            LessonsMade { added: u32::try_from(days.len()).unwrap(), ..LessonsMade::default() }
        );
        assert_eq!(days[0], date!(2026 - 09 - 07));
        // The autumn holidays have two Mondays in them, the winter holidays one.
        assert!(!days.contains(&date!(2026 - 10 - 26)) && !days.contains(&date!(2027 - 01 - 04)));
        assert_eq!(days.len(), 39 - 3);
        assert_eq!((lessons[0].starts, lessons[0].ends), (510, 555));
        Ok::<_, store::Error>(())
    });
}

#[test]
fn a_moved_working_day_follows_the_timetable_of_another_weekday() {
    // DIA-E14: Saturday, 19 September works as Monday; the printed date stays.
    let world = school();
    publish(&world, START, vec![row(&world, "6A", 1, 1, "math", "gromova")]).unwrap();
    let (year, class) = (year(&world), world.class_id("6A"));
    let saturday = date!(2026 - 09 - 19);
    world.write(move |tx| {
        let day = CalendarDay {
            kind: DayKind::WorksAs(1),
            title: "Перенос".into(),
            starts: saturday,
            ends: date!(2026 - 09 - 20),
            grade_level: None,
        };
        school::add_calendar_day(tx, year, &day)?;
        let made = diary::ensure_lessons(tx, now(), class, START, Date::MAX)?;
        assert_eq!(made, LessonsMade { added: 1, ..LessonsMade::default() });
        assert_eq!(diary::lessons_of_class(tx, class, saturday, date!(2026 - 09 - 20))?.len(), 1);
        Ok::<_, store::Error>(())
    });
}

#[test]
fn conflicts_of_teacher_room_and_pupils_are_all_named() {
    // DIA-I5
    let world = school();
    let mut rows = vec![
        row(&world, "6A", 1, 1, "math", "gromova"),
        row(&world, "3A", 1, 1, "math", "gromova"),
        row(&world, "6A", 1, 1, "literature", "lapina"),
        row(&world, "6A", 2, 1, "math", "gromova"),
        row(&world, "3A", 2, 1, "math", "orlova"),
        row(&world, "6A", 8, 1, "math", "gromova"),
        row(&world, "6A", 3, 9, "math", "gromova"),
    ];
    rows[3].room = Some("214".into());
    rows[4].room = Some("214".into());
    let (gromova, expected_rows) = (world.person("gromova"), rows.clone());
    let dry = world.read(|tx| timetable_conflicts(tx, year(&world), START, &expected_rows));
    let Err(PublishError::Conflicts(conflicts)) = publish(&world, START, rows) else { panic!("published") };
    assert_eq!(dry, conflicts);
    assert_eq!(
        conflicts,
        [
            Conflict::Teacher { row: 1, other: Other::Row(0), teacher: gromova },
            Conflict::Pupils { row: 2, other: Other::Row(0) },
            Conflict::Room { row: 4, other: Other::Row(3), room: "214".into() },
            Conflict::NoSuchTime { row: 5 },
            Conflict::NoBell { row: 6, slot: 9 },
        ]
    );
    world.read(|tx| {
        assert!(ids(tx, &world, START, Date::MAX).is_empty());
        Ok::<_, store::Error>(())
    });
}

#[test]
fn a_class_that_is_not_named_keeps_its_timetable_and_its_teacher() {
    // DIA-X7, DIA-I5
    let world = school();
    publish(&world, START, vec![row(&world, "6A", 1, 1, "math", "gromova")]).unwrap();
    let Err(PublishError::Conflicts(conflicts)) =
        publish(&world, date!(2026 - 10 - 01), vec![row(&world, "3A", 1, 1, "math", "gromova")])
    else {
        panic!("published")
    };
    assert!(matches!(conflicts[..], [Conflict::Teacher { other: Other::Standing(_), .. }]), "{conflicts:?}");
    publish(&world, date!(2026 - 10 - 01), vec![row(&world, "3A", 1, 1, "math", "orlova")]).unwrap();
    world.read(|tx| {
        assert_eq!(ids(tx, &world, START, Date::MAX).len(), 36);
        Ok::<_, store::Error>(())
    });
}

#[test]
fn publishing_anew_never_renumbers_a_lesson() {
    // DIA-I6, DIA-E39
    let world = school();
    let first =
        vec![row(&world, "6A", 1, 1, "math", "gromova"), row(&world, "6A", 2, 1, "literature", "lapina")];
    publish(&world, START, first).unwrap();
    let before = world.read(|tx| Ok::<_, store::Error>(ids(tx, &world, START, Date::MAX)));
    let again =
        vec![row(&world, "6A", 1, 1, "math", "gromova"), row(&world, "6A", 3, 2, "literature", "lapina")];
    let change = date!(2026 - 10 - 05);
    let made = publish(&world, change, again).unwrap().lessons;
    assert!(made.added > 0 && made.removed > 0 && made.undecided == 0, "{made:?}");
    world.read(|tx| {
        let after = diary::lessons_of_class(tx, world.class_id("6A"), START, Date::MAX)?;
        let kept = after.iter().filter(|lesson| before.contains(&lesson.id)).count();
        let mathematics = 36;
        let literature_before_the_change = 5;
        assert_eq!(kept, mathematics + literature_before_the_change);
        Ok::<_, store::Error>(())
    });
}

#[test]
fn a_publication_can_be_taken_back_while_nothing_depends_on_it() {
    // DIA-I20
    let world = school();
    publish(&world, START, vec![row(&world, "6A", 1, 1, "math", "gromova")]).unwrap();
    let second =
        publish(&world, date!(2026 - 10 - 05), vec![row(&world, "6A", 3, 2, "english", "lapina")]).unwrap();
    world.write(move |tx: &mut WriteTx<'_>| withdraw_timetable(tx, now(), second.version));
    world.read(|tx| {
        assert_eq!(ids(tx, &world, START, Date::MAX).len(), 36);
        assert_eq!(diary::courses_of_class(tx, world.class_id("6A"))?.len(), 1);
        Ok::<_, store::Error>(())
    });
}

#[test]
fn weeks_alternate_from_the_first_of_the_year() {
    assert!(WeekPattern::First.holds(START, date!(2026 - 09 - 06)));
    assert!(!WeekPattern::First.holds(START, date!(2026 - 09 - 07)));
    assert!(WeekPattern::Second.holds(START, date!(2026 - 09 - 07)));
    assert!(WeekPattern::All.holds(START, date!(2026 - 09 - 07)));
}
