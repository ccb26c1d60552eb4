//! What must be seen nowhere: the personal account behind a link on any page of anybody else (LNK-S3), and secrets or
//! people's words in the log (O5, K22, MSG-I25).
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod kit;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use kit::lessons::teach;
use kit::log::Log;
use kit::socket::{class_chat, cursor, field};
use kit::tables::import;
use kit::walk::{PASSWORD, Walk, register};
use kit::{Site, files, wire};
use testkit::{Browser, Page, TODAY, now};

const PORTAL: &str = "три случайных слова";
const PHONES: [&str; 3] = ["+79261737490", "+79265928103", "+79268461927"];
/// Names of the personal accounts; no word of them stands anywhere else.
const PERSONAL: [[&str; 3]; 3] = [
    ["Вышеславцева", "Аглая", "Евпсихиевна"],
    ["Добужинский", "Мстислав", "Валерианович"],
    ["Крыжановский", "Сигизмунд", "Доминикович"],
];
const WORDS: &str = "Кто-нибудь нашёл мой зелёный шарф?";
const EVERYBODY: [&str; 13] = [
    "varya",
    "demyan",
    "timur",
    "kira",
    "mother",
    "father",
    "demyan_mother",
    "gromova",
    "lapina",
    "orlova",
    "zotova",
    "barinova",
    "sedov",
];

/// What a personal account says about its owner.
struct Needles {
    words: Vec<String>,
    digits: Vec<String>,
}

impl Needles {
    fn of(personal: [&str; 3], phone: &str, account: i64) -> Self {
        let percent = |word: &str| word.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
        let words = personal.iter().flat_map(|word| [word.to_lowercase(), percent(word)]).collect();
        Self { words, digits: vec![phone[2..].to_owned(), account.to_string()] }
    }

    /// What of it a text carries, however it is written.
    fn found_in(&self, text: &str) -> Vec<&str> {
        let lower = text.to_lowercase();
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let words = self.words.iter().filter(|word| lower.contains(word.as_str()));
        words
            .chain(self.digits.iter().filter(|number| digits.contains(number.as_str())))
            .map(String::as_str)
            .collect()
    }
}

fn whole(page: &Page) -> String {
    format!("{:?}\n{}", page.headers, page.body)
}

/// The school with a link that is active, one that waits for the class teacher, and one whose owner is on the way.
struct Story {
    site: Site,
    browsers: BTreeMap<&'static str, Browser>,
    /// The cursors of pages from before the story.
    cursors: BTreeMap<&'static str, String>,
    needles: BTreeMap<&'static str, Needles>,
    /// What else must not be in the log.
    secrets: Vec<String>,
    params: BTreeMap<&'static str, Vec<String>>,
}

fn story() -> Story {
    let site = Site::with_chats();
    let lesson = teach(&site.world);
    let mut browsers: BTreeMap<_, _> = EVERYBODY.map(|who| (who, site.browser_of(who))).into();
    let cursors =
        browsers.iter_mut().map(|(who, browser)| (*who, cursor(&browser.get("/sferum").body))).collect();
    let profiles = [Some(["Ильина", "Варвара", "Олеговна"]), Some(["Соколов", "Степан", ""]), None];
    let mut story = Story {
        browsers,
        cursors,
        needles: BTreeMap::new(),
        secrets: [PASSWORD, PORTAL, WORDS].map(str::to_owned).to_vec(),
        params: BTreeMap::new(),
        site,
    };
    for (n, who) in ["varya", "demyan", "timur"].into_iter().enumerate() {
        let account = register(&story.site.world, PHONES[n], PERSONAL[n], profiles[n]);
        story.needles.insert(who, Needles::of(PERSONAL[n], PHONES[n], account.get()));
        story.link(who, PHONES[n], profiles[n].is_some());
    }
    let varya = story.browsers.get_mut("varya").unwrap();
    let chat = class_chat(varya);
    let cid = field(&varya.get(&chat).body, "cid");
    assert_eq!(varya.post(&chat, &[("cid", &cid), ("text", WORDS)]).status, 303);
    story.fill(&chat, lesson.get());
    // After the file was sent: it is among what the report freezes.
    let demyan = story.browsers.get_mut("demyan").unwrap();
    demyan.get(&format!("{chat}/1/report"));
    assert_eq!(demyan.post(&format!("{chat}/1/report"), &[("category", "other")]).status, 303);
    let lead = story.browsers.get_mut("barinova").unwrap();
    let opens = chat.replace("/sferum/", "/safety/chats/");
    lead.get(&opens);
    assert_eq!(lead.post(&opens, &[("hours", "24"), ("reason", "сообщили об угрозах")]).status, 303);
    story
}

impl Story {
    /// Walks the pages of VK ID as far as the code, or to the end.
    fn link(&mut self, who: &'static str, phone: &str, to_the_end: bool) {
        self.site.world.write(identity::reset_counters);
        let mut walk = Walk::of(self.browsers.remove(who).unwrap());
        walk.weigh = Some(Rc::new(|| 0));
        walk.get("/link");
        walk.phone(phone);
        let attempt = walk.base.rsplit('/').next().unwrap().to_owned();
        self.params.entry("attempt").or_default().push(attempt);
        // The owner does see the number here, and so does the search.
        assert!(!self.needles[who].found_in(&walk.page.body).is_empty());
        walk.post("password", &[("password", "не тот пароль совсем")]);
        walk.post("password", &[("password", PASSWORD)]);
        let code = walk.code(phone);
        if to_the_end {
            walk.post("code", &[("code", &code)]);
            walk.post("profile", &[("choice", "continue")]);
            walk.post("review", &[]);
            let landed =
                walk.trail.iter().find(|(_, stood)| stood.at.starts_with("/link/embedded/callback?"));
            let (_, query) = landed.unwrap().1.at.split_once('?').unwrap();
            let value = |pair: &str| pair.split_once('=').map(|(_, value)| value.to_owned());
            self.secrets.extend(query.split('&').filter_map(value).filter(|value| value.len() > 20));
        }
        self.secrets.push(code);
        for cookie in ["zvonok_session", "zvonok_vkid", "zvonok_vkid_session"] {
            self.secrets.extend(walk.browser.cookie(cookie).map(str::to_owned));
        }
        self.browsers.insert(who, walk.browser);
    }

    /// The wire: codes and tokens of an application (O5).
    fn let_an_application_in(&mut self) {
        wire::register(&self.site);
        let (code, device) = wire::granted(&self.site);
        let pair = wire::exchange(&self.site, &code, &device);
        let tokens = ["access_token", "refresh_token", "id_token"].map(|name| pair[name].as_str().unwrap());
        let user = "/oauth2/user_info?client_id=51000001";
        assert_eq!(wire::call(&self.site, user, &[("access_token", tokens[0])]).status, 200);
        // A call that is refused, too.
        wire::call(&self.site, user, &[("access_token", tokens[1])]);
        self.secrets.extend(tokens.map(str::to_owned));
        self.secrets.extend([code, device]);
    }

    /// Real values for every parameter of the route table.
    fn fill(&mut self, chat: &str, lesson: i64) {
        let world = &self.site.world;
        let mut links = self.browsers.get_mut("sedov").unwrap().get("/admin/links").body;
        let mut ids = BTreeSet::new();
        while let Some((_, rest)) = links.split_once("/admin/links/") {
            ids.extend(rest.split('"').next().filter(|id| id.parse::<i64>().is_ok()).map(str::to_owned));
            links = rest.to_owned();
        }
        assert!(ids.len() >= 2, "{ids:?}");
        let gradebook = self.browsers.get_mut("gromova").unwrap().get("/gradebook").body;
        let (_, course) = gradebook.split_once("/gradebook/").unwrap();
        world.write(|tx| school::begin_setup(tx, now(), "first-administrator"));
        import(world);
        let club = wire::register_as(&self.site, 51_000_002, "Библиотека");
        let one = |value: &str| vec![value.to_owned()];
        let class = world.class_id("6A").to_string();
        let varya = self.browsers.get_mut("varya").unwrap();
        varya.get(chat);
        let file = files::bring(varya, chat, "Море.jpg", &files::jpeg());
        assert_eq!(varya.post_bytes(&format!("/files/{file}/thumb"), &[], &files::jpeg()).status, 204);
        let seq = files::send(varya, chat, &[file]);
        let later = format!("{chat}/later");
        let cid = field(&varya.get(&later).body, "cid");
        let waits = [("cid", cid.as_str()), ("due", "2026-10-15T08:00"), ("text", WORDS)];
        assert_eq!(varya.post(&later, &waits).status, 303);
        self.params.extend([
            ("token", one("first-administrator")),
            ("date", one(&TODAY.to_string())),
            ("subject", one(&world.subject("math").to_string())),
            ("person", EVERYBODY.map(|who| world.person(who).to_string()).to_vec()),
            ("lesson", one(&lesson.to_string())),
            ("course", one(course.split('"').next().unwrap())),
            ("class", vec![class.clone(), world.class_id("3A").to_string()]),
            ("circle", vec![class, "staff".to_owned()]),
            ("import", one("1")),
            ("client", one(&club.to_string())),
            ("conversation", one(chat.rsplit('/').next().unwrap())),
            ("seq", vec!["1".to_owned(), seq.to_string()]),
            ("file", one(&file.to_string())),
            ("n", one("1")),
            ("schedule", one("1")),
            ("report", one("1")),
            ("opening", one("1")),
            ("message", one("1")),
            ("call", one("1")),
            ("link", ids.into_iter().collect()),
            ("*name", one("app.css")),
        ]);
    }

    /// The addresses of a route.
    fn addresses(&self, path: &str) -> Vec<String> {
        let Some((before, rest)) = path.split_once('{') else { return vec![path.to_owned()] };
        let (name, after) = rest.split_once('}').unwrap();
        let values = self.params.get(name).unwrap_or_else(|| panic!("{path}: no real value for {name}"));
        values.iter().flat_map(|value| self.addresses(&format!("{before}{value}{after}"))).collect()
    }
}

/// Routes that show a page to nobody here, with the reason.
const NEVER_SHOWN: [(&str, &str); 31] = [
    ("/", "leads on"),
    ("/calls/{call}", "no call goes on"),
    ("/calls/{call}/line", "a socket, not a page"),
    ("/calls/{call}/poll", "nobody has a line"),
    ("/admin/sms/messages/{message}", "codes are not read out here"),
    ("/authorize", "a request without its fields"),
    ("/button_one_tap_auth", "for the frame of an application"),
    ("/certificate", "there is none"),
    ("/certificate/root.crt", "there is none"),
    ("/floating_one_tap_auth", "for the frame of an application"),
    ("/link/embedded/callback", "somebody else's return"),
    ("/link/review", "nobody reviews"),
    ("/link/vk/callback", "the real service is not set"),
    ("/live", "a socket, not a page"),
    ("/sferum/{conversation}/{seq}/votes", "there is no poll"),
    ("/sferum/{conversation}/{seq}/register", "nothing asks to be acknowledged"),
    ("/sferum/{conversation}/{seq}/register/slips", "nothing asks to be acknowledged"),
    ("/vkid/me/confirm", "without its question"),
    ("/vkid/me/delete", "asks for the password first"),
    ("/vkid/me/phone", "asks for the password first"),
    ("/vkid/{attempt}/consent", "no application asks"),
    ("/vkid/{attempt}/locked", "its owner is on another screen, and nobody else may look"),
    ("/vkid/{attempt}/over", "as above"),
    ("/vkid/{attempt}/password", "as above"),
    ("/vkid/{attempt}/person", "as above"),
    ("/vkid/{attempt}/phone", "as above"),
    ("/vkid/{attempt}/profile", "as above"),
    ("/vkid/{attempt}/reset", "as above"),
    ("/vkid/{attempt}/reset-code", "as above"),
    ("/vkid/{attempt}/reset-password", "as above"),
    ("/vkid/{attempt}/review", "as above"),
];

#[test]
fn a_personal_account_is_seen_nowhere_but_by_its_owner() {
    // LNK-S3
    let log = Log::take();
    let mut story = story();
    let mut browsers = std::mem::take(&mut story.browsers);
    browsers.insert("nobody", story.site.browser());
    let mut shown = BTreeSet::new();
    let mut pages = 0;
    // The demo's telephone is the telephone: outside the demo it does not exist.
    let routes: Vec<_> = web::routes::printed()
        .into_iter()
        .filter(|route| route.method == "GET" && route.rule != "demo")
        .collect();
    for (who, browser) in &mut browsers {
        for route in &routes {
            let mut addresses = story.addresses(route.path);
            if route.path == "/live/poll" {
                let from = story.cursors.get(who).map_or("", String::as_str);
                addresses = vec![format!("/live/poll?wait=0&cursor={from}")];
            }
            for address in addresses {
                let page = browser.get(&address);
                assert!(page.status < 500, "{who} {address}: {}", page.text());
                if page.status == 200 {
                    shown.insert(route.path);
                }
                pages += 1;
                for (owner, needles) in story.needles.iter().filter(|(owner, _)| *owner != who) {
                    let found = needles.found_in(&whole(&page));
                    assert!(found.is_empty(), "{who} sees {found:?} of {owner} at {address}");
                }
            }
        }
    }
    let hidden: BTreeSet<_> =
        routes.iter().map(|route| route.path).filter(|path| !shown.contains(path)).collect();
    assert_eq!(hidden, NEVER_SHOWN.iter().map(|(path, _)| *path).collect());
    assert!(pages > 1000, "{pages}");
    fumble(&mut browsers);
    story.let_an_application_in();
    let log = log.text();
    assert!(log.contains("/vkid/{attempt}/code") && log.contains("a form was refused"), "{log}");
    for needles in story.needles.values() {
        assert_eq!(needles.found_in(&log), Vec::<&str>::new());
    }
    for secret in &story.secrets {
        assert!(!log.contains(secret.as_str()), "the log has {secret}");
    }
}

/// Personal words in every wrong field: refusals must not repeat them to the log (K22).
fn fumble(browsers: &mut BTreeMap<&'static str, Browser>) {
    let [surname, given, _] = PERSONAL[0];
    let nobody = browsers.get_mut("nobody").unwrap();
    for (login, password) in [(surname, PASSWORD), (PASSWORD, surname), (PHONES[0], PORTAL)] {
        nobody.get("/signin");
        assert_eq!(nobody.post("/signin", &[("login", login), ("password", password)]).status, 200);
        nobody.get("/slip");
        let slip = [("login", login), ("code", PASSWORD), ("password", PASSWORD), ("again", given)];
        assert_eq!(nobody.post("/slip", &slip).status, 200);
        nobody.get(&format!("/nowhere/{login}?phone={}", PHONES[0]));
    }
    let kira = browsers.get_mut("kira").unwrap();
    let chat = class_chat(kira);
    let cid = field(&kira.get(&chat).body, "cid");
    assert_eq!(kira.post(&chat, &[("cid", &cid), ("text", &format!("{WORDS}\u{202e}"))]).status, 200);
    let sedov = browsers.get_mut("sedov").unwrap();
    assert_eq!(
        sedov.post("/profile/password", &[("old", PASSWORD), ("password", given), ("again", given)]).status,
        200
    );
    let mut walk = Walk::of(browsers.remove("mother").unwrap());
    walk.get("/link");
    walk.phone(&format!("{} {surname}", PHONES[0]));
    walk.phone("+79260000000");
    let code = walk.code("+79260000000");
    walk.post("code", &[("code", surname)]);
    walk.post("code", &[("code", &code)]);
    let person =
        [("surname", &*format!("{surname}7")), ("given", given), ("birth_date", PHONES[0]), ("sex", given)];
    walk.post("person", &person);
    assert_eq!(walk.page.heading(), "Заполните информацию о себе", "{}", walk.text());
}
