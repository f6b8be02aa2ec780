//! How large a table may be.

/// Bytes of a file: 200,000 rows with a paragraph each.
pub const MAX_BYTES: u64 = 64 << 20;
/// Rows, the headers included.
pub const MAX_ROWS: u32 = 200_000;
/// Columns.
pub const MAX_COLUMNS: usize = 200;
/// Bytes of UTF-8 in a cell: three times what a description may have.
pub const MAX_CELL: usize = 64 << 10;
/// Files in a workbook.
pub const MAX_PARTS: usize = 2000;
/// Bytes of a workbook, unpacked: a sheet's XML is some forty bytes a cell.
pub const MAX_UNPACKED: u64 = 400 << 20;
/// Bytes of a workbook's texts, unpacked; they are all held in memory.
pub const MAX_STRINGS: u64 = 100 << 20;
