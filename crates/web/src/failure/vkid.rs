//! What is said of the refusals of VK ID and of linking: exhaustive, so that a new refusal must get its sentence.

use http::StatusCode;
use identity::{
    AttemptError, AuthorizeError, BirthDateFault, ClientFault, NameFault, PhoneFault, ReadOutError,
};
use linking::LinkError;
use store::UtcInstant;

use super::{Failure, Said, domains};
use crate::words::Words;

const REFUSED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
const MANY: StatusCode = StatusCode::TOO_MANY_REQUESTS;

pub(super) fn phone(fault: PhoneFault) -> Said {
    let text = match fault {
        PhoneFault::Empty => Words::of("phone-empty"),
        PhoneFault::Character { found } if found.is_numeric() => Words::of("phone-digits"),
        PhoneFault::Character { found } if found.is_control() || is_direction(found) => {
            Words::of("phone-invisible")
        }
        PhoneFault::Character { found } => Words::of("phone-character").with("found", found.to_string()),
        PhoneFault::TooShort { has } => Words::of("phone-short").with("has", has),
        PhoneFault::TooLong { has } => Words::of("phone-long").with("has", has),
        PhoneFault::NoCountry => Words::of("phone-country"),
        PhoneFault::ServiceLine => Words::of("phone-service"),
    };
    Said::of(REFUSED, "V-422", text)
}

const fn is_direction(sign: char) -> bool {
    matches!(sign, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

pub(super) fn step(refusal: identity::Refusal, now: UtcInstant) -> Said {
    use identity::Refusal;
    match refusal {
        Refusal::NotNow => Said::of(StatusCode::CONFLICT, "V-409", Words::of("vkid-not-now")),
        Refusal::WrongPassword => Said::of(REFUSED, "V-423", Words::of("vkid-wrong-password")),
        Refusal::WrongCode { left: 0 } => Said::of(REFUSED, "V-424", Words::of("vkid-wrong-code-last")),
        Refusal::WrongCode { left } => {
            Said::of(REFUSED, "V-424", Words::of("vkid-wrong-code").with("left", left))
        }
        Refusal::CodeDead => Said::of(REFUSED, "V-425", Words::of("vkid-code-dead")),
        Refusal::CodeTooOld => Said::of(REFUSED, "V-426", Words::of("vkid-code-old")),
        Refusal::TooSoon { until } => {
            Said::of(MANY, "V-429", Words::of("vkid-too-soon").with("wait", wait(until, now)))
        }
        Refusal::PhoneTaken => Said::of(StatusCode::CONFLICT, "V-410", Words::of("vkid-phone-taken")),
        Refusal::PhoneHeld => Said::of(StatusCode::CONFLICT, "V-413", Words::of("vkid-phone-held")),
        Refusal::PhoneLocked { until: None } => Said::of(MANY, "V-437", Words::of("vkid-phone-locked")),
        Refusal::PhoneLocked { until: Some(until) } => {
            Said::of(MANY, "V-437", Words::of("vkid-phone-locked-until").with("wait", wait(until, now)))
        }
        Refusal::SamePhone => Said::of(REFUSED, "V-436", Words::of("vkid-same-phone")),
        Refusal::PhoneRests { until } => {
            let days = seconds_left(until, now).saturating_add(86_399) / 86_400;
            Said::of(StatusCode::CONFLICT, "V-414", Words::of("vkid-phone-rests").with("days", days))
        }
        Refusal::HasProfile => Said::of(StatusCode::CONFLICT, "V-411", Words::of("vkid-has-profile")),
        Refusal::NoProfile => Said::of(StatusCode::CONFLICT, "V-412", Words::of("vkid-no-profile")),
        Refusal::NeedsData => Said::of(REFUSED, "V-427", Words::of("vkid-needs-data")),
        Refusal::TooManyLookups => Said::of(MANY, "V-430", Words::of("vkid-many-lookups")),
        Refusal::TooManyPasswords => Said::of(MANY, "V-431", Words::of("vkid-many-passwords")),
    }
}

/// How long a person has to wait: «0:43», «1 ч 05 мин».
pub(crate) fn wait(until: UtcInstant, now: UtcInstant) -> String {
    let seconds = seconds_left(until, now);
    if seconds < 3600 {
        return format!("{}:{:02}", seconds / 60, seconds % 60);
    }
    Words::of("wait-hours")
        .with("hours", seconds / 3600)
        .with("minutes", format!("{:02}", seconds % 3600 / 60))
        .say()
}

/// Whole seconds, rounded up, never negative.
pub(crate) fn seconds_left(until: UtcInstant, now: UtcInstant) -> i64 {
    let millis = i64::try_from(until.since(now).whole_milliseconds()).unwrap_or(i64::MAX);
    millis.max(0).saturating_add(999) / 1000
}

pub(super) fn attempt(error: &AttemptError) -> Said {
    match error {
        AttemptError::NoSuch => Said::of(StatusCode::NOT_FOUND, "V-404", Words::of("vkid-no-attempt")),
        AttemptError::OtherBrowser => {
            Said::of(StatusCode::FORBIDDEN, "V-403", Words::of("vkid-other-browser"))
        }
        AttemptError::Store(error) => domains::store(error),
    }
}

pub(super) fn read_out(error: &ReadOutError) -> Said {
    match error {
        ReadOutError::Gone => Said::of(StatusCode::CONFLICT, "V-434", Words::of("sms-read-gone")),
        ReadOutError::OtherPhone => Said::of(REFUSED, "V-435", Words::of("sms-read-other")),
        ReadOutError::Store(error) => domains::store(error),
    }
}

pub(super) fn client(fault: &ClientFault) -> Said {
    let shown = |text: &str| text.chars().take(100).collect::<String>();
    let (status, code, text) = match fault {
        ClientFault::Taken(id) => {
            (StatusCode::CONFLICT, "V-441", Words::of("client-taken").with("id", id.to_string()))
        }
        ClientFault::NoSuch(_) => (StatusCode::NOT_FOUND, "V-442", Words::of("client-missing")),
        ClientFault::School => (StatusCode::CONFLICT, "V-443", Words::of("client-school")),
        ClientFault::Name => (REFUSED, "V-444", Words::of("client-name")),
        ClientFault::Redirect(text) if text.is_empty() => (REFUSED, "V-445", Words::of("client-redirects")),
        ClientFault::Redirect(text) => {
            (REFUSED, "V-446", Words::of("client-redirect").with("text", shown(text)))
        }
        ClientFault::Origin(text) => (REFUSED, "V-447", Words::of("client-origin").with("text", shown(text))),
        ClientFault::Store(error) => return domains::store(error),
    };
    Said::of(status, code, text)
}

pub(super) fn authorize(error: &AuthorizeError) -> Said {
    let bad = |code, id| Said::of(StatusCode::BAD_REQUEST, code, Words::of(id));
    match error {
        AuthorizeError::UnknownClient => bad("V-400", "vkid-unknown-client"),
        AuthorizeError::BadRedirect => bad("V-401", "vkid-bad-redirect"),
        AuthorizeError::Refused { .. } => bad("V-402", "vkid-bad-request"),
        AuthorizeError::Store(error) => domains::store(error),
    }
}

pub(super) fn link(error: &LinkError) -> Said {
    use linking::Refusal;
    let refusal = match error {
        LinkError::Refused(refusal) => refusal,
        LinkError::Denied => return Said::of(StatusCode::NOT_FOUND, "404", Words::of("failure-not-found")),
        LinkError::Store(error) => return domains::store(error),
    };
    let (status, code, id) = match refusal {
        Refusal::NotNow => (StatusCode::CONFLICT, "K-409", "link-not-now"),
        Refusal::AlreadyLinked => (StatusCode::CONFLICT, "K-410", "link-already"),
        Refusal::AlreadyWaiting => (StatusCode::CONFLICT, "K-411", "link-waiting"),
        Refusal::Suspended => (StatusCode::CONFLICT, "K-412", "link-suspended"),
        Refusal::ForeignAttempt => (StatusCode::BAD_REQUEST, "K-400", "link-foreign"),
        Refusal::ForeignSession => (StatusCode::BAD_REQUEST, "K-401", "link-other-session"),
        Refusal::TooLate => (StatusCode::BAD_REQUEST, "K-402", "link-late"),
        Refusal::SubjectTaken => (StatusCode::CONFLICT, "K-413", "link-taken"),
        Refusal::WrongPassword => (REFUSED, "K-422", "link-wrong-password"),
    };
    Said::of(status, code, Words::of(id))
}

impl From<PhoneFault> for Failure {
    fn from(fault: PhoneFault) -> Self {
        Self::Phone(fault)
    }
}

impl From<AttemptError> for Failure {
    fn from(error: AttemptError) -> Self {
        Self::Attempt(error)
    }
}

impl From<AuthorizeError> for Failure {
    fn from(error: AuthorizeError) -> Self {
        Self::Authorize(error)
    }
}

impl From<LinkError> for Failure {
    fn from(error: LinkError) -> Self {
        Self::Link(error)
    }
}

/// The sentence below a name's field.
pub(crate) fn name_words(fault: NameFault) -> Words {
    match fault {
        NameFault::Empty => Words::of("name-empty"),
        NameFault::TooLong { has } => Words::of("name-too-long").with("has", has),
        NameFault::Character { found } if found.is_control() || is_direction(found) => {
            Words::of("name-invisible")
        }
        NameFault::Character { found } => Words::of("name-character").with("found", found.to_string()),
    }
}

/// The sentence below the birth date.
pub(crate) const fn birth_date_words(fault: BirthDateFault) -> Words {
    match fault {
        BirthDateFault::Empty => Words::of("birth-date-empty"),
        BirthDateFault::Malformed => Words::of("birth-date-malformed"),
        BirthDateFault::Future => Words::of("birth-date-future"),
        BirthDateFault::TooOld => Words::of("birth-date-old"),
    }
}

#[cfg(test)]
mod tests {
    use store::UtcInstant;
    use time::Duration;

    use super::wait;

    #[test]
    fn waiting_times_are_said_as_clocks_show_them() {
        let now = UtcInstant::from_millis(1_000_000);
        for (seconds, said) in [(43, "0:43"), (60, "1:00"), (3540, "59:00"), (3900, "1\u{a0}ч 05\u{a0}мин")]
        {
            assert_eq!(wait(now + Duration::seconds(seconds), now), said);
        }
        assert_eq!(wait(now - Duration::seconds(5), now), "0:00");
        assert_eq!(wait(now + Duration::milliseconds(1), now), "0:01");
    }
}
