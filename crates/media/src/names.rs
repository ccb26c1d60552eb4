//! What is spoken of: rooms, the people in them, and what a person can send.

/// A room, by a number that whoever opened it has chosen. It says nothing here but which peers belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RoomId(pub u128);

/// A participant of a room, by a number that is chosen anew for each call, so that nothing of it outlives the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PeerId(pub u128);

/// What a peer sends. The kind is fixed by the line of the offer it came on, whatever the packets claim (CALL-I3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Source {
    /// Sound, on the first sending audio line.
    Microphone,
    /// A face, on the first sending video line, in up to three sizes.
    Camera,
    /// A shared screen, on the second sending video line.
    Screen,
}

impl Source {
    /// All kinds, in the order of their lines.
    pub const ALL: [Self; 3] = [Self::Microphone, Self::Camera, Self::Screen];

    /// Whether it is a picture.
    pub fn is_video(self) -> bool {
        match self {
            Self::Microphone => false,
            Self::Camera | Self::Screen => true,
        }
    }
}
