//! The real router on either database, with a clock that tests move.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, Request, StatusCode, header};
use image::{Rgb, RgbImage};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tempfile::TempDir;
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::accounts::actor::{Grant, Tenant};
use crate::accounts::person::PersonForm;
use crate::accounts::rights::Role;
use crate::accounts::{sign_in, start};
use crate::app::App;
use crate::clock::MockClock;
use crate::config::Config;
use crate::db::Db;
use crate::http::client::Peer;
use crate::ids::DEFAULT_ORGANISATION;
use crate::on_engine;
use crate::seed::seed;

/// 2026-11-21 12:00:00 UTC.
pub const NOON_US: i64 = 1_795_262_400_000_000;
/// A browser of a person.
pub const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
/// Products of the sample store.
pub const TEA: Uuid = Uuid::from_u128(0x0192_f0a0_1c00_7000_8000_0000_0000_0001);
/// A product that no store shows.
pub const HIDDEN: Uuid = Uuid::from_u128(0x0192_f0a0_1c00_7000_8000_0000_0000_0002);

/// A kind of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// Runs one story on both engines: `on_both! { async fn name(app: TestApp) { … } }`.
macro_rules! on_both {
    ($(async fn $name:ident($app:ident: TestApp) $body:block)+) => {
        $(mod $name {
            use super::*;
            use crate::testing::{Engine, TestApp};

            async fn story($app: TestApp) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                story(TestApp::start(Engine::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                story(TestApp::start(Engine::Postgres).await).await;
            }
        })+
    };
}
pub(crate) use on_both;

/// A server under test.
pub struct TestApp {
    pub app: App,
    pub clock: Arc<MockClock>,
    pub folder: TempDir,
    router: Router,
    flags: Vec<(&'static str, String)>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        // Workbooks are asked for their text, too: that they hold no secret.
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    pub fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl TestApp {
    /// An empty server.
    pub async fn start(engine: Engine) -> Self {
        Self::start_with(engine, &[]).await
    }

    /// An empty server with settings.
    pub async fn start_with(engine: Engine, settings: &[(&'static str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut flags: Vec<_> = settings.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
        flags.push(("data", folder.path().join("data").to_str().unwrap().to_owned()));
        if engine == Engine::Postgres {
            flags.push(("database_url", new_database().await));
            flags.push(("database_connections", "5".to_owned()));
        }
        Self::open(folder, MockClock::at(NOON_US), flags).await
    }

    async fn open(folder: TempDir, clock: Arc<MockClock>, flags: Vec<(&'static str, String)>) -> Self {
        let config = Config::load(None, [], flags.clone()).unwrap();
        let app = App::open(config, clock.clone()).await.unwrap();
        let router = crate::routes::router(&app);
        Self { app, clock, folder, router, flags }
    }

    /// The same server, started anew with more settings.
    pub async fn again_with(self, settings: &[(&'static str, String)]) -> Self {
        let Self { app, clock, folder, mut flags, .. } = self;
        app.db.close().await;
        flags.retain(|(key, _)| settings.iter().all(|(of, _)| of != key));
        flags.extend_from_slice(settings);
        Self::open(folder, clock, flags).await
    }

    /// Fills it with the sample store.
    pub async fn seed(&self) -> &Self {
        seed(&self.app, &sample(&self.folder.path().join("seed")), &|_| {}).await.unwrap();
        self
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let mut request = request;
        if request.extensions().get::<Peer>().is_none() {
            request.extensions_mut().insert(Peer(SocketAddr::from(([203, 0, 113, 7], 4711))));
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[]).await
    }

    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let request = headers.iter().fold(Request::get(path), |request, (name, value)| request.header(*name, *value));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Sends events as a browser of a person does.
    pub async fn post_events(&self, batch: &Value) -> Answer {
        self.post_events_from("203.0.113.7", &[("user-agent", BROWSER)], batch).await
    }

    pub async fn post_events_from(&self, address: &str, headers: &[(&str, &str)], batch: &Value) -> Answer {
        let mut request = Request::post("/api/v1/events").body(Body::from(batch.to_string())).unwrap();
        for (name, value) in [("content-type", "application/json")].iter().chain(headers) {
            request.headers_mut().insert(HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
        }
        request.extensions_mut().insert(Peer(SocketAddr::new(address.parse().unwrap(), 4711)));
        self.send(request).await
    }

    /// A batch of events of the sample store.
    pub async fn batch(&self, events: Value) -> Value {
        let store = self.get("/api/v1/stores/sample").await.json();
        json!({
            "batch": Uuid::new_v4(), "store": store["id"], "revision": store["revision"],
            "page": {"language": "en", "viewport": {"width": 390, "height": 844}, "referrer": null, "utm": null},
            "events": events,
        })
    }

    /// An organisation's owner, merchant, staff or marketer, signed in.
    pub async fn person(&self, tenant: Tenant, role: Role) -> Person<'_> {
        self.person_in(tenant, role, None).await
    }

    /// The same in one shop alone.
    pub async fn person_in(&self, tenant: Tenant, role: Role, shop: Option<Uuid>) -> Person<'_> {
        let place = shop.unwrap_or(tenant.id()).simple().to_string();
        let email = format!("{}@{}.example", role.name(), &place[24..]);
        let form = PersonForm::new(role.name(), &email, PASSWORD, "en");
        let account = form.ready(&self.app).await.unwrap();
        let mut tx = self.app.db.begin().await.unwrap();
        start::add(&self.app, &mut tx, tenant, &account, Grant { role, shop }, "account.joined").await.unwrap();
        tx.commit().await.unwrap();
        let cookie = sign_in::begin(&self.app, account.id, tenant, &HeaderMap::new()).await.unwrap();
        let cookie = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
        Person { test: self, account: account.id, tenant, email, cookie }
    }

    /// The owner of the organisation that everything belongs to.
    pub async fn owner(&self) -> Person<'_> {
        self.person(Tenant::of(DEFAULT_ORGANISATION), Role::Owner).await
    }

    /// The owner of another organisation.
    pub async fn stranger(&self) -> Person<'_> {
        let id = self.app.ids.next().unwrap();
        let mut tx = self.app.db.begin().await.unwrap();
        on_engine!(tx, conn => sqlx::query("INSERT INTO organisation (id, name, created_us) VALUES ($1, 'Elsewhere', 0)")
            .bind(id).execute(conn).await.map(drop).unwrap());
        tx.commit().await.unwrap();
        self.person(Tenant::of(id), Role::Owner).await
    }

    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }
}

/// The password of everybody in tests.
pub const PASSWORD: &str = "seven wet umbrellas";

/// Somebody who is signed in.
pub struct Person<'a> {
    test: &'a TestApp,
    pub account: Uuid,
    pub tenant: Tenant,
    pub email: String,
    pub cookie: String,
}

impl Person<'_> {
    pub async fn get(&self, path: &str) -> Answer {
        self.test.get_with(path, &[("cookie", &self.cookie)]).await
    }

    /// Sends a form as a page of ours does.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send("POST", path, "application/x-www-form-urlencoded", body).await
    }

    pub async fn send(&self, method: &str, path: &str, content_type: &str, body: impl Into<Body>) -> Answer {
        let request = Request::builder().method(method).uri(path).header("cookie", &self.cookie);
        let request = request.header("origin", self.test.origin()).header("content-type", content_type);
        self.test.send(request.body(body.into()).unwrap()).await
    }
}

impl TestApp {
    /// What browsers call our own pages.
    pub fn origin(&self) -> String {
        self.app.config.http.public_url.origin().ascii_serialization()
    }

    /// Sends a form without being signed in.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_from("203.0.113.7", path, fields).await
    }

    /// The same from an address.
    pub async fn post_from(&self, address: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(path).header("origin", self.origin());
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let mut request = request.body(Body::from(body)).unwrap();
        request.extensions_mut().insert(Peer(SocketAddr::new(address.parse().unwrap(), 4711)));
        self.send(request).await
    }
}

/// A database that no program has opened, and the folder in which it may lie.
pub async fn untouched(engine: Engine) -> (Db, TempDir) {
    let data = tempfile::tempdir().unwrap();
    let url = match engine {
        Engine::Sqlite => None,
        Engine::Postgres => {
            let (server, mut admin) = cluster().await;
            let name = format!("test_{}", Uuid::new_v4().simple());
            sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut admin).await.unwrap();
            admin.close().await.unwrap();
            Some(format!("{server}/{name}"))
        }
    };
    (Db::connect(url.as_deref(), data.path(), 2).await.unwrap(), data)
}

/// The cluster's address, without a database, and a connection to it.
async fn cluster() -> (String, PgConnection) {
    let cluster = std::env::var("VITRINE_TEST_POSTGRES_URL")
        .expect("VITRINE_TEST_POSTGRES_URL names no PostgreSQL cluster; `cargo xtask test` starts one and sets it");
    let (server, _) = cluster.rsplit_once('/').unwrap();
    (server.to_owned(), PgConnection::connect(&cluster).await.unwrap())
}

/// A database of its own, copied from one that is migrated once.
async fn new_database() -> String {
    let (server, mut admin) = cluster().await;
    // Named by its migrations, so that a cluster that is kept serves every version of the program.
    let key = crate::pages::digest(&crate::db::migrate::checksum());
    let template = format!("vitrine_template_{key}");
    // Tests run in processes of their own: one makes the template, the others wait.
    sqlx::query("SELECT pg_advisory_lock(77)").execute(&mut admin).await.unwrap();
    let exists: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)")
        .bind(&template)
        .fetch_one(&mut admin)
        .await
        .unwrap();
    if !exists {
        let half = format!("{template}_half");
        for sql in [format!("DROP DATABASE IF EXISTS {half}"), format!("CREATE DATABASE {half}")] {
            sqlx::query(AssertSqlSafe(sql)).execute(&mut admin).await.unwrap();
        }
        let db = Db::connect(Some(&format!("{server}/{half}")), Path::new(""), 1).await.unwrap();
        db.migrate().await.unwrap();
        db.close().await;
        sqlx::query(AssertSqlSafe(format!("ALTER DATABASE {half} RENAME TO {template}")))
            .execute(&mut admin)
            .await
            .unwrap();
    }
    let name = format!("test_{}", Uuid::new_v4().simple());
    sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name} TEMPLATE {template}")))
        .execute(&mut admin)
        .await
        .unwrap();
    sqlx::query("SELECT pg_advisory_unlock(77)").execute(&mut admin).await.unwrap();
    admin.close().await.unwrap();
    format!("{server}/{name}")
}

/// A seed folder with two small scenes, two products and a picture.
pub fn sample(folder: &Path) -> PathBuf {
    std::fs::create_dir_all(folder).unwrap();
    let write = |name: &str, value: &Value| std::fs::write(folder.join(name), value.to_string()).unwrap();
    for (name, blue) in [("front.png", 90), ("back.png", 200)] {
        RgbImage::from_fn(256, 128, |x, y| Rgb([x as u8, (y * 2) as u8, blue])).save(folder.join(name)).unwrap();
    }
    for (name, red) in [("tea.png", 40), ("shelf.jpg", 160), ("hidden.png", 250)] {
        RgbImage::from_fn(40, 30, |x, y| Rgb([red, x as u8, y as u8])).save(folder.join(name)).unwrap();
    }
    let product = |id: Uuid, sku: &str, name: &str, picture: &str| {
        json!({
            "id": id, "sku": sku, "name": {"zh-TW": format!("{name} 茶"), "en": name},
            "price": {"minor": 12_000, "currency": "TWD", "taxIncluded": true},
            "unit": "piece", "picture": picture, "alt": {"en": "A tin"},
        })
    };
    write(
        "seed.json",
        &json!({
            "organisation": {"name": "Sample"},
            "shop": {
                "name": {"zh-TW": "樣本店", "en": "Sample shop"}, "address": {"zh-TW": "巷口街 8 號"}, "phone": "+886 2 5550 0123",
                "hours": [{"days": ["mon", "tue"], "opens": "09:00", "closes": "21:30"}],
                "timeZone": "Asia/Taipei", "currency": "TWD",
            },
            "stores": [{"slug": "sample", "document": "store.json"}],
            "products": [product(TEA, "TEA", "Oolong <tea>", "tea.png"), product(HIDDEN, "HID", "Hidden", "hidden.png")],
        }),
    );
    let scene = |id: &str, panorama: &str, hotspots: Value| {
        json!({
            "id": id, "name": {"zh-TW": format!("{id} 場景"), "en": format!("Scene {id}")}, "alt": {"zh-TW": "一間店", "en": "A shop"},
            "panorama": panorama, "view": {"yaw": 10, "pitch": -5, "fov": 100}, "hotspots": hotspots,
        })
    };
    let label = json!({"zh-TW": "標籤", "en": "Label"});
    write(
        "store.json",
        &json!({
            "version": 1, "languages": ["zh-TW", "en"],
            "name": {"zh-TW": "樣本", "en": "Sample </script> & Co"}, "description": {"zh-TW": "一間樣本店"},
            "start": {"scene": "front"},
            "floorPlans": [{"id": "ground", "name": {"zh-TW": "一樓"}, "media": "shelf.jpg"}],
            "scenes": [
                scene("front", "front.png", json!([
                    {"id": "to-back", "yaw": 0, "pitch": 0, "label": label, "link": {"scene": "back"}},
                    {"id": "tea", "yaw": 30, "pitch": 0, "label": label, "product": {"product": TEA}},
                    {"id": "shelf", "yaw": 60, "pitch": 0, "label": label, "image": {"media": "shelf.jpg"}},
                    {"id": "hours", "yaw": 90, "pitch": 0, "label": label, "text": {"body": {"zh-TW": "每天", "en": "Daily"}}},
                    {"id": "site", "yaw": 120, "pitch": 0, "label": label, "webLink": {"url": "https://example.org"}},
                ])),
                scene("back", "back.png", json!([
                    {"id": "to-front", "yaw": 0, "pitch": 0, "label": label, "link": {"scene": "front"}},
                ])),
            ],
        }),
    );
    folder.to_owned()
}
