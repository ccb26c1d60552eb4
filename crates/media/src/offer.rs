//! Reads of an offer what was agreed upon (CALL-S1), before anything else looks at it: bounded, and the kind of each
//! source fixed by its line (CALL-I3).

use crate::error::{LineFault, OfferError};
use crate::names::Source;
use crate::settings::Limits;

/// What a line of the offer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The page sends this source on it.
    Sends(Source),
    /// The page receives sound on it.
    Hears,
    /// The page receives pictures on it.
    Sees,
}

/// A line of the offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) mid: String,
    pub(crate) role: Role,
    /// The names of its sizes, in the order of the offer; none when it has but one.
    pub(crate) sizes: Vec<String>,
}

/// An offer that has the agreed shape. Its text may still be refused by str0m.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Offer {
    pub(crate) lines: Vec<Line>,
    /// The digest of the key that the page will prove to have.
    pub(crate) fingerprint: String,
    /// The page's own name of the connection.
    pub(crate) ufrag: String,
    /// The text without the page's candidates: it comes to us, we never go to it, so an offer cannot send packets to a
    /// third machine.
    pub(crate) text: String,
}

/// The sizes that a camera may come in.
pub(crate) const SIZES: usize = 3;

/// A line while it is being read.
#[derive(Default)]
struct Draft<'a> {
    kind: &'a str,
    mid: &'a str,
    sends: bool,
    receives: bool,
    sizes: Vec<String>,
}

impl Offer {
    /// Reads an offer.
    pub(crate) fn parse(text: &str, limits: &Limits) -> Result<Self, OfferError> {
        if text.len() > limits.offer_bytes {
            return Err(OfferError::TooLong { bytes: text.len() });
        }
        let mut kept = String::with_capacity(text.len());
        let (mut candidates, mut drafts): (usize, Vec<Draft<'_>>) = (0, Vec::new());
        let (mut fingerprint, mut ufrag) = ("", "");
        for line in text.lines() {
            if line.starts_with("a=candidate:") {
                candidates += 1;
                continue;
            }
            kept.push_str(line);
            kept.push_str("\r\n");
            if let Some(kind) = line.strip_prefix("m=") {
                if drafts.len() >= most(limits) {
                    return Err(OfferError::WrongLines(LineFault::Many));
                }
                drafts.push(Draft { kind: kind.split(' ').next().unwrap_or_default(), ..Draft::default() });
            }
            let Some(attribute) = line.strip_prefix("a=") else { continue };
            let (name, value) = attribute.split_once(':').unwrap_or((attribute, ""));
            match name {
                "fingerprint" if fingerprint.is_empty() => fingerprint = value,
                "ice-ufrag" if ufrag.is_empty() => ufrag = value,
                _ => {}
            }
            if let Some(draft) = drafts.last_mut() {
                draft.read(name, value);
            }
        }
        if candidates > limits.candidates {
            return Err(OfferError::TooManyCandidates { candidates });
        }
        if drafts.is_empty() || fingerprint.is_empty() || ufrag.is_empty() {
            return Err(OfferError::Malformed);
        }
        let mut lines: Vec<Line> = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let line = draft.judge(&lines).map_err(OfferError::WrongLines)?;
            lines.push(line);
        }
        Ok(Self { lines, fingerprint: fingerprint.to_owned(), ufrag: ufrag.to_owned(), text: kept })
    }

    /// Whether it asks for new credentials of the same connection, and for nothing else (CALL-S3).
    pub(crate) fn restarts(&self, first: &Self) -> bool {
        self.lines == first.lines && self.fingerprint == first.fingerprint && self.ufrag != first.ufrag
    }
}

/// How many lines an offer may have. A few more than are used: what is offered beyond is answered and stays empty.
fn most(limits: &Limits) -> usize {
    Source::ALL.len() + 2 * (limits.audio_slots + limits.video_slots)
}

impl Draft<'_> {
    fn judge(self, before: &[Line]) -> Result<Line, LineFault> {
        let video = match self.kind {
            "audio" => false,
            "video" => true,
            _ => return Err(LineFault::Kind),
        };
        if self.mid.is_empty() || self.mid.len() > 16 || before.iter().any(|line| line.mid == self.mid) {
            return Err(LineFault::Incomplete);
        }
        let role = match (self.sends, self.receives) {
            (true, false) => {
                let taken = |source| before.iter().any(|line| line.role == Role::Sends(source));
                let free =
                    Source::ALL.into_iter().find(|source| source.is_video() == video && !taken(*source));
                Role::Sends(free.ok_or(LineFault::Senders)?)
            }
            (false, true) if video => Role::Sees,
            (false, true) => Role::Hears,
            _ => return Err(LineFault::Direction),
        };
        let several = role == Role::Sends(Source::Camera);
        if self.sizes.len() > if several { SIZES } else { 0 } {
            return Err(LineFault::Sizes);
        }
        Ok(Line { mid: self.mid.to_owned(), role, sizes: self.sizes })
    }
}

impl<'a> Draft<'a> {
    fn read(&mut self, name: &str, value: &'a str) {
        match name {
            "mid" => self.mid = value,
            "sendonly" => self.sends = true,
            "recvonly" => self.receives = true,
            "sendrecv" => (self.sends, self.receives) = (true, true),
            "rid" => {
                if let Some((rid, way)) = value.split_once(' ')
                    && way.starts_with("send")
                    // One more than there may be is enough to refuse.
                    && self.sizes.len() <= SIZES
                {
                    self.sizes.push(rid.to_owned());
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The skeleton of what a browser writes.
    fn text(lines: &[(&str, &str, &str)]) -> String {
        let mut text = "v=0\r\na=ice-ufrag:abcd\r\na=fingerprint:sha-256 AA\r\n".to_owned();
        for (at, (kind, direction, more)) in lines.iter().enumerate() {
            text.push_str(&format!(
                "m={kind} 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:{at}\r\na={direction}\r\n{more}"
            ));
        }
        text
    }

    const AGREED: [(&str, &str, &str); 5] = [
        ("audio", "sendonly", ""),
        ("video", "sendonly", "a=rid:l send\r\na=rid:m send\r\na=rid:h send\r\n"),
        ("video", "sendonly", ""),
        ("audio", "recvonly", ""),
        ("video", "recvonly", ""),
    ];

    fn parse(text: &str) -> Result<Offer, OfferError> {
        Offer::parse(text, &Limits::default())
    }

    #[test]
    fn the_agreed_lines_have_their_roles_by_their_order() {
        // CALL-S1, CALL-I3: what comes on the third line is a screen, whatever it shows.
        let offer = parse(&text(&AGREED)).unwrap();
        let roles: Vec<Role> = offer.lines.iter().map(|line| line.role).collect();
        let sends = Role::Sends;
        assert_eq!(
            roles,
            [
                sends(Source::Microphone),
                sends(Source::Camera),
                sends(Source::Screen),
                Role::Hears,
                Role::Sees
            ]
        );
        assert_eq!(offer.lines[1].sizes, ["l", "m", "h"]);
    }

    #[test]
    fn other_lines_are_refused() {
        // CALL-S1, CALL-I5.
        let sizes = "a=rid:a send\r\na=rid:b send\r\na=rid:c send\r\na=rid:d send\r\n";
        for (lines, fault) in [
            (vec![("audio", "sendrecv", "")], LineFault::Direction),
            (vec![("audio", "inactive", "")], LineFault::Direction),
            (vec![("application", "sendonly", "")], LineFault::Kind),
            (vec![("audio", "sendonly", ""), ("audio", "sendonly", "")], LineFault::Senders),
            (vec![("video", "sendonly", ""); 3], LineFault::Senders),
            (vec![("video", "sendonly", sizes)], LineFault::Sizes),
            (vec![("video", "sendonly", ""), ("video", "sendonly", "a=rid:a send\r\n")], LineFault::Sizes),
            (vec![("video", "recvonly", "a=mid:\r\n")], LineFault::Incomplete),
            (vec![("video", "recvonly", ""), ("video", "recvonly", "a=mid:0\r\n")], LineFault::Incomplete),
            (vec![("video", "recvonly", ""); 34], LineFault::Many),
        ] {
            assert_eq!(parse(&text(&lines)), Err(OfferError::WrongLines(fault)), "{lines:?}");
        }
        assert_eq!(parse(""), Err(OfferError::Malformed));
        assert_eq!(parse(&"x".repeat(65_537)), Err(OfferError::TooLong { bytes: 65_537 }));
    }

    #[test]
    fn candidates_are_counted_and_left_out() {
        // CALL-I5: 40 candidates. CALL-N6: nothing of them has to be resolved, nobody is sent to.
        let with =
            |number: usize| text(&AGREED) + &"a=candidate:1 1 udp 1 x.local 9 typ host\r\n".repeat(number);
        let offer = parse(&with(40)).unwrap();
        assert!(!offer.text.contains("candidate"));
        assert_eq!(parse(&with(41)), Err(OfferError::TooManyCandidates { candidates: 41 }));
    }

    #[test]
    fn only_new_credentials_are_a_restart() {
        // CALL-S3.
        let first = parse(&text(&AGREED)).unwrap();
        let restart =
            |from: &str, to: &str| parse(&text(&AGREED).replace(from, to)).unwrap().restarts(&first);
        assert!(restart("abcd", "wxyz"));
        assert!(!restart("", ""), "the same credentials");
        let other =
            parse(&text(&AGREED).replace("abcd", "wxyz").replace("sha-256 AA", "sha-256 BB")).unwrap();
        assert!(!other.restarts(&first), "another key");
        let fewer = parse(&text(&AGREED[..4]).replace("abcd", "wxyz")).unwrap();
        assert!(!fewer.restarts(&first), "other lines");
    }

    proptest! {
        #[test]
        fn any_offer_is_read_without_harm(junk in "\\PC{0,300}", at in 0..400_usize, with in "\\PC{0,20}") {
            // CALL-I6.
            let _any = parse(&junk);
            let mut changed = text(&AGREED);
            let at = at.min(changed.len());
            changed.insert_str(at, &with);
            let _any = parse(&changed);
        }
    }
}
