//! Uploads and the media library.

use axum::http::Method;
use axum::middleware::map_response;
use axum::routing::{MethodRouter, delete, get, head, options, patch, post};

use super::{Route, api, file, form, page};
use crate::accounts::gate::Who::May;
use crate::accounts::rights::Right::{ReadMedia, WriteMedia};
use crate::app::App;
use crate::{library, uploads};

/// The lines of the table.
pub fn routes() -> Vec<Route> {
    let upload = |method, path, operation, handler: MethodRouter<App>| {
        api(method, path, May(WriteMedia), operation, handler.layer(map_response(uploads::speak)))
    };
    let (all, one) = ("/api/v1/uploads", "/api/v1/uploads/{id}");
    vec![
        upload(Method::OPTIONS, all, uploads::describe_capabilities, options(uploads::capabilities)),
        upload(Method::POST, all, uploads::describe_create, post(uploads::create)),
        upload(Method::HEAD, one, uploads::describe_offset, head(uploads::offset)),
        upload(Method::GET, one, uploads::describe_state, get(uploads::offset)),
        upload(Method::PATCH, one, uploads::describe_receive, patch(uploads::receive)),
        upload(Method::DELETE, one, uploads::describe_end, delete(uploads::end)),
        page("/app/media", May(ReadMedia), get(library::page::page)),
        page("/app/media/choices", May(ReadMedia), get(library::choices::list)),
        page("/app/media/{id}", May(ReadMedia), get(library::item::page)),
        form("/app/media/{id}", May(WriteMedia), post(library::item::save)),
        form("/app/media/{id}/delete", May(WriteMedia), post(library::item::delete)),
        file("/app/media/{id}/{variant}", May(ReadMedia), get(library::file::file)),
    ]
}
