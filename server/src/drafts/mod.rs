//! Making a store before anybody sees it: drafts, the pages on which people change them, preview, publishing, and the
//! way back. What shoppers see is in [`crate::stores`].
//!
//! Every save makes a revision; the last one is the draft. A draft that was saved has no faults: what is wrong is told
//! before anything is saved. Who saves says which revision the change was made from (`save.rs`).

pub mod add;
pub mod api;
mod changes;
pub mod document;
mod draft;
mod edit;
pub mod files;
mod languages;
pub mod links;
pub mod list;
pub mod make;
pub mod overview;
mod panoramas;
pub mod preview;
pub mod publish;
pub mod remove;
pub mod revisions;
mod save;
pub mod scene;
pub mod settings;
pub mod share;
pub mod sql;
#[cfg(test)]
pub(crate) mod tests;
