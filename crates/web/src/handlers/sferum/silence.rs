//! «Тишина»: the moderator of a chat decides when its pupils may write (MSG-F34, MSG-S5).

use askama::Template;
use messenger::{
    ConversationId, Hours, MemberOf, Mute, MuteError, Note, SafetyError, mute, mutes, set_hours,
    set_lesson_mode, unmute,
};
use school::{PersonId, Zone};
use serde::Deserialize;
use store::UtcInstant;
use time::{Date, Duration};

use crate::Failure;
use crate::cx::Cx;
use crate::handlers::diary::parse_date;
use crate::response::Response;
use crate::views::sferum::name_of;
use crate::views::silence::clock_of;
use crate::views::{Flash, Page, moment};
use crate::words::say;

#[derive(Template)]
#[template(path = "sferum/silence.html")]
struct SilencePage {
    page: Page,
    id: ConversationId,
    chat: String,
    all: Option<MuteView>,
    pupils: Vec<PupilView>,
    chosen: String,
    time: String,
    date: String,
    reason: String,
    opens: String,
    closes: String,
    has_hours: bool,
    /// Whether the chat has lessons at all, and whether it is silent during them.
    has_lessons: bool,
    lessons: bool,
    error: String,
}

struct MuteView {
    until: String,
    reason: String,
}

struct PupilView {
    id: String,
    name: String,
    mute: Option<MuteView>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Query {
    person: String,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct MuteForm {
    person: String,
    time: String,
    date: String,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Whom {
    #[serde(default)]
    person: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HoursForm {
    #[serde(default)]
    opens: String,
    #[serde(default)]
    closes: String,
    #[serde(default)]
    off: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LessonsForm {
    on: bool,
}

fn page_of(chat: ConversationId) -> String {
    format!("/sferum/{chat}/silence")
}

/// Everybody, or one pupil.
fn whom(person: &str) -> Result<Option<PersonId>, Failure> {
    match person {
        "" => Ok(None),
        person => person.parse().map(Some).map_err(|_| Failure::BadForm),
    }
}

fn mute_view(mute: Mute, zone: &Zone, today: Date) -> MuteView {
    MuteView { until: moment(zone.local(mute.until), today), reason: mute.reason.unwrap_or_default() }
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let query: Query = cx.request.query()?;
    let form = MuteForm { person: query.person, ..MuteForm::default() };
    let shown = page(&cx, form, String::new()).await?;
    cx.html(&shown)
}

async fn page(cx: &Cx, form: MuteForm, error: String) -> Result<SilencePage, Failure> {
    let id: ConversationId = cx.request.param("conversation")?;
    let viewer = cx.signed_in()?.viewer;
    let (now, today, zone) = (cx.now, cx.today(), cx.app.school().zone.clone());
    let frame = cx.frame(say("silence-title"));
    cx.read(move |tx| {
        let by = MemberOf::ask(tx, &viewer, id, today)?;
        if !by.may_silence() {
            return Err(Failure::NotFound);
        }
        let found = mutes(tx, now, &by)?;
        let pupils = found.pupils.into_iter().map(|(person, name, mute)| PupilView {
            id: person.to_string(),
            name,
            mute: mute.map(|mute| mute_view(mute, &zone, today)),
        });
        Ok(SilencePage {
            id,
            chat: name_of(by.conversation()),
            has_lessons: by.has_lessons(),
            lessons: by.lesson_mode(tx)?,
            all: found.all.map(|mute| mute_view(mute, &zone, today)),
            pupils: pupils.collect(),
            chosen: form.person,
            time: form.time,
            date: form.date,
            reason: form.reason,
            opens: clock_of(found.hours.map_or(7 * 60, |hours| hours.opens)),
            closes: clock_of(found.hours.map_or(21 * 60, |hours| hours.closes.min(24 * 60 - 1))),
            has_hours: found.hours.is_some(),
            error,
            page: frame.page(tx)?,
        })
    })
    .await
}

/// When a mute is to end.
fn until(form: &MuteForm, now: UtcInstant, today: Date, zone: &Zone) -> Result<UtcInstant, Failure> {
    let midnight = |date: Option<Date>| date.map(|date| zone.instant(date, 0)).ok_or(Failure::BadForm);
    match form.time.as_str() {
        "15" => Ok(now + Duration::minutes(15)),
        "60" => Ok(now + Duration::hours(1)),
        "240" => Ok(now + Duration::hours(4)),
        "day" => midnight(today.next_day()),
        "week" => Ok(now + Duration::days(7)),
        "date" => {
            let date = parse_date(&form.date).ok_or(MuteError::BadTime)?;
            midnight(Some(date))
        }
        _ => Err(Failure::BadForm),
    }
}

pub(crate) async fn silence(cx: Cx) -> Result<Response, Failure> {
    let form: MuteForm = cx.request.form()?;
    match take(&cx, &form).await {
        Ok(id) => Ok(cx.go(&page_of(id), Some(Flash::good(say("silence-set"), String::new())))),
        Err(failure) if failure.gives_form_back() => {
            let shown = page(&cx, form, failure.sentence()).await?;
            cx.refused(&failure, &shown)
        }
        Err(failure) => Err(failure),
    }
}

async fn take(cx: &Cx, form: &MuteForm) -> Result<ConversationId, Failure> {
    let id: ConversationId = cx.request.param("conversation")?;
    let whom = whom(&form.person)?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    let until = until(form, now, today, &cx.app.school().zone)?;
    let reason = Note::parse_optional(&form.reason).map_err(SafetyError::from)?;
    cx.write(move |tx| {
        let by = MemberOf::ask(tx, &viewer, id, today)?;
        Ok((id, mute(tx, now, &by, whom, until, reason.as_ref())?))
    })
    .await
}

pub(crate) async fn lift(cx: Cx) -> Result<Response, Failure> {
    let form: Whom = cx.request.form()?;
    let id: ConversationId = cx.request.param("conversation")?;
    let whom = whom(&form.person)?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    cx.write_if_due(move |tx| {
        let by = MemberOf::ask(tx, &viewer, id, today)?;
        Ok(((), unmute(tx, now, &by, whom)?))
    })
    .await?;
    Ok(cx.go(&page_of(id), Some(Flash::good(say("silence-lifted"), String::new()))))
}

/// «7:00», «07:00».
pub(crate) fn minute_of(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let plain = |part: &str| (part.len() <= 2).then(|| part.parse::<u16>().ok()).flatten();
    let (hours, minutes) = (plain(hours)?, plain(minutes)?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

pub(crate) async fn hours(cx: Cx) -> Result<Response, Failure> {
    let form: HoursForm = cx.request.form()?;
    let id: ConversationId = cx.request.param("conversation")?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    let set = cx
        .write_if_due(move |tx| {
            let hours = match form.off.as_str() {
                "" => {
                    let ends = minute_of(&form.opens).zip(minute_of(&form.closes));
                    let (opens, closes) = ends.ok_or(MuteError::BadHours)?;
                    Some(Hours::new(opens, closes)?)
                }
                _ => None,
            };
            let by = MemberOf::ask(tx, &viewer, id, today)?;
            Ok(((), set_hours(tx, now, &by, hours)?))
        })
        .await;
    let flash = match set {
        Ok(()) => Flash::good(say("silence-hours-set"), String::new()),
        Err(failure) if failure.gives_form_back() => Flash::bad(say("case-unchanged"), failure.sentence()),
        Err(failure) => return Err(failure),
    };
    Ok(cx.go(&page_of(id), Some(flash)))
}

/// Switches «Тихий режим на уроках».
pub(crate) async fn lessons(cx: Cx) -> Result<Response, Failure> {
    let form: LessonsForm = cx.request.form()?;
    let id: ConversationId = cx.request.param("conversation")?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    cx.write_if_due(move |tx| {
        let by = MemberOf::ask(tx, &viewer, id, today)?;
        Ok(((), set_lesson_mode(tx, now, &by, form.on)?))
    })
    .await?;
    let said = if form.on { say("silence-lessons-on") } else { say("silence-lessons-off") };
    Ok(cx.go(&page_of(id), Some(Flash::good(said, String::new()))))
}

#[cfg(test)]
mod tests {
    use super::minute_of;

    #[test]
    fn times_of_the_day_are_read() {
        for (text, minute) in [
            ("07:00", Some(420)),
            ("7:05", Some(425)),
            ("23:59", Some(1439)),
            ("24:00", None),
            ("7", None),
            ("7:60", None),
            ("007:00", None),
            ("", None),
        ] {
            assert_eq!(minute_of(text), minute, "{text}");
        }
    }
}
