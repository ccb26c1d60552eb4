//! The desk of those who answer for safety.

use crate::kit::Site;
use crate::kit::chats::unattended_group;
use crate::kit::socket::{class_chat, field};
use crate::{Deed, Ready};

/// Demyan has written and Varya has reported it.
pub(crate) fn report(site: &Site) -> String {
    let (mut demyan, mut varya) = (site.browser_of("demyan"), site.browser_of("varya"));
    let chat = class_chat(&mut varya);
    let cid = field(&demyan.get(&chat).body, "cid");
    demyan.post(&chat, &[("cid", &cid), ("text", "ты у меня попляшешь")]);
    let path = format!("{chat}/1/report");
    varya.get(&path);
    assert_eq!(varya.post(&path, &[("category", "threat")]).status, 303);
    chat
}

fn case(site: &Site, deed: &str, fields: &[(&str, &str)]) -> Ready {
    report(site);
    Ready::after(site.browser_of("barinova"), "/safety", &format!("/safety/reports/1/{deed}"), fields)
}

/// The safeguarding lead has opened the class chat.
fn opened(site: &Site, who: &str, deed: &str) -> Ready {
    opens(site).post();
    Ready::after(site.browser_of(who), "/safety", &format!("/safety/openings/1/{deed}"), &[])
}

fn opens(site: &Site) -> Ready {
    let path = report(site).replace("/sferum/", "/safety/chats/");
    let fields = [("hours", "1"), ("reason", "сообщили об угрозах")];
    Ready::after(site.browser_of("barinova"), &path, &path, &fields)
}

/// The homeroom teacher at «Тишина» of the class chat.
fn silence(site: &Site, deed: &str, fields: &[(&str, &str)]) -> Ready {
    let chat = class_chat(&mut site.browser_of("varya"));
    let page = format!("{chat}/silence");
    Ready::after(site.browser_of("gromova"), &page, &format!("{chat}/{deed}"), fields)
}

pub(crate) fn deeds() -> Vec<Deed> {
    vec![
        ("/safety/reports/{report}/take", |site| case(site, "take", &[])),
        ("/safety/reports/{report}/note", |site| case(site, "note", &[("words", "поговорили")])),
        ("/safety/reports/{report}/close", |site| case(site, "close", &[("outcome", "unfounded")])),
        ("/safety/reports/{report}/hold", |site| {
            case(site, "hold", &[("what", "message"), ("reason", "разбираемся")])
        }),
        ("/safety/holds/{hold}/lift", |site| {
            case(site, "hold", &[("what", "chat"), ("reason", "разбираемся")]).post();
            Ready::after(site.browser_of("zotova"), "/safety", "/safety/holds/1/lift", &[])
        }),
        ("/safety/chats/{conversation}", opens),
        ("/safety/chats/{conversation}/charge", |site| {
            let path = format!("/safety/chats/{}/charge", unattended_group(&site.world));
            let adult = site.world.person("gromova").to_string();
            Ready::after(site.browser_of("zotova"), "/safety", &path, &[("person", &adult)])
        }),
        ("/safety/chats/{conversation}/export", |site| {
            let page = report(site).replace("/sferum/", "/safety/chats/");
            let fields = [("reason", "запрос следователя")];
            Ready::after(site.browser_of("barinova"), &page, &format!("{page}/export"), &fields)
        }),
        ("/safety/retention", |site| {
            Ready::after(
                site.browser_of("barinova"),
                "/safety/retention",
                "/safety/retention",
                &[("years", "7")],
            )
        }),
        ("/export/own", |site| Ready::after(site.browser_of("varya"), "/profile", "/export/own", &[])),
        ("/sferum/{conversation}/mute", |site| silence(site, "mute", &[("person", ""), ("time", "15")])),
        ("/sferum/{conversation}/unmute", |site| {
            silence(site, "mute", &[("person", ""), ("time", "15")]).post();
            silence(site, "unmute", &[("person", "")])
        }),
        ("/sferum/{conversation}/hours", |site| {
            silence(site, "hours", &[("opens", "07:00"), ("closes", "21:00")])
        }),
        ("/notifications", |site| {
            let fields = [("on", "true"), ("read", "true")];
            Ready::after(site.browser_of("zotova"), "/notifications", "/notifications", &fields)
        }),
        ("/sferum/{conversation}/lessons", |site| silence(site, "lessons", &[("on", "true")])),
        ("/safety/openings/{opening}/close", |site| opened(site, "barinova", "close")),
        ("/safety/openings/{opening}/note", |site| opened(site, "zotova", "note")),
    ]
}
