//! The screen that says what another application will know (VK-10).

use askama::Template;
use identity::Attempt;

use super::{base_of, page_of};
use crate::Failure;
use crate::cx::Cx;
use crate::views::{Page, full_date};
use crate::words::say;

#[derive(Template)]
#[template(path = "vkid/consent.html")]
pub(super) struct ConsentPage {
    page: Page,
    base: String,
    error: String,
    client: String,
    site: String,
    name: String,
    birth_date: String,
    sex: String,
    phone: String,
}

/// Puts the screen together.
pub(super) async fn consent_page(cx: &Cx, attempt: &Attempt, error: String) -> Result<ConsentPage, Failure> {
    let read = attempt.clone();
    let (client, person, phone) = cx
        .read(move |tx| {
            let client = identity::find_client(tx, read.client)?;
            let person = identity::own_person(tx, &read)?;
            Ok((client, person, identity::own_phone(tx, &read)?))
        })
        .await?;
    let (Some(client), Some(person)) = (client, person) else { return Err(Failure::NotFound) };
    let sex = match person.sex {
        identity::Sex::Female => say("sex-female"),
        identity::Sex::Male => say("sex-male"),
    };
    let origin = identity::origin_of(&attempt.redirect_uri);
    Ok(ConsentPage {
        page: page_of(cx, "vkid-title-consent", attempt),
        base: base_of(attempt),
        error,
        client: client.name,
        site: origin.split("://").nth(1).unwrap_or(origin).to_owned(),
        name: person.name.short(),
        birth_date: full_date(person.birth_date),
        sex,
        phone: phone.filter(|_| attempt.scope.phone).map(|phone| phone.printed()).unwrap_or_default(),
    })
}
