//! Files of products on their way into the catalogue: CSV of many kinds and Excel's workbooks.
//!
//! ```text
//! a file            upload.rs   kept as it is, looked at; what its columns mean is guessed, or remembered
//! → columns         columns.rs  somebody says what they mean
//! → check           check.rs    a job reads every row, compares it with the catalogue and stages it; nothing changes
//! → go              start.rs    somebody sees what is new, what changes and what is wrong, and says go
//! → the catalogue   apply.rs    a job brings staged rows in, some hundred in a transaction
//! ```
//!
//! Each step is one transaction that moves `catalogue_import.status` on; of two people who press at once, one does.

mod amounts;
pub mod apply;
mod cancel;
pub mod check;
pub mod columns;
mod faults;
pub mod fields;
pub mod headings;
mod page;
mod patch;
mod progress;
mod refs;
pub mod row;
mod source;
mod sql;
mod staging;
mod start;
pub mod state;
pub mod sweep;
#[cfg(test)]
pub(crate) mod tests;
mod upload;

pub use cancel::cancel;
pub use faults::csv as faults;
pub use page::{list, page};
pub use progress::{describe as describe_progress, progress};
pub use start::{again, start};
pub use upload::upload;

use row::Columns;
use state::Import;

use crate::app::App;
use crate::clock::DAY_US;
use crate::error::Result;
use crate::products::shop::habits;

/// For how long an import is kept after it began.
const KEPT_US: i64 = 7 * DAY_US;
/// Imports of an organisation that are kept at once.
const MAX_KEPT: i64 = 50;

/// How the rows of an import are to be understood.
async fn columns_of(app: &App, import: &Import) -> Result<Columns> {
    let currency = habits(app, import.tenant, "").await?.currency;
    Ok(Columns { fields: import.columns.clone(), currency })
}
