//! The purge by age: what goes, what stays and why, and that a crash between two steps changes nothing of it.
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on must stop, and a kit is shared"
)]

mod kit;

use std::collections::BTreeSet;

use kit::Chats;
use messenger::{
    AckRequest, Ballot, Body, CaseOf, Category, ChatKind, ClientId, ConversationId, Draft, HoldOf, MemberOf,
    Note, PollTerms, Query, Retention, SafetyError, SafetyOf, SendError, Span,
};
use proptest::prelude::*;
use school::Denied;
use store::{Actor, ServerKey, UtcInstant, sql};
use testkit::{TODAY, now};
use time::Duration;

const KEEP: Retention = Retention {
    class_school_years: 2,
    people_years: 3,
    staff_years: 3,
    news_years: 5,
    acknowledged_years: 5,
};

/// The first of September of the school year before this one, by Moscow's clocks.
fn bound() -> UtcInstant {
    school::Zone::find("Europe/Moscow").unwrap().instant(time::macros::date!(2025 - 09 - 01), 0)
}

fn purge(chats: &Chats, most: u32) {
    while chats.world.write(move |tx| messenger::purge_messages(tx, TODAY, KEEP, most)) {}
    chats.world.write(|tx| messenger::finish_purge(tx, now()));
    assert!(!chats.world.read(|tx| messenger::is_purge_due(tx, TODAY, KEEP)), "a purge leaves nothing due");
}

fn send_at(chats: &Chats, at: UtcInstant, who: &str, chat: ConversationId, draft: Draft) -> i64 {
    let viewer = chats.viewer(who);
    let sent = chats.world.try_write(move |tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        Ok::<_, kit::Refused>(messenger::send(tx, at, &by, &draft)?.seq)
    });
    sent.unwrap()
}

fn say(chats: &Chats, at: UtcInstant, who: &str, chat: ConversationId, text: &str) -> i64 {
    send_at(chats, at, who, chat, Draft::text(chats.cid(), Body::parse(text).unwrap()))
}

#[derive(Debug)]
struct Failed;

impl From<Denied> for Failed {
    fn from(_: Denied) -> Self {
        Self
    }
}

impl From<store::Error> for Failed {
    fn from(_: store::Error) -> Self {
        Self
    }
}

impl From<SafetyError> for Failed {
    fn from(_: SafetyError) -> Self {
        Self
    }
}

/// Varya reports a message and the lead holds it, or the whole chat; the report itself is closed and stays.
fn hold(chats: &Chats, chat: ConversationId, seq: i64, whole: bool) -> messenger::HoldId {
    let (varya, lead) = (chats.viewer("varya"), chats.viewer("barinova"));
    let report = chats
        .world
        .try_write(move |tx| {
            let by = MemberOf::ask(tx, &varya, chat, TODAY)?;
            Ok::<_, Failed>(messenger::report(tx, now(), &by, seq, Category::Threat, None)?)
        })
        .unwrap();
    chats
        .world
        .try_write(move |tx| {
            let by = CaseOf::ask(tx, &lead, report, TODAY)?;
            let reason = Note::parse("разбираемся").unwrap();
            if whole {
                messenger::hold_chat(tx, now(), &by, &reason)?;
            } else {
                messenger::hold_message(tx, now(), &by, &reason)?;
            }
            let hold = tx.load(sql!("SELECT MAX(id) FROM messenger_hold"), [], |row| row.get::<_, i64>(0))?;
            Ok::<_, Failed>(messenger::HoldId::from_row(hold))
        })
        .unwrap()
}

fn lift(chats: &Chats, hold: messenger::HoldId) {
    let lead = chats.viewer("barinova");
    let lifted = chats.world.try_write(move |tx| {
        let by = HoldOf::ask(tx, &lead, hold, TODAY)?;
        Ok::<_, Failed>(messenger::lift_hold(tx, now(), &by)?)
    });
    assert!(lifted.unwrap().is_some());
}

/// How many rows of all tables that hold texts or point at files of a message hold this marker.
fn places_of(chats: &Chats, marker: &str) -> Vec<(String, i64)> {
    let marker = format!("%{marker}%");
    chats.world.read(move |tx| {
        tx.list(
            sql!(
                "SELECT 'message', COUNT(*) FROM messenger_message WHERE body LIKE ?1
                 UNION ALL SELECT 'revision', COUNT(*) FROM messenger_revision WHERE body LIKE ?1
                 UNION ALL SELECT 'report', COUNT(*) FROM messenger_report_text WHERE body LIKE ?1"
            ),
            [marker.as_str()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    })
}

fn count(chats: &Chats, text: store::Sql) -> i64 {
    chats.world.read(move |tx| tx.load(text, [], |row| row.get(0)))
}

fn found(chats: &Chats, who: &str, word: &str) -> usize {
    let (viewer, word) = (chats.viewer(who), word.to_owned());
    chats.world.read(move |tx| {
        let rooms = messenger::rooms_of(tx, &viewer, TODAY).unwrap();
        let query = Query::parse(&word).unwrap();
        messenger::search(tx, &rooms, &query, None).map(|page| page.hits.len())
    })
}

#[test]
fn what_is_past_its_time_leaves_every_place_and_numbers_stay() {
    // MSG-S8, MSG-I9: texts, earlier texts, index, pins, quotes, calls by name; counts stay right.
    let chats = Chats::open();
    let chat = chats.class_chat();
    let old = bound() - Duration::minutes(20);
    let ballot = Ballot::parse("маркер куда едем?", "маркер музей\nмаркер лес").unwrap();
    send_at(&chats, old, "gromova", chat, Draft::poll(chats.cid(), &ballot, PollTerms::default()).unwrap());
    for n in 2..=30 {
        say(&chats, old, "gromova", chat, &format!("маркер старое {n}"));
    }
    let (viewer, edited) = (chats.viewer("gromova"), Body::parse("маркер исправлено").unwrap());
    let (key, cid) = (ServerKey::in_memory(&chats.world.random), chats.cid());
    chats.world.write(move |tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        messenger::edit(tx, old + Duration::minutes(1), &by, 30, 0, &edited).unwrap();
        messenger::vote(tx, old, &by, &key, cid, 1, &[2]).unwrap();
        messenger::pin(tx, now(), &by, 30).unwrap();
        messenger::react(tx, now(), &by, 30, messenger::Reaction::ALL[0]).unwrap();
        messenger::delete(tx, old, &by, &Actor::program("test"), 29).unwrap();
        Ok::<_, Denied>(())
    });
    let quote = Draft { reply: Some(30), ..Draft::text(chats.cid(), Body::parse("про это").unwrap()) };
    let kept = say(&chats, bound(), "gromova", chat, "ровно первого сентября");
    let answer = send_at(&chats, now(), "varya", chat, quote);
    while chats.world.write(|tx| messenger::index_more(tx, 64)).more {}
    assert_eq!(found(&chats, "varya", "исправлено"), 1);
    assert_eq!(chats.unread("demyan", chat), 31, "30 old ones, one of them deleted, and two new ones");

    purge(&chats, 7);

    assert_eq!(
        places_of(&chats, "маркер"),
        [("message", 0), ("revision", 0), ("report", 0)].map(|(place, n)| (place.to_owned(), n))
    );
    assert_eq!(chats.texts("demyan", chat), ["ровно первого сентября", "про это"]);
    assert_eq!(chats.unread("demyan", chat), 2);
    assert_eq!(found(&chats, "varya", "исправлено"), 0);
    let viewer = chats.viewer("varya");
    let (page, pins, extras, before) = chats.world.read(|tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        let page = messenger::history(tx, &by, Span::Before(kept), 50)?;
        let answered = messenger::find_line(tx, &by, answer)?.unwrap();
        let extras = messenger::extras(tx, &by, &chats.world.key, &[answered])?;
        Ok::<_, Denied>((page, messenger::pins(tx, &by)?, extras, by.purged_before(tx)?))
    });
    assert!(page.lines.is_empty() && !page.older, "readers begin above the bound");
    assert!(pins.is_empty());
    assert_eq!(extras[&answer].quote.as_ref().unwrap().said, None, "a quote shows nothing of it");
    assert_eq!(before, Some(bound()));
    for table in [
        sql!("SELECT COUNT(*) FROM messenger_pin"),
        sql!("SELECT COUNT(*) FROM messenger_reaction"),
        sql!("SELECT COUNT(*) FROM messenger_revision"),
        sql!("SELECT COUNT(*) FROM messenger_poll"),
        sql!("SELECT COUNT(*) FROM messenger_vote"),
        sql!("SELECT COUNT(*) FROM messenger_vote_cid"),
        sql!("SELECT COUNT(*) FROM messenger_kept"),
        sql!("SELECT last_seq - 32 FROM messenger_conversation WHERE last_seq > 0"),
        sql!("SELECT COUNT(*) - 32 FROM messenger_message"),
    ] {
        assert_eq!(count(&chats, table), 0, "{table:?}");
    }
    let lead = chats.viewer("barinova");
    let purged = chats.world.read(move |tx| {
        let by = SafetyOf::ask(tx, &lead, TODAY)?;
        messenger::list_purged(tx, &by).map_err(Denied::from)
    });
    assert_eq!(purged.len(), 1);
    assert_eq!((purged[0].day, purged[0].messages, purged[0].before), (TODAY, 30, bound()));
    assert_eq!(purged[0].conversation.id, chat);
    let noted = count(
        &chats,
        sql!(
            "SELECT COUNT(*) FROM store_audit WHERE action = 'messenger.retention.purge' AND after LIKE 'messages:30 files:0 chats:%'"
        ),
    );
    assert_eq!(noted, 1, "one row in the audit for a whole purge (MSG-S13)");
    purge(&chats, 7);
    assert_eq!(
        count(&chats, sql!("SELECT COUNT(*) FROM store_audit WHERE action = 'messenger.retention.purge'")),
        1
    );
}

#[test]
fn what_is_purged_is_not_in_the_file_either() {
    // MSG-S8: neither in the rows nor in the pages that are free now.
    let chats = Chats::open();
    let chat = chats.class_chat();
    let secrets = ["Пилюля Жук Ёж", "правленая Пилюля", "второй Жук"];
    let old = bound() - Duration::minutes(20);
    for n in 0..40 {
        say(&chats, old, "gromova", chat, &format!("{} {n} {}", secrets[0], "длинное ".repeat(200)));
    }
    let (viewer, edited) = (chats.viewer("gromova"), Body::parse(secrets[1]).unwrap());
    chats.world.write(move |tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        messenger::edit(tx, old + Duration::minutes(1), &by, 3, 0, &edited).unwrap();
        Ok::<_, Denied>(())
    });
    say(&chats, old, "gromova", chat, secrets[2]);
    let holds = |secret: &str| {
        let bytes = std::fs::read(chats.world.path()).unwrap();
        bytes.windows(secret.len()).any(|found| found == secret.as_bytes())
    };
    purge(&chats, 7);
    chats.world.store.close();
    assert_eq!(secrets.map(holds), [false; 3]);
}

#[test]
fn a_purged_message_is_not_sent_a_second_time_and_newcomers_begin_above_it() {
    // MSG-I2 holds for ever; MSG-M2 has a lower bound.
    let chats = Chats::open();
    let chat = chats.class_chat();
    let (cid, old) = (chats.cid(), bound() - Duration::DAY);
    let first = chats.send_at(old, chats.viewer("varya"), chat, cid, "маркер").unwrap();
    say(&chats, now(), "gromova", chat, "новое");
    purge(&chats, 64);
    let again = chats.send_at(now(), chats.viewer("varya"), chat, cid, "маркер").unwrap();
    assert!(again.dup && again.seq == first.seq);
    chats.withdraw("demyan");
    chats.enrol("demyan");
    assert_eq!(chats.texts("demyan", chat), ["новое"]);
    let viewer = chats.viewer("gromova");
    let edit = chats.world.try_write(move |tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        Ok::<_, Denied>(messenger::find_line(tx, &by, first.seq)?)
    });
    assert_eq!(edit.unwrap(), None);
}

#[test]
fn each_kind_has_its_own_time() {
    // MSG-S8: the same age in chats of different kinds; the confidential line by the lead's word.
    let chats = Chats::open();
    let people = |kind| chats.chat("gromova", kind, "6A");
    let class = people(ChatKind::ClassChat);
    let news = people(ChatKind::ClassNews);
    let years = |n: i64| now() - Duration::days(365 * n + 2);
    for (chat, at) in
        [(class, years(6)), (class, years(2)), (class, years(1)), (news, years(6)), (news, years(4))]
    {
        say(&chats, at, "gromova", chat, &format!("от {at:?}"));
    }
    purge(&chats, 2);
    assert_eq!(chats.texts("gromova", class).len(), 1);
    assert_eq!(chats.texts("gromova", news).len(), 1);

    let asks = |who: &'static str, years| {
        let viewer = chats.viewer(who);
        chats.world.try_write(move |tx| {
            let by = SafetyOf::ask(tx, &viewer, TODAY)?;
            Ok::<_, Failed>(messenger::set_confidential_years(tx, &by, years)?.is_some())
        })
    };
    assert!(asks("zotova", Some(5)).is_err(), "the head does not decide it (MSG-I24)");
    assert!(asks("barinova", Some(0)).is_err() && asks("barinova", Some(26)).is_err());
    assert!(asks("barinova", Some(5)).unwrap());
    assert!(!asks("barinova", Some(5)).unwrap(), "the same again is no change");
    assert!(asks("barinova", None).unwrap());
}

#[test]
fn what_is_held_reported_or_acknowledged_stays_until_nothing_keeps_it() {
    // MSG-I17: the purge passes by, and comes back when the hold is lifted or the longer time is over.
    let chats = Chats::open();
    let (chat, parents) = (chats.class_chat(), chats.parents_chat());
    let old = bound() - Duration::days(400);
    let asks = AckRequest { due: None, both: false };
    let draft =
        Draft { ack: Some(asks), ..Draft::text(chats.cid(), Body::parse("маркер сбор").unwrap()) };
    send_at(&chats, old, "gromova", parents, draft);
    say(&chats, old, "demyan", chat, "маркер раз");
    say(&chats, old, "demyan", chat, "маркер два");
    let whole = hold(&chats, chat, 1, true);
    let lead = chats.viewer("barinova");
    let kept = move |chats: &Chats| {
        let lead = lead;
        chats.world.read(move |tx| {
            let by = SafetyOf::ask(tx, &lead, TODAY)?;
            messenger::count_kept(tx, &by).map_err(Denied::from)
        })
    };
    purge(&chats, 1);
    assert_eq!(places_of(&chats, "маркер")[0].1, 3, "all three are kept");
    assert_eq!(kept(&chats), 3);
    assert_eq!(chats.texts("varya", chat), [""; 0], "kept for the desk, not for its readers");
    lift(&chats, whole);
    assert!(chats.world.read(|tx| messenger::is_purge_due(tx, TODAY, KEEP)));
    purge(&chats, 1);
    assert_eq!(places_of(&chats, "маркер")[0].1, 2, "the reported one and the one to be acknowledged stay");
    assert_eq!(kept(&chats), 2);
    let later = Retention { acknowledged_years: 1, ..KEEP };
    while chats.world.write(move |tx| messenger::purge_messages(tx, TODAY, later, 1)) {}
    assert_eq!(places_of(&chats, "маркер")[0].1, 1);
    assert_eq!(count(&chats, sql!("SELECT COUNT(*) FROM messenger_ack_request")), 0);
    assert!(places_of(&chats, "маркер")[2].1 >= 2, "what a report has frozen is evidence");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    /// MSG-I17, MSG-K5: whatever is held, however large the steps, wherever the program dies between two of them: held
    /// texts are there at every moment, others above the bound too, and the end is the same.
    #[test]
    fn a_purge_under_holds_survives_a_crash_between_its_steps(
        held in prop::collection::btree_set(1_i64..=12, 0..5),
        old in 0_usize..=12,
        most in 1_u32..5,
        crash in 0_u32..6,
    ) {
        let mut chats = Chats::open();
        let chat = chats.class_chat();
        for n in 1..=12_usize {
            let at = if n <= old { bound() - Duration::HOUR } else { bound() + Duration::HOUR };
            say(&chats, at, "demyan", chat, &format!("текст {n}"));
        }
        let holds: Vec<_> = held.iter().map(|seq| hold(&chats, chat, *seq, false)).collect();
        prop_assert_eq!(holds.len(), held.len());
        let check = |chats: &Chats| {
            let rows: Vec<(i64, String, bool)> = chats.world.read(|tx| {
                tx.list(sql!("SELECT seq, body, purged FROM messenger_message ORDER BY seq"), [], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
                })
            });
            for (seq, body, purged) in &rows {
                let must_stay = held.contains(seq) || *seq > i64::try_from(old).unwrap();
                assert!(!must_stay || !purged, "{seq}");
                assert_eq!(body.is_empty(), *purged, "{seq}: a row is purged as a whole or not at all");
            }
            rows.into_iter().filter(|row| row.2).map(|row| row.0).collect::<BTreeSet<i64>>()
        };
        for _ in 0..crash {
            chats.world.write(move |tx| messenger::purge_messages(tx, TODAY, KEEP, most));
            check(&chats);
        }
        // The program dies here: what was committed is there, nothing else.
        chats.world.reopen();
        purge(&chats, most);
        let wanted: BTreeSet<i64> =
            (1..=i64::try_from(old).unwrap()).filter(|seq| !held.contains(seq)).collect();
        prop_assert_eq!(check(&chats), wanted.clone());
        let counted = count(&chats, sql!("SELECT COALESCE(SUM(messages), 0) FROM messenger_purge"));
        prop_assert_eq!(counted, i64::try_from(wanted.len()).unwrap(), "each is counted once");
    }
}

#[test]
fn a_send_after_the_purge_meets_no_conflict_but_other_content_elsewhere_does() {
    // MSG-B9: only a purged one has nothing left to compare.
    let chats = Chats::open();
    let chat = chats.class_chat();
    let cid: ClientId = chats.cid();
    chats.send_at(now(), chats.viewer("varya"), chat, cid, "одно").unwrap();
    let other = chats.send_at(now(), chats.viewer("varya"), chat, cid, "другое");
    assert!(matches!(other, Err(kit::Refused::Send(SendError::Conflict))));
}
