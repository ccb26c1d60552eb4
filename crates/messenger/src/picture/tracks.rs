//! Tracks of a film that are neither picture nor sound: cameras and telephones write there, many times a second, where
//! they are (`gpmd`, `mebx`, `camm`). Such a track goes with all its samples (MSG-N10).

use std::ops::Range;

use super::boxes::{Atom, boxes};
use super::{Source, Unread};

/// What the tracks of a film may be: picture, sound, subtitles, chapters, time code, depth. Any other kind is data of the
/// camera.
const SHOWN: [&[u8; 4]; 9] =
    [b"vide", b"soun", b"subt", b"sbtl", b"text", b"clcp", b"tmcd", b"auxv", b"pict"];
/// Entries of a table at most; an hour of GPS has some thousands.
const ENTRIES: u64 = 500_000;

/// Whether a track is none that is shown or heard, and has to go.
pub(super) fn is_private(source: &mut Source<'_>, trak: &Atom) -> Result<bool, Unread> {
    let Some(media) = inner(source, trak, b"mdia")? else { return Ok(false) };
    let Some(handler) = inner(source, &media, b"hdlr")? else { return Ok(false) };
    if handler.body.end - handler.body.start < 12 {
        return Err(Unread::Broken);
    }
    let kind = source.bytes(handler.body.start + 8, 4)?;
    Ok(!SHOWN.iter().any(|shown| shown[..] == kind))
}

/// Where the samples of a track lie, in the order of its table; neighbours are one.
pub(super) fn samples(source: &mut Source<'_>, trak: &Atom) -> Result<Vec<Range<u64>>, Unread> {
    let mut table = trak.clone();
    for name in [b"mdia", b"minf", b"stbl"] {
        let Some(next) = inner(source, &table, name)? else { return Ok(Vec::new()) };
        table = next;
    }
    let (sizes, runs, chunks) =
        (Sizes::read(source, &table)?, runs(source, &table)?, chunks(source, &table)?);
    let (mut found, mut sample): (Vec<Range<u64>>, u64) = (Vec::new(), 0);
    for (n, at) in (1_u64..).zip(chunks) {
        // The runs are in order: the last that begins at or before this chunk says how many samples it has.
        let last = runs.partition_point(|(first, _)| *first <= n).checked_sub(1).ok_or(Unread::Broken)?;
        let mut end = at;
        for _ in 0..runs[last].1 {
            let Some(length) = sizes.of(sample) else { break };
            sample += 1;
            end = end.checked_add(length).filter(|end| *end <= source.size()).ok_or(Unread::Broken)?;
        }
        match found.last_mut() {
            Some(before) if before.end == at => before.end = end,
            _ => found.push(at..end),
        }
    }
    Ok(found)
}

fn inner(source: &mut Source<'_>, holder: &Atom, name: &[u8; 4]) -> Result<Option<Atom>, Unread> {
    Ok(boxes(source, holder.body.clone())?.into_iter().find(|one| &one.name == name))
}

/// The entries of a table one after another, `width` bytes each, which begin `skip` bytes into its box and are counted by the four before.
fn entries(source: &mut Source<'_>, table: &Atom, skip: u64, width: usize) -> Result<Vec<u8>, Unread> {
    let count = word(&source.bytes(table.body.start + skip - 4, 4)?);
    if count > ENTRIES || table.body.start + skip + count * width as u64 > table.body.end {
        return Err(Unread::Broken);
    }
    let count = usize::try_from(count).map_err(|_| Unread::Broken)?;
    source.bytes(table.body.start + skip, count * width)
}

fn numbers(source: &mut Source<'_>, table: &Atom, skip: u64, width: usize) -> Result<Vec<u64>, Unread> {
    Ok(entries(source, table, skip, width)?.chunks_exact(width).map(word).collect())
}

/// A number of a film: its highest byte first.
fn word(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// The lengths of the samples.
enum Sizes {
    /// All are the same, and so many.
    Same(u64, u64),
    Each(Vec<u64>),
}

impl Sizes {
    fn read(source: &mut Source<'_>, table: &Atom) -> Result<Self, Unread> {
        let Some(sizes) = inner(source, table, b"stsz")? else {
            // The compact table is not read: no camera makes use of it.
            return if inner(source, table, b"stz2")?.is_some() {
                Err(Unread::Broken)
            } else {
                Ok(Self::Each(Vec::new()))
            };
        };
        let head = source.bytes(sizes.body.start, 12)?;
        match (word(&head[4..8]), word(&head[8..12])) {
            (0, _) => Ok(Self::Each(numbers(source, &sizes, 12, 4)?)),
            (same, count) if count <= ENTRIES => Ok(Self::Same(same, count)),
            _ => Err(Unread::Broken),
        }
    }

    fn of(&self, sample: u64) -> Option<u64> {
        match self {
            Self::Same(length, count) => (sample < *count).then_some(*length),
            Self::Each(lengths) => lengths.get(usize::try_from(sample).ok()?).copied(),
        }
    }
}

/// From which chunk on a chunk has how many samples.
fn runs(source: &mut Source<'_>, table: &Atom) -> Result<Vec<(u64, u64)>, Unread> {
    let Some(runs) = inner(source, table, b"stsc")? else { return Ok(Vec::new()) };
    let entries = entries(source, &runs, 8, 12)?;
    Ok(entries.chunks_exact(12).map(|entry| (word(&entry[..4]), word(&entry[4..8]))).collect())
}

/// Where the chunks begin.
fn chunks(source: &mut Source<'_>, table: &Atom) -> Result<Vec<u64>, Unread> {
    if let Some(near) = inner(source, table, b"stco")? {
        return numbers(source, &near, 8, 4);
    }
    match inner(source, table, b"co64")? {
        Some(far) => numbers(source, &far, 8, 8),
        None => Ok(Vec::new()),
    }
}
