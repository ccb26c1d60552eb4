//! A code that does not come loses nobody's attempt, and none outlives its time (LNK-S6, A1).
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod kit;

use std::sync::Arc;

use identity::Delivery;
use kit::Site;
use kit::walk::{PHONE, Walk};
use time::Duration;
use web::settings::SmsChannel;

/// A round of the job that looks after the outbox.
fn round(site: &Site) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(web::jobs::empty_outbox(&Arc::clone(&site.app)));
}

fn deliveries(site: &Site) -> Vec<Delivery> {
    let rows = site.world.read(|tx| identity::list_messages(tx, 10));
    rows.into_iter().map(|row| row.delivery).collect()
}

/// A gateway that does not answer, for the messages that are due.
fn fail(site: &Site) {
    let (app, now) = (Arc::clone(&site.app), site.clock.now());
    site.world.write(move |tx| {
        for message in identity::due_messages(tx, now, &app.key, 10)? {
            identity::note_failed(tx, now, message.id, "шлюз не отвечает")?;
        }
        Ok::<_, store::Error>(())
    });
}

#[test]
fn without_a_channel_the_screen_says_so_and_the_attempt_waits() {
    let site = Site::with(|settings| settings.sms = SmsChannel::None);
    let mut walk = Walk::begin(&site, "varya");
    walk.phone(PHONE);
    assert_eq!(walk.page.heading(), "Введите код из СМС");
    let said = "Школа пока не может отправлять коды. Скажите об этом администратору: Алексей Игоревич Седов, каб. 118";
    assert!(walk.text().contains(said), "{}", walk.text());
    assert!(!walk.text().contains("Отправили на"), "{}", walk.text());
    // The retry is there, and no number of retries closes the phone.
    for _ in 0..6 {
        site.clock.advance(Duration::minutes(1));
        walk.post("resend", &[]);
        assert_eq!(walk.page.heading(), "Введите код из СМС", "{}", walk.text());
    }
    walk.post("change-phone", &[]);
    assert_eq!(walk.page.heading(), "Номер мобильного телефона");
}

#[test]
fn a_code_that_nobody_fetched_is_erased_within_a_round_of_its_end() {
    let site = Site::with(|settings| settings.sms = SmsChannel::None);
    let mut walk = Walk::begin(&site, "varya");
    walk.phone(PHONE);
    site.clock.advance(Duration::seconds(299));
    round(&site);
    assert_eq!(deliveries(&site), [Delivery::Waiting]);
    site.clock.advance(Duration::seconds(1));
    round(&site);
    // «Dropped» is what a row says whose code is gone.
    assert_eq!(deliveries(&site), [Delivery::Dropped]);
    let before = site.world.read(|tx| tx.last_g());
    round(&site);
    assert_eq!(site.world.read(|tx| tx.last_g()), before, "an idle round writes nothing");
}

#[test]
fn a_gateway_that_fails_is_told_and_the_same_attempt_goes_on() {
    let site = Site::with(|settings| settings.sms = SmsChannel::None);
    let mut walk = Walk::begin(&site, "varya");
    walk.phone(PHONE);
    let attempt = walk.base.clone();
    fail(&site);
    walk.get(&format!("{attempt}/code"));
    assert!(walk.text().contains("Код ещё не отправлен. Пробуем ещё раз сами"), "{}", walk.text());
    for _ in 0..6 {
        site.clock.advance(Duration::seconds(40));
        fail(&site);
    }
    walk.get(&format!("{attempt}/code"));
    assert!(
        walk.text().contains("Код не отправился. Ничего не потеряно: получите новый код"),
        "{}",
        walk.text()
    );
    // The failed one does not count: another at once.
    walk.post("resend", &[]);
    assert!(matches!(deliveries(&site)[..], [Delivery::Waiting, Delivery::Failed { .. }]));
    let code = site.world.read(|tx| identity::due_messages(tx, site.clock.now(), &site.app.key, 10))[0].code;
    walk.post("code", &[("code", &code.digits())]);
    assert_eq!((walk.page.heading().as_str(), walk.base), ("Заполните информацию о себе", attempt));
}
