//! What the form of a product takes over from the organisation's first shop: its currency and its languages.

use scene::document::LocalizedText;

use crate::accounts::actor::Tenant;
use crate::app::App;
use crate::error::{Error, Result};
use crate::on_engine;

/// Where there is no shop yet.
const CURRENCY: &str = "TWD";

/// Currency and languages.
#[derive(Clone, Debug)]
pub struct Habits {
    /// ISO 4217 code.
    pub currency: String,
    /// In which there are texts; the reader's own comes first.
    pub languages: Vec<String>,
}

/// What is usual in an organisation, for whoever reads `own`.
pub async fn habits(app: &App, tenant: Tenant, own: &str) -> Result<Habits> {
    let shop: Option<(String, String)> = on_engine!(app.db, conn => sqlx::query_as(
        "SELECT currency, name FROM shop WHERE organisation_id = $1 ORDER BY id LIMIT 1",
    ).bind(tenant.id()).fetch_optional(conn).await?);
    let (currency, name) = shop.unwrap_or_else(|| (CURRENCY.to_owned(), "{}".to_owned()));
    let name: LocalizedText = serde_json::from_str(&name).map_err(Error::internal)?;
    let mut languages: Vec<String> = name.0.into_keys().collect();
    for lang in app.pages.languages() {
        if !languages.contains(lang) {
            languages.push(lang.clone());
        }
    }
    languages.sort_by_key(|lang| lang != own);
    Ok(Habits { currency, languages })
}
