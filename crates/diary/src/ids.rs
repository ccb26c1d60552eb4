//! Row ids of the diary.

store::ids! {
    /// A named bell schedule.
    BellScheduleId,
    /// A journal page: a subject taught to a group in a year.
    CourseId,
    /// A published timetable.
    VersionId,
    /// A line of a timetable.
    EntryId,
    /// A dated lesson; the id never changes.
    LessonId,
    /// A change of one lesson: another teacher or subject, or a cancellation.
    SubstitutionId,
    /// Homework of a course.
    HomeworkId,
    /// A kind of work.
    WorkTypeId,
    /// A column of the journal.
    WorkId,
    /// A revision of a mark.
    MarkId,
}
