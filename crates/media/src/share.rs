//! Divides what a network carries among the pictures that a page shows: the important ones first, and a picture that
//! does not fit even in its smallest size is paused rather than broken (CALL-A6, CALL-P8).

/// A size in which a picture comes at the moment (CALL-P5: one that does not come now is no choice).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) layer: u8,
    /// 0 while no key frame has told it.
    pub(crate) height: u16,
    pub(crate) bits: u64,
}

/// A picture that is to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wish {
    /// How high it is shown.
    pub(crate) height: u16,
    /// From the smallest.
    pub(crate) sizes: Vec<Size>,
}

impl Wish {
    /// The smallest size that looks sharp in its tile; a quarter less is not seen.
    fn best(&self) -> usize {
        let sharp = |size: &Size| u32::from(size.height) * 4 >= u32::from(self.height) * 3;
        self.sizes.iter().position(sharp).unwrap_or(self.sizes.len().saturating_sub(1))
    }
}

/// Who gets what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shares {
    /// For each wish the layer, or none while it is paused.
    pub(crate) layers: Vec<Option<u8>>,
    /// All of it, in bits a second.
    pub(crate) bits: u64,
    /// What it would be with the next step, if any is left.
    pub(crate) next: Option<u64>,
    /// What it would be if everything was granted.
    pub(crate) whole: u64,
}

/// Shares out a budget. The wishes come in the order of their importance.
pub(crate) fn share(wishes: &[Wish], budget: u64) -> Shares {
    let bits = |wish: &Wish, at: usize| wish.sizes.get(at).map_or(0, |size| size.bits);
    let mut granted: Vec<Option<usize>> = vec![None; wishes.len()];
    let mut shares =
        Shares { whole: wishes.iter().map(|wish| bits(wish, wish.best())).sum(), ..Shares::default() };
    // First everybody's smallest size, then the important ones grow to what they need.
    for (wish, place) in wishes.iter().zip(&mut granted) {
        if wish.sizes.is_empty() {
            continue;
        }
        let with = shares.bits + bits(wish, 0);
        if with <= budget {
            *place = Some(0);
            shares.bits = with;
        } else {
            shares.next.get_or_insert(with);
        }
    }
    for (wish, place) in wishes.iter().zip(&mut granted) {
        let Some(at) = place else { continue };
        while *at < wish.best() {
            let with = shares.bits + bits(wish, *at + 1).saturating_sub(bits(wish, *at));
            if with > budget {
                shares.next.get_or_insert(with);
                break;
            }
            *at += 1;
            shares.bits = with;
        }
    }
    shares.layers = wishes
        .iter()
        .zip(granted)
        .map(|(wish, place)| wish.sizes.get(place?).map(|size| size.layer))
        .collect();
    shares
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn camera(height: u16) -> Wish {
        let size = |layer, height, bits| Size { layer, height, bits };
        Wish { height, sizes: vec![size(0, 180, 120_000), size(1, 360, 450_000), size(2, 720, 1_500_000)] }
    }

    #[test]
    fn a_tile_gets_the_size_that_it_shows() {
        for (height, layer) in [(90, 0), (180, 0), (240, 0), (241, 1), (480, 1), (600, 2), (1080, 2)] {
            assert_eq!(share(&[camera(height)], u64::MAX).layers, [Some(layer)], "{height}");
        }
    }

    #[test]
    fn the_important_ones_grow_first_and_none_is_broken() {
        // CALL-P8: what does not fit is paused.
        let wishes = [camera(720), camera(360), camera(360)];
        let layers = |budget| share(&wishes, budget).layers;
        assert_eq!(layers(100_000), [None, None, None]);
        assert_eq!(layers(250_000), [Some(0), Some(0), None]);
        assert_eq!(layers(700_000), [Some(1), Some(0), Some(0)]);
        assert_eq!(layers(1_800_000), [Some(2), Some(0), Some(0)]);
        assert_eq!(layers(u64::MAX), [Some(2), Some(1), Some(1)]);
        let shares = share(&wishes, 700_000);
        assert_eq!((shares.bits, shares.next, shares.whole), (690_000, Some(1_740_000), 2_400_000));
    }

    #[test]
    fn only_a_size_that_comes_now_is_chosen() {
        // CALL-P5: browsers start with the small one.
        let mut wish = camera(1080);
        wish.sizes.truncate(1);
        assert_eq!(share(std::slice::from_ref(&wish), u64::MAX).layers, [Some(0)]);
        wish.sizes.clear();
        assert_eq!(share(&[wish], u64::MAX).layers, [None]);
    }

    proptest! {
        #[test]
        fn nobody_gets_more_than_there_is(heights in proptest::collection::vec(1..2000_u16, 0..12), budget in 0..10_000_000_u64) {
            let wishes: Vec<Wish> = heights.into_iter().map(camera).collect();
            let shares = share(&wishes, budget);
            prop_assert!(shares.bits <= budget && shares.bits <= shares.whole);
            prop_assert_eq!(shares.next.is_none(), shares.bits == shares.whole);
            if let Some(next) = shares.next {
                prop_assert!(next > budget);
            }
        }
    }
}
