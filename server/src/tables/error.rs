//! Why a table cannot be read.

use super::limits::{MAX_BYTES, MAX_CELL, MAX_COLUMNS, MAX_ROWS};

/// Why a table cannot be read: what was found, where, and what is allowed.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// Nothing in it.
    #[error("there are no rows in this file")]
    Empty,
    /// A picture, a program, a PDF.
    #[error("this is neither CSV nor an Excel workbook")]
    Format,
    /// `.xls`, or a workbook with a password, which looks the same from outside.
    #[error(
        "this is a workbook of an old Excel, or one with a password; save it as .xlsx without a password, or as CSV"
    )]
    OldWorkbook,
    /// `.ods`, `.numbers` and other archives.
    #[error("this is no Excel workbook; save it as .xlsx or as CSV")]
    OtherArchive,
    /// A web page that is called `.xls`: what many programs export.
    #[error("this is a web page, whatever its name says; open it in a spreadsheet and save it as .xlsx or as CSV")]
    WebPage,
    /// More than [`MAX_BYTES`].
    #[error("the file has more than {} MiB", MAX_BYTES >> 20)]
    TooLarge,
    /// More than [`MAX_ROWS`].
    #[error("there are more than {MAX_ROWS} rows")]
    TooManyRows,
    /// More than [`MAX_COLUMNS`].
    #[error("row {row} has more than {MAX_COLUMNS} columns")]
    TooManyColumns {
        /// Where.
        row: u32,
    },
    /// More than [`MAX_CELL`] bytes.
    #[error("row {row} holds a cell of more than {MAX_CELL} bytes; is a quotation mark not closed?")]
    CellTooLong {
        /// Where.
        row: u32,
    },
    /// A workbook that unpacks to far more than it seems.
    #[error("the workbook is too large once it is unpacked")]
    Bomb,
    /// The workbook's inside is not as it should be.
    #[error("the workbook is damaged: {0}")]
    Damaged(String),
    /// No sheet of this name.
    #[error("there is no sheet {0:?}")]
    NoSheet(String),
    /// An encoding that nobody knows.
    #[error("there is no encoding {0:?}")]
    Encoding(String),
    /// Bytes that the encoding does not have.
    #[error("row {row} is not {encoding}: these bytes mean nothing there")]
    NotInEncoding {
        /// By its name.
        encoding: &'static str,
        /// Where.
        row: u32,
    },
    /// The reason of whoever keeps the file.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl TableError {
    /// The text `table.{code}`, with the row, where it has one, as `{row}`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Format => "format",
            Self::OldWorkbook => "old_workbook",
            Self::OtherArchive => "other_archive",
            Self::WebPage => "web_page",
            Self::TooLarge => "too_large",
            Self::TooManyRows => "too_many_rows",
            Self::TooManyColumns { .. } => "too_many_columns",
            Self::CellTooLong { .. } => "cell_too_long",
            Self::Bomb => "bomb",
            Self::Damaged(_) => "damaged",
            Self::NoSheet(_) => "no_sheet",
            Self::Encoding(_) | Self::NotInEncoding { .. } => "encoding",
            Self::Io(_) => "io",
        }
    }

    /// The row it is about.
    #[must_use]
    pub const fn row(&self) -> Option<u32> {
        match self {
            Self::TooManyColumns { row } | Self::CellTooLong { row } | Self::NotInEncoding { row, .. } => Some(*row),
            _ => None,
        }
    }
}
