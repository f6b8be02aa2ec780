//! `POST /api/v1/uploads`: announces a file.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::sql::{self, Upload};
use super::{EXPIRES, KEPT_US, LENGTH, OFFSET, check_version, http_date, number};
use crate::accounts::actor::Actor;
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::form::is_line;
use crate::openapi::{Operation, nothing};

/// Uploads of an organisation that are not complete.
const MAX_OPEN: i64 = 200;
/// Characters of a file's name.
const MAX_NAME: usize = 200;

/// Describes it.
pub fn describe_create() -> Operation {
    Operation {
        id: "createUpload",
        summary: "Announces a file (tus 1.0): Upload-Length says how many bytes, Upload-Metadata may say `filename` and \
                  `kind` (auto, picture or panorama). Location says where to send it.",
        request: None,
        response: (201, "The upload is open.", nothing),
        errors: &[
            (400, "A header is missing or malformed."),
            (412, "Another version of tus."),
            (413, "The file is too large, or the organisation's space is full."),
            (503, "Too many uploads are open."),
        ],
    }
}

/// The handler.
pub async fn create(State(app): State<App>, actor: Actor, headers: HeaderMap) -> Result<Response> {
    check_version(&headers)?;
    let bytes = number(&headers, &LENGTH)?;
    let limit = app.config.media.upload_bytes;
    match u64::try_from(bytes) {
        Ok(0) => return Err(Error::BadRequest("the file is empty".to_owned())),
        Ok(bytes) if bytes > limit => return Err(Error::TooLarge { limit_bytes: limit as usize }),
        _ => {}
    }
    let metadata = headers.get("upload-metadata").map_or(Ok(""), |value| value.to_str());
    let metadata = Metadata::parse(metadata.unwrap_or("\u{fffd}"))?;
    let now_us = app.clock.now_us();
    let upload = Upload {
        id: app.ids.next().map_err(Error::internal)?,
        account_id: actor.account,
        actor: actor.name.clone(),
        name: metadata.name,
        wanted: metadata.kind,
        bytes,
        received_bytes: 0,
        job_id: None,
        media_id: None,
        expires_us: now_us + KEPT_US,
    };
    let mut tx = app.db.begin().await?;
    sql::lock(&mut tx, actor.tenant).await?;
    let (used, open) = sql::used(&mut tx, actor.tenant).await?;
    if open >= MAX_OPEN {
        return Err(Error::Busy { retry_after_s: 60 });
    }
    let quota = app.config.media.quota_bytes;
    if (used + bytes) as u64 > quota {
        let (used, quota) = (used >> 20, quota >> 20);
        return Err(Error::Full(format!("there is no room for this file: {used} MiB of {quota} MiB are in use")));
    }
    sql::insert(&mut tx, actor.tenant, &upload, now_us).await?;
    tx.commit().await?;
    let location = HeaderValue::from_str(&format!("/api/v1/uploads/{}", upload.id)).map_err(Error::internal)?;
    let headers =
        [(header::LOCATION, location), (EXPIRES, http_date(upload.expires_us)), (OFFSET, HeaderValue::from(0))];
    Ok((StatusCode::CREATED, headers).into_response())
}

/// What `Upload-Metadata` says.
#[derive(Debug, PartialEq, Eq)]
struct Metadata {
    name: String,
    kind: String,
}

impl Metadata {
    /// `key base64,key base64`.
    fn parse(text: &str) -> Result<Self> {
        let wrong = |what: &str| Error::BadRequest(format!("the header Upload-Metadata {what}"));
        let mut metadata = Self { name: String::new(), kind: "auto".to_owned() };
        for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
            let value = STANDARD.decode(value.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
            let value = value.ok_or_else(|| wrong("must hold UTF-8 in Base64"))?;
            match key {
                "filename" => metadata.name = file_name(&value),
                "kind" if ["auto", "picture", "panorama"].contains(&value.as_str()) => metadata.kind = value,
                "kind" => return Err(wrong("may say the kind auto, picture or panorama")),
                // Clients send more, such as `filetype`, which nobody believes.
                _ => {}
            }
        }
        Ok(metadata)
    }
}

/// A name that can be shown: without folders, without what does not show or turns the line around, cut short.
fn file_name(sent: &str) -> String {
    let name = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown = name.chars().filter(|c| is_line(c.encode_utf8(&mut [0; 4]), 1)).take(MAX_NAME);
    shown.collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_shown_as_they_are_without_tricks() {
        let of = |text: &str| Metadata::parse(text).map(|metadata| (metadata.name, metadata.kind));
        let pair = |name: &str| format!("filename {},kind {}", STANDARD.encode(name), STANDARD.encode("panorama"));
        assert_eq!(of("").unwrap(), (String::new(), "auto".to_owned()));
        assert_eq!(of(&pair("店面 1.jpg")).unwrap(), ("店面 1.jpg".to_owned(), "panorama".to_owned()));
        assert_eq!(of(&pair("C:\\tmp\\a\u{202e}gpj.exe\0")).unwrap().0, "agpj.exe");
        assert_eq!(of(&pair(&"a".repeat(10_000))).unwrap().0.len(), MAX_NAME);
        for wrong in ["filename !", "filename /w==", "kind YQ==", "\u{fffd} \u{fffd}"] {
            assert!(matches!(of(wrong), Err(Error::BadRequest(_))), "{wrong}");
        }
    }
}
