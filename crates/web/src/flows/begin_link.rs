//! The first phone number of «Авторизация в Сферум»: the school's attempt and the provider's begin together.

use identity::{AuthorizeRequest, ClientKind, Means, Phone, Provider, Started};
use school::Viewer;
use store::{UtcInstant, WriteTx};

use crate::Failure;

/// Begins, or goes on in the attempt of the same request.
///
/// # Errors
/// [`Failure`] when the request was made for another session, or the person is linked already; nothing is then begun.
pub(crate) fn begin_link(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    means: &Means<'_>,
    viewer: Option<Viewer>,
    request: &AuthorizeRequest,
    phone: Phone,
) -> Result<Started, Failure> {
    let begun = identity::resume(tx, means.browser, request)?.is_some();
    if request.client.kind == ClientKind::School && !begun {
        let viewer = viewer.ok_or(Failure::SignInNeeded)?;
        linking::begin(tx, now, means.key, &viewer, Provider::Embedded, &request.state)?;
    }
    Ok(identity::start(tx, now, means, request, phone)?)
}
