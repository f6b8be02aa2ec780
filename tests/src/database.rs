//! Which database the server under test uses.

use std::process::Command;

use uuid::Uuid;

/// A kind of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file in the data folder.
    Sqlite,
    /// A database of its own in the cluster at `VITRINE_TEST_POSTGRES_URL`.
    Postgres,
}

/// A new database's address for `DATABASE_URL`; `None` for the default, the file in the data folder.
pub fn create(engine: Engine) -> Option<String> {
    if engine == Engine::Sqlite {
        return None;
    }
    let cluster = std::env::var("VITRINE_TEST_POSTGRES_URL")
        .expect("VITRINE_TEST_POSTGRES_URL names no PostgreSQL cluster; `cargo xtask test` starts one and sets it");
    let name = format!("journey_{}", Uuid::new_v4().simple());
    let made =
        Command::new("psql").args([&cluster, "--quiet", "--command", &format!("CREATE DATABASE {name}")]).status();
    assert!(made.is_ok_and(|status| status.success()), "`psql` could not make a database at {cluster}");
    let (server, _) = cluster.rsplit_once('/').expect("a PostgreSQL address ends in a database's name");
    Some(format!("{server}/{name}"))
}
