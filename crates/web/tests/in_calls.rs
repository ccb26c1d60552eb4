//! People in a call over the real server and its real SFU, up to the answer to a browser's offer: who is let in, what
//! leaders decide, who is put out, what the log keeps.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod kit;

use std::collections::HashMap;

use calls::{CallId, EntryKind, LeaveWhy};
use kit::Site;
use kit::lessons::teach;
use kit::offer::offer;
use kit::socket::Socket;
use serde_json::{Value, json};
use testkit::{Browser, TODAY};
use time::Duration;

/// A lesson with its call, ten minutes in, and the pages of those who come.
struct Lesson {
    site: Site,
    call: i64,
    browsers: HashMap<&'static str, Browser>,
}

impl Lesson {
    fn open() -> Self {
        let site = Site::with_chats_and(|settings| {
            settings.calls.addresses = vec!["127.0.0.1".parse().unwrap()];
        });
        teach(&site.world);
        site.clock.advance(-Duration::minutes(127));
        site.block_on(web::jobs::look_at_calls(&site.app)).unwrap();
        let call = site.world.read(calls::live_calls)[0].id.get();
        Self { site, call, browsers: HashMap::new() }
    }

    fn page(&mut self, who: &'static str) -> Socket {
        let Self { site, call, browsers } = self;
        let browser = browsers.entry(who).or_insert_with(|| site.browser_of(who));
        Socket::try_open_at(browser, &format!("/calls/{call}/line"), None).unwrap()
    }

    /// A page that is let in.
    fn enter(&mut self, who: &'static str) -> Socket {
        let mut page = self.page(who);
        let answer = join(&mut page, who);
        assert_eq!(answer["t"], "answer", "{who}: {answer}");
        assert!(answer["sdp"].as_str().unwrap().contains("a=ice-lite"), "{answer}");
        page
    }

    fn person(&self, who: &str) -> i64 {
        self.site.world.person(who).get()
    }

    fn kinds(&self, who: &str) -> Vec<EntryKind> {
        let (call, person) = (CallId::from_row(self.call), self.site.world.person(who));
        let entries = self.site.world.read(move |tx| calls::entries_of(tx, call));
        entries.into_iter().filter(|entry| entry.person == person).map(|entry| entry.kind).collect()
    }
}

fn join(page: &mut Socket, ufrag: &str) -> Value {
    page.ask(&json!({"t": "join", "re": 1, "offer": offer(ufrag)}).to_string())
}

/// The frame of people that names so many.
fn people(page: &mut Socket, count: usize) -> Vec<Value> {
    loop {
        let people = page.told("people")["people"].as_array().unwrap().clone();
        if people.len() == count {
            return people;
        }
    }
}

/// What a page is told until something holds of a `call` frame.
fn until(page: &mut Socket, holds: impl Fn(&Value) -> bool) -> Value {
    loop {
        let frame = page.told("call");
        if holds(&frame) {
            return frame;
        }
    }
}

#[test]
fn the_teacher_comes_in_and_those_who_waited_after_them() {
    // CALL-F3, CALL-I1
    let mut lesson = Lesson::open();
    let mut varya = lesson.page("varya");
    assert_eq!(join(&mut varya, "varya")["t"], "wait");
    let mut gromova = lesson.enter("gromova");
    until(&mut varya, |call| call["state"] == "open");
    assert_eq!(join(&mut varya, "varya")["t"], "answer");
    let told = people(&mut gromova, 2);
    let names: Vec<_> = told.iter().map(|person| person["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Ольга Громова", "Варвара Ильина"]);
    assert_eq!((&told[0]["part"], &told[1]["part"]), (&"leader".into(), &"pupil".into()));
    let call = until(&mut varya, |call| call["may"]["microphone"] == true);
    assert_eq!((&call["watch"], &call["may"]["screen"]), (&"leaders".into(), &false.into()), "a quiet class");
    assert_eq!(lesson.kinds("gromova"), [EntryKind::Admitted]);
}

#[test]
fn leaders_mute_let_speak_and_see_hands_in_order() {
    // CALL-F4, CALL-F5, CALL-I3
    let mut lesson = Lesson::open();
    let mut gromova = lesson.enter("gromova");
    let mut varya = lesson.enter("varya");
    let mut demyan = lesson.enter("demyan");
    let (v, d) = (lesson.person("varya"), lesson.person("demyan"));
    let done = |page: &mut Socket, command: Value| {
        let answer = page.ask(&command.to_string());
        assert_eq!(answer, json!({"t": "done", "re": 5}), "{command}");
    };
    done(&mut varya, json!({"t": "sends", "re": 5, "microphone": true, "camera": true, "screen": true}));
    done(&mut demyan, json!({"t": "hand", "re": 5, "up": true}));
    done(
        &mut gromova,
        json!({"t": "rules", "re": 5, "quiet": true, "microphones": false, "cameras": true,
        "screens": false, "anew": ["microphone"]}),
    );
    until(&mut varya, |call| call["may"]["microphone"] == false);
    done(&mut gromova, json!({"t": "allow", "re": 5, "person": d, "source": "microphone", "on": true}));
    until(&mut demyan, |call| call["may"]["microphone"] == true);
    let told = loop {
        let told = people(&mut gromova, 3);
        if told.iter().all(|person| person["hand"].is_null())
            && told.iter().any(|person| person["id"] == d && person["may"]["microphone"] == true)
        {
            break told;
        }
    };
    let varya_shown = told.iter().find(|person| person["id"] == v).unwrap();
    // What a page says is on is shown only as far as it may be.
    assert_eq!(varya_shown["on"], json!({"microphone": false, "camera": true, "screen": false}));
    done(&mut demyan, json!({"t": "react", "re": 5, "reaction": "thanks"}));
    assert_eq!(varya.told("reaction"), json!({"t": "reaction", "id": d, "reaction": "thanks"}));
}

#[test]
fn a_removed_pupil_is_out_and_kept_out() {
    // CALL-F7, CALL-I2
    let mut lesson = Lesson::open();
    let mut gromova = lesson.enter("gromova");
    let mut varya = lesson.enter("varya");
    people(&mut gromova, 2);
    let person = lesson.person("varya");
    let remove = json!({"t": "remove", "re": 2, "person": person}).to_string();
    assert_eq!(gromova.ask(&remove)["t"], "done");
    let out = varya.told("out");
    assert_eq!((&out["why"], &out["again"]), (&"removed".into(), &false.into()));
    people(&mut gromova, 1);
    assert_eq!(join(&mut varya, "varya")["code"], "K-20");
    assert_eq!(join(&mut lesson.page("varya"), "vary2")["code"], "K-20", "nor on another page");
    assert_eq!(gromova.ask(&json!({"t": "back", "re": 3, "person": person}).to_string())["t"], "done");
    assert_eq!(join(&mut varya, "vary3")["t"], "answer");
}

#[test]
fn an_ended_session_is_out_of_the_call_with_the_commit() {
    // CALL-I2, A14
    let mut lesson = Lesson::open();
    let mut gromova = lesson.enter("gromova");
    let mut varya = lesson.enter("varya");
    people(&mut gromova, 2);
    let browser = lesson.browsers.get_mut("varya").unwrap();
    browser.get("/profile");
    assert_eq!(browser.post("/signout", &[]).status, 303);
    assert_eq!(varya.end(), 4401);
    people(&mut gromova, 1);
}

#[test]
fn another_page_of_the_same_person_takes_the_place_of_the_first() {
    let mut lesson = Lesson::open();
    let mut gromova = lesson.enter("gromova");
    let mut first = lesson.enter("varya");
    let peer = people(&mut gromova, 2)[1]["peer"].clone();
    let mut second = lesson.page("varya");
    assert_eq!(join(&mut second, "again")["peer"], peer, "the tile stays the same");
    assert_eq!(first.told("out")["why"], "replaced");
    assert_eq!(people(&mut second, 2).len(), 2);
    assert_eq!(second.ask(&json!({"t": "leave", "re": 9}).to_string())["t"], "done");
    people(&mut gromova, 1);
    while lesson.kinds("varya").len() < 4 {
        std::thread::yield_now();
    }
    assert_eq!(
        lesson.kinds("varya"),
        [
            EntryKind::Admitted,
            EntryKind::Admitted,
            EntryKind::Left(LeaveWhy::Replaced),
            EntryKind::Left(LeaveWhy::Own)
        ]
    );
}

#[test]
fn whoever_comes_and_goes_again_and_again_is_let_in_each_time() {
    // CALL-E10, CALL-I5: lines that were left behind give way to a new one; those that are held do not.
    let mut lesson = Lesson::open();
    let _gromova = lesson.enter("gromova");
    // More often than a session has lines, and seldom enough for the limit of commands.
    for _ in 0..8 {
        let mut varya = lesson.enter("varya");
        assert_eq!(varya.ask(&json!({"t": "leave", "re": 2}).to_string())["t"], "done");
    }
    let mut held: Vec<Socket> = Vec::new();
    let path = format!("/calls/{}/line", lesson.call);
    let browser = lesson.site.browser_of("timur");
    while let Ok(page) = Socket::try_open_at(&browser, &path, None) {
        held.push(page);
        assert!(held.len() <= 6, "a session holds no more lines than its share");
    }
    assert_eq!(held.len(), 6);
}

#[test]
fn a_bad_offer_is_refused_and_leaves_nobody_in() {
    // CALL-I5
    let mut lesson = Lesson::open();
    let mut gromova = lesson.page("gromova");
    for bad in ["", "v=0", "нет", &offer("gromova").replace("recvonly", "sendrecv")] {
        let answer = gromova.ask(&json!({"t": "join", "re": 1, "offer": bad}).to_string());
        assert_eq!(answer["code"], "K-44", "{answer}");
    }
    assert_eq!(join(&mut gromova, "good")["t"], "answer");
    assert_eq!(people(&mut gromova, 1).len(), 1);
}

#[test]
fn the_leader_ends_the_call_for_all() {
    let mut lesson = Lesson::open();
    let mut gromova = lesson.enter("gromova");
    let mut varya = lesson.enter("varya");
    assert_eq!(gromova.ask(&json!({"t": "end", "re": 1}).to_string())["t"], "done");
    assert_eq!(varya.told("out")["why"], "ended");
    assert_eq!(gromova.told("out")["why"], "ended");
    assert_eq!(join(&mut varya, "varya")["code"], "K-2");
}

#[test]
fn after_a_restart_pages_come_back_and_the_log_is_whole() {
    // CALL-I8, CALL-I10
    let mut lesson = Lesson::open();
    let mut gromova = lesson.enter("gromova");
    people(&mut gromova, 1);
    drop(gromova);
    lesson.site.restart();
    lesson.site.clock.advance(-Duration::minutes(127));
    let browser = lesson.browsers["gromova"].moved(lesson.site.address);
    lesson.browsers.insert("gromova", browser);
    let mut page = lesson.page("gromova");
    let hello = page.told("hello");
    assert_eq!(hello["in"], false);
    assert_eq!(join(&mut page, "back")["t"], "answer");
    let kinds = lesson.kinds("gromova");
    assert_eq!(
        kinds,
        [EntryKind::Admitted, EntryKind::Left(LeaveWhy::Stopped), EntryKind::Admitted],
        "the visit before ended with the server"
    );
}

#[test]
fn the_teacher_takes_the_attendance_of_a_call_into_the_journal_and_back() {
    // CALL-F31: Varya is there, Demyan comes twelve minutes late, Timur never.
    let mut lesson = Lesson::open();
    let id = lesson.site.world.read(|tx| diary::lessons_on(tx, TODAY))[0].id;
    let call = CallId::from_row(lesson.call);
    lesson.site.clock.advance(-Duration::minutes(8));
    for who in ["gromova", "varya"] {
        drop(lesson.enter(who));
    }
    lesson.site.clock.advance(Duration::minutes(10));
    drop(lesson.enter("demyan"));
    // The connection itself needs a browser; its line in the log is what counts.
    let visits = lesson.site.world.read(move |tx| calls::entries_of(tx, call));
    lesson.site.world.write(move |tx| {
        for entry in visits.iter().filter(|entry| entry.kind == EntryKind::Admitted) {
            calls::note(tx, entry.at, entry.visit, calls::Note::Connected)?;
        }
        Ok::<_, store::Error>(())
    });
    let mut gromova = lesson.browsers.remove("gromova").unwrap();
    let path = format!("/lessons/{id}");
    assert!(!gromova.get(&path).text().contains("Видеоурок"), "before the bell nothing is proposed");
    lesson.site.clock.advance(Duration::minutes(40));
    let mut gromova = lesson.site.browser_of("gromova");
    let page = gromova.get(&path);
    assert!(
        page.text().contains("Видеоурок") && page.text().contains("опоздание, 12 мин"),
        "{}",
        page.text()
    );
    assert_eq!(gromova.post(&format!("{path}/attendance"), &[]).status, 303);
    let noted = |site: &Site| {
        let viewer = site.world.viewer("gromova");
        let notes = site.world.read(move |tx| {
            let by = diary::LessonTeacher::ask(tx, &viewer, id, TODAY)?;
            diary::attendance_of_lesson(tx, &by).map_err(school::Denied::from)
        });
        notes.into_iter().map(|noted| (noted.pupil, noted.fact)).collect::<HashMap<_, _>>()
    };
    let stands = |site: &Site| {
        let stands = site.world.read(move |tx| diary::find_lesson(tx, id)).unwrap();
        (stands.attendance_taken, stands.state)
    };
    let taken = noted(&lesson.site);
    assert_eq!(stands(&lesson.site), (true, diary::LessonState::Held));
    let person = |who: &str| lesson.site.world.person(who);
    assert_eq!(taken.get(&person("varya")), None);
    assert_eq!(taken.get(&person("demyan")), Some(&diary::AbsenceFact::Late(12)));
    assert_eq!(taken.get(&person("timur")), Some(&diary::AbsenceFact::Absent));
    assert!(gromova.get(&path).text().contains("отмечено по видеоуроку"));
    assert_eq!(gromova.post(&format!("{path}/attendance/back"), &[]).status, 303);
    assert!(noted(&lesson.site).is_empty());
    assert_eq!(stands(&lesson.site), (false, diary::LessonState::Planned), "the lesson is as it was");
    assert!(gromova.get(&path).text().contains("посещаемость ещё не отмечена"));
    // What the teacher saves by hand after the click is theirs, and stays when the click is taken back.
    assert_eq!(gromova.post(&format!("{path}/attendance"), &[]).status, 303);
    lesson.site.clock.advance(Duration::minutes(1));
    let absent = format!("a-{}", person("timur"));
    assert_eq!(gromova.post(&format!("{path}/journal"), &[(absent.as_str(), "exempt")]).status, 303);
    assert_eq!(gromova.post(&format!("{path}/attendance/back"), &[]).status, 303);
    assert_eq!(stands(&lesson.site), (true, diary::LessonState::Held));
    assert_eq!(noted(&lesson.site).get(&person("timur")), Some(&diary::AbsenceFact::Exempt));
    let mut lapina = lesson.site.browser_of("lapina");
    lapina.get("/profile");
    assert_eq!(lapina.post(&format!("{path}/attendance"), &[]).status, 404);
}
