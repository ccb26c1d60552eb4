//! What one client is told, frame by frame: first from ring or log, then live, with no window between (MSG-I5).

use std::collections::VecDeque;
use std::sync::Arc;

use messenger::RESUME_EVENTS;
use school::Present;
use store::{Event, ReadTx};
use time::Date;

use super::client::Client;
use super::frame::{Group, Scope, events_frame, group, mark_frame, reset_frame};
use super::hub::Connected;
use super::limits::RESUME_PAGE;
use crate::{App, Failure};

/// The frames of one client.
pub(super) struct Feed {
    connected: Connected,
    /// The last g told; `None` before the first frame of a client without a cursor.
    cursor: Option<i64>,
    told: Arc<str>,
    /// Groups up to `bound` that were read and wait to be told.
    waiting: VecDeque<Arc<Group>>,
    bound: i64,
    /// Up to here the log was read.
    read_upto: i64,
    /// The log has more below `bound`.
    more: bool,
    resumed: u32,
}

impl Feed {
    pub(super) fn new(connected: Connected, cursor: Option<&str>) -> Self {
        let cursor = cursor.and_then(|text| connected.hub.cursors.open(text));
        let told = cursor.map_or_else(|| Arc::from(""), |g| connected.hub.token(g));
        Self {
            connected,
            cursor,
            told,
            waiting: VecDeque::new(),
            bound: 0,
            read_upto: 0,
            more: false,
            resumed: 0,
        }
    }

    pub(super) const fn client(&self) -> &Arc<Client> {
        &self.connected.client
    }

    /// The next frame, or `None` when there is nothing to tell now.
    ///
    /// # Errors
    /// [`Failure`] when the session has ended or the base cannot be read.
    pub(super) async fn next(&mut self, app: &App) -> Result<Option<String>, Failure> {
        loop {
            if self.client().has_ended() {
                return Err(Failure::SignInNeeded);
            }
            if self.client().is_lagging()
                && let Some(reset) = self.restart(app).await?
            {
                return Ok(Some(reset));
            }
            let next = match self.waiting.pop_front() {
                Some(group) => Some(group),
                None if self.more => {
                    if let Some(reset) = self.read_on(app).await? {
                        return Ok(Some(reset));
                    }
                    continue;
                }
                None => self.client().pop(),
            };
            let Some(group) = next else {
                let typing = self.connected.hub.typing_for(self.client());
                return Ok(typing.map(|frame| frame.to_string()));
            };
            let after = self.cursor.unwrap_or(0);
            let texts = self.connected.hub.visible(self.client(), &group);
            if group.g <= after || texts.is_empty() {
                continue;
            }
            let frame = events_frame(&group.token, &self.told, &texts);
            self.cursor = Some(group.g);
            self.told = Arc::clone(&group.token);
            return Ok(Some(frame));
        }
    }

    /// A mark, when the client has heard everything; moves its cursor over what others were told.
    pub(super) fn mark(&mut self) -> Option<String> {
        if self.more || !self.waiting.is_empty() {
            return None;
        }
        let g = self.connected.hub.heard_upto(self.client())?;
        if self.cursor != Some(g) {
            self.cursor = Some(g);
            self.told = self.connected.hub.token(g);
        }
        Some(mark_frame(&self.told))
    }

    /// Fixes a bound, goes live above it and begins to read up to it. A reset when the cursor is of no use.
    async fn restart(&mut self, app: &App) -> Result<Option<String>, Failure> {
        self.waiting.clear();
        self.more = false;
        self.resumed = 0;
        let viewer = self.client().viewer;
        let today = app.school().zone.date(app.clock.now());
        let (scopes, floor, last) = app
            .store
            .read(move |tx| {
                Present::ask(tx, &viewer)?;
                Ok::<_, Failure>((scopes_of(tx, viewer.person(), today)?, tx.event_floor()?, tx.last_g()?))
            })
            .await?;
        self.bound = self.connected.hub.go_live(&self.connected.client, scopes);
        let Some(after) = self.cursor else { return Ok(Some(self.reset("no cursor"))) };
        // A page's cursor counts commits without events too, of which the live channel never hears.
        if after > self.bound.max(last) || after < floor {
            return Ok(Some(self.reset("cursor out of reach")));
        }
        if let Some(groups) = self.connected.hub.ring_between(after, self.bound) {
            if groups.len() > RESUME_EVENTS as usize {
                return Ok(Some(self.reset("too much is due")));
            }
            self.waiting.extend(groups);
        } else {
            self.read_upto = after;
            self.more = after < self.bound;
        }
        Ok(None)
    }

    fn reset(&mut self, reason: &str) -> String {
        self.waiting.clear();
        self.more = false;
        self.cursor = Some(self.bound);
        self.told = self.connected.hub.token(self.bound);
        reset_frame(&self.told, reason)
    }

    /// Reads the next page of the log below the bound.
    async fn read_on(&mut self, app: &App) -> Result<Option<String>, Failure> {
        let (after, upto, client) = (self.read_upto, self.bound, Arc::clone(self.client()));
        let scopes: Vec<Scope> =
            client.scopes.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        let (events, complete) =
            app.store.read(move |tx| due(tx, &client, &scopes, after, upto, RESUME_PAGE)).await?;
        self.resumed = self.resumed.saturating_add(u32::try_from(events.len()).unwrap_or(u32::MAX));
        if self.resumed > RESUME_EVENTS {
            return Ok(Some(self.reset("too much is due")));
        }
        self.more = complete < upto;
        self.read_upto = complete;
        let hub = Arc::clone(&self.connected.hub);
        self.waiting.extend(group(&events, |g| hub.token(g)).into_iter().map(Arc::new));
        Ok(None)
    }
}

/// What a person follows besides chats: their own, their children's, and their classes' events, for the day those too of
/// the classes in which they stand in (CALL-F32).
fn scopes_of(tx: &ReadTx<'_>, person: school::PersonId, today: Date) -> Result<Vec<Scope>, store::Error> {
    let children = school::children_of(tx, person, today)?;
    let mut classes = school::classes_around(tx, person, today)?;
    classes.extend(messenger::classes_stood_in(tx, person, today)?);
    let people = children.into_iter().chain([person]).map(|person| Scope::Person(person.get()));
    let mut scopes: Vec<_> =
        people.chain(classes.into_iter().map(|class| Scope::ClassGroup(class.get()))).collect();
    // Each once: whoever stands twice under one scope would be told twice.
    scopes.sort_unstable();
    scopes.dedup();
    Ok(scopes)
}

/// The events due to a client, chats and scopes together, complete up to the number returned.
fn due(
    tx: &ReadTx<'_>,
    client: &Client,
    scopes: &[Scope],
    after: i64,
    upto: i64,
    limit: u32,
) -> Result<(Vec<Event>, i64), Failure> {
    let present = Present::ask(tx, &client.viewer)?;
    let chats = messenger::events_after(tx, &present, after, upto, limit)?;
    let mut complete = chats.upto;
    let mut events = chats.events;
    for scope in scopes {
        let (kind, id) = match scope {
            Scope::Person(id) => ("person", *id),
            Scope::ClassGroup(id) => ("class_group", *id),
        };
        // Bounded by the page of the chats; a scope of its own never has more in thirty days than a few thousand.
        events.extend(tx.events_of(kind, id, after, complete, RESUME_EVENTS + 1)?);
    }
    complete = complete.min(upto);
    events.sort_unstable_by_key(|event| (event.g, event.n));
    Ok((events, complete))
}
