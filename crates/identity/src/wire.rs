//! What the endpoints of VK ID answer (docs/rules/vk-id.md): tokens for codes and refresh tokens, profiles for tokens,
//! the ends of tokens, and the faults as clients read them.

use std::collections::BTreeMap;

use store::{Random, ReadTx, UtcInstant, WriteTx};
use time::Date;

use crate::storage::{account, chain, client, consent};
use crate::{
    ChainId, ClientId, Exchange, GrantFault, IdTokenKey, Phone, Scope, Sex, VkAccountId, grant, limits, token,
};

/// Why a call gives nothing. Clients read `error` and `error_description` out of an answer of status 200 (VK-30).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WireFault {
    /// A parameter is missing, malformed, too long, or given twice with different values.
    #[error("{0} is missing or invalid")]
    Parameter(&'static str),
    /// The device id is another than the one issued with the code.
    #[error("device_id is invalid")]
    Device,
    /// The verifier is malformed or does not hash to the challenge.
    #[error("verifier is missing or invalid")]
    Verifier,
    /// The code is unknown, used, too old, or another application's.
    #[error("code is invalid or expired")]
    Code,
    /// The refresh token is no good. The text is what native clients sign out on (VK-31).
    #[error("refresh_token is missing or invalid")]
    RefreshToken,
    /// The access token is no good.
    #[error("access_token is missing or invalid")]
    AccessToken,
    /// The id token is no good.
    #[error("id_token is missing or invalid")]
    IdToken,
    /// The application is not registered, or shows a wrong service key.
    #[error("client is unknown or blocked")]
    Client,
    /// A kind of grant that is not offered (VK-25).
    #[error("grant_type is not supported")]
    GrantType,
}

impl WireFault {
    /// The word of `error`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Parameter(_) | Self::Device | Self::Verifier | Self::IdToken | Self::GrantType => {
                "invalid_request"
            }
            Self::Code | Self::RefreshToken => "invalid_grant",
            Self::AccessToken => "invalid_token",
            Self::Client => "invalid_client",
        }
    }
}

/// The parameters of a call: query and body together.
#[derive(Clone, Debug, Default)]
pub struct Parameters {
    values: BTreeMap<String, String>,
    /// The first one that two places give differently.
    doubled: Option<String>,
}

impl Parameters {
    /// Joins pairs from wherever they came.
    #[must_use]
    pub fn join(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut joined = Self::default();
        for (name, value) in pairs {
            let earlier = joined.values.insert(name.clone(), value.clone());
            if earlier.is_some_and(|earlier| earlier != value) {
                joined.doubled.get_or_insert(name);
            }
        }
        joined
    }

    /// A value that may be absent; an empty one is.
    ///
    /// # Errors
    /// [`WireFault::Parameter`] when it is too long or given twice with different values.
    pub fn find(&self, name: &'static str) -> Result<Option<&str>, WireFault> {
        if self.doubled.as_deref() == Some(name) {
            return Err(WireFault::Parameter(name));
        }
        match self.values.get(name).map(String::as_str) {
            Some(value) if value.len() > limits::PARAMETER => Err(WireFault::Parameter(name)),
            Some("") | None => Ok(None),
            Some(value) => Ok(Some(value)),
        }
    }

    /// A value that must be there.
    ///
    /// # Errors
    /// [`WireFault::Parameter`] when it is not, or as [`Parameters::find`].
    pub fn load(&self, name: &'static str) -> Result<&str, WireFault> {
        self.find(name)?.ok_or(WireFault::Parameter(name))
    }
}

/// The tokens of an exchange or a refresh. `id_token` is signed outside of the transaction.
#[derive(Clone, PartialEq, Eq)]
pub struct Redeemed {
    /// Opens the profile for an hour.
    pub access: String,
    /// Brings the next pair, once.
    pub refresh: String,
    /// Whose.
    pub account: VkAccountId,
    /// For which application.
    pub client: ClientId,
    /// What was granted.
    pub scope: Scope,
}

impl std::fmt::Debug for Redeemed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // O5: no token in any log.
        write!(f, "Redeemed({})", self.client)
    }
}

type Answer<T> = Result<Result<T, WireFault>, store::Error>;

/// The application of a call, when it is registered and shows no wrong service key.
fn client_of(tx: &ReadTx<'_>, parameters: &Parameters) -> Answer<ClientId> {
    let read =
        parameters.load("client_id").and_then(|text| text.parse::<ClientId>().map_err(|_| WireFault::Client));
    let id = match read {
        Ok(id) => id,
        Err(fault) => return Ok(Err(fault)),
    };
    if client::find(tx, id)?.is_none() {
        return Ok(Err(WireFault::Client));
    }
    for name in ["client_secret", "service_token"] {
        match parameters.find(name) {
            Ok(None) => {}
            Ok(Some(shown)) if client::has_service_key(tx, id, &token::digest(shown))? => {}
            Ok(Some(_)) => return Ok(Err(WireFault::Client)),
            Err(fault) => return Ok(Err(fault)),
        }
    }
    Ok(Ok(id))
}

/// The application of a call together with what it brings, or the first fault of the two.
fn called<'p, T>(
    tx: &ReadTx<'_>,
    parameters: &'p Parameters,
    read: impl FnOnce(&'p Parameters) -> Result<T, WireFault>,
) -> Answer<(ClientId, T)> {
    Ok(client_of(tx, parameters)?.and_then(|client| Ok((client, read(parameters)?))))
}

/// Exchanges a code for tokens (O3, VK-22, VK-24). What is refused is committed too: the code is spent.
///
/// # Errors
/// [`store::Error`] by what the base said. A fault is a value.
pub fn redeem(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    random: &Random,
    parameters: &Parameters,
) -> Answer<Redeemed> {
    let read = called(tx, parameters, |brought| {
        let code = brought.load("code")?;
        let verifier = brought.find("code_verifier")?.unwrap_or_default();
        Ok((code, verifier, brought.load("redirect_uri")?, brought.load("device_id")?))
    })?;
    let (client, (code, verifier, redirect_uri, device_id)) = match read {
        Ok(read) => read,
        Err(fault) => return Ok(Err(fault)),
    };
    let request = Exchange { client, code, verifier, redirect_uri, device_id };
    let exchanged = match grant::exchange(tx, now, &request)? {
        Ok(exchanged) => exchanged,
        Err(fault) => return Ok(Err(fault.into())),
    };
    let device = token::digest(request.device_id);
    let begun = chain::NewChain {
        code: exchanged.code,
        client,
        account: exchanged.account,
        device: &device,
        scope: exchanged.scope,
    };
    let chain = chain::insert(tx, now, &begun)?;
    issue(tx, now, random, chain, exchanged.account, client, exchanged.scope).map(Ok)
}

impl From<GrantFault> for WireFault {
    fn from(fault: GrantFault) -> Self {
        match fault {
            GrantFault::Code | GrantFault::Client => Self::Code,
            GrantFault::Redirect => Self::Parameter("redirect_uri"),
            GrantFault::Device => Self::Device,
            GrantFault::Verifier => Self::Verifier,
        }
    }
}

/// Gives a new pair for a refresh token, which is spent by it. A spent one shown again ends the whole chain: two hands
/// hold it (VK-23).
///
/// # Errors
/// [`store::Error`] by what the base said. A fault is a value.
pub fn refresh(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    random: &Random,
    parameters: &Parameters,
) -> Answer<Redeemed> {
    let read = called(tx, parameters, |brought| {
        Ok((brought.find("refresh_token")?.ok_or(WireFault::RefreshToken)?, brought.load("device_id")?))
    })?;
    let (client, (shown, device)) = match read {
        Ok(read) => read,
        Err(fault) => return Ok(Err(fault)),
    };
    let digest = token::digest(shown);
    let Some(found) = chain::find_token(tx, chain::Kind::Refresh, &digest)? else {
        return Ok(Err(WireFault::RefreshToken));
    };
    if found.client != client || now >= found.expires {
        return Ok(Err(WireFault::RefreshToken));
    }
    if found.is_spent {
        chain::end(tx, now, found.chain)?;
        return Ok(Err(WireFault::RefreshToken));
    }
    if found.device != token::digest(device) {
        return Ok(Err(WireFault::Device));
    }
    if !chain::spend(tx, now, &digest)? {
        return Ok(Err(WireFault::RefreshToken));
    }
    chain::touch(tx, now, found.chain)?;
    issue(tx, now, random, found.chain, found.account, client, found.scope).map(Ok)
}

fn issue(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    random: &Random,
    chain: ChainId,
    account: VkAccountId,
    client: ClientId,
    scope: Scope,
) -> Result<Redeemed, store::Error> {
    let draw = || format!("vk2.a.{}", random.token::<64>());
    let (access, refresh) = (draw(), draw());
    chain::insert_token(tx, chain, chain::Kind::Access, &token::digest(&access), now + limits::ACCESS)?;
    chain::insert_token(tx, chain, chain::Kind::Refresh, &token::digest(&refresh), now + limits::REFRESH)?;
    Ok(Redeemed { access, refresh, account, client, scope })
}

/// The personal data of an account, by the granted scope (VK-28); nothing of the educational profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserInfo {
    /// Whose.
    pub account: VkAccountId,
    /// The given name.
    pub given: String,
    /// The surname.
    pub surname: String,
    /// The sex.
    pub sex: Sex,
    /// The birth date.
    pub birth_date: Date,
    /// The phone, when it was granted.
    pub phone: Option<Phone>,
}

/// A living access token of this application.
fn access_of(tx: &ReadTx<'_>, now: UtcInstant, parameters: &Parameters) -> Answer<chain::Found> {
    let read = called(tx, parameters, |brought| {
        brought.find("access_token").ok().flatten().ok_or(WireFault::AccessToken)
    })?;
    let (client, shown) = match read {
        Ok(read) => read,
        Err(fault) => return Ok(Err(fault)),
    };
    let found = chain::find_token(tx, chain::Kind::Access, &token::digest(shown))?;
    Ok(found.filter(|found| found.client == client && now < found.expires).ok_or(WireFault::AccessToken))
}

/// `user_info`: the profile behind an access token.
///
/// # Errors
/// [`store::Error`] by what the base said. A fault is a value.
pub fn user_info(tx: &ReadTx<'_>, now: UtcInstant, parameters: &Parameters) -> Answer<UserInfo> {
    let found = match access_of(tx, now, parameters)? {
        Ok(found) => found,
        Err(fault) => return Ok(Err(fault)),
    };
    let Some(person) = account::find_person(tx, found.account)? else {
        return Ok(Err(WireFault::AccessToken));
    };
    Ok(Ok(UserInfo {
        account: found.account,
        given: person.name.given,
        surname: person.name.surname,
        sex: person.sex,
        birth_date: person.birth_date,
        phone: if found.scope.phone { account::phone(tx, found.account)? } else { None },
    }))
}

/// What a page may show before anybody has signed in anew: the person, half hidden.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicPerson {
    /// Whose.
    pub account: VkAccountId,
    /// The given name, whole.
    pub given: String,
    /// The first letter of the surname, with a dot.
    pub surname: String,
    /// The phone but for its last two digits.
    pub phone: String,
}

/// `public_info`: the masked profile behind an id token, as long as its application is let in.
///
/// # Errors
/// [`store::Error`] by what the base said. A fault is a value.
pub fn public_info(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    key: &IdTokenKey,
    parameters: &Parameters,
) -> Answer<PublicPerson> {
    let client = match client_of(tx, parameters)? {
        Ok(client) => client,
        Err(fault) => return Ok(Err(fault)),
    };
    let claims = parameters.find("id_token").ok().flatten().and_then(|shown| key.read(now, shown));
    let Some(claims) = claims.filter(|claims| claims.client() == client) else {
        return Ok(Err(WireFault::IdToken));
    };
    let id = claims.account();
    let person = account::find_person(tx, id)?;
    let (Some(person), Some(phone), Some(_)) =
        (person, account::phone(tx, id)?, consent::find(tx, id, client)?)
    else {
        return Ok(Err(WireFault::IdToken));
    };
    let digits = phone.digits();
    let (country, tail) = (
        digits.get(..1).unwrap_or_default(),
        digits.get(digits.len().saturating_sub(2)..).unwrap_or_default(),
    );
    Ok(Ok(PublicPerson {
        account: id,
        given: person.name.given,
        surname: person.name.surname.chars().next().map(|letter| format!("{letter}.")).unwrap_or_default(),
        phone: format!("+{country} *** *** ** {tail}"),
    }))
}

/// `logout`, which ends the chain of the token, and `revoke`, which also forgets the consent (VK-26).
///
/// # Errors
/// [`store::Error`] by what the base said. A fault is a value.
pub fn end_tokens(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    parameters: &Parameters,
    forgets_consent: bool,
) -> Answer<VkAccountId> {
    let found = match access_of(tx, now, parameters)? {
        Ok(found) => found,
        Err(fault) => return Ok(Err(fault)),
    };
    if forgets_consent {
        crate::consent::withdraw(tx, now, found.account, found.client)?;
    } else {
        chain::end(tx, now, found.chain)?;
    }
    Ok(Ok(found.account))
}
