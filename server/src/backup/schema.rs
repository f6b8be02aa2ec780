//! What the database holds, as it stands there: tables, columns, keys. Nothing here knows a table by name but
//! [`LEFT_OUT`], so that a table of a later migration is in the backup without anybody thinking of it.

use std::collections::BTreeMap;

use super::{BackupError, Result};
use crate::db::{Engine, Tx};
use crate::on_engine;

/// Tables that no backup holds, with the reason.
pub const LEFT_OUT: &[(&str, &str)] = &[
    ("session", "whoever has a backup must not be signed in by it; people sign in again"),
    ("one_time_link", "links that let people in"),
    ("passkey_challenge", "questions to devices, answered within minutes"),
    ("api_key", "tokens; the owner makes new keys"),
    ("visitor_salt", "with a day's secret one could find out who was there"),
    ("visitor_day", "hashes by the day's secret, of no use without it"),
    ("upload", "files on their way; whoever sends one sends it again"),
    ("upload_part", "of files on their way"),
    ("idempotency_key", "answers for programs that ask again within a day"),
    ("catalogue_import", "files on their way into the catalogue; whoever sends one sends it again"),
    ("catalogue_import_row", "of files on their way into the catalogue"),
    ("webhook_event", "what was to be told: the server that was backed up went on telling it"),
    ("webhook_delivery", "of what was to be told"),
    ("webhook_attempt", "of what was to be told"),
    (
        "job",
        "work under way: it needs what is left out, its mails hold links that let people in, and a copy would do it twice",
    ),
    ("attempt", "who tried lately, forgotten within minutes"),
    ("backup_hold", "backups under way"),
];

/// How an engine keeps a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Native {
    Integer,
    Boolean,
    Text,
    Bytes,
    Uuid,
}

impl Native {
    fn of(declared: &str) -> Option<Self> {
        Some(match declared.to_lowercase().as_str() {
            "integer" | "bigint" => Self::Integer,
            "boolean" => Self::Boolean,
            "text" => Self::Text,
            "blob" | "bytea" => Self::Bytes,
            "uuid" => Self::Uuid,
            _ => return None,
        })
    }

    /// What a backup calls it, the same for both engines.
    const fn kind(self) -> &'static str {
        match self {
            Self::Integer | Self::Boolean => "number",
            Self::Text => "text",
            Self::Bytes | Self::Uuid => "bytes",
        }
    }
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    /// Name.
    pub name: String,
    native: Native,
    /// The table whose rows it names, by a foreign key.
    references: Option<String>,
}

impl Column {
    /// `number`, `text` or `bytes`.
    pub const fn kind(&self) -> &'static str {
        self.native.kind()
    }
}

/// A table.
#[derive(Clone, Debug)]
pub struct Table {
    /// Name.
    pub name: String,
    /// Columns, in their order there.
    pub columns: Vec<Column>,
    /// Columns of the primary key.
    key: Vec<String>,
    /// Foreign keys by name; `PostgreSQL`'s only.
    constraints: Vec<String>,
    /// A column that counts by itself; `PostgreSQL`'s only.
    counter: Option<String>,
}

/// Whether backups hold a table.
#[must_use]
pub fn is_held(table: &str) -> bool {
    LEFT_OUT.iter().all(|(name, _)| *name != table)
}

#[derive(sqlx::FromRow)]
struct Found {
    table_name: String,
    column_name: String,
    declared: String,
    /// Place in the primary key, from 1; 0 outside of it.
    key: i64,
    counts: bool,
}

/// Every table, by name.
pub async fn read(tx: &mut Tx) -> Result<Vec<Table>> {
    let (columns, references) = match tx.engine() {
        Engine::Sqlite(_) => (
            "SELECT t.name AS table_name, c.name AS column_name, c.type AS declared, c.pk AS key, 0 AS counts
             FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
             WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND t.name <> '_sqlx_migrations'
             ORDER BY t.name, c.cid",
            "SELECT t.name, f.\"from\", f.\"table\", '' FROM sqlite_schema AS t, pragma_foreign_key_list(t.name) AS f
             WHERE t.type = 'table'",
        ),
        Engine::Postgres(_) => (
            "SELECT c.table_name::text, c.column_name::text, c.data_type::text AS declared,
                 COALESCE((SELECT array_position(i.indkey::int2[], a.attnum) + 1 FROM pg_index AS i
                     WHERE i.indrelid = a.attrelid AND i.indisprimary), 0)::bigint AS key,
                 (c.is_identity = 'YES' OR COALESCE(c.column_default LIKE 'nextval(%', FALSE)) AS counts
             FROM information_schema.columns AS c
             JOIN pg_attribute AS a ON a.attrelid = format('%I.%I', c.table_schema, c.table_name)::regclass
                 AND a.attname = c.column_name
             JOIN information_schema.tables AS t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
             WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND c.table_name <> '_sqlx_migrations'
             ORDER BY c.table_name COLLATE \"C\", c.ordinal_position",
            "SELECT r.relname::text, a.attname::text, f.relname::text, c.conname::text
             FROM pg_constraint AS c JOIN pg_class AS r ON r.oid = c.conrelid JOIN pg_class AS f ON f.oid = c.confrelid
             JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
             WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace",
        ),
    };
    let found: Vec<Found> = on_engine!(tx, conn => sqlx::query_as(columns).fetch_all(conn).await?);
    let links: Vec<(String, String, String, String)> =
        on_engine!(tx, conn => sqlx::query_as(references).fetch_all(conn).await?);
    let mut tables: Vec<Table> = Vec::new();
    let mut keys: BTreeMap<(String, i64), String> = BTreeMap::new();
    for Found { table_name, column_name, declared, key, counts } in found {
        if tables.last().is_none_or(|table| table.name != table_name) {
            let name = table_name.clone();
            tables.push(Table { name, columns: Vec::new(), key: Vec::new(), constraints: Vec::new(), counter: None });
        }
        let Some(table) = tables.last_mut() else { continue };
        let native = Native::of(&declared)
            .ok_or_else(|| BackupError::Column(format!("{table_name}.{column_name}"), declared.clone()))?;
        if key > 0 {
            keys.insert((table_name.clone(), key), column_name.clone());
        }
        if counts {
            table.counter = Some(column_name.clone());
        }
        let references = links
            .iter()
            .find(|(from, column, ..)| *from == table_name && *column == column_name)
            .map(|(_, _, to, _)| to.clone());
        table.columns.push(Column { name: column_name, native, references });
    }
    for table in &mut tables {
        table.key = keys.iter().filter(|((of, _), _)| *of == table.name).map(|(_, column)| column.clone()).collect();
        let named = links.iter().filter(|(from, _, _, name)| *from == table.name && !name.is_empty());
        table.constraints = named.map(|(_, _, _, name)| name.clone()).collect();
        table.constraints.sort();
        table.constraints.dedup();
    }
    Ok(tables)
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn list(names: impl Iterator<Item = String>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

impl Table {
    /// Reads each row as one JSON array. A column that names a row of a table that is left out is empty.
    pub fn select(&self, on_postgres: bool) -> String {
        let value = |column: &Column| {
            let name = quoted(&column.name);
            if column.references.as_deref().is_some_and(|table| !is_held(table)) {
                return "NULL".to_owned();
            }
            match column.native {
                Native::Integer | Native::Text => name,
                Native::Boolean => format!("{name}::int"),
                Native::Uuid => format!("encode(uuid_send({name}), 'hex')"),
                Native::Bytes if on_postgres => format!("encode({name}, 'hex')"),
                // `hex` makes an empty text of NULL.
                Native::Bytes => format!("iif({name} IS NULL, NULL, lower(hex({name})))"),
            }
        };
        let make = if on_postgres { "json_build_array" } else { "json_array" };
        let values = list(self.columns.iter().map(value));
        let text = if on_postgres { "::text" } else { "" };
        let order = if self.key.is_empty() {
            String::new()
        } else {
            format!(" ORDER BY {}", list(self.key.iter().map(|column| quoted(column))))
        };
        format!("SELECT {make}({values}){text} FROM {}{order}", quoted(&self.name))
    }

    /// Inserts the rows of a JSON array of such arrays, whose values stand in the order of `columns`.
    ///
    /// # Errors
    /// The column that this table does not have.
    pub fn insert(&self, columns: &[(String, String)], on_postgres: bool) -> Result<String, String> {
        let mut values = Vec::new();
        for (index, (name, kind)) in columns.iter().enumerate() {
            let column = self.columns.iter().find(|column| column.name == *name);
            let column = column.filter(|column| column.kind() == kind);
            let column =
                column.ok_or_else(|| format!("the table {} has no column {name} of kind {kind}", self.name))?;
            values.push(if on_postgres {
                match column.native {
                    Native::Integer => format!("(row ->> {index})::bigint"),
                    Native::Boolean => format!("(row ->> {index})::int::boolean"),
                    Native::Text => format!("row ->> {index}"),
                    Native::Bytes => format!("decode(row ->> {index}, 'hex')"),
                    Native::Uuid => format!("(row ->> {index})::uuid"),
                }
            } else {
                match column.native {
                    Native::Bytes | Native::Uuid => format!("unhex(json_extract(value, '$[{index}]'))"),
                    _ => format!("json_extract(value, '$[{index}]')"),
                }
            });
        }
        let (table, names) = (quoted(&self.name), list(columns.iter().map(|(name, _)| quoted(name))));
        let values = values.join(", ");
        Ok(if on_postgres {
            format!(
                "INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE
                 SELECT {values} FROM json_array_elements($1::json) AS elements (row)"
            )
        } else {
            format!("INSERT INTO {table} ({names}) SELECT {values} FROM json_each($1)")
        })
    }

    /// What `PostgreSQL` is to be told before rows come in any order: `begin`, and afterwards: `end`.
    pub fn relaxed(&self) -> (Vec<String>, Vec<String>) {
        let table = quoted(&self.name);
        let alter = |constraint: &String, how: &str| {
            format!("ALTER TABLE {table} ALTER CONSTRAINT {} {how}", quoted(constraint))
        };
        let begin = self.constraints.iter().map(|name| alter(name, "DEFERRABLE INITIALLY DEFERRED")).collect();
        let mut end: Vec<String> = self.constraints.iter().map(|name| alter(name, "NOT DEFERRABLE")).collect();
        if let Some(counter) = &self.counter {
            end.push(format!(
                "SELECT setval(pg_get_serial_sequence('{}', '{}'), COALESCE(MAX({}), 0) + 1, FALSE) FROM {table}",
                quoted(&self.name).replace('\'', "''"),
                counter.replace('\'', "''"),
                quoted(counter),
            ));
        }
        (begin, end)
    }

    /// Deletes every row.
    pub fn delete(&self) -> String {
        format!("DELETE FROM {}", quoted(&self.name))
    }

    /// Counts the rows.
    pub fn count(&self) -> String {
        format!("SELECT COUNT(*) FROM {}", quoted(&self.name))
    }

    /// The name, as SQL wants it.
    pub fn quoted(&self) -> String {
        quoted(&self.name)
    }
}
