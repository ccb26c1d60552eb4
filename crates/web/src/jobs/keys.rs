//! At start: the key of the embedded VK ID's id tokens is there before the first application asks for one.

use std::sync::Arc;

use crate::{App, flows};

pub(super) async fn run(app: Arc<App>) {
    if !app.settings.vk_id.is_embedded() || app.store.health() == store::Health::ReadOnly {
        return;
    }
    if let Err(error) = flows::id_token_key(&app).await {
        tracing::warn!(%error, "the key of the id tokens is not there; the first call makes it");
    }
}
