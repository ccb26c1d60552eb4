//! Half a socket each: an ear that reads frames and lets go of them, and a mouth.

use anyhow::{Context as _, bail};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpSocket, TcpStream};

/// What comes in.
pub(crate) struct Ear {
    stream: BufReader<OwnedReadHalf>,
    body: Vec<u8>,
}

/// What goes out.
pub(crate) struct Mouth(OwnedWriteHalf);

/// Opens the live channel from a cursor, or from now; gives the first frame too when there was no cursor.
pub(super) async fn open(
    host: &str,
    session: &str,
    cursor: Option<&str>,
) -> anyhow::Result<(Ear, Mouth, Option<String>)> {
    let stream = TcpStream::connect(host).await?;
    stream.set_nodelay(true)?;
    greet(stream, host, session, cursor).await
}

/// The same for a client whose system holds hardly anything for it, so that it is felt when it does not read.
pub(super) async fn open_narrow(host: &str, session: &str) -> anyhow::Result<(Ear, Mouth, Option<String>)> {
    let address: std::net::SocketAddr = host.parse().context("the server's address")?;
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_recv_buffer_size(4096)?;
    greet(socket.connect(address).await?, host, session, None).await
}

async fn greet(
    stream: TcpStream,
    host: &str,
    session: &str,
    cursor: Option<&str>,
) -> anyhow::Result<(Ear, Mouth, Option<String>)> {
    let query = cursor.map(|cursor| format!("?cursor={cursor}")).unwrap_or_default();
    let (mut ear, mouth) = switch(stream, host, session, &format!("/live{query}")).await?;
    if cursor.is_some() {
        return Ok((ear, mouth, None));
    }
    let first = ear.frame().await?;
    if !first.contains("\"t\":\"reset\"") {
        bail!("a socket without a cursor was told {first}");
    }
    let cursor = cursor_of(first).context("a frame without a cursor")?.to_owned();
    Ok((ear, mouth, Some(cursor)))
}

/// Makes a socket of a connection, at any address that has one.
pub(crate) async fn switch(
    stream: TcpStream,
    host: &str,
    session: &str,
    path: &str,
) -> anyhow::Result<(Ear, Mouth)> {
    let (reads, writes) = stream.into_split();
    let mut ear = Ear { stream: BufReader::with_capacity(4096, reads), body: Vec::new() };
    let mut mouth = Mouth(writes);
    let asked = format!(
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: zvonok_session={session}\r\n\
         Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    mouth.0.write_all(asked.as_bytes()).await?;
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(ear.stream.read_u8().await?);
    }
    if !answer.starts_with(b"HTTP/1.1 101") {
        bail!("no socket: {}", String::from_utf8_lossy(&answer));
    }
    Ok((ear, mouth))
}

/// The cursor of a frame.
pub(super) fn cursor_of(frame: &str) -> Option<&str> {
    frame.split_once("\"g\":\"").and_then(|(_, rest)| rest.split_once('"')).map(|(cursor, _)| cursor)
}

impl Ear {
    /// The next frame with text.
    pub(crate) async fn frame(&mut self) -> anyhow::Result<&str> {
        loop {
            let first = self.stream.read_u8().await?;
            let length = match self.stream.read_u8().await? {
                126 => u64::from(self.stream.read_u16().await?),
                127 => self.stream.read_u64().await?,
                short => u64::from(short),
            };
            self.body.resize(usize::try_from(length)?, 0);
            self.stream.read_exact(&mut self.body).await?;
            match first & 0x0F {
                1 => break,
                8 => bail!("the socket was closed"),
                _ => {}
            }
        }
        Ok(std::str::from_utf8(&self.body)?)
    }

    /// One byte of what comes next.
    pub(super) async fn byte(&mut self) -> anyhow::Result<u8> {
        Ok(self.stream.read_u8().await?)
    }

    /// The frame that began with these bytes, taken one by one before.
    pub(super) async fn frame_after(&mut self, begun: &[u8]) -> anyhow::Result<String> {
        let mut frame = begun.to_vec();
        loop {
            let head = match frame.get(1) {
                Some(126) => {
                    frame.get(2..4).map(|length| 4 + usize::from(u16::from_be_bytes([length[0], length[1]])))
                }
                Some(127) => bail!("a frame too long to be sipped"),
                Some(short) => Some(2 + usize::from(*short)),
                None => None,
            };
            let Some(whole) = head else {
                frame.push(self.byte().await?);
                continue;
            };
            match frame.len().cmp(&whole) {
                std::cmp::Ordering::Less => frame.push(self.byte().await?),
                std::cmp::Ordering::Equal => {
                    let from = if frame[1] == 126 { 4 } else { 2 };
                    return Ok(String::from_utf8(frame.split_off(from))?);
                }
                std::cmp::Ordering::Greater => bail!("more than a frame was sipped"),
            }
        }
    }

    /// Waits for the acknowledgement of what was sent last.
    pub(super) async fn acknowledged(&mut self) -> anyhow::Result<()> {
        loop {
            let frame = self.frame().await?;
            if frame.starts_with("{\"t\":\"no\"") {
                bail!("refused: {frame}");
            }
            if frame.starts_with("{\"t\":\"ack\"") {
                return Ok(());
            }
        }
    }
}

impl Mouth {
    /// Sends a text frame, masked by zeros.
    pub(crate) async fn say(&mut self, text: &str) -> anyhow::Result<()> {
        let mut frame = vec![0x81, 0xFE];
        frame.extend(u16::try_from(text.len())?.to_be_bytes());
        frame.extend([0; 4]);
        frame.extend(text.as_bytes());
        Ok(self.0.write_all(&frame).await?)
    }

    /// Gives a sign of life that nobody asked for, masked by zeros (RFC 6455, 5.5.3).
    pub(crate) async fn pong(&mut self) -> anyhow::Result<()> {
        Ok(self.0.write_all(&[0x8A, 0x80, 0, 0, 0, 0]).await?)
    }
}
