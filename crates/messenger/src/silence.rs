//! When pupils of a chat may not write (MSG-F34, MSG-S5): decided in the transaction that would store the message.

use std::collections::HashMap;

use school::{Local, PersonId, Zone};
use store::{Act, ReadTx, UtcInstant, WriteTx};
use time::Date;

use crate::change::Change;
use crate::lesson::{lesson_edges, lesson_of};
use crate::limits::MUTE_MOST;
use crate::storage::silence::MuteRow;
use crate::{MemberOf, MemberRole, Note, Seat, storage};

/// Why a pupil may not write at this moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Silence {
    /// The moderator has muted this pupil, or all of them.
    Muted {
        /// Until when, by the school's clocks.
        until: Local,
        /// What they show now.
        now: Local,
        /// Why, when the moderator has said it.
        reason: Option<String>,
        /// Whether all pupils are meant.
        all: bool,
    },
    /// The chat is closed for pupils at this time of the day.
    Closed {
        /// From which minute of the day they may write.
        opens: u16,
        /// Before which minute.
        closes: u16,
    },
    /// The pupil has a lesson, and the chat is silent during lessons.
    Lesson {
        /// The minute of the day at which it ends.
        ends: u16,
    },
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum MuteError {
    /// The member does not moderate the chat.
    #[error("not a moderator")]
    NotModerator,
    /// There is no such pupil in the chat.
    #[error("no such pupil")]
    NoSuchPupil,
    /// The end lies in the past or too far ahead.
    #[error("the end is in the past or too far ahead")]
    BadTime,
    /// The chat follows no timetable.
    #[error("the chat has no lessons")]
    NoLessons,
    /// The chat would close before it opens.
    #[error("the chat closes before it opens")]
    BadHours,
    /// The base could not be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// From which minute of the day to before which one pupils may write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    /// The first minute.
    pub opens: u16,
    /// The minute after the last.
    pub closes: u16,
}

impl Hours {
    /// Hours of a day; midnight as an end is 1440.
    ///
    /// # Errors
    /// [`MuteError::BadHours`] when there is no minute between them.
    pub const fn new(opens: u16, closes: u16) -> Result<Self, MuteError> {
        if opens < closes && closes <= 24 * 60 {
            Ok(Self { opens, closes })
        } else {
            Err(MuteError::BadHours)
        }
    }

    const fn hold(self, minute: u16) -> bool {
        self.opens <= minute && minute < self.closes
    }

    fn word(self) -> String {
        let time = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        format!("{}-{}", time(self.opens), time(self.closes))
    }
}

/// A mute in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mute {
    /// Until when.
    pub until: UtcInstant,
    /// Why, when the moderator has said it.
    pub reason: Option<String>,
}

/// Who may not write in a chat, as its moderator sees it.
#[derive(Clone, Debug)]
pub struct Mutes {
    /// Every pupil of the chat with their name, by name.
    pub pupils: Vec<(PersonId, String, Option<Mute>)>,
    /// A mute of all pupils.
    pub all: Option<Mute>,
    /// The hours of the chat.
    pub hours: Option<Hours>,
}

/// The school's zone; without a school there is no chat either.
pub(crate) fn zone(tx: &ReadTx<'_>) -> Result<Zone, store::Error> {
    let school = school::load_school(tx)?.ok_or(store::Error::NoRow)?;
    Zone::find(&school.zone).map_err(|_| store::Error::Unreadable { what: "zone of the school" })
}

/// Why the member may not write at this moment; staff and guardians are never silenced.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn silence_of(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    by: &MemberOf<'_>,
) -> Result<Option<Silence>, store::Error> {
    if by.seat() != Seat::Pupil {
        return Ok(None);
    }
    let chat = by.conversation().id;
    let mutes = storage::silence::in_force(tx, chat, now)?;
    let meant = mutes.into_iter().filter(|mute| mute.person.is_none_or(|person| person == by.person()));
    if let Some(mute) = meant.max_by_key(|mute| mute.until) {
        let zone = zone(tx)?;
        return Ok(Some(Silence::Muted {
            until: zone.local(mute.until),
            now: zone.local(now),
            reason: mute.reason,
            all: mute.person.is_none(),
        }));
    }
    if let Some(silence) = lesson_of(tx, now, by, &zone(tx)?)? {
        return Ok(Some(silence));
    }
    match storage::silence::hours(tx, chat)? {
        Some(hours) if !hours.hold(zone(tx)?.local(now).minute()) => {
            Ok(Some(Silence::Closed { opens: hours.opens, closes: hours.closes }))
        }
        Some(_) | None => Ok(None),
    }
}

/// When it next changes whether the member may write, as far as that is known: the end of a mute, an edge of the chat's
/// hours or of a lesson. Open pages ask again then; `None` for whom nothing silences.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn silence_changes(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    by: &MemberOf<'_>,
) -> Result<Option<UtcInstant>, store::Error> {
    if by.seat() != Seat::Pupil {
        return Ok(None);
    }
    let (chat, zone) = (by.conversation().id, zone(tx)?);
    let today = zone.date(now);
    let mutes = storage::silence::in_force(tx, chat, now)?;
    let meant = mutes.into_iter().filter(|mute| mute.person.is_none_or(|person| person == by.person()));
    let mut moments: Vec<UtcInstant> = meant.map(|mute| mute.until).collect();
    if let Some(hours) = storage::silence::hours(tx, chat)? {
        for minute in [hours.opens, hours.closes] {
            // Of today, or of tomorrow when it is over.
            moments.extend(
                [Some(today), today.next_day()].into_iter().flatten().map(|day| at(&zone, day, minute)),
            );
        }
    }
    moments.extend(lesson_edges(tx, now, by, &zone)?.into_iter().map(|minute| at(&zone, today, minute)));
    Ok(moments.into_iter().filter(|moment| *moment > now).min())
}

/// A minute of a day; the last one is midnight.
fn at(zone: &Zone, day: Date, minute: u16) -> UtcInstant {
    match day.next_day() {
        Some(next) if minute == 24 * 60 => zone.instant(next, 0),
        Some(_) | None => zone.instant(day, minute),
    }
}

impl MemberOf<'_> {
    /// Whether the member decides when pupils may write here.
    #[must_use]
    pub fn may_silence(&self) -> bool {
        self.role() == MemberRole::Moderator
    }
}

fn moderates(by: &MemberOf<'_>) -> Result<(), MuteError> {
    if by.may_silence() { Ok(()) } else { Err(MuteError::NotModerator) }
}

fn check_pupil(tx: &ReadTx<'_>, by: &MemberOf<'_>, whom: Option<PersonId>) -> Result<(), MuteError> {
    let Some(person) = whom else { return Ok(()) };
    let member = storage::member::find(tx, by.conversation().id, person)?;
    let is_pupil = member.is_some_and(|member| member.seat == Seat::Pupil);
    if is_pupil { Ok(()) } else { Err(MuteError::NoSuchPupil) }
}

/// Mutes one pupil of the chat, or all of them, until a moment; an earlier mute of the same is replaced.
///
/// # Errors
/// [`MuteError`].
pub fn mute(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &MemberOf<'_>,
    whom: Option<PersonId>,
    until: UtcInstant,
    reason: Option<&Note>,
) -> Result<Act, MuteError> {
    moderates(by)?;
    check_pupil(tx, by, whom)?;
    if until <= now || until > now + MUTE_MOST {
        return Err(MuteError::BadTime);
    }
    let chat = by.conversation().id;
    storage::silence::lift(tx, now, chat, whom, by.person())?;
    storage::silence::insert(tx, now, chat, whom, until, reason, by.person())?;
    Change::Silenced { person: whom }.emit(tx, now, chat, None)?;
    let act = match whom {
        Some(person) => Act::new("messenger.member.mute", "person", person),
        None => Act::new("messenger.pupils.mute", "chat", chat),
    };
    let act = act.change(None, Some(format!("chat:{chat} until:{}", until.millis())));
    Ok(match reason {
        Some(reason) => act.because(reason.as_str()),
        None => act,
    })
}

/// Lets one pupil, or all of them, write again; where nothing is in force nothing changes.
///
/// # Errors
/// [`MuteError`].
pub fn unmute(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &MemberOf<'_>,
    whom: Option<PersonId>,
) -> Result<Option<Act>, MuteError> {
    moderates(by)?;
    check_pupil(tx, by, whom)?;
    let chat = by.conversation().id;
    let lifted = storage::silence::lift(tx, now, chat, whom, by.person())?;
    if lifted {
        Change::Silenced { person: whom }.emit(tx, now, chat, None)?;
    }
    let act = match whom {
        Some(person) => Act::new("messenger.member.unmute", "person", person),
        None => Act::new("messenger.pupils.unmute", "chat", chat),
    };
    Ok(lifted.then(|| act.change(Some(format!("chat:{chat}")), None)))
}

/// Sets the hours in which pupils may write, or takes them away; the same hours again change nothing.
///
/// # Errors
/// [`MuteError::NotModerator`].
pub fn set_hours(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &MemberOf<'_>,
    hours: Option<Hours>,
) -> Result<Option<Act>, MuteError> {
    moderates(by)?;
    let chat = by.conversation().id;
    let before = storage::silence::hours(tx, chat)?;
    if before == hours {
        return Ok(None);
    }
    match hours {
        Some(hours) => storage::silence::set_hours(tx, now, chat, hours, by.person())?,
        None => storage::silence::drop_hours(tx, chat)?,
    }
    Change::Silenced { person: None }.emit(tx, now, chat, None)?;
    let act = Act::new("messenger.hours.set", "chat", chat);
    Ok(Some(act.change(before.map(Hours::word), hours.map(Hours::word))))
}

/// Who may not write in a chat, for its moderator.
///
/// # Errors
/// [`MuteError::NotModerator`].
pub fn mutes(tx: &ReadTx<'_>, now: UtcInstant, by: &MemberOf<'_>) -> Result<Mutes, MuteError> {
    moderates(by)?;
    let chat = by.conversation().id;
    let mut in_force: HashMap<Option<PersonId>, Mute> = storage::silence::in_force(tx, chat, now)?
        .into_iter()
        .map(|MuteRow { person, until, reason }| (person, Mute { until, reason }))
        .collect();
    let members = storage::member::of_chat(tx, chat)?;
    let pupils: Vec<PersonId> =
        members.into_iter().filter(|member| member.seat == Seat::Pupil).map(|member| member.person).collect();
    let names = school::names_of(tx, &pupils)?;
    let mut named: Vec<_> = pupils.iter().filter_map(|person| Some((*person, names.get(person)?))).collect();
    named.sort_by_key(|(_, name)| name.sort_key());
    Ok(Mutes {
        all: in_force.remove(&None),
        pupils: named
            .into_iter()
            .map(|(person, name)| (person, name.listed(), in_force.remove(&Some(person))))
            .collect(),
        hours: storage::silence::hours(tx, chat)?,
    })
}

#[cfg(test)]
mod tests {
    use super::Hours;

    #[test]
    fn hours_are_a_stretch_of_one_day() {
        let day = Hours::new(7 * 60, 21 * 60).unwrap();
        for (minute, open) in
            [(0, false), (419, false), (420, true), (1259, true), (1260, false), (1439, false)]
        {
            assert_eq!(day.hold(minute), open, "{minute}");
        }
        assert!(Hours::new(0, 1440).unwrap().hold(1439));
        for (opens, closes) in [(60, 60), (61, 60), (0, 1441), (1440, 1440)] {
            assert!(Hours::new(opens, closes).is_err(), "{opens} {closes}");
        }
    }
}
