//! Polls: making one, voting, ending it, who voted for what (MSG-F8); all of it without scripts too.

use std::sync::Arc;

use askama::Template;
use messenger::{Ballot, ConversationId, Draft, MemberOf, PollError, PollFault, PollTerms, audience};
use school::{PersonName, Zone};
use serde::Deserialize;
use store::{Lane, UtcInstant};

use super::message::address;
use super::new_cid;
use super::react::back;
use super::silence::minute_of;
use super::told::who_line;
use crate::Failure;
use crate::cx::Cx;
use crate::failure::messenger::asked_once_more;
use crate::handlers::diary::parse_date;
use crate::response::Response;
use crate::views::Page;
use crate::views::sferum::name_of;
use crate::words::say;

#[derive(Template)]
#[template(path = "sferum/poll.html")]
struct PollPage {
    page: Page,
    id: ConversationId,
    chat: String,
    form: PollForm,
    may_hide: bool,
    families: bool,
    seats: String,
    today: String,
    asks: String,
    error: String,
}

#[derive(Template)]
#[template(path = "sferum/votes.html")]
struct VotesPage {
    page: Page,
    id: ConversationId,
    seq: u32,
    chat: String,
    question: String,
    options: Vec<(String, Vec<String>)>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct PollForm {
    cid: String,
    #[serde(default)]
    question: String,
    #[serde(default)]
    options: String,
    #[serde(default)]
    multiple: bool,
    #[serde(default)]
    anonymous: bool,
    #[serde(default)]
    family: bool,
    #[serde(default)]
    date: String,
    #[serde(default)]
    time: String,
    #[serde(default)]
    confirmed: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VoteForm {
    #[serde(default)]
    option: Vec<u32>,
    /// Whether the vote is taken back.
    #[serde(default)]
    off: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

impl PollForm {
    /// When the poll ends; a day without a time is the whole day.
    fn closes(&self, zone: &Zone) -> Result<Option<UtcInstant>, PollFault> {
        if self.date.is_empty() && self.time.is_empty() {
            return Ok(None);
        }
        let date = parse_date(&self.date).ok_or(PollFault::BadEnd)?;
        if self.time.is_empty() {
            return Ok(Some(zone.instant(date.next_day().ok_or(PollFault::BadEnd)?, 0)));
        }
        Ok(Some(zone.instant(date, minute_of(&self.time).ok_or(PollFault::BadEnd)?)))
    }

    fn draft(&self, zone: &Zone) -> Result<Draft, Failure> {
        let cid = self.cid.parse().map_err(|_| Failure::BadForm)?;
        let of_poll = |fault: PollFault| Failure::Send(fault.into());
        let ballot = Ballot::parse(&self.question, &self.options).map_err(of_poll)?;
        let closes = self.closes(zone).map_err(of_poll)?;
        let terms =
            PollTerms { multiple: self.multiple, anonymous: self.anonymous, family: self.family, closes };
        let draft = Draft::poll(cid, &ballot, terms).map_err(of_poll)?;
        Ok(Draft { confirmed: self.confirmed, ..draft })
    }
}

pub(crate) async fn ask(cx: Cx) -> Result<Response, Failure> {
    let form = PollForm { cid: new_cid(&cx), ..PollForm::default() };
    let shown = page(&cx, form, String::new(), String::new()).await?;
    cx.html(&shown)
}

async fn page(cx: &Cx, form: PollForm, error: String, asks: String) -> Result<PollPage, Failure> {
    let viewer = cx.signed_in()?.viewer;
    let id: ConversationId = cx.request.param("conversation")?;
    let frame = cx.frame(say("poll-title"));
    let today = cx.today();
    cx.read(move |tx| {
        let by = MemberOf::ask(tx, &viewer, id, today)?;
        if !by.may_poll() {
            return Err(Failure::NotFound);
        }
        Ok(PollPage {
            page: frame.page(tx)?,
            id,
            chat: name_of(by.conversation()),
            form,
            may_hide: by.may_poll_anonymously(),
            families: by.conversation().kind.has_family_polls(),
            seats: who_line(tx, &by, &audience(tx, &by, today)?)?,
            today: today.to_string(),
            asks,
            error,
        })
    })
    .await
}

pub(crate) async fn make(cx: Cx) -> Result<Response, Failure> {
    let id: ConversationId = cx.request.param("conversation")?;
    let form: PollForm = cx.request.form()?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    crate::live::rate_of(&cx.app, &viewer).map_err(|_| Failure::SlowDown)?;
    let done = match form.draft(&cx.app.school().zone) {
        Ok(draft) => {
            cx.record(Lane::Chat, move |tx| {
                let by = MemberOf::ask(tx, &viewer, id, today)?;
                Ok(messenger::send(tx, now, &by, &draft)?.seq)
            })
            .await
        }
        Err(failure) => Err(failure),
    };
    match done {
        Ok(seq) => Ok(cx.go(&format!("/sferum/{id}#m{seq}"), None)),
        Err(failure) if failure.gives_form_back() => {
            let asks = asked_once_more(&failure);
            // A used id would only meet itself again.
            let form = PollForm { cid: new_cid(&cx), ..form };
            let shown = page(&cx, form, failure.sentence(), asks).await?;
            cx.refused(&failure, &shown)
        }
        Err(failure) => Err(failure),
    }
}

pub(crate) async fn vote(cx: Cx) -> Result<Response, Failure> {
    let (id, seq) = address(&cx)?;
    let form: VoteForm = cx.request.form()?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    let cid = new_cid(&cx).parse().map_err(|_| Failure::BadForm)?;
    let options = if form.off { Vec::new() } else { form.option };
    if options.is_empty() && !form.off {
        return back(&cx, id, seq, Err(PollError::NoSuchOption.into()));
    }
    let app = Arc::clone(&cx.app);
    let done = cx
        .record(Lane::Chat, move |tx| {
            let by = MemberOf::ask(tx, &viewer, id, today)?;
            Ok(messenger::vote(tx, now, &by, &app.key, cid, i64::from(seq), &options)?)
        })
        .await;
    back(&cx, id, seq, done)
}

pub(crate) async fn close(cx: Cx) -> Result<Response, Failure> {
    let (id, seq) = address(&cx)?;
    let Nothing {} = cx.request.form()?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    let done = cx
        .record(Lane::Chat, move |tx| {
            let by = MemberOf::ask(tx, &viewer, id, today)?;
            Ok(messenger::close_poll(tx, now, &by, i64::from(seq))?)
        })
        .await;
    back(&cx, id, seq, done)
}

pub(crate) async fn votes(cx: Cx) -> Result<Response, Failure> {
    let viewer = cx.signed_in()?.viewer;
    let (id, seq) = address(&cx)?;
    let frame = cx.frame(say("poll-votes-title"));
    let today = cx.today();
    let shown = cx
        .read(move |tx| {
            let by = MemberOf::ask(tx, &viewer, id, today)?;
            let votes = messenger::poll_votes(tx, &by, i64::from(seq))?;
            let people: Vec<_> = votes.people.iter().flatten().copied().collect();
            let known = school::names_of(tx, &people)?;
            let listed = |people: Vec<_>| {
                let mut names: Vec<_> = people.iter().filter_map(|person| known.get(person)).collect();
                names.sort_by_key(|name| name.sort_key());
                names.into_iter().map(PersonName::listed).collect()
            };
            Ok(VotesPage {
                page: frame.page(tx)?,
                id,
                seq,
                chat: name_of(by.conversation()),
                question: votes.ballot.question,
                options: votes
                    .ballot
                    .options
                    .into_iter()
                    .zip(votes.people)
                    .map(|(option, people)| (option, listed(people)))
                    .collect(),
            })
        })
        .await?;
    cx.html(&shown)
}
