//! The real server, on a port of its own.

use std::ffi::OsStr;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::database::Engine;
use crate::folder::DataFolder;
use crate::process::{Process, free_port};
use crate::programs::{program, viewer_bundle};
use crate::wait::until;

/// A running `vitrine serve`; killed when this is dropped.
#[derive(Debug)]
pub struct Server {
    process: Process,
    port: u16,
    folder: DataFolder,
}

impl Server {
    /// Serves a data folder and waits until it is ready.
    pub fn start(folder: DataFolder) -> Self {
        Self::start_with(folder, &[])
    }

    /// As [`Self::start`], with more flags; `{port}` in one becomes the port.
    pub fn start_with(folder: DataFolder, flags: &[&str]) -> Self {
        let port = free_port();
        let mut serve = vitrine(&folder, "serve");
        serve
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .args(flags.iter().map(|flag| flag.replace("{port}", &port.to_string())));
        let process = Process::start(&mut serve, &folder.path().join("server.log"));
        let mut server = Self { process, port, folder };
        let ready = server.url("/readyz");
        until("the server is ready", || {
            assert!(!server.process.has_ended(), "the server ended: {}", server.process.printed());
            ureq::get(&ready).call().ok()
        });
        server
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))
    }

    /// The full address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// The full address of a path, by the one name at which browsers allow passkeys without https.
    pub fn url_at_localhost(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.port)
    }

    /// Most memory that it ever held, bytes: `VmHWM` of Linux.
    pub fn peak_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
        kib.expect("Linux tells how much memory a process held") * 1024
    }

    /// Its data folder.
    pub const fn folder(&self) -> &DataFolder {
        &self.folder
    }

    /// What `vitrine stats --json` says of a store.
    pub fn stats(&self, store: &str) -> Value {
        let output = vitrine(&self.folder, "stats").args(["--store", store, "--json"]).output().expect("vitrine runs");
        assert!(output.status.success(), "vitrine stats: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).expect("vitrine stats --json prints JSON")
    }

    /// Asks the server to stop; it goes on until what it is doing is done.
    pub fn ask_to_stop(&self) {
        self.process.terminate();
    }

    /// Waits until the server has stopped by itself, and gives back its data folder.
    pub fn stopped(self) -> DataFolder {
        let Self { mut process, folder, .. } = self;
        assert!(process.ended_well(), "the server did not end well: {}", process.printed());
        folder
    }

    /// Ends the server with `kill -9` and gives back its data folder.
    pub fn kill(self) -> DataFolder {
        let Self { mut process, folder, .. } = self;
        process.kill();
        folder
    }

    /// What the server has logged.
    pub fn log(&self) -> String {
        self.process.printed()
    }
}

/// Fills an empty folder from a seed folder.
pub fn seed(source: &Path, folder: &DataFolder) {
    let output = vitrine(folder, "seed").arg(source).output().expect("vitrine runs");
    assert!(
        output.status.success(),
        "vitrine seed {}: {}{}",
        source.display(),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// `vitrine` on a data folder, without settings from outside the test.
pub fn vitrine(folder: &DataFolder, subcommand: impl AsRef<OsStr>) -> Command {
    let mut vitrine = bare(folder);
    vitrine.arg(subcommand).arg("--data").arg(folder.path());
    vitrine
}

/// `vitrine` with a test's settings, before its subcommand is said.
pub(crate) fn bare(folder: &DataFolder) -> Command {
    let mut vitrine = Command::new(program("vitrine"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("VITRINE_") || name == "DATABASE_URL" {
            vitrine.env_remove(name);
        }
    }
    vitrine.env("VITRINE_VIEWER_DIST", viewer_bundle()).envs(folder.database_url().map(|url| ("DATABASE_URL", url)));
    // Everything comes from one address here; the limits are for shoppers.
    vitrine.env("VITRINE_EVENTS_RATE_PER_SECOND", "1000000").env("VITRINE_EVENTS_RATE_BURST", "1000000");
    vitrine
}

/// A server with the marker store in a new database of that kind.
pub fn with_markers(engine: Engine) -> Server {
    Server::start(DataFolder::markers(engine))
}
