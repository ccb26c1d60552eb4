//! Owns chats, their members, messages, read state and the events that open pages live on.
//! Promises that a message is sent once, read in one order by all, and by nobody who has left.
//! Never knows marks, links to VK ID, HTTP or sockets.

mod ballot;
mod body;
mod cid;
mod file_kind;
mod file_name;
mod ids;
mod journal;
mod kind;
mod limits;
mod link;
mod matrix;
mod money;
mod picture;
mod seat;

mod conversation;
mod line;
mod member;

mod access;
mod attended;
mod charge;
mod dissolve;
mod follow;
mod group;
mod home;
mod start;
mod tie;

mod attachment;
mod finish;
mod upload;
mod verify;

mod acknowledge;
mod card;
mod crowd;
mod delete;
mod edit;
mod extras;
mod family;
mod history;
mod hush;
mod mention;
mod notify;
mod pin;
mod poll;
mod quiet;
mod reaction;
mod read;
mod schedule;
mod search;
mod send;
mod signers;
mod typing;

mod note;
mod safety;
mod vote;

mod block;
mod case;
mod evidence;
mod hold;
mod lesson;
mod opening;
mod report;
mod silence;
mod unattended;

mod audience;
mod calling;
mod change;
mod places;
mod purge;
mod push;
mod resume;
mod retention;

mod storage;

pub use access::{enrol, has_access, is_link_required, require_link, withdraw};
pub use acknowledge::{
    AckError, AckRequest, Acknowledgement, Entry, Register, Signed, acknowledge, register, remind,
};
pub use attachment::{Attachment, AttachmentOf, ChatFile, Thumb, chat_files, find_own_files};
pub use attended::ReadOnly;
pub use audience::{Audience, audience, members};
pub use ballot::{Ballot, PollFault};
pub use block::{BlockError, Blocked, block, blocked_by, list_blocked, may_block, unblock};
pub use body::{Body, BodyFault, preview};
pub use calling::{NewCalls, find_calls, has_calls, note_calls};
pub use card::{CardKind, CardRef, touch_cards, touch_recent_cards};
pub use case::{
    CaseNote, CaseSummary, OpenedCase, add_note, close_case, count_new_cases, list_cases, open_case,
    take_case,
};
pub use change::{Change, SCOPE, tell_of_call};
pub use charge::{ChargeOf, list_charges, put_in_charge};
pub use cid::{BadClientId, ClientId};
pub use conversation::{ChatState, ChatSummary, Conversation, list_chats, quiet_chats, unread_total};
pub use delete::{DeleteError, delete};
pub use dissolve::{DissolveError, dissolve};
pub use edit::{EditError, edit, find_line};
pub use evidence::{Evidence, EvidencePoll, EvidenceText, TextState};
pub use extras::{Extras, Quote, Reacted, extras};
pub use file_kind::{FileKind, FileLook};
pub use file_name::FileName;
pub use finish::{Examination, Examined, Rewriting, begin_rewriting, seal_file, settle_file, unseal_file};
pub use follow::{classes_stood_in, follow, roster_tick, set_substitutes};
pub use group::{GroupError, add_people, gather, hand_over, parse_title, remove_person, rename};
pub use history::{HistoryPage, Span, first_since, history};
pub use hold::{Hold, HoldOf, hold_chat, hold_message, lift_hold, list_holds};
pub use hush::{Hush, HushError, hush, rest, rest_of};
pub use ids::{ConversationId, FileId, HoldId, MessageId, OpeningId, ReportId, ScheduleId};
pub use journal::{AREAS, may_read_row};
pub use kind::ChatKind;
pub use lesson::{LessonTime, set_lesson_mode, set_lessons};
pub use limits::{
    BODY_GRAPHEMES, FILE_BYTES, FILE_BYTES_OF_PUPIL, FILES_MOST, MANY_CALLED_A_DAY, NAMED_READERS,
    NOTE_GRAPHEMES, OPTION_GRAPHEMES, PAGE, PAGE_MOST, PINS, POLL_OPTIONS, PREVIEW_GRAPHEMES, PUPIL_WINDOW,
    QUESTION_GRAPHEMES, REPORTS_A_DAY, RESUME_EVENTS, THUMB_BYTES, URGENT_A_DAY, WAITING_MOST, WINDOW,
};
pub use line::Line;
pub use link::{Doubt, Link, links};
pub use matrix::{Cell, Party, cell};
pub use member::{MemberOf, rooms_of};
pub use mention::EVERYONE;
pub use money::warns_of_money;
pub use note::{Note, NoteFault};
pub use notify::{Notice, notice, notices};
pub use opening::{
    Disclosed, Opening, OpeningOf, close_opening, count_new_openings, disclosed_openings, export_closed_chat,
    find_closed_chat, list_closed_chats, list_openings, note_opening, open_chat, read_opened,
};
pub use pin::{PinError, pin, pins, unpin};
pub use places::Places;
pub use poll::{
    Poll, PollError, PollTerms, PollVotes, close_due_polls, close_poll, has_due_polls, poll_votes,
};
pub use purge::{Purged, count_kept, finish_purge, is_new_file, is_purge_due, list_purged, purge_messages};
pub use push::{
    PushCall, PushKind, PushOffice, PushStep, drop_call, due_calls, is_push_on, note_called, note_missed,
    prepare_call, put_off, queue_badge, queue_test, stale_badges, switch_push,
};
pub use quiet::{
    Quiet, QuietChoice, QuietError, QuietHours, WorkDays, choose_quiet, quiet_choice, quiet_in, quiet_of,
    quiet_until, set_school_quiet,
};
pub use reaction::{ReactError, Reaction, react, set_reactions, unreact};
pub use read::{ReadMark, Readers, mark_read, mark_unread, readers, receipts};
pub use report::{Category, Outcome, OwnReport, ReportState, find_own_report, own_reports, report};
pub use resume::{Due, events_after};
pub use retention::{CONFIDENTIAL_YEARS, Period, Retention, confidential_years, set_confidential_years};
pub use safety::{CaseOf, Desk, SafetyError, SafetyOf};
pub use schedule::{
    Later, PutAside, ScheduleError, Scheduled, Unsent, count_scheduled, drop_scheduled, find_scheduled,
    fire_due, is_schedule_due, list_scheduled, reschedule, schedule,
};
pub use search::{
    FoundPerson, HITS, Hit, HitPage, Indexed, Piece, Query, QueryFault, Snippet, find_people, index_more,
    is_index_behind, search,
};
pub use seat::{MemberRole, Place, Seat};
pub use send::{Ack, Draft, SendError, send, send_urgent};
pub use silence::{
    Hours, Mute, MuteError, Mutes, Silence, mute, mutes, set_hours, silence_changes, silence_of, unmute,
};
pub use typing::{Typing, typing};
pub use unattended::{
    Missing, Unattended, count_unattended, is_attendance_changed, list_unattended, note_attendance,
};
pub use upload::{
    FileQuotas, Upload, UploadError, UploaderOf, begin_file, drop_file, largest_file, purge_files, put_part,
    put_thumb,
};

pub use vote::{has_untold_votes, tell_votes, vote};

pub use start::{
    Contact, StartError, contacts, is_reachable, pupils_write, set_pupils_write, set_reachable, start,
};
pub use tie::Way;
pub use verify::verify;

macro_rules! migration {
    ($name:literal) => {
        store::Migration { name: $name, sql: include_str!(concat!("../migrations/", $name, ".sql")) }
    };
}

/// The crate's migrations.
pub const MIGRATIONS: &[store::Migration] = &[
    migration!("V0050__messenger_chats"),
    migration!("V0051__messenger_messages"),
    migration!("V0070__messenger_rich"),
    migration!("V0071__messenger_home"),
    migration!("V0072__messenger_substitute"),
    migration!("V0075__messenger_attachment"),
    migration!("V0078__messenger_search"),
    migration!("V0080__messenger_report"),
    migration!("V0081__messenger_opening"),
    migration!("V0082__messenger_silence"),
    migration!("V0083__messenger_block"),
    migration!("V0085__messenger_ack"),
    migration!("V0087__messenger_quiet"),
    migration!("V0088__messenger_schedule"),
    migration!("V0089__messenger_hush"),
    migration!("V0092__messenger_poll"),
    migration!("V0093__messenger_card"),
    migration!("V0097__messenger_purge"),
    migration!("V0098__messenger_unattended"),
    migration!("V0099__messenger_lesson"),
    migration!("V0101__messenger_push"),
    migration!("V0120__messenger_schedule_file"),
    migration!("V0121__messenger_poll_told"),
];
