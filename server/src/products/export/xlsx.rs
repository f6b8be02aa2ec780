//! `GET /app/products/export.xlsx`: what the list shows, as a workbook. Text is told to be text, so that codes keep their
//! zeros. Rows go to a temporary file as they are read.

use std::io::{Seek as _, SeekFrom};

use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use tokio::sync::mpsc;
use tokio_util::io::ReaderStream;

use super::AT_ONCE;
use super::cells::{Cells, Content};
use crate::accounts::actor::Actor;
use crate::app::App;
use crate::error::{Error, Result};
use crate::pages::frame::Visit;
use crate::products::import::fields::Field;
use crate::products::list::Asked;
use crate::products::product::Product;
use crate::products::search;
use crate::tables::text::marked;

const CONTENT_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The handler.
pub async fn xlsx(State(app): State<App>, visit: Visit, actor: Actor, Query(asked): Query<Asked>) -> Result<Response> {
    let cells = Cells::of(&app, actor.tenant, &visit.lang).await?;
    let title = app.pages.texts(&visit.lang).get("export.sheet").to_owned();
    let (send, parts) = mpsc::channel(2);
    let writing = tokio::task::spawn_blocking(move || write(&cells, &title, parts));
    let (filter, mut from) = (asked.filter(), None);
    loop {
        let page = search::page(&app.db, actor.tenant, &filter, from, AT_ONCE).await?;
        from = page.next;
        if send.send(page.products).await.is_err() || from.is_none() {
            break;
        }
    }
    drop(send);
    let file = writing.await.map_err(Error::internal)?.map_err(Error::internal)?;
    let body = Body::from_stream(ReaderStream::new(tokio::fs::File::from_std(file)));
    Ok((headers("vitrine-products.xlsx"), body).into_response())
}

/// `GET /app/products/import-template.xlsx`: the headings alone.
pub async fn template(State(app): State<App>, visit: Visit, actor: Actor) -> Result<Response> {
    let mut cells = Cells::of(&app, actor.tenant, &visit.lang).await?;
    let keeps: Vec<bool> =
        cells.fields.iter().map(|field| !matches!(field, Field::Archived | Field::Currency)).collect();
    let mut kept = keeps.iter();
    cells.fields.retain(|_| kept.next().copied().unwrap_or(true));
    let mut kept = keeps.iter();
    cells.headings.retain(|_| kept.next().copied().unwrap_or(true));
    let title = app.pages.texts(&visit.lang).get("export.sheet").to_owned();
    let (_, parts) = mpsc::channel(1);
    let writing = tokio::task::spawn_blocking(move || write(&cells, &title, parts));
    let file = writing.await.map_err(Error::internal)?.map_err(Error::internal)?;
    let body = Body::from_stream(ReaderStream::new(tokio::fs::File::from_std(file)));
    Ok((headers("vitrine-products-template.xlsx"), body).into_response())
}

fn headers(name: &str) -> [(header::HeaderName, String); 2] {
    [
        (header::CONTENT_TYPE, CONTENT_TYPE.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ]
}

/// Writes parts as they come. The file is at its beginning, has no name, and is gone when it is closed.
fn write(cells: &Cells, title: &str, mut parts: mpsc::Receiver<Vec<Product>>) -> Result<std::fs::File, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet_with_constant_memory()?;
    sheet.set_name(title)?;
    sheet.set_freeze_panes(1, 0)?;
    let (bold, text) = (Format::new().set_bold().set_num_format("@"), Format::new().set_num_format("@"));
    for (column, (field, heading)) in (0_u16..).zip(cells.fields.iter().zip(&cells.headings)) {
        sheet.set_column_width(column, width(field))?;
        // What is typed into these columns later stays text, too.
        if matches!(field, Field::Sku | Field::Gtin | Field::SupplierCode) {
            sheet.set_column_format(column, &text)?;
        }
        sheet.write_string_with_format(0, column, heading, &bold)?;
    }
    let mut row = 1;
    while let Some(products) = parts.blocking_recv() {
        for product in &products {
            for (column, content) in (0_u16..).zip(cells.row(product)) {
                put(sheet, row, column, &content, &text)?;
            }
            row += 1;
        }
    }
    let mut file = tempfile::tempfile()?;
    book.save_to_writer(&mut file)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(file)
}

fn put(sheet: &mut Worksheet, row: u32, column: u16, content: &Content, text: &Format) -> Result<(), XlsxError> {
    match content {
        Content::Empty => {}
        Content::Text(said) => drop(sheet.write_string_with_format(row, column, marked(said), text)?),
        // Fifteen digits at most: exact.
        Content::Number(number) => drop(sheet.write_number(row, column, number.parse::<f64>().unwrap_or_default())?),
    }
    Ok(())
}

fn width(field: &Field) -> f64 {
    match field {
        Field::Name(_) | Field::Category => 30.0,
        Field::Description(_) | Field::Links => 40.0,
        Field::Sku | Field::Gtin | Field::Supplier | Field::SupplierCode => 18.0,
        _ => 12.0,
    }
}
