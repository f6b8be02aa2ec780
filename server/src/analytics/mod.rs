//! Visits, counted without cookies.

pub mod collect;
