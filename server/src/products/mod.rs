//! Products: what is sold, for how much, and what it looks like.

pub mod amount;
pub mod api;
#[cfg(test)]
mod api_tests;
pub mod card;
pub mod check;
pub mod edit;
pub mod export;
pub mod fault;
pub mod fill;
mod find;
pub mod form;
pub mod grams;
pub mod gtin;
pub mod import;
mod index;
pub mod item;
pub mod list;
pub mod page;
#[cfg(test)]
pub(crate) mod page_tests;
pub mod product;
pub mod search;
pub mod shop;
pub mod sql;
#[cfg(test)]
mod tests;
pub mod typed;
mod unindexed;
pub mod write;
