//! An import of products while people sign in and events arrive: rows per second, memory, and how long everybody else
//! waits, with and without it.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::events::{Batch, NO_LIMITS};
use super::http::Connection;
use crate::build;
use crate::cargo::release;
use crate::postgres::{Cluster, Writes};
use crate::report::{say, size};
use crate::stand::{Setup, Stand};

/// How the load looks.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Options {
    /// Rows of the file
    #[arg(long, default_value_t = 50_000)]
    rows: usize,
    /// Batches of events a second, meanwhile
    #[arg(long, default_value_t = 50)]
    events: u64,
    /// Sign-ins a second, meanwhile
    #[arg(long, default_value_t = 4)]
    sign_ins: u64,
    /// Seconds without an import, to compare with
    #[arg(long, default_value_t = 10)]
    seconds: u64,
}

/// People who sign in: an account takes ten at once.
const PEOPLE: usize = 24;

/// Runs the benchmark.
pub fn run(options: Options) -> Result<()> {
    build::viewer()?;
    build::release()?;
    on_engine("SQLite", None, options)?;
    let cluster = Cluster::start(Writes::Durable)?;
    on_engine("PostgreSQL", Some(&cluster.url()), options)
}

fn on_engine(engine: &str, database_url: Option<&str>, options: Options) -> Result<()> {
    say(format!("import: {engine}"));
    // People come from addresses of their own, by the header of a proxy.
    let own = [("VITRINE_TRUSTED_PROXIES", "127.0.0.1/32"), ("VITRINE_LOG", "warn")];
    let settings = [&NO_LIMITS[..], &own].concat();
    let stand = Stand::start(&Setup {
        program: &release("vitrine"),
        name: "bench/import",
        database_url,
        seed: None,
        settings: &settings,
        people: PEOPLE,
    })?;
    let process = stand.process;
    let batch = Batch::of_first_store(stand.address, 5)?;
    let load = Load { stand, batch, options, serial: AtomicU64::new(0) };
    let quiet = load.measure(|| {
        std::thread::sleep(Duration::from_secs(options.seconds));
        Ok(())
    })?;
    println!("import  {engine}  without an import: {quiet}");
    let before = memory_of(process)?;
    let mut times = (Duration::ZERO, Duration::ZERO);
    let busy = load.measure(|| {
        times = import(&load, options)?;
        Ok(())
    })?;
    println!("import  {engine}  during an import:  {busy}");
    let (check, apply) = times;
    let rate = |time: Duration| options.rows as f64 / time.as_secs_f64();
    println!(
        "import  {engine}  {} rows: checked in {:.1} s ({:.0}/s), brought in in {:.1} s ({:.0}/s); memory before {}, peak {}",
        options.rows,
        check.as_secs_f64(),
        rate(check),
        apply.as_secs_f64(),
        rate(apply),
        size(before.0),
        size(memory_of(process)?.1),
    );
    Ok(())
}

/// Resident memory now and at its peak, of a process; proc(5) has the fields.
fn memory_of(process: u32) -> Result<(u64, u64)> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let field = |name: &str| -> Result<u64> {
        let line = status.lines().find(|line| line.starts_with(name)).context("no memory in /proc")?;
        let kib: u64 = line.split_whitespace().nth(1).context("no memory in /proc")?.parse()?;
        Ok(kib * 1024)
    };
    Ok((field("VmRSS:")?, field("VmHWM:")?))
}

/// What a shop has: names in two languages, categories, suppliers, codes, prices.
fn table(rows: usize) -> String {
    const GOODS: [(&str, &str); 8] = [
        ("高山烏龍茶", "High mountain oolong"),
        ("文山包種茶", "Wenshan baozhong"),
        ("手工鳳梨酥禮盒", "Pineapple cake gift box"),
        ("有機黑豆醬油", "Organic black bean soy sauce"),
        ("純米米粉", "Pure rice noodles"),
        ("花蓮剝皮辣椒", "Peeled chili peppers"),
        ("麻油麵線", "Sesame oil noodles"),
        ("冷凍水餃", "Frozen dumplings"),
    ];
    let mut text = "貨號,品名,英文品名,國際條碼,售價,分類,供應商,保存期限,包裝數,說明\n".to_owned();
    for row in 0..rows {
        let (zh, en) = GOODS[row % GOODS.len()];
        let body = format!("471{row:09}");
        let sum: u32 = body
            .bytes()
            .rev()
            .zip([3, 1].into_iter().cycle())
            .map(|(byte, weight)| weight * u32::from(byte & 15))
            .sum();
        let _ = writeln!(
            text,
            "SKU-{row:06},{zh} {row} 號,{en} {row},{body}{},{},食品 > 分類 {},供應商 {},{}天,{},{zh}，產地直送，適合送禮自用。",
            (10 - sum % 10) % 10,
            20 + row % 980,
            row % 60,
            row % 40,
            30 + row % 700,
            1 + row % 24,
        );
    }
    text
}

/// Uploads the table and brings it in; how long the check and the import took.
fn import(load: &Load, options: Options) -> Result<(Duration, Duration)> {
    let mut connection = load.stand.connect()?;
    let body = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"goods.csv\"\r\n\r\n{}\r\n--edge--\r\n",
        table(options.rows)
    );
    say(format!("import: {} rows, {}", options.rows, size(body.len() as u64)));
    let (status, answer) = connection.request("POST", "/app/products/import", &body)?;
    let here = connection.location.clone().with_context(|| format!("the file was not taken: {status} {answer}"))?;
    let id = here.rsplit('/').next().unwrap_or_default().to_owned();
    let columns = [
        "sku",
        "name:zh-TW",
        "name:en",
        "gtin",
        "price",
        "category",
        "supplier",
        "shelf_life",
        "pack",
        "description:zh-TW",
    ];
    let columns: Vec<String> =
        columns.iter().enumerate().map(|(index, key)| format!("column-{index}={}", key.replace(':', "%3A"))).collect();
    let mut wait = |step: &str, body: &str, end: &str| -> Result<Duration> {
        let started = Instant::now();
        connection.request("POST", &format!("{here}/{step}"), body)?;
        loop {
            let (_, state) = connection.request("GET", &format!("/api/v1/imports/{id}"), "")?;
            let state: serde_json::Value = serde_json::from_str(&state)?;
            if state["status"] == end {
                return Ok(started.elapsed());
            }
            if state["hasFailed"] == true || (state["status"] == "columns" && step != "columns") {
                bail!("the import failed: {state}");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    Ok((wait("columns", &columns.join("&"), "checked")?, wait("start", "", "done")?))
}

/// Everybody else.
struct Load {
    stand: Stand,
    batch: Batch,
    options: Options,
    serial: AtomicU64,
}

/// Times in milliseconds, sorted.
struct Waits {
    events: Vec<f64>,
    sign_ins: Vec<f64>,
}

impl std::fmt::Display for Waits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let told = |name: &str, times: &[f64]| {
            let at = |share: f64| times.get((times.len() as f64 * share) as usize).copied().unwrap_or(f64::NAN);
            format!(
                "{name} p50 {:.1} ms, p99 {:.1} ms, longest {:.1} ms (n = {})",
                at(0.5),
                at(0.99),
                times.last().copied().unwrap_or(f64::NAN),
                times.len()
            )
        };
        write!(f, "{}; {}", told("events", &self.events), told("sign-ins", &self.sign_ins))
    }
}

impl Load {
    /// Sends at a steady rate while `work` lasts.
    fn measure(&self, work: impl FnOnce() -> Result<()>) -> Result<Waits> {
        let is_over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let events = scope.spawn(|| {
                self.steadily(self.options.events, &is_over, |connection, number| {
                    let (status, answer) = connection.request("POST", "/api/v1/events", &self.batch.body(number))?;
                    if status == 202 { Ok(()) } else { bail!("the server answered {status}: {answer}") }
                })
            });
            let sign_ins = scope.spawn(|| {
                self.steadily(self.options.sign_ins, &is_over, |_, number| {
                    let (email, password) = &self.stand.people[number as usize % PEOPLE];
                    let from = format!("203.0.{}.{}", number / 200 % 200, number % 200 + 1);
                    self.stand.sign_in(&from, email, password).map(drop)
                })
            });
            let worked = work();
            is_over.store(true, Ordering::Relaxed);
            let joined = |times: std::thread::Result<Result<Vec<f64>>>| {
                let mut times = times.map_err(|_| anyhow::anyhow!("a sender gave up"))??;
                times.sort_by(f64::total_cmp);
                Ok::<_, anyhow::Error>(times)
            };
            let waits = Waits { events: joined(events.join())?, sign_ins: joined(sign_ins.join())? };
            worked?;
            Ok(waits)
        })
    }

    /// Sends one after the other, each at its time; whoever is late waits from then on, so that a stall is counted.
    fn steadily(
        &self,
        per_second: u64,
        is_over: &AtomicBool,
        mut send: impl FnMut(&mut Connection, u64) -> Result<()>,
    ) -> Result<Vec<f64>> {
        let mut connection = Connection::open(self.stand.address)?;
        let started = Instant::now();
        let mut times_ms = Vec::new();
        for turn in 0_u32.. {
            if is_over.load(Ordering::Relaxed) {
                break;
            }
            let due = started + Duration::from_secs_f64(f64::from(turn) / per_second as f64);
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            send(&mut connection, self.serial.fetch_add(1, Ordering::Relaxed))?;
            times_ms.push(due.elapsed().as_secs_f64() * 1e3);
        }
        Ok(times_ms)
    }
}
