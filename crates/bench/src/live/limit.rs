//! The least that a fan-out needs: a frame is encoded once and written to each socket in turn, on one thread.
//!
//! It stores nothing, knows nobody and asks for no right.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::mpsc;

/// Sockets whose greeting is through and who wait to be taken in.
type Doors = Arc<Mutex<Vec<OwnedWriteHalf>>>;

/// Listens; what one says, all hear in a frame of so many bytes.
pub(crate) fn serve(args: &[String]) -> anyhow::Result<()> {
    let bytes: usize = args.first().context("limit-fan BYTES")?.parse()?;
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async move {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("listening {}", listener.local_addr()?);
        let (tell, mut told) = mpsc::channel::<Vec<u8>>(1024);
        let doors = Doors::default();
        let newcomers = Arc::clone(&doors);
        tokio::spawn(async move {
            let mut sockets: Vec<OwnedWriteHalf> = Vec::new();
            while let Some(said) = told.recv().await {
                sockets.append(&mut newcomers.lock().unwrap_or_else(PoisonError::into_inner));
                let frame = encode(&said, bytes);
                let mut gone = Vec::new();
                for (n, socket) in sockets.iter_mut().enumerate() {
                    if socket.write_all(&frame).await.is_err() {
                        gone.push(n);
                    }
                }
                for n in gone.into_iter().rev() {
                    sockets.swap_remove(n);
                }
            }
        });
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let (reads, mut writes) = stream.into_split();
            let (tell, doors) = (tell.clone(), Arc::clone(&doors));
            tokio::spawn(async move {
                let mut reads = BufReader::with_capacity(4096, reads);
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(reads.read_u8().await?);
                }
                let hello = br#"{"t":"reset","g":"x"}"#;
                let mut first = b"HTTP/1.1 101 Switching Protocols\r\n\r\n".to_vec();
                first.extend([0x81, u8::try_from(hello.len())?]);
                first.extend(hello);
                // Taken in first: whoever has been greeted hears all that is said from then on.
                writes.write_all(&first).await?;
                doors.lock().unwrap_or_else(PoisonError::into_inner).push(writes);
                listen(reads, tell).await
            });
        }
    })
}

/// Passes on what a client says: frames of the length that this program's clients write, masked by zeros.
async fn listen(mut reads: BufReader<OwnedReadHalf>, tell: mpsc::Sender<Vec<u8>>) -> anyhow::Result<()> {
    loop {
        let mut head = [0; 8];
        reads.read_exact(&mut head).await?;
        let mut body = vec![0; usize::from(u16::from_be_bytes([head[2], head[3]]))];
        reads.read_exact(&mut body).await?;
        tell.send(body).await?;
    }
}

fn encode(said: &[u8], bytes: usize) -> Vec<u8> {
    let mut text = br#"{"t":"ev","events":["#.to_vec();
    text.extend(said);
    text.extend(b"]}");
    text.resize(bytes.max(text.len()), b' ');
    let mut frame = vec![0x81, 126];
    frame.extend(u16::try_from(text.len()).unwrap_or(u16::MAX).to_be_bytes());
    frame.extend(text);
    frame
}
