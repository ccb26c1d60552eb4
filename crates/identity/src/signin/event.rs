//! What the machine is told: what happened, with the facts it decides by.

use store::{PasswordHash, UtcInstant};

use super::{Channel, Offer, Screen};
use crate::{PersonDraft, Phone, ProfileDraft, VkAccountId};

/// What happened, with the facts the machine decides by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A phone number was given.
    PhoneGiven {
        /// The phone.
        phone: Phone,
        /// Its account, if it has one.
        owner: Option<VkAccountId>,
        /// Whether a code may go there without a password asked first.
        send: MaySend,
    },
    /// The password was given.
    PasswordGiven {
        /// Whether it was right.
        right: bool,
        /// Whether a code may go to the account's phone.
        send: MaySend,
    },
    /// «Забыли или не установили пароль?».
    ForgotPassword,
    /// A code was given.
    CodeGiven {
        /// What came of it.
        verdict: Verdict,
        /// Where the account's owner goes on.
        onward: Onward,
    },
    /// Another code was asked for.
    ResendCode {
        /// Whether one may go.
        send: MaySend,
    },
    /// A call was asked for.
    UseCall {
        /// Whether one may go.
        send: MaySend,
    },
    /// The data of a new account were given.
    PersonGiven {
        /// The data.
        person: PersonDraft,
        /// The number the account will have.
        account: VkAccountId,
        /// Whether somebody has made an account for this phone meanwhile.
        phone_taken: bool,
        /// Where the new account's owner goes on.
        onward: Onward,
    },
    /// «Продолжить как …»: the browser has a living session.
    Resumed {
        /// Whose.
        account: VkAccountId,
        /// Where its owner goes on.
        onward: Onward,
    },
    /// «Разрешить» on the screen of another application.
    Consented,
    /// «Продолжить в учебном профиле».
    ContinueWithProfile,
    /// «Создать учебный профиль».
    CreateProfile,
    /// The profile's data were confirmed; with a form, they are these.
    ProfileConfirmed {
        /// The data of the form; `None` confirms what is stored.
        profile: Option<ProfileDraft>,
    },
    /// A new password was chosen in the password form.
    PasswordChosen {
        /// Its hash.
        hash: PasswordHash,
        /// Where the account's owner goes on.
        onward: Onward,
    },
    /// Back to an earlier screen.
    BackTo(Screen),
    /// «Отмена».
    Cancel,
    /// Time passed.
    Tick,
}

/// Where a person goes on who has just shown who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Onward {
    /// The school's portal asks: to the educational profile.
    Profile(Offer),
    /// Another application asks, for the first time or for more than before: to the consent.
    Consent,
    /// Another application asks for what it has been given before: back to it.
    Client,
    /// Nobody asks: to the person's own page at VK ID.
    Own,
}

/// Whether a code may go out (A4, A5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaySend {
    /// Yes.
    Allowed,
    /// One of this attempt is still good; another is not needed.
    Live {
        /// When it was sent.
        at: UtcInstant,
        /// How.
        channel: Channel,
    },
    /// Not before this moment.
    Wait {
        /// The moment.
        until: UtcInstant,
    },
    /// Not at all for now.
    Locked {
        /// Until then; `None`: until a member of staff opens it.
        until: Option<UtcInstant>,
    },
}

/// What came of a code that was tried (A2, A3, A5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It was the code.
    Right,
    /// It was, but the phone is another account's.
    Held,
    /// It was, but the phone of a deleted account rests.
    Resting {
        /// Until then.
        until: UtcInstant,
    },
    /// It was not.
    Wrong {
        /// Tries left for this code.
        left: u8,
    },
    /// There is no code to compare with: none was sent, or it has been used, or five tries are over.
    Dead,
    /// The code is older than five minutes.
    TooOld,
    /// No code is taken for this phone.
    Locked {
        /// Until then; `None`: until a member of staff opens it.
        until: Option<UtcInstant>,
    },
}
