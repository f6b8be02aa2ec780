//! How long a search among many products takes, from the request to the answer, on SQLite and on PostgreSQL.

use std::fs;
use std::path::Path;
use std::time::Instant;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::http::Connection;
use crate::build;
use crate::cargo::{memory, release};
use crate::postgres::{Cluster, Writes};
use crate::report::say;
use crate::stand::{Setup, Stand};

/// How much there is to search.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Options {
    /// Products
    #[arg(long, default_value_t = 100_000)]
    products: usize,
    /// Times that each kind of query is asked of each list, with other words each time
    #[arg(long, default_value_t = 200)]
    times: usize,
}

/// Runs the benchmark.
pub fn run(options: Options) -> Result<()> {
    build::viewer()?;
    build::release()?;
    let folder = memory().join("bench/search");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("seed.json"), seed(options.products).to_string())?;
    on_engine("SQLite", None, &folder, options)?;
    let cluster = Cluster::start(Writes::Durable)?;
    on_engine("PostgreSQL", Some(&cluster.url()), &folder, options)
}

/// Measures a server on a new database.
fn on_engine(engine: &str, database_url: Option<&str>, folder: &Path, options: Options) -> Result<()> {
    say(format!("search: {} products, {engine}", options.products));
    let stand = Stand::start(&Setup {
        program: &release("vitrine"),
        name: "bench/search-data",
        database_url,
        seed: Some(folder),
        settings: &[("VITRINE_LOG", "warn")],
        people: 0,
    })?;
    measure(engine, options, &mut stand.connect()?)
}

fn measure(engine: &str, options: Options, connection: &mut Connection) -> Result<()> {
    let mut random = Random(7);
    let mut all = Vec::new();
    for (kind, query) in KINDS {
        for list in LISTS {
            let mut times_ms = Vec::with_capacity(options.times);
            for _ in 0..options.times {
                let path = format!("{list}?q={}", encoded(&query(&mut random, options.products)));
                let asked = Instant::now();
                let (status, answer) = connection.request("GET", &path, "")?;
                times_ms.push(asked.elapsed().as_secs_f64() * 1e3);
                if status != 200 {
                    bail!("the server answered {status}: {answer}");
                }
            }
            let what = if list.starts_with("/api") { "list" } else { "page" };
            say_times(engine, &format!("{kind}, {what}"), &mut times_ms);
            all.extend(times_ms);
        }
    }
    say_times(engine, "all of them", &mut all);
    Ok(())
}

fn say_times(engine: &str, kind: &str, times_ms: &mut [f64]) {
    times_ms.sort_by(f64::total_cmp);
    let at = |share: f64| times_ms.get((times_ms.len() as f64 * share) as usize).copied().unwrap_or(f64::NAN);
    println!(
        "search  {engine}  {kind:<33}  p50 {:>5.1} ms  p95 {:>5.1} ms  longest {:>5.1} ms  (n = {})",
        at(0.5),
        at(0.95),
        times_ms.last().copied().unwrap_or(f64::NAN),
        times_ms.len(),
    );
}

type Query = fn(&mut Random, usize) -> String;

/// What people ask for.
const KINDS: [(&str, Query); 15] = [
    ("one character", |random, _| random.of(&GOODS).chars().take(1).collect()),
    ("two characters", |random, _| random.of(&GOODS).chars().take(2).collect()),
    ("a whole name", |random, products| name(random.below(products)).0),
    ("two words", |random, _| format!("{} {}", random.of(&PLACES), random.of(&GOODS))),
    ("the most common character", |_, _| "茶".to_owned()),
    ("an English word, begun", |random, _| random.of(&GOODS_EN).chars().take(3).collect()),
    ("the beginning of a SKU", |random, products| sku(random.below(products)).chars().take(7).collect()),
    ("a whole SKU", |random, products| sku(random.below(products))),
    ("a GTIN", |random, products| gtin(random.below(products))),
    ("what every product has", |random, _| random.of(&["from", "g", "2", "fro"]).to_owned()),
    ("two that every product has", |random, _| random.of(&["from g", "g from", "2 g", "g 2"]).to_owned()),
    ("a common one and a rare one", |random, products| format!("g {}", sku(random.below(products)).split_off(4))),
    ("two common ones, apart", |random, _| random.of(&["有機 手工", "手工 無糖", "soy tea", "茶 soy"]).to_owned()),
    ("what nothing has", |random, _| format!("{} coffeepot", random.of(&GOODS))),
    ("nothing: the newest", |_, _| String::new()),
];

/// What is asked: the list for programs, and the page, which counts, too.
const LISTS: [&str; 2] = ["/api/v1/products", "/app/products"];

const PLACES: [&str; 12] =
    ["阿里山", "花蓮", "臺南", "屏東", "日月潭", "池上", "鹿港", "埔里", "宜蘭", "澎湖", "金門", "苗栗"];
const PLACES_EN: [&str; 12] = [
    "Alishan",
    "Hualien",
    "Tainan",
    "Pingtung",
    "Sun Moon Lake",
    "Chishang",
    "Lukang",
    "Puli",
    "Yilan",
    "Penghu",
    "Kinmen",
    "Miaoli",
];
const KINDS_ZH: [&str; 10] = ["有機", "手工", "無糖", "特選", "經典", "古早味", "輕烘焙", "冷泡", "家庭號", "小包裝"];
const GOODS: [&str; 16] = [
    "烏龍茶",
    "紅茶",
    "綠茶",
    "鳳梨酥",
    "牛肉麵",
    "醬油",
    "蜂蜜",
    "米果",
    "豆漿",
    "咖啡豆",
    "花生糖",
    "辣椒醬",
    "海苔",
    "麥片",
    "香菇",
    "仙草",
];
const GOODS_EN: [&str; 16] = [
    "Oolong tea",
    "Black tea",
    "Green tea",
    "Pineapple cake",
    "Beef noodles",
    "Soy sauce",
    "Honey",
    "Rice crackers",
    "Soy milk",
    "Coffee beans",
    "Peanut candy",
    "Chilli sauce",
    "Seaweed",
    "Oats",
    "Mushrooms",
    "Grass jelly",
];

/// Names of the product of this number, Chinese and English.
fn name(number: usize) -> (String, String) {
    let (place, kind, good) = (number % 12, number / 12 % 10, number / 120 % 16);
    let grams = 50 + number / 1920 % 40 * 25;
    (
        format!("{}{}{} {grams} g", PLACES[place], KINDS_ZH[kind], GOODS[good]),
        format!("{} from {}, {grams} g", GOODS_EN[good], PLACES_EN[place]),
    )
}

fn sku(number: usize) -> String {
    let good: String = GOODS_EN[number / 120 % 16].chars().filter(char::is_ascii_alphabetic).take(3).collect();
    format!("{}-{number:06}", good.to_uppercase())
}

/// A number of the range for a shop's own use (prefix 2), with its check digit.
fn gtin(number: usize) -> String {
    let body = format!("20{number:010}");
    let sum: u32 = body
        .bytes()
        .rev()
        .zip([3, 1].into_iter().cycle())
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

/// A folder's `seed.json` with so many products.
fn seed(products: usize) -> Value {
    let product = |number: usize| {
        let (zh, en) = name(number);
        json!({
            "id": format!("0192f0a0-1c00-7000-8000-{number:012x}"), "sku": sku(number), "gtin": gtin(number),
            "name": {"zh-TW": zh, "en": en}, "description": {"zh-TW": "量測用的商品。"},
            "price": {"minor": 1000 + number % 500 * 100, "currency": "TWD", "taxIncluded": true}, "unit": "piece",
        })
    };
    json!({
        "organisation": {"name": "Bench"},
        "shop": {"name": {"zh-TW": "量測店", "en": "Bench"}, "timeZone": "Asia/Taipei", "currency": "TWD"},
        "products": (0..products).map(product).collect::<Vec<_>>(),
    })
}

fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// The same numbers each time: xorshift64 (Marsaglia, 2003).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}
