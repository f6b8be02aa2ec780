//! The two databases. SQL is written once, in the dialect that both share; [`crate::on_engine!`] runs it on the one in use.
//!
//! `SQLite`: write-ahead log, every commit on disk (`synchronous = FULL`), one connection that writes, begun with
//! `BEGIN IMMEDIATE` (a transaction that turns from reading to writing fails at once, whatever the busy timeout),
//! and a pool that reads. `PostgreSQL`: one pool.

mod connect;
pub mod migrate;
#[cfg(test)]
mod tests;

use serde_json::Value;
use sqlx::sqlite::SqlitePool;
use sqlx::{AssertSqlSafe, PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, Transaction};
use uuid::Uuid;

pub use connect::ConnectError;

/// An open database. Cloning shares it.
#[derive(Clone, Debug)]
pub enum Db {
    /// `SQLite`, in a file of the data folder.
    Sqlite {
        /// The one connection that writes.
        writer: SqlitePool,
        /// Connections that read.
        reader: SqlitePool,
    },
    /// `PostgreSQL`.
    Postgres(PgPool),
}

/// What a statement runs on, by engine. [`crate::on_engine!`] takes it apart.
pub enum Engine<S, P> {
    /// `SQLite`.
    Sqlite(S),
    /// `PostgreSQL`.
    Postgres(P),
}

/// Runs the same code on either engine: `on_engine!(db, conn => sqlx::query("…").fetch_all(conn).await?)`.
/// The code is compiled once per engine; `$on` is a [`Db`] (for reading) or a [`Tx`].
#[macro_export]
macro_rules! on_engine {
    ($on:expr, $conn:ident => $body:expr) => {
        match $on.engine() {
            $crate::db::Engine::Sqlite($conn) => $body,
            $crate::db::Engine::Postgres($conn) => $body,
        }
    };
}

impl Db {
    /// The pools that read.
    #[must_use]
    pub const fn engine(&self) -> Engine<&SqlitePool, &PgPool> {
        match self {
            Self::Sqlite { reader, .. } => Engine::Sqlite(reader),
            Self::Postgres(pool) => Engine::Postgres(pool),
        }
    }

    /// Begins a transaction that writes. Keep it short: on `SQLite` nobody else writes meanwhile.
    pub async fn begin(&self) -> sqlx::Result<Tx> {
        Ok(match self {
            Self::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Begins a transaction that reads, all of it as the database is now. Nobody who writes waits for it; while it is
    /// open, `SQLite`'s log grows.
    pub async fn snapshot(&self) -> sqlx::Result<Tx> {
        Ok(match self {
            Self::Sqlite { reader, .. } => {
                let mut tx = reader.begin().await?;
                // The first read says what `now` is.
                let _: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM sqlite_schema").fetch_one(&mut *tx).await?;
                Tx::Sqlite(tx)
            }
            Self::Postgres(pool) => {
                let mut tx = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
                sqlx::raw_sql("SET LOCAL statement_timeout = 0").execute(&mut *tx).await?;
                Tx::Postgres(tx)
            }
        })
    }

    /// Empties `SQLite`'s write-ahead log, which keeps what was deleted until it is written over; whether that was
    /// possible now. It does not wait for who still reads, a backup above all: nobody could write meanwhile.
    pub async fn empty_log(&self) -> sqlx::Result<bool> {
        let Self::Sqlite { writer, .. } = self else { return Ok(true) };
        let mut connection = writer.acquire().await?;
        sqlx::raw_sql("PRAGMA busy_timeout = 0").execute(&mut *connection).await?;
        let emptied = sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut *connection).await;
        let restored = format!("PRAGMA busy_timeout = {}", connect::SQLITE_BUSY.as_millis());
        sqlx::raw_sql(AssertSqlSafe(restored)).execute(&mut *connection).await?;
        let (is_busy, _, _): (i64, i64, i64) = emptied?;
        Ok(is_busy == 0)
    }

    /// Whether the database answers.
    pub async fn probe(&self) -> sqlx::Result<()> {
        let _: i64 = on_engine!(self, conn => sqlx::query_scalar("SELECT CAST(1 AS BIGINT)").fetch_one(conn).await?);
        Ok(())
    }

    /// The text for the engine in use, where the two must differ.
    #[must_use]
    pub const fn pick(&self, sqlite: &'static str, postgres: &'static str) -> &'static str {
        match self {
            Self::Sqlite { .. } => sqlite,
            Self::Postgres(_) => postgres,
        }
    }

    /// The engine's name, for log lines.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    /// Closes every connection.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { writer, reader } => {
                reader.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// A transaction. Dropped without [`Tx::commit`], it never happened.
#[derive(Debug)]
pub enum Tx {
    /// On `SQLite`'s one writing connection.
    Sqlite(Transaction<'static, Sqlite>),
    /// On `PostgreSQL`.
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    /// The connection on which the transaction runs.
    pub fn engine(&mut self) -> Engine<&mut SqliteConnection, &mut PgConnection> {
        match self {
            Self::Sqlite(tx) => Engine::Sqlite(&mut **tx),
            Self::Postgres(tx) => Engine::Postgres(&mut **tx),
        }
    }

    /// The text for the engine in use, where the two must differ.
    #[must_use]
    pub const fn pick(&self, sqlite: &'static str, postgres: &'static str) -> &'static str {
        match self {
            Self::Sqlite(_) => sqlite,
            Self::Postgres(_) => postgres,
        }
    }

    /// Makes it durable.
    pub async fn commit(self) -> sqlx::Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::Postgres(tx) => tx.commit().await,
        }
    }
}

/// Ids as one list, which a statement takes apart: however many there are, it is the same statement.
#[must_use]
pub fn id_list(ids: impl IntoIterator<Item = Uuid>) -> String {
    ids.into_iter().map(|id| id.simple().to_string()).collect::<Value>().to_string()
}

/// A guarded write touched another number of rows than it must: somebody else was faster, or a bug.
#[derive(Debug, thiserror::Error)]
#[error("{what}: {actual} rows were written instead of {expected}")]
pub struct RowCount {
    /// What was to be written.
    pub what: &'static str,
    /// Rows that were expected.
    pub expected: u64,
    /// Rows that were touched.
    pub actual: u64,
}

impl RowCount {
    /// Checks that exactly one row was written.
    pub const fn one(what: &'static str, actual: u64) -> Result<(), Self> {
        if actual == 1 { Ok(()) } else { Err(Self { what, expected: 1, actual }) }
    }
}
