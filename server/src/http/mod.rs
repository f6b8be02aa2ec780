//! Everything about HTTP that is not one of our operations.

pub mod address;
pub mod attempts;
pub mod caching;
pub mod client;
pub mod errors;
pub mod form;
pub mod json;
pub mod language;
pub mod limits;
pub mod observe;
pub mod paging;
pub mod places;
pub mod protect;
pub mod rate;
pub mod serve;
#[cfg(test)]
mod tests;
pub mod versions;

/// What an answer is, and therefore what form errors have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A page for people.
    Html,
    /// JSON for programs; it is in the OpenAPI document.
    Json,
    /// A file.
    File,
}
