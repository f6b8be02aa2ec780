//! Which compiler makes WebAssembly here.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::cargo::{cargo, command, memory, output, which};
use crate::fingerprint;
use crate::packages;
use crate::report::say;

/// The target's name.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// Debian's compiler for the web, with the standard library's source and a linker.
const DEBIAN_PACKAGES: [&str; 4] = ["cargo-web", "lld-22", "rust-web-src", "rustc-web"];
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_LINKER: &str = "/usr/bin/wasm-ld-22";

/// A compiler that can make WebAssembly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toolchain {
    /// The compiler in use has the target's standard library.
    Ours,
    /// Debian's compiler builds the standard library along.
    Debian,
}

impl Toolchain {
    /// The one to use; installs it where that is possible. `VITRINE_WASM_COMPILER=debian` prefers Debian's.
    pub fn choose() -> Result<Self> {
        let wants_debian = std::env::var_os("VITRINE_WASM_COMPILER").is_some_and(|name| name == "debian");
        if !wants_debian && (has_target()? || add_target()) {
            return Ok(Self::Ours);
        }
        packages::need(&DEBIAN_PACKAGES, "building the viewer for the web").context(
            "the compiler has no WebAssembly target, and `rustup target add wasm32-unknown-unknown` did not work",
        )?;
        Ok(Self::Debian)
    }

    /// What identifies the compiler in a fingerprint and in messages.
    pub fn version(self) -> Result<String> {
        output(self.rustc().arg("--version"), "asking the compiler for its version")
    }

    /// Cargo for the web, up to the subcommand; its arguments follow in [`Self::arguments`].
    pub fn cargo(self) -> Command {
        match self {
            Self::Ours => {
                let mut cargo = cargo();
                cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", GETRANDOM);
                cargo
            }
            Self::Debian => {
                let mut cargo = command(DEBIAN_CARGO);
                cargo
                    .env_remove("CARGO")
                    .env_remove("RUSTUP_TOOLCHAIN")
                    .env_remove("RUSTFLAGS")
                    .env("RUSTC", DEBIAN_RUSTC)
                    .env("RUSTDOC", "/usr/bin/rustdoc")
                    .env("RUSTC_BOOTSTRAP", "1")
                    .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", DEBIAN_LINKER)
                    .env(
                        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
                        format!("-C linker-flavor=wasm-ld {GETRANDOM}"),
                    );
                cargo
            }
        }
    }

    /// The arguments after the subcommand.
    pub fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Ours => &["--target", TARGET],
            Self::Debian => &["--target", TARGET, "-Z", "build-std=std,panic_abort"],
        }
    }

    fn rustc(self) -> Command {
        match self {
            Self::Ours => command("rustc"),
            Self::Debian => {
                let mut rustc = command(DEBIAN_RUSTC);
                rustc.env_remove("RUSTUP_TOOLCHAIN");
                rustc
            }
        }
    }
}

/// Browsers have one source of randomness; `getrandom` wants to be told that this is one.
const GETRANDOM: &str = r#"--cfg getrandom_backend="wasm_js""#;

fn has_target() -> Result<bool> {
    let library = output(
        command("rustc").args(["--print", "target-libdir", "--target", TARGET]),
        "asking the compiler for its libraries",
    )?;
    Ok(Path::new(&library).is_dir())
}

/// Asks rustup for the target. A refusal is remembered with the compiler's version: waiting for a server that is not
/// there would delay every build.
fn add_target() -> bool {
    let Ok(version) = Toolchain::Ours.version() else { return false };
    let refused = memory().join("target-refused");
    if which("rustup").is_none() || fs::read_to_string(&refused).is_ok_and(|remembered| remembered == version) {
        return false;
    }
    say(format!("asking rustup for the target {TARGET}"));
    let added = command("rustup")
        .args(["target", "add", TARGET])
        .env("RUSTUP_MAX_RETRIES", "0")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !added {
        let _ = fingerprint::write(&refused, version.as_bytes());
        say("rustup cannot get it here: Debian's compiler does it");
    }
    added
}
