//! A server on a new database with an owner who is signed in, for what measures and checks it from outside.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::bench::http::Connection;
use crate::cargo::{command, dist, memory, output, root, run};
use crate::process::{Guard, free_port};
use crate::report::say;

const OWNER: &str = "owner@demo.example";
const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

/// What a server is to be.
pub struct Setup<'a> {
    /// The program.
    pub program: &'a Path,
    /// Its folder, in what xtask keeps.
    pub name: &'a str,
    /// `PostgreSQL`'s address; `SQLite` without.
    pub database_url: Option<&'a str>,
    /// The folder that its database is filled from; the demo store's without.
    pub seed: Option<&'a Path>,
    /// Environment variables.
    pub settings: &'a [(&'a str, &'a str)],
    /// Merchants beside the owner.
    pub people: usize,
}

/// The server; it ends when this is dropped.
pub struct Stand {
    /// Where it listens.
    pub address: SocketAddr,
    /// The owner's cookie.
    pub cookie: String,
    /// Addresses and passwords of the merchants.
    pub people: Vec<(String, String)>,
    /// Its process.
    pub process: u32,
    _server: Guard,
}

impl Stand {
    /// Fills a new database and serves it.
    pub fn start(setup: &Setup<'_>) -> Result<Self> {
        let data = memory().join(setup.name);
        if data.exists() {
            std::fs::remove_dir_all(&data)?;
        }
        let vitrine = |subcommand: &str| {
            let mut vitrine = command(setup.program);
            for (name, _) in std::env::vars_os() {
                if name == "DATABASE_URL" || name.to_string_lossy().starts_with("VITRINE_") {
                    vitrine.env_remove(name);
                }
            }
            vitrine.env("VITRINE_VIEWER_DIST", dist()).envs(setup.database_url.iter().map(|url| ("DATABASE_URL", url)));
            vitrine.envs(setup.settings.iter().copied()).arg(subcommand);
            vitrine
        };
        let with_data = |mut vitrine: Command| {
            vitrine.arg("--data").arg(&data);
            vitrine
        };
        say("filling the database");
        let demo = root().join("assets/demo");
        let mut seed = with_data(vitrine("seed"));
        run(seed.arg(setup.seed.unwrap_or(&demo)).stdout(std::process::Stdio::null()), "filling the database")?;
        let password = |email: &str, role: &str| -> Result<String> {
            let mut add = vitrine("account");
            add.args(["add", email, "--name", "Person", "--role", role, "--language", "en"]);
            Ok(output(&mut with_data(add), "adding a person")?.trim().to_owned())
        };
        let owner = password(OWNER, "owner")?;
        let mut people = Vec::with_capacity(setup.people);
        for number in 0..setup.people {
            let email = format!("person-{number}@demo.example");
            let password = password(&email, "merchant")?;
            people.push((email, password));
        }
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()?));
        let mut serve = with_data(vitrine("serve"));
        serve.args(["--listen", &address.to_string()]);
        let serve = serve.spawn().context("the server cannot be started")?;
        let process = serve.id();
        let mut server = Guard::new(serve, "TERM");
        server.wait_for(address, "the server", Duration::from_mins(1))?;
        let mut stand = Self { address, cookie: String::new(), people, process, _server: server };
        stand.cookie = stand.sign_in("127.0.0.1", OWNER, &owner)?;
        Ok(stand)
    }

    /// Signs somebody in from an address, which counts where a proxy here is trusted; the session's cookie.
    pub fn sign_in(&self, from: &str, email: &str, password: &str) -> Result<String> {
        let headers = [FORM, ("Origin", &self.origin()), ("X-Forwarded-For", from)];
        let body = format!("email={}&password={password}", email.replace('@', "%40"));
        let answer = Connection::open(self.address)?.send("POST", "/app/sign-in", &headers, &body)?;
        let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next());
        match cookie.filter(|_| answer.status == 303) {
            Some(cookie) => Ok(cookie.to_owned()),
            None => bail!("{email} could not sign in: {} {}", answer.status, answer.body),
        }
    }

    /// A connection of the owner's.
    pub fn connect(&self) -> Result<Connection> {
        let mut connection = Connection::open(self.address)?;
        connection.header("Origin", &self.origin());
        connection.header("Cookie", &self.cookie);
        Ok(connection)
    }

    /// What browsers call its pages.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A key with these scopes.
    pub fn key(&self, scopes: &[String]) -> Result<String> {
        let scopes = scopes.iter().fold(String::new(), |form, scope| form + "&scope=" + scope);
        let headers = [FORM, ("Origin", &self.origin()), ("Cookie", &self.cookie)];
        let page = Connection::open(self.address)?.send(
            "POST",
            "/app/keys",
            &headers,
            &format!("name=check&days=30{scopes}"),
        )?;
        let key = page.body.split("value=\"vitrine_").nth(1).and_then(|rest| rest.split('"').next());
        match key {
            Some(key) => Ok(format!("vitrine_{key}")),
            None => bail!("no key was made: {}", page.status),
        }
    }

    /// Every scope that the page of keys offers.
    pub fn scopes(&self) -> Result<Vec<String>> {
        let page = Connection::open(self.address)?.send("GET", "/app/keys", &[("Cookie", &self.cookie)], "")?;
        let boxes = page.body.split("name=\"scope\" value=\"").skip(1);
        Ok(boxes.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect())
    }
}
