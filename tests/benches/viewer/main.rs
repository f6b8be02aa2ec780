//! The viewer beside its peers: the same panorama in the same browser, in turns.
//!
//! `cargo xtask bench viewer` prepares what this needs and starts it. Prints Markdown; asserts nothing about time.

mod frames;
mod loading;
mod probe;
mod site;
mod statistics;
mod subjects;

use clap::Parser;
use tests::database::Engine;
use tests::folder::DataFolder;
use tests::server::Server;

use subjects::Subjects;

/// What to measure.
#[derive(Debug, Parser)]
struct Arguments {
    /// Runs of each measurement; they take turns
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// Only frames, or only loading
    #[arg(long, value_enum)]
    only: Option<Part>,
    /// Only ours, without its peers: to compare two builds of it
    #[arg(long)]
    alone: bool,
    /// Cargo says so to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    Frames,
    Loading,
}

fn main() {
    let arguments = Arguments::parse();
    // `cargo test --benches` starts benchmarks too, without the word: there is nothing to test here.
    if !arguments.bench {
        return;
    }
    let server = Server::start(DataFolder::demo(Engine::Sqlite));
    let peers = site::start();
    let mut subjects = Subjects::new(&server, &peers);
    if arguments.alone {
        subjects.single.clear();
        subjects.tiled.clear();
    }
    if arguments.only != Some(Part::Loading) {
        frames::measure(&subjects, arguments.runs);
    }
    if arguments.only != Some(Part::Frames) {
        loading::measure(&subjects, arguments.runs);
    }
}
