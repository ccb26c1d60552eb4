//! What a person with several roles looks as (DIA-E28); contexts are never united on one screen (DIA-I14).

use school::{ClassLabel, PersonId, PersonName, Role, Roles, class_group_of};
use store::ReadTx;
use time::Date;

/// One way of looking at the school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Context {
    /// A pupil, at their own diary.
    Pupil {
        /// Their class.
        class: Option<ClassLabel>,
    },
    /// A guardian, at one child's diary.
    Guardian {
        /// The child.
        child: PersonId,
        /// The child's name.
        name: PersonName,
        /// The child's class.
        class: Option<ClassLabel>,
    },
    /// Staff, at their work.
    Staff {
        /// The position as the school names it.
        position: String,
    },
    /// An administrator, at the server.
    Administrator,
    /// Signed in, without any role today.
    Nobody,
}

impl Context {
    /// The word kept in the session.
    #[must_use]
    pub fn id(&self) -> String {
        match self {
            Self::Pupil { .. } => "pupil".to_owned(),
            Self::Guardian { child, .. } => format!("guardian-{child}"),
            Self::Staff { .. } => "staff".to_owned(),
            Self::Administrator => "administrator".to_owned(),
            Self::Nobody => "nobody".to_owned(),
        }
    }

    /// The child whose diary this context shows, given who looks.
    #[must_use]
    pub fn child(&self, viewer: PersonId) -> Option<PersonId> {
        match self {
            Self::Pupil { .. } => Some(viewer),
            Self::Guardian { child, .. } => Some(*child),
            Self::Staff { .. } | Self::Administrator | Self::Nobody => None,
        }
    }

    /// The page a person lands on.
    #[must_use]
    pub fn home(&self, roles: Roles) -> &'static str {
        match self {
            Self::Pupil { .. } | Self::Guardian { .. } => "/diary",
            Self::Staff { .. } if roles.has(Role::Teacher) || roles.has(Role::HomeroomTeacher) => "/today",
            Self::Staff { .. } if roles.has(Role::DeputyHead) || roles.has(Role::HeadTeacher) => {
                "/substitutions"
            }
            Self::Staff { .. } if roles.has(Role::SafeguardingLead) => "/safety",
            Self::Staff { .. } | Self::Nobody => "/profile",
            Self::Administrator => "/admin",
        }
    }
}

/// All contexts of a person on a day, in the order of the menu.
pub(crate) fn contexts_of(
    tx: &ReadTx<'_>,
    person: PersonId,
    roles: Roles,
    on: Date,
) -> Result<Vec<Context>, store::Error> {
    let mut contexts = Vec::new();
    if roles.has(Role::Pupil) {
        contexts.push(Context::Pupil { class: class_group_of(tx, person, on)?.map(|class| class.label) });
    }
    let staff = roles.iter().any(|role| role.is_staff() && role != Role::Administrator);
    if staff {
        let position = school::grants_of(tx, person, on)?.into_iter().find_map(|grant| grant.position);
        contexts.push(Context::Staff { position: position.unwrap_or_default() });
    }
    if roles.has(Role::Administrator) {
        contexts.push(Context::Administrator);
    }
    if roles.has(Role::Guardian) {
        let children = school::children_of(tx, person, on)?;
        let mut names = school::names_of(tx, &children)?;
        for child in children {
            let Some(name) = names.remove(&child) else { continue };
            let class = class_group_of(tx, child, on)?.map(|class| class.label);
            contexts.push(Context::Guardian { child, name, class });
        }
    }
    if contexts.is_empty() {
        contexts.push(Context::Nobody);
    }
    Ok(contexts)
}
