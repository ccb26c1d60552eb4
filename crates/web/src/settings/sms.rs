use std::path::PathBuf;
use std::sync::Arc;

use crate::gateway::{Gateway, Template};
use crate::outgoing::Origin;

/// How codes reach people (LNK-S6).
#[derive(Clone, Debug)]
pub enum SmsChannel {
    /// Nowhere: codes wait in the outbox and the administrator's page says so.
    None,
    /// The demo's virtual telephone.
    Screen,
    /// Into a file that its owner reads.
    Log {
        /// The file.
        file: PathBuf,
    },
    /// By an SMS service.
    Http(Arc<Gateway>),
    /// A member of staff reads the code to the person.
    Slip,
}

impl SmsChannel {
    /// Whether messages leave by themselves.
    #[must_use]
    pub const fn sends(&self) -> bool {
        match self {
            Self::Screen | Self::Log { .. } | Self::Http(_) => true,
            Self::None | Self::Slip => false,
        }
    }

    /// Whether a code can come as the last digits of the number that calls.
    #[must_use]
    pub fn makes_calls(&self) -> bool {
        match self {
            Self::Screen => true,
            Self::Http(gateway) => gateway.call.is_some(),
            Self::None | Self::Log { .. } | Self::Slip => false,
        }
    }

    pub(super) fn origins(&self) -> Vec<Origin> {
        match self {
            Self::Http(gateway) => {
                let templates = std::iter::once(&gateway.sms).chain(&gateway.call);
                templates.map(Template::origin).cloned().collect()
            }
            Self::None | Self::Screen | Self::Log { .. } | Self::Slip => Vec::new(),
        }
    }
}
