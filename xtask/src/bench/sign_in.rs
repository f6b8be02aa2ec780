//! What others notice while somebody guesses passwords.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail};

use super::http::Connection;
use crate::build;
use crate::cargo::{built, release};
use crate::postgres::{Cluster, Writes};
use crate::report::say;
use crate::stand::{Setup, Stand};

/// How the attack looks.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Options {
    /// Attempts a second
    #[arg(long, default_value_t = 200)]
    rate: u64,
    /// Seconds of each attack
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// Connections of the attacker
    #[arg(long, default_value_t = 64)]
    connections: u64,
    /// Measures the development build
    #[arg(long)]
    dev: bool,
}

/// Who attacks what.
#[derive(Clone, Copy, Debug)]
enum Attack {
    Nobody,
    /// One address tries passwords of one account.
    OneAddress,
    /// A botnet, an address for each attempt, tries passwords of one account.
    OneAccount,
    /// A botnet tries an account for each attempt: what leaked elsewhere.
    Everybody,
}

impl Attack {
    const ALL: [Self; 4] = [Self::Nobody, Self::OneAddress, Self::OneAccount, Self::Everybody];

    const fn name(self) -> &'static str {
        match self {
            Self::Nobody => "no attack",
            Self::OneAddress => "one address, one account",
            Self::OneAccount => "an address each, one account",
            Self::Everybody => "an address and an account each",
        }
    }
}

/// Runs the benchmark.
pub fn run(options: Options) -> Result<()> {
    let program = if options.dev {
        build::programs(&["vitrine"])?;
        built("vitrine")
    } else {
        build::viewer()?;
        build::release()?;
        release("vitrine")
    };
    let cluster = Cluster::start(Writes::Durable)?;
    for (engine, url) in [("SQLite", None), ("PostgreSQL", Some(cluster.url()))] {
        // The attacker's addresses come by the header of a proxy.
        let settings = [("VITRINE_TRUSTED_PROXIES", "127.0.0.1")];
        let stand = Stand::start(&Setup {
            program: &program,
            name: "bench/sign-in",
            database_url: url.as_deref(),
            seed: None,
            settings: &settings,
            people: 0,
        })?;
        println!("\n{engine}: {} attempts/s for {} s\n", options.rate, options.seconds);
        println!("| attack | answers to it | /healthz p50, p99 ms | a store's page | a signed-in page |");
        println!("|---|---|---|---|---|");
        for attack in Attack::ALL {
            say(format!("sign-in: {engine}, {}", attack.name()));
            measure(&stand, attack, options)?;
        }
    }
    Ok(())
}

fn measure(stand: &Stand, attack: Attack, options: Options) -> Result<()> {
    let (store, _) = store(stand.address)?;
    let is_over = AtomicBool::new(false);
    let next = AtomicU64::new(0);
    let started = Instant::now();
    let pages = [("/healthz", ""), (&store, ""), ("/app", stand.cookie.as_str())];
    std::thread::scope(|scope| {
        let attackers: Vec<_> = (0..if matches!(attack, Attack::Nobody) { 0 } else { options.connections })
            .map(|_| scope.spawn(|| attempt(stand, attack, options, started, &next)))
            .collect();
        let visitors: Vec<_> =
            pages.iter().map(|(path, cookie)| scope.spawn(|| visit(stand.address, path, cookie, &is_over))).collect();
        while started.elapsed() < Duration::from_secs(options.seconds) {
            sleep(Duration::from_millis(50));
        }
        is_over.store(true, Ordering::Relaxed);
        let mut answers: BTreeMap<u16, u64> = BTreeMap::new();
        for attacker in attackers {
            for (status, count) in attacker.join().map_err(|_| anyhow!("an attacker gave up"))?? {
                *answers.entry(status).or_default() += count;
            }
        }
        let answers: Vec<String> = answers.iter().map(|(status, count)| format!("{count} × {status}")).collect();
        let mut cells = Vec::new();
        for visitor in visitors {
            let mut times_ms = visitor.join().map_err(|_| anyhow!("a visitor gave up"))??;
            times_ms.sort_by(f64::total_cmp);
            let at = |share: f64| times_ms.get((times_ms.len() as f64 * share) as usize).copied().unwrap_or(f64::NAN);
            cells.push(format!("{:.1}, {:.1} (n = {})", at(0.5), at(0.99), times_ms.len()));
        }
        println!("| {} | {} | {} |", attack.name(), answers.join(", "), cells.join(" | "));
        Ok(())
    })
}

/// Attempts, each at its time, until the time is over; how often there was which answer.
fn attempt(
    stand: &Stand,
    attack: Attack,
    options: Options,
    started: Instant,
    next: &AtomicU64,
) -> Result<BTreeMap<u16, u64>> {
    let mut answers = BTreeMap::new();
    let mut connection = Connection::open(stand.address)?;
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let at = Duration::from_nanos(number * 1_000_000_000 / options.rate);
        if at > Duration::from_secs(options.seconds) {
            return Ok(answers);
        }
        sleep((started + at).saturating_duration_since(Instant::now()));
        let [high, mid, low] = [(number >> 16) as u8, (number >> 8) as u8, number as u8];
        let from = match attack {
            Attack::OneAddress | Attack::Nobody => "192.0.2.1".to_owned(),
            Attack::OneAccount | Attack::Everybody => format!("10.{high}.{mid}.{low}"),
        };
        let email = match attack {
            Attack::Everybody => format!("person{number}@demo.example"),
            _ => "victim@demo.example".to_owned(),
        };
        let headers = [
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Origin", &stand.origin()),
            ("X-Forwarded-For", &from),
        ];
        let body = format!("email={email}&password=guess%20number%20{number}");
        match connection.send("POST", "/app/sign-in", &headers, &body) {
            Ok(answer) => *answers.entry(answer.status).or_default() += 1,
            // Let go by the server: another connection.
            Err(_) => connection = Connection::open(stand.address)?,
        }
    }
}

/// Looks at a page twenty times a second; the times to the whole answer, ms.
fn visit(address: SocketAddr, path: &str, cookie: &str, is_over: &AtomicBool) -> Result<Vec<f64>> {
    let mut connection = Connection::open(address)?;
    let mut times_ms = Vec::new();
    while !is_over.load(Ordering::Relaxed) {
        let asked = Instant::now();
        let answer = connection.send("GET", path, &[("Cookie", cookie)], "")?;
        if answer.status != 200 {
            bail!("{path} answered {}", answer.status);
        }
        times_ms.push(asked.elapsed().as_secs_f64() * 1e3);
        sleep(Duration::from_millis(50).saturating_sub(asked.elapsed()));
    }
    Ok(times_ms)
}

/// The page of the first store, and its status.
fn store(address: SocketAddr) -> Result<(String, u16)> {
    let home = Connection::open(address)?.send("GET", "/sitemap.xml", &[], "")?;
    let path = home.body.split("/s/").nth(1).and_then(|rest| rest.split(['<', '"', '?', '/']).next());
    match path {
        Some(slug) => Ok((format!("/s/{slug}"), home.status)),
        None => bail!("no store is served"),
    }
}
