//! Processes under measurement: started, watched through /proc, stopped.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, anyhow, bail};
use serde_json::Value;

/// The moment at which the demo school lives in every run.
const TODAY: &str = "2026-10-14T10:47";

/// A child process that ends with its handle.
pub(crate) struct Process(Child);

impl Process {
    /// Starts a command and gives the first line it prints that holds `word`.
    pub(crate) fn start(command: &mut Command, word: &str) -> anyhow::Result<(Self, String)> {
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let mut process = Self(child);
        let out = process.0.stdout.take().context("the child has no output")?;
        for line in BufReader::new(out).lines() {
            let line = line?;
            if line.contains(word) {
                return Ok((process, line));
            }
        }
        bail!("{command:?} ended without saying {word}");
    }

    /// CPU used so far by all threads, in nanoseconds.
    pub(crate) fn cpu_nanos(&self) -> anyhow::Result<u64> {
        let mut sum = 0;
        for task in std::fs::read_dir(format!("/proc/{}/task", self.0.id()))? {
            // A thread may end between the listing and the look.
            let Ok(text) = std::fs::read_to_string(task?.path().join("schedstat")) else { continue };
            sum += text.split(' ').next().and_then(|nanos| nanos.parse::<u64>().ok()).unwrap_or(0);
        }
        Ok(sum)
    }

    /// CPU used so far, threads that have ended included, in microseconds; told in steps of ten milliseconds.
    pub(crate) fn cpu_micros(&self) -> anyhow::Result<u64> {
        const TICK: u64 = 10_000;
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.0.id()))?;
        // The name, in brackets, may hold anything; user and system time are the 12th and 13th field after it.
        let (_, fields) = stat.rsplit_once(')').context("a stat without a name")?;
        let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<u64>);
        Ok(TICK * ticks.sum::<Result<u64, _>>()?)
    }

    /// Memory that is the process's own now, in MB.
    pub(crate) fn memory_mb(&self) -> anyhow::Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kib * 1024.0 / 1e6)
    }

    /// Ends the process as an administrator would.
    pub(crate) fn stop(mut self) -> anyhow::Result<()> {
        Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status()?;
        self.0.wait()?;
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Already gone after `stop`.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A running demo school.
pub(crate) struct Demo {
    pub(crate) process: Process,
    /// `address:port`.
    pub(crate) host: String,
    pub(crate) base: PathBuf,
    people: Vec<Value>,
}

/// A demo school's base after its server has stopped.
pub(crate) struct Stopped {
    pub(crate) base: PathBuf,
}

impl Demo {
    /// Builds the school in a folder and serves it.
    pub(crate) fn build(zvonok: &Path, folder: &Path) -> anyhow::Result<Self> {
        let begun = std::time::Instant::now();
        let demo = Self::serve(zvonok, folder)?;
        println!("\nfirst demo start, school built: {:.2} s (target 5 s)", begun.elapsed().as_secs_f64());
        Ok(demo)
    }

    /// Serves the school of a folder, built before or now.
    pub(crate) fn serve(zvonok: &Path, folder: &Path) -> anyhow::Result<Self> {
        Self::serve_by(Command::new(zvonok), folder)
    }

    /// The same by a command that starts the executable.
    pub(crate) fn serve_by(mut command: Command, folder: &Path) -> anyhow::Result<Self> {
        command.args(["demo", "--port", "0", "--json", "--today", TODAY, "--data"]).arg(folder);
        let (process, line) = Process::start(&mut command, "\"url\"")?;
        let printed: Value = serde_json::from_str(&line).context("what the demo prints")?;
        let url = printed["url"].as_str().context("the demo printed no url")?;
        let host = url.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let people = printed["people"].as_array().cloned().unwrap_or_default();
        Ok(Self { process, host, base: folder.join("zvonok.db"), people })
    }

    /// Login and password of the first person with a role.
    pub(crate) fn person(&self, role: &str) -> anyhow::Result<(String, String)> {
        let person = self.people.iter().find(|person| person["role"] == role);
        let text = |name: &str| person.and_then(|person| person[name].as_str()).map(str::to_owned);
        text("login").zip(text("password")).ok_or_else(|| anyhow!("the demo has no {role}"))
    }

    /// Phone and VK ID password of the first person who has them.
    pub(crate) fn vk_person(&self) -> anyhow::Result<(String, String)> {
        let text = |person: &Value, name: &str| person[name].as_str().map(str::to_owned);
        let found = self.people.iter().find_map(|one| text(one, "phone").zip(text(one, "vk_password")));
        found.context("nobody of the demo has a VK ID")
    }

    /// Stops the server; the base stays.
    pub(crate) fn stop(self) -> anyhow::Result<Stopped> {
        self.process.stop()?;
        Ok(Stopped { base: self.base })
    }
}
