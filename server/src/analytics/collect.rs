//! `POST /api/v1/events`.

use crate::error::{Error, Result};
use crate::openapi::{Operation, any_object};

/// Describes [`collect`].
pub fn describe() -> Operation {
    Operation {
        id: "collectEvents",
        summary: "Takes a batch of events of a visit.",
        request: Some(any_object),
        response: (202, "The batch is committed.", any_object),
        errors: &[],
    }
}

/// Takes a batch.
pub async fn collect() -> Result<()> {
    Err(Error::Busy { retry_after_s: 60 })
}
