//! Screen 3: the code, another one, and the call.

use identity::{Input, OtpCode};
use serde::Deserialize;

use super::{Typed, attempt_of, go_on, press, render, take};
use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(default)]
    code: String,
}

/// Takes a code, here and in the form behind «Забыли пароль». What is no code of six digits costs no try.
pub(crate) async fn submit(cx: Cx) -> Result<Response, Failure> {
    let form: Form = cx.request.form()?;
    let Some(code) = OtpCode::parse(&form.code) else {
        let attempt = attempt_of(&cx).await?;
        return render(&cx, attempt, Some(Failure::BadCode), Typed::Nothing).await;
    };
    let stepped = take(&cx, Input::Code(code)).await?;
    go_on(&cx, stepped, Typed::Nothing).await
}

/// «Получить новый код».
pub(crate) async fn resend(cx: Cx) -> Result<Response, Failure> {
    press(cx, Input::Resend).await
}

/// «Позвонить мне», where somebody calls.
pub(crate) async fn call(cx: Cx) -> Result<Response, Failure> {
    if !cx.app.settings.sms.makes_calls() {
        return Err(Failure::NotFound);
    }
    press(cx, Input::Call).await
}
