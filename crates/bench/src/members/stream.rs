//! What members send: the least that a browser decodes as a picture and as sound, with a mark at the end that no decoder
//! reads.

/// A picture weighs as much as one of a small camera.
const PICTURE: usize = 1100;
/// 20 ms of sound at 32 kbit/s.
const SOUND: usize = 80;
/// Of a picture's bytes, those that say how blocks are made; what they are made of is in the rest.
const MODES: u32 = 480;
const MAGIC: [u8; 4] = *b"zvnk";
const MARK: usize = 18;

/// Who sent a packet, in which call and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) call: u32,
    pub(super) sender: u16,
    /// After the start of the program that sent it.
    pub(super) micros: u64,
}

impl Mark {
    fn put(self, payload: &mut [u8]) {
        let from = payload.len() - MARK;
        payload[from..from + 4].copy_from_slice(&MAGIC);
        payload[from + 4..from + 8].copy_from_slice(&self.call.to_be_bytes());
        payload[from + 8..from + 10].copy_from_slice(&self.sender.to_be_bytes());
        payload[from + 10..].copy_from_slice(&self.micros.to_be_bytes());
    }

    /// The mark of a packet, if it bears one.
    pub(super) fn read(payload: &[u8]) -> Option<Self> {
        let mark = payload.last_chunk::<MARK>()?;
        let (magic, rest) = mark.split_first_chunk::<4>()?;
        let (call, rest) = rest.split_first_chunk::<4>()?;
        let (sender, rest) = rest.split_first_chunk::<2>()?;
        let micros = rest.first_chunk::<8>()?;
        (*magic == MAGIC).then(|| Self {
            call: u32::from_be_bytes(*call),
            sender: u16::from_be_bytes(*sender),
            micros: u64::from_be_bytes(*micros),
        })
    }
}

/// A grey picture of 320 × 180 in VP8 (RFC 6386, RFC 7741), one packet. A stream of zeros is a valid picture: it reads as
/// no whenever the decoder asks, so no table is changed, each block is made of its neighbours and nothing is added to it.
pub(super) fn picture(key: bool, number: u64, mark: Mark) -> Vec<u8> {
    let [.., high, low] = number.to_be_bytes();
    let mut bytes = vec![0x90, 0xe0, 0x80 | high & 0x7f, low, low, 0];
    // Bit 0: no key frame; bit 4: it is shown; above them the length of the first part.
    let tag = u32::from(!key) | 1 << 4 | MODES << 5;
    bytes.extend(&tag.to_le_bytes()[..3]);
    if key {
        bytes.extend([0x9d, 0x01, 0x2a]);
        bytes.extend(320_u16.to_le_bytes());
        bytes.extend(180_u16.to_le_bytes());
    }
    bytes.resize(PICTURE, 0);
    mark.put(&mut bytes);
    bytes
}

/// Silence in Opus (RFC 6716): the decoder asks first whether there is any sound, and all ones say no.
pub(super) fn sound(mark: Mark) -> Vec<u8> {
    let mut bytes = vec![0xff; SOUND];
    bytes[0] = 0xf8;
    mark.put(&mut bytes);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: Mark = Mark { call: 7, sender: 29, micros: 1_234_567_890 };

    #[test]
    fn a_mark_is_read_from_what_bears_one_and_from_nothing_else() {
        // CALL-E13
        for payload in [picture(true, 1, SENT), picture(false, 70_000, SENT), sound(SENT)] {
            assert_eq!(Mark::read(&payload), Some(SENT));
        }
        assert_eq!(Mark::read(&[0; 1100]), None);
        assert_eq!(Mark::read(b"zvnk"), None);
    }

    #[test]
    fn a_picture_says_what_it_is() {
        let (key, next) = (picture(true, 0x1ff, SENT), picture(false, 0x200, SENT));
        assert_eq!(key[..6], [0x90, 0xe0, 0x81, 0xff, 0xff, 0]);
        assert_eq!(key[6..16], [0x10, 0x3c, 0, 0x9d, 1, 0x2a, 0x40, 1, 180, 0]);
        assert_eq!(next[6..9], [0x11, 0x3c, 0]);
        assert_eq!((key.len(), next.len()), (PICTURE, PICTURE));
    }
}
