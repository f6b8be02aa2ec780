//! Everything about HTTP that is not one of our operations.

pub mod caching;
pub mod client;
pub mod errors;
pub mod language;
pub mod limits;
pub mod observe;
pub mod places;
pub mod protect;
pub mod rate;
pub mod serve;
