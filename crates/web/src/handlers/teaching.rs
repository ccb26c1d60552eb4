//! A teacher's pages: the day, a lesson, the class's table, the homeroom class.

pub(crate) mod class_group;
pub(crate) mod class_slips;
pub(crate) mod gradebook;
pub(crate) mod lesson;
mod lesson_call;
pub(crate) mod lesson_write;
pub(crate) mod today;

use std::collections::HashMap;

use school::{GroupId, GroupName};
use store::ReadTx;

/// «6 «А»» or «6 «А», англ 1».
pub(crate) fn group_line(names: &HashMap<GroupId, GroupName>, group: GroupId) -> String {
    names.get(&group).map_or_else(String::new, |name| match &name.part {
        Some((division, part)) => format!("{}, {division}\u{a0}{part}", name.label),
        None => name.label.to_string(),
    })
}

/// The line of one group.
pub(crate) fn group_line_of(tx: &ReadTx<'_>, group: GroupId) -> Result<String, store::Error> {
    Ok(group_line(&school::group_names(tx, &[group])?, group))
}

/// «8:30–9:15» from minutes since midnight.
pub(crate) fn span(starts: u16, ends: u16) -> String {
    format!("{}:{:02}–{}:{:02}", starts / 60, starts % 60, ends / 60, ends % 60)
}
