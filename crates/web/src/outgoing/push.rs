//! What leaves for push services: one POST, sealed and signed, to a host of the list and to no other (C8, MSG-F19).

use http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Method, StatusCode, Uri};
use store::{Random, Recipient, UtcInstant, VapidKey};
use time::Duration;

use super::{Call, Origin, Outgoing, OutgoingError};

/// How long a push service keeps a call for a device that is away, in seconds.
const TTL: &str = "86400";
/// One topic for all calls: at the service too the last one takes the place of those before it.
const TOPIC: &str = "zvonok";

/// The hosts that calls may leave for: a whole name, or `*.` and the end of names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushHosts(Vec<String>);

impl Default for PushHosts {
    /// The services of the browsers that are used: Chrome and its kin, Firefox, Safari, Edge.
    fn default() -> Self {
        let known = [
            "fcm.googleapis.com",
            "updates.push.services.mozilla.com",
            "*.push.services.mozilla.com",
            "*.push.apple.com",
            "*.notify.windows.com",
        ];
        Self(known.map(str::to_owned).to_vec())
    }
}

impl PushHosts {
    /// Reads a list of names; `None` when one of them is none.
    #[must_use]
    pub fn parse(names: &[String]) -> Option<Self> {
        let is_name = |name: &str| {
            let bare = name.strip_prefix("*.").unwrap_or(name);
            crate::settings::is_a_host(bare)
        };
        let names: Vec<String> = names.iter().map(|name| name.to_ascii_lowercase()).collect();
        (!names.is_empty() && names.iter().all(|name| is_name(name))).then_some(Self(names))
    }

    fn hold(&self, host: &str) -> bool {
        self.0.iter().any(|name| match name.strip_prefix('*') {
            // The dot stays: `*.push.apple.com` is no `evilpush.apple.com`.
            Some(end) => host.len() > end.len() && host.ends_with(end),
            None => host == name,
        })
    }
}

/// Why notifications were not switched on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PushFault {
    /// The school has not switched them on.
    #[error("the school has none")]
    Off,
    /// The browser's push service is none of the list.
    #[error("an unknown push service")]
    Service,
    /// Nobody has said that they read by whom they are carried.
    #[error("switched on unread")]
    Unread,
}

/// What became of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PushOutcome {
    /// The service has taken it.
    Taken,
    /// The service knows the subscription no more.
    Gone,
    /// It is to be tried again, not before what the service said.
    Again(Option<Duration>),
    /// The service refuses it; the same again would be refused again.
    Refused(u16),
}

impl PushOutcome {
    fn of(status: StatusCode, retry_after: Option<Duration>) -> Self {
        match status.as_u16() {
            200..=299 => Self::Taken,
            404 | 410 => Self::Gone,
            408 | 425 | 429 | 500..=599 => Self::Again(retry_after),
            other => Self::Refused(other),
        }
    }
}

/// Whether a call may leave for an address that a browser gave: https, a host of the list on its usual port, nobody's
/// name in it. Hosts that the settings allow inside may do without TLS: tests have no other.
pub(crate) fn may_push_to(hosts: &PushHosts, private: &[String], endpoint: &str) -> bool {
    origin_of(hosts, private, endpoint).is_some()
}

fn origin_of(hosts: &PushHosts, private: &[String], endpoint: &str) -> Option<(Uri, Origin)> {
    if endpoint.len() > 2000 {
        return None;
    }
    let uri: Uri = endpoint.parse().ok()?;
    let origin = Origin::of(&uri)?;
    let host = origin.bare_host();
    let inside = private.iter().any(|known| known.eq_ignore_ascii_case(host));
    let allowed = hosts.hold(host) && (inside || (origin.is_secure() && origin.port() == 443));
    allowed.then_some((uri, origin))
}

/// A call with all that it is sealed and signed with.
pub(crate) struct Letter<'a> {
    /// The school's key.
    pub(crate) key: &'a VapidKey,
    /// Where the people of the service reach the school.
    pub(crate) contact: &'a str,
    /// The moment.
    pub(crate) now: UtcInstant,
    /// Randomness.
    pub(crate) random: &'a Random,
    /// The address that the browser gave.
    pub(crate) endpoint: &'a str,
    /// The browser.
    pub(crate) recipient: &'a Recipient,
    /// What it is told.
    pub(crate) payload: &'a [u8],
}

impl Outgoing {
    /// Sends one call. Nothing of the endpoint or of the text comes into the log.
    ///
    /// # Errors
    /// [`OutgoingError`] when there was no answer; a refusal is an answer.
    pub(crate) async fn push(
        &self,
        hosts: &PushHosts,
        letter: Letter<'_>,
    ) -> Result<PushOutcome, OutgoingError> {
        let (uri, origin) =
            origin_of(hosts, &self.private_hosts, letter.endpoint).ok_or(OutgoingError::NotNamed)?;
        let body = letter.recipient.seal(letter.random, letter.payload).ok_or(OutgoingError::Broken)?;
        let token = letter.key.authorization(letter.now, &origin.to_string(), letter.contact);
        let mut token =
            HeaderValue::from_str(&token.ok_or(OutgoingError::Broken)?).map_err(|_| OutgoingError::Broken)?;
        token.set_sensitive(true);
        let call = Call {
            method: Method::POST,
            uri,
            headers: vec![
                (AUTHORIZATION, token),
                (CONTENT_ENCODING, HeaderValue::from_static("aes128gcm")),
                (CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
                (HeaderName::from_static("ttl"), HeaderValue::from_static(TTL)),
                (HeaderName::from_static("topic"), HeaderValue::from_static(TOPIC)),
                (HeaderName::from_static("urgency"), HeaderValue::from_static("high")),
            ],
            body: body.into(),
        };
        let answer = self.send_to(&origin, call).await?;
        Ok(PushOutcome::of(answer.status, answer.retry_after))
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;
    use time::Duration;

    use super::{PushHosts, PushOutcome, may_push_to};

    #[test]
    fn calls_leave_for_the_hosts_of_the_list_and_no_other() {
        // C8, K12: a browser could give any address.
        let hosts = PushHosts::default();
        for good in [
            "https://fcm.googleapis.com/fcm/send/abc:def",
            "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
            "https://web.push.apple.com/QGx",
            "https://wns2-par02p.notify.windows.com/w/?token=BQYAAA",
        ] {
            assert!(may_push_to(&hosts, &[], good), "{good}");
        }
        for bad in [
            "",
            "http://fcm.googleapis.com/x",
            "https://fcm.googleapis.com:8443/x",
            "https://fcm.googleapis.com.evil.example/x",
            "https://evilpush.apple.com/x",
            "https://push.apple.com/x",
            "https://user@web.push.apple.com/x",
            "https://127.0.0.1/x",
            "https://[::1]/x",
            "https://localhost/x",
            "https://169.254.169.254/latest/meta-data",
            "https://shkola.local/admin",
            "file:///etc/passwd",
            "/wpush/v2",
        ] {
            assert!(!may_push_to(&hosts, &[], bad), "{bad}");
        }
        assert!(!may_push_to(&hosts, &[], &format!("https://web.push.apple.com/{}", "a".repeat(2000))));
        let local = PushHosts::parse(&["127.0.0.1".to_owned()]).unwrap();
        assert!(!may_push_to(&local, &[], "http://127.0.0.1:8080/x"), "the list alone opens nothing inside");
        assert!(may_push_to(&local, &["127.0.0.1".to_owned()], "http://127.0.0.1:8080/x"));
        assert_eq!(PushHosts::parse(&["*.".to_owned()]), None);
        assert_eq!(PushHosts::parse(&[]), None);
    }

    #[test]
    fn answers_of_push_services_are_told_apart() {
        let wait = Some(Duration::seconds(7));
        for (status, outcome) in [
            (200, PushOutcome::Taken),
            (201, PushOutcome::Taken),
            (404, PushOutcome::Gone),
            (410, PushOutcome::Gone),
            (429, PushOutcome::Again(wait)),
            (503, PushOutcome::Again(wait)),
            (400, PushOutcome::Refused(400)),
            (403, PushOutcome::Refused(403)),
            (413, PushOutcome::Refused(413)),
        ] {
            assert_eq!(PushOutcome::of(StatusCode::from_u16(status).unwrap(), wait), outcome, "{status}");
        }
    }
}
