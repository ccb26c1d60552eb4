//! What messages have beyond their text, as one member sees it; asked for rich messages only.

use std::collections::HashMap;

use store::{ReadTx, ServerKey};

use crate::acknowledge::acknowledgements;
use crate::attachment::attachments;
use crate::card::cards;
use crate::limits::PREVIEW_GRAPHEMES;
use crate::line::lines_of;
use crate::poll::polls;
use crate::{
    Acknowledgement, Attachment, CardRef, Line, MemberOf, MessageId, Poll, Reaction, preview, storage,
};

/// The message that another one answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// Its number.
    pub seq: i64,
    /// Who wrote it and its beginning; `None` when the member may not see it or it is deleted (MSG-I9, I11).
    pub said: Option<(String, String)>,
}

/// One reaction as shown under a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reacted {
    /// Which.
    pub reaction: Reaction,
    /// How many gave it.
    pub count: u32,
    /// Whether the member did.
    pub own: bool,
}

/// What a message has beyond its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extras {
    /// What it answers.
    pub quote: Option<Quote>,
    /// Reactions, in the order of the set.
    pub reactions: Vec<Reacted>,
    /// Whether it calls the member by name.
    pub calls_me: bool,
    /// Files, in their order.
    pub files: Vec<Attachment>,
    /// What it asks its readers to acknowledge.
    pub ack: Option<Acknowledgement>,
    /// What it asks them to choose.
    pub poll: Option<Poll>,
    /// What of the diary it points at.
    pub card: Option<CardRef>,
}

/// The extras of the rich ones among these lines of the member's chat, by number. The key tells whether the member has
/// voted in anonymous polls.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn extras(
    tx: &ReadTx<'_>,
    by: &MemberOf<'_>,
    key: &ServerKey,
    lines: &[Line],
) -> Result<HashMap<i64, Extras>, store::Error> {
    let rich: Vec<&Line> = lines.iter().filter(|line| line.rich).collect();
    let mut extras: HashMap<i64, Extras> = rich.iter().map(|line| (line.seq, Extras::default())).collect();
    if extras.is_empty() {
        return Ok(extras);
    }
    let ids: Vec<MessageId> = rich.iter().map(|line| line.id).collect();
    let seqs: HashMap<MessageId, i64> = rich.iter().map(|line| (line.id, line.seq)).collect();
    quotes(tx, by, &rich, &mut extras)?;
    let mut counted = storage::reaction::of_messages(tx, &ids, by.person())?;
    counted.sort_by_key(|counted| counted.reaction);
    for counted in counted {
        let found = seqs.get(&counted.message).and_then(|seq| extras.get_mut(seq));
        if let Some(extra) = found {
            let (reaction, count, own) = (counted.reaction, counted.count, counted.own);
            extra.reactions.push(Reacted { reaction, count, own });
        }
    }
    let numbers: Vec<i64> = seqs.values().copied().collect();
    for (seq, files) in attachments(tx, by, &numbers)? {
        extras.entry(seq).or_default().files = files;
    }
    for seq in storage::mention::of_person(tx, by.conversation().id, by.person(), &numbers)? {
        extras.entry(seq).or_default().calls_me = true;
    }
    for (seq, ack) in acknowledgements(tx, by, &rich)? {
        extras.entry(seq).or_default().ack = Some(ack);
    }
    for (message, card) in cards(tx, &ids)? {
        if let Some(extra) = seqs.get(&message).and_then(|seq| extras.get_mut(seq)) {
            extra.card = Some(card);
        }
    }
    for (seq, poll) in polls(tx, by, key, &rich)? {
        extras.entry(seq).or_default().poll = Some(poll);
    }
    Ok(extras)
}

fn quotes(
    tx: &ReadTx<'_>,
    by: &MemberOf<'_>,
    rich: &[&Line],
    extras: &mut HashMap<i64, Extras>,
) -> Result<(), store::Error> {
    let wanted: Vec<i64> = rich.iter().filter_map(|line| line.reply).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let mut rows = storage::message::by_seqs(tx, by.conversation().id, &wanted)?;
    let blocked = storage::block::of_person(tx, by.person())?;
    // What a blocked person wrote is folded; a quote of it would unfold it.
    rows.retain(|row| {
        row.seq >= by.visible_from() && blocked.iter().all(|(person, _)| *person != row.sender)
    });
    let quoted: HashMap<i64, Line> = lines_of(tx, rows)?.into_iter().map(|line| (line.seq, line)).collect();
    for line in rich {
        let (Some(seq), Some(extra)) = (line.reply, extras.get_mut(&line.seq)) else { continue };
        let said = quoted.get(&seq).and_then(|line| {
            let text = line.text.as_deref()?;
            let (beginning, is_cut) = preview(text, PREVIEW_GRAPHEMES);
            Some((line.name.clone(), if is_cut { format!("{beginning}…") } else { beginning }))
        });
        extra.quote = Some(Quote { seq, said });
    }
    Ok(())
}
