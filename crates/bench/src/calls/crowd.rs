//! All participants on one thread.

use std::time::{Duration, Instant};

use anyhow::bail;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::calls::page::Page;

/// How long participants may take to connect.
const PATIENCE: Duration = Duration::from_secs(30);
/// Between two requests of one that asks for key frames all the time.
const FLOOD: Duration = Duration::from_millis(2);

/// The participants.
pub(crate) struct Crowd {
    pub(crate) pages: Vec<Page>,
    pub(crate) start: Instant,
}

impl Crowd {
    pub(crate) fn new() -> Self {
        Self { pages: Vec::new(), start: Instant::now() }
    }

    /// Runs until all are connected.
    pub(crate) fn connect(&mut self) -> anyhow::Result<()> {
        let from = Instant::now();
        while self.pages.iter().any(|page| page.connected.is_none()) {
            if from.elapsed() > PATIENCE {
                bail!("not everybody connects");
            }
            self.turn(Duration::from_millis(5))?;
        }
        Ok(())
    }

    /// The first sends so many packets a second for so long, and everybody does what they do. Gives how many went out.
    pub(crate) fn play(&mut self, a_second: u32, lasts: Duration) -> anyhow::Result<u64> {
        let apart = Duration::from_secs(1) / a_second.max(1);
        let until = Instant::now() + lasts;
        let (mut next, mut flood, mut sent) = (Instant::now(), Instant::now(), 0);
        loop {
            let now = Instant::now();
            if now >= until {
                return Ok(sent);
            }
            while next <= now {
                let start = self.start;
                if let Some(first) = self.pages.first_mut() {
                    first.send(Instant::now(), start)?;
                    sent += 1;
                }
                next += apart;
            }
            if now >= flood {
                flood = now + FLOOD;
                self.pages.iter_mut().filter(|page| page.floods).for_each(Page::ask_key);
            }
            self.turn(next.saturating_duration_since(Instant::now()))?;
        }
    }

    /// Waits for packets and moments, and takes them.
    pub(crate) fn turn(&mut self, at_most: Duration) -> anyhow::Result<()> {
        let now = Instant::now();
        let due = self.pages.iter().map(|page| page.timeout).min().unwrap_or(now);
        let wait = due.saturating_duration_since(now).min(at_most);
        let wait = Timespec { tv_sec: 0, tv_nsec: wait.subsec_nanos().into() };
        let ready: Vec<bool> = {
            let mut all: Vec<PollFd<'_>> =
                self.pages.iter().map(|page| PollFd::new(&page.socket, PollFlags::IN)).collect();
            poll(&mut all, Some(&wait))?;
            all.iter().map(|one| !one.revents().is_empty()).collect()
        };
        let start = self.start;
        for (page, ready) in self.pages.iter_mut().zip(ready) {
            if ready {
                page.read(start)?;
            }
            let now = Instant::now();
            if page.timeout <= now {
                page.advance(now, start)?;
            }
        }
        Ok(())
    }

    /// Forgets what was counted so far.
    pub(crate) fn begin(&mut self) {
        for page in &mut self.pages {
            page.got = 0;
            page.took.clear();
        }
    }
}
