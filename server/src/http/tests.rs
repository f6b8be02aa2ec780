//! What no honest client sends, to every line of the table.

use axum::http::StatusCode;
use serde_json::json;

use crate::http::Kind;
use crate::routes::table;
use crate::testing::{Engine, TEA, TestApp, on_both};

on_both! {
    async fn a_nul_is_refused_everywhere_and_breaks_nothing(test: TestApp) {
        test.seed().await;
        let owner = test.owner().await;
        // Signing out works without a form.
        for route in table().into_iter().filter(|route| route.path != "/app/sign-out") {
            let filled = |with: &str| {
                let path = route.path.replace("{slug}", with).replace("{number}", "1").replace("{*path}", with);
                let parts = path.split('/').map(|part| if part.starts_with('{') { with } else { part });
                parts.collect::<Vec<_>>().join("/")
            };
            let id = TEA.to_string();
            let mut asked = vec![(format!("{}?page=%00&q=%00&link=%00&lang=%00", filled(&id)), "text/plain", String::new())];
            if route.path.contains('{') {
                asked.push((filled("a%00b"), "text/plain", String::new()));
                asked.push((filled("%ff%fe"), "text/plain", String::new()));
                asked.push((filled(&"9".repeat(5000)), "text/plain", String::new()));
            }
            let named = ["email", "name", "password", "link", "organisation", "role", "language", "next", "id", "q"];
            if route.kind == Kind::Html {
                for bytes in ["%00", "%ff", "a%00b"] {
                    let form: Vec<String> = named.iter().map(|name| format!("{name}={bytes}")).collect();
                    asked.push((filled(&id), "application/x-www-form-urlencoded", form.join("&")));
                }
                asked.push((filled(&id), "application/x-www-form-urlencoded", "%00=1&%ff=2".to_owned()));
                asked.push((filled(&id), "multipart/form-data; boundary=x", "--x\r\n\0".to_owned()));
            } else {
                let fields: serde_json::Map<_, _> = named.iter().map(|name| ((*name).to_owned(), json!("a\0b"))).collect();
                asked.push((filled(&id), "application/json", json!(fields).to_string()));
                asked.push((filled(&id), "application/json", "{\"a\": ".repeat(50_000)));
                asked.push((filled(&id), "application/json", "[".repeat(50_000)));
                asked.push((filled(&id), "application/json", "\"\\ud800\"".to_owned()));
                asked.push((filled(&id), "application/json", "1e999999".to_owned()));
            }
            for (path, content_type, body) in asked {
                let what = format!("{} {path:.200} {body:.80}", route.method);
                let answer = owner.send(route.method.as_str(), &path, content_type, body).await;
                assert!(!answer.status.is_server_error(), "{what}: {}", answer.text());
                if path.contains("%00") {
                    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{what}");
                }
            }
        }
        // Nothing of it stopped anything.
        assert_eq!(test.get("/readyz").await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn browsers_come_by_https_only_where_that_is_the_address() {
    for (url, expected) in [("https://shop.example", "max-age=31536000"), ("http://localhost:8080", "")] {
        let test = TestApp::start_with(Engine::Sqlite, &[("public_url", url)]).await;
        for path in ["/", "/healthz", "/nowhere", "/app/sign-in", "/api/v1/openapi.json"] {
            assert_eq!(test.get(path).await.header("strict-transport-security"), expected, "{url}{path}");
        }
    }
}
