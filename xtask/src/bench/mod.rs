//! `cargo xtask bench`: numbers, printed and never asserted.

mod events;
pub mod http;
mod import;
mod peers;
mod search;
mod sign_in;
mod tiles;
mod viewer;

use anyhow::Result;

/// What to measure.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Bench {
    /// A panorama of 8192×4096 becomes a pyramid, here and by Pannellum: time and memory (budget: 4 s, 600 MB on 2 cores)
    Tiles,
    /// The viewer beside its peers: frames, bytes, time to a picture
    Viewer(viewer::Options),
    /// Batches of events into SQLite and PostgreSQL: rate and time to the acknowledgement (budget: 10,000/s, p99 50 ms on 2 cores)
    Events(events::Options),
    /// Search among 100,000 products on SQLite and PostgreSQL: time to the answer (budget: p95 50 ms)
    Search(search::Options),
    /// A file of products into the catalogue on SQLite and PostgreSQL: rows/s, memory, and how long sign-ins and events
    /// wait with and without it (budget: 50,000 rows in 10 s on 2 cores)
    Import(import::Options),
    /// 200 attempts to sign in a second: what the rest of the site notices
    SignIn(sign_in::Options),
}

/// Runs `cargo xtask bench …`.
pub fn run(bench: Bench) -> Result<()> {
    match bench {
        Bench::Tiles => tiles::run(),
        Bench::Viewer(options) => viewer::run(&options),
        Bench::Events(options) => events::run(options),
        Bench::Search(options) => search::run(options),
        Bench::Import(options) => import::run(options),
        Bench::SignIn(options) => sign_in::run(options),
    }
}
