//! Portal accounts: slips, the fence around passwords, logins, the first administrator (A7, A17, A18, A21, A23).
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use std::sync::Arc;

use school::{
    AccountError, AccountState, PersonName, SetupError, SignInError, SignInFence, SlipCode, SlipError,
};
use store::UtcInstant;
use testkit::{TODAY, World, now};
use time::Duration;

/// Prints a slip for a person.
fn print(world: &World, who: &str, at: UtcInstant) -> school::Slip {
    let person = world.person(who);
    let (key, random) = (key(), world.random.clone());
    world.write(move |tx| {
        let account = school::find_account(tx, &school::login_of(tx, person)?)?.unwrap();
        school::issue_slip(tx, at, &key, &random, &account)
    })
}

/// The key of these tests; the same at each call.
fn key() -> store::ServerKey {
    store::ServerKey::in_memory(&store::Random::seeded(1))
}

fn redeem(
    world: &World,
    at: UtcInstant,
    login: &str,
    code: &SlipCode,
) -> Result<school::PersonId, SlipError> {
    let (login, code) = (login.to_owned(), code.clone());
    world.try_write(move |tx| Ok(school::redeem_slip(tx, at, &key(), &login, &code)?.person))
}

#[test]
fn a_slip_is_used_once_by_its_own_login() {
    // A23.
    let world = World::build(&[]);
    let slip = print(&world, "varya", now());
    let other = print(&world, "demyan", now());
    assert!(matches!(redeem(&world, now(), &other.login, &slip.code), Err(SlipError::Wrong)));
    assert!(matches!(redeem(&world, now(), "nobody.x", &slip.code), Err(SlipError::Wrong)));
    let spoken = format!(" {} ", slip.login.to_uppercase());
    assert_eq!(redeem(&world, now(), &spoken, &slip.code).unwrap(), world.person("varya"));
    assert!(matches!(redeem(&world, now(), &slip.login, &slip.code), Err(SlipError::Wrong)));
    assert!(redeem(&world, now(), &other.login, &other.code).is_ok());
}

#[test]
fn a_reprint_voids_the_slip_before() {
    let world = World::build(&[]);
    let first = print(&world, "varya", now());
    let second = print(&world, "varya", now());
    assert_ne!(first.code.printed(), second.code.printed());
    assert!(matches!(redeem(&world, now(), &first.login, &first.code), Err(SlipError::Wrong)));
    assert!(redeem(&world, now(), &second.login, &second.code).is_ok());
}

#[test]
fn a_slip_dies_at_its_hour() {
    let world = World::build(&[]);
    let slip = print(&world, "varya", now());
    let late = redeem(&world, slip.expires, &slip.login, &slip.code);
    assert!(matches!(late, Err(SlipError::Wrong)));
    assert!(redeem(&world, slip.expires - Duration::milliseconds(1), &slip.login, &slip.code).is_ok());
}

#[test]
fn a_slip_of_another_key_is_worth_nothing() {
    // ARC-18: a lost key voids the slips that are out.
    let world = World::build(&[]);
    let slip = print(&world, "varya", now());
    let other = store::ServerKey::in_memory(&store::Random::seeded(2));
    let taken =
        world.try_write(move |tx| school::redeem_slip(tx, now(), &other, &slip.login, &slip.code).map(drop));
    assert!(matches!(taken, Err(SlipError::Wrong)));
}

#[test]
fn of_fifty_at_once_one_uses_the_slip() {
    // K10.
    let world = World::build(&[]);
    let slip = print(&world, "varya", now());
    let slip = Arc::new(slip);
    let threads: Vec<_> = (0..50)
        .map(|_| {
            let (store, slip) = (world.store.clone(), Arc::clone(&slip));
            std::thread::spawn(move || {
                let answer: Result<(), SlipError> = store.write_blocking(move |tx| {
                    school::redeem_slip(tx, now(), &key(), &slip.login, &slip.code).map(drop)
                });
                answer.is_ok()
            })
        })
        .collect();
    assert_eq!(threads.into_iter().map(|thread| thread.join().unwrap()).filter(|won| *won).count(), 1);
}

#[test]
fn a_blocked_account_keeps_its_slip_for_later() {
    let world = World::build(&[]);
    let slip = print(&world, "varya", now());
    let person = world.person("varya");
    world.write(move |tx| {
        school::block(tx, now(), person, "уехала").unwrap();
        Ok::<_, store::Error>(())
    });
    assert!(matches!(redeem(&world, now(), &slip.login, &slip.code), Err(SlipError::Blocked)));
    world.write(move |tx| {
        school::unblock(tx, person).unwrap();
        Ok::<_, store::Error>(())
    });
    assert!(redeem(&world, now(), &slip.login, &slip.code).is_ok());
}

#[test]
fn only_who_set_a_password_has_a_hash() {
    // A23: states as the administrator sees them.
    let world = World::build(&[]);
    let state = |who: &str| {
        let person = world.person(who);
        let accounts = world.read(school::list_accounts);
        accounts.into_iter().find(|(account, _)| account.person == person).unwrap()
    };
    let (account, new) = state("varya");
    assert_eq!((account.password.is_none(), new), (true, AccountState::New));
    print(&world, "varya", now());
    assert_eq!(state("varya").1, AccountState::SlipOpen);
    world.set_password("varya", "лампа река сосна");
    let (account, active) = state("varya");
    assert_eq!((account.password.is_some(), active), (true, AccountState::Active));
    let hashes =
        world.read(school::list_accounts).into_iter().filter(|(account, _)| account.password.is_some());
    assert_eq!(hashes.count(), 1);
}

#[test]
fn a_set_password_voids_the_slip() {
    let world = World::build(&[]);
    let slip = print(&world, "varya", now());
    world.set_password("varya", "лампа река сосна");
    assert!(matches!(redeem(&world, now(), &slip.login, &slip.code), Err(SlipError::Wrong)));
}

fn wrong(world: &World, at: UtcInstant, fence: &SignInFence) {
    let fence = fence.clone();
    let _ = world.try_write(move |tx| {
        let _ = school::count_wrong_pair(tx, at, &fence);
        Ok::<_, store::Error>(())
    });
}

fn may(world: &World, at: UtcInstant, fence: &SignInFence) -> bool {
    world.read(|tx| match school::check_fence(tx, at, fence) {
        Ok(()) => Ok(true),
        Err(SignInError::Store(error)) => Err(error),
        Err(SignInError::Refused | SignInError::WrongPair | SignInError::Blocked) => Ok(false),
    })
}

#[test]
fn what_was_asked_before_the_password_was_compared_is_asked_again() {
    // Comparing takes a while: meanwhile the account may be blocked, its password set anew, the fence close.
    let world = World::build(&[]);
    let login = world.set_password("varya", "лампа река сосна");
    let fence = SignInFence::of("203.0.113.9", false, &login);
    let compared = world.read(|tx| school::find_account(tx, &login)).unwrap();
    let asked = |compared: &school::PortalAccount| {
        world.read(|tx| Ok::<_, store::Error>(school::recheck(tx, now(), &fence, compared)))
    };
    assert!(asked(&compared).is_ok());
    let person = compared.person;
    world.write(move |tx| school::block(tx, now(), person, "").map_err(|_| store::Error::NoRow));
    assert!(matches!(asked(&compared), Err(SignInError::Blocked)));
    world.write(move |tx| school::unblock(tx, person).map_err(|_| store::Error::NoRow));
    world.set_password("varya", "лампа река ель");
    assert!(
        matches!(asked(&compared), Err(SignInError::WrongPair)),
        "the old password opens nothing any more"
    );
    let anew = world.read(|tx| school::find_account(tx, &login)).unwrap();
    assert!(asked(&anew).is_ok());
    for n in 0..15 {
        wrong(&world, now() + Duration::seconds(n), &fence);
    }
    assert!(matches!(asked(&anew), Err(SignInError::Refused)));
}

#[test]
fn fifteen_wrong_pairs_close_an_address_and_nobody_else() {
    // A18, A7: whoever guesses from one address closes that address; the owner elsewhere still signs in.
    let world = World::build(&[]);
    let guesser = SignInFence::of("203.0.113.9", false, "ilina.v");
    let owner = SignInFence::of("198.51.100.4", false, "ilina.v");
    for n in 0..15 {
        assert!(may(&world, now(), &guesser), "{n}");
        wrong(&world, now() + Duration::seconds(n), &guesser);
    }
    assert!(!may(&world, now() + Duration::seconds(15), &guesser), "the sixteenth");
    let another = SignInFence::of("203.0.113.9", false, "karpov.d");
    assert!(
        !may(&world, now() + Duration::seconds(15), &another),
        "an address is one counter for all logins"
    );
    assert!(may(&world, now() + Duration::seconds(15), &owner));
    // Three hours after the first wrong pair one more may be tried.
    assert!(!may(&world, now() + Duration::hours(3) - Duration::milliseconds(1), &guesser));
    assert!(may(&world, now() + Duration::hours(3) + Duration::milliseconds(1), &guesser));
}

#[test]
fn a_school_address_counts_by_login() {
    // A21: a class behind one address does not lock itself out.
    let world = World::build(&[]);
    let varya = SignInFence::of("10.0.0.1", true, "ilina.v");
    for _ in 0..15 {
        wrong(&world, now(), &varya);
    }
    assert!(!may(&world, now(), &varya));
    assert!(!may(&world, now(), &SignInFence::of("10.0.0.1", true, " ILINA.V ")), "the same login");
    assert!(may(&world, now(), &SignInFence::of("10.0.0.1", true, "karpov.d")));
    assert!(may(&world, now(), &SignInFence::of("10.0.0.2", true, "ilina.v")));
    world.write(school::forget_wrong_pairs);
    assert!(may(&world, now(), &varya));
}

#[test]
fn a_clock_set_back_opens_no_fence() {
    // R5.
    let world = World::build(&[]);
    let fence = SignInFence::of("203.0.113.9", false, "x");
    for _ in 0..15 {
        wrong(&world, now(), &fence);
    }
    assert!(!may(&world, now() - Duration::hours(1), &fence));
    assert!(!may(&world, now() - Duration::days(1), &fence));
}

#[test]
fn namesakes_get_logins_of_their_own() {
    // DIA-O6, DIA-I16.
    let world = World::build(&[]);
    let name = PersonName::parse("Ильина", "Виктория", "").unwrap();
    let logins = world.write(move |tx| {
        let mut logins = Vec::new();
        for _ in 0..12 {
            let new = school::NewPerson {
                external_id: None,
                name: &name,
                birth_date: None,
                sex: None,
                phone: None,
            };
            let person = school::add_person(tx, &new)?;
            let login = school::login_for(tx, &name)?;
            school::create_account(tx, person, &login).unwrap();
            logins.push(login);
        }
        Ok::<_, store::Error>(logins)
    });
    let mut unique = logins.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), 12, "{logins:?}");
    assert!(logins.iter().all(|login| login.starts_with("ilina.v")), "{logins:?}");
}

#[test]
fn an_account_is_one_a_person_and_a_login_one_an_account() {
    let world = World::build(&[]);
    let (varya, login) =
        (world.person("varya"), world.read(|tx| school::login_of(tx, world.person("demyan"))));
    let taken = world.try_write(move |tx| school::create_account(tx, varya, &login).map(drop));
    assert!(matches!(taken, Err(AccountError::LoginTaken)));
    let second = world.try_write(move |tx| school::create_account(tx, varya, "another.login").map(drop));
    assert!(matches!(second, Err(AccountError::HasAccount)));
}

fn set_up(world: &World, at: UtcInstant, token: &str, login: &str) -> Result<(), SetupError> {
    let (token, login) = (token.to_owned(), login.to_owned());
    let name = PersonName::parse("Новикова", "Алла", "Юрьевна").unwrap();
    world.try_write(move |tx| school::finish_setup(tx, at, TODAY, &token, &name, &login).map(drop))
}

#[test]
fn the_setup_link_works_once_and_for_an_hour() {
    // A17, B6.
    let world = World::build(&[]);
    let begin = |at, token: &'static str| world.write(move |tx| school::begin_setup(tx, at, token));
    let open = |at, token: &str| world.read(|tx| school::is_setup_open(tx, at, token));
    assert_eq!(begin(now(), "first"), now() + Duration::minutes(60));
    assert!(open(now() + Duration::minutes(60) - Duration::milliseconds(1), "first"));
    assert!(!open(now() + Duration::minutes(60), "first"));
    assert!(!open(now(), "other"));
    assert!(matches!(
        set_up(&world, now() + Duration::minutes(60), "first", "novikova"),
        Err(SetupError::Wrong)
    ));
    begin(now(), "second");
    assert!(!open(now(), "first"), "a new link voids the one before");
    // A login that is taken leaves the link as it was.
    let taken = world.read(|tx| school::login_of(tx, world.person("sedov")));
    assert!(matches!(
        set_up(&world, now(), "second", &taken),
        Err(SetupError::Account(AccountError::LoginTaken))
    ));
    assert!(open(now(), "second"));
    set_up(&world, now(), "second", "novikova").unwrap();
    assert!(matches!(set_up(&world, now(), "second", "novikova2"), Err(SetupError::Wrong)));
    assert!(!open(now(), "second"));
    let person = world.read(|tx| school::find_account(tx, "novikova")).unwrap().person;
    assert!(world.read(|tx| school::roles_of(tx, person, TODAY)).has(school::Role::Administrator));
}
