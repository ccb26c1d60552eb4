//! Everything the program logs, kept for a look: as `-vv` would write it, and more.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// The lines so far.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<String>>);

impl Log {
    /// Takes the log of this process from now on; once in a program.
    pub fn take() -> Self {
        let log = Self::default();
        tracing::subscriber::set_global_default(Keeper(log.clone())).unwrap();
        log
    }

    /// What was logged.
    pub fn text(&self) -> String {
        self.0.lock().unwrap().clone()
    }
}

struct Keeper(Log);

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl Subscriber for Keeper {
    fn enabled(&self, about: &Metadata<'_>) -> bool {
        let own = ["web", "store", "school", "identity", "linking", "diary", "messenger"];
        let of = about.target().split("::").next().unwrap_or_default();
        // Other people's crates at TRACE show bytes as they come; nobody who asks for that can be helped.
        own.contains(&of) || *about.level() <= Level::DEBUG
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut line = Line(span.metadata().name().to_owned());
        span.record(&mut line);
        self.keep(&line.0);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        let mut line = Line(String::new());
        values.record(&mut line);
        self.keep(&line.0);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(format!("{} {}", event.metadata().level(), event.metadata().target()));
        event.record(&mut line);
        self.keep(&line.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl Keeper {
    fn keep(&self, line: &str) {
        writeln!(self.0.0.lock().unwrap(), "{line}").unwrap();
    }
}
