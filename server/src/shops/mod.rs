//! Shops: where people go, what they call, when it is open. A store (the walkable document) belongs to one, and shows
//! what the shop said when the store was published.

pub mod currency;
mod form;
pub mod hours;
pub mod page;
pub mod save;
pub mod sql;
#[cfg(test)]
mod tests;

pub use sql::{find, insert, names};
