//! Calls that wait to leave: one for a device, the last one wins, put off by quiet hours, and there after a restart.
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on must stop, and a kit is shared"
)]

mod kit;

use kit::{Chats, later};
use messenger::{NewCalls, PushKind, PushOffice, PushStep};
use school::{Denied, PushId};
use store::{Recipient, UtcInstant};
use testkit::push::Device;
use testkit::{TODAY, now};
use time::Duration;

/// The school has switched calls on, and these people's browsers are subscribed.
fn open(people: &[&str]) -> (Chats, Vec<PushId>) {
    let chats = Chats::open();
    let head = chats.viewer("zotova");
    let switched = chats.world.write(move |tx| {
        let by = PushOffice::ask(tx, &head, TODAY)?;
        messenger::switch_push(tx, &by, true).map_err(Denied::from)
    });
    assert_eq!(switched.unwrap().action, "messenger.push.switch");
    let mut pushes = Vec::new();
    for who in people {
        let (viewer, device) = (chats.viewer(who), Device::new(7));
        let recipient = Recipient::parse(&device.p256dh(), &device.auth()).unwrap();
        let endpoint = format!("https://push.example/{who}");
        pushes
            .push(chats.world.write(move |tx| school::subscribe(tx, now(), &viewer, &endpoint, &recipient)));
    }
    (chats, pushes)
}

fn find(chats: &Chats, at: UtcInstant) -> Vec<NewCalls> {
    chats.world.read(move |tx| messenger::find_calls(tx, at, TODAY, 1))
}

fn put_down(chats: &Chats, parts: Vec<NewCalls>) {
    for part in parts {
        chats.world.write(move |tx| messenger::note_calls(tx, &part));
    }
}

fn note(chats: &Chats, at: UtcInstant) {
    while chats.world.read(messenger::has_calls) {
        put_down(chats, find(chats, at));
    }
}

fn due(chats: &Chats, at: UtcInstant) -> Vec<PushId> {
    chats.world.read(move |tx| messenger::due_calls(tx, at, 100))
}

fn step(chats: &Chats, who: &str, push: PushId, at: UtcInstant) -> PushStep {
    let viewer = chats.viewer(who);
    chats.world.read(move |tx| messenger::prepare_call(tx, at, &viewer, push, TODAY))
}

#[test]
fn only_the_office_switches_calls_on() {
    // F6: the head, a deputy or the administrator.
    let chats = Chats::open();
    for (who, may) in
        [("zotova", true), ("sedov", true), ("barinova", false), ("gromova", false), ("varya", false)]
    {
        let viewer = chats.viewer(who);
        let asked = chats.world.try_read(move |tx| PushOffice::ask(tx, &viewer, TODAY).map(|_| ()));
        assert_eq!(asked.is_ok(), may, "{who}");
    }
    assert!(!chats.world.read(messenger::is_push_on));
    chats.send("gromova", chats.class_chat(), "до включения");
    assert!(!chats.world.read(messenger::has_calls), "off, nothing is put down");
}

#[test]
fn one_call_waits_for_a_device_and_it_is_there_after_a_restart() {
    // MSG-F19, MSG-I13: the last message wins; a crash between noting and sending loses nothing.
    let (mut chats, pushes) = open(&["varya", "demyan"]);
    let chat = chats.class_chat();
    for n in 1..=5 {
        chats.send("gromova", chat, &format!("слово {n}"));
    }
    assert!(chats.world.read(messenger::has_calls));
    note(&chats, now());
    assert!(!chats.world.read(messenger::has_calls));
    assert_eq!(due(&chats, now()), pushes, "one for each device, however many messages");
    chats.world.reopen();
    assert_eq!(due(&chats, now()), pushes);
    let PushStep::Send(call) = step(&chats, "varya", pushes[0], now()) else { panic!("it leaves") };
    assert_eq!((call.kind, call.badge), (PushKind::Message, 5));
    assert_eq!(call.chat, Some((chat, Some("6А".to_owned()))));
    // What is read meanwhile calls nobody.
    chats.mark_read("demyan", chat, 5);
    assert_eq!(step(&chats, "demyan", pushes[1], now()), PushStep::Drop);
    // A message that comes while the call is on its way is not lost by noting that the call has left.
    chats.send("gromova", chat, "слово 6");
    note(&chats, now());
    let left = call.clone();
    let push = pushes[0];
    chats.world.write(move |tx| messenger::note_called(tx, push, &left));
    assert!(due(&chats, now()).contains(&push));
}

#[test]
fn whom_a_message_calls_is_found_beside_the_writer_and_put_down_once() {
    // MSG-F19: found twice, put down once; a crash in between loses nothing; who is gone meanwhile is not called.
    let (mut chats, pushes) = open(&["varya", "demyan"]);
    let chat = chats.class_chat();
    chats.send("gromova", chat, "раз");
    let (lost, first, second) = (find(&chats, now()), find(&chats, now()), find(&chats, now()));
    drop(lost);
    chats.world.reopen();
    assert!(chats.world.read(messenger::has_calls), "nothing was put down yet");
    let viewer = chats.viewer("demyan");
    let gone = pushes[1];
    chats.world.write(move |tx| school::unsubscribe(tx, &viewer, gone).map(drop));
    put_down(&chats, first);
    assert!(!chats.world.read(messenger::has_calls));
    assert_eq!(due(&chats, now()), pushes[..1]);
    // What was found before the mark moved is of the past: it does not come back after the call has left.
    let PushStep::Send(call) = step(&chats, "varya", pushes[0], now()) else { panic!("it leaves") };
    let push = pushes[0];
    chats.world.write(move |tx| messenger::note_called(tx, push, &call));
    put_down(&chats, second);
    assert_eq!(due(&chats, now()), Vec::<PushId>::new());
    assert_eq!(find(&chats, now()).len(), 0);
}

#[test]
fn a_call_waits_for_the_morning_and_is_given_up_at_last() {
    // MSG-S4, MSG-E35, MSG-E34
    let (chats, pushes) = open(&["gromova"]);
    let chat = chats.class_chat();
    let evening = later(10 * 60);
    let viewer = chats.viewer("varya");
    chats.send_at(evening, viewer, chat, chats.cid(), "вечером").unwrap();
    note(&chats, evening);
    assert_eq!(due(&chats, evening), Vec::<PushId>::new(), "quiet hours of staff begin at 20:00");
    let morning = evening + Duration::hours(11);
    assert_eq!(due(&chats, morning), pushes);
    let push = pushes[0];
    for tries in 0..8 {
        assert_eq!(due(&chats, morning + Duration::days(1)), pushes, "{tries}");
        chats.world.write(move |tx| messenger::note_missed(tx, morning, push, tries, None));
    }
    assert_eq!(due(&chats, morning + Duration::days(1)), Vec::<PushId>::new(), "given up after eight tries");
}

#[test]
fn of_chats_of_people_not_even_the_class_is_told() {
    // MSG-K7, MSG-I24: who writes to whom is nobody's on a locked screen.
    let (chats, pushes) = open(&["varya"]);
    let (pupil, viewer) = (chats.world.person("varya"), chats.viewer("lapina"));
    let partner = chats.world.person("lapina");
    let chat = chats
        .world
        .try_write(move |tx| {
            let by = school::Present::ask(tx, &viewer)?;
            let actor = store::Actor::program("test");
            let way = messenger::Way::Supervised { pupil, partner };
            Ok::<_, kit::Refused>(messenger::start(tx, now(), &by, &actor, TODAY, pupil, way)?)
        })
        .unwrap();
    chats.send("lapina", chat, "зайдите после урока");
    note(&chats, now());
    let PushStep::Send(call) = step(&chats, "varya", pushes[0], now()) else { panic!("it leaves") };
    assert_eq!(call.chat, Some((chat, None)));
    // Removed from the chat between noting and sending.
    chats.withdraw("varya");
    assert_eq!(step(&chats, "varya", pushes[0], now()), PushStep::Drop);
}
