//! The form behind «Забыли или не установили пароль?»: phone, code, the new password twice.

use identity::{Input, Screen};
use serde::Deserialize;
use store::PasswordPolicy;

use super::{Typed, attempt_of, go_on, press, render, take};
use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

/// Takes the new password; it is judged by A9 with the owner's own names and phone.
pub(crate) async fn submit(cx: Cx) -> Result<Response, Failure> {
    let form: Form = cx.request.form()?;
    let attempt = attempt_of(&cx).await?;
    let read = attempt.clone();
    let words = cx.read(move |tx| Ok(identity::own_words(tx, &read)?)).await?;
    if let Err(failure) = judge(&form.password, &form.again, &words) {
        return render(&cx, attempt, Some(failure), Typed::Nothing).await;
    }
    let hash = cx.app.hasher.hash(form.password, &cx.app.random).await?;
    let stepped = take(&cx, Input::NewPassword(hash)).await?;
    go_on(&cx, stepped, Typed::Nothing).await
}

/// Whether a new password may be taken, typed twice (A9).
pub(crate) fn judge(password: &str, again: &str, words: &[String]) -> Result<(), Failure> {
    let own: Vec<&str> = words.iter().map(String::as_str).collect();
    PasswordPolicy { shortest: identity::limits::PASSWORD_CHARS, own_words: &own }.check(password)?;
    if password == again { Ok(()) } else { Err(Failure::PasswordsDiffer) }
}

/// Back to the password screen that the form was opened from.
pub(crate) async fn back(cx: Cx) -> Result<Response, Failure> {
    press(cx, Input::Back(Screen::Password)).await
}
