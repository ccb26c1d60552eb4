//! The purge by age as its readers and the desk see it, and after a base came back from a copy.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up must stop")]

mod kit;

use kit::Site;
use kit::socket::class_chat;
use messenger::{Body, ClientId, ConversationId, Draft, MemberOf, Span};
use school::{Denied, Viewer};
use store::{Random, ServerKey, Store, UtcInstant};
use testkit::{TODAY, World, now};
use time::Duration;

fn say(world: &World, at: UtcInstant, who: &str, chat: &str, text: &str) {
    let viewer = world.viewer(who);
    let cid = ClientId::from_bytes(world.random.bytes()).unwrap();
    let draft = Draft::text(cid, Body::parse(text).unwrap());
    let chat: ConversationId = chat.trim_start_matches("/sferum/").parse().unwrap();
    world.write(move |tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        messenger::send(tx, at, &by, &draft).unwrap();
        Ok::<_, Denied>(())
    });
}

/// How many messages of the chat its homeroom teacher sees.
fn seen(store: &Store, gromova: Viewer, chat: &str) -> usize {
    let chat: ConversationId = chat.trim_start_matches("/sferum/").parse().unwrap();
    let page: Result<_, Denied> = store.read_blocking(move |tx| {
        let by = MemberOf::ask(tx, &gromova, chat, TODAY)?;
        Ok(messenger::history(tx, &by, Span::Newest, 50)?)
    });
    page.unwrap().lines.len()
}

#[test]
fn readers_are_told_what_is_gone_and_the_desk_has_a_report() {
    // MSG-S8, MSG-F38
    let site = Site::with_chats();
    let mut varya = site.browser_of("varya");
    let chat = class_chat(&mut varya);
    say(&site.world, now() - Duration::days(800), "gromova", &chat, "маркер старое");
    say(&site.world, now(), "gromova", &chat, "новое");
    assert!(varya.get(&chat).body.contains("маркер старое"));
    site.block_on(web::jobs::purge_messages_now(&site.app)).unwrap();
    let page = varya.get(&chat);
    assert!(!page.body.contains("маркер") && page.body.contains("новое"), "{}", page.text());
    assert!(
        page.body
            .replace('\u{a0}', " ")
            .contains("Сообщения до 1 сентября 2025 г. удалены по сроку хранения"),
        "{}",
        page.text()
    );

    let mut lead = site.browser_of("barinova");
    assert!(lead.get("/safety").body.contains("href=\"/safety/retention\""));
    let desk = lead.get("/safety/retention");
    for said in ["этот и прошлый учебный год", "без срока", "1 сообщение", "всё до 1 сентября 2025 г."]
    {
        assert!(desk.text().replace('\u{a0}', " ").contains(said), "{said}: {}", desk.text());
    }
    let refused = lead.post("/safety/retention", &[("years", "сто")]);
    assert!(refused.status == 200 && refused.body.contains("value=\"сто\""), "{}", refused.text());
    assert_eq!(lead.post("/safety/retention", &[("years", "7")]).line(), "303 → /safety/retention");
    assert!(lead.get("/safety/retention").body.contains("value=\"7\""));

    let mut head = site.browser_of("zotova");
    let page = head.get("/safety/retention");
    assert!(page.status == 200 && !page.body.contains("name=\"years\""), "the head sees and does not decide");
    assert_eq!(head.post("/safety/retention", &[("years", "1")]).status, 403);
    for other in ["varya", "mother", "lapina"] {
        assert_eq!(site.browser_of(other).get("/safety/retention").status, 404, "{other}");
    }
}

#[test]
fn a_base_from_a_copy_is_purged_before_anybody_is_let_in() {
    // MSG-K5: the copy was made before the purge; after the restore the old texts are gone before the first answer.
    let site = Site::with_chats();
    let mut varya = site.browser_of("varya");
    let chat = class_chat(&mut varya);
    say(&site.world, now() - Duration::days(800), "gromova", &chat, "маркер старое");
    let path = site.world.path();
    let (copy, back) = (path.with_file_name("copy.db"), path.with_file_name("back.db"));
    let gromova = site.world.viewer("gromova");
    store::backup(&path, &copy, &web::schema()).unwrap();
    site.block_on(web::jobs::purge_messages_now(&site.app)).unwrap();
    assert_eq!(seen(&site.world.store, gromova, &chat), 0);

    store::restore(&copy, &back, &web::schema(), &Random::seeded(9)).unwrap();
    let restored = Store::open(&back, &web::schema(), store::Mode::Serve).unwrap();
    assert_eq!(seen(&restored, gromova, &chat), 1, "the copy still has it");
    assert!(restored.read_blocking(messenger::is_new_file).unwrap());
    let random = Random::seeded(10);
    let server = kit::Server::start(restored.clone(), ServerKey::in_memory(&random), random, kit::settings());
    // No request was made and no job was started: binding alone has done it.
    assert_eq!(seen(&restored, gromova, &chat), 0);
    assert!(!restored.read_blocking(messenger::is_new_file).unwrap());
    drop(server);
    restored.close();
}
