use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;

/// Sends each person to the page they work on, and strangers to the sign-in.
pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    Ok(match &cx.who {
        Some(who) => Response::see_other(who.context.home(who.roles)),
        None => Response::see_other("/signin"),
    })
}
