//! The same request sent again.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

use super::sweep::sweep;
use crate::on_engine;
use crate::testing::{Answer, Person, TestApp, on_both};

async fn post(test: &TestApp, who: &Person<'_>, key: Option<&str>, path: &str, body: &Value) -> Answer {
    let request = Request::post(path).header("cookie", &who.cookie).header("origin", test.origin());
    let request = request.header("content-type", "application/json");
    let request = key.into_iter().fold(request, |request, key| request.header("idempotency-key", key));
    test.send(request.body(Body::from(body.to_string())).unwrap()).await
}

async fn products(test: &TestApp) -> i64 {
    on_engine!(test.app.db, conn => sqlx::query_scalar("SELECT COUNT(*) FROM product").fetch_one(conn).await.unwrap())
}

on_both! {
    async fn the_same_request_is_done_once_and_answered_the_same(test: TestApp) {
        let owner = test.owner().await;
        let tea = json!({ "sku": "TEA", "name": { "en": "Tea" }, "unit": "piece" });
        let first = post(&test, &owner, Some("k-1"), "/api/v1/products", &tea).await;
        assert_eq!(first.status, StatusCode::CREATED, "{}", first.text());
        for key in ["k-1", "\"k-1\""] {
            let again = post(&test, &owner, Some(key), "/api/v1/products", &tea).await;
            assert_eq!((again.status, &again.body), (StatusCode::CREATED, &first.body));
            assert_eq!((again.header("location"), again.header("etag")), (first.header("location"), first.header("etag")));
        }
        assert_eq!(products(&test).await, 1);
        // Another request under the same key, a key that is none, the same key of somebody else.
        let cake = json!({ "sku": "CAKE", "name": { "en": "Cake" }, "unit": "piece" });
        assert_eq!(post(&test, &owner, Some("k-1"), "/api/v1/products", &cake).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        for key in ["", &"k".repeat(256)] {
            assert_eq!(post(&test, &owner, Some(key), "/api/v1/products", &cake).await.status, StatusCode::BAD_REQUEST);
        }
        let stranger = test.stranger().await;
        assert_eq!(post(&test, &stranger, Some("k-1"), "/api/v1/products", &cake).await.status, StatusCode::CREATED);
        // Without a key it is asked for anew: the SKU is taken.
        assert_eq!(post(&test, &owner, None, "/api/v1/products", &tea).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn what_was_refused_may_be_tried_again_and_a_day_later_the_key_is_free(test: TestApp) {
        let owner = test.owner().await;
        let faulty = json!({ "sku": "", "name": { "en": "Tea" }, "unit": "piece" });
        assert_eq!(post(&test, &owner, Some("k"), "/api/v1/products", &faulty).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let good = json!({ "sku": "TEA", "name": { "en": "Tea" }, "unit": "piece" });
        assert_eq!(post(&test, &owner, Some("k"), "/api/v1/products", &good).await.status, StatusCode::CREATED);
        test.advance(Duration::from_hours(23));
        sweep(&test.app).await.unwrap();
        let other = json!({ "sku": "TEA2", "name": { "en": "Tea" }, "unit": "piece" });
        assert_eq!(post(&test, &owner, Some("k"), "/api/v1/products", &other).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        test.advance(Duration::from_hours(2));
        sweep(&test.app).await.unwrap();
        assert_eq!(post(&test, &owner, Some("k"), "/api/v1/products", &other).await.status, StatusCode::CREATED);
    }

    async fn of_many_at_once_one_is_done(test: TestApp) {
        let owner = test.owner().await;
        let tea = json!({ "sku": "TEA", "name": { "en": "Tea" }, "unit": "piece" });
        let answers = futures_util::future::join_all((0..8).map(|_| post(&test, &owner, Some("k"), "/api/v1/products", &tea))).await;
        for answer in &answers {
            assert_eq!((answer.status, &answer.body), (StatusCode::CREATED, &answers[0].body));
        }
        assert_eq!(products(&test).await, 1);
    }
}
