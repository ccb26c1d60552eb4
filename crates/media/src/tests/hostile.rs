//! What nobody means well with: any bytes on any path (CALL-I6), floods, and offers made by hand.

use std::net::SocketAddr;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::mailbox::Command;
use crate::names::{PeerId, RoomId};
use crate::rights::{Tile, Viewport};
use crate::settings::Limits;
use crate::tests::world::{Page, ROOM, Sends, Shape, World, member};

fn two() -> World {
    let mut world = World::new();
    for number in 1..=2 {
        let place = world.join(number, member());
        world.pages[place].sends = Sends { microphone: true, level: -20, camera: 1, screen: false };
    }
    world.run(1000);
    world
}

/// Whether the two still hear each other.
fn goes_on(world: &mut World) {
    let since = world.now;
    world.run(500);
    assert!(world.heard(0, 1, since) >= 30 && world.heard(1, 0, since) >= 30);
}

#[test]
fn call_i6_any_bytes_from_anywhere_leave_the_room_as_it_was() {
    let mut world = two();
    let known = world.pages[0].address;
    let stranger = SocketAddr::from(([203, 0, 113, 1], 9));
    let mut runner = TestRunner::new(Config { cases: 2000, failure_persistence: None, ..Config::default() });
    let bytes = (proptest::option::of(0..200_u8), proptest::collection::vec(any::<u8>(), 0..1500));
    let cell = std::cell::RefCell::new(&mut world);
    runner
        .run(&bytes, |(first, mut bytes)| {
            if let (Some(first), Some(byte)) = (first, bytes.first_mut()) {
                *byte = first;
            }
            let mut world = cell.borrow_mut();
            for (tcp, from) in [(false, known), (false, stranger), (true, stranger)] {
                world.deliver(tcp, from, &bytes);
            }
            Ok(())
        })
        .unwrap();
    world.exchange.flush(world.now);
    world.run(1000);
    assert!(!world.events.iter().any(|event| matches!(event, crate::event::Event::RoomFailed { .. })));
    goes_on(&mut world);
}

#[test]
fn call_i6_changed_packets_of_a_real_page_are_nothing() {
    // Each packet that a page sends is also sent with one byte changed, cut, and twice.
    let mut world = two();
    let mut seed = 7_usize;
    for _ in 0..200 {
        world.step_with(|bytes| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let mut changed = bytes.to_vec();
            let at = seed % changed.len();
            changed[at] ^= (seed >> 24) as u8 | 1;
            vec![bytes.to_vec(), changed, bytes[..at].to_vec(), bytes.to_vec()]
        });
    }
    assert!(!world.events.iter().any(|event| matches!(event, crate::event::Event::RoomFailed { .. })));
    goes_on(&mut world);
}

#[test]
fn call_i6_offers_made_by_hand_are_answered_or_refused() {
    let mut world = two();
    let (_, offer) = Page::new(3, Shape::default(), world.now);
    let lines: Vec<&str> = offer.lines().collect();
    let strategy = (0..lines.len(), 0..lines.len(), "\\PC{0,40}", 0..5_u8);
    let mut runner = TestRunner::new(Config { cases: 300, failure_persistence: None, ..Config::default() });
    let cell = std::cell::RefCell::new(&mut world);
    runner
        .run(&strategy, |(at, other, junk, how)| {
            let mut text: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
            match how {
                0 => drop(text.remove(at)),
                1 => text.swap(at, other),
                2 => text.insert(at, junk),
                3 => text[at].push_str(&junk),
                _ => text[at] = text[at].chars().rev().collect(),
            }
            let _any = cell.borrow_mut().ask(ROOM, PeerId(3), &(text.join("\r\n") + "\r\n"), member());
            Ok(())
        })
        .unwrap();
    world.run(100);
    let failed = world.events.iter().any(|event| matches!(event, crate::event::Event::RoomFailed { .. }));
    assert!(!failed, "an offer brought the room down");
    assert!(world.exchange.sessions_for_test(ROOM) <= 3, "one session at most is left of them");
    goes_on(&mut world);
}

#[test]
fn call_i5_ever_new_streams_are_cut() {
    // SSRC churn: a page that names each of its packets anew.
    let mut world = two();
    let from = world.pages[0].address;
    let mut header = vec![0x90, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0xbe, 0xde, 0, 0];
    header.extend([1; 40]);
    for ssrc in 0..20_000_u32 {
        header[8..12].copy_from_slice(&ssrc.to_be_bytes());
        world.deliver(false, from, &header);
    }
    world.run(3000);
    goes_on(&mut world);
}

#[test]
fn call_i5_a_source_beyond_its_bounds_is_cut_and_others_are_not() {
    let mut world = World::with(Limits { source_packets: 30, ..Limits::default() });
    for number in 1..=3 {
        let place = world.join(number, member());
        world.pages[place].sends.microphone = true;
    }
    // Sound of 50 packets a second is beyond 30 here: everybody is cut alike, to the bound.
    world.run(2000);
    let since = world.now;
    world.run(2000);
    let heard = world.heard(0, 1, since);
    assert!((55..=65).contains(&heard), "{heard}");
}

#[test]
fn call_i5_viewports_without_end_count_as_the_last() {
    let mut world = two();
    let tile = Tile { peer: PeerId(2), source: crate::names::Source::Camera, height: 100 };
    for height in 0..3000_u16 {
        let tiles = vec![Tile { height, ..tile }; 500];
        world.look(0, Viewport { tiles, audio_only: false });
    }
    world.look(0, Viewport { tiles: Vec::new(), audio_only: false });
    world.run(300);
    assert!(world.line_of(0, 1, crate::names::Source::Camera).is_none());
}

#[test]
fn call_i5_fifty_visits_leave_nothing_behind() {
    let mut world = World::new();
    let stays = world.join(1, member());
    world.pages[stays].sends.microphone = true;
    for _ in 0..50 {
        let place = world.join(2, member());
        world.pages[place].sends.microphone = true;
        world.run(50);
        world.revoke(place);
        world.pages.truncate(1);
    }
    assert_eq!(world.exchange.sessions_for_test(ROOM), 1);
    assert_eq!(world.exchange.bound_for_test(), 1);
    assert_eq!(world.exchange.names_for_test(), 1);
    let slots = world.slots(stays);
    assert!(slots.len() == 15 && slots.iter().all(|slot| slot.shows.is_none()));
}

#[test]
fn commands_for_rooms_and_peers_that_are_not_there_do_nothing() {
    let mut world = two();
    for room in [ROOM, RoomId(77)] {
        let peer = PeerId(99);
        world.obey(Command::Permit(room, peer, member()));
        world.obey(Command::Look(room, peer, Viewport::default()));
        world.obey(Command::Revoke(room, peer));
    }
    world.obey(Command::Close(RoomId(77)));
    goes_on(&mut world);
    world.obey(Command::Close(ROOM));
    let left = world.events.iter().filter(|event| matches!(event, crate::event::Event::Left { .. })).count();
    assert_eq!(left, 2);
    assert_eq!(world.exchange.timeout(), None, "nothing waits for anything");
}
