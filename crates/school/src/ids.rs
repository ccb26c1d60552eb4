//! Row ids of the roster and the portal.

store::ids! {
    /// A person of the school, in whatever roles.
    PersonId,
    /// A class of one school year.
    ClassGroupId,
    /// What a lesson is taught to: a class group as a whole or a subgroup.
    GroupId,
    /// A subject.
    SubjectId,
    /// One teacher's dated assignment to a group in a subject.
    TeachingId,
    /// The dated edge between an adult and a child.
    GuardianshipId,
    /// A school year.
    YearId,
    /// A term: quarter, half-year and so on.
    TermId,
    /// A portal account: the login issued by the school.
    AccountId,
    /// A portal session.
    PortalSessionId,
    /// A browser's subscription to calls.
    PushId,
    /// A batch written by an import.
    ImportId,
}
