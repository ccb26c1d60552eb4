//! Sending, changing, deleting, reading.
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on must stop, and a kit is shared"
)]

mod kit;

use kit::{Chats, Refused, later};
use messenger::{Body, ClientId, DeleteError, EditError, MemberOf, SendError, Span};
use school::{Denied, Present};
use store::{Actor, UtcInstant};
use testkit::{TODAY, now};

fn edit(chats: &Chats, at: UtcInstant, who: &str, seq: i64, rev: i64, text: &str) -> Result<i64, Refused> {
    let (viewer, chat) = (chats.viewer(who), chats.class_chat());
    let body = Body::parse(text).unwrap();
    chats.world.try_write(move |tx| {
        let member = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        Ok(messenger::edit(tx, at, &member, seq, rev, &body)?.rev)
    })
}

fn delete(chats: &Chats, at: UtcInstant, who: &str, seq: i64) -> Result<(), Refused> {
    let (viewer, chat) = (chats.viewer(who), chats.class_chat());
    chats.world.try_write(move |tx| {
        let member = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        Ok(messenger::delete(tx, at, &member, &Actor::program("test"), seq)?)
    })
}

#[test]
fn a_message_is_sent_once_for_each_client_id_for_ever() {
    // MSG-I2, MSG-B9, MSG-E1: a week later, after an edit, after deletion, from another session, after a restart.
    let mut chats = Chats::open();
    let class = chats.class_chat();
    let cid = chats.cid();
    let viewer = chats.viewer("varya");
    let first = chats.send_at(now(), viewer, class, cid, "привет").unwrap();
    assert!(!first.dup);
    let again = |chats: &Chats, text: &str| {
        chats.send_at(later(60 * 24 * 7), chats.viewer("varya"), class, cid, text)
    };
    let same = messenger::Ack { dup: true, ..first };
    assert_eq!(again(&chats, " привет ").unwrap(), same);
    assert!(matches!(again(&chats, "иной"), Err(Refused::Send(SendError::Conflict))));
    edit(&chats, now(), "varya", first.seq, 0, "привет всем").unwrap();
    assert_eq!(again(&chats, "привет").unwrap(), same);
    assert!(matches!(again(&chats, "привет всем"), Err(Refused::Send(SendError::Conflict))));
    delete(&chats, now(), "varya", first.seq).unwrap();
    assert_eq!(again(&chats, "привет").unwrap(), same);
    chats.world.reopen();
    assert_eq!(again(&chats, "привет").unwrap(), same);
    // Another sender's equal id is another message.
    assert!(!chats.send_at(now(), chats.viewer("demyan"), class, cid, "привет").unwrap().dup);
}

#[test]
fn numbers_are_dense_and_time_never_goes_back() {
    // MSG-I3, MSG-E4
    let chats = Chats::open();
    let class = chats.class_chat();
    let mut last = UtcInstant::from_millis(0);
    for (n, minutes) in (1..).zip([0, 5, -600, 1_000_000, 7]) {
        let viewer = chats.viewer("varya");
        let ack = chats.send_at(later(minutes), viewer, class, chats.cid(), "раз").unwrap();
        assert_eq!(ack.seq, n);
        assert!(ack.ts >= last);
        last = ack.ts;
    }
    let refused = chats.send_at(now(), chats.viewer("kira"), class, chats.cid(), "чужой");
    assert!(matches!(refused, Err(Refused::Denied)));
    assert_eq!(chats.send("demyan", class, "шесть").seq, 6, "a refused send takes no number");
}

#[test]
fn a_restart_loses_nothing_acknowledged() {
    // MSG-I1, MSG-I4
    let mut chats = Chats::open();
    let class = chats.class_chat();
    let sent: Vec<String> = (0..20).map(|n| format!("сообщение {n}")).collect();
    for text in &sent {
        chats.send("varya", class, text);
    }
    chats.world.reopen();
    assert_eq!(chats.texts("demyan", class), sent);
}

#[test]
fn an_edit_keeps_the_number_and_every_earlier_text() {
    // MSG-I10, MSG-S7
    let chats = Chats::open();
    let ack = chats.send("varya", chats.class_chat(), "раз");
    assert_eq!(edit(&chats, later(1), "varya", ack.seq, 0, "два").unwrap(), 1);
    assert_eq!(
        edit(&chats, later(1), "varya", ack.seq, 0, "два").unwrap(),
        1,
        "a repetition is no second edit"
    );
    let stale = edit(&chats, later(1), "varya", ack.seq, 0, "три");
    assert!(
        matches!(&stale, Err(Refused::Edit(EditError::Stale { current })) if current.text.as_deref() == Some("два")),
        "{stale:?}"
    );
    assert!(matches!(
        edit(&chats, now(), "demyan", ack.seq, 1, "не моё"),
        Err(Refused::Edit(EditError::NotYours))
    ));
    assert!(matches!(
        edit(&chats, now(), "gromova", ack.seq, 1, "не моё"),
        Err(Refused::Edit(EditError::NotYours))
    ));
    assert!(matches!(
        edit(&chats, later(5), "varya", ack.seq, 1, "поздно"),
        Err(Refused::Edit(EditError::TooLate { window })) if window.whole_minutes() == 5
    ));
    assert!(matches!(
        edit(&chats, now(), "varya", 99, 0, "нет"),
        Err(Refused::Edit(EditError::NoSuchMessage))
    ));
    let staff = chats.send("gromova", chats.class_chat(), "объявление");
    assert!(edit(&chats, later(29), "gromova", staff.seq, 0, "объявление 2").is_ok());
    assert!(edit(&chats, later(30), "gromova", staff.seq, 1, "объявление 3").is_err());
}

#[test]
fn a_deleted_message_is_a_tombstone() {
    // MSG-I11: no hole in seq, the text gone from every ordinary path, an audit row (MSG-S13).
    let chats = Chats::open();
    let class = chats.class_chat();
    chats.send("varya", class, "раз");
    let ack = chats.send("varya", class, "тайна-метка");
    assert!(matches!(delete(&chats, now(), "demyan", ack.seq), Err(Refused::Delete(DeleteError::NotYours))));
    assert!(matches!(
        delete(&chats, later(6), "varya", ack.seq),
        Err(Refused::Delete(DeleteError::TooLate { .. }))
    ));
    assert_eq!(chats.unread("demyan", class), 2);
    let audited = chats.world.read(|tx| tx.audit_len());
    delete(&chats, now(), "varya", ack.seq).unwrap();
    delete(&chats, now(), "varya", ack.seq).unwrap();
    assert_eq!(chats.world.read(|tx| tx.audit_len()), audited + 1);
    assert_eq!(chats.texts("demyan", class), ["раз", "-"]);
    assert_eq!(chats.unread("demyan", class), 1, "MSG-E32");
    let later_one = chats.send("lapina", class, "учитель");
    assert!(delete(&chats, later(600), "gromova", later_one.seq).is_ok(), "a moderator hides at any time");
    assert!(matches!(
        edit(&chats, now(), "varya", ack.seq, 1, "вернуть"),
        Err(Refused::Edit(EditError::NoSuchMessage))
    ));
}

#[test]
fn read_marks_only_rise_and_never_pass_the_last_message() {
    // MSG-I12, MSG-B12, MSG-R2, MSG-R5
    let chats = Chats::open();
    let class = chats.class_chat();
    for n in 0..5 {
        chats.send("varya", class, &format!("{n}"));
    }
    assert_eq!((chats.unread("demyan", class), chats.unread("varya", class)), (5, 0));
    assert_eq!(chats.mark_read("demyan", class, 3).read_seq, 3);
    assert_eq!(chats.mark_read("demyan", class, 2).read_seq, 3);
    assert_eq!(chats.mark_read("demyan", class, -7).read_seq, 3);
    assert_eq!(chats.unread("demyan", class), 2);
    assert_eq!(chats.mark_read("demyan", class, i64::MAX).read_seq, 5);
    assert_eq!(chats.unread("demyan", class), 0);
    chats.send("demyan", class, "своё");
    assert_eq!(chats.unread("demyan", class), 0, "sending implies reading");
    let viewer = chats.viewer("demyan");
    let g = chats.world.read(|tx| tx.last_g());
    chats.world.write(move |tx| {
        let member = MemberOf::ask(tx, &viewer, class, TODAY)?;
        messenger::mark_read(tx, now(), &member, 6).map_err(Denied::from)
    });
    assert_eq!(chats.world.read(|tx| tx.last_g()), g, "a mark that says nothing new writes nothing");
}

#[test]
fn pupils_receipts_are_for_staff_only() {
    // MSG-R1, MSG-R3
    let chats = Chats::open();
    let class = chats.class_chat();
    let by_staff = chats.send("gromova", class, "завтра музей").seq;
    let by_pupil = chats.send("varya", class, "хорошо").seq;
    for reader in ["demyan", "lapina"] {
        chats.mark_read(reader, class, by_pupil);
    }
    let readers = |key: &str, seq: i64| {
        let viewer = chats.viewer(key);
        chats.world.read(|tx| {
            let member = MemberOf::ask(tx, &viewer, class, TODAY)?;
            let line = messenger::find_line(tx, &member, seq)?.unwrap();
            messenger::readers(tx, now(), &member, &line).map_err(Denied::from)
        })
    };
    assert_eq!(readers("gromova", by_staff).count, 3, "Varya by sending, Demyan, Lapina");
    assert!(readers("gromova", by_staff).named.is_some());
    assert_eq!(readers("varya", by_pupil).count, 1, "Lapina");
    assert_eq!(readers("varya", by_pupil).named, Some(vec![chats.world.person("lapina")]));
    assert_eq!(readers("demyan", by_pupil).named, None, "not his message");
}

#[test]
fn history_comes_in_pages_and_never_from_before_the_joining() {
    // MSG-I9, MSG-M2, MSG-M3
    let chats = Chats::open();
    let class = chats.class_chat();
    for n in 1..=25 {
        chats.send("varya", class, &format!("{n}"));
    }
    let page = |key: &str, span: Span, limit: u32| {
        let viewer = chats.viewer(key);
        let page = chats.world.read(|tx| {
            let member = MemberOf::ask(tx, &viewer, class, TODAY)?;
            messenger::history(tx, &member, span, limit).map_err(Denied::from)
        });
        let numbers: Vec<i64> = page.lines.iter().map(|line| line.seq).collect();
        (numbers.first().copied(), numbers.last().copied(), numbers.len(), page.older, page.newer)
    };
    assert_eq!(page("demyan", Span::Newest, 10), (Some(16), Some(25), 10, true, false));
    assert_eq!(page("demyan", Span::Before(16), 10), (Some(6), Some(15), 10, true, true));
    assert_eq!(page("demyan", Span::Before(6), 10), (Some(1), Some(5), 5, false, true));
    assert_eq!(page("demyan", Span::After(20), 10), (Some(21), Some(25), 5, true, false));
    assert_eq!(page("demyan", Span::Before(-5), 10), (None, None, 0, false, true));
    // A chat that shows its members only what came after them.
    chats.world.write(|tx| {
        tx.execute(store::sql!("UPDATE messenger_conversation SET history_mode = 'from_join'"), [])
    });
    chats.withdraw("demyan");
    chats.send("varya", class, "без него");
    chats.enrol("demyan");
    chats.send("varya", class, "при нём");
    assert_eq!(page("demyan", Span::Newest, 10), (Some(27), Some(27), 1, false, false));
    assert_eq!(page("demyan", Span::Before(27), 10).2, 0);
    assert_eq!(page("demyan", Span::After(0), 10), (Some(27), Some(27), 1, false, false));
    assert_eq!(chats.unread("demyan", class), 1);
    let viewer = chats.viewer("demyan");
    let hidden = chats.world.read(|tx| {
        let member = MemberOf::ask(tx, &viewer, class, TODAY)?;
        messenger::find_line(tx, &member, 3).map_err(Denied::from)
    });
    assert!(hidden.is_none());
}

#[test]
fn bodies_stay_out_of_the_event_log_and_the_audit_chain() {
    // MSG-I25
    let chats = Chats::open();
    let class = chats.class_chat();
    let ack = chats.send("varya", class, "метка-4711");
    edit(&chats, now(), "varya", ack.seq, 0, "метка-4711 снова").unwrap();
    delete(&chats, now(), "varya", ack.seq).unwrap();
    let found: i64 = chats.world.read(|tx| {
        tx.load(
            store::sql!(
                "SELECT (SELECT COUNT(*) FROM store_event WHERE data LIKE '%метка%')
                      + (SELECT COUNT(*) FROM store_audit
                         WHERE target || coalesce(before, '') || coalesce(after, '') LIKE '%метка%')"
            ),
            [],
            |row| row.get(0),
        )
    });
    assert_eq!(found, 0);
}

#[test]
fn removal_and_send_race_to_one_of_two_outcomes() {
    // MSG-I8: decided in the writer; whichever commits first, the other sees it.
    let chats = Chats::open();
    let class = chats.class_chat();
    let viewer = chats.viewer("demyan");
    std::thread::scope(|scope| {
        let sender =
            scope.spawn(|| chats.send_at(now(), viewer, class, ClientId::from_bytes([9; 16]).unwrap(), "?"));
        let remover = scope.spawn(|| chats.withdraw("demyan"));
        remover.join().unwrap();
        let sent = sender.join().unwrap();
        let stored = chats.texts("varya", class);
        assert!(
            matches!((&sent, stored.len()), (Ok(_), 1) | (Err(Refused::Denied), 0)),
            "{sent:?} {stored:?}"
        );
    });
}

#[test]
fn the_badge_is_counted_from_what_is_stored() {
    // MSG-I13: repeated, undone, read on another device or after a restart, it is what the stored marks say.
    let mut chats = Chats::open();
    let (class, parents) = (chats.class_chat(), chats.parents_chat());
    let badge = |chats: &Chats| {
        let viewer = chats.viewer("gromova");
        let total = chats.world.read(|tx| {
            messenger::unread_total(tx, now(), &Present::ask(tx, &viewer)?, TODAY).map_err(Denied::from)
        });
        let each = [class, parents].map(|chat| chats.unread("gromova", chat));
        assert_eq!(total, each.iter().sum::<u32>(), "the one number is the sum of the chats");
        each
    };
    let cid = chats.cid();
    for _ in 0..3 {
        chats.send_at(now(), chats.viewer("varya"), class, cid, "одно и то же").unwrap();
    }
    assert_eq!(badge(&chats), [1, 0], "a repetition is no second message");
    let second = chats.send("varya", class, "второе").seq;
    chats.send("mother", parents, "от мамы");
    assert_eq!(badge(&chats), [2, 1]);
    edit(&chats, now(), "varya", second, 0, "второе, иначе").unwrap();
    assert_eq!(badge(&chats), [2, 1], "a change is no news");
    // Another device of hers reads; the one that slept counts anew.
    let other = chats.world.viewer("gromova");
    for _ in 0..2 {
        chats.world.write(move |tx| {
            let member = MemberOf::ask(tx, &other, class, TODAY)?;
            messenger::mark_read(tx, now(), &member, 1).map_err(Denied::from)
        });
        assert_eq!(badge(&chats), [1, 1]);
    }
    // What was read and is deleted then lowers nothing; what was not is one less, once.
    delete(&chats, now(), "varya", 1).unwrap();
    assert_eq!(badge(&chats), [1, 1]);
    for _ in 0..2 {
        delete(&chats, now(), "varya", second).unwrap();
        assert_eq!(badge(&chats), [0, 1]);
    }
    chats.world.reopen();
    assert_eq!(badge(&chats), [0, 1]);
    chats.send("gromova", parents, "своё");
    assert_eq!(badge(&chats), [0, 0]);
}

#[test]
fn what_one_may_not_see_is_answered_like_what_is_not_there() {
    // MSG-B13: a message from before the joining, a deleted one, and one that never was.
    let chats = Chats::open();
    let class = chats.class_chat();
    chats.world.write(|tx| {
        tx.execute(store::sql!("UPDATE messenger_conversation SET history_mode = 'from_join'"), [])
    });
    let hidden = chats.send("demyan", class, "до ухода").seq;
    chats.withdraw("demyan");
    chats.send("varya", class, "без него");
    chats.enrol("demyan");
    let gone = chats.send("demyan", class, "удалённое").seq;
    delete(&chats, now(), "demyan", gone).unwrap();
    for (what, seq) in [
        ("hidden", hidden),
        ("another's, hidden", 2),
        ("deleted", gone),
        ("never", 404),
        ("zero", 0),
        ("below", -1),
    ] {
        let edited = edit(&chats, now(), "demyan", seq, 0, "правка");
        assert!(matches!(edited, Err(Refused::Edit(EditError::NoSuchMessage))), "{what}: {edited:?}");
        if what != "deleted" {
            let deleted = delete(&chats, now(), "demyan", seq);
            assert!(
                matches!(deleted, Err(Refused::Delete(DeleteError::NoSuchMessage))),
                "{what}: {deleted:?}"
            );
        }
    }
    assert_eq!(chats.texts("varya", class), ["до ухода", "без него", "-"]);
}

#[test]
fn a_message_is_marked_unread_for_oneself_alone() {
    // MSG-R5, MSG-I12, MSG-I13
    let chats = Chats::open();
    let chat = chats.class_chat();
    for text in ["раз", "два", "три"] {
        chats.send("varya", chat, text);
    }
    let unread = |who: &str, seq: i64| {
        let viewer = chats.viewer(who);
        chats.world.write(move |tx| {
            let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
            messenger::mark_unread(tx, now(), &by, seq).map_err(Denied::from)
        })
    };
    let read_by = || {
        let viewer = chats.viewer("gromova");
        chats.world.read(|tx| {
            let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
            let line = messenger::find_line(tx, &by, 3)?.unwrap();
            messenger::readers(tx, now(), &by, &line).map_err(Denied::from)
        })
    };
    assert_eq!(chats.mark_read("demyan", chat, 3).read_seq, 3);
    assert_eq!((chats.unread("demyan", chat), read_by().count), (0, 1));
    let mark = unread("demyan", 2).unwrap();
    assert_eq!((mark.read_seq, mark.unread_from), (3, 2));
    assert_eq!((chats.unread("demyan", chat), read_by().count), (2, 1), "nobody else learns of it");
    assert_eq!(unread("demyan", 3).unwrap().unread_from, 2, "what is unread stays so");
    for (who, seq) in [("demyan", 0), ("demyan", 4), ("demyan", -1)] {
        assert_eq!(unread(who, seq), None, "{who} {seq}");
    }
    assert_eq!(chats.mark_read("demyan", chat, 3).unread_from, 4);
    assert_eq!(chats.unread("demyan", chat), 0);
    assert_eq!(unread("demyan", 1).unwrap().unread_from, 1);
    chats.send("demyan", chat, "четыре");
    assert_eq!(chats.unread("demyan", chat), 0, "writing is reading");
}
