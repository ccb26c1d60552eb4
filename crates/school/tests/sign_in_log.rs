//! The journal of sign-ins: what is kept of whom, for how long, and that nothing in it is changed.
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use school::{
    Administrator, Arrival, Device, Fresh, Present, SessionToken, SignInOutcome, SignInReader, SignInRow,
    SignInWay, Unconfirmed, Viewer,
};
use store::{UtcInstant, sql};
use testkit::{TODAY, World, now};
use time::Duration;

fn device(address: &str) -> Device {
    Device { address: address.to_owned(), name: "Firefox".to_owned() }
}

fn enter(world: &World, at: UtcInstant, who: &str, way: SignInWay) -> Viewer {
    let (person, token) = (world.person(who), SessionToken::draw(&world.random));
    world.write(move |tx| {
        let arrival = Arrival { device: &device("203.0.113.9"), way, remember: true };
        school::open_session(tx, at, person, &token, &arrival, None)
    })
}

fn own(world: &World, viewer: &Viewer) -> Vec<SignInRow> {
    world
        .try_read(|tx| {
            let who = Present::ask(tx, viewer).map_err(|_| store::Error::NoRow)?;
            school::list_sign_ins(tx, SignInReader::Own(&who), None, 100)
        })
        .unwrap()
}

#[test]
fn whoever_comes_in_leaves_a_row_and_the_program_itself_none() {
    let world = World::build(&[]);
    enter(&world, now(), "varya", SignInWay::StandIn);
    enter(&world, now(), "varya", SignInWay::Slip);
    let viewer = enter(&world, now(), "varya", SignInWay::Password);
    let ways: Vec<_> = own(&world, &viewer).iter().map(|row| (row.way, row.outcome)).collect();
    let entered = SignInOutcome::Entered;
    assert_eq!(ways, [(SignInWay::Password, entered), (SignInWay::Slip, entered)], "newest first");
    // Another person's rows are another person's.
    assert_eq!(own(&world, &enter(&world, now(), "timur", SignInWay::Password)).len(), 1);
    // An administrator reads anybody's.
    let (sedov, varya) = (world.viewer("sedov"), world.person("varya"));
    let rows = world
        .try_read(|tx| {
            let by = Administrator::ask(tx, &sedov, TODAY).map_err(|_| store::Error::NoRow)?;
            school::list_sign_ins(tx, SignInReader::Of(&by, varya), None, 100)
        })
        .unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].device.address, "203.0.113.9");
}

#[test]
fn rows_go_by_age_and_are_never_changed() {
    // A15: ninety days.
    let world = World::build(&[]);
    let old = now() - Duration::days(90) - Duration::milliseconds(1);
    enter(&world, old, "varya", SignInWay::Password);
    enter(&world, now() - Duration::days(90), "varya", SignInWay::Password);
    let viewer = enter(&world, now(), "varya", SignInWay::Password);
    assert_eq!(world.write(|tx| school::purge_sign_ins(tx, now())), 1);
    assert_eq!(own(&world, &viewer).len(), 2);
    let changed: Result<usize, store::Error> =
        world.try_write(|tx| tx.execute(sql!("UPDATE school_sign_in SET outcome = 'wrong'"), []));
    assert!(changed.is_err());
}

#[test]
fn a_password_speaks_in_its_own_session_and_for_five_minutes() {
    // A16, A12
    let world = World::build(&[]);
    let stand_in = enter(&world, now(), "varya", SignInWay::StandIn);
    let ask =
        |viewer: Viewer, at| world.try_read(|tx| Fresh::ask(tx, &viewer, at).map(|fresh| fresh.person()));
    assert!(matches!(ask(stand_in, now()), Err(Unconfirmed::Stale)));
    let viewer = enter(&world, now(), "varya", SignInWay::Password);
    let late = now() + Duration::minutes(5) + Duration::milliseconds(1);
    assert_eq!(ask(viewer, now() + Duration::minutes(5)).unwrap(), world.person("varya"));
    assert!(matches!(ask(viewer, late), Err(Unconfirmed::Stale)));
    // Typed again it speaks again, under another name; another session of the same person stays stale.
    let token = SessionToken::draw(&world.random);
    let drawn = token.clone();
    world.write(move |tx| {
        school::confirm_session(tx, late, &viewer, &drawn, &device("203.0.113.9"))
            .map_err(|_| store::Error::NoRow)
    });
    assert!(ask(viewer, late).is_ok());
    assert!(matches!(ask(stand_in, late), Err(Unconfirmed::Stale)));
    assert_eq!(own(&world, &viewer)[0].way, SignInWay::Confirmation);
    let found = world.read(|tx| school::resume_session(tx, late, &token)).unwrap();
    assert_eq!(found.0, viewer, "the same session");
    // An ended one proves nothing and is not confirmed.
    world.write(move |tx| {
        school::end_own_session(tx, late, &viewer, viewer.session()).map_err(|_| store::Error::NoRow)
    });
    assert!(matches!(ask(viewer, late), Err(Unconfirmed::Denied)));
    let refused =
        world.try_write(move |tx| school::confirm_session(tx, late, &viewer, &token, &device("203.0.113.9")));
    assert!(refused.is_err());
}
