//! Screens 5 and 6: the educational profile, chosen or made, checked or filled in.

use identity::{ClaimedRole, FullName, Input, ProfileDraft, Screen, parse_birth_date};
use serde::Deserialize;
use time::Date;

use super::person::NameFields;
use super::{Typed, attempt_of, go_on, press, render, take};
use crate::Failure;
use crate::cx::Cx;
use crate::failure::vkid::birth_date_words;
use crate::response::Response;
use crate::words::{count, say};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Choice {
    choice: String,
}

/// «Продолжить в учебном профиле», «Создать учебный профиль».
pub(crate) async fn choose(cx: Cx) -> Result<Response, Failure> {
    let Choice { choice } = cx.request.form()?;
    let input = match choice.as_str() {
        "continue" => Input::ContinueWithProfile,
        "create" => Input::CreateProfile,
        _ => return Err(Failure::BadForm),
    };
    let stepped = take(&cx, input).await?;
    go_on(&cx, stepped, Typed::Nothing).await
}

/// The form of the profile; a form without fields confirms what is shown.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Form {
    surname: Option<String>,
    #[serde(default)]
    given: String,
    #[serde(default)]
    patronymic: String,
    #[serde(default)]
    birth_date: String,
    #[serde(default)]
    role: String,
}

/// The form as it was typed, with what is wrong with each field.
#[derive(Clone, Default)]
pub(crate) struct ProfileFields {
    pub(crate) name: NameFields,
    pub(crate) birth_date: String,
    pub(crate) birth_date_error: String,
    pub(crate) role: String,
    pub(crate) role_error: String,
    pub(crate) summary: String,
}

impl ProfileFields {
    pub(crate) fn empty(role: Option<ClaimedRole>) -> Self {
        Self { role: role.map(ClaimedRole::word).unwrap_or_default().to_owned(), ..Self::default() }
    }

    pub(crate) fn of(name: &FullName, birth_date: Date, role: Option<ClaimedRole>) -> Self {
        let patronymic = name.patronymic.as_deref().unwrap_or_default();
        Self {
            name: NameFields::typed(&name.surname, &name.given, patronymic),
            birth_date: format!(
                "{:02}.{:02}.{}",
                birth_date.day(),
                u8::from(birth_date.month()),
                birth_date.year()
            ),
            ..Self::empty(role)
        }
    }
}

/// Reads the form.
pub(crate) fn read(form: &Form, today: Date) -> Result<ProfileDraft, Box<ProfileFields>> {
    let surname = form.surname.as_deref().unwrap_or_default();
    let name = FullName::parse(surname, &form.given, &form.patronymic);
    let birth_date = parse_birth_date(&form.birth_date, today);
    let role = ClaimedRole::from_word(&form.role);
    match (name, birth_date, role) {
        (Ok(name), Ok(birth_date), Some(role)) => Ok(ProfileDraft { name, birth_date, role }),
        (name, birth_date, role) => {
            let mut fields = ProfileFields {
                name: NameFields::typed(surname, &form.given, &form.patronymic),
                birth_date: form.birth_date.chars().take(40).collect(),
                ..ProfileFields::empty(role)
            };
            let faults = name.err().unwrap_or_default();
            fields.name.tell(&faults);
            let mut wrong = faults.len();
            if let Err(fault) = birth_date {
                fields.birth_date_error = birth_date_words(fault).say();
                wrong += 1;
            }
            if role.is_none() {
                fields.role_error = say("role-empty");
                wrong += 1;
            }
            fields.summary = count("form-fix", wrong);
            Err(Box::new(fields))
        }
    }
}

/// «Продолжить» on screen 6.
pub(crate) async fn confirm(cx: Cx) -> Result<Response, Failure> {
    let form: Form = cx.request.form()?;
    let input = match &form.surname {
        None => Input::ConfirmProfile { role: ClaimedRole::from_word(&form.role) },
        Some(_) => match read(&form, cx.today()) {
            Ok(draft) => Input::Profile(draft),
            Err(fields) => {
                let attempt = attempt_of(&cx).await?;
                return render(&cx, attempt, None, Typed::Profile(fields)).await;
            }
        },
    };
    let stepped = take(&cx, input).await?;
    go_on(&cx, stepped, Typed::Nothing).await
}

/// «Исправить».
pub(crate) async fn edit(cx: Cx) -> Result<Response, Failure> {
    press(cx, Input::Back(Screen::ProfileForm)).await
}

/// Back to the choice of profile.
pub(crate) async fn back(cx: Cx) -> Result<Response, Failure> {
    press(cx, Input::Back(Screen::Profile)).await
}
