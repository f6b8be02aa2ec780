//! Visits, counted without cookies.
//!
//! A batch's way: [`collect`] (route) → [`batch`] (is it well-formed?) → [`known`] (does it name what exists?) →
//! [`visitor`] (whose visit, without knowing who), [`origin`] (where it came from) → [`writer`] (one commit for many batches) → [`write`] (its SQL).

pub mod batch;
mod bots;
pub mod collect;
pub mod known;
pub mod origin;
pub mod pending;
pub mod retention;
mod rollup;
pub mod stats;
pub mod visitor;
mod write;
pub mod writer;

#[cfg(test)]
mod tests;
