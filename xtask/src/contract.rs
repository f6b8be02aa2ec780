//! `cargo xtask contract`: whether the server keeps what its OpenAPI document promises, asked by Schemathesis, which makes
//! up requests that fit the document and others that do not. A key with every scope asks, and nobody.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::build;
use crate::cargo::{built, command, memory, run, which};
use crate::fingerprint::{Fingerprint, write};
use crate::packages;
use crate::postgres::{Cluster, Writes};
use crate::report::say;
use crate::stand::{Setup, Stand};

/// Its name and version at the Python Package Index.
const SCHEMATHESIS: &str = "schemathesis==4.32.5";
/// What has to hold. Not among them: that every request that fits the document is accepted (a picture named by a product
/// has to be there, too), and that none that does not fit is (members that nobody knows are skipped in some places). Who may ask what is
/// walked through by the server's own test of the table of addresses; a made-up cookie beside a key that is right, which
/// `ignored_auth` sends, is let in.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,\
                      response_schema_conformance,unsupported_method,allow_header_conformance,use_after_free";

/// For how long.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Options {
    /// Seconds on each database
    #[arg(long, default_value_t = 60)]
    seconds: u64,
}

/// Runs `cargo xtask contract`.
pub fn run_contract(options: Options) -> Result<()> {
    build::programs(&["vitrine"])?;
    let program = install()?;
    let cluster = Cluster::start(Writes::Volatile)?;
    for (engine, url) in [("SQLite", None), ("PostgreSQL", Some(cluster.url()))] {
        say(format!("contract: {} s on {engine}", options.seconds));
        let settings = [("VITRINE_EVENTS_RATE_PER_SECOND", "1000000"), ("VITRINE_EVENTS_RATE_BURST", "1000000")];
        let stand = Stand::start(&Setup {
            program: &built("vitrine"),
            name: "contract/data",
            database_url: url.as_deref(),
            seed: None,
            settings: &settings,
            people: 0,
        })?;
        let key = stand.key(&stand.scopes()?)?;
        let share = |part: u64| (options.seconds * part / 10).max(1);
        check(&program, &stand, Some(&key), share(8)).with_context(|| format!("with every scope, on {engine}"))?;
        check(&program, &stand, None, share(2)).with_context(|| format!("without a key, on {engine}"))?;
    }
    Ok(())
}

fn check(program: &Path, stand: &Stand, key: Option<&str>, seconds: u64) -> Result<()> {
    let folder = memory().join("contract");
    let mut schemathesis = command(program);
    schemathesis.args(["run", &format!("{}/api/v1/openapi.json", stand.origin())]);
    if let Some(key) = key {
        schemathesis.args(["--header", &format!("Authorization: Bearer {key}")]);
    }
    // One worker: Python 3.11 breaks when several threads parse source, which Hypothesis does.
    schemathesis.args(["--checks", CHECKS]);
    schemathesis.args([
        "--max-time",
        &seconds.to_string(),
        "--continue-on-failure",
        "--workers",
        "1",
        "--warnings",
        "off",
    ]);
    // What it remembers of the last run would make another one of this.
    schemathesis.args(["--generation-database", "none", "--request-timeout", "30"]);
    schemathesis.current_dir(folder);
    let ended = run(&mut schemathesis, "the check of the OpenAPI document");
    // Whatever it found: a server that still works.
    let ready = crate::bench::http::Connection::open(stand.address)?.send("GET", "/readyz", &[], "")?;
    if ready.status != 200 {
        bail!("the server is not ready any more: {}", ready.status);
    }
    ended
}

/// Installs Schemathesis into a folder of its own, once.
fn install() -> Result<PathBuf> {
    if which("python3").is_none() {
        packages::need(&["python3-venv"], "running Schemathesis")?;
    }
    let folder = memory().join("contract");
    let (venv, program) = (folder.join("venv"), folder.join("venv/bin/st"));
    let mut inputs = Fingerprint::new(folder.join("installed.sha256"));
    inputs.text(SCHEMATHESIS);
    let inputs = inputs.finish();
    if program.is_file() && inputs.is_unchanged() {
        return Ok(program);
    }
    write(&folder.join("schemathesis.toml"), b"")?;
    say("contract: fetching Schemathesis");
    let made = run(command("python3").args(["-m", "venv"]).arg(&venv), "making a Python environment");
    if made.is_err() {
        packages::need(&["python3-venv"], "running Schemathesis")?;
        run(command("python3").args(["-m", "venv", "--clear"]).arg(&venv), "making a Python environment")?;
    }
    let mut pip = command(venv.join("bin/pip"));
    run(pip.args(["install", "--quiet", "--disable-pip-version-check", SCHEMATHESIS]), "fetching Schemathesis")?;
    inputs.remember()?;
    Ok(program)
}
