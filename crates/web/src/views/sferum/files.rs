//! Files of messages as pages show them.

use messenger::{Attachment, ConversationId, FileLook, Thumb};

use crate::views::size_words;
use crate::words::{Words, say};

/// The longest side of a picture in a bubble, in pixels of the page.
const SIDE: u32 = 280;
/// A picture without a small one is shown itself up to this size; a larger one waits to be opened.
const SHOWN_WHOLE: u64 = 1024 * 1024;

/// A file in a bubble or in a list.
pub(crate) struct FileView {
    /// What the template draws: `picture`, `sound`, `video`, `document` or `download`.
    pub(crate) look: &'static str,
    pub(crate) name: String,
    /// «2,4 МБ», of a voice note its length.
    pub(crate) note: String,
    pub(crate) href: String,
    /// The picture that stands for the file.
    pub(crate) src: String,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

impl FileView {
    pub(crate) fn of(chat: ConversationId, seq: i64, file: &Attachment) -> Self {
        let href = format!("/sferum/{chat}/{seq}/files/{}", file.n);
        let sides = file.thumb.map(|Thumb { width, height, .. }| (width, height));
        let shown = sides.or_else(|| file.sides.filter(|_| file.size <= SHOWN_WHOLE));
        let (width, height) = shown.map_or((0, 0), fit);
        let size = size_words(file.size);
        let (look, note) = match (file.kind.look(), file.voice_ms) {
            (FileLook::Sound | FileLook::Video, Some(ms)) => ("sound", length_words(ms)),
            (FileLook::Picture, _) if shown.is_some() => ("picture", size),
            (FileLook::Sound, None) => ("sound", size),
            (FileLook::Video, None) => ("video", size),
            (FileLook::Picture | FileLook::Document, _) => ("document", size),
            (FileLook::Download, _) => ("download", size),
        };
        let name = match file.voice_ms {
            Some(_) => say("file-voice"),
            None => file.name.as_str().to_owned(),
        };
        let src = if file.thumb.is_some() { format!("{href}/thumb") } else { href.clone() };
        Self { look, name, note, href, src, width, height }
    }
}

/// Width and height in the page, so that nothing moves when the picture comes.
fn fit((width, height): (u32, u32)) -> (u32, u32) {
    let longest = width.max(height).max(1);
    let scaled = |side: u32| {
        let side = u64::from(side) * u64::from(SIDE) / u64::from(longest);
        u32::try_from(side).unwrap_or(SIDE).max(1)
    };
    if longest <= SIDE { (width, height) } else { (scaled(width), scaled(height)) }
}

/// «1:07».
fn length_words(ms: u32) -> String {
    let seconds = ms.div_ceil(1000);
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// What stands for the text of a message that is only files.
pub(crate) fn text_or_file(text: &str) -> String {
    if text.is_empty() { say("chat-file") } else { text.to_owned() }
}

/// «До 25 МБ.»
pub(crate) fn largest_words(most: u64) -> String {
    Words::of("attach-hint").with("most", size_words(most)).say()
}

#[cfg(test)]
mod tests {
    use super::{fit, length_words};

    #[test]
    fn a_picture_keeps_its_shape() {
        for (sides, shown) in [
            ((100, 50), (100, 50)),
            ((640, 480), (280, 210)),
            ((480, 640), (210, 280)),
            ((1024, 1), (280, 1)),
            ((1, 1), (1, 1)),
        ] {
            assert_eq!(fit(sides), shown, "{sides:?}");
        }
        assert_eq!([1, 999, 61_000, 3_600_000].map(length_words), ["0:01", "0:01", "1:01", "60:00"]);
    }
}
