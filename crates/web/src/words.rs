//! Texts for people that depend on numbers or on what went wrong: one Fluent file, the right plurals.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

static RUSSIAN: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| {
    let text = include_str!("../locales/ru.ftl").to_owned();
    let resource = FluentResource::try_new(text).unwrap_or_else(|(parsed, faults)| {
        tracing::error!(?faults, "the Russian texts hold faults");
        parsed
    });
    let mut bundle = FluentBundle::new_concurrent("ru".parse().into_iter().collect());
    // The marks that isolate directions would stand in the middle of Russian words.
    bundle.set_use_isolating(false);
    if let Err(faults) = bundle.add_resource(resource) {
        tracing::error!(?faults, "the Russian texts hold one id twice");
    }
    bundle
});

/// The texts that hold nothing to fill in, put together once.
static PLAIN: LazyLock<HashMap<&'static str, String>> = LazyLock::new(|| {
    let ids = include_str!("../locales/ru.ftl").lines().filter_map(|line| Some(line.split_once(" =")?.0));
    let plain = ids.filter_map(|id| {
        let mut faults = Vec::new();
        let pattern = RUSSIAN.get_message(id)?.value()?;
        let text = RUSSIAN.format_pattern(pattern, None, &mut faults).into_owned();
        faults.is_empty().then_some((id, text))
    });
    plain.collect()
});

/// A text with what it is to be filled with.
#[derive(Clone, Debug, PartialEq)]
pub struct Words {
    id: &'static str,
    args: Vec<(&'static str, FluentValue<'static>)>,
}

impl Words {
    /// The text with this id.
    #[must_use]
    pub const fn of(id: &'static str) -> Self {
        Self { id, args: Vec::new() }
    }

    /// Fills in a number or a text.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<FluentValue<'static>>) -> Self {
        self.args.push((name, value.into()));
        self
    }

    /// The text.
    #[must_use]
    pub(crate) fn say(&self) -> String {
        if self.args.is_empty()
            && let Some(text) = PLAIN.get(self.id)
        {
            return text.clone();
        }
        let Some(pattern) = RUSSIAN.get_message(self.id).and_then(|message| message.value()) else {
            tracing::error!(id = self.id, "a Russian text is missing");
            return self.id.to_owned();
        };
        let args: FluentArgs<'_> = self.args.iter().map(|(name, value)| (*name, value.clone())).collect();
        let mut faults = Vec::new();
        RUSSIAN.format_pattern(pattern, Some(&args), &mut faults).into_owned()
    }
}

/// Words that hang badly at the end of a line.
static SHORT: LazyLock<HashSet<String>> =
    LazyLock::new(|| say("words-short").split(' ').map(str::to_owned).collect());

/// Ties short words to the next one and a dash to the word before it, by spaces that do not break. For prose alone:
/// labels and refusals stay letter by letter as they are, for people and programs look for them.
#[must_use]
pub(crate) fn typeset(text: &str) -> String {
    let mut set = String::with_capacity(text.len() + 16);
    let mut before = "";
    for word in text.split(' ') {
        if !set.is_empty() {
            let short = SHORT.contains(&before.trim_start_matches(['«', '(']).to_lowercase());
            set.push(if short || word == "—" { '\u{a0}' } else { ' ' });
        }
        set.push_str(word);
        before = word;
    }
    set
}

impl Words {
    /// The text with an id that is made while running, if there is one.
    #[must_use]
    pub fn find(id: &str) -> Option<String> {
        let pattern = RUSSIAN.get_message(id)?.value()?;
        Some(RUSSIAN.format_pattern(pattern, None, &mut Vec::new()).into_owned())
    }
}

/// The text with this id, without anything to fill in.
#[must_use]
pub(crate) fn say(id: &'static str) -> String {
    Words::of(id).say()
}

/// The text with this id for a number, in the right plural: `{ $count }`.
#[must_use]
pub(crate) fn count(id: &'static str, count: usize) -> String {
    Words::of(id).with("count", count).say()
}

#[cfg(test)]
mod tests {
    #[test]
    fn short_words_do_not_hang_at_the_end_of_a_line() {
        let shown = |text: &str| super::typeset(text).replace('\u{a0}', "~");
        assert_eq!(
            shown("В чате — только то, что есть, и  не больше."),
            "В~чате~— только то, что есть, и~ не~больше."
        );
        assert_eq!(shown("Не с нами."), "Не~с~нами.");
    }

    #[test]
    fn a_label_keeps_its_spaces() {
        assert_eq!(super::say("tab-link"), "Авторизация в Сферум");
    }

    #[test]
    fn plurals_are_russian() {
        let said = [1, 2, 5, 11, 21, 22, 112].map(|number| super::count("pupils-count", number));
        assert_eq!(
            said,
            ["1 ученик", "2 ученика", "5 учеников", "11 учеников", "21 ученик", "22 ученика", "112 учеников"]
        );
    }
}
