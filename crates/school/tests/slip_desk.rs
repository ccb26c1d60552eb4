//! Whose slips may be printed, and by whom (DIA-F43, K17).
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use school::{
    AccountState, Administrator, HomeroomOf, PersonId, Role, Slip, SlipBar, SlipDesk, SlipDeskError,
};
use store::ServerKey;
use testkit::{TODAY, World, now};
use time::Duration;

fn key() -> ServerKey {
    ServerKey::in_memory(&store::Random::seeded(1))
}

/// The homeroom teacher of 6 «А» prints for these people.
fn print(world: &World, chosen: &[PersonId]) -> Result<Vec<Slip>, SlipDeskError> {
    let (viewer, class) = (world.viewer("gromova"), world.class_id("6A"));
    let (random, chosen) = (world.random.clone(), chosen.to_vec());
    world.try_write(move |tx| {
        let by = HomeroomOf::ask(tx, &viewer, class, TODAY).unwrap();
        let desk = SlipDesk::of_homeroom(tx, &by, TODAY)?;
        let slips = desk.issue(tx, now(), &key(), &random, &chosen)?;
        Ok(slips.into_iter().map(|(_, slip)| slip).collect())
    })
}

fn redeem(world: &World, slip: &Slip) -> bool {
    let (login, code) = (slip.login.clone(), slip.code.clone());
    world.try_write(move |tx| school::redeem_slip(tx, now(), &key(), &login, &code).map(drop)).is_ok()
}

#[test]
fn a_homeroom_teacher_prints_for_the_class_and_its_guardians() {
    // DIA-F43, DIA-F44
    let world = World::build(&[]);
    let (varya, mother) = (world.person("varya"), world.person("mother"));
    let first = print(&world, &[mother, varya]).unwrap();
    assert_eq!(first.len(), 2);
    let again = print(&world, &[varya]).unwrap();
    assert!(!redeem(&world, &first[0]), "the reprint voids the slip before");
    assert!(redeem(&world, &again[0]) && redeem(&world, &first[1]));
}

#[test]
fn nobody_outside_the_circle_gets_a_slip() {
    let world = World::build(&[]);
    // A pupil of another class, a guardian without access, the staff.
    for who in ["kira", "father", "gromova", "lapina", "sedov"] {
        let refused = print(&world, &[world.person("varya"), world.person(who)]);
        assert!(matches!(refused, Err(SlipDeskError::Foreign)), "{who}: {refused:?}");
    }
    assert!(matches!(print(&world, &[]), Err(SlipDeskError::Nobody)));
    let card = |who: &str| {
        let (viewer, person) = (world.viewer("sedov"), world.person(who));
        world.read(|tx| {
            let by = Administrator::ask(tx, &viewer, TODAY).unwrap();
            Ok::<_, store::Error>(school::find_person_card(tx, &by, person, TODAY)?.unwrap())
        })
    };
    assert_eq!(card("varya").account.unwrap().1, AccountState::New, "a refusal prints for nobody");
}

#[test]
fn a_guardian_on_the_staff_and_a_closed_way_in_are_left_to_the_administrator() {
    // K17: with a slip of hers the homeroom teacher would have the administrator's rights.
    let world = World::build(&[]);
    let (mother, demyan) = (world.person("mother"), world.person("demyan"));
    world.write(move |tx| {
        drop(school::grant(tx, mother, Role::Administrator, None, None, TODAY)?);
        school::block(tx, now(), demyan, "уехал").unwrap();
        Ok::<_, store::Error>(())
    });
    let why = |person| match print(&world, &[person]) {
        Err(SlipDeskError::Barred { why, .. }) => why,
        other => panic!("{other:?}"),
    };
    assert_eq!((why(mother), why(demyan)), (SlipBar::Staff, SlipBar::Blocked));

    let (viewer, class, random) = (world.viewer("sedov"), world.class_id("6A"), world.random.clone());
    let slips = world.write(move |tx| {
        let by = Administrator::ask(tx, &viewer, TODAY).unwrap();
        let desk = SlipDesk::of_class(tx, &by, class, TODAY)?;
        let slips = desk.issue(tx, now(), &key(), &random, &[mother]).unwrap();
        assert!(SlipDesk::of_staff(tx, &by, TODAY)?.cards().iter().all(|card| card.roles.is_staff()));
        Ok::<_, store::Error>(slips)
    });
    assert!(redeem(&world, &slips[0].1));
}

#[test]
fn of_a_guardian_only_the_children_of_the_class_are_named() {
    // DIA-I14: the mother has a child in another class too.
    let world = World::build(&[]);
    let (viewer, class) = (world.viewer("gromova"), world.class_id("6A"));
    let cards = world.read(|tx| {
        let by = HomeroomOf::ask(tx, &viewer, class, TODAY).unwrap();
        school::homeroom_cards(tx, &by, TODAY)
    });
    let mother = cards.iter().find(|card| card.id == world.person("mother")).unwrap();
    assert_eq!(mother.line, "мать: Варвара Ильина");
}

#[test]
fn a_slip_whose_time_is_over_is_not_held_any_more() {
    let world = World::build(&[]);
    let slips = print(&world, &[world.person("varya")]).unwrap();
    let state = || {
        let accounts = world.read(school::list_accounts);
        accounts.into_iter().find(|(account, _)| account.login == slips[0].login).unwrap().1
    };
    let purge = |at| world.write(move |tx| school::purge_slips(tx, at));
    assert_eq!((purge(slips[0].expires - Duration::SECOND), state()), (0, AccountState::SlipOpen));
    assert_eq!((purge(slips[0].expires), state()), (1, AccountState::New));
}
