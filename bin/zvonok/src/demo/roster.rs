//! The lists of the demo school, through the importer, in the school year that contains the present day.

use anyhow::{Context as _, anyhow};
use school::SchoolProfile;
use school::import::{Sheets, SourceFile};
use serde::Deserialize;
use store::{HashCost, PasswordHash, Random, Store, UtcInstant};
use time::{Date, Month};

use super::{DemoPerson, Files, text};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SchoolFile {
    name: String,
    full_name: String,
    place: String,
    zone: String,
    start_year: i32,
    #[serde(rename = "first_day")]
    _first_day: String,
    #[serde(rename = "last_day")]
    _last_day: String,
    week_days: u8,
    help: String,
}

/// Hashes the portal passwords of the printed people, two at a time.
pub(crate) fn hash_passwords(people: &[DemoPerson], random: &Random) -> Vec<PasswordHash> {
    std::thread::scope(|scope| {
        let half = people.len().div_ceil(2).max(1);
        let parts: Vec<_> = people
            .chunks(half)
            .map(|part| {
                scope.spawn(|| {
                    part.iter()
                        .map(|person| PasswordHash::make(&person.password, HashCost::FLOOR, random))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        parts.into_iter().filter_map(|part| part.join().ok()).flatten().collect()
    })
}

/// Founds the school and imports its lists, shifted by whole years so that the present day lies in them.
pub(crate) fn import(
    store: &Store,
    now: UtcInstant,
    zone: &school::Zone,
    people: &[DemoPerson],
) -> anyhow::Result<()> {
    let today = zone.date(now);
    let card: SchoolFile = toml::from_str(&text("school.toml")?).context("school.toml")?;
    let years = start_year(today) - card.start_year;
    let profile = SchoolProfile {
        full_name: card.full_name,
        short_name: card.name,
        place: card.place,
        zone: card.zone,
        week_days: card.week_days,
        help: card.help,
    };
    let files = Files::iter()
        .filter(|name| name.ends_with(".csv"))
        .map(|name| {
            let bytes = shift_dates(&text(&name)?, years).into_bytes();
            Ok(SourceFile { name: name.into_owned(), bytes })
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    let logins: Vec<(String, String)> =
        people.iter().map(|person| (person.external_id.clone(), person.login.clone())).collect();
    // The lists are read as of the end of their year, since some pupils come in the middle of it.
    let end = Date::from_calendar_date(card.start_year + years + 1, Month::June, 1)?;
    let sheets = Sheets::read(&files, None, end);
    store
        .write_blocking(move |tx| {
            school::found_school(tx, &profile)?;
            web::flows::import::apply_with_logins(tx, now, today, sheets, &logins)
        })
        .map(|_| ())
        .map_err(|refused| anyhow!("the demo school's lists: {refused}"))
}

/// Moves every date of a list (`01.09.2026`) by whole years; 29 February becomes the 28th where there is none.
fn shift_dates(list: &str, years: i32) -> String {
    let mut shifted = String::with_capacity(list.len());
    for (n, line) in list.split('\n').enumerate() {
        if n > 0 {
            shifted.push('\n');
        }
        let cells: Vec<String> = line.split(';').map(|cell| shift_date(cell, years)).collect();
        shifted.push_str(&cells.join(";"));
    }
    shifted
}

fn shift_date(cell: &str, years: i32) -> String {
    let parts: Vec<&str> = cell.trim_end().split('.').collect();
    let &[day, month, year] = parts.as_slice() else { return cell.to_owned() };
    let (Ok(number), 2, 2, 4) = (year.parse::<i32>(), day.len(), month.len(), year.len()) else {
        return cell.to_owned();
    };
    let year = number + years;
    let day = if (day, month) == ("29", "02") && !time::util::is_leap_year(year) { "28" } else { day };
    format!("{day}.{month}.{year:04}")
}

/// The year a school year begins in; from August on it is the coming one's.
fn start_year(today: Date) -> i32 {
    if u8::from(today.month()) >= 9 { today.year() } else { today.year() - 1 }
}

/// Sets the portal passwords of the printed people.
pub(crate) fn set_passwords(
    store: &Store,
    now: UtcInstant,
    people: &[DemoPerson],
    hashes: Vec<PasswordHash>,
) -> anyhow::Result<()> {
    let logins: Vec<String> = people.iter().map(|person| person.login.clone()).collect();
    store
        .write_blocking(move |tx| {
            for (login, hash) in logins.iter().zip(&hashes) {
                let account = school::find_account(tx, login)?.ok_or(school::AccountError::Missing)?;
                school::set_password(tx, now, account.id, hash)?;
            }
            Ok::<_, school::AccountError>(())
        })
        .context("passwords")
}
