//! Quiet hours over HTTP: the composer says what waits, and people set their own.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up must stop")]

mod kit;

use kit::Site;
use kit::socket::{class_chat, field};
use time::Duration;

#[test]
fn the_composer_says_what_waits_for_the_morning() {
    // MSG-N6, MSG-F35: the school's clocks show 10:47, then 20:47.
    let site = Site::with_chats();
    let mut varya = site.browser_of("varya");
    let chat = class_chat(&mut varya);
    assert!(!varya.get(&chat).body.contains("Тихие часы до"));
    site.clock.advance(Duration::hours(10));
    let mut varya = site.browser_of("varya");
    let page = varya.get(&chat);
    assert!(page.body.contains("Тихие часы до 7:30."), "{}", page.text());
    assert!(page.body.contains("учителя получат уведомление в 7:30"), "{}", page.text());
    let mut gromova = site.browser_of("gromova");
    assert!(!gromova.get(&chat).body.contains("Срочно: болезнь"));
    let rows = || site.world.read(|tx| tx.audit_len());
    let before = rows();
    for (fields, taken) in [
        (&[("text", "тихо")][..], 303),
        (&[("text", "у Вари температура"), ("urgent", "true")], 303),
        (&[("text", "и у брата"), ("urgent", "true")], 303),
        (&[("text", "и у кота"), ("urgent", "true")], 200),
    ] {
        let cid = field(&varya.get(&chat).body, "cid");
        let fields: Vec<_> = [("cid", cid.as_str())].into_iter().chain(fields.iter().copied()).collect();
        let answer = varya.post(&chat, &fields);
        assert_eq!(answer.status, taken, "{}", answer.text());
        if taken != 303 {
            assert!(answer.body.contains("не больше 2 в сутки") && answer.body.contains("и у кота"));
        }
    }
    assert_eq!(rows(), before + 2);
    let seen = gromova.get("/sferum");
    assert!(
        seen.body.contains("2<span class=\"vh\"> непрочитанных"),
        "the badge of the urgent: {}",
        seen.body
    );
    let seen = gromova.get(&chat);
    assert_eq!(seen.body.matches("data-urgent>срочно").count(), 3, "two, and the template of the script");
}

#[test]
fn quiet_hours_are_ones_own() {
    // MSG-S4
    let site = Site::with_chats();
    let mut gromova = site.browser_of("gromova");
    assert!(gromova.get("/profile").body.contains("href=\"/profile/quiet\""));
    let page = gromova.get("/profile/quiet");
    assert!(page.body.contains("value=\"true\" checked") && page.body.contains("value=\"20:00\""));
    for (begins, ends) in [("12:00", "07:30"), ("20:00", "12:00"), ("x", "07:30"), ("", "")] {
        let refused = gromova.post("/profile/quiet", &[("on", "true"), ("begins", begins), ("ends", ends)]);
        assert!(refused.body.contains("Тихие часы начинаются с 17:00"), "{}", refused.text());
    }
    let set = gromova.post("/profile/quiet", &[("on", "true"), ("begins", "22:00"), ("ends", "06:00")]);
    assert_eq!(set.line(), "303 → /profile/quiet");
    let page = gromova.get("/profile/quiet");
    assert!(page.body.contains("Тихие часы записаны") && page.body.contains("value=\"22:00\""));
    let set = gromova.post("/profile/quiet", &[("begins", "22:00"), ("ends", "06:00")]);
    assert_eq!(set.status, 303);
    assert!(!gromova.get("/profile/quiet").body.contains("value=\"true\" checked"));
    let mut varya = site.browser_of("varya");
    let page = varya.get("/profile/quiet");
    assert!(!page.body.contains("value=\"true\" checked"), "a pupil has none unless they want them");
    assert!(page.body.contains("value=\"20:00\""), "and nobody sees another's");
}
