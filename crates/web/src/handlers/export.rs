//! «Выгрузить мои чаты» and the export of a whole chat by those who answer for safety (MSG-S9).

use askama::Template;
use http::header::CONTENT_DISPOSITION;
use messenger::{
    ConversationId, Evidence, Line, MemberOf, Note, SafetyError, SafetyOf, Span, TextState,
    export_closed_chat, extras, history, list_chats,
};
use school::{Fresh, Present, Viewer, Zone};
use serde::{Deserialize, Serialize};
use store::{Act, ReadTx, ServerKey, SigningKey, UtcInstant};
use time::Date;
use time::format_description::well_known::Rfc3339;

use crate::Failure;
use crate::cx::Cx;
use crate::export::{pack, zip::Entry};
use crate::flows::draw_cards;
use crate::response::Response;
use crate::views::sferum::card::CardView;
use crate::views::sferum::name_of;
use crate::views::sferum::poll::PollFigures;
use crate::views::{clock_time, full_date};
use crate::words::{Words, say};

/// The most messages of one chat in one export; more is for the copy of the base.
const MOST: usize = 200_000;

/// A message in the JSON of an export.
#[derive(Serialize)]
struct Message {
    seq: i64,
    from: String,
    texts: Vec<Text>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    poll: Option<PollFigures>,
    /// What the diary shows to whoever takes the export.
    #[serde(skip_serializing_if = "Option::is_none")]
    card: Option<String>,
}

#[derive(Serialize)]
struct Text {
    at: String,
    state: &'static str,
    text: String,
    #[serde(skip)]
    when: String,
    #[serde(skip)]
    note: String,
}

#[derive(Template)]
#[template(path = "export/chat.html")]
struct ChatFile<'a> {
    chat: &'a str,
    school: &'a str,
    made: &'a str,
    messages: &'a [Message],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reason {
    #[serde(default)]
    reason: String,
}

fn rfc(at: UtcInstant) -> String {
    at.to_utc().format(&Rfc3339).unwrap_or_default()
}

fn when(at: UtcInstant, zone: &Zone) -> String {
    let local = zone.local(at);
    format!("{}, {}", full_date(local.date), clock_time(local.time))
}

fn of_line(
    line: Line,
    files: Vec<String>,
    poll: Option<PollFigures>,
    card: Option<String>,
    zone: &Zone,
) -> Message {
    let (state, note) = match (&line.text, line.rev) {
        (None, _) => ("deleted", say("chat-deleted")),
        (Some(_), 0) => ("present", String::new()),
        (Some(_), _) => ("present", say("export-edited")),
    };
    let text = Text {
        at: rfc(line.ts),
        state,
        text: line.text.unwrap_or_default(),
        when: when(line.ts, zone),
        note,
    };
    Message { seq: line.seq, from: line.name, texts: vec![text], files, poll, card }
}

fn of_evidence(found: Evidence, zone: &Zone) -> Message {
    let files = found.files.iter().map(|file| file.name.as_str().to_owned()).collect();
    let texts = found.texts.into_iter().map(|text| {
        let (state, note) = match text.state {
            TextState::Present => ("present", String::new()),
            TextState::Earlier => ("earlier", say("evidence-earlier")),
            TextState::Deleted => ("deleted", say("evidence-deleted")),
        };
        Text { at: rfc(text.since), state, when: when(text.since, zone), note, text: text.body }
    });
    Message {
        seq: found.seq,
        from: found.name,
        texts: texts.collect(),
        files,
        poll: found.poll.map(PollFigures::of_evidence),
        card: None,
    }
}

/// What files are made with.
struct Press {
    zone: Zone,
    school: String,
    made: String,
}

impl Press {
    fn of(cx: &Cx) -> Self {
        let school = cx.app.school();
        Self {
            zone: school.zone.clone(),
            school: school.profile.short_name.clone(),
            made: when(cx.now, &school.zone),
        }
    }

    /// The page and the JSON of one chat.
    fn files(&self, stem: &str, chat: &str, messages: &[Message]) -> Result<[Entry; 2], Failure> {
        let page = ChatFile { chat, school: &self.school, made: &self.made, messages }.render()?;
        let json = serde_json::json!({ "chat": chat, "messages": messages });
        let json = serde_json::to_vec_pretty(&json).map_err(|_| Failure::Defect("an export is no JSON"))?;
        Ok([
            Entry { name: format!("{stem}.html"), bytes: page.into_bytes() },
            Entry { name: format!("{stem}.json"), bytes: json },
        ])
    }
}

fn archive(
    files: Vec<Entry>,
    now: UtcInstant,
    school: &str,
    what: &str,
    key: &SigningKey,
    today: Date,
) -> Result<Response, Failure> {
    let bytes = pack(files, now, school, what, key).ok_or(Failure::Defect("an export is too large"))?;
    let name = format!("attachment; filename=\"zvonok-{what}-{today}.zip\"");
    Ok(Response::of("application/zip", bytes.into()).with_header(CONTENT_DISPOSITION, &name))
}

/// All chats of the viewer as they see them: by the function that reads history, so what is hidden there is not here.
fn own_files(
    tx: &ReadTx<'_>,
    viewer: &Viewer,
    today: Date,
    key: &ServerKey,
    press: &Press,
) -> Result<Vec<Entry>, Failure> {
    let mut files = Vec::new();
    for chat in list_chats(tx, &Present::ask(tx, viewer)?)? {
        let id = chat.conversation.id;
        let by = MemberOf::ask(tx, viewer, id, today)?;
        let messages = visible(tx, viewer, &by, key, &press.zone)?;
        files.extend(press.files(&format!("chat-{id}"), &name_of(by.conversation()), &messages)?);
    }
    Ok(files)
}

fn visible(
    tx: &ReadTx<'_>,
    viewer: &Viewer,
    by: &MemberOf<'_>,
    key: &ServerKey,
    zone: &Zone,
) -> Result<Vec<Message>, Failure> {
    let mut messages: Vec<Message> = Vec::new();
    let mut after = 0;
    loop {
        let page = history(tx, by, Span::After(after), messenger::PAGE_MOST)?;
        let mut extras = extras(tx, by, key, &page.lines)?;
        let mut cards = draw_cards(tx, viewer, by.today(), &extras)?;
        let Some(last) = page.lines.last() else { return Ok(messages) };
        after = last.seq;
        for line in page.lines {
            let card = cards.remove(&line.seq).map(|card| CardView::of(&card).line());
            let extras = extras.remove(&line.seq).unwrap_or_default();
            let files = extras.files.iter().map(|file| file.name.as_str().to_owned()).collect();
            messages.push(of_line(line, files, extras.poll.map(PollFigures::of_poll), card, zone));
        }
        if !page.newer || messages.len() >= MOST {
            return Ok(messages);
        }
    }
}

pub(crate) async fn own(cx: Cx) -> Result<Response, Failure> {
    let Nothing {} = cx.request.form()?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    let app = std::sync::Arc::clone(&cx.app);
    let server = std::sync::Arc::clone(&cx.app);
    let key = cx
        .write(move |tx| {
            let by = Present::ask(tx, &viewer)?;
            Fresh::ask(tx, &viewer, now)?;
            let key = tx.ensure_signing_key(now, &app.key, &app.random)?;
            Ok((key, Act::new("messenger.export.own", "person", by.person())))
        })
        .await?;
    let press = Press::of(&cx);
    let (school, files) = cx
        .read_aside(move |tx| Ok((press.school.clone(), own_files(tx, &viewer, today, &server.key, &press)?)))
        .await?;
    archive(files, now, &school, "chats", &key, today)
}

/// A whole chat with its tombstones and earlier texts, for a reason.
pub(crate) async fn whole(cx: Cx) -> Result<Response, Failure> {
    let form: Reason = cx.request.form()?;
    let chat: ConversationId = cx.request.param("conversation")?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    let app = std::sync::Arc::clone(&cx.app);
    let granted = cx
        .write(move |tx| {
            let by = SafetyOf::ask(tx, &viewer, today)?;
            messenger::find_closed_chat(tx, &by, chat)?;
            let reason = Note::parse(&form.reason).map_err(SafetyError::from)?;
            Fresh::ask(tx, &viewer, now)?;
            let key = tx.ensure_signing_key(now, &app.key, &app.random)?;
            Ok((key, Act::new("messenger.export.chat", "chat", chat).because(reason.as_str())))
        })
        .await;
    let key = match granted {
        Ok(key) => key,
        Err(failure @ Failure::Safety(_)) => {
            let flash = crate::views::Flash::bad(say("case-unchanged"), failure.sentence());
            return Ok(cx.go(&format!("/safety/chats/{chat}"), Some(flash)));
        }
        Err(failure) => return Err(failure),
    };
    let press = Press::of(&cx);
    let (school, files) = cx
        .read_aside(move |tx| {
            let by = SafetyOf::ask(tx, &viewer, today)?;
            let (conversation, found) = export_closed_chat(tx, &by, chat)?;
            let messages: Vec<_> = found.into_iter().map(|one| of_evidence(one, &press.zone)).collect();
            let name = Words::of("export-whole").with("chat", name_of(&conversation)).say();
            let files = press.files(&format!("chat-{chat}"), &name, &messages)?;
            Ok((press.school.clone(), Vec::from(files)))
        })
        .await?;
    archive(files, now, &school, "chat", &key, today)
}
