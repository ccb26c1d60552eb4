//! The authorization request of `GET /authorize` (docs/rules/vk-id.md): what it must hold, and how it is refused.

use std::collections::BTreeMap;

use store::ReadTx;

use crate::storage::client;
use crate::{ClaimedRole, Client, ClientId};

/// The longest value of a parameter that is taken.
const LONGEST: usize = 1024;

/// An authorization request that may be shown to a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizeRequest {
    /// Who asks.
    pub client: Client,
    /// Where the answer goes; equal to a registered address byte for byte (O1).
    pub redirect_uri: String,
    /// Given back with the answer.
    pub state: String,
    /// base64url of the SHA-256 of the verifier (O2).
    pub challenge: String,
    /// What is granted: the known words of what was asked for.
    pub scope: Scope,
    /// Who the school's own portal takes the person to be, to preset the profile's form.
    pub role_hint: Option<ClaimedRole>,
    /// How the answer travels.
    pub answer: Answer,
    /// The colours the pages should have.
    pub scheme: Option<ColorScheme>,
    /// What `prompt` asks for.
    pub prompt: Prompt,
}

/// How the answer of a sign-in reaches the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// With the browser, to the redirect address (VK-16).
    Redirect,
    /// From a new tab to the page that opened it (VK-17): a request with `origin` asks for this.
    Message,
}

impl Answer {
    /// The word stored.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Redirect => "redirect",
            Self::Message => "message",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Redirect, Self::Message].into_iter().find(|answer| answer.word() == word)
    }
}

/// Light or dark, whatever the system prefers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColorScheme {
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl ColorScheme {
    /// The word stored, and the one of style sheets.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads `scheme`, the native clients' names included; another word asks for nothing.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "light" | "bright_light" => Some(Self::Light),
            "dark" | "space_gray" => Some(Self::Dark),
            _ => None,
        }
    }
}

/// What `prompt` asks for (VK-11); several words may stand together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prompt {
    /// `none`: nothing may be shown.
    pub none: bool,
    /// `login` or `select_account`: sign in anew, whoever is signed in.
    pub login: bool,
    /// `consent`: ask for the permissions anew.
    pub consent: bool,
}

impl Prompt {
    /// Reads words separated by spaces; unknown ones ask for nothing.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let has = |word| text.split(' ').any(|asked| asked == word);
        Self { none: has("none"), login: has("login") || has("select_account"), consent: has("consent") }
    }
}

/// The scopes the embedded provider grants; others are left out silently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    /// `email`.
    pub email: bool,
    /// `phone`.
    pub phone: bool,
}

impl Scope {
    /// Reads words separated by spaces; `vkid.personal_info` is always granted.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let has = |word| text.split(' ').any(|asked| asked == word);
        Self { email: has("email"), phone: has("phone") }
    }

    /// Whether everything of another scope is in this one.
    #[must_use]
    pub const fn covers(self, other: Self) -> bool {
        (self.email || !other.email) && (self.phone || !other.phone)
    }

    /// This scope and another together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self { email: self.email || other.email, phone: self.phone || other.phone }
    }

    /// The granted words, with spaces.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match (self.email, self.phone) {
            (false, false) => "vkid.personal_info",
            (true, false) => "vkid.personal_info email",
            (false, true) => "vkid.personal_info phone",
            (true, true) => "vkid.personal_info email phone",
        }
    }
}

/// Why a request was refused.
#[derive(Debug, thiserror::Error)]
pub enum AuthorizeError {
    /// The application is not known: an error page, never a redirect (VK-12).
    #[error("unknown client")]
    UnknownClient,
    /// The address is not one of the application's: an error page, never a redirect (VK-12).
    #[error("unregistered redirect address")]
    BadRedirect,
    /// Something else is wrong: the answer goes to the verified address.
    #[error("refused: {reason}")]
    Refused {
        /// The verified address.
        redirect_uri: String,
        /// The state, when there was one.
        state: Option<String>,
        /// How the answer travels.
        answer: Answer,
        /// Why.
        reason: RefusedAuthorize,
    },
    /// The base could not be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// What a client is told in `error` and `error_description`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefusedAuthorize {
    /// A parameter is missing, malformed, too long, or given twice with different values.
    #[error("{0} is missing or invalid")]
    Parameter(&'static str),
    /// `prompt=none`, and nobody is signed in (VK-11).
    #[error("login is required")]
    LoginRequired,
    /// `prompt=none`, and the person has not been asked for this consent (VK-11).
    #[error("interaction is required")]
    InteractionRequired,
    /// The person pressed «Отмена».
    #[error("the user cancelled")]
    Cancelled,
    /// The attempt ended before the person had signed in.
    #[error("the attempt has expired")]
    Expired,
}

impl RefusedAuthorize {
    /// The word of `error`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Parameter(_) => "invalid_request",
            Self::LoginRequired => "login_required",
            Self::InteractionRequired => "interaction_required",
            Self::Cancelled | Self::Expired => "access_denied",
        }
    }
}

/// Reads and checks the parameters of an authorization request.
///
/// # Errors
/// [`AuthorizeError`]; client and address are judged first, since only a verified address may be answered.
pub fn read_request(tx: &ReadTx<'_>, query: &[(String, String)]) -> Result<AuthorizeRequest, AuthorizeError> {
    let mut values = BTreeMap::new();
    let mut doubled = Vec::new();
    for (name, value) in query {
        if values.insert(name.as_str(), value.as_str()).is_some_and(|earlier| earlier != value) {
            doubled.push(name.as_str());
        }
    }
    let value = |name: &'static str| {
        let value = values.get(name).copied().filter(|value| !value.is_empty() && value.len() <= LONGEST);
        value.filter(|_| !doubled.contains(&name)).ok_or(RefusedAuthorize::Parameter(name))
    };
    let client = value("client_id").ok().and_then(|id| id.parse::<ClientId>().ok());
    let client = match client {
        Some(id) => client::find(tx, id)?.ok_or(AuthorizeError::UnknownClient)?,
        None => return Err(AuthorizeError::UnknownClient),
    };
    let redirect_uri = value("redirect_uri").map_err(|_| AuthorizeError::BadRedirect)?;
    if !client::has_redirect(tx, client.id, redirect_uri)? {
        return Err(AuthorizeError::BadRedirect);
    }
    let text = |name: &str| values.get(name).copied().unwrap_or_default();
    let answer = if text("origin").is_empty() { Answer::Redirect } else { Answer::Message };
    let state = value("state");
    let refused = |reason| AuthorizeError::Refused {
        redirect_uri: redirect_uri.to_owned(),
        state: state.ok().map(str::to_owned),
        answer,
        reason,
    };
    let state_text = state.map_err(refused)?;
    if value("response_type").map_err(refused)? != "code" {
        return Err(refused(RefusedAuthorize::Parameter("response_type")));
    }
    // O2: `s256` from some clients, `S256` from others; `plain` from none.
    if !value("code_challenge_method").map_err(refused)?.eq_ignore_ascii_case("s256") {
        return Err(refused(RefusedAuthorize::Parameter("code_challenge_method")));
    }
    let challenge = value("code_challenge").map_err(refused)?;
    if challenge.len() != 43 || !is_url_safe(challenge) {
        return Err(refused(RefusedAuthorize::Parameter("code_challenge")));
    }
    Ok(AuthorizeRequest {
        redirect_uri: redirect_uri.to_owned(),
        state: state_text.to_owned(),
        challenge: challenge.to_owned(),
        scope: Scope::read(text("scope")),
        role_hint: ClaimedRole::from_word(text("edu_role")),
        answer,
        scheme: ColorScheme::from_word(text("scheme")),
        prompt: Prompt::read(text("prompt")),
        client,
    })
}

pub(crate) fn is_url_safe(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// Scheme, host and port of a registered address.
#[must_use]
pub fn origin_of(address: &str) -> &str {
    let host = address.find("://").map_or(0, |at| at + 3);
    let end = address[host..].find(['/', '?', '#']).map_or(address.len(), |at| host + at);
    &address[..end]
}

#[cfg(test)]
mod tests {
    use super::origin_of;

    #[test]
    fn an_origin_ends_before_path_and_query() {
        for (address, origin) in [
            ("https://a.test/cb?x=1", "https://a.test"),
            ("https://a.test:8443", "https://a.test:8443"),
            ("http://a.test?x=/", "http://a.test"),
        ] {
            assert_eq!(origin_of(address), origin);
        }
    }
}
