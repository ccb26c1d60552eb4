//! What a file is, by its first bytes and never by its name (C4, MSG-B20).

/// The kinds that a page may show; everything else is a download.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// A JPEG picture.
    Jpeg,
    /// A PNG picture.
    Png,
    /// A GIF picture.
    Gif,
    /// A WebP picture.
    Webp,
    /// MP3 sound.
    Mp3,
    /// Ogg sound: Opus or Vorbis.
    Ogg,
    /// WebM without a picture.
    WebmAudio,
    /// WebM video.
    WebmVideo,
    /// MP4 video.
    Mp4,
    /// MP4 without a picture, by its brand.
    Mp4Audio,
    /// A PDF document.
    Pdf,
    /// Anything else: bytes to be kept.
    Other,
}

/// How a page shows a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileLook {
    /// As a picture.
    Picture,
    /// As sound with a player.
    Sound,
    /// As video with a player.
    Video,
    /// In a window of its own.
    Document,
    /// Not at all: it is kept on the reader's device.
    Download,
}

/// How much of a file is looked at.
pub(crate) const HEAD: usize = 4096;

impl FileKind {
    const ALL: [Self; 12] = [
        Self::Jpeg,
        Self::Png,
        Self::Gif,
        Self::Webp,
        Self::Mp3,
        Self::Ogg,
        Self::WebmAudio,
        Self::WebmVideo,
        Self::Mp4,
        Self::Mp4Audio,
        Self::Pdf,
        Self::Other,
    ];

    /// The type that browsers are told; also the word stored.
    #[must_use]
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Mp3 => "audio/mpeg",
            Self::Ogg => "audio/ogg",
            Self::WebmAudio => "audio/webm",
            Self::WebmVideo => "video/webm",
            Self::Mp4 => "video/mp4",
            Self::Mp4Audio => "audio/mp4",
            Self::Pdf => "application/pdf",
            Self::Other => "application/octet-stream",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.mime() == word)
    }

    /// How a page shows it.
    #[must_use]
    pub const fn look(self) -> FileLook {
        match self {
            Self::Jpeg | Self::Png | Self::Gif | Self::Webp => FileLook::Picture,
            Self::Mp3 | Self::Ogg | Self::WebmAudio | Self::Mp4Audio => FileLook::Sound,
            Self::WebmVideo | Self::Mp4 => FileLook::Video,
            Self::Pdf => FileLook::Document,
            Self::Other => FileLook::Download,
        }
    }

    /// What bytes that begin so are.
    #[must_use]
    pub fn of(head: &[u8]) -> Self {
        let has = |text: &[u8]| head.windows(text.len()).any(|part| part == text);
        let at = |from: usize, text: &[u8]| head.get(from..).is_some_and(|rest| rest.starts_with(text));
        if at(0, &[0xFF, 0xD8, 0xFF]) {
            Self::Jpeg
        } else if at(0, b"\x89PNG\r\n\x1a\n") {
            Self::Png
        } else if at(0, b"GIF87a") || at(0, b"GIF89a") {
            Self::Gif
        } else if at(0, b"RIFF") && at(8, b"WEBP") {
            Self::Webp
        } else if at(0, b"%PDF-") {
            Self::Pdf
        } else if at(0, b"OggS") && (at(28, b"OpusHead") || at(28, b"\x01vorbis")) {
            Self::Ogg
        } else if at(0, &[0x1A, 0x45, 0xDF, 0xA3]) && has(b"webm") {
            // The tracks are named at the beginning of what recorders write.
            if has(b"V_VP8") || has(b"V_VP9") || has(b"V_AV1") || !has(b"A_OPUS") && !has(b"A_VORBIS") {
                Self::WebmVideo
            } else {
                Self::WebmAudio
            }
        } else if at(4, b"ftyp") {
            Self::of_brand(head.get(8..12).unwrap_or_default())
        } else if at(0, b"ID3") || is_mp3_frame(head) {
            Self::Mp3
        } else {
            Self::Other
        }
    }

    /// MP4 by its brand; other files of the family (HEIC, QuickTime) are not shown by browsers.
    const fn of_brand(brand: &[u8]) -> Self {
        match brand {
            b"M4A " | b"M4B " => Self::Mp4Audio,
            b"isom" | b"iso2" | b"iso3" | b"iso4" | b"iso5" | b"iso6" | b"mp41" | b"mp42" | b"avc1"
            | b"M4V " | b"MSNV" | b"dash" => Self::Mp4,
            _ => Self::Other,
        }
    }
}

/// A frame of MPEG layer III with a bit rate and a sampling rate that exist.
const fn is_mp3_frame(head: &[u8]) -> bool {
    let [first, second, third, ..] = head else { return false };
    *first == 0xFF
        && *second & 0xE6 == 0xE2
        && *second & 0x18 != 0x08
        && !matches!(*third >> 4, 0 | 15)
        && *third & 0x0C != 0x0C
}

#[cfg(test)]
mod tests {
    use super::FileKind;

    #[test]
    fn a_file_is_what_it_begins_with() {
        // MSG-B20, MSG-A5: what is no picture, sound, video or PDF by its own bytes is a download.
        let padded = |head: &[u8]| [head, &[0; 64]].concat();
        let ogg = |codec: &[u8]| [b"OggS".as_slice(), &[0; 24], codec].concat();
        for (head, mime) in [
            (padded(b"\xFF\xD8\xFF\xE0"), "image/jpeg"),
            (padded(b"\x89PNG\r\n\x1a\n"), "image/png"),
            (padded(b"GIF89a"), "image/gif"),
            (padded(b"RIFF\0\0\0\0WEBPVP8 "), "image/webp"),
            (padded(b"RIFF\0\0\0\0WAVEfmt "), "application/octet-stream"),
            (padded(b"%PDF-1.7"), "application/pdf"),
            (padded(b" %PDF-1.7"), "application/octet-stream"),
            (ogg(b"OpusHead"), "audio/ogg"),
            (ogg(b"\x80theora"), "application/octet-stream"),
            (padded(b"\x1A\x45\xDF\xA3....webm....A_OPUS"), "audio/webm"),
            (padded(b"\x1A\x45\xDF\xA3....webm....V_VP9..A_OPUS"), "video/webm"),
            (padded(b"\x1A\x45\xDF\xA3....matroska"), "application/octet-stream"),
            (padded(b"\0\0\0\x20ftypisom"), "video/mp4"),
            (padded(b"\0\0\0\x20ftypM4A "), "audio/mp4"),
            (padded(b"\0\0\0\x20ftypheic"), "application/octet-stream"),
            (padded(b"\0\0\0\x20ftypqt  "), "application/octet-stream"),
            (padded(b"ID3\x04"), "audio/mpeg"),
            (padded(b"\xFF\xFB\x90\x64"), "audio/mpeg"),
            (padded(b"\xFF\xFE<\0h\0t\0m\0l\0"), "application/octet-stream"),
            (padded(b"<svg xmlns=\"http://www.w3.org/2000/svg\">"), "application/octet-stream"),
            (padded(b"<!doctype html>"), "application/octet-stream"),
            (padded(b"PK\x03\x04"), "application/octet-stream"),
            (padded(b"MZ"), "application/octet-stream"),
            (Vec::new(), "application/octet-stream"),
        ] {
            let kind = FileKind::of(&head);
            assert_eq!(kind.mime(), mime, "{}", String::from_utf8_lossy(&head));
            assert_eq!(FileKind::from_word(mime), Some(kind));
        }
    }
}
