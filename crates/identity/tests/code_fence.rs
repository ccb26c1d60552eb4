//! Codes under fire: tries, locks and strangers (A3, A5, A6, A7).
#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]
#![allow(clippy::wildcard_enum_match_arm, reason = "tests look at the arms they are about")]

#[path = "desk/desk.rs"]
#[allow(dead_code, reason = "each test file uses its part")]
mod desk;

use desk::{Desk, START, other_than, right};
use identity::{Channel, Flow, Input, OtpCode, Phone, Refusal, Step};
use store::{UtcInstant, sql};
use time::Duration;

const PHONE: &str = "+79000000042";

fn parallel(
    desk: &Desk,
    count: u32,
    public: &str,
    now: UtcInstant,
    code: impl Fn(u32) -> OtpCode,
) -> Vec<Option<Refusal>> {
    std::thread::scope(|scope| {
        let tries: Vec<_> = (0..count)
            .map(|n| {
                let (public, code) = (public.to_owned(), code(n));
                scope.spawn(move || {
                    desk.with(move |tx, means| identity::step(tx, now, means, &public, Input::Code(code)))
                        .unwrap()
                        .refusal
                })
            })
            .collect();
        tries.into_iter().map(|tried| tried.join().unwrap()).collect()
    })
}

#[test]
fn of_two_hundred_parallel_wrong_tries_five_are_counted_and_none_wins() {
    // A3
    let desk = Desk::new();
    let begun = desk.begin(START, "s1", PHONE);
    let code = desk.code(START);
    let wrong = other_than(&code);
    let tries = parallel(&desk, 200, &begun.attempt.public, START, |_| wrong);
    assert_eq!(tries.iter().filter(|refusal| refusal.is_none()).count(), 0);
    assert_eq!(tries.iter().filter(|refusal| **refusal == Some(Refusal::CodeDead)).count(), 195);
    assert_eq!(desk.count(sql!("SELECT tries FROM identity_code")), 5);
    assert_eq!(desk.count(sql!("SELECT failed FROM identity_phone_guard")), 5);
    // Dead is dead, even for the right code.
    assert_eq!(desk.step(START, &begun.attempt, Input::Code(code)).refusal, Some(Refusal::CodeDead));
}

#[test]
fn of_fifty_parallel_right_codes_one_wins() {
    // A6
    let desk = Desk::new();
    let begun = desk.begin(START, "s1", PHONE);
    let code = desk.code(START);
    let tries = parallel(&desk, 50, &begun.attempt.public, START, |_| code);
    assert_eq!(tries.iter().filter(|refusal| refusal.is_none()).count(), 1);
    assert_eq!(
        desk.count(sql!("SELECT COUNT(*) FROM identity_code WHERE ended IS NOT NULL AND tries = 1")),
        1
    );
}

/// A stranger without the password guesses from many addresses and browsers, around the clock, until `tries` are made.
fn storm(desk: &Desk, tries: u32) -> (u32, UtcInstant) {
    let mut made = 0;
    let mut now = START;
    let mut attempts: Vec<(Desk, identity::Attempt)> = Vec::new();
    while made < tries {
        // Each quarter of an hour the fifty begin again.
        attempts.clear();
        for n in 0..50 {
            let stranger = desk.from(&format!("203.0.113.{n}"));
            let attempt = stranger.begin(now, &format!("storm{}{n}", now.millis()), PHONE).attempt;
            attempts.push((stranger, attempt));
        }
        for (stranger, attempt) in &attempts {
            let waiting = matches!(attempt.state.step, Step::AskCode { .. });
            for n in 0..100 {
                if made < tries {
                    let code = OtpCode::parse(&format!("{:06}", (made * 37 + n) % 1_000_000)).unwrap();
                    let stepped = stranger.step(now, attempt, Input::Code(code));
                    assert!(
                        stepped.refusal.is_some()
                            || !waiting
                            || matches!(stepped.attempt.state.step, Step::Locked { .. })
                    );
                    made += 1;
                }
            }
        }
        now = now + Duration::minutes(16);
    }
    (made, now)
}

#[test]
fn of_ten_thousand_wrong_codes_from_fifty_addresses_twenty_are_counted() {
    // A5: then even the right code is refused, until a member of staff opens the phone.
    let desk = Desk::new();
    let (made, mut now) = storm(&desk, 10_000);
    // The day's codes run out before twenty failures; the storm goes on the next day.
    for day in 0..3 {
        now = START + Duration::days(1 + day);
        for n in 0..6 {
            let stranger = desk.from("203.0.113.200");
            let at = now + Duration::minutes(61 * n);
            let begun = stranger.begin(at, &format!("day{day}{n}"), PHONE);
            if matches!(&begun.attempt.state.step, Step::AskCode { sent, .. } if sent.at.is_some()) {
                let wrong = other_than(&stranger.code(at));
                for _ in 0..7 {
                    stranger.step(at, &begun.attempt, Input::Code(wrong));
                }
            }
        }
    }
    assert_eq!(made, 10_000);
    assert_eq!(desk.count(sql!("SELECT failed FROM identity_phone_guard WHERE flow = 'open'")), 20);
    let late = now + Duration::days(2);
    let begun = desk.begin(late, "late", PHONE);
    assert_eq!(begun.attempt.state.step, Step::Locked { until: None });
    let locked = desk.store.read_blocking(identity::locked_phones).unwrap();
    assert_eq!(
        locked.iter().map(|phone| (phone.masked.as_str(), phone.flow)).collect::<Vec<_>>(),
        [("+7\u{a0}•••\u{a0}•••-••-42", Flow::Open)]
    );
    desk.store.write_blocking(move |tx| identity::unlock_phone(tx, locked[0].id)).unwrap();
    let begun = desk.begin(late + Duration::minutes(1), "open", PHONE);
    assert!(matches!(begun.attempt.state.step, Step::AskCode { .. }));
}

#[test]
fn the_right_code_is_refused_after_twenty_failures() {
    // A5, within one attempt: the guard is asked before anything is compared.
    let desk = Desk::new();
    let mut now = START;
    for n in 0..4 {
        let begun = desk.from("192.0.2.5").begin_for(&desk, now, n);
        let wrong = other_than(&desk.code(now));
        let tries = if n == 3 { 4 } else { 5 };
        for _ in 0..tries {
            assert!(matches!(
                begun.0.step(now, &begun.1, Input::Code(wrong)).refusal,
                Some(Refusal::WrongCode { .. })
            ));
        }
        if n == 3 {
            let code = desk.code(now);
            let stepped = begun.0.step(now, &begun.1, Input::Code(wrong));
            assert_eq!(stepped.attempt.state.step, Step::Locked { until: None });
            assert_eq!(begun.0.step(now, &begun.1, Input::Code(code)).refusal, Some(Refusal::NotNow));
        }
        now = now + Duration::minutes(61);
    }
    assert_eq!(desk.count(sql!("SELECT failed FROM identity_phone_guard")), 20);
}

impl Desk {
    fn begin_for(self, _base: &Self, now: UtcInstant, n: i64) -> (Self, identity::Attempt) {
        let attempt = self.begin(now, &format!("s{n}"), PHONE).attempt;
        (self, attempt)
    }
}

#[test]
fn ten_thousand_foreign_tries_lock_nobody_out_of_password_and_code() {
    // A7
    let desk = Desk::new();
    desk.account(PHONE, true, true);
    let mut now = START;
    for n in 0..200 {
        let stranger = desk.from(&format!("203.0.113.{}", n % 250));
        let attempt = stranger.begin(now, &format!("s{n}"), PHONE).attempt;
        stranger.step(now, &attempt, Input::Forgot);
        stranger.step(now, &attempt, Input::Phone(Phone::parse(PHONE).unwrap()));
        for guess in 0..50 {
            stranger.step(now, &attempt, Input::Code(OtpCode::parse(&format!("{guess:06}")).unwrap()));
        }
        now = now + Duration::minutes(2);
    }
    assert!(desk.count(sql!("SELECT failed FROM identity_phone_guard WHERE flow = 'open'")) > 0);
    let owner = desk.from("192.0.2.77");
    let begun = owner.begin(now, "owner", PHONE);
    let stepped = owner.step(now, &begun.attempt, right());
    assert!(
        matches!(&stepped.attempt.state.step, Step::AskCode { sent, .. } if sent.at == Some(now)),
        "{stepped:?}"
    );
    let stepped = owner.step(now, &begun.attempt, Input::Code(owner.code(now)));
    assert!(matches!(stepped.attempt.state.step, Step::ChooseProfile { .. }));
}

#[test]
fn a_hundred_failures_of_the_school_close_the_flows_without_a_password_for_a_day() {
    // A5, A7
    let desk = Desk::new();
    desk.account(PHONE, true, true);
    for n in 0..25 {
        let stranger = desk.from(&format!("203.0.113.{n}"));
        let attempt = stranger.begin(START, "s", &format!("+7900100{n:04}")).attempt;
        for _ in 0..5 {
            stranger.step(START, &attempt, Input::Code(other_than(&stranger.code(START))));
        }
    }
    let later = START + Duration::hours(1);
    let begun = desk.begin(later, "new", "+79000000777");
    assert_eq!(begun.attempt.state.step, Step::Locked { until: Some(START + Duration::days(1)) });
    let figures = desk.store.read_blocking(|tx| identity::code_figures(tx, later)).unwrap();
    assert!(figures.are_alarming() && figures.failed == 100, "{figures:?}");
    let owner = desk.begin(later, "owner", PHONE);
    assert!(matches!(desk.step(later, &owner.attempt, right()).attempt.state.step, Step::AskCode { .. }));
    let next_day = START + Duration::days(1);
    assert!(matches!(desk.begin(next_day, "n", "+79000000778").attempt.state.step, Step::AskCode { .. }));
}

#[test]
fn a_right_code_forgives_the_wrong_ones_before_it() {
    let desk = Desk::new();
    let begun = desk.begin(START, "s1", PHONE);
    let code = desk.code(START);
    for left in [4, 3] {
        let refused = desk.step(START, &begun.attempt, Input::Code(other_than(&code)));
        assert_eq!(refused.refusal, Some(Refusal::WrongCode { left }));
    }
    assert_eq!(desk.step(START, &begun.attempt, Input::Code(code)).refusal, None);
    assert_eq!(desk.count(sql!("SELECT COUNT(*) FROM identity_phone_guard")), 0);
}

#[test]
fn a_second_code_kills_the_first_and_a_call_is_a_second_channel() {
    let desk = Desk::new();
    let begun = desk.begin(START, "s1", PHONE);
    let first = desk.code(START);
    let later = START + Duration::minutes(1);
    let stepped = desk.step(later, &begun.attempt, Input::Call);
    assert!(
        matches!(&stepped.attempt.state.step, Step::AskCode { sent, .. } if sent.channel == Channel::Call)
    );
    let second = desk.code(later);
    let verdict = desk.step(later, &begun.attempt, Input::Code(first)).refusal;
    assert!(first == second || verdict == Some(Refusal::WrongCode { left: 4 }));
    assert_eq!(desk.step(later, &begun.attempt, Input::Code(second)).refusal, None);
}

#[test]
fn the_outbox_keeps_a_code_sealed_and_only_until_delivery() {
    // A1
    let desk = Desk::new();
    let begun = desk.begin(START, "s1", PHONE);
    let code = desk.code(START);
    let sealed: Vec<u8> = desk
        .store
        .read_blocking(|tx| tx.load(sql!("SELECT sealed FROM identity_sms"), [], |row| row.get(0)))
        .unwrap();
    let digits = code.digits();
    assert!(!sealed.windows(6).any(|window| window == digits.as_bytes()));
    let key = desk.key.clone();
    let due = desk.store.read_blocking(|tx| identity::due_messages(tx, START, &key, 10)).unwrap();
    let id = due[0].id;
    desk.store.write_blocking(move |tx| identity::note_delivered(tx, START, id)).unwrap();
    assert_eq!(desk.count(sql!("SELECT COUNT(*) FROM identity_sms WHERE sealed IS NOT NULL")), 0);
    assert_eq!(desk.step(START, &begun.attempt, Input::Code(code)).refusal, None);
    // One that nobody fetched is erased when it expires.
    desk.begin(START, "s2", "+79000000043");
    let later = START + Duration::minutes(5);
    assert_eq!(
        desk.store.read_blocking(|tx| identity::due_messages(tx, later, &desk.key, 10)).unwrap().len(),
        0
    );
    assert!(desk.store.read_blocking(|tx| identity::has_expired_messages(tx, later)).unwrap());
    assert_eq!(desk.store.write_blocking(move |tx| identity::expire_messages(tx, later)).unwrap(), 1);
    assert_eq!(desk.count(sql!("SELECT COUNT(*) FROM identity_sms WHERE sealed IS NOT NULL")), 0);
    assert!(!desk.store.read_blocking(|tx| identity::has_expired_messages(tx, later)).unwrap());
}

#[test]
fn codes_that_nobody_got_use_up_no_codes_of_the_phone() {
    // A4, LNK-S6: a school without a channel must not lock a phone that never got anything.
    let desk = Desk::new();
    let begun = desk.begin(START, "s1", PHONE);
    let mut now = START;
    for _ in 0..6 {
        assert!(desk.step(now, &begun.attempt, Input::Resend).refusal.is_some(), "one a minute");
        now = now + Duration::minutes(1);
        assert_eq!(desk.step(now, &begun.attempt, Input::Resend).refusal, None);
    }
    let counted = sql!("SELECT COUNT(*) FROM identity_tally WHERE scope LIKE '+7%' AND kind LIKE 'send%'");
    assert_eq!(desk.count(counted), 1, "the newest may still arrive");
    // It grows old, and is not counted either.
    now = now + Duration::minutes(5);
    assert_eq!(desk.store.write_blocking(move |tx| identity::expire_messages(tx, now)).unwrap(), 1);
    assert_eq!(desk.count(counted), 0);
}

#[test]
fn a_message_that_cannot_be_delivered_is_tried_again_and_then_does_not_count() {
    // LNK-S6
    let desk = Desk::new();
    let begun = desk.begin(START, "s1", PHONE);
    let mut now = START;
    let mut tries = Vec::new();
    while now < START + Duration::minutes(5) {
        let due = desk.store.read_blocking(|tx| identity::due_messages(tx, now, &desk.key, 10)).unwrap();
        for message in due {
            tries.push((now.since(START)).whole_seconds());
            desk.store
                .write_blocking(move |tx| identity::note_failed(tx, now, message.id, "no answer"))
                .unwrap();
        }
        now = now + Duration::seconds(1);
    }
    assert_eq!(tries, [0, 5, 15, 35, 75, 155], "as long as the code is good, sooner first");
    let attempt = begun.attempt.clone();
    let delivery = desk.store.read_blocking(move |tx| identity::delivery_of(tx, &attempt)).unwrap();
    assert_eq!(
        delivery,
        Some(identity::Delivery::Failed { why: "no answer".to_owned(), tries_again: false })
    );
    // Another may be asked for at once.
    let stepped = desk.step(START + Duration::seconds(50), &begun.attempt, Input::Resend);
    assert_eq!(stepped.refusal, None);
}

#[test]
fn a_code_is_compared_only_after_its_try_is_counted() {
    // K8: where the count cannot be written, nobody learns whether the code was right.
    let desk = Desk::new();
    let begun = desk.begin(START, "s1", PHONE);
    let code = desk.code(START);
    let admin = |text: store::Sql| {
        desk.store.write_blocking(move |tx| tx.execute(text, []).map(drop)).unwrap();
    };
    let step = |code: OtpCode| {
        let public = begun.attempt.public.clone();
        desk.with(move |tx, means| identity::step(tx, START, means, &public, Input::Code(code)))
            .map(|stepped| stepped.refusal)
    };
    let no_count = [
        sql!(
            "CREATE TRIGGER no_count BEFORE UPDATE OF tries ON identity_code
             BEGIN SELECT RAISE(ABORT, 'no'); END"
        ),
        sql!(
            "CREATE TRIGGER no_count BEFORE INSERT ON identity_phone_guard
             BEGIN SELECT RAISE(ABORT, 'no'); END"
        ),
    ];
    for trigger in no_count {
        admin(trigger);
        let answers = [step(other_than(&code)), step(code)];
        assert!(answers.iter().all(Result::is_err), "{trigger:?}: {answers:?}");
        admin(sql!("DROP TRIGGER no_count"));
    }
    assert_eq!(desk.count(sql!("SELECT tries FROM identity_code")), 0);
    // Every comparison is a counted try, the right one too.
    assert!(step(other_than(&code)).unwrap().is_some());
    assert_eq!(desk.count(sql!("SELECT tries FROM identity_code")), 1);
    assert_eq!(step(code).unwrap(), None);
    assert_eq!(desk.count(sql!("SELECT tries FROM identity_code WHERE ended IS NOT NULL")), 2);
}
