//! What the machine ordered, done in the transaction that saves its state.

use store::{UtcInstant, WriteTx};

use crate::attempt::{Attempt, Means};
use crate::fence::CodePurpose;
use crate::storage::{account, chain, consent, profile};
use crate::{CookieToken, Effect, Flow, Granted, Step, grant, otp, session};

/// Carries out one effect; a grant gives the way back to the client and the new session's cookie.
pub(super) fn carry_out(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    means: &Means<'_>,
    attempt: &Attempt,
    effect: Effect,
) -> Result<Option<(Granted, CookieToken)>, store::Error> {
    match effect {
        Effect::SendCode { phone, channel, flow, audience } => {
            let purpose = match flow {
                Flow::Guarded => CodePurpose::SignIn,
                Flow::Open if matches!(attempt.state.step, Step::ResetPassword { .. }) => CodePurpose::Reset,
                Flow::Open => CodePurpose::NewAccount,
            };
            let letter = otp::Letter { attempt: attempt.id, phone: &phone, purpose, channel, audience };
            otp::send(tx, now, means, &letter)?;
        }
        Effect::EndCodes => otp::end_codes(tx, now, attempt.id)?,
        Effect::CreateAccount { account, phone, person } => {
            account::insert(tx, now, account, &phone, &person)?
        }
        Effect::SaveProfile { account, profile } => profile::save(tx, now, account, &profile)?,
        Effect::SetPassword { account, hash } => account::set_password(tx, now, account, &hash)?,
        Effect::EndSessions { account } => {
            session::end_all(tx, now, account)?;
            chain::end_of(tx, now, account, None)?;
        }
        Effect::KeepConsent { account } => consent::keep(tx, now, account, attempt.client, attempt.scope)?,
        Effect::Grant { account, path } => {
            let Some(granted) = grant::issue(tx, now, means.random, attempt, account, path)? else {
                return Ok(None);
            };
            let token = CookieToken::draw(means.random);
            session::open(tx, now, account, &token, &means.caller.address, means.session)?;
            return Ok(Some((granted, token)));
        }
    }
    Ok(None)
}
