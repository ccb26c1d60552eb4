//! The menu and the badge of a signed-in person, by what they look as.

use messenger::SafetyOf;
use school::{ClassLabel, Present, ReaderOf, Role};
use store::ReadTx;
use time::Date;

use super::page::{ContextLink, Flash, Page, PersonBadge, Tab};
use crate::Failure;
use crate::access::{Sferum, SignedIn};
use crate::context::Context;
use crate::views::diary::lower_first;
use crate::words::say;

/// All that a page's frame needs besides what is read in the page's own view of the base.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) title: String,
    pub(crate) school: String,
    pub(crate) place: String,
    pub(crate) path: String,
    pub(crate) csrf: String,
    pub(crate) demo: bool,
    pub(crate) readonly: bool,
    pub(crate) flash: Option<Flash>,
    pub(crate) who: Option<SignedIn>,
    pub(crate) now: store::UtcInstant,
    pub(crate) today: Date,
    pub(crate) hub: std::sync::Arc<crate::live::Hub>,
}

impl Frame {
    /// The frame of a page for people who are not signed in, or whose menu must not show.
    pub(crate) fn bare(self) -> Page {
        Page {
            title: self.title,
            school: self.school,
            place: self.place,
            csrf: self.csrf,
            demo: self.demo,
            readonly: self.readonly,
            flash: self.flash,
            path: self.path,
            ..Page::default()
        }
    }

    /// The frame with menu and badge, counted in the page's own view of the base.
    ///
    /// # Errors
    /// [`Failure`] when the counts cannot be read.
    pub(crate) fn page(mut self, tx: &ReadTx<'_>) -> Result<Page, Failure> {
        let Some(who) = self.who.take() else { return Ok(self.bare()) };
        let cursor = self.hub.token(tx.last_g()?).to_string();
        let tabs = tabs_of(tx, &who, self.now, self.today, &self.path)?;
        let mut page = self.bare();
        page.tabs = tabs;
        page.person = Some(badge_of(&who));
        page.live = true;
        page.desk = sits_at_desk(&who);
        page.cursor = cursor;
        page.me = who.person().get();
        Ok(page)
    }
}

fn badge_of(who: &SignedIn) -> PersonBadge {
    let contexts = who
        .contexts
        .iter()
        .map(|context| {
            let (label, line) = describe(context);
            ContextLink { id: context.id(), label, line, active: *context == who.context }
        })
        .collect();
    let (label, line) = describe(&who.context);
    let line = if line.is_empty() { lower_first(&label) } else { line };
    PersonBadge {
        name: who.name.short(),
        line,
        initials: who.name.initials(),
        tint: u8::try_from(who.person().get() % 6).unwrap_or(0),
        contexts,
    }
}

/// A context's word and its second line.
fn describe(context: &Context) -> (String, String) {
    let class_line = |class: &Option<ClassLabel>| class.as_ref().map(ToString::to_string).unwrap_or_default();
    match context {
        Context::Pupil { class } => (say("context-pupil"), class_line(class)),
        Context::Guardian { name, class, .. } => (
            crate::words::Words::of("context-guardian").with("child", name.given.clone()).say(),
            format!("{}, {}", name.short(), class_line(class)).trim_end_matches(", ").to_owned(),
        ),
        Context::Staff { position } => (say("context-staff"), position.clone()),
        Context::Administrator => (say("context-administrator"), String::new()),
        Context::Nobody => (say("context-nobody"), String::new()),
    }
}

fn tab(path: &str, href: &str, icon: &'static str, label: &'static str) -> Tab {
    let inside = path.strip_prefix(href).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    Tab { href: href.to_owned(), icon, label: say(label), count: 0, counted: String::new(), active: inside }
}

fn tabs_of(
    tx: &ReadTx<'_>,
    who: &SignedIn,
    now: store::UtcInstant,
    today: Date,
    path: &str,
) -> Result<Vec<Tab>, Failure> {
    let mut tabs = match &who.context {
        Context::Pupil { .. } | Context::Guardian { .. } => {
            let mut homework = tab(path, "/homework", "list-checks", "tab-homework");
            homework.count = open_homework(tx, who, today)?;
            homework.counted = say("tab-homework-counted");
            vec![
                tab(path, "/diary", "book-open", "tab-diary"),
                tab(path, "/subjects", "graduation-cap", "tab-subjects"),
                homework,
                tab(path, "/timetable", "calendar-days", "tab-timetable"),
            ]
        }
        Context::Staff { .. } => staff_tabs(tx, who, today, path)?,
        Context::Administrator => administrator_tabs(path),
        Context::Nobody => Vec::new(),
    };
    tabs.extend(sferum_tab(tx, who, now, today, path)?);
    Ok(tabs)
}

/// How many tasks wait for the child that the context shows.
fn open_homework(tx: &ReadTx<'_>, who: &SignedIn, today: Date) -> Result<u32, Failure> {
    let Some(child) = who.context.child(who.person()) else { return Ok(0) };
    let by = ReaderOf::ask(tx, &who.viewer, child, today)?;
    Ok(diary::count_open_homework(tx, &by, today)?)
}

/// The tab that the whole guide is about: «Авторизация в Сферум» before the link, «Сферум» after it.
fn sferum_tab(
    tx: &ReadTx<'_>,
    who: &SignedIn,
    now: store::UtcInstant,
    today: Date,
    path: &str,
) -> Result<Option<Tab>, Failure> {
    Ok(match who.sferum {
        Sferum::Absent => None,
        Sferum::Offered => Some(tab(path, "/link", "messages-square", "tab-link")),
        Sferum::Open => {
            let count = messenger::unread_total(tx, now, &Present::ask(tx, &who.viewer)?, today)?;
            let counted = say("tab-sferum-counted");
            Some(Tab { count, counted, ..tab(path, "/sferum", "messages-square", "tab-sferum") })
        }
    })
}

fn staff_tabs(tx: &ReadTx<'_>, who: &SignedIn, today: Date, path: &str) -> Result<Vec<Tab>, Failure> {
    let mut tabs = Vec::new();
    if who.roles.has(Role::Teacher) || who.roles.has(Role::HomeroomTeacher) {
        tabs.push(tab(path, "/today", "calendar-clock", "tab-today"));
        tabs.push(tab(path, "/gradebook", "table-2", "tab-gradebook"));
    }
    for class in school::homeroom_classes(tx, who.person(), today)? {
        let label = school::load_class_group(tx, class)?.label;
        let mut own = tab(path, &format!("/classes/{class}"), "users", "tab-class");
        own.label = crate::words::Words::of("tab-class").with("class", label.to_string()).say();
        tabs.push(own);
    }
    if who.roles.has(Role::DeputyHead) || who.roles.has(Role::HeadTeacher) {
        tabs.push(tab(path, "/substitutions", "arrow-right-left", "tab-substitutions"));
        tabs.push(tab(path, "/school-timetable", "calendar-days", "tab-timetable"));
    }
    tabs.extend(safety_tab(tx, who, today, path)?);
    Ok(tabs)
}

fn sits_at_desk(who: &SignedIn) -> bool {
    let roles = [Role::SafeguardingLead, Role::HeadTeacher, Role::DeputyHead];
    roles.into_iter().any(|role| who.roles.has(role))
}

/// The desk of those who answer for safety, with what waits there.
fn safety_tab(tx: &ReadTx<'_>, who: &SignedIn, today: Date, path: &str) -> Result<Option<Tab>, Failure> {
    if !sits_at_desk(who) {
        return Ok(None);
    }
    let by = SafetyOf::ask(tx, &who.viewer, today)?;
    let count = messenger::count_new_cases(tx, &by, today)?
        + messenger::count_new_openings(tx, &by)?
        + messenger::count_unattended(tx, &by)?;
    let counted = say("tab-safety-counted");
    Ok(Some(Tab { count, counted, ..tab(path, "/safety", "shield-check", "tab-safety") }))
}

fn administrator_tabs(path: &str) -> Vec<Tab> {
    let mut tabs = vec![
        tab(path, "/admin", "activity", "tab-health"),
        tab(path, "/admin/people", "users", "tab-people"),
        tab(path, "/admin/links", "link", "tab-links"),
        tab(path, "/admin/import", "upload", "tab-import"),
        tab(path, "/admin/sessions", "monitor", "tab-sessions"),
        tab(path, "/admin/sms", "smartphone", "tab-sms"),
        tab(path, "/admin/audit", "history", "tab-audit"),
    ];
    // Every administrator's page lies under the first tab's address; only that page itself belongs to it.
    if let Some(first) = tabs.first_mut() {
        first.active = path == "/admin";
    }
    tabs
}
