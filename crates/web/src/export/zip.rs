//! A ZIP archive without compression, as much of the format as an export needs: written and read by a few lines, and
//! opened by every system.

/// One file of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its name, with folders.
    pub(crate) name: String,
    /// What it holds.
    pub(crate) bytes: Vec<u8>,
}

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
/// Names are UTF-8.
const UTF8: u16 = 1 << 11;
/// 1 January 1980, the first day the format knows: an export's moment is in its manifest.
const DAY: u16 = 0x21;

/// The check sum of the format.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum: u32, byte| {
        (0..8).fold(
            sum ^ u32::from(*byte),
            |sum, _| {
                if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 }
            },
        )
    })
}

fn put16(out: &mut Vec<u8>, value: u16) {
    out.extend(value.to_le_bytes());
}

fn put32(out: &mut Vec<u8>, value: u32) {
    out.extend(value.to_le_bytes());
}

/// What the local and the central head of a file have in common.
fn head(out: &mut Vec<u8>, name: u16, size: u32, sum: u32) {
    put16(out, 20);
    put16(out, UTF8);
    put16(out, 0);
    put16(out, 0);
    put16(out, DAY);
    put32(out, sum);
    put32(out, size);
    put32(out, size);
    put16(out, name);
    put16(out, 0);
}

/// The archive of these files; `None` when one of them, or all together, are beyond four gigabytes.
pub(crate) fn write(entries: &[Entry]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut central = Vec::new();
    for entry in entries {
        let at = u32::try_from(out.len()).ok()?;
        let (name, size) = (u16::try_from(entry.name.len()).ok()?, u32::try_from(entry.bytes.len()).ok()?);
        let sum = crc(&entry.bytes);
        put32(&mut out, LOCAL);
        head(&mut out, name, size, sum);
        out.extend(entry.name.as_bytes());
        out.extend(&entry.bytes);
        put32(&mut central, CENTRAL);
        put16(&mut central, 20);
        head(&mut central, name, size, sum);
        put16(&mut central, 0);
        put16(&mut central, 0);
        put16(&mut central, 0);
        put32(&mut central, 0);
        put32(&mut central, at);
        central.extend(entry.name.as_bytes());
    }
    let (count, start) = (u16::try_from(entries.len()).ok()?, u32::try_from(out.len()).ok()?);
    let size = u32::try_from(central.len()).ok()?;
    out.extend(central);
    put32(&mut out, END);
    put16(&mut out, 0);
    put16(&mut out, 0);
    put16(&mut out, count);
    put16(&mut out, count);
    put32(&mut out, size);
    put32(&mut out, start);
    put16(&mut out, 0);
    Some(out)
}

fn get16(bytes: &[u8], at: usize) -> Option<usize> {
    let two = bytes.get(at..at.checked_add(2)?)?;
    Some(usize::from(u16::from_le_bytes(two.try_into().ok()?)))
}

fn get32(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}

fn size32(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(get32(bytes, at)?).ok()
}

/// The files of an archive as [`write`] makes it; `None` for anything else, compressed archives included.
pub(crate) fn read(bytes: &[u8]) -> Option<Vec<Entry>> {
    let end = bytes.len().checked_sub(22)?;
    if get32(bytes, end)? != END {
        return None;
    }
    let (count, mut at) = (get16(bytes, end + 10)?, size32(bytes, end + 16)?);
    let mut entries = Vec::new();
    for _ in 0..count {
        // Stored, and as long as it says.
        if get32(bytes, at)? != CENTRAL || get16(bytes, at + 10)? != 0 {
            return None;
        }
        let size = size32(bytes, at + 24)?;
        let (name, extra, comment) = (get16(bytes, at + 28)?, get16(bytes, at + 30)?, get16(bytes, at + 32)?);
        let local = size32(bytes, at + 42)?;
        let named = bytes.get(at + 46..at + 46 + name)?;
        if get32(bytes, local)? != LOCAL {
            return None;
        }
        let start = local + 30 + get16(bytes, local + 26)? + get16(bytes, local + 28)?;
        entries.push(Entry {
            name: String::from_utf8(named.to_vec()).ok()?,
            bytes: bytes.get(start..start.checked_add(size)?)?.to_vec(),
        });
        at += 46 + name + extra + comment;
    }
    Some(entries)
}

#[cfg(test)]
mod tests {
    use super::{Entry, crc, read, write};

    fn entry(name: &str, bytes: &[u8]) -> Entry {
        Entry { name: name.to_owned(), bytes: bytes.to_vec() }
    }

    #[test]
    fn an_archive_is_read_back_and_nothing_else_is() {
        // The sum of the nine digits is the format's own example.
        assert_eq!(crc(b"123456789"), 0xCBF4_3926);
        let entries = [entry("чаты/6 А.html", "привет".as_bytes()), entry("пусто", b"")];
        let archive = write(&entries).unwrap();
        assert_eq!(read(&archive).unwrap(), entries);
        assert_eq!(read(&write(&[]).unwrap()), Some(Vec::new()));
        for cut in [0, 1, 21, archive.len() - 1, archive.len() / 2] {
            assert_eq!(read(&archive[..cut]), None, "{cut}");
        }
        for at in 0..archive.len() {
            let mut bent = archive.clone();
            bent[at] ^= 0xFF;
            // Whatever it gives, it does not panic.
            let _ = read(&bent);
        }
    }
}
