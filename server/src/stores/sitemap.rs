//! `GET /robots.txt` and `GET /sitemap.xml`.

use std::fmt::Write as _;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::listing;
use crate::app::App;
use crate::error::Result;
use crate::http::caching::revalidated;

/// What a sitemap may hold at most, by its protocol.
const MAX_ADDRESSES: i64 = 50_000;

/// What robots may read: the pages.
pub async fn robots(State(app): State<App>, headers: HeaderMap) -> Response {
    let text = format!("User-agent: *\nDisallow: /api/\n\nSitemap: {}\n", app.pages.absolute("/sitemap.xml"));
    revalidated(&headers, "text/plain; charset=utf-8", text)
}

/// Every public page.
pub async fn sitemap(State(app): State<App>, headers: HeaderMap) -> Result<Response> {
    let mut addresses = vec![app.pages.absolute("/")];
    for (slug, listing) in listing::published(&app.db, MAX_ADDRESSES).await? {
        let first = listing.languages.first().map_or("", String::as_str);
        for path in [format!("/s/{slug}"), format!("/s/{slug}/list")] {
            addresses.extend(listing.languages.iter().map(|lang| app.pages.localized(&path, lang, first)));
        }
    }
    let products = listing::shown_products(&app.db, MAX_ADDRESSES).await?;
    addresses.extend(products.iter().map(|id| app.pages.absolute(&format!("/p/{id}"))));
    addresses.truncate(MAX_ADDRESSES as usize);
    let mut xml =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n"
            .to_owned();
    for address in addresses {
        let _ = writeln!(xml, "  <url><loc>{}</loc></url>", address.replace('&', "&amp;"));
    }
    xml.push_str("</urlset>\n");
    Ok(revalidated(&headers, "application/xml", xml))
}
