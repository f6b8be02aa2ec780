//! How large the bundle may be: the design's budget, and the size that was last accepted.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::cargo::root;
use crate::dist;
use crate::fingerprint;
use crate::report::{say, size};
use crate::toolchain::Toolchain;

/// Brotli bytes of WASM, JavaScript and CSS together (DESIGN §4).
const BUDGET: u64 = 900_000;
/// Growth beyond the accepted size that needs accepting.
const TOLERANCE: f64 = 0.02;

/// The bundle's size beside what it may be.
pub struct Comparison {
    bytes: u64,
    accepted: Option<u64>,
}

impl Comparison {
    /// Measures the bundle and says the result.
    pub fn measure() -> Result<Self> {
        let comparison = Self { bytes: dist::code_bytes()?, accepted: accepted()?.get(&key()?).copied() };
        let accepted = comparison.accepted.map_or_else(
            || "no size accepted yet".into(),
            |bytes| {
                format!(
                    "{:+.1} % to the accepted {}",
                    (comparison.bytes as f64 / bytes as f64 - 1.0) * 100.0,
                    size(bytes)
                )
            },
        );
        say(format!("viewer: {} with brotli, budget {}, {accepted}", size(comparison.bytes), size(BUDGET)));
        Ok(comparison)
    }

    /// Fails where the bundle is over the budget, or grew without being accepted.
    pub fn check(&self) -> Result<()> {
        if self.bytes > BUDGET {
            bail!("the viewer's bundle has {} with brotli; the budget is {}", size(self.bytes), size(BUDGET));
        }
        if let Some(accepted) = self.accepted
            && self.bytes as f64 > accepted as f64 * (1.0 + TOLERANCE)
        {
            bail!(
                "the viewer's bundle grew from {} to {}; if that is worth it, `cargo xtask build --accept-size` writes it to \
                 xtask/bundle-size.json",
                size(accepted),
                size(self.bytes)
            );
        }
        Ok(())
    }

    /// Makes this size the accepted one.
    pub fn accept(&self) -> Result<()> {
        let mut sizes = accepted()?;
        sizes.insert(key()?, self.bytes);
        fingerprint::write(&file(), format!("{}\n", serde_json::to_string_pretty(&sizes)?).as_bytes())
    }
}

/// The accepted sizes, by the kind of compiler: two of them make different sizes of the same code.
fn accepted() -> Result<BTreeMap<String, u64>> {
    let Ok(text) = std::fs::read_to_string(file()) else { return Ok(BTreeMap::new()) };
    serde_json::from_str(&text).context("xtask/bundle-size.json does not map compilers to bytes")
}

fn file() -> PathBuf {
    root().join("xtask/bundle-size.json")
}

fn key() -> Result<String> {
    Ok(match Toolchain::choose()? {
        Toolchain::Ours => "prebuilt standard library",
        Toolchain::Debian => "Debian's compiler",
    }
    .to_owned())
}
