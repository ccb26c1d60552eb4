//! Films and HEIC pictures (ISO 14496-12): what tells where and with what they were made is blotted out in place, so that
//! no length and no offset changes. A box of it becomes `free` and zeros; of a picture's items the bytes become zeros.

use std::ops::Range;

use super::items::private_extents;
use super::tracks::{is_private, samples};
use super::{FILM_PIECES, Piece, Pieces, Plan, Source, Unread};

/// Boxes of a file at most; a film has hundreds.
const BOXES: usize = 10_000;
/// Stretches written over at most; each leaves two pieces of the file.
const BLOTS: usize = FILM_PIECES / 2 - BOXES;
/// Boxes that hold others and may hold what is looked for.
const HOLDERS: [&[u8; 4]; 5] = [b"moov", b"trak", b"mdia", b"moof", b"traf"];
/// Boxes of titles, places, cameras.
const PRIVATE: [&[u8; 4]; 2] = [b"udta", b"meta"];
/// What a file of the family begins with; the others are from before there was `ftyp`.
const FIRST: [&[u8; 4]; 6] = [b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"];
/// Extensions that players need: protection and the times of pieces. Any other one is somebody's own note.
const NEEDED: [[u8; 4]; 3] = [[0xA2, 0x39, 0x4F, 0x52], [0x6D, 0x1D, 0x9B, 0x05], [0xD4, 0x80, 0x7E, 0xF2]];

/// A box: its type, its body, its end is the body's.
#[derive(Clone, Debug)]
pub(super) struct Atom {
    pub(super) name: [u8; 4],
    pub(super) at: u64,
    pub(super) body: Range<u64>,
}

/// Reads the box at a place of its holder.
pub(super) fn read(source: &mut Source<'_>, at: u64, end: u64) -> Result<Atom, Unread> {
    let head = source.bytes(at, 8)?;
    let name = [head[4], head[5], head[6], head[7]];
    let short = u64::from(u32::from_be_bytes([head[0], head[1], head[2], head[3]]));
    let (length, begins) = match short {
        0 => (end - at, at + 8),
        1 => {
            let long = source.bytes(at + 8, 8)?;
            let long = <[u8; 8]>::try_from(long.as_slice()).map_err(|_| Unread::Broken)?;
            (u64::from_be_bytes(long), at + 16)
        }
        short => (short, at + 8),
    };
    let ends = at.checked_add(length).filter(|ends| *ends <= end && begins <= *ends).ok_or(Unread::Broken)?;
    Ok(Atom { name, at, body: begins..ends })
}

/// The boxes of a stretch, in order.
pub(super) fn boxes(source: &mut Source<'_>, within: Range<u64>) -> Result<Vec<Atom>, Unread> {
    let (mut found, mut at) = (Vec::new(), within.start);
    // Some programs end a list of boxes with four zeros.
    while at + 8 <= within.end {
        let one = read(source, at, within.end)?;
        at = one.body.end;
        found.push(one);
        if found.len() > BOXES {
            return Err(Unread::Broken);
        }
    }
    Ok(found)
}

/// What is to be written over.
#[derive(Debug, Default)]
struct Blots(Vec<(Range<u64>, Ink)>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ink {
    Zeros,
    Free,
}

impl Blots {
    fn box_of(&mut self, one: &Atom) {
        self.0.push((one.at + 4..one.at + 8, Ink::Free));
        self.0.push((one.body.clone(), Ink::Zeros));
    }
}

/// How the file becomes clean; `None` when it is none of the family.
pub(super) fn plan(source: &mut Source<'_>) -> Result<Option<Plan>, Unread> {
    if source.size() < 16 || !FIRST.iter().any(|name| source.bytes(4, 4).is_ok_and(|head| head == name[..])) {
        return Ok(None);
    }
    let (whole, mut blots, mut count) = (0..source.size(), Blots::default(), 0);
    for one in boxes(source, whole)? {
        match &one.name {
            b"meta" if is_picture(source, &one)? => {
                let items = private_extents(source, &one)?;
                blots.0.extend(items.into_iter().map(|extent| (extent, Ink::Zeros)));
            }
            // Room that programs leave keeps what stood there before.
            b"free" | b"skip" => blots.0.push((one.body.clone(), Ink::Zeros)),
            _ => look(source, &one, &mut blots, &mut count)?,
        }
    }
    Ok(Some(Plan { pieces: pieces(source, blots)?, width: 0, height: 0 }))
}

/// Whether the box describes pictures, and not a film.
fn is_picture(source: &mut Source<'_>, meta: &Atom) -> Result<bool, Unread> {
    // A full box: its version and flags come first.
    let within = meta.body.start + 4..meta.body.end;
    if within.start > within.end {
        return Err(Unread::Broken);
    }
    let Some(first) = boxes(source, within)?.into_iter().find(|one| &one.name == b"hdlr") else {
        return Ok(false);
    };
    Ok(first.body.end - first.body.start >= 12 && source.bytes(first.body.start + 8, 4)? == b"pict")
}

fn look(source: &mut Source<'_>, one: &Atom, blots: &mut Blots, count: &mut usize) -> Result<(), Unread> {
    *count += 1;
    if *count > BOXES {
        return Err(Unread::Broken);
    }
    if PRIVATE.iter().any(|name| **name == one.name) {
        blots.box_of(one);
    } else if &one.name == b"trak" && is_private(source, one)? {
        blots.box_of(one);
        match samples(source, one) {
            Ok(found) if blots.0.len() + found.len() <= BLOTS => {
                blots.0.extend(found.into_iter().map(|extent| (extent, Ink::Zeros)));
            }
            // The film is to lose its other notes all the same: what nothing points at any more is not played.
            Ok(_) | Err(Unread::Broken) => {}
            Err(error) => return Err(error),
        }
    } else if &one.name == b"uuid" {
        let id = source.bytes(one.body.start, 4)?;
        if !NEEDED.iter().any(|needed| needed[..] == id) {
            blots.box_of(one);
        }
    } else if [b"mvhd", b"tkhd", b"mdhd"].iter().any(|name| **name == one.name) {
        // When it was made and last changed.
        let times = if source.bytes(one.body.start, 1)? == [1] { 16 } else { 8 };
        let from = one.body.start + 4;
        if from + times > one.body.end {
            return Err(Unread::Broken);
        }
        blots.0.push((from..from + times, Ink::Zeros));
    } else if HOLDERS.iter().any(|name| **name == one.name) {
        for inner in boxes(source, one.body.clone())? {
            look(source, &inner, blots, count)?;
        }
    }
    Ok(())
}

/// The file in pieces, with the blots on it; a stretch that is clean already stays as it is.
fn pieces(source: &mut Source<'_>, mut blots: Blots) -> Result<Vec<Piece>, Unread> {
    blots.0.sort_by_key(|(range, _)| (range.start, range.end));
    let (mut pieces, mut at) = (Pieces { most: FILM_PIECES, ..Pieces::default() }, 0);
    for (range, ink) in blots.0 {
        let from = range.start.max(at);
        if from >= range.end || (ink == Ink::Free && from > range.start) {
            continue;
        }
        pieces.keep(at..from)?;
        match ink {
            Ink::Free => pieces.put(b"free".to_vec()),
            Ink::Zeros if source.is_zero(from..range.end)? => pieces.keep(from..range.end)?,
            Ink::Zeros => pieces.zeros(range.end - from)?,
        }
        at = range.end;
    }
    pieces.keep(at..source.size())?;
    Ok(pieces.list)
}
