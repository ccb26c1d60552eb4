//! VK ID itself on a real file: the way in, the new phone, the end of an account.
#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

#[path = "desk/desk.rs"]
#[allow(dead_code, reason = "each test file uses its part")]
mod desk;

use desk::{Desk, PASSWORD, START, hash, person, right};
use identity::{
    CookieToken, Exchange, GrantFault, Input, Means, OwnerOf, PasswordCheck, Phone, Refusal, RegisterError,
    Started, Step, Stepped, VkAccountId,
};
use store::{HashCost, PasswordHash, UtcInstant, sql};
use time::Duration;

const PHONE: &str = "+79000000042";
const OTHER: &str = "+79000000043";

fn phone(text: &str) -> Phone {
    Phone::parse(text).unwrap()
}

fn begun(started: Started) -> Stepped {
    match started {
        Started::Attempt(stepped) => *stepped,
        Started::Refused(refusal) => panic!("{refusal}"),
    }
}

/// Signs in at VK ID itself; gives the session.
fn enter(desk: &Desk, now: UtcInstant, key: &'static str) -> CookieToken {
    let started = desk.with(move |tx, means| identity::start_own(tx, now, means, key, phone(PHONE))).unwrap();
    let stepped = desk.step(now, &begun(started).attempt, right());
    let stepped = desk.step(now, &stepped.attempt, Input::Code(desk.code(now)));
    assert!(matches!(stepped.attempt.state.step, Step::Entered { .. }) && stepped.granted.is_none());
    stepped.entered.unwrap()
}

/// Asks for another phone in a session.
fn new_phone(
    desk: &Desk,
    now: UtcInstant,
    session: &CookieToken,
    key: &'static str,
    text: &'static str,
) -> Stepped {
    let session = session.clone();
    let started = desk.with(move |tx, means| {
        let means = Means { session: Some(&session), ..*means };
        let by = OwnerOf::ask(tx, now, Some(&session))?.unwrap().proven(now).unwrap();
        identity::start_new_phone(tx, now, &means, &by, key, phone(text))
    });
    begun(started.unwrap())
}

fn step_in(desk: &Desk, now: UtcInstant, session: &CookieToken, stepped: &Stepped, input: Input) -> Stepped {
    let (session, public) = (session.clone(), stepped.attempt.public.clone());
    desk.with(move |tx, means| {
        let means = Means { session: Some(&session), ..*means };
        identity::step(tx, now, &means, &public, input)
    })
    .unwrap()
}

fn delete(desk: &Desk, now: UtcInstant, session: &CookieToken) -> VkAccountId {
    let session = session.clone();
    desk.store
        .write_blocking(move |tx| {
            let by = OwnerOf::ask(tx, now, Some(&session))?.unwrap().proven(now).unwrap();
            identity::delete_account(tx, now, &by)
        })
        .unwrap()
}

#[test]
fn a_proof_lasts_five_minutes_on_a_clock_that_goes_forward() {
    // A16, R5
    let desk = Desk::new();
    desk.account(PHONE, true, true);
    let session = enter(&desk, START, "k1");
    let is_proven = |now| {
        let read = desk.store.read_blocking(|tx| {
            let by = OwnerOf::ask(tx, now, Some(&session))?.unwrap();
            Ok::<_, store::Error>(by.proven(now).is_some())
        });
        read.unwrap()
    };
    let five = Duration::minutes(5);
    let moments =
        [START, START + five - Duration::milliseconds(1), START + five, START - Duration::milliseconds(1)];
    assert_eq!(moments.map(is_proven), [true, true, false, false]);
}

#[test]
fn a_new_phone_is_set_by_its_own_code_and_in_its_own_session_only() {
    // A6
    let desk = Desk::new();
    desk.account(PHONE, true, true);
    let session = enter(&desk, START, "k1");
    let asked = new_phone(&desk, START, &session, "k2", OTHER);
    let code = desk.code(START);
    // The same form in the same browser, without the session, or in one of another sign-in that has taken its place.
    let lost = desk.step(START, &asked.attempt, Input::Code(code));
    assert_eq!((lost.refusal, &lost.attempt.state.step), (None, &Step::Expired));
    let later = START + Duration::minutes(2);
    let asked = new_phone(&desk, later, &session, "k3", OTHER);
    let done = step_in(&desk, later, &session, &asked, Input::Code(desk.code(later)));
    assert!(matches!(done.attempt.state.step, Step::Entered { .. }) && done.entered.is_none());
    let taken = desk
        .count(sql!("SELECT COUNT(*) FROM identity_account WHERE phone = '+79000000043' AND phone_at > 0"));
    assert_eq!(taken, 1);
    let again = step_in(&desk, later, &session, &asked, Input::Code(code));
    assert_eq!(again.refusal, Some(Refusal::NotNow));
}

#[test]
fn a_password_is_changed_against_the_one_that_was_compared() {
    let desk = Desk::new();
    desk.account(PHONE, true, true);
    let session = enter(&desk, START, "k1");
    let elsewhere = enter(&desk, START + Duration::minutes(2), "k2");
    let new = PasswordHash::make("совсем другие слова", HashCost::FLOOR, &desk.random);
    let change = |against: PasswordHash, session: &CookieToken| {
        let (session, new, random) = (session.clone(), new.clone(), desk.random.clone());
        let now = START + Duration::minutes(3);
        desk.store
            .write_blocking(move |tx| {
                let by = OwnerOf::ask(tx, now, Some(&session))?.unwrap();
                identity::change_password(tx, now, &random, &by, &against, &new)
            })
            .unwrap()
    };
    let stale = PasswordHash::make(PASSWORD, HashCost::FLOOR, &desk.random);
    assert!(change(stale, &session).is_none());
    let renewed = change(hash(), &session).unwrap();
    let alive = |token: &CookieToken| {
        let now = START + Duration::minutes(3);
        desk.store.read_blocking(|tx| identity::find_session(tx, now, token)).unwrap().is_some()
    };
    assert_eq!([&session, &elsewhere, &renewed].map(alive), [false, false, true]);
}

#[test]
fn nothing_of_a_deleted_account_is_left_or_goes_on() {
    // LNK-S8
    let desk = Desk::new();
    let account = desk.account(PHONE, true, true);
    // One browser is at the code, another at the last screen, a third holds a code of authorization.
    let at_code = desk.begin(START, "s1", PHONE);
    let at_code = desk.step(START, &at_code.attempt, right());
    let granted = desk.from("192.0.2.9");
    let walk = |desk: &Desk, now, state: &str| {
        let begun = desk.begin(now, state, PHONE);
        let stepped = desk.step(now, &begun.attempt, right());
        let stepped = desk.step(now, &stepped.attempt, Input::Code(desk.code(now)));
        desk.step(now, &stepped.attempt, Input::ContinueWithProfile)
    };
    let later = START + Duration::minutes(2);
    let holder = walk(&granted, later, "s2");
    let (grant, _) =
        granted.step(later, &holder.attempt, Input::ConfirmProfile { role: None }).granted.unwrap();
    let half = desk.from("192.0.2.10");
    let later = later + Duration::minutes(2);
    let at_review = walk(&half, later, "s3");
    let later = later + Duration::minutes(60);
    let session = enter(&desk, later, "k1");
    assert_eq!(delete(&desk, later, &session), account);
    for left in [
        sql!(
            "SELECT COUNT(*) FROM identity_account WHERE surname <> '' OR given <> '' OR patronymic IS NOT NULL"
        ),
        sql!(
            "SELECT COUNT(*) FROM identity_account WHERE password_hash IS NOT NULL OR birth_date <> '1900-01-01'"
        ),
        sql!("SELECT COUNT(*) FROM identity_profile"),
        sql!("SELECT COUNT(*) FROM identity_consent"),
        sql!("SELECT COUNT(*) FROM identity_session WHERE ended IS NULL"),
        sql!("SELECT COUNT(*) FROM identity_chain WHERE ended IS NULL"),
    ] {
        assert_eq!(desk.count(left), 0);
    }
    let over =
        |desk: &Desk, stepped: &Stepped, input| desk.step(START, &stepped.attempt, input).attempt.state.step;
    assert_eq!(over(&desk, &at_code, Input::Resend), Step::Expired);
    assert_eq!(over(&half, &at_review, Input::ConfirmProfile { role: None }), Step::Expired);
    let exchanged = desk.store.write_blocking(move |tx| {
        let request = Exchange {
            client: identity::SCHOOL_CLIENT,
            code: &grant.code,
            verifier: desk::VERIFIER,
            redirect_uri: desk::REDIRECT,
            device_id: &grant.device_id,
        };
        identity::exchange(tx, START + Duration::minutes(3), &request)
    });
    assert_eq!(exchanged.unwrap().unwrap_err(), GrantFault::Code);
}

#[test]
fn a_phone_rests_for_thirty_days_and_the_number_for_ever() {
    // LNK-S8
    let desk = Desk::new();
    let account = desk.account(PHONE, true, true);
    let session = enter(&desk, START, "k1");
    delete(&desk, START, &session);
    let register = |now| {
        let random = desk.random.clone();
        desk.store
            .write_blocking(move |tx| identity::register(tx, now, &random, &phone(PHONE), &person(), None))
    };
    let month = START + Duration::days(30);
    let early = month - Duration::milliseconds(1);
    assert!(matches!(register(early), Err(RegisterError::PhoneTaken)));
    let due = |now| desk.store.read_blocking(|tx| identity::has_phones_to_free(tx, now)).unwrap();
    assert_eq!((due(early), due(month)), (false, true));
    assert_eq!(desk.store.write_blocking(move |tx| identity::free_phones(tx, early)).unwrap(), 0);
    assert_eq!(desk.store.write_blocking(move |tx| identity::free_phones(tx, month)).unwrap(), 1);
    assert!(!due(month));
    assert_ne!(register(month).unwrap(), account);
    assert_eq!(desk.count(sql!("SELECT COUNT(*) FROM identity_account")), 2);
}

#[test]
fn the_number_of_vk_id_itself_is_no_applications() {
    let desk = Desk::new();
    let none = identity::ClientId::from_row(0);
    assert!(desk.store.read_blocking(|tx| identity::find_client(tx, none)).unwrap().is_none());
    let listed = desk.store.read_blocking(identity::list_applications).unwrap();
    assert_eq!(listed.len(), 1);
    let random = desk.random.clone();
    let added = desk.store.write_blocking(move |tx| {
        let new = identity::NewApplication {
            id: none,
            name: "Кружок".to_owned(),
            redirects: vec!["https://club.test/".to_owned()],
            origins: Vec::new(),
        };
        identity::add_application(tx, START, &random, &new)
    });
    assert!(matches!(added, Err(identity::ClientFault::Taken(_))));
    let asked = [("client_id", "0"), ("redirect_uri", ""), ("response_type", "code")];
    let asked: Vec<_> = asked.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let read = desk.store.read_blocking(move |tx| identity::read_request(tx, &asked));
    assert!(matches!(read, Err(identity::AuthorizeError::UnknownClient)));
}

#[test]
fn an_account_without_a_password_gets_its_first_one_only_fresh_from_the_code() {
    let desk = Desk::new();
    let started = desk.with(|tx, means| identity::start_own(tx, START, means, "k1", phone(PHONE))).unwrap();
    let stepped = desk.step(START, &begun(started).attempt, Input::Code(desk.code(START)));
    let stepped = desk.step(START, &stepped.attempt, Input::Person(person()));
    let session = stepped.entered.unwrap();
    let set = |now: UtcInstant, session: &CookieToken| {
        let (session, random) = (session.clone(), desk.random.clone());
        desk.store
            .write_blocking(move |tx| {
                let Some(by) = OwnerOf::ask(tx, now, Some(&session))?.unwrap().proven(now) else {
                    return Ok(None);
                };
                identity::set_first_password(tx, now, &random, &by, &hash())
            })
            .unwrap()
    };
    assert!(set(START + Duration::minutes(5), &session).is_none());
    let renewed = set(START + Duration::minutes(4), &session).unwrap();
    assert!(set(START + Duration::minutes(4), &renewed).is_none(), "there is one now");
    let check = desk
        .store
        .read_blocking(|tx| {
            let by = OwnerOf::ask(tx, START, Some(&renewed))?.unwrap();
            identity::own_password_to_check(tx, START, &desk.caller, &by)
        })
        .unwrap();
    assert!(matches!(check, PasswordCheck::Hash(Some(_))));
}
