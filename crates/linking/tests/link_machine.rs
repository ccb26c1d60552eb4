//! The whole matrix of the linking machine as one table, and its diagram (ARC-13, STY-R13).
#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use identity::{FullName, Provider, VkSubject, VkUserId};
use linking::{
    AttemptRef, Claims, Comparison, Effect, Event, LinkPath, Linked, NamePart, Password, Refusal, RefusedWhy,
    Returned, ReviewWhy, State, transition,
};
use school::{PersonId, PortalSessionId};
use store::UtcInstant;
use time::Duration;

const START: UtcInstant = UtcInstant::from_millis(1_800_000_000_000);
const STAFF: PersonId = PersonId::from_row(9);
const AWAITED: AttemptRef = AttemptRef { digest: [1; 32], session: PortalSessionId::from_row(1) };

fn returned() -> Returned {
    Returned {
        subject: VkSubject::new(Provider::Embedded, VkUserId::new(700_000_001).unwrap()),
        claims: Claims {
            name: FullName::parse("Ильина", "Варвара", "Олеговна").unwrap(),
            birth_date: None,
            role: None,
        },
        path: LinkPath::ExistingProfile,
    }
}

fn linked(approved_by: Option<PersonId>) -> Linked {
    Linked { returned: returned(), since: START, approved_by }
}

fn states() -> Vec<(&'static str, State)> {
    let expires = START + Duration::minutes(15);
    let review = |no_profile_page, other_subject| State::Reviewing {
        returned: returned(),
        why: ReviewWhy { no_profile_page, other_subject },
        expires,
    };
    let suspended = |linked| State::Suspended { linked, since: START, by: STAFF, reason: "—".to_owned() };
    vec![
        ("Unlinked", State::Unlinked),
        ("Authorizing", State::Authorizing { attempt: AWAITED, started: START, expires }),
        ("Reviewing.Data", review(true, false)),
        ("Reviewing.OtherSubject", review(false, true)),
        (
            "AwaitingApproval",
            State::AwaitingApproval { returned: returned(), mismatch: vec![NamePart::Surname], since: START },
        ),
        ("Active", State::Active(linked(None))),
        ("Suspended", suspended(Some(linked(None)))),
        ("Suspended.Unlinked", suspended(None)),
    ]
}

fn events() -> Vec<(&'static str, Event)> {
    let other = AttemptRef { digest: [2; 32], ..AWAITED };
    let elsewhere = AttemptRef { session: PortalSessionId::from_row(2), ..AWAITED };
    let differs = || Comparison::Differs(vec![NamePart::Surname]);
    let begin = |linked_elsewhere| Event::Begin {
        attempt: other,
        expires: START + Duration::minutes(20),
        linked_elsewhere,
    };
    let back = |attempt, names, taken, review: Option<(bool, bool)>| Event::Returned {
        attempt,
        returned: returned(),
        names,
        taken,
        review: review.map(|(no_profile_page, other_subject)| ReviewWhy { no_profile_page, other_subject }),
        review_until: START + Duration::minutes(20),
    };
    let confirmed = |password, names, taken| Event::Confirmed { password, names, taken };
    vec![
        ("Begin", begin(false)),
        ("Begin, linked elsewhere", begin(true)),
        ("Returned, names equal", back(AWAITED, Comparison::Equal, false, None)),
        ("Returned, names differ", back(AWAITED, differs(), false, None)),
        ("Returned, subject taken", back(AWAITED, Comparison::Equal, true, None)),
        ("Returned, to be reviewed", back(AWAITED, Comparison::Equal, false, Some((true, false)))),
        ("Returned, other subject", back(AWAITED, Comparison::Equal, false, Some((false, true)))),
        ("Returned, foreign state", back(other, Comparison::Equal, false, None)),
        ("Returned, foreign session", back(elsewhere, Comparison::Equal, false, None)),
        ("Refused", Event::Refused { attempt: AWAITED, why: RefusedWhy::Cancelled }),
        ("Refused, foreign state", Event::Refused { attempt: other, why: RefusedWhy::Cancelled }),
        ("Confirmed", confirmed(Password::NotAsked, Comparison::Equal, false)),
        ("Confirmed, password right", confirmed(Password::Right, Comparison::Equal, false)),
        ("Confirmed, password wrong", confirmed(Password::Wrong, Comparison::Equal, false)),
        ("Confirmed, right, names differ", confirmed(Password::Right, differs(), false)),
        ("Confirmed, subject taken", confirmed(Password::Right, Comparison::Equal, true)),
        ("Approved", Event::Approved { by: STAFF }),
        ("Rejected", Event::Rejected { by: STAFF }),
        ("Cancelled", Event::Cancelled),
        ("Expired", Event::Expired),
        ("Unlinked", Event::Unlinked),
        ("Suspended", Event::Suspended { by: STAFF, why: "—".to_owned() }),
        ("Reinstated", Event::Reinstated),
        ("ProviderRevoked", Event::ProviderRevoked),
    ]
}

fn named(state: &State) -> &'static str {
    states()
        .into_iter()
        .find(|(_, known)| match (known, state) {
            (State::Suspended { linked: known, .. }, State::Suspended { linked: found, .. }) => {
                known.is_some() == found.is_some()
            }
            (State::Reviewing { why: known, .. }, State::Reviewing { why: found, .. }) => known == found,
            (known, found) => known.word() == found.word(),
        })
        .map(|(name, _)| name)
        .unwrap()
}

#[test]
fn the_whole_matrix_is_what_reviewers_read() {
    let mut table =
        String::from("· = not in this state; = means the state stays; ✗ = refused; at 02:00 of 15:00\n");
    for (state_name, state) in states() {
        let _ = writeln!(table, "\n{state_name}");
        let mut refused = 0;
        for (event_name, event) in events() {
            match transition(&state, event, START + Duration::minutes(2)) {
                Ok((next, effects)) => {
                    let target = named(&next);
                    let target = if next == state { "=".to_owned() } else { format!("→ {target}") };
                    let effects: Vec<_> = effects.iter().map(|effect| format!("{effect:?}")).collect();
                    let line = format!("  {event_name:<31} {target:<25} {}", effects.join(", "));
                    let _ = writeln!(table, "{}", line.trim_end());
                }
                Err(Refusal::NotNow) => refused += 1,
                Err(refusal) => {
                    let _ = writeln!(table, "  {event_name:<31} ✗ {refusal:?}");
                }
            }
        }
        let _ = writeln!(table, "  {:<31} ·", format!("the other {refused}"));
    }
    insta::assert_snapshot!(table);
}

#[test]
fn a_return_is_taken_until_fifteen_minutes_and_not_at_them() {
    // LNK-L1
    let (_, authorizing) = states().remove(1);
    let (_, event) = events().remove(2);
    let last = START + Duration::minutes(15) - Duration::milliseconds(1);
    assert!(transition(&authorizing, event.clone(), last).is_ok());
    assert_eq!(transition(&authorizing, event, START + Duration::minutes(15)), Err(Refusal::TooLate));
    assert_eq!(authorizing.at(last), authorizing);
    assert_eq!(authorizing.at(START + Duration::minutes(15)), State::Unlinked);
    let expired = transition(&authorizing, Event::Expired, START + Duration::minutes(15)).unwrap();
    assert_eq!(expired.0, State::Unlinked);
}

#[test]
fn chats_open_exactly_on_entering_active_and_close_exactly_on_leaving_it() {
    // LNK-L4
    for (state_name, state) in states() {
        for (event_name, event) in events() {
            let Ok((next, effects)) = transition(&state, event, START + Duration::minutes(2)) else {
                continue;
            };
            let active = |state: &State| matches!(state, State::Active(_));
            let expected = match (active(&state), active(&next)) {
                (false, true) => vec![Effect::Enrol],
                (true, false) => vec![Effect::Withdraw],
                (true, true) | (false, false) => vec![],
            };
            assert_eq!(effects, expected, "{state_name} {event_name}");
        }
    }
}

#[test]
fn the_diagram_is_drawn_from_the_machine() {
    let group = |name: &'static str| name.split('.').next().unwrap_or_default();
    let mut edges = BTreeSet::new();
    for (state_name, state) in states() {
        for (event_name, event) in events() {
            let now = START + Duration::minutes(if event == Event::Expired { 15 } else { 2 });
            if let Ok((next, _)) = transition(&state, event, now)
                && next != state
                && group(named(&next)) != group(state_name)
            {
                edges.insert((group(state_name), group(named(&next)), event_name));
            }
        }
    }
    let mut text = String::from(
        "# The linking machine of the school side\n\n\
         Drawn from `linking::transition` by the test `the_diagram_is_drawn_from_the_machine`; change the machine, run the\n\
         tests with `UPDATE_DOCS=1`, read what has changed. Not drawn: events that leave a state as it is, and refused\n\
         ones. The whole table is the snapshot of `crates/linking/tests/link_machine.rs`.\n\n\
         ```mermaid\nstateDiagram-v2\n    [*] --> Unlinked\n",
    );
    let pairs: BTreeSet<_> = edges.iter().map(|(from, to, _)| (*from, *to)).collect();
    for (from, to) in pairs {
        let labels: Vec<_> =
            edges.iter().filter(|edge| (edge.0, edge.1) == (from, to)).map(|edge| edge.2).collect();
        let _ = writeln!(text, "    {from} --> {to}: {}", labels.join(" / "));
    }
    text.push_str("```\n");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/machines/linking.md");
    if option_env!("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        written, text,
        "docs/machines/linking.md is not what the machine does; run with UPDATE_DOCS=1"
    );
}
