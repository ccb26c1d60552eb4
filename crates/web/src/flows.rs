//! Steps that touch two domains, one file each, free of HTTP (ARC-9).

pub mod import;

use school::PersonId;
use store::ReadTx;

use crate::Failure;
use crate::access::Sferum;
use crate::settings::VkId;

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
    messenger::follow(tx, now, today, change)?;
    Ok(())
}

/// How «Сферум» stands for a person.
///
/// # Errors
/// [`Failure`] when the link cannot be read.
pub(crate) fn sferum_of(
    tx: &ReadTx<'_>,
    person: PersonId,
    vk_id: VkId,
    require_link: bool,
) -> Result<Sferum, Failure> {
    let _ = (tx, person);
    Ok(if !require_link {
        Sferum::Open
    } else {
        match vk_id {
            VkId::Off => Sferum::Absent,
            VkId::Embedded => Sferum::Offered,
        }
    })
}
