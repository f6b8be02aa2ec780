//! Where our programs lie, and the folder for what the tests leave.

use std::path::{Path, PathBuf};

/// The repository's root.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the repository")
}

/// A program of the build that this test belongs to, or in the folder that `VITRINE_PROGRAMS` names.
pub fn program(name: &str) -> PathBuf {
    let folder = std::env::var_os("VITRINE_PROGRAMS").map_or_else(profile_folder, PathBuf::from);
    let program = folder.join(name);
    assert!(program.is_file(), "{} is missing; `cargo xtask test` builds it", program.display());
    program
}

/// The viewer's bundle.
pub fn viewer_bundle() -> PathBuf {
    let bundle =
        std::env::var_os("VITRINE_VIEWER_DIST").map_or_else(|| root().join("target/dist/viewer"), PathBuf::from);
    assert!(bundle.join("manifest.json").is_file(), "{} is missing; `cargo xtask build` makes it", bundle.display());
    bundle
}

/// A folder for what the tests keep between runs and leave for the reader: `target/tests`.
pub fn keep() -> PathBuf {
    let folder = profile_folder().parent().expect("a profile has a folder above it").join("tests");
    std::fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("{} cannot be made: {error}", folder.display()));
    folder
}

/// `target/debug`: this test runs from the folder `deps` in it.
fn profile_folder() -> PathBuf {
    let test = std::env::current_exe().expect("a running test has a path");
    test.ancestors().nth(2).expect("tests run from target/…/deps").to_owned()
}
