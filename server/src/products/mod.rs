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
mod find;
pub mod form;
pub mod grams;
pub mod gtin;
pub mod import;
pub mod index;
pub mod item;
pub mod list;
pub mod page;
#[cfg(test)]
mod page_tests;
pub mod product;
pub mod search;
pub mod shop;
pub mod sql;
pub mod table_text;
#[cfg(test)]
mod tests;
pub mod typed;
pub mod write;
