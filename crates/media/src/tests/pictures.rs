//! Which pictures come, and how large (CALL-A6, CALL-S5).

use std::time::{Duration, Instant};

use str0m::media::Mid;

use crate::event::{Event, Quality};
use crate::names::Source;
use crate::rights::{Rights, Sources, Tile, Viewport, Watch};
use crate::tests::world::{HEIGHTS, ROOM, Sends, Shape, World, member, size, tag, teacher};

fn filming(sizes: usize) -> Sends {
    Sends { microphone: true, level: -20, camera: sizes, screen: false }
}

fn tile(world: &World, place: usize, source: Source, height: u16) -> Tile {
    Tile { peer: world.pages[place].peer, source, height }
}

/// The sizes of a sender's pictures that came since a moment, in their order, without repeats.
fn sizes(world: &World, receiver: usize, sender: usize, since: Instant) -> Vec<u8> {
    let from = world.pages[sender].peer.0 as u8;
    let page = &world.pages[receiver];
    let pictures = page
        .got
        .iter()
        .filter(|(_, at, packet)| *at > since && packet.payload.len() > 100 && tag(packet) == from);
    let mut seen: Vec<u8> = pictures.map(|(.., packet)| size(packet)).collect();
    seen.dedup();
    seen
}

#[test]
fn a_size_that_ceases_gives_way_before_the_picture_stands_still() {
    // CALL-P5, CALL-E9: a browser without power for the large size goes on with the small one.
    let mut world = World::new();
    let watcher = world.join_as(1, member(), Shape { estimates: false, ..Shape::default() }, ROOM);
    let sender = world.join(2, member());
    world.pages[sender].sends = filming(3);
    world.run(3000);
    let large = tile(&world, sender, Source::Camera, HEIGHTS[2]);
    world.look(watcher, Viewport { tiles: vec![large], audio_only: false });
    world.run(3000);
    let since = world.now;
    world.run(500);
    assert_eq!(sizes(&world, watcher, sender, since), [2]);
    world.pages[sender].sends = filming(1);
    world.run(900);
    let since = world.now;
    world.run(500);
    assert_eq!(sizes(&world, watcher, sender, since), [0]);
}

#[test]
fn a_tile_gets_its_size_and_a_large_one_grows_within_a_second() {
    let mut world = World::new();
    // No estimate: what is shown is what is asked for, not what str0m makes of time in steps.
    let watcher = world.join_as(1, member(), Shape { estimates: false, ..Shape::default() }, ROOM);
    let sender = world.join(2, member());
    world.pages[sender].sends = filming(3);
    world.run(3000);
    let small = tile(&world, sender, Source::Camera, HEIGHTS[0]);
    world.look(watcher, Viewport { tiles: vec![small], audio_only: false });
    world.run(1000);
    let since = world.now;
    world.run(1000);
    assert_eq!(sizes(&world, watcher, sender, since), [0]);
    world.look(watcher, Viewport { tiles: vec![Tile { height: 1080, ..small }], audio_only: false });
    let since = world.now;
    world.run(1000);
    assert_eq!(sizes(&world, watcher, sender, since).last(), Some(&2));
    // What is not visible does not come, by itself or by wish.
    world.look(watcher, Viewport { tiles: Vec::new(), audio_only: false });
    world.run(10);
    let since = world.now;
    world.run(1000);
    assert_eq!(sizes(&world, watcher, sender, since), []);
    world.look(watcher, Viewport { tiles: vec![small], audio_only: true });
    world.run(200);
    let since = world.now;
    world.run(500);
    assert_eq!(sizes(&world, watcher, sender, since), []);
    assert!(world.heard(watcher, sender, since) > 20, "the sound goes on");
}

#[test]
fn a_late_joiner_sees_everybody_at_once() {
    let mut world = World::new();
    for number in 1..=3 {
        let place = world.join(number, member());
        world.pages[place].sends = filming(3);
    }
    world.run(3000);
    let late = world.join(4, member());
    let since = world.now;
    world.run(300);
    for sender in 0..3 {
        let from = world.pages[sender].peer.0 as u8;
        let first = world.pages[late]
            .got
            .iter()
            .find(|(_, _, packet)| packet.payload.len() > 100 && tag(packet) == from);
        let (_, at, packet) = first.expect("a picture");
        assert!(*at <= since + Duration::from_millis(300));
        assert!(crate::vp8::read(&packet.payload).unwrap().key, "and it is a whole one");
    }
}

#[test]
fn screens_come_first_then_teachers_then_who_speaks() {
    let mut world = World::new();
    let shape = Shape { hears: 6, sees: 3, ..Shape::default() };
    let watcher = world.join_as(1, member(), shape, ROOM);
    let lead = world.join(2, teacher());
    let others: Vec<usize> = (3..=6).map(|number| world.join(number, member())).collect();
    world.pages[lead].sends = Sends { level: -90, ..filming(1) };
    for place in &others {
        world.pages[*place].sends = Sends { level: -90, ..filming(1) };
    }
    world.pages[others[1]].sends.screen = true;
    world.pages[others[3]].sends.level = -15;
    world.run(3000);
    let seen = |world: &World| -> Vec<(u128, Source)> {
        let mut shown: Vec<_> = world
            .slots(watcher)
            .into_iter()
            .filter(|slot| slot.video)
            .filter_map(|slot| slot.shows)
            .map(|(peer, source)| (peer.0, source))
            .collect();
        shown.sort_unstable();
        shown
    };
    assert_eq!(seen(&world), [(2, Source::Camera), (4, Source::Screen), (6, Source::Camera)]);
    // Another one speaks; the others keep their lines.
    let before = world.slots(watcher);
    world.pages[others[3]].sends.level = -90;
    world.pages[others[0]].sends.level = -15;
    world.run(4000);
    assert_eq!(seen(&world), [(2, Source::Camera), (3, Source::Camera), (4, Source::Screen)]);
    let kept = before
        .iter()
        .zip(&world.slots(watcher))
        .filter(|(old, new)| old.video && old.shows == new.shows)
        .count();
    assert_eq!(kept, 2);
}

#[test]
fn a_slot_used_again_goes_on_without_a_gap() {
    // CALL-S4: its numbers belong to the slot.
    let mut world = World::new();
    let shape = Shape { hears: 1, sees: 1, ..Shape::default() };
    let watcher = world.join_as(1, member(), shape, ROOM);
    let (first, second) = (world.join(2, member()), world.join(3, member()));
    world.pages[first].sends.camera = 1;
    world.run(1500);
    let line = world.line_of(watcher, first, Source::Camera).unwrap();
    world.pages[second].sends.camera = 1;
    world.run(200);
    world.revoke(first);
    world.run(1500);
    assert_eq!(world.line_of(watcher, second, Source::Camera).as_ref(), Some(&line));
    let numbers: Vec<u64> = world.pages[watcher].on(&line).map(|packet| *packet.seq_no).collect();
    let whose: Vec<u8> = world.pages[watcher].on(&line).map(tag).collect();
    assert!(whose.contains(&2) && whose.last() == Some(&3) && whose.is_sorted());
    assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "{numbers:?}");
}

#[test]
fn a_narrow_network_pauses_pictures_and_keeps_the_sound() {
    // CALL-P8, CALL-A6.
    let mut world = World::new();
    let watcher = world.join(1, member());
    let sender = world.join(2, teacher());
    world.pages[sender].sends = filming(3);
    world.run(3000);
    // Every second packet gets lost on the way to the watcher.
    world.pages[watcher].loses = 2;
    world.run(6000);
    let since = world.now;
    world.run(4000);
    let poor = world.events.iter().any(|event| {
        matches!(event, Event::Network { peer, network, .. } if peer.0 == 1 && network.quality >= Quality::Fair)
    });
    assert!(poor);
    let seen = sizes(&world, watcher, sender, since);
    assert!(!seen.contains(&2), "{seen:?}");
    assert!(world.heard(watcher, sender, since) > 80, "half of the sound came through");
}

#[test]
fn a_pupil_who_may_be_seen_by_few_takes_no_place_with_others() {
    let mut world = World::new();
    let watcher = world.join(1, Rights { watch: Watch::Nobody, ..member() });
    let sender = world.join(2, Rights { send: Sources { screen: false, ..Sources::ALL }, ..member() });
    world.pages[sender].sends = filming(1);
    world.run(1000);
    assert!(world.slots(watcher).iter().all(|slot| !slot.video || slot.shows.is_none()));
    assert!(world.line_of(watcher, sender, Source::Microphone).is_some());
    let _ = Mid::from("x");
}
