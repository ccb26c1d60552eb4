//! What of the audit the desk of safety reads (MSG-S13).

use school::{Denied, Viewer};
use store::ReadTx;
use time::Date;

use crate::{CaseOf, HoldId, HoldOf, ReportId};

/// The areas of the audit that concern the desk: chats and their calls, their supervision, links, roles and accounts. Who signs in
/// when, and what stands in the journals of classes, is not theirs to read.
pub const AREAS: [&str; 6] =
    ["messenger.", "calls.", "linking.", "school.account.", "school.import.", "school.setup."];

/// Whether a row of the audit about this target may be shown to the viewer, who sits at the desk: what is about a report
/// or a hold on the viewer's own words is not (MSG-I23).
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn may_read_row(
    tx: &ReadTx<'_>,
    viewer: &Viewer,
    target: &str,
    today: Date,
) -> Result<bool, store::Error> {
    let Some((kind, id)) = target.split_once(':') else { return Ok(true) };
    let Ok(id) = store::parse_id(id) else { return Ok(true) };
    let asked = match kind {
        "report" => CaseOf::ask(tx, viewer, ReportId::from_row(id), today).map(drop),
        "hold" => HoldOf::ask(tx, viewer, HoldId::from_row(id), today).map(drop),
        _ => return Ok(true),
    };
    match asked {
        Ok(()) => Ok(true),
        Err(Denied::Denied) => Ok(false),
        Err(Denied::Store(error)) => Err(error),
    }
}
