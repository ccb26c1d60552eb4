//! Rounds to one figure: the median, and how far the rounds lie apart.

/// The figures of all rounds of one thing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Figures(Vec<f64>);

impl Figures {
    /// Adds a round.
    pub(crate) fn add(&mut self, figure: f64) {
        self.0.push(figure);
    }

    /// The middle round.
    pub(crate) fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
    }

    /// `median (least–greatest)` with so many digits.
    pub(crate) fn shown(&self, digits: usize) -> String {
        let least = self.0.iter().copied().fold(f64::INFINITY, f64::min);
        let most = self.0.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        format!("{:.digits$} ({least:.digits$}–{most:.digits$})", self.median())
    }
}

/// The ratio of each round, so that a slow minute of the machine falls on both sides.
pub(crate) fn ratios(ours: &Figures, limit: &Figures) -> Figures {
    Figures(ours.0.iter().zip(&limit.0).map(|(ours, limit)| ours / limit).collect())
}

/// The value below which so much of a whole lies.
pub(crate) fn percentile(values: &mut [f64], part: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index")]
    let at = (values.len() as f64 * part) as usize;
    values.get(at.min(values.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
}
