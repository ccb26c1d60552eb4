//! Repeatable choices: each from its own key, so that adding one draws no other differently.

/// A number from keys, well mixed.
pub(crate) fn number(keys: &[u64]) -> u64 {
    // The mixing step of SplitMix64 over each key.
    keys.iter().fold(0x9e37_79b9_7f4a_7c15_u64, |state, key| {
        let mut mixed = state ^ key.wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    })
}

/// A number below a bound.
pub(crate) fn below(bound: usize, keys: &[u64]) -> usize {
    if bound == 0 {
        return 0;
    }
    usize::try_from(number(keys) % bound as u64).unwrap_or(0)
}

/// Yes in `percent` of a hundred cases.
pub(crate) fn chance(percent: usize, keys: &[u64]) -> bool {
    below(100, keys) < percent
}

/// One of several; nothing of none.
pub(crate) fn one<'a, T>(list: &'a [T], keys: &[u64]) -> Option<&'a T> {
    list.get(below(list.len(), keys))
}

/// A row's id as a key.
pub(crate) fn key(id: i64) -> u64 {
    id.unsigned_abs()
}

/// A date as a key.
pub(crate) fn day(date: time::Date) -> u64 {
    u64::from(date.to_julian_day().unsigned_abs())
}
