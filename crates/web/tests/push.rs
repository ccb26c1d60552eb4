//! Calls through push services against a service of our own on loopback (MSG-F19): it decrypts what came for a browser
//! and checks the school's signature.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up must stop")]

mod kit;

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use kit::Site;
use kit::chats::say;
use kit::fake::{Fake, Heard, Reply};
use kit::socket::class_chat;
use testkit::push::{Device, vapid};
use testkit::{Browser, now};
use time::Duration;
use web::outgoing::PushHosts;

struct Service {
    fake: Fake,
    status: Arc<AtomicU16>,
}

impl Service {
    fn open() -> Self {
        let status = Arc::new(AtomicU16::new(201));
        let answers = Arc::clone(&status);
        let fake = Fake::plain(move |_| {
            let status = answers.load(Ordering::Relaxed);
            Reply::Bytes(
                format!("HTTP/1.1 {status} X\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n").into_bytes(),
            )
        });
        Self { fake, status }
    }

    fn answer(&self, status: u16) {
        self.status.store(status, Ordering::Relaxed);
    }

    fn endpoint(&self, name: &str) -> String {
        format!("http://{}/push/{name}", self.fake.address)
    }

    /// The calls that came, each opened by its browser.
    fn heard(&self, device: &Device, name: &str) -> Vec<String> {
        let heard = self.fake.heard();
        let own = heard.iter().filter(|call| call.target == format!("/push/{name}"));
        own.map(|call| device.open(&call.raw).expect("sealed for this browser")).collect()
    }
}

fn open() -> Site {
    Site::with_chats_and(|settings| {
        settings.outside.private_hosts = vec!["127.0.0.1".to_owned()];
        settings.push.hosts = PushHosts::parse(&["127.0.0.1".to_owned()]).unwrap();
        settings.push.contact = Some("mailto:office@shkola.example".to_owned());
    })
}

/// The head reads and switches it on.
fn switch_on(site: &Site) {
    let mut head = site.browser_of("zotova");
    head.get("/notifications");
    let answer = head.post("/notifications", &[("on", "true"), ("read", "true")]);
    assert_eq!(answer.line(), "303 → /notifications", "{}", answer.text());
}

fn subscribe(browser: &mut Browser, endpoint: &str, device: &Device) -> testkit::Page {
    browser.get("/profile/push");
    let (public, auth) = (device.p256dh(), device.auth());
    browser.post("/profile/push", &[("endpoint", endpoint), ("p256dh", &public), ("auth", &auth)])
}

fn round(site: &Site) {
    site.block_on(web::jobs::call_now(&site.app)).unwrap();
}

/// The title and the number of a call.
fn told(payload: &str) -> (String, String) {
    let told: serde_json::Value = serde_json::from_str(payload).unwrap();
    assert_eq!(told["web_push"], 8030);
    let text = |name: &str| told["notification"][name].as_str().unwrap().to_owned();
    (text("title"), text("app_badge"))
}

#[test]
fn a_message_calls_a_device_with_the_class_and_the_number_and_nothing_more() {
    // MSG-F19, MSG-K7, MSG-I25, MSG-I13, MSG-E31: sealed for the browser, signed by the school, zero when it was read elsewhere.
    let service = Service::open();
    let site = open();
    let (mut varya, mut gromova) = (site.browser_of("varya"), site.browser_of("gromova"));
    let device = Device::new(1);
    let refused = subscribe(&mut varya, &service.endpoint("a"), &device);
    assert!(
        refused.status == 422 || refused.status == 409,
        "off until the school switches it on: {}",
        refused.text()
    );
    switch_on(&site);
    let foreign = subscribe(&mut varya, "https://evil.example/push", &device);
    assert_eq!(foreign.status, 422, "{}", foreign.text());
    assert_eq!(subscribe(&mut varya, &service.endpoint("a"), &device).line(), "303 → /profile/push");
    let chat = class_chat(&mut varya);
    say(&mut gromova, &chat, "маркер секретный текст");
    say(&mut gromova, &chat, "маркер второй");
    round(&site);
    let calls = service.heard(&device, "a");
    assert_eq!(calls.len(), 1, "the last one wins");
    assert_eq!(told(&calls[0]), ("Новое сообщение · 6А".to_owned(), "2".to_owned()));
    assert!(!calls[0].contains("маркер") && !calls[0].contains("Громова") && !calls[0].contains("Ольга"));
    let heard = service.fake.heard();
    let call: &Heard = &heard[0];
    let (claims, key) = vapid(call.header("authorization").unwrap()).unwrap();
    let audience = format!("\"aud\":\"http://{}\"", service.fake.address);
    assert!(claims.contains(&audience) && claims.contains("mailto:office@shkola.example"), "{claims}");
    assert!(varya.get("/profile/push").body.contains(&key), "browsers get the key that signs");
    for (name, value) in [("ttl", "86400"), ("topic", "zvonok"), ("content-encoding", "aes128gcm")] {
        assert_eq!(call.header(name), Some(value));
    }
    // Read on another device: this one shows zero.
    assert_eq!(varya.post(&format!("{chat}/read"), &[("seq", "2")]).status, 303);
    round(&site);
    let calls = service.heard(&device, "a");
    assert_eq!(calls.len(), 2);
    assert_eq!(told(&calls[1]).1, "0");
    round(&site);
    assert_eq!(service.heard(&device, "a").len(), 2, "told once");
}

#[test]
fn nobody_is_called_who_may_not_be_at_the_moment_of_sending() {
    // MSG-I7, MSG-E19, MSG-E27: blocked, signed out, read meanwhile, the author.
    let service = Service::open();
    let site = open();
    switch_on(&site);
    let names = ["varya", "demyan", "lapina", "gromova"];
    let devices: Vec<Device> = (1..).take(4).map(Device::new).collect();
    let mut browsers: Vec<Browser> = names.iter().map(|name| site.browser_of(name)).collect();
    for ((name, device), browser) in names.iter().zip(&devices).zip(&mut browsers) {
        assert_eq!(subscribe(browser, &service.endpoint(name), device).status, 303);
    }
    let chat = class_chat(&mut browsers[0]);
    say(&mut browsers[3], &chat, "для всех");
    // Before the round: Demyan's account is blocked, Lapina signs out.
    let demyan = site.world.person("demyan");
    site.world.write(move |tx| {
        school::block(tx, now(), demyan, "проверка").unwrap();
        Ok::<_, store::Error>(())
    });
    browsers[2].get("/profile");
    assert_eq!(browsers[2].post("/signout", &[]).status, 303);
    round(&site);
    let counts: Vec<usize> =
        names.iter().zip(&devices).map(|(name, device)| service.heard(device, name).len()).collect();
    assert_eq!(counts, [1, 0, 0, 0]);
    let mut lapina = site.browser_of("lapina");
    assert!(!lapina.get("/profile/push").body.contains("Где включены"), "it has died with its session");
}

#[test]
fn a_subscription_that_is_gone_is_forgotten_and_a_busy_service_is_asked_later() {
    // MSG-E34: 410, 429 with Retry-After, a restart in between.
    let service = Service::open();
    let mut site = open();
    switch_on(&site);
    let (mut varya, mut gromova) = (site.browser_of("varya"), site.browser_of("gromova"));
    let device = Device::new(1);
    subscribe(&mut varya, &service.endpoint("a"), &device);
    let chat = class_chat(&mut varya);
    service.answer(429);
    say(&mut gromova, &chat, "раз");
    round(&site);
    round(&site);
    assert_eq!(service.heard(&device, "a").len(), 1, "not at once again");
    service.answer(201);
    site.clock.advance(Duration::seconds(119));
    round(&site);
    assert_eq!(service.heard(&device, "a").len(), 1, "two minutes, as the service asked");
    site.clock.advance(Duration::seconds(2));
    round(&site);
    assert_eq!(service.heard(&device, "a").len(), 2, "what waited was not lost");
    service.answer(410);
    say(&mut gromova, &chat, "два");
    round(&site);
    assert_eq!(service.heard(&device, "a").len(), 3);
    say(&mut gromova, &chat, "три");
    round(&site);
    assert_eq!(service.heard(&device, "a").len(), 3, "nobody is there any more");
    assert!(!varya.get("/profile/push").body.contains("Где включены"));
    // A server key that is lost takes the key of pushes along: a new one is made, and nobody is called with the old.
    service.answer(201);
    subscribe(&mut varya, &service.endpoint("b"), &device);
    let before = varya.get("/profile/push").body;
    site.restart();
    round(&site);
    let mut varya = site.browser_of("varya");
    let after = varya.get("/profile/push").body;
    let key = |body: &str| body.split("data-push-key=\"").nth(1).unwrap()[..87].to_owned();
    assert!(key(&before) != key(&after) && !after.contains("Где включены"));
}

#[test]
fn a_subscription_that_the_browser_changes_goes_on_and_calls_that_wait_go_along() {
    // MSG-E34: only the session's own, and only to services that the school names.
    let service = Service::open();
    let site = open();
    switch_on(&site);
    let (mut varya, mut gromova) = (site.browser_of("varya"), site.browser_of("gromova"));
    let (device, renewed) = (Device::new(1), Device::new(2));
    subscribe(&mut varya, &service.endpoint("a"), &device);
    let chat = class_chat(&mut varya);
    service.answer(429);
    say(&mut gromova, &chat, "ждёт службу");
    round(&site);
    let renew = |browser: &mut Browser, old: &str, endpoint: &str| {
        let (public, auth) = (renewed.p256dh(), renewed.auth());
        let body =
            format!(r#"{{"old":"{old}","endpoint":"{endpoint}","p256dh":"{public}","auth":"{auth}"}}"#);
        browser.post_json("/profile/push/renew", &body).status
    };
    let (old, new) = (service.endpoint("a"), service.endpoint("b"));
    assert_eq!(renew(&mut gromova, &old, &new), 404, "another's");
    assert_eq!(renew(&mut varya, "https://unknown.example/x", &new), 404);
    assert_eq!(renew(&mut varya, &old, "https://evil.example/push"), 422);
    assert_eq!(renew(&mut site.browser(), &old, &new), 401);
    assert_eq!(renew(&mut varya, &old, &new), 204);
    assert_eq!(renew(&mut varya, &old, &new), 404, "the old one is gone");
    service.answer(201);
    site.clock.advance(Duration::minutes(3));
    round(&site);
    assert_eq!(
        service.heard(&renewed, "b").len(),
        1,
        "what waited goes to the new address, sealed for its keys"
    );
    assert_eq!(service.heard(&device, "a").len(), 1, "and the old one was asked once, before");
    let page = varya.get("/profile/push").body;
    assert_eq!(page.matches("/off\"").count(), 1, "one device, as before");
}

#[test]
fn a_browser_can_put_the_school_on_the_home_screen() {
    // MSG-F19: there alone iPhone and iPad show notifications.
    let site = open();
    let page = site.browser().get("/signin");
    assert!(page.body.contains("rel=\"manifest\" href=\"/manifest.webmanifest\""));
    let touch =
        page.body.split("rel=\"apple-touch-icon\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    let manifest = site.browser().get("/manifest.webmanifest");
    assert_eq!(manifest.header("content-type"), Some("application/manifest+json"));
    let told: serde_json::Value = serde_json::from_str(&manifest.body).unwrap();
    assert_eq!((told["display"].as_str(), told["start_url"].as_str()), (Some("standalone"), Some("/")));
    assert!(told["name"].as_str().unwrap().starts_with("Звонок · "), "{told}");
    let icons = told["icons"].as_array().unwrap().iter().map(|icon| {
        let size: u32 = icon["sizes"].as_str().unwrap().split('x').next().unwrap().parse().unwrap();
        (icon["src"].as_str().unwrap().to_owned(), size)
    });
    for (path, size) in icons.chain([(touch.to_owned(), 180)]) {
        let (answer, bytes) = site.browser().fetch(&path, &[]);
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("image/png")), "{path}");
        assert!(bytes.starts_with(b"\x89PNG\r\n"), "{path}");
        let side = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
        assert_eq!((side(16), side(20)), (size, size), "{path} is as large as it says");
    }
}

#[test]
fn the_school_decides_after_reading_and_the_owner_tests() {
    // F6, MSG-C13
    let service = Service::open();
    let site = open();
    for who in ["varya", "gromova", "barinova"] {
        assert_eq!(site.browser_of(who).get("/notifications").status, 404, "{who}");
    }
    let mut head = site.browser_of("zotova");
    assert!(head.get("/notifications").body.contains("Выключены"));
    let unread = head.post("/notifications", &[("on", "true")]);
    assert!(unread.status == 200 && unread.text().contains("Прочитайте"), "{}", unread.text());
    switch_on(&site);
    let mut varya = site.browser_of("varya");
    let device = Device::new(1);
    subscribe(&mut varya, &service.endpoint("a"), &device);
    let page = varya.get("/profile/push");
    assert!(page.body.contains("Где включены") && page.body.contains("Проверить уведомления"));
    assert_eq!(varya.post("/profile/push/1/test", &[]).status, 303);
    round(&site);
    assert_eq!(told(&service.heard(&device, "a")[0]).0, "Уведомления работают");
    let mut demyan = site.browser_of("demyan");
    demyan.get("/profile/push");
    assert_eq!(demyan.post("/profile/push/1/test", &[]).status, 404, "not another's device");
    demyan.post("/profile/push/1/off", &[]);
    assert!(varya.get("/profile/push").body.contains("Где включены"));
    assert_eq!(head.post("/notifications", &[("on", "false")]).status, 303);
    assert!(!varya.get("/profile/push").body.contains("Где включены"), "off, and all are forgotten");
    let worker = site.browser().get("/sw.js");
    assert!(
        worker.status == 200 && worker.body.contains("showNotification") && !worker.body.contains("caches")
    );
}
