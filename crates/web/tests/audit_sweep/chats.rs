//! Chats that are begun, and groups.

use testkit::Browser;

use crate::kit::Site;
use crate::{Deed, Ready};

/// A group of two that Gromova leads: her browser and the group's address.
fn group(site: &Site) -> (Browser, String) {
    let mut gromova = site.browser_of("gromova");
    gromova.get("/sferum/new/group");
    let lapina = site.world.person("lapina").to_string();
    let made = gromova.post("/sferum/new/group", &[("class", ""), ("title", "Проект"), ("people", &lapina)]);
    let address = made.header("location").unwrap_or_default().to_owned();
    (gromova, address)
}

fn change(site: &Site, deed: &str, field: &str, value: &str) -> Ready {
    let (gromova, address) = group(site);
    Ready::after(gromova, &format!("{address}/about"), &format!("{address}/{deed}"), &[(field, value)])
}

pub(crate) fn deeds() -> Vec<Deed> {
    vec![
        ("/sferum/new", |site| {
            let (varya, lapina) = (site.world.person("varya"), site.world.person("lapina"));
            let fields = [("with", lapina.to_string()), ("way", format!("supervised-{varya}"))];
            let fields: Vec<(&str, &str)> =
                fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            Ready::after(site.browser_of("varya"), "/sferum/new", "/sferum/new", &fields)
        }),
        ("/sferum/new/reachable", |site| {
            Ready::after(site.browser_of("mother"), "/sferum/new", "/sferum/new/reachable", &[("on", "true")])
        }),
        ("/sferum/new/pupils", |site| {
            Ready::after(site.browser_of("zotova"), "/sferum/new", "/sferum/new/pupils", &[("on", "true")])
        }),
        ("/sferum/new/group", |site| {
            let lapina = site.world.person("lapina").to_string();
            let fields = [("class", ""), ("title", "Проект"), ("people", lapina.as_str())];
            Ready::after(site.browser_of("gromova"), "/sferum/new/group", "/sferum/new/group", &fields)
        }),
        ("/sferum/{conversation}/call", |site| {
            let (gromova, address) = group(site);
            Ready::after(gromova, &format!("{address}/about"), &format!("{address}/call"), &[])
        }),
        ("/sferum/{conversation}/add", |site| {
            change(site, "add", "person", &site.world.person("zotova").to_string())
        }),
        ("/sferum/{conversation}/remove", |site| {
            change(site, "remove", "person", &site.world.person("lapina").to_string())
        }),
        ("/sferum/{conversation}/owner", |site| {
            change(site, "owner", "person", &site.world.person("lapina").to_string())
        }),
        ("/sferum/{conversation}/reactions", |site| change(site, "reactions", "off", "true")),
        ("/sferum/{conversation}/title", |site| change(site, "title", "title", "Проект «Река»")),
    ]
}
