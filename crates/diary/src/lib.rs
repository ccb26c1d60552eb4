//! Owns bells, timetable, lessons, substitutions, homework, works, marks and attendance.
//! Promises exact averages, every revision kept, and that drafts never reach a pupil or guardian.
//! Never knows VK ID, chats or HTTP.

mod ids;

mod bells;
mod course;
mod lesson;
mod making;
mod timetable;

mod storage;

pub mod import;

pub use bells::{
    Bell, BellFault, BellSchedule, BellsError, Weekdays, bell_faults, load_bells, weekday_number,
};
pub use course::{Course, MarkScale, courses_of_class, ensure_course, find_course, find_course_by_id};
pub use ids::{
    BellScheduleId, CourseId, EntryId, HomeworkId, LessonId, SubstitutionId, VersionId, WorkId, WorkTypeId,
};
pub use lesson::{
    Lesson, LessonEvent, LessonRefusal, LessonState, find_lesson, lessons_of_class, lessons_of_course,
    next_lesson_state,
};
pub use making::{LessonsMade, ensure_all_lessons, ensure_lessons};
pub use timetable::{
    Conflict, Other, PublishError, Published, TimetableEntry, TimetableRow, WeekPattern, WithdrawError,
    monday_of, standing_timetable,
};

/// The crate's migrations.
pub const MIGRATIONS: &[store::Migration] = &[
    store::Migration {
        name: "V0040__diary_timetable",
        sql: include_str!("../migrations/V0040__diary_timetable.sql"),
    },
    store::Migration {
        name: "V0042__diary_term",
        sql: include_str!("../migrations/V0042__diary_term.sql"),
    },
];
