//! What the people of a call may do who do not lead it: the rules that its leader sets for all at once.

/// The rules of a call (CALL-F6, CALL-F33).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallRules {
    /// «Тихий класс»: pupils and guardians see the cameras of those who lead and screens, not each other's cameras.
    pub quiet: bool,
    /// They may switch their microphones on.
    pub microphones: bool,
    /// They may switch their cameras on.
    pub cameras: bool,
    /// They may show their screens.
    pub screens: bool,
}

impl CallRules {
    /// A lesson's: a quiet class whose microphones are free until the teacher mutes.
    pub const LESSON: Self = Self { quiet: true, microphones: true, cameras: true, screens: false };
    /// Of a call with pupils or guardians that is no lesson.
    pub const GATHERING: Self = Self { quiet: false, microphones: true, cameras: true, screens: false };
    /// Of a call of colleagues.
    pub const STAFF: Self = Self { quiet: false, microphones: true, cameras: true, screens: true };

    /// The rules as the audit chain keeps them.
    #[must_use]
    pub fn word(self) -> String {
        let sign = |on: bool| if on { '+' } else { '-' };
        format!(
            "quiet{} microphones{} cameras{} screens{}",
            sign(self.quiet),
            sign(self.microphones),
            sign(self.cameras),
            sign(self.screens)
        )
    }
}
