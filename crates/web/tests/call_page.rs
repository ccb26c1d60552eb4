//! The page of a call and the one that tries devices: who gets them, and what browsers may be asked for there.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod kit;

use kit::Site;
use kit::lessons::teach;
use kit::socket::Socket;
use serde_json::json;
use time::Duration;

/// The school in the lesson of mathematics, «Сферум» open to all, calls on; and the call of the lesson.
fn school() -> (Site, String) {
    let site = Site::with_chats_and(|settings| {
        settings.calls.addresses = vec!["127.0.0.1".parse().unwrap()];
    });
    teach(&site.world);
    site.clock.advance(-Duration::minutes(127));
    site.block_on(web::jobs::look_at_calls(&site.app)).unwrap();
    let call = site.world.read(calls::live_calls)[0].id;
    (site, format!("/calls/{call}"))
}

const ALL: &str =
    "camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=(), usb=()";
const VOICE: &str = "camera=(), microphone=(self), display-capture=(), geolocation=(), payment=(), usb=()";

#[test]
fn a_lessons_page_is_its_courses() {
    // CALL-I12, CALL-F2
    let (site, page) = school();
    for who in ["gromova", "varya"] {
        let answer = site.browser_of(who).get(&page);
        assert_eq!(answer.status, 200, "{who}");
        assert!(answer.body.contains("Математика, 6\u{a0}«А»"), "{who}");
    }
    // Only whoever leads is given what leads.
    assert!(site.browser_of("gromova").get(&page).text().contains("Тишина всем"));
    assert!(!site.browser_of("varya").get(&page).text().contains("Тишина всем"));
    for who in ["mother", "kira", "lapina", "sedov"] {
        assert_eq!(site.browser_of(who).get(&page).status, 404, "{who}");
    }
    assert_eq!(site.browser_of("gromova").get("/calls/999999").status, 404);
}

#[test]
fn cameras_and_screens_are_for_pages_of_calls_alone() {
    // C2: a chat may still record a voice.
    let (site, page) = school();
    let mut browser = site.browser_of("varya");
    for (path, asked) in [(page.as_str(), ALL), ("/calls/check", ALL), ("/sferum", VOICE), ("/diary", VOICE)]
    {
        let answer = browser.get(path);
        assert_eq!(answer.header("permissions-policy"), Some(asked), "{path}");
    }
}

#[test]
fn a_call_that_is_over_says_so() {
    let (site, page) = school();
    let mut teacher =
        Socket::try_open_at(&site.browser_of("gromova"), &format!("{page}/line"), None).unwrap();
    // Let in, though her browser offers nothing that could be answered: the call was held.
    let answer = teacher.ask(&json!({"t": "join", "re": 1, "offer": "v=0"}).to_string());
    assert_eq!(answer["t"], "no");
    site.clock.advance(Duration::minutes(60));
    site.block_on(web::jobs::look_at_calls(&site.app)).unwrap();
    let answer = site.browser_of("varya").get(&page);
    assert_eq!(answer.status, 200);
    assert!(answer.text().contains("Видеоконференция закончилась"));
    assert!(!answer.text().contains("Присоединиться"));
}
