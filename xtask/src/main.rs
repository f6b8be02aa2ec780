//! `cargo xtask`: builds, tests, measures and demonstrates Vitrine.
//!
//! Each subcommand is a file; `--help` lists them.

mod bench;
mod budget;
mod build;
mod cargo;
mod contract;
mod demo;
mod dist;
mod fingerprint;
mod npm;
mod packages;
mod postgres;
mod process;
mod report;
mod stand;
mod test;
mod toolchain;
mod wasm;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Builds, tests, measures and demonstrates Vitrine.
#[derive(Parser)]
#[command(name = "cargo xtask", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Builds the viewer's bundle into target/dist/viewer, and the server
    Build(build::Options),
    /// Measures
    #[command(subcommand)]
    Bench(bench::Bench),
    /// Asks the server for what its OpenAPI document promises
    Contract(contract::Options),
    /// Builds everything, seeds the demo store and serves it
    Demo(demo::Options),
    /// Runs every test there is
    Test(test::Options),
}

fn main() -> ExitCode {
    report::start();
    let outcome = match Arguments::parse().task {
        Task::Build(options) => build::run(&options),
        Task::Bench(bench) => bench::run(bench),
        Task::Contract(options) => contract::run_contract(options),
        Task::Demo(options) => demo::run_demo(&options),
        Task::Test(options) => test::run_tests(&options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report::failure(&error);
            ExitCode::FAILURE
        }
    }
}
