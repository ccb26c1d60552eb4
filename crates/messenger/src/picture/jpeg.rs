//! JPEG: segments of known use are kept, everything behind the end goes.

use super::exif::{Turn, turned};
use super::{Piece, Pieces, Plan, Source, Unread};

const EXIF: &[u8] = b"Exif\0\0";

pub(super) fn plan(source: &mut Source<'_>) -> Result<Plan, Unread> {
    if source.bytes(0, 2)? != [0xFF, 0xD8] {
        return Err(Unread::Broken);
    }
    let mut pieces = Pieces::default();
    let mut turn = None;
    let mut sides = None;
    let mut at = 2;
    loop {
        let Some((marker, after)) = marker(source, at)? else {
            // Broken off in the middle of the picture: what is there can be seen.
            break;
        };
        match marker {
            0xD9 => {
                pieces.keep(at..after)?;
                break;
            }
            0x01 | 0xD0..=0xD7 => {
                pieces.keep(at..after)?;
                at = after;
            }
            0x00 | 0xD8 | 0xFF => return Err(Unread::Broken),
            _ => {
                let length = source.bytes(after, 2)?;
                let length = u64::from(u16::from_be_bytes([length[0], length[1]]));
                let end = after + length;
                if length < 2 || end > source.size() {
                    return Err(Unread::Broken);
                }
                let head = source.bytes(after + 2, usize::try_from(length - 2).unwrap_or(0).min(12))?;
                if marker == 0xE1 && head.starts_with(EXIF) && turn.is_none() {
                    let tiff = source.bytes(after + 8, usize::try_from(length - 8).unwrap_or(0))?;
                    turn = Turn::find(&tiff);
                }
                if is_frame(marker) && sides.is_none() {
                    sides = sides_of(&head);
                }
                if is_kept(marker, &head) {
                    pieces.keep(at..end)?;
                }
                at = end;
                if marker == 0xDA {
                    at = end_of_scan(source, end)?;
                    pieces.keep(end..at)?;
                }
            }
        }
    }
    let (width, height) = sides.ok_or(Unread::Broken)?;
    let (width, height) = turned(turn, width, height);
    Ok(Plan { pieces: begun(pieces, turn, source)?, width, height })
}

/// The beginning: the mark of a JPEG, and how it is turned. A file that begins so already is kept.
fn begun(pieces: Pieces, turn: Option<Turn>, source: &mut Source<'_>) -> Result<Vec<Piece>, Unread> {
    let mut head = vec![0xFF, 0xD8];
    if let Some(turn) = turn {
        let block = [EXIF, &turn.tiff()].concat();
        head.extend([0xFF, 0xE1]);
        head.extend(u16::try_from(block.len() + 2).unwrap_or(u16::MAX).to_be_bytes());
        head.extend(block);
    }
    let size = head.len() as u64;
    let same = source.size() >= size && source.bytes(0, head.len())? == head;
    let mut pieces = pieces.list;
    match pieces.first_mut() {
        Some(Piece::Keep(range)) if same && range.start == size => range.start = 0,
        _ => pieces.insert(0, Piece::Put(head)),
    }
    Ok(pieces)
}

/// The marker at a place and where it ends; any number of fill bytes may precede it.
fn marker(source: &mut Source<'_>, at: u64) -> Result<Option<(u8, u64)>, Unread> {
    let mut next = at;
    let mut fill = 0;
    loop {
        let Some(byte) = source.rest_of_chunk(next)?.first().copied() else { return Ok(None) };
        next += 1;
        match byte {
            0xFF if fill < 64 => fill += 1,
            _ if fill == 0 || byte == 0xFF => return Err(Unread::Broken),
            _ => return Ok(Some((byte, next))),
        }
    }
}

/// Where the coded picture ends: at the next marker that is none of its own.
fn end_of_scan(source: &mut Source<'_>, from: u64) -> Result<u64, Unread> {
    let mut at = from;
    loop {
        let Some(found) = source.find(0xFF, at)? else { return Ok(source.size()) };
        match source.rest_of_chunk(found + 1)?.first().copied() {
            None => return Ok(source.size()),
            Some(0x00 | 0xD0..=0xD7) => at = found + 2,
            Some(0xFF) => at = found + 1,
            Some(_) => return Ok(found),
        }
    }
}

const fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xC0..=0xCF) && !matches!(marker, 0xC4 | 0xC8 | 0xCC)
}

/// Height and width stand behind the precision.
fn sides_of(head: &[u8]) -> Option<(u32, u32)> {
    let side = |at: usize| Some(u32::from(u16::from_be_bytes([*head.get(at)?, *head.get(at + 1)?])));
    Some((side(3)?, side(1)?))
}

/// Tables, frames and scans; of the applications' segments the density, the colours and Adobe's word on them.
fn is_kept(marker: u8, head: &[u8]) -> bool {
    match marker {
        0xE0 => head.starts_with(b"JFIF\0"),
        0xE2 => head.starts_with(b"ICC_PROFILE\0"),
        0xEE => head.starts_with(b"Adobe"),
        0xE1 | 0xE3..=0xED | 0xEF | 0xFE => false,
        0xC0..=0xCF | 0xDA..=0xDF => true,
        _ => false,
    }
}
