//! Backups as whoever has lost a disk meets them.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::http::StatusCode;
use flate2::read::GzDecoder;
use futures_util::StreamExt as _;
use serde_json::{Value, json};

use super::files::NAMED_BY;
use super::hold::Hold;
use super::members::{HEAD, MANIFEST, Manifest};
use super::write::Writer;
use super::{BackupError, create, restore, schema, verify};
use crate::clock::Clock;
use crate::db::Db;
use crate::jobs::{HANDLERS, run_due};
use crate::library;
use crate::on_engine;
use crate::testing::{Engine, PASSWORD, TestApp, on_both};

async fn backup(test: &TestApp, place: &Path) -> Manifest {
    let clock: Arc<dyn Clock> = test.clock.clone();
    create(&test.app.db, &test.app.files, &clock, place, None, &|_| {}).await.unwrap().manifest
}

async fn take(test: &TestApp, place: &Path) -> Result<(), BackupError> {
    restore(&test.app.db, &test.app.files, &test.app.config.data, place, &|_| {}).await.map(drop)
}

fn other(db: &Db) -> Engine {
    if matches!(db, Db::Sqlite { .. }) { Engine::Postgres } else { Engine::Sqlite }
}

/// Members by name; rows unpacked and read, so that only what they say counts.
fn members(place: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut archive = tar::Archive::new(File::open(place).unwrap());
    let entries = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().to_str().unwrap().to_owned();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        (name, content)
    });
    entries.collect()
}

fn rows(members: &BTreeMap<String, Vec<u8>>) -> BTreeMap<&str, Vec<Value>> {
    let tables = members.iter().filter(|(name, _)| name.starts_with("tables/"));
    let read = tables.map(|(name, packed)| {
        let mut text = String::new();
        GzDecoder::new(packed.as_slice()).read_to_string(&mut text).unwrap();
        (name.as_str(), text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
    });
    read.collect()
}

fn files(members: &BTreeMap<String, Vec<u8>>) -> BTreeMap<&str, &Vec<u8>> {
    let files = members.iter().filter(|(name, _)| name.starts_with("files/"));
    files.map(|(name, content)| (name.as_str(), content)).collect()
}

/// A backup with members changed.
fn rewritten(place: &Path, change: impl Fn(&str, Vec<u8>) -> Option<Vec<u8>>) -> PathBuf {
    let target = place.with_extension("changed.tar");
    let _ = fs::remove_file(&target);
    let mut archive = tar::Archive::new(File::open(place).unwrap());
    let mut writer = Writer::create(&target).unwrap();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().to_str().unwrap().to_owned();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        if name == MANIFEST {
            let written: Manifest = serde_json::from_slice(&content).unwrap();
            let manifest = std::mem::take(&mut writer.tally).manifest();
            content = serde_json::to_vec(&Manifest { rows: written.rows, ..manifest }).unwrap();
        }
        if let Some(content) = change(&name, content) {
            writer.add(&name, &content, 0).unwrap();
        }
    }
    writer.finish().unwrap();
    target
}

on_both! {
    async fn what_is_restored_on_the_other_engine_is_the_same(test: TestApp) {
        test.seed().await;
        let owner = test.owner().await;
        let batch = test.batch(json!([{"type": "hotspotClick", "scene": "front", "hotspot": "tea", "agoMs": 10}])).await;
        assert_eq!(test.post_events(&batch).await.status, StatusCode::ACCEPTED);
        let place = test.folder.path().join("one.tar");
        let manifest = backup(&test, &place).await;
        assert_eq!(manifest.missing, Vec::<String>::new());
        for (table, least) in [("store", 1), ("product", 2), ("event", 1), ("rollup_day", 1), ("account", 1), ("audit", 1)] {
            assert!(manifest.rows[table] >= least, "{table}: {manifest:?}");
        }
        assert!(schema::LEFT_OUT.iter().all(|(table, _)| !manifest.rows.contains_key(*table)));
        verify(&place).await.unwrap();

        let there = TestApp::start(other(&test.app.db)).await;
        take(&there, &place).await.unwrap();
        let again = test.folder.path().join("two.tar");
        assert_eq!(backup(&there, &again).await.files, manifest.files);
        let (one, two) = (members(&place), members(&again));
        assert_eq!(rows(&one), rows(&two));
        assert_eq!(files(&one), files(&two));

        for path in ["/api/v1/stores/sample", "/s/sample/list?lang=en", "/sitemap.xml"] {
            assert_eq!(there.get(path).await.text(), test.get(path).await.text(), "{path}");
        }
        // Nobody is signed in; who knows the password comes in.
        let page = there.get_with("/app", &[("cookie", &owner.cookie)]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER);
        let signed_in = there.post("/app/sign-in", &[("email", &owner.email), ("password", PASSWORD)]).await;
        assert_eq!(signed_in.status, StatusCode::SEE_OTHER, "{}", signed_in.text());
        // What counts by itself goes on counting.
        let batch = there.batch(json!([{"type": "hotspotClick", "scene": "front", "hotspot": "tea", "agoMs": 10}])).await;
        assert_eq!(there.post_events(&batch).await.status, StatusCode::ACCEPTED);
    }

    async fn only_an_empty_database_is_filled(test: TestApp) {
        test.seed().await;
        let place = test.folder.path().join("one.tar");
        backup(&test, &place).await;
        let refused = take(&test, &place).await.unwrap_err();
        assert!(matches!(&refused, BackupError::NotEmpty(there) if there.contains("product has 2 rows")), "{refused}");
        assert_eq!(test.get("/api/v1/stores/sample").await.status, StatusCode::OK);
        let clock: Arc<dyn Clock> = test.clock.clone();
        let again = create(&test.app.db, &test.app.files, &clock, &place, None, &|_| {}).await;
        assert!(matches!(again, Err(BackupError::Exists(_))));
    }

    async fn what_is_deleted_during_a_backup_is_in_it(test: TestApp) {
        let owner = test.owner().await;
        let path = crate::uploads::tests::upload(&test, &owner, "tin.png", "auto", &library::tests::png()).await;
        assert_eq!(run_due(&test.app, HANDLERS).await, 1);
        let state = owner.get(&path).await.json();
        let id = state["media"].as_str().unwrap_or_else(|| panic!("{state}"));
        let clock: Arc<dyn Clock> = test.clock.clone();
        let hold = Hold::begin(&test.app.db, test.app.ids.next().unwrap(), clock).await.unwrap();
        let gone = owner.post(&format!("/app/media/{id}/delete"), &[]).await;
        assert_eq!(gone.status, StatusCode::SEE_OTHER, "{}", gone.text());
        let stored = || async { test.app.files.list(&"".into()).count().await };
        let before = stored().await;
        run_due(&test.app, HANDLERS).await;
        assert_eq!(stored().await, before, "somebody may still copy them");
        hold.end().await.unwrap();
        test.advance(std::time::Duration::from_mins(1));
        run_due(&test.app, HANDLERS).await;
        assert!(stored().await < before, "the files go after the backup");
    }

    async fn a_file_that_is_not_there_is_told_and_the_rest_is_saved(test: TestApp) {
        test.seed().await;
        let files: Vec<_> = test.app.files.list(&"".into()).map(Result::unwrap).collect().await;
        let original = files.iter().find(|file| file.location.filename() == Some("original.png")).unwrap();
        test.app.files.delete(&original.location).await.unwrap();
        let rotten = files.iter().find(|file| file.location.filename() == Some("original.jpg")).unwrap();
        test.app.files.put(&rotten.location, b"rotten".as_slice().into()).await.unwrap();
        let manifest = files.iter().find(|file| file.location.filename() == Some("manifest.json")).unwrap();
        test.app.files.delete(&manifest.location).await.unwrap();
        let place = test.folder.path().join("one.tar");
        let found = backup(&test, &place).await.missing;
        assert_eq!(found.len(), 3, "{found:?}");
        for what in ["there is nothing", "no file has the content that the name says", "there is no manifest"] {
            assert!(found.iter().any(|missing| missing.ends_with(what)), "{what}: {found:?}");
        }
        verify(&place).await.unwrap();
    }

    async fn the_backup_of_an_older_program_is_brought_up_to_date(test: TestApp) {
        test.seed().await;
        let place = test.folder.path().join("one.tar");
        backup(&test, &place).await;
        // The last migration that changes nothing of what a backup holds.
        let older = rewritten(&place, |name, content| {
            if name != HEAD {
                return Some(content);
            }
            let mut head: Value = serde_json::from_slice(&content).unwrap();
            head["migrations"].as_array_mut().unwrap().retain(|migration| migration["number"] != 10);
            Some(serde_json::to_vec(&head).unwrap())
        });
        let there = TestApp::start(other(&test.app.db)).await;
        let refused = take(&there, &older).await.unwrap_err();
        assert!(matches!(refused, BackupError::Further { .. }), "{refused}");
        let (db, _data) = crate::testing::untouched(other(&test.app.db)).await;
        restore(&db, &there.app.files, &there.app.config.data, &older, &|_| {}).await.unwrap();
        assert_eq!(db.applied().await.unwrap(), test.app.db.applied().await.unwrap());
        let products: i64 =
            on_engine!(db, conn => sqlx::query_scalar("SELECT COUNT(*) FROM product").fetch_one(conn).await.unwrap());
        assert_eq!(products, 2);
        let newer = rewritten(&place, |name, content| {
            if name != HEAD {
                return Some(content);
            }
            let mut head: Value = serde_json::from_slice(&content).unwrap();
            head["migrations"].as_array_mut().unwrap().push(json!({"number": 9999, "name": "to_come"}));
            Some(serde_json::to_vec(&head).unwrap())
        });
        let refused = verify(&newer).await.unwrap_err();
        assert!(matches!(&refused, BackupError::Newer { migration, .. } if migration.contains("to_come")), "{refused}");
        db.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_backup_is_refused_wherever_it_is_damaged() {
    let test = TestApp::start(Engine::Sqlite).await;
    test.seed().await;
    let place = test.folder.path().join("one.tar");
    backup(&test, &place).await;
    let whole = fs::read(&place).unwrap();
    let broken = test.folder.path().join("broken.tar");
    let there = TestApp::start(Engine::Sqlite).await;
    // What follows the last member is padding.
    let end = whole.iter().rposition(|byte| *byte != 0).unwrap();
    let steps = (0..=end).step_by(end / 400 + 1);
    for at in steps.clone() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x20;
        fs::write(&broken, &bytes).unwrap();
        let outcome = verify(&broken).await;
        // Fields of a tar header that say nothing about content, such as its padding, may be as they like.
        if let Ok((_, manifest)) = &outcome {
            let read = members(&broken);
            assert_eq!(read, members(&place), "byte {at}: {manifest:?}");
            continue;
        }
        assert!(take(&there, &broken).await.is_err(), "byte {at}");
    }
    let mut truncated = 0;
    for length in steps {
        fs::write(&broken, &whole[..length]).unwrap();
        let refused = verify(&broken).await.unwrap_err();
        truncated += usize::from(matches!(refused, BackupError::Truncated { .. }));
        assert!(!matches!(refused, BackupError::File(..)), "{length}: {refused}");
    }
    assert!(truncated > 350, "{truncated}");
    assert_eq!(there.get("/api/v1/stores/sample").await.status, StatusCode::NOT_FOUND);
    take(&there, &place).await.unwrap();

    // Whole members that go, or come from elsewhere, are missed.
    let fewer = rewritten(&place, |name, content| (!name.starts_with("tables/product/")).then_some(content));
    let refused = verify(&fewer).await.unwrap_err();
    assert!(refused.to_string().contains("of the table product 0 rows are there, and 2 were written"), "{refused}");
    fs::write(&broken, b"PK\x03\x04 something else").unwrap();
    assert!(matches!(verify(&broken).await, Err(BackupError::Foreign(..))));
    fs::write(&broken, b"").unwrap();
    assert!(matches!(verify(&broken).await, Err(BackupError::Foreign(..))));
}

/// A column whose name says that it lets somebody in is in a backup only by a decision that stands here, and so is a
/// column that names files which nobody copies.
#[tokio::test]
async fn no_migration_brings_secrets_or_files_unnoticed() {
    let decided = [
        ("account.password", "an argon2id hash: people sign in with their passwords after a restore"),
        ("passkey.credential", "the public half; the private one never leaves the device"),
        ("passkey.credential_id", "names the public half"),
        (
            "webhook_endpoint.secret",
            "receivers know it: another one would have to be given to each; it lets nobody in here",
        ),
        ("webhook_endpoint.former_secret", "as the one that follows it"),
        ("import_columns.headings_sha256", "names no file: it is that of a spreadsheet's headings"),
        ("media.source_sha256", "names no file: it tells whether an upload is here already"),
    ];
    let test = TestApp::start(Engine::Sqlite).await;
    let mut snapshot = test.app.db.snapshot().await.unwrap();
    let tables = schema::read(&mut snapshot).await.unwrap();
    let telling = ["token", "secret", "salt", "password", "credential", "challenge", "sha256", "pyramid", "file"];
    for table in tables.iter().filter(|table| schema::is_held(&table.name)) {
        for column in &table.columns {
            let name = format!("{}.{}", table.name, column.name);
            let is_telling = telling.iter().any(|word| column.name.split('_').any(|part| part == *word));
            let is_decided = NAMED_BY.contains(&name.as_str()) || decided.iter().any(|(of, _)| *of == name);
            assert!(
                !is_telling || is_decided,
                "{name}: may it be in a backup, and does it name files? Decide in backup/tests.rs, backup/files.rs, \
                 or leave the table out in backup/schema.rs"
            );
        }
    }
}
