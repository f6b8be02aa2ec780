//! `GET /robots.txt` and `GET /sitemap.xml`.

use std::fmt::Write as _;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::published::load;
use super::sql;
use crate::app::App;
use crate::error::Result;
use crate::http::caching::revalidated;

/// What a sitemap may hold at most, by its protocol.
const MAX_ADDRESSES: usize = 50_000;

/// What robots may read: the pages.
pub async fn robots(State(app): State<App>, headers: HeaderMap) -> Response {
    let text = format!("User-agent: *\nDisallow: /api/\n\nSitemap: {}\n", app.pages.absolute("/sitemap.xml"));
    revalidated(&headers, "text/plain; charset=utf-8", text)
}

/// Every public page.
pub async fn sitemap(State(app): State<App>, headers: HeaderMap) -> Result<Response> {
    let mut addresses = vec![app.pages.absolute("/")];
    for row in sql::published(&app.db, 1000).await? {
        let Some(number) = row.current_revision else { continue };
        let revision = load(&app, row.id, number).await?;
        for path in [format!("/s/{}", row.slug), format!("/s/{}/list", row.slug)] {
            let languages = &revision.store.document.languages;
            let first = languages.first().map_or("", String::as_str);
            addresses.extend(languages.iter().map(|lang| app.pages.localized(&path, lang, first)));
        }
        addresses.extend(revision.store.products.iter().map(|card| app.pages.absolute(&format!("/p/{}", card.id))));
        addresses.truncate(MAX_ADDRESSES);
    }
    let mut xml =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n"
            .to_owned();
    for address in addresses {
        let _ = writeln!(xml, "  <url><loc>{}</loc></url>", address.replace('&', "&amp;"));
    }
    xml.push_str("</urlset>\n");
    Ok(revalidated(&headers, "application/xml", xml))
}
