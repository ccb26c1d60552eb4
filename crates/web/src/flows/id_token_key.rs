//! The key of the id tokens: made once, sealed in the base, read once by each start (VK-27).

use std::sync::Arc;

use identity::IdTokenKey;

use crate::{App, Failure};

const SECRET: &str = "vk id token key";

/// The key; the first call reads or makes it.
///
/// # Errors
/// [`Failure`] by what the base said; the next call tries again.
pub(crate) async fn id_token_key(app: &Arc<App>) -> Result<Arc<IdTokenKey>, Failure> {
    app.id_token_key.get_or_try_init(|| open(app)).await.cloned()
}

async fn open(app: &Arc<App>) -> Result<Arc<IdTokenKey>, Failure> {
    let reader = Arc::clone(app);
    let found = app
        .store
        .read(move |tx| {
            let sealed = tx.find_secret(SECRET)?;
            let plain = sealed.and_then(|sealed| reader.key.open(SECRET, &sealed));
            Ok::<_, Failure>(plain.and_then(|plain| IdTokenKey::from_bytes(&plain)))
        })
        .await?;
    if let Some(key) = found {
        return Ok(Arc::new(key));
    }
    // Two large primes take a tenth of a second: not on a thread that answers people.
    let key = tokio::task::spawn_blocking(IdTokenKey::make).await.ok().flatten();
    let key = key.ok_or(Failure::Defect("no key for id tokens"))?;
    let bytes = key.bytes().ok_or(Failure::Defect("no key for id tokens"))?;
    let (now, sealed) = (app.clock.now(), app.key.seal(&app.random, SECRET, &bytes));
    app.store.write(move |tx| Ok::<_, Failure>(tx.keep_secret(now, SECRET, &sealed)?)).await?;
    Ok(Arc::new(key))
}
