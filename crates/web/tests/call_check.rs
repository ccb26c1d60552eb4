//! The page that tries devices and the network before any call: who is answered, what is refused, and that nothing of it
//! is a call.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod kit;

use kit::Site;
use kit::offer::offer;
use serde_json::{Value, json};
use testkit::{Browser, Page};

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
