//! `GET /s/{slug}`: the store itself. The page is the viewer's template; we fill in what must be there before any
//! script runs: texts, posters, addresses to load early.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use minijinja::{Value, context};
use scene::document::LocalizedText;
use scene::published::PublishedStore;

use super::json_ld;
use super::published::load_current;
use crate::app::App;
use crate::bundle;
use crate::error::{Error, Result};
use crate::http::caching::revalidated;
use crate::http::language::{Asked, choose, matching};
use crate::pages::{Texts, direction, own_name};

/// Colours of a store that has none of its own.
const PRIMARY: &str = "#1f6f5c";
const ON_PRIMARY: &str = "#ffffff";
/// Before the addresses of what is not published.
const DRAFT_FILES: &str = "/app";

/// The store.
pub async fn page(
    State(app): State<App>,
    Path(slug): Path<String>,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Response> {
    show(&app, &slug, &asked, &headers, false).await
}

/// The store in a frame of another site.
pub async fn embed(
    State(app): State<App>,
    Path(slug): Path<String>,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Response> {
    show(&app, &slug, &asked, &headers, true).await
}

async fn show(app: &App, slug: &str, asked: &Asked, headers: &HeaderMap, embed: bool) -> Result<Response> {
    let revision = load_current(app, slug).await?;
    let lang = choose(asked.lang.as_deref(), headers, &revision.store.document.languages);
    let viewer = app.viewer();
    let html = match &viewer {
        Some(viewer) => {
            let context = store_context(app, viewer, &revision.store, lang, embed);
            app.pages.render_viewer("store.html", &context).map_err(Error::internal)?
        }
        None => app
            .pages
            .render("stores/no_viewer.html", lang, &format!("/s/{slug}"), &context! {})
            .map_err(Error::internal)?,
    };
    let mut response = html_page(headers, lang, html);
    // The largest part of the page: asked for before the HTML is read.
    if let Some(url) = viewer.and_then(|viewer| viewer.url("viewer.wasm")) {
        let link = format!("<{url}>; rel=preload; as=fetch; type=\"application/wasm\"; crossorigin");
        response.headers_mut().extend(HeaderValue::from_str(&link).ok().map(|link| (header::LINK, link)));
    }
    Ok(response)
}

/// A page in a language, sent again only when it changed.
pub fn html_page(request: &HeaderMap, lang: &str, html: String) -> Response {
    let mut response = revalidated(request, "text/html; charset=utf-8", html);
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-language, accept-encoding"));
    if let Ok(lang) = HeaderValue::from_str(lang) {
        response.headers_mut().insert(header::CONTENT_LANGUAGE, lang);
    }
    response
}

/// A store that is not published, for whoever works on it: every address leads behind the sign-in.
///
/// # Errors
/// The template's fault.
pub fn draft_page(app: &App, store: &PublishedStore, lang: &str, embed: bool) -> Result<String> {
    let at = format!("/app/stores/{}", store.id);
    let Some(viewer) = app.viewer() else {
        return app.pages.render("stores/no_viewer.html", lang, &at, &context! {}).map_err(Error::internal);
    };
    let context = context! {
        files => DRAFT_FILES,
        api_url => format!("{at}/view.json?revision={}", store.revision),
        store_url => format!("{at}/preview?revision={}&lang={lang}", store.revision),
        list_url => format!("{at}/view/list?revision={}&lang={lang}", store.revision),
        json_ld => false,
        ..store_context(app, &viewer, store, lang, embed)
    };
    app.pages.render_viewer("store.html", &context).map_err(Error::internal)
}

fn store_context(app: &App, viewer: &bundle::Manifest, store: &PublishedStore, lang: &str, embed: bool) -> Value {
    let document = &store.document;
    let first = document.languages.first().map_or("en", String::as_str);
    let text = |text: &LocalizedText| text.get(lang, first).map(|(text, _)| text.to_owned()).unwrap_or_default();
    let start = document.scenes.iter().find(|scene| scene.id == document.start.scene);
    let posters = store.posters.get(&document.start.scene);
    let ui_languages: Vec<String> = viewer
        .files
        .keys()
        .filter_map(|name| name.strip_prefix("i18n/")?.strip_suffix(".json").map(str::to_owned))
        .collect();
    let ui = |lang: &str| matching(lang, &ui_languages).or(matching("en", &ui_languages)).map(str::to_owned);
    let strings_url = |lang: &str| ui(lang).and_then(|ui| viewer.url(&format!("i18n/{ui}.json")));
    let all_strings: BTreeMap<&str, String> =
        document.languages.iter().filter_map(|lang| Some((lang.as_str(), strings_url(lang)?))).collect();
    let texts = ui(lang)
        .and_then(|ui| Texts::parse(&ui, &bundle::read(&viewer.files.get(&format!("i18n/{ui}.json"))?.path)?))
        .unwrap_or_default();
    let path = format!("/s/{}", store.slug);
    let alternates: Vec<Value> = document
        .languages
        .iter()
        .map(|lang| context! { lang, url => app.pages.localized(&path, lang, first), href => format!("{path}?lang={lang}") })
        .collect();
    let urls: BTreeMap<String, String> =
        viewer.files.keys().filter_map(|name| Some((name.clone(), viewer.url(name)?))).collect();
    context! {
        lang,
        languages => document.languages.iter().map(|tag| context! { tag, name => own_name(tag), dir => direction(tag) }).collect::<Vec<_>>(),
        dir => direction(lang),
        store => context! {
            id => store.id.to_string(),
            slug => &store.slug,
            revision => store.revision,
            name => text(&document.name),
            description => text(&document.description),
        },
        brand => context! {
            primary => document.brand.as_ref().map_or(PRIMARY, |brand| &brand.primary),
            onPrimary => document.brand.as_ref().map_or(ON_PRIMARY, |brand| &brand.on_primary),
        },
        scene_count => document.scenes.len(),
        floor_plan => document.scenes.iter().any(|scene| scene.position.is_some()),
        start_scene => &document.start.scene,
        posters => posters.map(|posters| context! { landscape => &posters.landscape, portrait => &posters.portrait }),
        poster_alt => start.map(|scene| text(&scene.alt)),
        api_url => format!("/api/v1/stores/{}/revisions/{}", store.slug, store.revision),
        store_url => format!("{path}?lang={lang}"),
        list_url => format!("{path}/list?lang={lang}"),
        canonical_url => app.pages.localized(&path, lang, first),
        default_url => app.pages.absolute(&path),
        alternates,
        image_url => posters.map(|posters| app.pages.absolute(&posters.landscape)),
        embed,
        strings_url => strings_url(lang),
        all_strings,
        // Said once, on the store's own page.
        json_ld => (!embed).then(|| Value::from_safe_string(json_ld::store(app, store, lang))),
        asset => Value::from_function(move |name: &str| urls.get(name).cloned().ok_or_else(|| {
            minijinja::Error::new(minijinja::ErrorKind::InvalidOperation, format!("the viewer's bundle has no {name}"))
        })),
        t => Value::from_function(move |key: &str, values: minijinja::value::Kwargs| texts.fill(key, &values)),
    }
}
