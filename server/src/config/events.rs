//! Statistics.

use super::Values;

/// What is accepted, and how long it is kept.
#[derive(Clone, Debug)]
pub struct EventsConfig {
    /// Days for which single events are kept; sums are kept for ever. `VITRINE_EVENTS_RAW_RETENTION_DAYS`, default 90;
    /// at least 8, because a phone may send a batch again for a week and it must be known then.
    pub raw_retention_days: u32,
    /// Batches per second that one address may send in the long run. `VITRINE_EVENTS_RATE_PER_SECOND`, default 50:
    /// a shopper sends one in ten seconds, and a whole telephone network may sit behind one address.
    pub rate_per_second: u32,
    /// Batches that one address may send at once. `VITRINE_EVENTS_RATE_BURST`, default 2000.
    pub rate_burst: u32,
    /// Batches that wait to be written; more are told to come back. `VITRINE_EVENTS_QUEUE`, default 1024.
    pub queue: usize,
}

impl EventsConfig {
    pub(super) fn from_values(values: &mut Values) -> Self {
        Self {
            raw_retention_days: values.number("events_raw_retention_days", 90, 8..=36_500) as u32,
            rate_per_second: values.number("events_rate_per_second", 50, 1..=1_000_000) as u32,
            rate_burst: values.number("events_rate_burst", 2000, 1..=1_000_000) as u32,
            queue: values.number("events_queue", 1024, 1..=100_000) as usize,
        }
    }
}
