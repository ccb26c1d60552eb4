//! The first sign-in, with the code from a paper slip (A23).

use askama::Template;
use school::{PersonId, PersonName, Role, Roles, SignInFence, SignInOutcome, SignInWay, SlipCode, SlipError};
use serde::Deserialize;
use store::{Act, PasswordPolicy};

use crate::cx::Cx;
use crate::handlers::signin::Entry;
use crate::response::Response;
use crate::views::Page;
use crate::words::say;
use crate::{Failure, cookies};

#[derive(Template)]
#[template(path = "portal/slip.html")]
struct SlipPage {
    page: Page,
    error: Option<String>,
    login: String,
    code: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    #[serde(default)]
    login: String,
    #[serde(default)]
    code: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(default)]
    login: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

/// Shows the form; opening the address from a slip's picture uses nothing up (B6).
pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let query: Query = cx.request.query()?;
    let page = cx.bare_page(say("slip-title"));
    cx.html(&SlipPage { page, error: None, login: query.login, code: query.code })
}

pub(crate) async fn submit(cx: Cx) -> Result<Response, Failure> {
    let form: Form = cx.request.form()?;
    match redeem(&cx, &form).await {
        Ok(cookie) => {
            Ok(Response::see_other("/").with_cookie(&cookie).with_cookie(&cookies::clear(cookies::FORM)))
        }
        Err(failure) if failure.gives_form_back() => {
            let page = cx.bare_page(say("slip-title"));
            let shown =
                SlipPage { page, error: Some(failure.sentence()), login: form.login, code: form.code };
            cx.refused(&failure, &shown)
        }
        Err(failure) => Err(failure),
    }
}

async fn redeem(cx: &Cx, form: &Form) -> Result<String, Failure> {
    if form.password != form.again {
        return Err(Failure::PasswordsDiffer);
    }
    let code = SlipCode::parse(&form.code).ok_or(SlipError::Wrong)?;
    let login = form.login.trim().to_lowercase();
    let (now, today) = (cx.now, cx.today());
    let address = cx.request.address();
    let fence = SignInFence::of(&address.to_string(), cx.app.settings.is_school_address(address), &login);
    let (asked, wanted) = (fence.clone(), login.clone());
    // The policy depends on who the person is; an unknown login gets the pupils' policy, so that it tells nothing.
    let (known, roles, name): (Option<PersonId>, _, _) = cx
        .read(move |tx| {
            school::check_fence(tx, now, &asked)?;
            let Some(account) = school::find_account(tx, &wanted)? else {
                return Ok((None, Roles::default(), None));
            };
            let name = school::name_of(tx, account.person)?;
            Ok((Some(account.person), school::roles_of(tx, account.person, today)?, name))
        })
        .await?;
    check_password(roles, name.as_ref(), &login, &form.password)?;
    let hash = cx.app.hasher.hash(form.password.clone(), &cx.app.random).await?;
    let app = std::sync::Arc::clone(&cx.app);
    let closed = fence.clone();
    let entry = Entry::of(cx, SignInWay::Slip, false);
    let cookie = entry.cookie();
    let taken = cx
        .record(store::Lane::Admin, move |tx| {
            school::check_fence(tx, now, &closed)?;
            let account = school::redeem_slip(tx, now, &app.key, &login, &code)?;
            school::set_password(tx, now, account.id, &hash)?;
            school::end_all_sessions(tx, now, account.person, None, school::EndWhy::PasswordSet)?;
            entry.begin(tx, account.person, Act::new("school.slip.redeem", "person", account.person))
        })
        .await;
    match taken {
        Ok(()) => Ok(cookie),
        Err(failure) => {
            if matches!(failure, Failure::Slip(SlipError::Wrong)) {
                let device = cx.device();
                cx.record(store::Lane::Admin, move |tx| {
                    school::count_wrong_pair(tx, now, &fence)?;
                    if let Some(person) = known {
                        let (way, outcome) = (SignInWay::Slip, SignInOutcome::Wrong);
                        school::note_sign_in(tx, now, person, &device, way, outcome)?;
                    }
                    Ok(())
                })
                .await?;
            }
            Err(failure)
        }
    }
}

/// Checks a new portal password against A9: ten characters, fifteen for staff until a second factor exists.
pub(crate) fn check_password(
    roles: Roles,
    name: Option<&PersonName>,
    login: &str,
    password: &str,
) -> Result<(), Failure> {
    let shortest = if roles.is_staff() && !roles.has(Role::Pupil) { 15 } else { 10 };
    let mut own = vec![login];
    if let Some(name) = name {
        own.extend([name.surname.as_str(), name.given.as_str()]);
        own.extend(name.patronymic.as_deref());
    }
    Ok(PasswordPolicy { shortest, own_words: &own }.check(password)?)
}
