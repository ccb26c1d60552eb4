//! A text with its addresses: each shows the host that it leads to (MSG-B7, MSG-B8).

use messenger::{Doubt, Link, links};

use crate::words::Words;

/// A piece of a message's text: plain, or an address that may be followed.
pub(crate) struct Part {
    pub(crate) text: String,
    pub(crate) link: Option<LinkView>,
}

/// An address in three pieces, so that the host stands out.
pub(crate) struct LinkView {
    pub(crate) before: String,
    pub(crate) host: String,
    pub(crate) after: String,
    /// Where it really leads, when it seems to lead elsewhere; empty when it does not.
    pub(crate) doubt: String,
}

impl LinkView {
    fn of(address: &str, link: &Link) -> Self {
        let host = link.host_place.clone();
        let id = link.doubt.map(|doubt| match doubt {
            Doubt::Letters => "chat-link-letters",
            Doubt::Hidden => "chat-link-hidden",
        });
        Self {
            before: address[..host.start].to_owned(),
            host: address[host.clone()].to_owned(),
            after: address[host.end..].to_owned(),
            doubt: id.map(|id| Words::of(id).with("host", link.host.clone()).say()).unwrap_or_default(),
        }
    }
}

/// Takes a text apart at its addresses.
pub(crate) fn parts_of(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut from = 0;
    for link in links(text) {
        let plain = text[from..link.place.start].to_owned();
        let address = &text[link.place.clone()];
        parts.push(Part { text: plain, link: None });
        parts.push(Part { text: address.to_owned(), link: Some(LinkView::of(address, &link)) });
        from = link.place.end;
    }
    parts.push(Part { text: text[from..].to_owned(), link: None });
    parts.retain(|part| !part.text.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::parts_of;

    #[test]
    fn an_address_shows_where_it_leads() {
        // MSG-B7, MSG-B8
        let shown = |text: &str| {
            let one = |part: super::Part| match part.link {
                None => part.text,
                Some(link) if link.doubt.is_empty() => {
                    format!("[{}*{}*{}]", link.before, link.host, link.after)
                }
                Some(link) => format!("[{}{}] ({})", link.before, link.after, link.doubt),
            };
            parts_of(text).into_iter().map(one).collect::<String>()
        };
        assert_eq!(shown("см. https://school.ru/a?b=1, там"), "см. [https://*school.ru*/a?b=1], там");
        assert_eq!(shown("<img src=x> ftp://a"), "<img src=x> ftp://a");
        assert_eq!(
            shown("https://sbеr.ru/pay!"),
            "[https://sbеr.ru/pay] (На самом деле это xn--sbr-sdd.ru: буквы подменены похожими.)!"
        );
        assert_eq!(
            shown("https://sber.ru@evil.example/x"),
            "[https://sber.ru@evil.example/x] (На самом деле ведёт на evil.example.)"
        );
    }
}
