//! VK ID accounts, educational profiles and links of everybody but the people of the three variants.

use anyhow::{Context as _, anyhow};
use identity::{ClaimedRole, FullName, PersonDraft, Phone, ProfileDraft, VkSubject};
use linking::{Claims, LinkPath};
use school::{Person, PersonId, Role, Zone};
use store::{HashCost, PasswordHash, Random, Store, UtcInstant, WriteTx};
use time::Date;
use time::macros::date;

use super::DemoPerson;

/// A birth date for those whose list has none: adults of the demo.
const ADULT: Date = date!(1985 - 05 - 17);

/// What stands in the way of a link.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error("person {0}: {1}")]
    Person(PersonId, String),
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Makes accounts and links, and opens «Сферум» to the linked.
pub(crate) fn fill(
    store: &Store,
    now: UtcInstant,
    zone: &Zone,
    random: &Random,
    people: &[DemoPerson],
) -> anyhow::Result<()> {
    let today = zone.date(now);
    let mut special = Vec::new();
    for person in people {
        let hash =
            person.vk_password.as_deref().map(|plain| PasswordHash::make(plain, HashCost::FLOOR, random));
        let phone = Phone::parse(&person.phone).map_err(|fault| anyhow!("{}: {fault}", person.phone))?;
        special.push((person.external_id.clone(), phone, hash, person.variant));
    }
    let random = random.clone();
    let linked = store
        .write_blocking(move |tx| {
            let mut linked = Vec::new();
            for id in everybody(tx, today)? {
                let person = school::load_person(tx, id)?;
                let own = special.iter().find(|(external, ..)| Some(external) == person.external_id.as_ref());
                if link(tx, now, today, &random, &person, own)? {
                    linked.push(id);
                }
            }
            Ok::<_, Fault>(linked)
        })
        .context("links")?;
    store
        .write_blocking(move |tx| {
            for person in linked {
                messenger::enrol(tx, now, today, person)?;
            }
            Ok::<_, store::Error>(())
        })
        .context("chats")
}

fn everybody(tx: &WriteTx<'_>, today: Date) -> Result<Vec<PersonId>, store::Error> {
    let mut all = Vec::new();
    for role in Role::ALL {
        for person in school::holders_of(tx, role, today)? {
            if !all.contains(&person) {
                all.push(person);
            }
        }
    }
    Ok(all)
}

/// One of the printed people: external id, phone, VK ID password, variant.
type Special = (String, Phone, Option<PasswordHash>, Option<u8>);

fn link(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    today: Date,
    random: &Random,
    person: &Person,
    own: Option<&Special>,
) -> Result<bool, Fault> {
    let variant = own.and_then(|(_, _, _, variant)| *variant);
    // The third variant's person has no account, and somebody without a phone could have none.
    if variant == Some(3) {
        return Ok(false);
    }
    let phone = match (own, person.phone.as_deref().map(Phone::parse)) {
        (Some((_, phone, ..)), _) => phone.clone(),
        (None, Some(Ok(phone))) => phone,
        (None, Some(Err(_)) | None) => return Ok(false),
    };
    let fault = |text: String| Fault::Person(person.id, text);
    let name = &person.name;
    let full = FullName::parse(&name.surname, &name.given, name.patronymic.as_deref().unwrap_or_default())
        .map_err(|faults| fault(format!("{faults:?}")))?;
    let birth_date = person.birth_date.unwrap_or(ADULT);
    let sex = match person.sex {
        Some(school::Sex::Female) => identity::Sex::Female,
        Some(school::Sex::Male) => identity::Sex::Male,
        None if name.patronymic.as_deref().is_some_and(|patronymic| patronymic.ends_with('а')) => {
            identity::Sex::Female
        }
        None => identity::Sex::Male,
    };
    let draft = PersonDraft { name: full.clone(), birth_date, sex };
    let password = own.and_then(|(_, _, hash, _)| hash.as_ref());
    let account = identity::register(tx, now, random, &phone, &draft, password)
        .map_err(|error| fault(error.to_string()))?;
    if variant == Some(2) {
        return Ok(false);
    }
    let roles = school::roles_of(tx, person.id, today)?;
    let role = if roles.has(Role::Pupil) {
        ClaimedRole::Pupil
    } else if roles.is_staff() {
        ClaimedRole::Teacher
    } else {
        ClaimedRole::Parent
    };
    identity::save_profile(tx, now, account, &ProfileDraft { name: full.clone(), birth_date, role })?;
    if variant == Some(1) {
        return Ok(false);
    }
    let subject = VkSubject::of_account(account).ok_or_else(|| fault("no subject".to_owned()))?;
    let claims = Claims { name: full, birth_date: Some(birth_date), role: Some(role) };
    // Everybody who is linked is enrolled when all are.
    let change = linking::adopt(tx, now, person.id, subject, claims, LinkPath::ExistingProfile)
        .map_err(|error| fault(error.to_string()))?;
    Ok(change == linking::LinkChange::Entered(person.id))
}
