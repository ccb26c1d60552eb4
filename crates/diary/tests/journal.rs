//! Works, marks, attendance and homework over a small timetable, as their authors and as pupils see them.
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on must stop, and a kit is shared"
)]

use diary::import::{publish_timetable, set_bells};
use diary::{
    AbsenceFact, AbsenceReason, Bell, CourseTeacher, JournalError, LessonId, LessonReader, LessonTeacher,
    MarkDraft, MarkValue, TimetableRow, WeekPattern, Weekdays, WorkId, WorkKind, WorkTypeId,
};
use school::{Denied, HomeroomOf, PupilSelf, ReaderOf, Viewer};
use store::WriteTx;
use testkit::{TODAY, World, now};
use time::Date;
use time::macros::date;

const MONDAY: Date = date!(2026 - 10 - 12);
const SUNDAY: Date = date!(2026 - 10 - 18);

struct School {
    world: World,
    /// Mathematics in 6 «А» on Monday, 12 October.
    lesson: LessonId,
    quiz: WorkTypeId,
    dictation: WorkTypeId,
}

fn open() -> School {
    let world = World::build(&[diary::MIGRATIONS]);
    let year = world.class("6A").year;
    let row = |weekday, slot, subject, teacher| TimetableRow {
        class_group: world.class_id("6A"),
        group: world.whole("6A"),
        weekday,
        week: WeekPattern::All,
        slot,
        subject: world.subject(subject),
        teacher: world.person(teacher),
        room: Some("214".to_owned()),
    };
    let rows =
        vec![row(1, 1, "math", "gromova"), row(1, 2, "literature", "lapina"), row(3, 1, "math", "gromova")];
    let (quiz, dictation) = world.write(move |tx| {
        let bell = |slot: u8, starts| Bell { weekdays: Weekdays::ALL, slot, starts, ends: starts + 45 };
        set_bells(tx, "Основные", &[bell(1, 510), bell(2, 565)]).unwrap();
        publish_timetable(tx, now(), year, date!(2026 - 09 - 01), &rows).unwrap();
        let quiz = diary::add_work_type(tx, "Самостоятельная работа", "с/р", WorkKind::Quiz, 2, 1)?;
        let dictation = diary::add_work_type(tx, "Диктант", "дикт", WorkKind::Dictation, 2, 2)?;
        Ok::<_, store::Error>((quiz, dictation))
    });
    let class = world.class_id("6A");
    let lesson = world.read(|tx| diary::lessons_of_class(tx, class, MONDAY, SUNDAY))[0].id;
    School { world, lesson, quiz, dictation }
}

impl School {
    fn teach<T: Send + 'static>(
        &self,
        viewer: Viewer,
        run: impl FnOnce(&mut WriteTx<'_>, &LessonTeacher<'_>) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        let lesson = self.lesson;
        self.world.try_write(move |tx| {
            let by = LessonTeacher::ask(tx, &viewer, lesson, TODAY)?;
            run(tx, &by)
        })
    }

    fn work(&self, viewer: Viewer, kind: WorkTypeId, published: bool) -> WorkId {
        self.teach(viewer, move |tx, by| diary::add_work(tx, now(), by, kind, None, published)).unwrap()
    }

    fn mark(&self, work: WorkId, pupil: &str, seen: u32, value: Option<MarkValue>) -> MarkDraft {
        MarkDraft { work, pupil: self.world.person(pupil), cell: 1, seen, value, comment: None, reason: None }
    }

    fn set(&self, viewer: Viewer, draft: MarkDraft) -> Result<diary::MarkWritten, JournalError> {
        self.teach(viewer, move |tx, by| diary::set_mark(tx, now(), by, &draft, None))
    }

    fn marks_of(&self, viewer: &Viewer, child: &str) -> Vec<(MarkValue, u8)> {
        let child = self.world.person(child);
        self.world.read(|tx| {
            let by = ReaderOf::ask(tx, viewer, child, TODAY).map_err(|_| store::Error::NoRow)?;
            let lessons = diary::pupil_lessons(tx, &by, MONDAY, SUNDAY)?;
            Ok::<_, store::Error>(
                lessons
                    .iter()
                    .flat_map(|lesson| &lesson.marks)
                    .map(|mark| (mark.value, mark.weight))
                    .collect(),
            )
        })
    }
}

#[test]
fn a_changed_mark_keeps_its_history_and_a_cleared_one_leaves_a_tombstone() {
    // DIA-I7, DIA-F24.
    let school = open();
    let (teacher, pupil) = (school.world.viewer("gromova"), school.world.viewer("varya"));
    let work = school.work(teacher, school.quiz, true);
    let five = school.set(teacher, school.mark(work, "varya", 0, Some(MarkValue::Mark(5)))).unwrap();
    assert_eq!((five.revision, five.before), (1, None));
    let four = school.set(teacher, school.mark(work, "varya", 1, Some(MarkValue::Mark(4)))).unwrap();
    assert_eq!((four.revision, four.before), (2, Some(MarkValue::Mark(5))));
    assert_eq!(school.marks_of(&pupil, "varya"), [(MarkValue::Mark(4), 2)]);
    let gone = school.set(teacher, school.mark(work, "varya", 2, None)).unwrap();
    assert_eq!(gone.revision, 3);
    assert_eq!(school.marks_of(&pupil, "varya"), []);
    // The same again changes nothing.
    assert_eq!(school.set(teacher, school.mark(work, "varya", 3, None)).unwrap().mark, None);
}

#[test]
fn two_teachers_in_one_cell_conflict_visibly() {
    // DIA-I18.
    let school = open();
    let teacher = school.world.viewer("gromova");
    let work = school.work(teacher, school.quiz, true);
    school.set(teacher, school.mark(work, "varya", 0, Some(MarkValue::Mark(5)))).unwrap();
    let late = school.set(teacher, school.mark(work, "varya", 0, Some(MarkValue::Mark(3))));
    assert!(matches!(late, Err(JournalError::Stale { revision: 1, value: Some(MarkValue::Mark(5)) })));
}

#[test]
fn drafts_reach_no_pupil_and_no_guardian() {
    // DIA-I22.
    let school = open();
    let teacher = school.world.viewer("gromova");
    let work = school.work(teacher, school.quiz, false);
    school.set(teacher, school.mark(work, "varya", 0, Some(MarkValue::Mark(2)))).unwrap();
    for reader in ["varya", "mother"] {
        assert_eq!(school.marks_of(&school.world.viewer(reader), "varya"), [], "{reader}");
    }
    school.teach(teacher, move |tx, by| diary::publish_work(tx, now(), by, work)).unwrap();
    assert_eq!(school.marks_of(&school.world.viewer("mother"), "varya"), [(MarkValue::Mark(2), 2)]);
}

#[test]
fn marks_are_for_those_who_were_in_the_group_that_day() {
    // DIA-I3.
    let school = open();
    let teacher = school.world.viewer("gromova");
    let work = school.work(teacher, school.quiz, true);
    let foreign = school.set(teacher, school.mark(work, "kira", 0, Some(MarkValue::Mark(5))));
    assert!(matches!(foreign, Err(JournalError::NotInGroup)));
    let second = MarkDraft { cell: 2, ..school.mark(work, "varya", 0, Some(MarkValue::Mark(5))) };
    assert!(matches!(school.set(teacher, second), Err(JournalError::NoCell)));
    let pair = school.work(teacher, school.dictation, true);
    for (cell, mark) in [(1, 5), (2, 4)] {
        let draft = MarkDraft { cell, ..school.mark(pair, "varya", 0, Some(MarkValue::Mark(mark))) };
        school.set(teacher, draft).unwrap();
    }
    let varya = school.world.viewer("varya");
    assert_eq!(school.marks_of(&varya, "varya"), [(MarkValue::Mark(5), 2), (MarkValue::Mark(4), 2)]);
}

#[test]
fn only_the_lessons_teacher_writes_in_it() {
    // ARC-7, Z5.
    let school = open();
    for stranger in ["lapina", "orlova", "zotova", "sedov", "varya", "mother"] {
        let viewer = school.world.viewer(stranger);
        let refused = school
            .teach(viewer, |tx, by| diary::add_work(tx, now(), by, WorkTypeId::from_row(1), None, true));
        assert!(matches!(refused, Err(JournalError::Denied)), "{stranger}");
        let course = school.world.read(|tx| diary::find_lesson(tx, school.lesson)).unwrap().course;
        let read = school.world.try_read(|tx| CourseTeacher::ask(tx, &viewer, course, TODAY).map(|_| ()));
        assert!(matches!(read, Err(Denied::Denied)), "{stranger}");
    }
}

#[test]
fn the_fact_of_absence_and_its_reason_have_authors_of_their_own() {
    // DIA-I13.
    let school = open();
    let world = &school.world;
    let (gromova, varya) = (world.viewer("gromova"), world.person("varya"));
    let (demyan, class, lesson) = (world.person("demyan"), world.class_id("6A"), school.lesson);
    let changed = school.teach(gromova, move |tx, by| {
        diary::take_attendance(tx, now(), by, &[(varya, AbsenceFact::Absent), (demyan, AbsenceFact::Late(7))])
    });
    assert_eq!(changed.unwrap(), 2);
    world
        .try_write(move |tx| {
            let by = HomeroomOf::ask(tx, &gromova, class, TODAY)?;
            diary::set_absence_reason(tx, now(), &by, lesson, varya, Some(AbsenceReason::Illness))
        })
        .unwrap();
    let noted = world.read(|tx| {
        let by = ReaderOf::ask(tx, &world.viewer("mother"), varya, TODAY).map_err(|_| store::Error::NoRow)?;
        Ok::<_, store::Error>(diary::pupil_lessons(tx, &by, MONDAY, SUNDAY)?[0].absence)
    });
    assert_eq!(noted, Some((AbsenceFact::Absent, Some(AbsenceReason::Illness))));
    // Taking attendance anew clears what is not named any more.
    let cleared = school.teach(gromova, |tx, by| diary::take_attendance(tx, now(), by, &[]));
    assert_eq!(cleared.unwrap(), 2);
    let late = school.teach(gromova, move |tx, by| {
        diary::take_attendance(tx, now(), by, &[(varya, AbsenceFact::Late(0))])
    });
    assert!(matches!(late, Err(JournalError::Minutes)));
}

#[test]
fn homework_is_due_at_the_next_lesson_and_ticked_by_the_pupil() {
    let school = open();
    let world = &school.world;
    let (gromova, varya, lesson) = (world.viewer("gromova"), world.viewer("varya"), school.lesson);
    school.teach(gromova, |tx, by| diary::set_homework(tx, now(), by, Some("№ 192, 195 (а, б)"))).unwrap();
    let child = varya.person();
    let due = || {
        world.read(|tx| {
            let by = ReaderOf::ask(tx, &varya, child, TODAY).map_err(|_| store::Error::NoRow)?;
            let lessons = diary::pupil_lessons(tx, &by, MONDAY, SUNDAY)?;
            let found = lessons.into_iter().find(|lesson| !lesson.homework.is_empty()).unwrap();
            let open = diary::count_open_homework(tx, &by, MONDAY)?;
            Ok::<_, store::Error>((found.date, found.homework[0].text.clone(), found.homework[0].done, open))
        })
    };
    assert_eq!(due(), (date!(2026 - 10 - 14), "№ 192, 195 (а, б)".to_owned(), false, 1));
    let tick = |viewer: Viewer| {
        world.try_write(move |tx| {
            let by = PupilSelf::ask(tx, &viewer, TODAY)?;
            diary::set_done(tx, now(), &by, lesson, true)
        })
    };
    tick(varya).unwrap();
    assert_eq!((due().2, due().3), (true, 0));
    // Another class's pupil has no such homework, a guardian no tick of their own.
    assert!(matches!(tick(world.viewer("kira")), Err(JournalError::NoWork)));
    assert!(matches!(tick(world.viewer("mother")), Err(JournalError::Denied)));
    let hostile = school.teach(gromova, |tx, by| diary::set_homework(tx, now(), by, Some("упр. \u{202e}1")));
    assert!(matches!(hostile, Err(JournalError::TextUnclean)));
    let long = "а".repeat(4001);
    let long = school.teach(gromova, move |tx, by| diary::set_homework(tx, now(), by, Some(&long)));
    assert!(matches!(long, Err(JournalError::TextTooLong)));
}

#[test]
fn the_average_is_the_same_fraction_everywhere_and_blanks_are_not_zero() {
    // DIA-I9, DIA-I10, DIA-I11.
    let school = open();
    let (teacher, varya) = (school.world.viewer("gromova"), school.world.viewer("varya"));
    for value in [MarkValue::Mark(5), MarkValue::Point, MarkValue::Mark(4), MarkValue::Exempt] {
        let work = school.work(teacher, school.quiz, true);
        school.set(teacher, school.mark(work, "varya", 0, Some(value))).unwrap();
    }
    let child = varya.person();
    let math = school.world.subject("math");
    let subjects = school.world.read(|tx| {
        let by = ReaderOf::ask(tx, &varya, child, TODAY).map_err(|_| store::Error::NoRow)?;
        diary::pupil_subjects(tx, &by, date!(2026 - 09 - 01), date!(2026 - 10 - 25))
    });
    let marks = subjects.iter().find(|marks| marks.subject == math).unwrap();
    let average = marks.average.unwrap();
    assert_eq!((marks.rows.len(), average.sum(), average.weights()), (4, 18, 4));
    // A subject without marks is there, without an average.
    assert_eq!(subjects.iter().find(|marks| marks.subject != math).map(|marks| marks.average), Some(None));
}

#[test]
fn a_week_is_read_on_one_page() {
    // DIA-F1: lesson, room, teacher, topic, homework and marks of each day, from one question.
    let school = open();
    let (teacher, varya) = (school.world.viewer("gromova"), school.world.viewer("varya"));
    let work = school.work(teacher, school.quiz, true);
    school.set(teacher, school.mark(work, "varya", 0, Some(MarkValue::Mark(4)))).unwrap();
    school
        .teach(teacher, |tx, by| {
            diary::set_topic(tx, now(), by, Some("Сравнение дробей"))?;
            diary::set_homework(tx, now(), by, Some("№ 192"))
        })
        .unwrap();
    let week = |from: Date, to: Date| {
        school.world.read(|tx| {
            let by = ReaderOf::ask(tx, &varya, varya.person(), TODAY).map_err(|_| store::Error::NoRow)?;
            diary::pupil_lessons(tx, &by, from, to)
        })
    };
    let shown = week(MONDAY, SUNDAY);
    let places: Vec<_> = shown.iter().map(|lesson| (lesson.date, lesson.slot, lesson.subject)).collect();
    let (math, literature) = (school.world.subject("math"), school.world.subject("literature"));
    let wednesday = date!(2026 - 10 - 14);
    assert_eq!(places, [(MONDAY, 1, math), (MONDAY, 2, literature), (wednesday, 1, math)]);
    let [first, second, third] = &shown[..] else { panic!("{shown:?}") };
    assert_eq!((first.starts, first.ends, first.room.as_deref()), (510, 555, Some("214")));
    let teachers = [first, second, third].map(|lesson| lesson.teacher.as_ref().unwrap().surname.as_str());
    assert_eq!(teachers, ["Громова", "Лапина", "Громова"]);
    assert_eq!(first.topic.as_deref(), Some("Сравнение дробей"));
    assert_eq!(first.marks.iter().map(|mark| mark.value).collect::<Vec<_>>(), [MarkValue::Mark(4)]);
    assert_eq!(third.homework.iter().map(|due| due.text.as_str()).collect::<Vec<_>>(), ["№ 192"]);
    assert!(first.homework.is_empty() && second.marks.is_empty() && third.marks.is_empty());
    // The days of another week are not on it.
    assert!(week(date!(2026 - 10 - 19), date!(2026 - 10 - 25)).iter().all(|lesson| lesson.marks.is_empty()));
    assert!(week(wednesday, SUNDAY).iter().all(|lesson| lesson.date == wednesday));
}

#[test]
fn every_mark_of_an_average_is_explained_with_its_kind_and_weight() {
    // DIA-F15
    let school = open();
    let (teacher, varya) = (school.world.viewer("gromova"), school.world.viewer("varya"));
    let heavy =
        school.world.write(|tx| diary::add_work_type(tx, "Контрольная работа", "к/р", WorkKind::Exam, 5, 1));
    let entered = [
        (school.quiz, MarkValue::Mark(5)),
        (heavy, MarkValue::Mark(3)),
        (school.quiz, MarkValue::Point),
        (school.quiz, MarkValue::Mark(4)),
    ];
    for (kind, value) in entered {
        let work = school.work(teacher, kind, true);
        school.set(teacher, school.mark(work, "varya", 0, Some(value))).unwrap();
    }
    let subjects = school.world.read(|tx| {
        let by = ReaderOf::ask(tx, &varya, varya.person(), TODAY).map_err(|_| store::Error::NoRow)?;
        diary::pupil_subjects(tx, &by, date!(2026 - 09 - 01), date!(2026 - 10 - 25))
    });
    let math = subjects.iter().find(|marks| marks.subject == school.world.subject("math")).unwrap();
    let mut rows: Vec<_> = math
        .rows
        .iter()
        .map(|row| (row.mark.abbr.as_str(), row.mark.work.as_str(), row.mark.weight, row.mark.value))
        .collect();
    rows.sort_by_key(|(_, _, weight, value)| (*weight, value.counts()));
    assert_eq!(
        rows,
        [
            ("с/р", "Самостоятельная работа", 2, MarkValue::Point),
            ("с/р", "Самостоятельная работа", 2, MarkValue::Mark(4)),
            ("с/р", "Самостоятельная работа", 2, MarkValue::Mark(5)),
            ("к/р", "Контрольная работа", 5, MarkValue::Mark(3)),
        ]
    );
    // The rows add up to the fraction that is shown: 5 × 2 + 4 × 2 + 3 × 5 over 2 + 2 + 5.
    let shown = math.average.unwrap();
    let counted = math.rows.iter().filter_map(|row| {
        row.mark
            .value
            .counts()
            .map(|mark| (u32::from(mark) * u32::from(row.mark.weight), u32::from(row.mark.weight)))
    });
    let summed = counted.fold((0, 0), |(sum, weights), (part, weight)| (sum + part, weights + weight));
    assert_eq!((shown.sum(), shown.weights()), summed);
    assert_eq!(summed, (33, 9));
}

#[test]
fn an_absence_and_a_mark_share_a_cell_in_either_order() {
    // DIA-E16: the mark was earned outside the lesson; neither erases the other.
    let school = open();
    let (teacher, varya) = (school.world.viewer("gromova"), school.world.viewer("varya"));
    let work = school.work(teacher, school.quiz, true);
    let (child, other) = (varya.person(), school.world.person("demyan"));
    let absent = move |tx: &mut WriteTx<'_>, by: &LessonTeacher<'_>| {
        diary::take_attendance(tx, now(), by, &[(child, AbsenceFact::Absent), (other, AbsenceFact::Absent)])
    };
    school.set(teacher, school.mark(work, "varya", 0, Some(MarkValue::Mark(4)))).unwrap();
    school.teach(teacher, absent).unwrap();
    school.set(teacher, school.mark(work, "demyan", 0, Some(MarkValue::Mark(3)))).unwrap();
    for (key, mark) in [("varya", 4), ("demyan", 3)] {
        let viewer = school.world.viewer(key);
        let lesson = school.world.read(|tx| {
            let by = ReaderOf::ask(tx, &viewer, viewer.person(), TODAY).map_err(|_| store::Error::NoRow)?;
            Ok::<_, store::Error>(diary::pupil_lessons(tx, &by, MONDAY, SUNDAY)?.remove(0))
        });
        assert_eq!(lesson.absence, Some((AbsenceFact::Absent, None)), "{key}");
        let marks: Vec<_> = lesson.marks.iter().map(|shown| shown.value).collect();
        assert_eq!(marks, [MarkValue::Mark(mark)], "{key}");
        let average = school.world.read(|tx| {
            let by = ReaderOf::ask(tx, &viewer, viewer.person(), TODAY).map_err(|_| store::Error::NoRow)?;
            diary::pupil_subjects(tx, &by, MONDAY, SUNDAY)
        });
        let math = average.iter().find(|marks| marks.subject == school.world.subject("math")).unwrap();
        assert_eq!((math.average.unwrap().sum(), math.absences), (u32::from(mark) * 2, 1), "{key}");
    }
}

#[test]
fn who_reads_a_lesson_is_a_table() {
    // MSG-S14, DIA-I14: the right behind a card of the diary in a chat.
    let school = open();
    let may = |who: &str, on: Date| {
        let (viewer, lesson) = (school.world.viewer(who), school.lesson);
        let read = school.world.try_read(|tx| {
            let by = LessonReader::ask(tx, &viewer, lesson, on)?;
            assert_eq!(by.lesson().id, lesson);
            assert!(diary::read_homework(tx, &by)?.is_none() && diary::read_change(tx, &by)?.is_none());
            Ok::<_, Denied>(())
        });
        read.is_ok()
    };
    for (who, reads) in [
        ("varya", true),
        ("demyan", true),
        ("timur", true),
        ("mother", true),
        ("demyan_mother", true),
        ("gromova", true),
        ("zotova", true),
        // Kept away by a court.
        ("father", false),
        // Of another class.
        ("kira", false),
        ("orlova", false),
        // Teaches the class something else.
        ("lapina", false),
        ("barinova", false),
        ("sedov", false),
    ] {
        assert_eq!(may(who, TODAY), reads, "{who}");
    }
    let viewer = school.world.viewer("zotova");
    let missing =
        school.world.try_read(|tx| LessonReader::ask(tx, &viewer, LessonId::from_row(999), TODAY).map(drop));
    assert!(matches!(missing, Err(Denied::Denied)));
}
