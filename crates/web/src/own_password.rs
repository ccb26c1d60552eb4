//! The password of whoever is signed in, compared once more within the fence of signing in (A16, A18).

use school::{Device, PortalAccount, SignInError, SignInFence, SignInOutcome, SignInWay};
use store::{ReadTx, UtcInstant};

use crate::Failure;
use crate::cx::Cx;

/// A right password; what was compared is asked again where it counts.
#[derive(Clone)]
pub(crate) struct OwnPassword {
    pub(crate) account: PortalAccount,
    fence: SignInFence,
}

impl OwnPassword {
    /// Compares; a wrong one is counted, and kept in the owner's journal of sign-ins. `None` when it is wrong.
    ///
    /// # Errors
    /// [`Failure::SignIn`] when too many were wrong.
    pub(crate) async fn compare(cx: &Cx, typed: String) -> Result<Option<Self>, Failure> {
        let (now, person, address) = (cx.now, cx.signed_in()?.person(), cx.request.address());
        let is_school_address = cx.app.settings.is_school_address(address);
        let (fence, account) = cx
            .read(move |tx| {
                let login = school::login_of(tx, person)?;
                let fence = SignInFence::of(&address.to_string(), is_school_address, &login);
                school::check_fence(tx, now, &fence)?;
                Ok((fence, school::find_account(tx, &login)?))
            })
            .await?;
        let stored = account.as_ref().and_then(|account| account.password.clone());
        let right = cx.app.hasher.matches(stored, typed).await?;
        if let Some(account) = account.filter(|_| right) {
            return Ok(Some(Self { account, fence }));
        }
        let device = cx.device();
        cx.record(store::Lane::Admin, move |tx| {
            school::count_wrong_pair(tx, now, &fence)?;
            let (way, outcome) = (SignInWay::Confirmation, SignInOutcome::Wrong);
            Ok(school::note_sign_in(tx, now, person, &device, way, outcome)?)
        })
        .await?;
        Ok(None)
    }

    /// Asks again in the transaction that the password opens: the fence may have closed meanwhile, the account been
    /// blocked, or its password set anew.
    ///
    /// # Errors
    /// [`SignInError`] by what has changed.
    pub(crate) fn recheck(&self, tx: &ReadTx<'_>, now: UtcInstant) -> Result<(), SignInError> {
        school::recheck(tx, now, &self.fence, &self.account)
    }
}

impl Cx {
    /// The browser and where it is, for sessions and the journal of sign-ins.
    pub(crate) fn device(&self) -> Device {
        Device { address: self.request.address().to_string(), name: self.request.device() }
    }
}
