//! A chat as an export holds it: a page, JSON, and which files stand beside them.

use askama::Template;
use messenger::{
    AttachmentOf, ConversationId, Evidence, Line, MemberOf, SafetyOf, Span, TextState, export_closed_chat,
    extras, history,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use school::{Viewer, Zone};
use serde::Serialize;
use store::{ReadTx, ServerKey, UtcInstant, hex_of};
use time::format_description::well_known::Rfc3339;

use crate::Failure;
use crate::cx::Cx;
use crate::flows::draw_cards;
use crate::views::sferum::card::CardView;
use crate::views::sferum::name_of;
use crate::views::sferum::poll::PollFigures;
use crate::views::{clock_time, full_date};
use crate::words::{Words, say};

/// The most messages of one chat in one export; more is for the copy of the base.
const MOST: usize = 200_000;
/// What stands as it is in a link of a page.
const PLAIN: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'/');

/// A message in the JSON of an export.
#[derive(Serialize)]
struct Message {
    seq: i64,
    from: String,
    texts: Vec<Text>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<FileEntry>,
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

/// A file of a message, and where it stands in the archive.
#[derive(Clone, Serialize)]
pub(super) struct FileEntry {
    name: String,
    pub(super) path: String,
    pub(super) size: u64,
    sha256: String,
    #[serde(skip)]
    href: String,
    #[serde(skip)]
    pub(super) seq: i64,
    #[serde(skip)]
    pub(super) n: u32,
}

impl FileEntry {
    fn of<'t>(
        tx: &ReadTx<'t>,
        chat: ConversationId,
        seq: i64,
        proof: &AttachmentOf<'t>,
    ) -> Result<Self, store::Error> {
        let (n, name) = (proof.attachment().n, proof.attachment().name.as_str().to_owned());
        let path = format!("chat-{chat}-files/{seq}-{n}-{name}");
        let href = utf8_percent_encode(&path, &PLAIN).to_string();
        let sha256 = hex_of(&proof.digest(tx)?);
        Ok(Self { name, path, size: proof.size(), sha256, href, seq, n })
    }
}

#[derive(Template)]
#[template(path = "export/chat.html")]
struct ChatPage<'a> {
    chat: &'a str,
    school: &'a str,
    made: &'a str,
    messages: &'a [Message],
}

/// What an export holds of one chat.
pub(super) struct ChatFiles {
    pub(super) page: (String, Vec<u8>),
    pub(super) json: (String, Vec<u8>),
    pub(super) files: Vec<FileEntry>,
}

fn rfc(at: UtcInstant) -> String {
    at.to_utc().format(&Rfc3339).unwrap_or_default()
}

fn when(at: UtcInstant, zone: &Zone) -> String {
    let local = zone.local(at);
    format!("{}, {}", full_date(local.date), clock_time(local.time))
}

/// The text of a message as its readers see it.
fn text_of(line: &Line, zone: &Zone) -> Text {
    let (state, note) = match (&line.text, line.rev) {
        (None, _) => ("deleted", say("chat-deleted")),
        (Some(_), 0) => ("present", String::new()),
        (Some(_), _) => ("present", say("export-edited")),
    };
    let text = line.text.clone().unwrap_or_default();
    Text { at: rfc(line.ts), state, text, when: when(line.ts, zone), note }
}

fn of_evidence(found: Evidence, files: Vec<FileEntry>, zone: &Zone) -> Message {
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
pub(super) struct Press {
    zone: Zone,
    pub(super) school: String,
    made: String,
}

impl Press {
    pub(super) fn of(cx: &Cx) -> Self {
        let school = cx.app.school();
        Self {
            zone: school.zone.clone(),
            school: school.profile.short_name.clone(),
            made: when(cx.now, &school.zone),
        }
    }

    fn files(&self, id: ConversationId, chat: &str, messages: &[Message]) -> Result<ChatFiles, Failure> {
        let page = ChatPage { chat, school: &self.school, made: &self.made, messages }.render()?;
        let json = serde_json::json!({ "chat": chat, "messages": messages });
        let json = serde_json::to_vec_pretty(&json).map_err(|_| Failure::Defect("an export is no JSON"))?;
        Ok(ChatFiles {
            page: (format!("chat-{id}.html"), page.into_bytes()),
            json: (format!("chat-{id}.json"), json),
            files: messages.iter().flat_map(|message| message.files.iter().cloned()).collect(),
        })
    }

    /// A chat as a member sees it: by the function that reads history, so what is hidden there is not here.
    pub(super) fn visible<'t>(
        &self,
        tx: &ReadTx<'t>,
        viewer: &Viewer,
        by: &MemberOf<'t>,
        key: &ServerKey,
    ) -> Result<ChatFiles, Failure> {
        let chat = by.conversation().id;
        let (mut messages, mut after) = (Vec::new(), 0);
        loop {
            let page = history(tx, by, Span::After(after), messenger::PAGE_MOST)?;
            let mut extras = extras(tx, by, key, &page.lines)?;
            let mut cards = draw_cards(tx, viewer, by.today(), &extras)?;
            let Some(last) = page.lines.last() else { break };
            after = last.seq;
            for line in page.lines {
                let extras = extras.remove(&line.seq).unwrap_or_default();
                let mut files = Vec::new();
                for file in &extras.files {
                    let proof = AttachmentOf::ask(tx, by, line.seq, file.n)?;
                    files.extend(proof.map(|proof| FileEntry::of(tx, chat, line.seq, &proof)).transpose()?);
                }
                messages.push(Message {
                    seq: line.seq,
                    texts: vec![text_of(&line, &self.zone)],
                    from: line.name,
                    files,
                    poll: extras.poll.map(PollFigures::of_poll),
                    card: cards.remove(&line.seq).map(|card| CardView::of(&card).line()),
                });
            }
            if !page.newer || messages.len() >= MOST {
                break;
            }
        }
        self.files(chat, &name_of(by.conversation()), &messages)
    }

    /// A whole chat with everything deleted, and its files.
    pub(super) fn whole<'t>(
        &self,
        tx: &ReadTx<'t>,
        by: &SafetyOf<'t>,
        chat: ConversationId,
    ) -> Result<ChatFiles, Failure> {
        let (conversation, found) = export_closed_chat(tx, by, chat)?;
        let mut messages = Vec::new();
        for one in found {
            let mut files = Vec::new();
            for file in &one.files {
                let proof = AttachmentOf::ask_export(tx, by, chat, one.seq, file.n)?;
                files.extend(proof.map(|proof| FileEntry::of(tx, chat, one.seq, &proof)).transpose()?);
            }
            messages.push(of_evidence(one, files, &self.zone));
        }
        let name = Words::of("export-whole").with("chat", name_of(&conversation)).say();
        self.files(chat, &name, &messages)
    }
}
