//! Who looked at what.

use axum::http::Method;
use axum::routing::get;

use super::{Route, api, file, page};
use crate::accounts::gate::Who::May;
use crate::accounts::rights::Right::ReadStatistics;
use crate::statistics;

/// The lines of the table.
pub fn routes() -> Vec<Route> {
    vec![
        page("/app/statistics", May(ReadStatistics), get(statistics::page::page)),
        file("/app/statistics.csv", May(ReadStatistics), get(statistics::export::csv)),
        api(
            Method::GET,
            "/api/v1/statistics",
            May(ReadStatistics),
            statistics::api::describe,
            get(statistics::api::get),
        )
        .with_query(statistics::api::QUERY),
    ]
}
