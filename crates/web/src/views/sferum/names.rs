//! How chats are called, and who is said to see them.

use messenger::{Audience, ChatKind, Conversation, Seat};

use crate::words::{Words, count, say};

/// The name of a chat: its own title, or one made from what it belongs to.
pub(crate) fn name_of(chat: &Conversation) -> String {
    if let Some(title) = &chat.title {
        return title.clone();
    }
    let label = || chat.class_group.as_ref().map(|(_, label)| label.to_string()).unwrap_or_default();
    let (pupil, with) = (chat.pupil.clone(), chat.with.clone());
    match chat.kind {
        ChatKind::ClassChat => label(),
        ChatKind::ParentsChat => Words::of("chat-parents").with("class", label()).say(),
        ChatKind::ClassNews => Words::of("chat-class-news").with("class", label()).say(),
        ChatKind::Subject => course(chat),
        ChatKind::SchoolNews => say("chat-school-news"),
        ChatKind::StaffRoom => say("chat-staff-room"),
        ChatKind::Supervised => match (pupil, with) {
            (Some(pupil), Some(with)) => format!("{pupil} — {with}"),
            (Some(name), None) | (None, Some(name)) => name,
            (None, None) => String::new(),
        },
        ChatKind::Family => {
            let parents = |child| Words::of("chat-family").with("child", child).say();
            match (pupil, with) {
                (Some(child), Some(with)) => format!("{with} · {child}"),
                (Some(child), None) => parents(child),
                (None, Some(with)) => with,
                (None, None) => String::new(),
            }
        }
        ChatKind::Confidential => match pupil {
            Some(pupil) => Words::of("chat-line-of").with("pupil", pupil).say(),
            None => say("chat-line"),
        },
        ChatKind::Private => match (pupil, with) {
            (Some(one), Some(other)) => format!("{one} — {other}"),
            (Some(name), None) | (None, Some(name)) => name,
            (None, None) => String::new(),
        },
        ChatKind::StaffGroup | ChatKind::PupilsGroup => say("chat-group"),
    }
}

/// «Математика, 6 «А»», of a part of the class with its name.
fn course(chat: &Conversation) -> String {
    let Some((subject, group)) = &chat.course else { return String::new() };
    match &group.part {
        Some((_, part)) => {
            format!("{subject}, {}, {}", group.label, Words::of("chat-part").with("part", part.clone()).say())
        }
        None => format!("{subject}, {}", group.label),
    }
}

/// The letters and the tint of a chat's avatar.
pub(crate) fn avatar_of(chat: &Conversation) -> (String, u8) {
    let short = || chat.class_group.as_ref().map(|(_, label)| label.short()).unwrap_or_default();
    match chat.kind {
        ChatKind::ClassChat => (short(), 0),
        ChatKind::ParentsChat => (short(), 3),
        ChatKind::ClassNews | ChatKind::SchoolNews => (say("avatar-news"), 2),
        ChatKind::StaffRoom => (say("avatar-staff"), 4),
        ChatKind::Confidential => (say("avatar-line"), 5),
        ChatKind::Subject
        | ChatKind::Supervised
        | ChatKind::Family
        | ChatKind::Private
        | ChatKind::StaffGroup
        | ChatKind::PupilsGroup => {
            let with =
                chat.with.clone().filter(|_| matches!(chat.kind, ChatKind::Supervised | ChatKind::Family));
            let name = with.unwrap_or_else(|| name_of(chat));
            let signs: String = match chat.kind {
                ChatKind::Subject => name.chars().take(1).collect(),
                ChatKind::StaffGroup | ChatKind::PupilsGroup => name.chars().take(2).collect(),
                ChatKind::ClassChat
                | ChatKind::ParentsChat
                | ChatKind::ClassNews
                | ChatKind::SchoolNews
                | ChatKind::StaffRoom
                | ChatKind::Supervised
                | ChatKind::Family
                | ChatKind::Confidential
                | ChatKind::Private => name
                    .split(' ')
                    .filter_map(|word| word.chars().next())
                    .filter(|sign| sign.is_alphabetic())
                    .take(2)
                    .collect(),
            };
            (signs, u8::try_from(chat.id.get() % 6).unwrap_or(0))
        }
    }
}

/// The word beside a name.
pub(crate) fn badge_of(seat: Option<Seat>) -> String {
    match seat {
        Some(Seat::Homeroom) => say("seat-homeroom"),
        Some(Seat::Teacher) => say("seat-teacher"),
        Some(Seat::Head) => say("seat-head"),
        Some(Seat::Safety) => say("seat-safety"),
        Some(Seat::Pupil | Seat::Guardian | Seat::Staff) | None => String::new(),
    }
}

/// «27 учеников, 2 учителя».
pub(crate) fn seats_line(audience: &Audience) -> String {
    let mut words = Vec::new();
    let mut add = |id: &'static str, seats: &[Seat]| {
        let number = audience.count(seats);
        if number > 0 {
            words.push(count(id, usize::try_from(number).unwrap_or(usize::MAX)));
        }
    };
    let pupils = audience.count(&[Seat::Pupil]) > 0;
    let guardians = audience.count(&[Seat::Guardian]) > 0;
    add("count-pupils", &[Seat::Pupil]);
    add("count-guardians", &[Seat::Guardian]);
    if pupils && !guardians {
        add("count-teachers", &[Seat::Teacher, Seat::Homeroom]);
    } else {
        add("count-teachers", &[Seat::Teacher]);
        add("count-homeroom", &[Seat::Homeroom]);
    }
    add("count-staff", &[Seat::Staff]);
    add("count-safety", &[Seat::Safety]);
    add("count-heads", &[Seat::Head]);
    words.join(", ")
}

/// Who does not see this chat and might be thought to.
pub(crate) fn absent_line(kind: ChatKind) -> String {
    match kind {
        ChatKind::ClassChat | ChatKind::Subject | ChatKind::PupilsGroup => say("audience-no-guardians"),
        ChatKind::ParentsChat | ChatKind::Family => say("audience-no-pupils"),
        ChatKind::StaffRoom | ChatKind::StaffGroup => say("audience-staff-only"),
        ChatKind::Confidential => say("audience-line"),
        ChatKind::Private => say("audience-two"),
        ChatKind::Supervised | ChatKind::ClassNews | ChatKind::SchoolNews => String::new(),
    }
}
