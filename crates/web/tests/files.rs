//! Files over HTTP: brought in parts through breaks and restarts, read by those who may, shown only when nothing can run.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up must stop")]

mod kit;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use kit::Site;
use kit::files::{SECRET, begin, bring, conv, finish, hex, jpeg, json, put, send};
use kit::socket::{class_chat, field};
use serde_json::Value;
use store::CHUNK_BYTES;
use testkit::{Page, TODAY, now};

fn open() -> Site {
    Site::with_chats_and(|settings| settings.socket_messages_per_second = 1000)
}

fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|n| u8::try_from(n % 251).unwrap()).collect()
}

#[test]
fn an_upload_goes_on_after_a_break_at_each_part() {
    // MSG-A1, MSG-B18, MSG-I15
    let mut site = open();
    let mut varya = site.browser_of("varya");
    let chat = class_chat(&mut varya);
    varya.get(&chat);
    let content = pattern(2 * CHUNK_BYTES + 10);
    let parts: Vec<&[u8]> = content.chunks(CHUNK_BYTES).collect();
    let begun = json(&begin(&mut varya, &chat, "../Мой\u{202E} доклад.txt", content.len()));
    let file = begun["id"].as_i64().unwrap();
    assert_eq!(begun["name"], "Мой доклад.txt", "MSG-B21");
    assert_eq!(begun["missing"], serde_json::json!([0, 1, 2]));
    let audited = site.world.read(|tx| tx.audit_len());
    let mut left = vec![0, 1, 2];
    for n in [1, 0, 2] {
        let early = finish(&mut varya, file, &content);
        assert_eq!((early.status, json(&early)["error"].as_str()), (422, Some("M-39")));
        // Bytes that are not those of the digest, and a connection that breaks in the middle.
        let digest = hex(b"other");
        let path = format!("/files/{file}/parts/{n}");
        let bad = varya.post_bytes(&path, &[("X-Zvonok-Digest", &digest)], parts[n]);
        assert_eq!((bad.status, json(&bad)["error"].as_str()), (422, Some("M-38")));
        for header in ["", "x", &"+f".repeat(32), &"ж".repeat(32)] {
            assert_eq!(varya.post_bytes(&path, &[("X-Zvonok-Digest", header)], parts[n]).status, 400);
        }
        let mut broken = TcpStream::connect(varya.address()).unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nOrigin: {}\r\nCookie: {}\r\nX-Zvonok-Token: {}\r\n\
             X-Zvonok-Digest: {}\r\nContent-Length: {}\r\n\r\n",
            varya.host(),
            varya.origin(),
            varya.cookie_header(),
            varya.token(),
            hex(parts[n]),
            parts[n].len()
        );
        broken.write_all(head.as_bytes()).unwrap();
        broken.write_all(&parts[n][..parts[n].len() / 2]).unwrap();
        drop(broken);
        let told = json(&varya.get(&format!("/files/{file}")));
        assert_eq!(told["missing"], serde_json::json!(left), "half a part is none");
        for _ in 0..2 {
            assert_eq!(put(&mut varya, file, n, parts[n]).status, 204);
        }
        left.retain(|one| *one != n);
        site.restart();
        varya = varya.moved(site.address);
        varya.get(&chat);
        let told = json(&varya.get(&format!("/files/{file}")));
        assert_eq!((&told["missing"], &told["ready"]), (&serde_json::json!(left), &Value::Bool(false)));
    }
    let wrong = finish(&mut varya, file, b"another");
    assert_eq!((wrong.status, json(&wrong)["error"].as_str()), (422, Some("M-40")));
    assert_eq!(json(&varya.get(&format!("/files/{file}")))["ready"], false);
    for _ in 0..2 {
        let done = json(&finish(&mut varya, file, &content));
        assert_eq!(
            (done["ready"].as_bool(), done["kind"].as_str()),
            (Some(true), Some("application/octet-stream"))
        );
    }
    assert_eq!(finish(&mut varya, file, b"another").status, 409);
    assert_eq!(put(&mut varya, file, 0, parts[0]).status, 409);
    assert_eq!(site.world.read(|tx| tx.audit_len()), audited, "Z7: parts leave no audit rows");
    let seq = send(&mut varya, &chat, &[file]);
    let demyan = site.browser_of("demyan");
    let (head, bytes) = demyan.fetch(&format!("{chat}/{seq}/files/1"), &[]);
    assert_eq!((head.status, bytes == content), (200, true));
}

#[test]
fn bytes_are_for_those_who_see_the_message() {
    // MSG-A4, MSG-I15, MSG-I7, MSG-B26, MSG-E17
    let site = open();
    let (mut varya, mut gromova) = (site.browser_of("varya"), site.browser_of("gromova"));
    let (mut demyan, kira) = (site.browser_of("demyan"), site.browser_of("kira"));
    let chat = class_chat(&mut varya);
    varya.get(&chat);
    // More than both ends of a connection hold.
    let content = pattern(256 * CHUNK_BYTES);
    let file = bring(&mut varya, &chat, "Запись.bin", &content);
    // Another's upload is none, for a look and for each deed.
    demyan.get(&chat);
    for status in [
        demyan.get(&format!("/files/{file}")).status,
        put(&mut demyan, file, 0, &content[..CHUNK_BYTES]).status,
        finish(&mut demyan, file, &content).status,
        demyan.post_bytes(&format!("/files/{file}/thumb"), &[], &jpeg()).status,
        demyan.post_json(&format!("/files/{file}/drop"), "{}").status,
        demyan.get("/files/999").status,
        demyan.get("/files/x").status,
    ] {
        assert_eq!(status, 404);
    }
    let seq = send(&mut varya, &chat, &[file]);
    let path = format!("{chat}/{seq}/files/1");
    let (head, bytes) = demyan.fetch(&path, &[]);
    assert_eq!((head.status, bytes.len()), (200, content.len()));
    let tag = head.header("etag").unwrap().to_owned();
    assert_eq!(head.header("cache-control"), Some("private, no-cache"));
    assert_eq!(demyan.fetch(&path, &[("If-None-Match", &tag)]).0.status, 304);
    for (other, status) in [(&kira, 404), (&site.browser(), 303)] {
        assert_eq!(other.fetch(&path, &[("If-None-Match", &tag), ("Accept", "text/html")]).0.status, status);
    }
    // The same number in another chat is another message.
    let parents = gromova.get("/sferum").body;
    let other = parents.split("href=\"/sferum/").skip(1).map(|rest| rest.split('"').next().unwrap());
    let other =
        other.filter(|id| id.parse::<i64>().is_ok()).find(|id| *id != conv(&chat)).unwrap().to_owned();
    assert_eq!(gromova.fetch(&format!("/sferum/{other}/{seq}/files/1"), &[]).0.status, 404);
    for bad in [
        format!("{chat}/{seq}/files/0"),
        format!("{chat}/{seq}/files/2"),
        format!("{chat}/99/files/1"),
        format!("{chat}/{seq}/files/1/thumb"),
        format!("{chat}/x/files/1"),
        format!("{chat}/{seq}/files/-1"),
    ] {
        assert_eq!(demyan.fetch(&bad, &[]).0.status, 404, "{bad}");
    }
    // Put out in the middle of a download, a person gets no further than what was already on its way.
    let mut stream = TcpStream::connect(demyan.address()).unwrap();
    let ask = format!(
        "GET {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\r\n",
        demyan.host(),
        demyan.cookie_header()
    );
    stream.write_all(ask.as_bytes()).unwrap();
    let mut first = [0; 1000];
    stream.read_exact(&mut first).unwrap();
    let person = site.world.person("demyan");
    site.world.write(move |tx| {
        messenger::require_link(tx, now(), TODAY, true)?;
        messenger::withdraw(tx, now(), person)
    });
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    assert!(rest.len() < content.len(), "{}", rest.len());
    assert_eq!(demyan.fetch(&path, &[]).0.status, 404);
    assert!(demyan.fetch(&path, &[("If-None-Match", &tag)]).0.status != 304, "the right is asked first");
}

#[test]
fn a_deleted_message_takes_its_files_along() {
    // MSG-I11, MSG-E40
    let site = open();
    let mut gromova = site.browser_of("gromova");
    let chat = class_chat(&mut gromova);
    gromova.get(&chat);
    let file = bring(&mut gromova, &chat, "Фото.jpg", &jpeg());
    let (one, two) = (send(&mut gromova, &chat, &[file]), send(&mut gromova, &chat, &[file]));
    assert_eq!(gromova.post(&format!("{chat}/{one}/delete"), &[]).status, 303);
    assert_eq!(gromova.fetch(&format!("{chat}/{one}/files/1"), &[]).0.status, 404);
    assert_eq!(gromova.fetch(&format!("{chat}/{two}/files/1"), &[]).0.status, 200);
}

#[test]
fn a_part_of_a_file_is_sent_when_asked_for() {
    // MSG-A3, MSG-B22
    let site = open();
    let mut varya = site.browser_of("varya");
    let chat = class_chat(&mut varya);
    varya.get(&chat);
    let content = pattern(CHUNK_BYTES + 1000);
    let file = bring(&mut varya, &chat, "Запись.bin", &content);
    let path = format!("{chat}/{}/files/1", send(&mut varya, &chat, &[file]));
    let size = content.len();
    for (range, from, until) in [
        ("bytes=0-0", 0, 1),
        ("bytes=65530-65540", 65530, 65541),
        ("bytes=65000-", 65000, size),
        ("bytes=-10", size - 10, size),
        ("bytes=5-9,20-29", 5, 10),
    ] {
        let (head, bytes) = varya.fetch(&path, &[("Range", range)]);
        assert_eq!((head.status, bytes.as_slice()), (206, &content[from..until]), "{range}");
        assert_eq!(head.header("content-range").unwrap(), format!("bytes {from}-{}/{size}", until - 1));
    }
    let (head, bytes) = varya.fetch(&path, &[("Range", "bytes=999999-")]);
    assert_eq!((head.status, bytes.len()), (416, 0));
    assert_eq!(head.header("content-range").unwrap(), format!("bytes */{size}"));
    let other = [("Range", "bytes=0-0"), ("If-Range", "\"other\"")];
    assert_eq!(varya.fetch(&path, &other).1.len(), size, "other bytes are sent whole");
}

#[test]
fn a_picture_loses_its_place_on_the_way() {
    // MSG-A6, MSG-N10, C5
    let site = open();
    let mut varya = site.browser_of("varya");
    let chat = class_chat(&mut varya);
    varya.get(&chat);
    let file = bring(&mut varya, &chat, "Фото.jpg", &jpeg());
    assert_eq!(json(&varya.get(&format!("/files/{file}")))["kind"], "image/jpeg");
    assert_eq!(varya.post_bytes(&format!("/files/{file}/thumb"), &[], b"no picture").status, 422);
    assert_eq!(varya.post_bytes(&format!("/files/{file}/thumb"), &[], &jpeg()).status, 204);
    let path = format!("{chat}/{}/files/1", send(&mut varya, &chat, &[file]));
    for path in [path.clone(), format!("{path}/thumb"), format!("{path}?save=")] {
        let (head, bytes) = varya.fetch(&path, &[]);
        assert_eq!((head.status, head.header("content-type")), (200, Some("image/jpeg")));
        assert!(bytes.windows(5).any(|part| part == b"drawn"));
        assert!(!bytes.windows(SECRET.len()).any(|part| part == SECRET), "{path}");
        let shown = head.header("content-disposition").unwrap();
        assert_eq!(shown.starts_with("attachment"), path.ends_with("save="), "{shown}");
    }
}

#[test]
fn nothing_that_runs_is_ever_shown() {
    // C4, MSG-A5, MSG-B20, MSG-E38
    let site = open();
    let mut gromova = site.browser_of("gromova");
    let chat = class_chat(&mut gromova);
    gromova.get(&chat);
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    let html = "<!doctype html><script>alert(1)</script>";
    let gif = [b"GIF89a\x10\0\x10\0/*".as_slice(), html.as_bytes()].concat();
    let jpg = [&jpeg()[..], html.as_bytes()].concat();
    let hostile: [(&str, &[u8]); 32] = [
        ("a.html", html.as_bytes()),
        ("a.htm", b"<script>alert(1)</script>"),
        ("a.xhtml", b"<html xmlns=\"http://www.w3.org/1999/xhtml\"/>"),
        ("a.svg", svg.as_bytes()),
        ("a.svgz", b"\x1F\x8B\x08\0svg"),
        ("a.png", svg.as_bytes()),
        ("a.jpg", html.as_bytes()),
        ("a.gif", html.as_bytes()),
        ("a.webp", b"RIFF\0\0\0\0WEBP<script>"),
        ("a.pdf", b"\n%PDF-1.7 <script>"),
        ("a.mp4", b"\0\0\0\x18ftypheic<script>"),
        ("a.mp3", b"\xFF\xFE<\0s\0c\0r\0i\0p\0t\0>\0"),
        ("a.xml", b"<?xml version=\"1.0\"?><?xml-stylesheet href=\"x\"?>"),
        ("a.xsl", b"<xsl:stylesheet/>"),
        ("a.js", b"alert(1)"),
        ("a.mjs", b"export default 1"),
        ("a.css", b"body{background:url(x)}"),
        ("a.json", b"{}"),
        ("a.swf", b"FWS\x09"),
        ("a.jar", b"PK\x03\x04META-INF"),
        ("a.zip", b"PK\x03\x04"),
        ("a.docm", b"PK\x03\x04word"),
        ("a.exe", b"MZ\x90\0"),
        ("a.hta", b"<hta:application>"),
        ("a.mht", b"MIME-Version: 1.0\r\nContent-Type: multipart/related"),
        ("a.eml", b"Content-Type: text/html\r\n\r\n<script>"),
        ("a.url", b"[InternetShortcut]\r\nURL=javascript:alert(1)"),
        ("a.txt", b"+ADw-script+AD4-alert(1)"),
        ("a.ico", b"\0\0\x01\0<script>"),
        ("a.bmp", b"BM<script>alert(1)</script>"),
        ("photo\u{202E}gpj.exe", b"MZ\x90\0"),
        ("a.webmanifest", b"{\"start_url\":\"//evil.test\"}"),
    ];
    for (name, content) in hostile {
        let file = bring(&mut gromova, &chat, name, content);
        let path = format!("{chat}/{}/files/1", send(&mut gromova, &chat, &[file]));
        let (head, bytes) = gromova.fetch(&path, &[]);
        assert_eq!((head.status, bytes.as_slice()), (200, content), "{name}");
        assert_eq!(head.header("content-type"), Some("application/octet-stream"), "{name}");
        assert!(head.header("content-disposition").unwrap().starts_with("attachment; "), "{name}");
        guarded(&head, name);
    }
    // A picture with something else behind or inside is a picture, and nothing else.
    for (name, content, kind) in [("b.gif", gif, "image/gif"), ("b.jpg", jpg, "image/jpeg")] {
        let file = bring(&mut gromova, &chat, name, &content);
        let path = format!("{chat}/{}/files/1", send(&mut gromova, &chat, &[file]));
        let (head, bytes) = gromova.fetch(&path, &[]);
        assert_eq!(head.header("content-type"), Some(kind));
        assert_eq!(kind == "image/gif", bytes.windows(8).any(|part| part == b"<script>"), "behind the end");
        guarded(&head, name);
    }
}

fn guarded(head: &Page, name: &str) {
    assert_eq!(head.header("x-content-type-options"), Some("nosniff"), "{name}");
    assert_eq!(head.header("cross-origin-resource-policy"), Some("same-origin"), "{name}");
    let policy = head.header("content-security-policy").unwrap();
    assert!(policy.starts_with("sandbox; default-src 'none';"), "{name}: {policy}");
    assert!(!policy.contains("script"), "{name}: {policy}");
}

#[test]
fn what_is_too_much_is_refused_in_figures() {
    // MSG-A7, MSG-B19; R4: what is refused is said in one sentence.
    let site = Site::with(|settings| {
        settings.require_link = false;
        settings.file_quotas.pupil = 3 * 1024 * 1024;
    });
    site.world.write(|tx| {
        messenger::require_link(tx, now(), TODAY, false)?;
        messenger::roster_tick(tx, now(), TODAY)
    });
    let mut varya = site.browser_of("varya");
    let chat = class_chat(&mut varya);
    varya.get(&chat);
    const MIB: usize = 1024 * 1024;
    let said = |page: &Page| json(page)["text"].as_str().unwrap().replace('\u{a0}', " ");
    assert_eq!(
        said(&begin(&mut varya, &chat, "a", 26 * MIB)),
        "Файл занимает 26 МБ, а можно не больше 25 МБ. Он не отправлен."
    );
    assert_eq!(begin(&mut varya, &chat, "a", 2 * MIB).status, 200);
    assert_eq!(
        said(&begin(&mut varya, &chat, "a", 2 * MIB)),
        "Этот файл не поместится: ваши файлы занимают 2 МБ из 3 МБ. Он не отправлен."
    );
    assert_eq!(said(&begin(&mut varya, &chat, "a", 0)), "Файл пустой. Он не отправлен.");
    let kira = &mut site.browser_of("kira");
    kira.get("/sferum");
    assert_eq!(begin(kira, &chat, "a", 5).status, 404, "she is not in the chat");
    // A day later what was never finished is gone, and there is room again (MSG-A8).
    site.clock.advance(time::Duration::hours(25));
    site.block_on(web::jobs::purge_now(&site.app)).unwrap();
    let mut varya = site.browser_of("varya");
    varya.get(&chat);
    assert_eq!(begin(&mut varya, &chat, "a", 2 * MIB).status, 200);
}

#[test]
fn a_file_goes_with_a_plain_form() {
    // MSG-B1, MSG-A7: without scripts, too; the list of the chat's files is by what the member may see.
    let site = open();
    let (mut varya, mut demyan) = (site.browser_of("varya"), site.browser_of("demyan"));
    let chat = class_chat(&mut varya);
    assert!(varya.get(&chat).body.contains(&format!("href=\"{chat}/attach\"")));
    let to = format!("{chat}/attach");
    let shown = varya.get(&to);
    assert!(shown.text().contains("До 25"), "{}", shown.text());
    let cid = field(&shown.body, "cid");
    let sent = varya.post_files(&to, &[("cid", &cid), ("text", "")], &[("Море.jpg", &jpeg())]);
    assert_eq!((sent.status, sent.header("location")), (303, Some(chat.as_str())));
    for (text, files, said) in
        [("", &[][..], "Сообщение пустое"), ("вот", &[("a.txt", b"".as_slice())], "Файл пустой")]
    {
        let cid = field(&varya.get(&to).body, "cid");
        let refused = varya.post_files(&to, &[("cid", &cid), ("text", text)], files);
        assert!(refused.body.contains(said), "{}", refused.text());
    }
    let seen = demyan.get(&chat).body;
    assert!(
        seen.contains(&format!("<img src=\"{chat}/1/files/1\" width=\"60\" height=\"40\" alt=\"Море.jpg\"")),
        "{seen}"
    );
    assert!(demyan.get("/sferum").text().contains("Варвара: вложение"));
    let listed = demyan.get(&format!("{chat}/files"));
    assert!(listed.body.contains("Море.jpg") && !listed.body.contains("Более ранние"), "{}", listed.text());
    assert_eq!(site.browser_of("kira").get(&format!("{chat}/files")).status, 404);
    assert!(
        demyan.get(&format!("{chat}/1")).body.contains("alt=\"Море.jpg\""),
        "the message has a page of its own"
    );
    assert_eq!(varya.post(&format!("{chat}/1/delete"), &[]).status, 303);
    assert!(demyan.get(&format!("{chat}/files")).text().contains("Файлов пока нет"));
}

#[test]
fn the_list_of_files_goes_on_page_by_page() {
    let site = open();
    let mut gromova = site.browser_of("gromova");
    let chat = class_chat(&mut gromova);
    gromova.get(&chat);
    let file = bring(&mut gromova, &chat, "План.txt", "план".as_bytes());
    for _ in 0..60 {
        send(&mut gromova, &chat, &[file]);
    }
    let first = gromova.get(&format!("{chat}/files"));
    assert_eq!(first.body.matches("<b>План.txt</b>").count(), 50);
    assert!(first.body.contains(&format!("{chat}/files?before=11\"")), "{}", first.body);
    let second = gromova.get(&format!("{chat}/files?before=11"));
    assert_eq!(second.body.matches("<b>План.txt</b>").count(), 10);
    assert_eq!(gromova.get(&format!("{chat}/files?before=x")).status, 400);
}
