//! Exports over HTTP: what is in them, for whom, and that anybody can see whether they were changed.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up must stop")]

mod kit;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use kit::Site;
use kit::chats::say;
use kit::socket::{class_chat, field};
use testkit::{Browser, TODAY, now};
use time::Duration;
use web::ExportFault;

/// Posts and gives the bytes that come: head and body.
fn download(browser: &Browser, path: &str, fields: &str) -> (String, Vec<u8>) {
    let body = format!("_token={}{fields}", browser.token());
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nCookie: {}\r\nOrigin: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        browser.host(),
        browser.cookie_header(),
        browser.origin(),
        body.len()
    );
    let mut stream = TcpStream::connect(browser.address()).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let at = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(bytes[..at].to_vec()).unwrap().to_lowercase();
    let body = bytes.split_off(at + 4);
    (head.clone(), if head.contains("transfer-encoding: chunked") { joined(&body) } else { body })
}

/// A body that comes in pieces, put together; one that is broken off has no last piece.
fn joined(mut rest: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(at) = rest.windows(2).position(|two| two == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..at]).unwrap(), 16).unwrap();
        if size == 0 {
            return whole;
        }
        whole.extend(&rest[at + 2..at + 2 + size]);
        rest = &rest[at + 2 + size + 2..];
    }
    whole
}

fn verify(archive: &[u8], key: &[u8]) -> Result<web::Verified, Vec<ExportFault>> {
    web::verify_export(std::io::Cursor::new(archive), key)
}

/// Sends a file with a message by the form without scripts.
fn attach(browser: &mut Browser, chat: &str, text: &str, name: &str, content: &[u8]) {
    let cid = field(&browser.get(&format!("{chat}/attach")).body, "cid");
    let sent =
        browser.post_files(&format!("{chat}/attach"), &[("cid", &cid), ("text", text)], &[(name, content)]);
    assert_eq!(sent.status, 303, "{}", sent.text());
}

fn key(site: &Site) -> Vec<u8> {
    site.world.read(|tx| tx.public_key()).unwrap_or_default()
}

fn last_act(site: &Site) -> (String, Option<String>) {
    let row = site.world.read(|tx| tx.audit_tail(None, 1)).rows.remove(0);
    (row.action, row.reason)
}

/// Whether the archive, which is not compressed, holds a text.
fn holds(archive: &[u8], text: &str) -> bool {
    archive.windows(text.len()).any(|part| part == text.as_bytes())
}

/// Asks and votes.
fn poll(browser: &mut Browser, chat: &str) {
    let cid = field(&browser.get(&format!("{chat}/poll")).body, "cid");
    let fields = [("cid", cid.as_str()), ("question", "Куда едем?"), ("options", "Музей\nЛес")];
    let made = browser.post(&format!("{chat}/poll"), &fields);
    let seq = made.header("location").and_then(|to| to.split_once("#m")).unwrap().1.to_owned();
    assert_eq!(browser.post(&format!("{chat}/{seq}/vote"), &[("option", "2")]).status, 303);
}

#[test]
fn a_person_takes_along_what_they_see_and_no_more() {
    // MSG-S9, MSG-E26, MSG-I9
    let site = Site::with_chats();
    let (mut varya, mut demyan, mut mother) =
        (site.browser_of("varya"), site.browser_of("demyan"), site.browser_of("demyan_mother"));
    let chat = class_chat(&mut varya);
    say(&mut demyan, &chat, "опечатка в слове");
    demyan.get(&chat);
    demyan.post(&format!("{chat}/1/edit"), &[("rev", "0"), ("text", "исправлено")]);
    say(&mut demyan, &chat, "лишнее сказал");
    demyan.post(&format!("{chat}/2/delete"), &[]);
    for n in 0..210 {
        let at = n;
        let (viewer, random) = (site.world.viewer("gromova"), site.world.random.clone());
        let id = chat.rsplit('/').next().unwrap().parse().unwrap();
        site.world.write(move |tx| {
            let by = messenger::MemberOf::ask(tx, &viewer, id, TODAY).unwrap();
            let cid = messenger::ClientId::from_bytes(random.bytes()).unwrap();
            let body = messenger::Body::parse(&format!("объявление № {at}")).unwrap();
            messenger::send(tx, now(), &by, &messenger::Draft::text(cid, body)).unwrap();
            Ok::<_, store::Error>(())
        });
    }
    poll(&mut demyan, &chat);
    let parents = class_chat(&mut mother);
    say(&mut mother, &parents, "родителям о собрании");
    assert!(varya.get("/profile").body.contains("Выгрузить мои чаты"));
    let (head, archive) = download(&varya, "/export/own", "");
    assert!(head.starts_with("http/1.1 200") && head.contains("zvonok-chats-2026-10-14.zip"), "{head}");
    assert_eq!(last_act(&site).0, "messenger.export.own");
    let verified = verify(&archive, &key(&site)).unwrap();
    assert_eq!(verified.school, "Школа № 12");
    assert!(verified.files >= 2 && verified.files.is_multiple_of(2), "a page and its JSON for each chat");
    for there in
        ["исправлено", "сообщение удалено", "объявление № 0", "объявление № 209", "Лес · 1 голос, 100 %"]
    {
        assert!(holds(&archive, there), "{there}");
    }
    for hidden in ["опечатка в слове", "лишнее сказал", "родителям о собрании"]
    {
        assert!(!holds(&archive, hidden), "{hidden}");
    }
    // A guardian's export is what the guardian sees.
    mother.get("/profile");
    let (_, archive) = download(&mother, "/export/own", "");
    assert!(holds(&archive, "родителям о собрании") && !holds(&archive, "исправлено"));
    // One flipped bit is found.
    let word = "родителям".as_bytes();
    let at = archive.windows(word.len()).position(|part| part == word);
    let mut bent = archive.clone();
    bent[at.unwrap()] ^= 1;
    let faults = verify(&bent, &key(&site)).unwrap_err();
    assert!(matches!(faults[0], ExportFault::Changed { .. }), "{faults:?}");
    assert_eq!(verify(&archive, &[0; 32]).unwrap_err(), [ExportFault::ForeignKey]);
    // The password is asked for again after five minutes (A16).
    site.clock.advance(Duration::minutes(6));
    varya.get("/profile");
    assert_eq!(varya.post("/export/own", &[]).heading(), "Подтвердите, что это вы");
}

#[test]
fn the_desk_takes_a_whole_chat_for_a_reason() {
    // MSG-S9, MSG-I11
    let site = Site::with_chats();
    let mut demyan = site.browser_of("demyan");
    let chat = class_chat(&mut demyan);
    say(&mut demyan, &chat, "опечатка в слове");
    demyan.post(&format!("{chat}/1/edit"), &[("rev", "0"), ("text", "исправлено")]);
    say(&mut demyan, &chat, "лишнее сказал");
    demyan.post(&format!("{chat}/2/delete"), &[]);
    poll(&mut demyan, &chat);
    let page = chat.replace("/sferum/", "/safety/chats/");
    let path = format!("{page}/export");
    for who in ["barinova", "zotova"] {
        let mut browser = site.browser_of(who);
        assert!(browser.get(&page).body.contains(&format!("action=\"{path}\"")));
        assert_eq!(browser.post(&path, &[("reason", "")]).line(), format!("303 → {page}"));
        let (head, archive) = download(&browser, &path, "&reason=zapros");
        assert!(head.starts_with("http/1.1 200"), "{head}");
        assert_eq!(last_act(&site), ("messenger.export.chat".to_owned(), Some("zapros".to_owned())));
        assert!(verify(&archive, &key(&site)).is_ok());
        for there in [
            "исправлено",
            "опечатка в слове",
            "лишнее сказал",
            "прежний текст",
            "удалено из чата",
            "Лес · 1 голос, 100 % · Демьян Карпов",
        ] {
            assert!(holds(&archive, there), "{who} {there}");
        }
    }
    for who in ["demyan", "gromova", "sedov", "demyan_mother"] {
        let mut browser = site.browser_of(who);
        browser.get("/profile");
        assert_eq!(browser.post(&path, &[("reason", "x")]).status, 404, "{who}");
    }
}

#[test]
fn the_files_of_messages_go_along_for_whoever_sees_them() {
    // MSG-S9, MSG-E26, MSG-N14, MSG-A4
    let site = Site::with_chats();
    let (mut varya, mut demyan, mut mother) =
        (site.browser_of("varya"), site.browser_of("demyan"), site.browser_of("demyan_mother"));
    let chat = class_chat(&mut varya);
    // More than one piece, so that it comes in several.
    let large: Vec<u8> = (0..200_000_u32).flat_map(u32::to_le_bytes).collect();
    attach(&mut demyan, &chat, "вот доклад", "Доклад № 1.bin", &large);
    attach(&mut demyan, &chat, "лишнее", "Лишнее.txt", b"deleted bytes");
    demyan.post(&format!("{chat}/2/delete"), &[]);
    let parents = class_chat(&mut mother);
    attach(&mut mother, &parents, "", "Справка.txt", b"of the parents");
    varya.get("/profile");
    let (head, archive) = download(&varya, "/export/own", "");
    assert!(head.contains("application/zip") && !head.contains("content-length"), "{head}");
    let verified = verify(&archive, &key(&site)).unwrap();
    let id = chat.rsplit('/').next().unwrap();
    assert!(holds(&archive, &format!("chat-{id}-files/1-1-Доклад № 1.bin")));
    assert!(holds(&archive, "\"sha256\""), "the JSON names it by its digest too");
    assert!(archive.windows(large.len()).any(|part| part == large), "its bytes are there as they are");
    assert!(!holds(&archive, "deleted bytes") && !holds(&archive, "of the parents"));
    assert_eq!(verified.files % 2, 1, "pairs of pages, and one file");
    // A byte in the middle of the file.
    let at = archive.windows(8).position(|part| part == &large[400_000..400_008]).unwrap();
    let mut bent = archive.clone();
    bent[at] ^= 1;
    assert!(matches!(verify(&bent, &key(&site)).unwrap_err()[..], [ExportFault::Changed { .. }]));
    // A guardian has the guardian's.
    mother.get("/profile");
    let (_, archive) = download(&mother, "/export/own", "");
    assert!(verify(&archive, &key(&site)).is_ok());
    assert!(holds(&archive, "of the parents") && !archive.windows(64).any(|part| part == &large[..64]));
    // The desk has what was deleted.
    let mut barinova = site.browser_of("barinova");
    let page = chat.replace("/sferum/", "/safety/chats/");
    barinova.get(&page);
    let (_, archive) = download(&barinova, &format!("{page}/export"), "&reason=zapros");
    assert!(verify(&archive, &key(&site)).is_ok());
    assert!(holds(&archive, "deleted bytes") && archive.windows(64).any(|part| part == &large[..64]));
}
