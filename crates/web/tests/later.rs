//! «Отправить позже» over HTTP, without scripts: made, listed, changed, taken back, sent by the job, explained.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up must stop")]

mod kit;

use kit::Site;
use kit::socket::{class_chat, field};
use school::{NewPerson, PersonName, Present, Role};
use testkit::{Browser, Page, TODAY, now};
use time::Duration;
use time::macros::date;

fn put(browser: &mut Browser, chat: &str, due: &str, text: &str) -> Page {
    let cid = field(&browser.get(&format!("{chat}/later")).body, "cid");
    browser.post(&format!("{chat}/later"), &[("cid", &cid), ("due", due), ("text", text)])
}

/// How many messages of the page have this text.
fn shown(browser: &mut Browser, chat: &str, text: &str) -> usize {
    let body = browser.get(chat).body;
    body.matches(&format!(">{text}<")).count()
}

fn send_due(site: &Site) {
    site.block_on(web::jobs::send_due(&site.app));
}

/// The address of the first waiting message in the list.
fn first(browser: &mut Browser) -> String {
    let body = browser.get("/sferum/later").body;
    let (_, after) = body.split_once("action=\"/sferum/later/").unwrap();
    format!("/sferum/later/{}", after.split_once('/').unwrap().0)
}

#[test]
fn a_message_is_put_aside_changed_and_sent() {
    // MSG-F10, MSG-I14, MSG-E35: the school's clocks show 10:47; it is due in the quiet hours of the teachers.
    let site = Site::with_chats();
    let mut varya = site.browser_of("varya");
    let chat = class_chat(&mut varya);
    assert!(varya.get(&chat).body.contains(&format!("formaction=\"{chat}/later\"")));
    assert!(varya.get("/sferum/later").text().contains("Ничего не отложено"));
    let page = varya.get(&format!("{chat}/later"));
    assert!(page.body.contains("value=\"2026-10-15T08:00\""), "tomorrow morning is offered: {}", page.body);
    let set = put(&mut varya, &chat, "2026-10-14T21:00", "доклад готов");
    assert_eq!(set.line(), "303 → /sferum/later");
    let listed = varya.get("/sferum/later");
    assert!(listed.text().contains("Отправим: сегодня") || listed.text().contains("Отправим:"));
    assert!(listed.body.contains("доклад готов") && listed.text().contains("ждёт"), "{}", listed.text());
    assert!(varya.get("/sferum").text().contains("Отложено 1 сообщение"));
    let one = first(&mut varya);
    let page = varya.get(&one);
    assert!(page.body.contains("доклад готов") && page.body.contains("value=\"2026-10-14T21:00\""));
    let cid = field(&page.body, "cid");
    let fields = [("cid", cid.as_str()), ("due", "2026-10-14T22:00"), ("text", "доклад совсем готов")];
    assert_eq!(varya.post(&one, &fields).line(), "303 → /sferum/later");
    let mut demyan = site.browser_of("demyan");
    assert_eq!(demyan.get(&one).status, 404);
    assert_eq!(demyan.post(&one, &fields).status, 404);
    assert!(!demyan.get("/sferum/later").body.contains("готов"));
    site.clock.advance(Duration::hours(10) + Duration::minutes(30));
    send_due(&site);
    assert!(!demyan.get(&chat).body.contains("готов"), "21:17, and it is due at 22:00");
    site.clock.advance(Duration::hours(1));
    send_due(&site);
    send_due(&site);
    let mut demyan = site.browser_of("demyan");
    assert_eq!(shown(&mut demyan, &chat, "доклад совсем готов"), 1);
    let mut gromova = site.browser_of("gromova");
    assert!(gromova.get(&chat).body.contains("доклад совсем готов"), "it goes out in quiet hours");
    assert!(!gromova.get("/sferum").body.contains("aria-label=\"Сферум, 1"), "only its call waits");
    let mut varya = site.browser_of("varya");
    assert!(varya.get("/sferum/later").text().contains("Ничего не отложено"));
    assert_eq!(varya.get(&one).status, 422, "it has been sent meanwhile");
}

#[test]
fn a_restart_at_the_due_second_sends_it_once() {
    // MSG-I14: due while the server is down, and a clock that goes back afterwards.
    let mut site = Site::with_chats();
    let mut varya = site.browser_of("varya");
    let chat = class_chat(&mut varya);
    assert_eq!(put(&mut varya, &chat, "2026-10-14T10:50", "после перезапуска").status, 303);
    site.restart();
    site.clock.advance(Duration::hours(2));
    send_due(&site);
    site.restart();
    send_due(&site);
    site.clock.advance(Duration::hours(3));
    send_due(&site);
    let mut demyan = site.browser_of("demyan");
    assert_eq!(shown(&mut demyan, &chat, "после перезапуска"), 1);
}

#[test]
fn what_cannot_be_put_aside_stays_in_the_field() {
    // MSG-B17, MSG-B1
    let site = Site::with_chats();
    let mut varya = site.browser_of("varya");
    let chat = class_chat(&mut varya);
    for due in ["2026-10-14T10:00", "2026-10-14T10:47", "2027-10-20T10:00", "x", "", "2026-02-30T10:00"] {
        let refused = put(&mut varya, &chat, due, "вовремя");
        assert!(refused.body.contains("Выберите время в будущем"), "{due}: {}", refused.text());
        assert!(refused.body.contains(">вовремя</textarea>"), "the text stays");
    }
    let refused = put(&mut varya, &chat, "2026-10-15T10:00", "  ");
    assert!(refused.body.contains("role=\"alert\""), "{}", refused.text());
    assert!(varya.get("/sferum/later").text().contains("Ничего не отложено"));
    let asked = varya.post(&format!("{chat}/later"), &[("text", "из поля чата"), ("reply", "")]);
    assert!(asked.body.contains(">из поля чата</textarea>") && !asked.body.contains("role=\"alert\""));
    let mut kira = site.browser_of("kira");
    kira.get("/sferum");
    assert_eq!(kira.get(&format!("{chat}/later")).status, 404);
    let cid = "7".repeat(32);
    let fields = [("cid", cid.as_str()), ("due", "2026-10-15T10:00"), ("text", "я")];
    assert_eq!(kira.post(&format!("{chat}/later"), &fields).status, 404);
}

#[test]
fn one_form_posted_twice_is_one_message() {
    // MSG-I14
    let site = Site::with_chats();
    let mut varya = site.browser_of("varya");
    let chat = class_chat(&mut varya);
    let cid = field(&varya.get(&format!("{chat}/later")).body, "cid");
    let fields = [("cid", cid.as_str()), ("due", "2026-10-15T08:00"), ("text", "дважды")];
    for _ in 0..2 {
        assert_eq!(varya.post(&format!("{chat}/later"), &fields).status, 303);
    }
    assert_eq!(varya.get("/sferum/later").body.matches(">дважды</bdi>").count(), 1);
    let one = first(&mut varya);
    assert_eq!(varya.post(&format!("{one}/cancel"), &[]).line(), "303 → /sferum/later");
    assert!(varya.get("/sferum/later").text().contains("Сообщение не будет отправлено"));
    assert_eq!(varya.post(&format!("{one}/cancel"), &[]).status, 404);
}

#[test]
fn whoever_was_put_out_reads_why_it_did_not_go_out() {
    // MSG-F10, MSG-S1, MSG-I7
    let site = Site::with_chats();
    let mut gromova = site.browser_of("gromova");
    gromova.get("/sferum/new/group");
    let lapina = site.world.person("lapina").to_string();
    let made = gromova.post("/sferum/new/group", &[("class", ""), ("title", "Проект"), ("people", &lapina)]);
    let chat = made.header("location").unwrap().to_owned();
    let mut teacher = site.browser_of("lapina");
    assert_eq!(put(&mut teacher, &chat, "2026-10-14T12:00", "план на завтра").status, 303);
    gromova.get(&format!("{chat}/about"));
    assert_eq!(gromova.post(&format!("{chat}/remove"), &[("person", &lapina)]).status, 303);
    site.clock.advance(Duration::hours(2));
    send_due(&site);
    let (mut gromova, mut teacher) = (site.browser_of("gromova"), site.browser_of("lapina"));
    assert!(!gromova.get(&chat).body.contains("план на завтра"));
    assert_eq!(teacher.get(&chat).status, 404);
    assert!(teacher.get("/sferum").text().contains("Не отправлено 1 сообщение"));
    let shown = teacher.get("/sferum/later");
    for words in ["план на завтра", "не отправлено", "В это время вас уже не было в чате."]
    {
        assert!(shown.text().contains(words), "{words}: {}", shown.text());
    }
    assert!(!shown.body.contains("Проект") && !shown.text().contains("Изменить"), "{}", shown.text());
    let one = first(&mut teacher);
    assert_eq!(teacher.get(&one).status, 404);
    assert_eq!(teacher.post(&format!("{one}/cancel"), &[]).status, 303);
    assert!(teacher.get("/sferum/later").text().contains("Ничего не отложено"));
}

#[test]
fn calling_many_is_confirmed_when_it_is_put_aside() {
    // MSG-B25, MSG-S12: a staff room of more than a hundred people.
    let site = Site::with_chats();
    site.world.write(|tx| {
        for n in 0..110 {
            let name = PersonName::parse("Сотрудник", &format!("{}а", "Я".repeat(1 + n % 20)), "").unwrap();
            let new = NewPerson { external_id: None, name: &name, birth_date: None, sex: None, phone: None };
            let person = school::add_person(tx, &new)?;
            drop(school::grant(tx, person, Role::Teacher, None, None, date!(2026 - 09 - 01))?);
        }
        messenger::roster_tick(tx, now(), TODAY)
    });
    let viewer = site.world.viewer("gromova");
    let chats = site
        .world
        .read(|tx| messenger::list_chats(tx, &Present::ask(tx, &viewer)?).map_err(school::Denied::from));
    let room = chats.iter().find(|chat| chat.conversation.kind == messenger::ChatKind::StaffRoom).unwrap();
    let chat = format!("/sferum/{}", room.conversation.id);
    let mut gromova = site.browser_of("gromova");
    let asked = put(&mut gromova, &chat, "2026-10-14T12:00", "@все, педсовет в 15:00");
    assert!(asked.body.contains("name=\"confirmed\"") && asked.body.contains("педсовет в 15:00</textarea>"));
    let cid = field(&asked.body, "cid");
    let fields = [("cid", cid.as_str()), ("due", "2026-10-14T12:00"), ("text", "@все, педсовет в 15:00")];
    let fields: Vec<_> = fields.into_iter().chain([("confirmed", "true")]).collect();
    assert_eq!(gromova.post(&format!("{chat}/later"), &fields).status, 303);
    let one = first(&mut gromova);
    assert!(gromova.get(&one).body.contains("name=\"confirmed\" value=\"true\" checked"));
    site.clock.advance(Duration::hours(2));
    send_due(&site);
    let mut lapina = site.browser_of("lapina");
    assert!(lapina.get("/sferum").text().contains("вас позвали"));
    assert!(lapina.get(&chat).body.contains("педсовет в 15:00"));
}

#[test]
fn a_file_waits_with_its_message_without_scripts() {
    // MSG-F10, MSG-I14, MSG-A8: the second button of the form with a file; a restart between; taken back, it is let go.
    let mut site = Site::with_chats();
    let mut varya = site.browser_of("varya");
    let chat = class_chat(&mut varya);
    let attach = format!("{chat}/attach");
    let put_file = |varya: &mut Browser, name: &str| {
        let cid = field(&varya.get(&attach).body, "cid");
        let fields = [("cid", cid.as_str()), ("text", "план поездки"), ("later", "true")];
        let asked = varya.post_files(&attach, &fields, &[(name, b"plan of the trip")]);
        assert!(asked.body.contains(">план поездки</textarea>"), "{}", asked.text());
        assert!(asked.text().contains(name), "the file is on the page: {}", asked.text());
        let (cid, file) = (field(&asked.body, "cid"), field(&asked.body, "file"));
        let fields = [
            ("cid", cid.as_str()),
            ("text", "план поездки"),
            ("due", "2026-10-16T10:00"),
            ("urgent", "true"),
            ("file", file.as_str()),
        ];
        assert_eq!(varya.post(&format!("{chat}/later"), &fields).line(), "303 → /sferum/later");
    };
    put_file(&mut varya, "План.txt");
    let listed = varya.get("/sferum/later").text();
    assert!(listed.contains("План.txt") && listed.contains("срочно"), "{listed}");
    let one = first(&mut varya);
    assert!(varya.get(&one).body.contains("name=\"file\""), "it can be unticked");
    // Nobody sees it before its time, and the hourly purge leaves it alone.
    let mut demyan = site.browser_of("demyan");
    assert!(demyan.get(&format!("{chat}/files")).text().contains("Файлов пока нет"));
    site.clock.advance(Duration::hours(47));
    site.block_on(web::jobs::purge_now(&site.app)).unwrap();
    site.restart();
    site.clock.advance(Duration::hours(48));
    send_due(&site);
    send_due(&site);
    let mut demyan = site.browser_of("demyan");
    assert_eq!(shown(&mut demyan, &chat, "план поездки"), 1);
    let (head, bytes) = demyan.fetch(&format!("{chat}/1/files/1"), &[]);
    assert_eq!((head.status, bytes.as_slice()), (200, b"plan of the trip".as_slice()));
}

#[test]
fn what_the_composer_holds_goes_to_the_page_that_asks_when() {
    // MSG-F10: the second button posts the whole form, and a file of another is none.
    let site = Site::with_chats();
    let (mut varya, mut demyan) = (site.browser_of("varya"), site.browser_of("demyan"));
    let chat = class_chat(&mut varya);
    let cid = field(&varya.get(&format!("{chat}/attach")).body, "cid");
    let fields = [("cid", cid.as_str()), ("text", ""), ("later", "true")];
    let asked = varya.post_files(&format!("{chat}/attach"), &fields, &[("Моё.txt", b"mine")]);
    let file = field(&asked.body, "file");
    let composer =
        [("cid", ""), ("text", "с файлом"), ("reply", ""), ("urgent", "true"), ("file", file.as_str())];
    let own = varya.post(&format!("{chat}/later"), &composer);
    assert!(own.text().contains("Моё.txt") && own.body.contains(">с файлом</textarea>"), "{}", own.text());
    assert!(own.body.contains("name=\"urgent\" value=\"true\" checked"));
    demyan.get(&chat);
    let foreign = demyan.post(&format!("{chat}/later"), &composer);
    assert!(!foreign.text().contains("Моё.txt"), "{}", foreign.text());
    let cid = field(&foreign.body, "cid");
    let fields =
        [("cid", cid.as_str()), ("text", "чужое"), ("due", "2026-10-16T10:00"), ("file", file.as_str())];
    let refused = demyan.post(&format!("{chat}/later"), &fields);
    assert!(refused.body.contains("role=\"alert\""), "{}", refused.text());
    assert!(demyan.get("/sferum/later").text().contains("Ничего не отложено"));
}
