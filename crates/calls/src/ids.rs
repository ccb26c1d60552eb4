//! Row ids of calls.

store::ids! {
    /// A call.
    CallId,
    /// One stay of a person in a call, from admission to leaving.
    VisitId,
    /// A lesson, as whoever keeps the timetable numbers it; nothing more of it is known here.
    LessonRef,
}
