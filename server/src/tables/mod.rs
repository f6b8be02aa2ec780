//! Tables as people bring them: CSV in the encodings and with the separators of this part of the world, and Excel's
//! workbooks. Rows come one after the other; what is too large or is no table is refused, with the place.
//!
//! A row's number is the one that a spreadsheet shows beside it, counted from 1.

mod delimited;
mod encoding;
mod error;
mod limits;
mod look;
mod sniff;
#[cfg(test)]
mod tests;
pub mod text;
mod workbook;

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

pub use encoding::{CHOICES, Guess, encoding_of};
pub use error::TableError;
pub use limits::{MAX_BYTES, MAX_CELL, MAX_COLUMNS, MAX_ROWS};
pub use look::{Look, look};
pub use sniff::Format;

/// What a cell was in its file. In CSV everything is text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CellKind {
    /// Text.
    #[default]
    Text,
    /// A number; its text has a point before decimals, and no exponent.
    Number,
    /// A day: `2026-03-01`. Spreadsheets make one of whatever looks like it.
    Date,
    /// A formula's failure, such as `#N/A`.
    Failure,
}

/// A cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// What it says, with `\n` at the ends of lines.
    pub text: String,
    /// What it was.
    pub kind: CellKind,
}

impl Cell {
    /// A cell of text.
    #[must_use]
    pub const fn text(text: String) -> Self {
        Self { text, kind: CellKind::Text }
    }
}

/// A row with at least one cell that is not empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Its number in the spreadsheet.
    pub number: u32,
    /// From the first column on; what is missing at the end is empty.
    pub cells: Vec<Cell>,
}

/// How a file is to be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "format", rename_all = "lowercase")]
pub enum Reading {
    /// Text with separators.
    Csv {
        /// By its name in the Encoding Standard, such as `Big5`.
        encoding: String,
        /// `,`, `;` or a tab.
        delimiter: char,
    },
    /// A workbook.
    Xlsx {
        /// Name of the sheet.
        sheet: String,
    },
}

/// Reads rows until `take` breaks off or the table ends.
///
/// # Errors
/// See [`TableError`]. Rows before the fault have been taken.
pub fn read(
    source: &mut dyn Source,
    reading: &Reading,
    take: &mut dyn FnMut(Row) -> ControlFlow<()>,
) -> Result<(), TableError> {
    match reading {
        Reading::Csv { encoding, delimiter } => {
            let encoding = encoding_of(encoding).ok_or_else(|| TableError::Encoding(encoding.clone()))?;
            delimited::read(source.stream()?, encoding, *delimiter, take)
        }
        Reading::Xlsx { sheet } => workbook::read(source.whole()?, sheet, take),
    }
}

/// A file that can be read from its beginning, again and again.
pub trait Source {
    /// Piece by piece.
    ///
    /// # Errors
    /// The reason of whoever keeps it.
    fn stream(&mut self) -> std::io::Result<Box<dyn std::io::Read + '_>>;

    /// All of it at once.
    ///
    /// # Errors
    /// The reason of whoever keeps it.
    fn whole(&mut self) -> std::io::Result<Vec<u8>>;
}

impl Source for &[u8] {
    fn stream(&mut self) -> std::io::Result<Box<dyn std::io::Read + '_>> {
        Ok(Box::new(*self))
    }

    fn whole(&mut self) -> std::io::Result<Vec<u8>> {
        Ok(self.to_vec())
    }
}
