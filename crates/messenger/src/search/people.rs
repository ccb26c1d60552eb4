//! Finding people by name (MSG-Q4).
//!
//! A school has a few thousand names, so they are read from the roster and compared in memory: a list of their own could
//! lag behind it. Members of one's chats are found, and by staff also staff and pupils of the whole school.

use std::collections::HashMap;

use school::{PersonId, PersonName, Role, Staff};
use store::ReadTx;
use time::Date;

use super::query::{Query, Term};
use super::stem::stem;
use super::words::words;
use crate::{ChatKind, ConversationId, MemberOf, MemberRole, Seat, storage};

/// Letters from which a name finds its other gender and its cases.
const FAMILY_FROM: usize = 4;
/// How alike two names must be to be one with a slip of the finger: the share of common trigrams, in percent.
const ALIKE: usize = 40;

/// A person who was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundPerson {
    /// The person.
    pub person: PersonId,
    /// The name.
    pub name: PersonName,
    /// The chats that both are in, and as what the person sits there.
    pub chats: Vec<(ConversationId, Seat)>,
}

/// Finds people whose names hold all the words; whoever shares more chats with the viewer comes first, then by name. Names
/// that are only alike are told when no other is found.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn find_people(
    tx: &ReadTx<'_>,
    rooms: &[MemberOf<'_>],
    staff: Option<&Staff<'_>>,
    query: &Query,
    today: Date,
    most: usize,
) -> Result<Vec<FoundPerson>, store::Error> {
    let mut places: HashMap<PersonId, Vec<(ConversationId, Seat)>> = HashMap::new();
    // The announcements of the school tie nobody to anybody.
    let rooms_that_tie = rooms.iter().filter(|room| room.conversation().kind != ChatKind::SchoolNews);
    let chats: Vec<ConversationId> = rooms_that_tie.map(|room| room.conversation().id).collect();
    let seats: HashMap<ConversationId, Seat> =
        rooms.iter().map(|room| (room.conversation().id, room.seat())).collect();
    for place in storage::search::people(tx, &chats)? {
        // Readers of announcements do not know of each other.
        let knows =
            place.role != MemberRole::Reader || seats.get(&place.conv).is_some_and(|seat| seat.is_staff());
        if knows {
            places.entry(place.person).or_default().push((place.conv, place.seat));
        }
    }
    if staff.is_some() {
        for person in school::staff(tx, today)?.into_iter().chain(school::holders_of(tx, Role::Pupil, today)?)
        {
            places.entry(person).or_default();
        }
    }
    if let Some(me) = rooms.first().map(MemberOf::person).or(staff.map(Staff::person)) {
        places.remove(&me);
    }
    let people: Vec<PersonId> = places.keys().copied().collect();
    let names = school::names_of(tx, &people)?;
    let judged = |alike: fn(&Term, &str) -> bool| {
        let holds = |name: &PersonName| {
            let parts = words(&name.full());
            query.terms().iter().all(|term| parts.iter().any(|part| alike(term, &part.token)))
        };
        names.iter().filter(|(_, name)| holds(name)).map(|(person, _)| *person).collect::<Vec<_>>()
    };
    let mut found = judged(is_name);
    if found.is_empty() {
        found = judged(is_like);
    }
    let mut found: Vec<FoundPerson> = found
        .into_iter()
        .filter_map(|person| {
            let name = names.get(&person)?.clone();
            Some(FoundPerson { person, name, chats: places.remove(&person).unwrap_or_default() })
        })
        .collect();
    found.sort_by_cached_key(|found| {
        (std::cmp::Reverse(found.chats.len()), found.name.sort_key(), found.person)
    });
    found.truncate(most);
    Ok(found)
}

/// Whether a part of a name begins with the word, or is a form of it.
fn is_name(term: &Term, part: &str) -> bool {
    part.starts_with(&term.token)
        || stem(part) == term.stem
        || (term.token.chars().count() >= FAMILY_FROM && family(part) == family(&term.token))
}

/// Whether a part of a name differs from the word by about one letter.
fn is_like(term: &Term, part: &str) -> bool {
    let (one, other) = (trigrams(&term.token), trigrams(part));
    let common = one.iter().filter(|trigram| other.contains(trigram)).count();
    let all = one.len() + other.len() - common;
    term.token.chars().count() >= FAMILY_FROM && common * 100 >= all * ALIKE
}

/// The letters of a word by threes, with two spaces before and one after it, so that its beginning counts more.
fn trigrams(word: &str) -> Vec<[char; 3]> {
    let padded: Vec<char> = "  ".chars().chain(word.chars()).chain(" ".chars()).collect();
    let mut found: Vec<[char; 3]> = padded.windows(3).filter_map(|three| three.try_into().ok()).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// What is common to a surname of both genders in all cases: «Петров», «Петрову», «Петровой», «Петровых».
fn family(word: &str) -> String {
    const ENDINGS: [(&str, &[&str]); 5] = [
        ("ск", &["ский", "ского", "скому", "ским", "ском", "ская", "ской", "скую", "ские", "ских", "скими"]),
        ("ов", &["ова", "овой", "ову", "ове", "овым", "овых", "овыми", "овы"]),
        ("ев", &["ева", "евой", "еву", "еве", "евым", "евых", "евыми", "евы"]),
        ("ин", &["ина", "иной", "ину", "ине", "иным", "иных", "иными", "ины"]),
        ("", &["ый", "ий", "ой", "ого", "его", "ому", "ему", "ая", "яя", "ую", "юю", "ых", "их"]),
    ];
    for (root, endings) in ENDINGS {
        for ending in endings {
            if let Some(begins) = word.strip_suffix(ending)
                && begins.chars().count() >= 2
            {
                return format!("{begins}{root}");
            }
        }
    }
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::query::Query;
    use super::{is_like, is_name};

    fn check(query: &str, name: &str) -> (bool, bool) {
        let query = Query::parse(query).unwrap();
        let name = super::words(name);
        let all = |alike: fn(&super::Term, &str) -> bool| {
            query.terms().iter().all(|term| name.iter().any(|part| alike(term, &part.token)))
        };
        (all(is_name), all(is_like))
    }

    #[test]
    fn names_are_found_in_both_genders_and_all_cases() {
        // MSG-Q4
        for (query, name) in [
            ("петров", "Петрова Анна"),
            ("Петрова", "Петров Иван"),
            ("петровой", "Петров Иван"),
            ("Достоевская", "Достоевский Фёдор"),
            ("иль", "Ильина Варвара Олеговна"),
            ("ильин", "Ильина Варвара Олеговна"),
            ("Варвары Ильиной", "Ильина Варвара Олеговна"),
            ("семенова алена", "Семёнова Алёна"),
            ("Семёнов", "Семенова Алена"),
            ("белая", "Белый Андрей"),
            ("водкина", "Петров-Водкин Кузьма"),
            ("оглы", "Хасанов Тимур Рашид оглы"),
        ] {
            assert!(check(query, name).0, "{query} → {name}");
        }
        for (query, name) in
            [("петров", "Сидоров Иван"), ("анна петрова", "Петрова Инна"), ("о", "Ильина Анна")]
        {
            assert!(!check(query, name).0, "{query} → {name}");
        }
    }

    #[test]
    fn a_slip_of_the_finger_finds_names_that_are_alike() {
        // MSG-Q4
        for (query, name) in
            [("петрв", "Петров Иван"), ("громва", "Громова Ольга"), ("ильна", "Ильина Варвара")]
        {
            assert_eq!(check(query, name), (false, true), "{query} → {name}");
        }
        for (query, name) in
            [("громова", "Карпова Нина"), ("иван", "Зотова Татьяна"), ("лап", "Лебедев Пётр")]
        {
            assert_eq!(check(query, name), (false, false), "{query} → {name}");
        }
    }
}
