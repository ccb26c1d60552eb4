//! One class, lesson by lesson.

use std::collections::{HashMap, HashSet};

use diary::{
    AbsenceFact, AbsenceReason, CourseId, JournalError, Lesson, LessonId, LessonState, LessonTeacher,
};
use school::{ClassGroup, HomeroomOf, Local, PersonId, PupilSelf, Zone};
use store::{UtcInstant, WriteTx};
use time::{Date, Duration};

use super::{Actors, Corpus, actor, marks};
use crate::demo::draw::{below, chance, day, key, one};

/// What one class is filled from.
pub(crate) struct ClassPlan<'a> {
    pub(crate) class: &'a ClassGroup,
    pub(crate) corpus: &'a Corpus,
    pub(crate) zone: &'a Zone,
    pub(crate) local: Local,
}

impl ClassPlan<'_> {
    /// Fills the lessons that have ended; the running one has its topic and attendance.
    pub(crate) fn fill(
        &self,
        tx: &mut WriteTx<'_>,
        now: UtcInstant,
        lessons: &[Lesson],
        actors: &mut Actors,
    ) -> Result<(), JournalError> {
        let totals = self.totals(lessons);
        let mut counts: HashMap<CourseId, usize> = HashMap::new();
        let mut absences: Vec<(LessonId, PersonId)> = Vec::new();
        for lesson in lessons {
            if lesson.state == LessonState::Cancelled || !self.has_begun(lesson) {
                continue;
            }
            let number = counts.entry(lesson.course).or_default();
            *number += 1;
            let total = totals.get(&lesson.course).copied().unwrap_or(1);
            let at = self.zone.instant(lesson.date, lesson.ends.min(self.ends_now(lesson)));
            let Some(teacher) = self.teacher_of(tx, lesson)? else { continue };
            let viewer = actor(tx, now, actors, teacher)?;
            let by = LessonTeacher::ask(tx, &viewer, lesson.id, lesson.date)?;
            self.fill_lesson(tx, at, &by, lesson, *number, total, &mut absences)?;
        }
        self.give_reasons(tx, now, &absences, actors)?;
        self.tick(tx, now, lessons, actors)
    }

    fn has_begun(&self, lesson: &Lesson) -> bool {
        (lesson.date, lesson.starts) < (self.local.date, self.local.minute())
    }

    fn ends_now(&self, lesson: &Lesson) -> u16 {
        if lesson.date == self.local.date { self.local.minute() } else { lesson.ends }
    }

    /// How many lessons each course has in the year, by what it has had so far: its topics are spread over them.
    fn totals(&self, lessons: &[Lesson]) -> HashMap<CourseId, usize> {
        let mut weeks: HashMap<CourseId, HashSet<(Date, u8)>> = HashMap::new();
        for lesson in lessons {
            weeks
                .entry(lesson.course)
                .or_default()
                .insert((diary::monday_of(lesson.date), lesson.date.weekday().number_from_monday()));
        }
        let school_weeks = 34;
        let passed: HashSet<Date> = lessons.iter().map(|lesson| diary::monday_of(lesson.date)).collect();
        let passed = passed.len().max(1);
        weeks
            .into_iter()
            .map(|(course, slots)| (course, (slots.len() * school_weeks).div_ceil(passed).max(1)))
            .collect()
    }

    fn teacher_of(&self, tx: &WriteTx<'_>, lesson: &Lesson) -> Result<Option<PersonId>, JournalError> {
        if let Some(person) = lesson.teacher {
            return Ok(Some(person));
        }
        let Some(course) = diary::find_course_by_id(tx, lesson.course)? else { return Ok(None) };
        Ok(school::teachers_of(tx, course.group, course.subject, lesson.date)?.first().copied())
    }

    #[expect(clippy::too_many_arguments, reason = "one step of a loop that has all of these at hand")]
    fn fill_lesson(
        &self,
        tx: &mut WriteTx<'_>,
        at: UtcInstant,
        by: &LessonTeacher<'_>,
        lesson: &Lesson,
        number: usize,
        total: usize,
        absences: &mut Vec<(LessonId, PersonId)>,
    ) -> Result<(), JournalError> {
        let grade = self.class.label.grade;
        let subject = self.corpus.subjects.get(&by.course().subject).cloned().unwrap_or_default();
        let topics = self.corpus.topics.of(&subject, grade);
        if let Some(topic) =
            topics.get(((number - 1) * topics.len() / total).min(topics.len().saturating_sub(1)))
        {
            diary::set_topic(tx, at, by, Some(topic))?;
        }
        let pupils = school::members_of(tx, lesson.group, lesson.date)?;
        let mut exceptions = Vec::new();
        for pupil in &pupils {
            if let Some(fact) = self.fact(*pupil, lesson) {
                exceptions.push((*pupil, fact));
                if fact == AbsenceFact::Absent {
                    absences.push((lesson.id, *pupil));
                }
            }
        }
        diary::take_attendance(tx, at, by, &exceptions)?;
        if lesson.date == self.local.date && lesson.ends > self.local.minute() {
            return Ok(());
        }
        let homework = self.corpus.homework.of(&subject, grade);
        if !homework.is_empty() && chance(78, &[key(lesson.id.get()), 1]) {
            let text = homework.get((number - 1) % homework.len()).map(String::as_str);
            diary::set_homework(tx, at, by, text)?;
        }
        let absent: HashSet<PersonId> = exceptions
            .iter()
            .filter(|(_, fact)| *fact == AbsenceFact::Absent)
            .map(|(pupil, _)| *pupil)
            .collect();
        let present: Vec<PersonId> = pupils.into_iter().filter(|pupil| !absent.contains(pupil)).collect();
        marks::fill(tx, at, by, self.corpus, &subject, grade, number, &present)
    }

    /// Illness comes in stretches of days, the same for all lessons of a day; lateness by itself.
    fn fact(&self, pupil: PersonId, lesson: &Lesson) -> Option<AbsenceFact> {
        let week = day(diary::monday_of(lesson.date));
        if chance(5, &[key(pupil.get()), week, 2]) {
            let first = below(4, &[key(pupil.get()), week, 3]);
            let length = 2 + below(3, &[key(pupil.get()), week, 4]);
            let weekday = usize::from(lesson.date.weekday().number_days_from_monday());
            if (first..first + length).contains(&weekday) {
                return Some(AbsenceFact::Absent);
            }
        }
        if chance(1, &[key(pupil.get()), day(lesson.date), 5]) {
            return Some(AbsenceFact::Absent);
        }
        let late = lesson.slot <= 1 && chance(2, &[key(pupil.get()), day(lesson.date), 6]);
        late.then(|| {
            let minutes = u8::try_from(2 + below(12, &[key(pupil.get()), day(lesson.date), 7])).unwrap_or(5);
            AbsenceFact::Late(minutes)
        })
    }

    /// The homeroom teacher says why, for all but the last days.
    fn give_reasons(
        &self,
        tx: &mut WriteTx<'_>,
        now: UtcInstant,
        absences: &[(LessonId, PersonId)],
        actors: &mut Actors,
    ) -> Result<(), JournalError> {
        let staff = school::class_staff(tx, self.class.id, self.local.date)?;
        let Some((teacher, _)) = staff.into_iter().find(|(_, homeroom)| *homeroom) else { return Ok(()) };
        let viewer = actor(tx, now, actors, teacher)?;
        let by = HomeroomOf::ask(tx, &viewer, self.class.id, self.local.date)?;
        for (lesson, pupil) in absences {
            let Some(found) = diary::find_lesson(tx, *lesson)? else { continue };
            if found.date >= self.local.date.saturating_sub(Duration::days(2)) {
                continue;
            }
            let reason = match below(10, &[key(pupil.get()), day(diary::monday_of(found.date)), 8]) {
                0..=6 => AbsenceReason::Illness,
                7 | 8 => AbsenceReason::Valid,
                _ => AbsenceReason::School,
            };
            diary::set_absence_reason(tx, now, &by, *lesson, *pupil, Some(reason))?;
        }
        Ok(())
    }

    /// Pupils have ticked most of what was due.
    fn tick(
        &self,
        tx: &mut WriteTx<'_>,
        now: UtcInstant,
        lessons: &[Lesson],
        actors: &mut Actors,
    ) -> Result<(), JournalError> {
        let recent = self.local.date.saturating_sub(Duration::days(10));
        for pupil in school::class_pupils(tx, self.class.id, self.local.date)? {
            let habit = 55 + below(40, &[key(pupil.get()), 9]);
            let groups = school::groups_of(tx, pupil, self.local.date)?;
            for lesson in
                lessons.iter().filter(|lesson| lesson.date >= recent && groups.contains(&lesson.group))
            {
                let done = chance(habit, &[key(pupil.get()), key(lesson.id.get()), 10]);
                if !done || lesson.date >= self.local.date {
                    continue;
                }
                let viewer = actor(tx, now, actors, pupil)?;
                let by = PupilSelf::ask(tx, &viewer, self.local.date)?;
                match diary::set_done(tx, now, &by, lesson.id, true) {
                    // A lesson without homework has nothing to tick.
                    Ok(()) | Err(JournalError::NoWork) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }
}

/// A comment that fits a mark.
pub(crate) fn comment<'a>(corpus: &'a Corpus, kind: &str, mark: u8, keys: &[u64]) -> Option<&'a str> {
    let fitting: Vec<_> = corpus
        .comments
        .iter()
        .filter(|row| {
            row.marks.contains(&mark) && (row.kinds.is_empty() || row.kinds.iter().any(|own| own == kind))
        })
        .collect();
    let row = one(&fitting, keys)?;
    one(&row.texts, keys).map(String::as_str)
}
