//! A disk is lost: the backup that was made while everybody worked brings the shop back, on either database.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use serde_json::{Value, json};
use tests::database::Engine;
use tests::folder::DataFolder;
use tests::markers::{LINK, NORTH, STORE};
use tests::programs::program;
use tests::server::{Server, vitrine, with_markers};
use tests::wait::until;
use uuid::Uuid;

const WRITERS: usize = 4;
const EVENTS_PER_BATCH: u64 = 5;

#[test]
fn a_backup_made_under_load_is_restored_on_an_empty_machine_with_the_other_database() {
    for (from, to) in [(Engine::Sqlite, Engine::Postgres), (Engine::Postgres, Engine::Sqlite)] {
        let server = with_markers(from);
        let owner = add_owner(server.folder());
        let password = owner.split_whitespace().last().expect("a password is printed").to_owned();
        let shelf = tempfile::tempdir().expect("a temporary folder");
        let place = shelf.path().join("backup.tar");
        let (before, after) = under_load(&server, || {
            let saved = vitrine(server.folder(), "backup").arg(&place).output().expect("vitrine runs");
            assert!(saved.status.success(), "{}", said(&saved));
        });
        assert!(before > 0 && after > before, "{from:?}: {before} clicks before the backup, {after} after it");
        let verified = verify(&place);
        assert!(verified.status.success() && said(&verified).contains("is whole"), "{}", said(&verified));

        let folder = restored_in_spite_of(&place, to);
        let there = Server::start(folder);
        let store: Value = get_json(&server.url(&format!("/api/v1/stores/{STORE}")));
        assert_eq!(get_json(&there.url(&format!("/api/v1/stores/{STORE}"))), store);
        let mut files = 0;
        for address in addresses(&store) {
            assert_eq!(get(&there.url(&address)), get(&server.url(&address)), "{address}");
            files += 1;
        }
        assert!(files > 4, "{store}");
        let product = store["products"][0]["id"].as_str().expect("the store shows a product");
        let page = |server: &Server| get(&server.url(&format!("/p/{product}")));
        assert_eq!(without_ports(&page(&there)), without_ports(&page(&server)));
        // One snapshot: every batch that is there is there with all its events, and none is missing that was
        // acknowledged before.
        let found = clicks(&there);
        eprintln!("{from:?} to {to:?}: {before} clicks acknowledged before, {found} in the backup, {after} after");
        assert!((before..=after).contains(&found), "{found} clicks, between {before} and {after}");
        assert_eq!(found % EVENTS_PER_BATCH, 0, "a batch is there in part");
        let form = [("email", "lin@example.org"), ("password", &password)];
        let signed_in = ureq::post(there.url("/app/sign-in"))
            .header("Origin", &there.url(""))
            .config()
            .max_redirects(0)
            .build()
            .send_form(form)
            .expect("the restored server answers");
        assert_eq!(signed_in.status(), 303, "the password is the one that was");
        let refused = vitrine(there.folder(), "restore").arg(&place).output().expect("vitrine runs");
        assert!(!refused.status.success() && said(&refused).contains("not empty"), "{}", said(&refused));
    }
}

/// Restores a backup where first everything goes wrong: it is cut off, it is damaged, the restore is killed on its way.
fn restored_in_spite_of(place: &Path, to: Engine) -> DataFolder {
    let folder = DataFolder::empty(to);
    let whole = std::fs::read(place).expect("the backup is there");
    let broken = place.with_extension("broken");
    std::fs::write(&broken, &whole[..whole.len() / 2]).expect("a file can be written");
    let refused = vitrine(&folder, "restore").arg(&broken).output().expect("vitrine runs");
    let text = said(&refused);
    assert!(!refused.status.success() && text.contains("is not whole") && text.contains("at byte"), "{text}");
    let mut damaged = whole.clone();
    let at = damaged.len() / 2;
    damaged[at] ^= 1;
    std::fs::write(&broken, &damaged).expect("a file can be written");
    let refused = verify(&broken);
    let text = said(&refused);
    assert!(!refused.status.success() && text.contains("is damaged") && text.contains("at byte"), "{text}");

    let mut killed =
        vitrine(&folder, "restore").arg(place).stdout(Stdio::piped()).spawn().expect("vitrine can be started");
    let mut lines = BufReader::new(killed.stdout.take().expect("it prints")).lines().map_while(Result::ok);
    assert!(lines.any(|line| line.contains("is whole")), "the backup is checked first");
    killed.kill().expect("it can be killed");
    if killed.wait().expect("it ends").success() {
        // On a machine that stood still for a moment it was through already.
        return folder;
    }
    let server = Server::start(folder);
    assert_eq!(
        ureq::get(server.url(&format!("/s/{STORE}"))).call().err().map(|error| error.to_string()).as_deref(),
        Some("http status: 404")
    );
    let folder = server.kill();
    let output = vitrine(&folder, "restore").arg(place).output().expect("vitrine runs");
    assert!(output.status.success(), "{}", said(&output));
    folder
}

/// Does `work` while events come in; returns the clicks that were acknowledged before it and after it.
fn under_load(server: &Server, work: impl FnOnce()) -> (u64, u64) {
    let store: Value = get_json(&server.url(&format!("/api/v1/stores/{STORE}")));
    let (acknowledged, is_over) = (AtomicU64::new(0), AtomicBool::new(false));
    std::thread::scope(|scope| {
        for _ in 0..WRITERS {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    let event = json!({"type": "hotspotClick", "scene": NORTH, "hotspot": LINK, "agoMs": 10});
                    let batch = json!({
                        "batch": Uuid::new_v4(), "store": store["id"], "revision": store["revision"],
                        "page": {"language": "en", "viewport": {"width": 390, "height": 844}, "referrer": null, "utm": null},
                        "events": vec![event; EVENTS_PER_BATCH as usize],
                    });
                    let answer = ureq::post(server.url("/api/v1/events"))
                        .header("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/150.0")
                        .send_json(batch)
                        .expect("events are taken while a backup is made");
                    assert_eq!(answer.status(), 202);
                    acknowledged.fetch_add(EVENTS_PER_BATCH, Ordering::SeqCst);
                }
            });
        }
        let count = || acknowledged.load(Ordering::SeqCst);
        until("events come in", || (count() > 100).then_some(()));
        let before = count();
        work();
        let after = count();
        until("events still come in", || (count() > after).then_some(()));
        is_over.store(true, Ordering::Relaxed);
        // Those under way when the backup was through are not in it, but may have been counted by then.
        (before, count())
    })
}

fn addresses(store: &Value) -> Vec<String> {
    let text = store.to_string();
    let parts = text.split('"').filter(|part| part.starts_with("/media/")).map(str::to_owned);
    let tiles = store["panoramas"].as_object().into_iter().flatten();
    parts.chain(tiles.map(|(id, _)| format!("/tiles/{id}/0/f/0/0.jpg"))).collect()
}

fn clicks(server: &Server) -> u64 {
    let stats = server.stats(STORE);
    let spots = stats["hotspots"].as_array().cloned().unwrap_or_default();
    spots.iter().filter(|spot| spot["hotspot"] == LINK).filter_map(|spot| spot["clicks"].as_u64()).sum()
}

fn verify(place: &Path) -> Output {
    Command::new(program("vitrine")).arg("verify").arg(place).output().expect("vitrine runs")
}

/// What `vitrine account add` says: the password to begin with.
fn add_owner(folder: &DataFolder) -> String {
    let mut add = Command::new(program("vitrine"));
    add.args(["account", "add", "lin@example.org", "--name", "Lin", "--role", "owner", "--data"]).arg(folder.path());
    let output = add.envs(folder.database_url().map(|url| ("DATABASE_URL", url))).output().expect("vitrine runs");
    assert!(output.status.success(), "{}", said(&output));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn get(url: &str) -> Vec<u8> {
    let mut answer = ureq::get(url).call().unwrap_or_else(|error| panic!("{url}: {error}"));
    answer.body_mut().read_to_vec().unwrap_or_else(|error| panic!("{url}: {error}"))
}

fn get_json(url: &str) -> Value {
    serde_json::from_slice(&get(url)).unwrap_or_else(|error| panic!("{url}: {error}"))
}

/// A page without its server's own address.
fn without_ports(page: &[u8]) -> String {
    let text = String::from_utf8_lossy(page);
    let mut parts = text.split("http://127.0.0.1:");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.trim_start_matches(|c: char| c.is_ascii_digit()))
}
