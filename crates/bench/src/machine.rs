//! What the figures were taken on.

/// Prints hardware, versions, the fsync mode and the command.
pub(crate) fn print(rounds: u32) {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let field = |text: &str, name: &str| {
        text.lines()
            .find(|line| line.starts_with(name))
            .and_then(|line| line.split_once(':'))
            .map(|(_, value)| value.trim().to_owned())
            .unwrap_or_default()
    };
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!(
        "machine   {} × {cores}, {}",
        field(&cpu, "model name"),
        field(&read("/proc/meminfo"), "MemTotal")
    );
    println!("system    Linux {}", read("/proc/sys/kernel/osrelease").trim());
    println!("load      {}", read("/proc/loadavg").trim());
    println!("sqlite    {}, WAL, synchronous=FULL on both sides", rusqlite::version());
    println!(
        "profile   {}",
        if cfg!(debug_assertions) { "debug: THE FIGURES MEAN NOTHING" } else { "release" }
    );
    let args: Vec<String> = std::env::args().skip(1).collect();
    println!("command   cargo run --release -p bench -- {}", args.join(" "));
    println!(
        "rounds    {rounds}, ours and limit by turns; median (least–greatest); ratios are taken round by round"
    );
}
