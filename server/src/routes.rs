//! The one table of addresses. It builds the router, the OpenAPI document and the tests of headers and rights: an
//! address that is not here does not exist.

use ::scene::document::strict as scene_document;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{Extensions, HeaderMap, Method, StatusCode, Version, header};
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::response::IntoResponse as _;
use axum::routing::{MethodRouter, delete, get, head, options, patch, post};
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::accounts::gate::Who::{self, May, Public, SignedIn, Visitor};
use crate::accounts::gate::{self, Gate};
use crate::accounts::rights::Right::{
    ManageKeys, ManagePeople, ManageShop, ReadAudit, ReadCatalogue, ReadMedia, ReadStatistics, ReadStores,
    WriteCatalogue, WriteMedia, WriteStores,
};
use crate::accounts::{forgot, join, keys, me, new_password, overview, passkeys, people, sign_in, start};
use crate::app::App;
use crate::error::Error;
use crate::http::{Kind, address, errors, limits, observe, protect};
use crate::openapi::{Operation, Parameter};
use crate::{
    analytics, audit, bundle, categories, files, health, library, openapi, pages, products, shops, statistics, stores,
    suppliers, uploads, webhooks,
};

/// One line of the table.
pub struct Route {
    /// Method.
    pub method: Method,
    /// Path, with `{name}` for what varies.
    pub path: &'static str,
    /// Who may ask.
    pub who: Who,
    /// What the answer is.
    pub kind: Kind,
    /// How the OpenAPI document describes it.
    pub operation: Option<fn() -> Operation>,
    /// What may stand behind `?`, of what programs call.
    pub query: &'static [Parameter],
    handler: MethodRouter<App>,
}

/// The table.
#[must_use]
pub fn table() -> Vec<Route> {
    [
        shoppers(),
        door(),
        own_account(),
        people_and_keys(),
        media(),
        shop(),
        catalogue(),
        tables(),
        drafts(),
        webhooks(),
        statistics(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const fn route(
    method: Method,
    path: &'static str,
    who: Who,
    kind: Kind,
    operation: Option<fn() -> Operation>,
    handler: MethodRouter<App>,
) -> Route {
    Route { method, path, who, kind, operation, query: &[], handler }
}

impl Route {
    /// The same with parameters behind `?`.
    const fn with_query(mut self, query: &'static [Parameter]) -> Self {
        self.query = query;
        self
    }
}

/// A page.
const fn page(path: &'static str, who: Who, handler: MethodRouter<App>) -> Route {
    route(Method::GET, path, who, Kind::Html, None, handler)
}

/// What a page's form is sent to.
const fn form(path: &'static str, who: Who, handler: MethodRouter<App>) -> Route {
    route(Method::POST, path, who, Kind::Html, None, handler)
}

/// A file.
const fn file(path: &'static str, who: Who, handler: MethodRouter<App>) -> Route {
    route(Method::GET, path, who, Kind::File, None, handler)
}

/// What programs and scripts call.
const fn api(
    method: Method,
    path: &'static str,
    who: Who,
    operation: fn() -> Operation,
    handler: MethodRouter<App>,
) -> Route {
    route(method, path, who, Kind::Json, Some(operation), handler)
}

/// What everyone sees.
fn shoppers() -> Vec<Route> {
    vec![
        page("/", Public, get(stores::home::page)),
        page("/s/{slug}", Public, get(stores::page::page)),
        page("/s/{slug}/embed", Public, get(stores::page::embed)),
        page("/s/{slug}/list", Public, get(stores::list::page)),
        page("/p/{id}", Public, get(products::page::page)),
        page("/design", Public, get(pages::design::page)),
        api(
            Method::GET,
            "/api/v1/stores/{slug}",
            Public,
            stores::published::describe_current,
            get(stores::published::current),
        ),
        api(
            Method::GET,
            "/api/v1/stores/{slug}/revisions/{number}",
            Public,
            stores::published::describe_revision,
            get(stores::published::revision),
        ),
        api(
            Method::POST,
            "/api/v1/events",
            Public,
            analytics::collect::describe,
            post(analytics::collect::collect).layer(DefaultBodyLimit::max(analytics::batch::MAX_BYTES)),
        ),
        api(Method::GET, "/api/v1/openapi.json", Public, openapi::describe, get(openapi::document)),
        file("/embed.js", Public, get(stores::embed::script)),
        file("/s/{slug}/poster.jpg", Public, get(stores::embed::poster)),
        file("/assets/{*path}", Public, get(bundle::serve::asset)),
        file("/media/{sha256}/{file}", Public, get(files::serve::media)),
        file("/tiles/{pyramid}/{level}/{face}/{y}/{x}", Public, get(files::serve::tile)),
        file("/robots.txt", Public, get(stores::sitemap::robots)),
        file("/sitemap.xml", Public, get(stores::sitemap::sitemap)),
        file("/favicon.ico", Public, get(pages::icon::icon)),
        file("/healthz", Public, get(health::alive)),
        file("/readyz", Public, get(health::ready)),
    ]
}

/// The ways in.
fn door() -> Vec<Route> {
    vec![
        page("/app/start", Visitor, get(start::page)),
        form("/app/start", Visitor, post(start::submit)),
        page("/app/join", Visitor, get(join::page)),
        form("/app/join", Visitor, post(join::submit)),
        page("/app/forgot", Visitor, get(forgot::page)),
        form("/app/forgot", Visitor, post(forgot::submit)),
        page("/app/new-password", Visitor, get(new_password::page)),
        form("/app/new-password", Visitor, post(new_password::submit)),
        page("/app/sign-in", Visitor, get(sign_in::page)),
        form("/app/sign-in", Visitor, post(sign_in::submit)),
        api(
            Method::POST,
            "/api/v1/passkeys/sign-in/challenge",
            Visitor,
            passkeys::describe_begin_sign_in,
            post(passkeys::begin_sign_in),
        ),
        api(
            Method::POST,
            "/api/v1/passkeys/sign-in",
            Visitor,
            passkeys::describe_finish_sign_in,
            post(passkeys::finish_sign_in),
        ),
    ]
}

/// What is one's own.
fn own_account() -> Vec<Route> {
    vec![
        page("/app", SignedIn, get(overview::page)),
        form("/app/sign-out", SignedIn, post(sign_in::sign_out)),
        page("/app/me", SignedIn, get(me::page)),
        form("/app/me", SignedIn, post(me::save)),
        form("/app/me/password", SignedIn, post(me::set_password)),
        form("/app/me/organisation", SignedIn, post(me::switch)),
        form("/app/me/sessions/end-others", SignedIn, post(me::end_other_sessions)),
        form("/app/me/sessions/{id}/end", SignedIn, post(me::end_session)),
        form("/app/me/passkeys/{id}/remove", SignedIn, post(passkeys::remove)),
        api(
            Method::POST,
            "/api/v1/passkeys/registration",
            SignedIn,
            passkeys::describe_begin_adding,
            post(passkeys::begin_adding),
        ),
        api(
            Method::POST,
            "/api/v1/passkeys",
            SignedIn,
            passkeys::describe_finish_adding,
            post(passkeys::finish_adding),
        ),
    ]
}

/// Who else works here, and what happened.
fn people_and_keys() -> Vec<Route> {
    vec![
        page("/app/people", May(ManagePeople), get(people::page)),
        form("/app/people/invitations", May(ManagePeople), post(people::invite)),
        form("/app/people/invitations/{id}/withdraw", May(ManagePeople), post(people::withdraw)),
        form("/app/people/{id}/role", May(ManagePeople), post(people::set_role)),
        form("/app/people/{id}/remove", May(ManagePeople), post(people::remove)),
        form("/app/people/{id}/password", May(ManagePeople), post(people::password)),
        page("/app/keys", May(ManageKeys), get(keys::page)),
        form("/app/keys", May(ManageKeys), post(keys::create)),
        form("/app/keys/{id}/revoke", May(ManageKeys), post(keys::revoke)),
        page("/app/audit", May(ReadAudit), get(audit::page::page)),
        file("/app/audit.csv", May(ReadAudit), get(audit::export::csv)),
    ]
}

/// What shoppers are told of the shop.
fn shop() -> Vec<Route> {
    vec![
        page("/app/shop", May(ManageShop), get(shops::page::page)),
        form("/app/shop", May(ManageShop), post(shops::save::create)),
        page("/app/shop/new", May(ManageShop), get(shops::page::fresh)),
        page("/app/shop/{id}", May(ManageShop), get(shops::page::one)),
        form("/app/shop/{id}", May(ManageShop), post(shops::save::save)),
    ]
}

/// Making stores: drafts, preview, publishing.
fn drafts() -> Vec<Route> {
    use crate::drafts::{add, api as programs, document, files, links, list, make, overview, preview, publish};
    use crate::drafts::{revisions, scene, settings, share};
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
        api(Method::GET, "/api/v1/drafts", May(ReadStores), programs::describe_list, get(programs::list)),
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

/// Who is told of changes.
fn webhooks() -> Vec<Route> {
    use webhooks::{delivery, endpoint, failed, page as all};
    vec![
        page("/app/webhooks", May(ManageKeys), get(all::page)),
        form("/app/webhooks", May(ManageKeys), post(all::create)),
        page("/app/webhooks/failed", May(ManageKeys), get(failed::page)),
        form("/app/webhooks/failed/replay", May(ManageKeys), post(failed::replay)),
        page("/app/webhooks/deliveries/{id}", May(ManageKeys), get(delivery::page)),
        form("/app/webhooks/deliveries/{id}/replay", May(ManageKeys), post(delivery::replay)),
        page("/app/webhooks/{id}", May(ManageKeys), get(endpoint::page)),
        form("/app/webhooks/{id}", May(ManageKeys), post(endpoint::save)),
        form("/app/webhooks/{id}/secret", May(ManageKeys), post(endpoint::rotate)),
        form("/app/webhooks/{id}/enable", May(ManageKeys), post(endpoint::enable)),
        form("/app/webhooks/{id}/disable", May(ManageKeys), post(endpoint::disable)),
        form("/app/webhooks/{id}/test", May(ManageKeys), post(endpoint::test)),
        form("/app/webhooks/{id}/replay", May(ManageKeys), post(endpoint::replay)),
        form("/app/webhooks/{id}/delete", May(ManageKeys), post(endpoint::delete)),
    ]
}

/// Uploads and the media library.
fn media() -> Vec<Route> {
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

/// What is sold.
fn catalogue() -> Vec<Route> {
    let (read, write) = (May(ReadCatalogue), May(WriteCatalogue));
    let (all, one) = ("/api/v1/products", "/api/v1/products/{id}");
    vec![
        api(Method::GET, all, read, products::api::describe_list, get(products::api::list)),
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

/// Products from and to files of spreadsheets.
fn tables() -> Vec<Route> {
    use products::{export, import};
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

/// Who looked at what.
fn statistics() -> Vec<Route> {
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

/// The table's router with everything around it. The outermost comes last.
pub fn router(app: &App) -> Router {
    let routes = table().into_iter().fold(Router::new(), |router, route| {
        let handler = match route.who {
            Public => route.handler,
            who => {
                let gate = Gate { app: app.clone(), who, kind: route.kind };
                route.handler.route_layer(from_fn_with_state(gate, gate::pass))
            }
        };
        router.route(route.path, handler)
    });
    routes
        .fallback(async || Error::NotFound)
        .layer(CompressionLayer::new().quality(CompressionLevel::Precise(4)).compress_when(is_text))
        .layer(from_fn(address::refuse_nul))
        .layer(from_fn_with_state(app.clone(), limits::limit))
        .layer(CatchPanicLayer::custom(|_| Error::internal("a handler panicked").into_response()))
        .layer(from_fn_with_state(app.clone(), errors::render))
        .layer(from_fn_with_state(app.clone(), protect::protect))
        .layer(from_fn_with_state(app.clone(), observe::observe))
        .with_state(app.clone())
}

/// What is worth compressing on the way: our own text. Pictures are packed already, files of the bundle were
/// compressed when they were built.
fn is_text(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    !headers.contains_key(header::CONTENT_RANGE)
        && ["text/", "application/json", "application/problem+json", "application/xml"]
            .iter()
            .any(|text| content_type.starts_with(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::protect::may_be_framed;
    use crate::testing::{BROWSER, Engine, TEA, TestApp};
    use axum::body::Body;
    use axum::http::{Request, StatusCode};

    /// A path of the sample store for each line of the table.
    fn example(path: &str, media: &str, tile: &str) -> String {
        match path {
            "/media/{sha256}/{file}" => media.to_owned(),
            "/tiles/{pyramid}/{level}/{face}/{y}/{x}" => tile.to_owned(),
            "/assets/{*path}" => "/assets/nothing.css".to_owned(),
            path => path
                .replace("{variant}", "thumb")
                .replace("{slug}", "sample")
                .replace("{number}", "1")
                .replace("{scene}", "front")
                .replace("{hotspot}", "to-back")
                .replace("{pyramid}/{level}/{face}/{y}/{x}", "0/0/f/0/0.jpg")
                .replace("{id}", &TEA.to_string()),
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn every_answer_tells_browsers_what_it_may_do() {
        let test = TestApp::start(Engine::Sqlite).await;
        test.seed().await;
        let store = test.get("/api/v1/stores/sample").await.json();
        let media = store["posters"]["front"]["landscape"].as_str().unwrap();
        let tile = format!("/tiles/{}/0/f/0/0.jpg", store["document"]["scenes"][0]["panorama"].as_str().unwrap());
        for route in table() {
            let path = example(route.path, media, &tile);
            let request = Request::builder().method(route.method.clone()).uri(&path).header("user-agent", BROWSER);
            let answer = test.send(request.body(Body::empty()).unwrap()).await;
            let expected = match path.as_str() {
                "/assets/nothing.css" => StatusCode::NOT_FOUND,
                "/api/v1/events" => StatusCode::BAD_REQUEST,
                "/app/sign-in" | "/app/forgot" if route.method == Method::GET => StatusCode::OK,
                "/app/start" | "/app/join" | "/app/new-password" if route.method == Method::GET => StatusCode::GONE,
                _ if route.who != Public && route.kind == Kind::Json && route.method.is_safe() => {
                    StatusCode::UNAUTHORIZED
                }
                // Nobody is signed in, and no page of ours sends this.
                _ if route.method != Method::GET => StatusCode::FORBIDDEN,
                _ if route.who != Public && route.kind == Kind::File => StatusCode::UNAUTHORIZED,
                path if path == "/app" || path.starts_with("/app/") => StatusCode::SEE_OTHER,
                path if route.who != Public => panic!("{path} is not public; what is it for nobody?"),
                _ => StatusCode::OK,
            };
            assert_eq!(answer.status, expected, "{path}: {}", answer.text().chars().take(300).collect::<String>());
            let policy = answer.header("content-security-policy");
            assert!(
                policy.contains("script-src 'self' 'wasm-unsafe-eval';") && !policy.contains("unsafe-inline"),
                "{path}: {policy}"
            );
            let open = policy.contains("frame-ancestors *");
            assert_eq!(open, may_be_framed(route.path), "{path}: {policy}");
            let is_shown_elsewhere = route.path.starts_with("/s/") || route.path == "/embed.js";
            assert_eq!(open, is_shown_elsewhere, "{path}: only the stores may be framed");
            let resource = if is_shown_elsewhere || path == media { "cross-origin" } else { "same-origin" };
            assert_eq!(answer.header("cross-origin-resource-policy"), resource, "{path}");
            assert_eq!(answer.header("x-frame-options").is_empty(), open, "{path}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
            assert!(
                !answer.header("referrer-policy").is_empty() && !answer.header("permissions-policy").is_empty(),
                "{path}"
            );
            assert!(!answer.header("cache-control").is_empty(), "{path} says how long it may be kept");
            assert_eq!(answer.header("x-request-id").len(), 32, "{path}");
            let content_type = answer.header("content-type");
            let fits = match (route.kind, expected) {
                (_, StatusCode::SEE_OTHER) => content_type.is_empty(),
                (Kind::Html, _) | (Kind::File, StatusCode::NOT_FOUND | StatusCode::UNAUTHORIZED) => {
                    content_type.starts_with("text/html")
                }
                (Kind::Json, StatusCode::OK) => content_type == "application/json",
                (Kind::Json, _) => content_type == "application/problem+json",
                (Kind::File, _) => !content_type.is_empty(),
            };
            assert!(fits, "{path}: {content_type}");
            assert_eq!(
                route.operation.is_some(),
                route.kind == Kind::Json,
                "{path}: what is JSON is in the OpenAPI document"
            );
        }
    }

    #[tokio::test]
    async fn errors_are_pages_for_people_and_problems_for_programs() {
        let test = TestApp::start(Engine::Sqlite).await;
        let page = test.get_with("/nowhere", &[("accept-language", "zh-TW")]).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        assert!(page.text().contains("這裡沒有東西"), "{}", page.text());
        assert!(test.get("/nowhere?lang=en").await.text().contains("There is nothing here"));
        let problem = test.get("/api/v1/stores/nowhere").await;
        assert_eq!(
            (problem.status, problem.header("content-type")),
            (StatusCode::NOT_FOUND, "application/problem+json")
        );
        let json = problem.json();
        assert_eq!((json["status"].as_u64(), json["title"].as_str()), (Some(404), Some("Not Found")));
        assert_eq!(json["requestId"].as_str(), Some(problem.header("x-request-id")));
        let request = Request::delete("/api/v1/stores/nowhere").body(Body::empty()).unwrap();
        let method = test.send(request).await;
        assert_eq!((method.status, method.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "GET,HEAD"));
    }
}
