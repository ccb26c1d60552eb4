use http::HeaderName;
use store::Act;

use crate::cx::Cx;
use crate::response::Response;
use crate::{Failure, cookies};

/// Ends this session and empties what the browser keeps of it (A15).
pub(crate) async fn submit(cx: Cx) -> Result<Response, Failure> {
    let (now, viewer) = (cx.now, cx.signed_in()?.viewer);
    cx.write(move |tx| {
        school::end_own_session(tx, now, &viewer, viewer.session())?;
        Ok(((), Act::new("school.session.end", "session", viewer.session())))
    })
    .await?;
    Ok(Response::see_other("/signin")
        .with_header(HeaderName::from_static("clear-site-data"), "\"cache\"")
        .with_cookie(&cookies::clear(cookies::SESSION)))
}
