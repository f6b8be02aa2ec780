//! `GET /assets/{path}`: the viewer's files and those of our own pages, compressed beforehand.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::read;
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::caching::{IMMUTABLE, encoding};

/// The file.
pub async fn asset(State(app): State<App>, Path(path): Path<String>, headers: HeaderMap) -> Result<Response> {
    if let Some(own) = app.pages.own_asset(&path) {
        return send(&headers, own.content_type, own.br.is_some(), own.gz.is_some(), |encoding| match encoding {
            Some("br") => own.br.clone(),
            Some(_) => own.gz.clone(),
            None => Some(own.plain.clone()),
        });
    }
    let Some(manifest) = app.viewer() else { return Err(Error::NotFound) };
    let file = manifest.files.values().find(|file| file.path == path).ok_or(Error::NotFound)?;
    send(&headers, &file.content_type, file.br, file.gz, |encoding| {
        let ending = match encoding {
            Some("br") => ".br",
            Some(_) => ".gz",
            None => "",
        };
        read(&format!("{path}{ending}")).map(|content| content.into_owned().into())
    })
}

fn send(
    request: &HeaderMap,
    content_type: &str,
    br: bool,
    gz: bool,
    content: impl Fn(Option<&'static str>) -> Option<bytes::Bytes>,
) -> Result<Response> {
    let encoding = encoding(request, br, gz);
    let body = content(encoding).ok_or(Error::NotFound)?;
    let mut response = Body::from(body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(content_type).map_err(Error::internal)?);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(IMMUTABLE));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    Ok(response)
}
