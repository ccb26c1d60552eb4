//! How many bytes, in words.

use crate::words::Words;

/// «340 КБ», «2,4 МБ», «1 ГБ»; of a file that holds anything never nothing.
pub(crate) fn size_words(bytes: u64) -> String {
    const KIB: u64 = 1024;
    let (unit, id) = match bytes {
        0..1_047_552 => (KIB, "size-kb"),
        1_047_552..1_072_693_248 => (KIB * KIB, "size-mb"),
        1_072_693_248.. => (KIB * KIB * KIB, "size-gb"),
    };
    let tenths = (bytes * 10).div_ceil(unit);
    let whole = unit == KIB || tenths % 10 == 0 || tenths >= 1000;
    let number =
        if whole { bytes.div_ceil(unit).to_string() } else { format!("{},{}", tenths / 10, tenths % 10) };
    Words::of(id).with("number", number).say()
}

#[cfg(test)]
mod tests {
    use super::size_words;

    #[test]
    fn sizes_are_told_as_people_tell_them() {
        const MIB: u64 = 1024 * 1024;
        for (bytes, told) in [
            (0, "0 КБ"),
            (1, "1 КБ"),
            (1024, "1 КБ"),
            (348_160, "340 КБ"),
            (MIB, "1 МБ"),
            (MIB * 5 / 2, "2,5 МБ"),
            (25 * MIB, "25 МБ"),
            (200 * MIB + 1, "201 МБ"),
            (1024 * MIB, "1 ГБ"),
            (20 * 1024 * MIB, "20 ГБ"),
        ] {
            assert_eq!(size_words(bytes).replace('\u{a0}', " "), told, "{bytes}");
        }
    }
}
