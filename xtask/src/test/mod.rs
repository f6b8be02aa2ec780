//! `cargo xtask test`: every test there is, in the order in which a mistake shows soonest.

mod deny;
mod directions;
mod vendors;

use anyhow::{Result, bail};
use clap::ValueEnum;

use crate::cargo::{cargo, command, dist, memory, output, run};
use crate::postgres::{Cluster, Writes};
use crate::report::{elapsed, say};
use crate::toolchain::{TARGET, Toolchain};
use crate::{build, npm, packages};

/// What to test.
#[derive(clap::Args)]
pub struct Options {
    /// Only these steps
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Step>,
    /// Only tests with this in their name, in the step `tests`
    filter: Option<String>,
}

/// One step; the doc comments are the help texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Step {
    /// `rustfmt`
    Format,
    /// Refused vendors
    Vendors,
    /// Which crate may use which
    Directions,
    /// Licences, sources, bans, advisories: `cargo deny`
    Deny,
    /// The viewer's bundle and its size
    Bundle,
    /// `clippy`, without warnings
    Clippy,
    /// The documentation, without warnings
    Docs,
    /// Every test: units, server on both databases, journeys in browsers
    Tests,
}

/// Checks pages for what shuts people out.
const AXE: &str = "axe-core@4.11";

/// Sends files as other people's programs do.
const TUS: &str = "tus-js-client@4.3";

/// What journeys in browsers and the native window need.
const BROWSER_PACKAGES: [&str; 9] = [
    "chromium",
    "chromium-driver",
    "dbus",
    "fonts-noto-cjk",
    "libgl1-mesa-dri",
    "libxkbcommon-x11-0",
    "mesa-vulkan-drivers",
    "webkit2gtk-driver",
    "xvfb",
];

/// Runs `cargo xtask test`.
pub fn run_tests(options: &Options) -> Result<()> {
    let steps: Vec<Step> = Step::value_variants()
        .iter()
        .copied()
        .filter(|step| options.only.is_empty() || options.only.contains(step))
        .collect();
    let mut failed = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        let name = format!("{step:?}").to_lowercase();
        let started = elapsed();
        say(format!("step {} of {}: {name}", index + 1, steps.len()));
        // One run shows all that is wrong.
        match step.run(options) {
            Ok(()) => say(format!("{name}: passed in {:.1} s", elapsed().saturating_sub(started).as_secs_f64())),
            Err(error) => {
                crate::report::failure(&error);
                failed.push(name);
            }
        }
    }
    if failed.is_empty() {
        say(format!("all {} steps passed", steps.len()));
        return Ok(());
    }
    bail!("{} of {} steps did not pass: {}", failed.len(), steps.len(), failed.join(", "))
}

impl Step {
    fn run(self, options: &Options) -> Result<()> {
        match self {
            Self::Format => {
                run(cargo().args(["fmt", "--all", "--check"]), "the format check (`cargo fmt --all` repairs it)")
            }
            Self::Vendors => vendors::check(),
            Self::Directions => directions::check(),
            Self::Deny => deny::check(),
            Self::Bundle => build::viewer()?.check(),
            Self::Clippy => clippy(),
            Self::Docs => run(
                cargo().args(["doc", "--workspace", "--no-deps", "--quiet"]).env("RUSTDOCFLAGS", "-D warnings"),
                "the documentation's check",
            ),
            Self::Tests => tests(options),
        }
    }
}

fn clippy() -> Result<()> {
    let mut workspace = cargo();
    workspace.args(["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"]);
    run(&mut workspace, "clippy")?;
    // Debian's compiler comes without clippy; the web's part of the viewer is then checked where rustup has the target.
    if Toolchain::choose()? == Toolchain::Ours {
        let mut web = Toolchain::Ours.cargo();
        web.args(["clippy", "--package", "viewer", "--lib", "--no-default-features", "--quiet", "--target", TARGET]);
        run(web.args(["--", "-D", "warnings"]), "clippy for the web")?;
    }
    Ok(())
}

fn tests(options: &Options) -> Result<()> {
    packages::need(&BROWSER_PACKAGES, "walking a store in browsers and in a window")?;
    build::viewer()?;
    build::programs(&["vitrine", "viewer"])?;
    let cluster = Cluster::start(Writes::Volatile)?;
    let mut tests = if has_nextest() {
        let mut nextest = cargo();
        nextest.args(["nextest", "run", "--workspace", "--no-fail-fast"]);
        nextest
    } else {
        say("tests: with `cargo test`, one program after another; `cargo install cargo-nextest` makes that quicker");
        let mut test = cargo();
        test.args(["test", "--workspace", "--no-fail-fast"]);
        test
    };
    tests.args(&options.filter).env("VITRINE_TEST_POSTGRES_URL", cluster.url()).env("VITRINE_VIEWER_DIST", dist());
    let modules = npm::install(&memory().join("test/npm"), &[AXE, TUS])?;
    tests.env("VITRINE_TEST_AXE", modules.join("axe-core/axe.min.js")).env("VITRINE_TEST_TUS", modules);
    // A snapshot that differs is a failure here, not a file to look at.
    tests.env("INSTA_UPDATE", "no");
    // The tests choose databases and settings themselves.
    for setting in ["DATABASE_URL", "VITRINE_DATABASE_URL", "VITRINE_DATA", "VITRINE_LISTEN", "VITRINE_PUBLIC_URL"] {
        tests.env_remove(setting);
    }
    run(&mut tests, "the tests")?;
    if options.filter.is_none() && has_nextest() {
        say("tests: examples in the documentation");
        run(cargo().args(["test", "--workspace", "--doc", "--quiet"]), "the documentation's examples")?;
    }
    Ok(())
}

fn has_nextest() -> bool {
    output(command("cargo").args(["nextest", "--version"]), "asking for nextest").is_ok()
}
