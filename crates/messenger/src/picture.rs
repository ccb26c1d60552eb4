//! Pictures and films without what they tell besides: place, device, names (MSG-A6, MSG-N10). The container is written
//! anew from pieces of the old one; nothing is decoded.

mod boxes;
mod exif;
mod items;
mod jpeg;
mod png;
mod source;
mod tracks;
mod webp;

use std::ops::Range;

pub(crate) use source::Source;

use crate::FileKind;

/// What a picture becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// The pieces of the clean file, in order.
    pub(crate) pieces: Vec<Piece>,
    /// Width as shown, turned where the picture says so; zero where no page shows it by its sides.
    pub(crate) width: u32,
    /// Height as shown.
    pub(crate) height: u32,
}

/// A piece of a clean file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// These bytes of the file as it was sent.
    Keep(Range<u64>),
    /// These bytes.
    Put(Vec<u8>),
    /// So many zeros.
    Zeros(u64),
}

/// Why a picture was not read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unread {
    /// It is broken, or made to confuse.
    #[error("the picture is broken")]
    Broken,
    /// The bytes could not be asked for.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// A file with more pieces than any camera makes is made to keep the server busy.
const PIECES: usize = 4096;
/// A film has two for each stretch of a track of places: ten minutes at two hundred a second, days at one.
const FILM_PIECES: usize = 1 << 18;

impl Plan {
    /// How many bytes the clean file has.
    pub(crate) fn size(&self) -> u64 {
        self.pieces.iter().map(Piece::size).sum()
    }

    /// Whether the clean file is the file that was sent.
    pub(crate) fn changes_nothing(&self, size: u64) -> bool {
        self.pieces == [Piece::Keep(0..size)]
    }

    /// The bytes of the clean file from `at` on, at most `most`.
    pub(crate) fn read(&self, source: &mut Source<'_>, at: u64, most: usize) -> Result<Vec<u8>, Unread> {
        let mut read = Vec::with_capacity(most);
        let mut begins = 0;
        for piece in &self.pieces {
            let ends = begins + piece.size();
            let from = (at + read.len() as u64).max(begins);
            if from < ends && read.len() < most {
                let take = usize::try_from(ends - from).unwrap_or(usize::MAX).min(most - read.len());
                let skip = from - begins;
                match piece {
                    Piece::Keep(range) => read.extend(source.bytes(range.start + skip, take)?),
                    Piece::Zeros(_) => read.resize(read.len() + take, 0),
                    Piece::Put(bytes) => {
                        let skip = usize::try_from(skip).unwrap_or(usize::MAX);
                        read.extend(bytes.iter().skip(skip).take(take));
                    }
                }
            }
            begins = ends;
        }
        Ok(read)
    }
}

impl Piece {
    fn size(&self) -> u64 {
        match self {
            Self::Keep(range) => range.end - range.start,
            Self::Put(bytes) => bytes.len() as u64,
            Self::Zeros(count) => *count,
        }
    }
}

/// Pieces as they are found; neighbours become one.
struct Pieces {
    list: Vec<Piece>,
    most: usize,
}

impl Default for Pieces {
    fn default() -> Self {
        Self { list: Vec::new(), most: PIECES }
    }
}

impl Pieces {
    fn keep(&mut self, range: Range<u64>) -> Result<(), Unread> {
        if let Some(Piece::Keep(last)) = self.list.last_mut()
            && last.end == range.start
        {
            last.end = range.end;
            return Ok(());
        }
        if self.list.len() >= self.most {
            return Err(Unread::Broken);
        }
        if !range.is_empty() {
            self.list.push(Piece::Keep(range));
        }
        Ok(())
    }

    /// Puts so many zeros in.
    fn zeros(&mut self, count: u64) -> Result<(), Unread> {
        if self.list.len() >= self.most {
            return Err(Unread::Broken);
        }
        self.list.push(Piece::Zeros(count));
        Ok(())
    }

    /// Puts bytes in; where the file has the very same ones there, it is kept instead, so that a clean file stays itself.
    fn put(&mut self, bytes: Vec<u8>) {
        self.list.push(Piece::Put(bytes));
    }
}

/// Reads the container of a picture or a film; `None` for kinds that are kept as they are.
pub(crate) fn plan(kind: FileKind, source: &mut Source<'_>) -> Result<Option<Plan>, Unread> {
    let plan = match kind {
        FileKind::Jpeg => jpeg::plan(source)?,
        FileKind::Png => png::plan(source)?,
        FileKind::Webp => webp::plan(source)?,
        FileKind::Gif => {
            let head = source.bytes(6, 4)?;
            let side = |at: usize| u32::from(u16::from_le_bytes([head[at], head[at + 1]]));
            Plan { pieces: vec![Piece::Keep(0..source.size())], width: side(0), height: side(2) }
        }
        // Also what no page shows: HEIC and QuickTime are downloads, and their places go all the same.
        FileKind::Mp4 | FileKind::Mp4Audio | FileKind::Other => return boxes::plan(source),
        FileKind::Mp3 | FileKind::Ogg | FileKind::WebmAudio | FileKind::WebmVideo | FileKind::Pdf => {
            return Ok(None);
        }
    };
    if plan.width == 0 || plan.height == 0 {
        return Err(Unread::Broken);
    }
    Ok(Some(plan))
}

/// A small picture, whole: clean, with its width and height.
pub(crate) fn clean(kind: FileKind, bytes: &[u8]) -> Option<(Vec<u8>, u32, u32)> {
    let mut source = Source::of(bytes);
    let plan = plan(kind, &mut source).ok()??;
    let clean = plan.read(&mut source, 0, usize::try_from(plan.size()).ok()?).ok()?;
    Some((clean, plan.width, plan.height))
}

#[cfg(test)]
mod film_tests;
#[cfg(test)]
mod tests;
