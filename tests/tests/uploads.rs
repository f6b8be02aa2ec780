//! Files on their way into the library of the running program: by the real tus-js-client over a line that breaks, through
//! kill -9 of the server, and films that nobody holds in memory.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tests::database::Engine;
use tests::folder::DataFolder;
use tests::people;
use tests::programs::root;
use tests::server::Server;
use tests::wait::{until, until_within};
use tests::wire::Wire;
use ureq::http::Response;
use ureq::{Agent, Body};

const OWNER: &str = "lin@example.org";
const MIB: usize = 1 << 20;

/// A server behind a wire, and its owner.
struct Behind {
    wire: Wire,
    server: Option<Server>,
    origin: String,
    cookie: String,
}

impl Behind {
    fn start(engine: Engine) -> Self {
        let wire = Wire::lay();
        let origin = format!("http://127.0.0.1:{}", wire.port());
        let server = Server::start_with(DataFolder::empty(engine), &["--public-url", &origin]);
        wire.lead_to(server.address());
        let password = people::add(server.folder(), OWNER, "owner");
        let cookie = people::sign_in(&server, &origin, OWNER, &password);
        Self { wire, server: Some(server), origin, cookie }
    }

    fn server(&self) -> &Server {
        self.server.as_ref().expect("the server runs")
    }

    /// `kill -9`, and the same folder served again.
    fn kill_and_start(&mut self) {
        self.wire.cut();
        let folder = self.server.take().expect("the server runs").kill();
        let server = Server::start_with(folder, &["--public-url", &self.origin]);
        self.wire.lead_to(server.address());
        self.server = Some(server);
    }

    fn get(&self, path: &str) -> Response<Body> {
        ureq::get(self.server().url(path))
            .header("Cookie", &self.cookie)
            .call()
            .unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Announces a file; returns where it is to be sent.
    fn announce(&self, bytes: usize, kind: &str) -> String {
        let kind = if kind == "panorama" { "cGFub3JhbWE=" } else { "YXV0bw==" };
        let answer = ureq::post(self.server().url("/api/v1/uploads"))
            .header("Cookie", &self.cookie)
            .header("Origin", &self.origin)
            .header("Tus-Resumable", "1.0.0")
            .header("Upload-Length", &bytes.to_string())
            .header("Upload-Metadata", &format!("filename ZmlsZQ==,kind {kind}"))
            .send_empty()
            .expect("an upload is opened");
        answer.headers()["location"].to_str().expect("an address").to_owned()
    }

    /// Sends a part in one go; `None` when the connection broke.
    fn send(&self, address: &str, offset: usize, part: &[u8]) -> Option<u16> {
        let agent: Agent = Agent::config_builder().http_status_as_error(false).build().into();
        let answer = agent
            .patch(self.server().url(address))
            .header("Cookie", &self.cookie)
            .header("Origin", &self.origin)
            .header("Tus-Resumable", "1.0.0")
            .header("Upload-Offset", &offset.to_string())
            .header("Content-Type", "application/offset+octet-stream")
            .send(part)
            .ok()?;
        Some(answer.status().as_u16())
    }

    fn state(&self, address: &str) -> Value {
        self.get(address).body_mut().read_json().expect("an upload's state is JSON")
    }

    /// Waits until an upload is in the library; returns the id of what it became.
    fn taken_in(&self, address: &str, patience: Duration) -> String {
        until_within(patience, "the upload is in the library", || {
            let state = self.state(address);
            assert_ne!(state["state"], "failed", "{state}");
            state["media"].as_str().map(str::to_owned)
        })
    }

    /// What the library lists.
    fn listed(&self) -> usize {
        let page = self.get("/app/media").body_mut().read_to_string().expect("a page is text");
        page.matches("class=\"gallery-name\"").count()
    }

    /// Files of parts that lie in the data folder.
    fn parts(&self) -> usize {
        fn files(folder: &Path) -> usize {
            let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
            entries.map(|entry| if entry.path().is_dir() { files(&entry.path()) } else { 1 }).sum()
        }
        files(&self.server().folder().path().join("files/uploads"))
    }
}

/// The smallest container with so many bytes of film, which are chance: nothing on the way can make them fewer.
fn film(bytes: usize) -> Vec<u8> {
    let mut seed: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut noise = || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed.to_le_bytes()
    };
    let wrap =
        |kind: &[u8; 4], content: &[u8]| [&(content.len() as u32 + 8).to_be_bytes(), kind.as_slice(), content].concat();
    let mut film = wrap(b"ftyp", b"isom\0\0\x02\0isomavc1");
    film.extend(wrap(b"moov", &wrap(b"mvhd", &[0; 100])));
    let content: Vec<u8> = (0..bytes / 8).flat_map(|_| noise()).collect();
    film.extend(wrap(b"mdat", &content));
    film
}

fn hash(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}

fn hash_of_answer(mut answer: Response<Body>) -> Vec<u8> {
    let mut sha256 = Sha256::new();
    std::io::copy(&mut answer.body_mut().as_reader(), &mut sha256).expect("the file arrives");
    sha256.finalize().to_vec()
}

/// 100 MB by the real client over a line that breaks ten times; the server is killed at two of the breaks.
#[test]
fn tus_js_client_brings_a_hundred_megabytes_over_a_line_that_breaks() {
    let modules = std::env::var("VITRINE_TEST_TUS")
        .expect("VITRINE_TEST_TUS names no node_modules with tus-js-client; `cargo xtask test` fetches it and sets it");
    let mut behind = Behind::start(Engine::Sqlite);
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("film.mp4");
    let content = film(100_000_000);
    std::fs::File::create(&path).and_then(|mut file| file.write_all(&content)).expect("a file is written");
    let started = Instant::now();
    behind.wire.break_at(6_000_000);
    let mut node = Command::new("node")
        .arg(root().join("tests/tests/tus.mjs"))
        .args([&modules, &format!("{}/api/v1/uploads", behind.origin)])
        .arg(&path)
        .args([&behind.cookie, &behind.origin, "auto"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("Node.js runs");
    for broken in 1..=10 {
        until("the line breaks", || {
            assert!(node.try_wait().is_ok_and(|ended| ended.is_none()), "the client ended after {broken} breaks");
            behind.wire.is_cut().then_some(())
        });
        behind.wire.break_at(if broken < 10 { behind.wire.sent() + 9_000_000 } else { u64::MAX });
        if broken == 3 || broken == 7 {
            behind.kill_and_start();
        } else {
            behind.wire.lead_to(behind.server().address());
        }
    }
    let ended = node.wait_with_output().expect("the client ends");
    let took = started.elapsed();
    assert!(ended.status.success(), "tus-js-client gave up");
    let said: Value = serde_json::from_slice(&ended.stdout).expect("the script prints JSON");
    let address =
        said["address"].as_str().and_then(|address| address.strip_prefix(&behind.origin)).expect("an address");
    let media = behind.taken_in(address, Duration::from_mins(2));
    let sent = behind.wire.sent();
    eprintln!(
        "{} bytes in {:.1} s with ten breaks and two kills; sent {sent} bytes, {:.1} % more than the file; {said}",
        content.len(),
        took.as_secs_f64(),
        (sent as f64 / content.len() as f64 - 1.0) * 100.0
    );
    assert_eq!(said["posts"], 1, "it never began anew");
    assert!(hash_of_answer(behind.get(&format!("/app/media/{media}/original"))) == hash(&content), "byte for byte");
    assert_eq!(behind.listed(), 1);
}

fn a_killed_server_takes_a_panorama_up_again(engine: Engine) {
    let mut behind = Behind::start(engine);
    // The largest of the demo: a smaller one is done before its progress is told for the first time, after a second.
    let file = std::fs::read(root().join("assets/demo/panoramas/entrance.jpg")).expect("the demo's panorama");
    let address = behind.announce(file.len(), "panorama");
    let half = file.len() / 2;
    assert_eq!(behind.send(&address, 0, &file[..half]), Some(204));
    behind.kill_and_start();
    assert_eq!(behind.state(&address)["received"], half, "what was acknowledged is there after kill -9");
    assert_eq!(behind.send(&address, half, &file[half..]), Some(204));
    until("the job is under way", || (behind.state(&address)["done"].as_u64()? > 0).then_some(()));
    behind.kill_and_start();
    let state = behind.state(&address);
    assert!(state["media"].is_null() && behind.listed() == 0, "nothing half: {state}");
    // The lease of the one that was killed ends after a minute.
    let media = behind.taken_in(&address, Duration::from_mins(4));
    assert_eq!((behind.listed(), behind.parts()), (1, 0), "once, and its parts are gone");
    let front = behind.get(&format!("/app/media/{media}/thumb")).body_mut().read_to_vec().expect("a tile");
    assert!(image::load_from_memory(&front).is_ok(), "its first tile is a picture");
}

#[test]
fn a_killed_server_takes_a_panorama_up_again_on_sqlite() {
    a_killed_server_takes_a_panorama_up_again(Engine::Sqlite);
}

#[test]
fn a_killed_server_takes_a_panorama_up_again_on_postgres() {
    a_killed_server_takes_a_panorama_up_again(Engine::Postgres);
}

/// A film as long as any that is taken costs the server no more memory than a short one.
#[test]
fn a_long_film_is_never_in_memory() {
    let behind = Behind::start(Engine::Sqlite);
    let bring = |bytes: usize| {
        let content = film(bytes);
        let address = behind.announce(content.len(), "auto");
        for (index, part) in content.chunks(64 * MIB).enumerate() {
            assert_eq!(behind.send(&address, index * 64 * MIB, part), Some(204));
        }
        let media = behind.taken_in(&address, Duration::from_mins(4));
        assert!(hash_of_answer(behind.get(&format!("/app/media/{media}/original"))) == hash(&content), "byte for byte");
        behind.server().peak_memory()
    };
    let (short, long) = (bring(8 * MIB), bring(500 * MIB));
    eprintln!(
        "peak memory of the server: {} MiB after 8 MiB of film, {} MiB after 500 MiB",
        short / MIB as u64,
        long / MIB as u64
    );
    assert!(long < short + 64 * MIB as u64, "{long} bytes after a long film, {short} after a short one");
}
