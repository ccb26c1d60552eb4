//! Registers the school's own portal with its embedded provider, at each start: names and port are settings.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::App;
use crate::server::Scheme;
use crate::settings::Transport;

/// The path the provider sends browsers back to (O4: one for each provider).
pub(crate) const CALLBACK: &str = "/link/embedded/callback";

/// The address of the way back for an origin as a client asked for it.
pub(crate) fn callback_of(origin: &str) -> String {
    format!("{origin}{CALLBACK}")
}

/// Registers the portal under every name the server answers to.
///
/// # Errors
/// [`store::Error`] by what the base said; a base that is open for reading only keeps what it has.
pub(crate) async fn open_provider(app: &Arc<App>, address: SocketAddr) -> Result<(), store::Error> {
    let port = address.port();
    let is_plain = app.settings.transport == Transport::Plain;
    // A proxy ends TLS before the server that speaks plain HTTP to it.
    let is_proxied = !app.settings.trusted_proxies.is_empty();
    let schemes = [(Scheme::Http, is_plain), (Scheme::Https, !is_plain || is_proxied)];
    let uris: Vec<String> = app
        .settings
        .names(address.ip())
        .into_iter()
        .flat_map(|name| {
            let spoken = schemes.into_iter().filter(|(_, spoken)| *spoken);
            spoken.flat_map(move |(scheme, _)| {
                let origin = format!("{}://{name}", scheme.word());
                [callback_of(&format!("{origin}:{port}")), callback_of(&origin)]
            })
        })
        .collect();
    let (now, name) = (app.clock.now(), app.school().profile.short_name.clone());
    app.store.write(move |tx| identity::ensure_school_client(tx, now, &name, &uris)).await
}
