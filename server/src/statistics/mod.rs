//! Who looked at what, for whoever runs the shop: the sums that [`crate::analytics`] keeps, as a page, as a file for
//! spreadsheets and as JSON.
//!
//! A request's way: [`asked`] (which days, store, scene) → [`scope`] (what of it may be seen) → [`collect`] (what
//! [`sql`] has of it, with `names`, as [`figures`]) →
//! [`page`], [`export`] or [`api`].
//!
//! Visitors are told per day and never added up over days: with a salt that changes daily, the same person on two days
//! is two.

pub mod api;
pub mod asked;
mod chart;
pub mod collect;
pub mod export;
pub mod figures;
mod names;
pub mod page;
pub mod scope;
pub mod show;
pub mod span;
pub mod sql;
#[cfg(test)]
mod tests;
