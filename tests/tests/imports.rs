//! An import of products goes on after a power cut, with every row once and none in part.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use serde_json::Value;
use tests::database::Engine;
use tests::folder::DataFolder;
use tests::people::Person;
use tests::server::Server;
use tests::wait::{until, until_within};

const ROWS: usize = 20_000;
/// A job that nobody holds any more is taken up after a minute at the latest; then there is work to do.
const LEASE_AND_WORK: Duration = Duration::from_mins(4);

fn state(person: &Person, server: &Server, import: &str) -> Value {
    person.json(server, &format!("/api/v1/imports/{import}"))
}

fn file() -> String {
    let mut rows = "SKU,Name,name:zh-TW,Category,Price,Supplier\n".to_owned();
    for number in 0..ROWS {
        let _ = writeln!(
            rows,
            "S-{number},Tea number {number},烏龍茶第{number}號,Tea > Shelf {},{}.50,Farm {}",
            number % 20,
            number % 900,
            number % 7
        );
    }
    rows
}

/// How often each SKU is in the catalogue, by what an export says.
fn skus(person: &Person, server: &Server) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for line in person.get(server, "/app/products/export.csv?lang=en").lines().skip(1) {
        let sku = line.split(',').next().unwrap_or_default().trim_matches('"').to_owned();
        assert!(
            line.contains("Tea > Shelf") && line.contains("Farm") && line.contains("烏龍茶"),
            "a row in part: {line}"
        );
        *found.entry(sku).or_default() += 1;
    }
    found
}

/// Waits until an import whose worker was killed is at `status`: its job is taken up when its lease has ended.
fn wait_for(person: &Person, server: &Server, import: &str, status: &str) {
    until_within(LEASE_AND_WORK, status, || (state(person, server, import)["status"] == status).then_some(()));
}

fn survives(engine: Engine) {
    let server = Server::start(DataFolder::empty(engine));
    let person = Person::owner(&server);
    let body = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"tea.csv\"\r\n\r\n{}\r\n--edge--\r\n",
        file()
    );
    let here = person.post(&server, "/app/products/import", "multipart/form-data; boundary=edge", body.as_bytes());
    let import = here.rsplit('/').next().unwrap_or_default().to_owned();
    let columns = ["sku", "name:en", "name:zh-TW", "category", "price", "supplier"];
    let columns: Vec<String> =
        columns.iter().enumerate().map(|(index, key)| format!("column-{index}={}", key.replace(':', "%3A"))).collect();
    let form = "application/x-www-form-urlencoded";
    person.post(&server, &format!("{here}/columns"), form, columns.join("&").as_bytes());
    // Killed in the middle of the check, and in the middle of the import.
    until("rows are being checked", || (state(&person, &server, &import)["status"] == "checking").then_some(()));
    let server = Server::start(server.kill());
    wait_for(&person, &server, &import, "checked");
    assert!(skus(&person, &server).is_empty(), "a check changes nothing");
    person.post(&server, &format!("{here}/start"), form, b"");
    until("rows come in", || (state(&person, &server, &import)["done"].as_i64() > Some(500)).then_some(()));
    let server = Server::start(server.kill());
    let half = skus(&person, &server);
    eprintln!("{engine:?}: {} of {ROWS} rows were in when the server was killed", half.len());
    assert!(!half.is_empty() && half.len() < ROWS, "killed while rows came in: {}", half.len());
    wait_for(&person, &server, &import, "done");
    let all = skus(&person, &server);
    assert_eq!(all.len(), ROWS);
    assert!(all.values().all(|times| *times == 1), "a row is there twice");
    let page = person.get(&server, &format!("{here}?lang=en"));
    assert!(page.contains(&format!("{ROWS} products added")) || page.contains("20,000 products added"), "{page}");
    // What came in before and after the cut is found alike.
    for number in [0, ROWS - 1] {
        let found = person.get(&server, &format!("/api/v1/products?q=S-{number}"));
        assert!(found.contains(&format!("S-{number}")), "{number} is not found");
    }
}

/// Most of the time nothing happens but the wait for a lease to end: both wait at once.
#[test]
fn an_import_survives_kill_9_on_both_databases() {
    std::thread::scope(|scope| {
        for engine in [Engine::Sqlite, Engine::Postgres] {
            scope.spawn(move || survives(engine));
        }
    });
}
