//! Who sees and hears whom: the only place that builds the table of who gets what, and it builds it from nothing but
//! admissions, rights and wishes (CALL-I1).

use std::cmp::Reverse;
use std::time::Instant;

use crate::budget::Allowance;
use crate::names::{PeerId, Source};
use crate::rights::{Rank, Watch};
use crate::room::session::{Session, at};
use crate::room::{Out, Room};
use crate::seats::seat;
use crate::share::{Size, Wish, share};

/// Whose source.
type Whom = (PeerId, Source);

/// How much louder a newcomer has to be than somebody who is heard: voices would come and go otherwise.
const SEATED: u32 = 800;
/// How high pictures are taken to be shown while the page has not said it.
const UNKNOWN: u16 = 180;
const UNKNOWN_SCREEN: u16 = 1080;

/// Whether a peer may get a source of another one. Everything that is sent to anybody passes by here.
fn may_get(receiver: &Session, sender: &Session, source: Source) -> bool {
    if !receiver.connected || !sender.connected || receiver.peer == sender.peer || !sender.sends(source) {
        return false;
    }
    match source {
        Source::Microphone | Source::Screen => true,
        Source::Camera => match &receiver.rights.watch {
            Watch::All => true,
            Watch::Teachers => sender.rights.rank == Rank::Teacher,
            Watch::Only(peers) => peers.contains(&sender.peer),
            Watch::Nobody => false,
        },
    }
}

impl Room {
    /// Seats everybody anew and builds the table.
    pub(super) fn arrange(&mut self, now: Instant, out: &mut Out) {
        self.stale = false;
        for place in 0..self.sessions.len() {
            if self.session(place).is_some_and(|session| session.connected) {
                self.allow(now, place);
                self.seat_sound(now, place, out);
                self.seat_pictures(now, place, out);
            }
        }
        self.build_fans();
        self.request_again(now);
    }

    /// The connections that count, with their senders' names.
    fn living(&self) -> impl Iterator<Item = &Session> {
        self.sessions
            .iter()
            .enumerate()
            .filter_map(|(place, session)| Some((place, session.as_ref()?)))
            .filter(|(place, session)| self.lives.get(&session.peer) == Some(place))
            .map(|(_, session)| session)
    }

    /// Decides how much a page gets.
    fn allow(&mut self, now: Instant, place: usize) {
        let most = self.limits.room_bits / self.lives.len().max(1) as u64;
        let Some(session) = self.session(place) else { return };
        let heard = |slot: &&super::slot::Slot| !slot.video;
        let sound: u64 = session
            .slots
            .iter()
            .filter(heard)
            .filter_map(|slot| slot.shows)
            .filter_map(|(peer, source)| self.bits_of(peer, source))
            .sum();
        let Some(session) = self.session_mut(place) else { return };
        session.allowance = session.budget.decide(now, most, sound, session.spent, session.next);
        // A tenth more than everything: the estimate looks no farther than it would be of use.
        let aim = (sound + session.whole) * 11 / 10;
        let (floor, aimed) = session.aimed;
        if aim.abs_diff(aimed) > aimed / 5 || session.budget.floor() != floor {
            session.aimed = (session.budget.floor(), aim);
            session.link.aim(session.budget.floor(), aim);
            session.dirty = true;
        }
    }

    fn bits_of(&self, peer: PeerId, source: Source) -> Option<u64> {
        let session = self.session(*self.lives.get(&peer)?)?;
        session.flows[at(source)].first().map(crate::flow::Flow::bits)
    }

    fn seat_sound(&mut self, now: Instant, place: usize, out: &mut Out) {
        let Some(receiver) = self.session(place) else { return };
        let seated: Vec<Option<Whom>> =
            receiver.slots.iter().filter(|slot| !slot.video).map(|slot| slot.shows).collect();
        let source = Source::Microphone;
        let mut wanted: Vec<(bool, Reverse<u32>, PeerId)> = self
            .living()
            .filter(|sender| may_get(receiver, sender, source))
            .map(|sender| {
                let teacher = sender.rights.rank == Rank::Teacher;
                let bonus = if seated.contains(&Some((sender.peer, source))) { SEATED } else { 0 };
                (!teacher, Reverse(sender.loudness.score(now) + bonus), sender.peer)
            })
            .filter(|(member, ..)| receiver.allowance != Allowance::Teacher || !member)
            .collect();
        wanted.sort_unstable();
        let wanted: Vec<Whom> = wanted.into_iter().map(|(.., peer)| (peer, source)).collect();
        let lines = seated.len().min(self.limits.audio_slots);
        let next = seat(&seated[..lines], &wanted);
        self.assign(place, false, &next, out);
    }

    fn seat_pictures(&mut self, now: Instant, place: usize, out: &mut Out) {
        let Some(receiver) = self.session(place) else { return };
        let wanted = self.pictures_for(now, receiver);
        let seated: Vec<Option<Whom>> =
            receiver.slots.iter().filter(|slot| slot.video).map(|slot| slot.shows).collect();
        let lines = seated.len().min(self.limits.video_slots);
        let order: Vec<Whom> = wanted.iter().map(|(whom, _)| *whom).take(lines).collect();
        let next = seat(&seated[..lines], &order);
        let wishes: Vec<Wish> = wanted
            .iter()
            .take(lines)
            .map(|((peer, source), height)| Wish {
                height: *height,
                sizes: self.sizes_of(now, *peer, *source),
            })
            .collect();
        let budget = match receiver.allowance {
            Allowance::Pictures(bits) => bits,
            Allowance::Sound | Allowance::Teacher => 0,
        };
        let budget = self.with_held(receiver, &order, &wishes, budget);
        let shares = share(&wishes, budget);
        self.assign(place, true, &next, out);
        let targets: Vec<(Whom, Option<u8>)> = order.into_iter().zip(shares.layers).collect();
        let mut changed = false;
        let Some(session) = self.session_mut(place) else { return };
        (session.spent, session.whole, session.next) = (shares.bits, shares.whole, shares.next);
        session.link.set_satisfied(shares.next.is_none() && session.budget.floor() == 0);
        for (number, slot) in session.slots.iter_mut().enumerate().filter(|(_, slot)| slot.video) {
            let target =
                targets.iter().find(|(whom, _)| slot.shows == Some(*whom)).and_then(|(_, layer)| *layer);
            let was_paused = slot.target.is_none();
            if slot.aim(target) {
                session.link.forget(number);
            }
            changed |= slot.shows.is_some() && was_paused != target.is_none();
        }
        if changed {
            self.tell_slots(place, out);
        }
    }

    /// What is shown already may be a quarter more than was allowed: pictures are not the same width all the time, and a
    /// page that is given another size at each breath waits for key frames more than it sees.
    fn with_held(&self, receiver: &Session, order: &[Whom], wishes: &[Wish], budget: u64) -> u64 {
        let bits = |(whom, wish): (&Whom, &Wish)| {
            let slot = receiver.slots.iter().find(|slot| slot.video && slot.shows == Some(*whom))?;
            wish.sizes.iter().find(|size| Some(size.layer) == slot.target).map(|size| size.bits)
        };
        let held: u64 = order.iter().zip(wishes).filter_map(bits).sum();
        let most = self.limits.room_bits / self.lives.len().max(1) as u64;
        if held <= budget + budget / 4 { budget.max(held.min(most)) } else { budget }
    }

    /// The pictures that a page is to get, the important ones first: screens, teachers, who speaks, and then by the size
    /// of their tiles (CALL-A6).
    fn pictures_for(&self, now: Instant, receiver: &Session) -> Vec<(Whom, u16)> {
        if receiver.viewport.as_ref().is_some_and(|viewport| viewport.audio_only) {
            return Vec::new();
        }
        let height = |whom: Whom| match &receiver.viewport {
            Some(viewport) => {
                viewport.tiles.iter().find(|tile| (tile.peer, tile.source) == whom).map(|tile| tile.height)
            }
            None => Some(if whom.1 == Source::Screen { UNKNOWN_SCREEN } else { UNKNOWN }),
        };
        let mut found = Vec::new();
        for sender in self.living() {
            for source in [Source::Camera, Source::Screen] {
                let whom = (sender.peer, source);
                if may_get(receiver, sender, source)
                    && let Some(height) = height(whom)
                {
                    let order = (
                        source != Source::Screen,
                        sender.rights.rank,
                        Reverse(sender.loudness.score(now)),
                        Reverse(height),
                        whom,
                    );
                    found.push((order, whom, height));
                }
            }
        }
        found.sort_unstable_by_key(|(order, ..)| *order);
        found.into_iter().map(|(_, whom, height)| (whom, height)).collect()
    }

    /// The sizes in which a picture comes now, from the smallest.
    fn sizes_of(&self, now: Instant, peer: PeerId, source: Source) -> Vec<Size> {
        let Some(session) = self.lives.get(&peer).and_then(|place| self.session(*place)) else {
            return Vec::new();
        };
        let flows = &session.flows[at(source)];
        let mut sizes: Vec<Size> = flows
            .iter()
            .zip(0_u8..)
            .filter(|(flow, _)| flow.is_alive(source, now) && !flow.is_behind(flows))
            .map(|(flow, layer)| Size { layer, height: flow.height, bits: flow.bits() })
            .collect();
        // Those whose size is not known yet come in the order of the offer, which is from the smallest too.
        sizes.sort_by_key(|size| (size.height, size.layer));
        sizes
    }

    /// Seats people in the slots for sound or for pictures.
    fn assign(&mut self, place: usize, video: bool, next: &[Option<Whom>], out: &mut Out) {
        let mut changed = false;
        let Some(session) = self.session_mut(place) else { return };
        let slots = session.slots.iter_mut().enumerate().filter(|(_, slot)| slot.video == video);
        for ((number, slot), whom) in slots.zip(next) {
            if slot.assign(*whom) {
                session.link.forget(number);
                changed = true;
            }
            if !video {
                slot.target = whom.map(|_| 0);
            }
        }
        if changed {
            out.forgotten.push(session.key);
            self.tell_slots(place, out);
        }
    }

    fn build_fans(&mut self) {
        let mut fans: Vec<[super::Fan; 3]> = Vec::new();
        fans.resize_with(self.sessions.len(), Default::default);
        for (place, receiver) in self.sessions.iter().enumerate() {
            let Some(receiver) = receiver else { continue };
            for (number, slot) in receiver.slots.iter().enumerate() {
                let Some((peer, source)) = slot.shows else { continue };
                let Some(from) = self.lives.get(&peer).copied() else { continue };
                if self.session(from).is_some_and(|sender| may_get(receiver, sender, source)) {
                    fans[from][at(source)].push((place, number));
                }
            }
        }
        self.fans = fans;
    }
}
