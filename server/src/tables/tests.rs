//! Tables as spreadsheets, programs and attackers make them.

use std::io::{Cursor, Write as _};

use encoding_rs::{BIG5, GB18030};
use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

fn csv(encoding: &str, delimiter: char) -> Reading {
    Reading::Csv { encoding: encoding.to_owned(), delimiter }
}

fn rows(file: &[u8], reading: &Reading) -> Result<Vec<(u32, Vec<String>)>, TableError> {
    let mut found = Vec::new();
    let mut source = file;
    read(&mut source, reading, &mut |row| {
        found.push((row.number, row.cells.into_iter().map(|cell| cell.text).collect()));
        ControlFlow::Continue(())
    })?;
    Ok(found)
}

fn looked(file: &[u8]) -> Look {
    let mut source = file;
    look(&mut source, None).unwrap()
}

fn strings(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

/// A workbook with one sheet of these cells.
fn workbook(sheet: &str, strings: &[&str]) -> Vec<u8> {
    let shared: Vec<String> = strings.iter().map(|text| format!("<si><t>{text}</t></si>")).collect();
    let shared = shared.concat();
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    archive(&[
        ("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"),
        (
            "_rels/.rels",
            &format!(
                "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            &format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets><sheet name=\"empty\" sheetId=\"2\" r:id=\"r2\"/><sheet name=\"商品\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            &format!(
                "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"r2\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet2.xml\"/></Relationships>"
            ),
        ),
        ("xl/sharedStrings.xml", &format!("<sst xmlns=\"{main}\">{shared}</sst>")),
        (
            "xl/styles.xml",
            &format!(
                "<styleSheet xmlns=\"{main}\"><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            &format!("<worksheet xmlns=\"{main}\"><sheetData>{sheet}</sheetData></worksheet>"),
        ),
        ("xl/worksheets/sheet2.xml", &format!("<worksheet xmlns=\"{main}\"><sheetData></sheetData></worksheet>")),
    ])
}

fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn every_encoding_of_this_part_of_the_world_is_recognised() {
    let text = "貨號,品名,售價\r\nTEA-1,高山烏龍茶,120\r\nTEA-2,許功蓋的茶,\"1,200\"\r\n";
    let (big5, _, had_errors) = BIG5.encode(text);
    assert!(!had_errors);
    let utf16: Vec<u8> = "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let bom = ["\u{feff}", text].concat();
    for (file, encoding) in
        [(text.as_bytes(), "UTF-8"), (bom.as_bytes(), "UTF-8"), (&big5, "Big5"), (&utf16, "UTF-16LE")]
    {
        let found = looked(file);
        assert_eq!((&found.reading, found.is_sure), (&csv(encoding, ','), true));
        let rows = rows(file, &found.reading).unwrap();
        assert_eq!(rows[0], (1, strings(&["貨號", "品名", "售價"])));
        assert_eq!(rows[2], (3, strings(&["TEA-2", "許功蓋的茶", "1,200"])));
    }
}

#[test]
fn what_is_in_another_encoding_is_told_and_not_taken_for_letters() {
    let text = "货号,品名\n1,这是简体中文的商品名称，请确认编码\n2,乌龙茶叶和绿茶\n";
    let (gbk, ..) = GB18030.encode(text);
    let found = looked(&gbk);
    assert!(!found.is_sure, "{found:?}");
    // Big5 with one byte that it does not have.
    let mut broken = BIG5.encode("貨號,品名\n1,高山烏龍茶\n2,包種茶\n").0.into_owned();
    let at = broken.iter().rposition(|byte| *byte == b',').unwrap();
    broken[at + 1] = 0xff;
    assert!(!looked(&broken).is_sure);
    match rows(&broken, &csv("Big5", ',')) {
        Err(TableError::NotInEncoding { encoding: "Big5", row: 3 }) => {}
        other => panic!("{other:?}"),
    }
    match rows(&broken, &csv("UTF-8", ',')) {
        Err(TableError::NotInEncoding { encoding: "UTF-8", row: 1 }) => {}
        other => panic!("{other:?}"),
    }
    assert!(matches!(rows(b"a", &csv("utf-7", ',')), Err(TableError::Encoding(_))));
}

#[test]
fn the_separator_is_seen_and_rows_have_the_numbers_of_a_spreadsheet() {
    assert_eq!(looked(b"a;b;c\n1,5;2;3\n2,5;3;4\n").reading, csv("UTF-8", ';'));
    assert_eq!(looked(b"a\tb\n1,2\t2\n").reading, csv("UTF-8", '\t'));
    assert_eq!(looked(b"sep=;\r\na,b;c\r\n").reading, csv("UTF-8", ';'));
    assert_eq!(rows(b"sep=;\r\na,b;c\r\n", &csv("UTF-8", ';')).unwrap(), [(1, strings(&["a,b", "c"]))]);
    let file = b"a,b\r\n\r\n\"two\r\nlines\",\"say \"\"x\"\"\"\r,\nlast,";
    let expected = [(1, strings(&["a", "b"])), (3, strings(&["two\nlines", "say \"x\""])), (5, strings(&["last", ""]))];
    assert_eq!(rows(file, &csv("UTF-8", ',')).unwrap(), expected);
    // An end of line that falls between two pieces of what is read.
    for length in 65_530..65_540 {
        let file = format!("{}\r\nb\r\n", "a".repeat(length));
        let expected = [(1, vec!["a".repeat(length)]), (2, strings(&["b"]))];
        let found = rows(file.as_bytes(), &csv("UTF-8", ','));
        if length <= MAX_CELL {
            assert_eq!(found.unwrap(), expected);
        } else {
            assert!(matches!(found, Err(TableError::CellTooLong { row: 1 })));
        }
    }
}

#[test]
fn what_is_too_large_is_refused_with_its_place() {
    let wide = format!("a\n{}\n", ",".repeat(10_000));
    assert!(matches!(rows(wide.as_bytes(), &csv("UTF-8", ',')), Err(TableError::TooManyColumns { row: 2 })));
    let open = format!("a,b\n1,\"{}", "never closed\n".repeat(200_000));
    assert!(matches!(rows(open.as_bytes(), &csv("UTF-8", ',')), Err(TableError::CellTooLong { .. })));
    let long = "1\n".repeat(MAX_ROWS as usize + 1);
    assert!(matches!(rows(long.as_bytes(), &csv("UTF-8", ',')), Err(TableError::TooManyRows)));
    assert_eq!(rows(&long.as_bytes()[2..], &csv("UTF-8", ',')).unwrap().len(), MAX_ROWS as usize);
}

#[test]
fn what_is_no_table_is_told_what_it_is() {
    let refused = |file: &[u8]| {
        let mut source = file;
        look(&mut source, None).unwrap_err().code()
    };
    assert_eq!(refused(b""), "empty");
    assert_eq!(refused(b"\n\n,,\n"), "empty");
    assert_eq!(refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old"), "old_workbook");
    assert_eq!(refused(b"\xef\xbb\xbf\n<HTML><table>"), "web_page");
    assert_eq!(refused(b"%PDF-1.7 ..."), "format");
    assert_eq!(refused(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "format");
    assert_eq!(refused(b"PK\x03\x04 and then nothing"), "damaged");
    assert_eq!(refused(&archive(&[("mimetype", "application/vnd.oasis.opendocument.spreadsheet")])), "other_archive");
    assert_eq!(refused(&archive(&[("xl/workbook.xml", "<workbook")])), "damaged");
}

#[test]
fn a_workbook_is_read_as_it_shows() {
    let file = workbook(
        "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>0</v></c><c r=\"C2\" t=\"s\"><v>1</v></c></row>
         <row r=\"4\"><c r=\"A4\"><v>4710000000013</v></c><c r=\"B4\"><v>29.990000000000002</v></c><c r=\"C4\" s=\"1\"><v>46082</v></c><c r=\"D4\" t=\"e\"><v>#N/A</v></c><c r=\"E4\" t=\"inlineStr\"><is><t>a_x000D_\nb</t></is></c></row>
         <row r=\"5\"><c r=\"A5\" s=\"1\"/></row>",
        &["貨號", " 品名 "],
    );
    let found = looked(&file);
    assert_eq!(found.reading, Reading::Xlsx { sheet: "商品".to_owned() });
    assert_eq!(found.sheets, ["empty", "商品"]);
    assert_eq!(found.rows.len(), 2);
    assert_eq!((found.rows[0].number, found.rows[1].number), (2, 4));
    let cells: Vec<_> = found.rows[1].cells.iter().map(|cell| (cell.text.as_str(), cell.kind)).collect();
    assert_eq!(
        cells[..4],
        [
            ("4710000000013", CellKind::Number),
            ("29.99", CellKind::Number),
            ("2026-03-01", CellKind::Date),
            ("#N/A", CellKind::Failure),
        ]
    );
    assert!(matches!(rows(&file, &Reading::Xlsx { sheet: "other".to_owned() }), Err(TableError::NoSheet(_))));
    let wide = workbook("<row r=\"1\"><c r=\"XFD1\"><v>1</v></c></row>", &[]);
    assert!(matches!(
        rows(&wide, &Reading::Xlsx { sheet: "商品".to_owned() }),
        Err(TableError::TooManyColumns { row: 1 })
    ));
    let backwards =
        workbook("<row r=\"5\"><c r=\"A5\"><v>1</v></c></row><row r=\"2\"><c r=\"A2\"><v>1</v></c></row>", &[]);
    assert!(matches!(rows(&backwards, &Reading::Xlsx { sheet: "商品".to_owned() }), Err(TableError::Damaged(_))));
}

#[test]
fn a_workbook_that_unpacks_to_far_more_is_refused_before_it_is_read() {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for part in ["xl/workbook.xml", "xl/sharedStrings.xml"] {
        archive.start_file(part, SimpleFileOptions::default()).unwrap();
        archive.write_all(format!("<sst xmlns=\"{main}\">").as_bytes()).unwrap();
        if part == "xl/sharedStrings.xml" {
            let blank = vec![b' '; 1 << 20];
            (0..101).for_each(|_| archive.write_all(&blank).unwrap());
        }
    }
    let mut file = archive.finish().unwrap().into_inner();
    assert!(file.len() < 1 << 20);
    let refused = |file: &[u8]| {
        let mut source = file;
        look(&mut source, None).unwrap_err().code()
    };
    assert_eq!(refused(&file), "bomb");
    // The same with a lie: the list of contents says that it is small.
    let directory = file.windows(4).rposition(|bytes| bytes == b"PK\x01\x02").unwrap();
    file[directory + 24..directory + 28].copy_from_slice(&10_u32.to_le_bytes());
    assert!(["bomb", "damaged"].contains(&refused(&file)), "{}", refused(&file));
}

#[test]
fn numbers_have_the_digits_that_a_spreadsheet_shows() {
    for (number, text) in [
        (0.0, "0"),
        (120.0, "120"),
        (0.1 + 0.2, "0.3"),
        (-1.5, "-1.5"),
        (4_710_000_000_013.0, "4710000000013"),
        (12_345_678_901_234.0, "12345678901234"),
        (1e20, "100000000000000000000"),
        (0.000_001, "0.000001"),
    ] {
        assert_eq!(workbook::number_text(number), text);
    }
}

proptest! {
    #[test]
    fn whatever_comes_ends_with_rows_or_a_reason(file in proptest::collection::vec(any::<u8>(), 0..400)) {
        let mut source = file.as_slice();
        if let Ok(found) = look(&mut source, None) {
            drop(rows(&file, &found.reading));
        }
    }
}
