//! Templates and scripts: nothing inline, nothing from elsewhere, and one door for the server's HTML (C1, K5).

use crate::none;
use crate::tree::{File, files};

/// The one module that may turn text into elements; it holds the policy of Trusted Types.
const DOOR: &str = "crates/web/assets/fragment.js";

/// Ways by which a text becomes markup or code.
const SINKS: [&str; 9] = [
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "createContextualFragment",
    "document.write",
    "DOMParser",
    "srcdoc",
    "eval(",
    "new Function(",
];

/// Namespaces are names and no addresses: nothing is fetched from them.
const NAMESPACES: [&str; 2] = ["http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"];

fn foreign_addresses(file: &File) -> Vec<String> {
    let mut found = Vec::new();
    for (at, line) in file.text.lines().enumerate() {
        for start in ["http://", "https://"] {
            for (from, _) in line.match_indices(start) {
                if !NAMESPACES.iter().any(|name| line[from..].starts_with(name)) {
                    found.push(format!("{}:{}: an address of another host", file.path, at + 1));
                }
            }
        }
    }
    found
}

/// The tags of a template, template language taken out first, so that it may stand inside of attributes.
fn tags(template: &str) -> Vec<(String, usize)> {
    let mut plain = String::new();
    let mut rest = template;
    while let Some((at, close)) = [("{{", "}}"), ("{%", "%}"), ("{#", "#}")]
        .iter()
        .filter_map(|(open, close)| Some((rest.find(open)?, close)))
        .min()
    {
        plain.push_str(&rest[..at]);
        let end = rest[at..].find(close).map_or(rest.len(), |end| at + end + close.len());
        plain.extend(rest[at..end].chars().filter(|sign| *sign == '\n'));
        rest = &rest[end..];
    }
    plain.push_str(rest);
    let mut found = Vec::new();
    for (at, _) in plain.match_indices('<') {
        let line = plain[..at].matches('\n').count() + 1;
        if let Some(end) = plain[at..].find('>') {
            found.push((plain[at..=at + end].to_owned(), line));
        }
    }
    found
}

fn inline(file: &File) -> Vec<String> {
    let mut found = Vec::new();
    for (tag, line) in tags(&file.text) {
        let lower = tag.to_lowercase();
        let attributes: Vec<&str> =
            lower.split([' ', '\n', '\t']).skip(1).filter_map(|part| part.split('=').next()).collect();
        let here = format!("{}:{line}", file.path);
        if lower.starts_with("<style") {
            found.push(format!("{here}: a style sheet in the page"));
        }
        if lower.starts_with("<script") && !attributes.contains(&"src") {
            found.push(format!("{here}: a script in the page"));
        }
        for name in attributes {
            let handler = name.len() > 3
                && name.starts_with("on")
                && name.chars().all(|sign| sign.is_ascii_lowercase());
            if handler || name == "style" {
                found.push(format!("{here}: the attribute {name}"));
            }
        }
    }
    found
}

fn sinks(file: &File) -> Vec<String> {
    let code = file.text.lines().enumerate().filter(|(_, line)| {
        let start = line.trim_start();
        !start.starts_with("//") && !start.starts_with('*') && !start.starts_with("/*")
    });
    code.flat_map(|(at, line)| SINKS.iter().filter(|sink| line.contains(**sink)).map(move |sink| (at, sink)))
        .map(|(at, sink)| format!("{}:{}: {sink} outside of {DOOR}", file.path, at + 1))
        .collect()
}

fn of_web(file: &File) -> bool {
    file.path.starts_with("crates/web/templates/") || file.path.starts_with("crates/web/assets/")
}

#[test]
fn templates_hold_nothing_inline() {
    let found: Vec<String> =
        files(&["html", "svg"]).iter().filter(|file| of_web(file)).flat_map(inline).collect();
    none(&found);
}

#[test]
fn scripts_make_markup_behind_one_door_only() {
    let found: Vec<String> =
        files(&["js"]).iter().filter(|file| of_web(file) && file.path != DOOR).flat_map(sinks).collect();
    none(&found);
}

#[test]
fn pages_ask_nothing_of_another_host() {
    let found: Vec<String> = files(&["html", "svg", "css", "js"])
        .iter()
        .filter(|file| of_web(file))
        .flat_map(foreign_addresses)
        .collect();
    none(&found);
}

#[test]
fn inline_things_are_caught() {
    let file = |text: &str| File { path: "a.html".to_owned(), text: text.to_owned() };
    let caught = |text: &str| inline(&file(text)).len();
    assert_eq!(
        caught(
            "<script type=\"module\" src=\"{{ url(\"a.js\") }}\"></script><b class=\"{% if a > b %}x{% endif %}\">"
        ),
        0
    );
    assert_eq!(caught("<script>alert(1)</script>"), 1);
    assert_eq!(caught("<p\n  style=\"x\">"), 1);
    assert_eq!(caught("<a {% if x %}onclick=\"y\"{% endif %}>"), 1);
    assert_eq!(caught("<style>"), 1);
    assert_eq!(caught("<a href=\"/on\" once=\"1\">"), 1);
    assert_eq!(sinks(&file("  // innerHTML\n  a.innerHTML = b;\n")).len(), 1);
    assert_eq!(
        foreign_addresses(&file("<svg xmlns=\"http://www.w3.org/2000/svg\"><a href=\"https://a.test\">"))
            .len(),
        1
    );
}
