//! The shell over HTTP: the real server on a free port, a small school, a browser.
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on must stop, and a kit is shared"
)]

mod kit;

use kit::Site;

#[test]
fn a_person_signs_in_and_out() {
    let site = Site::open();
    let login = site.world.set_password("sedov", "пятнадцать знаков тут");
    let mut browser = site.browser();
    assert_eq!(browser.get("/").line(), "303 → /signin");
    let page = browser.sign_in(&login, "пятнадцать знаков тут");
    assert_eq!(page.status, 200, "{}", page.text());
    assert_eq!(browser.get("/admin/audit").heading(), "Журнал действий");
    let seen = browser.cookie("zvonok_session").map(str::to_owned);
    let page = browser.post("/signout", &[]);
    assert_eq!(page.line(), "303 → /signin");
    assert_eq!(page.header("clear-site-data"), Some("\"cache\""));
    // A12, A14: the old cookie opens nothing.
    browser.set_cookie("zvonok_session", &seen.unwrap());
    assert_eq!(browser.get("/admin").line(), "303 → /signin?next=%2Fadmin");
}

#[test]
fn a_password_hashed_cheaply_is_hashed_anew_when_its_owner_comes() {
    // A10.
    let dear = store::HashCost::new(19_456, 3, 1).unwrap();
    let site = Site::with(|settings| settings.hash_cost = dear);
    let login = site.world.set_password("varya", "лампа река сосна");
    let is_cheap = || {
        let account = site.world.read(|tx| school::find_account(tx, &login)).unwrap();
        account.password.unwrap().is_cheaper_than(dear)
    };
    assert!(is_cheap());
    let mut browser = site.browser();
    browser.sign_in(&login, "лампа река ель");
    assert!(is_cheap(), "a wrong password changes nothing");
    browser.sign_in(&login, "лампа река сосна");
    assert!(!is_cheap());
    assert_eq!(site.browser().sign_in(&login, "лампа река сосна").status, 200);
}

#[test]
fn a_wrong_pair_is_told_in_one_way_for_known_and_unknown_logins() {
    // A8.
    let site = Site::open();
    let login = site.world.set_password("varya", "лампа река сосна");
    let mut browser = site.browser();
    let mut told = Vec::new();
    for (login, password) in [(login.as_str(), "лампа река ель"), ("nobody.x", "лампа река ель")]
    {
        browser.get("/signin");
        let page = browser.post("/signin", &[("login", login), ("password", password)]);
        assert_eq!(page.status, 200);
        assert!(page.text().contains("Логин и пароль не подходят друг к другу"));
        told.push(page.body.replace(login, "LOGIN").len());
    }
    assert_eq!(told[0], told[1]);
}

#[test]
fn a_message_is_shown_once_on_an_error_page_too() {
    let site = Site::open();
    let mut browser = site.browser_of("varya");
    browser.get("/profile");
    browser.post("/profile/sessions/end-others", &[]);
    assert!(browser.cookie("zvonok_flash").is_some_and(|flash| !flash.is_empty()));
    let told = |browser: &mut testkit::Browser| browser.get("/nowhere").text().contains("Здесь вы остались");
    assert!(told(&mut browser));
    assert!(!told(&mut browser));
}

#[test]
fn a_form_sent_after_the_session_leads_back_to_its_page() {
    let site = Site::open();
    let mut varya = site.browser_of("varya");
    varya.get("/profile");
    let (own, body) = (varya.origin(), format!("_token={}", varya.token()));
    let form = ("Content-Type", "application/x-www-form-urlencoded");
    let next = |browser: &mut testkit::Browser, referer: &str| {
        let headers = [form, ("Origin", &*own), ("Referer", referer), ("Accept", "text/html")];
        let page = browser.send("POST", "/profile/sessions/end-others", &headers, &body);
        assert_eq!(page.status, 401, "{}", page.text());
        assert!(page.text().contains("отправленное не записано"), "{}", page.text());
        let (_, rest) = page.body.split_once("<a class=\"btn btn-main\" href=\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    site.clock.advance(time::Duration::minutes(31));
    assert_eq!(next(&mut varya, &format!("{own}/homework?from=1")), "/signin?next=%2Fhomework%3Ffrom%3D1");
    assert_eq!(next(&mut varya, "https://evil.test/homework"), "/signin");
    assert_eq!(next(&mut varya, &format!("{own}.evil.test/homework")), "/signin", "another host");
    let login = site.world.set_password("varya", "три случайных слова");
    varya.get("/signin?next=%2Fhomework%3Ffrom%3D1");
    let fields = [("login", &*login), ("password", "три случайных слова"), ("next", "/homework?from=1")];
    assert_eq!(varya.post("/signin", &fields).line(), "303 → /homework?from=1");
}

#[test]
fn writes_need_our_own_page() {
    // C3.
    let site = Site::open();
    let mut browser = site.browser();
    browser.get("/signin");
    let own = format!("http://{}", site.address);
    let form = ("Content-Type", "application/x-www-form-urlencoded");
    let body = format!("_token={}&login=a&password=b", browser.token());
    let mut status =
        |headers: &[(&str, &str)], body: &str| browser.send("POST", "/signin", headers, body).status;
    assert_eq!(status(&[form], &body), 403);
    assert_eq!(status(&[form, ("Origin", "http://evil.test")], &body), 403);
    assert_eq!(status(&[form, ("Sec-Fetch-Site", "cross-site")], &body), 403);
    assert_eq!(status(&[form, ("Origin", &own)], "_token=x&login=a&password=b"), 403);
    assert_eq!(status(&[form, ("Origin", &own)], &body), 200);
    assert_eq!(status(&[form, ("Origin", &own)], &format!("{body}&role=administrator")), 400);
}

#[test]
fn hosts_that_are_not_ours_are_refused() {
    // R7.
    let site = Site::open();
    let browser = site.browser();
    let status =
        |head: &str| browser.raw(&format!("GET /signin HTTP/1.1\r\n{head}Connection: close\r\n\r\n")).status;
    assert_eq!(status(""), 400);
    assert_eq!(status("Host: a b\r\n"), 400);
    assert_eq!(status("Host: localhost\r\nHost: localhost\r\n"), 400);
    assert_eq!(status("Host: evil.test\r\n"), 421);
    assert_eq!(status("Host: localhost\r\n"), 200);
}

#[test]
fn unknown_pages_and_wrong_methods_are_told_plainly() {
    let site = Site::open();
    let mut browser = site.browser();
    assert_eq!(browser.get("/nowhere").line(), "404 Такой страницы нет");
    let page = browser.send("DELETE", "/signin", &[], "");
    assert_eq!((page.status, page.header("allow")), (405, Some("GET, POST")));
    assert_eq!(browser.get("/signin?next=/&x=1").status, 400);
    assert_eq!(browser.get("/admin/people/007").line(), "303 → /signin?next=%2Fadmin%2Fpeople%2F007");
    let login = site.world.set_password("sedov", "пятнадцать знаков тут");
    browser.sign_in(&login, "пятнадцать знаков тут");
    for path in ["/admin/people/007", "/admin/people/99999", "/admin/people/-1", "/admin/audit?before=x"] {
        assert!(matches!(browser.get(path).status, 400 | 404), "{path}");
    }
}

#[test]
fn every_answer_carries_its_headers() {
    // C1, C2.
    let site = Site::open();
    let mut browser = site.browser();
    for path in ["/signin", "/nowhere", "/health", "/assets/app.css"] {
        let page = browser.get(path);
        assert!(page.header("content-security-policy").unwrap().contains("trusted-types zvonok"), "{path}");
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(page.header("referrer-policy"), Some("same-origin"), "{path}");
        assert_eq!(page.header("cross-origin-opener-policy"), Some("same-origin"), "{path}");
    }
    assert_eq!(browser.get("/signin").header("cache-control"), Some("no-store"));
}

#[test]
fn the_route_table_has_a_rule_for_each_route() {
    // Z1, ARC-8.
    let table: Vec<String> = web::routes::printed()
        .into_iter()
        .map(|route| {
            let asks = if route.step_up { ", the password again" } else { "" };
            format!("{:<4} {:<45} {:<30} {}{asks}", route.method, route.path, route.rule, route.record)
        })
        .collect();
    insta::assert_snapshot!(table.join("\n"));
}
