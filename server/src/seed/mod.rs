//! `vitrine seed FOLDER`: fills an empty database from a folder. Files are stored first, under the hash of their
//! content; the database is written in one transaction at the end. Killed on its way, it leaves no half store, and the
//! next run finds the files that are there already.

mod check;
mod document;
mod folder;
mod format;
mod import;
pub mod panorama;
#[cfg(test)]
mod tests;
mod write;

use std::path::{Path, PathBuf};

use scene::document::Fault;

use crate::app::App;
use crate::error::Error;
use crate::on_engine;
use document::FolderDocument;
use folder::SeedFolder;
use format::Seed;
use import::Import;

/// Why a folder was not taken.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// There is something already.
    #[error("the database is not empty: it has {0}. Seeding fills an empty one only; give another --data folder")]
    NotEmpty(String),
    /// A file of the folder.
    #[error("{0}: {1}")]
    File(PathBuf, String),
    /// What is wrong with what a file says.
    #[error("{0} cannot be taken:{1}")]
    Faults(PathBuf, Lines),
    /// The server's side.
    #[error(transparent)]
    Inside(#[from] Error),
}

/// Faults, one per line.
#[derive(Debug)]
pub struct Lines(Vec<Fault>);

impl std::fmt::Display for Lines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|fault| write!(f, "\n  {fault}"))
    }
}

impl From<sqlx::Error> for SeedError {
    fn from(error: sqlx::Error) -> Self {
        Self::Inside(error.into())
    }
}

type Seeded<T> = Result<T, SeedError>;

/// Fills the database of `app` from `folder`; `say` is told what is being done.
///
/// # Errors
/// Why the folder is not taken; the database is as it was.
pub async fn seed(app: &App, folder: &Path, say: &(dyn Fn(String) + Sync)) -> Seeded<()> {
    refuse_unless_empty(on_engine!(app.db, conn => sqlx::query_as(CONTENT).fetch_one(conn).await?))?;
    let in_folder = SeedFolder(folder);
    let faults = |at: &Path, faults| SeedError::Faults(at.to_owned(), Lines(faults));
    let at = folder.join("seed.json");
    let seed = Seed::parse(&folder::read_text(&at)?, in_folder).map_err(|list| faults(&at, list))?;
    // Everything that is written is read before the first picture is touched: tiling takes minutes.
    let products = check::ids(&seed.products);
    let mut documents = Vec::new();
    for store in &seed.stores {
        let at = in_folder.path(&store.document)?;
        let document = FolderDocument::read(&folder::read_text(&at)?, in_folder, &products);
        documents.push((at.clone(), document.map_err(|list| faults(&at, list))?));
    }
    let mut import = Import::new(app, in_folder, say);
    let products = import.products(&seed).await?;
    let mut ready = Vec::new();
    for (store, (at, document)) in seed.stores.iter().zip(&documents) {
        ready.push(import.store(&seed, &store.slug, at, document).await?);
    }
    write::write(app, &seed, &import.library, &products, &ready, &import.kept).await?;
    say(format!("seeded; products: {}, stores: {}", products.len(), ready.len()));
    Ok(())
}

/// Shops, stores, products and pictures in the database.
const CONTENT: &str = "SELECT (SELECT COUNT(*) FROM shop), (SELECT COUNT(*) FROM store),
    (SELECT COUNT(*) FROM product), (SELECT COUNT(*) FROM media)";

fn refuse_unless_empty((shops, stores, products, media): (i64, i64, i64, i64)) -> Seeded<()> {
    let there = [(shops, "shops"), (stores, "stores"), (products, "products"), (media, "pictures and panoramas")];
    let there: Vec<String> =
        there.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    if there.is_empty() { Ok(()) } else { Err(SeedError::NotEmpty(there.join(", "))) }
}
