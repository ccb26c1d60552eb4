//! What a datagram is, and of a STUN request only what tells whose it is. Whether it is genuine, str0m decides.

/// What a datagram is, by its first byte (RFC 7983).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Stun,
    Dtls,
    Media,
}

impl Kind {
    pub(crate) fn of(datagram: &[u8]) -> Option<Self> {
        match datagram.first()? {
            0..=3 => Some(Self::Stun),
            20..=63 => Some(Self::Dtls),
            128..=191 => Some(Self::Media),
            _ => None,
        }
    }
}

/// The stream of an RTP packet; none for RTCP and all else (RFC 5761).
pub(crate) fn stream_of(datagram: &[u8]) -> Option<u32> {
    let head = datagram.first_chunk::<12>()?;
    let media = (128..=191).contains(&head[0]) && !(192..=223).contains(&head[1]);
    media.then(|| u32::from_be_bytes([head[8], head[9], head[10], head[11]]))
}

const HEADER: usize = 20;
const COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
const BINDING_REQUEST: [u8; 2] = [0, 1];
const BINDING_SUCCESS: [u8; 2] = [1, 1];
const USERNAME: u16 = 6;

/// The name of ours that a binding request is meant for: the first half of its USERNAME.
pub(crate) fn asked_for(datagram: &[u8]) -> Option<&str> {
    if datagram.get(..2)? != BINDING_REQUEST || datagram.get(4..8)? != COOKIE {
        return None;
    }
    let mut rest = datagram.get(HEADER..)?;
    while let Some((head, tail)) = rest.split_at_checked(4) {
        let kind = u16::from_be_bytes([head[0], head[1]]);
        let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
        if kind == USERNAME {
            let name = std::str::from_utf8(tail.get(..length)?).ok()?;
            return name.split_once(':').map(|(ours, _)| ours);
        }
        rest = tail.get(length.next_multiple_of(4)..)?;
    }
    None
}

/// Whether it is the answer that str0m gives to a genuine request only.
pub(crate) fn is_success(datagram: &[u8]) -> bool {
    datagram.starts_with(&BINDING_SUCCESS)
}

/// Whether the first bytes of a connection are a framed STUN message (RFC 4571) rather than anything else (CALL-N2).
/// Undecided while there are too few of them.
pub fn is_framed_stun(first_bytes: &[u8]) -> Option<bool> {
    let known = first_bytes.len().min(10);
    let start = [first_bytes.get(2).copied().unwrap_or(0), first_bytes.get(3).copied().unwrap_or(1)];
    if start != BINDING_REQUEST {
        return Some(false);
    }
    let cookie = first_bytes.get(6..known).unwrap_or_default();
    if !COOKIE.starts_with(cookie) {
        return Some(false);
    }
    (known == 10).then_some(true)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(super) fn request(username: &str) -> Vec<u8> {
        let mut message = vec![0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42];
        message.extend([7; 12]);
        message.extend([0x80, 0x22, 0, 3, b'a', b'b', b'c', 0]);
        message.extend([0, 6]);
        message.extend(u16::try_from(username.len()).unwrap().to_be_bytes());
        message.extend(username.as_bytes());
        message.resize(message.len().next_multiple_of(4), 0);
        message
    }

    #[test]
    fn the_name_of_ours_is_the_first_half() {
        assert_eq!(asked_for(&request("ours:theirs")), Some("ours"));
        assert_eq!(asked_for(&request("alone")), None);
        assert_eq!(asked_for(&request("")), None);
        let mut other = request("ours:theirs");
        other[4] = 0;
        assert_eq!(asked_for(&other), None);
        assert_eq!(asked_for(&request("ours:theirs")[..30]), None);
    }

    #[test]
    fn first_bytes_of_a_connection_decide() {
        // CALL-N2.
        let mut framed = vec![0, 48];
        framed.extend(request("ours:theirs"));
        for length in 0..10 {
            assert_eq!(is_framed_stun(&framed[..length]), None, "{length}");
        }
        assert_eq!(is_framed_stun(&framed), Some(true));
        assert_eq!(is_framed_stun(&[0x16, 3, 1, 2, 0, 1]), Some(false), "TLS");
        assert_eq!(is_framed_stun(b"GET / HTTP/1.1"), Some(false));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_harm(bytes in proptest::collection::vec(any::<u8>(), 0..200), at in 0..60_usize, new in any::<u8>()) {
            // CALL-I6.
            let _any = (asked_for(&bytes), Kind::of(&bytes), is_framed_stun(&bytes));
            let mut changed = request("ours:theirs");
            let at = at % changed.len();
            changed[at] = new;
            let _any = (asked_for(&changed), is_framed_stun(&changed));
        }
    }
}
