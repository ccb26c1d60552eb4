//! «Ознакомлен(а)»: saying it, the register of who has, its slips for paper and the reminder (MSG-F14, MSG-N3, MSG-N11).

use std::collections::HashMap;

use askama::Template;
use messenger::{AckError, Body, ConversationId, Draft, Entry, MemberOf, Register, find_line};
use school::{PersonId, PersonName, Zone};
use store::Lane;
use time::Date;

use super::message::address;
use crate::Failure;
use crate::cx::Cx;
use crate::handlers::profile::device_name;
use crate::response::Response;
use crate::views::sferum::extras::due_words;
use crate::views::sferum::name_of;
use crate::views::{Flash, Page, moment};
use crate::words::{Words, say};

#[derive(Template)]
#[template(path = "sferum/register.html")]
struct RegisterPage {
    page: Page,
    id: ConversationId,
    seq: i64,
    chat: String,
    /// Empty when the message was deleted: the register stays.
    text: String,
    count: String,
    both: bool,
    has: Vec<EntryView>,
    has_not: Vec<EntryView>,
    others: Vec<String>,
    may_remind: bool,
    reminded: String,
}

struct EntryView {
    name: String,
    signed: Vec<String>,
    missing: Vec<String>,
}

#[derive(Template)]
#[template(path = "sferum/register_slips.html")]
struct SlipsPage {
    page: Page,
    id: ConversationId,
    seq: i64,
    chat: String,
    who: String,
    when: String,
    due: String,
    text: String,
    names: Vec<String>,
}

struct Names<'a> {
    known: HashMap<PersonId, PersonName>,
    zone: &'a Zone,
    today: Date,
}

impl Names<'_> {
    fn listed(&self, person: PersonId) -> String {
        self.known.get(&person).map(PersonName::listed).unwrap_or_default()
    }

    /// «Ильина Анна, 14 октября, 10:47, Firefox, Android».
    fn signed(&self, signed: &messenger::Signed) -> String {
        let name = self.listed(signed.person);
        format!("{name}: {}, {}", moment(self.zone.local(signed.ts), self.today), device_name(&signed.device))
    }

    fn entry(&self, entry: &Entry) -> EntryView {
        let missing = entry.missing.iter().map(|(person, is_member)| match (entry.is_family, is_member) {
            (true, true) => self.listed(*person),
            (true, false) => Words::of("register-unlinked").with("name", self.listed(*person)).say(),
            (false, true) => String::new(),
            (false, false) => say("register-unlinked-self"),
        });
        EntryView {
            name: self.listed(entry.about),
            signed: entry.signed.iter().map(|signed| self.signed(signed)).collect(),
            missing: missing.filter(|words| !words.is_empty()).collect(),
        }
    }
}

fn people_of(register: &Register) -> Vec<PersonId> {
    let mut people: Vec<PersonId> = register.others.iter().map(|signed| signed.person).collect();
    for entry in &register.entries {
        people.push(entry.about);
        people.extend(entry.signed.iter().map(|signed| signed.person));
        people.extend(entry.missing.iter().map(|(person, _)| *person));
    }
    people
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let viewer = cx.signed_in()?.viewer;
    let (id, seq) = address(&cx)?;
    let frame = cx.frame(say("register-title"));
    let (today, zone) = (cx.today(), cx.app.school().zone.clone());
    let shown = cx
        .read(move |tx| {
            let by = MemberOf::ask(tx, &viewer, id, today)?;
            let register = messenger::register(tx, &by, i64::from(seq))?;
            let line = find_line(tx, &by, i64::from(seq))?.ok_or(Failure::NotFound)?;
            let known = school::names_of(tx, &people_of(&register))?;
            let names = Names { known, zone: &zone, today };
            let mut entries: Vec<&Entry> = register.entries.iter().collect();
            entries.sort_by_key(|entry| names.known.get(&entry.about).map(PersonName::sort_key));
            let of = |done: bool| entries.iter().filter(move |entry| entry.done == done);
            let done = of(true).count();
            let count = Words::of("ack-count").with("done", done).with("all", entries.len()).say();
            let due = register.request.due.map(due_words);
            Ok(RegisterPage {
                page: frame.page(tx)?,
                id,
                seq: line.seq,
                chat: name_of(by.conversation()),
                count: due.map_or(count.clone(), |due| format!("{count} · {due}")),
                both: register.request.both,
                has: of(true).map(|entry| names.entry(entry)).collect(),
                has_not: of(false).map(|entry| names.entry(entry)).collect(),
                others: register.others.iter().map(|signed| names.signed(signed)).collect(),
                may_remind: by.may_write() && line.text.is_some() && done < entries.len(),
                text: line.text.unwrap_or_default(),
                reminded: register.reminded.map(|at| moment(zone.local(at), today)).unwrap_or_default(),
            })
        })
        .await?;
    cx.html(&shown)
}

/// A slip to be signed on paper for each line of the register that is open.
pub(crate) async fn slips(cx: Cx) -> Result<Response, Failure> {
    let viewer = cx.signed_in()?.viewer;
    let (id, seq) = address(&cx)?;
    let frame = cx.frame(say("register-slips-title"));
    let (today, zone) = (cx.today(), cx.app.school().zone.clone());
    let shown = cx
        .read(move |tx| {
            let by = MemberOf::ask(tx, &viewer, id, today)?;
            let register = messenger::register(tx, &by, i64::from(seq))?;
            let line = find_line(tx, &by, i64::from(seq))?.ok_or(Failure::NotFound)?;
            let text = line.text.ok_or(Failure::NotFound)?;
            let open = register.entries.iter().filter(|entry| !entry.done);
            let people: Vec<PersonId> = open.map(|entry| entry.about).collect();
            let known = school::names_of(tx, &people)?;
            let mut names: Vec<&PersonName> = people.iter().filter_map(|person| known.get(person)).collect();
            names.sort_by_key(|name| name.sort_key());
            Ok(SlipsPage {
                page: frame.page(tx)?,
                id,
                seq: line.seq,
                chat: name_of(by.conversation()),
                who: line.name,
                when: moment(zone.local(line.ts), today),
                due: register.request.due.map(due_words).unwrap_or_default(),
                text,
                names: names.into_iter().map(PersonName::listed).collect(),
            })
        })
        .await?;
    cx.html(&shown)
}

pub(crate) async fn acknowledge(cx: Cx) -> Result<Response, Failure> {
    let (id, seq) = address(&cx)?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    let device = cx.device().name;
    let done = cx
        .record(Lane::Chat, move |tx| {
            let by = MemberOf::ask(tx, &viewer, id, today)?;
            Ok(messenger::acknowledge(tx, now, &by, i64::from(seq), &device)?)
        })
        .await;
    super::react::back(&cx, id, seq, done)
}

pub(crate) async fn remind(cx: Cx) -> Result<Response, Failure> {
    let (id, seq) = address(&cx)?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    let cid = super::new_cid(&cx).parse().map_err(|_| Failure::BadForm)?;
    let draft = Draft::text(cid, Body::parse(&say("register-reminder"))?);
    let done = cx
        .record(Lane::Chat, move |tx| {
            let by = MemberOf::ask(tx, &viewer, id, today)?;
            Ok(messenger::remind(tx, now, &by, i64::from(seq), &draft)?)
        })
        .await;
    let flash = match done {
        Ok(()) => Flash::good(say("register-reminded"), String::new()),
        Err(failure @ Failure::Ack(AckError::NoSuchMessage)) => return Err(failure),
        Err(failure) if failure.gives_form_back() => {
            Flash::bad(say("register-not-reminded"), failure.sentence())
        }
        Err(failure) => return Err(failure),
    };
    Ok(cx.go(&format!("/sferum/{id}/{seq}/register"), Some(flash)))
}
