//! `cargo deny`: licences, sources and bans always, advisories where their database can be reached.

use std::path::PathBuf;
use std::process::Stdio;

use anyhow::Result;

use crate::cargo::{cargo, command, memory, run};
use crate::report::say;

/// Another version may know other settings than `deny.toml` has.
const VERSION: &str = "^0.20";
const ADVISORIES: &str = "https://github.com/RustSec/advisory-db";

/// Runs `cargo deny`; installs it where it is missing.
pub fn check() -> Result<()> {
    let deny = program()?;
    let check = |what: &[&str]| {
        let mut check = command(&deny);
        check.args(["--workspace", "--log-level", "error", "check", "--hide-inclusion-graph"]).args(what);
        check
    };
    run(&mut check(&["bans", "licenses", "sources"]), "the check of licences, sources and bans")?;
    if !advisories_reachable() {
        say("deny: the advisory database cannot be reached from here; advisories were not checked");
        return Ok(());
    }
    run(&mut check(&["advisories"]), "the check of advisories")
}

fn program() -> Result<PathBuf> {
    let found = command("cargo-deny").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if found.is_ok_and(|status| status.success()) {
        return Ok("cargo-deny".into());
    }
    let tools = memory().join("tools");
    let program = tools.join("bin/cargo-deny");
    if !program.is_file() {
        say(
            "deny: installing cargo-deny for this folder, a few minutes; `cargo install --locked cargo-deny` does it for all",
        );
        let mut install = cargo();
        // Unoptimised: it runs for a second and compiles in half the time.
        install
            .args(["install", "cargo-deny", "--version", VERSION, "--locked", "--debug", "--quiet", "--root"])
            .arg(&tools);
        install.arg("--target-dir").arg(tools.join("target")).env_remove("CARGO_TARGET_DIR");
        run(&mut install, "installing cargo-deny")?;
        // Half a gigabyte that nothing needs any more.
        let _ = std::fs::remove_dir_all(tools.join("target"));
    }
    Ok(program)
}

fn advisories_reachable() -> bool {
    let mut look = command("timeout");
    look.args(["20", "git", "ls-remote", "--exit-code", ADVISORIES, "HEAD"]).env("GIT_TERMINAL_PROMPT", "0");
    look.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}
