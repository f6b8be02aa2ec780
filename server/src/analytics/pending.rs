//! What waits to be written, and what became of it.

use uuid::Uuid;

use super::batch::{Event, Page};
use super::origin::Origin;

/// A batch that is well-formed and waits to be written.
#[derive(Debug)]
pub struct Pending {
    /// The batch's own id.
    pub id: Uuid,
    /// The store.
    pub store: Uuid,
    /// The revision that the page showed.
    pub revision: i64,
    /// When it came.
    pub received_us: i64,
    /// Whose visit it is, for a day.
    pub visitor: [u8; 16],
    /// About the page.
    pub page: Page,
    /// Where the visit came from.
    pub origin: Origin,
    /// Events that named something unknown.
    pub dropped: i64,
    /// The others.
    pub events: Vec<PendingEvent>,
}

/// An event with its time.
#[derive(Debug)]
pub struct PendingEvent {
    /// What happened.
    pub event: Event,
    /// When.
    pub at_us: i64,
    /// The day at the shop.
    pub day: String,
}

/// What became of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Events that were counted.
    pub accepted: i64,
    /// Events that were not.
    pub dropped: i64,
    /// Whether the batch had been counted before.
    pub repeated: bool,
}
