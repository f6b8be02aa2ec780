//! A release carries the viewer; without it there would be a server that shows no store.

use std::path::Path;

fn main() {
    let manifest = Path::new("../target/dist/viewer/manifest.json");
    println!("cargo::rerun-if-changed={}", manifest.display());
    if std::env::var("PROFILE").as_deref() == Ok("release") && !manifest.exists() {
        println!("cargo::error=the viewer's bundle is missing: run `cargo xtask build --release`, which builds both");
    }
}
