use std::sync::Arc;

use identity::Provider;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::outgoing::Origin;

/// Which VK ID the school trusts.
#[derive(Clone, Debug)]
pub enum VkId {
    /// None: the tab «Авторизация в Сферум» is absent (LNK-L9).
    Off,
    /// The one inside this executable, by the school's explicit setting (O7).
    Embedded,
    /// The real service (VK-50).
    Service(Arc<VkService>),
}

/// The real VK ID, and the school's application there.
#[derive(Clone)]
pub struct VkService {
    /// Where it is: `https://id.vk.ru`.
    pub origin: Origin,
    /// The number of the application.
    pub client_id: u64,
    /// The whole address of the way back, as it is registered there; its path is [`VkService::CALLBACK`].
    pub redirect: String,
    /// What is asked for, in words with spaces.
    pub scope: String,
    /// The key of a confidential application.
    pub service_token: Option<String>,
}

impl std::fmt::Debug for VkService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "VkService({}, {})", self.origin, self.client_id)
    }
}

impl VkService {
    /// The path the service sends browsers back to (O4: one for each provider).
    pub const CALLBACK: &str = "/link/vk/callback";

    /// The address of the sign-in page for one attempt.
    pub(crate) fn authorize_address(&self, state: &str, challenge: &str) -> String {
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        format!(
            "{}/authorize?response_type=code&client_id={}&redirect_uri={}&scope={}&state={state}\
             &code_challenge={challenge}&code_challenge_method=s256",
            self.origin,
            self.client_id,
            encoded(&self.redirect),
            encoded(&self.scope),
        )
    }
}

impl VkId {
    /// With whom links are made.
    #[must_use]
    pub const fn provider(&self) -> Option<Provider> {
        match self {
            Self::Off => None,
            Self::Embedded => Some(Provider::Embedded),
            Self::Service(_) => Some(Provider::Vk),
        }
    }

    /// Whether the embedded VK ID answers.
    #[must_use]
    pub const fn is_embedded(&self) -> bool {
        matches!(self, Self::Embedded)
    }
}
