//! What is refused.

/// Why a room is not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// As many rooms are open as there may be.
    #[error("{limit} rooms are open already")]
    TooManyRooms {
        /// How many may be.
        limit: usize,
    },
    /// The SFU has been shut down.
    #[error("the SFU has been shut down")]
    Stopped,
}

/// Why an offer gets no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OfferError {
    /// The room is not open.
    #[error("the room is not open")]
    NoRoom,
    /// A restart of somebody who is not there.
    #[error("the peer is not in the room")]
    NotAdmitted,
    /// As many peers are in the room as there may be.
    #[error("{limit} peers are in the room already")]
    RoomFull {
        /// How many may be.
        limit: usize,
    },
    /// The offer is longer than any browser's.
    #[error("the offer has {bytes} bytes")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// The offer names more candidates than any browser would.
    #[error("the offer has {candidates} candidates")]
    TooManyCandidates {
        /// How many.
        candidates: usize,
    },
    /// The lines are not those of CALL-S1: one audio, a camera and a screen sending, the rest receiving.
    #[error("the lines of the offer are not those that are agreed upon: {0}")]
    WrongLines(LineFault),
    /// A second offer may bring new credentials and nothing else (CALL-S3).
    #[error("the second offer is not a restart of the connection")]
    NotARestart,
    /// It cannot be read, or not be agreed with.
    #[error("the offer cannot be accepted")]
    Malformed,
    /// More waits than can be done; the peer may try again at once.
    #[error("too much waits already")]
    Busy,
    /// The SFU was shut down, or the room failed, before the answer was made.
    #[error("the SFU has been shut down")]
    Stopped,
}

/// What is wrong with the lines of an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum LineFault {
    /// A line both sends and receives, or neither.
    #[error("a line neither only sends nor only receives")]
    Direction,
    /// More than the agreed lines send.
    #[error("too many sending lines")]
    Senders,
    /// More lines in all than the SFU would ever use.
    #[error("too many lines")]
    Many,
    /// A source comes in more sizes than are agreed upon: three of a camera, one of all else.
    #[error("too many sizes of a source")]
    Sizes,
    /// A line is neither audio nor video.
    #[error("a line that is neither audio nor video")]
    Kind,
    /// Keys, names of lines or their bundling are missing.
    #[error("a line lacks what the agreed offer has")]
    Incomplete,
}
