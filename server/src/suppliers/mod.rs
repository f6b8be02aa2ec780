//! Suppliers: who delivers what is sold.

pub mod page;
pub mod sql;
