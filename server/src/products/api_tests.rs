//! The catalogue as programs meet it.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::accounts::rights::Role;
use crate::testing::{Answer, HIDDEN, Person, TEA, TestApp, on_both};
use crate::webhooks::tests as webhooks;

async fn patch(test: &TestApp, who: &Person<'_>, path: &str, version: Option<&str>, body: &Value) -> Answer {
    let request = axum::http::Request::patch(path).header("cookie", &who.cookie).header("origin", test.origin());
    let request = version.into_iter().fold(request, |request, version| request.header("if-match", version));
    test.send(request.header("content-type", "application/merge-patch+json").body(body.to_string().into()).unwrap())
        .await
}

fn faults(answer: &Answer) -> Vec<String> {
    let errors = answer.json()["errors"].as_array().cloned().unwrap_or_default();
    errors
        .iter()
        .map(|fault| format!("{}: {}", fault["path"].as_str().unwrap(), fault["message"].as_str().unwrap()))
        .collect()
}

on_both! {
    async fn a_program_makes_changes_archives_and_restores_a_product(test: TestApp) {
        test.seed().await;
        let owner = test.owner().await;
        let picture = owner.get(&format!("/api/v1/products/{TEA}")).await.json()["pictures"][0].clone();
        webhooks::endpoint(&test, owner.tenant, "https://erp.example/hooks").await;
        let fields = json!({
            "sku": "CAK-1", "name": {"zh-TW": "烏龍茶蛋糕", "en": " Oolong cake "}, "unit": "piece", "gtin": "96385074",
            "description": {"en": "Soft"}, "price": {"minor": 18_050, "currency": "TWD", "taxIncluded": true},
            "pictures": [picture], "links": [{"url": "https://shop.example/cake", "label": {"en": "Buy"}}],
            "shelfLifeDays": 5, "packThousandths": 6000, "supplierCode": "K-9",
        });
        let made = owner.send("POST", "/api/v1/products", "application/json", fields.to_string()).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
        let at = made.header("location").to_owned();
        let body = made.json();
        assert_eq!((made.header("etag"), &body["version"], &body["name"]["en"]), ("\"1\"", &json!(1), &json!("Oolong cake")));
        assert_eq!(owner.get(&at).await.json(), body);
        // A field that is sent alone changes alone; null empties.
        let change = json!({"name": {"en": "Cake"}, "gtin": null, "price": {"minor": 20_000}});
        let changed = patch(&test, &owner, &at, Some("\"1\""), &change).await;
        assert_eq!(changed.status, StatusCode::OK, "{}", changed.text());
        let body = changed.json();
        assert_eq!((&body["name"], &body["gtin"]), (&json!({"zh-TW": "烏龍茶蛋糕", "en": "Cake"}), &Value::Null));
        assert_eq!(body["price"], json!({"minor": 20_000, "currency": "TWD", "taxIncluded": true}));
        assert_eq!((changed.header("etag"), &body["supplierCode"], &body["pictures"]), ("\"2\"", &json!("K-9"), &json!([picture])));
        // Whoever read the first version changes nothing.
        assert_eq!(patch(&test, &owner, &at, Some("\"1\""), &change).await.status, StatusCode::PRECONDITION_FAILED);
        assert_eq!(patch(&test, &owner, &at, None, &change).await.status, StatusCode::PRECONDITION_REQUIRED);
        assert_eq!(patch(&test, &owner, &at, Some("\"1\", \"2\""), &json!({})).await.header("etag"), "\"2\"", "nothing changed");
        let list = async |query: &str| -> Vec<String> {
            let answer = owner.get(&format!("/api/v1/products{query}")).await.json();
            answer["items"].as_array().unwrap().iter().map(|item| item["sku"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(list("?q=%E8%8C%B6").await.len(), 3);
        assert_eq!(list("?q=cake").await, ["CAK-1"]);
        for (action, archived, shown) in [("archive", true, 2), ("archive", true, 2), ("restore", false, 3), ("restore", false, 3)] {
            let answer = owner.send("POST", &format!("{at}/{action}"), "application/json", "").await;
            assert_eq!((answer.status, &answer.json()["archived"]), (StatusCode::OK, &json!(archived)));
            assert_eq!((list("").await.len(), list("?archived=true").await.len()), (shown, 3 - shown));
        }
        assert_eq!(owner.get(&at).await.json()["version"], 4, "what changes nothing makes no version");
        // Made, changed, archived, restored: each told once.
        assert_eq!(webhooks::told(&test).await, ["product.archived", "product.changed", "product.changed", "product.changed"]);
        let log = owner.get("/app/audit?action=product").await.text();
        for part in ["Added the product", "Changed the product", "Archived the product", "Took out of the archive", "name.en", "Oolong cake"] {
            assert!(log.contains(part), "{part}: {log}");
        }
    }

    async fn what_is_wrong_is_said_by_field_and_nothing_is_written(test: TestApp) {
        test.seed().await;
        let owner = test.owner().await;
        let post = async |body: Value| owner.send("POST", "/api/v1/products", "application/json", body.to_string()).await;
        let good = || json!({"sku": "NEW", "name": {"en": "New"}});
        let with = |pointer: &str, value: Value| {
            let mut body = good();
            body[pointer] = value;
            body
        };
        for (body, expected) in [
            (with("sku", json!("TEA")), "sku: The product TEA has this SKU already."),
            (with("sku", json!("a\u{0}b")), "sku: Holds a character that does not show (U+0000, the 2. character)"),
            (with("name", json!({})), "name: This is needed."),
            (with("name", json!({"en": "x".repeat(10_000)})), "name.en: Too long: 10000 characters; at most 200 are taken."),
            (with("name", json!({"en": "tea\u{202e}gpj.exe"})), "name.en: Holds a character that does not show (U+202E"),
            (with("gtin", json!("4006381333932")), "gtin: The last digit, which checks the others, does not fit. Is it 4006381333931?"),
            (with("price", json!({"minor": -1, "currency": "TWD", "taxIncluded": true})), "price: Must not be below 0."),
            (with("category", json!(TEA)), "category: There is no such category any more."),
            (with("supplier", json!(TEA)), "supplier: There is no such supplier"),
            (with("pictures", json!([TEA])), "pictures: One of these pictures is not in the library"),
            (with("video", json!(TEA)), "video: This video is not in the library"),
            (with("links", json!([{"url": "http://shop.example"}])), "links.0.url: Must be an https address"),
        ] {
            let answer = post(body.clone()).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}: {}", answer.text());
            let said = faults(&answer);
            assert!(said.len() == 1 && said[0].starts_with(expected), "{expected}: {said:?}");
        }
        for (body, expected) in [
            (json!([]), ""),
            (with("colour", json!("red")), "colour"),
            (with("price", json!({"minor": "12", "currency": "TWD", "taxIncluded": true})), "price.minor"),
            (with("category", json!("x")), "category"),
            (json!({"sku": "A"}), "name"),
        ] {
            let answer = post(body.clone()).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
            assert!(answer.text().contains(expected), "{expected}: {}", answer.text());
        }
        for path in ["?limit=0", "?limit=1000", "?cursor=x", "?category=x", "?archived=maybe", "?q=%00"] {
            assert_eq!(owner.get(&format!("/api/v1/products{path}")).await.status, StatusCode::BAD_REQUEST, "{path}");
        }
        assert_eq!(owner.get("/api/v1/products").await.json()["items"].as_array().unwrap().len(), 2);
        assert_eq!(owner.get("/api/v1/products/x").await.status, StatusCode::NOT_FOUND);
    }

    async fn staff_read_strangers_see_nothing(test: TestApp) {
        test.seed().await;
        let owner = test.owner().await;
        let staff = test.person(owner.tenant, Role::Staff).await;
        assert_eq!(staff.get(&format!("/api/v1/products/{HIDDEN}")).await.status, StatusCode::OK);
        let body = json!({"sku": "X", "name": {"en": "X"}}).to_string();
        assert_eq!(staff.send("POST", "/api/v1/products", "application/json", body).await.status, StatusCode::FORBIDDEN);
        let stranger = test.stranger().await;
        assert_eq!(stranger.get("/api/v1/products").await.json(), json!({"items": []}));
        assert_eq!(stranger.get(&format!("/api/v1/products/{TEA}")).await.status, StatusCode::NOT_FOUND);
        let at = format!("/api/v1/products/{TEA}");
        assert_eq!(patch(&test, &stranger, &at, Some("*"), &json!({"sku": "MINE"})).await.status, StatusCode::NOT_FOUND);
        assert_eq!(stranger.get("/api/v1/categories").await.json(), json!({"items": []}));
    }

    async fn of_two_changes_at_once_one_is_told(test: TestApp) {
        test.seed().await;
        let owner = test.owner().await;
        let at = format!("/api/v1/products/{TEA}");
        for round in 1..6 {
            let version = format!("\"{round}\"");
            let (one, two) = (json!({"unit": format!("a{round}")}), json!({"unit": format!("b{round}")}));
            let (one, two) = tokio::join!(
                patch(&test, &owner, &at, Some(&version), &one),
                patch(&test, &owner, &at, Some(&version), &two),
            );
            let mut statuses = [one.status.as_u16(), two.status.as_u16()];
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 412]);
        }
    }
}
