//! Whoever stands in for a teacher today has the class's chats for the day (MSG-N12).

use store::{UtcInstant, WriteTx};
use time::Date;

/// Brings the class chats in step with the day's substitutions, in the transaction that changed them or at midnight.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn follow_substitutes(tx: &mut WriteTx<'_>, now: UtcInstant, today: Date) -> Result<(), store::Error> {
    let substitutes = diary::substitutes_on(tx, today)?;
    messenger::set_substitutes(tx, now, today, &substitutes)
}
