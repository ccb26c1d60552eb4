//! The one place that sets the headers of people's files (C4, MSG-A5): what a browser may show is on a short list, all else is
//! a download, and nothing runs. Ranges and tags of the bytes are answered here too (MSG-A3, MSG-B22).

use bytes::Bytes;
use http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE,
    CONTENT_SECURITY_POLICY, ETAG, IF_NONE_MATCH, IF_RANGE, RANGE,
};
use http::{HeaderMap, StatusCode};
use messenger::{AttachmentOf, FileKind, FileLook, FileName};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use store::{CHUNK_BYTES, ReadTx};

use crate::response::Response;

/// What stands as it is in `filename*` (RFC 8187).
const PLAIN: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What of a file an answer needs, read together with the right to it.
#[derive(Debug)]
pub(crate) struct AttachmentResponse {
    name: FileName,
    kind: FileKind,
    size: u64,
    tag: String,
}

/// Which bytes are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) from: u64,
    /// The first one that is not.
    pub(crate) until: u64,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Whole,
    Part(Part),
    Nothing,
}

impl AttachmentResponse {
    pub(crate) fn of<'t>(tx: &ReadTx<'t>, proof: &AttachmentOf<'t>) -> Result<Self, store::Error> {
        let digest = proof.digest(tx)?;
        let tag = digest.iter().take(16).fold(String::from("\""), |mut tag, byte| {
            use std::fmt::Write as _;
            // Writing to a String cannot fail.
            let _ = write!(tag, "{byte:02x}");
            tag
        }) + "\"";
        Ok(Self { name: proof.attachment().name.clone(), kind: proof.kind(), size: proof.size(), tag })
    }

    /// The answer without its bytes, and which bytes it promises. `keep` asks for a download of what could be shown.
    pub(crate) fn answer(&self, asked: &HeaderMap, keep: bool) -> (Response, Option<Part>) {
        let header = |name| asked.get(name).and_then(|value: &http::HeaderValue| value.to_str().ok());
        if header(IF_NONE_MATCH).is_some_and(|tags| self.is_among(tags)) {
            return (self.dress(Response::empty(StatusCode::NOT_MODIFIED), keep), None);
        }
        // A part of other bytes than the client has is of no use to it.
        let same = header(IF_RANGE).is_none_or(|tag| tag.trim() == self.tag);
        let wanted = match header(RANGE) {
            Some(range) if same => wanted(range, self.size),
            Some(_) | None => Wanted::Whole,
        };
        let (status, part) = match wanted {
            Wanted::Whole => (StatusCode::OK, Part { from: 0, until: self.size }),
            Wanted::Part(part) => (StatusCode::PARTIAL_CONTENT, part),
            Wanted::Nothing => {
                let answer = Response::empty(StatusCode::RANGE_NOT_SATISFIABLE);
                let answer = answer.with_header(CONTENT_RANGE, &format!("bytes */{}", self.size));
                return (self.dress(answer, keep), None);
            }
        };
        let mut answer = Response::of(self.kind.mime(), Bytes::new()).with_status(status);
        if status == StatusCode::PARTIAL_CONTENT {
            let range = format!("bytes {}-{}/{}", part.from, part.until - 1, self.size);
            answer = answer.with_header(CONTENT_RANGE, &range);
        }
        let answer = answer.with_header(CONTENT_LENGTH, &(part.until - part.from).to_string());
        (self.dress(answer, keep), Some(part))
    }

    fn is_among(&self, tags: &str) -> bool {
        tags.split(',').map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == self.tag)
    }

    fn dress(&self, answer: Response, keep: bool) -> Response {
        let look = if keep { FileLook::Download } else { self.kind.look() };
        let (shown, policy) = match look {
            FileLook::Download => ("attachment", "sandbox; default-src 'none'; frame-ancestors 'none'"),
            // What browsers make of a bare picture or film is a page of theirs, with a style of theirs.
            FileLook::Picture => (
                "inline",
                "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'",
            ),
            FileLook::Sound | FileLook::Video => (
                "inline",
                "sandbox; default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'",
            ),
            // A sandbox keeps browsers from opening their own reader of PDF, which is a sandbox itself.
            FileLook::Document => (
                "inline",
                "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'",
            ),
        };
        answer
            .with_header(CONTENT_DISPOSITION, &disposition(shown, self.name.as_str()))
            .with_header(CONTENT_SECURITY_POLICY, policy)
            .with_header(CACHE_CONTROL, "private, no-cache")
            .with_header(ETAG, &self.tag)
            .with_header(ACCEPT_RANGES, "bytes")
    }
}

/// The header that names a file: plain letters for old clients, the name itself for all others.
fn disposition(shown: &str, name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|sign| if sign.is_ascii_alphanumeric() || "-._ ()".contains(sign) { sign } else { '_' })
        .collect();
    format!("{shown}; filename=\"{plain}\"; filename*=UTF-8''{}", utf8_percent_encode(name, &PLAIN))
}

/// Reads the header of ranges: the first of many, and what is no range of bytes is as good as none (MSG-B22).
fn wanted(header: &str, size: u64) -> Wanted {
    let Some(ranges) = header.trim().strip_prefix("bytes=") else { return Wanted::Whole };
    let first = ranges.split(',').next().unwrap_or_default().trim();
    let Some((from, to)) = first.split_once('-') else { return Wanted::Whole };
    let number = |text: &str| -> Option<u64> {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        // What is longer than any number is behind any end.
        digits.then(|| text.parse().unwrap_or(u64::MAX))
    };
    match (number(from), number(to)) {
        (Some(from), None) if to.is_empty() && from < size => Wanted::Part(Part { from, until: size }),
        (Some(from), Some(to)) if from > to => Wanted::Whole,
        (Some(from), Some(to)) if from < size => {
            Wanted::Part(Part { from, until: to.saturating_add(1).min(size) })
        }
        (None, Some(last)) if from.is_empty() && last > 0 => {
            Wanted::Part(Part { from: size.saturating_sub(last), until: size })
        }
        (Some(_), None) if !to.is_empty() => Wanted::Whole,
        (None, None) => Wanted::Whole,
        (None, Some(_)) if !from.is_empty() => Wanted::Whole,
        (Some(_) | None, Some(_)) | (Some(_), None) => Wanted::Nothing,
    }
}

impl Part {
    /// The chunk with the next byte, and where in it the part begins and ends.
    pub(crate) fn chunk(self) -> Option<(u32, std::ops::Range<usize>)> {
        if self.from >= self.until {
            return None;
        }
        let size = CHUNK_BYTES as u64;
        let n = self.from / size;
        let begins = usize::try_from(self.from % size).ok()?;
        let ends = usize::try_from((self.until - n * size).min(size)).ok()?;
        Some((u32::try_from(n).ok()?, begins..ends))
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, Wanted, disposition, wanted};

    #[test]
    fn one_range_is_answered_and_what_lies_behind_the_end_is_not() {
        // MSG-B22
        let part = |from, until| Wanted::Part(Part { from, until });
        for (header, expected) in [
            ("bytes=0-", part(0, 100)),
            ("bytes=0-0", part(0, 1)),
            ("bytes=10-19", part(10, 20)),
            ("bytes=90-1000", part(90, 100)),
            ("bytes=99-", part(99, 100)),
            ("bytes=-1", part(99, 100)),
            ("bytes=-1000", part(0, 100)),
            ("bytes=0-9,20-29", part(0, 10)),
            ("bytes=0-9,0-9,0-9", part(0, 10)),
            ("bytes=0-99999999999999999999999", part(0, 100)),
            ("bytes=100-", Wanted::Nothing),
            ("bytes=100-200", Wanted::Nothing),
            ("bytes=-0", Wanted::Nothing),
            ("bytes=99999999999999999999999-", Wanted::Nothing),
            ("bytes=9-0", Wanted::Whole),
            ("bytes=", Wanted::Whole),
            ("bytes=-", Wanted::Whole),
            ("bytes=a-b", Wanted::Whole),
            ("bytes=1-b", Wanted::Whole),
            ("bytes=a-1", Wanted::Whole),
            ("bytes=+1-2", Wanted::Whole),
            ("lines=1-2", Wanted::Whole),
            ("", Wanted::Whole),
        ] {
            assert_eq!(wanted(header, 100), expected, "{header}");
        }
    }

    #[test]
    fn a_part_is_read_chunk_by_chunk() {
        // MSG-A3
        let mut part = Part { from: 65_530, until: 131_080 };
        let mut read = Vec::new();
        while let Some((n, range)) = part.chunk() {
            part.from += range.len() as u64;
            read.push((n, range));
        }
        assert_eq!(read, [(0, 65_530..65_536), (1, 0..65_536), (2, 0..8)]);
    }

    #[test]
    fn a_name_is_told_to_every_client() {
        assert_eq!(
            disposition("attachment", "Доклад \"1\".pdf"),
            "attachment; filename=\"______ _1_.pdf\"; \
             filename*=UTF-8''%D0%94%D0%BE%D0%BA%D0%BB%D0%B0%D0%B4%20%221%22.pdf"
        );
    }
}
