//! A server in a process of its own, to be killed: this test program runs once more, as that process.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use store::{Mode, Random, ServerKey, Store};
use testkit::{Browser, World};
use time::Duration;
use web::Settings;

use super::{Server, settings};

/// The name under which browsers know the server: its port is another after each start.
pub const HOST: &str = "school.test";

/// A folder with a base and its key, closed, for servers that come and go.
pub struct Folder {
    dir: tempfile::TempDir,
    /// Whether «Сферум» is open without a link (MSG-D11).
    pub open: bool,
}

impl Folder {
    /// Takes the base of a World; the World's own handle is closed.
    pub fn of(world: &World) -> Self {
        world.store.close();
        let folder = Self { dir: tempfile::tempdir().unwrap(), open: false };
        std::fs::copy(world.path(), folder.base()).unwrap();
        drop(ServerKey::create(&folder.key(), &world.random).unwrap());
        folder
    }

    /// What a killed process left: the base, its key, and so much of the log.
    pub fn with_log(base: &Folder, log: &[u8]) -> Self {
        let folder = Self { dir: tempfile::tempdir().unwrap(), open: false };
        std::fs::copy(base.base(), folder.base()).unwrap();
        std::fs::copy(base.key(), folder.key()).unwrap();
        std::fs::write(folder.log(), log).unwrap();
        folder
    }

    /// The base.
    pub fn base(&self) -> PathBuf {
        self.dir.path().join("zvonok.db")
    }

    /// SQLite's log beside it.
    pub fn log(&self) -> PathBuf {
        self.dir.path().join("zvonok.db-wal")
    }

    fn key(&self) -> PathBuf {
        self.dir.path().join("zvonok.key")
    }

    /// The places where the log ends with a commit: what a process killed between two commits would have left.
    pub fn commits(log: &[u8]) -> Vec<usize> {
        // https://sqlite.org/fileformat2.html#the_write_ahead_log: a head of 32 bytes, then frames of a page with 24
        // bytes before it; a frame that ends a commit says how long the base now is.
        let number = |at: usize| u32::from_be_bytes(log[at..at + 4].try_into().unwrap());
        let frame = 24 + usize::try_from(number(8)).unwrap();
        let of_this_log = |at: &usize| log[at + 8..at + 16] == log[16..24];
        let frames = (32..).step_by(frame).take_while(|at| at + frame <= log.len()).take_while(of_this_log);
        frames.filter(|at| number(at + 4) != 0).map(|at| at + frame).collect()
    }

    /// A server in this process over the folder.
    pub fn serve(&self, life: u32) -> Server {
        serve(self.dir.path(), life, self.open)
    }

    /// Whether the base is sound (R1).
    pub fn findings(&self) -> Vec<store::Finding> {
        store::check(&self.base(), &web::schema()).unwrap()
    }
}

/// The clock of a life of the server stands still, a minute after the life before.
fn serve(folder: &Path, life: u32, open: bool) -> Server {
    let store = Store::open(&folder.join("zvonok.db"), &web::schema(), Mode::Serve).unwrap();
    let key = ServerKey::take(&folder.join("zvonok.key")).unwrap();
    let server = Server::start(store, key, Random::seeded(life.into()), lenient(open));
    server.clock.advance(Duration::minutes(life.into()));
    server
}

/// The demo's settings for a server under load.
fn lenient(open: bool) -> Settings {
    let mut settings = settings();
    settings.require_link = !open;
    settings.hosts = vec![HOST.to_owned()];
    settings.socket_messages_per_second = 1_000_000;
    settings.sockets_per_session = 1000;
    settings
}

/// The server in the other process.
pub struct Process {
    child: Child,
    pub address: SocketAddr,
}

/// Starts the process and waits for its address; `None` when it has ended without one.
fn begun(command: &mut Command) -> Option<(Child, SocketAddr)> {
    let mut child = command.spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    // The test harness writes its own lines to the same pipe, one of them without an end.
    let address = lines
        .map_while(Result::ok)
        .find_map(|line| line.split_once("listens at ").and_then(|(_, address)| address.parse().ok()));
    if address.is_none() {
        child.wait().unwrap();
    }
    Some((child, address?))
}

impl Process {
    /// Runs a test of this program, which calls [`to_be_killed`], over a folder.
    pub fn start(test: &str, folder: &Folder, life: u32) -> Self {
        Self::run(Command::new(std::env::current_exe().unwrap()), test, folder, life)
    }

    /// The same in a process that may hold so many files and connections at once.
    pub fn start_with_descriptors(test: &str, folder: &Folder, most: u32) -> Self {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("ulimit -n {most} && exec \"$0\" \"$@\"")]);
        command.arg(std::env::current_exe().unwrap());
        Self::run(command, test, folder, 1)
    }

    fn run(mut command: Command, test: &str, folder: &Folder, life: u32) -> Self {
        command.args(["--exact", test, "--nocapture", "--test-threads=1"]);
        command.env("ZVONOK_TO_BE_KILLED", folder.dir.path()).env("ZVONOK_LIFE", life.to_string());
        if folder.open {
            command.env("ZVONOK_OPEN", "");
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        // Another test that starts a process at this moment holds a copy of every lock of this program, until its new
        // process has begun: the one that has just been let go of may still be held.
        let (child, address) =
            (0..20).find_map(|_| begun(&mut command)).expect("the other process did not start");
        Self { child, address }
    }

    /// A browser without cookies.
    pub fn browser(&self) -> Browser {
        Browser::new(self.address).named(HOST)
    }

    /// Hundredths of a second of a processor that the process has used; `None` when it is gone.
    pub fn ticks(&self) -> Option<u64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).ok()?;
        // https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: fields 14 and 15, counted behind the name.
        let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
        Some(fields[11].parse::<u64>().ok()? + fields[12].parse::<u64>().ok()?)
    }

    /// kill -9.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // A test that failed must not leave its server behind; one that was killed already is no news.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The other process: serves until it is killed, or until the process that started it is gone.
#[allow(clippy::print_stdout, reason = "the pipe is how the processes speak")]
pub fn to_be_killed() {
    let Some(folder) = std::env::var_os("ZVONOK_TO_BE_KILLED") else { return };
    let life = std::env::var("ZVONOK_LIFE").unwrap().parse().unwrap();
    let server = serve(Path::new(&folder), life, std::env::var_os("ZVONOK_OPEN").is_some());
    println!("listens at {}", server.address);
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}
