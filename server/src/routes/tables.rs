//! Products from and to files of spreadsheets.

use axum::extract::DefaultBodyLimit;
use axum::http::Method;
use axum::routing::{get, post};

use super::{Route, api, file, form, page};
use crate::accounts::gate::Who::May;
use crate::accounts::rights::Right::{ReadCatalogue, WriteCatalogue};
use crate::products::{export, import};

/// The lines of the table.
pub fn routes() -> Vec<Route> {
    let file_limit = DefaultBodyLimit::max(crate::tables::MAX_BYTES as usize + (1 << 20));
    vec![
        page("/app/products/import", May(WriteCatalogue), get(import::list)),
        form("/app/products/import", May(WriteCatalogue), post(import::upload).layer(file_limit)),
        page("/app/products/import/{id}", May(WriteCatalogue), get(import::page)),
        form("/app/products/import/{id}/columns", May(WriteCatalogue), post(import::columns::save)),
        form("/app/products/import/{id}/start", May(WriteCatalogue), post(import::start)),
        form("/app/products/import/{id}/again", May(WriteCatalogue), post(import::again)),
        form("/app/products/import/{id}/cancel", May(WriteCatalogue), post(import::cancel)),
        file("/app/products/import/{id}/faults.csv", May(WriteCatalogue), get(import::faults)),
        file("/app/products/import-template.xlsx", May(WriteCatalogue), get(export::template)),
        file("/app/products/export.csv", May(ReadCatalogue), get(export::csv)),
        file("/app/products/export.xlsx", May(ReadCatalogue), get(export::xlsx)),
        api(Method::GET, "/api/v1/imports/{id}", May(WriteCatalogue), import::describe_progress, get(import::progress)),
    ]
}
