//! Categories: the tree in which products stand.

pub mod api;
pub mod page;
pub mod sql;
pub mod tree;
