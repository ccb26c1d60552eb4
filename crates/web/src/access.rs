//! The coarse gate of each route, and who is signed in (ARC-8, Z1).

use school::{PersonId, PersonName, PortalSession, Role, Roles, Viewer};

use crate::context::Context;

/// Who may call a route at all. The fine right is the proof that the domain function asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// Anybody with a living portal session.
    SignedIn,
    /// A signed-in person who holds one of these roles today.
    Roles(&'static [Role]),
    /// A signed-in person to whom «Сферум» is open.
    Messenger,
    /// Any application, by what it shows in the call: no cookie is read, so foreign origins may call (VK-41).
    Wire,
    /// Anybody, in the demo only; elsewhere the route does not exist.
    Demo,
}

impl Access {
    /// The rule as `zvonok routes` prints it.
    #[must_use]
    pub fn word(self) -> String {
        match self {
            Self::Public => "public".to_owned(),
            Self::SignedIn => "signed in".to_owned(),
            Self::Roles(roles) => roles.iter().map(|role| role.word()).collect::<Vec<_>>().join(" or "),
            Self::Messenger => "messenger open".to_owned(),
            Self::Wire => "application".to_owned(),
            Self::Demo => "demo".to_owned(),
        }
    }
}

/// What a route writes about itself (Z7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Record {
    /// It only reads.
    Reads,
    /// It leaves exactly one row in the audit chain when it writes.
    Audited,
    /// Its own log is the record: send, edit, read marks, ticks.
    SelfRecording,
}

impl Record {
    /// The mark as `zvonok routes` prints it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Reads => "reads",
            Self::Audited => "audited",
            Self::SelfRecording => "self-recording",
        }
    }
}

/// How «Сферум» stands for a person: what the menu shows and whether chats open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sferum {
    /// No provider is configured: nothing is shown (LNK-L9).
    Absent,
    /// The tab «Авторизация в Сферум».
    Offered,
    /// The tab «Сферум».
    Open,
}

/// The signed-in person, as one read at the start of the request found them.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The key to all proofs.
    pub viewer: Viewer,
    /// The name.
    pub name: PersonName,
    /// Roles held today.
    pub roles: Roles,
    /// The session.
    pub session: PortalSession,
    /// What the person looks as now (DIA-E28).
    pub context: Context,
    /// All they could look as.
    pub contexts: Vec<Context>,
    /// How «Сферум» stands for them.
    pub sferum: Sferum,
}

impl SignedIn {
    /// The person.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.viewer.person()
    }
}
