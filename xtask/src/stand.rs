//! A server with the demo store and an owner who is signed in, for what measures and checks it from outside.

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

/// The server; it ends when this is dropped.
pub struct Stand {
    /// Where it listens.
    pub address: SocketAddr,
    /// The owner's cookie.
    pub cookie: String,
    _server: Guard,
}

impl Stand {
    /// Fills a new database, in the folder `name` of what xtask keeps or at `database_url`, and serves it.
    pub fn start(program: &Path, name: &str, database_url: Option<&str>, settings: &[(&str, &str)]) -> Result<Self> {
        let data = memory().join(name);
        if data.exists() {
            std::fs::remove_dir_all(&data)?;
        }
        let vitrine = |subcommand: &str| {
            let mut vitrine = command(program);
            for (name, _) in std::env::vars_os() {
                if name == "DATABASE_URL" || name.to_string_lossy().starts_with("VITRINE_") {
                    vitrine.env_remove(name);
                }
            }
            vitrine.env("VITRINE_VIEWER_DIST", dist()).envs(database_url.iter().map(|url| ("DATABASE_URL", url)));
            vitrine.envs(settings.iter().copied()).arg(subcommand);
            vitrine
        };
        let with_data = |mut vitrine: Command| {
            vitrine.arg("--data").arg(&data);
            vitrine
        };
        say("seeding the demo store");
        let mut seed = with_data(vitrine("seed"));
        run(seed.arg(root().join("assets/demo")).stdout(std::process::Stdio::null()), "seeding the demo store")?;
        let mut add = vitrine("account");
        add.args(["add", OWNER, "--name", "Owner", "--role", "owner"]);
        let password = output(&mut with_data(add), "adding the owner")?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()?));
        let mut serve = with_data(vitrine("serve"));
        serve.args(["--listen", &address.to_string()]);
        let mut server = Guard::new(serve.spawn().context("the server cannot be started")?, "TERM");
        server.wait_for(address, "the server", Duration::from_mins(1))?;
        let mut stand = Self { address, cookie: String::new(), _server: server };
        let body = format!("email={OWNER}&password={}", password.trim());
        let signed_in =
            Connection::open(address)?.send("POST", "/app/sign-in", &[FORM, ("Origin", &stand.origin())], &body)?;
        let cookie = signed_in.header("set-cookie").and_then(|cookie| cookie.split(';').next());
        cookie.context("the owner could not sign in")?.clone_into(&mut stand.cookie);
        Ok(stand)
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
