//! Synthetic members of a call of the shipped executable, as many as a class has (CALL-E13): a session and a line to the
//! server each, the lines of a page's offer, str0m in the place of a browser, sound and pictures that browsers decode.
//!
//! `prepare` gives them their sessions while nobody serves the base, `join` lets them in over the signalling that pages
//! use (docs/rules/calls.md). What they send bears the number of the call and the moment of sending, so each of them can
//! tell a packet of another call, and how long one took. Browsers beside them are a test's, not this program's.

mod crowd;
mod line;
mod member;
mod prepare;
mod stream;

use std::path::PathBuf;
use std::time::Duration;

pub(crate) use self::prepare::prepare;

use anyhow::{Context as _, bail};

const HELP: &str = "bench members prepare --db FILE --call N [--count N]
       prints the sessions of so many pupils and guardians of the call's chat who have none yet
bench members join --url URL --call N --sessions FILE [--cameras N] [--voices N] [--seconds N]
       prints a line of JSON when all are in, and one at the end: after the seconds, or when the input ends";

/// What is asked for.
#[derive(Debug)]
struct Wishes {
    db: Option<PathBuf>,
    url: Option<String>,
    sessions: Option<PathBuf>,
    call: u32,
    count: u32,
    /// How many of them send a picture, and how many sound; the first ones do both.
    cameras: u16,
    voices: u16,
    lasts: Option<Duration>,
}

impl Wishes {
    fn parse(args: &[String]) -> anyhow::Result<Self> {
        let mut wishes = Self {
            db: None,
            url: None,
            sessions: None,
            call: 0,
            count: 30,
            cameras: 4,
            voices: 4,
            lasts: None,
        };
        for pair in args.chunks(2) {
            let [name, value] = pair else { bail!("{HELP}") };
            let number = || value.parse::<u32>().with_context(|| format!("{name} takes a number"));
            match name.as_str() {
                "--db" => wishes.db = Some(value.into()),
                "--url" => wishes.url = Some(value.clone()),
                "--sessions" => wishes.sessions = Some(value.into()),
                "--call" => wishes.call = number()?,
                "--count" => wishes.count = number()?,
                "--cameras" => wishes.cameras = u16::try_from(number()?)?,
                "--voices" => wishes.voices = u16::try_from(number()?)?,
                "--seconds" => wishes.lasts = Some(Duration::from_secs(number()?.into())),
                _ => bail!("{HELP}"),
            }
        }
        if wishes.call == 0 {
            bail!("{HELP}");
        }
        Ok(wishes)
    }
}

/// Does one of both.
pub(crate) fn run(args: &[String]) -> anyhow::Result<()> {
    let Some((word, rest)) = args.split_first() else { bail!("{HELP}") };
    match word.as_str() {
        "prepare" => {
            let wishes = Wishes::parse(rest)?;
            let base = wishes.db.as_deref().context(HELP)?;
            let sessions = prepare(base, wishes.call, wishes.count)?;
            println!("{}", serde_json::to_string(&sessions)?);
            Ok(())
        }
        "join" => {
            let wishes = Wishes::parse(rest)?;
            let url = wishes.url.as_deref().context(HELP)?;
            let host = url.trim_start_matches("http://").trim_end_matches('/');
            let file = wishes.sessions.as_deref().context(HELP)?;
            let text = std::fs::read_to_string(file).with_context(|| format!("{}", file.display()))?;
            let sessions: Vec<String> = serde_json::from_str(&text).context("the sessions")?;
            crowd::join(host, &sessions, &wishes)
        }
        _ => bail!("{HELP}"),
    }
}
