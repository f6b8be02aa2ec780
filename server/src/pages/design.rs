//! `GET /design`: the parts of which pages are made, on one page. Whoever writes a page finds them here; tests look at them in
//! every light and language.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use minijinja::{Value, context};

use super::frame;
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::language::{Asked, choose};
use crate::stores::page::html_page;

/// The page.
pub async fn page(State(app): State<App>, asked: Asked, headers: HeaderMap) -> Result<Response> {
    let lang = choose(asked.lang.as_deref(), &headers, app.pages.languages());
    let videos: Vec<Value> = (1..=5)
        .map(|number| {
            let id = format!("0192f0a0-1c00-7000-8000-00000000000{number}");
            context! { id, kind => "video", title => format!("walk-{number}.mp4"), chosen => number < 3 }
        })
        .collect();
    let errors = Value::from_pairs(
        [("name", "field.missing"), ("email", "field.email"), ("kind", "field.choose")]
            .map(|(field, fault)| (format!("faulty-{field}"), fault)),
    );
    let page = context! {
        nav => frame::all_entries(), account => context! { name => "Lin", organisation => "Vitrine" },
        forms => vec![
            context! { id => "fine", values => Value::from_pairs([("fine-name", "Lin"), ("fine-email", "lin@example.org")]) },
            context! { id => "faulty", values => Value::from_pairs([("faulty-name", ""), ("faulty-email", "lin@")]), errors },
        ],
        rows => vec![("", "role.owner", "1,024"), ("plain", "role.staff", "65"), ("warn", "role.marketer", "0")],
        media => context! { kind => "video", items => videos, below => "" },
        media_empty => context! { kind => "video", items => Vec::<Value>::new(), below => "" },
        faulty => context! { one => "field.missing" },
    };
    let html = app.pages.render("pages/design.html", lang, "/design", &page).map_err(Error::internal)?;
    Ok(html_page(&headers, lang, html))
}
