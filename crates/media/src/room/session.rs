//! A peer's connection in a room, with what the room knows of it.

use std::time::Instant;

use crate::bucket::{Bucket, Rate};
use crate::budget::{Allowance, Budget};
use crate::event::Network;
use crate::flow::{Bounds, Flow};
use crate::link::{GUESS, Link};
use crate::names::{PeerId, Source};
use crate::offer::Role;
use crate::rights::{Rights, Viewport};
use crate::room::slot::Slot;
use crate::settings::Limits;
use crate::speakers::Loudness;
use crate::stun::stream_of;

/// Packets a second of one page in all, before they are even opened: all its sources at their bounds.
const ALL_PACKETS: u64 = 8_000;

/// A connection of a peer. A peer has one that lives, and at most one that is about to replace it.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) peer: PeerId,
    /// Never used again, unlike the place in the room.
    pub(super) key: u64,
    pub(super) link: Link,
    pub(super) rights: Rights,
    pub(super) connected: bool,
    /// Streams by source and size.
    pub(super) flows: [Vec<Flow>; 3],
    pub(super) flowing: [bool; 3],
    pub(super) loudness: Loudness,
    pub(super) slots: Vec<Slot>,
    pub(super) viewport: Option<Viewport>,
    /// A viewport that waits for its turn.
    pub(super) coming: Option<Viewport>,
    viewports: Bucket,
    pub(super) budget: Budget,
    pub(super) allowance: Allowance,
    /// What pictures take, and would take in full.
    pub(super) spent: u64,
    pub(super) whole: u64,
    pub(super) next: Option<u64>,
    /// What the estimate was told to send at least, and how far to look.
    pub(super) aimed: (u64, u64),
    pub(super) told: Option<Network>,
    /// Bytes that the page was sent, at the last report.
    sent: (Instant, u64),
    pub(super) silent: bool,
    pub(super) heard: Instant,
    /// It has something to send.
    pub(super) dirty: bool,
    packets: Bucket,
    streams: Bucket,
    /// Streams that are let in, and whether a packet of theirs was genuine.
    known: Vec<(u32, bool)>,
}

pub(super) fn at(source: Source) -> usize {
    match source {
        Source::Microphone => 0,
        Source::Camera => 1,
        Source::Screen => 2,
    }
}

impl Session {
    pub(super) fn new(
        peer: PeerId,
        key: u64,
        link: Link,
        rights: Rights,
        limits: &Limits,
        now: Instant,
    ) -> Self {
        let bounds = Bounds::new(limits.source_bits, limits.source_packets);
        let flows = Source::ALL.map(|source| vec![Flow::new(bounds, now); link.sizes(source)]);
        let slots =
            link.receiving().map(|(_, line)| Slot::new(line.mid.clone(), line.role == Role::Sees)).collect();
        Self {
            peer,
            key,
            link,
            rights,
            connected: false,
            flows,
            flowing: [false; 3],
            loudness: Loudness::default(),
            slots,
            viewport: None,
            coming: None,
            viewports: Bucket::full(Rate::per_second(u64::from(limits.viewports)), now),
            budget: Budget::new(now, GUESS),
            allowance: Allowance::Pictures(GUESS),
            spent: 0,
            whole: 0,
            next: None,
            aimed: (0, 0),
            told: None,
            sent: (now, 0),
            silent: false,
            heard: now,
            dirty: true,
            packets: Bucket::full(Rate::per_second(ALL_PACKETS), now),
            streams: Bucket::full(Rate { per_second: 1, burst: u64::from(limits.streams) }, now),
            known: Vec::new(),
        }
    }

    /// Takes a viewport now, or keeps it for later when there were many.
    pub(super) fn look(&mut self, mut viewport: Viewport, limits: &Limits, now: Instant) {
        // More tiles than lines say nothing; the number is bounded before anything walks them.
        viewport.tiles.truncate(4 * limits.video_slots);
        self.coming = Some(viewport);
        self.take_coming(limits, now);
    }

    /// Takes the viewport that waits, if it may now. Says whether it did.
    pub(super) fn take_coming(&mut self, limits: &Limits, now: Instant) -> bool {
        let rate = Rate::per_second(u64::from(limits.viewports));
        if self.coming.is_none() || !self.viewports.take(rate, now, 1) {
            return false;
        }
        self.viewport = self.coming.take();
        true
    }

    /// Whether a datagram is looked at: not too many of them, and not of ever new streams (CALL-I5).
    pub(super) fn lets_in(&mut self, limits: &Limits, now: Instant, datagram: &[u8]) -> bool {
        if !self.packets.take(Rate::per_second(ALL_PACKETS), now, 1) {
            return false;
        }
        let Some(ssrc) = stream_of(datagram) else { return true };
        if self.known.iter().any(|(known, _)| *known == ssrc) {
            return true;
        }
        let burst = limits.streams;
        // One more each second: whoever changes devices a whole lesson long does not meet it.
        if !self.streams.take(Rate { per_second: 1, burst: u64::from(burst) }, now, 1) {
            return false;
        }
        if self.known.len() >= burst as usize {
            // A genuine one is not displaced by what anybody may send from the page's address.
            let oldest = self.known.iter().position(|(_, genuine)| !genuine).unwrap_or(0);
            self.known.remove(oldest);
        }
        self.known.push((ssrc, false));
        true
    }

    /// A packet of this stream was genuine.
    pub(super) fn prove(&mut self, ssrc: u32) {
        if let Some(known) = self.known.iter_mut().find(|(known, _)| *known == ssrc) {
            known.1 = true;
        }
    }

    /// Bits a second since the last report.
    pub(super) fn carried(&mut self, now: Instant, sent: u64) -> u64 {
        let (at, before) = std::mem::replace(&mut self.sent, (now, sent));
        let millis = u64::try_from(now.saturating_duration_since(at).as_millis()).unwrap_or(u64::MAX);
        8_000 * sent.saturating_sub(before) / millis.max(1)
    }

    pub(super) fn sends(&self, source: Source) -> bool {
        self.rights.send.has(source) && self.flowing[at(source)]
    }
}
