//! Talks in the chats of the last weeks.

use std::collections::HashMap;

use anyhow::{Context as _, anyhow};
use messenger::{Body, ChatKind, ClientId, Conversation, Draft, MemberOf};
use school::{ClassGroup, Denied, PersonId, Present, Viewer, Zone};
use store::{Store, UtcInstant, WriteTx};
use time::{Date, Duration};

use super::content::{self, Talk, TalkLine};
use super::draw::{below, key, number};
use super::{dismiss, stand_in};

/// Fills the class chats and parents' chats of all classes.
pub(crate) fn fill(store: &Store, now: UtcInstant, zone: &Zone) -> anyhow::Result<()> {
    let talks = content::talks()?;
    let today = zone.date(now);
    let classes = store
        .read_blocking(|tx| {
            let year = school::find_year(tx, today)?.ok_or(store::Error::NoRow)?;
            school::list_class_groups(tx, year.id)
        })
        .context("classes")?;
    for class in classes {
        let (talks, zone) = (talks.clone(), zone.clone());
        let label = class.label.short();
        store
            .write_blocking(move |tx| fill_class(tx, now, &zone, &class, &talks))
            .map_err(|error: Fault| anyhow!("{label}: {error}"))?;
    }
    Ok(())
}

#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error("a talk's line is no message")]
    Body,
    #[error(transparent)]
    Send(#[from] messenger::SendError),
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error(transparent)]
    Store(#[from] store::Error),
}

fn fill_class(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    zone: &Zone,
    class: &ClassGroup,
    [class_talks, parents_talks, news]: &[Vec<Talk>; 3],
) -> Result<(), Fault> {
    let today = zone.date(now);
    let mut cast = Cast { viewers: HashMap::new(), now };
    let staff = school::class_staff(tx, class.id, today)?;
    let Some((homeroom, _)) = staff.iter().find(|(_, homeroom)| *homeroom) else { return Ok(()) };
    let viewer = cast.viewer(tx, *homeroom)?;
    let present = Present::ask(tx, &viewer)?;
    let chats: Vec<Conversation> =
        messenger::list_chats(tx, &present)?.into_iter().map(|chat| chat.conversation).collect();
    for chat in chats.iter().filter(|chat| chat.class_group.as_ref().is_some_and(|(id, _)| *id == class.id)) {
        let talks = if chat.kind == ChatKind::ClassChat {
            class_talks
        } else if chat.kind == ChatKind::ParentsChat {
            parents_talks
        } else if chat.kind == ChatKind::ClassNews {
            news
        } else {
            continue;
        };
        let fitting: Vec<&Talk> = talks
            .iter()
            .filter(|talk| {
                talk.subject.is_none() && (talk.grades.is_empty() || talk.grades.contains(&class.label.grade))
            })
            .collect();
        let people = People {
            pupils: linked(tx, &school::class_pupils(tx, class.id, today)?)?,
            guardians: linked(tx, &school::class_guardians(tx, class.id, today)?)?,
            homeroom: *homeroom,
        };
        // Announcements are few, and none is told twice.
        let count = if chat.kind == ChatKind::ClassNews { 2 } else { 8 };
        let mut days: Vec<Date> = (1..=count).map(|n| today.saturating_sub(Duration::days(n * 2))).collect();
        days.reverse();
        for (place, (day, talk)) in (0_u64..).zip(days.iter().zip(rotate(&fitting, class.id.get()))) {
            say(tx, zone, &mut cast, chat, talk, *day, &people, place)?;
        }
    }
    let viewers: Vec<Viewer> = cast.viewers.into_values().collect();
    dismiss(tx, now, viewers)?;
    Ok(())
}

/// Talks in an order of the class's own, over and over.
fn rotate<'a>(talks: &'a [&'a Talk], class: i64) -> impl Iterator<Item = &'a Talk> {
    let start = below(talks.len(), &[key(class), 40]);
    (0..talks.len()).filter_map(move |n| talks.get((start + n) % talks.len()).copied())
}

fn linked(tx: &WriteTx<'_>, people: &[PersonId]) -> Result<Vec<PersonId>, store::Error> {
    let mut linked = Vec::new();
    for person in people {
        if messenger::has_access(tx, *person)? {
            linked.push(*person);
        }
    }
    Ok(linked)
}

struct People {
    pupils: Vec<PersonId>,
    guardians: Vec<PersonId>,
    homeroom: PersonId,
}

impl People {
    fn speaker(&self, line: &TalkLine, keys: &[u64]) -> Option<PersonId> {
        let keys: Vec<u64> = keys.iter().copied().chain([line.who]).collect();
        match line.role.as_str() {
            "pupil" => super::draw::one(&self.pupils, &keys).copied(),
            "guardian" => super::draw::one(&self.guardians, &keys).copied(),
            _ => Some(self.homeroom),
        }
    }
}

struct Cast {
    viewers: HashMap<PersonId, Viewer>,
    now: UtcInstant,
}

impl Cast {
    fn viewer(&mut self, tx: &mut WriteTx<'_>, person: PersonId) -> Result<Viewer, Denied> {
        if let Some(viewer) = self.viewers.get(&person) {
            return Ok(*viewer);
        }
        let viewer = stand_in(tx, self.now, person)?;
        self.viewers.insert(person, viewer);
        Ok(viewer)
    }
}

#[expect(clippy::too_many_arguments, reason = "one step of a loop that has all of these at hand")]
fn say(
    tx: &mut WriteTx<'_>,
    zone: &Zone,
    cast: &mut Cast,
    chat: &Conversation,
    talk: &Talk,
    day: Date,
    people: &People,
    place: u64,
) -> Result<(), Fault> {
    let keys = [key(chat.id.get()), place, 41];
    let mut minute = u16::try_from(15 * 60 + below(240, &keys)).unwrap_or(960);
    let mut before = String::new();
    for (n, line) in (0_u64..).zip(&talk.lines) {
        let Some(speaker) = people.speaker(line, &keys) else { return Ok(()) };
        let viewer = cast.viewer(tx, speaker)?;
        let by = MemberOf::ask(tx, &viewer, chat.id, zone.date(cast.now))?;
        let text = line.text.replace("{name}", &before);
        let body = Body::parse(&text).map_err(|_| Fault::Body)?;
        let mut bytes = [0_u8; 16];
        bytes[..8].copy_from_slice(&number(&[keys[0], place, n, 42]).to_le_bytes());
        bytes[8..].copy_from_slice(&number(&[keys[0], place, n, 43]).to_le_bytes());
        let cid = ClientId::from_bytes(bytes).map_err(|_| Fault::Body)?;
        messenger::send(tx, zone.instant(day, minute), &by, &Draft::text(cid, body))?;
        minute += 1 + u16::try_from(below(6, &[keys[0], place, n, 44])).unwrap_or(1);
        before = match school::names_of(tx, &[speaker])?.remove(&speaker) {
            Some(name) if line.role == "pupil" => name.given,
            Some(name) => name.formal(),
            None => String::new(),
        };
    }
    Ok(())
}
