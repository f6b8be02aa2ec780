//! `cargo xtask demo`.

use std::fmt::Write as _;
use std::fs;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::cargo::{built, command, root, run};
use crate::fingerprint::Fingerprint;
use crate::process::Guard;
use crate::report::say;
use crate::{build, cargo};

/// The four people of the demo store: role, name, address.
const PEOPLE: [(&str, &str, &str); 4] = [
    ("owner", "林美玲", "owner@demo.example"),
    ("merchant", "陳志明", "merchant@demo.example"),
    ("staff", "黃小雯", "staff@demo.example"),
    ("marketer", "張家豪", "marketer@demo.example"),
];
/// The file in a data folder that says how they sign in.
const SIGN_IN: &str = "sign-in.txt";
/// The file in a data folder that says what it was seeded from.
const SEEDED: &str = "seeded.sha256";

/// Where the demo runs.
#[derive(clap::Args)]
pub struct Options {
    /// Port on 127.0.0.1
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Data folder; filled with the demo store when it does not exist
    #[arg(long, default_value = "data/demo")]
    data: PathBuf,
    /// Removes the data folder first: a new store, without the visits so far
    #[arg(long)]
    fresh: bool,
}

/// Runs `cargo xtask demo`.
pub fn run_demo(options: &Options) -> Result<()> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, options.port));
    // Asked before the build, which takes minutes on a new machine.
    check_port(address)?;
    build::viewer()?;
    build::programs(&["vitrine"])?;
    let data = root().join(&options.data);
    seed(&data, options.fresh)?;

    say(format!("serving on {address}"));
    let mut serve = vitrine();
    serve.arg("serve").arg("--data").arg(&data).args(["--listen", &address.to_string()]);
    let mut server = Guard::new(serve.spawn().context("the server cannot be started")?, "TERM");
    server.wait_for(address, "the server", Duration::from_mins(1))?;
    print_links(address, &data)?;
    let status = server.wait()?;
    if !status.success() {
        bail!("the server ended with {status}; its messages are above");
    }
    Ok(())
}

/// The server's program, away from any database and settings of the caller's own.
fn vitrine() -> Command {
    let mut vitrine = command(built("vitrine"));
    for (name, _) in std::env::vars_os() {
        if name == "DATABASE_URL" || name.to_string_lossy().starts_with("VITRINE_") {
            vitrine.env_remove(name);
        }
    }
    vitrine.env("VITRINE_VIEWER_DIST", cargo::dist());
    vitrine
}

fn check_port(address: SocketAddr) -> Result<()> {
    match TcpListener::bind(address) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            let other = address.port().saturating_add(1);
            bail!(
                "port {} is taken by another program; choose another one: cargo xtask demo --port {other}",
                address.port()
            )
        }
        Err(error) => Err(error).with_context(|| format!("the demo cannot listen on {address}")),
    }
}

/// Fills a new data folder with the demo store.
fn seed(data: &Path, fresh: bool) -> Result<()> {
    let mark = data.join(SEEDED);
    if data.exists() && !mark.exists() {
        bail!(
            "{} is no folder of the demo's; name one that does not exist: cargo xtask demo --data FOLDER",
            data.display()
        );
    }
    if fresh && data.exists() {
        fs::remove_dir_all(data).with_context(|| format!("{} cannot be removed", data.display()))?;
    }
    let assets = root().join("assets/demo");
    let mut seeded = Fingerprint::new(mark);
    seeded.path(&assets)?;
    let seeded = seeded.finish();
    if data.exists() {
        if !seeded.is_unchanged() {
            say("the demo store's files have changed since the data folder was made; --fresh makes it anew");
        }
        return Ok(());
    }
    say(format!("seeding {} from assets/demo", data.display()));
    // Seeded aside and moved: an interrupted seed leaves no half-filled folder that the next run would serve.
    let aside = data.with_extension("new");
    if aside.exists() {
        fs::remove_dir_all(&aside).with_context(|| format!("{} cannot be removed", aside.display()))?;
    }
    fs::create_dir_all(&aside).with_context(|| format!("{} cannot be made", aside.display()))?;
    run(vitrine().arg("seed").arg(&assets).arg("--data").arg(&aside), "seeding the demo store")?;
    fs::write(aside.join(SIGN_IN), people(&aside)?).context("the people's passwords cannot be kept")?;
    seeded.remember_in(&aside.join(SEEDED))?;
    fs::rename(&aside, data).with_context(|| format!("{} cannot be put in place", data.display()))
}

/// Gives the four people accounts with random passwords, a line each.
fn people(data: &Path) -> Result<String> {
    let mut lines = String::new();
    for (role, name, email) in PEOPLE {
        let mut add = vitrine();
        add.args(["account", "add", email, "--name", name, "--role", role, "--language", "zh-TW", "--data"]).arg(data);
        let output = add.output().context("vitrine cannot be started")?;
        if !output.status.success() {
            bail!("{email} got no account: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        let password = String::from_utf8(output.stdout).context("a password is text")?;
        writeln!(lines, "  {role:<17} {email:<22} {}", password.trim())?;
    }
    Ok(lines)
}

fn print_links(address: SocketAddr, data: &Path) -> Result<()> {
    let seed =
        fs::read_to_string(root().join("assets/demo/seed.json")).context("assets/demo/seed.json cannot be read")?;
    let seed: serde_json::Value = serde_json::from_str(&seed).context("assets/demo/seed.json is not JSON")?;
    println!("\n  Vitrine is open at http://{address}/");
    for store in seed["stores"].as_array().into_iter().flatten() {
        let slug = store["slug"].as_str().unwrap_or_default();
        println!("  the store         http://{address}/s/{slug}");
        println!("  in English        http://{address}/s/{slug}?lang=en");
        println!("  without 3D        http://{address}/s/{slug}/list");
    }
    // A folder of an older version has nobody in it; the server's log has the link to begin with.
    if let Ok(people) = fs::read_to_string(data.join(SIGN_IN)) {
        println!("\n  to work there     http://{address}/app\n{}", people.trim_end());
    }
    println!("\n  Ctrl-C ends it.\n");
    Ok(())
}
