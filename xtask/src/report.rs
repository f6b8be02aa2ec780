//! What the terminal shows: each step with the time since the start.

use std::fmt::Display;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

static STARTED: OnceLock<Instant> = OnceLock::new();

/// Starts the clock that the lines show.
pub fn start() {
    STARTED.get_or_init(Instant::now);
}

/// Time since [`start`].
pub fn elapsed() -> Duration {
    STARTED.get_or_init(Instant::now).elapsed()
}

/// Says what is being done.
pub fn say(what: impl Display) {
    eprintln!("[{:>6.1} s] {what}", elapsed().as_secs_f64());
}

/// Says what went wrong, as a sentence and its causes.
pub fn failure(error: &anyhow::Error) {
    eprintln!("[{:>6.1} s] failed: {error}", elapsed().as_secs_f64());
    for cause in error.chain().skip(1) {
        eprintln!("            because: {cause}");
    }
}

/// `n` bytes as people read them.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.3} MB", bytes as f64 / 1e6),
    }
}
