//! How SQLite answers the hottest reads and the sending of a message (STY-R13): what grows with the years is searched
//! by an index and never walked through.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod kit;

use diary::CourseTeacher;
use kit::Site;
use kit::lessons::open;
use messenger::{Body, Draft, MemberOf, Span};
use school::{Device, Present, ReaderOf, SessionToken, SignInFence, Staff};
use store::{ReadTx, Sql};
use testkit::{TODAY, now};
use time::Duration;
use time::macros::date;

/// What may be walked through from end to end: lists that come with the statement or are made by it.
const SHORT: [&str; 3] = ["json_each", "CONSTANT ROW", "("];

/// The statements with their plans, each once; complains of walks through tables.
fn plans(tx: &ReadTx<'_>, statements: &[Sql]) -> String {
    let mut seen: Vec<&str> = Vec::new();
    let mut told = Vec::new();
    for sql in statements.iter().filter(|sql| {
        let new = !seen.contains(&sql.text());
        seen.push(sql.text());
        new
    }) {
        let text = sql.text().split_whitespace().collect::<Vec<_>>().join(" ");
        told.push(if text.chars().count() > 110 {
            text.chars().take(109).chain(['…']).collect()
        } else {
            text
        });
        for step in tx.plan(*sql).unwrap() {
            let walked = step.strip_prefix("SCAN ");
            assert!(
                walked.is_none_or(|what| SHORT.iter().any(|short| what.starts_with(short))),
                "{step} in {sql:?}"
            );
            told.push(format!("    {step}"));
        }
    }
    told.join("\n")
}

/// A lesson with topic, homework, a mark and an absence, and a message in the class chat.
fn lived_in() -> Site {
    let (site, lesson) = open();
    kit::chats::open(&site.world);
    let mut teacher = site.browser_of("gromova");
    let path = format!("/lessons/{lesson}");
    teacher.get(&path);
    let (varya, demyan) = (site.world.person("varya"), site.world.person("demyan"));
    for (deed, fields) in [
        ("words", vec![("topic".to_owned(), "Дроби"), ("homework".to_owned(), "№ 192")]),
        ("works", vec![("work_type".to_owned(), "1"), ("title".to_owned(), "")]),
        (
            "journal",
            vec![
                (format!("m-1-{varya}-1"), "5"),
                (format!("r-1-{varya}-1"), "0"),
                (format!("a-{demyan}"), "absent"),
            ],
        ),
    ] {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        assert_eq!(teacher.post(&format!("{path}/{deed}"), &fields).status, 303);
    }
    send(&site, 1);
    site
}

fn draft(n: u128) -> Draft {
    Draft::text(format!("{n:032x}").parse().unwrap(), Body::parse("привет").unwrap())
}

fn chat(site: &Site) -> messenger::ConversationId {
    let viewer = site.world.viewer("varya");
    let chats = site.world.read(|tx| {
        let present = Present::ask(tx, &viewer).unwrap();
        messenger::list_chats(tx, &present)
    });
    let class = chats.iter().find(|chat| chat.conversation.kind == messenger::ChatKind::ClassChat);
    class.unwrap().conversation.id
}

fn send(site: &Site, n: u128) -> String {
    let (viewer, chat) = (site.world.viewer("varya"), chat(site));
    site.world.write(move |tx| {
        let (sent, statements) = tx.statements_of(|tx| {
            let member = MemberOf::ask(tx, &viewer, chat, TODAY).unwrap();
            messenger::send(tx, now(), &member, &draft(n)).map(drop)
        });
        sent.unwrap();
        Ok::<_, store::Error>(plans(tx, &statements))
    })
}

/// The plans of a read by a person.
fn plans_of(site: &Site, key: &str, run: impl Fn(&ReadTx<'_>, &school::Viewer)) -> String {
    let viewer = site.world.viewer(key);
    site.world.read(|tx| {
        let ((), statements) = tx.statements_of(|tx| run(tx, &viewer));
        assert!(!statements.is_empty());
        Ok::<_, store::Error>(plans(tx, &statements))
    })
}

#[test]
fn every_request_finds_its_session() {
    let site = lived_in();
    let token = SessionToken::draw(&site.world.random);
    let (mother, drawn) = (site.world.person("mother"), token.clone());
    site.world.write(move |tx| {
        let device = Device { address: "127.0.0.1".to_owned(), name: "test".to_owned() };
        let arrival = school::Arrival { device: &device, way: school::SignInWay::Password, remember: false };
        school::open_session(tx, now(), mother, &drawn, &arrival, None)
    });
    let plans = plans_of(&site, "mother", |tx, viewer| {
        school::resume_session(tx, now(), &token).unwrap().unwrap();
        school::roles_of(tx, viewer.person(), TODAY).unwrap();
        for child in school::children_of(tx, viewer.person(), TODAY).unwrap() {
            school::class_group_of(tx, child, TODAY).unwrap();
        }
        school::names_of(tx, &[viewer.person()]).unwrap();
        linking::is_active(tx, viewer.person()).unwrap();
        messenger::unread_total(tx, now(), &Present::ask(tx, viewer).unwrap(), TODAY).unwrap();
    });
    insta::assert_snapshot!(plans);
}

#[test]
fn a_pupils_lessons_of_a_week() {
    let site = lived_in();
    let plans = plans_of(&site, "varya", |tx, viewer| {
        let reader = ReaderOf::ask(tx, viewer, viewer.person(), TODAY).unwrap();
        let (monday, next) = (date!(2026 - 10 - 12), date!(2026 - 10 - 19));
        assert_eq!(diary::pupil_lessons(tx, &reader, monday, next).unwrap().len(), 2);
    });
    insta::assert_snapshot!(plans);
}

#[test]
fn a_pupils_homework_and_news() {
    let site = lived_in();
    let plans = plans_of(&site, "varya", |tx, viewer| {
        let reader = ReaderOf::ask(tx, viewer, viewer.person(), TODAY).unwrap();
        diary::pupil_homework(tx, &reader, TODAY, date!(2026 - 10 - 19)).unwrap();
        diary::pupil_news(tx, &reader, now() - Duration::hours(11)).unwrap();
    });
    insta::assert_snapshot!(plans);
}

#[test]
fn a_pupils_subjects() {
    let site = lived_in();
    let plans = plans_of(&site, "varya", |tx, viewer| {
        let reader = ReaderOf::ask(tx, viewer, viewer.person(), TODAY).unwrap();
        let subjects = diary::pupil_subjects(tx, &reader, date!(2026 - 09 - 01), TODAY.next_day().unwrap());
        assert_eq!(subjects.unwrap().len(), 2);
    });
    insta::assert_snapshot!(plans);
}

#[test]
fn a_teachers_day_and_gradebook() {
    let site = lived_in();
    let plans = plans_of(&site, "gromova", |tx, viewer| {
        let staff = Staff::ask(tx, viewer, TODAY).unwrap();
        let lesson = diary::teacher_day(tx, &staff, TODAY).unwrap()[0].clone();
        let course = CourseTeacher::ask(tx, viewer, lesson.lesson.course, TODAY).unwrap();
        let marks = diary::course_marks(tx, &course, date!(2026 - 09 - 01), date!(2026 - 10 - 25)).unwrap();
        assert_eq!((marks.works.len(), marks.cells.len()), (1, 1));
    });
    insta::assert_snapshot!(plans);
}

#[test]
fn the_list_of_chats() {
    let site = lived_in();
    let plans = plans_of(&site, "demyan", |tx, viewer| {
        let present = Present::ask(tx, viewer).unwrap();
        assert!(!messenger::list_chats(tx, &present).unwrap().is_empty());
    });
    insta::assert_snapshot!(plans);
}

#[test]
fn a_page_of_a_chat() {
    let site = lived_in();
    let chat = chat(&site);
    let plans = plans_of(&site, "demyan", |tx, viewer| {
        let member = MemberOf::ask(tx, viewer, chat, TODAY).unwrap();
        assert_eq!(messenger::history(tx, &member, Span::Newest, 50).unwrap().lines.len(), 1);
        messenger::history(tx, &member, Span::Before(1), 50).unwrap();
    });
    insta::assert_snapshot!(plans);
}

#[test]
fn coming_back_from_a_cursor() {
    let site = lived_in();
    let plans = plans_of(&site, "demyan", |tx, viewer| {
        let present = Present::ask(tx, viewer).unwrap();
        let upto = tx.last_g().unwrap();
        assert!(!messenger::events_after(tx, &present, 0, upto, 500).unwrap().events.is_empty());
        tx.events_of("person", viewer.person().get(), 0, upto, 500).unwrap();
    });
    insta::assert_snapshot!(plans);
}

#[test]
fn sending_a_message() {
    let site = lived_in();
    insta::assert_snapshot!(send(&site, 2));
}

#[test]
fn the_screen_that_waits_for_a_code() {
    let site = lived_in();
    let mut walk = kit::walk::Walk::begin(&site, "varya");
    walk.phone(kit::walk::PHONE);
    let browser = identity::CookieToken::from_cookie(walk.browser.cookie("zvonok_vkid").unwrap());
    let public = walk.base.rsplit('/').next().unwrap().to_owned();
    let plans = plans_of(&site, "varya", |tx, _| {
        let attempt = identity::find_attempt(tx, &browser, &public).unwrap();
        identity::delivery_of(tx, &attempt).unwrap().unwrap();
    });
    insta::assert_snapshot!(plans);
}

#[test]
fn signing_in() {
    let site = lived_in();
    let plans = plans_of(&site, "varya", |tx, _| {
        let fence = SignInFence::of("192.0.2.1", false, "ilina.v");
        school::check_fence(tx, now(), &fence).unwrap();
        school::find_account(tx, "ilina.v").unwrap();
    });
    insta::assert_snapshot!(plans);
}
