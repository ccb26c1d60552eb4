use std::process::ExitCode;

use crate::words::tell;

/// Prints the route table: method, path, rule, record.
pub(crate) fn run(json: bool) -> anyhow::Result<ExitCode> {
    let table = web::routes::printed();
    if json {
        tell(&serde_json::to_string_pretty(&table)?);
    } else {
        for route in table {
            tell(&format!("{:<5} {:<46} {:<34} {}", route.method, route.path, route.rule, route.record));
        }
    }
    Ok(ExitCode::SUCCESS)
}
