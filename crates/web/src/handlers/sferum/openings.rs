//! Who has opened this chat, told to its members when it is over (MSG-S3).

use askama::Template;
use messenger::{ConversationId, MemberOf, disclosed_openings};

use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;
use crate::views::safety::desk_words;
use crate::views::sferum::name_of;
use crate::views::{Page, moment};
use crate::words::say;

#[derive(Template)]
#[template(path = "sferum/openings.html")]
struct OpeningsPage {
    page: Page,
    id: ConversationId,
    chat: String,
    rows: Vec<(String, String)>,
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let id: ConversationId = cx.request.param("conversation")?;
    let viewer = cx.signed_in()?.viewer;
    let (now, today, zone) = (cx.now, cx.today(), cx.app.school().zone.clone());
    let frame = cx.frame(say("openings-title"));
    let shown = cx
        .read(move |tx| {
            let by = MemberOf::ask(tx, &viewer, id, today)?;
            let rows = disclosed_openings(tx, &by, now)?.into_iter().map(|told| {
                let at = |moment_of| moment(zone.local(moment_of), today);
                let who = format!("{}, {}", told.name, desk_words(told.desk));
                (who, format!("{} — {}", at(told.at), at(told.ended)))
            });
            let rows = rows.collect();
            Ok(OpeningsPage { id, chat: name_of(by.conversation()), rows, page: frame.page(tx)? })
        })
        .await?;
    cx.html(&shown)
}
