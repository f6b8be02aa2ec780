//! Dependencies point one way: `viewer → scene ← imaging ← server`.

use anyhow::{Result, bail};

use crate::cargo::{cargo, output};

/// A crate of ours and the crates that it never pulls in, at any depth. `bevy` stands for `bevy_ecs` too.
const NEVER: [(&str, &[&str]); 4] = [
    ("imaging", &["axum", "bevy", "hyper", "reqwest", "server", "sqlx", "tokio", "viewer", "wgpu"]),
    ("scene", &["axum", "bevy", "hyper", "reqwest", "server", "sqlx", "tokio", "viewer", "wgpu"]),
    ("server", &["bevy", "viewer", "wgpu"]),
    ("viewer", &["axum", "ort", "server", "sqlx"]),
];

/// Fails for each crate that uses what it must not.
pub fn check() -> Result<()> {
    let mut faults = Vec::new();
    for (package, never) in NEVER {
        let tree = output(
            cargo()
                .args(["tree", "--package", package, "--edges", "normal,build", "--target", "all", "--all-features"])
                .args(["--prefix", "none", "--format", "{p}"]),
            "listing dependencies",
        )?;
        let names = tree.lines().filter_map(|line| line.split(' ').next());
        for name in names.filter(|name| *name != package) {
            if never.iter().any(|refused| is_of_family(name, refused)) {
                faults.push(format!("{package} → {name}"));
            }
        }
    }
    faults.sort();
    faults.dedup();
    if faults.is_empty() {
        return Ok(());
    }
    bail!("dependencies in the wrong direction (`cargo tree --invert` shows the way): {}", faults.join(", "))
}

fn is_of_family(name: &str, family: &str) -> bool {
    name.strip_prefix(family).is_some_and(|rest| rest.is_empty() || rest.starts_with(['_', '-']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_is_a_name_and_its_parts() {
        assert!(is_of_family("bevy", "bevy") && is_of_family("bevy_ecs", "bevy") && is_of_family("wgpu-hal", "wgpu"));
        assert!(!is_of_family("sqlxmq", "sqlx") && !is_of_family("portable", "ort"));
    }
}
