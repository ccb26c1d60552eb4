//! Slips printed for a class: by whom, for whom, shown once (DIA-F43, A23, K17).
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on must stop, and a kit is shared"
)]

mod kit;

use kit::Site;
use testkit::{Page, TODAY, now};

const NEW: &str = "совсем другие слова тут";

/// The codes of a sheet, in its order.
fn codes(page: &Page) -> Vec<String> {
    let code = |part: &str| part.split_once('<').map(|(code, _)| code.to_owned());
    page.body.split("class=\"slip-code\">").skip(1).filter_map(code).collect()
}

fn slips_of_6a(site: &Site) -> String {
    format!("/classes/{}/slips", site.world.class_id("6A"))
}

fn redeem(site: &Site, who: &str, code: &str) -> Page {
    let person = site.world.person(who);
    let login = site.world.read(|tx| school::login_of(tx, person));
    let mut browser = site.browser();
    browser.get("/slip");
    browser.post("/slip", &[("login", &login), ("code", code), ("password", NEW), ("again", NEW)])
}

#[test]
fn a_homeroom_teacher_prints_for_the_class_and_a_reprint_voids_the_old() {
    let site = Site::open();
    let path = slips_of_6a(&site);
    let mut teacher = site.browser_of("gromova");
    let choose = teacher.get(&path);
    assert!(choose.text().contains("Карпов Демьян") && choose.text().contains("мать: Варвара Ильина"));
    let person = |who: &str| site.world.person(who).to_string();
    let ticked = |page: &Page, who: &str| {
        page.body.contains(&format!("name=\"person\" value=\"{}\" checked", person(who)))
    };
    assert!(ticked(&choose, "varya") && ticked(&choose, "mother"));
    let sheet = teacher.post(&path, &[("person", &person("varya")), ("person", &person("mother"))]);
    assert_eq!((sheet.status, codes(&sheet).len()), (200, 2), "{}", sheet.text());
    assert_eq!(sheet.header("cache-control"), Some("no-store"));
    assert!(sheet.text().contains("Ильина Варвара Олеговна") && sheet.body.contains("class=\"qr\""));

    let again = teacher.get(&path);
    assert!(
        !ticked(&again, "varya") && ticked(&again, "demyan"),
        "who has a slip is not printed anew unasked"
    );
    assert!(!ticked(&teacher.get(&format!("{path}?mark=none")), "demyan"));
    assert!(ticked(&teacher.get(&format!("{path}?mark=all")), "varya"));
    let anew = teacher.post(&path, &[("only", &person("varya")), ("person", &person("demyan"))]);
    assert_eq!(codes(&anew).len(), 1);
    assert!(redeem(&site, "varya", &codes(&sheet)[0]).text().contains("не подходят друг к другу"));
    assert_eq!(redeem(&site, "varya", &codes(&anew)[0]).status, 303);
    assert_eq!(redeem(&site, "mother", &codes(&sheet)[1]).status, 303);
    assert!(teacher.get(&path).text().contains("входит с паролем"));
}

#[test]
fn slips_are_refused_outside_of_the_circle_and_nothing_is_changed() {
    let site = Site::open();
    let path = slips_of_6a(&site);
    let person = |who: &str| site.world.person(who).to_string();
    for who in ["orlova", "zotova", "varya", "mother"] {
        let mut other = site.browser_of(who);
        assert_eq!(other.get(&path).status, 404, "{who}");
        other.get("/profile");
        assert_eq!(other.post(&path, &[("person", &person("demyan"))]).status, 404, "{who}");
        assert_eq!(other.get(&format!("/admin/slips/{}", site.world.class_id("6A"))).status, 404, "{who}");
    }
    let mut teacher = site.browser_of("gromova");
    teacher.get(&path);
    let before = site.world.read(|tx| tx.audit_len());
    for who in ["kira", "father", "sedov", "lapina"] {
        let refused = teacher.post(&path, &[("person", &person("demyan")), ("person", &person(who))]);
        assert_eq!(refused.status, 404, "{who}");
    }
    let nobody = teacher.post(&path, &[]);
    assert!(nobody.text().contains("Отметьте хотя бы одного человека"), "{}", nobody.text());
    assert_eq!(teacher.post(&path, &[("person", "abc")]).status, 400);
    assert_eq!(site.world.read(|tx| tx.audit_len()), before);

    let (mother, demyan) = (site.world.person("mother"), site.world.person("demyan"));
    site.world.write(move |tx| {
        drop(school::grant(tx, mother, school::Role::Teacher, None, Some("учитель"), TODAY)?);
        school::block(tx, now(), demyan, "уехал").unwrap();
        Ok::<_, store::Error>(())
    });
    let staff = teacher.post(&path, &[("person", &person("mother")), ("person", &person("varya"))]);
    assert!(staff.text().contains("листок выдаёт администратор. Ни один"), "{}", staff.text());
    assert!(codes(&staff).is_empty());
    assert!(staff.body.contains(&format!("value=\"{}\" checked", person("varya"))), "the ticks are kept");
    let closed = teacher.post(&path, &[("only", &person("demyan"))]);
    assert!(closed.text().contains("вход закрыт, листок не подействует"), "{}", closed.text());
    assert_eq!(site.world.read(|tx| tx.audit_len()), before);
}

#[test]
fn the_administrator_prints_for_a_class_and_for_the_staff() {
    let site = Site::open();
    let mut admin = site.browser_of("sedov");
    let list = admin.get("/admin/slips");
    assert!(list.text().contains("Сотрудники") && list.text().contains("5 человек"), "{}", list.text());
    let path = format!("/admin/slips/{}", site.world.class_id("6A"));
    admin.get(&path);
    let mother = site.world.person("mother").to_string();
    let sheet = admin.post(&path, &[("only", &mother)]);
    assert_eq!(redeem(&site, "mother", &codes(&sheet)[0]).status, 303);
    assert!(admin.get("/admin/slips/staff").text().contains("Громова Ольга"));
    let gromova = site.world.person("gromova").to_string();
    assert_eq!(admin.post(&path, &[("only", &gromova)]).status, 404, "she is not of this circle");
    let staff = admin.post("/admin/slips/staff", &[("person", &gromova)]);
    assert_eq!(codes(&staff).len(), 1);
    for missing in ["/admin/slips/999", "/admin/slips/x"] {
        assert_eq!(admin.get(missing).status, 404, "{missing}");
    }
    let audit = admin.get("/admin/audit").text();
    assert!(audit.contains("Выдан листок"), "{audit}");
}
