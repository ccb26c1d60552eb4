//! The pupil's own tick before homework.

use diary::LessonId;
use school::PupilSelf;
use serde::Deserialize;
use store::Lane;

use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    done: String,
    #[serde(default)]
    back: String,
}

pub(crate) async fn submit(cx: Cx) -> Result<Response, Failure> {
    let given: LessonId = cx.request.param("lesson")?;
    let form: Form = cx.request.form()?;
    let done = match form.done.as_str() {
        "1" => true,
        "0" => false,
        _ => return Err(Failure::BadForm),
    };
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    cx.record(Lane::Admin, move |tx| {
        let by = PupilSelf::ask(tx, &viewer, today)?;
        Ok(diary::set_done(tx, now, &by, given, done)?)
    })
    .await?;
    Ok(Response::see_other(if form.back.is_empty() { "/diary" } else { &form.back }))
}
