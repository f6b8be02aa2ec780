//! A first look at a file: how it is to be read, and its first rows.

use std::ops::ControlFlow;

use super::encoding::Guess;
use super::{Format, Reading, Row, Source, TableError, delimited, read, workbook};

/// Rows that are looked at.
const ROWS: usize = 30;

/// What a first look shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// How it is read.
    pub reading: Reading,
    /// Whether that is certain; otherwise a person is to look at the letters.
    pub is_sure: bool,
    /// The sheets that show; none in CSV.
    pub sheets: Vec<String>,
    /// The first rows, up to 30.
    pub rows: Vec<Row>,
    /// Whether there are more.
    pub has_more: bool,
}

/// Looks at a file; as `chosen`, where a person has said how it is to be read.
///
/// # Errors
/// See [`TableError`].
pub fn look(source: &mut dyn Source, chosen: Option<Reading>) -> Result<Look, TableError> {
    let start = start_of(source)?;
    let format = Format::of(&start)?;
    let sheets = if format == Format::Xlsx { workbook::sheets(source.whole()?)? } else { Vec::new() };
    let (reading, is_sure) = match (format, chosen) {
        (Format::Xlsx, Some(reading @ Reading::Xlsx { .. })) | (Format::Csv, Some(reading @ Reading::Csv { .. })) => {
            (reading, true)
        }
        (Format::Xlsx, _) => (Reading::Xlsx { sheet: first_filled(source, &sheets)? }, true),
        (Format::Csv, _) => {
            let guess = Guess::read(source.stream()?)?;
            let delimiter = delimited::guess(source.stream()?, guess.encoding)?;
            (Reading::Csv { encoding: guess.encoding.name().to_owned(), delimiter }, guess.is_sure)
        }
    };
    let (rows, has_more) = match first_rows(source, &reading) {
        Ok(found) => found,
        // What was only guessed is for a person to choose.
        Err(TableError::NotInEncoding { .. }) if !is_sure => (Vec::new(), true),
        Err(error) => return Err(error),
    };
    if rows.is_empty() && is_sure {
        return Err(TableError::Empty);
    }
    Ok(Look { reading, is_sure, sheets, rows, has_more })
}

fn start_of(source: &mut dyn Source) -> Result<Vec<u8>, TableError> {
    use std::io::Read as _;
    let mut start = Vec::new();
    source.stream()?.take(4096).read_to_end(&mut start)?;
    Ok(start)
}

/// The first sheet with something in it.
fn first_filled(source: &mut dyn Source, sheets: &[String]) -> Result<String, TableError> {
    for sheet in sheets {
        let (rows, _) = first_rows(source, &Reading::Xlsx { sheet: sheet.clone() })?;
        if !rows.is_empty() {
            return Ok(sheet.clone());
        }
    }
    Err(TableError::Empty)
}

fn first_rows(source: &mut dyn Source, reading: &Reading) -> Result<(Vec<Row>, bool), TableError> {
    let mut rows = Vec::new();
    let mut has_more = false;
    read(source, reading, &mut |row| {
        if rows.len() == ROWS {
            has_more = true;
            return ControlFlow::Break(());
        }
        rows.push(row);
        ControlFlow::Continue(())
    })?;
    Ok((rows, has_more))
}
