//! How long messages are kept.

use anyhow::bail;
use messenger::Retention;
use serde::Deserialize;

/// `[retention]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RetentionTable {
    class_school_years: Option<u8>,
    people_years: Option<u8>,
    staff_years: Option<u8>,
    news_years: Option<u8>,
    acknowledged_years: Option<u8>,
}

impl RetentionTable {
    /// The periods; what is removed does not come back, so a zero is a slip and no wish.
    pub(super) fn build(self) -> anyhow::Result<Retention> {
        let mut retention = Retention::default();
        for (name, set, place) in [
            ("class_school_years", self.class_school_years, &mut retention.class_school_years),
            ("people_years", self.people_years, &mut retention.people_years),
            ("staff_years", self.staff_years, &mut retention.staff_years),
            ("news_years", self.news_years, &mut retention.news_years),
            ("acknowledged_years", self.acknowledged_years, &mut retention.acknowledged_years),
        ] {
            match set {
                Some(0) => {
                    bail!("retention.{name} = 0: нужен хотя бы год; удалённое по сроку вернуть нельзя")
                }
                Some(years) => *place = years,
                None => {}
            }
        }
        Ok(retention)
    }
}

#[cfg(test)]
mod tests {
    use messenger::Retention;

    use super::RetentionTable;

    #[test]
    fn periods_are_read_and_a_zero_is_refused() {
        // MSG-S8
        let read = |text: &str| toml::from_str::<RetentionTable>(text).unwrap().build();
        assert_eq!(read("").unwrap(), Retention::default());
        let set = read("class_school_years = 3\nnews_years = 7").unwrap();
        assert_eq!(set, Retention { class_school_years: 3, news_years: 7, ..Retention::default() });
        assert!(read("people_years = 0").unwrap_err().to_string().contains("retention.people_years"));
    }
}
