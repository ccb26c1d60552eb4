//! The demo school: the files of `fixtures/small_school` through the same importer that a school uses, then lessons,
//! marks, links and chats up to the present moment, the same for the same day each time.

mod chats;
mod content;
mod draw;
mod journal;
mod links;
mod roster;

use anyhow::{Context as _, anyhow};
use school::{Denied, Device, PersonId, SessionToken, Viewer, Zone};
use serde::{Deserialize, Serialize};
use store::{Random, ServerKey, Store, UtcInstant, WriteTx};

/// The demo school's zone.
pub(crate) const ZONE: &str = "Europe/Moscow";

/// The files of the school, inside the executable.
#[derive(rust_embed::RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../fixtures/small_school"]
struct Files;

/// Somebody to be in the demo, as it is printed.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DemoPerson {
    pub(crate) role: String,
    pub(crate) name: String,
    pub(crate) login: String,
    pub(crate) password: String,
    pub(crate) phone: String,
    #[serde(default)]
    pub(crate) vk_password: Option<String>,
    #[serde(default)]
    pub(crate) variant: Option<u8>,
    #[serde(skip_serializing)]
    pub(crate) external_id: String,
    #[serde(skip_serializing)]
    pub(crate) about: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PeopleFile {
    people: Vec<DemoPerson>,
}

/// The people to be, in the order they are printed.
pub(crate) fn people() -> anyhow::Result<Vec<DemoPerson>> {
    let file: PeopleFile = toml::from_str(&text("people.toml")?).context("people.toml")?;
    Ok(file.people)
}

/// A file of the school as text.
fn text(name: &str) -> anyhow::Result<String> {
    let file = Files::get(name).ok_or_else(|| anyhow!("{name} is not in the executable"))?;
    String::from_utf8(file.data.into_owned()).with_context(|| name.to_owned())
}

/// Builds the school on an empty base. Its contents are drawn from a fixed seed; secrets from `random`.
pub(crate) fn build(store: &Store, _key: &ServerKey, random: &Random, now: UtcInstant) -> anyhow::Result<()> {
    let zone = Zone::find(ZONE).map_err(|error| anyhow!("no zone {}", error.name))?;
    let people = people()?;
    let passwords = roster::hash_passwords(&people, random);
    roster::import(store, now, &zone, &people)?;
    roster::set_passwords(store, now, &people, passwords)?;
    journal::fill(store, now, &zone)?;
    links::fill(store, now, &zone, random, &people)?;
    chats::fill(store, now, &zone)?;
    Ok(())
}

/// Signs a person in for the generator: what it writes goes through the same proofs as everybody's.
fn stand_in(tx: &mut WriteTx<'_>, now: UtcInstant, person: PersonId) -> Result<Viewer, Denied> {
    // The reference is never given to anybody; the session is ended when the building is done.
    let token = SessionToken::from_cookie(&format!("demo generator {person} {}", tx.g()));
    let device = Device { address: "demo".to_owned(), name: "demo".to_owned() };
    let arrival = school::Arrival { device: &device, way: school::SignInWay::StandIn, remember: false };
    school::open_session(tx, now, person, &token, &arrival, None)
}

/// Ends the generator's sessions.
fn dismiss(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    viewers: impl IntoIterator<Item = Viewer>,
) -> Result<(), store::Error> {
    for viewer in viewers {
        school::end_all_sessions(tx, now, viewer.person(), None, school::EndWhy::SignedOut)?;
    }
    Ok(())
}
