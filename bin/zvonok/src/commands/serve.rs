use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use store::{Health, Mode, Random, Store};
use tokio::signal::unix::{SignalKind, signal};
use web::server::Server;
use web::{App, Clock, Settings};

use crate::args::ServeArgs;
use crate::words::tell;
use crate::{commands, config};

/// Opens the school's site.
pub(crate) fn run(args: &ServeArgs) -> anyhow::Result<ExitCode> {
    let settings = config::resolve(args)?;
    let key = commands::take_key(&args.place)?;
    let store = Store::open(&args.place.db, &web::schema(), Mode::Serve)?;
    if store.health() == Health::ReadOnly {
        tell(&format!(
            "{}: файл нельзя изменять, сайт открыт только для чтения. Верните право записи и перезапустите",
            args.place.db.display()
        ));
    }
    let named = || args.place.db.display().to_string();
    if !settings.listen.ip().is_loopback() && commands::is_demo(&store).with_context(named)? {
        bail!(
            "{}: это демонстрационная школа, её пароли известны всем; в сети её открывает только «zvonok demo --allow-network»",
            args.place.db.display()
        );
    }
    let app = App::new(store, Clock::System, Random::system(), key, settings).with_context(named)?;
    listen(app, |server| {
        tell(&format!("Сайт школы: {}", server.url()));
        tell_root(server);
        Ok(())
    })
}

/// Says how machines come to trust certificates of the school's own root.
pub(crate) fn tell_root(server: &Server) {
    let Some((fingerprint, is_new)) = server.root() else { return };
    if is_new {
        tell(
            "Выпущен корень школы: установите его на компьютеры и телефоны, как написано на странице /certificate сайта.",
        );
    }
    tell(&format!("Отпечаток корня школы (SHA-256): {fingerprint}"));
}

/// Answers until a signal comes, then drains and closes the base.
pub(crate) fn listen(
    app: Arc<App>,
    ready: impl FnOnce(&Server) -> anyhow::Result<()>,
) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(32)
        .build()
        .context("потоки сервера не запустились")?;
    runtime.block_on(async {
        let server = Server::bind(Arc::clone(&app)).await?;
        ready(&server)?;
        web::jobs::start(&app);
        server.run(stopped()?).await;
        anyhow::Ok(())
    })?;
    runtime.shutdown_timeout(std::time::Duration::from_secs(5));
    app.store.close();
    Ok(ExitCode::SUCCESS)
}

/// Resolves on SIGTERM or Ctrl+C.
fn stopped() -> anyhow::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate()).context("сигнал завершения не слушается")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("сигнал прерывания не слушается")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Settings of the demo on one address.
pub(crate) fn demo_settings(
    address: std::net::SocketAddr,
    hosts: Vec<String>,
    transport: web::settings::Transport,
) -> Settings {
    let mut settings = Settings::on_loopback(address.port());
    settings.listen = address;
    settings.hosts = hosts;
    settings.transport = transport;
    settings.demo = true;
    settings.vk_id = web::settings::VkId::Embedded;
    settings.sms = web::settings::SmsChannel::Screen;
    // Many demos may run on one machine: each takes free ports.
    settings.calls = config::usual_calls(&settings, 0);
    // The demo treats loopback as a school address by this ordinary setting (A21).
    settings.school_addresses =
        ["127.0.0.0/8", "::1"].into_iter().filter_map(web::settings::Network::parse).collect();
    settings
}
