//! What a file is, by its content; its name is believed nowhere.

use super::TableError;

/// What can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text with separators.
    Csv,
    /// A workbook of Excel since 2007 (ECMA-376).
    Xlsx,
}

impl Format {
    /// By the first bytes.
    ///
    /// # Errors
    /// What it is instead.
    pub fn of(start: &[u8]) -> Result<Self, TableError> {
        if start.is_empty() {
            return Err(TableError::Empty);
        }
        if start.starts_with(b"PK\x03\x04") {
            return Ok(Self::Xlsx);
        }
        if start.starts_with(b"\xd0\xcf\x11\xe0") {
            return Err(TableError::OldWorkbook);
        }
        let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
        let begins = |tag: &[u8]| text.len() >= tag.len() && text[..tag.len()].eq_ignore_ascii_case(tag);
        if [b"<html".as_slice(), b"<!doctype", b"<table", b"<?xml", b"<meta", b"<style"].iter().any(|tag| begins(tag)) {
            return Err(TableError::WebPage);
        }
        let is_utf16 = start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff");
        // No text has a byte 0 in any other encoding.
        if !is_utf16 && (start.starts_with(b"%PDF") || start.contains(&0)) {
            return Err(TableError::Format);
        }
        Ok(Self::Csv)
    }
}
