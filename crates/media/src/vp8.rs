//! Reads of a VP8 packet what forwarding needs: where pictures begin, which are key frames, their numbers and size
//! (RFC 7741, RFC 6386).

/// What a packet of VP8 says of itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Picture {
    /// It is the first packet of a picture.
    pub(crate) begins: bool,
    /// It is the first packet of a picture that needs no other.
    pub(crate) key: bool,
    /// The picture's number.
    pub(crate) id: Option<PictureId>,
    /// The number of the last picture of the base layer.
    pub(crate) base: Option<u8>,
    /// The height of a key frame.
    pub(crate) height: Option<u16>,
}

/// The number of a picture, in 7 or 15 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PictureId {
    pub(crate) value: u16,
    pub(crate) wide: bool,
}

impl PictureId {
    /// What a number is taken modulo.
    pub(crate) fn mask(self) -> u16 {
        if self.wide { 0x7fff } else { 0x7f }
    }
}

/// Reads the descriptor and, where a picture begins, its header. A packet that cannot be read is nothing to forward.
pub(crate) fn read(payload: &[u8]) -> Option<Picture> {
    let mut rest = payload.iter();
    let mut next = || rest.next().copied();
    let required = next()?;
    let mut picture = Picture { begins: required & 0x10 != 0 && required & 0x07 == 0, ..Picture::default() };
    if required & 0x80 != 0 {
        let present = next()?;
        if present & 0x80 != 0 {
            let high = next()?;
            let wide = high & 0x80 != 0;
            let low = if wide { next()? } else { 0 };
            let value = if wide { u16::from(high & 0x7f) << 8 | u16::from(low) } else { u16::from(high) };
            picture.id = Some(PictureId { value, wide });
        }
        if present & 0x40 != 0 {
            // Without an index of its temporal layer this would be malformed.
            if present & 0x20 == 0 {
                return None;
            }
            picture.base = Some(next()?);
        }
        if present & 0x30 != 0 {
            next()?;
        }
    }
    let body = rest.as_slice();
    let first = *body.first()?;
    if picture.begins && first & 1 == 0 {
        picture.key = true;
        // Three bytes of tag, the start code, then width and height with two bits of scaling each.
        if body.get(3..6) == Some(&[0x9d, 0x01, 0x2a]) {
            picture.height = Some(u16::from_le_bytes([*body.get(8)?, *body.get(9)?]) & 0x3fff);
        }
    }
    Some(picture)
}

/// Makes a packet as an encoder would, for tests and synthetic participants.
#[cfg(test)]
pub(crate) fn packet(key: bool, id: u16, base: u8, height: u16, size: usize) -> Vec<u8> {
    let mut bytes = vec![0x90, 0xe0, 0x80 | (id >> 8) as u8, id as u8, base, 0];
    bytes.extend([u8::from(!key), 0, 0]);
    if key {
        bytes.extend([0x9d, 0x01, 0x2a]);
        bytes.extend((height * 16 / 9).to_le_bytes());
        bytes.extend(height.to_le_bytes());
    }
    bytes.resize(size.max(bytes.len()), 0);
    bytes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_key_frame_tells_its_size() {
        let key = read(&packet(true, 0x1234, 9, 360, 100)).unwrap();
        assert!(key.begins && key.key);
        assert_eq!(key.id, Some(PictureId { value: 0x1234, wide: true }));
        assert_eq!((key.base, key.height), (Some(9), Some(360)));
        let other = read(&packet(false, 3, 9, 360, 100)).unwrap();
        assert!(other.begins && !other.key && other.height.is_none());
    }

    #[test]
    fn descriptors_of_all_shapes_are_read() {
        let id = |bytes: &[u8]| read(bytes).and_then(|picture| picture.id).map(|id| (id.value, id.wide));
        assert_eq!(id(&[0x10, 1]), None);
        assert_eq!(id(&[0x90, 0x80, 0x15, 1]), Some((0x15, false)));
        assert_eq!(id(&[0x90, 0x80, 0x81, 0x15, 1]), Some((0x115, true)));
        for cut in [
            &[][..],
            &[0x10],
            &[0x90],
            &[0x90, 0x80],
            &[0x90, 0x80, 0x80],
            &[0x90, 0x40, 1, 1],
            &[0x90, 0x10],
        ] {
            assert_eq!(read(cut), None, "{cut:x?}");
        }
        assert!(!read(&[0x11, 0]).unwrap().begins, "a later partition begins no picture");
        assert!(!read(&[0x00, 0]).unwrap().key, "a later packet is no key frame by itself");
    }

    proptest! {
        #[test]
        fn any_payload_is_read_without_harm(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            // CALL-I6. What is read here, str0m can patch.
            let ours = read(&bytes);
            let theirs = str0m::rtp::Vp8Descriptor::parse(&bytes).ok();
            prop_assert_eq!(ours.is_some(), theirs.is_some());
            prop_assert_eq!(ours.and_then(|picture| picture.id).map(|id| id.value), theirs.and_then(|read| read.picture_id()));
            prop_assert_eq!(ours.is_some_and(|picture| picture.key), theirs.is_some_and(|read| read.starts_keyframe(&bytes)));
        }
    }
}
