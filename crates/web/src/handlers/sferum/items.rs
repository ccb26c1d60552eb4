//! Some messages of a chat as the page shows them, for a page that is open: what is more than text is drawn by the
//! server alone, for each reader by that reader's own rights.

use askama::Template;
use messenger::{ConversationId, MemberOf, blocked_by, extras, find_line, receipts};
use school::Present;
use serde::Deserialize;

use crate::Failure;
use crate::cx::Cx;
use crate::flows::draw_cards;
use crate::response::Response;
use crate::views::sferum::{Column, MessageView};

/// The most messages asked for at a time.
const MOST: usize = 50;

#[derive(Template)]
#[template(path = "sferum/items.html")]
struct Items {
    id: ConversationId,
    csrf: String,
    items: Vec<MessageView>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    /// Numbers, separated by commas.
    #[serde(default)]
    seqs: String,
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let query: Query = cx.request.query()?;
    let seqs: Result<Vec<i64>, _> =
        query.seqs.split(',').filter(|seq| !seq.is_empty()).map(str::parse).collect();
    let mut seqs = seqs.map_err(|_| Failure::BadQuery)?;
    seqs.truncate(MOST);
    let viewer = cx.signed_in()?.viewer;
    let id: ConversationId = cx.request.param("conversation")?;
    let (now, today, zone) = (cx.now, cx.today(), cx.app.school().zone.clone());
    let app = std::sync::Arc::clone(&cx.app);
    let csrf = cx.frame(String::new()).csrf;
    let shown = cx
        .read(move |tx| {
            let by = MemberOf::ask(tx, &viewer, id, today)?;
            let mut lines = Vec::new();
            for seq in seqs {
                lines.extend(find_line(tx, &by, seq)?);
            }
            let receipts = receipts(tx, now, &by, &lines)?;
            let extras = extras(tx, &by, &app.key, &lines)?;
            let cards = draw_cards(tx, &viewer, today, &extras)?;
            let blocked = blocked_by(tx, &Present::ask(tx, &viewer)?)?;
            let column = Column {
                me: by.person(),
                unread_from: i64::MAX,
                receipts: &receipts,
                extras: &extras,
                cards: &cards,
                blocked: &blocked,
                zone: &zone,
                today,
            };
            let mut items = Vec::new();
            for line in lines {
                let before = find_line(tx, &by, line.seq - 1)?;
                items.push(column.message(&by, line, before.as_ref()));
            }
            Ok(Items { id, csrf, items })
        })
        .await?;
    cx.html(&shown)
}
