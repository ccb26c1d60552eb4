//! What a person does not want to be called about: a chat («Уведомления»), or for a while anything («Не беспокоить»)
//! (MSG-F20).

use messenger::{ConversationId, Hush, HushError, MemberOf, quiet_choice};
use school::{Present, Zone};
use serde::Deserialize;
use store::{Lane, UtcInstant};
use time::{Date, Duration};

use crate::Failure;
use crate::cx::Cx;
use crate::handlers::diary::parse_date;
use crate::response::Response;
use crate::views::Flash;
use crate::words::say;

/// For how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Term {
    Hour,
    Morning,
    Week,
    Always,
    /// Until the morning of a day of one's own.
    Date,
    Off,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    term: Term,
    #[serde(default)]
    date: String,
}

/// The next moment at which the school's clocks show this minute of the day.
fn next(zone: &Zone, now: UtcInstant, minute: u16) -> UtcInstant {
    let today = zone.date(now);
    let morning = zone.instant(today, minute);
    if now < morning { morning } else { zone.instant(today.saturating_add(Duration::DAY), minute) }
}

impl Term {
    /// Its end; `None` for what has none.
    fn ends(
        self,
        zone: &Zone,
        now: UtcInstant,
        morning: u16,
        date: &str,
    ) -> Result<Option<UtcInstant>, HushError> {
        Ok(match self {
            Self::Hour => Some(now + Duration::HOUR),
            Self::Morning => Some(next(zone, now, morning)),
            Self::Week => Some(now + Duration::WEEK),
            Self::Date => Some(zone.instant(parse_date(date).ok_or(HushError::BadTime)?, morning)),
            Self::Always | Self::Off => None,
        })
    }
}

/// Back to the page with what came of it.
fn back(cx: &Cx, to: &str, done: Result<(), Failure>, said: &'static str) -> Result<Response, Failure> {
    match done {
        Ok(()) => Ok(cx.go(to, Some(Flash::good(say(said), String::new())))),
        Err(failure) if failure.gives_form_back() => {
            Ok(cx.go(to, Some(Flash::bad(String::new(), failure.sentence()))))
        }
        Err(failure) => Err(failure),
    }
}

/// The days that a date field offers: from tomorrow on, as far ahead as a chat can be hushed.
pub(crate) fn days_of(today: Date) -> (String, String) {
    let day = |days| today.saturating_add(Duration::days(days)).to_string();
    (day(1), day(30))
}

/// A member hushes a chat or lets it call again.
pub(crate) async fn hush(cx: Cx) -> Result<Response, Failure> {
    let id: ConversationId = cx.request.param("conversation")?;
    let Form { term, date } = cx.request.form()?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    let zone = cx.app.school().zone.clone();
    let done = cx
        .record(Lane::Chat, move |tx| {
            let by = MemberOf::ask(tx, &viewer, id, today)?;
            let morning = quiet_choice(tx, &Present::ask(tx, &viewer)?, today)?.hours.ends();
            let until = term.ends(&zone, now, morning, &date)?;
            let hush = (term != Term::Off).then_some(Hush { until });
            Ok(messenger::hush(tx, now, &by, hush)?)
        })
        .await;
    let said = if term == Term::Off { "hush-lifted" } else { "hush-set" };
    back(&cx, &format!("/sferum/{id}/about"), done, said)
}

/// The viewer is not to be disturbed for a while, or may be again.
pub(crate) async fn rest(cx: Cx) -> Result<Response, Failure> {
    let Form { term, date } = cx.request.form()?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    let zone = cx.app.school().zone.clone();
    let done = cx
        .record(Lane::Chat, move |tx| {
            let by = Present::ask(tx, &viewer)?;
            let morning = quiet_choice(tx, &by, today)?.hours.ends();
            let until = term.ends(&zone, now, morning, &date)?;
            // Whoever is never to be disturbed has quiet hours and hushed chats for it.
            if until.is_none() && term != Term::Off {
                return Err(HushError::BadTime.into());
            }
            Ok(messenger::rest(tx, now, &by, until)?)
        })
        .await;
    let said = if term == Term::Off { "rest-lifted" } else { "rest-set" };
    back(&cx, "/profile/quiet", done, said)
}

#[cfg(test)]
mod tests {
    use school::Zone;
    use time::macros::date;

    use super::next;

    #[test]
    fn the_next_morning_is_that_of_today_before_it_has_come() {
        let zone = Zone::find("Europe/Moscow").unwrap();
        let (today, tomorrow) = (date!(2026 - 10 - 14), date!(2026 - 10 - 15));
        for (minute, morning) in [(0, today), (449, today), (450, tomorrow), (1439, tomorrow)] {
            assert_eq!(next(&zone, zone.instant(today, minute), 450), zone.instant(morning, 450), "{minute}");
        }
    }
}
