//! Which slot carries whom: those who stay keep their place, so that nobody's picture jumps (CALL-S2).

/// Gives the wanted, in their order, the seats that there are. Who has one keeps it.
pub(crate) fn seat<Whom: Copy + PartialEq>(seats: &[Option<Whom>], wanted: &[Whom]) -> Vec<Option<Whom>> {
    let wanted = &wanted[..wanted.len().min(seats.len())];
    let mut next: Vec<Option<Whom>> =
        seats.iter().map(|seat| seat.filter(|whom| wanted.contains(whom))).collect();
    for whom in wanted {
        if !next.contains(&Some(*whom))
            && let Some(free) = next.iter_mut().find(|seat| seat.is_none())
        {
            *free = Some(*whom);
        }
    }
    next
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn those_who_stay_keep_their_place() {
        // CALL-S2: a slot is used again for somebody else, and nobody else moves.
        let seats = [Some('a'), Some('b'), None, Some('d')];
        assert_eq!(seat(&seats, &['d', 'a', 'e']), [Some('a'), Some('e'), None, Some('d')]);
        assert_eq!(seat(&seats, &[]), [None; 4]);
        assert_eq!(seat(&[None, None], &['x', 'y', 'z']), [Some('x'), Some('y')]);
    }

    proptest! {
        #[test]
        fn everybody_sits_once(seats in proptest::collection::vec(proptest::option::of(0..12_u8), 0..9), wanted in proptest::collection::hash_set(0..12_u8, 0..12)) {
            let mut seen = Vec::new();
            let seats: Vec<Option<u8>> = seats.into_iter().map(|seat| seat.filter(|whom| {
                let new = !seen.contains(whom);
                seen.push(*whom);
                new
            })).collect();
            let wanted: Vec<u8> = wanted.into_iter().collect();
            let next = seat(&seats, &wanted);
            prop_assert_eq!(next.len(), seats.len());
            let sitting: Vec<u8> = next.iter().flatten().copied().collect();
            prop_assert_eq!(sitting.len(), wanted.len().min(seats.len()));
            for whom in &wanted[..sitting.len()] {
                prop_assert!(sitting.contains(whom));
                if let Some(place) = seats.iter().position(|seat| seat == &Some(*whom)) {
                    prop_assert_eq!(next[place], Some(*whom));
                }
            }
        }
    }
}
