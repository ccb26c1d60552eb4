//! The items of a HEIC or AVIF picture that are none: Exif, XMP, and what else is told beside the picture.

use std::collections::HashSet;
use std::ops::Range;

use super::boxes::{Atom, boxes};
use super::{Source, Unread};

/// Items and their pieces at most.
const MOST: usize = 1024;
/// The most bytes of the lists of items that are read.
const LIST_BYTES: u64 = 1024 * 1024;

/// A list read from its beginning.
struct Reader {
    bytes: Vec<u8>,
    at: usize,
}

impl Reader {
    fn of(source: &mut Source<'_>, one: &Atom) -> Result<Self, Unread> {
        let length = one.body.end - one.body.start;
        if length > LIST_BYTES {
            return Err(Unread::Broken);
        }
        let count = usize::try_from(length).map_err(|_| Unread::Broken)?;
        Ok(Self { bytes: source.bytes(one.body.start, count)?, at: 0 })
    }

    /// A number of so many bytes, at most eight.
    fn number(&mut self, bytes: usize) -> Result<u64, Unread> {
        let end = self.at.checked_add(bytes).ok_or(Unread::Broken)?;
        let part = self.bytes.get(self.at..end).filter(|_| bytes <= 8).ok_or(Unread::Broken)?;
        self.at = end;
        Ok(part.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }
}

/// Where the bytes of Exif, XMP and other notes lie in the file.
pub(super) fn private_extents(source: &mut Source<'_>, meta: &Atom) -> Result<Vec<Range<u64>>, Unread> {
    let inner = boxes(source, meta.body.start + 4..meta.body.end)?;
    let find = |name: &[u8; 4]| inner.iter().find(|one| &one.name == name);
    let (Some(infos), Some(places)) = (find(b"iinf"), find(b"iloc")) else { return Ok(Vec::new()) };
    let private = private_items(source, infos)?;
    let data = find(b"idat").map(|one| one.body.clone());
    extents(source, places, &private, data)
}

/// The numbers of items that hold notes and no picture.
fn private_items(source: &mut Source<'_>, infos: &Atom) -> Result<HashSet<u64>, Unread> {
    let version = source.bytes(infos.body.start, 1)?[0];
    let count = if version == 0 { 2 } else { 4 };
    let mut private = HashSet::new();
    let listed = boxes(source, infos.body.start + 4 + count..infos.body.end)?;
    if listed.len() > MOST {
        return Err(Unread::Broken);
    }
    for one in listed.iter().filter(|one| &one.name == b"infe") {
        let mut reader = Reader::of(source, one)?;
        let version = reader.number(1)?;
        reader.number(3)?;
        if version < 2 {
            continue;
        }
        let item = reader.number(if version == 2 { 2 } else { 4 })?;
        reader.number(2)?;
        let kind = reader.number(4)?.to_be_bytes();
        // `mime` is XMP in every camera, and nothing that draws; `uri ` are makers' own notes.
        if [b"Exif", b"mime", b"uri "].iter().any(|name| kind[4..] == name[..]) {
            private.insert(item);
        }
    }
    Ok(private)
}

fn extents(
    source: &mut Source<'_>,
    places: &Atom,
    private: &HashSet<u64>,
    data: Option<Range<u64>>,
) -> Result<Vec<Range<u64>>, Unread> {
    let mut reader = Reader::of(source, places)?;
    let version = reader.number(1)?;
    reader.number(3)?;
    let (first, second) = (reader.number(1)?, reader.number(1)?);
    let size = |nibble: u64| usize::try_from(nibble & 15).unwrap_or(0);
    let (offset, length, base) = (size(first >> 4), size(first), size(second >> 4));
    let index = if version == 0 { 0 } else { size(second) };
    let wide = if version < 2 { 2 } else { 4 };
    let count = reader.number(wide)?;
    let (mut found, mut told) = (Vec::new(), 0);
    for _ in 0..count {
        let item = reader.number(wide)?;
        let method = if version == 0 { 0 } else { reader.number(2)? & 15 };
        reader.number(2)?;
        let base = reader.number(base)?;
        for _ in 0..reader.number(2)? {
            told += 1;
            if told > MOST * MOST {
                return Err(Unread::Broken);
            }
            reader.number(index)?;
            let (offset, length) = (reader.number(offset)?, reader.number(length)?);
            if !private.contains(&item) {
                continue;
            }
            let within = match (method, &data) {
                (0, _) => 0..source.size(),
                (1, Some(data)) => data.clone(),
                // Made of other items: these are blotted where they lie.
                _ => continue,
            };
            let start = within.start.checked_add(base).and_then(|at| at.checked_add(offset));
            let start = start.filter(|start| *start <= within.end).ok_or(Unread::Broken)?;
            // No length means all there is.
            let end = if length == 0 { Some(within.end) } else { start.checked_add(length) };
            found.push(start..end.filter(|end| *end <= within.end).ok_or(Unread::Broken)?);
            if found.len() > MOST {
                return Err(Unread::Broken);
            }
        }
    }
    Ok(found)
}
