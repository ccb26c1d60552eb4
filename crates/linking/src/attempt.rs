//! From «Авторизация в Сферум» to the return from the provider.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use identity::Provider;
use school::{Present, Viewer};
use store::{Random, ReadTx, ServerKey, UtcInstant, WriteTx};
use time::Duration;

use crate::link::{apply, find_link};
use crate::storage::{link, log};
use crate::{
    AttemptRef, Comparison, Event, Link, LinkChange, LinkError, Password, Refusal, RefusedWhy, Returned,
    ReviewWhy, State, compare_names,
};

/// How long an attempt, and a review, waits for its person.
const LIFETIME: Duration = Duration::minutes(15);

/// What the browser takes to the provider.
#[derive(Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The one-time state: 43 characters, 128 random bits and a MAC that binds them to the portal session (VK-52).
    pub state: String,
    /// The challenge of the verifier that [`expected`] gives back (O2).
    pub challenge: String,
}

impl std::fmt::Debug for Proposal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Proposal(***)")
    }
}

fn reference(key: &ServerKey, viewer: &Viewer, state: &str) -> AttemptRef {
    AttemptRef { digest: key.mac("link state", state.as_bytes()), session: viewer.session() }
}

fn session_tag(key: &ServerKey, viewer: &Viewer, nonce: &[u8]) -> [u8; 32] {
    key.mac("link session", &[viewer.session().get().to_le_bytes().as_slice(), nonce].concat())
}

/// Whether a state was proposed to this very session.
fn is_of_session(key: &ServerKey, viewer: &Viewer, state: &str) -> bool {
    let bytes = URL_SAFE_NO_PAD.decode(state).unwrap_or_default();
    bytes.split_at_checked(16).is_some_and(|(nonce, tag)| {
        // The state is no secret from the browser that asks, so the comparison need not be constant in time.
        tag == &session_tag(key, viewer, nonce)[..16]
    })
}

/// The verifier belongs to the state under the server key, so that neither is stored.
fn verifier(key: &ServerKey, state: &str) -> String {
    URL_SAFE_NO_PAD.encode(key.mac("link verifier", state.as_bytes()))
}

/// Draws the state and the challenge of an attempt. Nothing is written, so a page that a person only opens may call
/// it; the attempt begins with their first form.
#[must_use]
pub fn propose(key: &ServerKey, random: &Random, viewer: &Viewer) -> Proposal {
    let nonce = random.bytes::<16>();
    let state = URL_SAFE_NO_PAD.encode([nonce.as_slice(), &session_tag(key, viewer, &nonce)[..16]].concat());
    Proposal { challenge: identity::challenge_of(&verifier(key, &state)), state }
}

/// Begins the attempt of a proposed state; one begun before is given up.
///
/// # Errors
/// [`LinkError::Refused`] when the state was proposed to another session, or the person is linked, waits for approval
/// or is suspended.
pub fn begin(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    key: &ServerKey,
    viewer: &Viewer,
    provider: Provider,
    state: &str,
) -> Result<(), LinkError> {
    let who = Present::ask(tx, viewer)?;
    let person = who.person();
    if !is_of_session(key, viewer, state) {
        return Err(Refusal::ForeignSession.into());
    }
    let link = find_link(tx, person, provider)?;
    let event = Event::Begin {
        attempt: reference(key, viewer, state),
        expires: now + LIFETIME,
        linked_elsewhere: link::is_active_but(tx, person, provider)?,
    };
    let (_, change) = apply(tx, now, link, event, Some(person), None)?;
    debug_assert_eq!(change, LinkChange::Same, "beginning opens and closes nothing");
    Ok(())
}

/// The verifier of an awaited return, before its code is exchanged; a foreign return gets none.
///
/// # Errors
/// [`LinkError::Refused`] with the reason the return is not taken (LNK-L1, O4).
pub fn expected(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    key: &ServerKey,
    viewer: &Viewer,
    provider: Provider,
    state: &str,
) -> Result<String, LinkError> {
    let who = Present::ask(tx, viewer)?;
    let given = reference(key, viewer, state);
    match find_link(tx, who.person(), provider)?.state {
        State::Authorizing { attempt, .. } if attempt.digest != given.digest => {
            Err(Refusal::ForeignAttempt.into())
        }
        State::Authorizing { attempt, .. } if attempt.session != given.session => {
            Err(Refusal::ForeignSession.into())
        }
        State::Authorizing { expires, .. } if now >= expires => Err(Refusal::TooLate.into()),
        State::Authorizing { .. } => Ok(verifier(key, state)),
        State::Unlinked
        | State::Reviewing { .. }
        | State::AwaitingApproval { .. }
        | State::Active(_)
        | State::Suspended { .. } => Err(Refusal::ForeignAttempt.into()),
    }
}

/// A return with somebody signed in.
#[derive(Clone, Debug)]
pub struct Landing {
    /// The state that came back.
    pub state: String,
    /// Who signed in, and what the provider says of them.
    pub returned: Returned,
    /// Whether the provider showed the data to the person (the embedded one does, LNK-L8).
    pub was_reviewed: bool,
}

/// Where a link is after a return or a review.
#[derive(Debug)]
pub struct Landed {
    /// The link as it is now.
    pub link: Link,
    /// What chats must do.
    pub change: LinkChange,
    /// Why it was not made, when the subject is another person's: the attempt is then over.
    pub refusal: Option<Refusal>,
}

struct Facts {
    names: Comparison,
    taken: bool,
    other_subject: bool,
}

fn facts(tx: &ReadTx<'_>, link: &Link, returned: &Returned) -> Result<Facts, store::Error> {
    let person = school::load_person(tx, link.person)?;
    let earlier = match link.id {
        Some(id) => log::last_linked(tx, id)?,
        None => None,
    };
    Ok(Facts {
        names: compare_names(&person.name, &returned.claims.name),
        taken: link::holder(tx, returned.subject)?.is_some_and(|holder| holder != link.person),
        other_subject: earlier.is_some_and(|earlier| earlier != returned.subject.user()),
    })
}

/// Takes a return (LNK-L1, LNK-L3, LNK-L5).
///
/// # Errors
/// [`LinkError::Refused`] when the return is none that is awaited; nothing is then changed.
pub fn land(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    key: &ServerKey,
    viewer: &Viewer,
    landing: Landing,
) -> Result<Landed, LinkError> {
    let who = Present::ask(tx, viewer)?;
    let person = who.person();
    let link = find_link(tx, person, landing.returned.subject.provider())?;
    let facts = facts(tx, &link, &landing.returned)?;
    let why = ReviewWhy { no_profile_page: !landing.was_reviewed, other_subject: facts.other_subject };
    let attempt = reference(key, viewer, &landing.state);
    let event = Event::Returned {
        attempt,
        returned: landing.returned,
        names: facts.names,
        taken: facts.taken,
        review: (why.no_profile_page || why.other_subject).then_some(why),
        review_until: now + LIFETIME,
    };
    match apply(tx, now, link.clone(), event, Some(person), None) {
        Err(LinkError::Refused(Refusal::SubjectTaken)) => {
            let why = RefusedWhy::SubjectTaken;
            let refused = Event::Refused { attempt, why };
            let (link, change) = apply(tx, now, link, refused, Some(person), Some(why.word()))?;
            Ok(Landed { link, change, refusal: Some(Refusal::SubjectTaken) })
        }
        landed => landed.map(|(link, change)| Landed { link, change, refusal: None }),
    }
}

/// Takes a return with nobody signed in: the attempt is over and the person is where they were.
///
/// # Errors
/// [`LinkError::Refused`] when the return is none that is awaited.
pub fn refuse(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    key: &ServerKey,
    viewer: &Viewer,
    provider: Provider,
    state: &str,
    why: RefusedWhy,
) -> Result<Link, LinkError> {
    let who = Present::ask(tx, viewer)?;
    let person = who.person();
    let link = find_link(tx, person, provider)?;
    let event = Event::Refused { attempt: reference(key, viewer, state), why };
    Ok(apply(tx, now, link, event, Some(person), Some(why.word()))?.0)
}

/// «Продолжить» on the review page.
///
/// # Errors
/// [`LinkError::Refused`] when nothing is being reviewed, or the portal's password is missing or wrong (LNK-L5).
pub fn confirm(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    viewer: &Viewer,
    provider: Provider,
    password: Password,
) -> Result<Landed, LinkError> {
    let who = Present::ask(tx, viewer)?;
    let person = who.person();
    let link = find_link(tx, person, provider)?;
    let State::Reviewing { returned, .. } = &link.state else { return Err(Refusal::NotNow.into()) };
    let facts = facts(tx, &link, returned)?;
    let event = Event::Confirmed { password, names: facts.names, taken: facts.taken };
    match apply(tx, now, link.clone(), event, Some(person), None) {
        Err(LinkError::Refused(Refusal::SubjectTaken)) => {
            let why = RefusedWhy::SubjectTaken.word();
            let (link, change) = apply(tx, now, link, Event::Cancelled, Some(person), Some(why))?;
            Ok(Landed { link, change, refusal: Some(Refusal::SubjectTaken) })
        }
        landed => landed.map(|(link, change)| Landed { link, change, refusal: None }),
    }
}

/// Gives up an attempt, a review, or a wait for approval.
///
/// # Errors
/// [`LinkError::Refused`] when there is nothing to give up.
pub fn cancel(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    viewer: &Viewer,
    provider: Provider,
) -> Result<Link, LinkError> {
    let who = Present::ask(tx, viewer)?;
    let person = who.person();
    let link = find_link(tx, person, provider)?;
    Ok(apply(tx, now, link, Event::Cancelled, Some(person), None)?.0)
}

/// Whether there is anything for [`expire`] to write down.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn has_overdue(tx: &ReadTx<'_>, now: UtcInstant) -> Result<bool, store::Error> {
    Ok(!link::overdue(tx, now)?.is_empty())
}

/// Writes down that the time of attempts and reviews is over; called by a job, and harmless when called often.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn expire(tx: &mut WriteTx<'_>, now: UtcInstant) -> Result<usize, store::Error> {
    let overdue = link::overdue(tx, now)?;
    let count = overdue.len();
    for link in overdue {
        match apply(tx, now, link, Event::Expired, None, None) {
            Ok(_) | Err(LinkError::Refused(_) | LinkError::Denied) => {}
            Err(LinkError::Store(error)) => return Err(error),
        }
    }
    Ok(count)
}
