//! WebP: chunks that draw are kept; Exif and XMP, which may stand at the end, go.

use super::exif::{Turn, turned};
use super::{Pieces, Plan, Source, Unread};

const DRAWING: [&[u8; 4]; 7] = [b"VP8X", b"VP8 ", b"VP8L", b"ANIM", b"ANMF", b"ALPH", b"ICCP"];
/// The flags of VP8X that say what else there is.
const HAS_EXIF: u8 = 0x08;
const HAS_XMP: u8 = 0x04;

struct Chunk {
    name: [u8; 4],
    at: u64,
    length: u64,
    end: u64,
}

pub(super) fn plan(source: &mut Source<'_>) -> Result<Plan, Unread> {
    let head = source.bytes(0, 12)?;
    if &head[..4] != b"RIFF" || &head[8..] != b"WEBP" {
        return Err(Unread::Broken);
    }
    let claimed = 8 + u64::from(u32::from_le_bytes([head[4], head[5], head[6], head[7]]));
    if claimed > source.size() {
        return Err(Unread::Broken);
    }
    let chunks = chunks(source, claimed)?;
    let first = chunks.first().ok_or(Unread::Broken)?;
    let extended = &first.name == b"VP8X";
    let turn = if extended { turn_of(source, &chunks)? } else { None };
    let (width, height) = sides_of(source, first)?.ok_or(Unread::Broken)?;
    let mut pieces = Pieces::default();
    for chunk in chunks.iter().filter(|chunk| DRAWING.iter().any(|name| **name == chunk.name)) {
        if &chunk.name == b"VP8X" {
            let old = source.bytes(chunk.at + 8, 1)?[0];
            let new = (old & !(HAS_EXIF | HAS_XMP)) | if turn.is_some() { HAS_EXIF } else { 0 };
            if new != old {
                pieces.keep(chunk.at..chunk.at + 8)?;
                pieces.put(vec![new]);
                pieces.keep(chunk.at + 9..chunk.end)?;
                continue;
            }
        }
        pieces.keep(chunk.at..chunk.end)?;
    }
    if let Some(turn) = turn {
        let put = exif_chunk(turn);
        let from = source.size().saturating_sub(put.len() as u64);
        let at_end = chunks.last().is_some_and(|chunk| chunk.at == from && chunk.end == source.size());
        if at_end && source.bytes(from, put.len())? == put {
            pieces.keep(from..source.size())?;
        } else {
            pieces.put(put);
        }
    }
    let mut plan = Plan { pieces: pieces.list, width: 0, height: 0 };
    (plan.width, plan.height) = turned(turn, width, height);
    let size = u32::try_from(plan.size() + 4).map_err(|_| Unread::Broken)?;
    if size.to_le_bytes() == head[4..8] && plan.pieces == [super::Piece::Keep(12..claimed)] {
        plan.pieces = vec![super::Piece::Keep(0..claimed)];
    } else {
        let riff = [b"RIFF", size.to_le_bytes().as_slice(), b"WEBP"].concat();
        plan.pieces.insert(0, super::Piece::Put(riff));
    }
    Ok(plan)
}

fn chunks(source: &mut Source<'_>, end_of_file: u64) -> Result<Vec<Chunk>, Unread> {
    let mut chunks = Vec::new();
    let mut at = 12;
    while at < end_of_file {
        let head = source.bytes(at, 8)?;
        let length = u64::from(u32::from_le_bytes([head[4], head[5], head[6], head[7]]));
        let end = at + 8 + length + length % 2;
        if end > end_of_file || chunks.len() > 10_000 {
            return Err(Unread::Broken);
        }
        chunks.push(Chunk { name: [head[0], head[1], head[2], head[3]], at, length, end });
        at = end;
    }
    Ok(chunks)
}

/// Width and height by the first chunk, which is one of three.
fn sides_of(source: &mut Source<'_>, first: &Chunk) -> Result<Option<(u32, u32)>, Unread> {
    let wanted = if &first.name == b"VP8L" { 5 } else { 10 };
    if first.length < wanted as u64 {
        return Ok(None);
    }
    let head = source.bytes(first.at + 8, wanted)?;
    let three = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], 0]) + 1;
    let two = |at: usize| u32::from(u16::from_le_bytes([head[at], head[at + 1]]) & 0x3FFF);
    Ok(match &first.name {
        b"VP8X" => Some((three(4), three(7))),
        b"VP8 " if head[3..6] == [0x9D, 0x01, 0x2A] => Some((two(6), two(8))),
        b"VP8L" if head[0] == 0x2F => {
            let bits = u32::from_le_bytes([head[1], head[2], head[3], head[4]]);
            Some(((bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1))
        }
        _ => None,
    })
}

fn turn_of(source: &mut Source<'_>, chunks: &[Chunk]) -> Result<Option<Turn>, Unread> {
    let Some(exif) = chunks.iter().find(|chunk| &chunk.name == b"EXIF") else { return Ok(None) };
    let block = source.bytes(exif.at + 8, usize::try_from(exif.length.min(65_536)).unwrap_or(0))?;
    // Some programs write the head of a JPEG's segment before the block.
    Ok(Turn::find(block.strip_prefix(b"Exif\0\0").unwrap_or(&block)))
}

fn exif_chunk(turn: Turn) -> Vec<u8> {
    let tiff = turn.tiff();
    let mut chunk =
        [b"EXIF", u32::try_from(tiff.len()).unwrap_or(0).to_le_bytes().as_slice(), &tiff].concat();
    if tiff.len() % 2 == 1 {
        chunk.push(0);
    }
    chunk
}
