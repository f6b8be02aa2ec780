//! Both engines have the same tables and columns.

use std::collections::BTreeSet;

use super::Engine as On;
use crate::on_engine;
use crate::testing::{Engine, TestApp};

/// What a column can hold, whatever an engine calls it.
fn kind(declared: &str) -> &'static str {
    match declared.to_lowercase().as_str() {
        "integer" | "bigint" | "boolean" => "number",
        "blob" | "bytea" | "uuid" => "bytes",
        "text" => "text",
        other => panic!("{other} is no type that both engines share"),
    }
}

async fn columns(engine: Engine) -> BTreeSet<(String, String, &'static str, bool)> {
    let test = TestApp::start(engine).await;
    let sql = match test.app.db.engine() {
        On::Sqlite(_) => {
            "SELECT t.name, c.name, c.type, c.\"notnull\" FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
             WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name <> '_sqlx_migrations'"
        }
        On::Postgres(_) => {
            "SELECT table_name::text, column_name::text, data_type::text, is_nullable = 'NO' FROM information_schema.columns
             WHERE table_schema = 'public' AND table_name <> '_sqlx_migrations'"
        }
    };
    let rows: Vec<(String, String, String, bool)> =
        on_engine!(test.app.db, conn => sqlx::query_as(sql).fetch_all(conn).await.unwrap());
    rows.into_iter()
        .map(|(table, column, declared, is_required)| (table, column, kind(&declared), is_required))
        .collect()
}

#[tokio::test]
async fn both_engines_have_the_same_tables_and_columns() {
    let (sqlite, postgres) = (columns(Engine::Sqlite).await, columns(Engine::Postgres).await);
    assert!(sqlite.len() > 60, "{sqlite:?}");
    assert_eq!(sqlite.difference(&postgres).collect::<Vec<_>>(), Vec::<&_>::new(), "only on SQLite");
    assert_eq!(postgres.difference(&sqlite).collect::<Vec<_>>(), Vec::<&_>::new(), "only on PostgreSQL");
}
