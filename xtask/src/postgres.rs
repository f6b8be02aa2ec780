//! A private PostgreSQL cluster for tests and benchmarks: in a temporary folder, gone afterwards.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::cargo::{command, run, which};
use crate::packages;
use crate::process::{Guard, free_port};
use crate::report::say;

/// What the cluster does with what is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writes {
    /// Nothing outlives the cluster: no write has to reach the disk.
    Volatile,
    /// As in a shop: a commit is on the disk.
    Durable,
}

/// A running cluster; it stops, and its folder goes, when this is dropped.
pub struct Cluster {
    port: u16,
    // Fields are dropped in this order: the folder goes after the server.
    _server: Guard,
    _folder: Folder,
}

impl Cluster {
    /// Makes a cluster and starts it.
    pub fn start(writes: Writes) -> Result<Self> {
        let programs = programs()?;
        say(format!("PostgreSQL: starting a private cluster with {}", programs.display()));
        let user = if packages::is_root()? { Some(ordinary_user()) } else { None };
        let folder = Folder::new(user)?;
        let data = folder.0.join("data");

        let mut initdb = as_user(user, &programs.join("initdb"));
        initdb.arg("--pgdata").arg(&data).args(["--username=vitrine", "--auth=trust", "--encoding=UTF8"]);
        initdb.args(["--locale=C", "--no-sync", "--no-instructions"]).stdout(std::process::Stdio::null());
        run(initdb.current_dir(&folder.0), "making a PostgreSQL cluster")?;

        let port = free_port()?;
        let mut postgres = as_user(user, &programs.join("postgres"));
        postgres.arg("-D").arg(&data).arg("-k").arg(&folder.0).args(["-h", "127.0.0.1", "-p", &port.to_string()]);
        let volatile = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];
        let volatile = volatile.into_iter().filter(|_| writes == Writes::Volatile);
        for setting in volatile.chain(["max_connections=300"]) {
            postgres.args(["-c", setting]);
        }
        let log = fs::File::create(folder.0.join("log"))?;
        postgres.current_dir(&folder.0).stdout(log.try_clone()?).stderr(log);
        // INT is PostgreSQL's fast shutdown: sessions that a failed test left open do not hold it up.
        let mut server = Guard::new(postgres.spawn().context("PostgreSQL cannot be started")?, "INT");
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        server.wait_for(address, "PostgreSQL", Duration::from_mins(1)).with_context(|| {
            let log = fs::read_to_string(folder.0.join("log")).unwrap_or_default();
            format!("PostgreSQL did not start; it said: {}", log.trim_end())
        })?;
        Ok(Self { port, _server: server, _folder: folder })
    }

    /// The address of its database; tests find it in `VITRINE_TEST_POSTGRES_URL`.
    pub fn url(&self) -> String {
        format!("postgres://vitrine@127.0.0.1:{}/postgres", self.port)
    }
}

/// A temporary folder of the user who runs the server.
struct Folder(PathBuf);

impl Folder {
    fn new(user: Option<&str>) -> Result<Self> {
        let folder = Self(std::env::temp_dir().join(format!("vitrine-postgres-{}", std::process::id())));
        fs::create_dir(&folder.0).with_context(|| format!("{} cannot be made", folder.0.display()))?;
        if let Some(user) = user {
            run(command("chown").arg(user).arg(&folder.0), "giving PostgreSQL its folder")?;
        }
        Ok(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The folder with `initdb` and `postgres`, of the newest version; installs them where that is possible.
fn programs() -> Result<PathBuf> {
    if let Some(found) = find_programs() {
        return Ok(found);
    }
    packages::need(&["postgresql"], "running the server on PostgreSQL")?;
    find_programs().context("no `initdb` was found, in /usr/lib/postgresql or in the search path: install PostgreSQL")
}

fn find_programs() -> Option<PathBuf> {
    // Debian keeps them out of the search path, one folder per version.
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .filter(|version| Path::new(&format!("/usr/lib/postgresql/{version}/bin/initdb")).is_file())
        .max();
    match newest {
        Some(version) => Some(PathBuf::from(format!("/usr/lib/postgresql/{version}/bin"))),
        None => which("initdb")?.parent().map(Path::to_owned),
    }
}

/// Who runs the cluster in root's place: `initdb` refuses root.
fn ordinary_user() -> &'static str {
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    if users.lines().any(|line| line.starts_with("postgres:")) { "postgres" } else { "nobody" }
}

/// A command of that user that ends when xtask does, even when xtask is killed.
fn as_user(user: Option<&str>, program: &Path) -> Command {
    if which("setpriv").is_none() {
        return command(program);
    }
    let mut setpriv = command("setpriv");
    if let Some(user) = user {
        setpriv.args(["--reuid", user, "--clear-groups"]).arg("--no-new-privs");
    }
    setpriv.args(["--pdeathsig", "INT", "--"]).arg(program);
    setpriv
}
