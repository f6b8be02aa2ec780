//! Which products are to be in a file: as the list was narrowed.

use serde::Deserialize;
use uuid::Uuid;

use crate::products::search::{Filter, MAX_QUERY};

/// What the address may ask for. What makes no sense is as if it were not there: an address is shared, and people mistype.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Asked {
    q: Option<String>,
    category: Option<String>,
    supplier: Option<String>,
    archived: Option<String>,
}

impl Asked {
    /// Which products are meant.
    #[must_use]
    pub fn filter(&self) -> Filter {
        let id = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<Uuid>().ok());
        let text = self.q.as_deref().unwrap_or_default();
        Filter {
            text: text.chars().filter(|c| *c != '\0').take(MAX_QUERY).collect(),
            category: id(&self.category),
            supplier: id(&self.supplier),
            is_archived: self.archived.as_deref() == Some("1"),
        }
    }
}
