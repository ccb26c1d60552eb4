//! The real VK ID's part, as a host of this machine plays it.

use std::sync::Arc;
use std::time::Duration;

use web::outgoing::Origin;
use web::settings::{Outside, Patience, VkId, VkService};

use super::Site;
use super::fake::{Heard, Reply};

/// The access token of the service.
pub const TOKEN: &str = "vk2.a.sesame";

/// The answer to an exchange, with the rest of its fields.
pub fn token_answer(state: &str, rest: &str) -> Reply {
    Reply::json(&format!("{{\"access_token\":\"{TOKEN}\",\"state\":\"{state}\"{rest}}}"))
}

/// What the service answers when it is well.
pub fn well(heard: &Heard) -> Reply {
    match heard.path() {
        "/oauth2/auth" => {
            let rest =
                ",\"refresh_token\":\"r\",\"id_token\":\"i\",\"expires_in\":3600,\"user_id\":700100200";
            token_answer(&heard.field("state").unwrap(), rest)
        }
        "/oauth2/user_info" => Reply::json(
            "{\"user\":{\"user_id\":\"700100200\",\"first_name\":\"Варвара\",\"last_name\":\"Ильина\",\
             \"avatar\":\"https://vk.test/a.jpg\",\"sex\":1,\"email\":\"\",\"phone\":null,\"birthday\":\"14.03.2014\"}}",
        ),
        "/oauth2/logout" => Reply::json("{\"response\":1}"),
        other => panic!("{other}"),
    }
}

/// A school whose settings name a VK ID service at an address of this machine.
pub fn site_with(origin: &str, patience: Patience) -> Site {
    let service = VkService {
        origin: Origin::parse(origin).unwrap(),
        client_id: 51_000_001,
        redirect: "https://shkola.test/link/vk/callback".to_owned(),
        scope: "vkid.personal_info".to_owned(),
        service_token: Some("service-sesame".to_owned()),
    };
    Site::with(move |settings| {
        settings.vk_id = VkId::Service(Arc::new(service));
        let private_hosts = vec!["127.0.0.1".to_owned(), "localhost".to_owned()];
        settings.outside = Outside { private_hosts, patience, ..Outside::default() };
    })
}

/// Waits longer than any test.
pub fn patient() -> Patience {
    let long = Duration::from_secs(30);
    Patience { connect: long, total: long, form: long }
}
