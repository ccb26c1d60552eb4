//! Owns the embedded VK ID: accounts, phones, codes, educational profiles, the sign-in machine, authorization codes.
//! Promises that codes are counted before they are compared, used once, and kept only under the server key.
//! Never knows the school, its roster or HTTP, and gives the personal account's data to nobody but its owner.

mod error;
mod ids;
mod name;
mod person;
mod phone;
mod subject;
mod token;

pub mod limits;

mod signin;

mod access;
mod account;
mod attempt;
mod fence;
mod otp;
mod outbox;
mod own;
mod profile;
mod session;

mod owner;

mod authorize;
mod client;
mod consent;
mod grant;

mod id_token;
mod wire;

mod storage;

pub use access::{AccountSession, AccountTokens, end_session_of, end_tokens_of, sessions_of, tokens_of};
pub use account::{Owner, RegisterError, owner_of, register};
pub use attempt::{
    Attempt, Input, Means, PasswordCheck, Started, Stepped, find_attempt, find_waiting, next_code, own_words,
    password_to_check, purge, resume, start, start_in_session, start_new_phone, start_own, step,
};
pub use authorize::{
    Answer, AuthorizeError, AuthorizeRequest, ColorScheme, Prompt, RefusedAuthorize, Scope, origin_of,
    read_request,
};
pub use client::{
    Application, Client, ClientFault, ClientKind, NewApplication, SCHOOL_CLIENT, ServiceKey, add_application,
    ensure_school_client, find_client, free_number, has_origin, list_applications, remove_application,
    rotate_service_key,
};
pub use consent::{Consent, has_consent, list_consents, take_back};
pub use error::AttemptError;
pub use fence::{
    Caller, CodeFigures, LockedPhone, code_figures, locked_phones, reset_counters, unlock_phone,
};
pub use grant::{Exchange, Exchanged, GrantFault, Granted, challenge_of, exchange, refusal_location};
pub use id_token::{IdClaims, IdTokenKey};
pub use ids::{AttemptId, ChainId, ClientId, CodeId, EduProfileId, SmsId, VkAccountId, VkSessionId};
pub use name::{FullName, NameFault, NamePart};
pub use otp::OtpCode;
pub use outbox::{
    Delivery, Outgoing, ReadOutError, SmsRow, delivery_of, due_messages, expire_messages, find_due_message,
    find_message, has_expired_messages, hurry_message, list_messages, note_delivered, note_failed, read_out,
};
pub use own::{
    OwnAccount, change_password, count_wrong_own_password, delete_account, end_own_session, free_phones,
    has_phones_to_free, list_own_sessions, own_account, own_password_to_check, own_words_of, prove,
    save_own_profile, set_first_password, sign_out, sign_out_everywhere, touch_own_session,
};
pub use owner::{OwnerOf, ProvenOwnerOf};
pub use person::{BirthDateFault, ClaimedRole, PersonDraft, ProfileDraft, Sex, parse_birth_date};
pub use phone::{Phone, PhoneFault};
pub use profile::{EduProfile, own_person, own_phone, own_profile, save_profile};
pub use session::{VkSession, find_session};
pub use signin::{
    Audience, Channel, Effect, Event, Flow, Known, MaySend, Offer, Onward, Purpose, Refusal, ResetStep,
    ReviewMode, Screen, Sent, SignIn, SignInPath, Step, Verdict, transition,
};
pub use subject::{EduClaims, Provider, VkSubject, VkUserId};
pub use token::CookieToken;
pub use wire::{
    Parameters, PublicPerson, Redeemed, UserInfo, WireFault, end_tokens, public_info, redeem, refresh,
    user_info,
};

/// The crate's migrations.
pub const MIGRATIONS: &[store::Migration] = &[
    store::Migration {
        name: "V0020__identity_account",
        sql: include_str!("../migrations/V0020__identity_account.sql"),
    },
    store::Migration {
        name: "V0021__identity_oauth",
        sql: include_str!("../migrations/V0021__identity_oauth.sql"),
    },
    store::Migration {
        name: "V0022__identity_code",
        sql: include_str!("../migrations/V0022__identity_code.sql"),
    },
    store::Migration {
        name: "V0053__identity_index",
        sql: include_str!("../migrations/V0053__identity_index.sql"),
    },
    store::Migration {
        name: "V0055__identity_wire",
        sql: include_str!("../migrations/V0055__identity_wire.sql"),
    },
    store::Migration {
        name: "V0060__identity_own",
        sql: include_str!("../migrations/V0060__identity_own.sql"),
    },
];
