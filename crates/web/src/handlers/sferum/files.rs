//! «Файлы чата»: what the member may see, newest first.

use askama::Template;
use messenger::{ConversationId, MemberOf, chat_files};
use serde::Deserialize;

use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;
use crate::views::sferum::files::FileView;
use crate::views::sferum::name_of;
use crate::views::{Page, moment};
use crate::words::say;

/// Files on a page.
const MOST: u32 = 50;

#[derive(Template)]
#[template(path = "sferum/files.html")]
struct FilesPage {
    page: Page,
    id: ConversationId,
    chat: String,
    rows: Vec<RowView>,
    /// The number of the message below which the next page goes on.
    before: i64,
    older: bool,
}

struct RowView {
    file: FileView,
    seq: i64,
    who: String,
    when: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    before: Option<i64>,
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let Query { before } = cx.request.query()?;
    let viewer = cx.signed_in()?.viewer;
    let id: ConversationId = cx.request.param("conversation")?;
    let frame = cx.frame(say("files-title"));
    let (today, zone) = (cx.today(), cx.app.school().zone.clone());
    let shown = cx
        .read(move |tx| {
            let by = MemberOf::ask(tx, &viewer, id, today)?;
            let (files, older) = chat_files(tx, &by, before, MOST)?;
            let people: Vec<_> = files.iter().map(|file| file.sender).collect();
            let names = school::names_of(tx, &people)?;
            let rows = files.iter().map(|file| RowView {
                file: FileView::of(id, file.seq, &file.attachment),
                seq: file.seq,
                who: names.get(&file.sender).map(school::PersonName::short).unwrap_or_default(),
                when: moment(zone.local(file.ts), today),
            });
            Ok(FilesPage {
                page: frame.page(tx)?,
                id,
                chat: name_of(by.conversation()),
                rows: rows.collect(),
                before: files.last().map_or(0, |file| file.seq),
                older,
            })
        })
        .await?;
    cx.html(&shown)
}
