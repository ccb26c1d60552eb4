//! One journey, recorded under both providers, which the settings alone choose: the portal's side is walked by the same
//! code, and says the same wherever the design does not part them (VK-50, VK-53, LNK-L8).
#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

mod kit;

use kit::Site;
use kit::fake::Fake;
use kit::service::{patient, site_with, well};
use kit::walk::{PASSWORD, PHONE, Standing, Walk, account};
use testkit::{Browser, Page};

const REVIEW: &str = "Проверьте свои личные данные, которые будут отображаться на платформе";

/// Which part of the journey a line belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// The same under both.
    Portal,
    /// The way out: on at once to pages of this server, or by an own page with a plain link (VK-53).
    WayOut,
    /// The provider's own pages.
    Provider,
    /// The way back, and the look at the data where the provider has no page for it (LNK-L8).
    WayBack,
}

/// A journey with what it has recorded: deed and answer, and the texts of the portal's pages.
struct Journey {
    browser: Browser,
    page: Page,
    lines: Vec<(Part, String)>,
    texts: Vec<String>,
}

impl Journey {
    fn note(&mut self, part: Part, deed: &str, page: Page) {
        let line = page.line().replace(&self.browser.origin(), "");
        let line = line.split('?').next().unwrap_or_default();
        self.lines.push((part, format!("{deed:<38} {line}").replace("\u{a0}", " ")));
        if part == Part::Portal && page.status == 200 {
            self.texts.push(page.text());
        }
        self.page = page;
    }

    fn get(&mut self, part: Part, path: &str) {
        let page = self.browser.get(path);
        let deed = format!("GET {}", path.split('?').next().unwrap_or_default());
        self.note(part, &deed, page);
    }

    fn post(&mut self, part: Part, path: &str) {
        let page = self.browser.post(path, &[]);
        self.note(part, &format!("POST {path}"), page);
    }

    /// Where the last answer sends within the portal.
    fn sent_to(&self) -> Option<String> {
        self.page.location.as_ref().map(|location| location.replace(&self.browser.origin(), ""))
    }

    /// The provider's address: the answer sends there, or the page has the link.
    fn way_out(&self) -> Option<String> {
        let linked = || {
            let (before, _) = self.page.body.split_once("/authorize?")?;
            let from = before.rfind('"')? + 1;
            let to = self.page.body.get(from..)?.split('"').next()?;
            Some(to.replace("&#38;", "&").replace("&amp;", "&"))
        };
        self.sent_to().filter(|to| to.starts_with("/authorize?")).or_else(linked)
    }

    /// From the diary by way of the provider to «Сферум», and back to a diary without a link.
    fn walk(site: &Site, sign_in: impl FnOnce(&mut Self, &str) -> String) -> Self {
        let mut browser = site.browser_of("varya");
        let page = browser.get("/diary");
        let mut journey = Self { browser, page, lines: Vec::new(), texts: Vec::new() };
        journey.get(Part::Portal, "/diary");
        assert!(journey.page.text().contains("Авторизация в Сферум"));
        journey.get(Part::WayOut, "/link");
        if journey.way_out().is_none() {
            journey.post(Part::WayOut, "/link");
        }
        let out = journey.way_out().unwrap_or_else(|| panic!("{}", journey.page.text()));
        let back = sign_in(&mut journey, &out);
        journey.get(Part::WayBack, &back);
        if journey.sent_to().as_deref() == Some("/link/review") {
            journey.get(Part::WayBack, "/link/review");
            journey.post(Part::WayBack, "/link/review");
        }
        assert_eq!(journey.sent_to().as_deref(), Some("/sferum"), "{}", journey.page.text());
        for path in ["/sferum", "/diary", "/profile/unlink"] {
            journey.get(Part::Portal, path);
        }
        journey.post(Part::Portal, "/profile/unlink");
        journey.get(Part::Portal, "/profile");
        journey.get(Part::Portal, "/diary");
        assert!(journey.page.text().contains("Авторизация в Сферум"));
        journey
    }

    fn of(&self, part: Part) -> Vec<&str> {
        self.lines.iter().filter(|(found, _)| *found == part).map(|(_, line)| line.as_str()).collect()
    }

    fn recording(&self) -> String {
        let side = |part| if part == Part::Provider { "VK ID" } else { "school" };
        let lines: Vec<_> =
            self.lines.iter().map(|(part, line)| format!("{:<7} {line}", side(*part))).collect();
        lines.join("\n")
    }
}

/// The pages of the embedded provider, up to the address it sends back to.
fn at_the_embedded(journey: &mut Journey, out: &str) -> String {
    let (browser, page) = (journey.browser.clone(), journey.page.clone());
    let mut walk = Walk::from(Standing { browser, page, at: "/link".to_owned(), base: String::new() });
    walk.get(out);
    walk.phone(PHONE);
    walk.post("password", &[("password", PASSWORD)]);
    walk.give_code(PHONE);
    walk.post("profile", &[("choice", "continue")]);
    let page = walk.browser.post(&format!("{}/review", walk.base), &[]);
    walk.note("POST review", page);
    journey.lines.extend(walk.journey().lines().map(|line| (Part::Provider, line.to_owned())));
    journey.browser = walk.browser;
    walk.page.location.unwrap().replace(&journey.browser.origin(), "")
}

/// The real service's pages are its own; it sends back with what it was asked with.
fn at_the_service(journey: &mut Journey, out: &str) -> String {
    let (address, query) = out.split_once('?').unwrap();
    let (_, path) = address.rsplit_once('/').unwrap();
    journey
        .lines
        .push((Part::Provider, format!("{:<38} {}", format!("GET /{path}"), "the service's own pages")));
    let asked: Vec<(String, String)> = serde_html_form::from_str(query).unwrap();
    let (_, state) = asked.iter().find(|(name, _)| name == "state").unwrap();
    format!("/link/vk/callback?code=c&state={state}&device_id=d&type=code_v2&expires_in=600")
}

#[test]
fn the_portal_is_the_same_under_either_provider() {
    // VK-50, VK-53, LNK-L8
    let site = Site::open();
    account(&site.world, PHONE, true);
    let embedded = Journey::walk(&site, at_the_embedded);
    let fake = Fake::plain(well);
    let site = site_with(&format!("http://{}", fake.address), patient());
    let service = Journey::walk(&site, at_the_service);

    insta::assert_snapshot!("under_the_embedded_vk_id", embedded.recording());
    insta::assert_snapshot!("under_the_real_vk_id", service.recording());
    assert_eq!(embedded.of(Part::Portal), service.of(Part::Portal));
    // The pages themselves say the same, but for the profile, which names the provider and what it told.
    for (ours, theirs) in embedded.texts.iter().zip(&service.texts) {
        if !ours.starts_with("Профиль") {
            assert_eq!(ours, theirs);
        }
    }
    // The data are looked at once, on the side that has the page.
    let looks =
        |journey: &Journey, part| journey.of(part).iter().filter(|line| line.ends_with(REVIEW)).count();
    assert_eq!((looks(&embedded, Part::Provider), looks(&embedded, Part::WayBack)), (1, 0));
    assert_eq!((looks(&service, Part::Provider), looks(&service, Part::WayBack)), (0, 1));
    let last = |journey: &Journey| journey.of(Part::WayBack).last().map(|line| line[38..].to_owned());
    assert_eq!(last(&embedded), last(&service), "both ways back end in «Сферум»");
}
