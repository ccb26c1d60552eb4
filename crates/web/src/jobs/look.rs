//! The look over the pages that follows a start (R10): damage turns the server read-only.

use std::sync::Arc;

use crate::App;

pub(super) async fn run(app: Arc<App>) {
    let looked = app.store.read_aside(|tx| tx.quick_check()).await;
    match looked {
        Ok(findings) if findings.is_empty() => tracing::info!("the base is sound"),
        Ok(findings) => {
            app.store.turn_read_only();
            for finding in findings {
                tracing::error!(
                    finding = finding.text,
                    "the base is damaged; the server only reads from now on"
                );
            }
        }
        Err(error) => {
            app.store.turn_read_only();
            tracing::error!(%error, "the base cannot be read through; the server only reads from now on");
        }
    }
}
