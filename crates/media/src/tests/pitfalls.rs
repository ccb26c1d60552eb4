//! What others have fallen into, each with the test that we did not: CALL-P1, CALL-P3, CALL-P5, CALL-P6, CALL-P7,
//! CALL-P9, CALL-P10, CALL-P12, CALL-P13, CALL-P14, CALL-P16, CALL-P19, and restarts (CALL-S3).

use std::time::Duration;

use str0m::media::Mid;

use crate::event::{Event, Reason};
use crate::mailbox::{Command, Reply};
use crate::names::Source;
use crate::rights::{Rights, Sources};
use crate::tests::world::{ROOM, Sends, Shape, World, member, tag};

#[test]
fn call_p1_a_batch_of_packets_comes_out_whole() {
    // All packets of a step reach the exchange before it flushes once.
    let mut world = World::new();
    let (watcher, sender) = (world.join(1, member()), world.join(2, member()));
    world.pages[sender].sends.screen = true;
    world.run(1000);
    let line = world.line_of(watcher, sender, Source::Screen).unwrap();
    let before = world.pages[watcher].on(&line).count();
    let (now, screen) = (world.now, world.pages[sender].screen);
    for number in 0..8_u8 {
        let mut payload = crate::vp8::packet(false, 500, 100, 0, 900);
        *payload.last_mut().unwrap() = 100 + number;
        world.pages[sender].write(now, screen, None, 0, payload);
    }
    world.pages[sender].sends.screen = false;
    world.run(100);
    let got: Vec<u8> =
        world.pages[watcher].on(&line).skip(before).map(tag).filter(|tag| *tag >= 100).collect();
    assert_eq!(got, (100..108).collect::<Vec<_>>());
    assert!(world.pages[sender].asked.len() < 4, "and nothing was asked for again");
}

#[test]
fn call_p3_a_source_of_hours_reaches_a_newcomer() {
    let mut world = World::new();
    let sender = world.join(1, member());
    world.pages[sender].sends = Sends { microphone: true, level: -20, camera: 1, screen: false };
    // Near the end of the first round, so that the roll-over counter is not 0 when the newcomer comes.
    world.pages[sender].ahead = 65_300;
    world.run(8000);
    let late = world.join(2, member());
    let since = world.now;
    world.run(1000);
    assert!(world.heard(late, sender, since) >= 70, "{}", world.heard(late, sender, since));
}

#[test]
fn call_p5_the_first_size_that_lives_is_shown_and_the_larger_one_later() {
    let mut world = World::new();
    let shape = Shape { estimates: false, ..Shape::default() };
    let (watcher, sender) = (world.join_as(1, member(), shape, ROOM), world.join(2, member()));
    let tile = crate::rights::Tile { peer: world.pages[sender].peer, source: Source::Camera, height: 720 };
    world.look(watcher, crate::rights::Viewport { tiles: vec![tile], audio_only: false });
    // A browser begins with the small size.
    world.pages[sender].sends.camera = 1;
    let since = world.now;
    world.run(300);
    assert!(world.heard(watcher, sender, since) >= 4, "no black for lack of the large one");
    world.pages[sender].sends.camera = 3;
    world.run(1500);
    let last = world.pages[watcher].got.last().unwrap();
    assert_eq!(crate::tests::world::size(&last.2), 2);
}

#[test]
fn a_line_without_a_camera_that_sends_a_packet_shows_nothing() {
    // Chromium sends one on the screen's line before there is a screen.
    let mut world = World::new();
    let (watcher, sender) = (world.join(1, member()), world.join(2, member()));
    let (now, screen) = (world.now, world.pages[sender].screen);
    world.pages[sender].write(now, screen, None, 0, crate::vp8::packet(false, 1, 1, 0, 300));
    world.run(500);
    assert!(!world.events.iter().any(|event| matches!(event, Event::Flowing { .. })));
    assert!(world.line_of(watcher, sender, Source::Screen).is_none());
    assert!(!world.pages[sender].asked.is_empty(), "a whole picture is asked for");
}

#[test]
fn call_p6_and_p7_mute_leaves_neither_a_gap_nor_an_old_picture() {
    let mut world = World::new();
    let (watcher, sender) = (world.join(1, member()), world.join(2, member()));
    world.pages[sender].sends.camera = 1;
    world.run(2000);
    let line = world.line_of(watcher, sender, Source::Camera).unwrap();
    world.permit(sender, Rights { send: Sources::NONE, ..member() });
    let muted = world.now;
    world.run(2000);
    let line_mid = Mid::from(line.as_str());
    let during =
        world.pages[watcher].got.iter().filter(|(mid, at, _)| *mid == line_mid && *at > muted).count();
    // CALL-P7: neither probes nor repeats bring pictures again.
    assert_eq!(during, 0);
    world.permit(sender, member());
    world.run(2000);
    let packets: Vec<_> = world.pages[watcher].on(&line).collect();
    // CALL-P6: numbers go on, and the first picture after is a whole one.
    assert!(packets.windows(2).all(|pair| *pair[1].seq_no == *pair[0].seq_no + 1));
    let resumed =
        world.pages[watcher].got.iter().find(|(mid, at, _)| *mid == line_mid && *at > muted).unwrap();
    assert!(crate::vp8::read(&resumed.2.payload).unwrap().key);
}

#[test]
fn call_p9_redundant_sound_is_carried_to_those_who_know_it() {
    // Between two browsers that know redundancy it passes as it is; the sound itself is what others get. How packets are
    // rewritten is tested in `red`; here, that both kinds of pages connect and hear each other.
    let mut world = World::new();
    let shape = Shape { red: true, ..Shape::default() };
    let knows = world.join_as(1, member(), shape, ROOM);
    let plain = world.join(2, member());
    world.pages[knows].sends.microphone = true;
    world.pages[plain].sends.microphone = true;
    world.run(1000);
    let since = world.now;
    world.run(500);
    assert!(world.heard(knows, plain, since) >= 24 && world.heard(plain, knows, since) >= 24);
}

#[test]
fn call_p10_a_storm_of_requests_asks_the_sender_a_few_times() {
    let mut world = World::new();
    let sender = world.join(1, member());
    world.pages[sender].sends.camera = 1;
    let watchers: Vec<usize> = (2..=6).map(|number| world.join(number, member())).collect();
    world.run(3000);
    world.pages[sender].asked.clear();
    for _ in 0..200 {
        for watcher in &watchers {
            let Some(line) = world.line_of(*watcher, sender, Source::Camera) else { continue };
            let mut direct = world.pages[*watcher].rtc.direct_api();
            if let Some(stream) = direct.stream_rx_by_mid(Mid::from(line.as_str()), None) {
                stream.request_keyframe(str0m::media::KeyframeRequestKind::Pli);
            }
        }
        world.step();
    }
    let asked = world.pages[sender].asked.len();
    assert!((1..=3).contains(&asked), "{asked} in a second");
}

#[test]
fn call_p12_whoever_is_put_out_is_told_twice() {
    // By an event for the page, and by the connection's own goodbye.
    let mut world = World::new();
    let place = world.join(1, member());
    world.revoke(place);
    world.run(50);
    assert!(world.pages[place].closed || !world.pages[place].rtc.is_alive());
    let left = Event::Left { room: ROOM, peer: world.pages[place].peer, reason: Reason::Revoked };
    assert!(world.events.contains(&left));
}

#[test]
fn call_p13_a_peer_has_one_connection_and_one_that_replaces_it() {
    let mut world = World::new();
    let (old, other) = (world.join(1, member()), world.join(2, member()));
    world.pages[old].sends.microphone = true;
    world.run(500);
    // It reloads its page again and again, and never connects.
    for _ in 0..20 {
        let place = world.enter(1, member(), Shape::default(), ROOM);
        world.pages[place].address.set_port(1);
        world.pages[place].rtc.disconnect();
    }
    assert_eq!(world.exchange.sessions_for_test(ROOM), 3);
    let since = world.now;
    world.run(500);
    assert!(world.heard(other, old, since) >= 20, "the old one goes on");
    // Then one of them stands, and the old one is over, without the peer having left.
    let new = world.join(1, member());
    world.run(200);
    assert_eq!(world.exchange.sessions_for_test(ROOM), 2);
    assert!(!world.events.iter().any(|event| matches!(event, Event::Left { .. })));
    world.pages[new].sends.microphone = true;
    let since = world.now;
    world.run(1000);
    assert!(world.heard(other, new, since) >= 40);
}

#[test]
fn call_p13_and_p19_a_peer_that_is_gone_without_a_word_is_forgotten_after_half_a_minute() {
    let mut world = World::new();
    let (lost, other) = (world.join(1, member()), world.join(2, member()));
    world.pages[lost].sends.microphone = true;
    world.run(500);
    let peer = world.pages[lost].peer;
    world.pages[lost].rtc.disconnect();
    world.pages[lost].sends = Sends::default();
    world.run(29_000);
    let left = Event::Left { room: ROOM, peer, reason: Reason::TimedOut };
    assert!(!world.events.contains(&left));
    let silent = world.events.iter().any(|event| {
        matches!(event, Event::Network { peer: told, network, .. } if *told == peer && network.quality == crate::event::Quality::Lost)
    });
    assert!(silent, "that nothing is heard of it is told earlier");
    world.run(2_000);
    assert!(world.events.contains(&left));
    assert_eq!(world.exchange.sessions_for_test(ROOM), 1);
    let _ = other;
}

#[test]
fn call_p14_names_that_nobody_has_cost_nothing() {
    let mut world = World::new();
    world.join(1, member());
    world.sent.clear();
    for number in 0..2000_u16 {
        let from = std::net::SocketAddr::from(([203, 0, 113, 7], 1000 + number));
        let mut request =
            vec![0, 1, 0, 8, 0x21, 0x12, 0xa4, 0x42, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0, 4];
        request.extend(b"a:bc");
        world.deliver(false, from, &request);
    }
    world.exchange.flush(world.now);
    world.collect();
    assert!(world.sent.iter().all(|(_, to, _)| to.ip().to_string() != "203.0.113.7"));
    assert_eq!(world.exchange.bound_for_test(), 1);
}

#[test]
fn call_p16_each_browser_numbers_its_types_as_it_likes() {
    // Pages with even numbers call Opus 109 and VP8 120.
    let mut world = World::new();
    let (odd, even) = (world.join(1, member()), world.join(2, member()));
    for place in [odd, even] {
        world.pages[place].sends = Sends { microphone: true, level: -20, camera: 1, screen: false };
    }
    world.run(2000);
    let types = |place: usize| -> std::collections::BTreeSet<u8> {
        world.pages[place].got.iter().map(|(.., packet)| *packet.header.payload_type).collect()
    };
    assert_eq!(types(even), [109, 120].into());
    assert_eq!(types(odd), [111, 96].into());
}

#[test]
fn call_s3_a_page_on_a_new_network_restarts_and_media_goes_on() {
    let mut world = World::new();
    let (moves, other) = (world.join(1, member()), world.join(2, member()));
    for place in [moves, other] {
        world.pages[place].sends.microphone = true;
    }
    world.run(1000);
    let offer = world.pages[moves].restart();
    let restart = |world: &mut World, offer: &str| {
        let (sender, receiver) = std::sync::mpsc::channel();
        let reply = Reply::new(move |answer| sender.send(answer).unwrap());
        world.obey(Command::Restart(ROOM, world.pages[moves].peer, offer.to_owned(), reply));
        receiver.recv().unwrap()
    };
    let answer = restart(&mut world, &offer).unwrap();
    world.pages[moves].accept(&answer.sdp);
    world.run(1000);
    let since = world.now;
    world.run(1000);
    assert!(world.heard(other, moves, since) >= 48 && world.heard(moves, other, since) >= 48);
    assert!(restart(&mut world, &offer).is_err(), "the same once more is no restart");
    let _ = Duration::ZERO;
}
