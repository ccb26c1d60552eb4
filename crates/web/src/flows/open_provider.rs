//! Registers the school's own portal with its embedded provider, at each start: names and port are settings.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::App;

/// The path the provider sends browsers back to (O4: one for each provider).
pub(crate) const CALLBACK: &str = "/link/embedded/callback";

/// The address of the way back for a host as a client wrote it.
pub(crate) fn callback_of(host: &str) -> String {
    format!("http://{host}{CALLBACK}")
}

/// Registers the portal under every name the server answers to.
///
/// # Errors
/// [`store::Error`] by what the base said; a base that is open for reading only keeps what it has.
pub(crate) async fn open_provider(app: &Arc<App>, address: SocketAddr) -> Result<(), store::Error> {
    let mut names = app.settings.hosts.clone();
    if address.ip().is_loopback() {
        names.extend(["localhost", "127.0.0.1", "[::1]"].map(str::to_owned));
    }
    let port = address.port();
    let uris: Vec<String> = names
        .into_iter()
        .map(|name| name.to_ascii_lowercase())
        .flat_map(|name| [callback_of(&name), callback_of(&format!("{name}:{port}"))])
        .collect();
    let (now, name) = (app.clock.now(), app.school().profile.short_name.clone());
    app.store.write(move |tx| identity::ensure_school_client(tx, now, &name, &uris)).await
}
