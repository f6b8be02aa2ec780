//! Uploads as phones with bad connections meet them.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use object_store::path::Path;
use uuid::Uuid;

use super::{part_path, sql, sweep};
use crate::accounts::rights::Role;
use crate::testing::{Answer, Person, TestApp, on_both};

const PART: &str = "application/offset+octet-stream";

/// Sends a request with headers as a page of ours does.
async fn ask(
    test: &TestApp,
    who: &Person<'_>,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Body,
) -> Answer {
    let request = Request::builder().method(method).uri(path).header("cookie", &who.cookie);
    let request = request.header("origin", test.origin()).header("tus-resumable", "1.0.0");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    test.send(request.body(body).unwrap()).await
}

/// Announces a file; returns its address.
pub async fn open(test: &TestApp, who: &Person<'_>, name: &str, kind: &str, bytes: usize) -> String {
    let metadata = format!("filename {},kind {}", STANDARD.encode(name), STANDARD.encode(kind));
    let headers = [("upload-length", bytes.to_string()), ("upload-metadata", metadata)];
    let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
    let answer = ask(test, who, "POST", "/api/v1/uploads", &headers, Body::empty()).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    answer.header("location").to_owned()
}

async fn send(test: &TestApp, who: &Person<'_>, path: &str, offset: usize, body: impl Into<Body>) -> Answer {
    let offset = offset.to_string();
    ask(test, who, "PATCH", path, &[("upload-offset", &offset), ("content-type", PART)], body.into()).await
}

/// Sends a whole file; returns its address.
pub async fn upload(test: &TestApp, who: &Person<'_>, name: &str, kind: &str, file: &[u8]) -> String {
    let path = open(test, who, name, kind, file.len()).await;
    assert_eq!(send(test, who, &path, 0, file.to_vec()).await.status, StatusCode::NO_CONTENT);
    path
}

async fn offset(test: &TestApp, who: &Person<'_>, path: &str) -> usize {
    let answer = ask(test, who, "HEAD", path, &[], Body::empty()).await;
    assert_eq!((answer.status, answer.header("cache-control")), (StatusCode::OK, "no-store"));
    answer.header("upload-offset").parse().unwrap()
}

/// How many parts lie among the files.
async fn parts(test: &TestApp) -> usize {
    test.app.files.list(&Path::from("uploads")).try_collect::<Vec<_>>().await.unwrap().len()
}

fn id(path: &str) -> Uuid {
    path.rsplit('/').next().unwrap().parse().unwrap()
}

on_both! {
    async fn what_is_understood_is_told(test: TestApp) {
        let owner = test.owner().await;
        let answer = ask(&test, &owner, "OPTIONS", "/api/v1/uploads", &[], Body::empty()).await;
        assert_eq!((answer.status, answer.header("tus-version")), (StatusCode::NO_CONTENT, "1.0.0"));
        assert_eq!(answer.header("tus-extension"), "creation,expiration,termination");
        assert_eq!(answer.header("tus-max-size"), (512u64 << 20).to_string());
        let file = [("upload-length", "9"), ("upload-metadata", "filename dHlwZWQ=")];
        let opened = ask(&test, &owner, "POST", "/api/v1/uploads", &file, Body::empty()).await;
        assert_eq!(opened.header("upload-expires"), "Sun, 22 Nov 2026 12:00:00 GMT");
    }

    async fn what_is_malformed_is_refused_and_says_why(test: TestApp) {
        let owner = test.owner().await;
        let create = async |headers: &[(&str, &str)]| ask(&test, &owner, "POST", "/api/v1/uploads", headers, Body::empty()).await;
        assert_eq!(create(&[]).await.status, StatusCode::BAD_REQUEST);
        assert_eq!(create(&[("upload-length", "-1")]).await.status, StatusCode::BAD_REQUEST);
        assert_eq!(create(&[("upload-length", "0")]).await.status, StatusCode::BAD_REQUEST);
        assert_eq!(create(&[("upload-length", "536870913")]).await.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(create(&[("upload-length", "9"), ("upload-metadata", "filename !")]).await.status, StatusCode::BAD_REQUEST);
        let request = Request::post("/api/v1/uploads").header("cookie", &owner.cookie).header("origin", test.origin());
        let answer = test.send(request.header("upload-length", "9").body(Body::empty()).unwrap()).await;
        assert_eq!((answer.status, answer.header("tus-resumable")), (StatusCode::PRECONDITION_FAILED, "1.0.0"));
        let path = open(&test, &owner, "a.jpg", "auto", 9).await;
        let typed = [("upload-offset", "0"), ("content-type", "image/jpeg")];
        let answer = ask(&test, &owner, "PATCH", &path, &typed, Body::from("a")).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert_eq!(send(&test, &owner, &path, 3, "abc").await.status, StatusCode::CONFLICT);
        assert_eq!(send(&test, &owner, &path, 0, "ten bytes.").await.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!((offset(&test, &owner, &path).await, parts(&test).await), (0, 0), "nothing is half written");
    }

    async fn an_upload_that_is_interrupted_ten_times_arrives_whole(test: TestApp) {
        let owner = test.owner().await;
        let file: Vec<u8> = (0..100_000u32).map(|index| (index * 7 % 251) as u8).collect();
        let path = open(&test, &owner, "a.bin", "auto", file.len()).await;
        for round in 1..=10 {
            let at = offset(&test, &owner, &path).await;
            assert_eq!(at, (round - 1) * 9000);
            // Nine thousand bytes in three pieces, then the connection is gone.
            let pieces: Vec<_> = file[at..at + 9000].chunks(3000).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
            let broken = stream::iter(pieces).chain(stream::iter([Err(std::io::Error::other("gone"))]));
            send(&test, &owner, &path, at, Body::from_stream(broken)).await;
        }
        let at = offset(&test, &owner, &path).await;
        let answer = send(&test, &owner, &path, at, file[at..].to_vec()).await;
        assert_eq!((answer.status, answer.header("upload-offset")), (StatusCode::NO_CONTENT, "100000"));
        let mut whole = Vec::new();
        for (.., part) in sql::parts(&test.app.db, id(&path)).await.unwrap() {
            whole.extend(test.app.files.read(&part_path(owner.tenant, id(&path), part)).await.unwrap());
        }
        assert!(whole == file, "byte for byte");
        let state = owner.get(&path).await.json();
        assert_eq!((state["state"].as_str(), state["received"].as_u64()), (Some("waiting"), Some(100_000)));
    }

    async fn of_two_that_send_the_same_part_one_wins(test: TestApp) {
        let owner = test.owner().await;
        let path = open(&test, &owner, "a.bin", "auto", 3000).await;
        let both = tokio::join!(
            send(&test, &owner, &path, 0, vec![1; 1000]), send(&test, &owner, &path, 0, vec![2; 1000]),
            send(&test, &owner, &path, 0, vec![3; 1000]), send(&test, &owner, &path, 0, vec![4; 1000]),
        );
        let mut statuses = [both.0.status, both.1.status, both.2.status, both.3.status];
        statuses.sort();
        let lost = StatusCode::CONFLICT;
        assert_eq!(statuses, [StatusCode::NO_CONTENT, lost, lost, lost]);
        assert_eq!((offset(&test, &owner, &path).await, parts(&test).await), (1000, 1), "the losers leave nothing");
    }

    async fn what_nobody_finishes_is_swept_after_a_day(test: TestApp) {
        let owner = test.owner().await;
        let path = open(&test, &owner, "a.bin", "auto", 3000).await;
        send(&test, &owner, &path, 0, vec![1; 1000]).await;
        // As if the server had been killed between a part's file and its row.
        let orphan = part_path(owner.tenant, id(&path), test.app.ids.next().unwrap());
        test.app.files.put(&orphan, Bytes::from_static(b"orphan")).await.unwrap();
        test.advance(Duration::from_hours(23));
        sweep::sweep(&test.app).await.unwrap();
        assert_eq!(parts(&test).await, 2, "it may still be finished");
        send(&test, &owner, &path, 1000, vec![1; 1000]).await;
        test.advance(Duration::from_hours(2));
        sweep::sweep(&test.app).await.unwrap();
        assert_eq!((offset(&test, &owner, &path).await, parts(&test).await), (2000, 2), "the orphan is gone");
        test.advance(Duration::from_hours(23));
        assert_eq!(send(&test, &owner, &path, 2000, vec![1; 1000]).await.status, StatusCode::NOT_FOUND);
        sweep::sweep(&test.app).await.unwrap();
        assert_eq!(parts(&test).await, 0);
    }

    async fn an_upload_can_be_given_up_and_is_nobody_elses(test: TestApp) {
        let owner = test.owner().await;
        let stranger = test.stranger().await;
        let path = open(&test, &owner, "a.bin", "auto", 3000).await;
        send(&test, &owner, &path, 0, vec![1; 1000]).await;
        for method in ["HEAD", "GET", "DELETE"] {
            let answer = ask(&test, &stranger, method, &path, &[], Body::empty()).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method}");
        }
        assert_eq!(send(&test, &stranger, &path, 1000, "x").await.status, StatusCode::NOT_FOUND);
        let answer = ask(&test, &owner, "DELETE", &path, &[], Body::empty()).await;
        assert_eq!((answer.status, parts(&test).await), (StatusCode::NO_CONTENT, 0));
        assert_eq!(ask(&test, &owner, "HEAD", &path, &[], Body::empty()).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn an_organisation_keeps_no_more_than_its_quota() {
    let test = TestApp::start_with(crate::testing::Engine::Sqlite, &[("media_quota_mib", "1")]).await;
    let owner = test.owner().await;
    let staff = test.person(owner.tenant, Role::Staff).await;
    open(&test, &owner, "a.bin", "auto", 1 << 19).await;
    let answer = ask(&test, &staff, "POST", "/api/v1/uploads", &[("upload-length", "524289")], Body::empty()).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.text().contains("no room"), "{}", answer.text());
    open(&test, &staff, "b.bin", "auto", 1 << 19).await;
}
