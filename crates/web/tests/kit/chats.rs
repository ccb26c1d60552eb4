//! A school whose chats are open to everybody without the link, and what is said in them.

use testkit::{Browser, TODAY, World, now};
use web::Settings;

use super::Site;
use super::socket::{chats_of, field};

/// Lifts the link and makes the chats that follow the roster.
pub fn open(world: &World) {
    world.write(|tx| {
        messenger::require_link(tx, now(), TODAY, false)?;
        messenger::roster_tick(tx, now(), TODAY)
    });
}

impl Site {
    /// A site with chats, open to everybody.
    pub fn with_chats() -> Self {
        Self::with_chats_and(|_| {})
    }

    /// The same, with settings of one's own.
    pub fn with_chats_and(change: impl FnOnce(&mut Settings)) -> Self {
        let site = Self::with(|settings| {
            settings.require_link = false;
            change(settings);
        });
        open(&site.world);
        site
    }
}

/// Writes into a chat by its form.
pub fn say(browser: &mut Browser, chat: &str, text: &str) {
    let cid = field(&browser.get(chat).body, "cid");
    assert_eq!(browser.post(chat, &[("cid", &cid), ("text", text)]).status, 303);
}

/// The address of the chat whose name begins so.
pub fn chat_named(browser: &mut Browser, name: &str) -> String {
    let page = browser.get("/sferum");
    chats_of(&page.body).into_iter().find(|(found, _)| found.starts_with(name)).expect(&page.body).1
}

/// A group of a pupil whose adult's account is blocked (MSG-E25).
pub fn unattended_group(world: &World) -> messenger::ConversationId {
    let (viewer, lapina) = (world.viewer("lapina"), world.person("lapina"));
    let (pupils, class) = ([world.person("varya")], world.class_id("6A"));
    let chat = world.write(move |tx| {
        let by = school::Staff::ask(tx, &viewer, TODAY)?;
        let actor = store::Actor::program("test");
        let made = messenger::gather(tx, now(), &by, &actor, TODAY, "Газета", Some(class), &pupils);
        Ok::<_, school::Denied>(made.unwrap())
    });
    world.set_password("lapina", "три случайных слова");
    world.write(move |tx| {
        school::block(tx, now(), lapina, "проверка").unwrap();
        Ok::<_, store::Error>(())
    });
    chat
}
