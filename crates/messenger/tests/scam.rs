//! Against fraud (MSG-S10): what is marked for a warning, and what waits for its sender's word on a new device.
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on must stop, and a kit is shared"
)]

mod kit;

use kit::{Chats, Refused};
use messenger::{Ack, Body, ChatKind, ConversationId, Draft, Later, MemberOf, ScheduleError, SendError};
use school::{Denied, NewPerson, PersonName, Present, Role};
use store::UtcInstant;
use testkit::{TODAY, now};
use time::Duration;
use time::macros::date;

fn rich(chats: &Chats, chat: ConversationId, seq: i64) -> bool {
    let page = chats.page("gromova", chat).unwrap();
    page.lines.into_iter().find(|line| line.seq == seq).unwrap().rich
}

#[test]
fn open_pages_are_told_to_fetch_what_carries_a_warning() {
    // MSG-B8, MSG-S10
    let chats = Chats::open();
    let parents = chats.parents_chat();
    for (who, text, warned) in [
        ("demyan_mother", "Переведите по 500 рублей на карту", true),
        ("gromova", "Переведите по 500 рублей на карту", false),
        ("gromova", "см. https://sbеr.ru/pay", true),
        ("demyan_mother", "см. https://school12.ru", false),
    ] {
        let seq = chats.send(who, parents, text).seq;
        assert_eq!(rich(&chats, parents, seq), warned, "{who}: {text}");
    }
    let seq = chats.send("demyan_mother", parents, "Спасибо").seq;
    let body = Body::parse("Спасибо, скиньте на карту").unwrap();
    let changed = chats
        .try_as("demyan_mother", parents, move |tx, by| Ok(messenger::edit(tx, now(), by, seq, 0, &body)?))
        .unwrap();
    assert!(changed.rich && rich(&chats, parents, seq), "an edit brings the warning too");
}

/// Gives the staff room and the school's news more than fifty readers.
fn crowd(chats: &Chats) {
    chats.world.write(|tx| {
        for n in 0..60_u8 {
            let letter = char::from_u32(u32::from('а') + u32::from(n % 30)).unwrap();
            let name = PersonName::parse(&format!("Учител{letter}"), "Анна", "").unwrap();
            let new = NewPerson { external_id: None, name: &name, birth_date: None, sex: None, phone: None };
            let person = school::add_person(tx, &new)?;
            let (_, change) = school::grant(tx, person, Role::Teacher, None, None, date!(2026 - 09 - 01))?;
            messenger::follow(tx, now(), TODAY, change)?;
            messenger::enrol(tx, now(), TODAY, person)?;
        }
        Ok::<_, store::Error>(())
    });
}

fn find(chats: &Chats, who: &str, kind: ChatKind) -> ConversationId {
    let viewer = chats.viewer(who);
    let listed = chats
        .world
        .read(move |tx| messenger::list_chats(tx, &Present::ask(tx, &viewer)?).map_err(Denied::from));
    listed.into_iter().find(|chat| chat.conversation.kind == kind).unwrap().conversation.id
}

fn send(
    chats: &Chats,
    who: &str,
    at: UtcInstant,
    chat: ConversationId,
    draft: Draft,
) -> Result<Ack, Refused> {
    let viewer = chats.viewer(who);
    chats.world.try_write(move |tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        Ok(messenger::send(tx, at, &by, &draft)?)
    })
}

fn draft(chats: &Chats, text: &str) -> Draft {
    Draft::text(chats.cid(), Body::parse(text).unwrap())
}

#[test]
fn a_mass_message_from_a_new_device_waits_for_its_senders_word() {
    // MSG-S10
    let chats = Chats::open();
    crowd(&chats);
    let (news, room) =
        (find(&chats, "zotova", ChatKind::SchoolNews), find(&chats, "zotova", ChatKind::StaffRoom));
    let held = |refused: Result<Ack, Refused>| matches!(refused, Err(Refused::Send(SendError::NewDevice)));
    let one = draft(&chats, "Завтра выходной");
    assert!(held(send(&chats, "zotova", now(), news, one.clone())));
    assert!(chats.texts("zotova", news).is_empty(), "nothing is stored");
    assert!(held(send(&chats, "zotova", now(), room, draft(&chats, "@все, собрание"))));
    send(&chats, "zotova", now(), room, draft(&chats, "Доброе утро")).unwrap();
    // Confirmed, the same message goes, and goes once however often it is confirmed.
    let confirmed = Draft { confirmed: true, ..one };
    let first = send(&chats, "zotova", now(), news, confirmed.clone()).unwrap();
    let again = send(&chats, "zotova", now(), news, confirmed).unwrap();
    assert!(!first.dup && again.dup && first.seq == again.seq);
    assert_eq!(chats.texts("zotova", news), ["Завтра выходной"]);
    // What is put aside goes without its sender, so it is asked about when it is put aside.
    let later = Later {
        due: now() + Duration::hours(1),
        cid: chats.cid(),
        body: Body::parse("Завтра выходной").unwrap(),
        reply: None,
        confirmed: false,
        ack: None,
        files: Vec::new(),
        urgent: false,
    };
    let viewer = chats.viewer("zotova");
    let refused = chats.world.try_write(move |tx| {
        let by = MemberOf::ask(tx, &viewer, news, TODAY).map_err(|_| ScheduleError::NoSuch)?;
        messenger::schedule(tx, now(), &by, &later)
    });
    assert!(matches!(refused, Err(ScheduleError::Send(SendError::NewDevice))), "{refused:?}");
    // A day later the device is known, and so is a new session in it.
    let day = now() + Duration::DAY;
    send(&chats, "zotova", day, news, draft(&chats, "Выходной отменён")).unwrap();
    let anew = |chats: &Chats, address: &'static str| {
        let (person, token) = (chats.world.person("zotova"), school::SessionToken::draw(&chats.world.random));
        chats.world.write(move |tx| {
            let device = school::Device { address: address.to_owned(), name: "test".to_owned() };
            let way = school::SignInWay::Password;
            let arrival = school::Arrival { device: &device, way, remember: false };
            school::open_session(tx, day + Duration::HOUR, person, &token, &arrival, None)
        })
    };
    for (address, is_held) in [("127.0.0.1", false), ("203.0.113.7", true)] {
        let (viewer, draft) = (anew(&chats, address), draft(&chats, "Ещё раз о выходном"));
        let sent = chats.world.try_write(move |tx| {
            let by = MemberOf::ask(tx, &viewer, news, TODAY)?;
            Ok(messenger::send(tx, day + Duration::HOUR, &by, &draft)?)
        });
        assert_eq!(held(sent), is_held, "{address}");
    }
}

#[test]
fn the_sixth_chat_in_ten_minutes_waits_too() {
    // MSG-S10
    let chats = Chats::open();
    let viewer = chats.viewer("gromova");
    let listed = chats
        .world
        .read(move |tx| messenger::list_chats(tx, &Present::ask(tx, &viewer)?).map_err(Denied::from));
    let mut rooms: Vec<ConversationId> = listed
        .iter()
        .filter(|chat| chat.conversation.kind != ChatKind::SchoolNews)
        .map(|chat| chat.conversation.id)
        .collect();
    for other in ["lapina", "orlova", "zotova"] {
        let (viewer, other) = (chats.viewer("gromova"), chats.world.person(other));
        rooms.push(chats.world.write(move |tx| {
            let by = Present::ask(tx, &viewer).unwrap();
            Ok::<_, store::Error>(
                messenger::start(
                    tx,
                    now(),
                    &by,
                    &store::Actor::program("test"),
                    TODAY,
                    other,
                    messenger::Way::Private,
                )
                .unwrap(),
            )
        }));
    }
    assert!(rooms.len() >= 6, "{rooms:?}");
    for chat in &rooms[..5] {
        send(&chats, "gromova", now(), *chat, draft(&chats, "Смотрите, какая ссылка")).unwrap();
    }
    let sixth = send(&chats, "gromova", kit::later(9), rooms[5], draft(&chats, "Смотрите, какая ссылка"));
    assert!(matches!(sixth, Err(Refused::Send(SendError::NewDevice))), "{sixth:?}");
    // Among the five one goes on talking, and after ten minutes elsewhere too.
    send(&chats, "gromova", kit::later(9), rooms[0], draft(&chats, "И ещё")).unwrap();
    send(&chats, "gromova", kit::later(10), rooms[5], draft(&chats, "Добрый день")).unwrap();
}
