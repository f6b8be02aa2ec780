//! What whoever runs the server relies on.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::Stdio;

use serde_json::{Value, json};
use tests::database::Engine;
use tests::folder::DataFolder;
use tests::markers::{LINK, NORTH, STORE};
use tests::process::free_port;
use tests::server::{Server, seed, vitrine, with_markers};
use tests::wait::until;
use uuid::Uuid;

#[test]
fn a_server_that_is_asked_to_stop_answers_what_it_was_asked_before() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let server = with_markers(engine);
        let store: Value = get(&server.url(&format!("/api/v1/stores/{STORE}")));
        let batch = json!({
            "batch": Uuid::new_v4(), "store": store["id"], "revision": store["revision"],
            "page": {"language": "en", "viewport": {"width": 390, "height": 844}, "referrer": null, "utm": null},
            "events": [{"type": "hotspotClick", "scene": NORTH, "hotspot": LINK, "agoMs": 10}],
        })
        .to_string();
        let mut connection = TcpStream::connect(server.address()).unwrap();
        let head = format!(
            "POST /api/v1/events HTTP/1.1\r\nHost: shop\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) Firefox/150.0\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n",
            batch.len()
        );
        connection.write_all(head.as_bytes()).unwrap();
        // The server asks for the body: the request is under way.
        let mut answer = BufReader::new(connection.try_clone().unwrap());
        let mut line = String::new();
        answer.read_line(&mut line).unwrap();
        assert!(line.starts_with("HTTP/1.1 100"), "{line}");
        server.ask_to_stop();
        until("nobody new is let in", || TcpStream::connect(server.address()).is_err().then_some(()));
        connection.write_all(batch.as_bytes()).unwrap();
        let mut rest = String::new();
        answer.read_to_string(&mut rest).unwrap();
        assert!(rest.contains("HTTP/1.1 202") && rest.contains("\"accepted\":1"), "{rest}");
        let server = Server::start(server.stopped());
        assert_eq!(server.stats(STORE)["hotspots"][0]["clicks"], json!(1));
    }
}

#[test]
fn metrics_have_a_door_of_their_own() {
    let port = free_port();
    let server =
        Server::start_with(DataFolder::markers(Engine::Sqlite), &["--metrics-listen", &format!("127.0.0.1:{port}")]);
    let _: Value = get(&server.url(&format!("/api/v1/stores/{STORE}")));
    let mut answer = ureq::get(format!("http://127.0.0.1:{port}/metrics")).call().unwrap();
    let metrics = answer.body_mut().read_to_string().unwrap();
    let counted = metrics.lines().any(|line| {
        line.starts_with("http_request_duration_seconds_count") && line.contains("route=\"/api/v1/stores/{slug}\"")
    });
    assert!(counted, "{metrics}");
    assert_eq!(status(&server.url("/metrics")), 404, "the shoppers' door shows no metrics");
    assert_eq!(status(&format!("http://127.0.0.1:{port}/s/{STORE}")), 404, "the other one shows nothing else");
}

#[test]
fn statistics_of_a_mistyped_folder_are_refused() {
    let folder = DataFolder::empty(Engine::Sqlite);
    let output = vitrine(&folder, "stats").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains(folder.path().to_str().unwrap()), "{said}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is made");
}

/// A seed that is killed on its way, wherever that is, leaves nothing that shoppers see; the next one succeeds and
/// makes the same store.
#[test]
fn a_seed_that_is_killed_is_made_good_by_the_next_one() {
    let source = DataFolder::markers_source();
    let whole = published(&Server::start(DataFolder::markers(Engine::Sqlite)));
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (mut folder, mut is_whole) = (DataFolder::empty(engine), false);
        for part in [
            "product 1 of 1",
            "panorama 1 of 2",
            "panorama 2 of 2",
            "posters of scene 1 of 2",
            "posters of scene 2 of 2",
        ] {
            let mut killed = vitrine(&folder, "seed").arg(&source).stdout(Stdio::piped()).spawn().unwrap();
            let mut said = BufReader::new(killed.stdout.take().unwrap()).lines().map(Result::unwrap);
            assert!(said.any(|line| line.contains(part)), "the seed never came to {part:?}");
            // SIGKILL: nothing of it can tidy up.
            killed.kill().unwrap();
            // On a machine that stood still for a moment it was through already: that is tested below.
            is_whole = killed.wait().unwrap().success();
            if is_whole {
                break;
            }
            let server = Server::start(folder);
            assert_eq!(status(&server.url(&format!("/s/{STORE}"))), 404, "after {part:?}");
            folder = server.kill();
        }
        if !is_whole {
            seed(&source, &folder);
        }
        let server = Server::start(folder);
        assert_eq!(published(&server), whole, "{engine:?}");
        for panorama in whole["panoramas"].as_object().unwrap().keys() {
            let tile = format!("/tiles/{panorama}/0/f/0/0.jpg");
            assert_eq!(status(&server.url(&tile)), 200, "{tile}");
        }
    }
}

/// What viewers get, without what is new in every installation.
fn published(server: &Server) -> Value {
    let mut store: Value = get(&server.url(&format!("/api/v1/stores/{STORE}")));
    for field in ["id", "publishedAt"] {
        assert!(store.as_object_mut().and_then(|store| store.remove(field)).is_some());
    }
    // Pictures get their ids when they are taken in; the document names them by these.
    let mut text = store.to_string();
    for (index, media) in store["media"].as_array().into_iter().flatten().enumerate() {
        text = text.replace(media["id"].as_str().expect("a picture has an id"), &format!("picture {index}"));
    }
    serde_json::from_str(&text).expect("what was JSON still is")
}

fn get(url: &str) -> Value {
    let mut answer = ureq::get(url).call().unwrap_or_else(|error| panic!("{url}: {error}"));
    answer.body_mut().read_json().unwrap_or_else(|error| panic!("{url}: {error}"))
}

fn status(url: &str) -> u16 {
    match ureq::get(url).call() {
        Ok(answer) => answer.status().as_u16(),
        Err(ureq::Error::StatusCode(code)) => code,
        Err(error) => panic!("{url}: {error}"),
    }
}
