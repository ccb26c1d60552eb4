//! PNG: chunks that draw are kept, texts, times and Exif go.

use super::exif::{Turn, turned};
use super::{Pieces, Plan, Source, Unread};

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
const DRAWING: [&[u8; 4]; 18] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP",
    b"bKGD", b"hIST", b"pHYs", b"sPLT", b"acTL", b"fcTL", b"fdAT",
];

pub(super) fn plan(source: &mut Source<'_>) -> Result<Plan, Unread> {
    if source.bytes(0, 8)? != SIGNATURE {
        return Err(Unread::Broken);
    }
    let chunks = chunks(source)?;
    let turn = turn_of(source, &chunks)?;
    let mut pieces = Pieces::default();
    pieces.keep(0..8)?;
    let mut sides = None;
    for chunk in &chunks {
        if sides.is_none() {
            if &chunk.name != b"IHDR" || chunk.length != 13 {
                return Err(Unread::Broken);
            }
            let head = source.bytes(chunk.at + 8, 8)?;
            let side = |at: usize| u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
            sides = Some((side(0), side(4)));
            pieces.keep(chunk.at..chunk.end)?;
            if let Some(turn) = turn {
                let put = exif_chunk(turn);
                let next = chunk.end..chunk.end + put.len() as u64;
                // A clean file has the very same bytes here.
                if next.end <= source.size() && source.bytes(next.start, put.len())? == put {
                    pieces.keep(next)?;
                } else {
                    pieces.put(put);
                }
            }
        } else if DRAWING.iter().any(|name| **name == chunk.name) {
            pieces.keep(chunk.at..chunk.end)?;
        } else if chunk.name[0].is_ascii_uppercase() {
            // Nobody may show a picture with a critical chunk that they do not know.
            return Err(Unread::Broken);
        }
    }
    let (width, height) = sides.ok_or(Unread::Broken)?;
    let (width, height) = turned(turn, width, height);
    Ok(Plan { pieces: pieces.list, width, height })
}

struct Chunk {
    name: [u8; 4],
    at: u64,
    length: u64,
    end: u64,
}

/// The chunks down to the last one; what stands behind it is no part of the picture.
fn chunks(source: &mut Source<'_>) -> Result<Vec<Chunk>, Unread> {
    let mut chunks = Vec::new();
    let mut at = 8;
    while at < source.size() {
        let head = source.bytes(at, 8)?;
        let length = u64::from(u32::from_be_bytes([head[0], head[1], head[2], head[3]]));
        let name = [head[4], head[5], head[6], head[7]];
        let end = at + 12 + length;
        if end > source.size() || !name.iter().all(u8::is_ascii_alphabetic) {
            return Err(Unread::Broken);
        }
        chunks.push(Chunk { name, at, length, end });
        // Enough for a long picture in small chunks, and for nothing else.
        if &name == b"IEND" {
            return Ok(chunks);
        }
        if chunks.len() > 100_000 {
            break;
        }
        at = end;
    }
    Err(Unread::Broken)
}

fn turn_of(source: &mut Source<'_>, chunks: &[Chunk]) -> Result<Option<Turn>, Unread> {
    let Some(exif) = chunks.iter().find(|chunk| &chunk.name == b"eXIf") else { return Ok(None) };
    // The first directory stands at the beginning; a large block is not read whole.
    let tiff = source.bytes(exif.at + 8, usize::try_from(exif.length.min(65_536)).unwrap_or(0))?;
    Ok(Turn::find(&tiff))
}

fn exif_chunk(turn: Turn) -> Vec<u8> {
    let tiff = turn.tiff();
    let body = [b"eXIf", tiff.as_slice()].concat();
    let mut chunk = u32::try_from(tiff.len()).unwrap_or(0).to_be_bytes().to_vec();
    let sum = crc(&body);
    chunk.extend(body);
    chunk.extend(sum.to_be_bytes());
    chunk
}

/// The check sum of PNG; of a few bytes, so no table is needed.
pub(super) fn crc(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 };
        }
    }
    !sum
}
