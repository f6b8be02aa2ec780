//! Categories: the tree in which products stand.

pub mod api;
pub mod sql;
pub mod tree;
