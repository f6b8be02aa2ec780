//! Waiting for a condition.

use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long a condition may take: on a slow machine with software graphics everything that works is done by then.
const PATIENCE: Duration = Duration::from_mins(1);

/// Asks again and again until the answer is there.
pub fn until<T>(what: &str, ask: impl FnMut() -> Option<T>) -> T {
    until_within(PATIENCE, what, ask)
}

/// As [`until`], for what may take longer or has to be quicker.
pub fn until_within<T>(patience: Duration, what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(started.elapsed() < patience, "waited {} s in vain until {what}", patience.as_secs());
        sleep(Duration::from_millis(20));
    }
}
