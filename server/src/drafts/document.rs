//! `/app/stores/{id}/document`: the draft as a JSON file: to be downloaded, changed elsewhere, and uploaded again with
//! every fault shown before anything is saved.

use axum::extract::{FromRequest, Multipart, Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use minijinja::{Value, context};
use scene::document::fault::{self, Fault};
use scene::document::{StoreDocument, strict};
use serde_json::json;
use uuid::Uuid;

use super::changes::between;
use super::draft::Draft;
use super::edit::faults;
use super::save::{self, Edit, Outcome};
use crate::accounts::actor::Actor;
use crate::accounts::rights::Right;
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::form::Form;
use crate::openapi::{Operation, any_object};
use crate::pages::frame::{self, Visit};

/// Largest form: a document in a file, the same in the field for text, and what else there is.
pub const MAX_FORM_BYTES: usize = 2 * strict::MAX_BYTES + 64 * 1024;

/// `GET /app/stores/{id}/document`.
pub async fn page(State(app): State<App>, visit: Visit, actor: Actor, Path(id): Path<Uuid>) -> Result<Response> {
    let draft = Draft::open(&app, &actor, id, Right::ReadStores).await?;
    show(&app, &visit, &actor, &draft, StatusCode::OK, context! {})
}

fn show(app: &App, visit: &Visit, actor: &Actor, draft: &Draft, status: StatusCode, rest: Value) -> Result<Response> {
    let store = context! {
        id => draft.store.id.to_string(), name => draft.text(&draft.document.name, &visit.lang), number => draft.number,
    };
    let may_write = actor.may_in(Right::WriteStores, draft.store.shop_id);
    visit.page_with(app, status, "drafts/document.html", context! { store, may_write, ..rest })
}

/// `GET /app/stores/{id}/document.json`.
pub async fn file(State(app): State<App>, actor: Actor, Path(id): Path<Uuid>) -> Result<Response> {
    let draft = Draft::open(&app, &actor, id, Right::ReadStores).await?;
    let mut text = serde_json::to_string_pretty(&draft.document).map_err(Error::internal)?;
    text.push('\n');
    let name = format!("attachment; filename=\"{}-{}.json\"", draft.store.slug, draft.number);
    let headers = [(header::CONTENT_TYPE, "application/json".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, text).into_response())
}

/// What was sent.
#[derive(Debug, Default)]
pub struct Sent {
    revision: Option<i64>,
    text: String,
    is_checked: bool,
}

/// By the page's form, or, after a session has ended, by [`crate::accounts::resume`]'s, which carries no file.
impl FromRequest<App> for Sent {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if kind.is_some_and(|kind| kind.starts_with("multipart/form-data")) {
            let form = Multipart::from_request(request, app).await;
            return read(form.map_err(|error| Error::BadRequest(error.body_text()))?).await;
        }
        let form = Form::from_request(request, app).await?;
        Ok(Self {
            revision: form.text("revision").parse().ok(),
            text: form.raw("text").to_owned(),
            is_checked: form.text("go") == "save",
        })
    }
}

async fn read(mut form: Multipart) -> Result<Sent> {
    let mut sent = Sent::default();
    let broken = |error: axum::extract::multipart::MultipartError| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Error::TooLarge { limit_bytes: MAX_FORM_BYTES },
        _ => Error::BadRequest(error.body_text()),
    };
    while let Some(field) = form.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        let bytes = field.bytes().await.map_err(broken)?;
        // What is not UTF-8 is told as a fault of the document, where it stands.
        let text = String::from_utf8_lossy(&bytes);
        match name.as_str() {
            "revision" => sent.revision = text.trim().parse().ok(),
            "go" => sent.is_checked = text == "save",
            "file" if !bytes.is_empty() => sent.text = text.into_owned(),
            // Browsers send line ends of forms as CR LF; in JSON both are space.
            "text" if sent.text.is_empty() => sent.text = text.into_owned(),
            _ => {}
        }
    }
    Ok(sent)
}

/// Reads a document that somebody wrote; every fault, what it names and what is not there included.
///
/// # Errors
/// The database's reason.
pub async fn parse(app: &App, actor: &Actor, text: &str) -> Result<std::result::Result<StoreDocument, Vec<Fault>>> {
    let document = match StoreDocument::parse_strict(text) {
        Ok(document) => document,
        Err(faults) => return Ok(Err(faults)),
    };
    if text.contains('\u{fffd}') {
        return Ok(Err(vec![Fault::new("", fault::NO_UTF8, &[])]));
    }
    let faults = save::faults(app, actor, &document).await?;
    Ok(if faults.is_empty() { Ok(document) } else { Err(faults) })
}

/// `POST /app/stores/{id}/document`: checks what was sent, and saves it once its sender has seen what it changes.
pub async fn upload(
    State(app): State<App>,
    visit: Visit,
    actor: Actor,
    Path(id): Path<Uuid>,
    sent: Sent,
) -> Result<Response> {
    let draft = Draft::open(&app, &actor, id, Right::WriteStores).await?;
    let base = sent.revision.ok_or_else(|| Error::BadRequest("the form names no revision".to_owned()))?;
    let text = sent.text;
    if text.trim().is_empty() {
        return show(&app, &visit, &actor, &draft, StatusCode::UNPROCESSABLE_ENTITY, context! { is_missing => true });
    }
    let document = match parse(&app, &actor, &text).await? {
        Ok(document) => document,
        Err(list) => {
            let rest = context! { faults => faults(&list), text };
            return show(&app, &visit, &actor, &draft, StatusCode::UNPROCESSABLE_ENTITY, rest);
        }
    };
    if !sent.is_checked {
        let changes: Vec<Value> = between(&draft.document, &document)
            .iter()
            .map(|one| context! { what => &one.what, name => &one.name })
            .collect();
        let rest = context! { checked => true, is_same => document == draft.document, changes, text };
        return show(&app, &visit, &actor, &draft, StatusCode::OK, rest);
    }
    let apply = |edited: &mut StoreDocument| {
        edited.clone_from(&document);
        Ok(())
    };
    let edit = Edit { base, origin: "uploaded", part: &|document| json!(document), apply: &apply };
    match save::save(&app, &actor, &draft.store, &edit).await? {
        Outcome::Saved(_) => Ok(frame::done(&format!("/app/stores/{id}"), "uploaded")),
        Outcome::Conflict(now) => {
            let conflict = context! { actor => &now.actor, saved_us => now.saved_us, number => now.number };
            show(&app, &visit, &actor, &now, StatusCode::CONFLICT, context! { conflict, text })
        }
        Outcome::Faults(list) => {
            let rest = context! { faults => faults(&list), text };
            show(&app, &visit, &actor, &draft, StatusCode::UNPROCESSABLE_ENTITY, rest)
        }
    }
}

/// Describes [`schema`].
pub fn describe_schema() -> Operation {
    Operation {
        id: "storeDocumentSchema",
        summary: "The JSON Schema (draft 2020-12) of store documents.",
        request: None,
        response: (200, "The schema.", any_object),
        errors: &[],
    }
}

/// `GET /api/v1/store-document.schema.json`.
pub async fn schema(headers: axum::http::HeaderMap) -> Response {
    static TEXT: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    let text = TEXT.get_or_init(|| format!("{:#}", strict::schema()));
    crate::http::caching::revalidated(&headers, "application/json", text.as_bytes())
}
