//! Packages from npm, for what measures and checks: nothing of them is in what we build.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::cargo::{command, run, which};
use crate::fingerprint::{Fingerprint, write};
use crate::packages;

/// Installs packages into a folder of their own, once; returns its `node_modules`.
pub fn install(folder: &Path, wanted: &[&str]) -> Result<PathBuf> {
    // Node.js comes with npm from elsewhere than Debian too, and Debian's npm does not go with it.
    if which("npm").is_none() {
        packages::need(&["npm"], "fetching packages from npm")?;
    }
    let modules = folder.join("node_modules");
    let mut inputs = Fingerprint::new(folder.join("installed.sha256"));
    for package in wanted {
        inputs.text(package);
    }
    let inputs = inputs.finish();
    if modules.is_dir() && inputs.is_unchanged() {
        return Ok(modules);
    }
    write(&folder.join("package.json"), b"{\"private\": true}")?;
    let mut install = command("npm");
    install.args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]).args(wanted);
    run(install.current_dir(folder), &format!("fetching {}", wanted.join(", ")))?;
    inputs.remember()?;
    Ok(modules)
}
