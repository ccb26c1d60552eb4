//! Who may be called about a message: hushed chats, rest, quiet hours, blocks, and what passes them.
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on must stop, and a kit is shared"
)]

mod kit;

use kit::Chats;
use messenger::{Body, ConversationId, Draft, Hush, HushError, MemberOf, MessageId, Notice, notice, notices};
use school::{Denied, Present, Zone};
use store::{Actor, UtcInstant};
use testkit::TODAY;
use time::Duration;
use time::macros::date;

/// A minute of today by the school's clocks.
fn at(minute: u16) -> UtcInstant {
    Zone::find("Europe/Moscow").unwrap().instant(TODAY, minute)
}

fn nobody() -> Actor {
    Actor { person: None, session: None, address: String::new() }
}

const DAY: u16 = 700;
const NIGHT: u16 = 1300;

fn write(chats: &Chats, who: &str, chat: ConversationId, minute: u16, text: &str) -> MessageId {
    chats.send_at(at(minute), chats.viewer(who), chat, chats.cid(), text).unwrap().message
}

/// The answer for one person; both functions give the same.
fn told(chats: &Chats, who: &str, message: MessageId, minute: u16) -> Notice {
    let person = chats.world.person(who);
    chats.world.read(|tx| {
        let one = notice(tx, at(minute), person, message, TODAY)?;
        let all = notices(tx, at(minute), message, TODAY)?;
        let among = all.into_iter().find(|(listed, _)| *listed == person).map(|(_, notice)| notice);
        assert_eq!(among.unwrap_or(Notice::Never), one, "{who}");
        Ok::<_, store::Error>(one)
    })
}

#[derive(Debug)]
enum Refused {
    Denied,
    Hush(HushError),
}

impl From<Denied> for Refused {
    fn from(_: Denied) -> Self {
        Self::Denied
    }
}

impl From<store::Error> for Refused {
    fn from(error: store::Error) -> Self {
        Self::Hush(error.into())
    }
}

impl From<HushError> for Refused {
    fn from(error: HushError) -> Self {
        Self::Hush(error)
    }
}

fn hush(chats: &Chats, who: &str, chat: ConversationId, hush: Option<Hush>) -> Result<(), Refused> {
    let viewer = chats.viewer(who);
    chats.world.try_write(move |tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        Ok(messenger::hush(tx, at(DAY), &by, hush)?)
    })
}

fn rest(chats: &Chats, who: &str, until: Option<UtcInstant>) -> Result<(), Refused> {
    let viewer = chats.viewer(who);
    chats.world.try_write(move |tx| Ok(messenger::rest(tx, at(DAY), &Present::ask(tx, &viewer)?, until)?))
}

fn badge(chats: &Chats, who: &str, minute: u16) -> u32 {
    let viewer = chats.viewer(who);
    chats.world.read(|tx| {
        messenger::unread_total(tx, at(minute), &Present::ask(tx, &viewer)?, TODAY).map_err(Denied::from)
    })
}

#[test]
fn members_are_called_and_nobody_else() {
    // MSG-I7, MSG-I13, MSG-I21, MSG-F20
    let chats = Chats::open();
    let chat = chats.class_chat();
    let message = write(&chats, "varya", chat, DAY, "привет");
    assert_eq!(told(&chats, "demyan", message, DAY), Notice::Now);
    for stranger in ["varya", "timur", "kira", "mother"] {
        assert_eq!(told(&chats, stranger, message, DAY), Notice::Never, "{stranger}");
    }
    chats.mark_read("demyan", chat, 1);
    assert_eq!(told(&chats, "demyan", message, DAY), Notice::Never, "read on another device");
    let second = write(&chats, "varya", chat, DAY, "ещё");
    assert_eq!(told(&chats, "demyan", second, DAY), Notice::Now);
    chats.withdraw("demyan");
    assert_eq!(told(&chats, "demyan", second, DAY), Notice::Never, "the link is gone");
    chats.enrol("demyan");
    let viewer = chats.viewer("varya");
    chats.world.write(move |tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        messenger::delete(tx, at(DAY), &by, &nobody(), 2).map(drop).map_err(|_| Denied::Denied)
    });
    assert_eq!(told(&chats, "gromova", second, DAY), Notice::Never, "deleted");
    assert_eq!(told(&chats, "gromova", MessageId::from_row(99), DAY), Notice::Never, "unknown");
}

#[test]
fn a_hushed_chat_calls_by_name_only() {
    // MSG-F20: the number stays, the badge counts what calls by name.
    let chats = Chats::open();
    let chat = chats.class_chat();
    let plain = write(&chats, "varya", chat, DAY, "привет");
    let named = write(&chats, "varya", chat, DAY, "@Демьян Карпов, ты где?");
    hush(&chats, "demyan", chat, Some(Hush { until: Some(at(DAY + 60)) })).unwrap();
    assert_eq!(told(&chats, "demyan", plain, DAY), Notice::Never);
    assert_eq!(told(&chats, "demyan", named, DAY), Notice::Now);
    assert_eq!((badge(&chats, "demyan", DAY), chats.unread("demyan", chat)), (1, 2));
    assert_eq!(told(&chats, "gromova", plain, DAY), Notice::Now, "for one member alone");
    assert_eq!(told(&chats, "demyan", plain, DAY + 59), Notice::Never);
    assert_eq!(told(&chats, "demyan", plain, DAY + 60), Notice::Now, "it ends by itself");
    assert_eq!(badge(&chats, "demyan", DAY + 60), 2);
    hush(&chats, "demyan", chat, Some(Hush { until: None })).unwrap();
    assert_eq!(told(&chats, "demyan", plain, DAY + 60), Notice::Never, "for ever");
    hush(&chats, "demyan", chat, None).unwrap();
    assert_eq!(told(&chats, "demyan", plain, DAY), Notice::Now);
    for until in [at(DAY), at(DAY - 1), at(DAY) + Duration::days(32)] {
        let refused = hush(&chats, "demyan", chat, Some(Hush { until: Some(until) }));
        assert!(matches!(refused, Err(Refused::Hush(HushError::BadTime))), "{refused:?}");
    }
    assert!(matches!(hush(&chats, "kira", chat, None), Err(Refused::Denied)));
}

#[test]
fn a_call_waits_for_the_end_of_quiet_hours_and_of_rest() {
    // MSG-S4, MSG-F20: whichever ends last; in a chat one is what one sits there as.
    let chats = Chats::open();
    let chat = chats.parents_chat();
    let morning = Zone::find("Europe/Moscow").unwrap().instant(date!(2026 - 10 - 15), 450);
    let message = write(&chats, "mother", chat, NIGHT, "@Демьян Карпов и все");
    assert_eq!(told(&chats, "gromova", message, NIGHT), Notice::Later(morning));
    assert_eq!(told(&chats, "demyan_mother", message, NIGHT), Notice::Now, "guardians have none unasked");
    rest(&chats, "demyan_mother", Some(at(NIGHT + 30))).unwrap();
    rest(&chats, "gromova", Some(at(NIGHT + 30))).unwrap();
    assert_eq!(told(&chats, "demyan_mother", message, NIGHT), Notice::Later(at(NIGHT + 30)));
    assert_eq!(badge(&chats, "demyan_mother", NIGHT), 0);
    assert_eq!(told(&chats, "gromova", message, NIGHT), Notice::Later(morning));
    assert_eq!(told(&chats, "demyan_mother", message, NIGHT + 30), Notice::Now);
    assert_eq!(badge(&chats, "demyan_mother", NIGHT + 30), 1);
    rest(&chats, "gromova", Some(morning + Duration::HOUR)).unwrap();
    assert_eq!(told(&chats, "gromova", message, NIGHT), Notice::Later(morning + Duration::HOUR));
    rest(&chats, "gromova", None).unwrap();
    assert_eq!(told(&chats, "gromova", message, NIGHT), Notice::Later(morning));
    let refused = rest(&chats, "gromova", Some(at(DAY)));
    assert!(matches!(refused, Err(Refused::Hush(HushError::BadTime))), "{refused:?}");
}

#[test]
fn an_urgent_message_passes_all_but_a_block() {
    // MSG-N6, MSG-E27
    let chats = Chats::open();
    let chat = chats.parents_chat();
    for who in ["gromova", "demyan_mother"] {
        hush(&chats, who, chat, Some(Hush { until: None })).unwrap();
        rest(&chats, who, Some(at(NIGHT + 60))).unwrap();
    }
    let (viewer, draft) =
        (chats.viewer("mother"), Draft::text(chats.cid(), Body::parse("заболела").unwrap()));
    let message = chats.world.write(move |tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        let sent = messenger::send_urgent(tx, at(NIGHT), &by, &nobody(), &draft);
        sent.map(|ack| ack.message).map_err(|_| Denied::Denied)
    });
    for who in ["gromova", "demyan_mother"] {
        assert_eq!(told(&chats, who, message, NIGHT), Notice::Now, "{who}");
        assert_eq!(badge(&chats, who, NIGHT), 1);
    }
    let (viewer, mother) = (chats.viewer("demyan_mother"), chats.world.person("mother"));
    chats.world.write(move |tx| {
        messenger::block(tx, at(DAY), &Present::ask(tx, &viewer)?, mother, TODAY).map_err(|_| Denied::Denied)
    });
    assert_eq!(told(&chats, "demyan_mother", message, NIGHT), Notice::Never);
    assert_eq!(told(&chats, "gromova", message, NIGHT), Notice::Now);
}
