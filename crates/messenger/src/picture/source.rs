//! The bytes of a file, fetched a chunk at a time: the file is never whole in memory (C5).

use store::CHUNK_BYTES;

use super::Unread;

type Load<'a> = Box<dyn FnMut(u32) -> Result<Vec<u8>, store::Error> + 'a>;

/// A file of a known size.
pub(crate) struct Source<'a> {
    size: u64,
    load: Load<'a>,
    chunk: Option<(u64, Vec<u8>)>,
}

impl<'a> Source<'a> {
    /// A file whose chunks are fetched by `load`.
    pub(crate) fn new(size: u64, load: impl FnMut(u32) -> Result<Vec<u8>, store::Error> + 'a) -> Self {
        Self { size, load: Box::new(load), chunk: None }
    }

    /// A file that is in memory.
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        Self::new(bytes.len() as u64, |n| {
            Ok(bytes.iter().skip(n as usize * CHUNK_BYTES).take(CHUNK_BYTES).copied().collect())
        })
    }

    pub(crate) const fn size(&self) -> u64 {
        self.size
    }

    /// What its chunk holds from `at` to the chunk's end; empty behind the end of the file.
    pub(super) fn rest_of_chunk(&mut self, at: u64) -> Result<&[u8], Unread> {
        if at >= self.size {
            return Ok(&[]);
        }
        let wanted = at / CHUNK_BYTES as u64;
        let skip = usize::try_from(at % CHUNK_BYTES as u64).unwrap_or(0);
        if self.chunk.as_ref().is_none_or(|(n, _)| *n != wanted) {
            let n = u32::try_from(wanted).map_err(|_| Unread::Broken)?;
            self.chunk = Some((wanted, (self.load)(n)?));
        }
        Ok(self.chunk.as_ref().and_then(|(_, bytes)| bytes.get(skip..)).unwrap_or_default())
    }

    /// So many bytes from `at` on.
    pub(super) fn bytes(&mut self, at: u64, count: usize) -> Result<Vec<u8>, Unread> {
        let end = at.checked_add(count as u64).filter(|end| *end <= self.size);
        end.ok_or(Unread::Broken)?;
        let mut read = Vec::with_capacity(count);
        while read.len() < count {
            let left = count - read.len();
            let part = self.rest_of_chunk(at + read.len() as u64)?;
            if part.is_empty() {
                return Err(Unread::Broken);
            }
            read.extend(part.iter().take(left));
        }
        Ok(read)
    }

    /// Whether a stretch holds zeros alone.
    pub(super) fn is_zero(&mut self, stretch: std::ops::Range<u64>) -> Result<bool, Unread> {
        let mut at = stretch.start;
        while at < stretch.end {
            let part = self.rest_of_chunk(at)?;
            let count = part.len().min(usize::try_from(stretch.end - at).unwrap_or(usize::MAX));
            if count == 0 {
                return Err(Unread::Broken);
            }
            if part[..count].iter().any(|byte| *byte != 0) {
                return Ok(false);
            }
            at += count as u64;
        }
        Ok(true)
    }

    /// Where this byte comes first, from `at` on.
    pub(super) fn find(&mut self, byte: u8, mut at: u64) -> Result<Option<u64>, Unread> {
        loop {
            let part = self.rest_of_chunk(at)?;
            if part.is_empty() {
                return Ok(None);
            }
            match part.iter().position(|one| *one == byte) {
                Some(found) => return Ok(Some(at + found as u64)),
                None => at += part.len() as u64,
            }
        }
    }
}
