//! One-time authorization codes and their exchange (O2, O3, VK-21, VK-22, VK-24).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use store::{Random, UtcInstant, WriteTx};

use crate::storage::{account, chain, client, grant, profile};
use crate::{
    Attempt, ClientId, ClientKind, EduClaims, RefusedAuthorize, Scope, SignInPath, VkAccountId, authorize,
    limits, token,
};

/// What goes back to the client with the browser.
#[derive(Clone, PartialEq, Eq)]
pub struct Granted {
    /// The verified address.
    pub redirect_uri: String,
    /// The client's state.
    pub state: String,
    /// The one-time code.
    pub code: String,
    /// The id of the device, invented here and wanted back at the exchange.
    pub device_id: String,
}

impl std::fmt::Debug for Granted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // O5: no code in any log.
        write!(f, "Granted({})", self.redirect_uri)
    }
}

impl Granted {
    /// The address of the answer by redirect, in the flat form (VK-16).
    #[must_use]
    pub fn location(&self) -> String {
        with_query(
            &self.redirect_uri,
            &[
                ("code", &self.code),
                ("state", &self.state),
                ("device_id", &self.device_id),
                ("type", "code_v2"),
                ("expires_in", &limits::GRANT.whole_seconds().to_string()),
            ],
        )
    }
}

/// The address of a refusal by redirect.
#[must_use]
pub fn refusal_location(redirect_uri: &str, state: Option<&str>, reason: RefusedAuthorize) -> String {
    let description = reason.to_string();
    let mut fields = vec![("error", reason.word()), ("error_description", description.as_str())];
    fields.extend(state.map(|state| ("state", state)));
    with_query(redirect_uri, &fields)
}

/// Adds to a query that may already be there, and replaces nothing.
fn with_query(address: &str, fields: &[(&str, &str)]) -> String {
    let mut text = address.to_owned();
    for (index, (name, value)) in fields.iter().enumerate() {
        text.push(if index > 0 || address.contains('?') { '&' } else { '?' });
        text.push_str(name);
        text.push('=');
        for byte in value.bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                    text.push(char::from(byte))
                }
                _ => text.push_str(&format!("%{byte:02X}")),
            }
        }
    }
    text
}

/// The challenge that belongs to a verifier.
#[must_use]
pub fn challenge_of(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

/// Issues a code for an attempt; one issued before and not used stops working.
pub(crate) fn issue(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    random: &Random,
    attempt: &Attempt,
    account: VkAccountId,
    path: Option<SignInPath>,
) -> Result<Option<Granted>, store::Error> {
    // A code that was used has done its work: the browser only lost the way back.
    if grant::is_any_spent(tx, attempt.id)? {
        return Ok(None);
    }
    grant::remove_unspent(tx, attempt.id)?;
    let code = format!("vk2.a.{}", random.token::<64>());
    let device_id = random.token::<64>();
    grant::insert(
        tx,
        &grant::NewGrant {
            digest: &token::digest(&code),
            attempt,
            account,
            device: &token::digest(&device_id),
            path,
            issued: now,
            expires: now + limits::GRANT,
        },
    )?;
    Ok(Some(Granted {
        redirect_uri: attempt.redirect_uri.clone(),
        state: attempt.oauth_state.clone(),
        code,
        device_id,
    }))
}

/// What a client brings to the exchange.
#[derive(Clone, Copy)]
pub struct Exchange<'a> {
    /// Who exchanges.
    pub client: ClientId,
    /// The code.
    pub code: &'a str,
    /// The verifier whose hash was the challenge.
    pub verifier: &'a str,
    /// The address of the authorization request.
    pub redirect_uri: &'a str,
    /// The device id that came with the code.
    pub device_id: &'a str,
}

/// What an exchange gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchanged {
    /// Who has signed in.
    pub account: VkAccountId,
    /// The granted scopes.
    pub scope: Scope,
    /// The code's row, for the chain of tokens that it begins.
    pub(crate) code: i64,
    /// The educational profile: for the school's own client, in process, and for nobody else (LNK-S7, VK-28).
    pub claims: Option<EduClaims>,
}

/// Why an exchange gives nothing. The code is spent all the same (VK-22).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GrantFault {
    /// There is no such code, it has been used, or it is older than ten minutes.
    #[error("the code is unknown, used or too old")]
    Code,
    /// It was issued to another application.
    #[error("the code belongs to another client")]
    Client,
    /// The address is another than the one of the request.
    #[error("the redirect address is another")]
    Redirect,
    /// The device id is another than the one issued with the code.
    #[error("the device id is another")]
    Device,
    /// The verifier is malformed or does not hash to the challenge.
    #[error("the verifier does not fit")]
    Verifier,
}

/// Exchanges a code: one conditional statement spends it, whatever it then proves to be worth (VK-22, VK-24).
///
/// # Errors
/// [`store::Error`] by what the base said. A fault is a value, since its transaction must commit.
pub fn exchange(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    request: &Exchange<'_>,
) -> Result<Result<Exchanged, GrantFault>, store::Error> {
    let digest = token::digest(request.code);
    let Some(spent) = grant::spend(tx, now, &digest)? else {
        if let Some(code) = grant::find_id(tx, &digest)? {
            // Two hands hold this code: what the first exchange gave is taken back (O3).
            chain::end_of_code(tx, now, code)?;
        }
        return Ok(Err(GrantFault::Code));
    };
    let verifier_is_whole =
        (43..=128).contains(&request.verifier.len()) && authorize::is_url_safe(request.verifier);
    let faults = [
        (account::is_deleted(tx, spent.account)?, GrantFault::Code),
        (now >= spent.expires || now.since(spent.issued) < -limits::GRANT, GrantFault::Code),
        (spent.client != request.client, GrantFault::Client),
        (spent.redirect_uri != request.redirect_uri, GrantFault::Redirect),
        (spent.device != token::digest(request.device_id), GrantFault::Device),
        (!verifier_is_whole || spent.challenge != challenge_of(request.verifier), GrantFault::Verifier),
    ];
    if let Some((_, fault)) = faults.into_iter().find(|(applies, _)| *applies) {
        return Ok(Err(fault));
    }
    let is_school = client::find(tx, spent.client)?.is_some_and(|client| client.kind == ClientKind::School);
    let profile = if is_school { profile::find(tx, spent.account)? } else { None };
    let claims = profile.zip(spent.path).map(|(profile, path)| EduClaims {
        name: profile.name,
        birth_date: profile.birth_date,
        role: profile.role,
        path,
    });
    let scope = Scope::read(&spent.scope);
    Ok(Ok(Exchanged { account: spent.account, scope, code: spent.id, claims }))
}

#[cfg(test)]
mod tests {
    use super::{challenge_of, refusal_location, with_query};
    use crate::RefusedAuthorize;

    #[test]
    fn answers_add_to_a_query_and_escape() {
        assert_eq!(
            with_query("https://a.test/cb", &[("state", "a b&c"), ("type", "code_v2")]),
            "https://a.test/cb?state=a%20b%26c&type=code_v2"
        );
        assert_eq!(
            with_query("https://a.test/cb?next=1", &[("code", "vk2.a.x")]),
            "https://a.test/cb?next=1&code=vk2.a.x"
        );
        assert_eq!(
            refusal_location("https://a.test/cb", Some("s"), RefusedAuthorize::Cancelled),
            "https://a.test/cb?error=access_denied&error_description=the%20user%20cancelled&state=s"
        );
    }

    #[test]
    fn the_challenge_is_the_one_of_the_standard() {
        // RFC 7636, appendix B.
        assert_eq!(
            challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }
}
