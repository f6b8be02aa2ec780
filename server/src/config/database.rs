//! Which database.

use super::Values;
use super::values::Secret;

/// The database.
#[derive(Clone, Debug)]
pub struct DatabaseConfig {
    /// `postgres://…` or `sqlite:…`. `VITRINE_DATABASE_URL` or `DATABASE_URL`, default `SQLite` in `vitrine.db` of the
    /// data folder.
    pub url: Option<Secret>,
    /// Connections to `PostgreSQL`. `VITRINE_DATABASE_CONNECTIONS`, default 16.
    pub connections: u32,
}

impl DatabaseConfig {
    pub(super) fn from_values(values: &mut Values) -> Self {
        Self {
            url: values.secret("database_url"),
            connections: values.number("database_connections", 16, 1..=1000) as u32,
        }
    }
}
