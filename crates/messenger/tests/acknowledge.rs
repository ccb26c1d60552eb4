//! «Ознакомлен(а)»: who is asked, who counts, what a signature forbids.
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on must stop, and a kit is shared"
)]

mod kit;

use kit::{Chats, Refused};
use messenger::{
    AckError, AckRequest, Acknowledgement, Body, ChatKind, ConversationId, Draft, EditError, MemberOf,
    Register, SendError, Span,
};
use school::{Access, Denied, NewGuardianship, Present};
use store::{Actor, UtcInstant};
use testkit::{TODAY, now};
use time::Duration;

const ASKS: AckRequest = AckRequest { due: None, both: false };

fn ask(chats: &Chats, who: &str, chat: ConversationId, ack: AckRequest) -> Result<i64, Refused> {
    let viewer = chats.viewer(who);
    let draft = Draft {
        ack: Some(ack), ..Draft::text(chats.cid(), Body::parse("Выезд в музей").unwrap())
    };
    chats.world.try_write(move |tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        let sent = messenger::send(tx, now(), &by, &draft)?;
        assert!(messenger::send(tx, now(), &by, &draft)?.dup, "MSG-I2");
        let other = Draft { ack: None, ..draft };
        assert!(matches!(messenger::send(tx, now(), &by, &other), Err(SendError::Conflict)));
        Ok(sent.seq)
    })
}

fn sign(chats: &Chats, who: &str, chat: ConversationId, seq: i64) -> Result<(), Refused> {
    chats.try_as(who, chat, move |tx, by| Ok(messenger::acknowledge(tx, now(), by, seq, "Firefox")?))
}

fn register(chats: &Chats, who: &str, chat: ConversationId, seq: i64) -> Result<Register, Refused> {
    chats.try_as(who, chat, move |tx, by| Ok(messenger::register(tx, by, seq)?))
}

fn remind(chats: &Chats, at: UtcInstant, chat: ConversationId, seq: i64) -> Result<(), Refused> {
    let draft = Draft::text(chats.cid(), Body::parse("Напоминание").unwrap());
    chats.try_as("gromova", chat, move |tx, by| Ok(messenger::remind(tx, at, by, seq, &draft)?))
}

fn seen(chats: &Chats, who: &str, chat: ConversationId, seq: i64) -> Acknowledgement {
    let viewer = chats.viewer(who);
    chats.world.read(move |tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        let lines = messenger::history(tx, &by, Span::Newest, 200)?.lines;
        Ok::<_, Denied>(
            messenger::extras(tx, &by, &chats.world.key, &lines)?.remove(&seq).unwrap().ack.unwrap(),
        )
    })
}

/// Whether the list of chats says that something waits, and that somebody calls.
fn listed(chats: &Chats, who: &str, chat: ConversationId) -> (bool, bool) {
    let viewer = chats.viewer(who);
    let listed = chats
        .world
        .read(move |tx| messenger::list_chats(tx, &Present::ask(tx, &viewer)?).map_err(Denied::from));
    let found = listed.into_iter().find(|summary| summary.conversation.id == chat).unwrap();
    (found.to_acknowledge, found.called)
}

fn done(register: &Register) -> (usize, usize) {
    (register.entries.iter().filter(|entry| entry.done).count(), register.entries.len())
}

#[test]
fn a_message_is_signed_once_and_stays_as_it_was() {
    // MSG-F14
    let chats = Chats::open();
    let class = chats.class_chat();
    assert!(matches!(ask(&chats, "varya", class, ASKS), Err(Refused::Send(SendError::AckByStaff))));
    let late = AckRequest { due: TODAY.previous_day(), both: false };
    assert!(matches!(ask(&chats, "gromova", class, late), Err(Refused::Send(SendError::AckOverdue))));
    let plain = chats.send("gromova", class, "просто так").seq;
    let seq = ask(&chats, "gromova", class, AckRequest { due: Some(TODAY), both: false }).unwrap();
    assert_eq!(listed(&chats, "varya", class), (true, false));
    assert_eq!(listed(&chats, "gromova", class), (false, false));
    let refused = |who, seq| sign(&chats, who, class, seq).unwrap_err();
    assert!(matches!(refused("gromova", seq), Refused::Ack(AckError::Own)));
    assert!(matches!(refused("varya", plain), Refused::Ack(AckError::NoSuchMessage)));
    assert!(matches!(refused("varya", 99), Refused::Ack(AckError::NoSuchMessage)));
    assert!(matches!(refused("kira", seq), Refused::Denied));
    let edit = |text: &'static str| {
        chats
            .try_as("gromova", class, move |tx, by| {
                Ok(messenger::edit(
                    tx,
                    now(),
                    by,
                    seq,
                    i64::from(text == "ещё раз"),
                    &Body::parse(text).unwrap(),
                )
                .map(|_| ()))
            })
            .unwrap()
    };
    edit("Выезд в театр").unwrap();
    for _ in 0..2 {
        sign(&chats, "varya", class, seq).unwrap();
    }
    assert!(matches!(edit("ещё раз"), Err(EditError::Acknowledged)));
    let (varya, demyan) = (seen(&chats, "varya", class, seq), seen(&chats, "demyan", class, seq));
    assert!(varya.own && !demyan.own && demyan.may_press && !demyan.may_see_register);
    assert_eq!(varya.count, demyan.count);
    assert_eq!(varya.count.unwrap().0, 1);
    assert!(!listed(&chats, "varya", class).0);
    // A member of staff may sign as well, and is not counted in the chat of a class.
    sign(&chats, "lapina", class, seq).unwrap();
    chats
        .try_as("gromova", class, move |tx, by| {
            messenger::delete(tx, now(), by, &Actor::program("test"), seq).map_err(|_| Refused::Denied)
        })
        .unwrap();
    let kept = register(&chats, "gromova", class, seq).unwrap();
    assert_eq!((done(&kept).0, kept.others.len()), (1, 1), "the register outlives the text");
    assert!(matches!(refused("demyan", seq), Refused::Ack(AckError::NoSuchMessage)));
    assert!(!listed(&chats, "demyan", class).0);
}

#[test]
fn the_register_counts_families_and_reminds_those_who_have_not() {
    // MSG-N3, MSG-N11
    let chats = Chats::open();
    let [varya, mother, father, aunt] =
        ["varya", "mother", "father", "demyan_mother"].map(|key| chats.world.person(key));
    chats.world.write(move |tx| {
        let edge = NewGuardianship {
            adult: aunt,
            child: varya,
            relation: "опекун",
            access: Access::Full,
            contact_order: 2,
            starts: TODAY,
        };
        school::add_guardianship(tx, &edge).map(drop)
    });
    let news = chats.chat("gromova", ChatKind::ClassNews, "6A");
    let one = ask(&chats, "gromova", news, ASKS).unwrap();
    let both = ask(&chats, "gromova", news, AckRequest { due: None, both: true }).unwrap();
    assert!(matches!(register(&chats, "mother", news, one), Err(Refused::Ack(AckError::NoSuchMessage))));
    sign(&chats, "varya", news, one).unwrap();
    let signed = register(&chats, "gromova", news, one).unwrap();
    assert_eq!((done(&signed).0, signed.others.len()), (0, 1), "a child does not sign for its family");
    assert!(!format!("{signed:?}").contains(&format!("{father:?}")), "whom a court keeps away is not named");
    for seq in [one, both] {
        sign(&chats, "mother", news, seq).unwrap();
    }
    let of = |seq| {
        let register = register(&chats, "gromova", news, seq).unwrap();
        register.entries.into_iter().find(|entry| entry.about == varya).unwrap()
    };
    assert!(of(one).done && !of(both).done);
    assert_eq!((of(both).missing, of(both).signed[0].device.as_str()), (vec![(aunt, true)], "Firefox"));
    assert_eq!(of(both).signed[0].person, mother);
    // Who is not linked is named too.
    chats.withdraw("demyan_mother");
    assert_eq!(of(both).missing, [(aunt, false)]);
    chats.enrol("demyan_mother");
    remind(&chats, now(), news, one).unwrap();
    assert!(!listed(&chats, "mother", news).1, "this family is through");
    assert!(listed(&chats, "demyan_mother", news).1, "her other child's is not");
    assert!(matches!(remind(&chats, now(), news, one), Err(Refused::Ack(AckError::RemindedToday))));
    remind(&chats, now() + Duration::hours(24), news, one).unwrap();
    for seq in [one, both] {
        sign(&chats, "demyan_mother", news, seq).unwrap();
    }
    assert!(of(both).done);
}
