//! The bare limit: one thread that sends each packet it gets to everybody, by `sendto` and nothing else.

use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::calls::page::BYTES;
use crate::calls::run::{Taken, Work, own, pinned};
use crate::process::Process;

/// Serves the limit: the address to listen on, then those to send to.
pub(crate) fn serve(args: &[String]) -> anyhow::Result<()> {
    let (address, receivers) = args.split_first().context("an address")?;
    let address: IpAddr = address.parse()?;
    let receivers = receivers.iter().map(|one| one.parse()).collect::<Result<Vec<SocketAddr>, _>>()?;
    let socket = UdpSocket::bind((address, 0))?;
    let _less = rustix::net::sockopt::set_socket_recv_buffer_size(&socket, 4 << 20);
    println!("socket={}", socket.local_addr()?);
    let mut buffer = [0; 2000];
    loop {
        let (length, _) = socket.recv_from(&mut buffer)?;
        for receiver in &receivers {
            let _lost = socket.send_to(&buffer[..length], receiver);
        }
    }
}

/// One round of the limit with the same load.
pub(crate) fn round(work: &Work) -> anyhow::Result<Taken> {
    let bind = || {
        let socket = UdpSocket::bind((work.address, 0))?;
        socket.set_nonblocking(true)?;
        let _less = rustix::net::sockopt::set_socket_recv_buffer_size(&socket, 1 << 20);
        anyhow::Ok(socket)
    };
    let receivers = (0..work.receivers).map(|_| bind()).collect::<anyhow::Result<Vec<_>>>()?;
    let mut command: Command = pinned(&own()?);
    command.arg("limit-media").arg(work.address.to_string());
    for receiver in &receivers {
        command.arg(receiver.local_addr()?.to_string());
    }
    let (process, line) = Process::start(&mut command, "socket=")?;
    let to: SocketAddr = line.trim_start_matches("socket=").trim().parse()?;
    let sender = bind()?;
    // A second to warm up, as the other side has it.
    play(work, &sender, to, &receivers, Duration::from_secs(1))?;
    let before = process.cpu_nanos()?;
    let mut taken = play(work, &sender, to, &receivers, work.lasts)?;
    taken.cpu_nanos = process.cpu_nanos()? - before;
    Ok(taken)
}

fn play(
    work: &Work,
    sender: &UdpSocket,
    to: SocketAddr,
    receivers: &[UdpSocket],
    lasts: Duration,
) -> anyhow::Result<Taken> {
    let apart = Duration::from_secs(1) / work.a_second.max(1);
    let (start, mut taken, mut buffer) = (Instant::now(), Taken::default(), [0; 2000]);
    let mut next = start;
    let mut packet = vec![7; BYTES];
    while start.elapsed() < lasts {
        while next <= Instant::now() {
            let at = u64::try_from(start.elapsed().as_micros())?;
            packet[BYTES - 8..].copy_from_slice(&at.to_be_bytes());
            let _lost = sender.send_to(&packet, to);
            taken.expected += u64::from(work.receivers);
            next += apart;
        }
        let wait = next.saturating_duration_since(Instant::now());
        let wait = Timespec { tv_sec: 0, tv_nsec: wait.subsec_nanos().into() };
        let mut all: Vec<PollFd<'_>> =
            receivers.iter().map(|socket| PollFd::new(socket, PollFlags::IN)).collect();
        poll(&mut all, Some(&wait))?;
        let ready: Vec<bool> = all.iter().map(|one| !one.revents().is_empty()).collect();
        for (socket, _) in receivers.iter().zip(ready).filter(|(_, ready)| *ready) {
            while let Ok((length, _)) = socket.recv_from(&mut buffer) {
                taken.received += 1;
                if let Some(bears) = buffer[..length].last_chunk::<8>() {
                    let passed = u64::try_from(start.elapsed().as_micros())?;
                    let took = passed.saturating_sub(u64::from_be_bytes(*bears));
                    taken.took.push(u32::try_from(took).unwrap_or(u32::MAX));
                }
            }
        }
    }
    Ok(taken)
}
