//! Every figure of the live channel in one place (K18).

use std::time::Duration;

/// Frames that wait for one client; beyond it the client is served from its cursor (MSG-I6).
pub(super) const QUEUE_FRAMES: usize = 256;
/// Bytes that wait for one client.
pub(super) const QUEUE_BYTES: usize = 1024 * 1024;
/// What is committed in this time after clients were woken is told together: a lone message goes at once, and a busy
/// chat does not cost each member a wake and a write for each message.
pub(super) const BURST: Duration = Duration::from_millis(8);
/// Bytes of frames that are written at once.
pub(super) const WRITE_BUFFER: usize = 16 * 1024;
/// Events read from the log at a time for who comes back.
pub(super) const RESUME_PAGE: u32 = 500;
/// Longest frame a client may send (R8, MSG-B23).
pub(super) const CLIENT_FRAME: usize = 64 * 1024;
/// The longest silence of the server: a mark moves the cursor and shows that it lives.
pub(super) const MARK: Duration = Duration::from_secs(15);
/// The longest wait of a long poll.
pub(super) const POLL: Duration = Duration::from_secs(25);
/// Wrong frames in a minute after which a socket is closed (MSG-B23).
pub(super) const WRONG_FRAMES: u32 = 3;
/// Clients that may come back in one second after a restart.
pub(super) const RETURNS_A_SECOND: usize = 500;
/// How often one writer of a chat is passed on (MSG-R6).
pub(super) const TYPING_EVERY: Duration = Duration::from_secs(3);
/// How long it holds that somebody is writing (MSG-R6).
pub(super) const TYPING_LASTS: Duration = Duration::from_secs(6);
/// Writers that wait for one client; more are dropped.
pub(super) const TYPING_KEPT: usize = 8;
