//! LNK-L7: whatever was committed when the process died, the person goes on or starts again, and nothing is
//! half-linked.

use std::rc::Rc;

use school::PersonId;
use testkit::World;
use time::Duration;

use crate::VICTIM;
use crate::kit::Server;
use crate::kit::process::{Folder, Process};
use crate::kit::walk::{PASSWORD, PERSON, PHONE, Standing, Walk, account};

const PORTAL: &str = "три случайных слова";
const WAITS: &str = "Связь ждёт подтверждения";
const NEW_PASSWORD: &str = "облако трамвай ложка";

/// One way through the pages.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    /// Variant 1: account and profile are there.
    Known,
    /// Variant 3: neither is.
    New,
    /// Variant 3 with a name that is not the roster's: the class teacher decides.
    Differs,
}

impl Way {
    fn person(self) -> [(&'static str, &'static str); 5] {
        let mut person = PERSON;
        if self == Self::Differs {
            person[0].1 = "Соколова";
        }
        person
    }
}

/// The school before anybody was linked, and who takes part.
struct Cast {
    folder: Folder,
    way: Way,
    varya: PersonId,
    pupil: String,
    teacher: String,
    links: String,
}

impl Cast {
    fn of(way: Way) -> Self {
        let world = World::with_schema(web::schema());
        if way == Way::Known {
            account(&world, PHONE, true);
        }
        let pupil = world.set_password("varya", PORTAL);
        let teacher = world.set_password("gromova", PORTAL);
        let links = format!("/classes/{}/links", world.class_id("6A"));
        let varya = world.person("varya");
        let folder = Folder::of(&world);
        Self { folder, way, varya, pupil, teacher, links }
    }
}

/// A person before the pages, with the telephone in hand.
struct Hand {
    walk: Walk,
    way: Way,
    /// The newest code that came, and the last that was typed.
    code: Option<String>,
    typed: Option<String>,
}

impl Hand {
    fn of(walk: Walk, way: Way) -> Self {
        Self { walk, way, code: None, typed: None }
    }

    /// Looks at the telephone. That of the demo forgets with its process, a person does not.
    fn look(&mut self) {
        self.code = self.walk.find_code(PHONE).or_else(|| self.code.take());
    }

    /// Does what the page asks for, whichever it is.
    fn press_on(&mut self, wait: &dyn Fn()) {
        let (walk, way) = (&mut self.walk, self.way);
        let path = walk.at.split('?').next().unwrap_or_default().to_owned();
        match path.rsplit('/').next().unwrap_or_default() {
            "authorize" => walk.phone(PHONE),
            screen @ ("phone" | "reset") => walk.post(screen, &[("phone", PHONE)]),
            "password" if way == Way::Known => walk.post("password", &[("password", PASSWORD)]),
            // An account of variant 3 has no password until its owner sets one.
            "password" => walk.post("forgot", &[]),
            screen @ ("code" | "reset-code") => self.give_code(screen, wait),
            "reset-password" => {
                walk.post("reset-password", &[("password", NEW_PASSWORD), ("again", NEW_PASSWORD)]);
            }
            "person" => walk.post("person", &way.person()),
            "profile" => {
                let exists = walk.text().contains("Продолжить в учебном профиле");
                walk.post("profile", &[("choice", if exists { "continue" } else { "create" })]);
            }
            // An account whose maker did not come so far as to make the profile: variant 2 from here.
            "review" if walk.page.body.contains("name=\"surname\"") => {
                let [surname, given, _, birth_date, _] = way.person();
                walk.post("review", &[surname, given, birth_date, ("role", "pupil")]);
            }
            "review" => walk.post("review", &[]),
            "done" => walk.post("done", &[]),
            // «Продолжить» of the tab in the middle of the way.
            "link" if walk.page.body.contains("href=\"/vkid/") => {
                let (_, rest) = walk.page.body.split_once("href=\"/vkid/").unwrap();
                let onward = format!("/vkid/{}", rest.split('"').next().unwrap());
                walk.get(&onward);
            }
            _ => walk.get("/link"),
        }
    }

    fn give_code(&mut self, screen: &str, wait: &dyn Fn()) {
        self.look();
        match &self.code {
            Some(code) if self.typed.as_ref() != Some(code) => {
                self.walk.post(screen, &[("code", code)]);
                self.typed.clone_from(&self.code);
            }
            // No code came, or it belongs to the attempt before (A6).
            Some(_) | None => {
                wait();
                self.walk.post("resend", &[]);
            }
        }
    }
}

fn approve(teacher: &mut Walk, links: &str) {
    teacher.get(links);
    let Some((_, rest)) = teacher.page.body.split_once(&format!("{links}/")) else { return };
    let link: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let page = teacher.browser.post(&format!("{links}/{link}/approve"), &[]);
    teacher.note("POST approve", page);
}

/// Whether the person is linked; a link without its chats, or chats without a link, is the end of the test.
fn is_linked(server: &Server, person: PersonId) -> bool {
    let read = server.app.store.read_blocking(|tx| {
        let findings = store::verify(tx)?;
        Ok::<_, store::Error>((linking::is_active(tx, person)?, messenger::has_access(tx, person)?, findings))
    });
    let (linked, enrolled, findings) = read.unwrap();
    assert_eq!(linked, enrolled, "half-linked");
    assert!(findings.is_empty(), "{findings:?}");
    linked
}

/// The whole way once, in a process that is killed at its end; gives the log, the places of its commits, and where
/// both browsers stood after each answer.
fn walk_once(cast: &Cast) -> (Vec<u8>, Vec<(u64, Standing)>, Standing) {
    let mut process = Process::start(VICTIM, &cast.folder, 1);
    let mut teacher = process.browser();
    teacher.sign_in(&cast.teacher, PORTAL);
    let mut teacher = Walk::of(teacher);
    let mut pupil = process.browser();
    pupil.sign_in(&cast.pupil, PORTAL);
    let mut walk = Walk::of(pupil);
    let log = cast.folder.log();
    let weigh = move || std::fs::metadata(&log).unwrap().len();
    walk.weigh = Some(Rc::new(weigh));
    walk.get("/link");
    let mut hand = Hand::of(walk, cast.way);
    for _ in 0..12 {
        if hand.walk.at == "/sferum" || hand.walk.page.heading() == WAITS {
            break;
        }
        hand.press_on(&|| panic!("a code is there"));
    }
    let mut walk = hand.walk;
    let teacher_stands = Standing { browser: teacher.browser.clone(), ..standing(&teacher) };
    approve(&mut teacher, &cast.links);
    walk.get("/sferum");
    process.kill();
    assert!(walk.text().contains("6 «А»"), "{}\n{}", walk.journey(), walk.text());
    (std::fs::read(cast.folder.log()).unwrap(), walk.trail, teacher_stands)
}

fn standing(walk: &Walk) -> Standing {
    let Walk { browser, page, at, base, .. } = walk.clone();
    Standing { browser, page, at, base }
}

/// Brings the server up over what was left, and the person to the end of the way.
fn go_on(cast: &Cast, left: &Folder, stood: &Standing, teacher: &Standing, first: &str) {
    let server = left.serve(2);
    is_linked(&server, cast.varya);
    let moved = |standing: &Standing| {
        let browser = standing.browser.moved(server.address);
        Walk::from(Standing { browser, ..standing.clone() })
    };
    let (mut walk, mut teacher) = (moved(stood), moved(teacher));
    walk.get(if first.is_empty() { &stood.at } else { first });
    let mut hand = Hand::of(walk, cast.way);
    for _ in 0..24 {
        assert!(hand.walk.page.status < 500, "{}", hand.walk.journey());
        if is_linked(&server, cast.varya) {
            break;
        }
        if hand.walk.page.heading() == WAITS {
            approve(&mut teacher, &cast.links);
        } else {
            hand.press_on(&|| server.clock.advance(Duration::minutes(1)));
        }
    }
    let mut walk = hand.walk;
    assert!(is_linked(&server, cast.varya), "stuck after {}:\n{}", stood.at, walk.journey());
    walk.get("/sferum");
    assert!(walk.text().contains("6 «А»"), "{}", walk.text());
}

/// Every commit of the way as the last one; the browser has the answer or not.
fn kill_after_every_commit(way: Way, least: usize) {
    let cast = Cast::of(way);
    let (log, trail, teacher) = walk_once(&cast);
    let begun = trail[0].0;
    let cuts: Vec<u64> =
        Folder::commits(&log).into_iter().map(|end| end as u64).filter(|end| *end > begun).collect();
    assert!(cuts.len() >= least, "only {} steps", cuts.len());
    let (steps, mut tried) = (cuts.len(), 0);
    for cut in cuts {
        let left = || Folder::with_log(&cast.folder, &log[..usize::try_from(cut).unwrap()]);
        assert!(left().findings().is_empty());
        let waiting = trail.iter().rfind(|(weight, _)| *weight < cut).unwrap();
        let answered = trail.iter().find(|(weight, _)| *weight == cut);
        for (_, stood) in [Some(waiting), answered].into_iter().flatten() {
            // Reload, or the tab of the diary and «Начать заново».
            for first in ["", "/link?again=1"] {
                go_on(&cast, &left(), stood, &teacher, first);
                tried += 1;
            }
        }
    }
    println!("{tried} ways on after {steps} steps");
}

#[test]
fn variant_1_goes_on_after_a_kill_between_any_two_steps() {
    kill_after_every_commit(Way::Known, 6);
}

#[test]
fn variant_3_goes_on_after_a_kill_between_any_two_steps() {
    kill_after_every_commit(Way::New, 6);
}

#[test]
fn an_approval_goes_on_after_a_kill_between_any_two_steps() {
    kill_after_every_commit(Way::Differs, 7);
}

#[test]
fn the_way_goes_on_through_a_server_that_is_killed_after_each_answer() {
    let cast = Cast::of(Way::New);
    let mut life = 1;
    let mut process = Process::start(VICTIM, &cast.folder, life);
    let mut browser = process.browser();
    browser.sign_in(&cast.pupil, PORTAL);
    let mut hand = Hand::of(Walk::of(browser), cast.way);
    while hand.walk.at != "/sferum" {
        process.kill();
        life += 1;
        assert!(life < 14, "{}", hand.walk.journey());
        process = Process::start(VICTIM, &cast.folder, life);
        hand.walk.browser = hand.walk.browser.moved(process.address);
        hand.press_on(&|| ());
        hand.look();
    }
    process.kill();
    assert!(hand.walk.text().contains("6 «А»"), "{}", hand.walk.text());
    assert!(is_linked(&cast.folder.serve(life), cast.varya));
}
