//! The one place that reads the system's clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use store::UtcInstant;
use time::Duration;

/// Where the present moment comes from.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The system's clock.
    System,
    /// The system's clock, shifted: the demo's `--today`.
    Shifted(Duration),
    /// A moment that tests set, in milliseconds.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands still at a moment until a test moves it.
    #[must_use]
    pub fn fixed(at: UtcInstant) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(at.millis())))
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> UtcInstant {
        match self {
            Self::System => system(),
            Self::Shifted(by) => system() + *by,
            Self::Fixed(at) => UtcInstant::from_millis(at.load(Ordering::SeqCst)),
        }
    }

    /// Moves a fixed clock; the others go by themselves.
    pub fn advance(&self, by: Duration) {
        if let Self::Fixed(at) = self {
            at.fetch_add(i64::try_from(by.whole_milliseconds()).unwrap_or(0), Ordering::SeqCst);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this module is the clock")]
fn system() -> UtcInstant {
    UtcInstant::from(time::OffsetDateTime::now_utc())
}
