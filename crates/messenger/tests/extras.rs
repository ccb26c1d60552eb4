//! Answers, reactions, pins, calls by name.
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on must stop, and a kit is shared"
)]

mod kit;

use kit::{Chats, Refused, later};
use messenger::{
    Body, ChatKind, ClientId, ConversationId, Draft, Extras, MemberOf, PINS, PinError, ReactError, Reaction,
    SendError, Span,
};
use school::{Denied, NewPerson, Present, Role};
use store::{Actor, UtcInstant};
use testkit::{TODAY, now};
use time::macros::date;

fn draft(chats: &Chats, text: &str) -> Draft {
    Draft::text(chats.cid(), Body::parse(text).unwrap())
}

fn send(chats: &Chats, who: &str, chat: ConversationId, draft: Draft) -> Result<i64, Refused> {
    let viewer = chats.viewer(who);
    chats.world.try_write(move |tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        Ok(messenger::send(tx, now(), &by, &draft)?.seq)
    })
}

fn extras(chats: &Chats, who: &str, chat: ConversationId, seq: i64) -> Option<Extras> {
    let viewer = chats.viewer(who);
    chats.world.read(move |tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        let lines = messenger::history(tx, &by, Span::Newest, 200)?.lines;
        Ok::<_, Denied>(messenger::extras(tx, &by, &chats.world.key, &lines)?.remove(&seq))
    })
}

fn react(chats: &Chats, who: &str, chat: ConversationId, seq: i64, on: bool) -> Result<(), Refused> {
    chats.try_as(who, chat, move |tx, by| {
        let deed = if on { messenger::react } else { messenger::unreact };
        Ok(deed(tx, now(), by, seq, Reaction::Thanks)?)
    })
}

fn delete(chats: &Chats, who: &str, chat: ConversationId, seq: i64) {
    let done = chats.try_as(who, chat, move |tx, by| {
        messenger::delete(tx, now(), by, &Actor::program("test"), seq).map_err(|_| Refused::Denied)
    });
    done.unwrap();
}

#[test]
fn an_answer_quotes_what_its_reader_may_see() {
    // MSG-B13, MSG-I9, MSG-I11
    let chats = Chats::open();
    let class = chats.class_chat();
    let first = chats.send("demyan", class, "Кто записал, что по географии?").seq;
    let answer = Draft { reply: Some(first), ..draft(&chats, "§ 5") };
    let seq = send(&chats, "varya", class, answer.clone()).unwrap();
    assert_eq!(send(&chats, "varya", class, answer.clone()).unwrap(), seq);
    let other = Draft { reply: None, ..answer };
    assert!(matches!(send(&chats, "varya", class, other), Err(Refused::Send(SendError::Conflict))));
    let quote = extras(&chats, "gromova", class, seq).unwrap().quote.unwrap();
    assert_eq!(quote.seq, first);
    assert_eq!(quote.said.unwrap().1, "Кто записал, что по географии?");
    assert_eq!(extras(&chats, "gromova", class, first), None, "a plain message asks for nothing");
    delete(&chats, "gromova", class, first);
    assert_eq!(extras(&chats, "gromova", class, seq).unwrap().quote.unwrap().said, None);
    for gone in [first, 99, 0, -1] {
        let answer = Draft { reply: Some(gone), ..draft(&chats, "на это") };
        let refused = send(&chats, "varya", class, answer);
        assert!(matches!(refused, Err(Refused::Send(SendError::NoSuchMessage))), "{gone}");
    }
}

#[test]
fn a_reaction_is_a_set_of_people() {
    // MSG-B13, MSG-B14, MSG-F7
    let chats = Chats::open();
    let class = chats.class_chat();
    let seq = chats.send("demyan", class, "принёс").seq;
    for _ in 0..2 {
        react(&chats, "varya", class, seq, true).unwrap();
    }
    react(&chats, "gromova", class, seq, true).unwrap();
    let shown = |who| extras(&chats, who, class, seq).unwrap().reactions;
    assert_eq!((shown("varya")[0].count, shown("varya")[0].own), (2, true));
    assert!(!shown("demyan")[0].own);
    react(&chats, "varya", class, seq, false).unwrap();
    react(&chats, "varya", class, seq, false).unwrap();
    assert_eq!((shown("varya")[0].count, shown("varya")[0].own), (1, false));
    assert!(matches!(react(&chats, "kira", class, seq, true), Err(Refused::Denied)));
    let switch = |who: &str, on: bool| {
        chats.try_as(who, class, move |tx, by| {
            Ok(messenger::set_reactions(tx, now(), by, &Actor::program("test"), on)?)
        })
    };
    assert!(matches!(switch("varya", false), Err(Refused::React(ReactError::NotModerator))));
    switch("gromova", false).unwrap();
    assert!(matches!(react(&chats, "varya", class, seq, true), Err(Refused::React(ReactError::SwitchedOff))));
    assert_eq!(shown("varya")[0].count, 1, "what was given stays");
    switch("gromova", true).unwrap();
    react(&chats, "varya", class, seq, true).unwrap();
    delete(&chats, "demyan", class, seq);
    assert!(matches!(
        react(&chats, "varya", class, seq, true),
        Err(Refused::React(ReactError::NoSuchMessage))
    ));
    assert_eq!(Reaction::from_word("🔥"), None);
}

#[test]
fn a_chat_has_several_pins_with_their_history() {
    // MSG-F9, MSG-B13, MSG-I9
    let chats = Chats::open();
    let class = chats.class_chat();
    let first = chats.send("gromova", class, "список на музей").seq;
    let second = chats.send("demyan", class, "что взять с собой").seq;
    let pin = |who, seq| chats.try_as(who, class, move |tx, by| Ok(messenger::pin(tx, now(), by, seq)?));
    let pinned = || {
        chats
            .try_as("varya", class, |tx, by| {
                Ok(messenger::pins(tx, by)?.into_iter().map(|line| line.seq).collect::<Vec<_>>())
            })
            .unwrap()
    };
    assert!(matches!(pin("varya", first), Err(Refused::Pin(PinError::NotModerator))));
    assert!(matches!(pin("gromova", 99), Err(Refused::Pin(PinError::NoSuchMessage))));
    for seq in [first, second, second] {
        pin("gromova", seq).unwrap();
    }
    assert_eq!(pinned(), [second, first]);
    chats.try_as("gromova", class, move |tx, by| Ok(messenger::unpin(tx, now(), by, second)?)).unwrap();
    assert_eq!(pinned(), [first]);
    delete(&chats, "gromova", class, first);
    assert_eq!(pinned(), [] as [i64; 0]);
    let mut last = Ok(());
    for n in 0..=PINS {
        let seq = chats.send("gromova", class, &format!("важное {n}")).seq;
        last = pin("gromova", seq);
    }
    assert!(matches!(last, Err(Refused::Pin(PinError::TooMany))));
    // A deleted message is no pin that anybody could take away.
    let (oldest, one_more) = (*pinned().last().unwrap(), chats.send("gromova", class, "и ещё").seq);
    delete(&chats, "gromova", class, oldest);
    pin("gromova", one_more).unwrap();
    assert_eq!((pinned().len(), pinned()[0]), (PINS, one_more));
}

#[test]
fn a_crowd_is_called_after_a_question_and_a_few_times_a_day() {
    // MSG-E33, MSG-B25, MSG-S12
    let chats = Chats::open();
    let room = chats.of_kind("gromova", ChatKind::StaffRoom);
    chats.world.write(move |tx| {
        for _ in 0..120 {
            let name = school::PersonName::parse("Сотрудник", "Яна", "").unwrap();
            let new = NewPerson { external_id: None, name: &name, birth_date: None, sex: None, phone: None };
            let person = school::add_person(tx, &new)?;
            drop(school::grant(tx, person, Role::Teacher, None, None, date!(2026 - 09 - 01))?);
            messenger::enrol(tx, now(), TODAY, person)?;
        }
        messenger::roster_tick(tx, now(), TODAY)
    });
    let call = |at: UtcInstant, cid: ClientId, confirmed: bool| {
        let draft =
            Draft { confirmed, ..Draft::text(cid, Body::parse("@все, педсовет").unwrap()) };
        chats.try_as("gromova", room, move |tx, by| Ok(messenger::send(tx, at, by, &draft)?))
    };
    // From a device that is a day old: a newer one is asked about for its own sake (MSG-S10).
    let many = call(later(24 * 60), chats.cid(), false);
    assert!(matches!(many, Err(Refused::Send(SendError::CallsMany { people })) if people > 120), "{many:?}");
    let first = chats.cid();
    for (n, cid) in [first, chats.cid(), chats.cid()].into_iter().enumerate() {
        assert_eq!(call(later(24 * 60 + 10), cid, true).unwrap().seq, i64::try_from(n).unwrap() + 1);
    }
    let often = call(later(24 * 60 + 11), chats.cid(), true);
    assert!(matches!(often, Err(Refused::Send(SendError::CalledTooOften))), "{often:?}");
    // What was taken is still acknowledged, small chats are no crowd, others have their own count, a day is a day.
    assert!(call(later(24 * 60 + 12), first, true).unwrap().dup);
    assert_eq!(chats.send("gromova", chats.class_chat(), "@все, завтра экскурсия").seq, 1);
    assert_eq!(call(later(48 * 60 + 11), chats.cid(), true).unwrap().seq, 4);
}

#[test]
fn whoever_is_called_by_name_is_told_in_the_list() {
    // MSG-B25, MSG-S12
    let chats = Chats::open();
    let class = chats.class_chat();
    let called = |who: &str| {
        let viewer = chats.viewer(who);
        let listed = chats
            .world
            .read(move |tx| messenger::list_chats(tx, &Present::ask(tx, &viewer)?).map_err(Denied::from));
        listed.into_iter().find(|chat| chat.conversation.id == class).unwrap().called
    };
    let name = chats.world.read(|tx| {
        let person = chats.world.person("varya");
        Ok::<_, store::Error>(school::load_person(tx, person)?.name.short())
    });
    let seq = send(&chats, "gromova", class, draft(&chats, &format!("@{name}, принесите тетрадь"))).unwrap();
    assert!(called("varya") && !called("demyan") && !called("gromova"));
    assert!(extras(&chats, "varya", class, seq).unwrap().calls_me);
    assert!(!extras(&chats, "demyan", class, seq).unwrap().calls_me);
    chats.mark_read("varya", class, seq);
    assert!(!called("varya"));
    let refused = send(&chats, "varya", class, draft(&chats, "@все, привет"));
    assert!(matches!(refused, Err(Refused::Send(SendError::EveryoneByStaff))));
    send(&chats, "gromova", class, draft(&chats, "@все, завтра музей")).unwrap();
    assert!(called("varya") && called("demyan"));
}
