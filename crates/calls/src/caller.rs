//! The proofs of calls (ARC-7): who may be in one, and who leads it. Both are asked from the roster in the transaction
//! that uses them (CALL-I1, CALL-I3, CALL-I12).

use std::marker::PhantomData;

use messenger::{ChatKind, MemberOf, MemberRole, Seat};
use school::{Denied, GroupId, PersonId, Present, Staff, SubjectId, TeacherOf, Viewer};
use store::{ReadTx, UtcInstant};
use time::Date;

use crate::{Call, CallId, CallPlace, LessonRef, Part, storage};

type Brand<'t> = PhantomData<fn(&'t ()) -> &'t ()>;

/// What the keeper of the timetable says of a lesson, read in the transaction that asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LessonFacts {
    /// Which.
    pub lesson: LessonRef,
    /// Who has it: a class or a part of one.
    pub group: GroupId,
    /// What is taught.
    pub subject: SubjectId,
    /// Who teaches it, when it is not whoever teaches the course.
    pub teacher: Option<PersonId>,
    /// The day.
    pub date: Date,
    /// The bell.
    pub begins: UtcInstant,
    /// The bell after it.
    pub ends: UtcInstant,
    /// Whether it takes place at its time.
    pub held: bool,
}

/// What a right to a call rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// The membership of its chat.
    Chat,
    /// The part in its lesson.
    Lesson(LessonFacts),
}

/// The viewer may be in a call today: a member of its chat, or a pupil or teacher of its lesson's course.
#[derive(Clone, Debug)]
pub struct CallerOf<'t> {
    person: PersonId,
    part: Part,
    call: Call,
    is_kept_out: bool,
    brand: Brand<'t>,
}

impl<'t> CallerOf<'t> {
    /// Asks for the right on this day. In a lesson's call guardians have none, whoever else they are to the class, and
    /// who stands in for the teacher leads in their place.
    ///
    /// # Errors
    /// [`Denied`] when there is none, when the session has ended, or when there is no such call.
    pub fn ask(
        tx: &ReadTx<'t>,
        viewer: &Viewer,
        call: CallId,
        ground: &Ground,
        today: Date,
    ) -> Result<Self, Denied> {
        let call = storage::call::find(tx, call)?.ok_or(Denied::Denied)?;
        let part = match (call.place, ground) {
            (CallPlace::Chat(chat), Ground::Chat) => {
                let member = MemberOf::ask(tx, viewer, chat, today)?;
                part_in_chat(&member, call.begun_by == Some(member.person()))
            }
            (CallPlace::Lesson(lesson), Ground::Lesson(facts)) if facts.lesson == lesson => {
                part_in_lesson(tx, viewer, facts)?
            }
            (CallPlace::Chat(_) | CallPlace::Lesson(_), Ground::Chat | Ground::Lesson(_)) => {
                return Err(Denied::Denied);
            }
        };
        let seat = storage::seat::find(tx, call.id, viewer.person())?;
        // Whoever leads by the roster of the day lets themselves in: nobody shuts the teacher out.
        let is_kept_out = part != Part::Leader && seat.is_some_and(|seat| seat.marks.kept_out);
        Ok(Self { person: viewer.person(), part, call, is_kept_out, brand: PhantomData })
    }

    /// Who it is.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.person
    }

    /// As what.
    #[must_use]
    pub const fn part(&self) -> Part {
        self.part
    }

    /// The call as it was when the proof was made.
    #[must_use]
    pub const fn call(&self) -> &Call {
        &self.call
    }

    /// Whether the leader has removed this person and not let them back.
    #[must_use]
    pub const fn is_kept_out(&self) -> bool {
        self.is_kept_out
    }
}

/// The viewer leads a call today.
#[derive(Clone, Debug)]
pub struct LeaderOf<'t>(CallerOf<'t>);

impl<'t> LeaderOf<'t> {
    /// Asks for the right on this day.
    ///
    /// # Errors
    /// [`Denied`] as of [`CallerOf::ask`], and to whoever may be in the call without leading it.
    pub fn ask(
        tx: &ReadTx<'t>,
        viewer: &Viewer,
        call: CallId,
        ground: &Ground,
        today: Date,
    ) -> Result<Self, Denied> {
        let by = CallerOf::ask(tx, viewer, call, ground, today)?;
        if by.part == Part::Leader { Ok(Self(by)) } else { Err(Denied::Denied) }
    }

    /// Who leads.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.0.person
    }

    /// The call as it was when the proof was made.
    #[must_use]
    pub const fn call(&self) -> &Call {
        &self.0.call
    }
}

/// The viewer leads a lesson on its day, whether its call is open yet or not.
#[derive(Clone, Copy, Debug)]
pub struct LessonLeaderOf<'t> {
    facts: LessonFacts,
    brand: Brand<'t>,
}

impl<'t> LessonLeaderOf<'t> {
    /// Asks for the right: of who teaches the lesson, and of who stands in for them instead of them (CALL-F32).
    ///
    /// # Errors
    /// [`Denied`] when there is none, and to whoever may be in the lesson's call without leading it.
    pub fn ask(tx: &ReadTx<'t>, viewer: &Viewer, facts: LessonFacts) -> Result<Self, Denied> {
        match part_in_lesson(tx, viewer, &facts)? {
            Part::Leader => Ok(Self { facts, brand: PhantomData }),
            Part::Staff | Part::Pupil | Part::Guardian => Err(Denied::Denied),
        }
    }

    /// The lesson as it was when the proof was made.
    #[must_use]
    pub const fn facts(&self) -> &LessonFacts {
        &self.facts
    }
}

/// Whether a kind of chat is of colleagues alone, where nobody needs to be looked after.
pub(crate) const fn is_of_staff(kind: ChatKind) -> bool {
    match kind {
        ChatKind::StaffRoom | ChatKind::StaffGroup => true,
        ChatKind::ClassChat
        | ChatKind::ParentsChat
        | ChatKind::ClassNews
        | ChatKind::Subject
        | ChatKind::SchoolNews
        | ChatKind::Supervised
        | ChatKind::Family
        | ChatKind::Confidential
        | ChatKind::Private
        | ChatKind::PupilsGroup => false,
    }
}

/// Among pupils and guardians every adult of the school who writes in the chat leads; among colleagues whoever has
/// started the call, and whoever moderates the chat.
fn part_in_chat(member: &MemberOf<'_>, has_begun: bool) -> Part {
    let writes = member.role().may_write();
    let leads = has_begun
        || if is_of_staff(member.conversation().kind) {
            member.role() == MemberRole::Moderator
        } else {
            writes
        };
    match member.seat() {
        Seat::Pupil => Part::Pupil,
        Seat::Guardian => Part::Guardian,
        Seat::Teacher | Seat::Homeroom | Seat::Head | Seat::Staff | Seat::Safety if leads => Part::Leader,
        Seat::Teacher | Seat::Homeroom | Seat::Head | Seat::Staff | Seat::Safety => Part::Staff,
    }
}

/// A pupil or teacher of the course on the lesson's day. «Сферум» must be open to the person.
fn part_in_lesson(tx: &ReadTx<'_>, viewer: &Viewer, facts: &LessonFacts) -> Result<Part, Denied> {
    let person = Present::ask(tx, viewer)?.person();
    if !messenger::has_access(tx, person)? {
        return Err(Denied::Denied);
    }
    if facts.teacher == Some(person) {
        return Staff::ask(tx, viewer, facts.date).map(|_| Part::Leader);
    }
    match TeacherOf::ask(tx, viewer, facts.group, facts.subject, facts.date) {
        // Who was replaced for the day may look in, and leads nothing.
        Ok(_) if facts.teacher.is_some() => return Ok(Part::Staff),
        Ok(_) => return Ok(Part::Leader),
        Err(Denied::Denied) => {}
        Err(error) => return Err(error),
    }
    if school::groups_of(tx, person, facts.date)?.contains(&facts.group) {
        return Ok(Part::Pupil);
    }
    Err(Denied::Denied)
}

/// Whether a lesson's call would let the viewer in, for lists of what is to come.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn may_attend(
    tx: &ReadTx<'_>,
    viewer: &Viewer,
    facts: &LessonFacts,
) -> Result<Option<Part>, store::Error> {
    match part_in_lesson(tx, viewer, facts) {
        Ok(part) => Ok(Some(part)),
        Err(Denied::Denied) => Ok(None),
        Err(Denied::Store(error)) => Err(error),
    }
}
