//! Signing in with the school's login.

use askama::Template;
use diary::LessonState;
use school::{
    Arrival, Device, PersonId, SessionToken, SignInError, SignInFence, SignInOutcome, SignInWay, Viewer,
};
use serde::Deserialize;
use store::{Act, Actor, ReadTx, UtcInstant, WriteTx};
use time::{Date, Duration};

use crate::cx::Cx;
use crate::response::Response;
use crate::views::diary::clock_minute;
use crate::views::{Page, long_day};
use crate::words::{Words, say};
use crate::{Failure, cookies};

#[derive(Template)]
#[template(path = "signin.html")]
struct SignInPage {
    page: Page,
    error: Option<String>,
    login: String,
    next: String,
    date_line: String,
    bell_line: String,
    help_line: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(default)]
    login: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    remember: String,
    #[serde(default)]
    next: String,
}

async fn page(cx: &Cx, login: String, next: String, error: Option<String>) -> SignInPage {
    let school = cx.app.school();
    let help = &school.profile.help;
    let today = cx.today();
    // A line of decoration: a base that cannot be read must not close the way in.
    let bells = cx.read(move |tx| bells_of(tx, today)).await.unwrap_or_default();
    SignInPage {
        page: cx.bare_page(say("sign-in-title")),
        error,
        login,
        next,
        date_line: format!("{}.", long_day(cx.today())),
        bell_line: bells
            .map(|(first, last)| {
                Words::of("sign-in-bells")
                    .with("first", clock_minute(first))
                    .with("last", clock_minute(last))
                    .say()
            })
            .unwrap_or_default(),
        help_line: if help.is_empty() {
            String::new()
        } else {
            Words::of("sign-in-help").with("who", help.clone()).say()
        },
    }
}

/// The first and the last bell of a day of lessons.
fn bells_of(tx: &ReadTx<'_>, today: Date) -> Result<Option<(u16, u16)>, Failure> {
    let Some(year) = school::find_year(tx, today)? else { return Ok(None) };
    let tomorrow = today.saturating_add(Duration::DAY);
    let mut span: Option<(u16, u16)> = None;
    for class in school::list_class_groups(tx, year.id)? {
        for lesson in diary::lessons_of_class(tx, class.id, today, tomorrow)? {
            if !matches!(lesson.state, LessonState::Cancelled | LessonState::Moved) {
                let (first, last) = span.unwrap_or((lesson.starts, lesson.ends));
                span = Some((first.min(lesson.starts), last.max(lesson.ends)));
            }
        }
    }
    Ok(span)
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let query: Query = cx.request.query()?;
    if cx.who.is_some() {
        return Ok(Response::see_other(if query.next.is_empty() { "/" } else { &query.next }));
    }
    cx.html(&page(&cx, String::new(), query.next, None).await)
}

pub(crate) async fn submit(cx: Cx) -> Result<Response, Failure> {
    let form: Form = cx.request.form()?;
    match enter(&cx, &form).await {
        Ok(cookie) => {
            let next = if form.next.is_empty() { "/" } else { form.next.as_str() };
            Ok(Response::see_other(next).with_cookie(&cookie).with_cookie(&cookies::clear(cookies::FORM)))
        }
        Err(failure) if failure.gives_form_back() => {
            let shown = page(&cx, form.login, form.next, Some(failure.sentence())).await;
            cx.refused(&failure, &shown)
        }
        Err(failure) => Err(failure),
    }
}

/// Checks the pair and begins a session; the old one of this browser dies (A12). Returns the session's cookie.
async fn enter(cx: &Cx, form: &Form) -> Result<String, Failure> {
    let login = form.login.trim().to_lowercase();
    let address = cx.request.address();
    let fence = SignInFence::of(&address.to_string(), cx.app.settings.is_school_address(address), &login);
    let (now, asked) = (cx.now, fence.clone());
    let account = cx
        .read(move |tx| {
            school::check_fence(tx, now, &asked)?;
            Ok(school::find_account(tx, &login)?)
        })
        .await?;
    let stored = account.as_ref().and_then(|account| account.password.clone());
    let cheap = stored.as_ref().is_some_and(|hash| hash.is_cheaper_than(cx.app.settings.hash_cost));
    let right = cx.app.hasher.matches(stored, form.password.clone()).await?;
    let (device, way) = (cx.device(), SignInWay::Password);
    let known = account.as_ref().map(|account| account.person);
    let Some(account) = account.filter(|_| right) else {
        cx.record(store::Lane::Admin, move |tx| {
            school::count_wrong_pair(tx, now, &fence)?;
            if let Some(person) = known {
                school::note_sign_in(tx, now, person, &device, way, SignInOutcome::Wrong)?;
            }
            Ok(())
        })
        .await?;
        return Err(SignInError::WrongPair.into());
    };
    if account.blocked.is_some() {
        cx.record(store::Lane::Admin, move |tx| {
            Ok(school::note_sign_in(tx, now, account.person, &device, way, SignInOutcome::Blocked)?)
        })
        .await?;
        return Err(SignInError::Blocked.into());
    }
    let dearer =
        if cheap { Some(cx.app.hasher.hash(form.password.clone(), &cx.app.random).await?) } else { None };
    // Asked again where the session begins: of many guesses at once none may pass a fence that has closed meanwhile.
    let (entry, person) = (Entry::of(cx, SignInWay::Password, form.remember == "1"), account.person);
    let cookie = entry.cookie();
    cx.record(store::Lane::Admin, move |tx| {
        school::recheck(tx, now, &fence, &account)?;
        if let Some(hash) = dearer {
            school::rehash_password(tx, account.id, &hash)?;
        }
        entry.begin(tx, person, Act::new("school.session.open", "person", person))
    })
    .await?;
    Ok(cookie)
}

/// A session about to begin in this browser, for a person who proves themselves in the same transaction.
pub(crate) struct Entry {
    token: SessionToken,
    remember: bool,
    device: Device,
    way: SignInWay,
    /// The session the browser came with, which dies (A12).
    old: Option<Viewer>,
    now: UtcInstant,
    actor: Actor,
}

impl Entry {
    pub(crate) fn of(cx: &Cx, way: SignInWay, remember: bool) -> Self {
        Self {
            token: SessionToken::draw(&cx.app.random),
            remember,
            device: cx.device(),
            way,
            old: cx.who.as_ref().map(|who| who.viewer),
            now: cx.now,
            actor: cx.actor(),
        }
    }

    /// The cookie of the session, to be given only after it has begun.
    pub(crate) fn cookie(&self) -> String {
        cookies::session(&self.token, self.remember)
    }

    /// Begins the session and leaves the request's one row in the audit chain (Z7). The row names the person who has
    /// entered, who is nobody yet for the request itself.
    pub(crate) fn begin(self, tx: &mut WriteTx<'_>, person: PersonId, act: Act) -> Result<(), Failure> {
        let arrival = Arrival { device: &self.device, way: self.way, remember: self.remember };
        let viewer = school::open_session(tx, self.now, person, &self.token, &arrival, self.old)?;
        let actor = Actor { person: Some(person.get()), session: Some(viewer.session().get()), ..self.actor };
        tx.audit(self.now, &actor, act)?;
        Ok(())
    }
}
