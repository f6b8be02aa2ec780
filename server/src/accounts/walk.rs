//! What the walks along the table of addresses share: something of an organisation for every line, and what a line is sent.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use serde_json::json;
use uuid::Uuid;

use super::actor::{Grant, Tenant};
use super::person::PersonForm;
use super::rights::Role;
use super::{sign_in, start};
use crate::http::Kind;
use crate::on_engine;
use crate::products::page_tests::form_of;
use crate::routes::Route;
use crate::testing::{Answer, PASSWORD, Person, TestApp};

/// An id that nothing has.
pub const NOTHING: &str = "0192f0a0-1c00-7000-8000-00000000dead";
/// What forms are sent as.
pub const FORM: &str = "application/x-www-form-urlencoded";

/// Something of an organisation for every line.
pub struct World<'a> {
    test: &'a TestApp,
    /// What its names begin with.
    word: &'static str,
    pub owner: &'a Person<'a>,
    /// Beginnings of paths, the longer ones first, with the id of what stays there.
    known: Vec<(&'static str, String)>,
    pub pyramid: String,
    pub store: String,
    slug: String,
    pub document: String,
    /// The first scene, its first link, and where that leads.
    scene: String,
    link: String,
    pub target: String,
    /// A panorama of the library.
    pub panorama: String,
    next: std::cell::Cell<u32>,
}

impl<'a> World<'a> {
    /// What `owner`'s organisation, which has a store and a product, needs beside them. Names begin with `word`.
    pub async fn make(test: &'a TestApp, owner: &'a Person<'a>, word: &'static str) -> Self {
        let named = |name: &str| format!("{word}-{name}");
        let one = async |sql: &'static str| newest(test, owner.tenant, sql).await.to_string();
        let upload = crate::uploads::tests::open(test, owner, &named("plan.jpg"), "auto", 9).await;
        let import = crate::products::import::tests::taken(test, owner, &named("import.csv"), b"SKU,Name\nA,Tea\n")
            .await
            .id
            .to_string();
        let hook = crate::webhooks::tests::endpoint(test, owner.tenant, &format!("https://{word}-erp.example/hooks"))
            .await
            .to_string();
        let delivery = crate::webhooks::tests::published(test, owner.tenant).await.to_string();
        let store = one("SELECT id FROM store WHERE organisation_id = $1").await;
        owner.post("/app/categories", &[("name.en", &named("category"))]).await;
        owner.post("/app/suppliers", &[("name", &named("supplier"))]).await;
        owner.post("/app/keys", &[("name", &named("till")), ("scope", "catalogue:read"), ("days", "30")]).await;
        owner.post("/app/people/invitations", &[("email", &named("guest@example.org")), ("role", "staff")]).await;
        let slug = on_engine!(test.app.db, conn => sqlx::query_scalar("SELECT slug FROM store WHERE organisation_id = $1")
            .bind(owner.tenant.id()).fetch_one(conn).await.unwrap());
        let document = owner.get(&format!("/api/v1/drafts/{store}")).await;
        let scene = &document.json()["scenes"][0];
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let links = &scene["hotspots"][0];
        let product = one("SELECT id FROM product WHERE organisation_id = $1 ORDER BY id LIMIT 1").await;
        let known = vec![
            ("/app/stores/", store.clone()),
            ("/api/v1/drafts/", store.clone()),
            ("/app/products/import/", import.clone()),
            ("/api/v1/imports/", import),
            ("/app/products/", product.clone()),
            ("/api/v1/products/", product),
            ("/app/categories/", one("SELECT id FROM category WHERE organisation_id = $1").await),
            ("/app/suppliers/", one("SELECT id FROM supplier WHERE organisation_id = $1").await),
            (
                "/app/people/invitations/",
                one("SELECT id FROM one_time_link WHERE organisation_id = $1 AND email IS NOT NULL").await,
            ),
            ("/app/people/", one("SELECT id FROM membership WHERE organisation_id = $1 AND role = 'staff'").await),
            ("/api/v1/uploads/", upload.rsplit('/').next().unwrap().to_owned()),
            ("/app/media/", one("SELECT id FROM media WHERE organisation_id = $1 ORDER BY id LIMIT 1").await),
            ("/app/shop/", one("SELECT id FROM shop WHERE organisation_id = $1").await),
            ("/app/webhooks/deliveries/", delivery),
            ("/app/webhooks/", hook),
            ("/app/keys/", one("SELECT id FROM api_key WHERE organisation_id = $1").await),
        ];
        Self {
            test,
            word,
            owner,
            known,
            pyramid: text(&scene["panorama"]),
            store,
            slug,
            scene: text(&scene["id"]),
            link: text(&links["id"]),
            target: text(&links["link"]["scene"]),
            panorama: one("SELECT id FROM media WHERE organisation_id = $1 AND kind = 'panorama' ORDER BY id LIMIT 1")
                .await,
            document: document.text(),
            next: std::cell::Cell::new(0),
        }
    }

    /// The id for a line that `who` is to ask: what a change ends is made for it.
    pub async fn id(&self, route: &Route, who: &Person<'_>) -> String {
        let (test, owner, word) = (self.test, self.owner, self.word);
        let number = self.next.replace(self.next.get() + 1);
        // Ids of one instant have no order.
        test.advance(Duration::from_millis(1));
        let made = match route.path {
            "/app/people/invitations/{id}/withdraw" => {
                let email = format!("{word}-{number}@example.org");
                owner.post("/app/people/invitations", &[("email", &email), ("role", "staff")]).await;
                newest(test, owner.tenant, "SELECT id FROM one_time_link WHERE organisation_id = $1 AND email IS NOT NULL ORDER BY id DESC LIMIT 1").await
            }
            "/app/people/{id}/role" | "/app/people/{id}/remove" | "/app/people/{id}/password" => {
                let form =
                    PersonForm::new(&format!("{word}-member"), &format!("{word}-{number}@example.org"), PASSWORD, "en");
                let account = form.ready(&test.app).await.unwrap();
                let mut tx = test.app.db.begin().await.unwrap();
                let grant = Grant { role: Role::Staff, shop: None };
                start::add(&test.app, &mut tx, owner.tenant, &account, grant, "account.joined").await.unwrap();
                tx.commit().await.unwrap();
                newest(
                    test,
                    owner.tenant,
                    "SELECT id FROM membership WHERE organisation_id = $1 ORDER BY id DESC LIMIT 1",
                )
                .await
            }
            "/app/keys/{id}/revoke" => {
                owner
                    .post("/app/keys", &[("name", &format!("{word}-key")), ("scope", "catalogue:read"), ("days", "30")])
                    .await;
                newest(test, owner.tenant, "SELECT id FROM api_key WHERE organisation_id = $1 ORDER BY id DESC LIMIT 1")
                    .await
            }
            "/app/webhooks/{id}/delete" => {
                crate::webhooks::tests::endpoint(test, owner.tenant, &format!("https://{word}-erp.example/more")).await
            }
            "/app/categories/{id}/delete" => {
                owner.post("/app/categories", &[("name.en", &format!("{word}-{number}"))]).await;
                newest(
                    test,
                    owner.tenant,
                    "SELECT id FROM category WHERE organisation_id = $1 ORDER BY id DESC LIMIT 1",
                )
                .await
            }
            "/app/products/import/{id}/columns"
            | "/app/products/import/{id}/start"
            | "/app/products/import/{id}/again"
            | "/app/products/import/{id}/cancel" => {
                crate::products::import::tests::taken(test, owner, &format!("{word}-import.csv"), b"SKU,Name\nA,Tea\n")
                    .await
                    .id
            }
            "/api/v1/uploads/{id}" if matches!(route.method, Method::PATCH | Method::DELETE) => {
                let upload = crate::uploads::tests::open(test, owner, &format!("{word}-plan.jpg"), "auto", 9).await;
                upload.rsplit('/').next().unwrap().parse().unwrap()
            }
            "/app/me/sessions/{id}/end" => {
                sign_in::begin(&test.app, who.account, who.tenant, &HeaderMap::new()).await.unwrap();
                newest(test, who.tenant, "SELECT id FROM session WHERE organisation_id = $1 ORDER BY id DESC LIMIT 1")
                    .await
            }
            "/app/me/passkeys/{id}/remove" => {
                let id = test.app.ids.next().unwrap();
                let mut tx = test.app.db.begin().await.unwrap();
                // One that is left would be read when the next is added.
                on_engine!(tx, conn => sqlx::query("DELETE FROM passkey").execute(conn).await.map(drop).unwrap());
                on_engine!(tx, conn => sqlx::query(
                    "INSERT INTO passkey (credential_id, id, account_id, name, credential, created_us) VALUES ($1, $2, $3, $4, '{}', 0)",
                ).bind(id.as_bytes().to_vec()).bind(id).bind(who.account).bind(format!("{word}-key")).execute(conn).await.map(drop).unwrap());
                tx.commit().await.unwrap();
                id
            }
            path => {
                return self
                    .known
                    .iter()
                    .find(|(beginning, _)| path.starts_with(beginning))
                    .map_or(NOTHING, |(_, id)| id)
                    .to_owned();
            }
        };
        made.to_string()
    }

    /// What a line is sent by whoever uses it; a form where nothing else is said, and an empty one where it is a button.
    pub async fn body(&self, route: &Route, who: &Person<'_>) -> (&'static str, String) {
        let (word, number) = (self.word, self.next.get());
        let revision = self.revision().await;
        let form = |text: String| (FORM, text);
        let at = format!("{} {}", route.method, route.path);
        match at.as_str() {
            "POST /app/me" => form("name=Somebody&language=en".into()),
            "POST /app/me/password" => form("old_password=seven+wet+umbrellas&password=twelve+dry+raincoats".into()),
            "POST /app/me/organisation" => form(format!("organisation={}", who.tenant.id())),
            "POST /app/people/invitations" => form(format!("email=typed-{number}@example.org&role=staff")),
            "POST /app/people/{id}/role" => form("role=marketer".into()),
            "POST /app/keys" => form("name=Typed&scope=catalogue%3Aread&days=30".into()),
            "POST /app/webhooks" => {
                form("name=Typed&event=product.changed&url=https%3A%2F%2Ftyped.example%2Fhooks".into())
            }
            "POST /app/webhooks/{id}" => {
                let version = newest_number(
                    self.test,
                    self.owner.tenant,
                    "SELECT version FROM webhook_endpoint WHERE organisation_id = $1 ORDER BY id LIMIT 1",
                )
                .await;
                form(format!(
                    "version={version}&name=Typed&event=product.changed&url=https%3A%2F%2F{word}-erp.example%2Fhooks"
                ))
            }
            "POST /app/shop" => form("name-en=Typed&time_zone=Asia%2FTaipei&currency=TWD".into()),
            "POST /app/categories" => form(format!("name.en=typed-{number}")),
            "POST /app/categories/{id}" => {
                let version = newest_number(
                    self.test,
                    self.owner.tenant,
                    "SELECT version FROM category WHERE organisation_id = $1 ORDER BY id LIMIT 1",
                )
                .await;
                form(format!("version={version}&name.en={word}-category-{number}"))
            }
            "POST /app/suppliers" => form(format!("name=typed-{number}")),
            "POST /app/suppliers/{id}" => {
                let version = newest_number(
                    self.test,
                    self.owner.tenant,
                    "SELECT version FROM supplier WHERE organisation_id = $1 ORDER BY id LIMIT 1",
                )
                .await;
                form(format!("version={version}&name={word}-supplier-{number}"))
            }
            "POST /app/products" => {
                form(format!("sku=TYPED-{number}&name.en=Typed&currency=TWD&unit=piece&tax=included"))
            }
            "POST /app/products/{id}" => {
                let path = self.path(route, &self.id(route, who).await);
                let fields = form_of(&self.owner.get(&path).await, &path, &[]);
                form(url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish())
            }
            "POST /app/products/import/{id}/columns" => form("column-0=sku&column-1=name%3Aen".into()),
            "POST /app/stores/new" => {
                let shop = self.known.iter().find(|(path, _)| *path == "/app/shop/").map_or(NOTHING, |(_, id)| id);
                form(format!("name-en=Typed+{number}&name-zh-TW=Typed&shop={shop}&panorama={}", self.panorama))
            }
            "POST /app/stores/{id}/add" => form(format!("revision={revision}&panorama={}", self.panorama)),
            "POST /app/stores/{id}/settings" => {
                form(format!("revision={revision}&name-en=Typed&name-zh-TW=Typed&slug={}", self.slug))
            }
            "POST /app/stores/{id}/scenes/{scene}/move" => form(format!("revision={revision}&to=down")),
            "POST /app/stores/{id}/scenes/{scene}/links" | "POST /app/stores/{id}/scenes/{scene}/links/{hotspot}" => {
                form(format!("revision={revision}&target={}&yaw=12&pitch=-3", self.target))
            }
            _ if route.path.starts_with("/app/stores/{id}/") && route.method == Method::POST => {
                form(format!("revision={revision}"))
            }
            "POST /api/v1/products" => {
                ("application/json", json!({"sku": format!("TYPED-P-{number}"), "name": {"en": "Typed"}}).to_string())
            }
            "PATCH /api/v1/products/{id}" => {
                ("application/json", json!({"supplierCode": format!("T-{number}")}).to_string())
            }
            "PUT /api/v1/drafts/{id}" => ("application/json", self.document.clone()),
            "PATCH /api/v1/uploads/{id}" => ("application/offset+octet-stream", "typed-you".to_owned()),
            _ if route.kind == Kind::Json => ("application/json", "{}".to_owned()),
            _ => form(String::new()),
        }
    }

    pub async fn revision(&self) -> String {
        self.owner.get(&format!("/api/v1/drafts/{}", self.store)).await.header("etag").trim_matches('"').to_owned()
    }

    /// The draft as it was before anybody changed it.
    pub async fn mend(&self) {
        let request = Request::put(format!("/api/v1/drafts/{}", self.store)).header("cookie", &self.owner.cookie);
        let request = request
            .header("origin", self.test.origin())
            .header("content-type", "application/json")
            .header("if-match", "*");
        let answer = self.test.send(request.body(Body::from(self.document.clone())).unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    }

    /// The path of a line with an id, of the store where it varies otherwise.
    pub fn path(&self, route: &Route, id: &str) -> String {
        self.filled(route, id, &self.pyramid)
    }

    /// The same, of things that do not exist.
    pub fn missing(&self, route: &Route) -> String {
        self.filled(route, NOTHING, &self.pyramid.replace(|c: char| c.is_ascii_digit(), "0"))
    }

    fn filled(&self, route: &Route, id: &str, pyramid: &str) -> String {
        let path = route.path.replace("{scene}", &self.scene).replace("{hotspot}", &self.link).replace("{number}", "1");
        path.replace("{id}", id)
            .replace("{variant}", "thumb")
            .replace("{pyramid}/{level}/{face}/{y}/{x}", &format!("{pyramid}/0/f/0/0.jpg"))
    }
}

/// The id that a statement finds in an organisation.
pub async fn newest(test: &TestApp, tenant: Tenant, sql: &'static str) -> Uuid {
    on_engine!(test.app.db, conn => sqlx::query_scalar(sql).bind(tenant.id()).fetch_one(conn).await.unwrap())
}

async fn newest_number(test: &TestApp, tenant: Tenant, sql: &'static str) -> i64 {
    on_engine!(test.app.db, conn => sqlx::query_scalar(sql).bind(tenant.id()).fetch_one(conn).await.unwrap())
}

/// Asks as a page or a program would.
pub async fn ask(
    test: &TestApp,
    route: &Route,
    path: &str,
    (content_type, body): &(&'static str, String),
    who: Option<&Person<'_>>,
) -> Answer {
    let request = Request::builder().method(route.method.clone()).uri(path).header("origin", test.origin());
    let request = match who {
        Some(person) => request.header("cookie", &person.cookie),
        None => request,
    };
    let request =
        request.header("content-type", *content_type).header("if-match", "*").header("tus-resumable", "1.0.0");
    let request = match route.method {
        Method::POST if route.path == "/api/v1/uploads" => {
            request.header("upload-length", "9").header("upload-metadata", "filename dHlwZWQ=")
        }
        Method::PATCH if route.path == "/api/v1/uploads/{id}" => request.header("upload-offset", "0"),
        _ => request,
    };
    let body = if route.method.is_safe() { Body::empty() } else { Body::from(body.clone()) };
    test.send(request.body(body).unwrap()).await
}

/// An answer without what is its own: the id that was asked for, and its number.
pub fn said(answer: &Answer, id: &str, path: &str) -> (StatusCode, String, String) {
    let plain =
        |text: &str| text.replace(path, "PATH").replace(id, "ID").replace(answer.header("x-request-id"), "NUMBER");
    (answer.status, plain(&answer.text()), plain(answer.header("location")))
}
