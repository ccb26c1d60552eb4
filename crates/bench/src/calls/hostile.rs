//! What hostile senders do to others. Each flood is also sent where nobody listens to it, for comparison: it costs this
//! program and the system the same there, so that what is left is what the SFU makes of it.

use std::io::Write as _;
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::calls::run::{Stage, Work};
use crate::calls::{Sizes, line};
use crate::figures::{Figures, ratios};

/// Requests of unknown names a second: a hundred times what all strangers together may ask.
const STRANGERS: u32 = 50_000;
/// Packets of new streams a second, from the address of a participant.
const STREAMS: u32 = 5_000;

/// Takes the figures.
pub(crate) fn measure(sizes: &Sizes) -> anyhow::Result<()> {
    let work = Work::of(sizes, 8_000);
    let mut stage = Stage::set(&work)?;
    println!(
        "\nhostile senders beside 8,000 packets/s; the quiet side gets the same flood where nobody minds it"
    );
    let sink = UdpSocket::bind((sizes.address, 0))?;
    let nowhere = sink.local_addr()?;
    compare(sizes, &mut stage, &work, "unknown names, 50,000/s", |stage, hostile| {
        let to = if hostile { stage.udp } else { nowhere };
        Some(Flood::start(UdpSocket::bind((sizes.address, 0)).ok()?, to, STRANGERS, stun))
    })?;
    compare(sizes, &mut stage, &work, "ever new streams, 5,000/s", |stage, hostile| {
        let page = stage.crowd.pages.last()?;
        let to = if hostile { stage.udp } else { nowhere };
        Some(Flood::start(page.socket.try_clone().ok()?, to, STREAMS, stream))
    })?;
    compare(sizes, &mut stage, &work, "requests for key frames", |stage, hostile| {
        stage.crowd.pages.iter_mut().skip(1).take(5).for_each(|page| page.floods = hostile);
        None
    })?;
    stage.crowd.pages.iter_mut().for_each(|page| page.floods = false);
    let mut held: Vec<TcpStream> = Vec::new();
    compare(sizes, &mut stage, &work, "60 connections that stop", |stage, hostile| {
        held.clear();
        if hostile {
            held.extend((0..60).filter_map(|_| TcpStream::connect(stage.tcp).ok()));
            // Half a packet, and then nothing is sent or read.
            held.iter_mut().for_each(|stream| drop(stream.write_all(&[0, 100, 0, 1, 0, 80])));
        }
        None
    })
}

fn compare(
    sizes: &Sizes,
    stage: &mut Stage,
    work: &Work,
    name: &str,
    mut flood: impl FnMut(&mut Stage, bool) -> Option<Flood>,
) -> anyhow::Result<()> {
    let (mut quiet, mut loud) = (Figures::default(), Figures::default());
    let mut last = None;
    for _ in 0..sizes.rounds {
        for hostile in [false, true] {
            let running = flood(stage, hostile);
            let taken = stage.take(work)?;
            drop(running);
            if hostile { &mut loud } else { &mut quiet }.add(taken.latency_ms(0.99));
            last = Some(taken);
        }
    }
    println!(
        "  {name}: p99 of others {} ms beside {}, ratio {} (target 1.2)",
        loud.shown(2),
        quiet.shown(2),
        ratios(&loud, &quiet).shown(2)
    );
    if let Some(taken) = last {
        println!("{}", line("  the last hostile round", &taken));
    }
    Ok(())
}

/// A flood that ends with its handle.
struct Flood {
    over: Arc<AtomicBool>,
}

impl Flood {
    fn start(socket: UdpSocket, to: SocketAddr, a_second: u32, packet: fn(u32) -> Vec<u8>) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let ends = Arc::clone(&over);
        std::thread::spawn(move || {
            let (start, mut sent) = (Instant::now(), 0_u32);
            while !ends.load(Ordering::Relaxed) {
                let due = (start.elapsed().as_secs_f64() * f64::from(a_second)) as u32;
                while sent < due {
                    // What the system does not take is not sent.
                    let _full = socket.send_to(&packet(sent), to);
                    sent += 1;
                }
                std::thread::sleep(Duration::from_millis(1));
            }
        });
        Self { over }
    }
}

impl Drop for Flood {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
    }
}

/// A STUN request for a name that nobody has.
fn stun(number: u32) -> Vec<u8> {
    let mut bytes =
        vec![0, 1, 0, 16, 0x21, 0x12, 0xa4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0, 6, 0, 12];
    bytes.extend(format!("{:>8}:abc", number % 100_000_000).as_bytes());
    bytes
}

/// A packet of media of a stream of its own.
fn stream(number: u32) -> Vec<u8> {
    let mut bytes = vec![0x80, 96, 0, 1, 0, 0, 0, 0];
    bytes.extend(number.to_be_bytes());
    bytes.resize(200, 7);
    bytes
}
