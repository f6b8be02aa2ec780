//! The frame of pages for whoever is signed in: navigation, who one is, what just happened.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use minijinja::{Value, context};

use super::Frame;
use crate::accounts::actor::Actor;
use crate::accounts::rights::Right;
use crate::accounts::session;
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::language::{Asked, choose, matching};

/// What just happened, for the next page: the name of a text `flash.{name}`.
const FLASH: &str = "vitrine-flash";

/// One line of the navigation.
struct Entry {
    path: &'static str,
    /// Of the text `nav.{name}` and of the icon.
    name: &'static str,
    /// The right that the page needs, as in the table of addresses; a test compares them.
    right: Option<Right>,
    /// Whether it is among the few that a phone shows at once.
    is_first: bool,
}

/// Pages that are reached by another one's tabs and have no line of their own, with the line that they belong to.
const PARTS: &[(&str, &str)] = &[("/app/categories", "/app/products"), ("/app/suppliers", "/app/products")];

impl Entry {
    /// Whether a page is this line's, or lies below it.
    fn leads_to(&self, path: &str) -> bool {
        let is_within = |of: &str| path == of || path.strip_prefix(of).is_some_and(|rest| rest.starts_with('/'));
        let is_part = PARTS.iter().any(|(part, of)| *of == self.path && is_within(part));
        path == self.path || (self.path != "/app" && is_within(self.path)) || is_part
    }
}

/// Everything that there is, by the work of the four people. What is not allowed is not shown.
const ENTRIES: &[Entry] = &[
    Entry { path: "/app", name: "overview", right: None, is_first: true },
    Entry { path: "/app/products", name: "products", right: Some(Right::ReadCatalogue), is_first: true },
    Entry { path: "/app/media", name: "media", right: Some(Right::ReadMedia), is_first: false },
    Entry { path: "/app/stores", name: "stores", right: Some(Right::ReadStores), is_first: true },
    Entry { path: "/app/shop", name: "shops", right: Some(Right::ManageShop), is_first: false },
    Entry { path: "/app/statistics", name: "statistics", right: Some(Right::ReadStatistics), is_first: true },
    Entry { path: "/app/people", name: "people", right: Some(Right::ManagePeople), is_first: false },
    Entry { path: "/app/keys", name: "keys", right: Some(Right::ManageKeys), is_first: false },
    Entry { path: "/app/webhooks", name: "webhooks", right: Some(Right::ManageKeys), is_first: false },
    Entry { path: "/app/audit", name: "audit", right: Some(Right::ReadAudit), is_first: false },
];

/// Whoever looks at a page, and in which language.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Who it is; nobody on the few pages before the sign-in.
    pub actor: Option<Actor>,
    /// The page's path.
    pub path: String,
    /// The language.
    pub lang: String,
    flash: Option<String>,
}

impl FromRequestParts<App> for Visit {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let actor = parts.extensions.get::<Actor>().cloned();
        let asked = Asked::of(parts.uri.query()).lang;
        let own = actor.as_ref().map(|actor| actor.language.clone());
        let languages = app.pages.languages();
        let lang = asked
            .or(own)
            .and_then(|tag| matching(&tag, languages).map(str::to_owned))
            .unwrap_or_else(|| choose(None, &parts.headers, languages).to_owned());
        let flash = session::named(&parts.headers, FLASH).map(str::to_owned);
        Ok(Self { actor, path: parts.uri.path().to_owned(), lang, flash })
    }
}

impl Visit {
    /// Whether the one who looks has a right.
    #[must_use]
    pub fn may(&self, right: Right) -> bool {
        self.actor.as_ref().is_some_and(|actor| actor.may(right))
    }

    /// The same visit to another page: what answers a form stands at the page that the form was on.
    #[must_use]
    pub fn at(&self, path: &str) -> Self {
        Self { path: path.to_owned(), ..self.clone() }
    }

    /// A page in its frame.
    ///
    /// # Errors
    /// The template's fault.
    pub fn page(&self, app: &App, template: &str, page: Value) -> Result<Response> {
        self.page_with(app, StatusCode::OK, template, page)
    }

    /// A page in its frame, with a status: a form that has faults is a 422.
    ///
    /// # Errors
    /// The template's fault.
    pub fn page_with(&self, app: &App, status: StatusCode, template: &str, page: Value) -> Result<Response> {
        let said =
            self.flash.as_ref().filter(|name| app.pages.texts(&self.lang).known(&format!("flash.{name}")).is_some());
        let page = context! {
            nav => self.navigation(),
            account => self.actor.as_ref().map(|actor| context! { name => &actor.name, organisation => &actor.organisation }),
            rights => Right::ALL.into_iter().filter(|right| self.may(*right)).map(Right::name).collect::<Vec<_>>(),
            time_zone => self.actor.as_ref().map(|actor| &actor.time_zone),
            flash => said,
            nav_me => self.path == "/app/me",
            offers_passkeys => app.webauthn.is_some(),
            insecure => app.config.http.insecure_http,
            ..page
        };
        let frame = Frame { path: &self.path, lang: &self.lang, languages: app.pages.languages() };
        let html = app.pages.render_in(template, &frame, &page).map_err(Error::internal)?;
        let mut response = (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
        if let Ok(lang) = HeaderValue::from_str(&self.lang) {
            headers.insert(header::CONTENT_LANGUAGE, lang);
        }
        if self.flash.is_some() {
            headers.append(header::SET_COOKIE, flash_cookie("", 0));
        }
        Ok(response)
    }

    fn navigation(&self) -> Vec<Value> {
        if self.actor.is_none() {
            return Vec::new();
        }
        ENTRIES
            .iter()
            .filter(|entry| entry.right.is_none_or(|right| self.may(right)))
            .map(|entry| {
                context! {
                    path => entry.path, name => entry.name, is_first => entry.is_first, current => entry.leads_to(&self.path),
                }
            })
            .collect()
    }
}

/// The whole navigation, for the page of the design's parts.
pub(super) fn all_entries() -> Vec<Value> {
    let shown = |entry: &Entry| {
        context! { path => entry.path, name => entry.name, is_first => entry.is_first, current => entry.name == "media" }
    };
    ENTRIES.iter().map(shown).collect()
}

/// To another page, after something was done; the page says what: the text `flash.{said}`.
#[must_use]
pub fn done(path: &str, said: &str) -> Response {
    let mut response = to(path);
    response.headers_mut().append(header::SET_COOKIE, flash_cookie(said, 60));
    response
}

/// To another page.
#[must_use]
pub fn to(path: &str) -> Response {
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::from_str(path) {
        headers.insert(header::LOCATION, value);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    (StatusCode::SEE_OTHER, headers).into_response()
}

fn flash_cookie(name: &str, max_age_s: u32) -> HeaderValue {
    let text = format!("{FLASH}={name}; Path=/app; HttpOnly; SameSite=Lax; Max-Age={max_age_s}");
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::gate::Who;
    use crate::routes::table;

    #[test]
    fn the_navigation_agrees_with_the_table_of_addresses() {
        let first = ENTRIES.iter().filter(|entry| entry.is_first).count();
        assert!(first <= 4, "a phone shows four at once, and a button for the others; {first} want to be first");
        for entry in ENTRIES {
            let who = table().into_iter().find(|route| route.path == entry.path).map(|route| route.who);
            assert_eq!(who, Some(entry.right.map_or(Who::SignedIn, Who::May)), "{}", entry.path);
        }
    }

    #[test]
    fn every_page_belongs_to_one_line_at_most() {
        let of = |path: &str| -> Vec<&str> {
            ENTRIES.iter().filter(|entry| entry.leads_to(path)).map(|entry| entry.name).collect()
        };
        assert_eq!(of("/app"), ["overview"]);
        for path in ["/app/products", "/app/products/new", "/app/categories", "/app/suppliers", "/app/suppliers/1"] {
            assert_eq!(of(path), ["products"], "{path}");
        }
        assert_eq!(of("/app/me"), [""; 0]);
        for route in table() {
            assert!(of(route.path).len() <= 1, "{}", route.path);
        }
    }
}
