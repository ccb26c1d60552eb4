//! The school's own root of trust: how a machine comes to trust the site, and the file it has to install.

use askama::Template;
use bytes::Bytes;
use http::header::CONTENT_DISPOSITION;

use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;
use crate::views::Page;
use crate::words::say;

#[derive(Template)]
#[template(path = "portal/certificate.html")]
struct CertificatePage {
    page: Page,
    fingerprint: String,
}

/// Explains the file. Open to anybody: whoever needs it cannot sign in yet.
pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let root = cx.app.certificates().and_then(|shown| shown.root()).ok_or(Failure::NotFound)?;
    let fingerprint = root.fingerprint();
    cx.html(&CertificatePage { page: cx.bare_page(say("certificate-title")), fingerprint })
}

/// The file.
pub(crate) async fn file(cx: Cx) -> Result<Response, Failure> {
    let root = cx.app.certificates().and_then(|shown| shown.root()).ok_or(Failure::NotFound)?;
    let body = Bytes::copy_from_slice(root.pem().as_bytes());
    Ok(Response::of("application/x-x509-ca-cert", body)
        .with_header(CONTENT_DISPOSITION, "attachment; filename=\"zvonok-root.crt\""))
}
