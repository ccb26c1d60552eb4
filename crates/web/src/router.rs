//! From a request to its handler: host, origin, session, rule, body, token; then the answer's headers.

use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Method};
use school::SessionToken;
use time::Duration;

use crate::access::{Access, Record, SignedIn};
use crate::context::contexts_of;
use crate::cx::Cx;
use crate::form_data::FormData;
use crate::request::Request;
use crate::response::Response;
use crate::routes::{Body, Route, Verb};
use crate::server::{Peer, client_of};
use crate::{App, Failure, cookies, csrf, flows, handlers, headers, host, step_up};

/// The route table in the shape that finds a route by path.
pub(crate) struct Router {
    paths: matchit::Router<Vec<Route>>,
    allowed: host::Allowed,
}

impl Router {
    /// Builds the router from the table; a table that names one path in two ways is a defect found by the first test.
    pub(crate) fn build(routes: Vec<Route>, allowed: host::Allowed) -> Result<Self, matchit::InsertError> {
        let mut by_path: Vec<(&'static str, Vec<Route>)> = Vec::new();
        for route in routes {
            match by_path.iter_mut().find(|(path, _)| *path == route.path) {
                Some((_, same)) => same.push(route),
                None => by_path.push((route.path, vec![route])),
            }
        }
        let mut paths = matchit::Router::new();
        for (path, routes) in by_path {
            paths.insert(path, routes)?;
        }
        Ok(Self { paths, allowed })
    }

    /// Whether a host is one of the server's names.
    pub(crate) fn answers_to(&self, host: &str) -> bool {
        self.allowed.holds(host)
    }

    /// Whether a request asks for a route that writes nothing.
    pub(crate) fn only_reads(&self, parts: &Parts) -> bool {
        let asks = matches!(parts.method, Method::GET | Method::HEAD);
        let found = self.paths.at(parts.uri.path()).ok();
        let route = found.and_then(|found| found.value.iter().find(|route| route.verb == Verb::Get));
        asks && route.is_some_and(|route| route.record == Record::Reads)
    }

    /// Answers one request; every failure becomes a page or a JSON object.
    pub(crate) async fn answer<B>(
        &self,
        app: &Arc<App>,
        parts: Parts,
        body: impl FnOnce(Body) -> B + Send,
        peer: Peer,
    ) -> Response
    where
        B: Future<Output = Result<Bytes, Failure>> + Send,
    {
        let method = parts.method.clone();
        let scheme =
            client_of(&app.settings, peer, &parts.headers).map_or(peer.scheme, |client| client.scheme);
        let begun = std::time::Instant::now();
        let (pattern, mut answer) = match self.dispatch(app, parts, body, peer).await {
            Ok(done) => done,
            Err(refused) => {
                let Refused { pattern, failure, cx, cookie } = *refused;
                let page = handlers::failure::page(cx.as_ref(), &failure);
                (pattern, cookie.iter().fold(page, |page, cookie| page.with_cookie(cookie)))
            }
        };
        headers::dress(&mut answer.headers, scheme);
        // The pattern and never the path: paths and queries carry ids and words of people (O5, K22).
        tracing::info!(
            method = %method,
            route = pattern,
            status = answer.status.as_u16(),
            ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
            "answered"
        );
        answer
    }

    async fn dispatch<B>(
        &self,
        app: &Arc<App>,
        parts: Parts,
        body: impl FnOnce(Body) -> B + Send,
        peer: Peer,
    ) -> Result<(&'static str, Response), Box<Refused>>
    where
        B: Future<Output = Result<Bytes, Failure>> + Send,
    {
        let refuse = |failure, cx| Box::new(Refused { pattern: "-", failure, cx, cookie: None });
        let host = host::check(&parts, &self.allowed).map_err(|failure| refuse(failure, None))?;
        let client =
            client_of(&app.settings, peer, &parts.headers).map_err(|failure| refuse(failure, None))?;
        let mut request = Request {
            parts,
            params: Vec::new(),
            body: Bytes::new(),
            form_data: FormData::default(),
            client,
            host,
        };
        let found = self.find(&mut request);
        let is_call = matches!(found, Ok(route) if route.access == Access::Wire);
        let opened = if is_call { Ok(bare(app, request)) } else { open(app, request).await };
        let mut cx = opened.map_err(|failure| refuse(failure, None))?;
        let route = match found {
            Ok(route) => route,
            Err(failure) => return Err(refuse(failure, Some(cx))),
        };
        let pattern = route.path;
        if is_call {
            return Ok((pattern, call(route, cx, body(route.body)).await));
        }
        let confirmed = match self.run(route, &mut cx, body).await {
            Ok(confirmed) => confirmed,
            Err(failure) => return Err(Box::new(Refused { pattern, failure, cx: Some(cx), cookie: None })),
        };
        let fresh = cx.fresh_seed.then(|| cookies::set(cookies::FORM, &cx.seed, None));
        let kept = Kept::of(&cx, route);
        match (route.handler)(cx).await {
            Ok(answer) => {
                let cookies = fresh.iter().chain(&confirmed);
                Ok((pattern, cookies.fold(answer, |answer, cookie| answer.with_cookie(cookie))))
            }
            Err(failure) => {
                let cx = Some(kept.into_cx());
                Err(Box::new(Refused { pattern, failure, cx, cookie: confirmed }))
            }
        }
    }

    fn find(&self, request: &mut Request) -> Result<&Route, Failure> {
        let path = request.parts.uri.path().to_owned();
        let found = self.paths.at(&path).map_err(|_| Failure::NotFound)?;
        let method = &request.parts.method;
        let wanted = match *method {
            Method::GET | Method::HEAD => Some(Verb::Get),
            Method::POST => Some(Verb::Post),
            Method::OPTIONS => Some(Verb::Options),
            _ => None,
        };
        let route = found.value.iter().find(|route| Some(route.verb) == wanted);
        let Some(route) = route else {
            let allow = found.value.iter().map(|route| route.verb.word()).collect::<Vec<_>>().join(", ");
            return Err(Failure::WrongMethod { allow });
        };
        for (name, value) in found.params.iter() {
            let plain =
                percent_encoding::percent_decode_str(value).decode_utf8().map_err(|_| Failure::NotFound)?;
            request.params.push((name.to_owned(), plain.into_owned()));
        }
        Ok(route)
    }

    /// Everything between the route and its handler. Gives the session's new cookie when the password came with the
    /// form and was right (A16).
    async fn run<B>(
        &self,
        route: &Route,
        cx: &mut Cx,
        body: impl FnOnce(Body) -> B + Send,
    ) -> Result<Option<String>, Failure>
    where
        B: Future<Output = Result<Bytes, Failure>> + Send,
    {
        if route.access == Access::Demo && !cx.app.settings.demo {
            return Err(Failure::NotFound);
        }
        if route.verb == Verb::Post {
            csrf::check_origin(&cx.request.parts.headers, &cx.request.origin())?;
        }
        admit(route.access, cx)?;
        if route.verb == Verb::Post {
            cx.request.body = body(route.body).await?;
            if route.body == Body::Files {
                let body = std::mem::take(&mut cx.request.body);
                let form = FormData::read(&cx.request.parts.headers, body).await?;
                cx.request.form_data = form.unwrap_or_default();
            }
            let expected = csrf::token(&cx.app.key, &cx.seed);
            csrf::check_token(&cx.request.parts.headers, cx.request.form_token().as_deref(), &expected)?;
        }
        if route.step_up { step_up::take(cx).await } else { Ok(None) }
    }
}

/// The coarse gate. To the wrong role a page is as good as not there (Z2).
fn admit(access: Access, cx: &Cx) -> Result<(), Failure> {
    match access {
        Access::Public | Access::Demo | Access::Wire => Ok(()),
        Access::SignedIn => cx.signed_in().map(|_| ()),
        Access::Roles(roles) => {
            let who = cx.signed_in()?;
            if roles.iter().any(|role| who.roles.has(*role)) { Ok(()) } else { Err(Failure::NotFound) }
        }
        Access::Messenger => {
            let who = cx.signed_in()?;
            if who.sferum == crate::access::Sferum::Open { Ok(()) } else { Err(Failure::NotFound) }
        }
    }
}

struct Refused {
    pattern: &'static str,
    failure: Failure,
    cx: Option<Cx>,
    /// The session's new cookie, when the password was right and the handler failed all the same.
    cookie: Option<String>,
}

/// What an error page needs of a call whose handler has taken it.
struct Kept {
    app: Arc<App>,
    request: Request,
    now: store::UtcInstant,
    local: school::Local,
    who: Option<SignedIn>,
    seed: String,
}

impl Kept {
    fn of(cx: &Cx, route: &Route) -> Self {
        let mut parts = http::Request::new(()).into_parts().0;
        parts.method = cx.request.parts.method.clone();
        parts.uri = cx.request.parts.uri.clone();
        parts.headers = cx.request.parts.headers.clone();
        let request = Request {
            parts,
            params: Vec::new(),
            // What was typed waits in the page that asks for the password.
            body: if route.step_up { cx.request.body.clone() } else { Bytes::new() },
            form_data: FormData::default(),
            client: cx.request.client,
            host: cx.request.host.clone(),
        };
        Self {
            app: Arc::clone(&cx.app),
            request,
            now: cx.now,
            local: cx.local,
            who: cx.who.clone(),
            seed: cx.seed.clone(),
        }
    }

    fn into_cx(self) -> Cx {
        Cx {
            app: self.app,
            request: self.request,
            now: self.now,
            local: self.local,
            who: self.who,
            seed: self.seed,
            fresh_seed: false,
        }
    }
}

/// A call of an application: no cookie is read, every failure is an error object, and the answer says who may read it
/// (VK-30, VK-40, VK-41).
async fn call(
    route: &Route,
    mut cx: Cx,
    body: impl Future<Output = Result<Bytes, Failure>> + Send,
) -> Response {
    use handlers::oauth;
    let reader = match oauth::reader_of(&cx).await {
        Ok(reader) => reader,
        Err(failure) => return oauth::failed(&failure),
    };
    let answer = match body.await {
        Ok(body) => {
            cx.request.body = body;
            (route.handler)(cx).await
        }
        Err(failure) => Err(failure),
    };
    oauth::readable(answer.unwrap_or_else(|failure| oauth::failed(&failure)), reader.as_deref())
}

/// A request of nobody in particular.
fn bare(app: &Arc<App>, request: Request) -> Cx {
    let now = app.clock.now();
    let local = app.school().zone.local(now);
    Cx { app: Arc::clone(app), request, now, local, who: None, seed: String::new(), fresh_seed: false }
}

/// Reads who is signed in, in one view of the base.
async fn open(app: &Arc<App>, request: Request) -> Result<Cx, Failure> {
    let now = app.clock.now();
    let local = app.school().zone.local(now);
    let cookie = request.cookie(cookies::SESSION);
    let mut who = None;
    if let Some(cookie) = &cookie {
        let token = SessionToken::from_cookie(cookie);
        let require_link = app.settings.require_link;
        let provider = app.settings.vk_id.provider();
        who = app
            .store
            .read(move |tx| find_signed_in(tx, now, local.date, &token, provider, require_link))
            .await?;
    }
    if let Some(who) = &who {
        touch(app, now, who);
    }
    // Form tokens are made from the session, or, without one, from a cookie of the form's own.
    let (seed, fresh_seed) = match (&who, request.cookie(cookies::FORM)) {
        (Some(who), _) => (csrf::seed_of(&who.session), false),
        (None, Some(form)) if !form.is_empty() => (form, false),
        _ => (app.random.token::<16>(), true),
    };
    Ok(Cx { app: Arc::clone(app), request, now, local, who, seed, fresh_seed })
}

fn find_signed_in(
    tx: &store::ReadTx<'_>,
    now: store::UtcInstant,
    today: time::Date,
    token: &SessionToken,
    provider: Option<identity::Provider>,
    require_link: bool,
) -> Result<Option<SignedIn>, Failure> {
    let Some((viewer, session)) = school::resume_session(tx, now, token)? else { return Ok(None) };
    let roles = school::roles_of(tx, viewer.person(), today)?;
    let contexts = contexts_of(tx, viewer.person(), roles, today)?;
    let chosen = contexts.iter().find(|context| context.id() == session.context).or_else(|| contexts.first());
    let Some(context) = chosen.cloned() else { return Ok(None) };
    let Some(name) = school::name_of(tx, viewer.person())? else { return Ok(None) };
    let sferum = flows::sferum_of(tx, viewer.person(), provider, require_link)?;
    Ok(Some(SignedIn { viewer, name, roles, session, context, contexts, sferum }))
}

/// Notes that the session is used, at most once a minute and without making the request wait.
fn touch(app: &Arc<App>, now: store::UtcInstant, who: &SignedIn) {
    if now.since(who.session.seen) < Duration::minutes(1) {
        return;
    }
    let (app, viewer) = (Arc::clone(app), who.viewer);
    tokio::spawn(async move {
        let noted: Result<(), store::Error> =
            app.store.write_in(store::Lane::Marks, move |tx| school::touch_session(tx, now, &viewer)).await;
        if let Err(error) = noted {
            tracing::debug!(%error, "a session's last use was not noted");
        }
    });
}

/// The header of a 405.
pub(crate) fn allow_header(allow: &str) -> HeaderValue {
    HeaderValue::from_str(allow).unwrap_or(HeaderValue::from_static("GET"))
}
