//! The sign-in machine of the embedded VK ID (docs/rules/linking.md): pure, no clock, no randomness, no SQL.
//!
//! What the machine has to know of the world comes with the events: the verbs of `attempt` look it up first, inside
//! the transaction that then carries out the effects. The diagram is `docs/machines/signin.md`.

mod event;
mod new_phone;
mod reset;
mod transition;

use serde::{Deserialize, Serialize};
use store::{PasswordHash, UtcInstant};

use crate::{PersonDraft, Phone, ProfileDraft, VkAccountId};

pub use event::{Event, MaySend, Onward, Verdict};
pub use transition::transition;

/// Where one attempt is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// When the attempt ends, whatever its step.
    pub expires: UtcInstant,
    /// The step.
    pub step: Step,
}

/// The steps; each waiting one is a screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// Screen 1: the phone number.
    AskPhone,
    /// Screen 2: the password of the account.
    AskPassword(Known),
    /// Screen 3: the code.
    AskCode {
        /// What the code is for.
        purpose: Purpose,
        /// Where it went. Its tries are counted in its own row (A3).
        sent: Sent,
    },
    /// Screen 4: the data of a new account.
    AskPerson {
        /// The confirmed phone.
        phone: Phone,
    },
    /// Screen 5: go on in the educational profile, or make one.
    ChooseProfile {
        /// Who has signed in.
        account: VkAccountId,
        /// What is offered.
        offer: Offer,
    },
    /// Screen 6: the profile's data.
    ReviewProfile {
        /// Who has signed in.
        account: VkAccountId,
        /// Shown to be checked, or to be filled in.
        mode: ReviewMode,
        /// The way walked so far.
        path: SignInPath,
    },
    /// What another application will be given, when it asks for it the first time.
    AskConsent {
        /// Who has signed in.
        account: VkAccountId,
    },
    /// The number that is to take the place of the account's phone.
    AskNewPhone {
        /// Whose.
        account: VkAccountId,
    },
    /// The form behind «Забыли или не установили пароль?».
    ResetPassword {
        /// The password screen it was opened from.
        back: Known,
        /// Where in the form.
        step: ResetStep,
    },
    /// No code is taken for this phone.
    Locked {
        /// Until then; `None`: until a member of staff opens it again (A5).
        until: Option<UtcInstant>,
    },
    /// Signed in; the browser goes back to the client with a code.
    Granted {
        /// Who.
        account: VkAccountId,
        /// The way walked, when it was the school's portal that asked.
        path: Option<SignInPath>,
    },
    /// Done at VK ID itself: the browser goes to the person's own page there.
    Entered {
        /// Who.
        account: VkAccountId,
    },
    /// «Отмена».
    Cancelled,
    /// Fifteen minutes are over.
    Expired,
}

/// A phone that has an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// The phone.
    pub phone: Phone,
    /// Its account.
    pub account: VkAccountId,
}

/// What a code is for; it is taken for nothing else (A6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// The second step after the right password.
    SignIn {
        /// Whose password was right.
        account: VkAccountId,
    },
    /// A phone without an account.
    NewAccount,
    /// A phone that is to take the place of the account's.
    NewPhone {
        /// Whose.
        account: VkAccountId,
    },
}

/// Where a code went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// To which phone.
    pub phone: Phone,
    /// By SMS or by call.
    pub channel: Channel,
    /// When; `None` while a new one may not be sent yet.
    pub at: Option<UtcInstant>,
}

/// How a code travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Channel {
    /// A text message.
    Sms,
    /// A call from a number whose six last digits are the code.
    Call,
}

/// What the profile screen offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Offer {
    /// «Продолжить в учебном профиле».
    Existing,
    /// «Создать учебный профиль», to be filled in.
    Create,
    /// «Создать учебный профиль» with the data that made the account a moment ago.
    CreateFromPerson,
}

/// How screen 6 shows the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReviewMode {
    /// «Проверьте свои личные данные, которые будут отображаться на платформе».
    Check,
    /// «Заполните информацию о себе».
    Fill,
}

/// Which of the guide's ways was walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SignInPath {
    /// Variant 1: account and profile were there.
    ExistingProfile,
    /// Variant 2: the profile was made.
    ProfileCreated,
    /// Variant 3: account and profile were made.
    AccountCreated,
}

/// The steps of the password form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ResetStep {
    /// The phone.
    AskPhone,
    /// The code.
    AskCode {
        /// The phone's account; without one the screen looks the same and no code is right (A8).
        account: Option<VkAccountId>,
        /// Where the code went.
        sent: Sent,
    },
    /// The new password, twice.
    AskPassword {
        /// Whose.
        account: VkAccountId,
    },
}

/// A screen that a person goes back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// «изменить номер».
    Phone,
    /// Out of the password form.
    Password,
    /// The choice of profile.
    Profile,
    /// «Исправить»: the profile's data as a form.
    ProfileForm,
}

/// What has to be done, in the transaction that saves the new state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Make a code and put it into the outbox.
    SendCode {
        /// To which phone.
        phone: Phone,
        /// How.
        channel: Channel,
        /// Which counters it belongs to (A7).
        flow: Flow,
        /// Whether it really goes out. A phone without an account gets none in the password form (A8).
        audience: Audience,
    },
    /// End every code of the attempt.
    EndCodes,
    /// Make the account (LNK-S1).
    CreateAccount {
        /// Its number.
        account: VkAccountId,
        /// The confirmed phone.
        phone: Phone,
        /// The data.
        person: PersonDraft,
    },
    /// Make or change the educational profile.
    SaveProfile {
        /// Whose.
        account: VkAccountId,
        /// The data.
        profile: ProfileDraft,
    },
    /// Store the new password.
    SetPassword {
        /// Whose.
        account: VkAccountId,
        /// Its hash.
        hash: PasswordHash,
    },
    /// Put the confirmed phone in the place of the account's.
    SetPhone {
        /// Whose.
        account: VkAccountId,
        /// The phone.
        phone: Phone,
    },
    /// End the account's sessions.
    EndSessions {
        /// Whose.
        account: VkAccountId,
    },
    /// Note what the person lets the application know.
    KeepConsent {
        /// Whose.
        account: VkAccountId,
    },
    /// Begin a session at VK ID itself, for no application.
    Enter {
        /// Who.
        account: VkAccountId,
    },
    /// Begin a session and issue an authorization code.
    Grant {
        /// Who.
        account: VkAccountId,
        /// The way walked, when it was the school's portal that asked.
        path: Option<SignInPath>,
    },
}

/// Whether the password was right before the code was asked for: the two kinds never share a counter (A7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Flow {
    /// After the right password.
    Guarded,
    /// New account, or password form.
    Open,
}

/// Whether a code reaches anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// The owner of the phone.
    Owner,
    /// Nobody.
    Nobody,
}

/// Why an event changed nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The attempt is at another step; the person is shown that one.
    #[error("not at this step")]
    NotNow,
    /// The password was wrong.
    #[error("wrong password")]
    WrongPassword,
    /// The code was wrong.
    #[error("wrong code, {left} tries left")]
    WrongCode {
        /// Tries left for this code.
        left: u8,
    },
    /// The code has been used or has had its five tries, or none was sent.
    #[error("there is no such code any more")]
    CodeDead,
    /// The code is older than five minutes.
    #[error("the code is too old")]
    CodeTooOld,
    /// Another code may not be sent yet.
    #[error("another code may not be sent yet")]
    TooSoon {
        /// From this moment on it may.
        until: UtcInstant,
    },
    /// The phone has got an account meanwhile.
    #[error("the phone has an account")]
    PhoneTaken,
    /// The code was right, and the phone is another account's: told to whoever holds the phone, and to nobody else.
    #[error("the phone is another account's")]
    PhoneHeld,
    /// No code is taken for the new phone.
    #[error("no code is taken for the phone")]
    PhoneLocked {
        /// Until then; `None`: until a member of staff opens it (A5).
        until: Option<UtcInstant>,
    },
    /// The phone is the account's own already.
    #[error("the phone is the account's own")]
    SamePhone,
    /// The code was right, and the phone was a deleted account's a short while ago (LNK-S8).
    #[error("the phone of a deleted account rests")]
    PhoneRests {
        /// From this moment on it is as good as new.
        until: UtcInstant,
    },
    /// There is a profile already.
    #[error("there is a profile")]
    HasProfile,
    /// There is no profile yet.
    #[error("there is no profile")]
    NoProfile,
    /// The profile's data are missing.
    #[error("the data of the profile are missing")]
    NeedsData,
    /// Too many phone numbers were looked up from here (A19).
    #[error("too many look-ups from here")]
    TooManyLookups,
    /// Too many wrong passwords from here (A18).
    #[error("too many wrong passwords from here")]
    TooManyPasswords,
}
