//! The first administrator, behind the one-time link of `zvonok init` (A17).

use askama::Template;
use school::{PersonName, Role};
use serde::Deserialize;
use store::Act;

use crate::cx::Cx;
use crate::response::Response;
use crate::views::Page;
use crate::words::say;
use crate::{Failure, cookies, handlers};

#[derive(Template)]
#[template(path = "portal/setup.html")]
struct SetupPage {
    page: Page,
    error: Option<String>,
    token: String,
    form: Form,
}

#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Form {
    surname: String,
    given: String,
    patronymic: String,
    login: String,
    password: String,
    again: String,
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let token: String = cx.request.param("token")?;
    let (now, asked) = (cx.now, token.clone());
    if !cx.read(move |tx| Ok(school::is_setup_open(tx, now, &asked)?)).await? {
        return Err(school::SetupError::Wrong.into());
    }
    let page = cx.bare_page(say("setup-title"));
    cx.html(&SetupPage { page, error: None, token, form: Form::default() })
}

pub(crate) async fn submit(cx: Cx) -> Result<Response, Failure> {
    let token: String = cx.request.param("token")?;
    let form: Form = cx.request.form()?;
    match found(&cx, &token, &form).await {
        Ok(cookie) => {
            Ok(Response::see_other("/admin").with_cookie(&cookie).with_cookie(&cookies::clear(cookies::FORM)))
        }
        Err(failure) if failure.gives_form_back() => {
            let page = cx.bare_page(say("setup-title"));
            cx.refused(&failure, &SetupPage { page, error: Some(failure.sentence()), token, form })
        }
        Err(failure) => Err(failure),
    }
}

async fn found(cx: &Cx, token: &str, form: &Form) -> Result<String, Failure> {
    let name = PersonName::parse(&form.surname, &form.given, &form.patronymic)?;
    let login = parse_login(&form.login)?;
    if form.password != form.again {
        return Err(Failure::PasswordsDiffer);
    }
    let staff = [Role::Administrator].into_iter().collect();
    handlers::slip::check_password(staff, Some(&name), &login, &form.password)?;
    let hash = cx.app.hasher.hash(form.password.clone(), &cx.app.random).await?;
    let (now, today, token) = (cx.now, cx.today(), token.to_owned());
    let entry = handlers::signin::Entry::of(cx, school::SignInWay::Setup, false);
    let cookie = entry.cookie();
    cx.record(store::Lane::Admin, move |tx| {
        let (account, change) = school::finish_setup(tx, now, today, &token, &name, &login)?;
        school::set_password(tx, now, account, &hash)?;
        crate::flows::follow_roster(tx, now, today, change)?;
        let person = school::find_account(tx, &login)?.ok_or(Failure::Defect("setup"))?.person;
        entry.begin(tx, person, Act::new("school.setup.finish", "person", person))
    })
    .await?;
    Ok(cookie)
}

fn parse_login(text: &str) -> Result<String, Failure> {
    school::parse_login(text).ok_or(Failure::BadLogin)
}
