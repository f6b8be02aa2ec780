//! Workbooks (ECMA-376). They are archives: what they unpack to is counted before anything else looks at them.

use std::io::{Cursor, Read};
use std::ops::ControlFlow;

use calamine::{DataRef, ExcelDateTime, Reader as _, SheetVisible, Xlsx, XlsxError};
use zip::ZipArchive;

use super::limits::{MAX_CELL, MAX_COLUMNS, MAX_PARTS, MAX_ROWS, MAX_STRINGS, MAX_UNPACKED};
use super::{Cell, CellKind, Row, TableError};

/// Reads rows of a sheet until `take` breaks off.
pub fn read(file: Vec<u8>, sheet: &str, take: &mut dyn FnMut(Row) -> ControlFlow<()>) -> Result<(), TableError> {
    let mut book = open(file)?;
    let mut cells = match book.worksheet_cells_reader(sheet) {
        Ok(cells) => cells,
        Err(XlsxError::WorksheetNotFound(_)) => return Err(TableError::NoSheet(sheet.to_owned())),
        Err(error) => return Err(damaged(&error)),
    };
    let mut row = Row::default();
    while let Some(cell) = cells.next_cell().map_err(|error| damaged(&error))? {
        let (at, column) = cell.get_position();
        let (number, column) = (at.saturating_add(1), column as usize);
        let Some(value) = cell_of(cell.get_value()) else { continue };
        if number != row.number {
            if number < row.number {
                return Err(TableError::Damaged(format!("row {number} comes after row {}", row.number)));
            }
            if !row.cells.is_empty() && take(std::mem::take(&mut row)).is_break() {
                return Ok(());
            }
            row.number = number;
        }
        if number > MAX_ROWS {
            return Err(TableError::TooManyRows);
        }
        if column >= MAX_COLUMNS {
            return Err(TableError::TooManyColumns { row: number });
        }
        if value.text.len() > MAX_CELL {
            return Err(TableError::CellTooLong { row: number });
        }
        if row.cells.len() <= column {
            row.cells.resize(column + 1, Cell::default());
        }
        row.cells[column] = value;
    }
    if !row.cells.is_empty() {
        // The last row: nobody is asked for another.
        let _ = take(row);
    }
    Ok(())
}

/// The sheets that show.
///
/// # Errors
/// It is no workbook, or none that can be read.
pub fn sheets(file: Vec<u8>) -> Result<Vec<String>, TableError> {
    let book = open(file)?;
    let shown = book.sheets_metadata().iter().filter(|sheet| sheet.visible == SheetVisible::Visible);
    let names: Vec<String> = shown.map(|sheet| sheet.name.clone()).collect();
    if names.is_empty() { Err(TableError::Empty) } else { Ok(names) }
}

fn open(file: Vec<u8>) -> Result<Xlsx<Cursor<Vec<u8>>>, TableError> {
    let file = weigh(file)?;
    Xlsx::new(Cursor::new(file)).map_err(|error| damaged(&error))
}

fn damaged(error: &XlsxError) -> TableError {
    match error {
        XlsxError::Password => TableError::OldWorkbook,
        error => TableError::Damaged(error.to_string()),
    }
}

/// Refuses archives that are no workbook, or that unpack to more than is allowed: by what they say, and by what they do.
fn weigh(file: Vec<u8>) -> Result<Vec<u8>, TableError> {
    let broken = |error: zip::result::ZipError| TableError::Damaged(error.to_string());
    let mut archive = ZipArchive::new(Cursor::new(file)).map_err(broken)?;
    if archive.len() > MAX_PARTS {
        return Err(TableError::Bomb);
    }
    if !archive.file_names().any(|name| name.is_ok_and(|name| name.eq_ignore_ascii_case("xl/workbook.xml"))) {
        return Err(TableError::OtherArchive);
    }
    for is_measured in [false, true] {
        let mut left = MAX_UNPACKED;
        for index in 0..archive.len() {
            let part = archive.by_index(index).map_err(broken)?;
            let holds_strings = part.name().map_err(broken)?.to_ascii_lowercase().ends_with("sharedstrings.xml");
            let limit = if holds_strings { MAX_STRINGS.min(left) } else { left };
            let bytes = if is_measured {
                std::io::copy(&mut part.take(limit + 1), &mut std::io::sink())
                    .map_err(|error| TableError::Damaged(error.to_string()))?
            } else {
                part.size()
            };
            if bytes > limit {
                return Err(TableError::Bomb);
            }
            left -= bytes;
        }
    }
    Ok(archive.into_inner().into_inner())
}

fn cell_of(value: &DataRef<'_>) -> Option<Cell> {
    let cell = |text: String, kind| Some(Cell { text, kind });
    match value {
        DataRef::Empty => None,
        DataRef::String(text) => cell(text.replace("\r\n", "\n").replace('\r', "\n"), CellKind::Text),
        DataRef::SharedString(text) => cell(text.replace("\r\n", "\n").replace('\r', "\n"), CellKind::Text),
        DataRef::Int(number) => cell(number.to_string(), CellKind::Number),
        DataRef::Float(number) => cell(number_text(*number), CellKind::Number),
        DataRef::Bool(is_true) => cell(if *is_true { "TRUE" } else { "FALSE" }.to_owned(), CellKind::Text),
        DataRef::DateTime(date) => cell(date_text(date), CellKind::Date),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => cell(text.clone(), CellKind::Date),
        DataRef::Error(error) => cell(error.to_string(), CellKind::Failure),
    }
    .filter(|cell| !cell.text.trim().is_empty())
}

fn date_text(date: &ExcelDateTime) -> String {
    let (year, month, day, ..) = date.to_ymd_hms_milli();
    format!("{year:04}-{month:02}-{day:02}")
}

/// A number with the 15 digits that a spreadsheet knows of it, and without an exponent.
pub fn number_text(number: f64) -> String {
    if !number.is_finite() {
        return String::new();
    }
    let digits_before = if number.abs() < 1.0 { 1 } else { number.abs().log10().floor() as usize + 1 };
    let text = format!("{number:.*}", 15_usize.saturating_sub(digits_before));
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}
