//! Products: what is sold, for how much, and what it looks like.

pub mod page;
pub mod sql;
