//! Whom a chat belongs to, by the roster of a day: the one function that membership, delivery and the audience line
//! come from (MSG-S1, MSG-I20).

use std::collections::BTreeMap;

use school::{Access, PersonId, Role, Standing, class_standings, standings_of};
use store::ReadTx;
use time::Date;

use crate::kind::Follows;
use crate::matrix::Party;
use crate::storage::conversation::ConversationRow;
use crate::tie::{Way, Who, ways};
use crate::{ChatKind, MemberRole, Place, Seat, storage};

type Places = BTreeMap<PersonId, Place>;

const fn place(seat: Seat, role: MemberRole) -> Place {
    Place { seat, role }
}

/// Who is to sit in a chat today, linked or not.
pub(crate) fn due(tx: &ReadTx<'_>, chat: &ConversationRow, today: Date) -> Result<Places, store::Error> {
    match chat.kind.follows() {
        Follows::ClassGroup => {
            let Some(class) = chat.class else { return Ok(Places::new()) };
            let mut standings = class_standings(tx, class, today)?;
            for substitute in storage::substitute::of_class(tx, class, today)? {
                let held = standings.entry(substitute).or_default();
                *held = held.iter().chain([Standing::Teacher]).collect();
            }
            let seated = standings.into_iter();
            Ok(seated.filter_map(|(person, held)| Some((person, chat.kind.place_in_class(held)?))).collect())
        }
        Follows::Course => due_of_course(tx, chat, today),
        Follows::School => {
            let mut places = Places::new();
            for role in Role::ALL {
                for person in school::holders_of(tx, role, today)? {
                    if let Some(place) = chat.kind.place_in_school(school::roles_of(tx, person, today)?) {
                        places.insert(person, place);
                    }
                }
            }
            Ok(places)
        }
        Follows::People => due_of_people(tx, chat, today),
        Follows::List => due_of_list(tx, chat, today),
    }
}

/// As what one person is to sit in a chat today: the same answer as [`due`] gives, by fewer reads.
pub(crate) fn place_of(
    tx: &ReadTx<'_>,
    chat: &ConversationRow,
    person: PersonId,
    today: Date,
) -> Result<Option<Place>, store::Error> {
    match chat.kind.follows() {
        Follows::ClassGroup => match chat.class {
            Some(class) => {
                let mut held = standings_of(tx, class, person, today)?;
                // Pupils stand in for nobody, and there are most of them.
                if !held.has(Standing::Pupil)
                    && storage::substitute::of_class(tx, class, today)?.contains(&person)
                {
                    held = held.iter().chain([Standing::Teacher]).collect();
                }
                Ok(chat.kind.place_in_class(held))
            }
            None => Ok(None),
        },
        Follows::School => Ok(chat.kind.place_in_school(school::roles_of(tx, person, today)?)),
        Follows::Course | Follows::People | Follows::List => Ok(due(tx, chat, today)?.remove(&person)),
    }
}

fn due_of_course(tx: &ReadTx<'_>, chat: &ConversationRow, today: Date) -> Result<Places, store::Error> {
    let (Some(group), Some(subject)) = (chat.group, chat.subject) else { return Ok(Places::new()) };
    let pupils = school::members_of(tx, group, today)?;
    let teachers = school::teachers_of(tx, group, subject, today)?;
    let pupils = pupils.into_iter().map(|person| (person, place(Seat::Pupil, MemberRole::Writer)));
    let teachers = teachers.into_iter().map(|person| (person, place(Seat::Teacher, MemberRole::Moderator)));
    Ok(pupils.chain(teachers).collect())
}

fn due_of_people(tx: &ReadTx<'_>, chat: &ConversationRow, today: Date) -> Result<Places, store::Error> {
    let Some(one) = chat.one else { return Ok(Places::new()) };
    match (chat.kind, chat.other) {
        (ChatKind::Confidential, _) => due_of_line(tx, one, today),
        (ChatKind::Supervised, Some(partner)) => due_of_supervised(tx, one, partner, today),
        (ChatKind::Family, Some(partner)) => due_of_family(tx, one, partner, today),
        (ChatKind::Private, Some(other)) => due_of_two(tx, one, other, today),
        (
            ChatKind::ClassChat
            | ChatKind::ParentsChat
            | ChatKind::ClassNews
            | ChatKind::Subject
            | ChatKind::SchoolNews
            | ChatKind::StaffRoom
            | ChatKind::Supervised
            | ChatKind::Family
            | ChatKind::Private
            | ChatKind::StaffGroup
            | ChatKind::PupilsGroup,
            _,
        ) => Ok(Places::new()),
    }
}

/// The guardians who may know of a child (MSG-N9).
fn guardians(tx: &ReadTx<'_>, child: PersonId, today: Date) -> Result<Vec<PersonId>, store::Error> {
    let edges = school::guardians_of(tx, child, today)?;
    Ok(edges.into_iter().filter(|edge| edge.access != Access::None).map(|edge| edge.adult).collect())
}

fn due_of_line(tx: &ReadTx<'_>, pupil: PersonId, today: Date) -> Result<Places, store::Error> {
    let mut places = Places::new();
    for person in school::holders_of(tx, Role::SafeguardingLead, today)? {
        places.insert(person, place(Seat::Safety, MemberRole::Writer));
    }
    if school::class_group_of(tx, pupil, today)?.is_some() {
        places.insert(pupil, place(Seat::Pupil, MemberRole::Writer));
    }
    Ok(places)
}

fn due_of_supervised(
    tx: &ReadTx<'_>,
    pupil: PersonId,
    partner: PersonId,
    today: Date,
) -> Result<Places, store::Error> {
    let mut places = Places::new();
    let Some(class) = school::class_group_of(tx, pupil, today)? else { return Ok(places) };
    let party = Party::of_grade(class.label.grade);
    let tie = standings_of(tx, class.id, partner, today)?;
    let leads = tie.has(Standing::Homeroom);
    let guardian_role = match party {
        Party::Junior | Party::Middle if leads => MemberRole::Writer,
        Party::Administrator
        | Party::Head
        | Party::Safety
        | Party::Homeroom
        | Party::Teacher
        | Party::Guardian
        | Party::Junior
        | Party::Middle
        | Party::Senior => MemberRole::Observer,
    };
    for guardian in guardians(tx, pupil, today)? {
        places.insert(guardian, place(Seat::Guardian, guardian_role));
    }
    for (person, _) in school::class_staff(tx, class.id, today)?.into_iter().filter(|(_, homeroom)| *homeroom)
    {
        places.insert(person, place(Seat::Homeroom, MemberRole::Observer));
    }
    places.remove(&partner);
    if places.is_empty() {
        // Nobody at home and nobody of the class: those who answer for safety see it.
        for person in school::holders_of(tx, Role::SafeguardingLead, today)? {
            places.insert(person, place(Seat::Safety, MemberRole::Observer));
        }
        places.remove(&partner);
    }
    let seat = if leads {
        Some(Seat::Homeroom)
    } else if tie.has(Standing::Head) {
        Some(Seat::Head)
    } else if tie.has(Standing::Teacher) && party != Party::Junior {
        Some(Seat::Teacher)
    } else {
        None
    };
    if let Some(seat) = seat {
        places.insert(partner, place(seat, MemberRole::Writer));
    }
    let reads_only = party == Party::Junior && leads;
    let role = if reads_only { MemberRole::Reader } else { MemberRole::Writer };
    places.insert(pupil, place(Seat::Pupil, role));
    Ok(places)
}

fn due_of_family(
    tx: &ReadTx<'_>,
    child: PersonId,
    partner: PersonId,
    today: Date,
) -> Result<Places, store::Error> {
    let mut places = Places::new();
    for guardian in guardians(tx, child, today)? {
        places.insert(guardian, place(Seat::Guardian, MemberRole::Writer));
    }
    if let Some(class) = school::class_group_of(tx, child, today)? {
        let tie = standings_of(tx, class.id, partner, today)?;
        if tie.has(Standing::Homeroom) {
            places.insert(partner, place(Seat::Homeroom, MemberRole::Writer));
        } else if tie.has(Standing::Teacher) {
            places.insert(partner, place(Seat::Teacher, MemberRole::Writer));
        }
    }
    Ok(places)
}

/// As what somebody sits in a chat of two.
fn seat_of(who: &Who) -> Option<Seat> {
    who.parties.first().map(|party| match party {
        Party::Head => Seat::Head,
        Party::Safety => Seat::Safety,
        Party::Administrator | Party::Homeroom | Party::Teacher => Seat::Staff,
        Party::Guardian => Seat::Guardian,
        Party::Junior | Party::Middle | Party::Senior => Seat::Pupil,
    })
}

fn due_of_two(tx: &ReadTx<'_>, one: PersonId, other: PersonId, today: Date) -> Result<Places, store::Error> {
    let (one, other) = (Who::load(tx, one, today)?, Who::load(tx, other, today)?);
    let tied = ways(tx, &one, &other, today)?.contains(&Way::Private)
        || ways(tx, &other, &one, today)?.contains(&Way::Private);
    let mut places = Places::new();
    for (who, partner) in [(&one, &other), (&other, &one)] {
        // With whoever has left the school a chat can be read, not written to (MSG-M6); where both are here and
        // nothing ties them any more, it is closed to both (MSG-I21).
        if tied || !partner.is_here() {
            places.extend(seat_of(who).map(|seat| (who.person, place(seat, MemberRole::Writer))));
        }
    }
    Ok(places)
}

fn due_of_list(tx: &ReadTx<'_>, chat: &ConversationRow, today: Date) -> Result<Places, store::Error> {
    let mut places = Places::new();
    let class = match chat.group {
        Some(group) => Some(school::group_class(tx, group)?),
        None => None,
    };
    for row in storage::roll::of_chat(tx, chat.id)? {
        let staff = school::roles_of(tx, row.person, today)?.is_staff();
        let seat = if let Some(class) = class {
            let tie = standings_of(tx, class, row.person, today)?;
            if tie.has(Standing::Homeroom) {
                Some(Seat::Homeroom)
            } else if tie.has(Standing::Teacher) {
                Some(Seat::Teacher)
            } else {
                tie.has(Standing::Pupil).then_some(Seat::Pupil)
            }
        } else {
            staff.then_some(Seat::Staff)
        };
        places.extend(seat.map(|seat| (row.person, place(seat, row.role))));
    }
    Ok(places)
}
