//! Who is heard.

use crate::event::Event;
use crate::names::Source;
use crate::rights::{Rank, Sources};
use crate::tests::world::{ROOM, Shape, World, member, teacher};

#[test]
fn three_people_hear_each_other_and_nothing_is_lost() {
    let mut world = World::new();
    for number in 1..=3 {
        let place = world.join(number, member());
        world.pages[place].sends.microphone = true;
    }
    world.run(200);
    let since = world.now;
    world.run(1000);
    for receiver in 0..3 {
        for sender in 0..3 {
            let heard = world.heard(receiver, sender, since);
            assert_eq!(heard, if receiver == sender { 0 } else { 50 }, "{sender} at {receiver}");
        }
    }
    let told = |kind: fn(&Event) -> bool| world.events.iter().filter(|event| kind(event)).count();
    assert_eq!(told(|event| matches!(event, Event::Connected { .. })), 3);
    assert_eq!(told(|event| matches!(event, Event::Flowing { source: Source::Microphone, .. })), 3);
}

#[test]
fn of_many_the_loudest_are_heard_and_the_teacher_always() {
    let mut world = World::new();
    let listener = world.join(1, member());
    let shape = Shape { hears: 1, sees: 1, ..Shape::default() };
    let mut places = Vec::new();
    for number in 2..=10 {
        let rank = if number == 2 { Rank::Teacher } else { Rank::Member };
        let place = world.join_as(number, crate::rights::Rights { rank, ..member() }, shape, ROOM);
        world.pages[place].sends.microphone = true;
        // The teacher whispers; the tenth is the loudest.
        world.pages[place].sends.level = if number == 2 { -60 } else { -50 + 3 * number as i8 };
        places.push(place);
    }
    world.run(2500);
    let since = world.now;
    world.run(1000);
    let heard: Vec<usize> = places.iter().map(|place| world.heard(listener, *place, since)).collect();
    assert_eq!(heard.iter().filter(|number| **number > 0).count(), 6, "{heard:?}");
    assert_eq!(heard[0], 50, "the teacher: {heard:?}");
    assert!(heard[4..].iter().all(|number| *number == 50), "the loudest: {heard:?}");
    let Some(Event::Speakers { peers, .. }) =
        world.events.iter().rev().find(|event| matches!(event, Event::Speakers { .. }))
    else {
        panic!("nobody speaks")
    };
    assert_eq!(peers[0], world.pages[places[8]].peer);
}

#[test]
fn a_newcomer_hears_those_who_speak_and_gets_the_whole_map() {
    // CALL-S2.
    let mut world = World::new();
    let speaker = world.join(1, teacher());
    world.pages[speaker].sends.microphone = true;
    world.run(1000);
    let late = world.join(2, Sources::NONE.into_rights());
    let since = world.now;
    world.run(500);
    assert!(world.heard(late, speaker, since) >= 24);
    assert_eq!(world.slots(late).len(), 15);
    assert!(world.line_of(late, speaker, Source::Microphone).is_some());
}

trait IntoRights {
    fn into_rights(self) -> crate::rights::Rights;
}

impl IntoRights for Sources {
    fn into_rights(self) -> crate::rights::Rights {
        crate::rights::Rights { send: self, ..member() }
    }
}
