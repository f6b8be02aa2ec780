//! Where things lie, and how Cargo and other programs are started.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context, Result, bail};

/// The repository's root.
pub fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        // Cargo names the folder when it runs xtask: with a shared target folder the compiled-in one may be another's.
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let manifest = PathBuf::from(manifest);
        manifest.parent().map_or(manifest.clone(), Path::to_owned)
    })
}

/// Cargo's target folder.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// The folder of what xtask itself remembers between runs.
pub fn memory() -> PathBuf {
    target().join("xtask")
}

/// The viewer's bundle; the server looks for it there.
pub fn dist() -> PathBuf {
    root().join("target/dist/viewer")
}

/// A program of the development build.
pub fn built(program: &str) -> PathBuf {
    target().join("debug").join(program)
}

/// A program of the build for use.
pub fn release(program: &str) -> PathBuf {
    target().join("release").join(program)
}

/// A command at the root without the variables that `cargo run` has set for xtask itself: `LD_LIBRARY_PATH` would give
/// another compiler our compiler's libraries, and the package's own variables would reach foreign build scripts.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let of_the_package =
            ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"].iter().any(|start| text.starts_with(start));
        if of_the_package || text == "LD_LIBRARY_PATH" || text == "CARGO_PRIMARY_PACKAGE" {
            command.env_remove(name);
        }
    }
    command
}

/// The Cargo that started xtask.
pub fn cargo() -> Command {
    command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs `command` to its end; `what` names it in the error.
pub fn run(command: &mut Command, what: &str) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("{what}: `{program}` cannot be started"))?;
    if !status.success() {
        bail!("{what} failed: `{program}` ended with {status}; its messages are above");
    }
    Ok(())
}

/// Runs `command` and returns what it printed, without the last line break.
pub fn output(command: &mut Command, what: &str) -> Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("{what}: `{program}` cannot be started"))?;
    if !output.status.success() {
        bail!("{what} failed: {}", String::from_utf8_lossy(&output.stderr).trim_end());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
}

/// The full path of `program`, where the search path has it.
pub fn which(program: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?).map(|folder| folder.join(program)).find(|path| path.is_file())
}
