//! Portal sessions (A11–A15): where they begin, how long they live, who ends them, who is told.
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use school::{Administrator, Arrival, Denied, Device, EndWhy, PersonId, SessionToken, SignInWay, Viewer};
use store::{Random, UtcInstant};
use testkit::{TODAY, World, now};
use time::Duration;

fn device() -> Device {
    Device { address: "203.0.113.9".to_owned(), name: "Firefox".to_owned() }
}

fn open(
    world: &World,
    at: UtcInstant,
    who: &str,
    remember: bool,
    old: Option<Viewer>,
) -> (SessionToken, Viewer) {
    let (person, token) = (world.person(who), SessionToken::draw(&world.random));
    let kept = token.clone();
    let viewer = world.write(move |tx| {
        let arrival = Arrival { device: &device(), way: SignInWay::Password, remember };
        school::open_session(tx, at, person, &token, &arrival, old)
    });
    (kept, viewer)
}

fn lives(world: &World, at: UtcInstant, token: &SessionToken) -> bool {
    world.read(|tx| school::resume_session(tx, at, token)).is_some()
}

#[test]
fn a_session_dies_idle_and_old_by_its_limits() {
    // A13, exact.
    let world = World::build(&[]);
    let tick = Duration::milliseconds(1);
    for (remember, idle, absolute) in
        [(false, Duration::minutes(30), Duration::hours(12)), (true, Duration::days(14), Duration::days(90))]
    {
        let (token, viewer) = open(&world, now(), "varya", remember, None);
        assert!(lives(&world, now() + idle - tick, &token));
        assert!(!lives(&world, now() + idle, &token));
        let mut seen = now();
        while seen + idle - tick < now() + absolute {
            seen = seen + idle - tick;
            let at = seen;
            assert!(lives(&world, at, &token));
            world.write(move |tx| school::touch_session(tx, at, &viewer));
        }
        assert!(lives(&world, now() + absolute - tick, &token));
        assert!(!lives(&world, now() + absolute, &token));
    }
}

#[test]
fn a_clock_set_back_signs_nobody_out_and_lengthens_no_session() {
    // R5.
    let world = World::build(&[]);
    let (token, viewer) = open(&world, now(), "varya", false, None);
    for back in [Duration::hours(1), Duration::days(1), Duration::days(20_000)] {
        assert!(lives(&world, now() - back, &token));
        let at = now() - back;
        world.write(move |tx| school::touch_session(tx, at, &viewer));
    }
    assert!(
        lives(&world, now() + Duration::minutes(29), &token),
        "a use under the wrong clock shortens nothing"
    );
    assert!(!lives(&world, now() + Duration::minutes(30), &token));
    assert!(!lives(&world, now() + Duration::days(3650), &token));
}

#[test]
fn a_new_session_replaces_the_one_the_browser_came_with() {
    // A12.
    let world = World::build(&[]);
    let mut watch = world.store.watch();
    let (old, viewer) = open(&world, now(), "varya", false, None);
    let (new, _) = open(&world, now(), "varya", false, Some(viewer));
    assert!(!lives(&world, now(), &old));
    assert!(lives(&world, now(), &new));
    assert_ne!(old.cookie(), new.cookie());
    let commit = watch.try_recv().unwrap();
    assert_eq!(
        (&*commit.events[0].kind, commit.events[0].scope_id),
        ("session_ended", viewer.session().get())
    );
}

#[test]
fn the_base_knows_no_session_token() {
    // A11: 256 random bits, kept as their SHA-256.
    let world = World::build(&[]);
    let (token, _) = open(&world, now(), "varya", true, None);
    assert!(token.cookie().len() >= 43);
    assert_eq!(format!("{token:?}"), "SessionToken(***)");
    world.store.close();
    let bytes = std::fs::read(world.path()).unwrap();
    let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|at| at == needle);
    assert!(!holds(token.cookie().as_bytes()));
    assert!(holds(&token.digest()));
}

#[test]
fn a_foreign_or_guessed_cookie_is_no_session() {
    let world = World::build(&[]);
    open(&world, now(), "varya", true, None);
    for text in ["", "x", "' OR 1=1 --", &"A".repeat(43), SessionToken::draw(&Random::seeded(99)).cookie()] {
        assert!(!lives(&world, now(), &SessionToken::from_cookie(text)), "{text}");
    }
}

/// The sessions whose ends were told since the last look.
fn ends_told(mut next: impl FnMut() -> Option<std::sync::Arc<store::Commit>>) -> Vec<i64> {
    let mut told = Vec::new();
    while let Some(commit) = next() {
        told.extend(
            commit.events.iter().filter(|event| event.kind == "session_ended").map(|event| event.reference),
        );
    }
    told
}

#[test]
fn every_end_of_a_session_is_told_once() {
    // A14: sockets close on these events, and the answer comes after them.
    let world = World::build(&[]);
    let varya = world.person("varya");
    let sedov = world.viewer("sedov");
    let all: Vec<Viewer> = (0..5).map(|_| open(&world, now(), "varya", false, None).1).collect();
    let mut watch = world.store.watch();
    let (mine, other, third) = (all[0], all[1].session(), all[2].session());
    world.write(move |tx| own(school::end_own_session(tx, now(), &mine, other)));
    assert_eq!(ends_told(|| watch.try_recv().ok()), [other.get()]);
    world.write(move |tx| {
        let admin = Administrator::ask(tx, &sedov, TODAY).map_err(plain)?;
        own(school::end_session(tx, now(), &admin, third).map(|owner| assert_eq!(owner, varya)))
    });
    assert_eq!(ends_told(|| watch.try_recv().ok()), [third.get()]);
    let again = world.try_write(move |tx| own(school::end_own_session(tx, now(), &mine, other)));
    assert!(again.is_err(), "an ended session is not there");
    assert_eq!(ends_told(|| watch.try_recv().ok()), Vec::<i64>::new());
    let but = mine.session();
    let count = world.write(move |tx| school::end_all_sessions(tx, now(), varya, Some(but), EndWhy::Owner));
    assert_eq!((count, ends_told(|| watch.try_recv().ok()).len()), (2, 2));
    world.write(move |tx| {
        school::block(tx, now(), varya, "проверка").unwrap();
        Ok::<_, store::Error>(())
    });
    assert_eq!(ends_told(|| watch.try_recv().ok()), [but.get()]);
}

fn plain(denied: Denied) -> store::Error {
    match denied {
        Denied::Denied => store::Error::NoRow,
        Denied::Store(error) => error,
    }
}

fn own<T>(done: Result<T, Denied>) -> Result<T, store::Error> {
    done.map_err(plain)
}

#[test]
fn nobody_ends_anothers_session_by_its_number() {
    // A15, Z2: "another's" and "missing" look the same.
    let world = World::build(&[]);
    let varya = world.viewer("varya");
    let demyan = world.viewer("demyan").session();
    for session in [demyan, school::PortalSessionId::from_row(99_999)] {
        let ended = world.try_write(move |tx| own(school::end_own_session(tx, now(), &varya, session)));
        assert!(matches!(ended, Err(store::Error::NoRow)));
    }
    let list = |who: Option<PersonId>| world.read(|tx| school::list_sessions(tx, now(), who));
    assert_eq!(list(Some(world.person("demyan"))).len(), 1);
}

#[test]
fn a_blocked_account_has_no_session() {
    let world = World::build(&[]);
    let (token, _) = open(&world, now(), "varya", true, None);
    let varya = world.person("varya");
    world.write(move |tx| {
        school::block(tx, now(), varya, "проверка").unwrap();
        Ok::<_, store::Error>(())
    });
    assert!(!lives(&world, now(), &token));
    world.write(move |tx| {
        school::unblock(tx, varya).unwrap();
        Ok::<_, store::Error>(())
    });
    assert!(!lives(&world, now(), &token), "lifting the block wakes no old session");
}

#[test]
fn a_blocked_account_opens_no_session() {
    // A14: whoever asks for one, and whatever they have checked before. The session the browser came with stays ended.
    let world = World::build(&[]);
    let (old, viewer) = open(&world, now(), "varya", true, None);
    let (varya, token) = (world.person("varya"), SessionToken::draw(&world.random));
    world.write(move |tx| {
        school::block(tx, now(), varya, "проверка").unwrap();
        Ok::<_, store::Error>(())
    });
    let asked = token.clone();
    let refused = world.try_write(move |tx| {
        let arrival = Arrival { device: &device(), way: SignInWay::Password, remember: false };
        school::open_session(tx, now(), varya, &asked, &arrival, Some(viewer))
    });
    assert!(matches!(refused, Err(Denied::Denied)), "{refused:?}");
    world.write(move |tx| {
        school::unblock(tx, varya).unwrap();
        Ok::<_, store::Error>(())
    });
    assert!(!lives(&world, now(), &token) && !lives(&world, now(), &old));
}

#[test]
fn lists_show_living_sessions_and_purges_spare_them() {
    let world = World::build(&[]);
    let varya = world.person("varya");
    let (_, short) = open(&world, now(), "varya", false, None);
    let (_, long) = open(&world, now() + Duration::minutes(1), "varya", true, None);
    let ids = |at| {
        let sessions = world.read(|tx| school::list_sessions(tx, at, Some(varya)));
        sessions.into_iter().map(|session| session.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(now() + Duration::minutes(2)), [long.session(), short.session()]);
    assert_eq!(ids(now() + Duration::days(1)), [long.session()]);
    assert_eq!(world.write(|tx| school::purge_sessions(tx, now() + Duration::days(100))), 0);
    assert_eq!(world.write(|tx| school::purge_sessions(tx, now() + Duration::days(181))), 2);
}
