//! Files: brought, sent with a message, read through it, and gone.
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on must stop, and a kit is shared"
)]

mod kit;

use kit::files::{begin, bring, finish, put};
use kit::{Chats, Refused, later};
use messenger::{
    AttachmentOf, Body, ConversationId, Draft, FileId, FileKind, FileQuotas, MemberOf, SendError,
    UploadError, UploaderOf,
};
use school::Present;
use sha2::{Digest as _, Sha256};
use store::{Actor, CHUNK_BYTES};
use testkit::{TODAY, now};

fn send(
    chats: &Chats,
    who: &str,
    chat: ConversationId,
    cid: messenger::ClientId,
    text: &str,
    files: &[FileId],
) -> Result<messenger::Ack, Refused> {
    let viewer = chats.viewer(who);
    let body = Body::parse_beside(files, text).unwrap();
    let draft = Draft { files: files.to_vec(), ..Draft::text(cid, body) };
    chats.world.try_write(move |tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        Ok(messenger::send(tx, now(), &by, &draft)?)
    })
}

fn read(chats: &Chats, who: &str, chat: ConversationId, seq: i64, n: u32) -> Option<Vec<u8>> {
    let viewer = chats.viewer(who);
    let found: Result<_, Refused> = chats.world.try_read(|tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        let Some(proof) = AttachmentOf::ask(tx, &by, seq, n)? else { return Ok(None) };
        let mut bytes = Vec::new();
        for n in 0..u32::try_from(store::chunks_of(proof.size())).unwrap() {
            bytes.extend(proof.chunk(tx, n)?);
        }
        assert_eq!(proof.digest(tx)?, <[u8; 32]>::from(Sha256::digest(&bytes)), "MSG-I15");
        Ok(Some(bytes))
    });
    found.ok().flatten()
}

#[test]
fn a_file_is_seen_through_its_message_and_nowhere_else() {
    // MSG-I15, MSG-A4, MSG-B1, MSG-I9
    let chats = Chats::open();
    let (class, parents) = (chats.class_chat(), chats.parents_chat());
    let content: Vec<u8> = (0..CHUNK_BYTES + 100).map(|n| u8::try_from(n % 251).unwrap()).collect();
    let file = bring(&chats, "gromova", class, &content);
    assert!(read(&chats, "demyan", class, 1, 1).is_none(), "no message carries it");
    let ack = send(&chats, "gromova", class, chats.cid(), "", &[file]).unwrap();
    for who in ["gromova", "demyan", "varya"] {
        assert_eq!(read(&chats, who, class, ack.seq, 1).as_deref(), Some(content.as_slice()), "{who}");
    }
    assert!(read(&chats, "mother", class, ack.seq, 1).is_none(), "she is not in the chat");
    assert!(read(&chats, "gromova", parents, ack.seq, 1).is_none(), "another chat");
    for (seq, n) in [(ack.seq, 0), (ack.seq, 2), (ack.seq + 1, 1), (0, 1), (-1, 1)] {
        assert!(read(&chats, "gromova", class, seq, n).is_none(), "{seq} {n}");
    }
    // MSG-E40: the same file in another chat; what is deleted in one stays in the other.
    let other = send(&chats, "gromova", parents, chats.cid(), "ещё раз", &[file]).unwrap();
    assert_eq!(read(&chats, "mother", parents, other.seq, 1), Some(content.clone()));
    let viewer = chats.viewer("gromova");
    let buried: Result<(), messenger::DeleteError> = chats.world.try_write(move |tx| {
        let by = MemberOf::ask(tx, &viewer, class, TODAY).map_err(|_| store::Error::NoRow)?;
        messenger::delete(tx, now(), &by, &Actor::program("test"), ack.seq)
    });
    buried.unwrap();
    assert!(read(&chats, "gromova", class, ack.seq, 1).is_none());
    assert_eq!(read(&chats, "mother", parents, other.seq, 1), Some(content));
    // MSG-I11: the bytes of what is deleted stay for safeguarding.
    let purged = chats.world.write(|tx| messenger::purge_files(tx, later(60 * 24 * 30), 100));
    assert_eq!(purged, 0);
}

#[test]
fn a_purged_message_takes_its_file_along_when_no_other_carries_it() {
    // MSG-S8, MSG-E40: bytes go with the last message that carries them.
    let chats = Chats::open();
    let (class, news) = (chats.class_chat(), chats.chat("gromova", messenger::ChatKind::ClassNews, "6A"));
    let old = now() - time::Duration::days(900);
    let file = bring(&chats, "gromova", class, b"programme");
    let say = |at, chat| {
        let (viewer, cid) = (chats.viewer("gromova"), chats.cid());
        let draft = Draft { files: vec![file], ..Draft::text(cid, Body::parse("вот").unwrap()) };
        let sent: Result<_, Refused> = chats.world.try_write(move |tx| {
            let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
            Ok(messenger::send(tx, at, &by, &draft)?.seq)
        });
        sent.unwrap()
    };
    say(old, class);
    let there = say(old, news);
    let purge = |keep: messenger::Retention| {
        while chats.world.write(move |tx| messenger::purge_messages(tx, TODAY, keep, 1)) {}
    };
    let files = || -> (i64, i64) {
        chats.world.read(|tx| {
            tx.load(
                store::sql!(
                    "SELECT (SELECT COUNT(*) FROM messenger_attachment), (SELECT COUNT(*) FROM messenger_file)"
                ),
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
        })
    };
    purge(messenger::Retention::default());
    assert_eq!(files(), (1, 1), "the announcement is kept longer, and with it the file");
    assert_eq!(read(&chats, "mother", news, there, 1), Some(b"programme".to_vec()));
    purge(messenger::Retention { news_years: 1, ..messenger::Retention::default() });
    assert_eq!(files(), (0, 0));
    assert_eq!(chats.world.read(|tx| tx.blob_bytes()), 0);
}

#[test]
fn only_complete_files_of_ones_own_are_sent_and_a_repetition_brings_the_same() {
    // MSG-I2, MSG-B9, MSG-B26; MSG-S11: nothing is forwarded, so what another has brought cannot be sent on.
    let chats = Chats::open();
    let class = chats.class_chat();
    let one = bring(&chats, "varya", class, b"one");
    let two = bring(&chats, "varya", class, b"two");
    let begun = begin(&chats, "varya", class, FileQuotas::default(), 3).unwrap();
    let no = |who: &str, files: &[FileId]| {
        let refused = send(&chats, who, class, chats.cid(), "вот", files);
        assert!(matches!(refused, Err(Refused::Send(SendError::NoSuchFile))), "{who} {files:?} {refused:?}");
    };
    no("demyan", &[one]);
    no("varya", &[begun]);
    no("varya", &[one, one]);
    no("varya", &[FileId::from_row(777)]);
    let many = send(&chats, "varya", class, chats.cid(), "вот", &[one; 11]);
    assert!(matches!(many, Err(Refused::Send(SendError::TooManyFiles))));
    let cid = chats.cid();
    let ack = send(&chats, "varya", class, cid, "вот", &[one, two]).unwrap();
    assert_eq!(
        send(&chats, "varya", class, cid, "вот", &[one, two]).unwrap(),
        messenger::Ack { dup: true, ..ack }
    );
    for files in [&[two, one][..], &[one], &[]] {
        let refused = send(&chats, "varya", class, cid, "вот", files);
        assert!(matches!(refused, Err(Refused::Send(SendError::Conflict))), "{files:?}");
    }
    // Another's upload does not exist.
    assert!(matches!(put(&chats, "demyan", begun, 0, b"abc"), Err(Refused::Denied)));
    chats.withdraw("varya");
    assert!(matches!(put(&chats, "varya", begun, 0, b"abc"), Err(Refused::Denied)), "MSG-I22");
}

#[test]
fn what_is_too_much_is_refused_before_a_byte_comes() {
    // MSG-A7, MSG-B19
    const MIB: u64 = 1024 * 1024;
    let chats = Chats::open();
    let class = chats.class_chat();
    let usual = FileQuotas::default();
    let too_large = |who: &str, size: u64, limit: u64| match begin(&chats, who, class, usual, size) {
        Err(Refused::Upload(UploadError::TooLarge { most, .. })) => assert_eq!(most, limit),
        other => panic!("{other:?}"),
    };
    too_large("varya", 25 * MIB + 1, 25 * MIB);
    too_large("gromova", 200 * MIB + 1, 200 * MIB);
    too_large("gromova", u64::MAX, 200 * MIB);
    assert!(matches!(begin(&chats, "varya", class, usual, 0), Err(Refused::Upload(UploadError::Empty))));
    // What is only declared counts, so ten uploads at once do not get round the quota.
    let small = FileQuotas { pupil: 10, staff: 20, school: 45, ..usual };
    begin(&chats, "varya", class, small, 10).unwrap();
    match begin(&chats, "varya", class, small, 1) {
        Err(Refused::Upload(UploadError::OwnQuota { used: 10, most: 10 })) => {}
        other => panic!("{other:?}"),
    }
    begin(&chats, "demyan", class, small, 10).unwrap();
    begin(&chats, "gromova", class, small, 20).unwrap();
    match begin(&chats, "lapina", class, small, 6) {
        Err(Refused::Upload(UploadError::SchoolQuota { used: 40, most: 45 })) => {}
        other => panic!("{other:?}"),
    }
    begin(&chats, "lapina", class, small, 5).unwrap();
}

#[test]
fn an_upload_goes_on_after_any_break() {
    // MSG-A1, MSG-B18: at each part the base is closed and opened again.
    let mut chats = Chats::open();
    let class = chats.class_chat();
    let content: Vec<u8> = (0..3 * CHUNK_BYTES + 5).map(|n| u8::try_from(n % 241).unwrap()).collect();
    let file = begin(&chats, "varya", class, FileQuotas::default(), content.len() as u64).unwrap();
    let missing = |chats: &Chats| {
        let viewer = chats.viewer("varya");
        let told: Result<_, Refused> = chats
            .world
            .try_read(|tx| Ok(UploaderOf::ask(tx, &Present::ask(tx, &viewer)?, file)?.upload(tx)?.missing));
        told.unwrap()
    };
    let parts: Vec<&[u8]> = content.chunks(CHUNK_BYTES).collect();
    let mut left = vec![0, 1, 2, 3];
    for n in [2_u32, 0, 3, 1] {
        assert_eq!(missing(&chats), left);
        assert!(matches!(
            finish(&chats, "varya", file, &content),
            Err(Refused::Upload(UploadError::Missing))
        ));
        for (n, bad) in [(n, &parts[n as usize][1..]), (4, b"x".as_slice()), (u32::MAX, b"x"), (n, b"")] {
            let refused = put(&chats, "varya", file, n, bad);
            assert!(matches!(refused, Err(Refused::Upload(UploadError::BadPart))), "{n} {refused:?}");
        }
        for _ in 0..2 {
            put(&chats, "varya", file, n, parts[n as usize]).unwrap();
        }
        left.retain(|one| *one != n);
        chats.world.reopen();
    }
    let wrong = finish(&chats, "varya", file, b"another");
    assert!(matches!(wrong, Err(Refused::Upload(UploadError::Digest))), "{wrong:?}");
    finish(&chats, "varya", file, &content).unwrap();
    finish(&chats, "varya", file, &content).unwrap();
    let late = put(&chats, "varya", file, 0, parts[0]);
    assert!(matches!(late, Err(Refused::Upload(UploadError::Complete))));
    let ack = send(&chats, "varya", class, chats.cid(), "", &[file]).unwrap();
    assert_eq!(read(&chats, "demyan", class, ack.seq, 1), Some(content));
}

#[test]
fn what_nobody_sends_is_gone_after_a_day() {
    // MSG-A8
    let chats = Chats::open();
    let class = chats.class_chat();
    let begun = begin(&chats, "varya", class, FileQuotas::default(), 3).unwrap();
    put(&chats, "varya", begun, 0, b"abc").unwrap();
    let ready = bring(&chats, "varya", class, b"ready");
    let same = bring(&chats, "demyan", class, b"ready");
    let ack = send(&chats, "demyan", class, chats.cid(), "", &[same]).unwrap();
    let purge = |minutes: i64| chats.world.write(move |tx| messenger::purge_files(tx, later(minutes), 100));
    assert_eq!((purge(0), purge(1), purge(1)), (0, 2, 0));
    for file in [begun, ready] {
        let refused = send(&chats, "varya", class, chats.cid(), "", &[file]);
        assert!(matches!(refused, Err(Refused::Send(SendError::NoSuchFile))));
    }
    // The equal bytes that a message carries stay.
    assert_eq!(read(&chats, "varya", class, ack.seq, 1).as_deref(), Some(b"ready".as_slice()));
    let swept = chats.world.read(|tx| tx.blobs_to_sweep());
    assert_eq!(swept.len(), 2, "the unfinished one and the double");
}

#[test]
fn a_small_picture_is_taken_only_when_it_is_one() {
    // MSG-A6, C5
    let chats = Chats::open();
    let class = chats.class_chat();
    let jpeg = |width: u8, extra: usize| {
        let frame = [0xFF, 0xC0, 0, 8, 8, 0, 40, width, 0, 0];
        [&[0xFF, 0xD8], frame.as_slice(), &[0xFF, 0xDA, 0, 2], &vec![7; extra], &[0xFF, 0xD9]].concat()
    };
    let picture = bring(&chats, "varya", class, &jpeg(2, 500));
    let words = bring(&chats, "varya", class, b"words");
    let thumb = |file: FileId, bytes: Vec<u8>| -> Result<(), Refused> {
        let viewer = chats.viewer("varya");
        chats.world.try_write(move |tx| {
            let by = UploaderOf::ask(tx, &Present::ask(tx, &viewer)?, file)?;
            Ok(messenger::put_thumb(tx, now(), &by, &bytes)?)
        })
    };
    let refused =
        |result: Result<(), Refused>| assert!(matches!(result, Err(Refused::Upload(UploadError::Thumb))));
    refused(thumb(words, jpeg(1, 10)));
    refused(thumb(picture, b"words".to_vec()));
    refused(thumb(picture, b"\x89PNG\r\n\x1a\n".to_vec()));
    refused(thumb(picture, jpeg(5, 10)));
    refused(thumb(picture, jpeg(1, 256 * 1024)));
    thumb(picture, jpeg(1, 10)).unwrap();
    thumb(picture, jpeg(1, 70_000)).unwrap();
    // MSG-E39: a length is the sender's word, and only of what sounds.
    let ogg = [b"OggS".as_slice(), &[0; 24], b"OpusHead"].concat();
    let voice = bring(&chats, "varya", class, &ogg);
    let ack = send(&chats, "varya", class, chats.cid(), "", &[picture, words, voice]).unwrap();
    assert!(matches!(thumb(picture, jpeg(1, 10)), Err(Refused::Upload(UploadError::Complete))), "it is seen");
    let viewer = chats.viewer("demyan");
    let files: Result<_, Refused> = chats.world.try_read(|tx| {
        let by = MemberOf::ask(tx, &viewer, class, TODAY)?;
        assert!(AttachmentOf::ask_thumb(tx, &by, ack.seq, 2)?.is_none());
        let proof = AttachmentOf::ask_thumb(tx, &by, ack.seq, 1)?.unwrap();
        assert_eq!((proof.kind(), proof.size()), (FileKind::Jpeg, jpeg(1, 70_000).len() as u64));
        let (listed, older) = messenger::chat_files(tx, &by, None, 50)?;
        assert!(!older && listed.len() == 3);
        Ok({
            let line = messenger::find_line(tx, &by, ack.seq)?.unwrap();
            assert!(line.rich);
            messenger::extras(tx, &by, &chats.world.key, &[line])?.remove(&ack.seq).unwrap().files
        })
    });
    let files = files.unwrap();
    assert_eq!((files[0].kind, files[0].sides, files[0].voice_ms), (FileKind::Jpeg, Some((512, 40)), None));
    assert_eq!(files[0].thumb.map(|thumb| (thumb.width, thumb.height)), Some((256, 40)));
    assert_eq!((files[1].kind, files[1].size, files[1].thumb), (FileKind::Other, 5, None));
    assert_eq!((files[1].voice_ms, files[2].kind, files[2].voice_ms), (None, FileKind::Ogg, Some(1500)));
}
