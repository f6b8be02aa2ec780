//! Every line of the table of addresses, asked by everybody: whom it names is served, whom it does not name is refused, and a
//! stranger's organisation cannot tell what is ours from what does not exist.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use serde_json::json;
use uuid::Uuid;

use super::actor::{Grant, Tenant};
use super::gate::Who;
use super::person::PersonForm;
use super::rights::Role;
use super::{sign_in, start};
use crate::http::Kind;
use crate::ids::DEFAULT_ORGANISATION;
use crate::on_engine;
use crate::routes::{Route, table};
use crate::testing::{Answer, PASSWORD, Person, TEA, TestApp, on_both};

/// An id that nothing has.
const NOTHING: &str = "0192f0a0-1c00-7000-8000-00000000dead";
const FORM: &str = "application/x-www-form-urlencoded";

/// Something of ours for every line.
struct Ours<'a> {
    test: &'a TestApp,
    owner: &'a Person<'a>,
    /// Beginnings of paths, the longer ones first, with the id of what stays there.
    known: Vec<(&'static str, String)>,
    pyramid: String,
    store: String,
    document: String,
    next: std::cell::Cell<u32>,
}

impl<'a> Ours<'a> {
    async fn make(test: &'a TestApp, owner: &'a Person<'a>) -> Self {
        let one = async |sql: &'static str| newest(test, sql).await.to_string();
        let upload = crate::uploads::tests::open(test, owner, "secret-plan.jpg", "auto", 9).await;
        let import = crate::products::import::tests::taken(test, owner, "secret-import.csv", b"SKU,Name\nA,Tea\n")
            .await
            .id
            .to_string();
        let hook =
            crate::webhooks::tests::endpoint(test, owner.tenant, "https://secret-erp.example/hooks").await.to_string();
        let delivery = crate::webhooks::tests::published(test, owner.tenant).await.to_string();
        let store = one("SELECT id FROM store").await;
        owner.post("/app/categories", &[("name.en", "secret-category")]).await;
        owner.post("/app/suppliers", &[("name", "secret-supplier")]).await;
        owner.post("/app/keys", &[("name", "secret-till"), ("scope", "catalogue:read"), ("days", "30")]).await;
        owner.post("/app/people/invitations", &[("email", "secret-guest@example.org"), ("role", "staff")]).await;
        let pyramid = on_engine!(test.app.db, conn => sqlx::query_scalar("SELECT id FROM pyramid ORDER BY id LIMIT 1")
            .fetch_one(conn).await.unwrap());
        let document = owner.get(&format!("/api/v1/drafts/{store}")).await.text();
        let known = vec![
            ("/app/stores/", store.clone()),
            ("/api/v1/drafts/", store.clone()),
            ("/app/products/import/", import.clone()),
            ("/api/v1/imports/", import),
            ("/app/products/", TEA.to_string()),
            ("/api/v1/products/", TEA.to_string()),
            ("/app/categories/", one("SELECT id FROM category").await),
            ("/app/suppliers/", one("SELECT id FROM supplier").await),
            ("/app/people/invitations/", one("SELECT id FROM one_time_link WHERE email IS NOT NULL").await),
            ("/app/people/", one("SELECT id FROM membership WHERE role = 'staff'").await),
            ("/api/v1/uploads/", upload.rsplit('/').next().unwrap().to_owned()),
            ("/app/media/", one("SELECT id FROM media ORDER BY id LIMIT 1").await),
            ("/app/shop/", one("SELECT id FROM shop").await),
            ("/app/webhooks/deliveries/", delivery),
            ("/app/webhooks/", hook),
            ("/app/keys/", one("SELECT id FROM api_key").await),
        ];
        Self { test, owner, known, pyramid, store, document, next: std::cell::Cell::new(0) }
    }

    /// The id for a line that `who` is to ask: what a change ends is made for it.
    async fn id(&self, route: &Route, who: &Person<'_>) -> String {
        let (test, owner) = (self.test, self.owner);
        let number = self.next.replace(self.next.get() + 1);
        // Ids of one instant have no order.
        test.advance(Duration::from_millis(1));
        let made = match route.path {
            "/app/people/invitations/{id}/withdraw" => {
                let email = format!("secret-{number}@example.org");
                owner.post("/app/people/invitations", &[("email", &email), ("role", "staff")]).await;
                newest(test, "SELECT id FROM one_time_link WHERE email IS NOT NULL ORDER BY id DESC LIMIT 1").await
            }
            "/app/people/{id}/role" | "/app/people/{id}/remove" | "/app/people/{id}/password" => {
                let form = PersonForm::new("secret-member", &format!("secret-{number}@example.org"), PASSWORD, "en");
                let account = form.ready(&test.app).await.unwrap();
                let mut tx = test.app.db.begin().await.unwrap();
                let grant = Grant { role: Role::Staff, shop: None };
                start::add(&test.app, &mut tx, owner.tenant, &account, grant, "account.joined").await.unwrap();
                tx.commit().await.unwrap();
                newest(test, "SELECT id FROM membership ORDER BY id DESC LIMIT 1").await
            }
            "/app/keys/{id}/revoke" => {
                owner.post("/app/keys", &[("name", "secret-key"), ("scope", "catalogue:read"), ("days", "30")]).await;
                newest(test, "SELECT id FROM api_key ORDER BY id DESC LIMIT 1").await
            }
            "/app/webhooks/{id}/delete" => {
                crate::webhooks::tests::endpoint(test, owner.tenant, "https://secret-erp.example/more").await
            }
            "/app/categories/{id}/delete" => {
                owner.post("/app/categories", &[("name.en", &format!("secret-{number}"))]).await;
                newest(test, "SELECT id FROM category ORDER BY id DESC LIMIT 1").await
            }
            "/app/products/import/{id}/columns"
            | "/app/products/import/{id}/start"
            | "/app/products/import/{id}/again"
            | "/app/products/import/{id}/cancel" => {
                crate::products::import::tests::taken(test, owner, "secret-import.csv", b"SKU,Name\nA,Tea\n").await.id
            }
            "/api/v1/uploads/{id}" if matches!(route.method, Method::PATCH | Method::DELETE) => {
                let upload = crate::uploads::tests::open(test, owner, "secret-plan.jpg", "auto", 9).await;
                upload.rsplit('/').next().unwrap().parse().unwrap()
            }
            "/app/me/sessions/{id}/end" => {
                sign_in::begin(&test.app, who.account, who.tenant, &HeaderMap::new()).await.unwrap();
                newest(test, "SELECT id FROM session ORDER BY id DESC LIMIT 1").await
            }
            "/app/me/passkeys/{id}/remove" => {
                let id = test.app.ids.next().unwrap();
                let mut tx = test.app.db.begin().await.unwrap();
                // One that is left would be read when the next is added.
                on_engine!(tx, conn => sqlx::query("DELETE FROM passkey").execute(conn).await.map(drop).unwrap());
                on_engine!(tx, conn => sqlx::query(
                    "INSERT INTO passkey (credential_id, id, account_id, name, credential, created_us) VALUES ($1, $2, $3, 'secret-key', '{}', 0)",
                ).bind(id.as_bytes().to_vec()).bind(id).bind(who.account).execute(conn).await.map(drop).unwrap());
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
    async fn body(&self, route: &Route, who: &Person<'_>) -> (&'static str, String) {
        let number = self.next.get();
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
                let version =
                    newest_number(self.test, "SELECT version FROM webhook_endpoint ORDER BY id LIMIT 1").await;
                form(format!(
                    "version={version}&name=Typed&event=product.changed&url=https%3A%2F%2Fsecret-erp.example%2Fhooks"
                ))
            }
            "POST /app/shop" => form("name-en=Typed&time_zone=Asia%2FTaipei&currency=TWD".into()),
            "POST /app/categories" => form(format!("name.en=typed-{number}")),
            "POST /app/categories/{id}" => {
                let version = newest_number(self.test, "SELECT version FROM category ORDER BY id LIMIT 1").await;
                form(format!("version={version}&name.en=secret-category-{number}"))
            }
            "POST /app/suppliers" => form(format!("name=typed-{number}")),
            "POST /app/suppliers/{id}" => {
                let version = newest_number(self.test, "SELECT version FROM supplier ORDER BY id LIMIT 1").await;
                form(format!("version={version}&name=secret-supplier-{number}"))
            }
            "POST /app/products" => {
                form(format!("sku=TYPED-{number}&name.en=Typed&currency=TWD&unit=piece&tax=included"))
            }
            "POST /app/products/import/{id}/columns" => form("column-0=sku&column-1=name%3Aen".into()),
            "POST /app/stores/{id}/settings" => {
                form(format!("revision={revision}&name-en=Typed&name-zh-TW=Typed&slug=sample"))
            }
            "POST /app/stores/{id}/scenes/{scene}/move" => form(format!("revision={revision}&to=down")),
            "POST /app/stores/{id}/scenes/{scene}/links" | "POST /app/stores/{id}/scenes/{scene}/links/{hotspot}" => {
                form(format!("revision={revision}&target=back&yaw=12&pitch=-3"))
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

    async fn revision(&self) -> String {
        self.owner.get(&format!("/api/v1/drafts/{}", self.store)).await.header("etag").trim_matches('"').to_owned()
    }

    /// The draft as it was before anybody changed it.
    async fn mend(&self) {
        let request = Request::put(format!("/api/v1/drafts/{}", self.store)).header("cookie", &self.owner.cookie);
        let request = request
            .header("origin", self.test.origin())
            .header("content-type", "application/json")
            .header("if-match", "*");
        let answer = self.test.send(request.body(Body::from(self.document.clone())).unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    }

    /// The path of a line with an id, of the sample store where it varies otherwise.
    fn path(&self, route: &Route, id: &str) -> String {
        filled(route, id, &self.pyramid)
    }

    /// The same, of things that do not exist.
    fn missing(&self, route: &Route) -> String {
        filled(route, NOTHING, &self.pyramid.replace(|c: char| c.is_ascii_digit(), "0"))
    }
}

fn filled(route: &Route, id: &str, pyramid: &str) -> String {
    let path = route.path.replace("{scene}", "front").replace("{hotspot}", "to-back").replace("{number}", "1");
    path.replace("{id}", id)
        .replace("{variant}", "thumb")
        .replace("{pyramid}/{level}/{face}/{y}/{x}", &format!("{pyramid}/0/f/0/0.jpg"))
}

async fn newest(test: &TestApp, sql: &'static str) -> Uuid {
    on_engine!(test.app.db, conn => sqlx::query_scalar(sql).fetch_one(conn).await.unwrap())
}

async fn newest_number(test: &TestApp, sql: &'static str) -> i64 {
    on_engine!(test.app.db, conn => sqlx::query_scalar(sql).fetch_one(conn).await.unwrap())
}

/// Asks as a page or a program would.
async fn ask(
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
fn said(answer: &Answer, id: &str, path: &str) -> (StatusCode, String, String) {
    let plain =
        |text: &str| text.replace(path, "PATH").replace(id, "ID").replace(answer.header("x-request-id"), "NUMBER");
    (answer.status, plain(&answer.text()), plain(answer.header("location")))
}

on_both! {
    async fn every_line_of_the_table_serves_whom_it_names_and_tells_nobody_else_anything(test: TestApp) {
        test.seed().await;
        let here = Tenant::of(DEFAULT_ORGANISATION);
        let mut people = Vec::new();
        for role in Role::ALL {
            people.push((role, test.person(here, role).await));
        }
        let stranger = test.stranger().await;
        let ours = Ours::make(&test, &people[0].1).await;
        let owner = ours.owner;
        let table = table();
        // Signing out comes last: after it nobody is there to be refused.
        let is_last = |route: &&Route| route.path == "/app/sign-out";
        let gated = table.iter().filter(|route| !matches!(route.who, Who::Public | Who::Visitor));
        let (last, rest): (Vec<_>, Vec<_>) = gated.partition(is_last);
        assert!(last.len() == 1 && rest.len() > 100);
        let mut refused = Vec::new();
        for route in rest.into_iter().chain(last) {
            let id = ours.id(route, owner).await;
            let path = ours.path(route, &id);
            let body = ours.body(route, owner).await;
            let line = format!("{} {}", route.method, route.path);

            let nobody = ask(&test, route, &path, &body, None).await;
            let expected = match (route.kind, route.method.as_str()) {
                (Kind::Html, "GET") => StatusCode::SEE_OTHER,
                _ => StatusCode::UNAUTHORIZED,
            };
            assert_eq!(nobody.status, expected, "{line} for nobody");
            let told = nobody.text().replace(body.1.as_str(), "");
            assert!(!told.contains("secret-") || body.1.contains("secret-"), "{line} tells nobody something: {told}");

            // Of another organisation: what is ours and what does not exist are the same to them, to the letter.
            let varies = route.path.contains("{id}") || route.path.contains("{pyramid}");
            let other = ask(&test, route, &path, &body, Some(&stranger)).await;
            assert!(!other.status.is_server_error(), "{line} for a stranger: {}", other.text());
            assert!(!other.text().contains("secret-") && !other.text().contains(&owner.email), "{line} tells a stranger: {}", other.text());
            if varies {
                let missing = ours.missing(route);
                let nothing = ask(&test, route, &missing, &body, Some(&stranger)).await;
                assert_eq!(said(&other, &id, &path), said(&nothing, NOTHING, &missing), "{line} for a stranger");
                assert!(other.status.is_client_error(), "{line} for a stranger: {}", other.status);
            }
            if route.path != "/app/sign-out" {
                assert_eq!(stranger.get("/app").await.status, StatusCode::OK, "{line} ends somebody's session");
            }

            for (role, person) in people.iter().rev() {
                let may = match route.who {
                    Who::May(right) => role.has(right),
                    _ => true,
                };
                if !may {
                    let answer = ask(&test, route, &path, &body, Some(person)).await;
                    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{line} for {}", role.name());
                    assert!(!answer.text().contains("secret-"), "{line} tells {}", role.name());
                    continue;
                }
                let path = ours.path(route, &ours.id(route, person).await);
                let body = ours.body(route, person).await;
                let answer = ask(&test, route, &path, &body, Some(person)).await;
                // What is typed may be wrong, or come too late; refused, not found or broken it is not.
                let is_refused = matches!(
                    answer.status,
                    StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED
                );
                let is_unread = route.method == Method::GET && answer.status != StatusCode::OK;
                if is_refused || is_unread || answer.status.is_server_error() {
                    refused.push(format!("{line} for {}: {} {}", role.name(), answer.status, answer.text()));
                }
                if route.path.contains("/stores/") || route.path.starts_with("/api/v1/drafts") {
                    ours.mend().await;
                }
            }
        }
        assert!(refused.is_empty(), "{refused:#?}");
        assert_eq!(stranger.get("/app").await.status, StatusCode::SEE_OTHER, "the stranger signed out");
    }
}
