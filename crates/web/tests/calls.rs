//! Calls over the real server: who gets a line, who waits, who may not even know of the call.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod kit;

use kit::Site;
use kit::lessons::teach;
use kit::socket::{Socket, chats_of};
use serde_json::{Value, json};
use testkit::{Browser, TODAY, now};
use time::Duration;

/// The school at 8:40, ten minutes into the lesson of mathematics, «Сферум» open to all, calls on.
fn school() -> Site {
    let site = Site::with_chats_and(|settings| {
        settings.calls.addresses = vec!["127.0.0.1".parse().unwrap()];
    });
    teach(&site.world);
    site.clock.advance(-Duration::minutes(127));
    site
}

fn look(site: &Site) {
    site.block_on(web::jobs::look_at_calls(&site.app)).unwrap();
}

/// The call of the lesson, which has opened by itself.
fn lesson_call(site: &Site) -> i64 {
    look(site);
    let calls = site.world.read(calls::live_calls);
    assert_eq!(calls.len(), 1);
    calls[0].id.get()
}

fn line(browser: &Browser, call: i64) -> Result<Socket, String> {
    Socket::try_open_at(browser, &format!("/calls/{call}/line"), None)
}

fn open(site: &Site, who: &str, call: i64) -> Socket {
    line(&site.browser_of(who), call).unwrap_or_else(|head| panic!("{who}: {head}"))
}

#[test]
fn a_lesson_has_a_line_for_its_course_and_for_nobody_else() {
    // CALL-I1, CALL-I12, CALL-F30
    let site = school();
    let call = lesson_call(&site);
    for (who, part) in
        [("gromova", Some("leader")), ("varya", Some("pupil")), ("timur", Some("pupil")), ("kira", None)]
            .into_iter()
            .chain(
                ["mother", "father", "lapina", "orlova", "zotova", "barinova", "sedov"]
                    .map(|who| (who, None)),
            )
    {
        let opened = line(&site.browser_of(who), call);
        match part {
            None => assert!(opened.is_err_and(|head| head.starts_with("HTTP/1.1 404")), "{who}"),
            Some(part) => {
                let mut socket = opened.unwrap();
                let hello = socket.told("hello");
                assert_eq!(
                    (hello["title"].as_str(), hello["lead"].as_str(), &hello["in"]),
                    (
                        Some("Математика, 6\u{a0}«А»"),
                        Some("среда, 14\u{a0}октября · 8:30–9:15"),
                        &Value::Bool(false)
                    ),
                    "{who}"
                );
                // CALL-I13
                assert!(hello["chat"].is_i64());
                let frame = socket.told("call");
                assert_eq!((frame["part"].as_str(), frame["state"].as_str()), (Some(part), Some("lobby")));
            }
        }
    }
    let nobody = line(&site.browser(), call);
    assert!(nobody.is_err_and(|head| !head.starts_with("HTTP/1.1 101")));
    let foreign = Socket::try_open_at(
        &site.browser_of("gromova"),
        &format!("/calls/{call}/line"),
        Some("https://evil.test"),
    );
    assert!(foreign.is_err_and(|head| head.starts_with("HTTP/1.1 403")));
}

#[test]
fn pupils_wait_and_are_named_to_the_teacher() {
    // CALL-F3
    let site = school();
    let call = lesson_call(&site);
    let mut varya = open(&site, "varya", call);
    let join = json!({"t": "join", "re": 1, "offer": "v=0"}).to_string();
    assert_eq!(varya.ask(&join), json!({"t": "wait", "re": 1}));
    let mut gromova = open(&site, "gromova", call);
    let frame = gromova.told("call");
    assert_eq!(frame["lobby"][0]["name"], "Варвара Ильина");
    let mut demyan = open(&site, "demyan", call);
    let told = demyan.told("call");
    assert_eq!((&told["waiting"], told.get("lobby")), (&1.into(), None), "pupils are told how many, not who");
    drop(varya);
    let entries = site.world.read(move |tx| calls::entries_of(tx, calls::CallId::from_row(call)));
    assert!(entries.is_empty(), "whoever waits has not been in");
}

#[test]
fn a_pupil_leads_nothing_by_any_command() {
    // CALL-I3: the right is asked from the roster at each command, whatever the page sends.
    let site = school();
    let call = lesson_call(&site);
    let mut varya = open(&site, "varya", call);
    let demyan = site.world.person("demyan").get();
    let commands = [
        json!({"t": "allow", "re": 7, "person": demyan, "source": "microphone", "on": false}),
        json!({"t": "rules", "re": 7, "quiet": false, "microphones": true, "cameras": true, "screens": true, "anew": []}),
        json!({"t": "remove", "re": 7, "person": demyan}),
        json!({"t": "back", "re": 7, "person": demyan}),
        json!({"t": "lower", "re": 7, "person": null}),
        json!({"t": "end", "re": 7}),
    ];
    for command in commands {
        let answer = varya.ask(&command.to_string());
        assert_eq!((&answer["t"], &answer["code"]), (&"no".into(), &"404".into()), "{command}: {answer}");
    }
    let stands = site.world.read(calls::live_calls)[0];
    assert_eq!(stands.rules, calls::CallRules::LESSON);
}

#[test]
fn bad_frames_are_answered_and_the_third_is_the_last() {
    // CALL-I5
    let site = school();
    let call = lesson_call(&site);
    let mut varya = open(&site, "varya", call);
    for bad in [
        json!({"t": "viewport", "re": 1, "tiles": [], "audio_only": true}),
        json!({"t": "sends", "re": 1, "microphone": true, "camera": true, "screen": true}),
        json!({"t": "restart", "re": 1, "offer": "v=0"}),
        json!({"t": "react", "re": 1, "reaction": "thanks"}),
    ] {
        assert_eq!(varya.ask(&bad.to_string())["code"], "K-3", "{bad}");
    }
    assert_eq!(varya.ask(&json!({"t": "react", "re": 1, "reaction": "<img>"}).to_string())["code"], "F-400");
    assert_eq!(varya.ask(&json!({"t": "hand", "re": 1, "up": true}).to_string())["code"], "404", "not in");
    for (n, bad) in ["{\"t\":\"hang\",\"re\":9}", "{\"t\":\"join\",\"re\":9,\"offer\":1}"].iter().enumerate()
    {
        let answer = varya.ask(bad);
        assert_eq!((&answer["re"], &answer["code"]), (&9.into(), &"F-400".into()), "{n}");
    }
    varya.say("[]");
    assert_eq!(varya.end(), 1008);
}

#[test]
fn the_end_of_a_session_ends_its_line_within_the_commit() {
    // CALL-I2, A14
    let site = school();
    let call = lesson_call(&site);
    let mut varya = site.browser_of("varya");
    varya.get("/profile");
    let mut socket = line(&varya, call).unwrap();
    socket.told("call");
    assert_eq!(varya.post("/signout", &[]).status, 303);
    assert_eq!(socket.end(), 4401);
}

#[test]
fn the_end_of_a_right_ends_the_line() {
    // CALL-I2: the pupil leaves the school, and who was replaced loses the lead to whoever stands in (CALL-F32).
    let site = school();
    let call = lesson_call(&site);
    let mut varya = open(&site, "varya", call);
    varya.told("call");
    let pupil = site.world.person("varya");
    site.world.write(move |tx| {
        let change = school::leave(tx, pupil, TODAY)?;
        web::flows::follow_roster(tx, now(), TODAY, change).map_err(|_| store::Error::NoRow)
    });
    assert_eq!(varya.end(), 4404);
    let mut gromova = open(&site, "gromova", call);
    assert_eq!(gromova.told("call")["leads"], true);
    let mut zotova = site.browser_of("zotova");
    let lesson = site.world.read(|tx| diary::lessons_on(tx, TODAY))[0].id;
    let path = format!("/substitutions/{lesson}");
    zotova.get(&path);
    let orlova = site.world.person("orlova").to_string();
    let fields = [("teacher", orlova.as_str()), ("course", ""), ("room", ""), ("reason", "болезнь")];
    assert_eq!(zotova.post(&format!("{path}/substitute"), &fields).status, 303);
    while gromova.told("call")["leads"] == true {}
    assert_eq!(open(&site, "orlova", call).told("call")["leads"], true);
}

#[test]
fn a_lost_line_is_taken_up_by_its_number_and_by_nobody_else() {
    // CALL-I10
    let site = school();
    let call = lesson_call(&site);
    let varya = site.browser_of("varya");
    let mut socket = line(&varya, call).unwrap();
    let token = socket.told("hello")["line"].as_str().unwrap().to_owned();
    let again = |browser: &Browser| {
        let path = format!("/calls/{call}/line?line={token}");
        Socket::try_open_at(browser, &path, None).unwrap().told("hello")["line"].as_str().unwrap().to_owned()
    };
    assert_eq!(again(&varya), token);
    assert_eq!(socket.end(), 4409, "the one before lets go");
    assert_ne!(again(&site.browser_of("demyan")), token);
    assert_ne!(again(&site.browser_of("varya")), token, "another session of the same person");
}

#[test]
fn without_sockets_the_same_goes_by_long_polls() {
    // CALL-A7
    let site = school();
    let call = lesson_call(&site);
    let mut varya = site.browser_of("varya");
    let ask = |browser: &mut Browser, path: &str, body: &Value| {
        let own = browser.origin();
        let headers = [("Content-Type", "application/json"), ("Origin", own.as_str())];
        let page = browser.send("POST", path, &headers, &body.to_string());
        serde_json::from_str::<Value>(&page.body).unwrap_or_else(|_| panic!("{}", page.body))
    };
    let base = format!("/calls/{call}");
    let opened = ask(&mut varya, &format!("{base}/line"), &json!({}));
    let token = opened["line"].as_str().unwrap();
    let poll = |browser: &mut Browser, more: &str| {
        let page = browser.get(&format!("{base}/poll?line={token}&wait=0{more}"));
        let frames: Value = serde_json::from_str(&page.body).unwrap_or_else(|_| panic!("{}", page.body));
        frames["frames"].as_array().unwrap().iter().map(|frame| frame["t"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(poll(&mut varya, ""), ["hello", "call"]);
    let command = format!("{base}/command?line={token}");
    let join = json!({"t": "join", "re": 3, "offer": "v=0"});
    assert_eq!(ask(&mut varya, &command, &join), json!({"t": "wait", "re": 3}));
    assert_eq!(poll(&mut varya, ""), ["call"]);
    assert_eq!(poll(&mut varya, "&anew=true"), ["hello", "call"]);
    let mut demyan = site.browser_of("demyan");
    assert_eq!(demyan.get(&format!("{base}/poll?line={token}&wait=0")).status, 404);
    assert_eq!(varya.get(&format!("{base}/poll?line=no&wait=0")).status, 404);
}

#[test]
fn staff_start_a_call_in_a_chat_and_pupils_do_not() {
    // CALL-I11
    let site = school();
    let mut gromova = site.browser_of("gromova");
    let chats = chats_of(&gromova.get("/sferum").body);
    let class = chats.iter().find(|(name, _)| name == "6 «А»").unwrap().1.clone();
    let started = gromova.post(&format!("{class}/call"), &[]);
    let call = started.location.unwrap();
    assert_eq!(gromova.post(&format!("{class}/call"), &[]).location.as_ref(), Some(&call), "one at a time");
    let mut varya = site.browser_of("varya");
    varya.get(&class);
    let refused = varya.post(&format!("{class}/call"), &[]);
    assert!(refused.status == 403 && refused.text().contains("учителя"), "{}", refused.text());
    let mut kira = site.browser_of("kira");
    kira.get("/profile");
    assert_eq!(kira.post(&format!("{class}/call"), &[]).status, 404);
    let number = call.rsplit('/').next().unwrap().parse().unwrap();
    let mut line = open(&site, "varya", number);
    assert_eq!(line.told("hello")["title"], "6\u{a0}«А»");
    assert!(
        self::line(&site.browser_of("mother"), number).is_err_and(|head| head.starts_with("HTTP/1.1 404"))
    );
}

#[test]
fn a_call_that_is_over_has_no_line() {
    let site = school();
    let call = lesson_call(&site);
    let mut varya = open(&site, "varya", call);
    assert_eq!(varya.ask(&json!({"t": "join", "re": 1, "offer": "v=0"}).to_string())["t"], "wait");
    site.clock.advance(Duration::minutes(45));
    look(&site);
    assert_eq!(varya.told("out")["why"], "ended");
    assert!(line(&site.browser_of("varya"), call).is_err_and(|head| head.starts_with("HTTP/1.1 404")));
    assert!(site.world.read(calls::live_calls).is_empty());
}

#[test]
fn where_calls_are_not_set_up_there_are_none() {
    let site = Site::with_chats();
    teach(&site.world);
    site.clock.advance(-Duration::minutes(127));
    look(&site);
    assert!(site.world.read(calls::live_calls).is_empty());
    let mut gromova = site.browser_of("gromova");
    let class = chats_of(&gromova.get("/sferum").body)[0].1.clone();
    let refused = gromova.post(&format!("{class}/call"), &[]);
    assert!(refused.status == 422 && refused.text().contains("не настроены"), "{}", refused.text());
}
