//! Another educational profile: at once, or when the school has agreed (LNK-L3).

use askama::Template;
use identity::ClaimedRole;
use linking::Asked;
use store::Act;

use super::{OBJECT, PAGE, change, look};
use crate::cx::Cx;
use crate::handlers::vkid::profile::{Form, ProfileFields, read};
use crate::handlers::vkid::{Nothing, claimed};
use crate::response::Response;
use crate::views::{Flash, Page};
use crate::words::say;
use crate::{Failure, flows};

#[derive(Template)]
#[template(path = "vkid/me_profile.html")]
struct ProfilePage {
    page: Page,
    error: String,
    fields: ProfileFields,
    roles: Vec<(&'static str, String)>,
}

fn page(cx: &Cx, error: String, fields: ProfileFields) -> ProfilePage {
    ProfilePage {
        page: cx.bare_page(say("me-title-profile")),
        error,
        fields,
        roles: ClaimedRole::ALL.into_iter().map(|role| (role.word(), claimed(role))).collect(),
    }
}

async fn stored(cx: &Cx) -> Result<ProfileFields, Failure> {
    look(cx, |tx, by| {
        let profile = identity::own_account(tx, by)?.profile.ok_or(Failure::NotFound)?;
        Ok(ProfileFields::of(&profile.name, profile.birth_date, Some(profile.role)))
    })
    .await
}

/// Shows the profile as a form.
pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let fields = stored(&cx).await?;
    cx.html(&page(&cx, String::new(), fields))
}

/// Changes the profile, or asks the school whether it may be changed.
pub(crate) async fn submit(cx: Cx) -> Result<Response, Failure> {
    let form: Form = cx.request.form()?;
    stored(&cx).await?;
    let wanted = match read(&form, cx.today()) {
        Ok(wanted) => wanted,
        Err(fields) => return cx.html(&page(&cx, String::new(), *fields)),
    };
    let (now, shown) = (cx.now, ProfileFields::of(&wanted.name, wanted.birth_date, Some(wanted.role)));
    let asked = change(&cx, move |tx, by| {
        let Some(asked) = flows::change_profile(tx, now, by, &wanted)? else { return Ok((None, None)) };
        let act = match asked {
            Asked::Free => Act::new("identity.own.profile", OBJECT, by.session()),
            Asked::Waits(person) => Act::new("linking.change.ask", "person", person),
        };
        Ok((Some(asked), Some(act)))
    })
    .await;
    match asked {
        Ok(Some(Asked::Waits(_))) => {
            Ok(cx.go(PAGE, Some(Flash::info(say("me-profile-waits"), say("me-profile-waits-more")))))
        }
        Ok(Some(Asked::Free)) => Ok(cx.go(PAGE, Some(Flash::good(say("me-profile-saved"), String::new())))),
        Ok(None) => Ok(Response::see_other(PAGE)),
        Err(failure) if failure.gives_form_back() => {
            cx.refused(&failure, &page(&cx, failure.sentence(), shown))
        }
        Err(failure) => Err(failure),
    }
}

/// Takes back a change that waits for the school.
pub(crate) async fn withdraw(cx: Cx) -> Result<Response, Failure> {
    let Nothing {} = cx.request.form()?;
    let now = cx.now;
    change(&cx, move |tx, by| {
        let withdrawn = linking::withdraw_change(tx, now, by)?;
        Ok(((), withdrawn.map(|person| Act::new("linking.change.withdraw", "person", person))))
    })
    .await?;
    Ok(cx.go(PAGE, Some(Flash::good(say("me-profile-withdrawn"), say("me-cancelled-more")))))
}
