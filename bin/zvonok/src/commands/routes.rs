use std::process::ExitCode;

use crate::words::tell;

/// Prints the route table: method, path, rule, record.
pub(crate) fn run(json: bool) -> anyhow::Result<ExitCode> {
    let table = web::routes::printed();
    if json {
        tell(&serde_json::to_string_pretty(&table)?);
    } else {
        for route in table {
            let asks = if route.step_up { ", password again" } else { "" };
            let record = route.record;
            tell(&format!("{:<5} {:<46} {:<34} {record}{asks}", route.method, route.path, route.rule));
        }
    }
    Ok(ExitCode::SUCCESS)
}
