//! Files of products on their way in: whatever comes ends with rows within the limits, or with a reason.
#![no_main]
#![allow(unfulfilled_lint_expectations, reason = "the module expects lints of the server's crate")]

#[expect(dead_code, unused_imports, reason = "the server uses more of the module")]
#[path = "../../server/src/tables/mod.rs"]
mod tables;

use std::ops::ControlFlow;

use libfuzzer_sys::fuzz_target;
use tables::{MAX_CELL, MAX_COLUMNS, look, read};

fuzz_target!(|data: &[u8]| {
    let mut source = data;
    let Ok(found) = look(&mut source, None) else { return };
    let mut last = 0;
    let ended = read(&mut source, &found.reading, &mut |row| {
        assert!(row.number > last, "rows come in order");
        assert!(row.cells.len() <= MAX_COLUMNS && row.cells.iter().all(|cell| cell.text.len() <= MAX_CELL));
        last = row.number;
        ControlFlow::Continue(())
    });
    if let Err(error) = ended {
        assert!(!error.code().is_empty() && !error.to_string().is_empty());
    }
});
