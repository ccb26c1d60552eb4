//! Calling people by name: «@Варвара Ильина» for a member, «@все» for everybody (MSG-S12).

use school::PersonId;
use store::WriteTx;

use crate::limits::CALLS_UNASKED;
use crate::{Body, MemberOf, storage};

/// The word that calls everybody.
pub const EVERYONE: &str = "@все";

/// Whom a text calls.
pub(crate) enum Called {
    /// Nobody.
    Nobody,
    /// These members.
    People(Vec<PersonId>),
}

/// Why a text may not call whom it calls.
pub(crate) enum CallFault {
    /// Everybody is called by staff only (MSG-B25).
    NotStaff,
    /// So many people would be called: the sender has to say so once more.
    Many(u32),
}

/// Whether `text` holds `call` as a whole: what follows does not go on with a letter.
fn holds(text: &str, call: &str) -> bool {
    text.match_indices(call).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + call.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

/// Whether a text calls everybody.
pub(crate) fn calls_everyone(body: &Body) -> bool {
    holds(body.as_str(), EVERYONE)
}

/// Finds whom a text of this member calls, the member left out.
pub(crate) fn find(
    tx: &WriteTx<'_>,
    by: &MemberOf<'_>,
    body: &Body,
    confirmed: bool,
) -> Result<Result<Called, CallFault>, store::Error> {
    let text = body.as_str();
    if !text.contains('@') {
        return Ok(Ok(Called::Nobody));
    }
    let members = storage::member::of_chat(tx, by.conversation().id)?;
    let mut people: Vec<PersonId> =
        members.iter().map(|member| member.person).filter(|person| *person != by.person()).collect();
    if calls_everyone(body) {
        if !by.seat().is_staff() {
            return Ok(Err(CallFault::NotStaff));
        }
        if people.len() > CALLS_UNASKED && !confirmed {
            return Ok(Err(CallFault::Many(u32::try_from(people.len()).unwrap_or(u32::MAX))));
        }
        return Ok(Ok(Called::People(people)));
    }
    let names = school::names_of(tx, &people)?;
    people.retain(|person| names.get(person).is_some_and(|name| holds(text, &format!("@{}", name.short()))));
    Ok(Ok(if people.is_empty() { Called::Nobody } else { Called::People(people) }))
}

#[cfg(test)]
mod tests {
    use super::holds;

    #[test]
    fn a_call_is_a_whole_name() {
        for (text, call, found) in [
            ("@Варвара Ильина, смотри", "@Варвара Ильина", true),
            ("(@Варвара Ильина)", "@Варвара Ильина", true),
            ("@Варвара Ильинична", "@Варвара Ильина", false),
            ("почта@все", "@все", false),
            ("@всем привет", "@все", false),
            ("Внимание, @все!", "@все", true),
        ] {
            assert_eq!(holds(text, call), found, "{text}");
        }
    }
}
