//! What receivers can be told. Each kind has a name, a payload with a schema, and a place in the OpenAPI document.

use jiff::Timestamp;
use schemars::{JsonSchema, SchemaGenerator};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::App;
use crate::error::{Error, Result};
use crate::openapi::schema;

/// A kind of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// [`StorePublished`].
    StorePublished,
    /// [`StoreClosed`].
    StoreClosed,
    /// [`ProductChanged`].
    ProductChanged,
    /// [`ProductArchived`].
    ProductArchived,
    /// [`MediaReady`].
    MediaReady,
    /// [`Test`].
    Test,
}

impl Kind {
    /// Those that an endpoint can subscribe to.
    pub const CHOICES: [Self; 5] =
        [Self::StorePublished, Self::StoreClosed, Self::ProductChanged, Self::ProductArchived, Self::MediaReady];
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::StorePublished,
        Self::StoreClosed,
        Self::ProductChanged,
        Self::ProductArchived,
        Self::MediaReady,
        Self::Test,
    ];

    /// Its name, `type` in the payload; the text is `webhook.event.{name}`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::StorePublished => "store.published",
            Self::StoreClosed => "store.closed",
            Self::ProductChanged => "product.changed",
            Self::ProductArchived => "product.archived",
            Self::MediaReady => "media.ready",
            Self::Test => "webhook.test",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// One line for the OpenAPI document.
    #[must_use]
    pub const fn summary(self) -> &'static str {
        match self {
            Self::StorePublished => "A store was published, or went back to an earlier revision.",
            Self::StoreClosed => "A store was closed: shoppers see it no longer.",
            Self::ProductChanged => "A product was added or changed.",
            Self::ProductArchived => "A product was archived: it is not sold any more.",
            Self::MediaReady => "A picture, video or panorama was prepared and can be used.",
            Self::Test => "Somebody pressed the button that sends a test.",
        }
    }

    /// The schema of its `data`.
    pub fn schema(self, generator: &mut SchemaGenerator) -> Value {
        match self {
            Self::StorePublished => schema::<StorePublished>(generator),
            Self::StoreClosed => schema::<StoreClosed>(generator),
            Self::ProductChanged => schema::<ProductChanged>(generator),
            Self::ProductArchived => schema::<ProductArchived>(generator),
            Self::MediaReady => schema::<MediaReady>(generator),
            Self::Test => schema::<Test>(generator),
        }
    }
}

/// Something that happened.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Event {
    /// Shoppers see something else.
    StorePublished(StorePublished),
    /// Shoppers see nothing there.
    StoreClosed(StoreClosed),
    /// A product is new or different.
    ProductChanged(ProductChanged),
    /// A product is gone from the catalogue.
    ProductArchived(ProductArchived),
    /// A file can be used.
    MediaReady(MediaReady),
    /// Nothing happened.
    Test(Test),
}

/// `store.published`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StorePublished {
    /// The store.
    pub store: Uuid,
    /// Its name in addresses.
    pub slug: String,
    /// The revision that shoppers see now.
    pub revision: i64,
}

/// `store.closed`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StoreClosed {
    /// The store.
    pub store: Uuid,
    /// Its name in addresses.
    pub slug: String,
}

/// `product.changed`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductChanged {
    /// The product.
    pub product: Uuid,
    /// Its SKU.
    pub sku: String,
    /// Whether it is new.
    pub is_new: bool,
}

/// `product.archived`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductArchived {
    /// The product.
    pub product: Uuid,
    /// Its SKU.
    pub sku: String,
}

/// `media.ready`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MediaReady {
    /// The file in the library.
    pub media: Uuid,
    /// `picture`, `video` or `panorama`.
    pub kind: String,
    /// As whoever uploaded it called it.
    pub name: String,
}

/// `webhook.test`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Test {
    /// The endpoint.
    pub endpoint: Uuid,
}

impl Event {
    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::StorePublished(_) => Kind::StorePublished,
            Self::StoreClosed(_) => Kind::StoreClosed,
            Self::ProductChanged(_) => Kind::ProductChanged,
            Self::ProductArchived(_) => Kind::ProductArchived,
            Self::MediaReady(_) => Kind::MediaReady,
            Self::Test(_) => Kind::Test,
        }
    }

    /// What is sent: `type`, `timestamp` and `data`, as the specification recommends, and the address where the change
    /// is seen, if there is one.
    ///
    /// # Errors
    /// None that a payload of ours has.
    pub fn body(&self, app: &App, at_us: i64) -> Result<String> {
        let at = Timestamp::from_microsecond(at_us).map_err(Error::internal)?;
        let mut body = json!({ "type": self.kind().name(), "timestamp": at.to_string(), "data": self });
        if let Self::StorePublished(store) = self {
            body["url"] = app.pages.absolute(&format!("/s/{}", store.slug)).into();
        }
        serde_json::to_string(&body).map_err(Error::internal)
    }
}

/// The `webhooks` of the OpenAPI document.
pub fn describe(generator: &mut SchemaGenerator) -> Value {
    let header = |name: &str, text: &str| json!({ "name": name, "in": "header", "required": true, "description": text, "schema": { "type": "string" } });
    let parameters = json!([
        header("webhook-id", "Names the event; the same however often it is sent."),
        header("webhook-timestamp", "When it was sent, in seconds since 1970."),
        header(
            "webhook-signature",
            "`v1,` and base64 of HMAC-SHA256 over `{id}.{timestamp}.{body}`; several, separated by spaces, while a secret is being replaced."
        ),
    ]);
    let entries = Kind::ALL.into_iter().map(|kind| {
        let schema = json!({
            "type": "object",
            "required": ["type", "timestamp", "data"],
            "properties": {
                "type": { "const": kind.name() },
                "timestamp": { "type": "string", "format": "date-time" },
                "url": { "type": "string", "format": "uri", "description": "Where it is seen, if anywhere." },
                "data": kind.schema(generator),
            },
        });
        let post = json!({
            "summary": kind.summary(),
            "parameters": parameters,
            "requestBody": { "required": true, "content": { "application/json": { "schema": schema } } },
            "responses": {
                "2XX": { "description": "Taken. Everything else is tried again for three days." },
                "410": { "description": "Nobody is here any more: the endpoint is switched off." },
            },
            "security": [],
        });
        (kind.name().to_owned(), json!({ "post": post }))
    });
    Value::Object(entries.collect())
}
