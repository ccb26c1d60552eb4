//! Screen 2: the password, compared outside every transaction and away from the threads that serve sockets.

use identity::{Input, PasswordCheck};
use serde::Deserialize;

use super::{Hand, Typed, attempt_of, go_on, led, press, render, take};
use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(default)]
    password: String,
}

pub(crate) async fn submit(cx: Cx) -> Result<Response, Failure> {
    let form: Form = cx.request.form()?;
    let attempt = attempt_of(&cx).await?;
    let (now, hand, asked) = (cx.now, Hand::of(&cx), attempt.clone());
    let check = cx.read(move |tx| Ok(identity::password_to_check(tx, now, &hand.caller, &asked)?)).await?;
    let stored = match check {
        PasswordCheck::Refused(identity::Refusal::NotNow) => {
            return Ok(led(&cx, &attempt));
        }
        PasswordCheck::Refused(refusal) => {
            return render(&cx, attempt, Some(Failure::Step { refusal, now }), Typed::Nothing).await;
        }
        PasswordCheck::Hash(stored) => stored,
    };
    let cheap = stored.as_ref().is_some_and(|hash| hash.is_cheaper_than(cx.app.settings.hash_cost));
    let right = cx.app.hasher.matches(stored.clone(), form.password.clone()).await?;
    let rehash =
        if right && cheap { Some(cx.app.hasher.hash(form.password, &cx.app.random).await?) } else { None };
    let stepped = take(&cx, Input::Password { against: stored, right, rehash }).await?;
    go_on(&cx, stepped, Typed::Nothing).await
}

/// «Забыли или не установили пароль?».
pub(crate) async fn forgot(cx: Cx) -> Result<Response, Failure> {
    press(cx, Input::Forgot).await
}
