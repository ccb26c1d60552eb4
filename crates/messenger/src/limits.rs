//! Every figure of the crate in one place (K18).

use time::Duration;

/// Longest body in bytes (MSG-B2).
pub(crate) const BODY_BYTES: usize = 16 * 1024;
/// Longest body in graphemes (MSG-B2, C9).
pub const BODY_GRAPHEMES: usize = 4000;
/// Most combining marks on one base (MSG-B5).
pub(crate) const MARKS_ON_A_BASE: usize = 8;
/// Most code points in one grapheme, joined emoji included: a family with skin tones has eleven.
pub(crate) const GRAPHEME_CHARS: usize = 32;
/// How long a pupil may edit or delete an own message (MSG-S7).
pub const PUPIL_WINDOW: Duration = Duration::minutes(5);
/// How long others may (MSG-S7).
pub const WINDOW: Duration = Duration::minutes(30);
/// People that «@все» calls without being asked once more (MSG-S12).
pub(crate) const CALLS_UNASKED: usize = 100;
/// Calls that one write puts down.
pub(crate) const CALLS_OF_A_WRITE: usize = 64;
/// How often one person calls more people than that in a day (MSG-E33).
pub const MANY_CALLED_A_DAY: u32 = 3;
/// People that an announcement or «@все» reaches unasked from a device that is new (MSG-S10).
pub(crate) const REACHED_BY_NEW: usize = 50;
/// Chats written to from a new device within [`NEW_SPAN`]; in the next one the sender is asked (MSG-S10).
pub(crate) const CHATS_BY_NEW: usize = 5;
/// The stretch in which they are counted.
pub(crate) const NEW_SPAN: Duration = Duration::minutes(10);
/// Newest messages of the school among which they are counted.
pub(crate) const NEW_LOOKED_AT: i64 = 2000;
/// Chats that a pupil begins in a day at most (MSG-S12).
pub(crate) const BEGUN_BY_PUPILS: u32 = 5;
/// Chats that anybody else begins in a day at most.
pub(crate) const BEGUN_BY_OTHERS: u32 = 100;
/// People of a gathered group at most.
pub(crate) const GROUP_MOST: usize = 200;
/// Graphemes of a group's title at most.
pub(crate) const TITLE_GRAPHEMES: usize = 60;
/// Pins of a chat at most.
pub const PINS: usize = 20;
/// Messages on a page of history.
pub const PAGE: u32 = 50;
/// Messages on a page of history at most, whatever is asked.
pub const PAGE_MOST: u32 = 200;
/// Readers named up to this many members; above it they are counted (MSG-R1).
pub const NAMED_READERS: usize = 100;
/// Graphemes of a message's beginning in the list of chats.
pub const PREVIEW_GRAPHEMES: usize = 80;
/// Visible events due to one client before it is told to start anew (MSG-B11).
pub const RESUME_EVENTS: u32 = 5000;
/// Longest reason, note or answer at the desk, in graphemes.
pub const NOTE_GRAPHEMES: usize = 1000;
/// Messages frozen before and after a reported one (MSG-S6).
pub(crate) const NEIGHBOURS: i64 = 20;
/// Reports of one person within a day; more is no report but a flood.
pub const REPORTS_A_DAY: u32 = 30;
/// Options of a poll at most (MSG-B15).
pub const POLL_OPTIONS: usize = 20;
/// Longest question of a poll, in graphemes.
pub const QUESTION_GRAPHEMES: usize = 300;
/// Longest option of a poll, in graphemes.
pub const OPTION_GRAPHEMES: usize = 100;
/// Votes of a poll are told to open pages at most once in so long.
pub(crate) const VOTES_TOLD: Duration = Duration::seconds(3);
/// Cards of messages as old as this are told of when the timetable is published anew.
pub(crate) const CARDS_TOLD: Duration = Duration::days(31);
/// How far ahead the end of a poll may lie.
pub(crate) const POLL_MOST: Duration = Duration::days(366);
/// How long a chat can be opened at most (MSG-S3).
pub(crate) const OPENING_MOST: Duration = Duration::hours(24);
/// Messages on a page of an opened chat.
pub(crate) const OPENED_PAGE: i64 = 50;
/// Files in one message at most.
pub const FILES_MOST: u32 = 10;
/// The largest file of a pupil (MSG-A7).
pub const FILE_BYTES_OF_PUPIL: u64 = 25 * 1024 * 1024;
/// The largest file of others (MSG-A7).
pub const FILE_BYTES: u64 = 200 * 1024 * 1024;
/// The most bytes of a picture that pages show; a larger one is a download.
pub(crate) const PICTURE_BYTES: u64 = 32 * 1024 * 1024;
/// The most pixels of a picture that pages show (C5).
pub(crate) const PICTURE_PIXELS: u64 = 40_000_000;
/// The most bytes of a small picture.
pub const THUMB_BYTES: usize = 256 * 1024;
/// The longest side of a small picture, in pixels.
pub(crate) const THUMB_SIDE: u32 = 1024;
/// The longest voice note, in milliseconds.
pub(crate) const VOICE_MOST: u32 = 60 * 60 * 1000;
/// How long pupils can be muted at most.
pub(crate) const MUTE_MOST: Duration = Duration::days(60);
/// Days around the present that quiet hours look at: longer than any vacation.
pub(crate) const QUIET_HORIZON: i64 = 120;
/// Members of a chat that shows who is writing, at most (MSG-R6).
pub(crate) const TYPING_MOST: usize = 50;
/// How long a person or a chat is left alone at most, when an end is named.
pub(crate) const REST_MOST: Duration = Duration::days(31);
/// Messages of one person within a day that call readers in their quiet hours (MSG-N6).
pub const URGENT_A_DAY: u32 = 2;
/// How far ahead a message can be put aside (MSG-B17).
pub(crate) const SCHEDULE_MOST: Duration = Duration::days(366);
/// Messages of one person that wait for their time at most.
pub const WAITING_MOST: u32 = 100;
/// How often a call is tried before it is given up.
pub(crate) const PUSH_TRIES: u32 = 8;
/// The pause after the first try that a push service did not take; it doubles.
pub(crate) const PUSH_WAIT: Duration = Duration::seconds(30);
/// The longest pause.
pub(crate) const PUSH_WAIT_MOST: Duration = Duration::hours(1);
