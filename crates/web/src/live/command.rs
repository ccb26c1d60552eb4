//! Commands of a chat page, the same over the socket and by POST.

use std::sync::Arc;

use messenger::{AckRequest, Body, ClientId, ConversationId, Draft, FileId, MemberOf, Reaction, SendError};
use school::Viewer;
use serde::{Deserialize, Serialize};
use store::{Actor, Lane, UtcInstant};
use time::Date;

use crate::handlers::diary::parse_date;
use crate::{App, Failure};

/// What a client asks for. `re` comes back with the answer.
#[derive(Debug, Deserialize)]
#[serde(tag = "t", rename_all = "lowercase", deny_unknown_fields)]
pub(crate) enum Command {
    /// Sends a message.
    Send {
        /// The client's number of the command.
        re: u64,
        /// The chat.
        conv: ConversationId,
        /// The client's id of the message.
        cid: ClientId,
        /// The text.
        text: String,
        /// The message that this one answers.
        #[serde(default)]
        reply: Option<i64>,
        /// Whether many people may be called.
        #[serde(default)]
        confirmed: bool,
        /// Whether it calls readers in their quiet hours.
        #[serde(default)]
        urgent: bool,
        /// Complete files of the sender's own.
        #[serde(default)]
        files: Vec<FileId>,
        /// Whether it is to be acknowledged.
        #[serde(default)]
        ack: Option<Asked>,
    },
    /// Changes an own message.
    Edit {
        /// The client's number of the command.
        re: u64,
        /// The chat.
        conv: ConversationId,
        /// The message.
        seq: i64,
        /// The revision that was changed.
        rev: i64,
        /// The new text.
        text: String,
    },
    /// Deletes a message.
    Delete {
        /// The client's number of the command.
        re: u64,
        /// The chat.
        conv: ConversationId,
        /// The message.
        seq: i64,
    },
    /// Adds a reaction or takes it back.
    React {
        /// The client's number of the command.
        re: u64,
        /// The chat.
        conv: ConversationId,
        /// The message.
        seq: i64,
        /// Which, as a word of the set.
        reaction: String,
        /// Whether it is added.
        on: bool,
    },
    /// Votes in a poll, in the place of what was chosen before.
    Vote {
        /// The client's number of the command.
        re: u64,
        /// The chat.
        conv: ConversationId,
        /// The message.
        seq: i64,
        /// The client's id of the command.
        cid: ClientId,
        /// The options, from 1; with none of them the vote is taken back.
        options: Vec<u32>,
    },
    /// Pins a message or takes the pin away.
    Pin {
        /// The client's number of the command.
        re: u64,
        /// The chat.
        conv: ConversationId,
        /// The message.
        seq: i64,
        /// Whether it is pinned.
        on: bool,
    },
    /// Moves the read mark.
    Read {
        /// The client's number of the command.
        re: u64,
        /// The chat.
        conv: ConversationId,
        /// The last message read.
        seq: i64,
    },
    /// Counts a message and what follows it as unread again.
    Unread {
        /// The client's number of the command.
        re: u64,
        /// The chat.
        conv: ConversationId,
        /// The message.
        seq: i64,
    },
    /// Says that something is being written; at once forgotten.
    Typing {
        /// The client's number of the command.
        re: u64,
        /// The chat.
        conv: ConversationId,
    },
}

/// What a message asks its readers to acknowledge.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// The last day, as forms write days.
    #[serde(default)]
    due: Option<String>,
    /// Whether every guardian of a child is asked.
    #[serde(default)]
    both: bool,
}

impl Asked {
    fn request(self) -> Result<AckRequest, Failure> {
        let due = self.due.map(|due| parse_date(&due).ok_or(Failure::Send(SendError::AckOverdue)));
        Ok(AckRequest { due: due.transpose()?, both: self.both })
    }
}

/// What a command is answered with.
#[derive(Debug, Serialize)]
#[serde(tag = "t", rename_all = "lowercase")]
pub(crate) enum Answer {
    /// The message is stored (MSG-I4).
    Ack {
        /// The client's number of the command.
        re: u64,
        /// The client's id of the message.
        cid: ClientId,
        /// The message.
        message: messenger::MessageId,
        /// The chat.
        conv: ConversationId,
        /// Its number.
        seq: i64,
        /// The cursor of its event.
        g: String,
        /// When it was taken, in milliseconds.
        ts: i64,
        /// Whether it had been taken before.
        dup: bool,
    },
    /// It is done.
    Done {
        /// The client's number of the command.
        re: u64,
    },
    /// It is not done; nothing has changed.
    No {
        /// The client's number of the command.
        re: u64,
        /// A short code.
        code: &'static str,
        /// What happened and what to do.
        text: String,
        /// Milliseconds after which the same may be tried again, where that helps.
        #[serde(skip_serializing_if = "Option::is_none")]
        retry: Option<u64>,
    },
}

/// Who commands, from where and when.
pub(crate) struct By {
    pub(crate) viewer: Viewer,
    pub(crate) actor: Actor,
    pub(crate) now: UtcInstant,
    pub(crate) today: Date,
}

impl Command {
    const fn re(&self) -> u64 {
        match self {
            Self::Send { re, .. }
            | Self::Edit { re, .. }
            | Self::Delete { re, .. }
            | Self::React { re, .. }
            | Self::Vote { re, .. }
            | Self::Pin { re, .. }
            | Self::Read { re, .. }
            | Self::Unread { re, .. }
            | Self::Typing { re, .. } => *re,
        }
    }
}

/// The refusal of a command.
pub(crate) fn refusal(re: u64, failure: &Failure, retry: Option<u64>) -> Answer {
    let said = failure.said();
    Answer::No { re, code: said.code, text: said.text.say(), retry }
}

/// Takes one command from the session's allowance (R8, MSG-B24).
pub(crate) fn rate_of(app: &App, viewer: &Viewer) -> Result<(), u64> {
    app.live.take_allowance(viewer.session(), app.settings.socket_messages_per_second)
}

/// Runs a command; it is always answered.
pub(crate) async fn run(app: &Arc<App>, by: By, command: Command) -> Answer {
    let re = command.re();
    match carry_out(app, by, command).await {
        Ok(answer) => answer,
        Err(failure) => {
            tracing::info!(code = failure.said().code, cause = %failure, "a command was refused");
            refusal(re, &failure, None)
        }
    }
}

async fn carry_out(app: &Arc<App>, by: By, command: Command) -> Result<Answer, Failure> {
    let By { viewer, actor, now, today } = by;
    match command {
        Command::Send { re, conv, cid, text, reply, confirmed, urgent, files, ack } => {
            let body = Body::parse_beside(&files, &text)?;
            let ack = ack.map(Asked::request).transpose()?;
            let draft = Draft { reply, confirmed, files, ack, ..Draft::text(cid, body) };
            let ack = app
                .store
                .write_in(Lane::Chat, move |tx| {
                    let member = MemberOf::ask(tx, &viewer, conv, today)?;
                    Ok::<_, Failure>(if urgent {
                        messenger::send_urgent(tx, now, &member, &actor, &draft)?
                    } else {
                        messenger::send(tx, now, &member, &draft)?
                    })
                })
                .await?;
            Ok(Answer::Ack {
                re,
                cid: ack.cid,
                message: ack.message,
                conv: ack.conversation,
                seq: ack.seq,
                g: app.live.token(ack.g).to_string(),
                ts: ack.ts.millis(),
                dup: ack.dup,
            })
        }
        Command::Edit { re, conv, seq, rev, text } => {
            let body = Body::parse(&text)?;
            app.store
                .write_in(Lane::Chat, move |tx| {
                    let member = MemberOf::ask(tx, &viewer, conv, today)?;
                    Ok::<_, Failure>(messenger::edit(tx, now, &member, seq, rev, &body).map(|_| ())?)
                })
                .await?;
            Ok(Answer::Done { re })
        }
        Command::Delete { re, conv, seq } => {
            app.store
                .write_in(Lane::Chat, move |tx| {
                    let member = MemberOf::ask(tx, &viewer, conv, today)?;
                    Ok::<_, Failure>(messenger::delete(tx, now, &member, &actor, seq)?)
                })
                .await?;
            Ok(Answer::Done { re })
        }
        Command::React { re, conv, seq, reaction, on } => {
            // What is outside of the set is a frame that this program does not know (MSG-B14).
            let reaction = Reaction::from_word(&reaction).ok_or(Failure::BadForm)?;
            let deed = if on { messenger::react } else { messenger::unreact };
            app.store
                .write_in(Lane::Chat, move |tx| {
                    let member = MemberOf::ask(tx, &viewer, conv, today)?;
                    Ok::<_, Failure>(deed(tx, now, &member, seq, reaction)?)
                })
                .await?;
            Ok(Answer::Done { re })
        }
        Command::Vote { re, conv, seq, cid, options } => {
            let server = Arc::clone(app);
            app.store
                .write_in(Lane::Chat, move |tx| {
                    let member = MemberOf::ask(tx, &viewer, conv, today)?;
                    Ok::<_, Failure>(messenger::vote(tx, now, &member, &server.key, cid, seq, &options)?)
                })
                .await?;
            Ok(Answer::Done { re })
        }
        Command::Pin { re, conv, seq, on } => {
            let deed = if on { messenger::pin } else { messenger::unpin };
            app.store
                .write_in(Lane::Chat, move |tx| {
                    let member = MemberOf::ask(tx, &viewer, conv, today)?;
                    Ok::<_, Failure>(deed(tx, now, &member, seq)?)
                })
                .await?;
            Ok(Answer::Done { re })
        }
        Command::Unread { re, conv, seq } => {
            app.store
                .write_in(Lane::Marks, move |tx| {
                    let member = MemberOf::ask(tx, &viewer, conv, today)?;
                    messenger::mark_unread(tx, now, &member, seq)?.ok_or(Failure::NotFound).map(drop)
                })
                .await?;
            Ok(Answer::Done { re })
        }
        Command::Typing { re, conv } => {
            let writer = viewer.person();
            if app.live.may_type(writer, conv) {
                let read = move |tx: &store::ReadTx<'_>| {
                    let member = MemberOf::ask(tx, &viewer, conv, today)?;
                    Ok::<_, Failure>(messenger::typing(tx, now, &member)?)
                };
                if let Some(typing) = app.store.read(read).await? {
                    app.live.tell_typing(conv, writer, &typing);
                }
            }
            Ok(Answer::Done { re })
        }
        Command::Read { re, conv, seq } => {
            app.store
                .write_in(Lane::Marks, move |tx| {
                    let member = MemberOf::ask(tx, &viewer, conv, today)?;
                    Ok::<_, Failure>(messenger::mark_read(tx, now, &member, seq).map(|_| ())?)
                })
                .await?;
            Ok(Answer::Done { re })
        }
    }
}
