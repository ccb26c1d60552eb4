//! What must always hold: CALL-I1, CALL-I2, CALL-I3, CALL-I4, CALL-I5, CALL-I6, CALL-I7, CALL-I9.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::error::OfferError;
use crate::event::{Event, Reason};
use crate::exchange::Cut;
use crate::mailbox::Command;
use crate::names::{PeerId, RoomId, Source};
use crate::rights::{Rights, Sources, Watch};
use crate::settings::Limits;
use crate::tests::world::{ROOM, Sends, Shape, World, member, teacher};

/// Two who see and hear each other.
fn two() -> World {
    let mut world = World::new();
    for number in 1..=2 {
        let place = world.join(number, member());
        world.pages[place].sends = Sends { microphone: true, level: -20, camera: 3, screen: true };
    }
    world.run(2000);
    world
}

#[test]
fn call_i1_only_the_admitted_get_packets_and_only_those_of_their_room() {
    let mut world = two();
    let other_room = RoomId(2);
    world.obey(Command::Open(other_room));
    let elsewhere = world.join_as(3, member(), Shape::default(), other_room);
    world.pages[elsewhere].sends = world.pages[0].sends;
    // Somebody who was never admitted knows the address and sends what a browser would.
    let (stranger, _) = crate::tests::world::Page::new(4, Shape::default(), world.now);
    let address = stranger.address;
    world.pages.push(stranger);
    let since = world.now;
    for number in 0..200_u8 {
        world.deliver(false, address, &[128, 96, number, 0, 0, 0, 0, 0, 0, 0, 0, 9, 1, 2, 3, 4]);
        world.deliver(false, address, &[22, 254, 253, number]);
        world.step();
    }
    assert_eq!(world.pages[elsewhere].heard_since(since).len(), 0);
    assert!(world.sent.iter().all(|(_, to, _)| *to != address), "not one byte for a stranger");
    for place in 0..2 {
        let heard: Vec<u8> = world.pages[place].heard_since(since).into_keys().collect();
        assert_eq!(heard, [2 - place as u8], "nobody but the other one");
    }
}

#[test]
fn call_i1_the_table_is_built_from_rights_and_admissions() {
    let mut world = World::new();
    let lead = world.join(1, teacher());
    let quiet = Rights { watch: Watch::Teachers, ..member() };
    let pupils: Vec<usize> = (2..=4).map(|number| world.join(number, quiet.clone())).collect();
    for page in &mut world.pages {
        page.sends = Sends { microphone: true, level: -20, camera: 1, screen: page.peer.0 == 3 };
    }
    world.run(1000);
    let fan = |world: &mut World, number: u128, source| -> BTreeSet<u128> {
        let peers = world.exchange.room(ROOM).unwrap().fan_of(PeerId(number), source);
        peers.into_iter().map(|peer| peer.0).collect()
    };
    let set = |numbers: &[u128]| numbers.iter().copied().collect::<BTreeSet<_>>();
    // The quiet class: pupils see the teacher and any screen, the teacher sees all, all hear all (CALL-F33).
    assert_eq!(fan(&mut world, 1, Source::Camera), set(&[2, 3, 4]));
    assert_eq!(fan(&mut world, 2, Source::Camera), set(&[1]));
    assert_eq!(fan(&mut world, 3, Source::Screen), set(&[1, 2, 4]));
    assert_eq!(fan(&mut world, 2, Source::Microphone), set(&[1, 3, 4]));
    // One is let be seen by another, one is put out.
    world.permit(pupils[2], Rights { watch: Watch::Only([PeerId(2)].into()), ..member() });
    world.revoke(pupils[1]);
    assert_eq!(fan(&mut world, 2, Source::Camera), set(&[1, 4]));
    assert_eq!(fan(&mut world, 3, Source::Screen), set(&[]));
    assert_eq!(fan(&mut world, 1, Source::Camera), set(&[2]), "not among those whom the fourth may see");
    let _ = lead;
}

#[test]
fn call_i2_whoever_is_put_out_neither_sends_nor_gets_from_that_moment_on() {
    let mut world = two();
    let since = world.now;
    world.run(100);
    assert!(world.heard(0, 1, since) > 10 && world.heard(1, 0, since) > 10);
    world.revoke(1);
    let at = world.now;
    world.sent.clear();
    world.run(3000);
    assert_eq!(world.heard(0, 1, at), 0, "nothing of it");
    assert_eq!(world.heard(1, 0, at), 0, "nothing for it");
    let gone = world.pages[1].address;
    assert!(world.sent.iter().all(|(_, to, _)| *to != gone), "not even an answer");
    let left = Event::Left { room: ROOM, peer: PeerId(2), reason: Reason::Revoked };
    assert_eq!(world.events.iter().filter(|event| **event == left).count(), 1);
    assert!(world.slots(0).iter().all(|slot| slot.shows.is_none()));
}

#[test]
fn call_i2_saved_credentials_are_of_no_use() {
    let mut world = two();
    let offer = world.pages[1].restart();
    world.revoke(1);
    world.sent.clear();
    // It goes on sending from where it was, and from a new port, with the name and password that it knows.
    world.run(1000);
    world.pages[1].address.set_port(6000);
    world.run(1000);
    assert!(world.sent.iter().all(|(_, to, _)| to.ip() != world.pages[1].address.ip()));
    let (sender, receiver) = std::sync::mpsc::channel();
    let reply = crate::mailbox::Reply::new(move |answer| sender.send(answer).unwrap());
    world.obey(Command::Restart(ROOM, PeerId(2), offer, reply));
    assert_eq!(receiver.recv().unwrap().unwrap_err(), OfferError::NotAdmitted);
    // Coming back is being admitted anew.
    let back = world.join(2, member());
    assert!(world.pages[back].rtc.is_connected());
}

#[test]
fn call_i2_what_waits_in_connections_is_forgotten() {
    let mut world = two();
    world.cuts.clear();
    // The second listens by TCP as well: its address has proved itself there.
    let address = world.pages[0].address;
    world.pages[0].tcp = true;
    world.exchange.bind_for_test(true, address, PeerId(1), ROOM);
    world.revoke(1);
    assert!(world.cuts.contains(&Cut::Forget(address)), "packets of the other one wait there");
    world.revoke(0);
    assert!(world.cuts.contains(&Cut::End(address)));
}

#[test]
fn call_i2_nothing_waits_in_a_narrow_network_for_later() {
    let mut world = two();
    world.pages[0].loses = 2;
    world.run(5000);
    world.revoke(1);
    let at = world.now;
    world.run(3000);
    assert_eq!(world.heard(0, 1, at), 0);
}

#[test]
fn call_i3_a_forbidden_source_is_dropped_whatever_the_page_does() {
    let mut world = two();
    let mute = Rights { send: Sources { microphone: false, camera: false, screen: true }, ..member() };
    world.permit(1, mute);
    let since = world.now;
    // The page is patched: it goes on sending all.
    world.run(1000);
    let camera = world.pages[1].camera;
    let sizes = |packet: &str| packet.len();
    let _ = (camera, sizes("x"));
    assert!(world.line_of(0, 1, Source::Microphone).is_none());
    assert!(world.line_of(0, 1, Source::Camera).is_none());
    let screen = world.line_of(0, 1, Source::Screen).unwrap();
    let page = &world.pages[0];
    let others = page.got.iter().filter(|(mid, at, packet)| {
        *at > since
            && crate::tests::world::tag(packet) == 2
            && *mid != str0m::media::Mid::from(screen.as_str())
    });
    assert_eq!(others.count(), 0);
    let ceased = |source| world.events.contains(&Event::Ceased { room: ROOM, peer: PeerId(2), source });
    assert!(ceased(Source::Microphone) && ceased(Source::Camera) && !ceased(Source::Screen));
    world.permit(1, member());
    let since = world.now;
    world.run(1000);
    assert!(world.heard(0, 1, since) > 50, "what is allowed again comes again");
}

#[test]
fn call_i3_the_kind_of_a_source_is_that_of_its_line() {
    // A camera on the screen's line is a screen, and a right to the camera does not let it through.
    let mut world = World::new();
    let watcher = world.join(1, member());
    let send = Sources { microphone: true, camera: true, screen: false };
    let sly = world.join(2, Rights { send, ..member() });
    world.pages[sly].sends.screen = true;
    world.run(1000);
    assert_eq!(world.pages[watcher].got.len(), 0);
    assert!(!world.events.iter().any(|event| matches!(event, Event::Flowing { .. })));
}

#[test]
fn call_i4_answers_carry_our_addresses_a_fingerprint_and_nothing_of_sdes() {
    let mut world = World::new();
    let (page, offer) = crate::tests::world::Page::new(1, Shape::default(), world.now);
    let answer = world.ask(ROOM, page.peer, &offer, member()).unwrap().sdp;
    let lines = |start: &str| answer.lines().filter(|line| line.starts_with(start)).collect::<Vec<_>>();
    assert!(lines("a=candidate:").iter().all(|line| line.contains(" 192.0.2.1 ")), "{answer}");
    assert!(answer.contains(" udp ") && answer.contains("tcptype passive"));
    assert_eq!(lines("a=ice-lite").len(), 1);
    assert!(lines("a=fingerprint:sha-256").len() == 1 || lines("a=fingerprint:sha-256").len() == 18);
    assert!(
        lines("a=crypto").is_empty() && lines("m=").iter().all(|line| line.contains("UDP/TLS/RTP/SAVPF"))
    );
    // CALL-S1: exactly the offer's lines, in their order.
    let mids = |text: &str| {
        text.lines().filter_map(|line| line.strip_prefix("a=mid:")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(mids(&answer), mids(&offer));
}

#[test]
fn call_i4_a_page_with_another_key_than_it_offered_is_not_connected() {
    let mut world = World::new();
    let (mut page, offer) = crate::tests::world::Page::new(1, Shape::default(), world.now);
    let other = offer
        .lines()
        .map(|line| match line.strip_prefix("a=fingerprint:sha-256 ") {
            Some(digest) => format!("a=fingerprint:sha-256 {}\r\n", digest.chars().rev().collect::<String>()),
            None => format!("{line}\r\n"),
        })
        .collect::<String>();
    let answer = world.ask(ROOM, page.peer, &other, member()).unwrap();
    page.accept(&answer.sdp);
    page.sends.microphone = true;
    world.pages.push(page);
    world.run(3000);
    assert!(!world.events.iter().any(|event| matches!(event, Event::Connected { .. })));
}

#[test]
fn call_i5_rooms_and_offers_are_bounded() {
    let mut world = World::with(Limits { peers: 2, ..Limits::default() });
    world.join(1, member());
    world.join(2, member());
    let (page, offer) = crate::tests::world::Page::new(3, Shape::default(), world.now);
    assert_eq!(world.ask(ROOM, page.peer, &offer, member()).unwrap_err(), OfferError::RoomFull { limit: 2 });
    // Somebody who is here may come again.
    assert!(world.ask(ROOM, PeerId(2), &offer, member()).is_ok());
    assert_eq!(world.ask(RoomId(9), PeerId(1), &offer, member()).unwrap_err(), OfferError::NoRoom);
}

#[test]
fn call_i6_a_fault_in_one_room_costs_that_room_alone() {
    let mut world = two();
    let other = RoomId(2);
    world.obey(Command::Open(other));
    let (third, fourth) = (
        world.join_as(3, member(), Shape::default(), other),
        world.join_as(4, member(), Shape::default(), other),
    );
    world.pages[third].sends.microphone = true;
    world.run(200);
    world.exchange.disturb(ROOM, |_| panic!("a fault, as the test wants it"));
    world.sent.clear();
    let since = world.now;
    world.run(500);
    assert!(world.events.contains(&Event::RoomFailed { room: ROOM }));
    assert!(world.heard(fourth, third, since) >= 24, "the other room goes on");
    let lost = [world.pages[0].address, world.pages[1].address];
    assert!(world.sent.iter().all(|(_, to, _)| !lost.contains(to)), "and the lost one is silent");
}

#[test]
fn call_i7_nothing_that_is_told_names_an_address() {
    let world = two();
    let told = format!("{:?}", world.events);
    for page in &world.pages {
        assert!(!told.contains(&page.address.ip().to_string()));
    }
    assert!(!told.contains("payload"));
}

#[test]
fn call_i9_a_page_that_takes_nothing_delays_nobody() {
    let mut world = two();
    let slow = world.join(3, member());
    // It answers nothing any more: no reports, no estimate, no STUN.
    world.pages[slow].address.set_port(1);
    world.pages[slow].sends = Sends::default();
    let since = world.now;
    world.run(2000);
    for (receiver, sender) in [(0, 1), (1, 0)] {
        let sound = world.line_of(receiver, sender, Source::Microphone).unwrap();
        let came = world.pages[receiver]
            .got
            .iter()
            .filter(|(mid, at, _)| *at > since && *mid == str0m::media::Mid::from(sound.as_str()));
        let moments: Vec<_> = came.map(|(_, at, _)| *at).collect();
        assert!(moments.len() >= 98, "{}", moments.len());
        let worst = moments.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap();
        assert!(worst <= Duration::from_millis(30), "{worst:?}");
    }
}
