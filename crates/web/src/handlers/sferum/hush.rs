//! What a person does not want to be called about: a chat («Уведомления»), or for a while anything («Не беспокоить»)
//! (MSG-F20).

use messenger::{ConversationId, Hush, HushError, MemberOf, quiet_choice};
use school::{Present, Zone};
use serde::Deserialize;
use store::{Lane, UtcInstant};
use time::Duration;

use crate::Failure;
use crate::cx::Cx;
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
    Off,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    term: Term,
}

/// The next moment at which the school's clocks show this minute of the day.
fn next(zone: &Zone, now: UtcInstant, minute: u16) -> UtcInstant {
    let today = zone.date(now);
    let morning = zone.instant(today, minute);
    if now < morning { morning } else { zone.instant(today.saturating_add(Duration::DAY), minute) }
}

impl Term {
    /// Its end; `None` for what has none.
    fn ends(self, zone: &Zone, now: UtcInstant, morning: u16) -> Option<UtcInstant> {
        match self {
            Self::Hour => Some(now + Duration::HOUR),
            Self::Morning => Some(next(zone, now, morning)),
            Self::Week => Some(now + Duration::WEEK),
            Self::Always | Self::Off => None,
        }
    }
}

/// A member hushes a chat or lets it call again.
pub(crate) async fn hush(cx: Cx) -> Result<Response, Failure> {
    let id: ConversationId = cx.request.param("conversation")?;
    let Form { term } = cx.request.form()?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    let zone = cx.app.school().zone.clone();
    cx.record(Lane::Chat, move |tx| {
        let by = MemberOf::ask(tx, &viewer, id, today)?;
        let morning = quiet_choice(tx, &Present::ask(tx, &viewer)?, today)?.hours.ends();
        let hush = (term != Term::Off).then(|| Hush { until: term.ends(&zone, now, morning) });
        Ok(messenger::hush(tx, now, &by, hush)?)
    })
    .await?;
    let said = if term == Term::Off { "hush-lifted" } else { "hush-set" };
    Ok(cx.go(&format!("/sferum/{id}/about"), Some(Flash::good(say(said), String::new()))))
}

/// The viewer is not to be disturbed for a while, or may be again.
pub(crate) async fn rest(cx: Cx) -> Result<Response, Failure> {
    let Form { term } = cx.request.form()?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    let zone = cx.app.school().zone.clone();
    cx.record(Lane::Chat, move |tx| {
        let by = Present::ask(tx, &viewer)?;
        let morning = quiet_choice(tx, &by, today)?.hours.ends();
        let until = term.ends(&zone, now, morning);
        // Whoever is never to be disturbed has quiet hours and hushed chats for it.
        if until.is_none() && term != Term::Off {
            return Err(HushError::BadTime.into());
        }
        Ok(messenger::rest(tx, now, &by, until)?)
    })
    .await?;
    let said = if term == Term::Off { "rest-lifted" } else { "rest-set" };
    Ok(cx.go("/profile/quiet", Some(Flash::good(say(said), String::new()))))
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
