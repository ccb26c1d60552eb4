//! «Новый чат»: whom the viewer may write to today, and the beginning of a chat with one of them.

use askama::Template;
use messenger::{Contact, Party, StartError, Way, contacts, is_reachable, pupils_write, quiet_chats, start};
use school::{Head, PersonId, Present};
use serde::Deserialize;
use store::ReadTx;
use time::Date;

use super::closed;
use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;
use crate::views::sferum::name_of;
use crate::views::{Flash, Page};
use crate::words::{Words, say};

#[derive(Template)]
#[template(path = "sferum/new.html")]
struct NewPage {
    page: Page,
    search: String,
    people: Vec<PersonView>,
    /// Courses of the viewer whose chats wait for the first message.
    courses: Vec<(i64, String)>,
    /// Classes whose pupils the viewer may gather in a group.
    classes: Vec<(i64, String)>,
    is_staff: bool,
    /// Whether other guardians may write to the viewer, for a guardian.
    reachable: Option<bool>,
    /// Whether pupils write to each other, for the head.
    pupils: Option<bool>,
}

struct PersonView {
    id: i64,
    name: String,
    what: String,
    way: String,
    note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    #[serde(default)]
    q: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BeginForm {
    with: PersonId,
    way: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SwitchForm {
    #[serde(default)]
    on: bool,
}

/// A way as a form carries it.
fn word_of(way: Way) -> String {
    match way {
        Way::Private => "private".to_owned(),
        Way::Supervised { pupil, .. } => format!("supervised-{pupil}"),
        Way::Family { child, .. } => format!("family-{child}"),
        Way::Confidential { pupil } => format!("line-{pupil}"),
    }
}

/// Whether the adult of a supervised chat is the pupil's own class teacher, whom nobody else is then.
fn is_led(tx: &ReadTx<'_>, pupil: PersonId, partner: PersonId, today: Date) -> Result<bool, Failure> {
    let Some(class) = school::class_group_of(tx, pupil, today)? else { return Ok(false) };
    Ok(school::standings_of(tx, class.id, partner, today)?.has(school::Standing::Homeroom))
}

fn view_of(tx: &ReadTx<'_>, contact: Contact, today: Date) -> Result<PersonView, Failure> {
    let note = match contact.way {
        Way::Private => say("way-private"),
        Way::Supervised { pupil, partner } if is_led(tx, pupil, partner, today)? => say("way-supervised-led"),
        Way::Supervised { .. } => say("way-supervised"),
        Way::Family { .. } => Words::of("way-family").with("child", contact.about.unwrap_or_default()).say(),
        Way::Confidential { .. } => say("way-line"),
    };
    let what = say(match contact.party {
        Party::Administrator => "party-administrator",
        Party::Head => "party-head",
        Party::Safety => "party-safety",
        Party::Homeroom => "party-homeroom",
        Party::Teacher => "party-teacher",
        Party::Guardian => "party-guardian",
        Party::Junior | Party::Middle | Party::Senior => "party-pupil",
    });
    Ok(PersonView { id: contact.person.get(), name: contact.name, what, way: word_of(contact.way), note })
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    if let Some(answer) = closed(&cx)? {
        return Ok(answer);
    }
    let query: Query = cx.request.query()?;
    let search: String = query.q.chars().take(100).collect();
    let viewer = cx.signed_in()?.viewer;
    let (today, frame) = (cx.today(), cx.frame(say("chat-new-title")));
    let shown = cx
        .read(move |tx| {
            let by = Present::ask(tx, &viewer)?;
            let me = by.person();
            let people = contacts(tx, &by, today, &search)?.into_iter();
            let people = people.map(|contact| view_of(tx, contact, today)).collect::<Result<_, _>>()?;
            let roles = school::roles_of(tx, me, today)?;
            let mut classes = Vec::new();
            if roles.is_staff() {
                for class in school::classes_around(tx, me, today)? {
                    let tie = school::standings_of(tx, class, me, today)?;
                    if tie.has(school::Standing::Homeroom) || tie.has(school::Standing::Teacher) {
                        classes.push((class.get(), school::load_class_group(tx, class)?.label.to_string()));
                    }
                }
            }
            let is_guardian = !school::children_of(tx, me, today)?.is_empty();
            let is_head = Head::ask(tx, &viewer, today).is_ok();
            Ok(NewPage {
                page: frame.page(tx)?,
                courses: quiet_chats(tx, &by)?.iter().map(|chat| (chat.id.get(), name_of(chat))).collect(),
                search,
                people,
                classes,
                is_staff: roles.is_staff(),
                reachable: if is_guardian { Some(is_reachable(tx, &by)?) } else { None },
                pupils: if is_head { Some(pupils_write(tx)?) } else { None },
            })
        })
        .await?;
    cx.html(&shown)
}

pub(crate) async fn begin(cx: Cx) -> Result<Response, Failure> {
    let form: BeginForm = cx.request.form()?;
    let viewer = cx.signed_in()?.viewer;
    let (now, today, actor) = (cx.now, cx.today(), cx.actor());
    let done = cx
        .write_refusing(move |tx| {
            let by = Present::ask(tx, &viewer)?;
            // The form carries no more than a choice among the ways that the table gives at this moment.
            let chosen = contacts(tx, &by, today, "")?
                .into_iter()
                .find(|contact| contact.person == form.with && word_of(contact.way) == form.way);
            let contact = chosen.ok_or(StartError::NoSuchContact)?;
            Ok::<_, Failure>(start(tx, now, &by, &actor, today, contact.person, contact.way)?)
        })
        .await;
    match done {
        Ok(chat) => Ok(cx.go(&format!("/sferum/{chat}"), None)),
        Err(failure) if failure.gives_form_back() => {
            Ok(cx.go("/sferum/new", Some(Flash::bad(String::new(), failure.sentence()))))
        }
        Err(failure) => Err(failure),
    }
}

/// A guardian lets other guardians of the class write, or no more.
pub(crate) async fn reachable(cx: Cx) -> Result<Response, Failure> {
    let form: SwitchForm = cx.request.form()?;
    let viewer = cx.signed_in()?.viewer;
    let (now, today, actor) = (cx.now, cx.today(), cx.actor());
    cx.write_refusing(move |tx| {
        let by = Present::ask(tx, &viewer)?;
        Ok::<_, Failure>(messenger::set_reachable(tx, now, &by, &actor, today, form.on)?)
    })
    .await?;
    Ok(cx.go("/sferum/new", None))
}

/// The head lets pupils write to each other, or no more.
pub(crate) async fn pupils(cx: Cx) -> Result<Response, Failure> {
    let form: SwitchForm = cx.request.form()?;
    let viewer = cx.signed_in()?.viewer;
    let (now, today, actor) = (cx.now, cx.today(), cx.actor());
    cx.write_refusing(move |tx| {
        let by = Head::ask(tx, &viewer, today)?;
        Ok::<_, Failure>(messenger::set_pupils_write(tx, now, &by, &actor, today, form.on)?)
    })
    .await?;
    Ok(cx.go("/sferum/new", None))
}
