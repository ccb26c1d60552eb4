//! Owns bells, timetable, lessons, substitutions, homework, works, marks and attendance.
//! Promises exact averages, every revision kept, and that drafts never reach a pupil or guardian.
//! Never knows VK ID, chats or HTTP.

mod ids;

mod bells;
mod course;
mod lesson;
mod making;
mod substitution;
mod term;
mod timetable;

mod average;
mod mark_value;
mod text;

mod journal_error;
mod lesson_reader;
mod lesson_teacher;

mod attendance;
mod homework;
mod mark;
mod topic;
mod work;

mod pupil_subject;
mod pupil_week;

mod class_overview;
mod teacher_day;

mod storage;

pub mod import;

pub use attendance::{
    AbsenceFact, AbsenceReason, AttendanceMark, Noted, attendance_mark, attendance_of_lesson,
    restore_attendance, set_absence_reason, take_attendance,
};
pub use average::{Average, NextStep};
pub use bells::{
    Bell, BellFault, BellSchedule, BellsError, Weekdays, bell_faults, load_bells, weekday_number,
};
pub use class_overview::{ClassOverview, class_overview};
pub use course::{Course, MarkScale, courses_of_class, ensure_course, find_course, find_course_by_id};
pub use homework::{Homework, count_open_homework, homework_of_lesson, set_done, set_homework};
pub use ids::{
    BellScheduleId, CourseId, EntryId, HomeworkId, LessonId, MarkId, SubstitutionId, VersionId, WorkId,
    WorkTypeId,
};
pub use journal_error::JournalError;
pub use lesson::{
    Lesson, LessonEvent, LessonRefusal, LessonState, find_lesson, lesson_times, lessons_of_class,
    lessons_of_course, lessons_on, next_lesson_state,
};
pub use lesson_reader::{LessonReader, read_change, read_homework};
pub use lesson_teacher::{CourseTeacher, Hand, LessonTeacher};
pub use making::{LessonsMade, ensure_all_lessons, ensure_lessons};
pub use mark::{Cell, MarkDraft, MarkWritten, cells_of_lesson, set_mark};
pub use mark_value::MarkValue;
pub use pupil_subject::{MarkRow, SubjectMarks, pupil_subjects};
pub use pupil_week::{
    LessonChange, PupilHomework, PupilLesson, PupilMark, last_lesson_day, pupil_homework, pupil_lessons,
    pupil_news,
};
pub use substitution::{
    FreeTeacher, LessonChanged, NewSubstitution, Substitution, SubstitutionError, cancel_lesson,
    free_teachers, restore_lesson, substitute, substitutes_on, substitutions_on,
};
pub use teacher_day::{CourseMarks, TeacherLesson, TeacherPart, course_marks, teacher_day};
pub use term::{
    TermDecision, TermError, TermEvent, TermRefusal, TermState, close_term, load_term_state, next_term_state,
    reopen_term, term_state,
};
pub use timetable::{
    Conflict, Other, PublishError, Published, TimetableEntry, TimetableRow, WeekPattern, WithdrawError,
    monday_of, standing_timetable,
};
pub use topic::set_topic;
pub use work::{
    Work, WorkKind, WorkType, add_work, add_work_type, list_work_types, publish_work, works_of_lesson,
};

/// The crate's migrations.
pub const MIGRATIONS: &[store::Migration] = &[
    store::Migration {
        name: "V0040__diary_timetable",
        sql: include_str!("../migrations/V0040__diary_timetable.sql"),
    },
    store::Migration {
        name: "V0041__diary_journal",
        sql: include_str!("../migrations/V0041__diary_journal.sql"),
    },
    store::Migration { name: "V0042__diary_term", sql: include_str!("../migrations/V0042__diary_term.sql") },
];
