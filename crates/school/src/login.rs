//! Logins made from names: transliterated, unique, easy to read out (DIA-O6).

use store::ReadTx;

use crate::{PersonName, storage};

/// Reads a login that somebody chose: 3 to 40 lower-case Latin letters, digits and dots.
#[must_use]
pub fn parse_login(text: &str) -> Option<String> {
    let login = text.trim();
    let fits = (3..=40).contains(&login.len())
        && login.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'.');
    fits.then(|| login.to_owned())
}

/// A login for a name that nobody has yet: `ilina.v`, then `ilina.v2` and so on.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn login_for(tx: &ReadTx<'_>, name: &PersonName) -> Result<String, store::Error> {
    let stem = stem(name);
    let mut login = stem.clone();
    let mut number = 1_u32;
    while storage::account::find_by_login(tx, &login)?.is_some() {
        number += 1;
        login = format!("{stem}{number}");
    }
    Ok(login)
}

fn stem(name: &PersonName) -> String {
    let surname: String = latin(&name.surname).chars().take(20).collect();
    let initial: String = latin(&name.given).chars().take(1).collect();
    match (surname.is_empty(), initial.is_empty()) {
        (false, false) => format!("{surname}.{initial}"),
        (false, true) => surname,
        (true, _) => "user".to_owned(),
    }
}

fn latin(text: &str) -> String {
    text.to_lowercase().chars().filter_map(letter).collect()
}

fn letter(letter: char) -> Option<&'static str> {
    const ASCII: &str = "abcdefghijklmnopqrstuvwxyz";
    Some(match letter {
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'г' | 'ґ' => "g",
        'д' => "d",
        'е' | 'э' | 'є' => "e",
        'ё' => "yo",
        'ж' => "zh",
        'з' => "z",
        'и' | 'і' | 'ї' => "i",
        'й' | 'ы' => "y",
        'к' | 'қ' => "k",
        'л' => "l",
        'м' => "m",
        'н' | 'ң' => "n",
        'о' | 'ө' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' | 'ү' | 'ў' => "u",
        'ф' => "f",
        'х' | 'һ' => "kh",
        'ц' => "ts",
        'ч' => "ch",
        'ш' => "sh",
        'щ' => "shch",
        'ю' => "yu",
        'я' => "ya",
        'ә' => "a",
        other => {
            let at = ASCII.find(other)?;
            return ASCII.get(at..=at);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{parse_login, stem};
    use crate::PersonName;

    #[test]
    fn a_login_that_nobody_could_type_is_refused() {
        assert_eq!(parse_login(" ilina.v2 ").as_deref(), Some("ilina.v2"));
        let long = "a".repeat(41);
        for bad in ["", "ab", "Ilina", "ilina v", "ильина", "ilina-v", "ilina@v", long.as_str()] {
            assert_eq!(parse_login(bad), None, "{bad}");
        }
    }

    #[test]
    fn logins_are_plain_latin() {
        let of = |surname, given| stem(&PersonName::parse(surname, given, "").unwrap());
        assert_eq!(of("Ильина", "Варвара"), "ilina.v");
        assert_eq!(of("Щёголева", "Юлия"), "shchyogoleva.y");
        assert_eq!(of("Петров-Водкин", "Кузьма"), "petrovvodkin.k");
        assert_eq!(of("Подъячев", "Эдуард"), "podyachev.e");
        assert_eq!(of("李", "明"), "user");
    }
}
