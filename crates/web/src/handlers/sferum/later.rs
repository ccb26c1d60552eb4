//! «Отправить позже»: messages that wait for their time (MSG-F10).

use askama::Template;
use messenger::{
    AckRequest, Body, ConversationId, FileId, FileName, Later, MemberOf, ScheduleError, ScheduleId,
    Scheduled, drop_scheduled, find_line, find_own_files, find_scheduled, list_scheduled, reschedule,
    schedule,
};
use school::{Present, Zone};
use serde::Deserialize;
use store::{Lane, UtcInstant};
use time::{Date, Duration};

use super::silence::minute_of;
use super::{ack_of, new_cid};
use crate::Failure;
use crate::cx::Cx;
use crate::failure::messenger::asked_once_more;
use crate::handlers::diary::parse_date;
use crate::response::Response;
use crate::views::sferum::extras::QuoteView;
use crate::views::sferum::later::{LaterRow, field_of};
use crate::views::sferum::name_of;
use crate::views::{Flash, Page, moment};
use crate::words::{Words, say};

const LIST: &str = "/sferum/later";

#[derive(Template)]
#[template(path = "sferum/later_list.html")]
struct ListPage {
    page: Page,
    rows: Vec<LaterRow>,
}

#[derive(Template)]
#[template(path = "sferum/later.html")]
struct LaterPage {
    page: Page,
    /// Where the form goes.
    action: String,
    id: ConversationId,
    chat: String,
    /// Whether a waiting message is changed.
    is_change: bool,
    earliest: String,
    latest: String,
    today: String,
    cid: String,
    due: String,
    text: String,
    reply: Option<QuoteView>,
    /// Whether the sender is asked whether many people are to be called, and whether they have said so.
    asks: String,
    confirmed: bool,
    may_ask: bool,
    families: bool,
    ack: Option<AckRequest>,
    files: Vec<(FileId, FileName)>,
    /// Whether it may call readers in their quiet hours, and whether it is to.
    may_urge: bool,
    urgent: bool,
    error: String,
}

/// The composer posts it too, without a time: then the time is asked for.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Form {
    #[serde(default)]
    cid: String,
    due: Option<String>,
    #[serde(default)]
    text: String,
    #[serde(default)]
    reply: String,
    #[serde(default)]
    confirmed: bool,
    #[serde(default)]
    ack: bool,
    #[serde(default)]
    ack_due: String,
    #[serde(default)]
    ack_both: bool,
    #[serde(default)]
    urgent: bool,
    /// Complete files of the sender's own.
    #[serde(default)]
    file: Vec<FileId>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

impl Form {
    /// What was written and brought elsewhere.
    pub(super) fn of_written(text: String, file: Vec<FileId>) -> Self {
        Self { text, file, ..Self::default() }
    }

    fn reply(&self) -> Result<Option<i64>, Failure> {
        match self.reply.as_str() {
            "" => Ok(None),
            seq => Ok(Some(seq.parse().map_err(|_| Failure::BadForm)?)),
        }
    }

    fn later(&self, zone: &Zone) -> Result<Later, Failure> {
        Ok(Later {
            cid: self.cid.parse().map_err(|_| Failure::BadForm)?,
            body: Body::parse_beside(&self.file, &self.text)?,
            due: due_of(self.due.as_deref().unwrap_or_default(), zone)?,
            reply: self.reply()?,
            confirmed: self.confirmed,
            ack: ack_of(self.ack, &self.ack_due, self.ack_both)?,
            files: self.file.clone(),
            urgent: self.urgent,
        })
    }

    fn of(one: &Scheduled, zone: &Zone) -> Self {
        let ack = one.ack.unwrap_or_default();
        Self {
            due: Some(field_of(zone, one.due)),
            text: one.text.clone(),
            reply: one.reply.map(|seq| seq.to_string()).unwrap_or_default(),
            confirmed: one.confirmed,
            ack: one.ack.is_some(),
            ack_due: ack.due.map(|due| due.to_string()).unwrap_or_default(),
            ack_both: ack.both,
            urgent: one.urgent,
            file: one.files.iter().map(|(file, _)| *file).collect(),
            ..Self::default()
        }
    }
}

/// The moment that a form names by the school's clocks.
fn due_of(text: &str, zone: &Zone) -> Result<UtcInstant, Failure> {
    let read = || -> Option<(Date, u16)> {
        let (date, time) = text.split_once('T')?;
        Some((parse_date(date)?, minute_of(time)?))
    };
    let (date, minute) = read().ok_or(ScheduleError::BadTime)?;
    Ok(zone.instant(date, minute))
}

pub(crate) async fn list(cx: Cx) -> Result<Response, Failure> {
    let viewer = cx.signed_in()?.viewer;
    let (today, zone) = (cx.today(), cx.app.school().zone.clone());
    let frame = cx.frame(say("later-list-title"));
    let shown = cx
        .read(move |tx| {
            let kept = list_scheduled(tx, &Present::ask(tx, &viewer)?, today)?;
            let rows = kept.into_iter().map(|one| LaterRow::of(one, &zone, today)).collect();
            Ok(ListPage { page: frame.page(tx)?, rows })
        })
        .await?;
    cx.html(&shown)
}

/// What a form is about: a chat, or a message that waits.
#[derive(Clone, Copy)]
enum About {
    Chat(ConversationId),
    One(ScheduleId),
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let about = About::Chat(cx.request.param("conversation")?);
    let shown = page(&cx, about, None, String::new(), String::new()).await?;
    cx.html(&shown)
}

pub(crate) async fn edit(cx: Cx) -> Result<Response, Failure> {
    let about = About::One(cx.request.param("schedule")?);
    let shown = page(&cx, about, None, String::new(), String::new()).await?;
    cx.html(&shown)
}

async fn page(
    cx: &Cx,
    about: About,
    typed: Option<Form>,
    error: String,
    asks: String,
) -> Result<LaterPage, Failure> {
    let viewer = cx.signed_in()?.viewer;
    let (now, today, zone) = (cx.now, cx.today(), cx.app.school().zone.clone());
    let (frame, cid) = (cx.frame(say("later-title")), new_cid(cx));
    cx.read(move |tx| {
        let (id, kept) = match about {
            About::Chat(id) => (id, None),
            About::One(one) => {
                let kept = find_scheduled(tx, &Present::ask(tx, &viewer)?, one, today)?;
                (kept.conversation.id, Some(kept))
            }
        };
        let by = MemberOf::ask(tx, &viewer, id, today)?;
        let present = Present::ask(tx, &viewer)?;
        if !by.may_write() {
            return Err(Failure::NotFound);
        }
        let form = match (typed, kept) {
            (Some(form), _) => form,
            (None, Some(kept)) => Form::of(&kept, &zone),
            (None, None) => Form::default(),
        };
        let morning = today.next_day().map_or(now, |date| zone.instant(date, 8 * 60));
        let answered = match form.reply() {
            Ok(Some(seq)) => find_line(tx, &by, seq)?.filter(|line| line.text.is_some()),
            Ok(None) | Err(_) => None,
        };
        Ok(LaterPage {
            action: match about {
                About::Chat(id) => format!("/sferum/{id}/later"),
                About::One(one) => format!("{LIST}/{one}"),
            },
            id,
            chat: name_of(by.conversation()),
            is_change: matches!(about, About::One(_)),
            earliest: field_of(&zone, now + Duration::MINUTE),
            latest: field_of(&zone, now + Duration::days(365)),
            today: today.to_string(),
            cid,
            due: form.due.clone().unwrap_or_else(|| field_of(&zone, morning)),
            ack: ack_of(form.ack, &form.ack_due, form.ack_both).ok().flatten(),
            reply: answered.as_ref().map(QuoteView::of_line),
            asks: if asks.is_empty() && form.confirmed { say("chat-asks-call") } else { asks },
            confirmed: form.confirmed,
            files: find_own_files(tx, &present, &form.file)?,
            may_urge: !by.seat().is_staff(),
            urgent: form.urgent,
            may_ask: by.may_ask_to_acknowledge(),
            families: by.conversation().kind.has_families(),
            text: form.text,
            error,
            page: frame.page(tx)?,
        })
    })
    .await
}

pub(crate) async fn add(cx: Cx) -> Result<Response, Failure> {
    let id = cx.request.param("conversation")?;
    take(&cx, About::Chat(id)).await
}

pub(crate) async fn change(cx: Cx) -> Result<Response, Failure> {
    let one = cx.request.param("schedule")?;
    take(&cx, About::One(one)).await
}

/// The form for what was written elsewhere: when is it to go?
pub(super) async fn ask_when(cx: &Cx, id: ConversationId, form: Form) -> Result<Response, Failure> {
    let shown = page(cx, About::Chat(id), Some(form), String::new(), String::new()).await?;
    cx.html(&shown)
}

async fn take(cx: &Cx, about: About) -> Result<Response, Failure> {
    let form: Form = cx.request.form()?;
    if form.due.is_none() {
        let shown = page(cx, about, Some(form), String::new(), String::new()).await?;
        return cx.html(&shown);
    }
    match keep(cx, about, &form).await {
        Ok(due) => {
            let when = moment(cx.app.school().zone.local(due), cx.today());
            let said = Words::of("later-set").with("when", when).say();
            Ok(cx.go(LIST, Some(Flash::good(said, String::new()))))
        }
        Err(failure) if failure.gives_form_back() => {
            let asks = asked_once_more(&failure);
            let shown = page(cx, about, Some(form), failure.sentence(), asks).await?;
            cx.refused(&failure, &shown)
        }
        Err(failure) => Err(failure),
    }
}

async fn keep(cx: &Cx, about: About, form: &Form) -> Result<UtcInstant, Failure> {
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    let later = form.later(&cx.app.school().zone)?;
    crate::live::rate_of(&cx.app, &viewer).map_err(|_| Failure::SlowDown)?;
    cx.record(Lane::Chat, move |tx| {
        match about {
            About::Chat(id) => {
                let by = MemberOf::ask(tx, &viewer, id, today)?;
                schedule(tx, now, &by, &later)?;
            }
            About::One(one) => {
                let present = Present::ask(tx, &viewer)?;
                let id = find_scheduled(tx, &present, one, today)?.conversation.id;
                let by = MemberOf::ask(tx, &viewer, id, today)?;
                reschedule(tx, now, &present, &by, one, &later)?;
            }
        }
        Ok(later.due)
    })
    .await
}

pub(crate) async fn cancel(cx: Cx) -> Result<Response, Failure> {
    let Nothing {} = cx.request.form()?;
    let one: ScheduleId = cx.request.param("schedule")?;
    let viewer = cx.signed_in()?.viewer;
    let done =
        cx.record(Lane::Chat, move |tx| Ok(drop_scheduled(tx, &Present::ask(tx, &viewer)?, one)?)).await;
    match done {
        Ok(()) => Ok(cx.go(LIST, Some(Flash::good(say("later-dropped"), String::new())))),
        Err(failure) if failure.gives_form_back() => {
            Ok(cx.go(LIST, Some(Flash::bad(String::new(), failure.sentence()))))
        }
        Err(failure) => Err(failure),
    }
}
