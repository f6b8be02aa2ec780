//! Webhooks as receivers and owners meet them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::http::StatusCode;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use serde_json::Value;
use uuid::Uuid;

use super::courier::{Courier, Parcel};
use super::deliver::run_due;
use super::event::{MediaReady, ProductArchived, StorePublished};
use super::receiver::{Mood, Receiver, says};
use super::{Event, Kind, publish, publish_all, queue, schedule, secret, sql};
use crate::accounts::actor::Tenant;
use crate::accounts::rights::Role;
use crate::mail::sink::Sink;
use crate::on_engine;
use crate::testing::{Engine, Person, TestApp, on_both};

/// An endpoint as it lies in the database, wherever it is.
pub async fn endpoint(test: &TestApp, tenant: Tenant, url: &str) -> Uuid {
    let id = test.app.ids.next().unwrap();
    let mut tx = test.app.db.begin().await.unwrap();
    let said = sql::Said { name: "ERP", url, kinds: &Kind::CHOICES };
    assert!(sql::insert(&mut tx, tenant, id, &said, &secret::fresh().unwrap(), 0).await.unwrap());
    tx.commit().await.unwrap();
    id
}

fn store() -> Event {
    Event::StorePublished(StorePublished { store: Uuid::nil(), slug: "corner".to_owned(), revision: 3 })
}

/// Publishes an event; a delivery of it.
pub async fn published(test: &TestApp, tenant: Tenant) -> Uuid {
    let mut tx = test.app.db.begin().await.unwrap();
    publish(&test.app, &mut tx, tenant, &store()).await.unwrap();
    tx.commit().await.unwrap();
    let last = on_engine!(test.app.db, conn => sqlx::query_scalar(
        "SELECT id FROM webhook_delivery WHERE organisation_id = $1 ORDER BY id DESC LIMIT 1",
    ).bind(tenant.id()).fetch_one(conn).await.unwrap());
    // Ids of one instant have no order.
    test.advance(Duration::from_millis(1));
    last
}

/// The kinds of every event that was written down, by name.
pub async fn told(test: &TestApp) -> Vec<String> {
    on_engine!(test.app.db, conn => sqlx::query_scalar("SELECT kind FROM webhook_event ORDER BY kind").fetch_all(conn).await.unwrap())
}

async fn with_receiver(test: TestApp) -> (TestApp, Receiver) {
    let receiver = Receiver::start().await;
    let settings = [
        ("insecure_http", "true".to_owned()),
        ("webhook_allow_private", "127.0.0.0/8".to_owned()),
        ("webhook_timeout_seconds", "1".to_owned()),
    ];
    (test.again_with(&settings).await, receiver)
}

/// An endpoint made by the owner on the page; its id and secret.
async fn made(owner: &Person<'_>, url: &str) -> (String, String) {
    let form = [("name", "ERP"), ("url", url), ("event", "store.published"), ("event", "media.ready")];
    let answer = owner.post("/app/webhooks", &form).await;
    let page = answer.text();
    assert_eq!(answer.status, StatusCode::OK, "{page}");
    let after = |start: &str| page.split_once(start).expect("on the page").1.split('"').next().unwrap().to_owned();
    (after("class=\"button plain\" href=\"/app/webhooks/"), after("value=\"whsec_"))
}

async fn status(test: &TestApp, delivery: Uuid) -> (String, i64) {
    on_engine!(test.app.db, conn => sqlx::query_as("SELECT status, attempts FROM webhook_delivery WHERE id = $1")
        .bind(delivery).fetch_one(conn).await.unwrap())
}

on_both! {
    async fn a_change_is_told_signed_and_once(test: TestApp) {
        let (test, receiver) = with_receiver(test).await;
        let owner = test.owner().await;
        let (id, secret) = made(&owner, &receiver.url()).await;
        assert!(!owner.get(&format!("/app/webhooks/{id}")).await.text().contains(&secret), "shown once");
        let delivery = published(&test, owner.tenant).await;
        assert_eq!(run_due(&test.app).await, 1);
        let came = receiver.take();
        let [came] = came.as_slice() else { panic!("{came:?}") };
        assert_eq!((came.path.as_str(), came.header("content-type")), ("/hooks", "application/json"));
        let body: Value = serde_json::from_str(&came.body).unwrap();
        assert_eq!(body["type"], "store.published");
        assert_eq!(body["timestamp"], "2026-11-21T12:00:00Z");
        assert_eq!(body["data"], serde_json::json!({"store": Uuid::nil(), "slug": "corner", "revision": 3}));
        assert_eq!(body["url"], format!("{}/s/corner", test.origin()));
        // Checked by the specification's own library.
        let (message, timestamp) = (came.header("webhook-id"), came.header("webhook-timestamp").parse().unwrap());
        let theirs = standardwebhooks::Webhook::new(&format!("whsec_{secret}")).unwrap();
        assert_eq!(came.header("webhook-signature"), theirs.sign(message, timestamp, came.body.as_bytes()).unwrap());
        assert_eq!(timestamp, test.app.clock.now_us() / 1_000_000);
        assert_eq!(status(&test, delivery).await, ("delivered".to_owned(), 1));
        test.advance(Duration::from_hours(1));
        assert_eq!(run_due(&test.app).await, 0);
        let page = owner.get(&format!("/app/webhooks/deliveries/{delivery}")).await.text();
        for part in [message, "204", "corner"] {
            assert!(page.contains(part), "{part}: {page}");
        }
    }

    async fn nobody_is_told_what_was_not_asked_for_or_not_done(test: TestApp) {
        let (test, receiver) = with_receiver(test).await;
        let (owner, stranger) = (test.owner().await, test.stranger().await);
        let (id, _) = made(&owner, &receiver.url()).await;
        let mut tx = test.app.db.begin().await.unwrap();
        publish(&test.app, &mut tx, stranger.tenant, &store()).await.unwrap();
        let archived = Event::ProductArchived(ProductArchived { product: Uuid::nil(), sku: "TEA".to_owned() });
        publish(&test.app, &mut tx, owner.tenant, &archived).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = test.app.db.begin().await.unwrap();
        publish(&test.app, &mut tx, owner.tenant, &store()).await.unwrap();
        drop(tx);
        assert_eq!(run_due(&test.app).await, 0, "another's, not subscribed, never committed");
        let events: i64 = on_engine!(test.app.db, conn =>
            sqlx::query_scalar("SELECT COUNT(*) FROM webhook_event").fetch_one(conn).await.unwrap());
        assert_eq!(events, 0, "nothing is kept that nobody is told");
        owner.post(&format!("/app/webhooks/{id}/disable"), &[]).await;
        let mut tx = test.app.db.begin().await.unwrap();
        let media = |name: &str| Event::MediaReady(MediaReady { media: Uuid::nil(), kind: "picture".to_owned(), name: name.to_owned() });
        publish_all(&test.app, &mut tx, owner.tenant, &[media("a"), media("b")]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(run_due(&test.app).await, 0, "off is off");
        owner.post(&format!("/app/webhooks/{id}/enable"), &[]).await;
        let mut tx = test.app.db.begin().await.unwrap();
        publish_all(&test.app, &mut tx, owner.tenant, &[media("a"), media("b")]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(run_due(&test.app).await, 2);
        assert_eq!(receiver.take().len(), 2);
    }

    async fn what_fails_is_tried_for_three_days_then_told_then_sent_again(test: TestApp) {
        let (test, receiver) = with_receiver(test).await;
        let sink = Sink::start().await;
        let test = test.again_with(&sink.settings()).await;
        let owner = test.owner().await;
        let (id, _) = made(&owner, &receiver.url()).await;
        let delivery = published(&test, owner.tenant).await;
        receiver.is(says("500 Internal Server Error", "", "out of <paper>"));
        let mut tries = Vec::new();
        for _ in 0..100 {
            if run_due(&test.app).await > 0 {
                tries.push(test.app.clock.now_us());
            }
            if status(&test, delivery).await.0 == "failed" {
                break;
            }
            test.advance(Duration::from_hours(1));
        }
        assert_eq!(tries.len() as i64, schedule::MAX_ATTEMPTS);
        let days = (tries[tries.len() - 1] - tries[0]) as f64 / 86_400e6;
        assert!((2.7..3.8).contains(&days), "{days}");
        let came = receiver.take();
        assert!(came.iter().all(|one| one.header("webhook-id") == came[0].header("webhook-id")), "one event, one id");
        // Nothing was taken for three days: it is off, and the owner hears of it.
        let page = owner.get("/app/webhooks/failed").await.text();
        assert!(page.contains("store.published") && page.contains("out of &lt;paper&gt;") && page.contains("500"), "{page}");
        let page = owner.get(&format!("/app/webhooks/{id}")).await.text();
        assert!(page.contains("Switch it on"), "{page}");
        crate::jobs::run_due(&test.app, crate::jobs::HANDLERS).await;
        let mails = sink.take();
        assert!(mails.len() == 1 && mails[0].text().contains("ERP"), "{mails:?}");
        assert_eq!(mails[0].path(&test.origin()), format!("/app/webhooks/{id}"));
        // Off, it takes nothing; on again, the dead letter arrives.
        receiver.is(says("200 OK", "", "thanks"));
        owner.post("/app/webhooks/failed/replay", &[]).await;
        assert_eq!(run_due(&test.app).await, 0);
        owner.post(&format!("/app/webhooks/{id}/enable"), &[]).await;
        owner.post(&format!("/app/webhooks/{id}/replay"), &[]).await;
        assert_eq!(run_due(&test.app).await, 1);
        assert_eq!(status(&test, delivery).await.0, "delivered");
        assert_eq!(receiver.take()[0].header("webhook-id"), came[0].header("webhook-id"));
        let log: Vec<String> = on_engine!(test.app.db, conn =>
            sqlx::query_scalar("SELECT action FROM audit WHERE action LIKE 'webhook.%' ORDER BY at_us, action").fetch_all(conn).await.unwrap());
        assert_eq!(log, ["webhook.made", "webhook.disabled", "webhook.enabled", "webhook.replayed"]);
    }

    async fn receivers_that_misbehave_hold_nothing_up(test: TestApp) {
        let (test, receiver) = with_receiver(test).await;
        let owner = test.owner().await;
        made(&owner, &receiver.url()).await;
        let last = async |delivery: Uuid| -> (Option<i64>, Option<String>, String, i64) {
            on_engine!(test.app.db, conn => sqlx::query_as(
                "SELECT http_status, failure, answer, duration_ms FROM webhook_attempt WHERE delivery_id = $1 ORDER BY number DESC LIMIT 1",
            ).bind(delivery).fetch_one(conn).await.unwrap())
        };
        receiver.is(Mood::Hangs);
        let one = published(&test, owner.tenant).await;
        run_due(&test.app).await;
        let (status_, failure, _, duration_ms) = last(one).await;
        assert_eq!((status_, failure.as_deref()), (None, Some("timeout")));
        assert!((900..5000).contains(&duration_ms), "{duration_ms}");
        receiver.take();
        // A redirect is not followed: it could lead inside.
        receiver.is(says("307 Temporary Redirect", &format!("location: {}/elsewhere\r\n", receiver.url()), ""));
        let one = published(&test, owner.tenant).await;
        run_due(&test.app).await;
        let (status_, failure, ..) = last(one).await;
        assert_eq!((status_, failure.as_deref()), (Some(307), Some("redirect")));
        assert!(receiver.take().iter().all(|came| came.path == "/hooks"));
        // One that goes on for ever has said that it took it.
        receiver.is(Mood::Pours);
        let one = published(&test, owner.tenant).await;
        run_due(&test.app).await;
        let (status_, failure, answer, _) = last(one).await;
        assert_eq!((status_, failure, answer.len()), (Some(200), None, 1024));
        assert_eq!(status(&test, one).await.0, "delivered");
        // It says when to come again.
        receiver.is(says("429 Too Many Requests", "retry-after: 600\r\n", ""));
        let one = published(&test, owner.tenant).await;
        run_due(&test.app).await;
        let due_us: i64 = on_engine!(test.app.db, conn => sqlx::query_scalar("SELECT due_us FROM webhook_delivery WHERE id = $1")
            .bind(one).fetch_one(conn).await.unwrap());
        assert_eq!(due_us, test.app.clock.now_us() + 600_000_000);
        // Nobody there any more.
        receiver.is(says("410 Gone", "", ""));
        let one = published(&test, owner.tenant).await;
        run_due(&test.app).await;
        assert_eq!(status(&test, one).await.0, "failed");
        let off: Option<String> = on_engine!(test.app.db, conn =>
            sqlx::query_scalar("SELECT off_reason FROM webhook_endpoint").fetch_one(conn).await.unwrap());
        assert_eq!(off.as_deref(), Some("gone"));
        // What waits for one that is off is not sent, and can be sent later.
        test.advance(Duration::from_hours(1));
        receiver.take();
        run_due(&test.app).await;
        assert!(receiver.take().is_empty());
        assert!(queue::count_failed(&test.app.db, owner.tenant).await.unwrap() >= 3);
    }

    async fn the_delivery_of_a_killed_server_is_taken_up_again(test: TestApp) {
        let (test, receiver) = with_receiver(test).await;
        let owner = test.owner().await;
        made(&owner, &receiver.url()).await;
        // Committed, and the server is gone before it delivers: another one does.
        let delivery = published(&test, owner.tenant).await;
        let now_us = test.app.clock.now_us();
        let dead = test.app.ids.next().unwrap();
        let claimed = queue::claim(&test.app.db, dead, now_us, now_us + 120_000_000).await.unwrap().unwrap();
        assert_eq!((claimed.id, claimed.attempts), (delivery, 1));
        assert_eq!(run_due(&test.app).await, 0, "its lease holds");
        test.advance(Duration::from_mins(2));
        assert_eq!(run_due(&test.app).await, 1);
        assert_eq!((status(&test, delivery).await, receiver.take().len()), (("delivered".to_owned(), 2), 1));
        // It was not dead but slow: what it says now changes nothing.
        let mut tx = test.app.db.begin().await.unwrap();
        assert!(!queue::settle(&mut tx, delivery, dead, queue::Next::Failed, now_us).await.unwrap());
    }

    async fn one_endpoint_does_not_take_every_place(test: TestApp) {
        let owner = test.owner().await;
        endpoint(&test, owner.tenant, "https://slow.example/").await;
        for _ in 0..10 {
            published(&test, owner.tenant).await;
        }
        let now_us = test.app.clock.now_us();
        let mut taken = 0;
        while queue::claim(&test.app.db, test.app.ids.next().unwrap(), now_us, now_us + 1_000_000).await.unwrap().is_some() {
            taken += 1;
        }
        assert_eq!(taken, 4);
        let stranger = test.stranger().await;
        endpoint(&test, stranger.tenant, "https://fast.example/").await;
        let delivery = published(&test, stranger.tenant).await;
        let claimed = queue::claim(&test.app.db, test.app.ids.next().unwrap(), now_us, now_us + 1_000_000).await.unwrap();
        assert_eq!(claimed.map(|one| one.id), Some(delivery));
    }

    async fn endpoints_are_made_changed_tested_and_removed(test: TestApp) {
        let (test, receiver) = with_receiver(test).await;
        let owner = test.owner().await;
        let bad = owner.post("/app/webhooks", &[("name", "x"), ("url", "https://192.168.0.9/"), ("event", "store.published")]).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(bad.text().contains("within a private network") && bad.text().contains("192.168.0.9"), "{}", bad.text());
        let bad = owner.post("/app/webhooks", &[("name", ""), ("url", "gopher://x"), ("event", "webhook.test")]).await;
        assert!(bad.text().contains("Choose at least one"), "{}", bad.text());
        let (id, secret) = made(&owner, &receiver.url()).await;
        let path = format!("/app/webhooks/{id}");
        let answer = owner.post(&format!("{path}/test"), &[]).await;
        let delivery = answer.header("location").to_owned();
        assert!(delivery.starts_with("/app/webhooks/deliveries/"), "{delivery}");
        run_due(&test.app).await;
        assert!(receiver.take()[0].body.contains("webhook.test"), "whether subscribed to or not");
        owner.post(&format!("{delivery}/replay"), &[]).await;
        assert_eq!(run_due(&test.app).await, 1);
        // Both secrets sign for a day.
        let page = owner.post(&format!("{path}/secret"), &[]).await.text();
        let fresh = page.split_once("value=\"whsec_").unwrap().1.split('"').next().unwrap().to_owned();
        assert_ne!(fresh, secret);
        receiver.take();
        let signs = async |secrets: &[&str]| {
            published(&test, owner.tenant).await;
            run_due(&test.app).await;
            let came = receiver.take().remove(0);
            let timestamp = came.header("webhook-timestamp").parse().unwrap();
            let expected: Vec<String> = secrets
                .iter()
                .map(|one| standardwebhooks::Webhook::new(one).unwrap().sign(came.header("webhook-id"), timestamp, came.body.as_bytes()).unwrap())
                .collect();
            assert_eq!(came.header("webhook-signature"), expected.join(" "));
        };
        signs(&[&fresh, &secret]).await;
        test.advance(Duration::from_hours(25));
        signs(&[&fresh]).await;
        // Two people at once: the second is told.
        let form = |version: &'static str| [("version", version), ("name", "Till"), ("url", "https://till.example/"), ("event", "media.ready")];
        assert_eq!(owner.post(&path, &form("2")).await.status, StatusCode::SEE_OTHER);
        let late = owner.post(&path, &form("2")).await;
        assert!(late.status == StatusCode::UNPROCESSABLE_ENTITY && late.text().contains("Somebody else changed"), "{}", late.text());
        let merchant = test.person(owner.tenant, Role::Merchant).await;
        assert_eq!(merchant.get("/app/webhooks").await.status, StatusCode::FORBIDDEN);
        owner.post(&format!("{path}/delete"), &[]).await;
        assert_eq!(owner.get(&path).await.status, StatusCode::NOT_FOUND);
        assert!(owner.get("/app/webhooks").await.text().contains("No webhooks yet"));
        let log = owner.get("/app/audit?action=webhook").await.text();
        assert!(log.contains("till.example") && log.contains("Removed the webhook"), "{log}");
    }

    async fn what_is_old_is_forgotten_but_nothing_on_its_way(test: TestApp) {
        let owner = test.owner().await;
        endpoint(&test, owner.tenant, "https://erp.example/").await;
        let (old, waiting) = (published(&test, owner.tenant).await, published(&test, owner.tenant).await);
        let mut tx = test.app.db.begin().await.unwrap();
        on_engine!(tx, conn => sqlx::query("UPDATE webhook_delivery SET status = 'failed' WHERE id = $1").bind(old)
            .execute(conn).await.map(drop).unwrap());
        tx.commit().await.unwrap();
        assert_eq!(queue::forget(&test.app.db, test.app.clock.now_us() + 1, 9).await.unwrap(), 1);
        assert!(queue::find(&test.app.db, owner.tenant, old).await.is_err());
        assert!(queue::find(&test.app.db, owner.tenant, waiting).await.is_ok());
    }
}

/// Names that mean what the test says, one answer after the other.
struct Scripted(Mutex<Vec<&'static str>>);

impl Resolve for Scripted {
    fn resolve(&self, _: Name) -> Resolving {
        let mut answers = self.0.lock().unwrap();
        let said = if answers.len() > 1 { answers.remove(0) } else { answers[0] };
        let found: Vec<_> = said.split(' ').map(|one| std::net::SocketAddr::new(one.parse().unwrap(), 0)).collect();
        Box::pin(async move { Ok(Box::new(found.into_iter()) as Addrs) })
    }
}

fn parcel(url: &str) -> Parcel<'_> {
    Parcel { url, id: "msg_1", timestamp_s: 1, signature: "v1,x", body: "{}" }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_that_leads_inside_is_refused_where_it_is_connected() {
    let receiver = Receiver::start().await;
    let open = [("insecure_http", "true")];
    let test = TestApp::start_with(Engine::Sqlite, &open).await;
    // The real resolver: this name means this machine.
    let url = format!("http://localhost:{}/hooks", receiver.port);
    let (code, detail) = test.app.courier.send(&parcel(&url)).await.failure.expect("refused");
    assert_eq!(code, "private", "{detail}");
    assert!(detail.contains("localhost is ") && detail.contains("webhook_allow_private"), "{detail}");
    // One that means something else each time: whatever it means at the connection counts.
    let names = Arc::new(Scripted(Mutex::new(vec!["127.0.0.1", "10.0.0.8 169.254.169.254", "::1"])));
    let courier = Courier::with_names(&test.app.config, names).unwrap();
    for _ in 0..3 {
        let url = format!("http://rebinds.example:{}/hooks", receiver.port);
        assert_eq!(courier.send(&parcel(&url)).await.failure.unwrap().0, "private");
    }
    // An address is checked as well as a name.
    assert_eq!(test.app.courier.send(&parcel(&receiver.url())).await.failure.unwrap().0, "private");
    assert!(receiver.take().is_empty(), "nothing arrived");
    let allowed = [("insecure_http", "true"), ("webhook_allow_private", "127.0.0.1")];
    let test = TestApp::start_with(Engine::Sqlite, &allowed).await;
    let names = Arc::new(Scripted(Mutex::new(vec!["10.0.0.8 127.0.0.1"])));
    let courier = Courier::with_names(&test.app.config, names).unwrap();
    let outcome = courier.send(&parcel(&format!("http://erp.example:{}/hooks", receiver.port))).await;
    assert_eq!((outcome.http_status, outcome.failure), (Some(204), None));
    assert_eq!(receiver.take()[0].header("host"), format!("erp.example:{}", receiver.port));
}

#[tokio::test]
async fn a_receiver_without_https_is_refused() {
    let test = TestApp::start_with(Engine::Sqlite, &[("webhook_allow_private", "127.0.0.1")]).await;
    let receiver = Receiver::start().await;
    assert_eq!(test.app.courier.send(&parcel(&receiver.url())).await.failure.unwrap().0, "url");
    assert!(receiver.take().is_empty());
}
