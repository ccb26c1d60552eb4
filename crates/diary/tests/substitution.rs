//! Substitutions and cancellations, and whose rights they give.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use diary::import::{publish_timetable, set_bells};
use diary::{
    Bell, Hand, LessonId, LessonState, LessonTeacher, NewSubstitution, SubstitutionError, TeacherPart,
    TimetableRow, WeekPattern, Weekdays,
};
use school::{DeputyHead, Staff, TeachingRole};
use store::WriteTx;
use testkit::{TODAY, World, now};
use time::Date;
use time::macros::date;

struct School {
    world: World,
    /// Mathematics in 6 «А» on Friday, 16 October, first slot.
    lesson: LessonId,
}

const FRIDAY: Date = date!(2026 - 10 - 16);
const SATURDAY: Date = date!(2026 - 10 - 17);

fn open() -> School {
    let world = World::build(&[diary::MIGRATIONS]);
    let year = world.class("6A").year;
    let row = |class, slot, subject, teacher| TimetableRow {
        class_group: world.class_id(class),
        group: world.whole(class),
        weekday: 5,
        week: WeekPattern::All,
        slot,
        subject: world.subject(subject),
        teacher: world.person(teacher),
        room: None,
    };
    let rows = vec![
        row("6A", 1, "math", "gromova"),
        row("6A", 2, "literature", "lapina"),
        row("3A", 1, "math", "orlova"),
    ];
    world.write(move |tx| {
        let bell = |slot: u8, starts| Bell { weekdays: Weekdays::ALL, slot, starts, ends: starts + 45 };
        set_bells(tx, "Основные", &[bell(1, 510), bell(2, 565)]).unwrap();
        publish_timetable(tx, now(), year, date!(2026 - 09 - 01), &rows).unwrap();
        Ok::<_, store::Error>(())
    });
    let class = world.class_id("6A");
    let lesson = world.read(|tx| diary::lessons_of_class(tx, class, FRIDAY, SATURDAY))[0].id;
    School { world, lesson }
}

impl School {
    fn deputy<T: Send + 'static>(
        &self,
        run: impl FnOnce(&mut WriteTx<'_>, &DeputyHead<'_>) -> Result<T, SubstitutionError> + Send + 'static,
    ) -> Result<T, SubstitutionError> {
        let viewer = self.world.viewer("zotova");
        self.world.try_write(move |tx| {
            let by = DeputyHead::ask(tx, &viewer, TODAY).unwrap();
            run(tx, &by)
        })
    }

    fn substitute(&self, teacher: &str) -> Result<(), SubstitutionError> {
        let (teacher, lesson) = (self.world.person(teacher), self.lesson);
        self.deputy(move |tx, by| {
            let new = NewSubstitution { teacher, course: None, room: None, reason: "болезнь" };
            diary::substitute(tx, by, now(), lesson, &new).map(drop)
        })
    }

    fn hand(&self, key: &str) -> Option<Hand> {
        let (viewer, lesson) = (self.world.viewer(key), self.lesson);
        self.world.read(|tx| {
            Ok::<_, store::Error>(LessonTeacher::ask(tx, &viewer, lesson, TODAY).ok().map(|by| by.hand()))
        })
    }
}

#[test]
fn a_substitute_has_the_rights_of_that_lesson_at_once_and_of_no_other() {
    // DIA-E8, DIA-I15
    let school = open();
    assert_eq!((school.hand("gromova"), school.hand("lapina")), (Some(Hand::Teacher), None));
    school.substitute("lapina").unwrap();
    assert_eq!((school.hand("gromova"), school.hand("lapina")), (None, Some(Hand::Substitute)));
    let lesson = school.lesson;
    school.deputy(move |tx, by| diary::restore_lesson(tx, by, now(), lesson)).unwrap();
    assert_eq!((school.hand("gromova"), school.hand("lapina")), (Some(Hand::Teacher), None));
}

#[test]
fn nobody_is_put_into_two_lessons_at_once() {
    // DIA-I5
    let school = open();
    assert!(matches!(school.substitute("orlova"), Err(SubstitutionError::Busy { .. })));
    assert!(matches!(school.substitute("gromova"), Err(SubstitutionError::Same)));
    assert!(matches!(school.substitute("varya"), Err(SubstitutionError::NotThere)));
    assert_eq!(school.hand("gromova"), Some(Hand::Teacher));
    let (lesson, lapina) = (school.lesson, school.world.person("lapina"));
    let free = school.deputy(move |tx, by| {
        let lesson = diary::find_lesson(tx, lesson)?.unwrap();
        Ok(diary::free_teachers(tx, by, &lesson)?)
    });
    let free: Vec<_> = free.unwrap().into_iter().map(|free| free.person).collect();
    assert_eq!(free, [lapina]);
}

#[test]
fn a_cancelled_lesson_stays_visible_and_takes_no_writes() {
    // DIA-ST1
    let school = open();
    let lesson = school.lesson;
    let reasonless = school.deputy(move |tx, by| diary::cancel_lesson(tx, by, now(), lesson, "  "));
    assert!(matches!(reasonless, Err(SubstitutionError::NoReason)));
    school.deputy(move |tx, by| diary::cancel_lesson(tx, by, now(), lesson, "мороз")).unwrap();
    let state = school.world.read(|tx| diary::find_lesson(tx, lesson)).unwrap().state;
    assert_eq!(state, LessonState::Cancelled);
    let viewer = school.world.viewer("gromova");
    let refused = school.world.try_write(move |tx| {
        let by = LessonTeacher::ask(tx, &viewer, lesson, TODAY)?;
        diary::set_topic(tx, now(), &by, Some("Дроби"))
    });
    assert!(matches!(refused, Err(diary::JournalError::Cancelled)));
    assert!(matches!(school.substitute("lapina"), Err(SubstitutionError::State(_))));
}

#[test]
fn an_open_diary_is_told_of_a_substitution_by_ids_only() {
    // DIA-I23
    let school = open();
    let class = school.world.class_id("6A").get();
    let before = school.world.read(|tx| tx.last_g());
    school.substitute("lapina").unwrap();
    let events = school.world.read(|tx| tx.events_of("class_group", class, before, i64::MAX, 10));
    let told: Vec<_> = events.iter().map(|event| (event.kind.as_ref(), event.reference)).collect();
    assert_eq!(told, [("substitution", school.lesson.get())]);
    assert_eq!(events[0].data, format!("{{\"lesson\":{}}}", school.lesson));
}

#[test]
fn a_teachers_day_shows_what_was_given_away_and_what_was_taken_on() {
    let school = open();
    school.substitute("lapina").unwrap();
    let day = |key: &str| {
        let viewer = school.world.viewer(key);
        school.world.read(|tx| {
            let by = Staff::ask(tx, &viewer, TODAY).unwrap();
            diary::teacher_day(tx, &by, FRIDAY)
        })
    };
    let parts = |key: &str| day(key).into_iter().map(|own| (own.lesson.slot, own.part)).collect::<Vec<_>>();
    let lapina = school.world.person("lapina");
    assert_eq!(parts("gromova"), [(1, TeacherPart::GivenTo(lapina))]);
    assert_eq!(parts("lapina"), [(1, TeacherPart::StandsIn), (2, TeacherPart::Own)]);
}

#[test]
fn a_new_teacher_of_the_course_takes_over_its_lessons() {
    // DIA-E7
    let school = open();
    let (group, subject) = (school.world.whole("6A"), school.world.subject("math"));
    let lapina = school.world.person("lapina");
    school.world.write(move |tx| {
        let old =
            school::teachings_of_groups(tx, &[group], TODAY)?.into_iter().find(|own| own.subject == subject);
        drop(school::end_teaching(tx, old.unwrap().id, TODAY)?);
        let new = school::NewTeaching {
            person: lapina,
            group,
            subject,
            role: TeachingRole::Main,
            hours_per_week: 5,
            room: None,
            starts: TODAY,
        };
        drop(school::assign_teaching(tx, &new)?);
        Ok::<_, store::Error>(())
    });
    assert_eq!((school.hand("gromova"), school.hand("lapina")), (None, Some(Hand::Teacher)));
}

#[test]
fn a_closed_term_takes_no_topic() {
    // DIA-I8, DIA-ST4
    let school = open();
    let (viewer, lesson) = (school.world.viewer("gromova"), school.lesson);
    let write = |at| {
        school.world.try_write(move |tx| {
            let by = LessonTeacher::ask(tx, &viewer, lesson, TODAY)?;
            diary::set_topic(tx, at, &by, Some("Дроби"))
        })
    };
    school.world.write(|tx| {
        let term = school::find_term(tx, school::TermKind::Quarter, FRIDAY)?.unwrap();
        diary::import::set_marks_close(tx, now(), term.id, now() + time::Duration::HOUR)
    });
    assert!(matches!(write(now() + time::Duration::HOUR), Err(diary::JournalError::TermClosed)));
    assert!(write(now()).is_ok());
}
