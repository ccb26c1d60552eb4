//! Mutes, hours and blocks: who may write, what is folded, and what nobody notices.
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on must stop, and a kit is shared"
)]

mod kit;

use kit::{Chats, Refused, later};
use messenger::{
    BlockError, Body, ConversationId, EditError, Hours, LessonTime, MemberOf, MuteError, Note, SendError,
    Silence,
};
use school::{Denied, PersonId, Present};
use store::{Act, UtcInstant};
use testkit::{TODAY, now};

fn mute(
    chats: &Chats,
    who: &str,
    chat: ConversationId,
    whom: Option<PersonId>,
    until: UtcInstant,
) -> Result<Act, Refused> {
    let viewer = chats.viewer(who);
    chats.world.try_write(move |tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        let reason = Note::parse("идёт урок").unwrap();
        Ok(messenger::mute(tx, now(), &by, whom, until, Some(&reason))?)
    })
}

fn unmute(
    chats: &Chats,
    who: &str,
    chat: ConversationId,
    whom: Option<PersonId>,
) -> Result<Option<Act>, Refused> {
    let viewer = chats.viewer(who);
    chats.world.try_write(move |tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        Ok(messenger::unmute(tx, now(), &by, whom)?)
    })
}

/// Why a person may not write at a moment; none when the message was taken.
fn write(chats: &Chats, who: &str, chat: ConversationId, at: UtcInstant) -> Option<Silence> {
    match chats.send_at(at, chats.viewer(who), chat, chats.cid(), "слово") {
        Ok(_) => None,
        Err(Refused::Send(SendError::Silenced(silence))) => Some(silence),
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn a_moderator_mutes_one_pupil_or_all_of_them_for_a_time() {
    // MSG-F34, MSG-I8: decided in the transaction of the message, by the clock of that moment.
    let chats = Chats::open();
    let chat = chats.class_chat();
    let demyan = chats.world.person("demyan");
    let act = mute(&chats, "gromova", chat, Some(demyan), later(15)).unwrap();
    assert_eq!((act.action, act.reason.as_deref()), ("messenger.member.mute", Some("идёт урок")));
    let silence = write(&chats, "demyan", chat, later(14)).unwrap();
    let Silence::Muted { until, reason, all, .. } = silence else { panic!("{silence:?}") };
    assert_eq!((until.minute(), reason.as_deref(), all), (11 * 60 + 2, Some("идёт урок"), false));
    assert_eq!(write(&chats, "varya", chat, later(14)), None);
    assert_eq!(write(&chats, "demyan", chat, later(15)), None, "over by the clock");
    // All pupils, and nobody of the staff.
    assert_eq!(mute(&chats, "gromova", chat, None, later(60)).unwrap().action, "messenger.pupils.mute");
    for who in ["demyan", "varya"] {
        assert!(
            matches!(write(&chats, who, chat, later(20)), Some(Silence::Muted { all: true, .. })),
            "{who}"
        );
    }
    for who in ["gromova", "lapina"] {
        assert_eq!(write(&chats, who, chat, later(20)), None, "{who}");
    }
    assert!(unmute(&chats, "gromova", chat, None).unwrap().is_some());
    assert!(unmute(&chats, "gromova", chat, None).unwrap().is_none());
    assert_eq!(write(&chats, "varya", chat, later(21)), None);
}

#[test]
fn nobody_else_mutes_and_nobody_else_is_muted() {
    // MSG-F34
    let chats = Chats::open();
    let (chat, parents) = (chats.class_chat(), chats.parents_chat());
    let person = |key| Some(chats.world.person(key));
    for who in ["varya", "lapina"] {
        let refused = mute(&chats, who, chat, person("demyan"), later(15));
        assert!(matches!(refused, Err(Refused::Mute(MuteError::NotModerator))), "{who}");
        assert!(matches!(unmute(&chats, who, chat, None), Err(Refused::Mute(MuteError::NotModerator))));
    }
    assert!(matches!(mute(&chats, "orlova", chat, None, later(15)), Err(Refused::Denied)));
    for (in_chat, whom) in [(chat, "lapina"), (chat, "kira"), (chat, "timur"), (parents, "demyan_mother")] {
        let refused = mute(&chats, "gromova", in_chat, person(whom), later(15));
        assert!(matches!(refused, Err(Refused::Mute(MuteError::NoSuchPupil))), "{whom}");
    }
    for until in [now(), later(-1), later(61 * 24 * 60)] {
        let refused = mute(&chats, "gromova", chat, None, until);
        assert!(matches!(refused, Err(Refused::Mute(MuteError::BadTime))));
    }
}

#[test]
fn a_muted_pupil_changes_nothing_either() {
    // MSG-F34
    let chats = Chats::open();
    let chat = chats.class_chat();
    let sent = chats.send("demyan", chat, "привет");
    mute(&chats, "gromova", chat, None, later(60)).unwrap();
    let viewer = chats.viewer("demyan");
    let edited = chats.world.try_write(move |tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        let body = Body::parse("другое").unwrap();
        Ok::<_, Refused>(messenger::edit(tx, later(1), &by, sent.seq, 0, &body).map(|_| ())?)
    });
    assert!(matches!(edited, Err(Refused::Edit(EditError::Silenced(_)))));
}

#[test]
fn a_class_chat_has_hours_for_pupils() {
    // MSG-S5: the school's clocks show 10:47.
    let chats = Chats::open();
    let chat = chats.class_chat();
    let set = |hours: Option<Hours>| {
        let viewer = chats.viewer("gromova");
        chats.world.write(move |tx| {
            let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
            Ok::<_, Refused>(messenger::set_hours(tx, now(), &by, hours)?)
        })
    };
    let hours = Hours::new(12 * 60, 21 * 60).unwrap();
    let act = set(Some(hours)).unwrap();
    assert_eq!((act.before, act.after.as_deref()), (None, Some("12:00-21:00")));
    assert!(set(Some(hours)).is_none(), "the same hours");
    let closed = Silence::Closed { opens: 720, closes: 1260 };
    assert_eq!(write(&chats, "varya", chat, now()), Some(closed.clone()));
    assert_eq!(write(&chats, "gromova", chat, now()), None);
    assert_eq!(write(&chats, "varya", chat, later(73)), None, "12:00");
    assert_eq!(write(&chats, "varya", chat, later(12 * 60)), Some(closed), "22:47");
    assert!(set(None).is_some());
    assert_eq!(write(&chats, "varya", chat, later(12 * 60)), None);
}

fn block(chats: &Chats, who: &str, whom: &str) -> Result<(), Refused> {
    let (viewer, whom) = (chats.viewer(who), chats.world.person(whom));
    chats.world.try_write(move |tx| {
        let by = Present::ask(tx, &viewer)?;
        Ok(messenger::block(tx, now(), &by, whom, TODAY)?)
    })
}

fn blocked(chats: &Chats, who: &str) -> Vec<PersonId> {
    let viewer = chats.viewer(who);
    let list = chats
        .world
        .read(move |tx| messenger::list_blocked(tx, &Present::ask(tx, &viewer)?).map_err(Denied::from));
    list.into_iter().map(|one| one.person).collect()
}

#[test]
fn a_pupil_blocks_a_pupil_and_no_counter_shows_it() {
    // MSG-E27
    let chats = Chats::open();
    let chat = chats.class_chat();
    let seen = |chats: &Chats| (chats.unread("varya", chat), chats.texts("varya", chat));
    chats.send("demyan", chat, "раз");
    let before = seen(&chats);
    for _ in 0..2 {
        block(&chats, "varya", "demyan").unwrap();
    }
    assert_eq!(blocked(&chats, "varya"), [chats.world.person("demyan")]);
    assert!(blocked(&chats, "demyan").is_empty());
    assert_eq!(seen(&chats), before, "the fold is of the page, the counter stays");
    chats.send("demyan", chat, "два");
    assert_eq!(chats.unread("varya", chat), before.0 + 1);
    chats.mark_read("varya", chat, 2);
    let viewer = chats.viewer("gromova");
    let readers = chats.world.read(move |tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        let line = messenger::find_line(tx, &by, 2)?.unwrap();
        messenger::readers(tx, now(), &by, &line).map_err(Denied::from)
    });
    assert_eq!(readers.count, 1);
    for (who, whom) in [("varya", "gromova"), ("gromova", "varya"), ("mother", "gromova")] {
        assert!(matches!(block(&chats, who, whom), Err(Refused::Block(BlockError::NotPeer))), "{who} {whom}");
    }
    for whom in ["varya", "kira", "orlova"] {
        let refused = block(&chats, "varya", whom);
        assert!(matches!(refused, Err(Refused::Block(BlockError::NoSuchPerson))), "{whom}");
    }
    block(&chats, "mother", "demyan_mother").unwrap();
    let (viewer, demyan) = (chats.viewer("varya"), chats.world.person("demyan"));
    chats.world.write(move |tx| {
        let by = Present::ask(tx, &viewer)?;
        messenger::unblock(tx, &by, demyan).map_err(Denied::from)
    });
    assert!(blocked(&chats, "varya").is_empty());
}

#[test]
fn a_chat_of_two_takes_no_messages_after_a_block_and_does_not_say_why() {
    // MSG-E27
    let chats = Chats::open();
    let demyan = chats.world.person("demyan");
    let (head, viewer) = (chats.viewer("zotova"), chats.viewer("varya"));
    let chat = chats.world.write(move |tx| {
        let actor = store::Actor::program("test");
        let by = school::Head::ask(tx, &head, TODAY)?;
        messenger::set_pupils_write(tx, now(), &by, &actor, TODAY, true)?;
        let by = Present::ask(tx, &viewer)?;
        let way = messenger::Way::Private;
        Ok::<_, Denied>(messenger::start(tx, now(), &by, &actor, TODAY, demyan, way).unwrap())
    });
    chats.send("demyan", chat, "привет");
    block(&chats, "varya", "demyan").unwrap();
    for who in ["varya", "demyan"] {
        let refused = chats.send_at(later(1), chats.viewer(who), chat, chats.cid(), "слово");
        assert!(matches!(refused, Err(Refused::Send(SendError::Parted))), "{who}: {refused:?}");
    }
    let viewer = chats.viewer("varya");
    chats.world.write(move |tx| {
        let by = Present::ask(tx, &viewer)?;
        messenger::unblock(tx, &by, demyan).map_err(Denied::from)
    });
    chats.send("demyan", chat, "снова");
}

fn lesson_mode(chats: &Chats, who: &str, chat: ConversationId, on: bool) -> Result<Option<Act>, Refused> {
    let viewer = chats.viewer(who);
    chats.world.try_write(move |tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        Ok(messenger::set_lesson_mode(tx, now(), &by, on)?)
    })
}

#[test]
fn pupils_do_not_write_during_their_own_lessons_where_the_mode_is_on() {
    // MSG-S5, MSG-I8: by the clock of the moment of the write. The school's clocks show 10:47; the class has lessons from
    // 10:40 to 11:25 and from 11:40 to 12:25, another class from 11:25 to 11:40.
    let chats = Chats::open();
    let chat = chats.class_chat();
    let (own, other) = (chats.world.whole("6A"), chats.world.whole("3A"));
    let day = vec![
        LessonTime { group: own, begins: 640, ends: 685 },
        LessonTime { group: own, begins: 700, ends: 745 },
        LessonTime { group: other, begins: 685, ends: 700 },
    ];
    let lessons = day.clone();
    chats.world.write(move |tx| messenger::set_lessons(tx, now(), TODAY, &lessons));
    assert_eq!(write(&chats, "varya", chat, now()), None, "off until the moderator switches it on");
    let act = lesson_mode(&chats, "gromova", chat, true).unwrap().unwrap();
    assert_eq!((act.action, act.after.as_deref()), ("messenger.lessons.set", Some("on")));
    assert!(lesson_mode(&chats, "gromova", chat, true).unwrap().is_none(), "the same again is no change");
    let midnight = later(-(10 * 60 + 47));
    let at = |minute: i64| midnight + time::Duration::minutes(minute);
    for (minute, ends) in [
        (639, None),
        (640, Some(685)),
        (684, Some(685)),
        (685, None),
        (699, None),
        (700, Some(745)),
        (744, Some(745)),
        (745, None),
        (1439, None),
    ] {
        let wanted = ends.map(|ends| Silence::Lesson { ends });
        assert_eq!(write(&chats, "varya", chat, at(minute)), wanted, "{minute}");
        assert_eq!(write(&chats, "lapina", chat, at(minute)), None, "staff write always, {minute}");
    }
    assert_eq!(write(&chats, "varya", chat, at(650 + 24 * 60)), None, "tomorrow's lessons were not told yet");
    // A mute of the moderator says more than a lesson.
    mute(&chats, "gromova", chat, None, later(60)).unwrap();
    assert!(matches!(write(&chats, "varya", chat, now()), Some(Silence::Muted { .. })));
    unmute(&chats, "gromova", chat, None).unwrap();
    // The lesson is cancelled: told anew, in the transaction that cancels it.
    let rest = day[1..].to_vec();
    chats.world.write(move |tx| messenger::set_lessons(tx, now(), TODAY, &rest));
    assert_eq!(write(&chats, "varya", chat, now()), None);
    chats.world.write(move |tx| messenger::set_lessons(tx, now(), TODAY, &day));
    assert_eq!(write(&chats, "varya", chat, now()), Some(Silence::Lesson { ends: 685 }));
    assert!(lesson_mode(&chats, "gromova", chat, false).unwrap().is_some());
    assert_eq!(write(&chats, "varya", chat, now()), None);
}

#[test]
fn the_mode_is_the_moderators_and_of_chats_with_lessons() {
    // MSG-S5
    let chats = Chats::open();
    let (chat, parents) = (chats.class_chat(), chats.parents_chat());
    for who in ["varya", "lapina"] {
        let refused = lesson_mode(&chats, who, chat, true);
        assert!(matches!(refused, Err(Refused::Mute(MuteError::NotModerator))), "{who}");
    }
    let refused = lesson_mode(&chats, "gromova", parents, true);
    assert!(matches!(refused, Err(Refused::Mute(MuteError::NoLessons))));
}
