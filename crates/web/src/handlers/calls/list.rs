//! «Видеоконференции»: what goes on now, what comes next by the timetable, and what was missed.

use std::collections::HashMap;

use askama::Template;
use calls::{CallId, CallState, LessonFacts};
use school::{PersonId, PersonName, Zone};
use store::{ReadTx, UtcInstant};
use time::Date;

use crate::Failure;
use crate::cx::Cx;
use crate::flows::{LiveCall, MissedCall, NextCall, calls_missed, calls_next, calls_now};
use crate::handlers::teaching::{group_line, span};
use crate::response::Response;
use crate::views::{Page, clock_time, day_month, weekday_short};
use crate::words::{Words, say};

#[derive(Template)]
#[template(path = "calls/list.html")]
struct ListPage {
    page: Page,
    /// Whether the server has calls at all.
    is_on: bool,
    now: Vec<NowView>,
    next: Vec<NextView>,
    missed: Vec<MissedView>,
}

struct NowView {
    id: CallId,
    title: String,
    when: String,
    who: String,
    inside: String,
    /// Whether somebody who leads is in.
    open: bool,
    leads: bool,
    kept_out: bool,
    /// The chat that goes with it, 0 where this person reads none.
    chat: i64,
}

struct NextView {
    day: String,
    time: String,
    title: String,
    who: String,
    opens: String,
    /// Whether somebody stands in.
    changed: bool,
}

struct MissedView {
    day: String,
    time: String,
    title: String,
    who: String,
    lesson: bool,
    chat: i64,
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let viewer = cx.signed_in()?.viewer;
    let frame = cx.frame(say("calls-title"));
    let (now, today, zone) = (cx.now, cx.today(), cx.app.school().zone.clone());
    let is_on = cx.app.settings.calls.is_on();
    let shown = cx
        .read(move |tx| {
            let mut shown = ListPage {
                page: frame.page(tx)?,
                is_on,
                now: Vec::new(),
                next: Vec::new(),
                missed: Vec::new(),
            };
            if !is_on {
                return Ok(shown);
            }
            let live = calls_now(tx, &viewer, &zone, today)?;
            let next = calls_next(tx, now, &viewer, &zone)?;
            let missed = calls_missed(tx, now, &viewer, &zone)?;
            let told = Told::read(tx, &zone, today, (&live, &next, &missed))?;
            for live in live {
                shown.now.push(told.now(tx, live)?);
            }
            for next in next {
                shown.next.push(told.next(tx, &next)?);
            }
            shown.missed = missed.into_iter().map(|missed| told.missed(missed)).collect();
            Ok(shown)
        })
        .await?;
    cx.html(&shown)
}

/// What the rows of the page are told with.
struct Told<'a> {
    zone: &'a Zone,
    today: Date,
    names: HashMap<PersonId, PersonName>,
    /// Who teaches, by group and subject.
    teachers: HashMap<(school::GroupId, school::SubjectId), PersonName>,
    groups: HashMap<school::GroupId, school::GroupName>,
}

impl<'a> Told<'a> {
    fn read(
        tx: &ReadTx<'_>,
        zone: &'a Zone,
        today: Date,
        (live, next, missed): (&[LiveCall], &[NextCall], &[MissedCall]),
    ) -> Result<Self, store::Error> {
        let of_live = live.iter().filter_map(|one| one.facts.as_ref());
        let of_missed = missed.iter().filter_map(|one| one.facts.as_ref());
        let facts: Vec<&LessonFacts> =
            of_live.chain(next.iter().map(|one| &one.facts)).chain(of_missed).collect();
        let begun = live.iter().map(|one| &one.call).chain(missed.iter().map(|one| &one.past.call));
        let mut people: Vec<_> = begun.filter_map(|call| call.begun_by).collect();
        people.extend(facts.iter().filter_map(|facts| facts.teacher));
        people.sort_unstable();
        people.dedup();
        let mut groups: Vec<_> = facts.iter().map(|facts| facts.group).collect();
        groups.sort_unstable();
        groups.dedup();
        let mut teachers = HashMap::new();
        for (group, subject, name) in school::teachers_of_groups(tx, &groups, today)? {
            teachers.entry((group, subject)).or_insert(name);
        }
        Ok(Self {
            zone,
            today,
            names: school::names_of(tx, &people)?,
            teachers,
            groups: school::group_names(tx, &groups)?,
        })
    }

    fn name(&self, person: Option<PersonId>) -> String {
        person.and_then(|person| self.names.get(&person)).map(PersonName::formal).unwrap_or_default()
    }

    /// Who teaches a lesson.
    fn teacher(&self, facts: &LessonFacts) -> String {
        match facts.teacher {
            Some(own) => self.name(Some(own)),
            None => {
                let usual = self.teachers.get(&(facts.group, facts.subject));
                usual.map(PersonName::formal).unwrap_or_default()
            }
        }
    }

    fn clock(&self, at: UtcInstant) -> String {
        clock_time(self.zone.local(at).time)
    }

    /// «сегодня», «чт, 15 октября».
    fn day(&self, date: Date) -> String {
        if date == self.today {
            return say("calls-today");
        }
        format!("{}, {}", weekday_short(date.weekday()), day_month(date))
    }

    fn now(&self, tx: &ReadTx<'_>, live: LiveCall) -> Result<NowView, store::Error> {
        let LiveCall { call, about, leads, kept_out, inside, facts } = live;
        let inside_words = match &facts {
            _ if inside == 0 => say("calls-nobody-in"),
            Some(facts) => {
                let total = school::members_of(tx, facts.group, facts.date)?.len();
                Words::of("calls-inside-of").with("n", inside).with("total", total).say()
            }
            None => Words::of("calls-inside").with("n", inside).say(),
        };
        let when = match &facts {
            Some(facts) => Words::of("calls-from-to")
                .with("from", self.clock(facts.begins))
                .with("to", self.clock(facts.ends))
                .say(),
            None => Words::of("calls-from").with("from", self.clock(call.begun)).say(),
        };
        Ok(NowView {
            id: call.id,
            title: about.title,
            when,
            who: match &facts {
                Some(_) if leads => say("calls-you-lead"),
                Some(facts) => self.teacher(facts),
                None => self.name(call.begun_by),
            },
            inside: inside_words,
            open: call.state == CallState::Open,
            leads,
            kept_out,
            chat: about.chat.map_or(0, messenger::ConversationId::get),
        })
    }

    fn next(&self, tx: &ReadTx<'_>, next: &NextCall) -> Result<NextView, store::Error> {
        let NextCall { lesson, facts, leads } = next;
        let subject = school::load_subject(tx, facts.subject)?.name;
        Ok(NextView {
            day: self.day(lesson.date),
            time: span(lesson.starts, lesson.ends),
            title: format!("{subject}, {}", group_line(&self.groups, facts.group)),
            who: if *leads { say("calls-you-lead") } else { self.teacher(facts) },
            opens: Words::of("calls-opens").with("at", self.clock(facts.window().opens)).say(),
            changed: facts.teacher.is_some(),
        })
    }

    fn missed(&self, missed: MissedCall) -> MissedView {
        let MissedCall { past, about, facts } = missed;
        let local = self.zone.local(past.led);
        let ended = past.call.ended.map_or(past.led, |(ended, _)| ended);
        let (from, to) = match &facts {
            Some(facts) => (facts.begins, facts.ends),
            None => (past.led, ended),
        };
        let (from, to) = (self.clock(from), self.clock(to));
        MissedView {
            day: self.day(local.date),
            time: if from == to { from } else { format!("{from}–{to}") },
            title: about.title,
            who: match &facts {
                Some(facts) => self.teacher(facts),
                None => Words::of("calls-by").with("name", self.name(past.call.begun_by)).say(),
            },
            lesson: facts.is_some(),
            chat: about.chat.map_or(0, messenger::ConversationId::get),
        }
    }
}
