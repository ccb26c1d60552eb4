//! Sessions for people who never sign in by themselves.

use std::path::Path;

use anyhow::bail;
use rusqlite::params;
use school::{Arrival, Device, PersonId, SessionToken, SignInWay};
use store::{Mode, Random, Store, UtcInstant};

use crate::ack::connect;

/// Changes a base that nobody serves: opens a session for each, at the last moment at which anybody used one, for a demo's
/// clock stands where it was told to. Gives their cookies.
pub(crate) fn prepare(base: &Path, call: u32, count: u32) -> anyhow::Result<Vec<String>> {
    let conn = connect(base)?;
    let now: UtcInstant = conn.query_row("SELECT MAX(seen) FROM school_session", [], |row| row.get(0))?;
    let people = conn
        .prepare(
            "SELECT m.person FROM calls_call k
             JOIN messenger_member m ON m.conv = k.conv AND m.left_g IS NULL AND m.seat IN ('pupil', 'guardian')
             JOIN school_account a ON a.person = m.person AND a.blocked_at IS NULL
             WHERE k.id = ?1 AND NOT EXISTS (SELECT 1 FROM school_session s WHERE s.person = m.person)
             ORDER BY m.person LIMIT ?2",
        )?
        .query_map(params![call, count], |row| row.get::<_, PersonId>(0))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    drop(conn);
    if people.len() < count as usize {
        bail!("the chat of call {call} has {} people without a session, not {count}", people.len());
    }
    let random = Random::system();
    let store = Store::open(base, &web::schema(), Mode::Serve)?;
    let mut cookies = Vec::new();
    for person in people {
        let token = SessionToken::draw(&random);
        cookies.push(token.cookie().to_owned());
        store.write_blocking(move |tx| {
            let device = Device { address: "127.0.0.1".to_owned(), name: "bench".to_owned() };
            let arrival = Arrival { device: &device, way: SignInWay::StandIn, remember: false };
            school::open_session(tx, now, person, &token, &arrival, None)
        })?;
    }
    store.close();
    Ok(cookies)
}
