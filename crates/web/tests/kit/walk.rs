//! The pages of the embedded VK ID as one person walks them.

use std::rc::Rc;

use identity::{ClaimedRole, FullName, PersonDraft, Phone, ProfileDraft, Sex, VkAccountId};
use store::{HashCost, PasswordHash};
use testkit::{Browser, Page, World, now};
use time::macros::date;

use super::Site;

/// The phone of the walks.
pub const PHONE: &str = "+79000000601";
/// The password of the accounts that [`account`] makes.
pub const PASSWORD: &str = "катер зима якорь";
const VARYA: [&str; 3] = ["Ильина", "Варвара", "Олеговна"];

fn name([surname, given, patronymic]: [&str; 3]) -> FullName {
    FullName::parse(surname, given, patronymic).unwrap()
}

/// Makes a VK ID account, with or without an educational profile.
pub fn account(world: &World, phone: &str, with_profile: bool) {
    register(world, phone, ["Тарасенко", "Варя", ""], with_profile.then_some(VARYA));
}

/// Makes a VK ID account of a name, with an educational profile of another; gives its number.
pub fn register(
    world: &World,
    phone: &str,
    personal: [&'static str; 3],
    profile: Option<[&'static str; 3]>,
) -> VkAccountId {
    let random = world.random.clone();
    let phone = Phone::parse(phone).unwrap();
    let hash = PasswordHash::make(PASSWORD, HashCost::FLOOR, &random);
    world.write(move |tx| {
        let birth_date = date!(2014 - 03 - 14);
        let person = PersonDraft { name: name(personal), birth_date, sex: Sex::Female };
        let account = identity::register(tx, now(), &random, &phone, &person, Some(&hash)).unwrap();
        if let Some(profile) = profile {
            let profile = ProfileDraft { name: name(profile), birth_date, role: ClaimedRole::Pupil };
            identity::save_profile(tx, now(), account, &profile)?;
        }
        Ok::<_, store::Error>(account)
    })
}

/// A walk that writes down status, location and heading of each answer, without what is random.
#[derive(Clone)]
pub struct Walk {
    pub browser: Browser,
    pub page: Page,
    /// The address of the page.
    pub at: String,
    /// The address of the attempt.
    pub base: String,
    /// Called after each answer when a test wants to know what it left behind.
    pub weigh: Option<Rc<dyn Fn() -> u64>>,
    /// Where the browser stood after each answer, and what the scales said then.
    pub trail: Vec<(u64, Standing)>,
    lines: Vec<String>,
}

/// Where a browser stands between two requests.
#[derive(Clone)]
pub struct Standing {
    pub browser: Browser,
    pub page: Page,
    pub at: String,
    pub base: String,
}

impl Walk {
    /// Signs a person of the World in and presses the tab «Авторизация в Сферум».
    pub fn begin(site: &Site, key: &str) -> Self {
        let mut walk = Self::of(site.browser_of(key));
        walk.get("/link");
        walk
    }

    /// A walk of a browser that is signed in, from the diary.
    pub fn of(mut browser: Browser) -> Self {
        let page = browser.get("/diary");
        Self::from(Standing { browser, page, at: "/diary".to_owned(), base: String::new() })
    }

    /// A walk that goes on from where a browser stands.
    pub fn from(Standing { browser, page, at, base }: Standing) -> Self {
        Self { browser, page, at, base, weigh: None, trail: Vec::new(), lines: Vec::new() }
    }

    pub fn note(&mut self, what: &str, page: Page) {
        let origin = self.browser.origin();
        let line = page.line().replace(&origin, "");
        if let Some((_, rest)) = line.split_once("→ /vkid/") {
            self.base = format!("/vkid/{}", rest.split('/').next().unwrap_or_default());
        }
        let line = if self.base.is_empty() { line } else { line.replace(&self.base, "/vkid/…") };
        let line = line.split('?').next().unwrap_or_default().to_owned();
        self.lines.push(format!("{what:<38} {line}"));
        self.page = page;
        if let Some(weigh) = &self.weigh {
            let Self { browser, page, at, base, .. } = self.clone();
            self.trail.push((weigh(), Standing { browser, page, at, base }));
        }
    }

    /// Signs in to VK ID itself, in a browser that nobody has signed in with.
    pub fn at_home(site: &Site, phone: &str, password: &str) -> Self {
        let mut walk = Self::to_home(site.browser(), phone);
        walk.post("password", &[("password", password)]);
        walk.give_code(phone);
        assert_eq!(walk.page.heading(), "Мой VK ID", "{}", walk.text());
        walk
    }

    /// Opens one's own page of VK ID and gives a phone.
    pub fn to_home(mut browser: Browser, phone: &str) -> Self {
        let page = browser.get("/vkid/me");
        let at = "/vkid/me".to_owned();
        let mut walk = Self::from(Standing { browser, page, at, base: String::new() });
        walk.submit("/vkid/me/start?", &[("phone", phone)]);
        walk
    }

    /// Sends the form of the page whose address begins so: the rest of it carries a key.
    pub fn submit(&mut self, action: &str, fields: &[(&str, &str)]) {
        let (_, rest) = self.page.body.split_once(&format!("action=\"{action}")).unwrap();
        let rest = rest.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
        let page = self.browser.post(&format!("{action}{rest}"), fields);
        self.note(&format!("POST {action}"), page);
        self.follow();
    }

    /// Says the password once more, before what asks for it.
    pub fn prove(&mut self, aim: &str, password: &str) {
        let page = self.browser.post(&format!("/vkid/me/confirm?to={aim}"), &[("password", password)]);
        self.note("POST confirm", page);
        self.follow();
    }

    /// Opens an address and goes on while it redirects.
    pub fn get(&mut self, path: &str) {
        path.clone_into(&mut self.at);
        if let Some(rest) = path.strip_prefix("/vkid/") {
            self.base = format!("/vkid/{}", rest.split('/').next().unwrap_or_default());
        }
        let page = self.browser.get(path);
        self.note(
            &format!(
                "GET {}",
                path.split('?').next().unwrap_or_default().replace(&self.base_or_dash(), "/vkid/…")
            ),
            page,
        );
        self.follow();
    }

    fn base_or_dash(&self) -> String {
        if self.base.is_empty() { "\0".to_owned() } else { self.base.clone() }
    }

    /// Goes on while the page redirects.
    pub fn follow(&mut self) {
        let origin = self.browser.origin();
        for _ in 0..6 {
            let Some(location) = self.page.location.clone() else { break };
            let path = location.replace(&origin, "");
            let page = self.browser.get(&path);
            self.at = path;
            self.note("", page);
        }
    }

    /// Sends the first form: its address carries the whole request.
    pub fn phone(&mut self, phone: &str) {
        let (_, rest) = self.page.body.split_once("action=\"/vkid/start?").unwrap();
        let query = rest.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
        let page = self.browser.post(&format!("/vkid/start?{query}"), &[("phone", phone)]);
        self.note("POST phone", page);
        self.follow();
    }

    pub fn post(&mut self, deed: &str, fields: &[(&str, &str)]) {
        let page = self.browser.post(&format!("{}/{deed}", self.base), fields);
        self.note(&format!("POST {deed}"), page);
        self.follow();
    }

    /// The newest code on the demo's telephone.
    pub fn code(&mut self, phone: &str) -> String {
        self.find_code(phone).unwrap_or_else(|| panic!("no code for {phone}"))
    }

    /// The same, when there is one.
    pub fn find_code(&mut self, phone: &str) -> Option<String> {
        let page = self.browser.get(&format!("/demo/phone.json?phone={phone}"));
        let list: serde_json::Value = serde_json::from_str(&page.body).unwrap();
        list[0]["code"].as_str().map(str::to_owned)
    }

    pub fn give_code(&mut self, phone: &str) {
        let code = self.code(phone);
        self.post("code", &[("code", &code)]);
    }

    pub fn text(&self) -> String {
        self.page.text()
    }

    pub fn journey(&self) -> String {
        self.lines.join("\n")
    }
}

/// The form of a new account.
pub const PERSON: [(&str, &str); 5] = [
    ("surname", "Ильина"),
    ("given", "Варвара"),
    ("patronymic", ""),
    ("birth_date", "14.03.2014"),
    ("sex", "female"),
];
