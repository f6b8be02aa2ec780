//! `GET /api/v1/categories`: the tree, for programs.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use scene::document::LocalizedText;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::sql;
use crate::accounts::actor::Actor;
use crate::app::App;
use crate::error::Result;
use crate::openapi::{Operation, schema};

/// A category.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Category")]
pub struct CategoryBody {
    /// Id.
    id: Uuid,
    /// The category above it; absent for the uppermost.
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<Uuid>,
    /// Name, by language.
    name: LocalizedText,
    /// Levels above it.
    depth: usize,
}

/// Every category.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CategoryList {
    /// Each before those below it, siblings in their order.
    items: Vec<CategoryBody>,
}

/// Describes [`list`].
pub fn describe_list() -> Operation {
    Operation {
        id: "listCategories",
        summary: "Every category, each before those below it.",
        request: None,
        response: (200, "The categories.", schema::<CategoryList>),
        errors: &[],
    }
}

/// Every category.
pub async fn list(State(app): State<App>, actor: Actor) -> Result<Response> {
    let tree = sql::tree(&app.db, actor.tenant).await?;
    let items = tree.in_order().into_iter().map(|one| CategoryBody {
        id: one.category.id,
        parent: one.category.parent,
        name: one.category.name.clone(),
        depth: one.depth,
    });
    Ok(axum::Json(CategoryList { items: items.collect() }).into_response())
}
