//! The balance: an average as bricks on a beam (look: height is weight, the fulcrum stands at the mean).

use diary::{Average, MarkRow};

/// A drawing 400 units wide.
pub(crate) struct BalanceView {
    pub(crate) height: u32,
    pub(crate) beam: u32,
    pub(crate) bricks: Vec<Brick>,
    pub(crate) fulcrum: u32,
    /// The marks under the beam, each where the fulcrum leaves room.
    pub(crate) labels: [(u32, u32); 4],
    pub(crate) mean: String,
    /// Where the next mark begins, with its number, when it is not reached.
    pub(crate) line: Option<(u32, String, u8)>,
}

/// One work.
pub(crate) struct Brick {
    pub(crate) mark: u8,
    pub(crate) x: u32,
    pub(crate) y: u32,
    pub(crate) height: u32,
    pub(crate) text: String,
    pub(crate) text_x: u32,
    pub(crate) text_y: u32,
}

const UNIT: u32 = 14;
const BRICK: u32 = 44;
/// The tallest pile drawn to scale; taller ones are squeezed.
const TALLEST: u32 = 260;
const TOP: u32 = 34;

/// Where a mark (in hundredths) stands on the beam: 2 at 50, 5 at 350.
fn place(hundredths: u32) -> u32 {
    50 + (hundredths.clamp(200, 500) - 200)
}

/// A mark under the beam steps aside when the fulcrum stands on its place.
fn label_place(mark: u32, fulcrum: u32) -> u32 {
    const ROOM: u32 = 15;
    let own = place(mark * 100);
    match fulcrum.abs_diff(own) {
        ROOM.. => own,
        _ if fulcrum >= own => fulcrum - ROOM,
        _ => fulcrum + ROOM,
    }
}

/// The drawing of marks that count.
pub(crate) fn balance(rows: &[MarkRow], average: Average) -> BalanceView {
    let counted: Vec<(u8, u8, &str)> = rows
        .iter()
        .filter_map(|row| {
            row.mark.value.counts().map(|mark| (mark.max(2), row.mark.weight, row.mark.abbr.as_str()))
        })
        .collect();
    let pile = |mark: u8| -> u32 {
        counted
            .iter()
            .filter(|(own, ..)| *own == mark)
            .map(|(_, weight, _)| u32::from(*weight) * UNIT + 2)
            .sum()
    };
    let tallest = (2..=5).map(pile).max().unwrap_or(0).max(UNIT);
    let drawn = tallest.min(TALLEST);
    let beam = TOP + drawn;
    let mut tops = [beam; 6];
    let bricks = counted
        .iter()
        .map(|(mark, weight, abbr)| {
            let full = (u32::from(*weight) * UNIT + 2) * drawn / tallest;
            let height = full.saturating_sub(2).max(2);
            let top = &mut tops[usize::from(*mark).min(5)];
            *top = top.saturating_sub(full.max(3));
            let x = place(u32::from(*mark) * 100) - BRICK / 2;
            // A squeezed brick has no room for letters.
            let text = match (height >= 11, *weight) {
                (false, _) => String::new(),
                (true, 1) => (*abbr).to_owned(),
                (true, weight) => format!("{abbr} ×{weight}"),
            };
            Brick {
                mark: *mark,
                x,
                y: *top,
                height,
                text,
                text_x: x + BRICK / 2,
                text_y: *top + height / 2 + 3,
            }
        })
        .collect();
    let fulcrum = place(average.sum() * 100 / average.weights());
    BalanceView {
        height: beam + 56,
        beam,
        bricks,
        fulcrum,
        labels: [2, 3, 4, 5].map(|mark| (mark, label_place(mark, fulcrum))),
        mean: average.to_string(),
        line: average
            .next_step()
            .map(|step| (place(step.line), format!("{},{:02}", step.line / 100, step.line % 100), step.mark)),
    }
}

#[cfg(test)]
mod tests {
    use super::label_place;

    #[test]
    fn the_fulcrum_covers_no_mark() {
        for fulcrum in 50..=350_u32 {
            for mark in 2..=5 {
                assert!(fulcrum.abs_diff(label_place(mark, fulcrum)) >= 15, "{mark} under {fulcrum}");
            }
        }
        assert_eq!(label_place(4, 277), 250);
        assert_eq!(label_place(4, 254), 239);
    }
}
