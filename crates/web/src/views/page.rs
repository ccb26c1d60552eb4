//! The frame of a page.

/// Everything `base.html` needs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Page {
    /// The document's title.
    pub(crate) title: String,
    /// «Школа № 12».
    pub(crate) school: String,
    /// «Заречье».
    pub(crate) place: String,
    /// The main menu.
    pub(crate) tabs: Vec<Tab>,
    /// Who is signed in.
    pub(crate) person: Option<PersonBadge>,
    /// The token of this page's forms.
    pub(crate) csrf: String,
    /// Whether to show the demo's line.
    pub(crate) demo: bool,
    /// Whether the server takes no writes.
    pub(crate) readonly: bool,
    /// One message after a redirect.
    pub(crate) flash: Option<Flash>,
    /// Whether the page follows events.
    pub(crate) live: bool,
    /// Whether the viewer answers for safety, and hears of urgent reports at once.
    pub(crate) desk: bool,
    /// The place in the log at which the page was read: its events go on from there.
    pub(crate) cursor: String,
    /// Who is signed in, as events name them.
    pub(crate) me: i64,
    /// `light` or `dark` where somebody has chosen for the page; empty leaves it to the system.
    pub(crate) scheme: &'static str,
    /// The page's own path.
    pub(crate) path: String,
}

/// An entry of the main menu.
#[derive(Clone, Debug)]
pub(crate) struct Tab {
    /// Where it leads.
    pub(crate) href: String,
    /// The icon's id.
    pub(crate) icon: &'static str,
    /// Its word.
    pub(crate) label: String,
    /// A number beside it; zero shows none.
    pub(crate) count: u32,
    /// What is counted, for those who hear it: «не сделано».
    pub(crate) counted: String,
    /// Whether the page belongs to it.
    pub(crate) active: bool,
}

/// The signed-in person at the edge of the bar.
#[derive(Clone, Debug)]
pub(crate) struct PersonBadge {
    /// «Варвара Ильина».
    pub(crate) name: String,
    /// «6 «А»», «администратор».
    pub(crate) line: String,
    /// «ВИ».
    pub(crate) initials: String,
    /// The avatar's tint, 0 to 5.
    pub(crate) tint: u8,
    /// What else they can look as.
    pub(crate) contexts: Vec<ContextLink>,
}

/// A context to switch to.
#[derive(Clone, Debug)]
pub(crate) struct ContextLink {
    /// Its word.
    pub(crate) id: String,
    /// «Родитель: Варвара».
    pub(crate) label: String,
    /// «6 «А»».
    pub(crate) line: String,
    /// Whether it is the present one.
    pub(crate) active: bool,
}

/// One message after a redirect; it travels in a cookie.
#[derive(Clone, Debug)]
pub(crate) struct Flash {
    /// `info`, `good`, `warn` or `bad`.
    pub(crate) tone: &'static str,
    /// The bold first clause.
    pub(crate) strong: String,
    /// The rest.
    pub(crate) text: String,
}

impl Flash {
    /// Something succeeded.
    pub(crate) fn good(strong: impl Into<String>, text: impl Into<String>) -> Self {
        Self { tone: "good", strong: strong.into(), text: text.into() }
    }

    /// Something to know.
    pub(crate) fn info(strong: impl Into<String>, text: impl Into<String>) -> Self {
        Self { tone: "info", strong: strong.into(), text: text.into() }
    }

    /// Something was not done.
    pub(crate) fn bad(strong: impl Into<String>, text: impl Into<String>) -> Self {
        Self { tone: "bad", strong: strong.into(), text: text.into() }
    }

    /// The text of the cookie.
    pub(crate) fn cookie(&self) -> String {
        let plain = format!("{}\u{1f}{}\u{1f}{}", self.tone, self.strong, self.text);
        percent_encoding::utf8_percent_encode(&plain, percent_encoding::NON_ALPHANUMERIC).to_string()
    }

    /// Reads the cookie; whatever it holds is shown as plain text only.
    pub(crate) fn from_cookie(cookie: &str) -> Option<Self> {
        let plain = percent_encoding::percent_decode_str(cookie).decode_utf8().ok()?;
        let mut parts = plain.splitn(3, '\u{1f}');
        let tone = match parts.next()? {
            "good" => "good",
            "warn" => "warn",
            "bad" => "bad",
            _ => "info",
        };
        Some(Self { tone, strong: parts.next()?.to_owned(), text: parts.next()?.to_owned() })
    }
}
