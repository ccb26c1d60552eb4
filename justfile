# The one door to every chore. `just` lists them.

set shell := ["bash", "-euo", "pipefail", "-c"]

e2e_folder := "crates/web/e2e"

# What can be done here
default:
    @just --list

# All that must hold before a change goes in: format, lints, tests, browsers
ci: fmt-check lint test e2e

# Format the Rust sources
fmt:
    cargo fmt --all

[private]
fmt-check:
    cargo fmt --all --check

# Every warning of the compiler and of clippy is an error
lint:
    cargo clippy --workspace --all-targets --locked -- -D warnings

# All tests but those in browsers; snapshots are compared, never written
test *ARGS:
    INSTA_UPDATE=no cargo test --workspace --locked {{ARGS}}

# The messenger against its model for longer: runs of 500 random commands each; a seed that failed is printed
model RUNS="100":
    ZVONOK_MODEL_RUNS={{RUNS}} cargo test -p messenger --locked --test model

# kill -9 under load for longer, messages and everything else that chats answer
kills N="1000":
    ZVONOK_KILLS={{N}} cargo test -p web --locked --test kill -- messages deeds

# The house rules alone: arrows, SQL, migrations, documents, texts
tidy *ARGS:
    cargo test -p zvonok --test tidy {{ARGS}}

# Tests in a real Chromium against the demo school
e2e *ARGS: e2e-packages e2e-python
    # ZVONOK_BINARY names an executable that is built already; CI gives the one that it has just tested.
    [ -n "${ZVONOK_BINARY:-}" ] || cargo build -p zvonok --locked
    cd {{e2e_folder}} && npm test -- {{ARGS}}

# Calls in a real Chromium for longer: hostile pages, bad networks, fifty rounds, thirty members; on a quiet machine with ZVONOK_STRICT=1
e2e-calls *ARGS: e2e-packages
    # The members are the program bench, which stands beside the executable.
    [ -n "${ZVONOK_BINARY:-}" ] || cargo build -p zvonok -p bench --locked
    cd {{e2e_folder}} && npm run calls -- {{ARGS}}

[private]
e2e-packages:
    # A lock file that is newer than what was installed means other versions.
    cd {{e2e_folder}} && { [ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --no-audit --no-fund; }

# Without Python 3 nothing is made here, and the test that needs it says so.
[private]
e2e-python:
    #!/usr/bin/env bash
    set -euo pipefail
    cd {{e2e_folder}}
    if command -v python3 > /dev/null && ! cmp -s requirements.txt .venv/requirements.txt; then
        python3 -m venv --clear .venv
        .venv/bin/pip install --quiet --disable-pip-version-check --requirement requirements.txt
        cp requirements.txt .venv/
    fi

# The pictures and pages of docs/guide, taken from the demo school by the browser tests
guide: e2e-packages e2e-python
    cargo build -p zvonok --locked
    cd {{e2e_folder}} && ZVONOK_GUIDE=1 npm test

# The demo school on this machine
demo *ARGS:
    cargo run --release -- demo {{ARGS}}

# Figures as ratios to the bare limit, one run (docs/PERFORMANCE.md)
bench *ARGS:
    cargo build --release --locked -p zvonok -p bench
    "${CARGO_TARGET_DIR:-target}/release/bench" {{ARGS}}

# One file that needs no library of the machine
static:
    cargo rustc --release -p zvonok --target x86_64-unknown-linux-gnu --locked -- -C target-feature=+crt-static
    ls -l "${CARGO_TARGET_DIR:-target}/x86_64-unknown-linux-gnu/release/zvonok"

# Write the digests of all migrations anew: only while none of the changed ones has been released
migrations:
    #!/usr/bin/env bash
    set -euo pipefail
    list=bin/zvonok/tests/tidy/migrations.sha256
    head="$(grep '^#' "$list")"
    { printf '%s\n' "$head"; LC_ALL=C sha256sum crates/*/migrations/*.sql; } > "$list.new"
    mv "$list.new" "$list"

# Bans, licences and sources of what we build on, with cargo-deny, without a network
deny:
    cargo deny --offline check bans licenses sources
