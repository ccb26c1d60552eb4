//! A full disk as people see it, on a small file system in memory that a second process mounts for itself alone. Where
//! the system lets nobody mount, the test says so and proves nothing.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "tests stop at the first surprise, and say what they could not prove"
)]

mod kit;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use kit::Site;
use kit::chats::say;
use kit::socket::{class_chat, field};

const MOUNTED: &str = "ZVONOK_SMALL_DISK";

/// Runs `test` of this program in a process whose temporary folder is a file system of so many megabytes.
fn mounted(test: &str, megabytes: u32) {
    let dir = tempfile::tempdir().unwrap();
    let can = Command::new("unshare").args(["-rm", "true"]).output().is_ok_and(|done| done.status.success());
    if !can {
        eprintln!("{test}: this system lets nobody mount, nothing was proved");
        return;
    }
    let mount = format!("mount -t tmpfs -o size={megabytes}m zvonok \"$0\" && exec \"$@\"");
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-c", &mount]).arg(dir.path()).arg(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture", "--test-threads=1"]);
    command.env(MOUNTED, dir.path()).env("TMPDIR", dir.path());
    let done = command.output().unwrap();
    let told = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{told}{}", String::from_utf8_lossy(&done.stderr));
    assert!(told.contains("proved"), "{told}");
}

fn fill(path: &Path) {
    let mut file = std::fs::File::create(path).unwrap();
    for size in [65_536, 4096, 512, 1] {
        while file.write_all(&vec![7; size]).is_ok() {}
    }
}

#[test]
fn a_full_disk_refuses_a_message_in_words_and_pages_are_read_on() {
    // MSG-E13, R4
    let Some(folder) = std::env::var_os(MOUNTED).map(PathBuf::from) else {
        return mounted("a_full_disk_refuses_a_message_in_words_and_pages_are_read_on", 24);
    };
    let site = Site::with_chats();
    let (mut varya, mut gromova) = (site.browser_of("varya"), site.browser_of("gromova"));
    let chat = class_chat(&mut varya);
    say(&mut varya, &chat, "до");
    let filler = folder.join("filler");
    for round in 0..2 {
        fill(&filler);
        let cid = field(&varya.get(&chat).body, "cid");
        let long = "очень длинное сообщение ".repeat(150);
        let refused = varya.post(&chat, &[("cid", &cid), ("text", &long)]);
        assert_eq!(refused.status, 507);
        assert!(refused.body.contains("На сервере закончилось место"), "{}", refused.text());
        assert!(refused.body.contains("очень длинное сообщение"), "what was typed is given back");
        let command = format!(
            r#"{{"t":"send","re":1,"conv":{},"cid":"{cid}","text":"{long}"}}"#,
            chat.rsplit('/').next().unwrap()
        );
        let answer = varya.post_json("/live/command", &command);
        assert!(answer.body.contains("S-507") && !answer.body.contains("\"ack\""), "{}", answer.body);
        // Nothing of it is there for anybody, and what was there is read.
        let page = gromova.get(&chat);
        assert!(page.status == 200 && page.body.contains("до") && !page.body.contains("очень длинное"));
        std::fs::remove_file(&filler).unwrap();
        // The same message goes, by the same number of its sender's, once there is room; no restart is needed.
        let sent = varya.post_json("/live/command", &command);
        assert!(sent.body.contains("\"dup\":false"), "{}", sent.body);
        let again = varya.post_json("/live/command", &command);
        assert!(again.body.contains("\"dup\":true"), "{}", again.body);
        let page = gromova.get(&chat).body;
        let has = |seq: usize| page.contains(&format!("id=\"m{seq}\""));
        assert!(has(2 + round) && !has(3 + round), "one message, and no hole in the numbers");
        assert_eq!(varya.post(&format!("{chat}/{}/delete", 2 + round), &[]).status, 303);
    }
    println!("proved");
}
