//! Lists that programs read page by page: `cursor` says where a page begins, `limit` how much is on it.

use serde::Deserialize;
use serde_json::json;

use crate::error::{Error, Result};
use crate::openapi::Parameter;

/// Entries on a page, unless another number is asked for.
const PAGE: usize = 50;
/// The most on a page.
const MAX_PAGE: usize = 200;

/// Where the list goes on.
pub const CURSOR: Parameter = Parameter {
    name: "cursor",
    about: "Where the list goes on: `next` of the page before. The first page without it.",
    schema: || json!({ "type": "string" }),
};
/// How much is on a page.
pub const LIMIT: Parameter = Parameter {
    name: "limit",
    about: "Entries on a page.",
    schema: || json!({ "type": "integer", "minimum": 1, "maximum": MAX_PAGE, "default": PAGE }),
};

/// Which page is asked for.
#[derive(Debug, Default, Deserialize)]
pub struct Paging {
    cursor: Option<String>,
    limit: Option<usize>,
}

impl Paging {
    /// Where it begins, as `parse` reads it; `None` for the first page.
    ///
    /// # Errors
    /// [`Error::BadRequest`] where `parse` finds nothing in it.
    pub fn from<C>(&self, parse: impl Fn(&str) -> Option<C>) -> Result<Option<C>> {
        let unknown = || Error::BadRequest("cursor is not one of ours; leave it out to begin anew".to_owned());
        self.cursor.as_deref().map(|text| parse(text).ok_or_else(unknown)).transpose()
    }

    /// How many entries it has at most.
    ///
    /// # Errors
    /// [`Error::BadRequest`].
    pub fn limit(&self) -> Result<usize> {
        let limit = self.limit.unwrap_or(PAGE);
        if (1..=MAX_PAGE).contains(&limit) {
            Ok(limit)
        } else {
            Err(Error::BadRequest(format!("limit is a number from 1 to {MAX_PAGE}")))
        }
    }
}
