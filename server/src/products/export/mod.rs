//! Products as files for spreadsheets: what the list shows, all of it. An import of such a file changes nothing.

mod cells;
mod csv;
#[cfg(test)]
mod tests;
mod xlsx;

pub use csv::csv;
pub use xlsx::{template, xlsx};

/// Products read at once; no more of them are in memory.
const AT_ONCE: usize = 500;
