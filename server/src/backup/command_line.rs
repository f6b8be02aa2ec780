//! The commands, as whoever types them sees them.

use std::path::Path;
use std::sync::Arc;

use super::restore::summary;
use super::{BackupError, create, restore, verify};
use crate::app::StartError;
use crate::clock::SystemClock;
use crate::config::{Config, Secret};
use crate::db::Db;
use crate::files::Files;

/// How a command ends.
type Outcome = Result<(), Box<dyn std::error::Error>>;

/// `vitrine backup`. A database that is behind this program is not touched.
pub async fn backup(config: &Config, target: &Path, keep: Option<usize>) -> Outcome {
    Db::require(url(config), &config.data)?;
    let db = Db::connect(url(config), &config.data, config.database.connections).await?;
    let files = Files::open(&config.files, &config.data)?;
    let clock: Arc<dyn crate::clock::Clock> = Arc::new(SystemClock);
    let created = create(&db, &files, &clock, target, keep, &|line| println!("{line}")).await;
    db.close().await;
    let created = created?;
    println!("{}: {}, {} MiB", created.place.display(), summary(&created.manifest), created.bytes.div_ceil(1 << 20));
    for old in &created.deleted {
        println!("deleted {}", old.display());
    }
    match created.manifest.missing.as_slice() {
        [] => Ok(()),
        missing => {
            Err(format!("the backup holds everything but what was damaged before:\n  {}", missing.join("\n  ")).into())
        }
    }
}

/// `vitrine verify`.
pub async fn check(file: &Path) -> Outcome {
    let (head, manifest) = verify(file).await?;
    let made = jiff::Timestamp::from_microsecond(head.created_us).unwrap_or_default().round(jiff::Unit::Second)?;
    println!(
        "{} is whole: {}, made {made} by version {} on {}",
        file.display(),
        summary(&manifest),
        head.program,
        head.database
    );
    for missing in &manifest.missing {
        println!("not in it, damaged before: {missing}");
    }
    Ok(())
}

/// `vitrine restore`.
pub async fn take(config: &Config, file: &Path) -> Outcome {
    std::fs::create_dir_all(&config.data)
        .map_err(|error| StartError::Data(config.data.display().to_string(), error))?;
    // Before a database is made.
    if !file.is_file() {
        return Err(BackupError::File(file.to_owned(), std::io::ErrorKind::NotFound.into()).into());
    }
    let db = Db::connect(url(config), &config.data, config.database.connections).await?;
    let files = Files::open(&config.files, &config.data)?;
    let restored = restore(&db, &files, &config.data, file, &|line| println!("{line}")).await;
    db.close().await;
    let (_, manifest) = restored?;
    println!("restored: {}", summary(&manifest));
    println!("everybody signs in again; keys for programs are made anew at /app/keys");
    for missing in &manifest.missing {
        println!("not in it, damaged before the backup: {missing}");
    }
    Ok(())
}

fn url(config: &Config) -> Option<&str> {
    config.database.url.as_ref().map(Secret::reveal)
}
