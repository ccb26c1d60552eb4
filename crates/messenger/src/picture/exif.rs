//! Of Exif only one thing is about the picture: how it is turned.

/// How a picture is turned: 2 to 8; what is not turned has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Turn(u8);

/// The tag of it.
const ORIENTATION: u16 = 0x0112;

impl Turn {
    /// Reads the turn from a TIFF block; anything strange in it means that there is none.
    pub(super) fn find(tiff: &[u8]) -> Option<Self> {
        let big = match tiff.get(..4)? {
            b"MM\0*" => true,
            b"II*\0" => false,
            _ => return None,
        };
        let short = |at: usize| -> Option<u16> {
            let two: [u8; 2] = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
            Some(if big { u16::from_be_bytes(two) } else { u16::from_le_bytes(two) })
        };
        let long = |at: usize| -> Option<u32> {
            let four: [u8; 4] = tiff.get(at..at.checked_add(4)?)?.try_into().ok()?;
            Some(if big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) })
        };
        let directory = long(4)? as usize;
        let entries = short(directory)?;
        let mut at = directory.checked_add(2)?;
        for _ in 0..entries {
            if short(at)? == ORIENTATION {
                let value = (short(at + 2)? == 3).then(|| short(at + 8))??;
                return u8::try_from(value).ok().filter(|value| (2..=8).contains(value)).map(Self);
            }
            at = at.checked_add(12)?;
        }
        None
    }

    /// Whether width and height change places.
    pub(super) const fn swaps(self) -> bool {
        self.0 >= 5
    }

    /// A TIFF block that says the turn and nothing else.
    pub(super) fn tiff(self) -> Vec<u8> {
        let mut block = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        block.extend([self.0, 0, 0, 0, 0, 0, 0]);
        block
    }
}

/// Width and height as they are seen.
pub(super) fn turned(turn: Option<Turn>, width: u32, height: u32) -> (u32, u32) {
    if turn.is_some_and(Turn::swaps) { (height, width) } else { (width, height) }
}
