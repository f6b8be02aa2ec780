//! Store documents: strict reading never panics, and what it accepts is written as it was read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use scene::document::StoreDocument;

fuzz_target!(|text: &str| {
    match StoreDocument::parse_strict(text) {
        Ok(document) => {
            let written = serde_json::to_string(&document).expect("a document can be written");
            assert_eq!(StoreDocument::parse_strict(&written), Ok(document));
        }
        Err(faults) => assert!(!faults.is_empty()),
    }
});
