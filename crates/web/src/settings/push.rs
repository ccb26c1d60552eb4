//! What is set for push services.

use crate::outgoing::PushHosts;

/// How push services are spoken to; whether they are at all is decided on a page of the site.
#[derive(Clone, Debug, Default)]
pub struct Push {
    /// The hosts that calls may leave for.
    pub hosts: PushHosts,
    /// Where the people of a push service reach the school: `mailto:` or `https:`.
    pub contact: Option<String>,
}

impl Push {
    /// The contact that is told: what is set, else the address of the site.
    #[must_use]
    pub fn contact_of(&self, hosts: &[String]) -> String {
        match (&self.contact, hosts.first()) {
            (Some(contact), _) => contact.clone(),
            (None, Some(host)) => format!("https://{host}"),
            (None, None) => "https://localhost".to_owned(),
        }
    }
}
