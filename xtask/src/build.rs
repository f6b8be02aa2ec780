//! `cargo xtask build`.

use anyhow::Result;

use crate::budget::Comparison;
use crate::cargo::{built, cargo};
use crate::report::{say, size};
use crate::{dist, wasm};

/// What to build.
#[derive(clap::Args)]
pub struct Options {
    /// Builds the server for use: optimised, with the viewer's bundle inside
    #[arg(long)]
    release: bool,
    /// Builds the viewer's bundle only
    #[arg(long, conflicts_with = "release")]
    viewer: bool,
    /// Accepts the bundle's size: writes it to xtask/bundle-size.json
    #[arg(long)]
    accept_size: bool,
}

/// Runs `cargo xtask build`.
pub fn run(options: &Options) -> Result<()> {
    let size = viewer()?;
    if options.accept_size {
        size.accept()?;
    }
    if options.viewer {
        return Ok(());
    }
    if options.release {
        return release();
    }
    programs(&["vitrine"])?;
    say(format!("server: {}", built("vitrine").display()));
    Ok(())
}

/// The viewer's bundle.
pub fn viewer() -> Result<Comparison> {
    dist::write(&wasm::build()?)?;
    Comparison::measure()
}

/// Programs in the development build, the one that demo and tests use.
pub fn programs(names: &[&str]) -> Result<()> {
    say(format!("building {}", names.join(" and ")));
    // The whole workspace's features, although few programs are built: the tests' build then finds everything done.
    let mut build = cargo();
    build.args(["build", "--workspace"]).args(names.iter().flat_map(|name| ["--bin", *name]));
    crate::cargo::run(&mut build, &format!("building {}", names.join(" and ")))
}

/// The server as it is used: optimised, with the viewer's bundle inside.
pub fn release() -> Result<()> {
    say("server: building for use");
    crate::cargo::run(
        cargo().args(["build", "--release", "--package", "server", "--bin", "vitrine"]),
        "building the server",
    )?;
    let program = crate::cargo::release("vitrine");
    say(format!("server: {} ({})", program.display(), size(std::fs::metadata(&program)?.len())));
    Ok(())
}
