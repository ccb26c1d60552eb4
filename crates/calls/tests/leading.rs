//! What leaders decide, hands, and how calls end.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod kit;

use calls::{
    Absence, CallId, CallRules, CallState, EndWhy, EnterError, Entered, Ground, LeaveWhy, LessonFacts,
    ModerateError, Note, Permissions, Settled, Source,
};
use kit::{Refused, Rooms, bell};
use messenger::ChatKind;
use school::PersonId;
use testkit::now;
use time::Duration;

struct Lesson {
    rooms: Rooms,
    call: CallId,
    ground: Ground,
}

impl Lesson {
    /// Gromova leads, Varya and Demyan are in.
    fn open() -> Self {
        let rooms = Rooms::open();
        let (call, ground) = (rooms.lesson_call(), Ground::Lesson(rooms.lesson()));
        for key in ["gromova", "varya", "demyan"] {
            rooms.visit(key, call, ground, now());
        }
        Self { rooms, call, ground }
    }

    fn may(&self, key: &str) -> Permissions {
        let (viewer, call, ground) = (self.rooms.viewer(key), self.call, self.ground);
        self.rooms.world.read(move |tx| {
            let by = calls::CallerOf::ask(tx, &viewer, call, &ground, testkit::TODAY)?;
            let marks = calls::marks_of(tx, call, by.person())?;
            Ok::<_, school::Denied>(calls::permissions(by.call().state, by.part(), by.call().rules, marks))
        })
    }

    fn allow(&self, key: &str, whom: &str, source: Source, on: bool) -> Result<bool, Refused> {
        let whom = self.rooms.person(whom);
        self.rooms
            .lead(key, self.call, self.ground, move |tx, by| Ok(calls::allow(tx, by, whom, source, on)?))
    }

    fn set_rules(&self, rules: CallRules, anew: &'static [Source]) -> Option<String> {
        let act = self.rooms.lead("gromova", self.call, self.ground, move |tx, by| {
            Ok(calls::set_rules(tx, by, rules, anew)?)
        });
        act.unwrap().map(|act| act.after.unwrap())
    }

    fn hands(&self) -> Vec<PersonId> {
        let call = self.call;
        let hands = self.rooms.world.read(move |tx| calls::hands(tx, call));
        hands.into_iter().map(|hand| hand.person).collect()
    }

    fn raise(&self, key: &str, seconds: i64, up: bool) -> Result<bool, Refused> {
        self.rooms.act(key, self.call, self.ground, move |tx, by| {
            Ok(calls::raise(tx, now() + Duration::seconds(seconds), by, up)?)
        })
    }
}

#[test]
fn a_pupil_moderates_nothing() {
    // CALL-I3: whatever a patched page sends, the proof is asked from the roster and refused.
    let lesson = Lesson::open();
    for source in Source::ALL {
        assert!(matches!(lesson.allow("varya", "demyan", source, false), Err(Refused::Denied)));
        assert!(matches!(lesson.allow("varya", "varya", source, true), Err(Refused::Denied)));
    }
    let (call, ground, demyan) = (lesson.call, lesson.ground, lesson.rooms.person("demyan"));
    let denied = [
        lesson.rooms.lead("varya", call, ground, |tx, by| {
            Ok(calls::set_rules(tx, by, CallRules::STAFF, &[]).map(drop)?)
        }),
        lesson
            .rooms
            .lead("varya", call, ground, move |tx, by| Ok(calls::keep_out(tx, now(), by, demyan).map(drop)?)),
        lesson.rooms.lead("varya", call, ground, |tx, by| Ok(calls::finish(tx, now(), by).map(drop)?)),
    ];
    assert!(denied.iter().all(|result| matches!(result, Err(Refused::Denied))));
    assert_eq!(lesson.rooms.call(call).unwrap().rules, CallRules::LESSON);
}

#[test]
fn mute_one_mute_all_and_let_speak() {
    // CALL-F5, CALL-F6
    let lesson = Lesson::open();
    let microphones = |lesson: &Lesson| ["varya", "demyan", "gromova"].map(|key| lesson.may(key).microphone);
    assert_eq!(microphones(&lesson), [true, true, true]);
    assert!(lesson.allow("gromova", "varya", Source::Microphone, false).unwrap());
    assert!(!lesson.allow("gromova", "varya", Source::Microphone, false).unwrap(), "a second click");
    assert_eq!(microphones(&lesson), [false, true, true]);
    lesson.allow("gromova", "demyan", Source::Microphone, true).unwrap();
    let silent = CallRules { microphones: false, ..CallRules::LESSON };
    let told = lesson.set_rules(silent, &[Source::Microphone]).unwrap();
    assert_eq!(told, "quiet+ microphones- cameras+ screens-");
    assert_eq!(microphones(&lesson), [false, false, true], "those let speak before are meant too");
    lesson.allow("gromova", "demyan", Source::Microphone, true).unwrap();
    assert_eq!(microphones(&lesson), [false, true, true]);
    assert_eq!(lesson.set_rules(silent, &[]), None);
    lesson.set_rules(CallRules::LESSON, &[Source::Microphone]);
    assert_eq!(microphones(&lesson), [true, true, true]);
    lesson.allow("gromova", "varya", Source::Camera, false).unwrap();
    assert!(!lesson.may("varya").camera && lesson.may("demyan").camera);
    lesson.allow("gromova", "varya", Source::Screen, true).unwrap();
    assert!(lesson.may("varya").screen && !lesson.may("demyan").screen);
}

#[test]
fn whoever_leads_is_not_decided_about() {
    // CALL-F7
    let lesson = Lesson::open();
    assert!(matches!(
        lesson.allow("gromova", "gromova", Source::Microphone, false),
        Err(Refused::Moderate(ModerateError::Leads))
    ));
    assert!(matches!(
        lesson.allow("gromova", "timur", Source::Microphone, false),
        Err(Refused::Moderate(ModerateError::NotThere))
    ));
}

#[test]
fn a_removed_person_is_kept_out_until_let_back() {
    // CALL-F7, CALL-I2
    let lesson = Lesson::open();
    let (call, ground, varya) = (lesson.call, lesson.ground, lesson.rooms.person("varya"));
    lesson.raise("varya", 0, true).unwrap();
    let keep_out = || {
        lesson
            .rooms
            .lead("gromova", call, ground, move |tx, by| Ok(calls::keep_out(tx, now(), by, varya)?))
            .unwrap()
            .map(|act| act.action)
    };
    assert_eq!([keep_out(), keep_out()], [Some("calls.person.remove"), None]);
    assert_eq!(lesson.may("varya"), Permissions::NONE);
    assert!(lesson.hands().is_empty());
    assert!(matches!(lesson.raise("varya", 1, true), Err(Refused::Denied)));
    assert!(matches!(lesson.rooms.enter("varya", call, ground), Err(Refused::Enter(EnterError::KeptOut))));
    let back = lesson.rooms.lead("gromova", call, ground, move |tx, by| {
        assert_eq!(calls::kept_out(tx, call)?, [varya]);
        Ok(calls::let_back(tx, by, varya)?)
    });
    assert_eq!(back.unwrap().unwrap().action, "calls.person.let_back");
    assert!(matches!(lesson.rooms.enter("varya", call, ground), Ok(Entered::In { .. })));
}

#[test]
fn hands_stand_in_the_order_in_which_they_went_up() {
    // CALL-F4
    let lesson = Lesson::open();
    let [varya, demyan] = ["varya", "demyan"].map(|key| lesson.rooms.person(key));
    assert!(lesson.raise("demyan", 0, true).unwrap());
    assert!(lesson.raise("varya", 5, true).unwrap());
    assert!(!lesson.raise("demyan", 9, true).unwrap(), "a hand that is up keeps its place");
    assert_eq!(lesson.hands(), [demyan, varya]);
    lesson.allow("gromova", "demyan", Source::Microphone, true).unwrap();
    assert_eq!(lesson.hands(), [varya], "whoever is let speak has been called");
    lesson.raise("varya", 9, false).unwrap();
    lesson.raise("demyan", 10, true).unwrap();
    lesson.raise("varya", 11, true).unwrap();
    let lowered =
        lesson.rooms.lead("gromova", lesson.call, lesson.ground, |tx, by| Ok(calls::lower(tx, by, None)?));
    assert!(lowered.unwrap() && lesson.hands().is_empty());
    assert!(matches!(lesson.raise("timur", 0, true), Err(Refused::Denied)), "he is not in");
}

#[test]
fn a_lesson_ends_ten_minutes_after_the_bell_or_when_it_is_cancelled() {
    // CALL-F30
    let lesson = Lesson::open();
    let call = lesson.call;
    let facts = lesson.rooms.lesson();
    let settle = |minutes: i64, facts: Option<LessonFacts>| {
        let at = bell() + Duration::minutes(minutes);
        lesson.rooms.world.write(move |tx| calls::settle(tx, at, call, facts.as_ref(), Absence::default()))
    };
    assert_eq!(settle(54, Some(facts)), None);
    assert_eq!(settle(55, Some(facts)), Some(Settled::Ended(call, EndWhy::Time)));
    assert_eq!(settle(56, Some(facts)), None, "it is over once");
    assert!(matches!(
        lesson.rooms.enter("gromova", call, lesson.ground),
        Err(Refused::Enter(EnterError::State(_)))
    ));
    for (facts, why) in
        [(None, EndWhy::Cancelled), (Some(LessonFacts { held: false, ..facts }), EndWhy::Cancelled)]
    {
        let lesson = Lesson::open();
        let call = lesson.call;
        let settled = lesson
            .rooms
            .world
            .write(move |tx| calls::settle(tx, now(), call, facts.as_ref(), Absence::default()));
        assert_eq!(settled, Some(Settled::Ended(call, why)));
    }
}

#[test]
fn a_lesson_without_video_leaves_no_trace() {
    // CALL-F30: most lessons are held in a classroom.
    let rooms = Rooms::open();
    let (call, facts) = (rooms.lesson_call(), rooms.lesson());
    let after = facts.ends + Duration::hours(1);
    rooms.world.write(move |tx| calls::settle(tx, after, call, Some(&facts), Absence::default()));
    assert_eq!(rooms.call(call), None);
}

#[test]
fn without_a_leader_the_others_wait() {
    // CALL-F3: children are not left alone in a room.
    let lesson = Lesson::open();
    let (rooms, call, facts) = (&lesson.rooms, lesson.call, lesson.rooms.lesson());
    let settle = |seconds: i64| {
        let absence = Absence { leader: Some(now()), anybody: None };
        let at = now() + Duration::seconds(seconds);
        rooms.world.write(move |tx| calls::settle(tx, at, call, Some(&facts), absence))
    };
    assert_eq!(settle(500), None, "the teacher is in, whatever is said");
    let teacher = rooms.visit("gromova", call, lesson.ground, now());
    rooms.note(teacher, Note::Left(LeaveWhy::Lost), now());
    assert_eq!(settle(500), None, "on another device");
    let rooms = Lesson::open().rooms;
    let call = calls_of(&rooms);
    let teacher = rooms.world.read(move |tx| calls::entries_of(tx, call))[0].visit;
    rooms.note(teacher, Note::Left(LeaveWhy::Lost), now());
    let facts = rooms.lesson();
    let settle = |seconds: i64| {
        let absence = Absence { leader: Some(now()), anybody: None };
        let at = now() + Duration::seconds(seconds);
        rooms.world.write(move |tx| calls::settle(tx, at, call, Some(&facts), absence))
    };
    assert_eq!([settle(119), settle(120), settle(121)], [None, Some(Settled::Waits(call)), None]);
    assert_eq!(rooms.call(call).unwrap().state, CallState::Lobby);
    let ground = Ground::Lesson(facts);
    assert_eq!(rooms.enter("varya", call, ground).unwrap(), Entered::Waits);
    assert!(matches!(rooms.enter("gromova", call, ground), Ok(Entered::In { opened: true, .. })));
}

fn calls_of(rooms: &Rooms) -> CallId {
    rooms.world.read(calls::live_calls)[0].id
}

#[test]
fn a_chat_s_call_ends_when_nobody_comes_or_all_have_gone() {
    let rooms = Rooms::open();
    let chat = rooms.chat("zotova", ChatKind::StaffRoom);
    let settle = |call, minutes: i64, anybody| {
        let at = now() + Duration::minutes(minutes);
        let absence = Absence { leader: None, anybody };
        rooms.world.write(move |tx| calls::settle(tx, at, call, None, absence))
    };
    let (call, _) = rooms.start("zotova", chat).unwrap();
    assert_eq!(settle(call, 14, None), None);
    assert_eq!(settle(call, 15, None), Some(Settled::Ended(call, EndWhy::Empty)));
    let (call, _) = rooms.start("zotova", chat).unwrap();
    let visit = rooms.visit("zotova", call, Ground::Chat, now());
    assert_eq!(settle(call, 300, None), None);
    rooms.note(visit, Note::Left(LeaveWhy::Own), now() + Duration::minutes(301));
    // Who serves the call has just started anew, and waits for those who come back.
    let since = Some(now() + Duration::minutes(301));
    assert_eq!(settle(call, 315, since), None);
    assert_eq!(settle(call, 316, since), Some(Settled::Ended(call, EndWhy::Empty)));
    let (call, _) = rooms.start("zotova", chat).unwrap();
    rooms.visit("zotova", call, Ground::Chat, now());
    assert_eq!(settle(call, 719, None), None);
    assert_eq!(settle(call, 720, None), Some(Settled::Ended(call, EndWhy::Time)));
}

#[test]
fn a_leader_ends_the_call_for_all_once() {
    let lesson = Lesson::open();
    let finish = || {
        lesson
            .rooms
            .lead("gromova", lesson.call, lesson.ground, |tx, by| Ok(calls::finish(tx, now(), by)?))
            .unwrap()
            .map(|act| act.action)
    };
    assert_eq!([finish(), finish()], [Some("calls.call.end"), None]);
    let call = lesson.rooms.call(lesson.call).unwrap();
    assert_eq!(call.ended, Some((now(), EndWhy::Leader)));
    let facts = lesson.rooms.lesson();
    let opened = lesson.rooms.world.write(move |tx| calls::open_lessons(tx, now(), &[facts]));
    assert!(opened.is_empty(), "what was ended by hand does not open by itself");
}

#[test]
fn what_was_missed_is_named_to_whoever_was_not_in() {
    let lesson = Lesson::open();
    lesson
        .rooms
        .lead("gromova", lesson.call, lesson.ground, |tx, by| Ok(calls::finish(tx, now(), by)?))
        .unwrap();
    let missed = |key: &str, days: i64| {
        let (person, of) = (lesson.rooms.person(key), lesson.rooms.lesson().lesson);
        let at = now() + Duration::days(days);
        lesson.rooms.world.read(move |tx| calls::missed_calls(tx, at, person, &[], &[of])).len()
    };
    assert_eq!(
        [missed("varya", 0), missed("timur", 0), missed("timur", 7), missed("timur", 8)],
        [0, 1, 1, 0]
    );
}
