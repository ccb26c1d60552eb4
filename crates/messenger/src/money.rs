//! Whether a text asks for money (MSG-S10): by the words that such requests are made of. It is a reason to warn, never to
//! refuse, so a text too many costs a line and one too few a child's savings: in doubt it is one.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::search::words::words;
use crate::{ChatKind, Seat, links};

/// Where a payment begins by a touch: the host and the beginning of its path.
const PAY_LINKS: [(&str, &str); 12] = [
    ("qr.nspk.ru", "/"),
    ("sub.nspk.ru", "/"),
    ("yoomoney.ru", "/"),
    ("qiwi.com", "/"),
    ("donationalerts.com", "/"),
    ("cloudtips.ru", "/"),
    ("tinkoff.ru", "/rm"),
    ("tinkoff.ru", "/cf"),
    ("tbank.ru", "/rm"),
    ("tbank.ru", "/cf"),
    ("sberbank.ru", "/qr"),
    ("messenger.online.sberbank.ru", "/"),
];

/// The lists of `money.txt` by their names.
static LISTS: LazyLock<HashMap<&str, Vec<&str>>> = LazyLock::new(|| {
    let lines = include_str!("money.txt").lines().filter(|line| !line.starts_with('#'));
    let list = |line: &'static str| {
        let mut words = line.split_whitespace();
        Some((words.next()?, words.collect()))
    };
    lines.filter_map(list).collect()
});

/// Whether a word stands in a list.
fn is(list: &str, word: &str) -> bool {
    LISTS.get(list).into_iter().flatten().any(|entry| match entry.strip_suffix('-') {
        Some(beginning) => word.starts_with(beginning),
        None => *entry == word,
    })
}

/// Whether a message of this author in a chat of this kind is one that carries the warning: what staff ask for, and what
/// is said where no parents or friends are among themselves, does not.
#[must_use]
pub fn warns_of_money(kind: ChatKind, seat: Option<Seat>, text: &str) -> bool {
    matches!(kind, ChatKind::ParentsChat | ChatKind::Private)
        && !seat.is_some_and(Seat::is_staff)
        && asks_for_money(text)
}

fn asks_for_money(text: &str) -> bool {
    if has_card(text) || has_pay_link(text) {
        return true;
    }
    let found: Vec<String> = words(text).into_iter().map(|word| word.token).collect();
    let any = |list: &str| found.iter().any(|word| is(list, word));
    let sum = text.contains('₽') || has_sum(&found);
    let (banks, phone, money, moves) = (any("banks"), has_phone(text), any("money"), any("moves"));
    let by_code = found.iter().any(|word| word == "qr") && (moves || money);
    any("fast")
        || by_code
        || names_card(&found)
        || (phone && (banks || moves))
        || (moves && (banks || money || sum || (any("number") && any("phone"))))
        || (any("asks") && (money || sum || banks))
}

/// The word so many places before another one.
fn before(found: &[String], at: usize, back: usize) -> &str {
    at.checked_sub(back).and_then(|at| found.get(at)).map_or("", String::as_str)
}

/// A figure with its currency, a share of each, or three digits and more that number nothing.
fn has_sum(found: &[String]) -> bool {
    let figure = |word: &str| !word.is_empty() && word.bytes().all(|sign| sign.is_ascii_digit());
    found.iter().enumerate().any(|(at, word)| {
        let digits = word.trim_end_matches(char::is_alphabetic);
        let glued = figure(digits) && is("glued", &word[digits.len()..]);
        let next = found.get(at + 1).map_or("", String::as_str);
        let large = word.len() >= 3 && word.len() <= 6;
        let first = before(found, at, 1);
        glued
            || (figure(word)
                && (is("units", next) || (large && (is("each", first) || !is("numbered", first)))))
    })
}

/// Onto a card, onto one's own card, the number of a card or an account.
fn names_card(found: &[String]) -> bool {
    found.iter().enumerate().any(|(at, word)| {
        let (first, second) = (before(found, at, 1), before(found, at, 2));
        let onto = is("onto", first) || (is("onto", second) && !is("map", first));
        (is("card", word) && onto) || (is("account", word) && is("number", first))
    })
}

/// Runs of digits with spaces and hyphens between them, as cards, accounts and telephones are written.
fn runs(text: &str) -> Vec<Vec<u8>> {
    let mut runs: Vec<Vec<u8>> = Vec::new();
    let mut gap = 2;
    for sign in text.chars() {
        if let Some(digit) = sign.to_digit(10).and_then(|digit| u8::try_from(digit).ok()) {
            if gap > 1 {
                runs.push(Vec::new());
            }
            gap = 0;
            if let Some(run) = runs.last_mut() {
                run.push(digit);
            }
        } else if gap == 0 && matches!(sign, ' ' | '\u{A0}' | '-' | '–' | '.' | '(' | ')') {
            gap = 1;
        } else if !(gap == 1 && matches!(sign, '(' | ' ')) {
            gap = 2;
        }
    }
    runs
}

/// A number of a card by its length and its last digit (ISO/IEC 7812), or of an account of a person in a Russian bank.
fn has_card(text: &str) -> bool {
    let luhn = |run: &[u8]| {
        let sum: u32 = run
            .iter()
            .rev()
            .enumerate()
            .map(|(at, digit)| {
                let doubled = u32::from(*digit) << (at % 2);
                if doubled > 9 { doubled - 9 } else { doubled }
            })
            .sum();
        sum.is_multiple_of(10)
    };
    runs(text).iter().any(|run| {
        (matches!(run.len(), 16 | 18 | 19) && matches!(run[0], 2..=6) && luhn(run))
            || (run.len() == 20 && matches!(run[..3], [4, 0, 8] | [4, 2, 3]))
    })
}

fn has_phone(text: &str) -> bool {
    runs(text).iter().any(|run| {
        matches!(run[..], [7 | 8, 9, ..] if run.len() == 11) || matches!(run[..], [9, ..] if run.len() == 10)
    })
}

fn has_pay_link(text: &str) -> bool {
    links(text).iter().any(|link| {
        let address = &text[link.place.clone()];
        let path = address.find("://").and_then(|at| {
            let rest = &address[at + 3..];
            rest.find('/').map(|at| &rest[at..])
        });
        PAY_LINKS.iter().any(|(host, begin)| {
            let is_host =
                link.host.strip_suffix(host).is_some_and(|sub| sub.is_empty() || sub.ends_with('.'));
            is_host && path.unwrap_or("/").starts_with(begin)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{asks_for_money, warns_of_money};
    use crate::{ChatKind, Seat};

    #[test]
    fn requests_for_money_are_known_by_their_words() {
        // MSG-S10
        for text in [
            "Переведите по 500 рублей на экскурсию",
            "Скиньте на карту, кто ещё не сдал",
            "скиньте Ольге Петровне на мою карту",
            "Можно по СБП на номер 8 916 123-45-67",
            "Мой номер карты в личке",
            "2202 2008 1234 5674",
            "карта 4276-3800-1234-5679",
            "счёт 40817810099910004312",
            "Собираем деньги на подарок учителю",
            "Сдаём по 1000 до пятницы",
            "с каждого по 300 р, сдайте мне",
            "Ребёнок попал в аварию, срочно переведите 30 тысяч",
            "https://qr.nspk.ru/AS10003P3RH0BZQ7",
            "Сбор тут: https://www.tbank.ru/cf/2SQ1Kv9",
            "https://yoomoney.ru/to/4100111",
            "перевод на сбер +7 (916) 123-45-67",
            "Оплатите QR-код, 250 рублей",
            "Перечислите взнос до среды",
            "одолжите 2000 до завтра",
        ] {
            assert!(asks_for_money(text), "{text}");
        }
        for text in [
            "Переведите текст на английский, страница 45",
            "Переведите часы на час назад",
            "Принесите контурные карты",
            "Скиньте домашку, пожалуйста",
            "Кто едет на экскурсию? Сдайте согласия до пятницы",
            "Мой телефон 8 916 123-45-67, звоните",
            "Собрание 14.10.2026 в 18:30, кабинет 305",
            "Отметьте на карте реки",
            "Собираем макулатуру в субботу",
            "Задача № 1234 5678 9012 3456 очень длинная",
            "https://school12.ru/tbank.ru/cf/1",
            "Спасибо большое!",
        ] {
            assert!(!asks_for_money(text), "{text}");
        }
    }

    #[test]
    fn staff_and_other_chats_carry_no_warning() {
        // MSG-S10
        let text = "Переведите по 500 рублей на карту";
        for (kind, seat, warned) in [
            (ChatKind::ParentsChat, Some(Seat::Guardian), true),
            (ChatKind::ParentsChat, None, true),
            (ChatKind::ParentsChat, Some(Seat::Homeroom), false),
            (ChatKind::Private, Some(Seat::Guardian), true),
            (ChatKind::StaffRoom, Some(Seat::Teacher), false),
            (ChatKind::Family, Some(Seat::Guardian), false),
        ] {
            assert_eq!(warns_of_money(kind, seat, text), warned, "{kind:?} {seat:?}");
        }
        assert!(!warns_of_money(ChatKind::ParentsChat, Some(Seat::Guardian), "Спасибо"));
    }
}
