//! «Ознакомлен(а)» as people meet it, without scripts.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up must stop")]

mod kit;

use kit::Site;
use kit::chats::chat_named;
use kit::socket::{Socket, cursor, field};
use testkit::TODAY;

#[test]
fn an_announcement_is_acknowledged_and_its_register_read() {
    // MSG-F14, MSG-N3, MSG-N11
    let site = Site::with_chats();
    let (mut gromova, mut mother) = (site.browser_of("gromova"), site.browser_of("mother"));
    let chat = chat_named(&mut gromova, "Объявления 6");
    let page = gromova.get(&chat);
    assert!(page.body.contains("Попросить ознакомиться") && page.body.contains("от всех родителей"));
    let cid = field(&page.body, "cid");
    let late = [("cid", cid.as_str()), ("text", "Выезд в музей"), ("ack", "true"), ("ack_due", "2020-01-01")];
    let refused = gromova.post(&chat, &late);
    assert!(refused.body.contains("уже прошёл"), "{}", refused.text());
    let cid = field(&refused.body, "cid");
    let due = TODAY.to_string();
    let fields =
        [("cid", cid.as_str()), ("text", "Выезд в музей"), ("ack", "true"), ("ack_due", due.as_str())];
    assert_eq!(gromova.post(&chat, &fields).status, 303);
    let register = format!("{chat}/1/register");
    assert!(gromova.get(&chat).body.contains(&register));

    assert!(mother.get("/sferum").body.contains("ждёт «Ознакомлен(а)»"));
    let seen = mother.get(&chat);
    assert!(seen.body.contains(&format!("{chat}/1/acknowledge")), "{}", seen.text());
    assert!(seen.text().contains("ознакомились 0 из 3"), "{}", seen.text());
    assert!(!seen.body.contains(&register));
    assert_eq!(mother.get(&register).status, 404);
    for _ in 0..2 {
        let said = mother.post(&format!("{chat}/1/acknowledge"), &[]);
        assert_eq!((said.status, said.header("location")), (303, Some(format!("{chat}#m1").as_str())));
    }
    let seen = mother.get(&chat);
    assert!(seen.text().contains("Вы ознакомились") && seen.text().contains("ознакомились 1 из 3"));
    assert!(!mother.get("/sferum").body.contains("ждёт «Ознакомлен(а)»"));
    let mut orlova = site.browser_of("kira");
    assert_eq!(orlova.post(&format!("{chat}/1/acknowledge"), &[]).status, 404);

    let listed = gromova.get(&register);
    assert!(listed.text().contains("Ещё не ознакомились: 2"), "{}", listed.text());
    assert!(listed.text().contains("Ознакомились: 1") && listed.text().contains("Светлана"));
    let slips = gromova.get(&format!("{register}/slips"));
    assert_eq!(slips.body.matches("class=\"slip\"").count(), 2);
    assert!(slips.body.contains("Выезд в музей"));
    let reminded = gromova.post(&format!("{chat}/1/remind"), &[]);
    assert_eq!(reminded.header("location"), Some(register.as_str()));
    let mut other = site.browser_of("demyan_mother");
    assert!(other.get("/sferum").body.contains("вас позвали"));
    assert!(!mother.get("/sferum").body.contains("вас позвали"));
    gromova.post(&format!("{chat}/1/remind"), &[]);
    let again = gromova.get(&register);
    assert!(again.text().contains("меньше суток назад"), "{}", again.text());
    gromova.get(&format!("{chat}/1"));
    let refused = gromova.post(&format!("{chat}/1/edit"), &[("rev", "0"), ("text", "Выезд в театр")]);
    assert!(refused.body.contains("Напишите новое"), "{}", refused.text());
}

#[test]
fn a_script_asks_for_the_same() {
    // MSG-F14
    let site = Site::with_chats();
    let mut gromova = site.browser_of("gromova");
    let chat = chat_named(&mut gromova, "Объявления 6");
    let id = chat.rsplit('/').next().unwrap().to_owned();
    let at = cursor(&gromova.get(&chat).body);
    let mut socket = Socket::open(&gromova, &at);
    let mut send = |n: u8, due: &str| {
        socket.ask(&format!(
            r#"{{"t":"send","re":1,"conv":{id},"cid":"{n:032x}","text":"Музей","ack":{{"due":{due},"both":true}}}}"#
        ))
    };
    assert_eq!(send(1, &format!("\"{TODAY}\""))["t"], "ack");
    assert_eq!(send(2, "null")["t"], "ack");
    for (n, bad) in [(3, "\"2020-01-01\""), (4, "\"завтра\""), (5, "\"2026-02-30\"")] {
        assert_eq!(send(n, bad)["code"], "M-72", "{bad}");
    }
}
