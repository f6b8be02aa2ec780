//! Suppliers: who delivers what is sold.

pub mod sql;
