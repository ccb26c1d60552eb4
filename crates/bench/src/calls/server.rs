//! The SFU alone in a process, so that its CPU and memory are its own.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{IpAddr, TcpListener, TcpStream};
use std::sync::mpsc;

use anyhow::Context as _;
use media::{Door, PeerId, Rank, Rights, RoomId, Settings, Sfu, Sources, Watch};

const ROOM: RoomId = RoomId(1);

/// Serves until the one who controls it is gone.
pub(crate) fn serve(args: &[String]) -> anyhow::Result<()> {
    let address: IpAddr = args.first().context("an address")?.parse()?;
    let mut settings = Settings::on(vec![address]);
    // The reference load is one source of 4.4 Mbit/s, above what a participant may bring.
    settings.limits.source_bits = 100_000_000;
    settings.limits.source_packets = 100_000;
    settings.limits.room_bits = 10_000_000_000;
    let sfu = Sfu::start(settings, |_| {})?;
    sfu.open_room(ROOM)?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let doors: Vec<String> = sfu
        .candidates()
        .into_iter()
        .map(|door| match door {
            Door::Udp(address) => format!("udp={address}"),
            Door::Tcp(address) => format!("tcp={address}"),
        })
        .collect();
    println!("control={} {}", listener.local_addr()?, doors.join(" "));
    let (stream, _) = listener.accept()?;
    obey(&sfu, stream)
}

fn obey(sfu: &Sfu, stream: TcpStream) -> anyhow::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["admit", peer, length] => {
                let mut offer = vec![0; length.parse()?];
                stream.read_exact(&mut offer)?;
                let rights = Rights { send: Sources::ALL, watch: Watch::All, rank: Rank::Member };
                let (sender, receiver) = mpsc::channel();
                let told = move |answer| drop(sender.send(answer));
                sfu.admit(ROOM, PeerId(peer.parse()?), String::from_utf8(offer)?, rights, told);
                match receiver.recv()? {
                    Ok(answer) => write!(stream.get_mut(), "answer {}\n{}", answer.sdp.len(), answer.sdp)?,
                    Err(error) => writeln!(stream.get_mut(), "{error}")?,
                }
            }
            _ => anyhow::bail!("what is {line}"),
        }
    }
}
