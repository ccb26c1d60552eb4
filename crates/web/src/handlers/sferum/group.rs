//! Groups: gathering one, and changing who is in it.

use askama::Template;
use messenger::{
    ConversationId, MemberOf, add_people, gather, hand_over, parse_title, remove_person, rename,
};
use school::{ClassGroupId, PersonId, Staff};
use serde::Deserialize;

use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;
use crate::views::{Flash, Page};
use crate::words::say;

#[derive(Template)]
#[template(path = "sferum/group.html")]
struct GroupPage {
    page: Page,
    class: String,
    label: String,
    title: String,
    people: Vec<(i64, String, bool)>,
    error: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    class: Option<ClassGroupId>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GatherForm {
    #[serde(default)]
    class: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    people: Vec<PersonId>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PersonForm {
    person: PersonId,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TitleForm {
    #[serde(default)]
    title: String,
}

pub(crate) async fn ask(cx: Cx) -> Result<Response, Failure> {
    let query: Query = cx.request.query()?;
    let form = GatherForm {
        class: query.class.map(|class| class.to_string()).unwrap_or_default(),
        title: String::new(),
        people: Vec::new(),
    };
    let shown = page(&cx, form, String::new()).await?;
    cx.html(&shown)
}

/// The class of a form; an empty field is a group of staff.
fn class_of(text: &str) -> Result<Option<ClassGroupId>, Failure> {
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(|_| Failure::BadForm) }
}

async fn page(cx: &Cx, form: GatherForm, error: String) -> Result<GroupPage, Failure> {
    let viewer = cx.signed_in()?.viewer;
    let class = class_of(&form.class)?;
    let (today, frame) = (cx.today(), cx.frame(say("chat-group-title")));
    cx.read(move |tx| {
        let by = Staff::ask(tx, &viewer, today)?;
        let (people, label) = match class {
            Some(class) => {
                let tie = school::standings_of(tx, class, by.person(), today)?;
                if !tie.has(school::Standing::Homeroom) && !tie.has(school::Standing::Teacher) {
                    return Err(Failure::NotFound);
                }
                let label = school::load_class_group(tx, class)?.label.to_string();
                (school::class_pupils(tx, class, today)?, label)
            }
            None => (school::staff(tx, today)?, String::new()),
        };
        let names = school::names_of(tx, &people)?;
        let listed = people.into_iter().filter(|person| *person != by.person());
        let people = listed
            .filter_map(|person| {
                let name = names.get(&person)?.listed();
                Some((person.get(), name, form.people.contains(&person)))
            })
            .collect();
        Ok(GroupPage { page: frame.page(tx)?, class: form.class, label, title: form.title, people, error })
    })
    .await
}

pub(crate) async fn make(cx: Cx) -> Result<Response, Failure> {
    let form: GatherForm = cx.request.form()?;
    let viewer = cx.signed_in()?.viewer;
    let class = class_of(&form.class)?;
    let (now, today, actor) = (cx.now, cx.today(), cx.actor());
    let people = form.people.clone();
    let done = match parse_title(&form.title) {
        Ok(title) => {
            cx.write_refusing(move |tx| {
                let by = Staff::ask(tx, &viewer, today)?;
                Ok::<_, Failure>(gather(tx, now, &by, &actor, today, &title, class, &people)?)
            })
            .await
        }
        Err(fault) => Err(fault.into()),
    };
    match done {
        Ok(chat) => Ok(cx.go(&format!("/sferum/{chat}"), None)),
        Err(failure) if failure.gives_form_back() => {
            let shown = page(&cx, form, failure.sentence()).await?;
            cx.refused(&failure, &shown)
        }
        Err(failure) => Err(failure),
    }
}

fn back(cx: &Cx, id: ConversationId, done: Result<(), Failure>) -> Result<Response, Failure> {
    let to = format!("/sferum/{id}/about");
    match done {
        Ok(()) => Ok(cx.go(&to, Some(Flash::good(say("group-saved"), String::new())))),
        Err(failure) if failure.gives_form_back() => {
            Ok(cx.go(&to, Some(Flash::bad(String::new(), failure.sentence()))))
        }
        Err(failure) => Err(failure),
    }
}

pub(crate) async fn add(cx: Cx) -> Result<Response, Failure> {
    let id: ConversationId = cx.request.param("conversation")?;
    let form: PersonForm = cx.request.form()?;
    let viewer = cx.signed_in()?.viewer;
    let (now, today, actor) = (cx.now, cx.today(), cx.actor());
    let done = cx
        .write_refusing(move |tx| {
            let by = MemberOf::ask(tx, &viewer, id, today)?;
            Ok(add_people(tx, now, &by, &actor, today, &[form.person])?)
        })
        .await;
    back(&cx, id, done)
}

pub(crate) async fn remove(cx: Cx) -> Result<Response, Failure> {
    let id: ConversationId = cx.request.param("conversation")?;
    let form: PersonForm = cx.request.form()?;
    let viewer = cx.signed_in()?.viewer;
    let leaves = form.person == viewer.person();
    let (now, today, actor) = (cx.now, cx.today(), cx.actor());
    let done = cx
        .write_refusing(move |tx| {
            let by = MemberOf::ask(tx, &viewer, id, today)?;
            Ok(remove_person(tx, now, &by, &actor, today, form.person)?)
        })
        .await;
    if leaves && done.is_ok() {
        return Ok(cx.go("/sferum", None));
    }
    back(&cx, id, done)
}

pub(crate) async fn title(cx: Cx) -> Result<Response, Failure> {
    let id: ConversationId = cx.request.param("conversation")?;
    let form: TitleForm = cx.request.form()?;
    let viewer = cx.signed_in()?.viewer;
    let (now, today, actor) = (cx.now, cx.today(), cx.actor());
    let done = match parse_title(&form.title) {
        Ok(title) => {
            cx.write_refusing(move |tx| {
                let by = MemberOf::ask(tx, &viewer, id, today)?;
                Ok::<_, Failure>(rename(tx, now, &by, &actor, &title)?)
            })
            .await
        }
        Err(fault) => Err(fault.into()),
    };
    back(&cx, id, done)
}

/// Hands the group over.
pub(crate) async fn owner(cx: Cx) -> Result<Response, Failure> {
    let id: ConversationId = cx.request.param("conversation")?;
    let form: PersonForm = cx.request.form()?;
    let viewer = cx.signed_in()?.viewer;
    let (now, today, actor) = (cx.now, cx.today(), cx.actor());
    let done = cx
        .write_refusing(move |tx| {
            let by = MemberOf::ask(tx, &viewer, id, today)?;
            Ok(hand_over(tx, now, &by, &actor, today, form.person)?)
        })
        .await;
    back(&cx, id, done)
}
