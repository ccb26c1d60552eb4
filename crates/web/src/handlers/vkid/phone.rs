//! Screen 1, once there is an attempt: «изменить номер» leads here.

use identity::{Input, Phone, Screen};
use serde::Deserialize;

use super::{Typed, attempt_of, go_on, press, render, take};
use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(default)]
    phone: String,
}

pub(crate) async fn submit(cx: Cx) -> Result<Response, Failure> {
    let form: Form = cx.request.form()?;
    match Phone::parse(&form.phone) {
        Ok(phone) => {
            let stepped = take(&cx, Input::Phone(phone)).await?;
            go_on(&cx, stepped, Typed::Phone(form.phone)).await
        }
        Err(fault) => {
            let attempt = attempt_of(&cx).await?;
            render(&cx, attempt, Some(fault.into()), Typed::Phone(form.phone)).await
        }
    }
}

/// «изменить номер».
pub(crate) async fn change(cx: Cx) -> Result<Response, Failure> {
    press(cx, Input::Back(Screen::Phone)).await
}
