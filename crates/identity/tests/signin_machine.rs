//! The whole matrix of the sign-in machine as one table, and its diagram (ARC-13, STY-R13).
#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]
#![allow(clippy::wildcard_enum_match_arm, reason = "tests look at the arms they are about")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use identity::{
    Audience, Channel, ClaimedRole, Effect, Event, Flow, FullName, Known, MaySend, Offer, Onward,
    PersonDraft, Phone, ProfileDraft, Purpose, Refusal, ResetStep, ReviewMode, Screen, Sent, Sex, SignIn,
    SignInPath, Step, Verdict, VkAccountId, transition,
};
use store::{HashCost, PasswordHash, Random, UtcInstant};
use time::Duration;
use time::macros::date;

const START: UtcInstant = UtcInstant::from_millis(1_800_000_000_000);
const ACCOUNT: VkAccountId = VkAccountId::from_row(700_000_001);

fn phone() -> Phone {
    Phone::parse("+79000000042").unwrap()
}

fn name() -> FullName {
    FullName::parse("Ильина", "Варвара", "Олеговна").unwrap()
}

fn states() -> Vec<(&'static str, Step)> {
    let known = || Known { phone: phone(), account: ACCOUNT };
    let sent = || Sent { phone: phone(), channel: Channel::Sms, at: Some(START) };
    let reset = |step| Step::ResetPassword { back: known(), step };
    let review = |mode, path| Step::ReviewProfile { account: ACCOUNT, mode, path };
    vec![
        ("AskPhone", Step::AskPhone),
        ("AskPassword", Step::AskPassword(known())),
        ("AskCode.SignIn", Step::AskCode { purpose: Purpose::SignIn { account: ACCOUNT }, sent: sent() }),
        ("AskCode.NewAccount", Step::AskCode { purpose: Purpose::NewAccount, sent: sent() }),
        ("AskCode.NewPhone", Step::AskCode { purpose: Purpose::NewPhone { account: ACCOUNT }, sent: sent() }),
        ("AskPerson", Step::AskPerson { phone: phone() }),
        ("ChooseProfile.Existing", Step::ChooseProfile { account: ACCOUNT, offer: Offer::Existing }),
        ("ChooseProfile.Create", Step::ChooseProfile { account: ACCOUNT, offer: Offer::Create }),
        (
            "ChooseProfile.FromPerson",
            Step::ChooseProfile { account: ACCOUNT, offer: Offer::CreateFromPerson },
        ),
        ("Review.Check.Existing", review(ReviewMode::Check, SignInPath::ExistingProfile)),
        ("Review.Fill.Existing", review(ReviewMode::Fill, SignInPath::ExistingProfile)),
        ("Review.Fill.Created", review(ReviewMode::Fill, SignInPath::ProfileCreated)),
        ("Review.Check.Account", review(ReviewMode::Check, SignInPath::AccountCreated)),
        ("Review.Fill.Account", review(ReviewMode::Fill, SignInPath::AccountCreated)),
        ("AskConsent", Step::AskConsent { account: ACCOUNT }),
        ("AskNewPhone", Step::AskNewPhone { account: ACCOUNT }),
        ("Reset.AskPhone", reset(ResetStep::AskPhone)),
        ("Reset.AskCode", reset(ResetStep::AskCode { account: Some(ACCOUNT), sent: sent() })),
        ("Reset.AskCode.Nobody", reset(ResetStep::AskCode { account: None, sent: sent() })),
        ("Reset.AskPassword", reset(ResetStep::AskPassword { account: ACCOUNT })),
        ("Locked", Step::Locked { until: Some(START + Duration::hours(1)) }),
        ("Granted", Step::Granted { account: ACCOUNT, path: Some(SignInPath::ExistingProfile) }),
        ("Granted.Client", Step::Granted { account: ACCOUNT, path: None }),
        ("Entered", Step::Entered { account: ACCOUNT }),
        ("Cancelled", Step::Cancelled),
        ("Expired", Step::Expired),
    ]
}

fn events() -> Vec<(&'static str, Event)> {
    let person = || PersonDraft { name: name(), birth_date: date!(2014 - 03 - 14), sex: Sex::Female };
    let profile =
        || ProfileDraft { name: name(), birth_date: date!(2014 - 03 - 14), role: ClaimedRole::Pupil };
    let live = MaySend::Live { at: START, channel: Channel::Call };
    let wait = MaySend::Wait { until: START + Duration::minutes(1) };
    let locked = MaySend::Locked { until: None };
    let given = |owner, send| Event::PhoneGiven { phone: phone(), owner, send };
    let (has, none) = (Onward::Profile(Offer::Existing), Onward::Profile(Offer::Create));
    let code = |verdict, onward| Event::CodeGiven { verdict, onward };
    let resumed = |onward| Event::Resumed { account: ACCOUNT, onward };
    let person_given =
        |phone_taken, onward| Event::PersonGiven { person: person(), account: ACCOUNT, phone_taken, onward };
    vec![
        ("PhoneGiven known", given(Some(ACCOUNT), MaySend::Allowed)),
        ("PhoneGiven new", given(None, MaySend::Allowed)),
        ("PhoneGiven new, code alive", given(None, live)),
        ("PhoneGiven new, wait", given(None, wait)),
        ("PhoneGiven new, locked", given(None, locked)),
        ("PasswordGiven wrong", Event::PasswordGiven { right: false, send: MaySend::Allowed }),
        ("PasswordGiven right", Event::PasswordGiven { right: true, send: MaySend::Allowed }),
        ("PasswordGiven right, code alive", Event::PasswordGiven { right: true, send: live }),
        ("PasswordGiven right, wait", Event::PasswordGiven { right: true, send: wait }),
        ("PasswordGiven right, locked", Event::PasswordGiven { right: true, send: locked }),
        ("ForgotPassword", Event::ForgotPassword),
        ("CodeGiven right, profile", code(Verdict::Right, has)),
        ("CodeGiven right, none", code(Verdict::Right, none)),
        ("CodeGiven right, consent", code(Verdict::Right, Onward::Consent)),
        ("CodeGiven right, consented", code(Verdict::Right, Onward::Client)),
        ("CodeGiven right, own", code(Verdict::Right, Onward::Own)),
        ("CodeGiven right, phone held", code(Verdict::Held, none)),
        ("CodeGiven right, phone rests", code(Verdict::Resting { until: START + Duration::days(3) }, none)),
        ("CodeGiven wrong", code(Verdict::Wrong { left: 4 }, none)),
        ("CodeGiven dead", code(Verdict::Dead, none)),
        ("CodeGiven too old", code(Verdict::TooOld, none)),
        ("CodeGiven locked", code(Verdict::Locked { until: None }, none)),
        ("ResendCode", Event::ResendCode { send: MaySend::Allowed }),
        ("ResendCode wait", Event::ResendCode { send: wait }),
        ("ResendCode locked", Event::ResendCode { send: locked }),
        ("UseCall", Event::UseCall { send: MaySend::Allowed }),
        ("UseCall wait", Event::UseCall { send: wait }),
        ("PersonGiven", person_given(false, Onward::Profile(Offer::CreateFromPerson))),
        ("PersonGiven, consent", person_given(false, Onward::Consent)),
        ("PersonGiven, own", person_given(false, Onward::Own)),
        ("PersonGiven, phone taken", person_given(true, none)),
        ("Resumed, profile", resumed(has)),
        ("Resumed, consent", resumed(Onward::Consent)),
        ("Resumed, consented", resumed(Onward::Client)),
        ("Consented", Event::Consented),
        ("ContinueWithProfile", Event::ContinueWithProfile),
        ("CreateProfile", Event::CreateProfile),
        ("ProfileConfirmed", Event::ProfileConfirmed { profile: None }),
        ("ProfileConfirmed with data", Event::ProfileConfirmed { profile: Some(profile()) }),
        ("PasswordChosen, profile", Event::PasswordChosen { hash: hash(), onward: has }),
        ("PasswordChosen, none", Event::PasswordChosen { hash: hash(), onward: none }),
        ("PasswordChosen, own", Event::PasswordChosen { hash: hash(), onward: Onward::Own }),
        ("BackTo Phone", Event::BackTo(Screen::Phone)),
        ("BackTo Password", Event::BackTo(Screen::Password)),
        ("BackTo Profile", Event::BackTo(Screen::Profile)),
        ("BackTo ProfileForm", Event::BackTo(Screen::ProfileForm)),
        ("Cancel", Event::Cancel),
        ("Tick", Event::Tick),
    ]
}

fn hash() -> PasswordHash {
    static HASH: std::sync::LazyLock<PasswordHash> = std::sync::LazyLock::new(|| {
        PasswordHash::make("облако трамвай", HashCost::FLOOR, &Random::seeded(1))
    });
    HASH.clone()
}

/// The name of a step in the table; steps that differ only in what was sent when are one.
fn named(step: &Step) -> String {
    states()
        .into_iter()
        .find(|(_, known)| same(known, step))
        .map_or_else(|| format!("{step:?}"), |(name, _)| name.to_owned())
}

fn same(left: &Step, right: &Step) -> bool {
    match (left, right) {
        (Step::AskCode { purpose: left, .. }, Step::AskCode { purpose: right, .. }) => left == right,
        (
            Step::ResetPassword { step: ResetStep::AskCode { account: left, .. }, .. },
            Step::ResetPassword { step: ResetStep::AskCode { account: right, .. }, .. },
        ) => left == right,
        (Step::Locked { .. }, Step::Locked { .. }) | (Step::Granted { .. }, Step::Granted { .. }) => true,
        _ => left == right,
    }
}

fn effect(effect: &Effect) -> String {
    match effect {
        Effect::SendCode { channel, flow, audience, .. } => {
            let nobody = if *audience == Audience::Nobody { ", nobody" } else { "" };
            let flow = match flow {
                Flow::Guarded => "guarded",
                Flow::Open => "open",
            };
            format!("SendCode({channel:?}, {flow}{nobody})")
        }
        Effect::EndCodes => "EndCodes".to_owned(),
        Effect::CreateAccount { .. } => "CreateAccount".to_owned(),
        Effect::SaveProfile { .. } => "SaveProfile".to_owned(),
        Effect::SetPassword { .. } => "SetPassword".to_owned(),
        Effect::SetPhone { .. } => "SetPhone".to_owned(),
        Effect::Enter { .. } => "Enter".to_owned(),
        Effect::EndSessions { .. } => "EndSessions".to_owned(),
        Effect::KeepConsent { .. } => "KeepConsent".to_owned(),
        Effect::Grant { path: Some(path), .. } => format!("Grant({path:?})"),
        Effect::Grant { path: None, .. } => "Grant".to_owned(),
    }
}

fn refusal(refusal: Refusal) -> String {
    match refusal {
        Refusal::NotNow => "·".to_owned(),
        other => format!("✗ {}", format!("{other:?}").split([' ', '{']).next().unwrap_or_default()),
    }
}

fn walk(step: &Step, event: &Event, now: UtcInstant) -> Result<(SignIn, Vec<Effect>), Refusal> {
    let state = SignIn { expires: START + Duration::minutes(15), step: step.clone() };
    transition(&state, event.clone(), now)
}

#[test]
fn the_whole_matrix_is_what_reviewers_read() {
    let mut table = String::from("· = not at this step; = means the step stays; ✗ = refused\n");
    for (state_name, step) in states() {
        let _ = writeln!(table, "\n{state_name}");
        let mut refused = 0;
        for (event_name, event) in events() {
            match walk(&step, &event, START + Duration::minutes(2)) {
                Ok((next, effects)) => {
                    let target = named(&next.step);
                    let target = if target == state_name { "=".to_owned() } else { format!("→ {target}") };
                    let effects: Vec<_> = effects.iter().map(effect).collect();
                    let _ = writeln!(table, "  {event_name:<32} {target:<28} {}", effects.join(", "));
                }
                Err(Refusal::NotNow) => refused += 1,
                Err(other) => {
                    let _ = writeln!(table, "  {event_name:<32} {}", refusal(other));
                }
            }
        }
        let _ = writeln!(table, "  {:<32} ·", format!("the other {refused}"));
    }
    let trimmed: String = table.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    insta::assert_snapshot!(trimmed);
}

#[test]
fn after_fifteen_minutes_every_waiting_step_is_over_whatever_happens() {
    for (state_name, step) in states() {
        let ended =
            matches!(step, Step::Granted { .. } | Step::Entered { .. } | Step::Cancelled | Step::Expired);
        for (event_name, event) in events() {
            let last = START + Duration::minutes(15) - Duration::milliseconds(1);
            if let Ok((next, _)) = walk(&step, &event, last) {
                assert!(
                    ended || next.step != Step::Expired,
                    "{state_name} {event_name}: at 14:59 nothing is over"
                );
            }
            let over = walk(&step, &event, START + Duration::minutes(15));
            if ended {
                assert!(
                    over.is_err() || event == Event::Tick || step == Step::Cancelled,
                    "{state_name} {event_name}"
                );
            } else {
                let (next, effects) = over.unwrap();
                assert_eq!(
                    (next.step, effects),
                    (Step::Expired, vec![Effect::EndCodes]),
                    "{state_name} {event_name}"
                );
            }
        }
    }
}

#[test]
fn nothing_is_granted_without_a_code_and_no_account_is_made_without_one() {
    // LNK-S1: every way into the steps behind the code leads through a right code, or through a session that once
    // came from one.
    let behind = |step: &Step| {
        matches!(
            step,
            Step::AskPerson { .. }
                | Step::ChooseProfile { .. }
                | Step::ReviewProfile { .. }
                | Step::AskConsent { .. }
                | Step::Granted { .. }
                | Step::Entered { .. }
                | Step::ResetPassword { step: ResetStep::AskPassword { .. }, .. }
        )
    };
    for (state_name, step) in states().into_iter().filter(|(_, step)| !behind(step)) {
        for (event_name, event) in events() {
            let Ok((next, effects)) = walk(&step, &event, START) else { continue };
            if matches!(event, Event::CodeGiven { verdict: Verdict::Right, .. } | Event::Resumed { .. }) {
                continue;
            }
            assert!(!behind(&next.step), "{state_name} {event_name}");
            let harmless = |effect: &Effect| matches!(effect, Effect::SendCode { .. } | Effect::EndCodes);
            assert!(effects.iter().all(harmless), "{state_name} {event_name}");
        }
    }
}

#[test]
fn the_diagram_is_drawn_from_the_machine() {
    let mut edges = BTreeSet::new();
    for (state_name, step) in states() {
        for (event_name, event) in events() {
            let event_name = event_name.split([',']).next().unwrap_or_default();
            if let Ok((next, _)) = walk(&step, &event, START + Duration::minutes(2)) {
                let target = named(&next.step);
                if target != state_name && !matches!(event, Event::Cancel | Event::Tick) {
                    edges.insert((group(state_name), group(&target), event_name.to_owned()));
                }
            }
        }
    }
    let mut text = String::from(
        "# The sign-in machine of the embedded VK ID\n\n\
         Drawn from `identity::transition` by the test `the_diagram_is_drawn_from_the_machine`; change the machine, run\n\
         the tests with `UPDATE_DOCS=1`, read what has changed. Not drawn: `Cancel` leads every waiting step to\n\
         `Cancelled`, fifteen minutes lead it to `Expired`, a refused event leads nowhere. The whole table is the\n\
         snapshot of `crates/identity/tests/signin_machine.rs`.\n\n\
         ```mermaid\nstateDiagram-v2\n    [*] --> AskPhone\n",
    );
    let mut pairs: Vec<(String, String)> =
        edges.iter().map(|(from, to, _)| (from.clone(), to.clone())).collect();
    pairs.dedup();
    for (from, to) in pairs.into_iter().filter(|(from, to)| from != to) {
        let labels: Vec<_> =
            edges.iter().filter(|edge| edge.0 == from && edge.1 == to).map(|edge| edge.2.as_str()).collect();
        let _ = writeln!(text, "    {from} --> {to}: {}", labels.join(" / "));
    }
    text.push_str(
        "    Granted --> [*]\n    Entered --> [*]\n    Cancelled --> [*]\n    Expired --> [*]\n```\n",
    );
    same_as_document("signin.md", &text);
}

/// A step's name in the diagram, without what it carries.
fn group(name: &str) -> String {
    match name.split_once('.') {
        Some(("Reset", rest)) => format!("Reset{}", rest.split('.').next().unwrap_or_default()),
        Some(("Review", _)) => "ReviewProfile".to_owned(),
        Some((head, _)) => head.to_owned(),
        None => name.to_owned(),
    }
}

fn same_as_document(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/machines").join(name);
    if option_env!("UPDATE_DOCS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(written, text, "docs/machines/{name} is not what the machine does; run with UPDATE_DOCS=1");
}
