use rusqlite::{Row, params};
use school::PersonId;
use store::{ReadTx, UtcInstant, WriteTx, sql};

use super::{bad_word, id_list};
use crate::check::{Camera, Check, CheckDraft, Found, Microphone, Network, Trip};

/// A word with its moment, as a part of a row has it.
fn part<T>(
    row: &Row<'_>,
    (word, at): (&str, &str),
    read: impl FnOnce(&str) -> Option<T>,
) -> rusqlite::Result<Option<Found<T>>> {
    let (word, at): (Option<String>, Option<UtcInstant>) = (row.get(word)?, row.get(at)?);
    let Some((word, at)) = word.zip(at) else { return Ok(None) };
    Ok(Some(Found { what: read(&word).ok_or_else(|| bad_word("finding of a check"))?, at }))
}

fn check_of(row: &Row<'_>) -> rusqlite::Result<(PersonId, Check)> {
    let trip = row.get::<_, Option<u16>>("trip")?.and_then(Trip::of);
    let check = Check {
        microphone: part(row, ("microphone", "microphone_at"), Microphone::parse)?,
        camera: part(row, ("camera", "camera_at"), Camera::parse)?,
        network: part(row, ("network", "network_at"), |word| Network::parse(word, trip))?,
        at: row.get("at")?,
    };
    Ok((row.get("person")?, check))
}

pub(crate) fn list(tx: &ReadTx<'_>, people: &[PersonId]) -> Result<Vec<(PersonId, Check)>, store::Error> {
    tx.list(
        sql!(
            "SELECT person, microphone, microphone_at, camera, camera_at, network, network_at, trip, at
             FROM calls_check WHERE person IN (SELECT value FROM json_each(?1))"
        ),
        [id_list(people.iter().map(|person| person.get()))],
        check_of,
    )
}

/// What is left out of the draft stays as it was.
pub(crate) fn put(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    person: PersonId,
    draft: CheckDraft,
) -> Result<(), store::Error> {
    let trip = draft.network.and_then(Network::trip).map(Trip::milliseconds);
    tx.execute(
        sql!(
            "INSERT INTO calls_check
                 (person, microphone, microphone_at, camera, camera_at, network, network_at, trip, at)
             VALUES (?1, ?2, iif(?2 IS NULL, NULL, ?6), ?3, iif(?3 IS NULL, NULL, ?6),
                     ?4, iif(?4 IS NULL, NULL, ?6), ?5, ?6)
             ON CONFLICT (person) DO UPDATE SET
                 microphone = coalesce(excluded.microphone, microphone),
                 microphone_at = coalesce(excluded.microphone_at, microphone_at),
                 camera = coalesce(excluded.camera, camera),
                 camera_at = coalesce(excluded.camera_at, camera_at),
                 network = coalesce(excluded.network, network),
                 network_at = coalesce(excluded.network_at, network_at),
                 trip = iif(excluded.network IS NULL, trip, excluded.trip),
                 at = excluded.at"
        ),
        params![
            person,
            draft.microphone.map(Microphone::word),
            draft.camera.map(Camera::word),
            draft.network.map(Network::word),
            trip,
            now
        ],
    )?;
    Ok(())
}

pub(crate) fn purge(tx: &mut WriteTx<'_>, before: UtcInstant) -> Result<(), store::Error> {
    tx.execute(sql!("DELETE FROM calls_check WHERE at < ?1"), [before])?;
    Ok(())
}
