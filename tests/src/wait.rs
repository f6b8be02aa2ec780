//! Waiting for a condition.

use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long a condition may take: on a slow machine with software graphics everything that works is done by then.
const PATIENCE: Duration = Duration::from_mins(1);

/// Asks again and again until the answer is there.
pub fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(started.elapsed() < PATIENCE, "waited {} s in vain until {what}", PATIENCE.as_secs());
        sleep(Duration::from_millis(20));
    }
}
