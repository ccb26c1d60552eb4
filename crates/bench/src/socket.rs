//! A WebSocket client of a few lines: masked frames out, unmasked frames in.

use anyhow::{Context as _, bail};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

/// A socket of a signed-in person.
pub(crate) struct Socket(BufReader<TcpStream>);

impl Socket {
    /// Reads a page for its place in the log, then opens the live channel from there.
    pub(crate) async fn open(host: &str, session: &str) -> anyhow::Result<Self> {
        let mut page = Self::connect(host).await?;
        let head = format!("Host: {host}\r\nOrigin: http://{host}\r\nCookie: zvonok_session={session}\r\n");
        page.write(format!("GET /sferum HTTP/1.1\r\n{head}Connection: close\r\n\r\n").as_bytes()).await?;
        let mut text = String::new();
        page.0.read_to_string(&mut text).await?;
        let cursor = text.split_once("name=\"live\" content=\"").and_then(|(_, rest)| rest.split_once('"'));
        let (cursor, _) = cursor.with_context(|| format!("the page has no cursor: {text:.200}"))?;
        let mut socket = Self::connect(host).await?;
        let asked = format!(
            "GET /live?cursor={cursor} HTTP/1.1\r\n{head}Connection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        socket.write(asked.as_bytes()).await?;
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            answer.push(socket.0.read_u8().await?);
        }
        if !answer.starts_with(b"HTTP/1.1 101") {
            bail!("no socket: {}", String::from_utf8_lossy(&answer));
        }
        Ok(socket)
    }

    async fn connect(host: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(host).await?;
        stream.set_nodelay(true)?;
        Ok(Self(BufReader::new(stream)))
    }

    async fn write(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        Ok(self.0.write_all(bytes).await?)
    }

    /// Sends a text frame, masked by zeros.
    pub(crate) async fn say(&mut self, text: &str) -> anyhow::Result<()> {
        let mut frame = vec![0x81, 0xFE];
        frame.extend(u16::try_from(text.len())?.to_be_bytes());
        frame.extend([0; 4]);
        frame.extend(text.as_bytes());
        self.write(&frame).await
    }

    /// Waits for the acknowledgement of what was sent last; events on the way are read and let go.
    pub(crate) async fn acknowledged(&mut self) -> anyhow::Result<()> {
        loop {
            let first = self.0.read_u8().await?;
            let length = match self.0.read_u8().await? {
                126 => u64::from(self.0.read_u16().await?),
                127 => self.0.read_u64().await?,
                short => u64::from(short),
            };
            let mut body = vec![0; usize::try_from(length)?];
            self.0.read_exact(&mut body).await?;
            let text = String::from_utf8_lossy(&body);
            match first & 0x0F {
                1 if text.contains("\"t\":\"ack\"") => return Ok(()),
                1 if text.contains("\"t\":\"no\"") => bail!("refused: {text}"),
                8 => bail!("the socket was closed"),
                _ => {}
            }
        }
    }
}
