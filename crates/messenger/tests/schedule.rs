//! Messages that are sent later: once, and by the rights of their moment.
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on must stop, and a kit is shared"
)]

mod kit;

use kit::files::bring;
use kit::{Chats, later};
use messenger::{
    AckRequest, AttachmentOf, Body, ConversationId, FileId, Later, MemberOf, ScheduleError, ScheduleId,
    Scheduled, SendError, Unsent,
};
use school::{Denied, Present, Staff};
use store::{Actor, UtcInstant};
use testkit::{TODAY, now};

#[derive(Debug)]
enum Failed {
    Denied,
    Schedule(ScheduleError),
    Crash,
}

impl From<Denied> for Failed {
    fn from(_: Denied) -> Self {
        Self::Denied
    }
}

impl From<ScheduleError> for Failed {
    fn from(error: ScheduleError) -> Self {
        Self::Schedule(error)
    }
}

impl From<store::Error> for Failed {
    fn from(_: store::Error) -> Self {
        Self::Crash
    }
}

fn text(chats: &Chats, due: UtcInstant, text: &str) -> Later {
    let body = Body::parse(text).unwrap();
    Later {
        due,
        cid: chats.cid(),
        body,
        reply: None,
        confirmed: false,
        ack: None,
        files: Vec::new(),
        urgent: false,
    }
}

fn put(chats: &Chats, who: &str, chat: ConversationId, later: &Later) -> Result<ScheduleId, Failed> {
    let (viewer, later) = (chats.viewer(who), later.clone());
    chats.world.try_write(move |tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        Ok(messenger::schedule(tx, now(), &by, &later)?)
    })
}

fn change(chats: &Chats, who: &str, id: ScheduleId, later: &Later) -> Result<(), Failed> {
    let (viewer, later) = (chats.viewer(who), later.clone());
    chats.world.try_write(move |tx| {
        let present = Present::ask(tx, &viewer)?;
        let chat = messenger::find_scheduled(tx, &present, id, TODAY)?.conversation.id;
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        Ok(messenger::reschedule(tx, now(), &present, &by, id, &later)?)
    })
}

fn take_back(chats: &Chats, who: &str, id: ScheduleId) -> Result<(), Failed> {
    let viewer = chats.viewer(who);
    chats.world.try_write(move |tx| Ok(messenger::drop_scheduled(tx, &Present::ask(tx, &viewer)?, id)?))
}

fn fire(chats: &Chats, at: UtcInstant) -> bool {
    chats.world.write(move |tx| messenger::fire_due(tx, at, TODAY))
}

fn waiting(chats: &Chats, who: &str) -> Vec<Scheduled> {
    let viewer = chats.viewer(who);
    chats.world.read(move |tx| {
        let by = Present::ask(tx, &viewer)?;
        let listed = messenger::list_scheduled(tx, &by, TODAY)?;
        let counted = messenger::count_scheduled(tx, &by)?;
        assert_eq!(listed.iter().filter(|one| one.unsent.is_some()).count(), counted.unsent as usize);
        assert_eq!(listed.iter().filter(|one| one.unsent.is_none()).count(), counted.waiting as usize);
        Ok::<_, Denied>(listed)
    })
}

#[test]
fn a_scheduled_message_is_sent_once() {
    // MSG-I14, MSG-F10: a crash between, two runs, a clock that goes back, a base that is opened anew.
    let mut chats = Chats::open();
    let chat = chats.class_chat();
    let later_on = text(&chats, later(60), "с утра");
    let id = put(&chats, "varya", chat, &later_on).unwrap();
    assert_eq!(put(&chats, "varya", chat, &later_on).unwrap(), id, "one form is one message");
    let other = Later { body: Body::parse("другое").unwrap(), ..later_on.clone() };
    let refused = put(&chats, "varya", chat, &other);
    assert!(
        matches!(refused, Err(Failed::Schedule(ScheduleError::Send(SendError::Conflict)))),
        "{refused:?}"
    );
    assert!(!fire(&chats, later(59)));
    let crashed = chats.world.try_write(|tx| {
        assert!(messenger::fire_due(tx, later(60), TODAY)?);
        Err::<(), _>(Failed::Crash)
    });
    assert!(crashed.is_err());
    assert!(chats.texts("demyan", chat).is_empty(), "neither of the two happened");
    chats.world.reopen();
    assert!(fire(&chats, later(61)));
    for at in [later(61), later(30), later(10_000)] {
        assert!(!fire(&chats, at));
    }
    chats.world.reopen();
    assert!(!fire(&chats, later(10_000)));
    assert_eq!(chats.texts("demyan", chat), ["с утра"]);
    assert!(waiting(&chats, "varya").is_empty());
    assert_eq!(put(&chats, "varya", chat, &later_on).unwrap(), id, "the form comes once more, late");
    for refused in [change(&chats, "varya", id, &other), take_back(&chats, "varya", id)] {
        assert!(matches!(refused, Err(Failed::Schedule(ScheduleError::Sent))), "{refused:?}");
    }
    assert_eq!(chats.unread("varya", chat), 0);
    assert_eq!(chats.unread("demyan", chat), 1);
}

#[test]
fn a_clock_that_jumps_sends_everything_due_once_and_in_order() {
    // MSG-I14, MSG-E4
    let chats = Chats::open();
    let chat = chats.class_chat();
    for (minutes, words) in [(30, "второе"), (10, "первое"), (5000, "третье")] {
        put(&chats, "varya", chat, &text(&chats, later(minutes), words)).unwrap();
    }
    assert!(fire(&chats, later(6000)) && fire(&chats, later(6000)) && fire(&chats, later(6000)));
    assert!(!fire(&chats, later(6000)));
    assert!(!fire(&chats, later(10)), "the clock has gone back");
    assert_eq!(chats.texts("demyan", chat), ["первое", "второе", "третье"]);
    chats.send("demyan", chat, "и я");
    let stamps: Vec<_> = chats.page("demyan", chat).unwrap().lines.iter().map(|line| line.ts).collect();
    assert!(stamps.is_sorted(), "{stamps:?}");
}

#[test]
fn what_cannot_be_sent_is_not_put_aside() {
    // MSG-B17, MSG-B25, MSG-B13
    let chats = Chats::open();
    let chat = chats.class_chat();
    for due in [now(), later(-1), later(367 * 24 * 60)] {
        let refused = put(&chats, "varya", chat, &text(&chats, due, "с утра"));
        assert!(matches!(refused, Err(Failed::Schedule(ScheduleError::BadTime))), "{refused:?}");
    }
    assert!(matches!(put(&chats, "kira", chat, &text(&chats, later(5), "с утра")), Err(Failed::Denied)));
    let refused = put(&chats, "varya", chat, &text(&chats, later(5), "@все, сюда"));
    assert!(
        matches!(refused, Err(Failed::Schedule(ScheduleError::Send(SendError::EveryoneByStaff)))),
        "{refused:?}"
    );
    let answer = Later { reply: Some(1), ..text(&chats, later(5), "да") };
    let refused = put(&chats, "varya", chat, &answer);
    assert!(
        matches!(refused, Err(Failed::Schedule(ScheduleError::Send(SendError::NoSuchMessage)))),
        "{refused:?}"
    );
    let tomorrow = AckRequest { due: TODAY.next_day(), both: false };
    let asks = Later { ack: Some(tomorrow), ..text(&chats, later(3 * 24 * 60), "подпишите") };
    let refused = put(&chats, "gromova", chat, &asks);
    assert!(
        matches!(refused, Err(Failed::Schedule(ScheduleError::Send(SendError::AckOverdue)))),
        "{refused:?}"
    );
    assert!(waiting(&chats, "varya").is_empty() && waiting(&chats, "gromova").is_empty());
}

#[test]
fn it_carries_its_answer_and_its_acknowledgement() {
    // MSG-F10, MSG-F14
    let chats = Chats::open();
    let chat = chats.class_chat();
    chats.send("varya", chat, "что взять?");
    let ack = Some(AckRequest { due: TODAY.next_day(), both: false });
    let later_on = Later { reply: Some(1), ack, ..text(&chats, later(60), "@все, форму") };
    put(&chats, "gromova", chat, &later_on).unwrap();
    assert!(fire(&chats, later(60)));
    let page = chats.page("demyan", chat).unwrap();
    assert_eq!((page.lines[1].reply, page.lines[1].rich), (Some(1), true));
    let viewer = chats.viewer("demyan");
    let extras = chats.world.read(|tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        messenger::extras(tx, &by, &chats.world.key, &page.lines).map_err(Denied::from)
    });
    assert!(extras[&2].ack.is_some() && extras[&2].calls_me);
}

#[test]
fn a_waiting_message_is_changed_and_taken_back_by_its_sender_alone() {
    // MSG-F10
    let chats = Chats::open();
    let chat = chats.class_chat();
    let id = put(&chats, "varya", chat, &text(&chats, later(60), "с утра")).unwrap();
    let other = text(&chats, later(90), "позже");
    for who in ["demyan", "gromova", "mother"] {
        for refused in [change(&chats, who, id, &other), take_back(&chats, who, id)] {
            assert!(matches!(refused, Err(Failed::Schedule(ScheduleError::NoSuch))), "{refused:?}");
        }
        assert!(waiting(&chats, who).is_empty());
    }
    change(&chats, "varya", id, &other).unwrap();
    assert!(!fire(&chats, later(60)));
    let shown = waiting(&chats, "varya");
    assert_eq!((shown[0].text.as_str(), shown[0].due), ("позже", later(90)));
    take_back(&chats, "varya", id).unwrap();
    assert!(!fire(&chats, later(90)));
    let again = take_back(&chats, "varya", id);
    assert!(matches!(again, Err(Failed::Schedule(ScheduleError::NoSuch))), "{again:?}");
    assert!(chats.texts("demyan", chat).is_empty());
}

#[test]
fn the_rights_are_those_of_the_moment_it_is_due() {
    // MSG-I14, MSG-S1: the link has gone meanwhile; with it back, the reason is there to be read and it can wait anew.
    let chats = Chats::open();
    let chat = chats.class_chat();
    let id = put(&chats, "varya", chat, &text(&chats, later(60), "с утра")).unwrap();
    chats.withdraw("varya");
    assert!(waiting(&chats, "varya").is_empty(), "without the link there is nothing of any chat");
    assert!(fire(&chats, later(60)));
    assert!(!fire(&chats, later(61)));
    chats.enrol("varya");
    let shown = waiting(&chats, "varya");
    assert_eq!((shown.len(), shown[0].id, shown[0].unsent), (1, id, Some(Unsent::Left)));
    assert!(shown[0].is_member && chats.texts("demyan", chat).is_empty());
    change(&chats, "varya", id, &text(&chats, later(120), "всё же")).unwrap();
    assert!(fire(&chats, later(120)));
    assert_eq!(chats.texts("demyan", chat), ["всё же"]);
}

#[test]
fn whoever_is_put_out_still_reads_what_did_not_go_out() {
    // MSG-I7, MSG-F10: the words are the sender's; the chat's new name is not.
    let chats = Chats::open();
    let lapina = chats.world.person("lapina");
    let leads = chats.viewer("gromova");
    let actor = || Actor { person: None, session: None, address: String::new() };
    let chat = chats.world.write(move |tx| {
        let by = Staff::ask(tx, &leads, TODAY)?;
        let gathered = messenger::gather(tx, now(), &by, &actor(), TODAY, "Проект", None, &[lapina]);
        gathered.map_err(|_| Denied::Denied)
    });
    put(&chats, "lapina", chat, &text(&chats, later(60), "с утра")).unwrap();
    let shown = waiting(&chats, "lapina");
    assert!(shown[0].is_member && shown[0].conversation.title.as_deref() == Some("Проект"));
    let leads = chats.viewer("gromova");
    chats.world.write(move |tx| {
        let by = MemberOf::ask(tx, &leads, chat, TODAY)?;
        let done = messenger::remove_person(tx, now(), &by, &actor(), TODAY, lapina)
            .and_then(|()| messenger::rename(tx, now(), &by, &actor(), "Тайна"));
        done.map_err(|_| Denied::Denied)
    });
    assert!(fire(&chats, later(60)));
    let shown = waiting(&chats, "lapina");
    let one = &shown[0];
    assert_eq!((one.text.as_str(), one.unsent, one.is_member), ("с утра", Some(Unsent::Left), false));
    assert_eq!(one.conversation.title, None);
    let refused = change(&chats, "lapina", one.id, &text(&chats, later(90), "ещё раз"));
    assert!(matches!(refused, Err(Failed::Denied)), "{refused:?}");
    take_back(&chats, "lapina", one.id).unwrap();
    assert!(waiting(&chats, "lapina").is_empty() && chats.texts("gromova", chat).is_empty());
}

/// Whether the base still has the bytes of a file.
fn is_kept(chats: &Chats, who: &str, file: FileId) -> bool {
    let viewer = chats.viewer(who);
    let found = chats.world.read(move |tx| {
        messenger::find_own_files(tx, &Present::ask(tx, &viewer)?, &[file]).map_err(Denied::from)
    });
    !found.is_empty()
}

fn purge(chats: &Chats) {
    // What was brought before tomorrow is a day old then.
    chats.world.write(|tx| messenger::purge_files(tx, later(3 * 24 * 60), 100).map(drop));
}

#[test]
fn files_go_along_once_and_are_held_until_then() {
    // MSG-F10, MSG-I14, MSG-A8, MSG-I15
    let mut chats = Chats::open();
    let chat = chats.class_chat();
    let (plan, photo) =
        (bring(&chats, "varya", chat, b"plan of the trip"), bring(&chats, "varya", chat, b"second"));
    let body = Body::parse_beside(&[plan], "").unwrap();
    let later_on = Later { files: vec![photo, plan], body, ..text(&chats, later(5000), "x") };
    let id = put(&chats, "varya", chat, &later_on).unwrap();
    assert_eq!(put(&chats, "varya", chat, &later_on).unwrap(), id, "one form is one message");
    let other = Later { files: vec![plan], ..later_on.clone() };
    assert!(put(&chats, "varya", chat, &other).is_err(), "other files are another message");
    for foreign in [vec![plan, plan], vec![FileId::from_row(99)]] {
        let refused = put(&chats, "demyan", chat, &Later { files: foreign, ..text(&chats, later(5), "моё") });
        assert!(
            matches!(refused, Err(Failed::Schedule(ScheduleError::Send(SendError::NoSuchFile)))),
            "{refused:?}"
        );
    }
    purge(&chats);
    assert!(
        is_kept(&chats, "varya", plan) && is_kept(&chats, "varya", photo),
        "the waiting message holds them"
    );
    let names: Vec<_> = waiting(&chats, "varya")[0].files.iter().map(|(file, _)| *file).collect();
    assert_eq!(names, [photo, plan]);
    let crashed = chats.world.try_write(|tx| {
        assert!(messenger::fire_due(tx, later(5000), TODAY)?);
        Err::<(), _>(Failed::Crash)
    });
    assert!(crashed.is_err());
    chats.world.reopen();
    assert!(fire(&chats, later(5001)));
    chats.world.reopen();
    assert!(!fire(&chats, later(5001)));
    purge(&chats);
    let viewer = chats.viewer("demyan");
    let files = chats.world.read(|tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        let (files, _) = messenger::chat_files(tx, &by, None, 50)?;
        let first = AttachmentOf::ask(tx, &by, 1, 1)?.unwrap();
        let bytes = first.chunk(tx, 0)?;
        Ok::<_, Denied>((files.len(), bytes))
    });
    assert_eq!(files, (2, b"second".to_vec()), "in their order, with their bytes, and once");
}

#[test]
fn files_of_what_is_taken_back_are_let_go() {
    // MSG-A8
    let chats = Chats::open();
    let chat = chats.class_chat();
    let (one, two) = (bring(&chats, "varya", chat, b"one"), bring(&chats, "varya", chat, b"two"));
    let later_on = Later { files: vec![one, two], ..text(&chats, later(60), "с утра") };
    let id = put(&chats, "varya", chat, &later_on).unwrap();
    change(&chats, "varya", id, &Later { files: vec![two], ..later_on }).unwrap();
    purge(&chats);
    assert!(!is_kept(&chats, "varya", one) && is_kept(&chats, "varya", two));
    take_back(&chats, "varya", id).unwrap();
    purge(&chats);
    assert!(!is_kept(&chats, "varya", two));
    // What was not sent keeps its files: it can wait anew.
    let three = bring(&chats, "varya", chat, b"three");
    let id =
        put(&chats, "varya", chat, &Later { files: vec![three], ..text(&chats, later(60), "ещё") }).unwrap();
    chats.withdraw("varya");
    assert!(fire(&chats, later(60)));
    chats.enrol("varya");
    purge(&chats);
    assert!(is_kept(&chats, "varya", three));
    change(&chats, "varya", id, &Later { files: vec![three], ..text(&chats, later(90), "ещё") }).unwrap();
    assert!(fire(&chats, later(90)));
    assert_eq!(chats.texts("demyan", chat), ["ещё"]);
}

#[test]
fn what_is_urgent_stays_urgent_and_staff_have_no_such_thing() {
    // MSG-N6, MSG-F10: nine in the evening, and a third one on the same day goes as any other.
    let chats = Chats::open();
    let chat = chats.class_chat();
    let urgent = |due, words: &str| Later { urgent: true, ..text(&chats, due, words) };
    let refused = put(&chats, "gromova", chat, &urgent(later(60), "срочно"));
    assert!(
        matches!(refused, Err(Failed::Schedule(ScheduleError::Send(SendError::NotUrgent)))),
        "{refused:?}"
    );
    let evening = 11 * 60;
    for (minutes, words) in
        [(60, "днём"), (evening, "первое"), (evening + 1, "второе"), (evening + 2, "третье")]
    {
        put(&chats, "varya", chat, &urgent(later(minutes), words)).unwrap();
    }
    for minutes in [60, evening, evening + 1, evening + 2] {
        assert!(fire(&chats, later(minutes)));
    }
    let page = chats.page("gromova", chat).unwrap();
    let marks: Vec<_> = page.lines.iter().map(|line| line.urgent).collect();
    assert_eq!(marks, [false, true, true, false], "by day it is quiet for nobody");
    let acts = chats.world.read(|tx| tx.audit_tail(None, 10)).rows;
    assert_eq!(acts.iter().filter(|row| row.action == "messenger.urgent.send").count(), 2);
}

#[test]
fn an_own_message_that_went_out_by_its_time_is_not_unread_for_its_author() {
    // MSG-R5, MSG-I13
    let chats = Chats::open();
    let chat = chats.class_chat();
    put(&chats, "varya", chat, &text(&chats, later(60), "с утра")).unwrap();
    chats.send("demyan", chat, "раньше");
    assert!(fire(&chats, later(60)));
    chats.send("demyan", chat, "позже");
    assert_eq!(chats.unread("varya", chat), 2, "what others wrote before and after, and not the own one");
    assert_eq!(chats.unread("gromova", chat), 3);
    chats.mark_read("varya", chat, 1);
    assert_eq!(chats.unread("varya", chat), 1);
    let actor = Actor { person: None, session: None, address: String::new() };
    let viewer = chats.viewer("varya");
    chats.world.write(move |tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        messenger::delete(tx, later(61), &by, &actor, 2).map_err(|_| Denied::Denied)
    });
    assert_eq!(chats.unread("varya", chat), 1, "a deleted one is left out once");
    chats.mark_read("varya", chat, 3);
    assert_eq!(chats.unread("varya", chat), 0);
}
