//! The pages of teachers and of the head of studies over a small timetable.
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on must stop, and a kit is shared"
)]

mod kit;

use kit::lessons::open;
use testkit::{Page, TODAY};

fn first(page: &Page, prefix: &str) -> String {
    let text = &page.body;
    let from = text.find(prefix).unwrap_or_else(|| panic!("no {prefix} in {text}"));
    text[from..].split('"').next().unwrap().to_owned()
}

#[test]
fn a_teacher_enters_a_lesson_and_the_pupil_reads_it() {
    let (site, lesson) = open();
    let mut teacher = site.browser_of("gromova");
    let today = teacher.get("/today");
    assert!(today.text().contains("Математика"), "{}", today.text());
    let path = format!("/lessons/{lesson}");
    teacher.get(&path);
    let words = [("topic", "Сравнение дробей"), ("homework", "№ 192, 195")];
    let saved = teacher.post(&format!("{path}/words"), &words);
    assert_eq!(saved.status, 303);
    let page = teacher.get(&path);
    assert!(page.text().contains("Самостоятельная работа"), "{}", page.text());
    let added = teacher.post(&format!("{path}/works"), &[("work_type", "1"), ("title", "")]);
    assert_eq!(added.status, 303, "{}", added.text());
    let page = teacher.get(&path);
    let varya = site.world.person("varya");
    let cell = format!("m-1-{varya}-1");
    assert!(page.body.contains(&cell));
    let seen = format!("r-1-{varya}-1");
    let bad = teacher.post(&format!("{path}/journal"), &[(&cell, "7"), (&seen, "0")]);
    assert!(bad.text().contains("Бывают 5, 4, 3, 2"), "{}", bad.text());
    let demyan = format!("a-{}", site.world.person("demyan"));
    let good = [(cell.as_str(), "5"), (seen.as_str(), "0"), (demyan.as_str(), "absent")];
    assert_eq!(teacher.post(&format!("{path}/journal"), &good).status, 303);
    // DIA-I18: a writer who saw the empty cell is told of the mark.
    let clash = teacher.post(&format!("{path}/journal"), &[(&cell, "4"), (&seen, "0")]);
    assert_eq!(clash.status, 200);
    assert!(clash.text().contains("Пока вы писали"), "{}", clash.text());
    let course = first(&teacher.get("/gradebook"), "/gradebook/");
    let table = teacher.get(&course);
    assert!(table.text().contains("5,00"), "{}", table.text());

    let mut pupil = site.browser_of("varya");
    let day = pupil.get(&format!("/diary/day/{TODAY}"));
    assert!(day.text().contains("Сравнение дробей"), "{}", day.text());
    assert_eq!(pupil.get(&path).status, 404);
    assert_eq!(site.browser_of("lapina").get(&path).status, 404);
}

/// The value of a field of the page.
fn value(page: &Page, field: &str) -> String {
    let (_, rest) = page.body.split_once(&format!("name=\"{field}\" value=\"")).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[test]
fn a_clash_keeps_what_was_typed_and_shows_what_stands() {
    // DIA-I18
    let (site, lesson) = open();
    let path = format!("/lessons/{lesson}");
    let journal = format!("{path}/journal");
    let mut teacher = site.browser_of("gromova");
    teacher.get(&path);
    assert_eq!(teacher.post(&format!("{path}/works"), &[("work_type", "1"), ("title", "")]).status, 303);
    teacher.get(&path);
    let cell = |sign: &str, who: &str| format!("{sign}-1-{}-1", site.world.person(who));
    let (mark, varya, demyan, timur) = ("m", "varya", "demyan", "timur");
    let theirs = [
        (cell(mark, varya), "5"),
        (cell("r", varya), "0"),
        (cell(mark, timur), "3"),
        (cell("r", timur), "0"),
    ];
    let theirs: Vec<(&str, &str)> = theirs.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    assert_eq!(teacher.post(&journal, &theirs).status, 303);
    let before = site.world.read(|tx| tx.audit_len());

    // Another window still shows three empty cells: one is filled against the 5, one for Demyan, Timur's is let be.
    let absent = format!("a-{}", site.world.person(timur));
    let mut own = vec![(absent, "absent")];
    for (who, text) in [(varya, "4"), (demyan, "2"), (timur, "")] {
        own.extend([(cell(mark, who), text), (cell("r", who), "0"), (cell("o", who), "")]);
    }
    let own: Vec<(&str, &str)> = own.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    let clash = teacher.post(&journal, &own);
    assert_eq!(clash.status, 200);
    assert_eq!(site.world.read(|tx| tx.audit_len()), before, "nothing is written");
    assert!(clash.text().contains("Пока вы писали") && clash.text().contains("сейчас 5"), "{}", clash.text());
    assert_eq!(value(&clash, &cell(mark, varya)), "4");
    assert_eq!(value(&clash, &cell(mark, demyan)), "2");
    assert_eq!(value(&clash, &cell(mark, timur)), "3", "what was not touched shows what stands");
    assert!(clash.body.contains("value=\"absent\" selected"));

    // Saved once more after looking, it is written, and Timur's 3 is not undone.
    let again: Vec<(String, String)> = [varya, demyan, timur]
        .into_iter()
        .flat_map(|who| [cell(mark, who), cell("r", who), cell("o", who)])
        .map(|field| (field.clone(), value(&clash, &field)))
        .collect();
    let again: Vec<(&str, &str)> =
        again.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(teacher.post(&journal, &again).status, 303);
    let page = teacher.get(&path);
    let marks = [varya, demyan, timur].map(|who| value(&page, &cell(mark, who)));
    assert_eq!(marks, ["4", "2", "3"]);
}

#[test]
fn a_substitution_is_seen_in_every_diary_at_once() {
    let (site, lesson) = open();
    let mut deputy = site.browser_of("zotova");
    let day = deputy.get("/substitutions");
    assert!(day.text().contains("Замен на этот день нет"), "{}", day.text());
    let path = format!("/substitutions/{lesson}");
    assert!(deputy.get(&path).text().contains("Поставить замену"));
    let lapina = site.world.person("lapina").to_string();
    let reasonless = deputy.post(
        &format!("{path}/substitute"),
        &[("teacher", &lapina), ("course", ""), ("room", ""), ("reason", " ")],
    );
    assert!(reasonless.text().contains("Напишите причину"), "{}", reasonless.text());
    let done = deputy.post(
        &format!("{path}/substitute"),
        &[("teacher", &lapina), ("course", ""), ("room", ""), ("reason", "болезнь")],
    );
    assert_eq!(done.status, 303);
    let mut pupil = site.browser_of("varya");
    let shown = pupil.get(&format!("/diary/day/{TODAY}"));
    assert!(shown.text().contains("замена"), "{}", shown.text());
    // DIA-E8
    assert_eq!(site.browser_of("lapina").get(&format!("/lessons/{lesson}")).status, 200);
    assert_eq!(site.browser_of("gromova").get(&format!("/lessons/{lesson}")).status, 404);
    assert_eq!(deputy.post(&format!("{path}/restore"), &[]).status, 303);
    assert_eq!(deputy.post(&format!("{path}/cancel"), &[("reason", "мороз")]).status, 303);
    let shown = pupil.get(&format!("/diary/day/{TODAY}"));
    assert!(shown.text().contains("отменён"), "{}", shown.text());
    assert!(
        deputy
            .get(&format!("/school-timetable?class={}", site.world.class_id("6A")))
            .text()
            .contains("Математика")
    );
}

#[test]
fn only_the_homeroom_teacher_sees_the_class() {
    let (site, _) = open();
    let class = site.world.class_id("6A");
    let page = site.browser_of("gromova").get(&format!("/classes/{class}"));
    assert!(page.text().contains("Ильина Варвара"), "{}", page.text());
    assert_eq!(site.browser_of("orlova").get(&format!("/classes/{class}")).status, 404);
}

#[test]
fn a_person_of_several_roles_changes_between_them_by_hand() {
    // DIA-E28, DIA-I14
    let (site, _) = open();
    let [gromova, demyan, varya, kira] =
        ["gromova", "demyan", "varya", "kira"].map(|key| site.world.person(key));
    site.world.write(move |tx| {
        let starts = time::macros::date!(2026 - 09 - 01);
        let edge = school::NewGuardianship {
            adult: gromova,
            child: demyan,
            relation: "мать",
            access: school::Access::Full,
            contact_order: 1,
            starts,
        };
        drop(school::add_guardianship(tx, &edge)?);
        drop(school::grant(tx, gromova, school::Role::Guardian, None, None, starts)?);
        Ok::<_, store::Error>(())
    });
    let diary = format!("/diary/day/{TODAY}");
    let mut teacher = site.browser_of("gromova");
    let mut elsewhere = site.browser_of("gromova");
    assert_eq!((teacher.get("/today").status, teacher.get(&diary).status), (200, 404));
    let choose = |browser: &mut testkit::Browser, context: &str| {
        let page = browser.post("/context", &[("context", context)]);
        (page.status, page.location.unwrap_or_default())
    };
    assert_eq!(choose(&mut teacher, &format!("guardian-{demyan}")), (303, "/diary".to_owned()));
    assert!(teacher.get(&diary).text().contains("Математика"));
    // The choice is that of one session; another window of another session stays where it was.
    assert_eq!(elsewhere.get(&diary).status, 404);
    // Nothing is chosen that one is not.
    for foreign in [&format!("guardian-{varya}"), "pupil", "administrator", "nobody", "", "staff "] {
        assert_eq!(choose(&mut teacher, foreign).0, 404, "{foreign:?}");
    }
    assert!(teacher.get(&diary).text().contains("Математика"), "a refused choice changes nothing");
    assert_eq!(choose(&mut teacher, "staff"), (303, "/today".to_owned()));
    assert_eq!((teacher.get("/today").status, teacher.get(&diary).status), (200, 404));

    // Two children are two contexts: lessons of the one are never on the page of the other.
    let mut mother = site.browser_of("mother");
    for (child, taught) in [(varya, true), (kira, false), (varya, true)] {
        mother.get("/diary");
        assert_eq!(choose(&mut mother, &format!("guardian-{child}")).0, 303);
        let page = mother.get(&diary);
        assert_eq!((page.status, page.text().contains("Математика")), (200, taught), "{child}");
    }
    // A relation that ends takes the context with it, chosen or not.
    let edge = site.world.read(|tx| school::guardians_of(tx, varya, TODAY)).remove(0);
    assert_eq!(edge.adult, site.world.person("mother"));
    site.world.write(move |tx| school::set_access(tx, edge.id, school::Access::None).map(drop));
    assert!(!mother.get(&diary).text().contains("Математика"));
    assert_eq!(choose(&mut mother, &format!("guardian-{varya}")).0, 404);
}
