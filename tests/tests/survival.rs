//! What was acknowledged is there after a power cut.

use std::collections::BTreeMap;
use std::sync::Mutex;

use serde_json::{Value, json};
use tests::database::Engine;
use tests::markers::{LINK, NORTH, STORE};
use tests::server::{Server, with_markers};
use tests::wait::until;
use uuid::Uuid;

/// Batches that have to be acknowledged before the server is killed.
const ACKNOWLEDGED: usize = 200;
const WRITERS: usize = 8;
const EVENTS_PER_BATCH: usize = 5;

#[test]
fn acknowledged_batches_survive_kill_9() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let server = with_markers(engine);
        let (store, revision) = store(&server);
        let address = server.url("/api/v1/events");
        // What became of each batch: whether it was acknowledged.
        let fates: Mutex<BTreeMap<Uuid, bool>> = Mutex::default();
        let acknowledged = || fates.lock().unwrap().values().filter(|fate| **fate).count();
        let folder = std::thread::scope(|scope| {
            for _ in 0..WRITERS {
                scope.spawn(|| {
                    // Until the power cut: the batch under way is the last.
                    loop {
                        let id = Uuid::new_v4();
                        fates.lock().unwrap().insert(id, false);
                        if post(&address, id, &store, &revision).is_none() {
                            break;
                        }
                        fates.lock().unwrap().insert(id, true);
                    }
                });
            }
            until("enough batches are acknowledged", || (acknowledged() >= ACKNOWLEDGED).then_some(()));
            server.kill()
        });
        let fates = fates.into_inner().unwrap();
        let acknowledged = fates.values().filter(|fate| **fate).count();
        assert!(acknowledged < fates.len(), "the server was killed while nobody wrote");

        let server = Server::start(folder);
        let clicks = || clicks(&server.stats(STORE));
        let found = clicks();
        eprintln!("{engine:?}: {} batches sent, {acknowledged} acknowledged, {found} clicks found", fates.len());
        assert!(found >= acknowledged * EVENTS_PER_BATCH, "{found} clicks of {acknowledged} acknowledged batches");
        assert!(found <= fates.len() * EVENTS_PER_BATCH, "{found} clicks of {} batches", fates.len());
        assert_eq!(found % EVENTS_PER_BATCH, 0, "a batch is there in part");

        // Browsers send again what was not acknowledged; what was there already is not counted twice.
        let address = server.url("/api/v1/events");
        for id in fates.keys() {
            assert!(post(&address, *id, &store, &revision).is_some(), "the server refuses a repeated batch");
        }
        assert_eq!(clicks(), fates.len() * EVENTS_PER_BATCH);
    }
}

fn store(server: &Server) -> (Value, Value) {
    let mut answer = ureq::get(server.url(&format!("/api/v1/stores/{STORE}"))).call().expect("the store is served");
    let store: Value = answer.body_mut().read_json().expect("the store is JSON");
    (store["id"].clone(), store["revision"].clone())
}

/// Sends a batch; `None` unless it was acknowledged.
fn post(address: &str, id: Uuid, store: &Value, revision: &Value) -> Option<()> {
    let event = json!({"type": "hotspotClick", "scene": NORTH, "hotspot": LINK, "agoMs": 10});
    let batch = json!({
        "batch": id, "store": store, "revision": revision,
        "page": {"language": "en", "viewport": {"width": 390, "height": 844}, "referrer": null, "utm": null},
        "events": vec![event; EVENTS_PER_BATCH],
    });
    let mut answer = ureq::post(address)
        .header("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/150.0")
        .send_json(batch)
        .ok()?;
    let answer: Value = answer.body_mut().read_json().ok()?;
    let was_counted = answer["accepted"] == json!(EVENTS_PER_BATCH) || answer["repeated"] == json!(true);
    assert!(was_counted, "the server drops events: {answer}");
    Some(())
}

fn clicks(stats: &Value) -> usize {
    let spots = stats["hotspots"].as_array().cloned().unwrap_or_default();
    spots.iter().filter(|spot| spot["hotspot"] == LINK).filter_map(|spot| spot["clicks"].as_u64()).sum::<u64>() as usize
}
