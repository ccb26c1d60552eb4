//! The class teacher's approvals: links whose names do not agree with the roster (LNK-L3).

use askama::Template;
use identity::FullName;
use linking::{Approver, LinkId, NamePart, Waiting, WaitingChange};
use school::{ClassGroupId, HomeroomOf, PersonName, Zone};
use serde::Deserialize;
use store::Act;
use time::Date;

use super::vkid::claimed;
use crate::cx::Cx;
use crate::response::Response;
use crate::views::{Flash, Page, full_date, moment};
use crate::words::{count, say};
use crate::{Failure, flows};

const LONGEST_REASON: usize = 300;

#[derive(Template)]
#[template(path = "linking/approvals.html")]
struct ApprovalsPage {
    page: Page,
    class: String,
    line: String,
    waiting: Vec<WaitingView>,
}

/// A link, or a change of a profile, that waits, as those who decide see it.
pub(crate) struct WaitingView {
    /// What the forms lead to.
    pub(crate) address: String,
    /// A word of its own among the forms of a page.
    pub(crate) key: String,
    /// Whether it is a change of a profile that is linked already.
    pub(crate) changes: bool,
    pub(crate) name: String,
    pub(crate) since: String,
    pub(crate) facts: Vec<FactView>,
    pub(crate) role: String,
}

/// One fact, by the school's list and by the VK ID.
pub(crate) struct FactView {
    pub(crate) name: String,
    pub(crate) roster: String,
    pub(crate) claimed: String,
    pub(crate) differs: bool,
}

/// The reason of a refusal, a block or an end, which the person is told.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reason {
    #[serde(default)]
    why: String,
}

impl Reason {
    /// The reason, cleaned; it has to be there and to fit.
    fn read(self) -> Result<String, &'static str> {
        let why = clean_reason(&self.why)?;
        if why.is_empty() { Err("link-reason-missing") } else { Ok(why) }
    }
}

/// The reason of the form, or the answer that asks for one.
pub(crate) fn reason_of(cx: &Cx, back: &str) -> Result<Result<String, Response>, Failure> {
    let form: Reason = cx.request.form()?;
    Ok(form.read().map_err(|id| cx.go(back, Some(Flash::bad(say(id), String::new())))))
}

/// A reason that somebody typed, on one line and without signs that hide or turn it (C9); it has to fit.
pub(crate) fn clean_reason(typed: &str) -> Result<String, &'static str> {
    let hides = |sign: &char| {
        sign.is_control()
            || matches!(sign, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let line = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let reason: String = line.chars().filter(|sign| !hides(sign)).collect();
    if reason.chars().count() > LONGEST_REASON { Err("link-reason-long") } else { Ok(reason) }
}

/// A link that waits; its forms stand under this address.
pub(crate) fn waiting_view(waiting: &Waiting, base: &str, zone: &Zone, today: Date) -> WaitingView {
    let claims = &waiting.claims;
    WaitingView {
        address: format!("{base}/links/{}", waiting.link),
        key: format!("link-{}", waiting.link),
        changes: false,
        name: waiting.roster.full(),
        since: moment(zone.local(waiting.since), today),
        role: claims.role.map(claimed).unwrap_or_default(),
        facts: facts_of(
            (&waiting.roster, waiting.roster_birth_date),
            (&claims.name, claims.birth_date),
            &waiting.mismatch,
        ),
    }
}

/// A change that waits.
pub(crate) fn change_view(waiting: &WaitingChange, base: &str, zone: &Zone, today: Date) -> WaitingView {
    let change = &waiting.change;
    WaitingView {
        address: format!("{base}/changes/{}", change.id),
        key: format!("change-{}", change.id),
        changes: true,
        name: waiting.roster.full(),
        since: moment(zone.local(change.asked), today),
        role: claimed(change.wanted.role),
        facts: facts_of(
            (&waiting.roster, waiting.roster_birth_date),
            (&change.wanted.name, Some(change.wanted.birth_date)),
            &change.mismatch,
        ),
    }
}

fn facts_of(
    (roster, roster_birth_date): (&PersonName, Option<Date>),
    (claimed, claimed_birth_date): (&FullName, Option<Date>),
    mismatch: &[NamePart],
) -> Vec<FactView> {
    let fact = |name: &'static str, roster: &str, claimed: &str, differs: bool| FactView {
        name: say(name),
        roster: roster.to_owned(),
        claimed: claimed.to_owned(),
        differs,
    };
    let part =
        |name, part, roster: &str, claimed: &str| fact(name, roster, claimed, mismatch.contains(&part));
    let date = |date: Option<Date>| date.map(full_date).unwrap_or_default();
    let birth_differs =
        roster_birth_date.zip(claimed_birth_date).is_some_and(|(roster, claimed)| roster != claimed);
    let patronymic = |name: &Option<String>| name.clone().unwrap_or_default();
    vec![
        part("link-part-surname", NamePart::Surname, &roster.surname, &claimed.surname),
        part("link-part-given", NamePart::Given, &roster.given, &claimed.given),
        part(
            "link-part-patronymic",
            NamePart::Patronymic,
            &patronymic(&roster.patronymic),
            &patronymic(&claimed.patronymic),
        ),
        fact("link-part-birth", &date(roster_birth_date), &date(claimed_birth_date), birth_differs),
    ]
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let class: ClassGroupId = cx.request.param("class")?;
    let (viewer, today, frame) = (cx.signed_in()?.viewer, cx.today(), cx.frame(say("approvals-title")));
    let zone = cx.app.school().zone.clone();
    let shown = cx
        .read(move |tx| {
            let proof = HomeroomOf::ask(tx, &viewer, class, today)?;
            let base = format!("/classes/{class}");
            let links = linking::waiting_in_class(tx, &proof, today)?;
            let changes = linking::changes_in_class(tx, &proof, today)?;
            let links = links.iter().map(|waiting| waiting_view(waiting, &base, &zone, today));
            let changes = changes.iter().map(|waiting| change_view(waiting, &base, &zone, today));
            let waiting: Vec<_> = links.chain(changes).collect();
            Ok(ApprovalsPage {
                page: frame.page(tx)?,
                class: school::load_class_group(tx, class)?.label.to_string(),
                line: count("approvals-count", waiting.len()),
                waiting,
            })
        })
        .await?;
    cx.html(&shown)
}

pub(crate) async fn approve(cx: Cx) -> Result<Response, Failure> {
    let (class, link): (ClassGroupId, LinkId) = (cx.request.param("class")?, cx.request.param("link")?);
    let (viewer, now, today) = (cx.signed_in()?.viewer, cx.now, cx.today());
    cx.write(move |tx| {
        let proof = HomeroomOf::ask(tx, &viewer, class, today)?;
        let link = flows::approve_link(tx, now, today, Approver::Homeroom(&proof), link)?;
        Ok(((), Act::new("linking.approve", "person", link.person)))
    })
    .await?;
    Ok(cx.go(&format!("/classes/{class}/links"), Some(Flash::good(say("link-approved"), String::new()))))
}

pub(crate) async fn reject(cx: Cx) -> Result<Response, Failure> {
    let (class, link): (ClassGroupId, LinkId) = (cx.request.param("class")?, cx.request.param("link")?);
    let back = format!("/classes/{class}/links");
    let why = match reason_of(&cx, &back)? {
        Ok(why) => why,
        Err(answer) => return Ok(answer),
    };
    let (viewer, now, today) = (cx.signed_in()?.viewer, cx.now, cx.today());
    cx.write(move |tx| {
        let proof = HomeroomOf::ask(tx, &viewer, class, today)?;
        let link = linking::reject(tx, now, today, Approver::Homeroom(&proof), link, &why)?;
        Ok(((), Act::new("linking.reject", "person", link.person).because(why)))
    })
    .await?;
    Ok(cx.go(&back, Some(Flash::good(say("link-rejected"), String::new()))))
}

#[cfg(test)]
mod tests {
    use super::clean_reason;

    #[test]
    fn a_reason_is_one_line_that_fits_and_hides_nothing() {
        // C9.
        assert_eq!(clean_reason("  уехала \r\n в другой\tгород "), Ok("уехала в другой город".to_owned()));
        assert_eq!(clean_reason("у\u{202e}еха\u{200b}ла\0"), Ok("уехала".to_owned()));
        assert_eq!(clean_reason(" \u{feff} "), Ok(String::new()));
        assert_eq!(clean_reason(&"я".repeat(300)).map(|reason| reason.chars().count()), Ok(300));
        assert_eq!(clean_reason(&"я".repeat(301)), Err("link-reason-long"));
    }
}
