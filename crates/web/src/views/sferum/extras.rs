//! What stands in a bubble beside the text.

use messenger::{Acknowledgement, Extras, Line, PREVIEW_GRAPHEMES, Reacted, Reaction, preview};

use school::Zone;
use time::Date;

use super::files::{FileView, text_or_file};
use super::poll::PollView;
use crate::views::day_month;
use crate::words::{Words, say};

/// The message answered, above the text.
pub(crate) struct QuoteView {
    pub(crate) seq: i64,
    /// Empty when there is nothing to be seen of it any more.
    pub(crate) name: String,
    pub(crate) text: String,
}

impl QuoteView {
    /// The message that is about to be answered.
    pub(crate) fn of_line(line: &Line) -> Self {
        let text = text_or_file(line.text.as_deref().unwrap_or_default());
        Self { seq: line.seq, name: line.name.clone(), text: beginning(&text) }
    }
}

/// The beginning of a text, with a mark where it was cut.
fn beginning(text: &str) -> String {
    let (beginning, is_cut) = preview(text, PREVIEW_GRAPHEMES);
    if is_cut { format!("{beginning}…") } else { beginning }
}

/// A pinned message in the head of the chat.
pub(crate) struct PinView {
    pub(crate) seq: i64,
    pub(crate) text: String,
}

impl PinView {
    pub(crate) fn of(line: &Line) -> Self {
        let QuoteView { seq, text, .. } = QuoteView::of_line(line);
        Self { seq, text }
    }
}

/// One reaction as a button: pressed, it is added or taken back.
pub(crate) struct ReactionView {
    pub(crate) word: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) label: String,
    pub(crate) count: u32,
    pub(crate) own: bool,
}

impl ReactionView {
    fn of(reaction: Reaction, count: u32, own: bool) -> Self {
        let (icon, label) = match reaction {
            Reaction::Yes => ("thumbs-up", "reaction-yes"),
            Reaction::Thanks => ("heart-handshake", "reaction-thanks"),
            Reaction::Clear => ("check", "reaction-clear"),
            Reaction::Great => ("star", "reaction-great"),
            Reaction::Funny => ("laugh", "reaction-funny"),
            Reaction::Puzzled => ("circle-help", "reaction-puzzled"),
        };
        Self { word: reaction.word(), icon, label: say(label), count, own }
    }

    /// The whole set to choose from, with what is chosen already.
    pub(crate) fn choice(given: &[Reacted]) -> Vec<Self> {
        let one = |reaction| {
            let found = given.iter().find(|given| given.reaction == reaction);
            Self::of(reaction, found.map_or(0, |given| given.count), found.is_some_and(|given| given.own))
        };
        Reaction::ALL.into_iter().map(one).collect()
    }
}

/// «до 16 октября».
pub(crate) fn due_words(due: Date) -> String {
    Words::of("ack-due").with("date", day_month(due)).say()
}

/// What a message asks to acknowledge, at the foot of its bubble.
pub(crate) struct AckView {
    pub(crate) own: bool,
    pub(crate) may_press: bool,
    pub(crate) register: bool,
    /// «ознакомились 19 из 27 · до 16 октября».
    pub(crate) line: String,
}

impl AckView {
    fn of(ack: &Acknowledgement) -> Self {
        let count =
            ack.count.map(|(done, all)| Words::of("ack-count").with("done", done).with("all", all).say());
        let parts: Vec<String> = count.into_iter().chain(ack.request.due.map(due_words)).collect();
        Self {
            own: ack.own,
            may_press: ack.may_press,
            register: ack.may_see_register,
            line: parts.join(" · "),
        }
    }
}

/// Everything beside the text.
#[derive(Default)]
pub(crate) struct ExtrasView {
    pub(crate) quote: Option<QuoteView>,
    pub(crate) reactions: Vec<ReactionView>,
    pub(crate) calls_me: bool,
    pub(crate) files: Vec<FileView>,
    pub(crate) ack: Option<AckView>,
    pub(crate) poll: Option<PollView>,
}

impl ExtrasView {
    pub(crate) fn of(line: &Line, extras: &Extras, zone: &Zone, today: Date) -> Self {
        let file = |file| FileView::of(line.conversation, line.seq, file);
        let quote = extras.quote.as_ref().map(|quote| {
            let (name, text) = quote.said.clone().unwrap_or_else(|| (String::new(), say("chat-quote-gone")));
            QuoteView { seq: quote.seq, name, text: text_or_file(&text) }
        });
        let shown = |given: &Reacted| ReactionView::of(given.reaction, given.count, given.own);
        let reactions = extras.reactions.iter().map(shown).collect();
        let files = extras.files.iter().map(file).collect();
        let ack = extras.ack.as_ref().map(AckView::of);
        let poll = extras.poll.as_ref().map(|poll| PollView::of(poll, zone, today));
        Self { quote, reactions, calls_me: extras.calls_me, files, ack, poll }
    }
}
