//! An import of products goes on after a power cut, with every row once and none in part.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use serde_json::Value;
use tests::database::Engine;
use tests::folder::DataFolder;
use tests::server::Server;
use tests::wait::{until, until_within};

const ROWS: usize = 20_000;
/// A job that nobody holds any more is taken up after a minute at the latest; then there is work to do.
const LEASE_AND_WORK: Duration = Duration::from_mins(4);

/// Somebody who is signed in.
struct Person {
    cookie: String,
}

impl Person {
    /// The first owner, by the link of the log.
    fn begin(server: &Server) -> Self {
        let log = server.log();
        let link = log.split_whitespace().find_map(|word| word.split_once("/app/start?link="));
        let (_, link) = link.expect("the log has the first link");
        let fields = [
            ("link", link),
            ("organisation", "Lane store"),
            ("name", "Lin"),
            ("email", "lin@example.org"),
            ("password", "seven wet umbrellas"),
        ];
        let answer = agent().post(server.url("/app/start")).header("Origin", server.url("")).send_form(fields);
        let answer = answer.expect("the first start is answered");
        let cookies = answer.headers().get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
        let mut cookies = cookies.map(|text| text.split(';').next().unwrap_or_default().to_owned());
        Self { cookie: cookies.find(|text| text.starts_with("vitrine=")).expect("a session's cookie") }
    }

    fn get(&self, server: &Server, path: &str) -> String {
        let answer = agent().get(server.url(path)).header("Cookie", &self.cookie).call();
        answer.expect("a page").body_mut().with_config().limit(64 << 20).read_to_string().expect("text")
    }

    fn post(&self, server: &Server, path: &str, content_type: &str, body: &[u8]) -> String {
        let request = agent().post(server.url(path)).header("Cookie", &self.cookie).header("Origin", server.url(""));
        let mut answer = request.header("Content-Type", content_type).send(body).expect("an answer");
        let location = answer.headers().get("location").and_then(|value| value.to_str().ok()).map(str::to_owned);
        location.unwrap_or_else(|| panic!("{path}: {}", answer.body_mut().read_to_string().unwrap_or_default()))
    }

    fn state(&self, server: &Server, import: &str) -> Value {
        serde_json::from_str(&self.get(server, &format!("/api/v1/imports/{import}"))).expect("JSON")
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().max_redirects(0).http_status_as_error(false).build().new_agent()
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
    until_within(LEASE_AND_WORK, status, || (person.state(server, import)["status"] == status).then_some(()));
}

fn survives(engine: Engine) {
    let server = Server::start(DataFolder::empty(engine));
    let person = Person::begin(&server);
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
    until("rows are being checked", || (person.state(&server, &import)["status"] == "checking").then_some(()));
    let server = Server::start(server.kill());
    wait_for(&person, &server, &import, "checked");
    assert!(skus(&person, &server).is_empty(), "a check changes nothing");
    person.post(&server, &format!("{here}/start"), form, b"");
    until("rows come in", || (person.state(&server, &import)["done"].as_i64() > Some(500)).then_some(()));
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

#[test]
fn an_import_survives_kill_9_on_sqlite() {
    survives(Engine::Sqlite);
}

#[test]
#[ignore = "was not run since it waits for the check to begin"]
fn an_import_survives_kill_9_on_postgres() {
    survives(Engine::Postgres);
}
