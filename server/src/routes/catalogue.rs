//! What is sold.

use axum::http::Method;
use axum::routing::{get, patch, post};

use super::{Route, api, form, page};
use crate::accounts::gate::Who::May;
use crate::accounts::rights::Right::{ReadCatalogue, WriteCatalogue};
use crate::{categories, products, suppliers};

/// The lines of the table.
pub fn routes() -> Vec<Route> {
    let (read, write) = (May(ReadCatalogue), May(WriteCatalogue));
    let (all, one) = ("/api/v1/products", "/api/v1/products/{id}");
    vec![
        api(Method::GET, all, read, products::api::describe_list, get(products::api::list))
            .with_query(products::api::QUERY),
        api(Method::POST, all, write, products::api::describe_create, post(products::api::create)),
        api(Method::GET, one, read, products::api::describe_get, get(products::api::get)),
        api(Method::PATCH, one, write, products::api::describe_change, patch(products::api::change)),
        api(
            Method::POST,
            "/api/v1/products/{id}/archive",
            write,
            products::api::describe_archive,
            post(products::api::archive),
        ),
        api(
            Method::POST,
            "/api/v1/products/{id}/restore",
            write,
            products::api::describe_restore,
            post(products::api::restore),
        ),
        page("/app/products", read, get(products::list::page)),
        form("/app/products", write, post(products::item::create)),
        page("/app/products/new", write, get(products::item::new)),
        page("/app/products/{id}", read, get(products::item::page)),
        form("/app/products/{id}", write, post(products::item::save)),
        form("/app/products/{id}/archive", write, post(products::item::archive)),
        form("/app/products/{id}/restore", write, post(products::item::restore)),
        page("/app/categories", read, get(categories::page::page)),
        form("/app/categories", write, post(categories::page::create)),
        form("/app/categories/{id}", write, post(categories::page::save)),
        form("/app/categories/{id}/earlier", write, post(categories::page::earlier)),
        form("/app/categories/{id}/later", write, post(categories::page::later)),
        form("/app/categories/{id}/delete", write, post(categories::page::delete)),
        page("/app/suppliers", read, get(suppliers::page::page)),
        form("/app/suppliers", write, post(suppliers::page::create)),
        form("/app/suppliers/{id}", write, post(suppliers::page::save)),
        form("/app/suppliers/{id}/archive", write, post(suppliers::page::archive)),
        form("/app/suppliers/{id}/restore", write, post(suppliers::page::restore)),
        api(Method::GET, "/api/v1/categories", read, categories::api::describe_list, get(categories::api::list)),
    ]
}
