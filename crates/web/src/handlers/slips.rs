//! Slips: choosing for whom, and the sheet to be printed and cut (DIA-F43, A23, K17). One desk for the homeroom
//! teacher and for the administrator; whose slips it prints, the proof says.

use std::sync::Arc;

use askama::Template;
use school::{
    AccountState, Administrator, ClassGroupId, HomeroomOf, PersonCard, PersonId, Slip, SlipBar, SlipDesk,
    Viewer,
};
use serde::Deserialize;
use store::{Act, ReadTx};
use time::Date;

use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;
use crate::views::{Page, day_month};
use crate::words::{Words, count, say};

/// Where slips are printed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Desk {
    /// The homeroom teacher's, for the class.
    Homeroom(ClassGroupId),
    /// The administrator's, for a class.
    Class(ClassGroupId),
    /// The administrator's, for the staff.
    Staff,
    /// The administrator's, for one person.
    Person(PersonId),
}

impl Desk {
    fn ask<'t>(self, tx: &ReadTx<'t>, viewer: &Viewer, today: Date) -> Result<SlipDesk<'t>, Failure> {
        let office = || Administrator::ask(tx, viewer, today);
        Ok(match self {
            Self::Homeroom(class) => {
                SlipDesk::of_homeroom(tx, &HomeroomOf::ask(tx, viewer, class, today)?, today)?
            }
            Self::Class(class) => SlipDesk::of_class(tx, &office()?, class, today)?,
            Self::Staff => SlipDesk::of_staff(tx, &office()?, today)?,
            Self::Person(person) => SlipDesk::of_person(tx, &office()?, person, today)?,
        })
    }

    /// The page on which people are chosen.
    fn path(self) -> String {
        match self {
            Self::Homeroom(class) => format!("/classes/{class}/slips"),
            Self::Class(class) => format!("/admin/slips/{class}"),
            Self::Staff => "/admin/slips/staff".to_owned(),
            Self::Person(person) => format!("/admin/people/{person}"),
        }
    }

    /// The page above it.
    fn above(self) -> (String, &'static str) {
        match self {
            Self::Homeroom(class) => (format!("/classes/{class}"), "slips-to-class"),
            Self::Class(_) | Self::Staff => ("/admin/slips".to_owned(), "slips-to-list"),
            Self::Person(_) => ("/admin/people".to_owned(), "slips-to-people"),
        }
    }

    fn heading(self, tx: &ReadTx<'_>) -> Result<String, store::Error> {
        Ok(match self {
            Self::Homeroom(class) | Self::Class(class) => {
                let label = school::load_class_group(tx, class)?.label;
                Words::of("slips-heading").with("whom", label.to_string()).say()
            }
            Self::Staff => Words::of("slips-heading").with("whom", say("slips-staff")).say(),
            Self::Person(_) => say("slip-sheet-title"),
        })
    }

    /// The row of the journal of actions: one for the whole sheet.
    fn act(self, slips: &[(PersonCard, Slip)]) -> Act {
        if let [(card, _)] = slips {
            return Act::new("school.slip.issue", "person", card.id);
        }
        let people: Vec<String> = slips.iter().map(|(card, _)| format!("person:{}", card.id)).collect();
        let act = match self {
            Self::Homeroom(class) | Self::Class(class) => {
                Act::new("school.slip.issue_many", "class_group", class)
            }
            Self::Staff | Self::Person(_) => Act::new("school.slip.issue_many", "school", 1),
        };
        act.change(None, Some(people.join(" ")))
    }
}

#[derive(Template)]
#[template(path = "slips/choose.html")]
struct ChoosePage {
    page: Page,
    heading: String,
    lead: String,
    path: String,
    above: String,
    above_words: String,
    error: String,
    people: Vec<RowView>,
    may_print: bool,
}

struct RowView {
    id: PersonId,
    name: String,
    line: String,
    state: String,
    bar: String,
    ticked: bool,
}

#[derive(Template)]
#[template(path = "slips/sheet.html")]
struct SheetPage {
    page: Page,
    heading: String,
    back: String,
    above: String,
    above_words: String,
    address: String,
    slips: Vec<SlipView>,
}

struct SlipView {
    name: String,
    line: String,
    login: String,
    code: String,
    until: String,
    qr: Qr,
}

/// A QR code as the path of an SVG picture, one unit a module.
pub(crate) struct Qr {
    pub(crate) path: String,
    /// The side with the quiet zone of four modules that a reader needs around it.
    pub(crate) side: usize,
}

impl Qr {
    /// Draws a text; the path is empty when it is too long for a code.
    pub(crate) fn draw(text: &str) -> Self {
        let Ok(code) = qrcode::QrCode::new(text) else { return Self { path: String::new(), side: 0 } };
        let width = code.width();
        let mut path = String::new();
        for (at, color) in code.to_colors().into_iter().enumerate() {
            if color == qrcode::Color::Dark {
                path.push_str(&format!("M{} {}h1v1h-1z", at % width, at / width));
            }
        }
        Self { path, side: width + 8 }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct Query {
    mark: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(default)]
    person: Vec<PersonId>,
    /// The person beside whose name the button was pressed.
    #[serde(default)]
    only: Option<PersonId>,
}

/// Whose boxes are ticked.
enum Ticks {
    /// Of those who have neither a password nor a slip.
    New,
    All,
    Nobody,
    /// As they came.
    Chosen(Vec<PersonId>),
}

impl Ticks {
    fn has(&self, card: &PersonCard) -> bool {
        match self {
            Self::New => matches!(card.account, Some((_, AccountState::New))),
            Self::All => true,
            Self::Nobody => false,
            Self::Chosen(people) => people.contains(&card.id),
        }
    }
}

/// The people of the desk, with boxes.
pub(crate) async fn choose(cx: &Cx, desk: Desk) -> Result<Response, Failure> {
    let query: Query = cx.request.query()?;
    let ticks = match query.mark.as_str() {
        "" => Ticks::New,
        "all" => Ticks::All,
        "none" => Ticks::Nobody,
        _ => return Err(Failure::BadQuery),
    };
    let shown = load(cx, desk, ticks, String::new()).await?;
    cx.html(&shown)
}

async fn load(cx: &Cx, desk: Desk, ticks: Ticks, error: String) -> Result<ChoosePage, Failure> {
    let (viewer, today) = (cx.signed_in()?.viewer, cx.today());
    let mut frame = cx.frame(String::new());
    cx.read(move |tx| {
        let right = desk.ask(tx, &viewer, today)?;
        let heading = desk.heading(tx)?;
        frame.title.clone_from(&heading);
        let people: Vec<RowView> = right
            .cards()
            .iter()
            .map(|card| {
                let bar = right.bar(card);
                RowView {
                    id: card.id,
                    name: card.name.listed(),
                    line: card.line.clone(),
                    state: state_words(card),
                    bar: bar.map(bar_words).unwrap_or_default(),
                    ticked: bar.is_none() && ticks.has(card),
                }
            })
            .collect();
        let (above, above_words) = desk.above();
        let without = right.cards().iter().filter(|card| Ticks::New.has(card)).count();
        Ok(ChoosePage {
            page: frame.page(tx)?,
            heading,
            lead: format!("{}, {}", count("slips-people", people.len()), count("slips-without", without)),
            path: desk.path(),
            above,
            above_words: say(above_words),
            error,
            may_print: people.iter().any(|person| person.bar.is_empty()),
            people,
        })
    })
    .await
}

/// The state of a person's way in, in words.
pub(crate) fn state_words(card: &PersonCard) -> String {
    say(match card.account.as_ref().map(|(_, state)| state) {
        None => "account-none",
        Some(AccountState::New) => "account-new",
        Some(AccountState::SlipOpen) => "account-slip",
        Some(AccountState::Active) => "account-active",
        Some(AccountState::Blocked) => "account-blocked",
    })
}

fn bar_words(bar: SlipBar) -> String {
    say(match bar {
        SlipBar::Staff => "slips-bar-staff",
        SlipBar::NoLogin => "slips-bar-login",
        SlipBar::Blocked => "slips-bar-blocked",
    })
}

/// Issues the slips that the form asks for and shows them once, ready to be printed.
pub(crate) async fn print_chosen(cx: &Cx, desk: Desk) -> Result<Response, Failure> {
    let form: Form = cx.request.form()?;
    let chosen = form.only.map_or(form.person, |person| vec![person]);
    match issue(cx, desk, chosen.clone()).await {
        Ok(slips) => show_sheet(cx, desk, slips).await,
        Err(failure) if failure.gives_form_back() => {
            let shown = load(cx, desk, Ticks::Chosen(chosen), failure.sentence()).await?;
            cx.refused(&failure, &shown)
        }
        Err(failure) => Err(failure),
    }
}

/// Issues a slip for one person, at the administrator's desk, and shows it once.
pub(crate) async fn print_one(cx: &Cx, person: PersonId) -> Result<Response, Failure> {
    let desk = Desk::Person(person);
    match issue(cx, desk, vec![person]).await {
        Ok(slips) => show_sheet(cx, desk, slips).await,
        Err(failure) if failure.gives_form_back() => {
            let flash = crate::views::Flash::bad(failure.sentence(), String::new());
            Ok(cx.go(&desk.path(), Some(flash)))
        }
        Err(failure) => Err(failure),
    }
}

async fn issue(cx: &Cx, desk: Desk, chosen: Vec<PersonId>) -> Result<Vec<(PersonCard, Slip)>, Failure> {
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    let app = Arc::clone(&cx.app);
    cx.write(move |tx| {
        let right = desk.ask(tx, &viewer, today)?;
        let slips = right.issue(tx, now, &app.key, &app.random, &chosen)?;
        let act = desk.act(&slips);
        Ok((slips, act))
    })
    .await
}

/// The sheet of slips that have just been issued; their codes are on this page and nowhere else.
pub(crate) async fn show_sheet(
    cx: &Cx,
    desk: Desk,
    slips: Vec<(PersonCard, Slip)>,
) -> Result<Response, Failure> {
    let heading = cx.read(move |tx| Ok(desk.heading(tx)?)).await?;
    let address = format!("{}/slip", cx.request.origin());
    let zone = cx.app.school().zone.clone();
    let slips = slips
        .into_iter()
        .map(|(card, slip)| SlipView {
            name: card.name.full(),
            line: card.line,
            code: slip.code.printed(),
            until: day_month(zone.date(slip.expires)),
            qr: Qr::draw(&format!("{address}?login={}&code={}", slip.login, slip.code.printed())),
            login: slip.login,
        })
        .collect();
    let (above, above_words) = desk.above();
    cx.html(&SheetPage {
        page: cx.bare_page(heading.clone()),
        heading,
        back: desk.path(),
        above,
        above_words: say(above_words),
        address,
        slips,
    })
}

#[cfg(test)]
mod tests {
    use super::Qr;

    #[test]
    fn a_code_has_its_quiet_zone() {
        let qr = Qr::draw("http://school.test/slip?login=ilina.v&code=K7QM-4T9P-XW2D");
        let reach = qr
            .path
            .split('M')
            .filter_map(|part| part.split(' ').next()?.parse::<usize>().ok())
            .max()
            .unwrap();
        assert_eq!(reach + 1 + 8, qr.side);
        assert!(Qr::draw(&"x".repeat(5000)).path.is_empty());
    }
}
