//! Migrations: numbered, forward only, embedded, run at start. Each has a file per engine, with the same number and
//! name; one version of old code keeps running beside a migrated database.

use serde::{Deserialize, Serialize};
use sqlx::SqlSafeStr;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};

use super::{Db, Engine};
use crate::on_engine;

macro_rules! migrations {
    ($engine:literal: $($number:literal $name:literal),+ $(,)?) => {
        vec![$(Migration::new(
            $number,
            $name.into(),
            MigrationType::Simple,
            include_str!(concat!("../../migrations/", $engine, "/", stringify!($number), "_", $name, ".sql")).into_sql_str(),
            false,
        )),+]
    };
}

/// All of them. A number that is missing was never given.
macro_rules! all {
    ($engine:literal) => {
        migrations!($engine:
            1 "first", 2 "listing", 3 "accounts", 5 "jobs_and_media", 6 "catalogue", 7 "import", 8 "drafts",
            9 "mail_and_webhooks", 10 "operations", 11 "media_library", 12 "origins", 13 "search", 14 "copies",
            15 "unindexed",
        )
    };
}

fn sqlite() -> Vec<Migration> {
    all!("sqlite")
}

fn postgres() -> Vec<Migration> {
    all!("postgres")
}

/// Names the state to which the migrations bring a `PostgreSQL` database.
#[cfg(test)]
pub fn checksum() -> Vec<u8> {
    postgres().iter().flat_map(|migration| migration.checksum.to_vec()).collect()
}

/// A migration, by number and name: the same on both engines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// Number.
    pub number: i64,
    /// Name.
    pub name: String,
}

/// Every migration that this program knows, in order.
pub fn known() -> Vec<Applied> {
    let named = |migration: Migration| Applied { number: migration.version, name: migration.description.into_owned() };
    sqlite().into_iter().map(named).collect()
}

impl Db {
    /// Brings the database to the version of this program.
    ///
    /// # Errors
    /// A migration failed, or the database is newer than the program.
    pub async fn migrate(&self) -> Result<(), MigrateError> {
        self.migrate_to(|_| true).await
    }

    /// Applies the migrations that are `wanted`, by number.
    ///
    /// # Errors
    /// As [`Self::migrate`].
    pub async fn migrate_to(&self, wanted: impl Fn(i64) -> bool) -> Result<(), MigrateError> {
        let wanted = |all: Vec<Migration>| {
            Migrator::with_migrations(all.into_iter().filter(|migration| wanted(migration.version)).collect())
        };
        match self {
            Self::Sqlite { writer, .. } => wanted(sqlite()).run(writer).await,
            Self::Postgres(pool) => wanted(postgres()).run(pool).await,
        }
    }

    /// What was applied to the database, in order; nothing where it is new.
    ///
    /// # Errors
    /// The database's reason.
    pub async fn applied(&self) -> sqlx::Result<Vec<Applied>> {
        let is_there = match self.engine() {
            Engine::Sqlite(_) => "SELECT COUNT(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'",
            Engine::Postgres(_) => "SELECT COUNT(*) FROM pg_class WHERE oid = to_regclass('_sqlx_migrations')",
        };
        let is_there: i64 = on_engine!(self, conn => sqlx::query_scalar(is_there).fetch_one(conn).await?);
        if is_there == 0 {
            return Ok(Vec::new());
        }
        let rows: Vec<(i64, String)> = on_engine!(self, conn => sqlx::query_as(
            "SELECT version, description FROM _sqlx_migrations WHERE success ORDER BY version",
        ).fetch_all(conn).await?);
        Ok(rows.into_iter().map(|(number, name)| Applied { number, name }).collect())
    }
}
