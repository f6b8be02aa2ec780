//! Opening the database that the configuration names.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::Db;

/// The database's file in the data folder.
const FILE: &str = "vitrine.db";
/// The oldest `PostgreSQL` whose SQL we use.
const MIN_POSTGRES: i32 = 14;
/// Connections that read from `SQLite`: enough for every core of a small server, few enough to stay in its cache.
const SQLITE_READERS: u32 = 8;
/// How long a statement waits for another process (`vitrine stats`, a backup) that holds `SQLite`'s write lock.
pub(super) const SQLITE_BUSY: Duration = Duration::from_secs(5);
/// How long a request waits for a connection before it is refused.
const ACQUIRE: Duration = Duration::from_secs(5);

/// Why the database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The address has a form that neither engine understands.
    #[error("database_url must begin with postgres://, postgresql:// or sqlite:")]
    Scheme,
    /// The server is too old.
    #[error("PostgreSQL {MIN_POSTGRES} or newer is needed; this server is version {0}")]
    TooOld(i32),
    /// There is no database, and none is to be made.
    #[error("there is no database {0}; `vitrine seed` and `vitrine serve` make one in the folder that --data names")]
    Missing(PathBuf),
    /// The driver's reason. The address is left out: it may hold a password.
    #[error("the database does not open: {0}")]
    Open(#[source] sqlx::Error),
}

impl Db {
    /// Opens the database at `url`; a file `vitrine.db` in `data` where there is none. Migrations are not run.
    ///
    /// # Errors
    /// See [`ConnectError`].
    pub async fn connect(url: Option<&str>, data: &Path, max_connections: u32) -> Result<Self, ConnectError> {
        match url {
            Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
                let options = PgConnectOptions::from_str(url).map_err(ConnectError::Open)?;
                Self::postgres(options.application_name("vitrine"), max_connections).await
            }
            Some(url) if url.starts_with("sqlite:") => {
                let options = SqliteConnectOptions::from_str(url).map_err(ConnectError::Open)?;
                Self::sqlite(options).await
            }
            Some(_) => Err(ConnectError::Scheme),
            None => Self::sqlite(SqliteConnectOptions::new().filename(data.join(FILE))).await,
        }
    }

    /// Whether the database at `url`, or in `data`, is there; a server is believed to be.
    ///
    /// # Errors
    /// [`ConnectError::Missing`].
    pub fn require(url: Option<&str>, data: &Path) -> Result<(), ConnectError> {
        let file = match url {
            Some(url) if url.starts_with("sqlite:") => {
                SqliteConnectOptions::from_str(url).map_err(ConnectError::Open)?.get_filename().to_owned()
            }
            Some(_) => return Ok(()),
            None => data.join(FILE),
        };
        if file.is_file() { Ok(()) } else { Err(ConnectError::Missing(file)) }
    }

    async fn sqlite(options: SqliteConnectOptions) -> Result<Self, ConnectError> {
        let options = options
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(SQLITE_BUSY)
            // A salt that was deleted must be gone from the file, too.
            .pragma("secure_delete", "ON");
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .min_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .acquire_timeout(Duration::from_secs(30))
            .connect_with(options.clone())
            .await
            .map_err(ConnectError::Open)?;
        let reader = SqlitePoolOptions::new()
            .max_connections(SQLITE_READERS)
            .acquire_timeout(ACQUIRE)
            .connect_with(options.pragma("query_only", "ON"))
            .await
            .map_err(ConnectError::Open)?;
        Ok(Self::Sqlite { writer, reader })
    }

    async fn postgres(options: PgConnectOptions, max_connections: u32) -> Result<Self, ConnectError> {
        let pool = PgPoolOptions::new()
            .max_connections(max_connections)
            .acquire_timeout(ACQUIRE)
            .connect_with(options.options([("statement_timeout", "30s"), ("client_min_messages", "warning")]))
            .await
            .map_err(ConnectError::Open)?;
        let version: i32 = sqlx::query_scalar("SELECT current_setting('server_version_num')::int / 10000")
            .fetch_one(&pool)
            .await
            .map_err(ConnectError::Open)?;
        if version < MIN_POSTGRES { Err(ConnectError::TooOld(version)) } else { Ok(Self::Postgres(pool)) }
    }
}
