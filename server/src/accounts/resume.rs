//! Signing in, and going on where one was. A form that was open while the session ended is carried through the sign-in
//! and sent once more: nothing that was typed is lost.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest as _, FromRequestParts as _, Multipart, Request};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use minijinja::{Value, context};
use url::form_urlencoded;

use crate::app::App;
use crate::http::form::Form;
use crate::http::limits;
use crate::pages::frame::{self, Visit};

/// Larger forms are not carried; the browser still has them behind its back button.
const MAX_BYTES: usize = 512 * 1024;

/// Where to go on after the sign-in.
#[derive(Clone, Debug, Default)]
pub struct Resume {
    /// The page that was asked for, below `/app`.
    pub next: String,
    /// The form that was sent to it, as it was sent.
    pub form: Option<String>,
}

impl Resume {
    /// What the sign-in form carries.
    #[must_use]
    pub fn of(form: &Form) -> Self {
        Self { next: own_path(form.text("next")), form: form.some("resume").map(str::to_owned) }
    }

    /// The page to go to from a link.
    #[must_use]
    pub fn to(next: &str) -> Self {
        Self { next: own_path(next), form: None }
    }

    /// For the template of the sign-in.
    #[must_use]
    pub fn values(&self) -> Value {
        context! { next => &self.next, resume => &self.form }
    }

    /// For the template that sends the form once more.
    #[must_use]
    pub fn fields(&self) -> Vec<(String, String)> {
        let parsed = self.form.as_ref().and_then(|body| Form::parse(body.as_bytes()).ok()).unwrap_or_default();
        parsed.fields().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }
}

/// A path of ours behind the sign-in; the overview for everything else. Never another site: not by `//host`, not by a
/// backslash that browsers take for a slash.
fn own_path(text: &str) -> String {
    let is_own = (text == "/app" || text.starts_with("/app/") || text.starts_with("/app?"))
        && !text.contains(['\\', '\r', '\n'])
        && text.is_ascii()
        && !text.starts_with("/app/sign-");
    if is_own { text.to_owned() } else { "/app".to_owned() }
}

/// Asks whoever is not signed in to sign in.
pub async fn ask(app: &App, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/app", |path| path.as_str()).to_owned();
    if parts.method == Method::GET || parts.method == Method::HEAD {
        let next: String = form_urlencoded::byte_serialize(path.as_bytes()).collect();
        return frame::to(&format!("/app/sign-in?next={next}"));
    }
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_form = kind.starts_with("application/x-www-form-urlencoded") || kind.starts_with("multipart/form-data");
    // What takes its time has no limit of time here, and is no such form.
    let is_form = is_form && !limits::takes_its_time(&parts.method, parts.uri.path());
    let body = if is_form { to_bytes(body, MAX_BYTES).await.ok() } else { None };
    let form = match body {
        Some(body) => carried(kind, body).await,
        None => None,
    };
    let resume = Resume { next: own_path(&path), form };
    let visit = match Visit::from_request_parts(&mut parts, app).await {
        Ok(visit) => visit,
        Err(error) => return error.into_response(),
    };
    let page = context! { ended => if resume.form.is_some() { "kept" } else { "lost" }, ..resume.values() };
    visit
        .at("/app/sign-in")
        .page_with(app, StatusCode::UNAUTHORIZED, "accounts/sign_in.html", page)
        .unwrap_or_else(axum::response::IntoResponse::into_response)
}

/// A form's fields, as one without files sends them. None of one that holds a file: no page can send that by itself.
async fn carried(kind: &str, body: Bytes) -> Option<String> {
    if !kind.starts_with("multipart/") {
        return String::from_utf8(body.to_vec()).ok();
    }
    let request = Request::post("/").header(header::CONTENT_TYPE, kind).body(Body::from(body)).ok()?;
    let mut parts = Multipart::from_request(request, &()).await.ok()?;
    let mut fields = Vec::new();
    while let Some(part) = parts.next_field().await.ok()? {
        let name = part.name()?.to_owned();
        let is_file = part.file_name().is_some();
        let bytes = part.bytes().await.ok()?;
        if !is_file {
            fields.push((name, String::from_utf8(bytes.to_vec()).ok()?));
        } else if !bytes.is_empty() {
            return None;
        }
    }
    Some(form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_on_leads_to_our_own_pages_only() {
        assert_eq!(own_path("/app/products?q=%E8%8C%B6"), "/app/products?q=%E8%8C%B6");
        for elsewhere in
            ["//evil.example", "/app\\evil", "https://evil.example", "/app/sign-out", "/application", "", "/app/茶"]
        {
            assert_eq!(own_path(elsewhere), "/app", "{elsewhere}");
        }
    }
}
