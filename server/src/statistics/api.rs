//! `GET /api/v1/statistics`: the page's figures for programs.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

use super::asked::{Asked, Compare, Period};
use super::collect::collect;
use super::figures::Statistics;
use super::scope::Scope;
use crate::accounts::actor::Actor;
use crate::app::App;
use crate::error::Result;
use crate::http::language::{Asked as Language, choose};
use crate::openapi::{Operation, Parameter, schema};

/// Describes [`get`].
pub fn describe() -> Operation {
    Operation {
        id: "getStatistics",
        summary: "Views, daily visitors, time and clicks of stores, scenes and buttons by day. Visits of people who ask not to be counted, of programs that say so, and of whoever works for the shop are not in them.",
        request: None,
        response: (200, "The figures.", schema::<Statistics>),
        errors: &[
            (400, "The query makes no sense."),
            (404, "There is no such store or scene, or none that may be seen."),
        ],
    }
}

/// What may be asked for.
pub const QUERY: &[Parameter] = &[
    Parameter {
        name: "store",
        about: "A store by its name in addresses; all that may be seen without.",
        schema: || json!({ "type": "string" }),
    },
    Parameter { name: "scene", about: "A scene of that store, by its id.", schema: || json!({ "type": "string" }) },
    Parameter {
        name: "period",
        about: "The days, by the shop's clock. Without it: `own` where `from` and `to` are there, else `28d`.",
        schema: || json!({ "type": "string", "enum": Period::ALL.map(Period::name) }),
    },
    Parameter { name: "from", about: "First day of `own`.", schema: || json!({ "type": "string", "format": "date" }) },
    Parameter {
        name: "to",
        about: "Last day of `own`; at most three years after the first.",
        schema: || json!({ "type": "string", "format": "date" }),
    },
    Parameter {
        name: "compare",
        about: "Compared with as many days right before, with the same days of the year before, or with nothing.",
        schema: || json!({ "type": "string", "enum": Compare::ALL.map(Compare::name), "default": "before" }),
    },
    Parameter { name: "lang", about: "Language of names.", schema: || json!({ "type": "string" }) },
];

/// The handler. Names are in the language that `Accept-Language` or `?lang=` asks for.
pub async fn get(
    State(app): State<App>,
    actor: Actor,
    language: Language,
    headers: axum::http::HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let scope = Scope::of(&app, &actor, &asked).await?;
    let choice = asked.choice(scope.today)?;
    let lang = choose(language.lang.as_deref(), &headers, app.pages.languages());
    let figures = collect(&app, &actor, &scope, &choice, lang).await?;
    Ok(([(header::CACHE_CONTROL, "private, no-store")], Json(figures)).into_response())
}
