//! Steps that touch two domains, one file each, free of HTTP (ARC-9).

pub mod import;

use school::PersonId;
use store::ReadTx;

mod begin_link;
mod call_attendance;
mod call_list;
mod cards;
mod change_link;
mod deliver;
mod finish_link;
mod id_token_key;
mod lesson_call;
mod new_person;
mod open_provider;
mod own_account;
mod push;
mod ready;
mod sign_out;
mod substitutes;
mod take_file;

use crate::Failure;
use crate::access::Sferum;

pub(crate) use begin_link::begin_link;
pub(crate) use call_attendance::{Proposal, confirm_attendance, proposal, take_back_attendance};
pub(crate) use call_list::{
    LessonCall, LiveCall, MissedCall, NextCall, call_of_chat, calls_missed, calls_next, calls_now,
    calls_of_lessons, lesson_calls_of_chat, tell_of_call,
};
pub(crate) use cards::{Card, change_chat, draw_cards, homework_chats, post_card, tell_change};
pub(crate) use change_link::{Office, approve_link, change_link, unlink};
pub(crate) use deliver::Outbox;
pub use deliver::{deliver, deliver_due};
pub(crate) use finish_link::{Callback, confirm_link, exchange, finish_link};
pub(crate) use id_token_key::id_token_key;
pub(crate) use lesson_call::{CallAbout, about_call, ground_of, lesson_ref, lessons_due, open_lesson_calls};
pub use new_person::{GrantedBy, NewStaff, StaffDraft, StaffFault, add_staff, staff_roles};
pub(crate) use open_provider::{callback_of, open_provider};
pub(crate) use own_account::{approve_change, change_profile, delete_account};
pub(crate) use push::{call, ensure_push_key, push_key};
pub(crate) use ready::readiness;
pub(crate) use sign_out::sign_out;
pub use substitutes::{follow_lessons, follow_substitutes};
pub(crate) use take_file::{finish_file, take_whole_file, uploader};

/// Lets the chats follow what a roster verb changed, in the same transaction (ARC-17).
///
/// # Errors
/// [`Failure`] when the chats cannot follow.
pub fn follow_roster(
    tx: &mut store::WriteTx<'_>,
    now: store::UtcInstant,
    today: time::Date,
    change: school::RosterChange,
) -> Result<(), Failure> {
    let stirred = !change.touched().is_empty();
    messenger::follow(tx, now, today, change)?;
    if stirred {
        // Open pages ask anew whom and what they may follow.
        tx.emit(
            now,
            store::NewEvent {
                scope_kind: crate::live::ROSTER,
                scope_id: 0,
                kind: "roster_changed",
                reference: 0,
                data: "{}".to_owned(),
            },
        )?;
    }
    Ok(())
}

/// Opens or closes the chats with the link, in the same transaction (LNK-L4).
///
/// # Errors
/// [`Failure`] when the chats cannot follow.
pub fn follow_link(
    tx: &mut store::WriteTx<'_>,
    now: store::UtcInstant,
    today: time::Date,
    change: linking::LinkChange,
) -> Result<(), Failure> {
    match change {
        linking::LinkChange::Same => Ok(()),
        linking::LinkChange::Entered(person) => Ok(messenger::enrol(tx, now, today, person)?),
        linking::LinkChange::Left(person) => Ok(messenger::withdraw(tx, now, person)?),
    }
}

/// How «Сферум» stands for a person.
///
/// # Errors
/// [`Failure`] when the link cannot be read.
pub(crate) fn sferum_of(
    tx: &ReadTx<'_>,
    person: PersonId,
    provider: Option<identity::Provider>,
    require_link: bool,
) -> Result<Sferum, Failure> {
    if !require_link || linking::is_active(tx, person)? {
        return Ok(Sferum::Open);
    }
    Ok(if provider.is_some() { Sferum::Offered } else { Sferum::Absent })
}
