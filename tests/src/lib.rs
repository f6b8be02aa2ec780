//! The harness of the black-box tests: the real `vitrine`, real browsers, a store made for measuring.
//!
//! The tests themselves are in `tests/`. A helper that cannot do its work panics with a sentence that says what is
//! missing; nothing here waits for a fixed time.
#![expect(clippy::missing_panics_doc, reason = "a harness tells a test what went wrong by panicking")]

pub mod axe;
pub mod browser;
pub mod database;
pub mod display;
pub mod folder;
pub mod host;
pub mod layout;
pub mod markers;
pub mod page;
pub mod people;
pub mod picture;
pub mod process;
pub mod programs;
pub mod server;
pub mod shopper;
pub mod wait;
pub mod webdriver;
pub mod wire;
