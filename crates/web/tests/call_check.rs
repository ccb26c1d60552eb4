//! The page that tries devices and the network before any call: who is answered, what is refused, and that nothing of it
//! is a call.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod kit;

use kit::Site;
use kit::lessons::teach;
use kit::offer::offer;
use serde_json::{Value, json};
use testkit::{Browser, Page};
use time::Duration;

const NETWORK: &str = "/calls/check/network";

/// A school with calls, where so many may try their network at once.
fn school(trials: usize) -> Site {
    Site::with_chats_and(|settings| {
        settings.calls.addresses = vec!["127.0.0.1".parse().unwrap()];
        settings.calls.trials = trials;
    })
}

fn try_network(browser: &mut Browser, ufrag: &str) -> Page {
    browser.post_json(NETWORK, &json!({ "offer": offer(ufrag) }).to_string())
}

/// The sentence of a refusal, and its code.
fn refused(page: &Page) -> String {
    let said: Value = serde_json::from_str(&page.body).unwrap_or_else(|_| panic!("{}", page.body));
    let text = said["text"].as_str().unwrap();
    assert!(text.starts_with(|sign: char| ('А'..='Я').contains(&sign)) && text.ends_with('.'), "{text}");
    said["error"].as_str().unwrap().to_owned()
}

#[test]
fn whoever_may_be_in_a_call_tries_the_network_and_is_in_none() {
    // CALL-F34
    let site = school(30);
    for who in ["varya", "mother", "gromova"] {
        let mut browser = site.browser_of(who);
        assert!(browser.get("/calls/check").body.contains("data-network=\"true\""), "{who}");
        let answer = try_network(&mut browser, who);
        assert_eq!(answer.status, 200, "{who}: {}", answer.body);
        let said: Value = serde_json::from_str(&answer.body).unwrap();
        let sdp = said["sdp"].as_str().unwrap();
        let ways: Vec<&str> = sdp
            .lines()
            .filter(|line| line.starts_with("a=candidate:"))
            .filter_map(|line| line.split(' ').nth(2))
            .collect();
        assert_eq!(ways.iter().filter(|way| way.eq_ignore_ascii_case("udp")).count(), 1, "{sdp}");
        assert_eq!(ways.iter().filter(|way| way.eq_ignore_ascii_case("tcp")).count(), 1, "{sdp}");
    }
    assert_eq!(site.world.read(calls::live_calls), []);
    assert!(!site.browser_of("varya").get("/sferum/calls").body.contains("href=\"/calls/1\""));
    // Who has no way into «Сферум» has none here.
    let mut nobody = site.browser();
    nobody.get("/signin");
    assert_eq!(try_network(&mut nobody, "nobody").status, 401);
}

#[test]
fn a_try_is_bounded_and_ends_with_the_next_one_and_with_the_session() {
    // CALL-I5, CALL-I2
    let site = school(1);
    let [mut varya, mut demyan] = ["varya", "demyan"].map(|who| site.browser_of(who));
    for _ in 0..3 {
        assert_eq!(try_network(&mut varya, "varya").status, 200, "one's own next try");
    }
    let full = try_network(&mut demyan, "demyan");
    assert_eq!((full.status, refused(&full).as_str()), (503, "K-7"));
    varya.get("/diary");
    assert_eq!(varya.post("/signout", &[]).status, 303);
    assert_eq!(try_network(&mut demyan, "demyan").status, 200);
}

#[test]
fn what_is_no_offer_gets_a_sentence_and_no_room() {
    // CALL-I5, CALL-I6
    let site = school(1);
    let mut varya = site.browser_of("varya");
    let long = json!({ "offer": "v".repeat(70_000) }).to_string();
    for (body, status, code) in [
        ("", 400, "F-400"),
        ("{}", 400, "F-400"),
        ("[1]", 400, "F-400"),
        (r#"{"offer": 5}"#, 400, "F-400"),
        (r#"{"offer": "v=0", "person": 3}"#, 400, "F-400"),
        (r#"{"offer": "v=0"}"#, 400, "K-44"),
        (r#"{"offer": ""}"#, 400, "K-44"),
        (long.as_str(), 400, "K-44"),
    ] {
        let answer = varya.post_json(NETWORK, body);
        assert_eq!((answer.status, refused(&answer).as_str()), (status, code), "{body:.60}");
    }
    assert_eq!(try_network(&mut site.browser_of("demyan"), "demyan").status, 200, "no place is taken");
}

#[test]
fn without_calls_only_devices_are_tried() {
    // CALL-F34
    let site = Site::with_chats();
    let mut varya = site.browser_of("varya");
    let page = varya.get("/calls/check");
    assert_eq!((page.status, page.body.contains("data-network=\"false\"")), (200, true));
    let answer = try_network(&mut varya, "varya");
    assert_eq!((answer.status, refused(&answer).as_str()), (422, "K-1"));
}

const FOUND: &str = "/calls/check/found";

/// The school at 8:20, with calls: the lesson of mathematics of 6 «А» is at 8:30.
fn before_lesson() -> (Site, String) {
    let site = school(30);
    let lesson = teach(&site.world);
    site.clock.advance(-Duration::minutes(147));
    (site, format!("/lessons/{lesson}"))
}

fn plain(page: &Page) -> String {
    page.text().replace('\u{a0}', " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn find(browser: &mut Browser, found: &Value) -> String {
    let answer = browser.post_json(FOUND, &found.to_string());
    assert_eq!(answer.status, 200, "{}", answer.body);
    let said: Value = serde_json::from_str(&answer.body).unwrap();
    said["said"].as_str().unwrap().replace('\u{a0}', " ")
}

#[test]
fn what_was_found_is_kept_for_the_person() {
    // CALL-F34
    let (site, _) = before_lesson();
    let mut varya = site.browser_of("varya");
    assert!(!plain(&varya.get("/calls/check")).contains("Проверено"));
    let said = find(&mut varya, &json!({"microphone": "works", "network": "udp", "trip": 35}));
    assert_eq!(said, "Проверено сегодня в 8:20: вас слышно, соединение прямое (UDP).");
    site.clock.advance(Duration::hours(10) + Duration::minutes(20));
    let said = find(&mut site.browser_of("varya"), &json!({"camera": "denied", "network": "tcp"}));
    let both = "Проверено сегодня в 18:40: браузер не даёт камеру, соединение через TCP. Проверено сегодня в 8:20: вас слышно.";
    assert_eq!(said, both);
    site.clock.advance(Duration::days(1));
    let page = plain(&site.browser_of("varya").get("/calls/check"));
    assert!(page.contains(&both.replace("сегодня", "вчера")), "{page}");
    assert!(!plain(&site.browser_of("demyan").get("/calls/check")).contains("Проверено"));
    site.clock.advance(Duration::days(30));
    site.block_on(web::jobs::purge_now(&site.app)).unwrap();
    assert!(!plain(&site.browser_of("varya").get("/calls/check")).contains("Проверено"));
}

#[test]
fn what_is_no_finding_gets_a_sentence_and_changes_nothing() {
    // CALL-F34
    let (site, _) = before_lesson();
    let mut varya = site.browser_of("varya");
    find(&mut varya, &json!({"network": "none"}));
    let before = plain(&varya.get("/calls/check"));
    let demyan = site.world.person("demyan").get();
    for body in [
        String::new(),
        "{}".to_owned(),
        "[]".to_owned(),
        json!({"microphone": "loud"}).to_string(),
        json!({"camera": "silent"}).to_string(),
        json!({"network": "UDP"}).to_string(),
        json!({"network": "none", "trip": 5}).to_string(),
        json!({"network": "udp", "trip": 60_001}).to_string(),
        json!({"network": "udp", "trip": -1}).to_string(),
        json!({"trip": 5}).to_string(),
        json!({"microphone": null}).to_string(),
        // Somebody else's.
        json!({"microphone": "works", "person": demyan}).to_string(),
    ] {
        let answer = varya.post_json(FOUND, &body);
        assert_eq!((answer.status, refused(&answer).as_str()), (400, "F-400"), "{body}");
    }
    let mut nobody = site.browser();
    nobody.get("/signin");
    assert_eq!(nobody.post_json(FOUND, r#"{"network": "udp"}"#).status, 401);
    assert_eq!(plain(&varya.get("/calls/check")), before);
    assert!(!plain(&site.browser_of("demyan").get("/calls/check")).contains("Проверено"));
}

#[test]
fn findings_that_come_too_fast_are_held_up() {
    // CALL-I5
    let site = Site::with_chats_and(|settings| settings.socket_messages_per_second = 1);
    let mut varya = site.browser_of("varya");
    let mut answers = (0..50).map(|_| varya.post_json(FOUND, r#"{"network": "udp"}"#));
    let held_up = answers.find(|answer| answer.status != 200).unwrap();
    assert_eq!(held_up.status, 429, "{}", held_up.body);
    refused(&held_up);
}

#[test]
fn who_leads_the_lesson_reads_on_its_page_who_will_have_trouble() {
    // CALL-F34
    let (site, lesson) = before_lesson();
    let mut gromova = site.browser_of("gromova");
    let page = plain(&gromova.get(&lesson));
    assert!(page.contains("Готовность к видеоуроку Готовы: 0 из"), "{page}");
    find(&mut site.browser_of("varya"), &json!({"microphone": "missing", "network": "tcp", "trip": 80}));
    find(&mut site.browser_of("demyan"), &json!({"microphone": "works", "network": "udp"}));
    find(&mut site.browser_of("timur"), &json!({"network": "udp"}));
    let page = plain(&gromova.get(&lesson));
    let (_, ready) = page.split_once("Готовность к видеоуроку").unwrap();
    assert!(ready.contains("Готовы: 1 из"), "{ready}");
    assert!(ready.contains("без микрофона только TCP сегодня в 8:20"), "{ready}");
    assert!(ready.contains("Проверили не всё: 1"), "{ready}");
    // The page of the lesson is for nobody else, and the words are on no other page of theirs.
    for who in ["varya", "demyan", "mother", "father", "kira", "lapina", "sedov", "zotova"] {
        let mut browser = site.browser_of(who);
        assert!(!plain(&browser.get(&lesson)).contains("Готовность"), "{who}");
        for path in ["/calls/check", "/sferum/calls", "/diary", "/today"] {
            let page = plain(&browser.get(path));
            assert!(!page.contains("только TCP") && !page.contains("без микрофона"), "{who} {path}");
        }
    }
    // Who was replaced keeps the page of the lesson and leads nothing (CALL-F32).
    let orlova = site.world.person("orlova").to_string();
    let id = lesson.rsplit('/').next().unwrap().to_owned();
    let mut zotova = site.browser_of("zotova");
    let path = format!("/substitutions/{id}");
    zotova.get(&path);
    let fields = [("teacher", orlova.as_str()), ("course", ""), ("room", ""), ("reason", "болезнь")];
    assert_eq!(zotova.post(&format!("{path}/substitute"), &fields).status, 303);
    assert!(plain(&site.browser_of("orlova").get(&lesson)).contains("без микрофона только TCP"));
    assert!(!plain(&gromova.get(&lesson)).contains("Готовность"));
    // After the bell it says nothing any more.
    site.clock.advance(Duration::minutes(56));
    assert!(!plain(&site.browser_of("orlova").get(&lesson)).contains("Готовность"));
}
