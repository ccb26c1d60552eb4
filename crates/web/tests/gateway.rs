//! Codes on their way to phones: every channel, and every way in which an SMS service fails (LNK-S6, A1, O5, K9).
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod kit;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration as StdDuration;

use identity::{Delivery, Phone};
use kit::Site;
use kit::fake::{Authority, Fake, Heard, Reply};
use kit::walk::{PHONE, Walk};
use time::Duration;
use web::gateway::{Gateway, Template, TemplateText};
use web::settings::{Outside, Patience, SmsChannel};

const PATIENT: Patience = Patience {
    connect: StdDuration::from_secs(20),
    total: StdDuration::from_secs(20),
    form: StdDuration::from_secs(60),
};

fn template(url: &str) -> Template {
    Template::parse(TemplateText {
        method: "POST".to_owned(),
        url: format!("{url}/send?key=sesame"),
        headers: vec!["X-School: 12".to_owned()],
        body: "to={phone}&text={text}".to_owned(),
        success_text: Some("\"ok\":true".to_owned()),
        ..TemplateText::default()
    })
    .unwrap()
}

fn site(url: &str, outside: Outside) -> Site {
    Site::with(|settings| {
        settings.sms = SmsChannel::Http(Arc::new(Gateway { sms: template(url), call: None }));
        settings.outside =
            Outside { private_hosts: vec!["127.0.0.1".to_owned(), "localhost".to_owned()], ..outside };
    })
}

fn patient() -> Outside {
    Outside { patience: PATIENT, ..Outside::default() }
}

fn round(site: &Site) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(web::jobs::empty_outbox(&Arc::clone(&site.app)));
}

fn deliveries(site: &Site) -> Vec<(u32, Delivery)> {
    let rows = site.world.read(|tx| identity::list_messages(tx, 10));
    rows.into_iter().map(|row| (row.tries, row.delivery)).collect()
}

fn failed(why: &str) -> Delivery {
    Delivery::Failed { why: why.to_owned(), tries_again: true }
}

fn code_in(heard: &Heard) -> String {
    let text = heard.field("text").unwrap();
    text.chars().filter(char::is_ascii_digit).collect()
}

#[test]
fn a_code_goes_out_by_the_service_and_lets_its_owner_in() {
    let fake = Fake::plain(|_| Reply::json("{\"ok\":true}"));
    let site = site(&format!("http://{}", fake.address), patient());
    let mut walk = Walk::begin(&site, "varya");
    walk.phone(PHONE);
    let heard = fake.heard();
    assert_eq!(heard.len(), 1);
    assert_eq!((heard[0].method.as_str(), heard[0].target.as_str()), ("POST", "/send?key=sesame"));
    assert_eq!(heard[0].header("x-school"), Some("12"));
    assert_eq!(heard[0].field("to").as_deref(), Some("79000000601"));
    assert!(heard[0].field("text").unwrap().ends_with("для VK ID школы. Никому его не говорите."));
    assert!(matches!(deliveries(&site)[..], [(1, Delivery::Delivered { .. })]));
    assert!(walk.text().contains("Отправили на"), "{}", walk.text());
    // The service makes no calls, so none are offered.
    assert!(!walk.text().contains("Позвонить мне"));
    walk.post("call", &[]);
    assert_eq!(walk.page.status, 404);
    walk.post("code", &[("code", &code_in(&heard[0]))]);
    assert_eq!(walk.page.heading(), "Заполните информацию о себе");
    round(&site);
    assert_eq!(fake.heard().len(), 1, "what has left does not leave again");
}

/// A service that fails in one way until it is well again.
struct Ill {
    fake: Fake,
    well: Arc<AtomicBool>,
}

impl Ill {
    fn with(reply: Reply) -> Self {
        let well = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&well);
        let answers = move |_: &Heard| {
            if seen.load(Ordering::SeqCst) { Reply::json("{\"ok\":true}") } else { reply.clone() }
        };
        Self { fake: Fake::plain(answers), well }
    }
}

#[test]
fn every_failure_is_told_the_attempt_waits_and_the_message_leaves_once_the_service_is_well() {
    let long = "x".repeat(70_000);
    for (reply, word, said) in [
        (Reply::of(500, "text/html", "<h1>Ой</h1>"), "status 500", "сервер ответил 500"),
        (Reply::json("{\"ok\":false}"), "no_mark", "в ответе нет признака успеха"),
        (Reply::of(200, "text/html", "<h1>ok</h1>"), "no_mark", "в ответе нет признака успеха"),
        (Reply::redirect("http://127.0.0.1:1/"), "redirect", "сервер отправил по другому адресу"),
        (Reply::of(200, "text/plain", &long), "too_large", "ответ слишком длинный"),
        (Reply::cut("{\"ok\":true"), "broken", "ответ оборвался"),
    ] {
        let ill = Ill::with(reply);
        let site = site(&format!("http://{}", ill.fake.address), patient());
        let mut walk = Walk::begin(&site, "varya");
        walk.phone(PHONE);
        assert_eq!(deliveries(&site), [(1, failed(word))]);
        let text = walk.text();
        assert!(text.contains("Код ещё не отправлен. Пробуем ещё раз сами"), "{word}: {text}");
        assert!(!text.contains("Ой") && !text.contains("sesame"), "{text}");
        let admin = site.browser_of("sedov").get("/admin/sms").text();
        assert!(admin.contains(&format!("не отправлено: {said}; будет повтор")), "{admin}");
        // Before its time nothing is tried; then it is, and once more it has left for good.
        round(&site);
        assert_eq!(ill.fake.heard().len(), 1);
        site.clock.advance(Duration::seconds(5));
        round(&site);
        assert_eq!(deliveries(&site), [(2, failed(word))]);
        ill.well.store(true, Ordering::SeqCst);
        site.clock.advance(Duration::seconds(10));
        round(&site);
        assert!(matches!(deliveries(&site)[..], [(3, Delivery::Delivered { .. })]));
        let heard = ill.fake.heard();
        assert_eq!(heard.len(), 3);
        assert_eq!(code_in(&heard[0]), code_in(&heard[2]), "one message is one code");
        walk.post("code", &[("code", &code_in(&heard[2]))]);
        assert_eq!(walk.page.heading(), "Заполните информацию о себе", "{word}");
    }
}

fn fails_with(url: &str, outside: Outside) -> Vec<(u32, Delivery)> {
    let site = site(url, outside);
    let mut walk = Walk::begin(&site, "varya");
    walk.phone(PHONE);
    assert_eq!(walk.page.heading(), "Введите код из СМС");
    deliveries(&site)
}

#[test]
fn a_service_that_is_gone_silent_false_or_inside_is_told_apart() {
    let gone = Fake::plain(|_| Reply::Silence).address;
    assert_eq!(fails_with(&format!("http://{gone}"), patient()), [(1, failed("refused"))]);
    let silent = Fake::plain(|_| Reply::Silence);
    let short = Patience { total: StdDuration::from_millis(100), ..PATIENT };
    let hasty = Outside { patience: short, ..Outside::default() };
    assert_eq!(fails_with(&format!("http://{}", silent.address), hasty), [(1, failed("slow"))]);
    let authority = Authority::new();
    let foreign = Fake::tls(authority.serves("localhost", 2099), |_| Reply::json("{\"ok\":true}"));
    let url = format!("https://localhost:{}", foreign.address.port());
    assert_eq!(fails_with(&url, patient()), [(1, failed("certificate"))]);
    let trusting = Outside { roots: authority.root(), ..patient() };
    assert!(matches!(fails_with(&url, trusting)[..], [(1, Delivery::Delivered { .. })]));
    assert_eq!(foreign.heard().len(), 1);
    let inside = format!("https://[::ffff:127.0.0.1]:{}", foreign.address.port());
    assert_eq!(fails_with(&inside, patient()), [(1, failed("private"))]);
}

#[test]
fn a_slow_service_holds_up_neither_the_page_nor_a_second_try_at_the_same_time() {
    let silent = Fake::plain(|_| Reply::Silence);
    let patience =
        Patience { form: StdDuration::from_millis(20), total: StdDuration::from_secs(600), ..PATIENT };
    let site = site(&format!("http://{}", silent.address), Outside { patience, ..Outside::default() });
    let mut walk = Walk::begin(&site, "varya");
    walk.phone(PHONE);
    assert_eq!(walk.page.heading(), "Введите код из СМС");
    silent.wait_for(1);
    site.clock.advance(Duration::seconds(60));
    for _ in 0..3 {
        round(&site);
    }
    assert_eq!(silent.heard().len(), 1, "one delivery at a time");
    assert_eq!(deliveries(&site), [(0, Delivery::Waiting)]);
}

#[test]
fn the_administrator_sends_again_at_once() {
    let ill = Ill::with(Reply::of(503, "text/plain", ""));
    let site = site(&format!("http://{}", ill.fake.address), patient());
    let mut walk = Walk::begin(&site, "varya");
    walk.phone(PHONE);
    ill.well.store(true, Ordering::SeqCst);
    let mut admin = site.browser_of("sedov");
    let page = admin.get("/admin/sms");
    assert!(page.text().contains("Отправить ещё раз"), "{}", page.text());
    let action = page.body.split("action=\"").find(|rest| rest.contains("/again\"")).unwrap();
    let action = action.split('"').next().unwrap().to_owned();
    let page = admin.post(&action, &[]);
    let page = admin.follow(page);
    assert!(matches!(deliveries(&site)[..], [(2, Delivery::Delivered { .. })]));
    assert!(!page.text().contains("Отправить ещё раз"), "{}", page.text());
    let page = admin.post(&action, &[]);
    assert_eq!(page.status, 409, "{}", page.text());
    assert_eq!(ill.fake.heard().len(), 2);
    // Whoever is no administrator finds nothing there.
    assert_eq!(site.browser_of("varya").post(&action, &[]).status, 404);
}

#[test]
fn codes_of_the_file_are_whole_lines() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("sms.log");
    let site = Site::with(|settings| settings.sms = SmsChannel::Log { file: file.clone() });
    let mut walk = Walk::begin(&site, "varya");
    walk.phone(PHONE);
    let text = std::fs::read_to_string(&file).unwrap();
    let line = text.strip_suffix('\n').unwrap();
    assert!(line.contains("+79000000601 Код "), "{line}");
    let code = line.split("Код ").nth(1).unwrap().split(' ').next().unwrap();
    walk.post("code", &[("code", code)]);
    assert_eq!(walk.page.heading(), "Заполните информацию о себе");
}

#[test]
fn a_code_is_read_out_once_to_whoever_names_its_phone_and_the_audit_knows() {
    // K9.
    let site = Site::with(|settings| settings.sms = SmsChannel::Slip);
    let mut walk = Walk::begin(&site, "varya");
    walk.phone(PHONE);
    assert_eq!(walk.page.heading(), "Введите код");
    assert!(walk.text().contains("Код скажет школа. Позвоните или подойдите"), "{}", walk.text());
    let id = site.world.read(|tx| identity::list_messages(tx, 1))[0].id;
    let path = format!("/admin/sms/messages/{}", id.get());
    assert_eq!(site.browser_of("varya").get(&path).status, 404);
    let mut admin = site.browser_of("sedov");
    let list = admin.get("/admin/sms");
    assert!(list.body.contains(&format!("href=\"{path}\"")), "{}", list.text());
    assert!(!list.body.contains("0000006"), "the list shows no whole phone");
    let page = admin.get(&path);
    assert_eq!(page.heading(), "Код для +7\u{a0}•••\u{a0}•••-••-01".replace('\u{a0}', " "));
    let acts = |site: &Site| site.world.read(|tx| tx.audit_len());
    let before = acts(&site);
    let page = admin.post(&path, &[("phone", "+7 900 000-06-02")]);
    assert!(page.text().contains("Код не для этого номера"), "{}", page.text());
    assert_eq!(acts(&site), before);
    let page = admin.post(&path, &[("phone", "8 (900) 000-06-01")]);
    let code: String = page
        .text()
        .split("Код показан")
        .next()
        .unwrap()
        .chars()
        .rev()
        .filter(char::is_ascii_digit)
        .take(6)
        .collect();
    let code: String = code.chars().rev().collect();
    assert_eq!(acts(&site), before + 1);
    assert_eq!(page.header("cache-control"), Some("no-store"));
    for _ in 0..2 {
        assert_eq!(admin.post(&path, &[("phone", PHONE)]).status, 409);
        assert_eq!(admin.get(&path).status, 409);
    }
    assert_eq!(acts(&site), before + 1);
    let journal = admin.get("/admin/audit").text();
    assert!(journal.contains("Код прочитан вслух") && !journal.contains(&code), "{journal}");
    walk.post("code", &[("code", &code)]);
    assert_eq!(walk.page.heading(), "Заполните информацию о себе");
    // Where codes are not read out, there is no such page.
    let other = Site::open();
    assert_eq!(other.browser_of("sedov").get(&path).status, 404);
}

#[test]
fn fifty_clerks_read_one_code_once() {
    let site = Site::with(|settings| settings.sms = SmsChannel::Slip);
    let mut walk = Walk::begin(&site, "varya");
    walk.phone(PHONE);
    let (id, now) = (site.world.read(|tx| identity::list_messages(tx, 1))[0].id, site.clock.now());
    let read = Arc::new(Mutex::new(0));
    std::thread::scope(|scope| {
        for _ in 0..50 {
            let (app, read) = (Arc::clone(&site.app), Arc::clone(&read));
            scope.spawn(move || {
                let phone = Phone::parse(PHONE).unwrap();
                let key = Arc::clone(&app);
                let got =
                    app.store.write_blocking(move |tx| identity::read_out(tx, now, &key.key, id, &phone));
                *read.lock().unwrap() += u32::from(got.is_ok());
            });
        }
    });
    assert_eq!(*read.lock().unwrap(), 1);
}
