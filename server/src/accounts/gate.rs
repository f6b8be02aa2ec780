//! In front of every address that is not public: who asks, whether they may, and whether the request is their own doing.
//! `routes/` puts it there; a handler behind it only reads the [`Actor`].

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use url::Url;

use super::actor::Actor;
use super::rights::Right;
use super::{api_keys, resume, session};
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::{Kind, limits};

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Everyone; nobody looks who it is.
    Public,
    /// Everyone, but the page looks different to whoever is signed in.
    Visitor,
    /// Every person who is signed in; no program.
    SignedIn,
    /// Whoever has this right, person or program: in some shop, or in all of them where it is about what they share.
    May(Right),
    /// Whoever has this right in every shop.
    MayEverywhere(Right),
}

/// What the gate knows of the address.
#[derive(Clone)]
pub struct Gate {
    /// The server.
    pub app: App,
    /// Who may pass.
    pub who: Who,
    /// What the answer is.
    pub kind: Kind,
}

/// The middleware.
pub async fn pass(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    match admit(&gate, request).await {
        Ok(request) => {
            let takes_its_time = limits::takes_its_time(request.method(), request.uri().path());
            let place = takes_its_time.then(|| gate.app.upload_places.take());
            if matches!(place, Some(None)) {
                return Error::Busy { retry_after_s: 5 }.into_response();
            }
            let mut response = next.run(request).await;
            // What one person may see is in no shared cache, and not behind the back button after signing out.
            response
                .headers_mut()
                .entry(header::CACHE_CONTROL)
                .or_insert(header::HeaderValue::from_static("private, no-store"));
            response
        }
        Err(response) => *response,
    }
}

async fn admit(gate: &Gate, mut request: Request) -> Result<Request, Box<Response>> {
    let refuse = |error: Error| Box::new(error.into_response());
    let by_cookie = bearer(request.headers()).is_none();
    if by_cookie && changes(request.method()) && !is_own(&gate.app.config.http.public_url, request.headers()) {
        return Err(refuse(Error::ForeignOrigin));
    }
    let actor = identify(&gate.app, request.headers()).await.map_err(refuse)?;
    if matches!(gate.who, Who::Public | Who::Visitor) {
        if let Some(actor) = actor {
            request.extensions_mut().insert(actor);
        }
        return Ok(request);
    }
    let Some(actor) = actor else {
        return Err(match gate.kind {
            Kind::Html => Box::new(resume::ask(&gate.app, request).await),
            Kind::Json | Kind::File => refuse(Error::SignedOut),
        });
    };
    let is_allowed = match gate.who {
        Who::Public | Who::Visitor => true,
        // Pages that are not about a right are about a person.
        Who::SignedIn => actor.session().is_some(),
        Who::May(right) => actor.may(right),
        Who::MayEverywhere(right) => actor.may_everywhere(right),
    };
    if !is_allowed {
        return Err(refuse(Error::Forbidden));
    }
    request.extensions_mut().insert(actor);
    Ok(request)
}

/// Whoever sent this request, by key or by cookie.
async fn identify(app: &App, headers: &HeaderMap) -> Result<Option<Actor>> {
    let now_us = app.clock.now_us();
    if let Some(key) = bearer(headers) {
        return api_keys::actor(&app.db, key, now_us).await;
    }
    match session::token_of(&app.config.http.public_url, headers) {
        Some(token) => session::actor(&app.db, token, now_us).await,
        None => Ok(None),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, key) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

const fn changes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Whether one of our own pages sent it: browsers say so, and no page can make them lie.
fn is_own(public_url: &Url, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (text("origin"), text("sec-fetch-site")) {
        (Some(origin), _) => Url::parse(origin).is_ok_and(|origin| origin.origin() == public_url.origin()),
        (None, Some(site)) => site == "same-origin",
        (None, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    #[test]
    fn only_our_own_pages_send_forms() {
        let ours = Url::parse("https://shop.example").unwrap();
        let own = |headers: &[(&'static str, &'static str)]| {
            let headers = headers
                .iter()
                .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
                .collect();
            is_own(&ours, &headers)
        };
        assert!(own(&[("origin", "https://shop.example")]));
        assert!(own(&[("sec-fetch-site", "same-origin")]));
        assert!(!own(&[("origin", "https://shop.example.evil")]));
        assert!(!own(&[("origin", "http://shop.example")]), "another scheme");
        assert!(!own(&[("origin", "null"), ("sec-fetch-site", "same-origin")]), "a sandboxed frame");
        assert!(!own(&[("sec-fetch-site", "same-site")]));
        assert!(!own(&[]));
    }
}
