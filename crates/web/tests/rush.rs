//! The morning rush (A10), alone in its process so that its memory can be read.
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod kit;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use kit::Site;

#[test]
fn two_hundred_sign_ins_at_once_starve_nobody() {
    // A10: hashing waits in its queue of two; other routes do not, and memory stays.
    let site = Arc::new(Site::open());
    let login = site.world.set_password("varya", "лампа река сосна");
    let done = Arc::new(AtomicUsize::new(0));
    let threads: Vec<_> = (0..200)
        .map(|_| {
            let (site, done, login) = (Arc::clone(&site), Arc::clone(&done), login.clone());
            std::thread::spawn(move || {
                let mut browser = site.browser();
                let page = browser.sign_in(&login, "лампа река сосна");
                done.fetch_add(1, Ordering::SeqCst);
                page.status
            })
        })
        .collect();
    let mut witnesses = 0;
    while done.load(Ordering::SeqCst) < 200 {
        assert_eq!(site.browser().get("/health").status, 200);
        witnesses += 1;
    }
    assert!(threads.into_iter().all(|thread| thread.join().unwrap() == 200));
    assert!(witnesses > 10, "only {witnesses} other answers while people signed in");
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kib: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    assert!(kib < 256 * 1024, "{kib} KiB");
}
