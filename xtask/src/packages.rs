//! Debian packages: installed when we may, otherwise named with the command that installs them.

use std::path::Path;

use anyhow::{Result, bail};

use crate::cargo::{command, output, run, which};
use crate::report::say;

/// Installs those of `packages` that are missing; `purpose` says in the message what they are for.
pub fn need(packages: &[&str], purpose: &str) -> Result<()> {
    let missing = missing(packages)?;
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    if which("apt-get").is_none() {
        bail!("{purpose} needs what Debian calls {list}; install them with this system's package manager");
    }
    if !is_root()? {
        bail!(
            "{purpose} needs Debian packages; install them with: sudo apt-get install --no-install-recommends {list}"
        );
    }
    say(format!("installing {list} ({purpose})"));
    let install = || {
        let mut install = command("apt-get");
        install.args(["install", "--yes", "--quiet", "--no-install-recommends"]).args(&missing);
        install.env("DEBIAN_FRONTEND", "noninteractive");
        install.stdout(std::io::stderr());
        install
    };
    // A fresh container has no package lists, an older one stale ones: both show as a failed first attempt.
    if run(&mut install(), "installing packages").is_ok() {
        return Ok(());
    }
    run(command("apt-get").args(["update", "--quiet"]).stdout(std::io::stderr()), "reading the package lists")?;
    run(&mut install(), &format!("installing {list}"))
}

/// Whether xtask runs as root.
pub fn is_root() -> Result<bool> {
    Ok(output(command("id").arg("-u"), "asking for the user's id")? == "0")
}

fn missing<'a>(packages: &[&'a str]) -> Result<Vec<&'a str>> {
    // Without dpkg's database this is no Debian: whether the programs are there shows when they are started.
    let Ok(status) = std::fs::read_to_string("/var/lib/dpkg/status") else {
        if Path::new("/var/lib/dpkg").exists() {
            bail!("/var/lib/dpkg/status, the list of installed packages, cannot be read");
        }
        return Ok(Vec::new());
    };
    let installed = |package: &&str| {
        status.split("\n\n").any(|paragraph| {
            paragraph.lines().any(|line| line.strip_prefix("Package: ") == Some(package))
                && paragraph.lines().any(|line| line == "Status: install ok installed")
        })
    };
    Ok(packages.iter().filter(|package| !installed(package)).copied().collect())
}
