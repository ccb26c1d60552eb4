//! The least that an exchange and a profile need: bare hyper, a row by its key, and for the exchange one durable commit
//! by a thread that groups whatever waits, and one RSA-2048 signature.
//!
//! The limit knows its one application and its one person: it reads no client, consent or device, and keeps no audit.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use anyhow::{Context as _, bail};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use identity::{ClientId, IdTokenKey, VkAccountId, challenge_of};
use rusqlite::{Connection, OptionalExtension as _, params};
use store::Random;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::ack::{connect, now};

/// The code under a number, as long as one of ours.
pub(crate) fn code(number: u32) -> String {
    format!("vk2.a.{number:0>86}")
}

type Waiting = (String, [String; 2], oneshot::Sender<bool>);

struct Limit {
    reader: Mutex<Connection>,
    writer: mpsc::Sender<Waiting>,
    key: IdTokenKey,
    random: Random,
    profile: String,
}

const TABLES: &str = "PRAGMA journal_mode = wal; PRAGMA synchronous = full; PRAGMA wal_autocheckpoint = 0;
     CREATE TABLE code (digest TEXT PRIMARY KEY, challenge TEXT NOT NULL, account INTEGER NOT NULL, spent INTEGER)
         WITHOUT ROWID;
     CREATE TABLE token (digest TEXT PRIMARY KEY, account INTEGER NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID;";

/// Makes the limit's base with so many codes and the token of a profile, and serves it.
pub(crate) fn serve(args: &[String]) -> anyhow::Result<()> {
    let [base, codes, token, profile] = args else { bail!("limit-wire BASE CODES TOKEN PROFILE") };
    let mut conn = connect(base.as_ref())?;
    conn.execute_batch(TABLES)?;
    let verifier = challenge_of("a-verifier-of-forty-three-characters-or-more-1");
    let tx = conn.transaction()?;
    for number in 0..codes.parse()? {
        tx.prepare_cached("INSERT INTO code (digest, challenge, account) VALUES (?1, ?2, 1)")?
            .execute([challenge_of(&code(number)), verifier.clone()])?;
    }
    tx.execute("INSERT INTO token VALUES (?1, 1, ?2)", params![challenge_of(token), i64::MAX])?;
    tx.commit()?;
    let (writer, waiting) = mpsc::channel::<Waiting>();
    std::thread::Builder::new().name("limit".to_owned()).spawn(move || write(&conn, &waiting))?;
    let limit = Arc::new(Limit {
        reader: Mutex::new(connect(base.as_ref())?),
        writer,
        key: IdTokenKey::make().context("no RSA key")?,
        random: Random::system(),
        profile: profile.clone(),
    });
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async move {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("listening {}", listener.local_addr()?);
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let limit = Arc::clone(&limit);
            let service = service_fn(move |request: Request<Incoming>| {
                let limit = Arc::clone(&limit);
                async move {
                    let body = limit.answer(request).await.unwrap_or_else(|| "{\"error\":\"\"}".to_owned());
                    let mut answer = Response::new(Full::new(Bytes::from(body)));
                    answer.headers_mut().insert(
                        hyper::header::CONTENT_TYPE,
                        hyper::header::HeaderValue::from_static("application/json"),
                    );
                    Ok::<_, Infallible>(answer)
                }
            });
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    })
}

/// One COMMIT for all that wait; answers after it.
fn write(conn: &Connection, waiting: &mpsc::Receiver<Waiting>) {
    while let Ok(first) = waiting.recv() {
        let batch: Vec<Waiting> = std::iter::once(first).chain(waiting.try_iter().take(1023)).collect();
        let kept = commit(conn, &batch).is_ok();
        for (_, _, answer) in batch {
            // The round has failed already when nobody waits.
            let _ = answer.send(kept);
        }
    }
}

fn commit(conn: &Connection, batch: &[Waiting]) -> rusqlite::Result<()> {
    let run = |sql: &str, params: &[&dyn rusqlite::ToSql]| conn.prepare_cached(sql)?.execute(params);
    run("BEGIN IMMEDIATE", &[])?;
    for (spent, tokens, _) in batch {
        run("UPDATE code SET spent = ?2 WHERE digest = ?1 AND spent IS NULL", &[spent, &now()])?;
        for token in tokens {
            run("INSERT INTO token VALUES (?1, 1, ?2)", &[token, &now()])?;
        }
    }
    run("COMMIT", &[])?;
    Ok(())
}

impl Limit {
    async fn answer(&self, request: Request<Incoming>) -> Option<String> {
        let exchanges = request.uri().path() == "/oauth2/auth";
        let body = request.into_body().collect().await.ok()?.to_bytes();
        let body = std::str::from_utf8(&body).ok()?;
        let field = |name: &str| {
            body.split('&')
                .find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name))
                .map(|at| at.1)
        };
        if !exchanges {
            let shown = challenge_of(field("access_token")?);
            self.find("SELECT account FROM token WHERE digest = ?1 AND expires > ?2", params![shown, now()])?;
            return Some(self.profile.clone());
        }
        let (spent, proof) = (challenge_of(field("code")?), challenge_of(field("code_verifier")?));
        let account = self.find(
            "SELECT account FROM code WHERE digest = ?1 AND challenge = ?2 AND spent IS NULL",
            params![spent, proof],
        )?;
        let draw = || format!("vk2.a.{}", self.random.token::<64>());
        let (access, refresh) = (draw(), draw());
        let (answer, answered) = oneshot::channel();
        self.writer.send((spent, [challenge_of(&access), challenge_of(&refresh)], answer)).ok()?;
        if !answered.await.ok()? {
            return None;
        }
        let id_token = self.key.sign(now(), VkAccountId::from_row(account), ClientId::from_row(1))?;
        let state = field("state")?;
        Some(format!(
            "{{\"access_token\":\"{access}\",\"refresh_token\":\"{refresh}\",\"id_token\":\"{id_token}\",\
             \"token_type\":\"Bearer\",\"expires_in\":3600,\"user_id\":{account},\"scope\":\"vkid.personal_info\",\
             \"state\":\"{state}\"}}"
        ))
    }

    /// One row by its key.
    fn find(&self, sql: &str, values: impl rusqlite::Params) -> Option<i64> {
        let reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        let mut statement = reader.prepare_cached(sql).ok()?;
        statement.query_row(values, |row| row.get(0)).optional().ok()?
    }
}
