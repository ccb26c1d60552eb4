//! Russian texts: their composed form, and their order with е and ё side by side, as CLDR has it.

use std::cmp::Ordering;
use std::sync::LazyLock;

use icu_collator::options::CollatorOptions;
use icu_collator::{Collator, CollatorBorrowed};
use icu_normalizer::ComposingNormalizerBorrowed;

static RUSSIAN: LazyLock<CollatorBorrowed<'static>> = LazyLock::new(|| {
    let locale = icu_locale_core::locale!("ru");
    // The tables are compiled in; the constructor fails only for a locale they lack.
    Collator::try_new(locale.into(), CollatorOptions::default())
        .expect("the Russian collation is compiled in")
});

/// Compares two texts in the Russian order.
#[must_use]
pub fn compare_ru(left: &str, right: &str) -> Ordering {
    RUSSIAN.compare(left, right)
}

/// The text in Unicode's composed form (NFC), in which every text of a person is kept and compared.
#[must_use]
pub fn to_nfc(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfc().normalize(text).into_owned()
}

pub(crate) fn register(conn: &rusqlite::Connection) -> rusqlite::Result<()> {
    conn.create_collation("ru", compare_ru)
}

#[cfg(test)]
mod tests {
    use super::compare_ru;

    #[test]
    fn yo_stands_beside_ye() {
        let mut names = ["Жуков", "Ёлкин", "Емельянов", "Елисеев", "Дёмин", "Демьянов"];
        names.sort_by(|a, b| compare_ru(a, b));
        assert_eq!(names, ["Дёмин", "Демьянов", "Елисеев", "Ёлкин", "Емельянов", "Жуков"]);
    }
}
