//! Packages from npm, for what measures and checks: nothing of them is in what we build.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::cargo::{command, run, which};
use crate::fingerprint::write;
use crate::packages;

/// Installs packages into a folder of their own, once; returns its `node_modules`.
pub fn install(folder: &Path, wanted: &[&str]) -> Result<PathBuf> {
    // Node.js comes with npm from elsewhere than Debian too, and Debian's npm does not go with it.
    if which("npm").is_none() {
        packages::need(&["npm"], "fetching packages from npm")?;
    }
    let modules = folder.join("node_modules");
    let done = folder.join("installed");
    let list = wanted.join("\n");
    if modules.is_dir() && std::fs::read_to_string(&done).is_ok_and(|before| before == list) {
        return Ok(modules);
    }
    write(&folder.join("package.json"), b"{\"private\": true}")?;
    let mut install = command("npm");
    install.args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]).args(wanted);
    run(install.current_dir(folder), &format!("fetching {}", wanted.join(", ")))?;
    write(&done, list.as_bytes())?;
    Ok(modules)
}
