//! Redundant sound (RFC 2198): each packet carries the one before it again, so a lost one is no hole (CALL-P9). Its inner
//! headers name payload types, and those differ from browser to browser (CALL-P16).

use std::sync::Arc;

/// The packet with the payload types of another browser; none if it is not redundant sound at all.
pub(crate) fn retyped(payload: &Arc<[u8]>, to: u8) -> Option<Arc<[u8]>> {
    let heads: Vec<usize> = heads(payload)?;
    if heads.iter().all(|head| payload[*head] & 0x7f == to) {
        return Some(Arc::clone(payload));
    }
    let mut bytes = payload.to_vec();
    for head in heads {
        bytes[head] = bytes[head] & 0x80 | to & 0x7f;
    }
    Some(bytes.into())
}

/// The sound of this packet alone, for a browser that does not know of redundancy.
pub(crate) fn primary(payload: &[u8]) -> Option<Arc<[u8]>> {
    let heads = heads(payload)?;
    let (last, before) = heads.split_last()?;
    let again: usize = before
        .iter()
        .map(|head| usize::from(payload[head + 2] & 0x03) << 8 | usize::from(payload[head + 3]))
        .sum();
    Some(payload.get(last + 1 + again..)?.into())
}

/// Where the headers of the blocks stand.
fn heads(payload: &[u8]) -> Option<Vec<usize>> {
    let (mut found, mut at) = (Vec::with_capacity(2), 0);
    loop {
        found.push(at);
        if payload.get(at)? & 0x80 == 0 {
            return Some(found);
        }
        at += 4;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// One packet before and this one, both of type 111.
    const TWO: [u8; 10] = [0x80 | 111, 0, 0x10, 3, 111, 1, 2, 3, 8, 9];

    #[test]
    fn types_are_those_of_the_receiver() {
        // CALL-P16.
        let sent: Arc<[u8]> = TWO.into();
        assert!(Arc::ptr_eq(&retyped(&sent, 111).unwrap(), &sent), "equal types cost nothing");
        assert_eq!(*retyped(&sent, 96).unwrap(), [0x80 | 96, 0, 0x10, 3, 96, 1, 2, 3, 8, 9]);
        assert_eq!(*primary(&TWO).unwrap(), [8, 9]);
        assert_eq!(*primary(&[111, 5]).unwrap(), [5]);
        assert_eq!(primary(&[0x80 | 111, 0, 0, 9, 111, 1]), None, "shorter than it says");
        assert_eq!(retyped(&[].into(), 96), None);
    }

    proptest! {
        #[test]
        fn any_payload_is_read_without_harm(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            // CALL-I6.
            let _any = (retyped(&bytes.clone().into(), 96), primary(&bytes));
        }
    }
}
