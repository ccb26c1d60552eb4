use proptest::prelude::*;

use super::{Plan, Source, plan};
use crate::FileKind;

const SECRET: &[u8] = b"+55.7558+037.6173/iPhone";

fn atom(name: &[u8], body: &[u8]) -> Vec<u8> {
    [u32::try_from(body.len() + 8).unwrap().to_be_bytes().as_slice(), name, body].concat()
}

fn full(name: &[u8], version: u8, body: &[u8]) -> Vec<u8> {
    atom(name, &[&[version, 0, 0, 0], body].concat())
}

/// When something was made and changed, then what must stay.
fn times(name: &[u8], version: u8) -> Vec<u8> {
    full(name, version, &[vec![0xE1; if version == 1 { 16 } else { 8 }], b"time scale".to_vec()].concat())
}

/// A film as a telephone makes it: places in four kinds of boxes, and what plays beside them.
fn film(brand: &[u8]) -> Vec<u8> {
    let handler = full(b"hdlr", 0, b"\0\0\0\0mdta\0\0\0\0\0\0\0\0\0\0\0\0\0");
    let meta = full(b"meta", 0, &[handler, atom(b"ilst", SECRET)].concat());
    let track = [
        times(b"tkhd", 0),
        atom(b"edts", b"edits"),
        atom(b"udta", &atom(b"\xA9xyz", SECRET)),
        atom(b"mdia", &[times(b"mdhd", 1), atom(b"minf", b"samples"), atom(b"udta", SECRET)].concat()),
    ]
    .concat();
    let movie = [
        times(b"mvhd", 0),
        atom(b"trak", &track),
        atom(b"udta", &[atom(b"\xA9xyz", SECRET), vec![0; 4]].concat()),
        // QuickTime writes it without version and flags.
        atom(b"meta", &atom(b"keys", SECRET)),
    ]
    .concat();
    let xmp = [b"\xBE\x7A\xCF\xCB".as_slice(), &[7; 12], SECRET].concat();
    let needed = [b"\xA2\x39\x4F\x52".as_slice(), &[7; 12], b"protection"].concat();
    let long = [b"\0\0\0\x01mdat".as_slice(), &(16 + 9_u64).to_be_bytes(), b"mdat here"].concat();
    [
        atom(b"ftyp", &[brand, b"\0\0\0\0isom"].concat()),
        atom(b"free", SECRET),
        long,
        atom(b"moov", &movie),
        atom(b"uuid", &xmp),
        atom(b"uuid", &needed),
        meta,
        b"\0\0\0\0mdatto the end".to_vec(),
    ]
    .concat()
}

/// A HEIC picture whose Exif lies in the file and whose XMP lies in the list of items.
fn heic(version: u8) -> Vec<u8> {
    let wide =
        |item: u32| if version == 2 { item.to_be_bytes().to_vec() } else { item.to_be_bytes()[2..].to_vec() };
    let item = |id: u32, kind: &[u8], rest: &[u8]| {
        let numbered = [&wide(id), [0, 0].as_slice(), kind, b"\0", rest].concat();
        full(b"infe", if version == 2 { 3 } else { 2 }, &numbered)
    };
    let infos = [item(1, b"hvc1", b""), item(2, b"Exif", b""), item(3, b"mime", b"application/rdf+xml\0")];
    let infos = full(b"iinf", 0, &[[0, 3].as_slice(), &infos.concat()].concat());
    let head = atom(b"ftyp", b"heic\0\0\0\0mif1heic");
    let build = |at: u32| {
        let place = |id: u32, method: u8, offset: u32, length: usize| {
            let method = if version == 0 { vec![] } else { vec![0, method] };
            let length = u32::try_from(length).unwrap().to_be_bytes();
            [&wide(id), method.as_slice(), &[0, 0, 0, 1], &offset.to_be_bytes(), &length].concat()
        };
        // The oldest version knows no list of items' own data.
        let (xmp_method, xmp_at) = if version == 0 { (0, at + 100) } else { (1, 4) };
        let places = [
            place(1, 0, at, 10),
            place(2, 0, at + 10, SECRET.len()),
            place(3, xmp_method, xmp_at, SECRET.len()),
        ];
        let places = [[0x44, 0].as_slice(), wide(3).as_slice(), &places.concat()].concat();
        let data =
            atom(b"idat", &[b"tile".as_slice(), if version == 0 { b"" } else { SECRET }, b"more"].concat());
        let handler = full(b"hdlr", 0, b"\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0\0");
        full(b"meta", 0, &[handler, infos.clone(), full(b"iloc", version, &places), data].concat())
    };
    let at = u32::try_from(head.len() + build(0).len() + 8).unwrap();
    let mut data = b"coded hevc".to_vec();
    data.extend(SECRET);
    data.extend(b"after");
    data.resize(100, b'.');
    data.extend(if version == 0 { SECRET } else { b"" });
    [head, build(at), atom(b"mdat", &data)].concat()
}

fn read(sent: &[u8], kind: FileKind) -> Option<Plan> {
    plan(kind, &mut Source::of(sent)).unwrap()
}

fn clean(sent: &[u8], kind: FileKind) -> Vec<u8> {
    let plan = read(sent, kind).unwrap();
    plan.read(&mut Source::of(sent), 0, sent.len() + 1).unwrap()
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|found| found == part)
}

#[test]
fn a_film_loses_its_place_and_not_a_byte_of_its_length() {
    // MSG-A6, MSG-N10
    for (brand, kind) in [(b"qt  ", FileKind::Other), (b"mp42", FileKind::Mp4), (b"M4A ", FileKind::Mp4Audio)]
    {
        let sent = film(brand);
        assert_eq!(FileKind::of(&sent), kind);
        let stored = clean(&sent, kind);
        assert_eq!(stored.len(), sent.len(), "offsets stay");
        assert!(holds(&sent, SECRET) && !holds(&stored, b"55.7558") && !holds(&stored, b"\xA9xyz"));
        assert!(!holds(&stored, &[0xE1; 8]), "nor does it tell when it was made");
        for part in
            [b"mdat here".as_slice(), b"to the end", b"edits", b"samples", b"protection", b"time scale"]
        {
            assert!(holds(&stored, part), "{}", String::from_utf8_lossy(part));
            let at = |bytes: &[u8]| bytes.windows(part.len()).position(|found| found == part);
            assert_eq!(at(&stored), at(&sent));
        }
        assert_eq!(clean(&stored, kind), stored);
        let again = read(&stored, kind).unwrap();
        let kept = again.pieces.iter().all(|piece| !matches!(piece, super::Piece::Zeros(_)));
        assert!(kept && again.size() == stored.len() as u64, "{again:?}");
    }
}

/// A film with a picture and a track of the given kind, whose samples lie in two chunks between those of the picture.
fn film_with(kind: &[u8; 4], far: bool, sizes: Option<u32>) -> Vec<u8> {
    let head = atom(b"ftyp", b"mp42\0\0\0\0isom");
    let data = [b"frame one.".as_slice(), SECRET, SECRET, b"frame two.", SECRET, b"frame three"].concat();
    let first = head.len() + 8 + 10;
    let at = [first, first + 2 * SECRET.len() + 10].map(|at| u64::try_from(at).unwrap());
    let length = u32::try_from(SECRET.len()).unwrap();
    let words = |words: &[u32]| words.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<u8>>();
    let places = if far {
        full(b"co64", 0, &[words(&[2]), at[0].to_be_bytes().to_vec(), at[1].to_be_bytes().to_vec()].concat())
    } else {
        full(b"stco", 0, &words(&[2, u32::try_from(at[0]).unwrap(), u32::try_from(at[1]).unwrap()]))
    };
    let lengths = match sizes {
        Some(same) => words(&[same, 3]),
        None => words(&[0, 3, length, length, length]),
    };
    let table =
        [full(b"stsc", 0, &words(&[2, 1, 2, 1, 2, 1, 1])), full(b"stsz", 0, &lengths), places].concat();
    let track = |kind: &[u8; 4], table: &[u8]| {
        let handler = full(b"hdlr", 0, &[b"\0\0\0\0".as_slice(), kind, &[0; 13]].concat());
        atom(b"trak", &atom(b"mdia", &[handler, atom(b"minf", &atom(b"stbl", table))].concat()))
    };
    let movie = [track(b"vide", b""), track(kind, &table)].concat();
    [head, atom(b"mdat", &data), atom(b"moov", &movie)].concat()
}

#[test]
fn a_film_loses_the_track_of_its_places() {
    // MSG-N10: GoPro's gpmd and Apple's mebx have the handler `meta`, others `camm`; what is shown stays.
    let length = u32::try_from(SECRET.len()).unwrap();
    for (kind, far, sizes, goes) in [
        (b"meta", false, None, true),
        (b"meta", true, Some(length), true),
        (b"camm", true, None, true),
        (b"soun", false, None, false),
        (b"sbtl", false, Some(length), false),
    ] {
        let sent = film_with(kind, far, sizes);
        let stored = clean(&sent, FileKind::Mp4);
        assert_eq!(stored.len(), sent.len(), "offsets stay");
        assert_eq!(!holds(&stored, b"55.7558"), goes, "{}", String::from_utf8_lossy(kind));
        assert_eq!(!holds(&stored, kind), goes);
        for part in [b"frame one.".as_slice(), b"frame two.", b"frame three", b"vide"] {
            assert!(holds(&stored, part), "{}", String::from_utf8_lossy(part));
        }
        assert_eq!(clean(&stored, FileKind::Mp4), stored);
    }
}

#[test]
fn a_track_whose_table_lies_goes_and_takes_no_other_note_with_it() {
    // MSG-N10: more samples in a chunk than there are, one behind the end of the file, chunks that no run tells of, more
    // entries than any film has.
    for (from, to) in [
        ([0, 0, 0, 2, 0, 0, 0, 1], [0, 0, 0, 2, 0, 0, 0, 9]),
        ([0, 0, 0, 3, 0, 0, 0, 24], [0, 0, 0, 3, 0, 9, 0, 0]),
        ([0, 0, 0, 1, 0, 0, 0, 2], [0, 0, 0, 9, 0, 0, 0, 2]),
        ([0, 0, 0, 0, 0, 0, 0, 3], [0, 0, 0, 0, 9, 0, 0, 3]),
    ] {
        let mut lies = film_with(b"meta", false, None);
        lies.extend(atom(b"udta", &atom(b"\xA9xyz", b"nowhere")));
        let moov = lies.windows(4).position(|name| name == b"moov").unwrap();
        let at = moov + lies[moov..].windows(8).rposition(|found| found == from).unwrap();
        lies[at..at + 8].copy_from_slice(&to);
        let stored = clean(&lies, FileKind::Mp4);
        assert_eq!(stored.len(), lies.len());
        assert!(!holds(&stored, b"meta") && !holds(&stored, b"nowhere"), "{to:?}");
        assert!(holds(&stored, b"frame one.") && holds(&stored, b"vide"));
    }
}

#[test]
fn a_heic_picture_loses_exif_and_xmp() {
    // MSG-A6, MSG-N10
    for version in 0..3 {
        let sent = heic(version);
        let stored = clean(&sent, FileKind::of(&sent));
        assert_eq!(stored.len(), sent.len());
        assert!(holds(&sent, SECRET) && !holds(&stored, b"55.7558"), "{version}");
        for part in [b"coded hevc".as_slice(), b"after", b"tile", b"more"] {
            assert!(holds(&stored, part), "{version} {}", String::from_utf8_lossy(part));
        }
        let again = read(&stored, FileKind::Other).unwrap();
        assert!(again.changes_nothing(stored.len() as u64), "{version}: {again:?}");
    }
}

#[test]
fn other_files_are_left_as_they_are() {
    for other in
        [b"PK\x03\x04 and so on and so on".as_slice(), b"short", b"", b"\0\0\0\x18wavx12345678901234567890"]
    {
        assert!(read(other, FileKind::Other).is_none());
    }
    let mut confused = film(b"qt  ");
    let at = confused.windows(4).position(|name| name == b"moov").unwrap();
    confused[at - 4] = 0x7F;
    assert!(plan(FileKind::Other, &mut Source::of(&confused)).is_err(), "a box that ends behind the file");
}

#[test]
fn a_film_is_written_chunk_by_chunk() {
    // C5: what is asked for at once is never more than a chunk.
    let mut sent = film(b"mp42");
    sent.extend(std::iter::repeat_n(b'.', 300_000));
    let load = |n: u32| Ok(sent.chunks(store::CHUNK_BYTES).nth(n as usize).unwrap_or_default().to_vec());
    let mut source = Source::new(sent.len() as u64, load);
    let plan = plan(FileKind::Mp4, &mut source).unwrap().unwrap();
    let mut parts = Vec::new();
    while (parts.len() as u64) < plan.size() {
        parts.extend(plan.read(&mut source, parts.len() as u64, store::CHUNK_BYTES).unwrap());
    }
    assert!(parts == clean(&sent, FileKind::Mp4) && parts.len() == sent.len());
}

proptest! {
    #[test]
    fn no_bytes_break_the_reader(version in 0_u8..5, at in 0_usize..900, byte: u8, cut in 16_usize..900) {
        let mut sent = match version {
            4 => film_with(b"meta", false, None),
            3 => film(b"mp42"),
            _ => heic(version),
        };
        let at = at % sent.len();
        sent[at] = byte;
        sent.truncate(cut);
        if let Ok(Some(plan)) = plan(FileKind::Other, &mut Source::of(&sent)) {
            let stored = plan.read(&mut Source::of(&sent), 0, sent.len() + 1).unwrap();
            prop_assert_eq!(stored.len(), sent.len());
        }
    }
}
