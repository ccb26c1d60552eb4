//! Averages as exact fractions (DIA-I9, DIA-I11, DIA-E20): the one function behind diary, journal and print.
//!
//! Each mark is multiplied by the weight of its work; the sum is divided by the sum of the weights. Absences, points,
//! exemptions and empty cells enter neither. Nothing is a floating-point number.

/// Sum of mark × weight over sum of weights, kept as it is summed: 64/15 explains itself better than 4,27.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Average {
    sum: u32,
    weights: u32,
}

/// The lines between marks, in hundredths: from 2.50 a «3», from 3.50 a «4», from 4.50 a «5».
const LINES: [(u8, u32); 3] = [(3, 250), (4, 350), (5, 450)];

/// What still has to be earned for the next mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NextStep {
    /// The next mark.
    pub mark: u8,
    /// The line it begins at, in hundredths.
    pub line: u32,
    /// The least total weight of fives that reaches it.
    pub fives: u32,
}

impl Average {
    /// The average of marks with their weights; `None` when nothing counts.
    #[must_use]
    pub fn of(marks: impl IntoIterator<Item = (u8, u8)>) -> Option<Self> {
        let total = marks.into_iter().fold(Self::default(), |total, (mark, weight)| Self {
            sum: total.sum + u32::from(mark) * u32::from(weight),
            weights: total.weights + u32::from(weight),
        });
        (total.weights > 0).then_some(total)
    }

    /// Sum of mark × weight.
    #[must_use]
    pub const fn sum(self) -> u32 {
        self.sum
    }

    /// Sum of weights.
    #[must_use]
    pub const fn weights(self) -> u32 {
        self.weights
    }

    /// Whether the average reaches a line given in hundredths: decided on the fraction, never on what is printed.
    #[must_use]
    pub const fn reaches(self, line: u32) -> bool {
        self.sum as u64 * 100 >= self.weights as u64 * line as u64
    }

    /// The mark that the thresholds suggest.
    #[must_use]
    pub fn suggested(self) -> u8 {
        LINES.iter().rev().find(|(_, line)| self.reaches(*line)).map_or(2, |(mark, _)| *mark)
    }

    /// What is missing for the next mark; `None` at «5».
    #[must_use]
    pub fn next_step(self) -> Option<NextStep> {
        let (mark, line) = LINES.into_iter().find(|(mark, _)| *mark > self.suggested())?;
        // (sum + 5x) / (weights + x) >= line / 100, solved for the least whole x.
        let missing = u64::from(self.weights) * u64::from(line) - u64::from(self.sum) * 100;
        let gain = u64::from(500 - line);
        let fives = u32::try_from(missing.div_ceil(gain)).unwrap_or(u32::MAX);
        Some(NextStep { mark, line, fives })
    }

    /// The average with one more mark: what a teacher is told before entering it.
    #[must_use]
    pub const fn with(self, mark: u8, weight: u8) -> Self {
        Self { sum: self.sum + mark as u32 * weight as u32, weights: self.weights + weight as u32 }
    }

    /// Digits after the point that are printed: two, or three where two would print a line that is not reached
    /// (4.495 is not 4.50).
    #[must_use]
    pub fn digits(self) -> u32 {
        let hundredths = rounded(self.sum, self.weights, 100);
        let misleads = LINES.iter().any(|(_, line)| hundredths == u64::from(*line) && !self.reaches(*line));
        if misleads { 3 } else { 2 }
    }

    /// The average rounded half up for print, in units of `1 / 10^digits`.
    #[must_use]
    pub fn printed(self) -> u64 {
        rounded(self.sum, self.weights, 10_u64.pow(self.digits()))
    }
}

fn rounded(sum: u32, weights: u32, scale: u64) -> u64 {
    let (sum, weights) = (u64::from(sum), u64::from(weights));
    (sum * scale * 2 + weights) / (weights * 2)
}

impl std::fmt::Display for Average {
    /// With a comma, as Russian writes it: `4,27`; a third digit where two would mislead.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let scale = 10_u64.pow(self.digits());
        let width = if scale == 1000 { 3 } else { 2 };
        write!(f, "{},{:0width$}", self.printed() / scale, self.printed() % scale)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Average;

    #[test]
    fn the_picture_of_the_balance_holds() {
        let marks = [(5, 1), (4, 2), (5, 1), (4, 3), (5, 1), (5, 2), (4, 2), (5, 1), (3, 2)];
        let average = Average::of(marks).unwrap();
        assert_eq!((average.sum(), average.weights()), (64, 15));
        assert_eq!(average.to_string(), "4,27");
        assert_eq!(average.suggested(), 4);
        assert_eq!(average.next_step().map(|step| (step.mark, step.fives)), Some((5, 7)));
    }

    #[test]
    fn thresholds_are_decided_on_the_fraction() {
        // DIA-E20: 899/200 = 4.495 prints with a third digit and stays a 4.
        let just_below = Average { sum: 899, weights: 200 };
        assert_eq!((just_below.to_string().as_str(), just_below.suggested()), ("4,495", 4));
        let table =
            [(9, 2, "4,50", 5), (7, 2, "3,50", 4), (5, 2, "2,50", 3), (2, 1, "2,00", 2), (5, 1, "5,00", 5)];
        for (sum, weights, printed, suggested) in table {
            let average = Average { sum, weights };
            assert_eq!((average.to_string().as_str(), average.suggested()), (printed, suggested));
        }
    }

    #[test]
    fn nothing_that_counts_is_no_average() {
        // DIA-I9: blank is not zero.
        assert_eq!(Average::of([]), None);
    }

    proptest! {
        #[test]
        fn order_does_not_matter_and_the_fraction_is_exact(mut marks in prop::collection::vec((2_u8..=5, 1_u8..=10), 1..60)) {
            let average = Average::of(marks.clone()).unwrap();
            marks.reverse();
            prop_assert_eq!(Average::of(marks.clone()), Some(average));
            let (sum, weights) = marks.iter().fold((0_i128, 0_i128), |(sum, weights), (mark, weight)| {
                (sum + i128::from(*mark) * i128::from(*weight), weights + i128::from(*weight))
            });
            prop_assert_eq!((i128::from(average.sum()), i128::from(average.weights())), (sum, weights));
            // The suggested mark is the half-up rounding of the exact fraction.
            let rounded = (2 * sum + weights) / (2 * weights);
            prop_assert_eq!(i128::from(average.suggested()), rounded.max(2));
        }

        #[test]
        fn what_is_printed_is_the_exact_fraction_rounded_half_up(marks in prop::collection::vec((1_u8..=5, 1_u8..=10), 1..60)) {
            // DIA-E20, against long division by hand: digits one by one, then a look at what is left.
            let average = Average::of(marks).unwrap();
            let (sum, weights) = (u64::from(average.sum()), u64::from(average.weights()));
            let by_hand = |digits: u32| {
                let (mut number, mut rest) = (sum / weights, sum % weights);
                for _ in 0..digits {
                    rest *= 10;
                    number = number * 10 + rest / weights;
                    rest %= weights;
                }
                number + u64::from(rest * 2 >= weights)
            };
            let digits = average.digits();
            prop_assert_eq!(average.printed(), by_hand(digits));
            let text = average.to_string();
            let (whole, part) = text.split_once(',').unwrap();
            prop_assert_eq!(part.len(), digits as usize);
            prop_assert_eq!(format!("{whole}{part}").parse::<u64>().unwrap(), by_hand(digits));
            // What is printed never promises a line that the fraction does not reach, and always two digits else.
            let printed = u128::from(average.printed()) * 1000 / 10_u128.pow(digits);
            for line in [250_u32, 350, 450] {
                let shown = printed >= u128::from(line) * 10;
                prop_assert!(!shown || average.reaches(line) || digits == 3, "{} at {}", text, line);
            }
            let misleads = [250, 350, 450].iter().any(|line| by_hand(2) == *line && sum * 100 < weights * *line);
            prop_assert_eq!(digits, if misleads { 3 } else { 2 });
        }

        #[test]
        fn the_next_step_is_the_least_that_reaches(marks in prop::collection::vec((2_u8..=5, 1_u8..=10), 1..40)) {
            let average = Average::of(marks).unwrap();
            if let Some(step) = average.next_step() {
                let after = |fives: u32| Average { sum: average.sum() + 5 * fives, weights: average.weights() + fives };
                prop_assert!(after(step.fives).reaches(step.line));
                prop_assert!(step.fives > 0 && !after(step.fives - 1).reaches(step.line));
            }
        }
    }
}
