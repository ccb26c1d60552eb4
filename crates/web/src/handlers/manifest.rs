//! What a browser needs to put the school on the home screen (MSG-F19): there alone iPhone and iPad show notifications.

use serde::Serialize;

use crate::cx::Cx;
use crate::response::Response;
use crate::words::say;
use crate::{Failure, assets};

/// <https://www.w3.org/TR/appmanifest/>
#[derive(Serialize)]
struct Manifest {
    id: &'static str,
    name: String,
    short_name: String,
    lang: &'static str,
    start_url: &'static str,
    scope: &'static str,
    display: &'static str,
    theme_color: &'static str,
    background_color: &'static str,
    icons: Vec<Icon>,
}

#[derive(Serialize)]
struct Icon {
    src: String,
    sizes: &'static str,
    r#type: &'static str,
    purpose: &'static str,
}

fn icon(name: &str, sizes: &'static str, purpose: &'static str) -> Icon {
    Icon { src: assets::url(name), sizes, r#type: "image/png", purpose }
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let manifest = Manifest {
        id: "/",
        name: format!("{} · {}", say("manifest-name"), cx.app.school().profile.short_name),
        short_name: say("manifest-name"),
        lang: "ru",
        start_url: "/",
        scope: "/",
        display: "standalone",
        theme_color: "#065b42",
        background_color: "#f9fdfb",
        icons: vec![
            icon("icon-192.png", "192x192", "any"),
            icon("icon-512.png", "512x512", "any"),
            icon("icon-maskable-512.png", "512x512", "maskable"),
        ],
    };
    let body =
        serde_json::to_vec(&manifest).map_err(|_| Failure::Defect("a manifest that JSON cannot say"))?;
    Ok(Response::of("application/manifest+json", body.into()))
}
