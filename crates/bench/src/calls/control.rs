//! The line protocol by which participants are admitted to a server that is measured.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;

use anyhow::{Context as _, bail};

/// The participants' end.
pub(crate) struct Control {
    stream: BufReader<TcpStream>,
}

impl Control {
    pub(crate) fn connect(address: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).context("the server's control")?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    /// Admits a participant by its offer, and gives the answer.
    pub(crate) fn admit(&mut self, peer: u32, offer: &str) -> anyhow::Result<String> {
        write!(self.stream.get_mut(), "admit {peer} {}\n{offer}", offer.len())?;
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let Some(length) = line.trim().strip_prefix("answer ") else { bail!("refused: {line}") };
        let mut answer = vec![0; length.parse()?];
        self.stream.read_exact(&mut answer)?;
        Ok(String::from_utf8(answer)?)
    }
}
