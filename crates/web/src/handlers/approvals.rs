//! The class teacher's approvals: links whose names do not agree with the roster (LNK-L3).

use askama::Template;
use linking::{Approver, LinkId, NamePart, Waiting};
use school::{ClassGroupId, HomeroomOf, Zone};
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
    base: String,
    waiting: Vec<WaitingView>,
}

/// A link that waits, as those who decide see it.
pub(crate) struct WaitingView {
    pub(crate) link: LinkId,
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
pub(crate) struct Reason {
    #[serde(default)]
    why: String,
}

impl Reason {
    /// The reason, cleaned; it has to be there and to fit.
    pub(crate) fn read(self) -> Result<String, &'static str> {
        let why = clean_reason(&self.why)?;
        if why.is_empty() { Err("link-reason-missing") } else { Ok(why) }
    }
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

pub(crate) fn waiting_view(waiting: Waiting, zone: &Zone, today: Date) -> WaitingView {
    let fact = |name: &'static str, part: Option<NamePart>, roster: &str, claimed: &str| FactView {
        name: say(name),
        roster: roster.to_owned(),
        claimed: claimed.to_owned(),
        differs: part.is_some_and(|part| waiting.mismatch.contains(&part)),
    };
    let date = |date: Option<Date>| date.map(full_date).unwrap_or_default();
    let (roster, claimed_name) = (&waiting.roster, &waiting.claims.name);
    let patronymic = |name: &Option<String>| name.clone().unwrap_or_default();
    let birth_differs = waiting
        .roster_birth_date
        .zip(waiting.claims.birth_date)
        .is_some_and(|(roster, claimed)| roster != claimed);
    let mut facts = vec![
        fact("link-part-surname", Some(NamePart::Surname), &roster.surname, &claimed_name.surname),
        fact("link-part-given", Some(NamePart::Given), &roster.given, &claimed_name.given),
        fact(
            "link-part-patronymic",
            Some(NamePart::Patronymic),
            &patronymic(&roster.patronymic),
            &patronymic(&claimed_name.patronymic),
        ),
    ];
    let mut birth =
        fact("link-part-birth", None, &date(waiting.roster_birth_date), &date(waiting.claims.birth_date));
    birth.differs = birth_differs;
    facts.push(birth);
    WaitingView {
        link: waiting.link,
        name: roster.full(),
        since: moment(zone.local(waiting.since), today),
        role: waiting.claims.role.map(claimed).unwrap_or_default(),
        facts,
    }
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let class: ClassGroupId = cx.request.param("class")?;
    let (viewer, today, frame) = (cx.signed_in()?.viewer, cx.today(), cx.frame(say("approvals-title")));
    let zone = cx.app.school().zone.clone();
    let shown = cx
        .read(move |tx| {
            let proof = HomeroomOf::ask(tx, &viewer, class, today)?;
            let waiting: Vec<_> = linking::waiting_in_class(tx, &proof, today)?
                .into_iter()
                .map(|waiting| waiting_view(waiting, &zone, today))
                .collect();
            Ok(ApprovalsPage {
                page: frame.page(tx)?,
                class: school::load_class_group(tx, class)?.label.to_string(),
                line: count("approvals-count", waiting.len()),
                base: format!("/classes/{class}/links"),
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
    let form: Reason = cx.request.form()?;
    let why = match form.read() {
        Ok(why) => why,
        Err(id) => return Ok(cx.go(&back, Some(Flash::bad(say(id), String::new())))),
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
