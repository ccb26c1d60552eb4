//! Certificates follow their files within seconds, and the school's own are made anew long before they end.

use std::sync::Arc;
use std::time::Duration;

use crate::App;
use crate::server::CertificateError;

const LOOK: Duration = Duration::from_secs(5);
/// A month of the ninety days that a certificate of the school's root is good for.
const RENEWAL: time::Duration = time::Duration::days(30);

/// Takes certificate files that have changed; says whether there were new ones.
///
/// # Errors
/// [`CertificateError`] by what is wrong with the new files; the certificate shown before is shown on.
pub fn look(app: &App) -> Result<bool, CertificateError> {
    app.certificates().map_or(Ok(false), |certificates| certificates.look())
}

pub(super) async fn run(app: Arc<App>) {
    let Some(certificates) = app.certificates().cloned() else { return };
    let mut made = app.clock.now();
    loop {
        match look(&app) {
            Ok(true) => tracing::info!("the new certificate is shown"),
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "the new certificate was not taken; the old one is shown"),
        }
        let now = app.clock.now();
        if now.since(made) >= RENEWAL {
            match certificates.renew(now) {
                Ok(()) => made = now,
                Err(error) => tracing::error!(%error, "the certificate was not made anew"),
            }
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = app.drained() => return,
        }
    }
}
