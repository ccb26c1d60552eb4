//! Attempts on a real file: the guide's ways, codes, fences, restarts.
#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]
#![allow(clippy::wildcard_enum_match_arm, reason = "tests look at the arms they are about")]

#[path = "desk/desk.rs"]
#[allow(dead_code, reason = "each test file uses its part")]
mod desk;

use desk::{Desk, START, hash, person, profile, right, wrong};
use identity::{
    AttemptError, Caller, CookieToken, Input, Phone, Refusal, ResetStep, Screen, SignInPath, Started, Step,
};
use store::{HashCost, PasswordHash, sql};
use time::Duration;

const PHONE: &str = "+79000000042";

fn minutes(count: i64) -> Duration {
    Duration::minutes(count)
}

#[test]
fn a_person_with_account_and_profile_comes_in_by_password_code_and_a_look_at_the_data() {
    let desk = Desk::new();
    let account = desk.account(PHONE, true, true);
    let begun = desk.begin(START, "s1", "8 (900) 000-00-42");
    assert!(matches!(&begun.attempt.state.step, Step::AskPassword(known) if known.account == account));
    let stepped = desk.step(START, &begun.attempt, right());
    assert!(matches!(stepped.attempt.state.step, Step::AskCode { .. }));
    let stepped = desk.step(START, &stepped.attempt, Input::Code(desk.code(START)));
    assert!(matches!(stepped.attempt.state.step, Step::ChooseProfile { .. }));
    let stepped = desk.step(START, &stepped.attempt, Input::ContinueWithProfile);
    let stepped = desk.step(START, &stepped.attempt, Input::ConfirmProfile { role: None });
    assert_eq!(
        stepped.attempt.state.step,
        Step::Granted { account, path: Some(SignInPath::ExistingProfile) }
    );
    let (granted, session) = stepped.granted.unwrap();
    assert!(granted.location().starts_with("http://127.0.0.1:8080/link/embedded/callback?code=vk2.a."));
    let found = desk.store.read_blocking(|tx| identity::find_session(tx, START, &session)).unwrap();
    assert_eq!(found.map(|session| session.account), Some(account));
    assert_eq!(desk.count(sql!("SELECT COUNT(*) FROM identity_sms WHERE sealed IS NOT NULL")), 1);
}

#[test]
fn a_new_person_has_an_account_only_when_code_and_data_were_accepted() {
    // LNK-S1
    let desk = Desk::new();
    let accounts = || desk.count(sql!("SELECT COUNT(*) FROM identity_account"));
    let begun = desk.begin(START, "s1", PHONE);
    assert!(matches!(begun.attempt.state.step, Step::AskCode { .. }));
    let code = desk.code(START);
    let early = desk.step(START, &begun.attempt, Input::Person(person()));
    assert_eq!((early.refusal, accounts()), (Some(Refusal::NotNow), 0));
    let stepped = desk.step(START, &begun.attempt, Input::Code(code));
    assert_eq!((matches!(stepped.attempt.state.step, Step::AskPerson { .. }), accounts()), (true, 0));
    let stepped = desk.step(START, &stepped.attempt, Input::Person(person()));
    assert_eq!(accounts(), 1);
    // The form posted twice makes one account.
    let again = desk.step(START, &stepped.attempt, Input::Person(person()));
    assert_eq!((again.refusal, accounts()), (Some(Refusal::NotNow), 1));
    let stepped = desk.step(START, &stepped.attempt, Input::CreateProfile);
    let stepped = desk.step(START, &stepped.attempt, Input::ConfirmProfile { role: None });
    assert!(matches!(
        stepped.attempt.state.step,
        Step::Granted { path: Some(SignInPath::AccountCreated), .. }
    ));
    let shown = desk.store.read_blocking(|tx| identity::own_profile(tx, &stepped.attempt)).unwrap().unwrap();
    assert_eq!((shown.name, shown.role), (person().name, identity::ClaimedRole::Pupil));
}

#[test]
fn two_people_with_one_phone_get_one_account() {
    // LNK-S2: both were at the form when the first sent it.
    let desk = Desk::new();
    let other = desk.from("192.0.2.2");
    let first = desk.begin(START, "s1", PHONE);
    let first = desk.step(START, &first.attempt, Input::Code(desk.code(START)));
    let later = START + minutes(2);
    let second = other.begin(later, "s2", PHONE);
    let second = other.step(later, &second.attempt, Input::Code(other.code(later)));
    assert!(matches!(second.attempt.state.step, Step::AskPerson { .. }), "{second:?}");
    desk.step(later, &first.attempt, Input::Person(person()));
    let refused = other.step(later, &second.attempt, Input::Person(person()));
    assert_eq!(refused.refusal, Some(Refusal::PhoneTaken));
    assert_eq!(desk.count(sql!("SELECT COUNT(*) FROM identity_account")), 1);
}

#[test]
fn a_reset_sets_the_password_and_ends_the_other_sessions() {
    let desk = Desk::new();
    let account = desk.account(PHONE, false, true);
    let sign_in = |state: &str, now| {
        let begun = desk.begin(now, state, PHONE);
        let stepped = desk.step(now, &begun.attempt, Input::Forgot);
        let stepped = desk.step(now, &stepped.attempt, Input::Phone(Phone::parse(PHONE).unwrap()));
        let stepped = desk.step(now, &stepped.attempt, Input::Code(desk.code(now)));
        assert!(matches!(
            stepped.attempt.state.step,
            Step::ResetPassword { step: ResetStep::AskPassword { .. }, .. }
        ));
        let words = desk.store.read_blocking(|tx| identity::own_words(tx, &stepped.attempt)).unwrap();
        assert_eq!(words, ["Ильина", "Варвара", "Олеговна", "79000000042", "9000000042"]);
        let stepped = desk.step(now, &stepped.attempt, Input::NewPassword(hash()));
        let stepped = desk.step(now, &stepped.attempt, Input::ContinueWithProfile);
        desk.step(now, &stepped.attempt, Input::ConfirmProfile { role: None }).granted.unwrap().1
    };
    let alive = |token: &CookieToken, now| {
        desk.store.read_blocking(|tx| identity::find_session(tx, now, token)).unwrap().is_some()
    };
    let first = sign_in("s1", START);
    assert!(alive(&first, START));
    let second = sign_in("s2", START + minutes(2));
    assert!(!alive(&first, START + minutes(2)) && alive(&second, START + minutes(2)));
    assert_eq!(desk.count(sql!("SELECT COUNT(*) FROM identity_account WHERE password_hash IS NOT NULL")), 1);
    assert_ne!(account.get(), 0);
}

#[test]
fn a_reset_for_a_phone_without_an_account_looks_the_same_and_sends_nothing() {
    // A8
    let desk = Desk::new();
    desk.account(PHONE, true, true);
    let begun = desk.begin(START, "s1", PHONE);
    let stepped = desk.step(START, &begun.attempt, Input::Forgot);
    let stranger = Phone::parse("+79000000043").unwrap();
    let stepped = desk.step(START, &stepped.attempt, Input::Phone(stranger));
    assert!(matches!(
        &stepped.attempt.state.step,
        Step::ResetPassword { step: ResetStep::AskCode { account: None, sent }, .. } if sent.at == Some(START)
    ));
    assert_eq!(desk.count(sql!("SELECT COUNT(*) FROM identity_sms")), 0);
    let code = identity::OtpCode::parse("123456").unwrap();
    let refused = desk.step(START, &stepped.attempt, Input::Code(code));
    assert_eq!(refused.refusal, Some(Refusal::WrongCode { left: 4 }));
    let refused = desk.step(START, &stepped.attempt, Input::Resend);
    assert_eq!(refused.refusal, Some(Refusal::TooSoon { until: START + minutes(1) }));
}

#[test]
fn an_attempt_belongs_to_its_browser_and_ends_at_fifteen_minutes() {
    // A6
    let desk = Desk::new();
    desk.account(PHONE, true, true);
    let begun = desk.begin(START, "s1", PHONE);
    let other = desk.from("192.0.2.1");
    let public = begun.attempt.public.clone();
    let foreign = other.with(move |tx, means| identity::step(tx, START, means, &public, right()));
    assert!(matches!(foreign, Err(AttemptError::OtherBrowser)));
    let unknown = desk.with(|tx, means| identity::step(tx, START, means, "AAAA", right()));
    assert!(matches!(unknown, Err(AttemptError::NoSuch)));
    let at = |moment| desk.step(moment, &begun.attempt, Input::Forgot).attempt.state.step;
    let last = START + minutes(15) - Duration::milliseconds(1);
    assert!(matches!(at(last), Step::ResetPassword { .. }));
    assert_eq!(at(START + minutes(15)), Step::Expired);
    // A clock set back revives nothing (R5).
    assert_eq!(at(START), Step::Expired);
}

#[test]
fn a_killed_process_goes_on_where_it_was() {
    // LNK-L7: reopened between every two steps.
    let desk = Desk::new();
    let account = desk.account(PHONE, true, false);
    let begun = desk.begin(START, "s1", PHONE);
    let desk = desk.restart();
    let stepped = desk.step(START, &begun.attempt, right());
    let desk = desk.restart();
    let stepped = desk.step(START, &stepped.attempt, Input::Code(desk.code(START)));
    let desk = desk.restart();
    let stepped = desk.step(START, &stepped.attempt, Input::CreateProfile);
    let desk = desk.restart();
    let stepped = desk.step(START, &stepped.attempt, Input::Profile(profile()));
    assert_eq!(stepped.attempt.state.step, Step::Granted { account, path: Some(SignInPath::ProfileCreated) });
    let first = stepped.granted.unwrap().0;
    // The browser lost the answer: the same form gives another code, and the first one stops working.
    let desk = desk.restart();
    let second = desk.step(START, &stepped.attempt, Input::ConfirmProfile { role: None }).granted.unwrap().0;
    assert_ne!(first.code, second.code);
    assert_eq!(desk.count(sql!("SELECT COUNT(*) FROM identity_grant")), 1);
}

#[test]
fn the_same_request_in_the_same_browser_is_one_attempt() {
    let desk = Desk::new();
    desk.account(PHONE, true, true);
    let first = desk.begin(START, "s1", PHONE);
    let second = desk.begin(START, "s1", PHONE);
    assert_eq!((first.attempt.id, second.refusal), (second.attempt.id, Some(Refusal::NotNow)));
    let other_tab = desk.begin(START, "s2", PHONE);
    assert_ne!(first.attempt.id, other_tab.attempt.id);
}

#[test]
fn a_code_is_good_for_five_minutes() {
    // A2
    for (age, good) in [(Duration::seconds(299), true), (Duration::seconds(301), false)] {
        let desk = Desk::new();
        let begun = desk.begin(START, "s1", PHONE);
        let code = desk.code(START);
        let stepped = desk.step(START + age, &begun.attempt, Input::Code(code));
        assert_eq!(stepped.refusal, (!good).then_some(Refusal::CodeTooOld), "{age}");
    }
}

#[test]
fn a_code_is_for_its_attempt_and_its_purpose() {
    // A6
    let desk = Desk::new();
    let begun = desk.begin(START, "s1", PHONE);
    let code = desk.code(START);
    let other_tab = desk.begin(START, "s2", PHONE);
    let refused = desk.step(START, &other_tab.attempt, Input::Code(code));
    assert_eq!(refused.refusal, Some(Refusal::CodeDead));
    assert!(desk.step(START, &begun.attempt, Input::Code(code)).refusal.is_none());
}

#[test]
fn giving_the_number_again_keeps_the_code_that_was_sent() {
    let desk = Desk::new();
    let begun = desk.begin(START, "s1", PHONE);
    let code = desk.code(START);
    desk.step(START, &begun.attempt, Input::Back(Screen::Phone));
    let later = START + Duration::seconds(20);
    let stepped = desk.step(later, &begun.attempt, Input::Phone(Phone::parse(PHONE).unwrap()));
    assert!(matches!(&stepped.attempt.state.step, Step::AskCode { sent, .. } if sent.at == Some(START)));
    assert!(desk.step(later, &begun.attempt, Input::Code(code)).refusal.is_none());
}

#[test]
fn codes_go_out_once_a_minute_three_an_hour_six_a_day() {
    // A4
    let desk = Desk::new();
    let mut sent = Vec::new();
    let mut now = START;
    while now < START + Duration::hours(24) {
        // Attempts live for fifteen minutes, so each try is a new one, from an address and browser of its own.
        let other = desk.from(&format!("198.51.100.{}", now.since(START).whole_minutes() % 250));
        let stepped = other.begin(now, &format!("s{}", now.millis()), PHONE);
        if matches!(&stepped.attempt.state.step, Step::AskCode { sent, .. } if sent.at.is_some()) {
            sent.push(now.since(START).whole_seconds());
        }
        now = now + Duration::seconds(if now < START + minutes(4) { 20 } else { 1200 });
    }
    assert_eq!(sent, [0, 60, 120, 3840, 5040, 6240]);
}

#[test]
fn looking_up_phones_is_fenced_by_browser_and_address() {
    // A19
    let desk = Desk::new();
    let look = |desk: &Desk, n: u32| {
        matches!(desk.start(START, &format!("s{n}"), &format!("+7900000{n:04}")), Started::Attempt(_))
    };
    assert_eq!((0..12).filter(|n| look(&desk, *n)).count(), 10);
    // Another browser from the same address has what is left of the address's twenty.
    let second = Desk { caller: desk.caller.clone(), ..desk.from("x") };
    assert_eq!((100..112).filter(|n| look(&second, *n)).count(), 10);
    let third = Desk { caller: desk.caller.clone(), ..desk.from("x") };
    assert!(!look(&third, 200));
    assert!(look(&desk.from("192.0.2.9"), 300));
    // A21: behind a school address sit whole classes.
    let school = Caller { is_school_address: true, ..desk.caller.clone() };
    let pupil = Desk { caller: school, ..desk.from("x") };
    assert!(look(&pupil, 400));
    // «изменить номер» is a look-up too.
    let begun = desk.from("192.0.2.50");
    let attempt = begun.begin(START, "s", PHONE).attempt;
    for n in 0..9 {
        begun.step(START, &attempt, Input::Back(Screen::Phone));
        let phone = Phone::parse(&format!("+7900001{n:04}")).unwrap();
        assert_eq!(begun.step(START, &attempt, Input::Phone(phone)).refusal, None);
    }
    begun.step(START, &attempt, Input::Back(Screen::Phone));
    let refused = begun.step(START, &attempt, Input::Phone(Phone::parse(PHONE).unwrap()));
    assert_eq!(refused.refusal, Some(Refusal::TooManyLookups));
    desk.store.write_blocking(identity::reset_counters).unwrap();
    assert!(look(&desk, 500));
}

#[test]
fn the_sixteenth_wrong_password_from_an_address_is_not_compared() {
    // A18
    let desk = Desk::new();
    desk.account(PHONE, true, true);
    let begun = desk.begin(START, "s1", PHONE);
    for _ in 0..15 {
        assert_eq!(desk.step(START, &begun.attempt, wrong()).refusal, Some(Refusal::WrongPassword));
    }
    assert_eq!(desk.step(START, &begun.attempt, right()).refusal, Some(Refusal::TooManyPasswords));
    // The owner elsewhere still comes in.
    let owner = desk.from("192.0.2.77");
    let begun = owner.begin(START, "s2", PHONE);
    assert_eq!(owner.step(START, &begun.attempt, right()).refusal, None);
}

#[test]
fn a_password_counts_only_for_the_account_it_was_compared_with() {
    // Comparing takes a while and is done outside the transaction: meanwhile another tab may change the number.
    let desk = Desk::new();
    desk.account(PHONE, true, true);
    let other = Phone::parse("+79000000043").unwrap();
    let random = desk.random.clone();
    let theirs = PasswordHash::make("сосна река лампа", HashCost::FLOOR, &random);
    let (phone, made) = (other.clone(), theirs.clone());
    let victim = desk
        .store
        .write_blocking(move |tx| identity::register(tx, START, &random, &phone, &person(), Some(&made)))
        .unwrap();
    let begun = desk.begin(START, "s1", PHONE);
    desk.step(START, &begun.attempt, Input::Back(Screen::Phone));
    desk.step(START, &begun.attempt, Input::Phone(other));
    let rehash = Some(PasswordHash::make("чужой пароль здесь", HashCost::FLOOR, &desk.random));
    let late =
        desk.step(START, &begun.attempt, Input::Password { against: Some(hash()), right: true, rehash });
    assert_eq!(late.refusal, Some(Refusal::NotNow));
    assert!(matches!(&late.attempt.state.step, Step::AskPassword(known) if known.account == victim));
    assert_eq!(desk.count(sql!("SELECT COUNT(*) FROM identity_sms")), 0);
    let right = Input::Password { against: Some(theirs), right: true, rehash: None };
    assert_eq!(desk.step(START, &begun.attempt, right).refusal, None, "their password is what it was");
}
