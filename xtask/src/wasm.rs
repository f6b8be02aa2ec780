//! The viewer as WebAssembly with its JavaScript.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::cargo::{cargo, memory, output, root, run, target};
use crate::fingerprint::Fingerprint;
use crate::report::say;
use crate::toolchain::{TARGET, Toolchain};

/// Builds what has changed and returns the folder with `viewer.js` and `viewer_bg.wasm`.
pub fn build() -> Result<PathBuf> {
    let folder = memory().join("wasm");
    let toolchain = Toolchain::choose()?;
    let sources = sources(toolchain)?;
    if sources.is_unchanged() && folder.join("viewer.js").is_file() {
        say("viewer: WebAssembly is up to date");
        return Ok(folder);
    }

    say(format!("viewer: compiling to WebAssembly with {}", toolchain.version()?));
    let mut cargo = toolchain.cargo();
    cargo
        .args(["rustc", "--package", "viewer", "--lib", "--crate-type", "cdylib"])
        .args(["--no-default-features", "--profile", "wasm"])
        .args(toolchain.arguments())
        .env("CARGO_TARGET_DIR", target());
    run(&mut cargo, "compiling the viewer to WebAssembly")?;

    let compiled = target().join(TARGET).join("wasm/viewer.wasm");
    let mut bindings = Fingerprint::new(memory().join("bindings.sha256"));
    bindings.path(&compiled)?;
    let bindings = bindings.finish();
    if !(bindings.is_unchanged() && folder.join("viewer.js").is_file()) {
        say("viewer: writing its JavaScript");
        bind(&compiled, &folder)?;
        bindings.remember()?;
    }
    sources.remember()?;
    Ok(folder)
}

/// Everything that the bundle's code comes from.
fn sources(toolchain: Toolchain) -> Result<crate::fingerprint::Finished> {
    let mut sources = Fingerprint::new(memory().join("wasm.sha256"));
    sources.text(&toolchain.version()?);
    for path in ["viewer/src", "viewer/build.rs", "viewer/Cargo.toml", "scene/src", "scene/Cargo.toml", "Cargo.toml"] {
        sources.path(&root().join(path))?;
    }
    // The lock file changes with every other crate too: only the part below the viewer counts.
    let tree = output(
        cargo()
            .args(["tree", "--package", "viewer", "--no-default-features", "--edges", "normal,build"])
            .args(["--prefix", "none", "--format", "{p} {f}", "--target", TARGET]),
        "listing what the viewer depends on",
    )?;
    sources.text(&tree);
    Ok(sources.finish())
}

fn bind(compiled: &Path, folder: &Path) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).with_context(|| format!("{} cannot be replaced", folder.display()))?;
    }
    Bindgen::new()
        .input_path(compiled)
        .out_name("viewer")
        .web(true)
        .and_then(|bindgen| {
            bindgen
                .typescript(false)
                .remove_name_section(true)
                .remove_producers_section(true)
                // The page says where the WASM lies: its name is hashed after this file's.
                .omit_default_module_path(true)
                .generate(folder)
        })
        .context("wasm-bindgen could not write the viewer's JavaScript")
}
