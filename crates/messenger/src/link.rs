//! Addresses in texts: where they stand and where they lead (MSG-B7, MSG-B8). A host is read as browsers read it, so
//! what is shown is where a touch goes.

use std::ops::Range;

use url::Url;

/// A web address in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where it stands, in bytes of the text.
    pub place: Range<usize>,
    /// Where the host stands in it as it is written; empty where the real one is written in another way.
    pub host_place: Range<usize>,
    /// The host that a browser asks, in ASCII.
    pub host: String,
    /// Why it may lead elsewhere than it seems to.
    pub doubt: Option<Doubt>,
}

/// Why an address may deceive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// Letters of several scripts, or letters that look like those of another one.
    Letters,
    /// The host is not the one that is written first: a name before an @, signs in code, a number.
    Hidden,
}

const CLOSING: [char; 9] = ['.', ',', ';', ':', '!', '?', ')', ']', '…'];

/// The http and https addresses of a text in their order; what no browser would open is none.
#[must_use]
pub fn links(text: &str) -> Vec<Link> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = find_start(&text[from..]).map(|at| from + at) {
        let ends = |sign: char| sign.is_whitespace() || "<>\"«»".contains(sign);
        let end = text[start..].find(ends).map_or(text.len(), |length| start + length);
        let end = start + text[start..end].trim_end_matches(CLOSING).len();
        found.extend(read(text, start..end));
        from = end;
    }
    found
}

fn find_start(text: &str) -> Option<usize> {
    let starts = ["https://", "http://"].into_iter().flat_map(|scheme| {
        text.match_indices(scheme).filter(move |(at, _)| {
            let host = text[at + scheme.len()..].chars().next();
            let before = text[..*at].chars().next_back();
            host.is_some_and(char::is_alphanumeric) && !before.is_some_and(char::is_alphanumeric)
        })
    });
    starts.map(|(at, _)| at).min()
}

fn read(text: &str, place: Range<usize>) -> Option<Link> {
    let address = &text[place.clone()];
    let host = Url::parse(address).ok()?.host_str()?.to_owned();
    let begin = address.find("://")? + 3;
    let length = address[begin..].find(['/', '?', '#', '\\']);
    let authority = &address[begin..length.map_or(address.len(), |length| begin + length)];
    let written = authority.rsplit_once(':').map_or(authority, |(name, _)| name);
    let (shown, _) = idna::domain_to_unicode(&host);
    let doubt = if authority.contains('@') {
        Some(Doubt::Hidden)
    } else if shown.split('.').any(is_mixed) || is_look_alike(&shown) {
        Some(Doubt::Letters)
    } else if written.to_lowercase() == shown || written.eq_ignore_ascii_case(&host) {
        None
    } else {
        Some(Doubt::Hidden)
    };
    let host_place = if doubt.is_none() { begin..begin + written.len() } else { 0..0 };
    Some(Link { place, host_place, host, doubt })
}

const fn is_cyrillic(sign: char) -> bool {
    matches!(sign, '\u{400}'..='\u{52F}' | '\u{1C80}'..='\u{1C8F}' | '\u{2DE0}'..='\u{2DFF}' | '\u{A640}'..='\u{A69F}')
}

/// Whether a label is written with more than one script. A school's addresses are Latin without marks or Cyrillic:
/// letters of any other script in a host are doubted altogether.
fn is_mixed(label: &str) -> bool {
    let letters = || label.chars().filter(|sign| sign.is_alphabetic());
    let strange = letters().any(|sign| !sign.is_ascii() && !is_cyrillic(sign));
    strange || (letters().any(|sign| sign.is_ascii()) && letters().any(is_cyrillic))
}

/// Cyrillic letters that nobody tells from Latin ones.
const TWINS: &str = "\u{430}\u{441}\u{435}\u{43e}\u{440}\u{445}\u{443}\u{456}\u{458}\u{455}\u{4bb}\u{501}\u{4cf}\u{51b}\u{51d}\u{475}\u{451}\u{4bd}\u{43a}\u{432}";

/// Whether a Cyrillic label could be read as a Latin one: it is made of twins alone, in a zone that is not Cyrillic.
fn is_look_alike(host: &str) -> bool {
    let mut labels = host.rsplit('.');
    let is_zone_cyrillic = labels.next().is_some_and(|zone| zone.chars().any(is_cyrillic));
    let twins = |label: &str| {
        label.chars().any(is_cyrillic)
            && label.chars().filter(|sign| sign.is_alphabetic()).all(|sign| TWINS.contains(sign))
    };
    !is_zone_cyrillic && labels.any(twins)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Doubt, links};

    fn shown(text: &str) -> Vec<(String, String, Option<Doubt>)> {
        let one = |link: super::Link| (text[link.place.clone()].to_owned(), link.host, link.doubt);
        links(text).into_iter().map(one).collect()
    }

    #[test]
    fn only_web_addresses_are_links() {
        // MSG-B7, MSG-E37
        let texts = |text: &str| shown(text).into_iter().map(|(address, ..)| address).collect::<Vec<_>>();
        assert_eq!(texts("см. https://school.ru/a?b=1, там"), ["https://school.ru/a?b=1"]);
        assert_eq!(texts("(http://x.ru). И http://y.ru!"), ["http://x.ru", "http://y.ru"]);
        for text in [
            "javascript:alert(1)",
            "data:text/html,x",
            "https://",
            "xhttps://a.b",
            "ftp://a",
            "https://a:b:c/",
        ] {
            assert_eq!(texts(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn a_host_that_deceives_is_named_as_it_is() {
        // MSG-B8, MSG-S10
        for (address, host, doubt) in [
            ("https://school12.ru/a", "school12.ru", None),
            ("https://School12.RU:8443", "school12.ru", None),
            ("https://школа.рф/дневник", "xn--80atdl2c.xn--p1ai", None),
            ("https://xn--80atdl2c.xn--p1ai", "xn--80atdl2c.xn--p1ai", None),
            ("https://а.рф", "xn--80a.xn--p1ai", None),
            ("https://sbеr.ru/pay", "xn--sbr-sdd.ru", Some(Doubt::Letters)),
            ("https://xn--sbr-sdd.ru/pay", "xn--sbr-sdd.ru", Some(Doubt::Letters)),
            ("https://www.сбep.ru", "www.xn--ep-9kc7d.ru", Some(Doubt::Letters)),
            ("https://аррӏе.com", "xn--80ak6aa92e.com", Some(Doubt::Letters)),
            ("https://gοsuslugi.ru", "xn--gsuslugi-zdg.ru", Some(Doubt::Letters)),
            ("https://sbér.ru", "xn--sbr-cma.ru", Some(Doubt::Letters)),
            ("https://sber.ru@evil.example/login", "evil.example", Some(Doubt::Hidden)),
            ("https://sber.ru:443@evil.example", "evil.example", Some(Doubt::Hidden)),
            ("https://sber.ru\\@evil.example", "sber.ru", None),
            ("https://3232235777/", "192.168.1.1", Some(Doubt::Hidden)),
            ("https://sb%65r.ru", "sber.ru", Some(Doubt::Hidden)),
            ("https://ｓber.ru", "sber.ru", Some(Doubt::Hidden)),
            ("https://10.0.0.5/", "10.0.0.5", None),
        ] {
            assert_eq!(shown(address), [(address.to_owned(), host.to_owned(), doubt)], "{address}");
        }
        let link = links("см. https://School12.ru:8443/a").remove(0);
        let address = &"см. https://School12.ru:8443/a"[link.place];
        assert_eq!(&address[link.host_place], "School12.ru");
    }

    proptest! {
        #[test]
        fn links_stand_in_their_text(text in "(\\PC{0,8}(https?://)?[a-zа-я.@:/%0-9 ]{0,12}){0,6}") {
            let mut from = 0;
            for link in links(&text) {
                prop_assert!(link.place.start >= from && link.place.end > link.place.start);
                prop_assert!(text[link.place.clone()].starts_with("http"));
                prop_assert!(text[link.place.clone()].get(link.host_place.clone()).is_some());
                prop_assert!(link.host.is_ascii());
                from = link.place.end;
            }
        }
    }
}
