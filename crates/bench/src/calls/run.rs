//! A server, its participants, and what a round of them shows.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use crate::calls::Sizes;
use crate::calls::control::Control;
use crate::calls::crowd::Crowd;
use crate::calls::page::{Page, Part};
use crate::figures::Figures;
use crate::process::Process;

/// A load.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Work {
    pub(crate) address: IpAddr,
    pub(crate) receivers: u32,
    /// Packets that the one who sends sends.
    pub(crate) a_second: u32,
    pub(crate) lasts: Duration,
}

impl Work {
    /// So many forwarded packets a second in all.
    pub(crate) fn of(sizes: &Sizes, forwarded: u32) -> Self {
        Self {
            address: sizes.address,
            receivers: sizes.receivers,
            a_second: forwarded / sizes.receivers,
            lasts: Duration::from_secs(u64::from(sizes.seconds)),
        }
    }
}

/// What a round took.
#[derive(Clone, Debug, Default)]
pub(crate) struct Taken {
    pub(crate) cpu_nanos: u64,
    pub(crate) received: u64,
    pub(crate) expected: u64,
    pub(crate) took: Vec<u32>,
}

impl Taken {
    pub(crate) fn micros_a_packet(&self) -> f64 {
        self.cpu_nanos as f64 / 1000.0 / self.received.max(1) as f64
    }

    pub(crate) fn delivered(&self) -> f64 {
        self.received as f64 / self.expected.max(1) as f64
    }

    /// How long the slowest packet of this part took.
    pub(crate) fn latency_ms(&self, part: f64) -> f64 {
        let mut sorted = self.took.clone();
        sorted.sort_unstable();
        let at = (sorted.len() as f64 * part) as usize;
        sorted
            .get(at.min(sorted.len().saturating_sub(1)))
            .map_or(f64::NAN, |micros| f64::from(*micros) / 1000.0)
    }
}

/// The address by which other machines know this one; the loopback where there is no other.
pub(crate) fn own_address() -> IpAddr {
    // Nothing is sent: connecting only asks for the way.
    let asked = UdpSocket::bind("0.0.0.0:0").and_then(|socket| {
        socket.connect("192.0.2.1:9")?;
        socket.local_addr()
    });
    asked.map_or(Ipv4Addr::LOCALHOST.into(), |address| address.ip())
}

/// This program.
pub(crate) fn own() -> anyhow::Result<PathBuf> {
    std::env::current_exe().context("where this program is")
}

/// Whether there are two cores to keep apart, and a way to say so; this program takes the second. Asked once, for after
/// that there is only one core to be seen from here.
static APART: LazyLock<bool> = LazyLock::new(|| {
    let several = std::thread::available_parallelism().is_ok_and(|cores| cores.get() > 1);
    let own = std::process::id().to_string();
    let taken = || Command::new("taskset").args(["-p", "-c", "1", &own]).output();
    several && taken().is_ok_and(|output| output.status.success())
});

/// A command on the first core; where there is no way to say so, both float.
pub(crate) fn pinned(program: &Path) -> Command {
    if !*APART {
        return Command::new(program);
    }
    let mut command = Command::new("taskset");
    command.args(["-c", "0"]).arg(program);
    command
}

/// A server with its participants: the first sends, the others see it.
pub(crate) struct Stage {
    pub(crate) process: Process,
    pub(crate) control: Control,
    pub(crate) crowd: Crowd,
    pub(crate) udp: SocketAddr,
    pub(crate) tcp: SocketAddr,
    address: IpAddr,
    peers: u32,
}

impl Stage {
    /// Starts a server, with the one who sends.
    pub(crate) fn start(address: IpAddr) -> anyhow::Result<Self> {
        let mut command = pinned(&own()?);
        command.arg("media-server").arg(address.to_string());
        let (process, line) = Process::start(&mut command, "control=")?;
        let told = |name: &str| {
            let found = line.split_whitespace().find_map(|word| word.strip_prefix(name));
            found.with_context(|| format!("{line} tells no {name}"))
        };
        let mut stage = Self {
            control: Control::connect(told("control=")?)?,
            udp: told("udp=")?.parse()?,
            tcp: told("tcp=")?.parse()?,
            process,
            crowd: Crowd::new(),
            address,
            peers: 0,
        };
        stage.join(Part::Sends)?;
        Ok(stage)
    }

    /// Lets a participant in, without waiting until it is connected.
    pub(crate) fn join(&mut self, part: Part) -> anyhow::Result<()> {
        let (mut page, offer) = Page::offering(self.address, part)?;
        self.peers += 1;
        page.accept(&self.control.admit(self.peers, &offer)?)?;
        self.crowd.pages.push(page);
        Ok(())
    }

    /// A server with as many who see as the work says, and everything running.
    pub(crate) fn set(work: &Work) -> anyhow::Result<Self> {
        let mut stage = Self::start(work.address)?;
        for _ in 0..work.receivers {
            stage.join(Part::Sees)?;
        }
        stage.crowd.connect()?;
        // The estimate of each network climbs to the load first.
        let from = Instant::now();
        loop {
            stage.crowd.begin();
            let sent = stage.crowd.play(work.a_second, Duration::from_secs(1))?;
            let got: u64 = stage.crowd.pages.iter().map(|page| page.got).sum();
            if got * 1000 >= sent * u64::from(work.receivers) * 995 {
                return Ok(stage);
            }
            if from.elapsed() > Duration::from_secs(40) {
                bail!("of {} packets a second {got} arrive", work.a_second * work.receivers);
            }
        }
    }

    /// Plays the work once.
    pub(crate) fn take(&mut self, work: &Work) -> anyhow::Result<Taken> {
        self.crowd.begin();
        let before = self.process.cpu_nanos()?;
        let sent = self.crowd.play(work.a_second, work.lasts)?;
        let cpu_nanos = self.process.cpu_nanos()? - before;
        let mut taken = Taken { cpu_nanos, expected: sent * u64::from(work.receivers), ..Taken::default() };
        for page in &self.crowd.pages {
            taken.received += page.got;
            taken.took.extend(&page.took);
        }
        Ok(taken)
    }
}

/// One round with a server of its own.
pub(crate) fn round(work: &Work) -> anyhow::Result<Taken> {
    Stage::set(work)?.take(work)
}

/// What joining takes: memory of a participant, time to be connected, time to the first picture.
pub(crate) fn join(sizes: &Sizes) -> anyhow::Result<()> {
    let (mut memory, mut connects, mut pictures) =
        (Figures::default(), Figures::default(), Figures::default());
    for _ in 0..sizes.rounds.min(3) {
        let mut stage = Stage::start(sizes.address)?;
        stage.crowd.connect()?;
        stage.crowd.play(30, Duration::from_secs(1))?;
        let before = stage.process.memory_mb()?;
        for _ in 0..sizes.receivers {
            let from = Instant::now();
            stage.join(Part::Sees)?;
            while stage.crowd.pages.last().is_some_and(|page| page.first.is_none()) {
                stage.crowd.play(30, Duration::from_millis(10))?;
                if from.elapsed() > Duration::from_secs(30) {
                    bail!("no picture comes");
                }
            }
            let Some(page) = stage.crowd.pages.last() else { continue };
            let since = |at: Option<Instant>| at.map(|at| at.duration_since(from).as_secs_f64() * 1000.0);
            connects.add(since(page.connected).unwrap_or(f64::NAN));
            pictures.add(since(page.first).unwrap_or(f64::NAN));
        }
        stage.crowd.play(30, Duration::from_secs(2))?;
        memory.add((stage.process.memory_mb()? - before) / f64::from(sizes.receivers));
    }
    println!("\njoining, one after the other, {} of them", sizes.receivers);
    println!("  connected after          {} ms", connects.shown(0));
    println!("  first picture after      {} ms (target 1,500)", pictures.shown(0));
    println!("  memory of a participant  {} MB", memory.shown(2));
    Ok(())
}
