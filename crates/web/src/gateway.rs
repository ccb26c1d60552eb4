//! The ways by which codes leave: a page of the demo, a file, an SMS service, a member of staff (LNK-S6).

mod template;

use std::collections::HashSet;
use std::hash::Hash;
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use identity::{Channel, OtpCode, Outgoing};
use store::UtcInstant;

pub use self::template::{BodyFormat, Template, TemplateFault, TemplateText};
use crate::App;
use crate::outgoing::OutgoingError;
use crate::screen::ScreenMessage;
use crate::settings::SmsChannel;
use crate::words::Words;

/// The SMS service of a school: what is asked of it for a text, and for a call if it makes any.
#[derive(Clone, Debug)]
pub struct Gateway {
    /// For an SMS.
    pub sms: Template,
    /// For a call from a number whose last digits are the code.
    pub call: Option<Template>,
}

/// Why a message did not leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SmsFault {
    /// The service gave no answer.
    #[error("{0}")]
    Outgoing(#[from] OutgoingError),
    /// The service answered with another status than that of success.
    #[error("status {0}")]
    Status(u16),
    /// The answer lacks the mark of success.
    #[error("the answer lacks the mark of success")]
    NoMark,
    /// The channel makes no calls.
    #[error("the channel makes no calls")]
    NoCalls,
    /// The file could not be written, or others may read it.
    #[error("the file could not be written")]
    File,
}

impl SmsFault {
    /// The word that is stored; nothing of what the service said.
    #[must_use]
    pub fn word(self) -> String {
        match self {
            Self::Outgoing(error) => error.word().to_owned(),
            Self::Status(status) => format!("status {status}"),
            Self::NoMark => "no_mark".to_owned(),
            Self::NoCalls => "no_calls".to_owned(),
            Self::File => "file".to_owned(),
        }
    }

    /// What a stored word says to people; a word of another program's version as it is.
    #[must_use]
    pub(crate) fn say(word: &str) -> String {
        if let Some(status) = word.strip_prefix("status ") {
            return Words::of("sms-fault-status").with("status", status.to_owned()).say();
        }
        Words::find(&format!("sms-fault-{}", word.replace('_', "-"))).unwrap_or_else(|| word.to_owned())
    }
}

/// Hands one message over.
pub(crate) async fn hand_over(app: &App, message: &Outgoing, now: UtcInstant) -> Result<(), SmsFault> {
    match &app.settings.sms {
        SmsChannel::Screen => {
            let (text, code) = (text_of(message), message.code.digits());
            app.screen.show(ScreenMessage { phone: message.phone.clone(), text, code, at: now });
            Ok(())
        }
        SmsChannel::Log { file } => {
            let local = app.school().zone.local(now);
            let line =
                format!("{} {} {} {}\n", local.date, local.time, message.phone.e164(), text_of(message));
            let file = file.clone();
            let written = tokio::task::spawn_blocking(move || append(&file, &line)).await;
            written.map_err(|_| SmsFault::File)?.map_err(|_| SmsFault::File)
        }
        SmsChannel::Http(gateway) => {
            let template = match message.channel {
                Channel::Sms => &gateway.sms,
                Channel::Call => gateway.call.as_ref().ok_or(SmsFault::NoCalls)?,
            };
            let text = Words::of("sms-text").with("code", message.code.digits()).say();
            let call = template.fill(message.phone.digits(), &text, &message.code.digits());
            template.judge(&app.outgoing.send(call).await?)
        }
        // Nothing leaves by itself.
        SmsChannel::None | SmsChannel::Slip => Err(SmsFault::NoCalls),
    }
}

fn text_of(message: &Outgoing) -> String {
    match message.channel {
        Channel::Sms => Words::of("sms-text").with("code", message.code.digits()).say(),
        Channel::Call => Words::of("sms-call").with("number", caller_number(&message.code)).say(),
    }
}

/// The number that seems to call: its six last digits are the code.
fn caller_number(code: &OtpCode) -> String {
    let digits = code.digits();
    let (head, tail) = digits.split_at(2);
    let (middle, tail) = tail.split_at(2);
    format!("+7\u{a0}900\u{a0}0{head}-{middle}-{tail}")
}

/// Opens the file of the channel `log` for writing at its end; it is made for its owner only and never used otherwise.
///
/// # Errors
/// What the system says; [`std::io::ErrorKind::PermissionDenied`] when others may read the file.
pub fn open_log(path: &Path) -> std::io::Result<std::fs::File> {
    let file = std::fs::OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        return Err(std::io::Error::from(std::io::ErrorKind::PermissionDenied));
    }
    Ok(file)
}

fn append(path: &Path, line: &str) -> std::io::Result<()> {
    let mut file = open_log(path)?;
    file.write_all(line.as_bytes())?;
    file.sync_data()
}

/// Things that one at a time may be done with: who claims one has it until the turn is dropped.
pub(crate) struct Turns<K>(Arc<Mutex<HashSet<K>>>);

impl<K> Default for Turns<K> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

/// A claimed thing.
pub(crate) struct Turn<K: Eq + Hash>(Arc<Mutex<HashSet<K>>>, Option<K>);

impl<K: Copy + Eq + Hash> Turns<K> {
    /// Claims a thing; `None` while somebody else has it.
    pub(crate) fn claim(&self, thing: K) -> Option<Turn<K>> {
        let free = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(thing);
        free.then(|| Turn(Arc::clone(&self.0), Some(thing)))
    }
}

impl<K: Eq + Hash> Drop for Turn<K> {
    fn drop(&mut self) {
        if let Some(thing) = self.1.take() {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&thing);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::{SmsFault, Turns, open_log};
    use crate::outgoing::OutgoingError;

    #[test]
    fn one_at_a_time_has_a_thing() {
        let turns = Turns::default();
        let first = turns.claim(7).unwrap();
        assert!(turns.claim(7).is_none());
        assert!(turns.claim(8).is_some());
        drop(first);
        assert!(turns.claim(7).is_some());
    }

    #[test]
    fn the_file_of_codes_is_its_owners_only() {
        // O5.
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("sms.log");
        let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        open_log(&path).unwrap();
        assert_eq!(mode(&path), 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert_eq!(open_log(&path).unwrap_err().kind(), std::io::ErrorKind::PermissionDenied);
    }

    #[test]
    fn every_fault_is_told_in_words() {
        let faults = OutgoingError::ALL.map(SmsFault::Outgoing);
        let all = faults.into_iter().chain([
            SmsFault::Status(500),
            SmsFault::NoMark,
            SmsFault::NoCalls,
            SmsFault::File,
        ]);
        for fault in all {
            let said = SmsFault::say(&fault.word());
            assert!(said.chars().any(|sign| ('а'..='я').contains(&sign)), "{fault:?}: {said}");
        }
    }
}
