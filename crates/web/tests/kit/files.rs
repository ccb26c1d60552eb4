//! Bringing files as scripts do.

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use store::CHUNK_BYTES;
use testkit::{Browser, Page};

use super::socket::field;

/// What must not be found in a picture any more.
pub const SECRET: &[u8] = b"55.7558 N 37.6173 E";

/// The digest of bytes as scripts send it.
pub fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An answer's JSON.
pub fn json(page: &Page) -> Value {
    serde_json::from_str(&page.body).unwrap_or_else(|_| panic!("{} {}", page.status, page.body))
}

/// The number of a chat.
pub fn conv(chat: &str) -> &str {
    chat.rsplit('/').next().unwrap()
}

/// Declares a file.
pub fn begin(browser: &mut Browser, chat: &str, name: &str, size: usize) -> Page {
    let body = serde_json::json!({ "conv": conv(chat).parse::<i64>().unwrap(), "name": name, "size": size });
    browser.post_json("/files", &body.to_string())
}

/// Sends a part.
pub fn put(browser: &mut Browser, file: i64, n: usize, bytes: &[u8]) -> Page {
    let digest = hex(bytes);
    browser.post_bytes(&format!("/files/{file}/parts/{n}"), &[("X-Zvonok-Digest", &digest)], bytes)
}

/// Ends an upload.
pub fn finish(browser: &mut Browser, file: i64, content: &[u8]) -> Page {
    browser.post_json(&format!("/files/{file}/finish"), &format!(r#"{{"sha256":"{}"}}"#, hex(content)))
}

/// Brings a file whole; its number.
pub fn bring(browser: &mut Browser, chat: &str, name: &str, content: &[u8]) -> i64 {
    let begun = json(&begin(browser, chat, name, content.len()));
    let file = begun["id"].as_i64().unwrap();
    for (n, part) in content.chunks(CHUNK_BYTES).enumerate() {
        assert_eq!(put(browser, file, n, part).status, 204);
    }
    let done = finish(browser, file, content);
    assert_eq!(json(&done)["ready"], true, "{}", done.body);
    file
}

/// Sends files with a message; its number.
pub fn send(browser: &mut Browser, chat: &str, files: &[i64]) -> i64 {
    let cid = field(&browser.get(chat).body, "cid");
    let body = serde_json::json!({
        "t": "send", "re": 1, "conv": conv(chat).parse::<i64>().unwrap(), "cid": cid, "text": "", "files": files
    });
    let said = json(&browser.post_json("/live/command", &body.to_string()));
    said["seq"].as_i64().unwrap_or_else(|| panic!("{said}"))
}

/// A picture with a place in it.
pub fn jpeg() -> Vec<u8> {
    let exif = [b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0".as_slice(), SECRET].concat();
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    let frame = [0xFF, 0xC0, 0, 8, 8, 0, 40, 0, 60, 0];
    [
        &[0xFF, 0xD8, 0xFF, 0xE1],
        length.as_slice(),
        &exif,
        &frame,
        &[0xFF, 0xDA, 0, 2],
        b"drawn",
        &[0xFF, 0xD9],
    ]
    .concat()
}
