//! What people find when they try their devices and their network before a call: whose it is, who sees it, how long it is
//! kept.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod kit;

use calls::{
    Camera, Check, CheckDraft, DeviceFault, Found, LessonFacts, LessonLeaderOf, Microphone, Network, Trip,
    Trouble,
};
use kit::Rooms;
use school::{Denied, Present};
use store::UtcInstant;
use testkit::now;
use time::Duration;

const MISSING: Microphone = Microphone::Fault(DeviceFault::Missing);

fn keep(rooms: &Rooms, key: &str, at: UtcInstant, draft: CheckDraft) {
    let viewer = rooms.viewer(key);
    rooms.write(move |tx| {
        let by = Present::ask(tx, &viewer)?;
        Ok(calls::keep_check(tx, at, &by, draft)?)
    });
}

fn own(rooms: &Rooms, key: &str) -> Option<Check> {
    let viewer = rooms.viewer(key);
    rooms.world.read(move |tx| {
        let by = Present::ask(tx, &viewer)?;
        Ok::<_, Denied>(calls::own_check(tx, &by)?)
    })
}

/// Pupils, each with their troubles; none of whoever has tried nothing.
type Class = Vec<(&'static str, Option<Vec<Trouble>>)>;

/// What a person is told of the class before a lesson.
fn seen(rooms: &Rooms, key: &str, facts: LessonFacts) -> Result<Class, Denied> {
    let viewer = rooms.viewer(key);
    let checks = rooms.world.try_read(move |tx| {
        let by = LessonLeaderOf::ask(tx, &viewer, facts)?;
        Ok::<_, Denied>(calls::checks_of_lesson(tx, &by)?)
    })?;
    let key_of =
        |person| ["varya", "demyan", "timur", "kira"].into_iter().find(|key| rooms.person(key) == person);
    Ok(checks
        .into_iter()
        .filter_map(|(person, check)| Some((key_of(person)?, check.map(|check| check.troubles()))))
        .collect())
}

#[test]
fn the_latest_of_each_part_is_kept_with_its_moment() {
    // CALL-F34
    let rooms = Rooms::open();
    assert_eq!(own(&rooms, "varya"), None);
    let later = now() + Duration::days(1);
    let network = Network::Udp(Trip::of(35));
    let whole = CheckDraft { microphone: Some(MISSING), camera: Some(Camera::Works), network: Some(network) };
    keep(&rooms, "varya", now(), whole);
    keep(&rooms, "varya", now(), CheckDraft { microphone: Some(Microphone::Works), ..CheckDraft::default() });
    keep(&rooms, "varya", later, CheckDraft { network: Some(Network::Nowhere), ..CheckDraft::default() });
    keep(&rooms, "varya", later + Duration::hours(1), CheckDraft::default());
    let expected = Check {
        microphone: Some(Found { what: Microphone::Works, at: now() }),
        camera: Some(Found { what: Camera::Works, at: now() }),
        network: Some(Found { what: Network::Nowhere, at: later }),
        at: later,
    };
    assert_eq!(own(&rooms, "varya"), Some(expected));
    assert_eq!(own(&rooms, "demyan"), None, "a check is of whoever has made it");
    keep(&rooms, "varya", later, CheckDraft { network: Some(Network::Tcp(None)), ..CheckDraft::default() });
    assert_eq!(own(&rooms, "varya").unwrap().network.unwrap().what, Network::Tcp(None));
}

#[test]
fn who_leads_the_lesson_sees_who_will_have_trouble_and_nobody_else_does() {
    // CALL-F34, CALL-F32, CALL-I3
    let rooms = Rooms::open();
    let network = Some(Network::Tcp(Trip::of(90)));
    keep(&rooms, "varya", now(), CheckDraft { microphone: Some(MISSING), network, camera: None });
    let works = CheckDraft {
        microphone: Some(Microphone::Works),
        network: Some(Network::Udp(None)),
        camera: Some(Camera::Fault(DeviceFault::Denied)),
    };
    keep(&rooms, "demyan", now(), works);
    keep(&rooms, "gromova", now(), works);
    // Of another class.
    keep(&rooms, "kira", now(), works);
    let lesson = rooms.lesson();
    let mut of_class = seen(&rooms, "gromova", lesson).unwrap();
    of_class.retain(|(_, troubles)| troubles.is_some());
    of_class.sort_by_key(|(key, _)| *key);
    let troubles = vec![Trouble::NoMicrophone, Trouble::OnlyTcp];
    assert_eq!(of_class, [("demyan", Some(Vec::new())), ("varya", Some(troubles))]);
    for key in
        ["varya", "demyan", "mother", "father", "kira", "lapina", "orlova", "sedov", "zotova", "barinova"]
    {
        assert!(matches!(seen(&rooms, key, lesson), Err(Denied::Denied)), "{key}");
    }
    let replaced = LessonFacts { teacher: Some(rooms.person("orlova")), ..lesson };
    assert!(seen(&rooms, "orlova", replaced).is_ok());
    assert!(
        matches!(seen(&rooms, "gromova", replaced), Err(Denied::Denied)),
        "who was replaced leads nothing"
    );
}

#[test]
fn what_is_found_is_kept_for_thirty_days() {
    // CALL-F34
    let rooms = Rooms::open();
    let draft = CheckDraft { camera: Some(Camera::Works), ..CheckDraft::default() };
    keep(&rooms, "varya", now(), draft);
    let purge = |at| rooms.write(move |tx| Ok(calls::purge_checks(tx, at)?));
    purge(now() + Duration::days(30));
    assert!(own(&rooms, "varya").is_some());
    purge(now() + Duration::days(30) + Duration::milliseconds(1));
    assert_eq!(own(&rooms, "varya"), None);
}
