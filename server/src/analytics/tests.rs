//! The story of visits, on both engines.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::retention::sweep;
use super::stats;
use crate::on_engine;
use crate::testing::{BROWSER, Engine, NOON_US, TestApp, on_both};

fn visit() -> Value {
    json!([
        {"type": "storeView", "agoMs": 1200},
        {"type": "sceneView", "scene": "front", "agoMs": 900},
        {"type": "sceneTime", "scene": "front", "seconds": 12.5, "agoMs": 0},
        {"type": "hotspotClick", "scene": "front", "hotspot": "tea", "agoMs": 10},
    ])
}

async fn stats_of(test: &TestApp) -> Value {
    serde_json::to_value(&stats::collect(&test.app, Some("sample")).await.unwrap()[0]).unwrap()
}

async fn count(test: &TestApp, table: &'static str) -> i64 {
    let sql = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
    on_engine!(test.app.db, conn => sqlx::query_scalar(sql).fetch_one(conn).await.unwrap())
}

async fn salts(test: &TestApp) -> Vec<(i64, Vec<u8>)> {
    on_engine!(test.app.db, conn => sqlx::query_as("SELECT utc_day, salt FROM visitor_salt ORDER BY utc_day").fetch_all(conn).await.unwrap())
}

on_both! {
    async fn a_visit_is_counted_once_however_often_it_is_sent(test: TestApp) {
        test.seed().await;
        let batch = test.batch(visit()).await;
        let first = test.post_events(&batch).await;
        assert_eq!((first.status, first.json()), (StatusCode::ACCEPTED, json!({"accepted": 4, "dropped": 0})));
        let again = test.post_events(&batch).await;
        assert_eq!((again.status, again.json()), (StatusCode::ACCEPTED, json!({"accepted": 4, "dropped": 0, "repeated": true})));
        // Someone else, who only looks in.
        let other = test.batch(json!([{"type": "storeView", "agoMs": 0}])).await;
        test.post_events_from("203.0.113.8", &[("user-agent", BROWSER)], &other).await;
        insta::assert_json_snapshot!("stats", stats_of(&test).await);
        assert_eq!((count(&test, "event").await, count(&test, "event_batch").await), (5, 2));
        insta::assert_snapshot!("stats_table", stats::table(&stats::collect(&test.app, None).await.unwrap()));
    }

    async fn beacons_are_text_and_unknown_names_are_dropped(test: TestApp) {
        test.seed().await;
        let batch = test.batch(json!([
            {"type": "sceneView", "scene": "front", "agoMs": 0},
            {"type": "sceneView", "scene": "cellar", "agoMs": 0},
            {"type": "hotspotClick", "scene": "back", "hotspot": "tea", "agoMs": 0},
        ])).await;
        let sent = test.post_events_from("203.0.113.7", &[("user-agent", BROWSER)], &batch).await;
        assert_eq!(sent.json(), json!({"accepted": 1, "dropped": 2}));
        let mut stranger = test.batch(visit()).await;
        stranger["store"] = json!(Uuid::from_u128(9));
        assert_eq!(test.post_events(&stranger).await.json(), json!({"accepted": 0, "dropped": 4}));
        let mut draft = test.batch(visit()).await;
        draft["revision"] = json!(2);
        assert_eq!(test.post_events(&draft).await.json(), json!({"accepted": 0, "dropped": 4}));
        let batch = test.batch(visit()).await.to_string();
        let request = axum::http::Request::post("/api/v1/events").header("content-type", "text/plain;charset=UTF-8").header("user-agent", BROWSER);
        assert_eq!(test.send(request.body(batch.into()).unwrap()).await.json()["accepted"], 4);
    }

    async fn whoever_wishes_is_not_counted_and_neither_are_programs(test: TestApp) {
        test.seed().await;
        let batch = test.batch(visit()).await;
        for headers in [
            &[("user-agent", BROWSER), ("dnt", "1")][..],
            &[("user-agent", BROWSER), ("sec-gpc", "1")],
            &[("user-agent", "Googlebot/2.1")],
            &[],
        ] {
            let answer = test.post_events_from("203.0.113.7", headers, &batch).await;
            assert_eq!((answer.status, &answer.json()["accepted"]), (StatusCode::ACCEPTED, &json!(0)), "{headers:?}");
        }
        assert_eq!((count(&test, "event_batch").await, count(&test, "visitor_salt").await), (0, 0));
        assert_eq!(test.post_events_from("203.0.113.7", &[("user-agent", BROWSER), ("dnt", "0")], &batch).await.json()["accepted"], 4);
    }

    async fn the_day_is_the_shops_and_visitors_are_per_day(test: TestApp) {
        test.seed().await;
        // 20:00 in Taipei on the 21st; five hours later it is the 22nd there, and still the 21st in UTC.
        test.post_events(&test.batch(visit()).await).await;
        test.advance(Duration::from_hours(5));
        test.post_events(&test.batch(visit()).await).await;
        test.post_events(&test.batch(visit()).await).await;
        // Told late: it happened six hours ago.
        test.post_events(&test.batch(json!([{"type": "storeView", "agoMs": 6 * 3_600_000}])).await).await;
        let stats = stats_of(&test).await;
        assert_eq!(stats["days"], json!([
            {"day": "2026-11-22", "views": 2, "visitors": 1, "clicks": 2},
            {"day": "2026-11-21", "views": 2, "visitors": 1, "clicks": 1},
        ]));
    }

    async fn the_salt_changes_every_day_and_is_destroyed(test: TestApp) {
        test.seed().await;
        test.post_events(&test.batch(visit()).await).await;
        let first = salts(&test).await;
        assert_eq!((first.len(), first[0].0, first[0].1.len()), (1, NOON_US / 86_400_000_000, 32));
        test.advance(Duration::from_hours(12));
        test.post_events(&test.batch(visit()).await).await;
        let both = salts(&test).await;
        assert_eq!(both.len(), 2);
        assert_ne!(both[0].1, both[1].1);
        // A visitor of both days has two names.
        let names: Vec<(Vec<u8>,)> = on_engine!(test.app.db, conn => sqlx::query_as("SELECT DISTINCT visitor FROM event_batch").fetch_all(conn).await.unwrap());
        assert_eq!(names.len(), 2);
        test.advance(Duration::from_hours(2));
        sweep(&test.app).await.unwrap();
        assert_eq!(salts(&test).await, both[1..]);
        test.advance(Duration::from_hours(48));
        sweep(&test.app).await.unwrap();
        assert_eq!(salts(&test).await, []);
    }

    async fn single_events_are_kept_for_a_time_and_sums_for_ever(test: TestApp) {
        test.seed().await;
        for _ in 0..3 {
            test.post_events(&test.batch(visit()).await).await;
        }
        let before = stats_of(&test).await;
        test.advance(Duration::from_hours(89 * 24));
        sweep(&test.app).await.unwrap();
        assert_eq!((count(&test, "event").await, count(&test, "visitor_day").await), (12, 0));
        test.advance(Duration::from_hours(48));
        sweep(&test.app).await.unwrap();
        assert_eq!((count(&test, "event").await, count(&test, "event_batch").await), (0, 0));
        assert_eq!(stats_of(&test).await, before);
    }

    async fn many_at_once_are_all_there_and_none_twice(test: TestApp) {
        test.seed().await;
        let mut batches = Vec::new();
        for _ in 0..40 {
            batches.push(test.batch(visit()).await);
        }
        // Each is sent twice at the same time, from addresses of their own.
        let sent = (0..80).map(|index| {
            let (test, batch) = (&test, &batches[index % 40]);
            async move {
                test.post_events_from(&format!("198.51.100.{}", index % 40), &[("user-agent", BROWSER)], batch).await
            }
        });
        let answers = futures_util::future::join_all(sent).await;
        let repeated = answers.iter().filter(|answer| answer.json()["repeated"] == true).count();
        assert!(answers.iter().all(|answer| answer.status == StatusCode::ACCEPTED && answer.json()["accepted"] == 4));
        assert_eq!(repeated, 40);
        let stats = stats_of(&test).await;
        assert_eq!((&stats["views"], &stats["clicks"], &stats["days"][0]["visitors"]), (&json!(40), &json!(40), &json!(40)));
    }

    async fn what_is_not_well_formed_is_refused_whole_with_the_reason(test: TestApp) {
        test.seed().await;
        let good = test.batch(visit()).await;
        let with = |path: &str, value: Value| {
            let mut batch = good.clone();
            *batch.pointer_mut(path).unwrap() = value;
            batch
        };
        for (batch, reason) in [
            (json!({}), "missing field"),
            (with("/batch", json!("x")), "UUID"),
            (with("/batch", json!(Uuid::nil())), "version 4 or 7"),
            (with("/events", json!([])), "1 to 200"),
            (with("/events", json!(vec![good["events"][0].clone(); 201])), "1 to 200"),
            (with("/events/0/agoMs", json!(-1)), "events[0].agoMs"),
            (with("/events/2/seconds", json!(1e9)), "events[2].seconds"),
            (with("/events/0/type", json!("purchase")), "purchase"),
            (with("/page/language", json!("x".repeat(99))), "page.language"),
            (with("/page/referrer", json!("a\u{0}b")), "page.referrer"),
            (with("/revision", json!(0)), "revision"),
        ] {
            let answer = test.post_events(&batch).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{batch}");
            let detail = answer.json()["detail"].as_str().unwrap().to_owned();
            assert!(detail.contains(reason), "{reason}: {detail}");
        }
        let html = test.post_events_from("203.0.113.7", &[("user-agent", BROWSER), ("content-type", "text/html")], &good).await;
        assert_eq!(html.status, StatusCode::BAD_REQUEST);
        let large = with("/page/referrer", json!("x".repeat(70_000)));
        assert_eq!(test.post_events(&large).await.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(count(&test, "event_batch").await, 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_address_cannot_send_without_end() {
    let test =
        TestApp::start_with(Engine::Sqlite, &[("events_rate_per_second", "1"), ("events_rate_burst", "2")]).await;
    test.seed().await;
    for _ in 0..2 {
        assert_eq!(test.post_events(&test.batch(visit()).await).await.status, StatusCode::ACCEPTED);
    }
    let refused = test.post_events(&test.batch(visit()).await).await;
    assert_eq!((refused.status, refused.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "1"));
    assert!(refused.json()["detail"].as_str().unwrap().contains("this address"), "{refused:?}");
    let other = test.batch(visit()).await;
    assert_eq!(
        test.post_events_from("203.0.113.8", &[("user-agent", BROWSER)], &other).await.status,
        StatusCode::ACCEPTED
    );
    test.advance(Duration::from_secs(1));
    assert_eq!(test.post_events(&test.batch(visit()).await).await.status, StatusCode::ACCEPTED);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_queue_says_so() {
    let test = TestApp::start_with(Engine::Sqlite, &[("events_queue", "1")]).await;
    test.seed().await;
    let batches = futures_util::future::join_all((0..12).map(|_| test.batch(visit()))).await;
    // The first takes the day's salt, which needs the writer, too.
    test.post_events(&batches[0]).await;
    // Somebody else holds the database's writer, so that nothing leaves the queue.
    let tx = test.app.db.begin().await.unwrap();
    let sent = futures_util::future::join_all(batches[1..].iter().map(|batch| test.post_events(batch)));
    let (answers, ()) = futures_util::future::join(sent, async {
        // Until the queue refused someone, which is what is waited for.
        while test.app.events.waiting() < 1 {
            tokio::task::yield_now().await;
        }
        tx.commit().await.unwrap();
    })
    .await;
    let busy: Vec<_> = answers.iter().filter(|answer| answer.status == StatusCode::SERVICE_UNAVAILABLE).collect();
    assert!(!busy.is_empty(), "nobody was refused");
    assert!(busy.iter().all(|answer| answer.header("retry-after") == "2"));
    let counted = answers.iter().filter(|answer| answer.status == StatusCode::ACCEPTED).count();
    assert_eq!(counted + busy.len(), 11);
    assert_eq!(stats_of(&test).await["views"], json!(counted + 1));
}
