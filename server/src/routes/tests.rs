//! Every line of the table: what browsers are told, and errors.

use super::*;
use crate::http::protect::may_be_framed;
use crate::testing::{BROWSER, Engine, TEA, TestApp};
use axum::body::Body;
use axum::http::{Request, StatusCode};

/// A path of the sample store for each line of the table.
fn example(path: &str, media: &str, tile: &str) -> String {
    match path {
        "/media/{sha256}/{file}" => media.to_owned(),
        "/tiles/{pyramid}/{level}/{face}/{y}/{x}" => tile.to_owned(),
        "/assets/{*path}" => "/assets/nothing.css".to_owned(),
        path => path
            .replace("{variant}", "thumb")
            .replace("{slug}", "sample")
            .replace("{number}", "1")
            .replace("{scene}", "front")
            .replace("{hotspot}", "to-back")
            .replace("{pyramid}/{level}/{face}/{y}/{x}", "0/0/f/0/0.jpg")
            .replace("{id}", &TEA.to_string()),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_tells_browsers_what_it_may_do() {
    let test = TestApp::start(Engine::Sqlite).await;
    test.seed().await;
    let store = test.get("/api/v1/stores/sample").await.json();
    let media = store["posters"]["front"]["landscape"].as_str().unwrap();
    let tile = format!("/tiles/{}/0/f/0/0.jpg", store["document"]["scenes"][0]["panorama"].as_str().unwrap());
    for route in table() {
        let path = example(route.path, media, &tile);
        let request = Request::builder().method(route.method.clone()).uri(&path).header("user-agent", BROWSER);
        let answer = test.send(request.body(Body::empty()).unwrap()).await;
        let expected = match path.as_str() {
            "/assets/nothing.css" => StatusCode::NOT_FOUND,
            "/api/v1/events" => StatusCode::BAD_REQUEST,
            "/app/sign-in" | "/app/forgot" if route.method == Method::GET => StatusCode::OK,
            "/app/start" | "/app/join" | "/app/new-password" if route.method == Method::GET => StatusCode::GONE,
            _ if route.who != Public && route.kind == Kind::Json && route.method.is_safe() => StatusCode::UNAUTHORIZED,
            // Nobody is signed in, and no page of ours sends this.
            _ if route.method != Method::GET => StatusCode::FORBIDDEN,
            _ if route.who != Public && route.kind == Kind::File => StatusCode::UNAUTHORIZED,
            path if path == "/app" || path.starts_with("/app/") => StatusCode::SEE_OTHER,
            path if route.who != Public => panic!("{path} is not public; what is it for nobody?"),
            _ => StatusCode::OK,
        };
        assert_eq!(answer.status, expected, "{path}: {}", answer.text().chars().take(300).collect::<String>());
        let policy = answer.header("content-security-policy");
        assert!(
            policy.contains("script-src 'self' 'wasm-unsafe-eval';") && !policy.contains("unsafe-inline"),
            "{path}: {policy}"
        );
        let open = policy.contains("frame-ancestors *");
        assert_eq!(open, may_be_framed(route.path), "{path}: {policy}");
        let is_shown_elsewhere = route.path.starts_with("/s/") || route.path == "/embed.js";
        assert_eq!(open, is_shown_elsewhere, "{path}: only the stores may be framed");
        let resource = if is_shown_elsewhere || path == media { "cross-origin" } else { "same-origin" };
        assert_eq!(answer.header("cross-origin-resource-policy"), resource, "{path}");
        assert_eq!(answer.header("x-frame-options").is_empty(), open, "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert!(
            !answer.header("referrer-policy").is_empty() && !answer.header("permissions-policy").is_empty(),
            "{path}"
        );
        assert!(!answer.header("cache-control").is_empty(), "{path} says how long it may be kept");
        assert_eq!(answer.header("x-request-id").len(), 32, "{path}");
        let content_type = answer.header("content-type");
        let fits = match (route.kind, expected) {
            (_, StatusCode::SEE_OTHER) => content_type.is_empty(),
            (Kind::Html, _) | (Kind::File, StatusCode::NOT_FOUND | StatusCode::UNAUTHORIZED) => {
                content_type.starts_with("text/html")
            }
            (Kind::Json, StatusCode::OK) => content_type == "application/json",
            (Kind::Json, _) => content_type == "application/problem+json",
            (Kind::File, _) => !content_type.is_empty(),
        };
        assert!(fits, "{path}: {content_type}");
        assert_eq!(
            route.operation.is_some(),
            route.kind == Kind::Json,
            "{path}: what is JSON is in the OpenAPI document"
        );
    }
}

#[tokio::test]
async fn errors_are_pages_for_people_and_problems_for_programs() {
    let test = TestApp::start(Engine::Sqlite).await;
    let page = test.get_with("/nowhere", &[("accept-language", "zh-TW")]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.text().contains("這裡沒有東西"), "{}", page.text());
    assert!(test.get("/nowhere?lang=en").await.text().contains("There is nothing here"));
    let problem = test.get("/api/v1/stores/nowhere").await;
    assert_eq!((problem.status, problem.header("content-type")), (StatusCode::NOT_FOUND, "application/problem+json"));
    let json = problem.json();
    assert_eq!((json["status"].as_u64(), json["title"].as_str()), (Some(404), Some("Not Found")));
    assert_eq!(json["requestId"].as_str(), Some(problem.header("x-request-id")));
    let request = Request::delete("/api/v1/stores/nowhere").body(Body::empty()).unwrap();
    let method = test.send(request).await;
    assert_eq!((method.status, method.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "GET,HEAD"));
}
