//! Migrations: numbered, forward only, embedded, run at start. Each has a file per engine, with the same number and
//! name; one version of old code keeps running beside a migrated database.

use sqlx::SqlSafeStr;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};

use super::Db;

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

fn sqlite() -> Vec<Migration> {
    migrations!("sqlite": 1 "first", 2 "listing", 3 "accounts", 5 "jobs_and_media", 6 "catalogue", 7 "import", 8 "drafts", 11 "media_library")
}

fn postgres() -> Vec<Migration> {
    migrations!("postgres": 1 "first", 2 "listing", 3 "accounts", 5 "jobs_and_media", 6 "catalogue", 7 "import", 8 "drafts", 11 "media_library")
}

/// Names the state to which the migrations bring a `PostgreSQL` database.
#[cfg(test)]
pub fn checksum() -> Vec<u8> {
    postgres().iter().flat_map(|migration| migration.checksum.to_vec()).collect()
}

impl Db {
    /// Brings the database to the version of this program.
    ///
    /// # Errors
    /// A migration failed, or the database is newer than the program.
    pub async fn migrate(&self) -> Result<(), MigrateError> {
        match self {
            Self::Sqlite { writer, .. } => Migrator::with_migrations(sqlite()).run(writer).await,
            Self::Postgres(pool) => Migrator::with_migrations(postgres()).run(pool).await,
        }
    }
}
