//! «Новый сотрудник»: person, role, login, and the slip, shown once and ready to be printed (A16, A23).

use std::sync::Arc;

use askama::Template;
use school::{Administrator, Fresh};
use serde::Deserialize;

use super::people::role_words;
use crate::Failure;
use crate::cx::Cx;
use crate::flows::{GrantedBy, StaffDraft, StaffFault, add_staff, staff_roles};
use crate::handlers::slips::{Desk, show_sheet};
use crate::response::Response;
use crate::views::Page;
use crate::words::say;

#[derive(Template)]
#[template(path = "admin/new_person.html")]
struct NewPersonPage {
    page: Page,
    form: Form,
    roles: Vec<(&'static str, String)>,
    error: String,
    fault: Option<StaffFault>,
}

impl NewPersonPage {
    /// The sentence below a field, when it is this one that is wrong.
    fn about(&self, wanted: &str) -> &str {
        let field = match self.fault {
            Some(StaffFault::Name(_)) => self.form.wrong_part(),
            Some(StaffFault::Role) => "role",
            Some(StaffFault::Login) => "login",
            None => "",
        };
        if field == wanted { &self.error } else { "" }
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Form {
    surname: String,
    given: String,
    patronymic: String,
    role: String,
    login: String,
}

impl Form {
    /// Which part of the name is not taken.
    fn wrong_part(&self) -> &'static str {
        let wrong = |part: &str| school::parse_name_part(part).is_err();
        match (wrong(&self.surname), wrong(&self.given)) {
            (true, _) => "surname",
            (false, true) => "given",
            (false, false) => "patronymic",
        }
    }
}

async fn page(
    cx: &Cx,
    form: Form,
    error: String,
    fault: Option<StaffFault>,
) -> Result<NewPersonPage, Failure> {
    let (viewer, today) = (cx.signed_in()?.viewer, cx.today());
    let mut frame = cx.frame(say("new-person-title"));
    frame.path = "/admin/people".to_owned();
    let page = cx
        .read(move |tx| {
            Administrator::ask(tx, &viewer, today)?;
            frame.page(tx)
        })
        .await?;
    let roles = staff_roles().map(|role| (role.word(), role_words(role))).collect();
    Ok(NewPersonPage { page, form, roles, error, fault })
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let shown = page(&cx, Form::default(), String::new(), None).await?;
    cx.html(&shown)
}

pub(crate) async fn submit(cx: Cx) -> Result<Response, Failure> {
    let form: Form = cx.request.form()?;
    let login = Some(form.login.trim()).filter(|login| !login.is_empty());
    let draft = StaffDraft::parse([&form.surname, &form.given, &form.patronymic], &form.role, login);
    let (fault, added) = match draft {
        Ok(draft) => (None, add(&cx, draft).await),
        Err(fault) => (Some(fault), Err(fault.into())),
    };
    match added {
        Ok(answer) => Ok(answer),
        Err(failure) if failure.gives_form_back() => {
            let shown = page(&cx, form, failure.sentence(), fault).await?;
            cx.refused(&failure, &shown)
        }
        Err(failure) => Err(failure),
    }
}

async fn add(cx: &Cx, draft: StaffDraft) -> Result<Response, Failure> {
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    let app = Arc::clone(&cx.app);
    let (card, slip) = cx
        .write(move |tx| {
            let by = Administrator::ask(tx, &viewer, today)?;
            let confirmed = Fresh::ask(tx, &viewer, now)?;
            let new = add_staff(tx, now, today, GrantedBy::Page(&by, &confirmed), draft)?;
            let account = school::find_account(tx, &new.login)?.ok_or(Failure::Defect("a new account"))?;
            let slip = school::issue_slip(tx, now, &app.key, &app.random, &account)?;
            let card = school::find_person_card(tx, &by, new.person, today)?;
            let card = card.ok_or(Failure::Defect("a new person"))?;
            Ok(((card, slip), new.act))
        })
        .await?;
    let desk = Desk::Person(card.id);
    show_sheet(cx, desk, vec![(card, slip)]).await
}
