//! Quiet hours (MSG-F35, MSG-S4): the message is stored and seen at once; only what calls its reader, and the sign that
//! it was read, wait for the morning.

use std::collections::{BTreeMap, HashMap};

use school::{CalendarDay, DayKind, Local, PersonId, Present, Zone};
use store::{ReadTx, UtcInstant, WriteTx};
use time::{Date, Duration, Weekday};

use crate::limits::QUIET_HORIZON;
use crate::{ConversationId, MemberOf, Seat, storage};

/// From which minute of the evening to which of the morning it is quiet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct QuietHours {
    begins: u16,
    ends: u16,
}

/// The hours begin or end at a time that a school day cannot do without.
#[derive(Debug, thiserror::Error)]
pub enum QuietError {
    /// They begin before 17:00 or after 23:00, or end before 5:00 or after 10:00.
    #[error("quiet hours outside of the limits")]
    Limits,
    /// The base could not be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl QuietHours {
    /// From 20:00 to 7:30.
    pub const USUAL: Self = Self { begins: 20 * 60, ends: 7 * 60 + 30 };

    /// Hours within the limits, in minutes of the day.
    ///
    /// # Errors
    /// [`QuietError::Limits`].
    pub const fn new(begins: u16, ends: u16) -> Result<Self, QuietError> {
        let evening = begins >= 17 * 60 && begins <= 23 * 60;
        let morning = ends >= 5 * 60 && ends <= 10 * 60;
        if evening && morning { Ok(Self { begins, ends }) } else { Err(QuietError::Limits) }
    }

    /// The minute of the evening.
    #[must_use]
    pub const fn begins(self) -> u16 {
        self.begins
    }

    /// The minute of the morning.
    #[must_use]
    pub const fn ends(self) -> u16 {
        self.ends
    }
}

/// Which days are working days, by the school's clocks and calendar.
#[derive(Clone, Debug)]
pub struct WorkDays {
    zone: Zone,
    days: Vec<CalendarDay>,
}

impl WorkDays {
    /// The days of a zone with what is out of the ordinary among them.
    #[must_use]
    pub const fn new(zone: Zone, days: Vec<CalendarDay>) -> Self {
        Self { zone, days }
    }

    /// What is known of the days around a moment.
    pub(crate) fn around(tx: &ReadTx<'_>, now: UtcInstant) -> Result<Self, store::Error> {
        let school = school::load_school(tx)?.ok_or(store::Error::NoRow)?;
        let zone =
            Zone::find(&school.zone).map_err(|_| store::Error::Unreadable { what: "zone of the school" })?;
        let today = zone.date(now);
        let horizon = Duration::days(QUIET_HORIZON);
        let days = school::days_off(tx, today.saturating_sub(horizon), today.saturating_add(horizon))?;
        Ok(Self { zone, days })
    }

    fn is_working(&self, date: Date) -> bool {
        let mut of_day = self
            .days
            .iter()
            .filter(|day| day.grade_level.is_none() && (day.starts..day.ends).contains(&date));
        // A Sunday on which the school works as on another day is no Sunday.
        let named = of_day.clone().any(|day| matches!(day.kind, DayKind::WorksAs(_)));
        let free = of_day.any(|day| match day.kind {
            DayKind::Holiday | DayKind::Vacation => true,
            DayKind::WorksAs(_) => false,
        });
        named || (!free && date.weekday() != Weekday::Sunday)
    }
}

/// When the quiet hours that hold at a moment end; `None` when it is not quiet (MSG-E35). Evenings, Sundays and days off
/// one after another are one stretch.
#[must_use]
pub fn quiet_until(hours: QuietHours, days: &WorkDays, at: UtcInstant) -> Option<UtcInstant> {
    let mut date = days.zone.date(at);
    for _ in 0..QUIET_HORIZON {
        if days.is_working(date) {
            let morning = days.zone.instant(date, hours.ends);
            if at < morning {
                return Some(morning);
            }
            if at < days.zone.instant(date, hours.begins) {
                return None;
            }
        }
        date = date.saturating_add(Duration::DAY);
    }
    // No calendar is free for so long; a mark must not wait for ever.
    Some(days.zone.instant(date, hours.ends))
}

/// What a person has set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OwnQuiet {
    pub(crate) person: PersonId,
    pub(crate) is_on: bool,
    pub(crate) hours: QuietHours,
}

/// The hours of somebody: their own choice, else the school's for staff.
fn hours_of(own: Option<OwnQuiet>, is_staff: bool, school: QuietHours) -> Option<QuietHours> {
    match own {
        Some(own) => own.is_on.then_some(own.hours),
        None => is_staff.then_some(school),
    }
}

/// A person's quiet hours as their page shows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietChoice {
    /// Whether they hold.
    pub is_on: bool,
    /// Which they are, or would be.
    pub hours: QuietHours,
}

/// The quiet hours of the viewer.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn quiet_choice(tx: &ReadTx<'_>, by: &Present<'_>, today: Date) -> Result<QuietChoice, store::Error> {
    let school = storage::quiet::of_school(tx)?;
    if let Some(own) = storage::quiet::find(tx, by.person())? {
        return Ok(QuietChoice { is_on: own.is_on, hours: own.hours });
    }
    let is_on = school::roles_of(tx, by.person(), today)?.is_staff();
    Ok(QuietChoice { is_on, hours: school })
}

/// Sets the quiet hours of the viewer.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn choose_quiet(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &Present<'_>,
    choice: QuietChoice,
) -> Result<(), store::Error> {
    storage::quiet::set(tx, now, by.person(), choice)
}

/// Takes over the school's hours from its settings; the same again write nothing.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn set_school_quiet(tx: &mut WriteTx<'_>, hours: QuietHours) -> Result<(), store::Error> {
    if storage::quiet::of_school(tx)? != hours {
        storage::quiet::set_of_school(tx, hours)?;
    }
    Ok(())
}

/// Until when it is quiet for a person; what calls them waits until then.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn quiet_of(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    person: PersonId,
    today: Date,
) -> Result<Option<UtcInstant>, store::Error> {
    let own = storage::quiet::find(tx, person)?;
    let is_staff = own.is_none() && school::roles_of(tx, person, today)?.is_staff();
    match hours_of(own, is_staff, storage::quiet::of_school(tx)?) {
        Some(hours) => Ok(quiet_until(hours, &WorkDays::around(tx, now)?, now)),
        None => Ok(None),
    }
}

/// The quiet hours of the people of one chat; each by the seat that they have in it.
pub(crate) struct ChatQuiet {
    school: QuietHours,
    own: HashMap<PersonId, OwnQuiet>,
    days: WorkDays,
}

impl ChatQuiet {
    pub(crate) fn load(tx: &ReadTx<'_>, now: UtcInstant, by: &MemberOf<'_>) -> Result<Self, store::Error> {
        Self::of(tx, now, by.conversation().id)
    }

    pub(crate) fn of(tx: &ReadTx<'_>, now: UtcInstant, chat: ConversationId) -> Result<Self, store::Error> {
        let own = storage::quiet::of_chat(tx, chat)?;
        Ok(Self {
            school: storage::quiet::of_school(tx)?,
            own: own.into_iter().map(|own| (own.person, own)).collect(),
            days: WorkDays::around(tx, now)?,
        })
    }

    /// As [`ChatQuiet::load`], knowing of the member alone; nothing where the member has no quiet hours at all.
    pub(crate) fn load_one(
        tx: &ReadTx<'_>,
        now: UtcInstant,
        by: &MemberOf<'_>,
    ) -> Result<Option<Self>, store::Error> {
        let own = storage::quiet::find(tx, by.person())?;
        let school = storage::quiet::of_school(tx)?;
        if hours_of(own, by.seat().is_staff(), school).is_none() {
            return Ok(None);
        }
        let own = own.into_iter().map(|own| (own.person, own)).collect();
        Ok(Some(Self { school, own, days: WorkDays::around(tx, now)? }))
    }

    fn hours(&self, person: PersonId, seat: Seat) -> Option<QuietHours> {
        hours_of(self.own.get(&person).copied(), seat.is_staff(), self.school)
    }

    /// Until when it was, or is, quiet for a member.
    pub(crate) fn until(&self, person: PersonId, seat: Seat, at: UtcInstant) -> Option<UtcInstant> {
        quiet_until(self.hours(person, seat)?, &self.days, at)
    }

    /// Whether others may know by now of a mark that was made at a moment (MSG-R3).
    pub(crate) fn tells(&self, person: PersonId, seat: Seat, made: UtcInstant, now: UtcInstant) -> bool {
        now.since(made) > Duration::days(QUIET_HORIZON)
            || self.until(person, seat, made).is_none_or(|until| until <= now)
    }
}

/// For whom of a chat it is quiet now, told to whoever writes there (MSG-N6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quiet {
    /// By when all of them have been told, by the school's clocks.
    pub until: Local,
    /// What those show now.
    pub now: Local,
    /// How many sit as what.
    pub seats: BTreeMap<Seat, u32>,
    /// Whether the member may call them nevertheless.
    pub may_urge: bool,
}

/// Whether it is quiet for somebody else in the member's chat.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn quiet_in(tx: &ReadTx<'_>, now: UtcInstant, by: &MemberOf<'_>) -> Result<Option<Quiet>, store::Error> {
    let quiet = ChatQuiet::load(tx, now, by)?;
    let mut known: HashMap<QuietHours, Option<UtcInstant>> = HashMap::new();
    let (mut latest, mut seats) = (None, BTreeMap::new());
    for member in storage::member::of_chat(tx, by.conversation().id)? {
        let Some(hours) = quiet.hours(member.person, member.seat) else { continue };
        if member.person == by.person() {
            continue;
        }
        let until = *known.entry(hours).or_insert_with(|| quiet_until(hours, &quiet.days, now));
        if until.is_some() {
            latest = latest.max(until);
            *seats.entry(member.seat).or_default() += 1;
        }
    }
    Ok(latest.map(|until| Quiet {
        until: quiet.days.zone.local(until),
        now: quiet.days.zone.local(now),
        seats,
        may_urge: !by.seat().is_staff(),
    }))
}
