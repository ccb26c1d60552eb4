//! The frames of a line, as docs/rules/calls.md has them: each the whole of what it is about.

use std::sync::Arc;

use calls::{CallRules, LeaveWhy, Permissions, Watch};
use media::{Network, PeerId, Quality, Slot};
use serde::Serialize;

use super::backend::source_of;
use super::room::{Peer, Room, Seated};
use crate::words::say;

/// A connection's number as pages see it.
pub(super) fn peer_word(peer: PeerId) -> String {
    format!("{:032x}", peer.0)
}

/// Reads a connection's number.
pub(super) fn parse_peer(word: &str) -> Option<PeerId> {
    let plain = word.len() == 32 && word.bytes().all(|sign| sign.is_ascii_hexdigit());
    plain.then(|| u128::from_str_radix(word, 16).ok().map(PeerId)).flatten()
}

/// Three switches, by the names of the sources.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Three {
    pub(super) microphone: bool,
    pub(super) camera: bool,
    pub(super) screen: bool,
}

impl Three {
    const fn of(may: Permissions) -> Self {
        Self { microphone: may.microphone, camera: may.camera, screen: may.screen }
    }

    const fn and(self, other: Self) -> Self {
        Self {
            microphone: self.microphone && other.microphone,
            camera: self.camera && other.camera,
            screen: self.screen && other.screen,
        }
    }
}

#[derive(Serialize)]
struct Rules {
    quiet: bool,
    microphones: bool,
    cameras: bool,
    screens: bool,
}

#[derive(Serialize)]
struct Named<'a> {
    id: i64,
    name: &'a str,
}

#[derive(Serialize)]
struct Person<'a> {
    id: i64,
    peer: String,
    name: &'a str,
    part: &'static str,
    hand: Option<i64>,
    on: Three,
    may: Three,
    muted: bool,
    network: Option<&'static str>,
}

#[derive(Serialize)]
struct Line {
    mid: String,
    video: bool,
    peer: Option<String>,
    source: Option<&'static str>,
    paused: bool,
}

#[derive(Serialize)]
#[serde(tag = "t", rename_all = "lowercase")]
enum Frame<'a> {
    Hello {
        line: String,
        call: i64,
        title: &'a str,
        lead: &'a str,
        chat: Option<i64>,
        me: i64,
        #[serde(rename = "in")]
        is_in: bool,
    },
    Call {
        state: &'static str,
        since: i64,
        ends: Option<i64>,
        part: &'static str,
        leads: bool,
        may: Three,
        watch: &'static str,
        rules: Rules,
        waiting: usize,
        #[serde(skip_serializing_if = "Option::is_none")]
        lobby: Option<Vec<Named<'a>>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        kept_out: Option<Vec<Named<'a>>>,
    },
    People {
        people: Vec<Person<'a>>,
    },
    Slots {
        slots: Vec<Line>,
    },
    Speakers {
        peers: Vec<String>,
    },
    Network {
        quality: &'static str,
        lost: u16,
        rtt: Option<u64>,
        kbits: Option<u32>,
    },
    Reaction {
        id: i64,
        reaction: &'a str,
    },
    Out {
        why: &'static str,
        again: bool,
        text: String,
    },
}

fn encoded(frame: &Frame<'_>) -> Arc<str> {
    // Our own types hold nothing that JSON cannot say.
    serde_json::to_string(frame).unwrap_or_default().into()
}

const fn watch_word(watch: Watch) -> &'static str {
    match watch {
        Watch::Nothing => "nothing",
        Watch::Leaders => "leaders",
        Watch::Everybody => "everybody",
    }
}

const fn quality_word(quality: Quality) -> &'static str {
    match quality {
        Quality::Good => "good",
        Quality::Fair => "fair",
        Quality::Poor => "poor",
        Quality::Lost => "lost",
    }
}

pub(super) fn hello(line: &super::Line, seated: &Seated) -> Arc<str> {
    encoded(&Frame::Hello {
        line: line.token(),
        call: line.call.get(),
        title: &seated.about.title,
        lead: &seated.about.lead,
        chat: seated.about.chat.map(messenger::ConversationId::get),
        me: line.person().get(),
        is_in: seated.peer.is_some(),
    })
}

pub(super) fn call(room: &Room, seated: &Seated) -> Arc<str> {
    let CallRules { quiet, microphones, cameras, screens } = room.call.rules;
    let leads = seated.part == calls::Part::Leader;
    let lobby: Vec<(i64, &str)> = room.waiting().collect();
    encoded(&Frame::Call {
        state: room.call.state.word(),
        since: room.call.since.millis(),
        ends: room.ends.map(store::UtcInstant::millis),
        part: seated.part.word(),
        leads,
        may: Three::of(seated.may),
        watch: watch_word(seated.may.watch),
        rules: Rules { quiet, microphones, cameras, screens },
        waiting: lobby.len(),
        lobby: leads.then(|| lobby.iter().map(|(id, name)| Named { id: *id, name }).collect()),
        kept_out: leads
            .then(|| room.kept_out.iter().map(|(person, name)| Named { id: person.get(), name }).collect()),
    })
}

pub(super) fn people(room: &Room, seated: &Seated) -> Arc<str> {
    let leads = seated.part == calls::Part::Leader;
    let mut people: Vec<(&PeerId, &Peer)> = room.peers.iter().collect();
    people.sort_by(|(_, one), (_, other)| (one.part, &one.name).cmp(&(other.part, &other.name)));
    let hand = |peer: &Peer| room.hands.iter().find(|hand| hand.person == peer.person);
    encoded(&Frame::People {
        people: people
            .into_iter()
            .map(|(id, peer)| Person {
                id: peer.person.get(),
                peer: peer_word(*id),
                name: &peer.name,
                part: peer.part.word(),
                hand: hand(peer).map(|hand| hand.since.millis()),
                on: peer.claims.and(Three::of(peer.may)),
                may: Three::of(peer.may),
                muted: peer.muted,
                network: peer.network.filter(|_| leads).map(|network| quality_word(network.quality)),
            })
            .collect(),
    })
}

pub(super) fn slots(slots: &[Slot]) -> Arc<str> {
    let line = |slot: &Slot| Line {
        mid: slot.mid.clone(),
        video: slot.video,
        peer: slot.shows.map(|(peer, _)| peer_word(peer)),
        source: slot.shows.map(|(_, source)| source_of(source).word()),
        paused: slot.paused,
    };
    encoded(&Frame::Slots { slots: slots.iter().map(line).collect() })
}

pub(super) fn speakers(room: &Room) -> Arc<str> {
    let peers = room.speakers.iter().filter(|peer| room.peers.contains_key(peer));
    encoded(&Frame::Speakers { peers: peers.map(|peer| peer_word(*peer)).collect() })
}

pub(super) fn network(network: Network) -> Arc<str> {
    encoded(&Frame::Network {
        quality: quality_word(network.quality),
        lost: network.lost,
        rtt: network.round_trip.map(|trip| u64::try_from(trip.as_millis()).unwrap_or(u64::MAX)),
        kbits: network.kbits,
    })
}

pub(super) fn reaction(person: school::PersonId, reaction: messenger::Reaction) -> Arc<str> {
    encoded(&Frame::Reaction { id: person.get(), reaction: reaction.word() })
}

/// Why somebody is out, as the page is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Out {
    /// The visit ended so.
    Left(LeaveWhy),
    /// Nobody leads: the others wait.
    Waits,
}

pub(super) fn out(why: Out) -> Arc<str> {
    let (word, again, text) = match why {
        Out::Waits => ("waits", true, "call-out-waits"),
        Out::Left(LeaveWhy::Own) => ("own", false, "call-out-own"),
        Out::Left(LeaveWhy::Lost | LeaveWhy::Stopped) => ("lost", true, "call-out-lost"),
        Out::Left(LeaveWhy::Removed) => ("removed", false, "call-out-removed"),
        Out::Left(LeaveWhy::Rights) => ("rights", false, "call-out-rights"),
        Out::Left(LeaveWhy::Replaced) => ("replaced", false, "call-out-replaced"),
        Out::Left(LeaveWhy::Ended) => ("ended", false, "call-out-ended"),
        Out::Left(LeaveWhy::Failed) => ("failed", true, "call-out-failed"),
    };
    encoded(&Frame::Out { why: word, again, text: say(text) })
}
