use rusqlite::{Row, params};
use store::{ReadTx, UtcInstant, WriteTx, sql};

use super::bad_word;
use crate::{
    Answer, Attempt, AttemptId, AuthorizeRequest, ClaimedRole, ClientId, ColorScheme, Scope, SignIn,
};

pub(crate) struct Found {
    pub(crate) attempt: Attempt,
    pub(crate) browser: Vec<u8>,
}

fn found_of(row: &Row<'_>) -> rusqlite::Result<Found> {
    let state: String = row.get("state")?;
    let scope: String = row.get("scope")?;
    let role_hint: Option<String> = row.get("role_hint")?;
    let answer: String = row.get("answer")?;
    let scheme: Option<String> = row.get("scheme")?;
    Ok(Found {
        attempt: Attempt {
            id: row.get("id")?,
            public: row.get("public")?,
            client: row.get("client")?,
            redirect_uri: row.get("redirect_uri")?,
            oauth_state: row.get("oauth_state")?,
            challenge: row.get("challenge")?,
            scope: Scope::read(&scope),
            role_hint: role_hint.as_deref().and_then(ClaimedRole::from_word),
            answer: Answer::from_word(&answer).ok_or_else(|| bad_word("answer"))?,
            scheme: scheme.as_deref().and_then(ColorScheme::from_word),
            ask_consent: row.get("ask_consent")?,
            state: serde_json::from_str(&state).map_err(|_| bad_word("sign-in state"))?,
            started: row.get("started")?,
        },
        browser: row.get("browser")?,
    })
}

pub(crate) fn find(tx: &ReadTx<'_>, public: &str) -> Result<Option<Found>, store::Error> {
    tx.find(
        sql!(
            "SELECT id, public, browser, client, redirect_uri, oauth_state, challenge, scope, role_hint, answer, scheme, ask_consent,
                    state, started
             FROM identity_attempt WHERE public = ?1"
        ),
        [public],
        found_of,
    )
}

pub(crate) fn find_by_request(
    tx: &ReadTx<'_>,
    browser: &[u8; 32],
    client: ClientId,
    oauth_state: &str,
) -> Result<Option<Attempt>, store::Error> {
    let found = tx.find(
        sql!(
            "SELECT id, public, browser, client, redirect_uri, oauth_state, challenge, scope, role_hint, answer, scheme, ask_consent,
                    state, started
             FROM identity_attempt WHERE browser = ?1 AND client = ?2 AND oauth_state = ?3"
        ),
        params![browser.as_slice(), client, oauth_state],
        found_of,
    )?;
    Ok(found.map(|found| found.attempt))
}

pub(crate) fn newest(
    tx: &ReadTx<'_>,
    browser: &[u8; 32],
    client: ClientId,
) -> Result<Option<Attempt>, store::Error> {
    let found = tx.find(
        sql!(
            "SELECT id, public, browser, client, redirect_uri, oauth_state, challenge, scope, role_hint, answer, scheme, ask_consent,
                    state, started
             FROM identity_attempt WHERE browser = ?1 AND client = ?2 ORDER BY id DESC LIMIT 1"
        ),
        params![browser.as_slice(), client],
        found_of,
    )?;
    Ok(found.map(|found| found.attempt))
}

fn written(state: &SignIn) -> Result<String, store::Error> {
    serde_json::to_string(state).map_err(|_| store::Error::Unreadable { what: "sign-in state" })
}

pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    public: &str,
    browser: &[u8; 32],
    request: &AuthorizeRequest,
    state: SignIn,
) -> Result<Attempt, store::Error> {
    let id = tx.insert(
        sql!(
            "INSERT INTO identity_attempt (public, browser, client, redirect_uri, oauth_state, challenge, scope,
                                           role_hint, answer, scheme, ask_consent, state, started, expires)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)"
        ),
        params![
            public,
            browser.as_slice(),
            request.client.id,
            request.redirect_uri,
            request.state,
            request.challenge,
            request.scope.words(),
            request.role_hint.map(ClaimedRole::word),
            request.answer.word(),
            request.scheme.map(ColorScheme::word),
            request.prompt.consent,
            written(&state)?,
            now,
            state.expires
        ],
    )?;
    Ok(Attempt {
        id: AttemptId::from_row(id),
        public: public.to_owned(),
        client: request.client.id,
        redirect_uri: request.redirect_uri.clone(),
        oauth_state: request.state.clone(),
        challenge: request.challenge.clone(),
        scope: request.scope,
        role_hint: request.role_hint,
        answer: request.answer,
        scheme: request.scheme,
        ask_consent: request.prompt.consent,
        state,
        started: now,
    })
}

pub(crate) fn save(tx: &mut WriteTx<'_>, id: AttemptId, state: &SignIn) -> Result<(), store::Error> {
    tx.execute(sql!("UPDATE identity_attempt SET state = ?2 WHERE id = ?1"), params![id, written(state)?])?;
    Ok(())
}

pub(crate) fn purge(tx: &mut WriteTx<'_>, before: UtcInstant) -> Result<usize, store::Error> {
    tx.execute(sql!("DELETE FROM identity_attempt WHERE expires < ?1"), [before])
}
