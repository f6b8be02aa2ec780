//! CSV (RFC 4180), as spreadsheets of all kinds write it. Memory is bounded by the limits of one row, whatever comes.

use std::io::Read;
use std::ops::ControlFlow;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder, Terminator};
use encoding_rs::Encoding;

use super::encoding::Decoded;
use super::limits::{MAX_CELL, MAX_COLUMNS, MAX_ROWS};
use super::{Cell, Row, TableError};

/// What separates cells, the likeliest first.
pub const DELIMITERS: [char; 3] = [',', ';', '\t'];
/// Bytes of UTF-8 in a row.
const MAX_ROW: usize = 1 << 20;
/// Rows by which the separator is chosen.
const SAMPLE: usize = 50;

/// Reads rows until `take` breaks off.
pub fn read(
    input: impl Read,
    encoding: &'static Encoding,
    delimiter: char,
    take: &mut dyn FnMut(Row) -> ControlFlow<()>,
) -> Result<(), TableError> {
    let mut text = Decoded::new(input, encoding);
    let mut records = Records::new(delimiter);
    let mut piece = Vec::new();
    text.next(&mut piece, 1)?;
    let mut at = instruction(&piece).map_or(0, |(bytes, _)| bytes);
    loop {
        let is_over = at == piece.len() && {
            piece.clear();
            at = 0;
            !text.next(&mut piece, records.row_now())?
        };
        if piece.is_empty() && !is_over {
            continue;
        }
        let (bytes, record) = records.feed(&piece[at..])?;
        at += bytes;
        match record {
            Record::Row(row) => {
                if row.number > MAX_ROWS {
                    return Err(TableError::TooManyRows);
                }
                if row.cells.iter().any(|cell| !cell.text.trim().is_empty()) && take(row).is_break() {
                    return Ok(());
                }
            }
            Record::Half => {}
            Record::End => return Ok(()),
        }
    }
}

/// Excel's own first line `sep=;`: its length and what it says.
fn instruction(text: &[u8]) -> Option<(usize, char)> {
    let rest = text.strip_prefix(b"sep=").or_else(|| text.strip_prefix(b"\"sep="))?;
    let delimiter = char::from(*rest.first()?);
    let rest = &rest[1..];
    let rest = rest.strip_prefix(b"\"").unwrap_or(rest);
    let rest = rest.strip_prefix(b"\n")?;
    DELIMITERS.contains(&delimiter).then_some((text.len() - rest.len(), delimiter))
}

enum Record {
    Row(Row),
    /// More text is needed.
    Half,
    End,
}

/// Takes rows out of text.
struct Records {
    reader: Reader,
    /// The row under way, unquoted, and where its cells end.
    bytes: Vec<u8>,
    bytes_at: usize,
    ends: Vec<usize>,
    ends_at: usize,
    /// Ends of lines inside cells so far: a spreadsheet shows them in one row.
    inner_lines: u64,
}

impl Records {
    fn new(delimiter: char) -> Self {
        let reader = ReaderBuilder::new()
            .delimiter(u8::try_from(delimiter).unwrap_or(b','))
            .terminator(Terminator::Any(b'\n'))
            .build();
        Self { reader, bytes: vec![0; MAX_ROW], bytes_at: 0, ends: vec![0; MAX_COLUMNS], ends_at: 0, inner_lines: 0 }
    }

    /// The row at which the reader is.
    fn row_now(&self) -> u32 {
        u32::try_from(self.reader.line().saturating_sub(self.inner_lines)).unwrap_or(u32::MAX)
    }

    /// Goes on with a piece of text, an empty one being the end. Returns how much of it is used.
    fn feed(&mut self, text: &[u8]) -> Result<(usize, Record), TableError> {
        let (result, used, written, ends) =
            self.reader.read_record(text, &mut self.bytes[self.bytes_at..], &mut self.ends[self.ends_at..]);
        self.bytes_at += written;
        self.ends_at += ends;
        let record = match result {
            ReadRecordResult::InputEmpty => Record::Half,
            ReadRecordResult::OutputFull => return Err(TableError::CellTooLong { row: self.row_now() }),
            ReadRecordResult::OutputEndsFull => return Err(TableError::TooManyColumns { row: self.row_now() }),
            ReadRecordResult::End => Record::End,
            ReadRecordResult::Record => Record::Row(self.row(!text.is_empty())?),
        };
        Ok((used, record))
    }

    /// The row that is complete. `is_terminated`: its line's end has been counted.
    fn row(&mut self, is_terminated: bool) -> Result<Row, TableError> {
        self.inner_lines += self.bytes[..self.bytes_at].split(|byte| *byte == b'\n').count() as u64 - 1;
        let number = self.row_now() - u32::from(is_terminated);
        let mut cells = Vec::with_capacity(self.ends_at);
        let mut start = 0;
        for end in &self.ends[..self.ends_at] {
            let bytes = &self.bytes[start..*end];
            if bytes.len() > MAX_CELL {
                return Err(TableError::CellTooLong { row: number });
            }
            // Cut at ASCII alone, so that it is whole.
            cells.push(Cell::text(String::from_utf8_lossy(bytes).into_owned()));
            start = *end;
        }
        self.bytes_at = 0;
        self.ends_at = 0;
        Ok(Row { number, cells })
    }
}

/// The separator that cuts the beginning of a text into rows of equally many cells.
///
/// # Errors
/// The text cannot be read.
pub fn guess(input: impl Read, encoding: &'static Encoding) -> Result<char, TableError> {
    let mut text = Vec::new();
    Decoded::new(input, encoding).next(&mut text, 1)?;
    if let Some((_, delimiter)) = instruction(&text) {
        return Ok(delimiter);
    }
    let score = |delimiter: char| {
        let mut records = Records::new(delimiter);
        let (mut at, mut widths) = (0, Vec::new());
        while at < text.len() && widths.len() < SAMPLE {
            match records.feed(&text[at..]) {
                Ok((used, record)) => {
                    at += used;
                    if let Record::Row(row) = record {
                        widths.push(row.cells.len());
                    }
                }
                Err(_) => break,
            }
        }
        let width = widths.first().copied().unwrap_or_default();
        let alike = widths.iter().filter(|other| **other == width).count();
        // One column is what every separator finds that is not there.
        if width < 2 { (0, 0) } else { (alike * 100 / widths.len(), width) }
    };
    let mut best = (',', (0, 0));
    for delimiter in DELIMITERS {
        let this = score(delimiter);
        if this > best.1 {
            best = (delimiter, this);
        }
    }
    Ok(best.0)
}
