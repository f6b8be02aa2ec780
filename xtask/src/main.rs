//! `cargo xtask`: builds, tests, measures and demonstrates Vitrine.
//!
//! Each subcommand is a file; `--help` lists them.

mod budget;
mod build;
mod cargo;
mod dist;
mod fingerprint;
mod packages;
mod report;
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
    /// Builds the viewer's bundle into target/dist/viewer, and the server.
    Build(build::Options),
}

fn main() -> ExitCode {
    report::start();
    let outcome = match Arguments::parse().task {
        Task::Build(options) => build::run(&options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report::failure(&error);
            ExitCode::FAILURE
        }
    }
}
