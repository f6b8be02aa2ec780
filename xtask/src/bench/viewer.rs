//! The viewer beside Photo Sphere Viewer, Pannellum and a bare WebGL page; the measuring is in `tests/benches/viewer/`.

use anyhow::Result;

use super::peers;
use crate::build;
use crate::cargo::{cargo, dist, root, run as run_command, target};
use crate::packages;

/// How much to measure.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// Runs of each measurement; they take turns
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// Only `frames`, or only `loading`
    #[arg(long)]
    only: Option<String>,
    /// Only ours, without its peers: to compare two builds of it
    #[arg(long)]
    alone: bool,
}

/// Runs the benchmark.
pub fn run(options: &Options) -> Result<()> {
    packages::need(&["chromium", "chromium-driver"], "the browser")?;
    build::viewer()?;
    // Frames do not depend on how the server is built.
    let is_release = options.only.as_deref() != Some("frames");
    if is_release {
        build::release()?;
    } else {
        build::programs(&["vitrine"])?;
    }
    let peers = if options.alone { target() } else { peers::prepare(&first_panorama()?)? };
    let mut bench = cargo();
    // What measures need not be fast, what is measured must be.
    bench.args(["bench", "--package", "tests", "--bench", "viewer", "--profile", "dev", "--"]);
    bench.args(["--runs", &options.runs.to_string()]);
    bench.args(options.alone.then_some("--alone"));
    bench.args(options.only.iter().flat_map(|part| ["--only", part]));
    if is_release {
        bench.env("VITRINE_PROGRAMS", target().join("release"));
    }
    run_command(bench.env("VITRINE_BENCH_PEERS", peers).env("VITRINE_VIEWER_DIST", dist()), "measuring the viewer")
}

/// The picture that the demo store opens with; everybody shows the same one.
pub fn first_panorama() -> Result<std::path::PathBuf> {
    let demo = root().join("assets/demo");
    let store: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(demo.join("store.json"))?)?;
    let start = &store["start"]["scene"];
    let mut scenes = store["scenes"].as_array().into_iter().flatten();
    let panorama = scenes.find(|scene| scene["id"] == *start).and_then(|scene| scene["panorama"].as_str());
    Ok(demo.join(panorama.ok_or_else(|| anyhow::anyhow!("assets/demo/store.json does not say where a visit begins"))?))
}
