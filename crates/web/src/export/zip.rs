//! A ZIP archive without compression, as much of the format as an export needs: written piece by piece and read by
//! seeking, so that neither side ever has more than a piece in memory. Every system opens it.

use std::io::{self, Read, Seek, SeekFrom};

const LOCAL: u32 = 0x0403_4b50;
const DESCRIPTOR: u32 = 0x0807_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
const END_64: u32 = 0x0606_4b50;
const LOCATOR_64: u32 = 0x0706_4b50;
/// Names are UTF-8, and what a file sums up to stands behind it.
const FLAGS: u16 = 1 << 11 | 1 << 3;
/// 1 January 1980, the first day the format knows: an export's moment is in its manifest.
const DAY: u16 = 0x21;
/// In the place of a number that stands in full elsewhere.
const ELSEWHERE: u32 = u32::MAX;
/// The most bytes of the list of files that are read.
const LIST_BYTES: u64 = 64 * 1024 * 1024;

const SUMS: [u32; 256] = {
    let mut sums = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "below 256")]
        let mut sum = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            sum = if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 };
            bit += 1;
        }
        sums[byte] = sum;
        byte += 1;
    }
    sums
};

/// The check sum of the format, gone on with.
fn crc(sum: u32, bytes: &[u8]) -> u32 {
    bytes.iter().fold(sum, |sum, byte| (sum >> 8) ^ SUMS[usize::from(sum.to_le_bytes()[0] ^ byte)])
}

/// A file of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its name, with folders.
    pub(crate) name: String,
    pub(crate) size: u64,
    /// Where its head stands.
    at: u64,
    sum: u32,
}

/// An archive under way: every step gives the bytes that are to be sent.
#[derive(Debug, Default)]
pub(crate) struct Packer {
    at: u64,
    entries: Vec<Entry>,
}

impl Packer {
    /// The head of the next file. A name beyond what the format holds is cut by whoever gives it.
    pub(crate) fn begin(&mut self, name: &str) -> Vec<u8> {
        let mut out = Vec::new();
        put32(&mut out, LOCAL);
        head(&mut out, name, 0, 0);
        out.extend(name.as_bytes());
        self.entries.push(Entry { name: name.to_owned(), size: 0, at: self.at, sum: !0 });
        self.at += out.len() as u64;
        out
    }

    /// Takes note of bytes of the file; they are sent as they are.
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        if let Some(entry) = self.entries.last_mut() {
            entry.sum = crc(entry.sum, bytes);
            entry.size += bytes.len() as u64;
            self.at += bytes.len() as u64;
        }
    }

    /// What stands behind the file.
    pub(crate) fn end(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        if let Some(entry) = self.entries.last_mut() {
            entry.sum = !entry.sum;
            put32(&mut out, DESCRIPTOR);
            put32(&mut out, entry.sum);
            // Of an archive's files each is far below four gigabytes.
            let size = u32::try_from(entry.size).unwrap_or(ELSEWHERE);
            put32(&mut out, size);
            put32(&mut out, size);
        }
        self.at += out.len() as u64;
        out
    }

    /// The list of files and the end of the archive.
    pub(crate) fn close(self) -> Vec<u8> {
        let mut out = Vec::new();
        for entry in &self.entries {
            let size = u32::try_from(entry.size).unwrap_or(ELSEWHERE);
            let far = u32::try_from(entry.at).is_err();
            put32(&mut out, CENTRAL);
            put16(&mut out, 45);
            head(&mut out, &entry.name, entry.sum, size);
            let lengths = out.len() - 2;
            out[lengths..].copy_from_slice(&(if far { 12_u16 } else { 0 }).to_le_bytes());
            put16(&mut out, 0);
            put16(&mut out, 0);
            put16(&mut out, 0);
            put32(&mut out, 0);
            put32(&mut out, u32::try_from(entry.at).unwrap_or(ELSEWHERE));
            out.extend(entry.name.as_bytes());
            if far {
                put16(&mut out, 1);
                put16(&mut out, 8);
                put64(&mut out, entry.at);
            }
        }
        let (count, size) = (self.entries.len() as u64, out.len() as u64);
        let end = self.at + size;
        put32(&mut out, END_64);
        put64(&mut out, 44);
        put16(&mut out, 45);
        put16(&mut out, 45);
        put32(&mut out, 0);
        put32(&mut out, 0);
        put64(&mut out, count);
        put64(&mut out, count);
        put64(&mut out, size);
        put64(&mut out, self.at);
        put32(&mut out, LOCATOR_64);
        put32(&mut out, 0);
        put64(&mut out, end);
        put32(&mut out, 1);
        let few = u16::try_from(count).unwrap_or(u16::MAX);
        put32(&mut out, END);
        put16(&mut out, 0);
        put16(&mut out, 0);
        put16(&mut out, few);
        put16(&mut out, few);
        put32(&mut out, u32::try_from(size).unwrap_or(ELSEWHERE));
        put32(&mut out, u32::try_from(self.at).unwrap_or(ELSEWHERE));
        put16(&mut out, 0);
        out
    }
}

fn put16(out: &mut Vec<u8>, value: u16) {
    out.extend(value.to_le_bytes());
}

fn put32(out: &mut Vec<u8>, value: u32) {
    out.extend(value.to_le_bytes());
}

fn put64(out: &mut Vec<u8>, value: u64) {
    out.extend(value.to_le_bytes());
}

/// What the local and the central head of a file have in common.
fn head(out: &mut Vec<u8>, name: &str, sum: u32, size: u32) {
    put16(out, 45);
    put16(out, FLAGS);
    put16(out, 0);
    put16(out, 0);
    put16(out, DAY);
    put32(out, sum);
    put32(out, size);
    put32(out, size);
    put16(out, u16::try_from(name.len()).unwrap_or(u16::MAX));
    put16(out, 0);
}

/// An archive that is read by seeking.
pub(crate) struct Archive<R> {
    from: R,
    pub(crate) entries: Vec<Entry>,
}

fn get16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn get32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn get64(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at.checked_add(8)?)?.try_into().ok()?))
}

fn read_at(from: &mut (impl Read + Seek), at: u64, count: u64) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    from.seek(SeekFrom::Start(at)).ok()?;
    from.take(count).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 == count).then_some(bytes)
}

impl<R: Read + Seek> Archive<R> {
    /// Opens an archive as [`Packer`] makes it; `None` for anything else, compressed archives included.
    pub(crate) fn open(mut from: R) -> Option<Self> {
        let length = from.seek(SeekFrom::End(0)).ok()?;
        // Three ends, one behind the other: in full, where that is, and the old one.
        let ends = read_at(&mut from, length.checked_sub(98)?, 98)?;
        if get32(&ends, 0)? != END_64 || get32(&ends, 56)? != LOCATOR_64 || get32(&ends, 76)? != END {
            return None;
        }
        let (count, size, start) = (get64(&ends, 32)?, get64(&ends, 40)?, get64(&ends, 48)?);
        if size > LIST_BYTES || start.checked_add(size)? != length - 98 {
            return None;
        }
        let list = read_at(&mut from, start, size)?;
        let (mut entries, mut at) = (Vec::new(), 0);
        for _ in 0..count {
            let (entry, next) = listed(&list, at)?;
            entries.push(entry);
            at = next;
        }
        Some(Self { from, entries })
    }

    /// Gives the bytes of a file to `take`, piece by piece.
    ///
    /// # Errors
    /// When they cannot be read, or when the file does not stand where the list says.
    pub(crate) fn read(&mut self, entry: &Entry, mut take: impl FnMut(&[u8])) -> io::Result<()> {
        let broken = || io::Error::from(io::ErrorKind::InvalidData);
        let local = read_at(&mut self.from, entry.at, 30).ok_or_else(broken)?;
        let lengths = get16(&local, 26).zip(get16(&local, 28)).ok_or_else(broken)?;
        if get32(&local, 0) != Some(LOCAL) {
            return Err(broken());
        }
        let start = entry.at + 30 + u64::from(lengths.0) + u64::from(lengths.1);
        self.from.seek(SeekFrom::Start(start))?;
        let (mut left, mut piece) = (entry.size, vec![0; 64 * 1024]);
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(usize::MAX).min(piece.len());
            let count = self.from.read(&mut piece[..most])?;
            if count == 0 {
                return Err(broken());
            }
            take(&piece[..count]);
            left -= count as u64;
        }
        Ok(())
    }
}

/// One line of the list, and where the next begins.
fn listed(list: &[u8], at: usize) -> Option<(Entry, usize)> {
    // Stored, and as long as it says.
    if get32(list, at)? != CENTRAL || get16(list, at + 10)? != 0 {
        return None;
    }
    let (name, extra) = (usize::from(get16(list, at + 28)?), usize::from(get16(list, at + 30)?));
    let comment = usize::from(get16(list, at + 32)?);
    let named = list.get(at + 46..at + 46 + name)?;
    let near = get32(list, at + 42)?;
    let start = if near == ELSEWHERE { get64(list, at + 46 + name + 4)? } else { u64::from(near) };
    let entry = Entry {
        name: String::from_utf8(named.to_vec()).ok()?,
        size: u64::from(get32(list, at + 24)?),
        at: start,
        sum: get32(list, at + 16)?,
    };
    Some((entry, at + 46 + name + extra + comment))
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Cursor;

    use super::{Archive, Packer, crc};

    /// The archive of these files.
    pub(in super::super) fn pack(files: &[(String, Vec<u8>)]) -> Vec<u8> {
        let (mut packer, mut out) = (Packer::default(), Vec::new());
        for (name, bytes) in files {
            out.extend(packer.begin(name));
            for piece in bytes.chunks(3) {
                packer.add(piece);
                out.extend(piece);
            }
            out.extend(packer.end());
        }
        out.extend(packer.close());
        out
    }

    pub(in super::super) fn unpack(archive: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
        let mut archive = Archive::open(Cursor::new(archive))?;
        let mut files = Vec::new();
        for entry in archive.entries.clone() {
            let mut bytes = Vec::new();
            archive.read(&entry, |piece| bytes.extend(piece)).ok()?;
            files.push((entry.name, bytes));
        }
        Some(files)
    }

    #[test]
    fn an_archive_is_read_back_and_nothing_else_is() {
        // The sum of the nine digits is the format's own example.
        assert_eq!(!crc(!0, b"123456789"), 0xCBF4_3926);
        let files =
            [("чаты/6 А.html".to_owned(), "привет".as_bytes().to_vec()), ("пусто".to_owned(), Vec::new())];
        let archive = pack(&files);
        assert_eq!(unpack(&archive).unwrap(), files);
        assert_eq!(unpack(&pack(&[])), Some(Vec::new()));
        for cut in [0, 1, 21, 97, archive.len() - 1, archive.len() / 2] {
            assert_eq!(unpack(&archive[..cut]), None, "{cut}");
        }
        for at in 0..archive.len() {
            let mut bent = archive.clone();
            bent[at] ^= 0xFF;
            // Whatever it gives, it does not panic.
            let _ = unpack(&bent);
        }
    }

    #[test]
    fn what_lies_behind_four_gigabytes_is_found() {
        let far = Packer { at: 5_000_000_000, ..Packer::default() };
        let mut packer = far;
        packer.begin("далеко");
        packer.add(b"x");
        packer.end();
        let list = packer.close();
        let (entry, _) = super::listed(&list, 0).unwrap();
        assert_eq!((entry.at, entry.size, entry.name.as_str()), (5_000_000_000, 1, "далеко"));
    }
}
