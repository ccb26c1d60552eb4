//! Every figure of the sign-in fences in one place (K18); each is crossed by a test.

use time::Duration;

/// How long an attempt lives.
pub const ATTEMPT: Duration = Duration::minutes(15);
/// How long a code is taken (A2).
pub const CODE: Duration = Duration::minutes(5);
/// Tries of one code (A3).
pub const TRIES: u8 = 5;

/// The least time between two codes for one phone (A4).
pub const SEND_GAP: Duration = Duration::seconds(60);
/// Codes for one phone in an hour (A4).
pub const SENDS_PER_HOUR: u32 = 3;
/// Codes for one phone in a day (A4).
pub const SENDS_PER_DAY: u32 = 6;
/// Codes asked for from one address in an hour (A4).
pub const SENDS_PER_ADDRESS: u32 = 20;
/// Codes asked for from one of the school's own addresses in an hour (A21).
pub const SENDS_PER_SCHOOL_ADDRESS: u32 = 1000;
/// Codes of the whole school in a day that raise an alarm (A4).
pub const SENDS_ALARM: u32 = 300;

/// Consecutive failed codes for one phone before codes wait for a person (A5).
pub const FAILED_PER_PHONE: u32 = 20;
/// Failed codes of the whole school in a day that close the flows without a password (A5, A7).
pub const FAILED_PER_SCHOOL: u32 = 100;

/// Phone look-ups of one browser in an hour (A19).
pub const LOOKUPS_PER_BROWSER: u32 = 10;
/// Phone look-ups from one address in an hour (A19).
pub const LOOKUPS_PER_ADDRESS: u32 = 20;
/// Phone look-ups from one of the school's own addresses in an hour (A21).
pub const LOOKUPS_PER_SCHOOL_ADDRESS: u32 = 1000;

/// Wrong passwords from one address, or for one phone from a school address, in [`WRONG_PASSWORD_WINDOW`] (A18, A21).
pub const WRONG_PASSWORDS: u32 = 15;
/// See [`WRONG_PASSWORDS`].
pub const WRONG_PASSWORD_WINDOW: Duration = Duration::hours(3);

/// How long an authorization code is taken (VK-21, O3).
pub const GRANT: Duration = Duration::seconds(600);
/// How long an access token opens anything, and an id token with it (VK-21).
pub const ACCESS: Duration = Duration::seconds(3600);
/// How long a refresh token may be shown (VK-21).
pub const REFRESH: Duration = Duration::days(180);
/// The longest parameter of the wire, in bytes; a token has a hundred, a redirect address some hundreds.
pub const PARAMETER: usize = 4096;
/// The fewest characters of a password of the embedded VK ID (A9).
pub const PASSWORD_CHARS: usize = 10;

/// How long a password that was given counts as a proof of who somebody is (A16).
pub const PROOF: Duration = Duration::minutes(5);
/// How long the phone of a deleted account makes no new one (LNK-S8).
pub const PHONE_REST: Duration = Duration::days(30);

/// How long a session of the embedded VK ID lives without use, as A13 without «Запомнить меня».
pub const SESSION_IDLE: Duration = Duration::minutes(30);
/// How long a session of the embedded VK ID lives at most.
pub const SESSION: Duration = Duration::hours(12);
