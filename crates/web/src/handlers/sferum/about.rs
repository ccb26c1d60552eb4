//! «О чате»: who is in it by name and part, and what may be changed here.

use askama::Template;
use messenger::{ChatKind, ConversationId, MemberOf, MemberRole, audience, members};
use school::PersonName;

use super::hush::days_of;
use super::told::read_only_words;
use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;
use crate::views::Page;
use crate::views::hush::hush_words;
use crate::views::sferum::{absent_line, badge_of, name_of, seats_line};
use crate::words::say;

#[derive(Template)]
#[template(path = "sferum/about.html")]
struct AboutPage {
    page: Page,
    id: ConversationId,
    name: String,
    seats: String,
    absent: String,
    waiting: u32,
    read_only: String,
    kind: String,
    /// How the viewer has hushed the chat, in words; empty when it calls.
    hushed: String,
    people: Vec<MemberView>,
    reactions: bool,
    may_set_reactions: bool,
    may_gather: bool,
    may_leave: bool,
    title: String,
    me: i64,
    others: Vec<(i64, String)>,
    /// The first and the last day until which a chat can be hushed.
    days: (String, String),
}

struct MemberView {
    id: i64,
    name: String,
    badge: String,
    part: String,
    /// Whether the group can be handed over to them.
    may_lead: bool,
}

/// What a kind of chat is for, in a sentence.
fn kind_words(kind: ChatKind) -> String {
    say(match kind {
        ChatKind::ClassChat => "about-class-chat",
        ChatKind::ParentsChat => "about-parents-chat",
        ChatKind::ClassNews => "about-class-news",
        ChatKind::Subject => "about-subject",
        ChatKind::SchoolNews => "about-school-news",
        ChatKind::StaffRoom => "about-staff-room",
        ChatKind::Supervised => "about-supervised",
        ChatKind::Family => "about-family",
        ChatKind::Confidential => "about-confidential",
        ChatKind::Private => "about-private",
        ChatKind::StaffGroup => "about-staff-group",
        ChatKind::PupilsGroup => "about-pupils-group",
    })
}

fn part_words(role: MemberRole) -> String {
    match role {
        MemberRole::Moderator => say("part-moderator"),
        MemberRole::Writer => String::new(),
        MemberRole::Reader => say("part-reader"),
        MemberRole::Observer => say("part-observer"),
    }
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let id: ConversationId = cx.request.param("conversation")?;
    let viewer = cx.signed_in()?.viewer;
    let (now, today, frame) = (cx.now, cx.today(), cx.frame(say("chat-about-title")));
    let zone = cx.app.school().zone.clone();
    let shown = cx
        .read(move |tx| {
            let by = MemberOf::ask(tx, &viewer, id, today)?;
            let chat = by.conversation();
            let audience = audience(tx, &by, today)?;
            let listed = members(tx, &by)?;
            let known: Vec<_> = listed.iter().map(|(person, _)| *person).collect();
            let names = school::names_of(tx, &known)?;
            let mut people: Vec<(&PersonName, MemberView)> = listed
                .iter()
                .filter_map(|(person, place)| {
                    let name = names.get(person)?;
                    let badge = badge_of(Some(place.seat));
                    let part = part_words(place.role);
                    let may_lead = place.seat.is_staff() && *person != by.person();
                    let view = MemberView { id: person.get(), name: name.listed(), badge, part, may_lead };
                    Some((name, view))
                })
                .collect();
            people.sort_by_key(|(name, view)| (view.badge.is_empty(), name.sort_key()));
            let mut others = Vec::new();
            if by.may_gather() {
                let candidates = match chat.group {
                    Some(group) => {
                        let class = school::group_class(tx, group)?;
                        let mut people = school::class_pupils(tx, class, today)?;
                        people.extend(
                            school::class_staff(tx, class, today)?.into_iter().map(|(person, _)| person),
                        );
                        people
                    }
                    None => school::staff(tx, today)?,
                };
                let names = school::names_of(tx, &candidates)?;
                let fresh = candidates.iter().filter(|person| !known.contains(person));
                others.extend(fresh.filter_map(|person| Some((person.get(), names.get(person)?.listed()))));
            }
            Ok(AboutPage {
                page: frame.page(tx)?,
                id,
                name: name_of(chat),
                seats: seats_line(&audience),
                absent: absent_line(chat.kind),
                waiting: audience.waiting,
                read_only: by.read_only().map(read_only_words).unwrap_or_default(),
                kind: kind_words(chat.kind),
                hushed: by.hush(tx, now)?.map(|hush| hush_words(hush, &zone, today)).unwrap_or_default(),
                people: people.into_iter().map(|(_, view)| view).collect(),
                reactions: chat.reactions,
                may_set_reactions: by.may_set_reactions(),
                may_gather: by.may_gather(),
                may_leave: chat.kind == ChatKind::StaffGroup && by.role() != MemberRole::Moderator,
                title: chat.title.clone().unwrap_or_default(),
                me: by.person().get(),
                others,
                days: days_of(today),
            })
        })
        .await?;
    cx.html(&shown)
}
