//! A running server over testkit's small school.
#![allow(clippy::unwrap_used, clippy::expect_fun_call, reason = "a test that cannot go on must stop")]
#![allow(clippy::disallowed_methods, reason = "processes of one test tell each other by the environment")]
#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of the kit")]
#![allow(clippy::mod_module_files, reason = "a folder of its own keeps the kit from being a test")]

pub mod chats;
pub mod fake;
pub mod files;
pub mod lessons;
pub mod log;
pub mod offer;
pub mod process;
pub mod service;
pub mod socket;
pub mod tables;
pub mod walk;
pub mod wire;

use std::net::SocketAddr;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use store::{Random, ServerKey, Store};
use testkit::{Browser, World};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use web::settings::{Network, SmsChannel, VkId};
use web::{App, Clock, Settings};

/// The demo's settings, so that every route exists.
pub fn settings() -> Settings {
    let mut settings = Settings::on_loopback(0);
    settings.vk_id = VkId::Embedded;
    settings.sms = SmsChannel::Screen;
    settings.demo = true;
    settings.school_addresses = vec![Network::parse("127.0.0.0/8").unwrap()];
    settings
}

/// A server that answers, and the clock that tests move.
pub struct Server {
    pub app: Arc<App>,
    pub clock: Clock,
    pub address: SocketAddr,
    runtime: Option<Runtime>,
    stop: Option<oneshot::Sender<()>>,
}

impl Server {
    /// Starts over an open base.
    pub fn start(store: Store, key: ServerKey, random: Random, settings: Settings) -> Self {
        let clock = Clock::fixed(testkit::now());
        let app = App::new(store, clock.clone(), random, key, settings).unwrap();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let server = runtime.block_on(web::server::Server::bind(Arc::clone(&app))).unwrap();
        let address = server.address();
        let (stop, stopped) = oneshot::channel();
        runtime.spawn(server.run(async move {
            let _ = stopped.await;
        }));
        Self { app, clock, address, runtime: Some(runtime), stop: Some(stop) }
    }

    /// Asks the server to stop, as SIGTERM does.
    pub fn stop(&mut self) {
        drop(self.stop.take());
    }

    /// Runs a client of one's own beside the server.
    pub fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.as_ref().unwrap().block_on(work)
    }

    /// A browser without cookies.
    pub fn browser(&self) -> Browser {
        Browser::new(self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// The server and its school.
pub struct Site {
    pub world: World,
    server: Server,
}

impl Site {
    /// Starts the server with the demo's settings.
    pub fn open() -> Self {
        Self::with(|_| {})
    }

    /// Starts the server with settings of one's own.
    pub fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let world = World::with_schema(web::schema());
        let mut settings = settings();
        change(&mut settings);
        let random = world.random.clone();
        let key = ServerKey::in_memory(&random);
        let server = Server::start(world.store.clone(), key, random, settings);
        Self { world, server }
    }

    /// Stops the server, closes the base, and starts anew over the same file; browsers have to move, and to open
    /// a page anew, because the key is another one.
    pub fn restart(&mut self) {
        let (key, settings) = (ServerKey::in_memory(&self.world.random), self.app.settings.clone());
        self.server.app.store.close();
        self.world.reopen();
        self.server = Server::start(self.world.store.clone(), key, self.world.random.clone(), settings);
    }

    /// A browser in which a person of the World has signed in.
    pub fn browser_of(&self, key: &str) -> Browser {
        let password = "три случайных слова";
        let login = self.world.set_password(key, password);
        let mut browser = self.browser();
        let page = browser.sign_in(&login, password);
        assert!(browser.cookie("zvonok_session").is_some(), "{}", page.text());
        browser
    }
}

impl Deref for Site {
    type Target = Server;

    fn deref(&self) -> &Server {
        &self.server
    }
}

impl DerefMut for Site {
    fn deref_mut(&mut self) -> &mut Server {
        &mut self.server
    }
}
