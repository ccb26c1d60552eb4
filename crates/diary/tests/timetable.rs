//! Publishing a timetable and the lessons made from it.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    unreachable_pub,
    reason = "a test that cannot go on must stop, and tells another process by the environment and the output"
)]

use diary::import::{publish_timetable, set_bells, timetable_conflicts, withdraw_timetable};
use diary::{
    Bell, Conflict, JournalError, LessonTeacher, LessonsMade, MarkScale, Other, PublishError, TimetableRow,
    WeekPattern, Weekdays, WorkKind,
};
use school::{
    CalendarDay, ClassGroup, ClassLabel, DayKind, NewClassGroup, NewTeaching, TeachingRole, TermKind, Zone,
};
use store::{ReadTx, WriteTx};
use testkit::{TODAY, World, now};
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

/// A class of its own with a set of bells of its own, and a teacher of mathematics for it.
fn add_class(world: &World, grade: u8, bells: &'static str, kind: TermKind) -> ClassGroup {
    let (year, math, gromova) = (year(world), world.subject("math"), world.person("gromova"));
    world.write(move |tx| {
        let label = ClassLabel { grade, letter: "Б".to_owned() };
        let new = NewClassGroup { year, label: &label, room: None, term_kind: kind, bells, week_days: 6 };
        let (id, whole, _) = school::add_class_group(tx, &new)?;
        let teaching = NewTeaching {
            person: gromova,
            subject: math,
            group: whole,
            role: TeachingRole::Main,
            hours_per_week: 5,
            room: None,
            starts: START,
        };
        drop(school::assign_teaching(tx, &teaching)?);
        school::load_class_group(tx, id)
    })
}

fn row_of(world: &World, class: &ClassGroup, weekday: u8, slot: u8) -> TimetableRow {
    TimetableRow {
        class_group: class.id,
        group: class.whole,
        ..row(world, "6A", weekday, slot, "math", "gromova")
    }
}

#[test]
fn a_lesson_lies_in_the_year_of_its_course() {
    // DIA-I4
    let world = school();
    let rows = (1..=6).flat_map(|weekday| {
        [row(&world, "6A", weekday, 1, "math", "gromova"), row(&world, "3A", weekday, 1, "math", "orlova")]
    });
    publish(&world, START, rows.collect()).unwrap();
    let class = world.class_id("6A");
    // Asked for more days than the year has, the making of lessons stays within it.
    let more = world.write(move |tx| {
        diary::ensure_lessons(tx, now(), class, date!(2024 - 01 - 01), date!(2030 - 01 - 01))
    });
    assert_eq!(more, LessonsMade::default());
    world.read(|tx| {
        for key in ["6A", "3A"] {
            let class = world.class(key);
            let year = school::load_year(tx, class.year)?;
            let lessons =
                diary::lessons_of_class(tx, class.id, date!(2024 - 01 - 01), date!(2030 - 01 - 01))?;
            assert!(lessons.len() > 150, "{key}: {}", lessons.len());
            for lesson in lessons {
                let course = diary::find_course_by_id(tx, lesson.course)?.unwrap();
                let of_class = (course.class_group, course.group, course.year);
                assert_eq!(of_class, (class.id, class.whole, class.year));
                assert!((year.starts..year.ends).contains(&lesson.date), "{key}: {}", lesson.date);
            }
        }
        Ok::<_, store::Error>(())
    });
}

#[test]
fn the_term_of_a_lesson_is_that_of_its_class() {
    // DIA-I4: the quarter is closed to marks, the half-year goes on.
    let world = school();
    let tenth = add_class(&world, 10, "Основные", TermKind::HalfYear);
    let year = year(&world);
    let rows = vec![row(&world, "6A", 1, 1, "math", "gromova"), row_of(&world, &tenth, 1, 2)];
    publish(&world, START, rows).unwrap();
    world.write(move |tx| {
        let (starts, ends) = (START, date!(2026 - 12 - 31));
        school::add_term(tx, year, TermKind::HalfYear, 1, "I полугодие", starts, ends)?;
        let quarter = school::find_term(tx, TermKind::Quarter, date!(2026 - 10 - 12))?.unwrap();
        diary::import::set_marks_close(tx, now(), quarter.id, now())
    });
    let viewer = world.viewer("gromova");
    let write = |class| {
        let (from, to) = (date!(2026 - 10 - 12), date!(2026 - 10 - 13));
        let lesson = world.read(|tx| diary::lessons_of_class(tx, class, from, to))[0].id;
        world.try_write(move |tx| {
            let by = LessonTeacher::ask(tx, &viewer, lesson, TODAY)?;
            diary::set_topic(tx, now(), &by, Some("Дроби"))
        })
    };
    assert!(matches!(write(world.class_id("6A")), Err(JournalError::TermClosed)));
    assert!(write(tenth.id).is_ok());
}

#[test]
fn numbers_of_lessons_belong_to_a_shift_and_the_lesson_0_exists() {
    // DIA-E11
    let world = school();
    let second = "Основные, 2 смена";
    let bell = |slot, starts| Bell { weekdays: Weekdays::ALL, slot, starts, ends: starts + 45 };
    world.write(move |tx| set_bells(tx, "Основные", &[bell(0, 460), bell(1, 510)]).map(drop));
    world.write(move |tx| set_bells(tx, second, &[bell(0, 800), bell(1, 850)]).map(drop));
    let late = add_class(&world, 7, second, TermKind::Quarter);
    // One teacher has both first lessons: they are hours apart.
    let rows = vec![
        row(&world, "6A", 1, 0, "literature", "lapina"),
        row(&world, "6A", 1, 1, "math", "gromova"),
        row_of(&world, &late, 1, 0),
        row_of(&world, &late, 1, 1),
    ];
    publish(&world, START, rows).unwrap();
    let day = |class| {
        let (monday, tuesday) = (date!(2026 - 09 - 07), date!(2026 - 09 - 08));
        let lessons = world.read(|tx| diary::lessons_of_class(tx, class, monday, tuesday));
        lessons.iter().map(|lesson| (lesson.slot, lesson.starts, lesson.ends)).collect::<Vec<_>>()
    };
    assert_eq!(day(world.class_id("6A")), [(0, 460, 505), (1, 510, 555)]);
    assert_eq!(day(late.id), [(0, 800, 845), (1, 850, 895)]);
    // Other numbers at the same time are still one teacher in two places.
    world.write(move |tx| set_bells(tx, second, &[bell(0, 470), bell(1, 850)]).map(drop));
    let clash = vec![row(&world, "6A", 2, 0, "math", "gromova"), row_of(&world, &late, 2, 0)];
    assert!(matches!(publish(&world, START, clash), Err(PublishError::Conflicts(_))));
}

#[test]
fn days_off_of_some_classes_are_lessons_of_the_others() {
    // DIA-E15
    let world = school();
    let rows = vec![row(&world, "6A", 1, 1, "math", "gromova"), row(&world, "3A", 1, 1, "math", "orlova")];
    publish(&world, START, rows).unwrap();
    let (year, sixth, third) = (year(&world), world.class_id("6A"), world.class_id("3A"));
    let (monday, tuesday) = (date!(2026 - 09 - 14), date!(2026 - 09 - 15));
    let off = move |kind, grade_level| CalendarDay {
        kind,
        title: "Карантин".into(),
        starts: monday,
        ends: tuesday,
        grade_level,
    };
    let taught = || {
        [sixth, third].map(|class| world.read(|tx| diary::lessons_of_class(tx, class, monday, tuesday)).len())
    };
    assert_eq!(taught(), [1, 1]);
    world.write(move |tx| {
        school::add_calendar_day(tx, year, &off(DayKind::Vacation, Some(3)))?;
        diary::ensure_lessons(tx, now(), sixth, START, Date::MAX)?;
        diary::ensure_lessons(tx, now(), third, START, Date::MAX)
    });
    assert_eq!(taught(), [1, 0]);
}

#[test]
fn a_class_without_marks_takes_no_work() {
    // DIA-E22: neither a work nor, without one, a mark; everything else is written as elsewhere.
    let world = school();
    let first = add_class(&world, 1, "Основные", TermKind::Quarter);
    publish(&world, START, vec![row_of(&world, &first, 1, 1), row(&world, "6A", 1, 2, "math", "gromova")])
        .unwrap();
    let viewer = world.viewer("gromova");
    let quiz =
        world.write(|tx| diary::add_work_type(tx, "Самостоятельная работа", "с/р", WorkKind::Quiz, 2, 1));
    let scale_and_work = |class| {
        let (from, to) = (date!(2026 - 10 - 12), date!(2026 - 10 - 13));
        let lesson = world.read(|tx| diary::lessons_of_class(tx, class, from, to)).remove(0);
        let scale = world.read(|tx| diary::find_course_by_id(tx, lesson.course)).unwrap().scale;
        let work = world.try_write(move |tx| {
            let by = LessonTeacher::ask(tx, &viewer, lesson.id, TODAY)?;
            diary::set_topic(tx, now(), &by, Some("Счёт до десяти"))?;
            diary::add_work(tx, now(), &by, quiz, None, true)
        });
        (scale, work)
    };
    assert!(matches!(scale_and_work(first.id), (MarkScale::Markless, Err(JournalError::NoWorkType))));
    assert!(matches!(scale_and_work(world.class_id("6A")), (MarkScale::Five, Ok(_))));
}

/// The lessons of 6 «А» as they are stored.
fn stored(world: &World) -> String {
    let rows = world.read(|tx| {
        tx.list(
            store::sql!("SELECT date, slot, starts, ends FROM diary_lesson ORDER BY date, slot"),
            [],
            |row| {
                Ok((
                    row.get::<_, String>(0)?,
                    row.get::<_, i64>(1)?,
                    row.get::<_, i64>(2)?,
                    row.get::<_, i64>(3)?,
                ))
            },
        )
    });
    format!("{rows:?}")
}

#[test]
fn lessons_are_kept_in_local_time_and_instants_are_derived() {
    // DIA-I17
    let world = school();
    publish(&world, START, vec![row(&world, "6A", 1, 1, "math", "gromova")]).unwrap();
    let here = stored(&world);
    assert!(here.starts_with("[(\"2026-09-07\", 1, 510, 555)"), "{here}");
    println!("kept {here} {:?}", world.zone.instant(date!(2026 - 09 - 07), 510).millis());
    // The same test in a process whose machine believes itself elsewhere: nothing differs.
    let elsewhere = |zone: &str| {
        let mut command = std::process::Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "lessons_are_kept_in_local_time_and_instants_are_derived", "--nocapture"]);
        let said = command.env("TZ", zone).env("ZVONOK_TEST_ELSEWHERE", "1").output().unwrap();
        let said = String::from_utf8(said.stdout).unwrap();
        said.lines().find_map(|line| line.split_once("kept ")).map(|(_, kept)| kept.to_owned()).unwrap()
    };
    if std::env::var_os("ZVONOK_TEST_ELSEWHERE").is_none() {
        let moscow = elsewhere("Europe/Moscow");
        assert!(moscow.starts_with(&here));
        assert_eq!([elsewhere("Pacific/Kiritimati"), elsewhere("America/Adak")], [moscow.clone(), moscow]);
    }
    // Another zone of the school moves the moment and not what the journal says.
    let kamchatka = Zone::find("Asia/Kamchatka").unwrap();
    let moments = [&world.zone, &kamchatka].map(|zone| zone.instant(date!(2026 - 09 - 07), 510));
    assert_eq!(moments[0].since(moments[1]).whole_hours(), 9);
    world.write(|tx| {
        tx.execute(store::sql!("UPDATE school_school SET zone = 'Asia/Kamchatka'"), [])?;
        diary::ensure_all_lessons(tx, now(), START)
    });
    assert_eq!(stored(&world), here);
}
