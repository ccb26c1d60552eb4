//! Audited routes that only a school with other settings has: codes by a service or by hand, and the real VK ID.

use std::sync::Arc;

use web::gateway::{Gateway, Template, TemplateText};
use web::outgoing::Origin;
use web::settings::{SmsChannel, VkId, VkService};

use crate::Ready;
use crate::kit::Site;
use crate::kit::fake::{Fake, Reply};
use crate::kit::walk::{PHONE, Walk};

/// A school of its own settings, and the deed that is about to be done in it.
pub(crate) type DeedElsewhere = (&'static str, fn() -> (Site, Ready));

/// A code that waits in a school with this channel.
fn waiting(channel: SmsChannel) -> (Site, i64) {
    let site = Site::with(|settings| {
        settings.sms = channel;
        settings.outside.private_hosts = vec!["127.0.0.1".to_owned()];
    });
    Walk::begin(&site, "varya").phone(PHONE);
    let id = site.world.read(|tx| identity::list_messages(tx, 1))[0].id.get();
    (site, id)
}

pub(crate) fn deeds() -> Vec<DeedElsewhere> {
    vec![
        ("/link", || {
            let service = VkService {
                origin: Origin::parse("https://id.vk.ru").unwrap(),
                client_id: 51_000_001,
                redirect: "https://shkola.test/link/vk/callback".to_owned(),
                scope: "vkid.personal_info".to_owned(),
                service_token: None,
            };
            let site = Site::with(|settings| settings.vk_id = VkId::Service(Arc::new(service)));
            let ready = Ready::after(site.browser_of("varya"), "/link", "/link", &[]);
            (site, ready)
        }),
        ("/admin/sms/messages/{message}", || {
            let (site, id) = waiting(SmsChannel::Slip);
            let path = format!("/admin/sms/messages/{id}");
            let ready = Ready::after(site.browser_of("sedov"), &path, &path, &[("phone", PHONE)]);
            (site, ready)
        }),
        ("/admin/sms/messages/{message}/again", || {
            let ill = Fake::plain(|_| Reply::of(503, "text/plain", ""));
            let text = TemplateText {
                method: "POST".to_owned(),
                url: format!("http://{}/", ill.address),
                body: "to={phone}&text={text}".to_owned(),
                ..TemplateText::default()
            };
            let sms = Template::parse(text).unwrap();
            let (site, id) = waiting(SmsChannel::Http(Arc::new(Gateway { sms, call: None })));
            let path = format!("/admin/sms/messages/{id}/again");
            let ready = Ready::after(site.browser_of("sedov"), "/admin/sms", &path, &[]);
            (site, ready)
        }),
    ]
}
