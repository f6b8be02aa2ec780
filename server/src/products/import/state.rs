//! What is known of an import between its steps.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::fields::Field;
use crate::accounts::actor::Tenant;
use crate::error::{Error, Result};
use crate::tables::{self, Reading};

/// Where an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Somebody is to say what the columns mean.
    Columns,
    /// Every row is read and compared.
    Checking,
    /// Somebody is to say go.
    Checked,
    /// Rows come into the catalogue.
    Importing,
    /// Somebody stopped it.
    Stopped,
    /// All of it is in the catalogue.
    Done,
}

impl Status {
    const ALL: [Self; 6] = [Self::Columns, Self::Checking, Self::Checked, Self::Importing, Self::Stopped, Self::Done];

    /// Its name in the database, in texts and in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Columns => "columns",
            Self::Checking => "checking",
            Self::Checked => "checked",
            Self::Importing => "importing",
            Self::Stopped => "stopped",
            Self::Done => "done",
        }
    }

    fn of(name: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|status| status.name() == name);
        found.ok_or_else(|| Error::internal(format!("there is no status {name:?} of an import")))
    }

    /// Whether the server is at work on it.
    #[must_use]
    pub const fn is_working(self) -> bool {
        matches!(self, Self::Checking | Self::Importing)
    }
}

/// The first look at the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// How it is read.
    pub reading: Reading,
    /// Whether that is certain.
    pub is_sure: bool,
    /// Sheets that show, of a workbook.
    pub sheets: Vec<String>,
    /// The row that holds the headings.
    pub headings_row: u32,
    /// The headings, as many as there are columns.
    pub headings: Vec<String>,
    /// First rows under them: the number and the cells.
    pub samples: Vec<(u32, Vec<String>)>,
}

/// Rows that are shown under the headings.
const SAMPLES: usize = 5;
/// Rows among which the headings are looked for: above them stand titles and dates.
const MAX_ABOVE: usize = 10;
/// Characters of a sample.
const MAX_SAMPLE: usize = 80;

impl Look {
    /// Of what the first rows show. The headings are in the row that somebody named; otherwise in the first of those of
    /// which most is understood.
    #[must_use]
    pub fn of(look: tables::Look, headings_row: Option<u32>) -> Self {
        let texts: Vec<(u32, Vec<String>)> = look
            .rows
            .into_iter()
            .map(|row| (row.number, row.cells.into_iter().map(|cell| cut(&cell.text, MAX_SAMPLE)).collect()))
            .collect();
        let mut at = 0;
        let mut best = 0;
        for (index, (_, cells)) in texts.iter().take(MAX_ABOVE).enumerate() {
            let understood = super::headings::recognised(cells);
            if understood > best {
                (at, best) = (index, understood);
            }
        }
        if let Some(named) = texts.iter().position(|(number, _)| Some(*number) == headings_row) {
            at = named;
        }
        let (headings_row, mut headings) = texts.get(at).cloned().unwrap_or((1, Vec::new()));
        let samples: Vec<_> = texts.into_iter().skip(at + 1).take(SAMPLES).collect();
        let width = samples.iter().map(|(_, cells)| cells.len()).chain([headings.len()]).max().unwrap_or(0);
        headings.resize(width, String::new());
        Self { reading: look.reading, is_sure: look.is_sure, sheets: look.sheets, headings_row, headings, samples }
    }
}

/// The beginning of a text, with a mark where there was more.
#[must_use]
pub fn cut(text: &str, characters: usize) -> String {
    let text = text.trim();
    match text.char_indices().nth(characters) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// Why the file could not be read to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// The text `table.{code}`.
    pub code: String,
    /// The row, where it is about one.
    pub row: Option<u32>,
}

impl Unread {
    /// Of a fault of the table. `None` where the storage failed, which passes.
    #[must_use]
    pub fn of(error: &tables::TableError) -> Option<Self> {
        let is_passing = matches!(error, tables::TableError::Io(_));
        (!is_passing).then(|| Self { code: error.code().to_owned(), row: error.row() })
    }
}

/// What an import makes beside products.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// Paths of categories, levels joined by ` > `.
    #[serde(default)]
    pub categories: Vec<String>,
    /// Names of suppliers.
    #[serde(default)]
    pub suppliers: Vec<String>,
}

/// How many rows of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All.
    pub rows: i64,
    /// Products that are not there yet.
    pub new: i64,
    /// Products that change.
    pub changed: i64,
    /// Products that are as the row says.
    pub same: i64,
    /// Rows with faults.
    pub faulty: i64,
    /// Rows that fitted at the check and no more when it was their turn.
    pub late: i64,
}

/// An import.
#[derive(Clone, Debug)]
pub struct Import {
    /// Id.
    pub id: Uuid,
    /// Whose.
    pub tenant: Tenant,
    /// Who began it.
    pub account: Uuid,
    /// How they are called.
    pub actor: String,
    /// How the file is called.
    pub name: String,
    /// How large it is.
    pub bytes: i64,
    /// Where it is.
    pub status: Status,
    /// The first look.
    pub look: Look,
    /// What each column means.
    pub columns: Vec<Option<Field>>,
    /// Why the file could not be read.
    pub unread: Option<Unread>,
    /// The work under way, or the last.
    pub job: Option<Uuid>,
    /// Rows up to this one are in the catalogue.
    pub imported_to: i64,
    /// As the check found it.
    pub counts: Counts,
    /// What is made beside products.
    pub made: Made,
    /// Products that were added.
    pub done_new: i64,
    /// Products that were changed.
    pub done_changed: i64,
    /// When it began.
    pub created_us: i64,
    /// When it was done or stopped.
    pub finished_us: Option<i64>,
    /// When it is forgotten.
    pub expires_us: i64,
}

/// As it lies in the database.
#[derive(sqlx::FromRow)]
pub struct Stored {
    id: Uuid,
    organisation_id: Uuid,
    account_id: Uuid,
    actor: String,
    name: String,
    bytes: i64,
    status: String,
    look: String,
    columns: String,
    failure: Option<String>,
    job_id: Option<Uuid>,
    imported_to: i64,
    row_count: i64,
    new_count: i64,
    changed_count: i64,
    same_count: i64,
    faulty_count: i64,
    late_count: i64,
    made: String,
    done_new: i64,
    done_changed: i64,
    created_us: i64,
    finished_us: Option<i64>,
    expires_us: i64,
}

impl Stored {
    /// As the program knows it.
    ///
    /// # Errors
    /// JSON of a newer program.
    pub fn import(self) -> Result<Import> {
        Ok(Import {
            id: self.id,
            tenant: Tenant::of(self.organisation_id),
            account: self.account_id,
            actor: self.actor,
            name: self.name,
            bytes: self.bytes,
            status: Status::of(&self.status)?,
            look: serde_json::from_str(&self.look).map_err(Error::internal)?,
            columns: serde_json::from_str(&self.columns).map_err(Error::internal)?,
            unread: self.failure.map(|json| serde_json::from_str(&json)).transpose().map_err(Error::internal)?,
            job: self.job_id,
            imported_to: self.imported_to,
            counts: Counts {
                rows: self.row_count,
                new: self.new_count,
                changed: self.changed_count,
                same: self.same_count,
                faulty: self.faulty_count,
                late: self.late_count,
            },
            made: serde_json::from_str(&self.made).map_err(Error::internal)?,
            done_new: self.done_new,
            done_changed: self.done_changed,
            created_us: self.created_us,
            finished_us: self.finished_us,
            expires_us: self.expires_us,
        })
    }
}
