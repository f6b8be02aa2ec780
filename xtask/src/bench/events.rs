//! How many events a server acknowledges, on SQLite and on PostgreSQL.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::http::Connection;
use crate::build;
use crate::cargo::{release, root};
use crate::postgres::{Cluster, Writes};
use crate::report::say;
use crate::stand::{Setup, Stand};

/// How the load looks.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Options {
    /// Connections that send at once
    #[arg(long, default_value_t = 32)]
    connections: usize,
    /// Events in a batch
    #[arg(long, default_value_t = 20)]
    batch: usize,
    /// Seconds
    #[arg(long, default_value_t = 10)]
    seconds: u64,
}

/// Runs the benchmark.
pub fn run(options: Options) -> Result<()> {
    build::viewer()?;
    build::release()?;
    on_engine("SQLite", None, options)?;
    let cluster = Cluster::start(Writes::Durable)?;
    on_engine("PostgreSQL", Some(&cluster.url()), options)
}

/// Measures a server on a new database.
fn on_engine(engine: &str, database_url: Option<&str>, options: Options) -> Result<()> {
    say(format!("events: {engine}"));
    let stand = Stand::start(&Setup {
        program: &release("vitrine"),
        name: "bench/events",
        database_url,
        seed: None,
        settings: &NO_LIMITS,
        people: 0,
    })?;
    say(format!("events: {} connections, batches of {}, {} s", options.connections, options.batch, options.seconds));
    measure(engine, options, stand.address)
}

/// All load comes from one address here; the limits are for shoppers.
pub(super) const NO_LIMITS: [(&str, &str); 2] =
    [("VITRINE_EVENTS_RATE_PER_SECOND", "1000000"), ("VITRINE_EVENTS_RATE_BURST", "1000000")];

fn measure(engine: &str, options: Options, address: SocketAddr) -> Result<()> {
    let batch = Batch::of_first_store(address, options.batch)?;
    let started = Instant::now();
    let end = started + Duration::from_secs(options.seconds);
    let serial = AtomicU64::new(0);
    let mut times_ms = std::thread::scope(|scope| -> Result<Vec<f64>> {
        let send = || -> Result<Vec<f64>> {
            let mut connection = Connection::open(address)?;
            let mut times_ms = Vec::new();
            while Instant::now() < end {
                let body = batch.body(serial.fetch_add(1, Ordering::Relaxed));
                let asked = Instant::now();
                let (status, answer) = connection.request("POST", "/api/v1/events", &body)?;
                if status != 202 {
                    bail!("the server answered {status}: {answer}");
                }
                times_ms.push(asked.elapsed().as_secs_f64() * 1e3);
            }
            Ok(times_ms)
        };
        let senders: Vec<_> = (0..options.connections).map(|_| scope.spawn(send)).collect();
        let mut all = Vec::new();
        for sender in senders {
            all.extend(sender.join().map_err(|_| anyhow::anyhow!("a sender gave up"))??);
        }
        Ok(all)
    })?;
    let seconds = started.elapsed().as_secs_f64();
    times_ms.sort_by(f64::total_cmp);
    let at = |share: f64| times_ms.get((times_ms.len() as f64 * share) as usize).copied().unwrap_or(f64::NAN);
    let events = times_ms.len() * options.batch;
    println!(
        "events  {engine}  {:.0}/s acknowledged  (n = {events} in {} batches, {seconds:.1} s)  to the acknowledgement: p50 {:.1} ms, p99 {:.1} ms, \
         longest {:.1} ms",
        events as f64 / seconds,
        times_ms.len(),
        at(0.5),
        at(0.99),
        times_ms.last().copied().unwrap_or(f64::NAN),
    );
    Ok(())
}

/// What is sent again and again under another id.
pub(super) struct Batch {
    text: String,
}

impl Batch {
    /// Clicks on what the demo store shows first.
    pub(super) fn of_first_store(address: SocketAddr, events: usize) -> Result<Self> {
        let seed: Value = serde_json::from_str(&std::fs::read_to_string(root().join("assets/demo/seed.json"))?)?;
        let slug = seed["stores"][0]["slug"].as_str().context("assets/demo/seed.json has no store")?;
        let (status, store) = Connection::open(address)?.request("GET", &format!("/api/v1/stores/{slug}"), "")?;
        if status != 200 {
            bail!("the demo store is not served: {status} {store}");
        }
        let store: Value = serde_json::from_str(&store)?;
        let scene = &store["document"]["scenes"][0];
        let click =
            json!({"type": "hotspotClick", "scene": scene["id"], "hotspot": scene["hotspots"][0]["id"], "agoMs": 10});
        let page = json!({"language": "en", "viewport": {"width": 390, "height": 844}, "referrer": null, "utm": null});
        let events = vec![click; events];
        let text =
            json!({"store": store["id"], "revision": store["revision"], "page": page, "events": events}).to_string();
        Ok(Self { text })
    }

    /// Under another id.
    pub(super) fn body(&self, serial: u64) -> String {
        format!(
            r#"{{"batch":"{:08x}-{:04x}-4000-8000-000000000000",{}"#,
            serial >> 16,
            serial & 0xFFFF,
            &self.text[1..]
        )
    }
}
