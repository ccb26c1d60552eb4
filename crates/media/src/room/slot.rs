//! One receiving line of a page: what it carries, in which size, and the numbers it has come to.

use std::time::Instant;

use crate::keyframes::Asker;
use crate::link::Incoming;
use crate::names::{PeerId, Source};
use crate::rewrite::{Numbers, Rewriter};

/// The state of a slot.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) mid: String,
    pub(super) video: bool,
    /// Who sits here.
    pub(super) shows: Option<(PeerId, Source)>,
    /// The size that is to be shown; none while the picture is paused. Sound has one size.
    pub(super) target: Option<u8>,
    /// The size that goes out now.
    current: Option<u8>,
    rewriter: Rewriter,
    pub(super) asker: Asker,
}

impl Slot {
    pub(super) fn new(mid: String, video: bool) -> Self {
        let rewriter = Rewriter::new(if video { 90_000 } else { 48_000 });
        Self { mid, video, shows: None, target: None, current: None, rewriter, asker: Asker::default() }
    }

    /// Seats somebody else, or nobody. Says whether anything has changed.
    pub(super) fn assign(&mut self, shows: Option<(PeerId, Source)>) -> bool {
        if self.shows == shows {
            return false;
        }
        self.shows = shows;
        self.target = None;
        self.stop();
        true
    }

    /// Aims at a size, or pauses. Says whether it has just been paused: what was sent is to be forgotten then.
    pub(super) fn aim(&mut self, target: Option<u8>) -> bool {
        let paused = target.is_none() && self.target.is_some();
        self.target = target;
        if paused {
            self.stop();
        }
        paused
    }

    fn stop(&mut self) {
        self.current = None;
        self.rewriter.cut();
    }

    /// The size whose key frame is waited for.
    pub(super) fn waits_for(&self) -> Option<u8> {
        self.target.filter(|target| self.video && self.current != Some(*target))
    }

    /// The size that a key frame would help.
    pub(super) fn watches(&self) -> Option<u8> {
        self.current.or(self.target)
    }

    /// The numbers with which a packet goes out here, and whether it begins a stretch; none if it does not go out.
    pub(super) fn pass(&mut self, now: Instant, packet: &Incoming) -> Option<(Numbers, bool)> {
        let target = self.target?;
        if self.current != Some(target) && packet.layer == target {
            // Sound may begin anywhere, a picture at a key frame only (CALL-P4).
            if !self.video || packet.picture.is_some_and(|picture| picture.key) {
                self.current = Some(target);
                self.rewriter.cut();
            }
        }
        if self.current != Some(packet.layer) {
            return None;
        }
        let first = self.rewriter.is_cut();
        self.rewriter.pass(now, packet.numbers).map(|numbers| (numbers, first))
    }
}
