//! The executable as a newcomer meets it: every refusal is one Russian line that names what is wrong, and changes
//! nothing.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]
#![allow(clippy::disallowed_methods, reason = "the executable is run as a process")]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// A folder in which commands are run.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A folder with the base of a school.
    fn with_school() -> Self {
        let desk = Self::new();
        assert!(desk.run("init").status.success());
        desk
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zvonok"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("ZVONOK_")) {
            command.env_remove(name);
        }
        command.current_dir(self.path()).args(line.split_whitespace()).stdin(Stdio::null());
        command
    }

    fn run(&self, line: &str) -> Output {
        self.command(line).output().unwrap()
    }

    /// What a refused command says; it says it in one line.
    fn refused(&self, line: &str) -> String {
        let output = self.run(line);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{line}: {said}");
        assert!(output.stdout.is_empty(), "{line}");
        let said = said.strip_suffix('\n').unwrap_or_else(|| panic!("{line}: {said}"));
        assert!(!said.contains('\n'), "{line}: {said}");
        said.strip_prefix("zvonok: ").unwrap_or_else(|| panic!("{line}: {said}")).to_owned()
    }

    /// The names and bytes of everything in the folder, but for SQLite's own index of its log.
    fn contents(&self) -> Vec<(String, Vec<u8>)> {
        let mut all: Vec<_> = std::fs::read_dir(self.path())
            .unwrap()
            .map(|entry| entry.unwrap())
            .filter(|entry| entry.path().is_file())
            .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
            .filter(|(name, bytes)| !(name.ends_with("-shm") || name.ends_with("-wal") && bytes.is_empty()))
            .collect();
        all.sort();
        all
    }
}

#[test]
fn wrong_command_lines_are_told_in_russian() {
    let desk = Desk::new();
    let told: Vec<String> = [
        "shout",
        "server",
        "serve --lisen 127.0.0.1:1",
        "serve --listen here",
        "demo --port 80000",
        "init --week-days 9",
        "init --week-days",
        "import",
        "import --undo 1 folder",
        "import --undo -1",
        "import --undo 99999999999999999999",
        "backup",
        "backup a b",
        "account",
        "account slip",
        "account create --surname И --role teacher",
        "routes --json --json",
    ]
    .iter()
    .map(|line| {
        let output = desk.run(line);
        assert_eq!(output.status.code(), Some(2), "{line}");
        let said = String::from_utf8(output.stderr).unwrap();
        format!("$ zvonok {line}\n{}", said.lines().next().unwrap_or_default())
    })
    .collect();
    insta::assert_snapshot!(told.join("\n"));
    assert!(desk.contents().is_empty());
}

#[test]
fn no_help_speaks_english() {
    let desk = Desk::new();
    let pages = ["", "demo", "init", "serve", "import", "backup", "restore", "check", "verify", "routes"]
        .into_iter()
        .chain(["account", "account list", "account create", "account slip", "account block"]);
    for page in pages {
        let output = desk.run(&format!("{page} --help"));
        assert!(output.status.success(), "{page}");
        let help = String::from_utf8(output.stdout).unwrap();
        assert!(help.contains("Вызов: zvonok"), "{page}: {help}");
        for word in
            ["Usage", "Commands", "Options", "OPTIONS", "Arguments", "Print", "default", "env:", "possible"]
        {
            assert!(!help.contains(word), "{page}: {word} in {help}");
        }
    }
}

#[test]
fn files_that_are_not_there_or_not_what_they_should_be_are_named_with_the_remedy() {
    let desk = Desk::with_school();
    std::fs::write(desk.path().join("text.txt"), "это не база").unwrap();
    std::fs::create_dir(desk.path().join("folder")).unwrap();
    std::fs::create_dir(desk.path().join("folder.db")).unwrap();
    let before = desk.contents();
    let told: Vec<String> = [
        "serve --db none.db",
        "check --db folder.db",
        "backup zvonok.db",
        "backup nowhere/copy.db",
        "restore none.db",
        "restore text.txt",
        "restore folder",
        "import nowhere",
        "import text.txt",
        "serve --config none.toml",
        "demo --address 0.0.0.0",
        "demo --address 0.0.0.0 --allow-network",
        "demo --hosts http://shkola.test",
        "demo --data text.txt",
        "demo --today вчера",
        "demo --today 2026-02-30",
        "demo --today 9999-12-31",
        "demo --today 1900-01-01",
        "account slip nobody",
        "account create --surname Ив2 --given Иван --role teacher",
        "account create --surname Иванов --given Иван --role teacher --login IVAN",
        "account create --surname Иванов --given Иван --role teacher --login ив",
        "account create --surname Иванов --given Иван --role pupil",
    ]
    .iter()
    .map(|line| format!("$ zvonok {line}\n{}", desk.refused(line)))
    .collect();
    insta::assert_snapshot!(told.join("\n"));
    assert!(desk.contents() == before, "a refused command changes nothing");
}

#[test]
fn a_copy_that_is_none_makes_no_key() {
    let desk = Desk::new();
    std::fs::write(desk.path().join("text.txt"), "это не база").unwrap();
    let before = desk.contents();
    desk.refused("restore none.db");
    desk.refused("restore text.txt");
    assert!(desk.contents() == before);
}

#[test]
fn the_demo_touches_no_base_but_its_own() {
    let desk = Desk::with_school();
    let before = desk.contents();
    for line in ["demo --port 0 --data .", "demo --port 0 --data . --fresh"] {
        let said = desk.refused(line);
        assert!(said.contains("zvonok.db: это не демонстрационная школа, она не тронута"), "{said}");
        assert!(said.contains("--data"), "{said}");
    }
    assert!(desk.contents() == before);
}

#[test]
fn a_demo_of_another_day_says_how_to_renew_it() {
    let desk = Desk::new();
    let said = |today: &str| {
        let mut command = desk.command(&format!("demo --json --port 0 --data . --today {today}"));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("{\"url\""), "{line}");
        child.kill().unwrap();
        let output = child.wait_with_output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        text.lines().filter(|line| line.contains("--fresh")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(said("2026-10-14"), [""; 0]);
    assert_eq!(said("2026-10-14T23:59"), [""; 0]);
    let other = said("2026-10-15");
    assert_eq!(other.len(), 1);
    assert!(other[0].contains("создана на 2026-10-14") && other[0].contains("показывают 2026-10-15"));
    assert_eq!(said("2026-10-15T09:00 --fresh"), [""; 0]);
    assert_eq!(said("2026-10-15"), [""; 0]);
}

#[test]
fn a_damaged_page_is_told_with_the_file_and_the_remedy() {
    let desk = Desk::with_school();
    let path = desk.path().join("zvonok.db");
    let mut bytes = std::fs::read(&path).unwrap();
    for page in bytes.chunks_mut(4096).skip(1) {
        page[..8].fill(0xFF);
    }
    std::fs::write(&path, bytes).unwrap();
    for line in ["serve --listen 127.0.0.1:0", "account list", "account slip a", "backup copy.db", "verify"] {
        let said = desk.refused(line);
        assert!(said.starts_with("zvonok.db: ") && said.contains("поврежд"), "{line}: {said}");
        assert!(said.contains("zvonok restore КОПИЯ"), "{line}: {said}");
    }
}

#[test]
fn whoever_stops_listening_hears_no_panic() {
    let desk = Desk::new();
    let mut child = desk.command("routes").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert!(output.status.success());
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = desk.command("routes").stdout(full).output().unwrap();
    assert!(!output.status.success(), "what could not be said is no success");
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said, "zvonok: вывод не записан: на диске нет места\n");
}
