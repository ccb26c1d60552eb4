//! One thread that owns its sockets and rooms and shares nothing (CALL-A2): it waits for packets, commands and moments,
//! gives them to the exchange, and sends what comes out. It never blocks but for waiting (CALL-I9).

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::doors::Doors;
use crate::event::Event;
use crate::exchange::{Cut, Exchange};
use crate::framing::LONGEST;
use crate::mailbox::{Command, Mailbox};
use crate::mailer::Mailer;
use crate::room::Packet;
use crate::settings::Limits;
use crate::streams::Streams;
use crate::stun;

/// Packets of one socket before others have their turn: what they cause is sent once for all of them.
const BATCH: usize = 64;
/// Packets of one connection before others have their turn.
const STREAM_BATCH: usize = 32;
/// Connections accepted before others have their turn.
const ACCEPTS: usize = 16;

/// A shard, before and while it runs.
pub(crate) struct Shard {
    number: usize,
    mailboxes: Vec<Arc<Mailbox>>,
    doors: Doors,
    exchange: Exchange,
    streams: Streams,
    tell: Arc<dyn Fn(Event) + Send + Sync>,
    /// Where datagrams are read into.
    buffer: Vec<u8>,
}

/// What has become ready.
#[derive(Debug, Default)]
struct Ready {
    udp: Vec<bool>,
    listening: bool,
    readable: Vec<bool>,
    writable: bool,
}

impl Shard {
    pub(crate) fn new(
        number: usize,
        mailboxes: Vec<Arc<Mailbox>>,
        doors: Doors,
        exchange: Exchange,
        limits: Limits,
        tell: Arc<dyn Fn(Event) + Send + Sync>,
    ) -> Self {
        let streams = Streams::new(limits, &doors.named);
        // A byte more than the longest, so that a longer one is noticed.
        Self { number, mailboxes, doors, exchange, streams, tell, buffer: vec![0; LONGEST + 1] }
    }

    /// Runs until it is told to stop.
    pub(crate) fn run(mut self) {
        let mut mailer = Mailer::new();
        loop {
            let now = Instant::now();
            let mut stop = false;
            // What has happened is told before a command is answered: events and answers keep their order, so that whoever
            // hears them knows of which session of a peer an event is.
            self.tell();
            for command in self.mailboxes[self.number].take() {
                stop |= matches!(command, Command::Stop);
                self.obey(now, command);
                self.tell();
            }
            self.exchange.advance(now);
            self.ship(&mut mailer);
            if stop {
                return;
            }
            let Some(ready) = self.wait() else { return };
            for (number, is_ready) in ready.udp.iter().enumerate() {
                if *is_ready {
                    self.read_udp(number);
                }
            }
            if ready.listening {
                self.accept();
            }
            self.read_streams(&ready.readable);
            self.exchange.flush(Instant::now());
            if ready.writable {
                self.write_streams();
            }
        }
    }

    fn obey(&mut self, now: Instant, command: Command) {
        let Command::Stream(socket, first_bytes, tried) = command else {
            self.exchange.obey(now, command);
            return;
        };
        let before = self.streams.all.len();
        let _closed = self.streams.add(now, socket, first_bytes);
        if let Some(stream) = self.streams.all.get_mut(before) {
            stream.tried = tried;
            // It has said something already, for which no readiness will be told.
            let mut readable = vec![false; before];
            readable.push(true);
            self.read_streams(&readable);
        }
    }

    /// Sleeps until something is ready or a moment has come. Moments are told in nanoseconds: rounded to milliseconds
    /// they would often be now (CALL-P2).
    fn wait(&mut self) -> Option<Ready> {
        let now = Instant::now();
        let at = self.exchange.timeout().into_iter().chain(self.streams.timeout()).min();
        let left = at.map(|at| at.saturating_duration_since(now)).map(timespec);
        let mailbox = Arc::clone(&self.mailboxes[self.number]);
        let bell = mailbox.bell();
        let mut all = vec![PollFd::from_borrowed_fd(bell, PollFlags::IN)];
        all.extend(self.doors.udp.iter().map(|udp| PollFd::new(&udp.socket, PollFlags::IN)));
        all.extend(self.doors.tcp.iter().map(|listener| PollFd::new(listener, PollFlags::IN)));
        all.extend(self.streams.all.iter().map(|stream| {
            let waits = if stream.writer.is_empty() { PollFlags::empty() } else { PollFlags::OUT };
            PollFd::new(&stream.socket, PollFlags::IN | waits)
        }));
        match poll(&mut all, left.as_ref()) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            // There is no memory even for this; the rest of the program ends as well.
            Err(_) => return None,
        }
        let came: Vec<PollFlags> = all.iter().map(PollFd::revents).collect();
        let (udp, rest) = came[1..].split_at(self.doors.udp.len());
        let (tcp, streams) = rest.split_at(self.doors.tcp.len());
        let readable = |flags: &PollFlags| flags.intersects(PollFlags::IN | PollFlags::HUP | PollFlags::ERR);
        Some(Ready {
            udp: udp.iter().map(|flags| !flags.is_empty()).collect(),
            listening: tcp.iter().any(|flags| !flags.is_empty()),
            readable: streams.iter().map(readable).collect(),
            writable: streams.iter().any(|flags| flags.contains(PollFlags::OUT)),
        })
    }

    fn read_udp(&mut self, number: usize) {
        let udp = &self.doors.udp[number];
        for _ in 0..BATCH {
            match udp.socket.recv_from(&mut self.buffer) {
                Ok((length, _)) if length > LONGEST => {}
                Ok((length, from)) => {
                    let packet = Packet { tcp: false, from, at: udp.named, bytes: &self.buffer[..length] };
                    self.exchange.receive(Instant::now(), &packet);
                }
                Err(cause) if cause.kind() == ErrorKind::WouldBlock => break,
                // What the system says of an earlier packet to somebody who is gone.
                Err(_) => {}
            }
        }
    }

    fn accept(&mut self) {
        let now = Instant::now();
        for listener in &self.doors.tcp {
            for _ in 0..ACCEPTS {
                match listener.accept() {
                    Ok((socket, _)) => {
                        let _closed = self.streams.add(now, socket, Vec::new());
                    }
                    Err(_) => break,
                }
            }
        }
    }

    fn read_streams(&mut self, readable: &[bool]) {
        let mut over = Vec::new();
        let mut handed = Vec::new();
        for (number, stream) in self.streams.all.iter_mut().enumerate() {
            if !readable.get(number).copied().unwrap_or(false) {
                continue;
            }
            let ended = stream.reader.fill(&mut stream.socket).unwrap_or(true);
            for _ in 0..STREAM_BATCH {
                let Ok(next) = stream.reader.next() else {
                    over.push(number);
                    break;
                };
                let Some(bytes) = next else { break };
                if !stream.named {
                    match stun::asked_for(&bytes) {
                        Some(name) if self.exchange.knows(name) => stream.named = true,
                        Some(_) => {
                            handed.push((number, bytes));
                            break;
                        }
                        None => {
                            over.push(number);
                            break;
                        }
                    }
                }
                let packet = Packet { tcp: true, from: stream.from, at: stream.at, bytes: &bytes };
                self.exchange.receive(Instant::now(), &packet);
            }
            if ended {
                over.push(number);
            }
        }
        over.extend(handed.iter().map(|(number, _)| *number));
        self.hand_over(&mut handed);
        over.sort_unstable();
        over.dedup();
        for number in over.into_iter().rev() {
            self.streams.all.swap_remove(number);
        }
    }

    /// Gives connections to the next shard, until one knows them or all have looked.
    fn hand_over(&mut self, handed: &mut Vec<(usize, Vec<u8>)>) {
        for (number, packet) in handed.drain(..) {
            let Some(stream) = self.streams.all.get_mut(number) else { continue };
            let tried = stream.tried + 1;
            if usize::from(tried) >= self.mailboxes.len() {
                continue;
            }
            // What was read goes along, framed as it came.
            let mut bytes = u16::try_from(packet.len()).unwrap_or(0).to_be_bytes().to_vec();
            bytes.extend(packet);
            bytes.extend(std::mem::take(&mut stream.reader).into_rest());
            let next = (self.number + 1) % self.mailboxes.len();
            if let Ok(socket) = stream.socket.try_clone() {
                let _refused = self.mailboxes[next].post(Command::Stream(socket, bytes, tried));
            }
        }
    }

    fn write_streams(&mut self) {
        self.streams.all.retain_mut(|stream| stream.writer.drain(&mut stream.socket).is_ok());
    }

    /// Sends and tells what has come out.
    fn ship(&mut self, mailer: &mut Mailer) {
        let mut datagrams = std::mem::take(&mut self.exchange.out.datagrams);
        for alike in datagrams.chunk_by(|one, next| (one.tcp, one.from) == (next.tcp, next.from)) {
            if alike[0].tcp {
                for packet in alike {
                    if let Some(stream) = self.streams.to(packet.to) {
                        stream.writer.push(&packet.bytes);
                    }
                }
            } else if let Some(udp) = self.doors.udp_named(alike[0].from) {
                mailer.send(&udp.socket, alike);
            }
        }
        // What it has grown to is kept.
        datagrams.clear();
        self.exchange.out.datagrams = datagrams;
        for cut in self.exchange.take_cuts() {
            match cut {
                Cut::Forget(address) => self.streams.forget_media(address),
                Cut::End(address) => self.streams.end(address),
            }
        }
        if !self.streams.all.is_empty() {
            self.write_streams();
            let full: Vec<_> = self
                .streams
                .all
                .iter_mut()
                .filter_map(|stream| (stream.writer.take_dropped() > 0).then_some(stream.from))
                .collect();
            full.into_iter().for_each(|address| self.exchange.overflowed(address));
            let exchange = &self.exchange;
            self.streams.reap(Instant::now(), |address| exchange.is_bound(true, address));
        }
        self.tell();
    }

    fn tell(&mut self) {
        for event in self.exchange.out.events.drain(..) {
            (self.tell)(event);
        }
    }
}

fn timespec(left: Duration) -> Timespec {
    let nanos = left.subsec_nanos().into();
    Timespec { tv_sec: i64::try_from(left.as_secs()).unwrap_or(i64::MAX), tv_nsec: nanos }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_not_rounded_to_now() {
        // CALL-P2: in milliseconds this would be 0, and the thread would spin.
        let left = timespec(Duration::from_micros(200));
        assert_eq!((left.tv_sec, left.tv_nsec), (0, 200_000));
    }
}
