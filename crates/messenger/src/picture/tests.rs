use proptest::prelude::*;

use super::png::crc;
use super::{Source, clean, plan};
use crate::FileKind;

const SECRET: &[u8] = b"GPS 55.7558 N 37.6173 E";

/// An Exif block as cameras write it: the turn, and a place behind it.
fn tiff(big: bool, turn: u16) -> Vec<u8> {
    let short = |value: u16| if big { value.to_be_bytes() } else { value.to_le_bytes() };
    let long = |value: u32| if big { value.to_be_bytes() } else { value.to_le_bytes() };
    let mut block = if big { b"MM".to_vec() } else { b"II".to_vec() };
    block.extend([short(42).as_slice(), &long(8), &short(2)].concat());
    block.extend([short(0x0112).as_slice(), &short(3), &long(1), &short(turn), &short(0)].concat());
    block.extend([short(0x8825).as_slice(), &short(4), &long(1), &long(38), &long(0)].concat());
    block.extend(SECRET);
    block
}

fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
    [&[0xFF, marker], length.as_slice(), body].concat()
}

/// 600 by 400, in two scans, with everything that cameras and programs add.
fn jpeg(turn: u16) -> Vec<u8> {
    let frame = [8, 1, 0x90, 2, 0x58, 1, 1, 0x11, 0];
    [
        vec![0xFF, 0xD8],
        segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
        segment(0xE1, &[b"Exif\0\0".as_slice(), &tiff(true, turn)].concat()),
        segment(0xE1, &[b"http://ns.adobe.com/xap/1.0/\0".as_slice(), SECRET].concat()),
        segment(0xE2, b"ICC_PROFILE\0\x01\x01colours"),
        segment(0xE2, &[b"MPF\0".as_slice(), SECRET].concat()),
        segment(0xED, &[b"Photoshop 3.0\0".as_slice(), SECRET].concat()),
        segment(0xFE, SECRET),
        segment(0xDB, &[0; 65]),
        segment(0xC2, &frame),
        segment(0xDA, &[1, 1, 0, 0, 0, 0]),
        b"scan one \xFF\x00 \xFF\xD0 coded".to_vec(),
        segment(0xC4, &[0; 17]),
        segment(0xDA, &[1, 1, 0, 1, 5, 0]),
        b"scan two".to_vec(),
        vec![0xFF, 0xD9],
        SECRET.to_vec(),
    ]
    .concat()
}

fn chunk(name: &[u8], body: &[u8]) -> Vec<u8> {
    let named = [name, body].concat();
    [u32::try_from(body.len()).unwrap().to_be_bytes().as_slice(), &named, &crc(&named).to_be_bytes()].concat()
}

fn png(turn: u16) -> Vec<u8> {
    let head = [600_u32.to_be_bytes(), 400_u32.to_be_bytes()].concat();
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &[head.as_slice(), &[8, 2, 0, 0, 0]].concat()),
        chunk(b"tEXt", &[b"Location\0", SECRET].concat()),
        chunk(b"pHYs", &[0; 9]),
        chunk(b"IDAT", b"drawn"),
        chunk(b"eXIf", &tiff(false, turn)),
        chunk(b"iTXt", &[b"XML:com.adobe.xmp\0\0\0\0\0", SECRET].concat()),
        chunk(b"IEND", b""),
        SECRET.to_vec(),
    ]
    .concat()
}

fn riff(name: &[u8], body: &[u8]) -> Vec<u8> {
    let mut chunk = [name, u32::try_from(body.len()).unwrap().to_le_bytes().as_slice(), body].concat();
    chunk.resize(chunk.len().next_multiple_of(2), 0);
    chunk
}

fn webp(turn: u16) -> Vec<u8> {
    let body = [
        riff(b"VP8X", &[0x0C, 0, 0, 0, 0x57, 2, 0, 0x8F, 1, 0]),
        riff(b"VP8 ", b"\0\0\0\x9D\x01\x2A\x58\x02\x90\x01drawn"),
        riff(b"EXIF", &tiff(false, turn)),
        riff(b"XMP ", SECRET),
    ]
    .concat();
    [b"RIFF", u32::try_from(body.len() + 4).unwrap().to_le_bytes().as_slice(), b"WEBP", &body, SECRET]
        .concat()
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|one| one == part)
}

/// A kind of picture and what makes one that is turned so.
type Made = (FileKind, fn(u16) -> Vec<u8>);

fn all() -> [Made; 3] {
    [(FileKind::Jpeg, jpeg), (FileKind::Png, png), (FileKind::Webp, webp)]
}

#[test]
fn a_picture_loses_its_place_and_keeps_how_it_is_turned() {
    // MSG-A6, MSG-N10, C5
    for (kind, make) in all() {
        for turn in 0..10 {
            let sent = make(turn);
            assert!(holds(&sent, SECRET));
            let (stored, width, height) = clean(kind, &sent).unwrap();
            assert!(!holds(&stored, b"55.7558") && !holds(&stored, b"GPS"), "{kind:?} {turn}");
            let turned = (2..=8).contains(&turn);
            let marks = [b"Exif\0\0".as_slice(), b"eXIf", b"EXIF"];
            let marked = marks.iter().any(|mark| holds(&stored, mark));
            assert_eq!(marked, turned, "{kind:?} {turn}");
            assert_eq!((width, height), if turn >= 5 && turned { (400, 600) } else { (600, 400) });
            for part in [b"drawn".as_slice(), b"scan one \xFF\x00 \xFF\xD0 coded", b"scan two", b"colours"] {
                assert_eq!(holds(&stored, part), holds(&sent, part), "{kind:?}");
            }
            let again = clean(kind, &stored).unwrap();
            assert_eq!(again, (stored.clone(), width, height), "{kind:?} {turn}: clean stays clean");
            let mut source = Source::of(&stored);
            let same = plan(kind, &mut source).unwrap().unwrap();
            assert!(same.changes_nothing(stored.len() as u64), "{kind:?} {turn}: {same:?}");
        }
    }
}

#[test]
fn what_is_cut_off_is_shown_as_far_as_it_goes_or_not_at_all() {
    for (kind, make) in all() {
        let sent = make(6);
        for length in 0..sent.len() {
            if let Some((stored, ..)) = clean(kind, &sent[..length]) {
                assert!(!holds(&stored, b"55.7558"), "{kind:?} {length}");
                assert_eq!(clean(kind, &stored).unwrap().0, stored, "{kind:?} {length}");
            }
        }
    }
}

#[test]
fn what_is_made_to_confuse_is_no_picture() {
    let broken = |kind, bytes: &[u8]| assert!(clean(kind, bytes).is_none(), "{kind:?} {bytes:?}");
    broken(FileKind::Jpeg, b"");
    broken(FileKind::Jpeg, &[0xFF, 0xD8, 0xFF, 0xD9]);
    broken(FileKind::Jpeg, &[[0xFF, 0xD8].as_slice(), &[0xFF; 500]].concat());
    broken(FileKind::Jpeg, &[[0xFF, 0xD8].as_slice(), &segment(0xC0, &[8, 0, 0, 0, 0])].concat());
    broken(FileKind::Jpeg, &[0xFF, 0xD8, 0xFF, 0xE1, 0xFF, 0xFF, 0]);
    broken(FileKind::Jpeg, &[0xFF, 0xD8, 0xFF, 0xE1, 0, 1]);
    // Thousands of pieces.
    let pair = [segment(0xDB, &[0]), segment(0xFE, b"x")].concat();
    broken(FileKind::Jpeg, &[vec![0xFF, 0xD8], segment(0xC0, &[8, 1, 0, 1, 0]), pair.repeat(5000)].concat());
    let signature = b"\x89PNG\r\n\x1a\n".as_slice();
    broken(FileKind::Png, signature);
    broken(FileKind::Png, &[signature, &chunk(b"IDAT", b""), &chunk(b"IEND", b"")].concat());
    broken(FileKind::Png, &[signature, &[0xFF, 0xFF, 0xFF, 0xFF], b"IHDR"].concat());
    broken(FileKind::Png, &[signature, &chunk(b"IHDR", &[0; 13]), &chunk(b"IEND", b"")].concat());
    broken(FileKind::Webp, b"RIFF\xFF\xFF\xFF\xFFWEBPVP8 \0\0\0\0");
    broken(FileKind::Webp, b"RIFF\x04\0\0\0WEBP");
    broken(FileKind::Webp, &[b"RIFF\x0E\0\0\0WEBP".as_slice(), &riff(b"VP8 ", b"\0")].concat());
    // An Exif block that points outside itself, or at itself.
    for offset in [0_u32, 4, 1000, u32::MAX] {
        let block = [b"MM\0*".as_slice(), &offset.to_be_bytes(), &[0xFF; 40]].concat();
        let exif = segment(0xE1, &[b"Exif\0\0".as_slice(), &block].concat());
        let frame = segment(0xC0, &[8, 0, 2, 0, 3]);
        let stored = clean(FileKind::Jpeg, &[vec![0xFF, 0xD8], exif, frame].concat()).unwrap();
        assert_eq!((stored.1, stored.2), (3, 2));
    }
}

#[test]
fn a_large_picture_is_written_chunk_by_chunk() {
    // C5: what is asked for at once is never more than a chunk.
    let mut sent = jpeg(6);
    let tail = sent.split_off(sent.len() - SECRET.len() - 2);
    sent.extend(std::iter::repeat_n(b'.', 300_000));
    sent.extend(tail);
    let whole = clean(FileKind::Jpeg, &sent).unwrap().0;
    let mut source = Source::new(sent.len() as u64, |n| {
        Ok(sent.chunks(store::CHUNK_BYTES).nth(n as usize).unwrap_or_default().to_vec())
    });
    let plan = plan(FileKind::Jpeg, &mut source).unwrap().unwrap();
    let mut parts = Vec::new();
    while (parts.len() as u64) < plan.size() {
        parts.extend(plan.read(&mut source, parts.len() as u64, store::CHUNK_BYTES).unwrap());
    }
    assert_eq!(parts.len() as u64, plan.size());
    assert!(parts == whole);
}

proptest! {
    #[test]
    fn no_bytes_break_the_reader(kind in 0_usize..3, turn in 0_u16..9, at in 0_usize..600, byte: u8, cut in 0_usize..800) {
        let (kind, make) = all()[kind];
        let mut sent = make(turn);
        let at = at % sent.len();
        sent[at] = byte;
        sent.truncate(cut.max(1));
        if let Some((stored, width, height)) = clean(kind, &sent) {
            prop_assert_eq!(clean(kind, &stored), Some((stored.clone(), width, height)));
        }
    }

    #[test]
    fn noise_breaks_nothing(kind in 0_usize..3, noise in proptest::collection::vec(any::<u8>(), 0..200)) {
        let (kind, make) = all()[kind];
        let head: Vec<u8> = make(1).into_iter().take(12).chain(noise).collect();
        if let Some((stored, width, height)) = clean(kind, &head) {
            prop_assert_eq!(clean(kind, &stored), Some((stored.clone(), width, height)));
        }
    }
}
