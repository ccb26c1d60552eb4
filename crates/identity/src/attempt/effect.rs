//! What the machine ordered, done in the transaction that saves its state.

use store::{UtcInstant, WriteTx};

use crate::attempt::{Attempt, Means};
use crate::fence::CodePurpose;
use crate::storage::{account, chain, consent, profile};
use crate::{CookieToken, Effect, Flow, Granted, Purpose, Step, grant, limits, otp, session};

/// What an effect gives the browser: a new session, and the way back to the client when one waits.
pub(super) struct Opened {
    pub(super) session: CookieToken,
    pub(super) granted: Option<Granted>,
}

/// Carries out one effect.
pub(super) fn carry_out(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    means: &Means<'_>,
    attempt: &Attempt,
    effect: Effect,
) -> Result<Option<Opened>, store::Error> {
    match effect {
        Effect::SendCode { phone, channel, flow, audience } => {
            let purpose = match flow {
                Flow::Guarded => CodePurpose::SignIn,
                Flow::Open if matches!(attempt.state.step, Step::ResetPassword { .. }) => CodePurpose::Reset,
                Flow::Open if is_for_new_phone(&attempt.state.step) => CodePurpose::NewPhone,
                Flow::Open => CodePurpose::NewAccount,
            };
            let letter = otp::Letter { attempt: attempt.id, phone: &phone, purpose, channel, audience };
            otp::send(tx, now, means, &letter)?;
        }
        Effect::EndCodes => otp::end_codes(tx, now, attempt.id)?,
        Effect::CreateAccount { account, phone, person } => {
            account::free_phones(tx, now - limits::PHONE_REST)?;
            account::insert(tx, now, account, &phone, &person)?;
        }
        Effect::SaveProfile { account, profile } => profile::save(tx, now, account, &profile)?,
        Effect::SetPassword { account, hash } => account::set_password(tx, now, account, &hash)?,
        Effect::SetPhone { account, phone } => {
            account::free_phones(tx, now - limits::PHONE_REST)?;
            account::set_phone(tx, now, account, &phone)?;
        }
        Effect::EndSessions { account } => {
            session::end_all(tx, now, account)?;
            chain::end_of(tx, now, account, None)?;
        }
        Effect::KeepConsent { account } => consent::keep(tx, now, account, attempt.client, attempt.scope)?,
        Effect::Enter { account } => {
            let token = CookieToken::draw(means.random);
            session::open(tx, now, account, &token, means, session::Begun::ByProof)?;
            return Ok(Some(Opened { session: token, granted: None }));
        }
        Effect::Grant { account, path } => {
            let Some(granted) = grant::issue(tx, now, means.random, attempt, account, path)? else {
                return Ok(None);
            };
            let token = CookieToken::draw(means.random);
            session::open(tx, now, account, &token, means, session::Begun::ForClient)?;
            return Ok(Some(Opened { session: token, granted: Some(granted) }));
        }
    }
    Ok(None)
}

const fn is_for_new_phone(step: &Step) -> bool {
    matches!(step, Step::AskCode { purpose: Purpose::NewPhone { .. }, .. })
}
