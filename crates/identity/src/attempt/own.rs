//! Attempts of VK ID itself: the sign-in to a person's own page, and the code that confirms a new phone.

use store::{UtcInstant, WriteTx};

use super::{Attempt, Input, Means, Started, advance, counted, resume};
use crate::storage::attempt;
use crate::{
    Answer, AttemptError, AuthorizeRequest, Client, ClientId, ClientKind, Phone, Prompt, ProvenOwnerOf,
    Refusal, Scope, SignIn, Step, fence, limits,
};

/// The number under which they stand; no application has it.
pub(super) const NUMBER: ClientId = ClientId::from_row(0);

/// What stands in the place of a client's request. `key` is the one of the form, so that a double click makes one
/// attempt.
fn request(key: &str) -> AuthorizeRequest {
    AuthorizeRequest {
        client: Client { id: NUMBER, name: String::new(), kind: ClientKind::App },
        redirect_uri: String::new(),
        state: key.to_owned(),
        challenge: String::new(),
        scope: Scope::read(""),
        role_hint: None,
        answer: Answer::Redirect,
        scheme: None,
        prompt: Prompt::default(),
    }
}

/// Begins to sign in to one's own page with a phone number.
///
/// # Errors
/// [`AttemptError::Store`] by what the base said.
pub fn start_own(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    means: &Means<'_>,
    key: &str,
    phone: Phone,
) -> Result<Started, AttemptError> {
    begin(tx, now, means, key, Step::AskPhone, phone)
}

/// Begins to change the phone of an account: a code goes to the new one (A1).
///
/// # Errors
/// [`AttemptError::Store`] by what the base said.
pub fn start_new_phone(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    means: &Means<'_>,
    by: &ProvenOwnerOf<'_>,
    key: &str,
    phone: Phone,
) -> Result<Started, AttemptError> {
    begin(tx, now, means, key, Step::AskNewPhone { account: by.account() }, phone)
}

fn begin(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    means: &Means<'_>,
    key: &str,
    step: Step,
    phone: Phone,
) -> Result<Started, AttemptError> {
    let request = request(key);
    if let Some(begun) = resume(tx, means.browser, &request)? {
        return Ok(Started::Attempt(Box::new(advance(tx, now, means, begun, Input::Phone(phone))?)));
    }
    if !fence::take_lookup(tx, now, means.caller, means.browser)? {
        return Ok(Started::Refused(Refusal::TooManyLookups));
    }
    let state = SignIn { expires: now + limits::ATTEMPT, step };
    let begun: Attempt =
        attempt::insert(tx, now, &means.random.token::<16>(), &means.browser.digest(), &request, state)?;
    Ok(Started::Attempt(Box::new(counted(tx, now, means, begun, Input::Phone(phone))?)))
}
