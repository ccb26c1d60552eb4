//! The lesson, the class, substitutions, a message.

use testkit::TODAY;

use crate::kit::Site;
use crate::kit::socket::{class_chat, field};
use crate::{Deed, Ready};

/// The lesson of mathematics of today.
fn lesson(site: &Site) -> String {
    let class = site.world.class_id("6A");
    let lessons = site.world.read(|tx| diary::lessons_of_class(tx, class, TODAY, TODAY.next_day().unwrap()));
    lessons[0].id.to_string()
}

fn teacher(site: &Site, deed: &str, fields: &[(&str, &str)]) -> Ready {
    let path = format!("/lessons/{}", lesson(site));
    Ready::after(site.browser_of("gromova"), &path, &format!("{path}/{deed}"), fields)
}

fn absent(site: &Site) -> Ready {
    let pupil = format!("a-{}", site.world.person("demyan"));
    teacher(site, "journal", &[(&pupil, "absent")])
}

fn deputy(site: &Site, deed: &str, fields: &[(&str, &str)]) -> Ready {
    let path = format!("/substitutions/{}", lesson(site));
    Ready::after(site.browser_of("zotova"), &path, &format!("{path}/{deed}"), fields)
}

/// A lesson that is over and whose call its teacher has led.
fn held_by_video(site: &Site) {
    let viewer = site.world.viewer("gromova");
    let zone = site.world.zone.clone();
    let lesson = site.world.read(|tx| diary::lessons_on(tx, TODAY))[0].clone();
    let (group, subject) = (site.world.whole("6A"), site.world.subject("math"));
    site.world.write(move |tx| {
        let (begins, ends) = (zone.instant(TODAY, lesson.starts), zone.instant(TODAY, lesson.ends));
        let number = calls::LessonRef::from_row(lesson.id.get());
        let facts = calls::LessonFacts {
            lesson: number,
            group,
            subject,
            teacher: None,
            date: TODAY,
            begins,
            ends,
            held: true,
        };
        let call = calls::open_lessons(tx, begins, &[facts])?[0];
        let by = calls::CallerOf::ask(tx, &viewer, call, &calls::Ground::Lesson(facts), TODAY).unwrap();
        calls::enter(tx, begins, &by, calls::Limits::default()).unwrap();
        Ok::<_, store::Error>(())
    });
}

pub(crate) fn deeds() -> Vec<Deed> {
    vec![
        ("/lessons/{lesson}/attendance", |site| {
            held_by_video(site);
            teacher(site, "attendance", &[])
        }),
        ("/lessons/{lesson}/attendance/back", |site| {
            held_by_video(site);
            teacher(site, "attendance", &[]).post();
            teacher(site, "attendance/back", &[])
        }),
        ("/lessons/{lesson}/words", |site| {
            teacher(site, "words", &[("topic", "Сравнение дробей"), ("homework", "№ 192")])
        }),
        ("/lessons/{lesson}/works", |site| teacher(site, "works", &[("work_type", "1"), ("title", "")])),
        ("/lessons/{lesson}/works/{work}/publish", |site| {
            teacher(site, "works", &[("work_type", "1"), ("title", ""), ("draft", "1")]).post();
            teacher(site, "works/1/publish", &[])
        }),
        ("/lessons/{lesson}/journal", absent),
        ("/classes/{class}/reason", |site| {
            absent(site).post();
            let path = format!("/classes/{}", site.world.class_id("6A"));
            let (date, pupil) = (TODAY.to_string(), site.world.person("demyan").to_string());
            let fields = [("date", date.as_str()), ("pupil", &pupil), ("reason", "illness")];
            Ready::after(site.browser_of("gromova"), &path, &format!("{path}/reason"), &fields)
        }),
        ("/substitutions/{lesson}/substitute", |site| {
            let lapina = site.world.person("lapina").to_string();
            let fields = [("teacher", lapina.as_str()), ("course", ""), ("room", ""), ("reason", "болезнь")];
            deputy(site, "substitute", &fields)
        }),
        ("/substitutions/{lesson}/cancel", |site| deputy(site, "cancel", &[("reason", "мороз")])),
        ("/substitutions/{lesson}/restore", |site| {
            deputy(site, "cancel", &[("reason", "мороз")]).post();
            deputy(site, "restore", &[])
        }),
        ("/sferum/{conversation}/{seq}/delete", |site| {
            let mut varya = site.browser_of("varya");
            let chat = class_chat(&mut varya);
            let cid = field(&varya.get(&chat).body, "cid");
            varya.post(&chat, &[("cid", &cid), ("text", "опечатка")]);
            let one = format!("{chat}/1");
            Ready::after(varya, &one, &format!("{one}/delete"), &[])
        }),
    ]
}
