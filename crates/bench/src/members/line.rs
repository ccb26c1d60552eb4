//! A member's line to the server: frames in, commands out, on a thread of its own beside the media.

use std::sync::mpsc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::live::line::switch;

/// How often a line gives a sign of life; the server waits three times as long.
const ALIVE: Duration = Duration::from_secs(5);

/// Whose line, and what came; an error is its end.
pub(super) type Told = (usize, anyhow::Result<String>);

/// Opens the line of a member. What is sent to the given end goes to the server; with it the line ends.
pub(super) async fn open(
    host: &str,
    session: &str,
    call: u32,
    number: usize,
    told: mpsc::Sender<Told>,
) -> anyhow::Result<UnboundedSender<String>> {
    let stream = TcpStream::connect(host).await?;
    stream.set_nodelay(true)?;
    let (mut ear, mut mouth) = switch(stream, host, session, &format!("/calls/{call}/line")).await?;
    tokio::spawn(async move {
        loop {
            let frame = ear.frame().await.map(str::to_owned);
            let over = frame.is_err();
            // At the end nobody listens any more.
            if told.send((number, frame)).is_err() || over {
                return;
            }
        }
    });
    let (say, mut said) = unbounded_channel::<String>();
    tokio::spawn(async move {
        let mut alive = tokio::time::interval(ALIVE);
        loop {
            let done = tokio::select! {
                text = said.recv() => match text {
                    Some(text) => mouth.say(&text).await,
                    None => return,
                },
                _ = alive.tick() => mouth.pong().await,
            };
            // The ear hears of it too.
            if done.is_err() {
                return;
            }
        }
    });
    Ok(say)
}
