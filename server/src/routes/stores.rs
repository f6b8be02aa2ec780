//! Making stores: drafts, preview, publishing.

use ::scene::document::strict as scene_document;
use axum::extract::DefaultBodyLimit;
use axum::http::Method;
use axum::routing::{MethodRouter, get, post};

use super::{Route, api, file, form, page};
use crate::accounts::gate::Who::{May, Public};
use crate::accounts::rights::Right::{ReadStores, WriteStores};
use crate::app::App;
use crate::drafts::{add, api as programs, document, files, links, list, make, overview, preview, publish};
use crate::drafts::{remove, revisions, scene, settings, share};

/// The lines of the table.
pub fn routes() -> Vec<Route> {
    let put = |path, operation, handler: MethodRouter<App>| {
        let handler = handler.layer(DefaultBodyLimit::max(scene_document::MAX_BYTES));
        api(Method::PUT, path, May(WriteStores), operation, handler)
    };
    let upload = post(document::upload).layer(DefaultBodyLimit::max(document::MAX_FORM_BYTES));
    vec![
        page("/app/stores", May(ReadStores), get(list::page)),
        page("/app/stores/new", May(WriteStores), get(make::page)),
        form("/app/stores/new", May(WriteStores), post(make::make)),
        page("/app/stores/{id}", May(ReadStores), get(overview::page)),
        page("/app/stores/{id}/settings", May(WriteStores), get(settings::page)),
        form("/app/stores/{id}/settings", May(WriteStores), post(settings::change)),
        page("/app/stores/{id}/add", May(WriteStores), get(add::page)),
        form("/app/stores/{id}/add", May(WriteStores), post(add::add)),
        page("/app/stores/{id}/scenes/{scene}", May(WriteStores), get(scene::page)),
        form("/app/stores/{id}/scenes/{scene}", May(WriteStores), post(scene::change)),
        form("/app/stores/{id}/scenes/{scene}/move", May(WriteStores), post(overview::move_scene)),
        form("/app/stores/{id}/scenes/{scene}/remove", May(WriteStores), post(scene::remove)),
        page("/app/stores/{id}/scenes/{scene}/links", May(WriteStores), get(links::fresh)),
        form("/app/stores/{id}/scenes/{scene}/links", May(WriteStores), post(links::add)),
        page("/app/stores/{id}/scenes/{scene}/links/{hotspot}", May(WriteStores), get(links::page)),
        form("/app/stores/{id}/scenes/{scene}/links/{hotspot}", May(WriteStores), post(links::change)),
        form("/app/stores/{id}/scenes/{scene}/links/{hotspot}/remove", May(WriteStores), post(links::remove)),
        page("/app/stores/{id}/preview", May(ReadStores), get(preview::page)),
        page("/app/stores/{id}/view", May(ReadStores), get(preview::view)),
        page("/app/stores/{id}/view/list", May(ReadStores), get(preview::list)),
        file("/app/stores/{id}/view.json", May(ReadStores), get(preview::json)),
        file("/app/tiles/{pyramid}/{level}/{face}/{y}/{x}", May(ReadStores), get(files::tile)),
        form("/app/stores/{id}/publish", May(WriteStores), post(publish::publish)),
        page("/app/stores/{id}/publishing", May(ReadStores), get(publish::page)),
        form("/app/stores/{id}/close", May(WriteStores), post(publish::close)),
        form("/app/stores/{id}/delete", May(WriteStores), post(remove::remove)),
        page("/app/stores/{id}/revisions", May(ReadStores), get(revisions::page)),
        form("/app/stores/{id}/revisions/{number}/restore", May(WriteStores), post(revisions::restore)),
        page("/app/stores/{id}/document", May(ReadStores), get(document::page)),
        form("/app/stores/{id}/document", May(WriteStores), upload),
        file("/app/stores/{id}/document.json", May(ReadStores), get(document::file)),
        file("/app/stores/{id}/qr.svg", May(ReadStores), get(share::qr)),
        api(
            Method::GET,
            "/api/v1/store-document.schema.json",
            Public,
            document::describe_schema,
            get(document::schema),
        ),
        api(Method::GET, "/api/v1/drafts", May(ReadStores), programs::describe_list, get(programs::list))
            .with_query(programs::QUERY),
        api(Method::GET, "/api/v1/drafts/{id}", May(ReadStores), programs::describe_read, get(programs::read)),
        put("/api/v1/drafts/{id}", programs::describe_put, axum::routing::put(programs::put)),
        api(
            Method::GET,
            "/api/v1/drafts/{id}/publication",
            May(ReadStores),
            programs::describe_published,
            get(programs::published),
        ),
        api(
            Method::POST,
            "/api/v1/drafts/{id}/publication",
            May(WriteStores),
            programs::describe_publish,
            post(programs::publish),
        ),
    ]
}
