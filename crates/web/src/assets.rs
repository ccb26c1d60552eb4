//! Styles, scripts and icons, inside the executable.

use std::collections::HashMap;
use std::sync::LazyLock;

use http::StatusCode;
use http::header::{CACHE_CONTROL, ETAG, HeaderMap, IF_NONE_MATCH};

use crate::response::Response;

#[derive(rust_embed::RustEmbed)]
#[folder = "assets/"]
#[include = "*.css"]
#[include = "*.js"]
#[include = "*.svg"]
#[include = "*.png"]
#[include = "*.txt"]
struct Files;

struct Asset {
    bytes: bytes::Bytes,
    kind: &'static str,
    tag: String,
}

static ASSETS: LazyLock<HashMap<String, Asset>> = LazyLock::new(|| {
    Files::iter()
        .filter_map(|name| {
            let file = Files::get(&name)?;
            let tag = file.metadata.sha256_hash().iter().take(8).fold(String::new(), |mut text, byte| {
                use std::fmt::Write as _;
                // Writing to a String cannot fail.
                let _ = write!(text, "{byte:02x}");
                text
            });
            let asset = Asset { bytes: file.data.into_owned().into(), kind: kind_of(&name), tag };
            Some((name.into_owned(), asset))
        })
        .collect()
});

fn kind_of(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some(_) | None => "text/plain; charset=utf-8",
    }
}

/// The address of an asset, with its version: `/assets/app.css?v=1a2b3c…`.
#[must_use]
pub(crate) fn url(name: &str) -> String {
    match ASSETS.get(name) {
        Some(asset) => format!("/assets/{name}?v={}", asset.tag),
        None => format!("/assets/{name}"),
    }
}

/// Serves an asset. With its version in the address it may be kept for ever; without, it is asked for each time.
pub(crate) fn serve(name: &str, versioned: bool, headers: &HeaderMap) -> Option<Response> {
    let asset = ASSETS.get(name)?;
    let tag = format!("\"{}\"", asset.tag);
    let known = headers.get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let answer = if known.is_some_and(|known| known.split(',').any(|one| one.trim() == tag)) {
        Response::empty(StatusCode::NOT_MODIFIED)
    } else {
        Response::of(asset.kind, asset.bytes.clone())
    };
    let keep = if versioned { "public, max-age=31536000, immutable" } else { "public, no-cache" };
    Some(answer.with_header(ETAG, &tag).with_header(CACHE_CONTROL, keep))
}
