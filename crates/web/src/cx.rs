//! What a handler is called with: the app, the request, the moment, who is signed in; and the only ways to the base.

use std::sync::Arc;

use askama::Template;
use school::{Local, PersonId};
use store::{Act, Actor, Lane, ReadTx, UtcInstant, WriteTx};
use time::Date;

use crate::access::SignedIn;
use crate::request::Request;
use crate::response::Response;
use crate::views::{Flash, Frame, Page};
use crate::{App, Failure, cookies, csrf};

/// As long as most pages are: their text grows without being moved.
const PAGE_BYTES: usize = 40 * 1024;

/// One call of a handler.
pub struct Cx {
    /// The program.
    pub app: Arc<App>,
    /// The request.
    pub request: Request,
    /// The moment the request began; one request sees one moment.
    pub now: UtcInstant,
    /// The same by the school's clocks.
    pub local: Local,
    pub(crate) who: Option<SignedIn>,
    /// What form tokens of this browser are made from.
    pub(crate) seed: String,
    /// Whether the seed is new and must be given to the browser.
    pub(crate) fresh_seed: bool,
}

impl Cx {
    /// The signed-in person; the route's rule has made sure of one, except on public routes.
    ///
    /// # Errors
    /// [`Failure::SignInNeeded`].
    pub fn signed_in(&self) -> Result<&SignedIn, Failure> {
        self.who.as_ref().ok_or(Failure::SignInNeeded)
    }

    /// Today by the school's clocks.
    #[must_use]
    pub fn today(&self) -> Date {
        self.local.date
    }

    /// The child whose diary the present context shows.
    ///
    /// # Errors
    /// [`Failure::NotFound`] when the context shows none.
    pub fn child(&self) -> Result<PersonId, Failure> {
        let who = self.signed_in()?;
        who.context.child(who.person()).ok_or(Failure::NotFound)
    }

    /// Who acts, for the audit chain.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor {
            person: self.who.as_ref().map(|who| who.person().get()),
            session: self.who.as_ref().map(|who| who.viewer.session().get()),
            address: self.request.address().to_string(),
        }
    }

    /// Reads the base in one consistent view.
    ///
    /// # Errors
    /// What the closure fails with.
    pub async fn read<T, F>(&self, run: F) -> Result<T, Failure>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&ReadTx<'t>) -> Result<T, Failure> + Send + 'static,
    {
        self.app.store.read(run).await
    }

    /// As [`Cx::read`], for reads as long as the base: on a thread that serves nobody.
    ///
    /// # Errors
    /// What the closure fails with.
    pub(crate) async fn read_aside<T, F>(&self, run: F) -> Result<T, Failure>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&ReadTx<'t>) -> Result<T, Failure> + Send + 'static,
    {
        self.app.store.read_aside(run).await
    }

    /// Writes, and leaves one row in the audit chain in the same transaction (Z7).
    ///
    /// # Errors
    /// What the closure fails with; nothing is then written.
    pub async fn write<T, F>(&self, run: F) -> Result<T, Failure>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&mut WriteTx<'t>) -> Result<(T, Act), Failure> + Send + 'static,
    {
        self.write_if_due(|tx| run(tx).map(|(value, act)| (value, Some(act)))).await
    }

    /// As [`Cx::write`], where a form sent twice finds nothing left to do: without an act nothing may have been written.
    ///
    /// # Errors
    /// As [`Cx::write`].
    pub async fn write_if_due<T, F>(&self, run: F) -> Result<T, Failure>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&mut WriteTx<'t>) -> Result<(T, Option<Act>), Failure> + Send + 'static,
    {
        let (now, actor) = (self.now, self.actor());
        self.app
            .store
            .write(move |tx| {
                let (value, act) = run(tx)?;
                if let Some(act) = act {
                    tx.audit(now, &actor, act)?;
                }
                Ok(value)
            })
            .await
    }

    /// Writes with refusals of its own kind; the closure leaves the row in the audit chain itself.
    ///
    /// # Errors
    /// What the closure fails with; nothing is then written.
    pub(crate) async fn write_refusing<T, E, F>(&self, run: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<store::Error> + Send + 'static,
        F: for<'t> FnOnce(&mut WriteTx<'t>) -> Result<T, E> + Send + 'static,
    {
        self.app.store.write(run).await
    }

    /// Writes on a self-recording route: its own rows are the record (Z7).
    ///
    /// # Errors
    /// What the closure fails with; nothing is then written.
    pub async fn record<T, F>(&self, lane: Lane, run: F) -> Result<T, Failure>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&mut WriteTx<'t>) -> Result<T, Failure> + Send + 'static,
    {
        self.app.store.write_in(lane, run).await
    }

    /// The frame of a page with this title.
    #[must_use]
    pub(crate) fn frame(&self, title: impl Into<String>) -> Frame {
        let school = self.app.school();
        Frame {
            title: title.into(),
            school: school.profile.short_name.clone(),
            place: school.profile.place.clone(),
            path: self.request.path().to_owned(),
            csrf: csrf::token(&self.app.key, &self.seed),
            demo: self.app.settings.demo,
            readonly: self.app.store.health() == store::Health::ReadOnly,
            flash: self.request.cookie(cookies::FLASH).as_deref().and_then(Flash::from_cookie),
            who: self.who.clone(),
            now: self.now,
            today: self.today(),
            hub: Arc::clone(&self.app.live),
        }
    }

    /// The frame of a page without menu and badge.
    #[must_use]
    pub(crate) fn bare_page(&self, title: impl Into<String>) -> Page {
        self.frame(title).bare()
    }

    /// Renders a page. A message that it shows is taken from the browser.
    ///
    /// # Errors
    /// [`Failure::Template`].
    pub(crate) fn html(&self, page: &impl Template) -> Result<Response, Failure> {
        let mut text = String::with_capacity(PAGE_BYTES);
        page.render_into(&mut text)?;
        let answer = Response::html(text);
        if self.request.cookie(cookies::FLASH).is_some() {
            return Ok(answer.with_cookie(&cookies::clear(cookies::FLASH)));
        }
        Ok(answer)
    }

    /// Shows a form again with what was wrong. The status is 200: browsers report any other as an error of the page,
    /// and nothing is wrong with the page; JSON clients get the failure's own status. So does everybody when it is the
    /// server that cannot take it.
    ///
    /// # Errors
    /// [`Failure::Template`]; failures that are not about the input come back as they are.
    pub(crate) fn refused(&self, failure: &Failure, page: &impl Template) -> Result<Response, Failure> {
        let answer = self.html(page)?;
        tracing::info!(code = failure.said().code, cause = %failure, "a form was refused");
        let status = failure.said().status;
        let says_so = self.request.wants_json() || status.is_server_error();
        Ok(if says_so { answer.with_status(status) } else { answer })
    }

    /// After a form: goes on to another page of ours with a message.
    #[must_use]
    pub(crate) fn go(&self, to: &str, flash: Option<Flash>) -> Response {
        let answer = Response::see_other(to);
        match flash {
            Some(flash) => answer.with_cookie(&cookies::set(cookies::FLASH, &flash.cookie(), Some(60))),
            None => answer,
        }
    }
}
