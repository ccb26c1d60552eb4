//! Reports, cases and holds: what is frozen, who may look, and what nobody may change any more.
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on must stop, and a kit is shared"
)]

mod kit;

use kit::{Chats, Refused, later};
use messenger::{
    Body, CaseOf, Category, ConversationId, DeleteError, Desk, EditError, Evidence, HoldOf, MemberOf, Note,
    OpenedCase, OpeningId, OpeningOf, Outcome, ReportId, ReportState, SafetyError, SafetyOf, TextState,
};
use school::{Denied, Present, Role};
use store::{Actor, UtcInstant};
use testkit::{TODAY, now};
use time::Duration;

fn report(chats: &Chats, who: &str, chat: ConversationId, seq: i64) -> Result<ReportId, Refused> {
    let viewer = chats.viewer(who);
    chats.world.try_write(move |tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        let words = Note::parse("это не в первый раз").unwrap();
        Ok(messenger::report(tx, now(), &by, seq, Category::Bullying, Some(&words))?)
    })
}

fn edit(chats: &Chats, who: &str, chat: ConversationId, seq: i64, text: &str) -> Result<(), Refused> {
    let (viewer, body) = (chats.viewer(who), Body::parse(text).unwrap());
    chats.world.try_write(move |tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        let rev = messenger::find_line(tx, &by, seq)?.unwrap().rev;
        Ok(messenger::edit(tx, now(), &by, seq, rev, &body).map(|_| ())?)
    })
}

fn delete(chats: &Chats, who: &str, chat: ConversationId, seq: i64) -> Result<(), Refused> {
    let viewer = chats.viewer(who);
    chats.world.try_write(move |tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        Ok(messenger::delete(tx, now(), &by, &Actor::program("test"), seq)?)
    })
}

fn open(chats: &Chats, who: &str, report: ReportId) -> Result<OpenedCase, Refused> {
    let viewer = chats.viewer(who);
    chats.world.try_write(move |tx| {
        let by = CaseOf::ask(tx, &viewer, report, TODAY)?;
        let (case, act) = messenger::open_case(tx, &by)?;
        tx.audit(now(), &Actor::program("test"), act)?;
        Ok(case)
    })
}

/// Does something with a case.
fn with_case<T: Send + 'static>(
    chats: &Chats,
    who: &str,
    report: ReportId,
    deed: impl for<'t> FnOnce(&mut store::WriteTx<'t>, &CaseOf<'t>) -> Result<T, SafetyError> + Send + 'static,
) -> Result<T, Refused> {
    let viewer = chats.viewer(who);
    chats.world.try_write(move |tx| {
        let by = CaseOf::ask(tx, &viewer, report, TODAY)?;
        Ok(deed(tx, &by)?)
    })
}

/// The ids of the unfinished cases that a person sees; `None` for whoever has no desk.
fn desk(chats: &Chats, who: &str) -> Option<Vec<ReportId>> {
    let viewer = chats.viewer(who);
    let found = chats.world.try_read(|tx| {
        let by = SafetyOf::ask(tx, &viewer, TODAY)?;
        let cases = messenger::list_cases(tx, &by, TODAY, ReportState::Open)?;
        let new = messenger::count_new_cases(tx, &by, TODAY)?;
        assert_eq!(new as usize, cases.iter().filter(|case| case.state == ReportState::Open).count());
        Ok::<_, Denied>(cases)
    });
    found.ok().map(|cases| cases.into_iter().map(|case| case.id).collect())
}

fn own(chats: &Chats, who: &str) -> Vec<messenger::OwnReport> {
    let viewer = chats.viewer(who);
    chats.world.read(move |tx| messenger::own_reports(tx, &Present::ask(tx, &viewer)?).map_err(Denied::from))
}

#[test]
fn a_report_freezes_the_message_its_neighbours_and_every_text_they_had() {
    // MSG-S6, MSG-F36
    let chats = Chats::open();
    let chat = chats.class_chat();
    for n in 1..=50 {
        chats.send(if n % 2 == 0 { "varya" } else { "demyan" }, chat, &format!("строка {n}"));
    }
    edit(&chats, "demyan", chat, 25, "строка 25, мягче").unwrap();
    delete(&chats, "varya", chat, 24).unwrap();
    let id = report(&chats, "varya", chat, 25).unwrap();
    // What comes later changes nothing of what was frozen: the neighbours are copies.
    edit(&chats, "varya", chat, 26, "исправлено потом").unwrap();
    let case = open(&chats, "barinova", id).unwrap();
    let seqs: Vec<i64> = case.frozen.iter().map(|message| message.seq).collect();
    assert_eq!(seqs, (5..=45).collect::<Vec<_>>());
    let texts = |seq: i64| -> Vec<(TextState, String)> {
        let found = case.frozen.iter().find(|message| message.seq == seq).unwrap();
        found.texts.iter().map(|text| (text.state, text.body.clone())).collect()
    };
    assert_eq!(
        texts(25),
        [(TextState::Earlier, "строка 25".to_owned()), (TextState::Present, "строка 25, мягче".to_owned())]
    );
    assert_eq!(texts(24), [(TextState::Deleted, "строка 24".to_owned())]);
    assert_eq!(texts(26), [(TextState::Present, "строка 26".to_owned())]);
    assert_eq!(case.words.as_deref(), Some("это не в первый раз"));
    // Reported twice, it is one case.
    assert_eq!(report(&chats, "varya", chat, 25).unwrap(), id);
    assert_eq!(desk(&chats, "barinova"), Some(vec![id]));
}

#[test]
fn a_report_is_about_what_the_reporter_sees() {
    // MSG-B13, MSG-B26
    let chats = Chats::open();
    let chat = chats.class_chat();
    chats.send("demyan", chat, "раз");
    chats.send("demyan", chat, "два");
    delete(&chats, "demyan", chat, 2).unwrap();
    assert!(matches!(report(&chats, "demyan", chat, 1), Err(Refused::Safety(SafetyError::Own))));
    assert!(matches!(report(&chats, "varya", chat, 2), Err(Refused::Safety(SafetyError::NoSuchMessage))));
    assert!(matches!(report(&chats, "varya", chat, 3), Err(Refused::Safety(SafetyError::NoSuchMessage))));
    assert!(matches!(report(&chats, "kira", chat, 1), Err(Refused::Denied)));
    assert!(matches!(report(&chats, "mother", chat, 1), Err(Refused::Denied)));
    assert_eq!(desk(&chats, "barinova"), Some(Vec::new()));
    for n in 0..messenger::REPORTS_A_DAY {
        let sent = chats.send("demyan", chat, &format!("ещё {n}"));
        report(&chats, "varya", chat, sent.seq).unwrap();
    }
    assert!(matches!(report(&chats, "varya", chat, 1), Err(Refused::Safety(SafetyError::TooMany))));
}

#[test]
fn a_report_never_reaches_the_reported_person() {
    // MSG-I23: whoever is reported, and whatever they are at the school.
    let everybody = ["barinova", "zotova", "gromova", "lapina", "sedov", "varya", "demyan_mother"];
    for (reported, alone, handlers) in [
        ("lapina", false, vec!["barinova", "zotova", "gromova"]),
        // The second safeguarding lead is reported: the first one and the head have it.
        ("gromova", false, vec!["barinova", "zotova"]),
        // The only safeguarding lead is reported: the head has it.
        ("gromova", true, vec!["zotova"]),
        // The head is reported: the safeguarding leads have it.
        ("zotova", false, vec!["barinova", "gromova"]),
    ] {
        let chats = Chats::open();
        let (gromova, barinova) = (chats.world.person("gromova"), chats.world.person("barinova"));
        chats.world.write(move |tx| {
            drop(school::grant(tx, gromova, Role::SafeguardingLead, None, None, TODAY)?);
            if alone {
                for grant in school::grants_of(tx, barinova, TODAY)? {
                    drop(school::end_grant(tx, grant.id, TODAY)?);
                }
            }
            Ok::<_, store::Error>(())
        });
        let (chat, reporter) = if reported == "zotova" {
            (chats.parents_chat(), "demyan_mother")
        } else {
            (chats.class_chat(), "varya")
        };
        let sent = chats.send(reported, chat, "резкое слово");
        let id = report(&chats, reporter, chat, sent.seq).unwrap();
        for who in everybody {
            let handles = handlers.contains(&who);
            assert_eq!(open(&chats, who, id).is_ok(), handles, "{who} opens what {reported} wrote");
            let listed = desk(&chats, who).is_some_and(|cases| cases.contains(&id));
            assert_eq!(listed, handles, "{who} lists what {reported} wrote");
        }
        let held = with_case(&chats, handlers[0], id, |tx, by| {
            Ok(messenger::hold_chat(tx, now(), by, &Note::parse("разбираемся").unwrap())?)
        });
        let hold = held.unwrap().target.rsplit(':').next().unwrap().parse().unwrap();
        let viewer = chats.viewer(reported);
        let lifted = chats.world.try_read(|tx| HoldOf::ask(tx, &viewer, hold, TODAY).map(|_| ()));
        assert!(lifted.is_err(), "{reported} lifts a hold against themselves");
    }
}

#[test]
fn what_was_reported_is_neither_changed_nor_deleted_by_its_author() {
    // MSG-I17, MSG-B16
    let chats = Chats::open();
    let chat = chats.class_chat();
    chats.send("demyan", chat, "раз");
    chats.send("gromova", chat, "два");
    report(&chats, "varya", chat, 1).unwrap();
    report(&chats, "varya", chat, 2).unwrap();
    for (who, seq) in [("demyan", 1), ("gromova", 2)] {
        assert!(matches!(edit(&chats, who, chat, seq, "иначе"), Err(Refused::Edit(EditError::Kept))));
        assert!(matches!(delete(&chats, who, chat, seq), Err(Refused::Delete(DeleteError::Kept))), "{who}");
    }
    // A moderator hides it from children: the text stays where the desk reads it (MSG-I11).
    delete(&chats, "gromova", chat, 1).unwrap();
    assert_eq!(chats.texts("varya", chat), ["-", "два"]);
    let again = report(&chats, "timur", chat, 2);
    assert!(again.is_err(), "Timur is not linked");
    let second = report(&chats, "lapina", chat, 2).unwrap();
    let case = open(&chats, "barinova", second).unwrap();
    assert_eq!(case.frozen[0].texts[0].body, "раз");
    assert_eq!(case.frozen[0].texts[0].state, TextState::Deleted);
}

#[test]
fn a_hold_keeps_a_chat_until_it_is_lifted() {
    // MSG-S8, MSG-F38
    let chats = Chats::open();
    let chat = chats.class_chat();
    chats.send("demyan", chat, "раз");
    chats.send("varya", chat, "два");
    let id = report(&chats, "varya", chat, 1).unwrap();
    edit(&chats, "varya", chat, 2, "два, исправлено").unwrap();
    let note = || Note::parse("разбираемся").unwrap();
    let act =
        with_case(&chats, "barinova", id, move |tx, by| Ok(messenger::hold_chat(tx, now(), by, &note())?));
    let act = act.unwrap();
    assert_eq!((act.action, act.reason.as_deref()), ("messenger.hold.put", Some("разбираемся")));
    assert!(matches!(edit(&chats, "varya", chat, 2, "иначе"), Err(Refused::Edit(EditError::Kept))));
    assert!(matches!(delete(&chats, "varya", chat, 2), Err(Refused::Delete(DeleteError::Kept))));
    chats.send("varya", chat, "писать можно");
    let hold = act.target.rsplit(':').next().unwrap().parse().unwrap();
    let viewer = chats.viewer("zotova");
    for lifts in [true, false] {
        let act = chats.world.write(move |tx| {
            let by = HoldOf::ask(tx, &viewer, hold, TODAY)?;
            messenger::lift_hold(tx, later(1), &by).map_err(Denied::from)
        });
        assert_eq!(act.is_some(), lifts);
    }
    edit(&chats, "varya", chat, 2, "иначе").unwrap();
    assert!(matches!(edit(&chats, "demyan", chat, 1, "x"), Err(Refused::Edit(EditError::Kept))), "reported");
}

#[test]
fn a_case_is_taken_noted_and_closed_and_its_reporter_follows_it() {
    // MSG-S6, MSG-I18
    let chats = Chats::open();
    let chat = chats.class_chat();
    chats.send("demyan", chat, "раз");
    let id = report(&chats, "varya", chat, 1).unwrap();
    let state = || own(&chats, "varya").pop().unwrap().state;
    assert_eq!(state(), ReportState::Open);
    assert!(own(&chats, "demyan").is_empty());
    let take = || with_case(&chats, "barinova", id, messenger::take_case);
    assert!(take().unwrap().is_some());
    assert!(take().unwrap().is_none(), "taken once");
    assert_eq!(state(), ReportState::Taken);
    with_case(&chats, "zotova", id, |tx, by| {
        Ok(messenger::add_note(tx, now(), by, &Note::parse("поговорили с классом").unwrap())?)
    })
    .unwrap();
    let close = || {
        with_case(&chats, "barinova", id, |tx, by| {
            let answer = Note::parse("Спасибо, что сказали").unwrap();
            messenger::close_case(tx, later(5), by, Outcome::Upheld, Some(&answer))
        })
    };
    assert_eq!(close().unwrap().after.as_deref(), Some("upheld"));
    assert!(matches!(close(), Err(Refused::Safety(SafetyError::Closed))));
    let told = own(&chats, "varya").pop().unwrap();
    assert_eq!((told.state, told.outcome), (ReportState::Closed, Some(Outcome::Upheld)));
    assert_eq!(told.answer.as_deref(), Some("Спасибо, что сказали"));
    assert_eq!(desk(&chats, "barinova"), Some(Vec::new()));
    let before = chats.world.read(|tx| tx.audit_len());
    let case = open(&chats, "zotova", id).unwrap();
    assert_eq!(case.notes[0].words, "поговорили с классом");
    assert_eq!(chats.world.read(|tx| tx.audit_len()), before + 1);
}

/// Opens a chat for an hour.
fn open_chat(chats: &Chats, who: &str, chat: ConversationId) -> Result<OpeningId, Denied> {
    let viewer = chats.viewer(who);
    chats.world.try_write(move |tx| {
        let by = SafetyOf::ask(tx, &viewer, TODAY)?;
        let reason = Note::parse("сообщили об угрозах").unwrap();
        let opened = messenger::open_chat(tx, now(), &by, None, chat, &reason, Duration::hours(1));
        opened.map(|(id, act)| {
            assert_eq!(
                (act.action, act.reason.as_deref()),
                ("messenger.chat.open", Some("сообщили об угрозах"))
            );
            id
        })
    })
}

fn read_opened(
    chats: &Chats,
    who: &str,
    opening: OpeningId,
    at: UtcInstant,
    before: Option<i64>,
) -> Result<(Vec<Evidence>, bool), Denied> {
    let viewer = chats.viewer(who);
    chats.world.try_read(|tx| {
        let by = OpeningOf::ask(tx, &viewer, opening, at, TODAY)?;
        let (found, older, act) = messenger::read_opened(tx, &by, before)?;
        assert_eq!(act.target, format!("opening:{opening}"));
        Ok((found, older))
    })
}

fn disclosed(chats: &Chats, who: &str, chat: ConversationId, at: UtcInstant) -> Vec<messenger::Disclosed> {
    let viewer = chats.viewer(who);
    chats.world.read(move |tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        messenger::disclosed_openings(tx, &by, at).map_err(Denied::from)
    })
}

fn waits(chats: &Chats, who: &str) -> u32 {
    let viewer = chats.viewer(who);
    chats.world.read(move |tx| {
        messenger::count_new_openings(tx, &SafetyOf::ask(tx, &viewer, TODAY)?).map_err(Denied::from)
    })
}

#[test]
fn a_chat_is_opened_for_a_reason_and_a_time_before_a_second_person() {
    // MSG-S3, MSG-N5
    let chats = Chats::open();
    let chat = chats.class_chat();
    for n in 1..=60 {
        chats.send("varya", chat, &format!("строка {n}"));
    }
    delete(&chats, "varya", chat, 60).unwrap();
    for who in ["gromova", "sedov", "varya", "mother"] {
        assert!(open_chat(&chats, who, chat).is_err(), "{who}");
    }
    let id = open_chat(&chats, "barinova", chat).unwrap();
    let (found, older) = read_opened(&chats, "barinova", id, now(), None).unwrap();
    assert_eq!((found.len(), found[0].seq, older), (50, 11, true));
    let last = found.last().unwrap();
    assert_eq!((last.texts[0].state, last.texts[0].body.as_str()), (TextState::Deleted, "строка 60"));
    let (found, older) = read_opened(&chats, "barinova", id, now(), Some(11)).unwrap();
    assert_eq!((found.len(), older), (10, false));
    for who in ["zotova", "gromova"] {
        assert!(read_opened(&chats, who, id, now(), None).is_err(), "{who} has not opened it");
    }
    // It ends by the clock, and by no act of anybody.
    assert!(read_opened(&chats, "barinova", id, later(59), None).is_ok());
    assert!(read_opened(&chats, "barinova", id, later(60), None).is_err());
    // The other desk is told at once, members when it is over.
    assert_eq!((waits(&chats, "zotova"), waits(&chats, "barinova")), (1, 0));
    let note = |who: &str| {
        let viewer = chats.viewer(who);
        chats
            .world
            .try_write(move |tx| messenger::note_opening(tx, now(), &SafetyOf::ask(tx, &viewer, TODAY)?, id))
    };
    assert!(note("barinova").is_err(), "one's own desk");
    assert!(note("zotova").unwrap().is_some());
    assert!(note("zotova").unwrap().is_none());
    assert_eq!(waits(&chats, "zotova"), 0);
    assert!(disclosed(&chats, "varya", chat, later(59)).is_empty());
    let told = disclosed(&chats, "varya", chat, later(60));
    assert_eq!((told.len(), told[0].desk, told[0].ended), (1, Desk::Lead, later(60)));
    assert_eq!(told[0].name, "Е.\u{a0}В.\u{a0}Баринова");
}

#[test]
fn members_are_not_told_while_the_case_runs_or_when_a_law_forbids_it() {
    // MSG-S3
    let chats = Chats::open();
    let chat = chats.class_chat();
    chats.send("demyan", chat, "раз");
    let report = report(&chats, "varya", chat, 1).unwrap();
    let viewer = chats.viewer("zotova");
    let parents = chats.parents_chat();
    let open = move |tx: &mut store::WriteTx<'_>, chat| {
        let by = SafetyOf::ask(tx, &viewer, TODAY)?;
        let case = CaseOf::ask(tx, &viewer, report, TODAY)?;
        let reason = Note::parse("по обращению").unwrap();
        messenger::open_chat(tx, now(), &by, Some(&case), chat, &reason, Duration::days(9)).map(|(id, _)| id)
    };
    assert!(chats.world.try_write(move |tx| open(tx, parents)).is_err(), "the case is about another chat");
    let in_case = chats.world.write(move |tx| open(tx, chat));
    let day = 24 * 60;
    assert!(read_opened(&chats, "zotova", in_case, later(day - 1), None).is_ok(), "a day at most");
    assert!(read_opened(&chats, "zotova", in_case, later(day), None).is_err());
    assert!(disclosed(&chats, "varya", chat, later(day)).is_empty());
    with_case(&chats, "barinova", report, move |tx, by| {
        messenger::close_case(tx, later(day), by, Outcome::Passed, None)
    })
    .unwrap();
    assert_eq!(disclosed(&chats, "varya", chat, later(day)).len(), 1);
    let silent = open_chat(&chats, "barinova", chat).unwrap();
    let viewer = chats.viewer("barinova");
    chats.world.write(move |tx| {
        let by = OpeningOf::ask(tx, &viewer, silent, later(5), TODAY)?;
        let law = Note::parse("тайна следствия").unwrap();
        messenger::close_opening(tx, later(5), &by, Some(&law)).unwrap();
        Ok::<_, Denied>(())
    });
    assert!(read_opened(&chats, "barinova", silent, later(6), None).is_err());
    assert_eq!(disclosed(&chats, "varya", chat, later(3 * day)).len(), 1);
}

#[test]
fn the_confidential_line_is_looked_into_by_safeguarding_leads_as_long_as_there_is_another() {
    // MSG-S3, MSG-I23, MSG-I24
    let chats = Chats::open();
    let [varya, lapina, barinova] = ["varya", "lapina", "barinova"].map(|key| chats.world.person(key));
    let viewer = chats.viewer("varya");
    let line = chats.world.write(move |tx| {
        let (_, change) = school::grant(tx, lapina, Role::SafeguardingLead, None, None, TODAY)?;
        messenger::follow(tx, now(), TODAY, change)?;
        let by = Present::ask(tx, &viewer)?;
        let way = messenger::Way::Confidential { pupil: varya };
        let actor = Actor::program("test");
        Ok::<_, Denied>(messenger::start(tx, now(), &by, &actor, TODAY, barinova, way).unwrap())
    });
    let sent = chats.send("barinova", line, "приходи на разговор");
    let id = report(&chats, "varya", line, sent.seq).unwrap();
    assert!(open(&chats, "lapina", id).is_ok());
    for who in ["barinova", "zotova", "gromova", "mother"] {
        assert!(open(&chats, who, id).is_err(), "{who}");
    }
    assert_eq!(desk(&chats, "zotova"), Some(Vec::new()));
    assert!(open_chat(&chats, "lapina", line).is_ok());
    assert!(open_chat(&chats, "zotova", line).is_err());
    let viewer = chats.viewer("zotova");
    let listed = chats.world.read(move |tx| {
        let by = SafetyOf::ask(tx, &viewer, TODAY)?;
        assert!(messenger::export_closed_chat(tx, &by, line).is_err());
        messenger::list_closed_chats(tx, &by).map_err(Denied::from)
    });
    assert!(!listed.is_empty() && listed.iter().all(|(chat, _)| chat.id != line));
    // The reported one is now the only lead: the head has the case.
    chats.world.write(move |tx| {
        let grants = school::grants_of(tx, lapina, TODAY)?;
        for grant in grants.into_iter().filter(|grant| grant.role == Role::SafeguardingLead) {
            drop(school::end_grant(tx, grant.id, TODAY)?);
        }
        Ok::<_, store::Error>(())
    });
    assert!(open(&chats, "zotova", id).is_ok());
    assert!(open(&chats, "barinova", id).is_err());
}

fn staff_room(chats: &Chats) -> ConversationId {
    let viewer = chats.viewer("zotova");
    let chats = chats
        .world
        .read(move |tx| messenger::list_chats(tx, &Present::ask(tx, &viewer)?).map_err(Denied::from));
    let room = chats.iter().find(|chat| chat.conversation.kind == messenger::ChatKind::StaffRoom);
    room.unwrap().conversation.id
}

#[test]
fn an_urgent_report_stirs_those_who_may_look_into_it_at_once() {
    // MSG-S6, MSG-I23, MSG-I25: the lead and the head, but not the one it is about; nothing of the report is in the event.
    let chats = Chats::open();
    let (chat, staff) = (chats.class_chat(), staff_room(&chats));
    let stirred = |chats: &Chats| -> Vec<i64> {
        chats.world.read(|tx| {
            tx.list(
                store::sql!(
                    "SELECT scope_id FROM store_event
                     WHERE scope_kind = 'person' AND kind = 'safety_urgent' AND ref = 0 AND data = '{}' ORDER BY 1"
                ),
                [],
                |row| row.get(0),
            )
        })
    };
    let say = |who: &str, chat, reporter: &str, category| {
        let seq = chats.send(who, chat, "прощайте все").seq;
        let viewer = chats.viewer(reporter);
        chats
            .world
            .try_write(move |tx| {
                let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
                Ok::<_, Refused>(messenger::report(tx, now(), &by, seq, category, None)?)
            })
            .unwrap();
    };
    say("demyan", chat, "varya", Category::Bullying);
    assert_eq!(stirred(&chats), Vec::<i64>::new());
    say("demyan", chat, "varya", Category::Danger);
    let [head, lead] = ["zotova", "barinova"].map(|who| chats.world.person(who).get());
    let mut both = [head, lead];
    both.sort_unstable();
    assert_eq!(stirred(&chats), both);
    say("zotova", staff, "gromova", Category::Danger);
    assert_eq!(
        stirred(&chats).iter().filter(|person| **person == head).count(),
        1,
        "not about her own words"
    );
    assert_eq!(stirred(&chats).iter().filter(|person| **person == lead).count(), 2);
}
