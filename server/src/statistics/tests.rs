//! The story of the statistics, on both engines.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::accounts::actor::Tenant;
use crate::accounts::rights::Role;
use crate::ids::DEFAULT_ORGANISATION;
use crate::on_engine;
use crate::testing::{BROWSER, Person, TestApp, on_both};

const DAY: Duration = Duration::from_hours(24);

fn visit() -> Value {
    json!([
        {"type": "storeView", "agoMs": 1200},
        {"type": "sceneView", "scene": "front", "agoMs": 900},
        {"type": "sceneTime", "scene": "front", "seconds": 12.5, "agoMs": 0},
        {"type": "hotspotClick", "scene": "front", "hotspot": "tea", "agoMs": 10},
    ])
}

/// Somebody's visit.
async fn come(test: &TestApp, address: &str, page: Value, events: Value) {
    let mut batch = test.batch(events).await;
    batch["page"].as_object_mut().unwrap().extend(page.as_object().unwrap().clone());
    let answer = test.post_events_from(address, &[("user-agent", BROWSER)], &batch).await;
    assert_eq!(answer.json()["dropped"], 0, "{}", answer.text());
}

async fn marketer(test: &TestApp) -> Person<'_> {
    test.person(Tenant::of(DEFAULT_ORGANISATION), Role::Marketer).await
}

async fn figures(person: &Person<'_>, query: &str) -> Value {
    let answer = person.get(&format!("/api/v1/statistics?{query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.text());
    assert_eq!(answer.header("cache-control"), "private, no-store");
    answer.json()
}

/// Sums of a day of the sample store, as if people had been there.
async fn add(
    test: &TestApp,
    day: &str,
    scene: &str,
    hotspot: &str,
    (views, visitors, clicks, dwell_ms): (i64, i64, i64, i64),
) {
    let store: Uuid = on_engine!(test.app.db, conn => sqlx::query_scalar("SELECT id FROM store WHERE slug = 'sample'")
        .fetch_one(conn).await.unwrap());
    let mut tx = test.app.db.begin().await.unwrap();
    on_engine!(tx, conn => sqlx::query(
        "INSERT INTO rollup_day (store_id, day, scene, hotspot, views, visitors, clicks, dwell_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    ).bind(store).bind(day).bind(scene).bind(hotspot).bind(views).bind(visitors).bind(clicks).bind(dwell_ms)
    .execute(conn).await.map(drop).unwrap());
    tx.commit().await.unwrap();
}

on_both! {
    async fn what_shoppers_did_is_there_for_the_marketer_at_once(test: TestApp) {
        test.seed().await;
        let marketer = marketer(&test).await;
        let campaign = json!({"referrer": "https://www.google.com/search", "utm": null});
        come(&test, "203.0.113.7", campaign, visit()).await;
        come(&test, "203.0.113.7", json!({"utm": {"source": "LINE", "campaign": "Autumn"}}), visit()).await;
        come(&test, "203.0.113.8", json!({"language": "zh-TW"}), json!([{"type": "storeView", "agoMs": 0}])).await;
        let told = figures(&marketer, "period=today&lang=en").await;
        // 20:00 in Taipei on the 21st.
        assert_eq!((&told["from"], &told["to"]), (&json!("2026-11-21"), &json!("2026-11-21")));
        assert_eq!(told["totals"], json!({"views": 3, "dailyVisitors": 2.0, "clicks": 2, "seconds": 25.0, "secondsPerView": 8.3}));
        assert_eq!(told["byDay"], json!([{"day": "2026-11-21", "isKnown": true, "views": 3, "dailyVisitors": 2, "clicks": 2, "seconds": 25.0}]));
        let scene = &told["scenes"][0];
        assert_eq!((&scene["scene"], &scene["name"]["text"], &scene["views"]), (&json!("front"), &json!("Scene front"), &json!(2)));
        // A product's button bears the product's name; scenes and buttons that nobody used are there, too.
        let button = &told["buttons"][0];
        assert_eq!((&button["name"]["text"], &button["kind"], &button["clicks"]), (&json!("Oolong <tea>"), &json!("product"), &json!(2)));
        assert_eq!((told["scenes"].as_array().unwrap().len(), told["buttons"].as_array().unwrap().len()), (2, 6));
        assert_eq!(told["products"][0]["clicks"], 2);
        assert_eq!(told["kinds"], json!([{"kind": "product", "clicks": 2}]));
        assert_eq!(told["origins"], json!({
            "sources": [{"value": "", "views": 1}, {"value": "google.com", "views": 1}, {"value": "line", "views": 1}],
            "campaigns": [{"value": "autumn", "views": 1}],
            "devices": [{"value": "computer", "views": 3}],
            "languages": [{"value": "en", "views": 2}, {"value": "zh-TW", "views": 1}],
        }));
        let page = marketer.get("/app/statistics?period=today").await;
        assert_eq!((page.status, page.header("cache-control")), (StatusCode::OK, "private, no-store"));
        let text = page.text();
        for part in ["<strong>3</strong>", "<strong>8 s</strong>", "Oolong &lt;tea&gt;", "google.com", "autumn", "Scene front", "today so far"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains("Oolong <tea>"));
        assert!(marketer.get("/app/statistics?lang=zh-TW").await.text().contains("front 場景"));
    }

    async fn whoever_works_here_is_no_visitor(test: TestApp) {
        test.seed().await;
        let marketer = marketer(&test).await;
        let stranger = test.stranger().await;
        let batch = test.batch(visit()).await;
        for (cookie, accepted) in [(&marketer.cookie, 0), (&"vitrine=nonsense".to_owned(), 4), (&stranger.cookie, 4)] {
            let mut batch = batch.clone();
            batch["batch"] = json!(Uuid::new_v4());
            let headers = [("user-agent", BROWSER), ("cookie", cookie.as_str())];
            let answer = test.post_events_from("203.0.113.7", &headers, &batch).await;
            assert_eq!((answer.status, &answer.json()["accepted"]), (StatusCode::ACCEPTED, &json!(accepted)), "{cookie}");
        }
        assert_eq!(figures(&marketer, "").await["totals"]["views"], 2);
        // A session that has ended protects nobody.
        marketer.post("/app/sign-out", &[]).await;
        let answer = test.post_events_from("203.0.113.7", &[("user-agent", BROWSER), ("cookie", &marketer.cookie)], &batch).await;
        assert_eq!(answer.json()["accepted"], 4);
    }

    async fn days_are_the_shops_and_those_before_it_was_public_are_not_zero(test: TestApp) {
        test.seed().await;
        let marketer = marketer(&test).await;
        come(&test, "203.0.113.7", json!({}), visit()).await;
        // Published and visited on the 21st at 20:00 in Taipei; it is the 24th there now.
        test.advance(Duration::from_hours(2 * 24 + 5));
        come(&test, "203.0.113.7", json!({}), visit()).await;
        let told = figures(&marketer, "period=7d").await;
        let days: Vec<(&str, bool, i64)> = told["byDay"].as_array().unwrap().iter()
            .map(|day| (day["day"].as_str().unwrap(), day["isKnown"].as_bool().unwrap(), day["views"].as_i64().unwrap())).collect();
        assert_eq!(days, [
            ("2026-11-18", false, 0), ("2026-11-19", false, 0), ("2026-11-20", false, 0), ("2026-11-21", true, 1),
            ("2026-11-22", true, 0), ("2026-11-23", true, 0), ("2026-11-24", true, 1),
        ]);
        // Two visitors on four days that are known.
        assert_eq!(told["totals"]["dailyVisitors"], 0.5);
        let page = marketer.get("/app/statistics?period=7d").await.text();
        assert!(page.contains("not public before Sat, Nov 21, 2026"), "{page}");
        assert!(page.contains("not public yet") && page.contains("class=\"weekend\"") && page.contains("class=\"unknown\""));
    }

    async fn days_are_compared_with_those_before_or_a_year_ago(test: TestApp) {
        test.seed().await;
        let marketer = marketer(&test).await;
        for (day, sums) in [
            ("2026-11-20", (12, 6, 3, 60_000)), ("2026-11-21", (18, 10, 0, 0)),
            ("2026-11-14", (20, 9, 1, 600_000)), ("2026-11-13", (5, 5, 0, 0)), ("2025-11-21", (60, 20, 0, 0)),
        ] {
            add(&test, day, "", "", sums).await;
        }
        let told = figures(&marketer, "period=7d").await;
        assert_eq!((&told["totals"]["views"], &told["compared"]["totals"]["views"]), (&json!(30), &json!(25)));
        assert_eq!((&told["compared"]["from"], &told["compared"]["to"]), (&json!("2026-11-08"), &json!("2026-11-14")));
        let year = figures(&marketer, "period=7d&compare=year").await;
        assert_eq!((&year["compared"]["to"], &year["compared"]["totals"]["views"]), (&json!("2025-11-21"), &json!(60)));
        assert_eq!(figures(&marketer, "period=7d&compare=none").await["compared"], Value::Null);
        let page = marketer.get("/app/statistics?period=7d").await.text();
        for part in ["20% more", "before: 25", "2 s</strong>", "Compared with Nov 8 – Nov 14, 2026", "class=\"line-before\""] {
            assert!(page.contains(part), "{part}: {page}");
        }
        let page = marketer.get("/app/statistics?period=7d&compare=year").await.text();
        assert!(page.contains("50% less"), "{page}");
    }

    async fn what_a_store_no_longer_has_keeps_its_name_and_is_marked(test: TestApp) {
        test.seed().await;
        let marketer = marketer(&test).await;
        come(&test, "203.0.113.7", json!({}), visit()).await;
        // Published again without the scene `front`; something was counted, too, that no revision knows.
        add(&test, "2026-11-21", "attic", "", (4, 1, 2, 0)).await;
        add(&test, "2026-11-21", "attic", "lamp", (0, 1, 2, 0)).await;
        let (document, published): (String, String) = on_engine!(test.app.db, conn => sqlx::query_as(
            "SELECT document, published FROM store_revision ORDER BY number DESC LIMIT 1").fetch_one(conn).await.unwrap());
        let mut published: Value = serde_json::from_str(&published).unwrap();
        published["revision"] = json!(2);
        published["document"]["scenes"].as_array_mut().unwrap().retain(|scene| scene["id"] == "back");
        published["document"]["start"] = json!({"scene": "back"});
        let mut tx = test.app.db.begin().await.unwrap();
        on_engine!(tx, conn => {
            sqlx::query("INSERT INTO store_revision (store_id, number, document, created_us, published_us, published)
                SELECT store_id, 2, $1, created_us, published_us, $2 FROM store_revision WHERE number = 1")
                .bind(document).bind(published.to_string()).execute(&mut *conn).await.map(drop).unwrap();
            sqlx::query("UPDATE store SET current_revision = 2").execute(&mut *conn).await.map(drop).unwrap();
        });
        tx.commit().await.unwrap();
        let told = figures(&marketer, "lang=en").await;
        let scenes: Vec<Value> = told["scenes"].as_array().unwrap().iter()
            .map(|scene| json!([scene["scene"], scene["name"]["text"], scene["isRemoved"]])).collect();
        assert_eq!(scenes, [json!(["attic", "", true]), json!(["front", "Scene front", true]), json!(["back", "Scene back", false])]);
        let buttons: Vec<Value> = told["buttons"].as_array().unwrap().iter()
            .map(|button| json!([button["hotspot"], button["name"]["text"], button["kind"], button["isRemoved"]])).collect();
        assert_eq!(buttons, [
            json!(["lamp", "", "unknown", true]), json!(["tea", "Oolong <tea>", "product", true]), json!(["to-front", "Label", "link", false]),
        ]);
        let page = marketer.get("/app/statistics").await.text();
        assert!(page.matches("tag gone").count() == 4 && page.contains("attic"), "{page}");
        // A scene that is gone can still be looked at alone.
        let alone = figures(&marketer, "store=sample&scene=front").await;
        assert_eq!((&alone["totals"]["views"], &alone["totals"]["clicks"], &alone["origins"]["sources"]), (&json!(1), &json!(1), &json!([])));
        let nowhere = marketer.get("/api/v1/statistics?store=sample&scene=cellar").await;
        assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
        assert_eq!(marketer.get("/app/statistics?store=sample&scene=cellar").await.status, StatusCode::OK, "the whole store instead");
    }

    async fn the_file_has_what_the_page_shows_and_no_formulas(test: TestApp) {
        test.seed().await;
        let marketer = marketer(&test).await;
        come(&test, "203.0.113.7", json!({}), visit()).await;
        add(&test, "2026-11-21", "=1+1", "", (1, 1, 0, 0)).await;
        test.advance(DAY);
        let file = marketer.get("/app/statistics.csv?period=7d&lang=en").await;
        assert_eq!((file.status, file.header("content-type")), (StatusCode::OK, "text/csv; charset=utf-8"));
        assert_eq!(file.header("content-disposition"), "attachment; filename=\"vitrine-2026-11-16-2026-11-22.csv\"");
        insta::assert_snapshot!("csv", file.text().replace('\u{feff}', "<BOM>"));
        let scene = marketer.get("/app/statistics.csv?period=7d&store=sample&scene=front").await.text();
        assert_eq!(scene.lines().count(), 3, "{scene}");
        assert_eq!(marketer.get("/app/statistics.csv?period=week").await.status, StatusCode::BAD_REQUEST);
    }

    async fn a_query_that_makes_no_sense_is_told_so(test: TestApp) {
        test.seed().await;
        let marketer = marketer(&test).await;
        for (query, reason) in [
            ("from=2026-11-03&to=2026-11-01", "the last day is before the first"),
            ("from=x&to=2026-11-01", "2026-11-28"),
            ("from=2020-01-01&to=2026-11-01", "1096 days"),
            ("period=week", "last-month"),
        ] {
            let answer = marketer.get(&format!("/api/v1/statistics?{query}")).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
            assert!(answer.json()["detail"].as_str().unwrap().contains(reason), "{}", answer.text());
        }
        let page = marketer.get("/app/statistics?period=own&from=2026-11-03&to=2026-11-01").await;
        assert_eq!(page.status, StatusCode::OK);
        let text = page.text();
        assert!(text.contains("The last day is before the first.") && text.contains("value=\"2026-11-03\""), "{text}");
    }

    async fn strangers_and_other_shops_see_nothing(test: TestApp) {
        test.seed().await;
        come(&test, "203.0.113.7", json!({"utm": {"source": "secret-source"}}), visit()).await;
        let stranger = test.stranger().await;
        let told = figures(&stranger, "").await;
        assert_eq!((&told["totals"]["views"], &told["stores"]), (&json!(0), &json!([])));
        assert_eq!(stranger.get("/api/v1/statistics?store=sample").await.status, StatusCode::NOT_FOUND);
        assert_eq!(stranger.get("/app/statistics?store=sample").await.status, StatusCode::NOT_FOUND);
        assert_eq!(stranger.get("/app/statistics.csv").await.text().lines().count(), 1);
        let page = stranger.get("/app/statistics").await.text();
        assert!(page.contains("No store yet") && !page.contains("sample") && !page.contains("secret-source"), "{page}");
        // A marketer of one shop sees the stores of that shop alone.
        let marketer = marketer(&test).await;
        let elsewhere = test.app.ids.next().unwrap();
        let mut tx = test.app.db.begin().await.unwrap();
        on_engine!(tx, conn => {
            sqlx::query("INSERT INTO shop (id, organisation_id, name, address, hours, time_zone, currency, created_us)
                SELECT $1, organisation_id, name, address, hours, 'America/New_York', 'USD', created_us FROM shop")
                .bind(elsewhere).execute(&mut *conn).await.map(drop).unwrap();
            sqlx::query("UPDATE membership SET shop_id = $1 WHERE account_id = $2")
                .bind(elsewhere).bind(marketer.account).execute(&mut *conn).await.map(drop).unwrap();
        });
        tx.commit().await.unwrap();
        assert_eq!(figures(&marketer, "").await["stores"], json!([]));
        assert_eq!(marketer.get("/api/v1/statistics?store=sample").await.status, StatusCode::NOT_FOUND);
        assert_eq!(marketer.get("/app/statistics.csv").await.text().lines().count(), 1);
    }

    async fn several_stores_are_told_apart_each_by_its_own_clock(test: TestApp) {
        test.seed().await;
        let owner = test.owner().await;
        // Later than the sample's: the first shop's clock is the organisation's.
        test.advance(Duration::from_secs(1));
        let (shop, store) = (test.app.ids.next().unwrap(), test.app.ids.next().unwrap());
        let mut tx = test.app.db.begin().await.unwrap();
        on_engine!(tx, conn => {
            sqlx::query("INSERT INTO shop (id, organisation_id, name, address, hours, time_zone, currency, created_us)
                SELECT $1, organisation_id, name, address, hours, 'America/New_York', 'USD', created_us FROM shop")
                .bind(shop).execute(&mut *conn).await.map(drop).unwrap();
            sqlx::query("INSERT INTO store (id, organisation_id, shop_id, slug, created_us)
                SELECT $1, organisation_id, $2, 'uptown', created_us FROM store")
                .bind(store).bind(shop).execute(&mut *conn).await.map(drop).unwrap();
            sqlx::query("INSERT INTO rollup_day (store_id, day, scene, hotspot, views, visitors, clicks, dwell_ms)
                VALUES ($1, '2026-11-21', '', '', 7, 3, 0, 0)").bind(store).execute(&mut *conn).await.map(drop).unwrap();
        });
        tx.commit().await.unwrap();
        come(&test, "203.0.113.7", json!({}), visit()).await;
        // 17:00 UTC: the 22nd in Taipei, still the 21st in New York.
        test.advance(Duration::from_hours(5));
        let all = figures(&owner, "period=7d").await;
        let stores: Vec<Value> = all["stores"].as_array().unwrap().iter()
            .map(|store| json!([store["store"], store["views"], store["timeZone"]])).collect();
        assert_eq!(stores, [json!(["uptown", 7, "America/New_York"]), json!(["sample", 1, "Asia/Taipei"])]);
        assert_eq!((&all["totals"]["views"], &all["to"]), (&json!(8), &json!("2026-11-22")));
        assert_eq!(figures(&owner, "period=today&store=uptown").await["to"], "2026-11-21");
        assert_eq!(figures(&owner, "period=today&store=sample").await["to"], "2026-11-22");
        // Everything of every store for years is more than anybody reads at once.
        let years = figures(&owner, "from=2025-01-01&to=2026-11-22").await;
        assert_eq!((&years["hasParts"], &years["scenes"], &years["totals"]["views"]), (&json!(false), &json!([]), &json!(8)));
        assert_eq!(figures(&owner, "store=sample&from=2025-01-01&to=2026-11-22").await["hasParts"], true);
        assert!(owner.get("/app/statistics?from=2025-01-01&to=2026-11-22").await.text().contains("up to 92 days"));
        let page = owner.get("/app/statistics?period=7d").await.text();
        assert!(page.contains("All stores") && page.contains("uptown") && page.contains("the clock of each shop"), "{page}");
        // Nothing is public of the other store: there is nothing to hand out.
        assert!(owner.get("/app/statistics?store=uptown&from=2026-11-01&to=2026-11-02").await.text().contains("Publish a store"));
    }

    async fn the_parts_are_the_whole(test: TestApp) {
        test.seed().await;
        let marketer = marketer(&test).await;
        for round in 0..6_u64 {
            for visitor in 0..=round % 3 {
                let seconds = (round * 7 + visitor) as f64 / 4.0;
                let events = json!([
                    {"type": "storeView", "agoMs": 0}, {"type": "sceneView", "scene": "front", "agoMs": 0},
                    {"type": "sceneTime", "scene": "front", "seconds": seconds, "agoMs": 0},
                    {"type": "sceneView", "scene": "back", "agoMs": 0}, {"type": "sceneTime", "scene": "back", "seconds": 2.5, "agoMs": 0},
                    {"type": "hotspotClick", "scene": "front", "hotspot": if round % 2 == 0 { "tea" } else { "hours" }, "agoMs": 0},
                    {"type": "hotspotClick", "scene": "back", "hotspot": "to-front", "agoMs": 0},
                ]);
                let page = json!({"utm": {"source": format!("post-{}", round % 4)}});
                come(&test, &format!("198.51.100.{visitor}"), page, events).await;
            }
            test.advance(DAY);
        }
        let all = figures(&marketer, "period=7d").await;
        let sum = |list: &Value, field: &str| list.as_array().unwrap().iter().map(|one| one[field].as_f64().unwrap()).sum::<f64>();
        let total = |field: &str| all["totals"][field].as_f64().unwrap();
        assert_eq!(total("views") as i64, 12);
        for (list, field) in [("byDay", "views"), ("byDay", "clicks"), ("byDay", "seconds"), ("scenes", "clicks"), ("scenes", "seconds"),
            ("buttons", "clicks"), ("kinds", "clicks"), ("stores", "views"), ("stores", "clicks"), ("stores", "seconds")] {
            assert!((sum(&all[list], field) - total(field)).abs() < 0.06, "{list} {field}");
        }
        for origins in ["sources", "devices", "languages"] {
            assert_eq!(sum(&all["origins"][origins], "views") as i64, 12, "{origins}");
        }
        // Two spans that meet are the span of both; a scene's clicks are its buttons'.
        let views = async |query: &str| figures(&marketer, query).await["totals"]["views"].as_i64().unwrap();
        let (first, second) = (views("from=2026-11-01&to=2026-11-23").await, views("from=2026-11-24&to=2026-11-27").await);
        assert_eq!((first + second, first > 0 && second > 0), (12, true));
        let front = figures(&marketer, "store=sample&scene=front&period=7d").await;
        assert_eq!(sum(&front["buttons"], "clicks") as i64, front["totals"]["clicks"].as_i64().unwrap());
        assert_eq!(front["scenes"].as_array().unwrap().len(), 1);
    }

    async fn words_in_links_do_not_fill_the_database(test: TestApp) {
        test.seed().await;
        let owner = test.owner().await;
        for part in 0..9 {
            let sent = (0..40).map(|word| {
                let page = json!({"utm": {"campaign": format!("word-{}", part * 40 + word)}});
                come(&test, "203.0.113.7", page, json!([{"type": "storeView", "agoMs": 0}]))
            });
            futures_util::future::join_all(sent).await;
            test.advance(Duration::from_mins(1));
        }
        let told = figures(&owner, "period=today").await;
        let campaigns = told["origins"]["campaigns"].as_array().unwrap();
        assert!(campaigns.len() <= 341 && campaigns.iter().any(|one| one["value"] == "*"), "{}", campaigns.len());
        let sum: i64 = campaigns.iter().map(|one| one["views"].as_i64().unwrap()).sum();
        assert_eq!(sum, 360);
        assert!(owner.get("/app/statistics").await.text().contains("all others"));
    }
}
