//! `GET /media/{sha256}/{file}` and `GET /tiles/{pyramid}/{level}/{face}/{y}/{x}`: immutable, to everyone, but only
//! what a published revision uses.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use scene::pyramid::{TileId, is_id};
use uuid::Uuid;

use super::range::{Wanted, wanted};
use super::variants::SIZES;
use super::{accept, encode, media_path, pyramid_path, sql};
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::caching::{IMMUTABLE, is_fresh};

const CACHING: SmallerCaching =
    SmallerCaching { made: IMMUTABLE, format_made_later: "public, max-age=3600", made_later: "public, max-age=60" };
/// Content types of what is stored, by ending. Anything else is not served.
const TYPES: [(&str, &str); 9] = [
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("png", "image/png"),
    ("webp", "image/webp"),
    ("avif", "image/avif"),
    ("mp4", "video/mp4"),
    ("webm", "video/webm"),
    ("glb", "model/gltf-binary"),
    ("pdf", "application/pdf"),
];

/// The content type for a file's ending.
#[must_use]
pub fn content_type(extension: &str) -> Option<&'static str> {
    TYPES.iter().find(|(ending, _)| *ending == extension).map(|(_, content_type)| *content_type)
}

/// A picture or video.
pub async fn media(
    State(app): State<App>,
    Path((sha256, file)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response> {
    let content_type = file.rsplit_once('.').and_then(|(variant, ending)| {
        let plain = !variant.is_empty() && variant.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        content_type(ending).filter(|_| plain)
    });
    let (true, Some(content_type)) = (is_id(&sha256), content_type) else { return Err(Error::NotFound) };
    let Some(organisation) = app.public_files.organisation(&app.db, &format!("media/{sha256}")).await? else {
        return Err(Error::NotFound);
    };
    if let Some(name) = smaller_name(&file) {
        return smaller(&app, organisation, &sha256, name, &CACHING, &headers).await;
    }
    let etag = format!("\"{}-{file}\"", &sha256[..32]);
    send(&app, &media_path(organisation, &sha256, &file), content_type, &etag, IMMUTABLE, &headers).await
}

/// The size that a file's name asks for, in the format that `Accept` asks for: `card.jpg` is `card`.
fn smaller_name(file: &str) -> Option<&'static str> {
    let (name, ending) = file.rsplit_once('.')?;
    SIZES.iter().map(|(size, _)| *size).find(|size| *size == name && ending == "jpg")
}

/// For how long answers are kept.
#[derive(Clone, Copy, Debug)]
pub struct SmallerCaching {
    /// The copy in the best format that the client takes.
    pub made: &'static str,
    /// A copy in another format, as long as the better one is not made.
    pub format_made_later: &'static str,
    /// A picture that stands in for its smaller copy.
    pub made_later: &'static str,
}

/// A smaller copy of a picture, in the best format that there is and that the client takes. Where there is none yet, the
/// picture itself, to be asked for again soon.
///
/// # Errors
/// There is no such picture.
pub async fn smaller(
    app: &App,
    organisation: Uuid,
    sha256: &str,
    name: &str,
    caching: &SmallerCaching,
    request: &HeaderMap,
) -> Result<Response> {
    let formats: Vec<_> = encode::FORMATS.iter().map(|format| (format.extension, format.media_type)).collect();
    let mut response = Err(Error::NotFound);
    for (rank, ending) in accept::order(request, &formats).into_iter().enumerate() {
        let etag = format!("\"{}-{name}.{ending}\"", &sha256[..sha256.len().min(32)]);
        let path = media_path(organisation, sha256, &format!("{name}.{ending}"));
        if app.files.size(&path).await.map_err(Error::internal)?.is_some() {
            let content_type = content_type(ending).ok_or(Error::NotFound)?;
            // A better one may be on its way, or was not smaller.
            let is_last = rank == 0 || sql::is_encoded(&app.db, organisation, sha256).await?;
            let caching = if is_last { caching.made } else { caching.format_made_later };
            response = send(app, &path, content_type, &etag, caching, request).await;
            break;
        }
    }
    if matches!(response, Err(Error::NotFound)) {
        let ending = sql::ending(&app.db, organisation, sha256).await?.ok_or(Error::NotFound)?;
        let content_type = content_type(&ending).ok_or(Error::NotFound)?;
        let path = media_path(organisation, sha256, &format!("original.{ending}"));
        let etag = format!("\"{}-original.{ending}\"", &sha256[..sha256.len().min(32)]);
        response = send(app, &path, content_type, &etag, caching.made_later, request).await;
    }
    let mut response = response?;
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept"));
    Ok(response)
}

/// A tile of a panorama.
pub async fn tile(
    State(app): State<App>,
    Path((pyramid, level, face, y, x)): Path<(String, String, String, String, String)>,
    headers: HeaderMap,
) -> Result<Response> {
    let path = format!("{level}/{face}/{y}/{x}");
    if !is_id(&pyramid) || TileId::from_path(&path).is_none() {
        return Err(Error::NotFound);
    }
    let Some(organisation) = app.public_files.organisation(&app.db, &format!("tiles/{pyramid}")).await? else {
        return Err(Error::NotFound);
    };
    let etag = format!("\"{}-{}\"", &pyramid[..32], path.trim_end_matches(".jpg").replace('/', "-"));
    send(&app, &pyramid_path(organisation, &pyramid, &path), "image/jpeg", &etag, IMMUTABLE, &headers).await
}

/// A stored file, or the part of it that is asked for.
///
/// # Errors
/// There is no such file, or no such part.
pub async fn send(
    app: &App,
    path: &object_store::path::Path,
    content_type: &'static str,
    etag: &str,
    caching: &'static str,
    request: &HeaderMap,
) -> Result<Response> {
    let etag = HeaderValue::from_str(etag).map_err(Error::internal)?;
    let validators = [(header::ETAG, etag.clone()), (header::CACHE_CONTROL, HeaderValue::from_static(caching))];
    if is_fresh(request, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, validators).into_response());
    }
    let size = app.files.size(path).await.map_err(Error::internal)?.ok_or(Error::NotFound)?;
    let range = request.get(header::RANGE).and_then(|range| range.to_str().ok());
    // A player that saw another version wants the whole of this one.
    let same = request.get(header::IF_RANGE).is_none_or(|seen| *seen == etag);
    let (status, part) = match wanted(range.filter(|_| same), size) {
        Wanted::Whole => (StatusCode::OK, 0..size),
        Wanted::Part(part) => (StatusCode::PARTIAL_CONTENT, part),
        Wanted::Unsatisfiable => return Err(Error::Range { size }),
    };
    let content_range = (status == StatusCode::PARTIAL_CONTENT)
        .then(|| [(header::CONTENT_RANGE, format!("bytes {}-{}/{size}", part.start, part.end - 1))]);
    let length = part.end - part.start;
    let body = Body::from_stream(app.files.stream(path, part).await.map_err(Error::internal)?);
    let about = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (header::CONTENT_LENGTH, HeaderValue::from(length)),
        (header::ACCEPT_RANGES, HeaderValue::from_static("bytes")),
    ];
    let mut response = (status, validators, about, body).into_response();
    if let Some([(name, value)]) = content_range {
        response.headers_mut().insert(name, HeaderValue::from_str(&value).map_err(Error::internal)?);
    }
    Ok(response)
}
