# The only door to every chore; `just ci` is what the continuous integration runs.

set shell := ["bash", "-euo", "pipefail", "-c"]

# List the chores.
default:
    @just --list

# Everything that must hold before a change lands.
ci: fmt-check lint test e2e

# Format.
fmt:
    cargo fmt --all

# Refuse unformatted code.
fmt-check:
    cargo fmt --all --check

# Clippy with warnings as errors.
lint:
    cargo clippy --workspace --all-targets -- -D warnings

# All tests; nothing but Rust and a C compiler is needed.
test:
    INSTA_UPDATE=no cargo test --workspace

# The house rules alone.
tidy:
    cargo test -p zvonok --test tidy

# Browser tests in a real Chromium, on the same profile that the tests build.
e2e:
    cargo build -p zvonok
    cd crates/web/e2e && npm ci --no-audit --no-fund && npm test

# The browser tests again, keeping the guide's pictures.
guide:
    cargo build -p zvonok
    cd crates/web/e2e && npm ci --no-audit --no-fund && ZVONOK_GUIDE=1 npm test

# Figures as ratios in one run.
bench *args:
    cargo run --release -p bench -- {{args}}

# The demo school.
demo *args:
    cargo run --release -p zvonok -- demo {{args}}

# One static executable.
static:
    cargo rustc --release -p zvonok --target x86_64-unknown-linux-gnu -- -C target-feature=+crt-static
