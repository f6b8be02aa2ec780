//! What a stranger's own forms, documents and addresses name of ours is to them as if it were not there: nothing of theirs comes to
//! hold it, nothing of ours changes, and no answer tells it from what does not exist.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use url::form_urlencoded;

use super::gate::Who;
use super::rights::Role;
use super::walk::{FORM, NOTHING, World, ask, newest};
use crate::backup::schema;
use crate::db::Engine;
use crate::drafts::tests::{panorama, shop};
use crate::http::Kind;
use crate::on_engine;
use crate::routes::{Route, table};
use crate::testing::{Answer, Person, TestApp, on_both};

/// Fields of forms and of JSON that name something of an organisation.
const REFERENCES: [&str; 9] =
    ["shop", "parent", "panorama", "target", "pictures", "video", "category", "supplier", "organisation"];
/// Fields of forms that are chosen or hidden, and name nothing of an organisation: words, numbers, languages.
const PLAIN: [&str; 40] = [
    "action",
    "add_language",
    "again",
    "back",
    "base",
    "compare",
    "currency",
    "days",
    "delimiter",
    "drop_start_view",
    "encoding",
    "event",
    "faulty",
    "first_language",
    "from",
    "go",
    "headings_row",
    "is_start",
    "language",
    "link",
    "many",
    "metric",
    "next",
    "one",
    "other_currency",
    "own_colours",
    "period",
    "remove_language",
    "resume",
    "revision",
    "role",
    "scope",
    "seen",
    "sheet",
    "tax",
    "text",
    "to",
    "unit",
    "username",
    "version",
];
/// What the addresses of lists name.
const ASKED: [&str; 9] = ["shop", "category", "supplier", "store", "scene", "who", "subject_id", "cursor", "below"];

/// Something of ours by a field's name, and what does not exist.
struct Named {
    name: &'static str,
    ours: String,
    nothing: String,
}

/// A stranger who works: with a shop, a store, a product.
async fn settle(test: &TestApp, who: &Person<'_>) {
    shop(who).await;
    let (front, back) = (panorama(test, who, "In.png", 31).await, panorama(test, who, "Out.png", 32).await);
    let fields = [("name-en", "Elsewhere"), ("panorama", front.as_str()), ("panorama", back.as_str())];
    let made = who.post("/app/stores/new", &fields).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
    let store = made.header("location").rsplit('/').next().unwrap().to_owned();
    let document = who.get(&format!("/api/v1/drafts/{store}")).await.json();
    let scene = |index: usize| document["scenes"][index]["id"].as_str().unwrap().to_owned();
    let links = format!("/app/stores/{store}/scenes/{}/links", scene(0));
    let link = [("revision", "1"), ("target", &scene(1)), ("yaw", "0"), ("pitch", "0")];
    assert_eq!(who.post(&links, &link).await.status, StatusCode::SEE_OTHER);
    let product = [("sku", "OWN"), ("name.en", "Own"), ("currency", "TWD"), ("unit", "piece"), ("tax", "included")];
    assert_eq!(who.post("/app/products", &product).await.status, StatusCode::SEE_OTHER);
}

/// Every row of the database.
async fn rows(test: &TestApp) -> BTreeSet<String> {
    let mut tx = test.app.db.snapshot().await.unwrap();
    let is_postgres = matches!(tx.engine(), Engine::Postgres(_));
    let mut rows = BTreeSet::new();
    for table in schema::read(&mut tx).await.unwrap() {
        let sql = table.select(is_postgres);
        let found: Vec<String> =
            on_engine!(tx, conn => sqlx::query_scalar(AssertSqlSafe(sql.as_str())).fetch_all(conn).await.unwrap());
        rows.extend(found.into_iter().map(|row| format!("{} {row}", table.name)));
    }
    rows
}

/// Rows that came, changed or went, and hold one of these texts.
fn touched<'a>(before: &'a BTreeSet<String>, after: &'a BTreeSet<String>, ours: &[String]) -> Vec<&'a String> {
    before.symmetric_difference(after).filter(|row| ours.iter().any(|text| row.contains(text.as_str()))).collect()
}

/// A body with one field that names `value`; `None` where such a body has no field of that name.
fn with(
    route: &Route,
    (content_type, body): &(&'static str, String),
    name: &str,
    value: &str,
    api: &Value,
) -> Option<(&'static str, String)> {
    if *content_type == FORM {
        let mut fields: Vec<(String, String)> = form_urlencoded::parse(body.as_bytes()).into_owned().collect();
        fields.retain(|(of, _)| of != name);
        fields.push((name.to_owned(), value.to_owned()));
        return Some((FORM, form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()));
    }
    if !references(route, api).iter().any(|of| of == name) {
        return None;
    }
    let mut body: Value = serde_json::from_str(body).unwrap();
    body[name] = if name == "pictures" { json!([value]) } else { json!(value) };
    Some((content_type, body.to_string()))
}

/// Fields of a line's JSON that are ids, by what programs are told of it.
fn references(route: &Route, api: &Value) -> Vec<String> {
    let operation = &api["paths"][route.path][route.method.as_str().to_lowercase()];
    let mut schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    while let Some(of) = schema["$ref"].as_str() {
        schema = api.pointer(of.trim_start_matches('#')).unwrap();
    }
    let fields = schema["properties"].as_object().into_iter().flatten();
    fields.filter(|(_, field)| field.to_string().contains("\"uuid\"")).map(|(name, _)| name.clone()).collect()
}

/// A document in each of whose places for a panorama, a product, a picture or a video something of another one stands.
fn documents(document: &str, (pyramid, product, media): (&str, &str, &str)) -> Vec<Value> {
    let own: Value = serde_json::from_str(document).unwrap();
    let label = json!({ "en": "Typed" });
    let hotspot = |kind: &str, of: Value| {
        let mut document = own.clone();
        let mut spot = json!({ "id": "typed", "yaw": 0, "pitch": 0, "label": label });
        spot[kind] = of;
        document["scenes"][0]["hotspots"].as_array_mut().unwrap().push(spot);
        document
    };
    let mut of_panorama = own.clone();
    of_panorama["scenes"][0]["panorama"] = json!(pyramid);
    let mut of_plan = own.clone();
    of_plan["floorPlans"] = json!([{ "id": "typed", "name": label, "media": media }]);
    vec![
        of_panorama,
        of_plan,
        hotspot("product", json!({ "product": product })),
        hotspot("image", json!({ "media": media })),
        hotspot("video", json!({ "media": media })),
    ]
}

/// As the page for it sends a document.
fn uploaded(document: &Value, revision: &str) -> (&'static str, String) {
    let field =
        |name: &str, value: &str| format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    let fields = [field("revision", revision), field("go", "save"), field("text", &document.to_string())];
    ("multipart/form-data; boundary=x", format!("{}--x--\r\n", fields.concat()))
}

/// An answer without what was asked for and its own number.
fn said(answer: &Answer, asked: &[&str]) -> (StatusCode, String, String) {
    let plain = |text: &str| {
        let text = asked.iter().fold(text.to_owned(), |text, of| text.replace(of, "ASKED"));
        text.replace(answer.header("x-request-id"), "NUMBER")
    };
    (answer.status, plain(&answer.text()), plain(answer.header("location")))
}

/// What is ours, as a stranger would name it.
struct Things {
    picture: String,
    product: String,
    pyramid: String,
    /// A pyramid that does not exist.
    absent: String,
    fields: Vec<Named>,
    asked: Vec<Named>,
    /// All of it as rows hold it: ids with and without hyphens.
    held: Vec<String>,
}

impl Things {
    async fn of(test: &TestApp, ours: &World<'_>) -> Self {
        let owner = ours.owner;
        let id = async |sql: &'static str| newest(test, owner.tenant, sql).await.to_string();
        let picture =
            id("SELECT id FROM media WHERE organisation_id = $1 AND kind = 'picture' ORDER BY id LIMIT 1").await;
        let product = id("SELECT id FROM product WHERE organisation_id = $1 ORDER BY id LIMIT 1").await;
        let category = id("SELECT id FROM category WHERE organisation_id = $1").await;
        let supplier = id("SELECT id FROM supplier WHERE organisation_id = $1").await;
        let shop = id("SELECT id FROM shop WHERE organisation_id = $1").await;
        let of_ours = |name: &str| match name {
            "shop" => shop.clone(),
            "parent" | "category" => category.clone(),
            "panorama" => ours.panorama.clone(),
            "target" | "scene" => ours.target.clone(),
            "pictures" | "video" => picture.clone(),
            "supplier" => supplier.clone(),
            "store" => "sample".to_owned(),
            "who" => owner.account.to_string(),
            "subject_id" | "below" => product.clone(),
            "cursor" => format!("0.{}", product.replace('-', "")),
            _ => owner.tenant.id().to_string(),
        };
        let nothing = |name: &str| match name {
            "target" | "scene" | "store" => "nowhere".to_owned(),
            "cursor" => format!("0.{}", NOTHING.replace('-', "")),
            _ => NOTHING.to_owned(),
        };
        let named = |names: &[&'static str]| -> Vec<Named> {
            names.iter().map(|name| Named { name, ours: of_ours(name), nothing: nothing(name) }).collect()
        };
        let (fields, asked) = (named(&REFERENCES), named(&ASKED));
        let ids = fields.iter().map(|named| named.ours.clone()).filter(|text| text.len() == 36);
        let mut held: Vec<String> = ids.chain([product.clone(), ours.store.clone(), ours.pyramid.clone()]).collect();
        held.extend(held.clone().iter().map(|id| id.replace('-', "")));
        let absent = ours.pyramid.replace(|c: char| c.is_ascii_digit(), "0");
        Self { picture, product, pyramid: ours.pyramid.clone(), absent, fields, asked, held }
    }
}

/// Sends documents in whose places something of ours stands.
async fn send_documents(test: &TestApp, route: &Route, theirs: &World<'_>, things: &Things) -> usize {
    let Things { picture, product, pyramid, absent, .. } = things;
    let of_ours = documents(&theirs.document, (pyramid, product, picture));
    let of_none = documents(&theirs.document, (absent, NOTHING, NOTHING));
    let count = of_ours.len();
    for documents in of_ours.into_iter().zip(of_none).map(<[Value; 2]>::from) {
        let revision = theirs.revision().await;
        let bodies = documents.map(|document| match route.method {
            Method::PUT => ("application/json", document.to_string()),
            _ => uploaded(&document, &revision),
        });
        let path = theirs.path(route, &theirs.id(route, theirs.owner).await);
        let asked = [pyramid, product, picture, absent, NOTHING];
        let is_accepted = is_accepted(test, route, theirs.owner, (&path, &bodies, &asked)).await;
        assert!(!is_accepted, "{} {path}: {}", route.method, bodies[0].1);
    }
    count
}

/// Sends bodies in each of whose fields something of ours stands. Says which were accepted, and how many there were.
async fn send_fields(
    test: &TestApp,
    route: &Route,
    theirs: &World<'_>,
    (things, api): (&Things, &Value),
) -> (Vec<String>, usize) {
    let (mut accepted, mut count) = (Vec::new(), 0);
    for Named { name, ours, nothing } in &things.fields {
        let path = theirs.path(route, &theirs.id(route, theirs.owner).await);
        let body = theirs.body(route, theirs.owner).await;
        let bodies = [ours, nothing].map(|value| with(route, &body, name, value, api));
        let [Some(of_ours), Some(of_none)] = bodies else { continue };
        if is_accepted(test, route, theirs.owner, (&path, &[of_ours, of_none], &[ours, nothing])).await {
            accepted.push(format!("{} {} {name}", route.method, route.path));
        }
        count += 1;
    }
    (accepted, count)
}

fn gated(table: &[Route]) -> impl Iterator<Item = &Route> {
    table.iter().filter(|route| !matches!(route.who, Who::Public | Who::Visitor))
}

/// Every line that changes something, with our things in its body.
async fn send_bodies(test: &TestApp, theirs: &World<'_>, things: &Things) {
    let api = test.get("/api/v1/openapi.json").await.json();
    let table = table();
    // What ends the store comes last, and signing out not at all.
    let is_end = |route: &&Route| route.path == "/app/stores/{id}/delete";
    let changing = gated(&table).filter(|route| !route.method.is_safe() && route.path != "/app/sign-out");
    let (end, rest): (Vec<_>, Vec<_>) = changing.partition(is_end);
    let (mut sent, mut accepted) = (0, Vec::new());
    for route in rest.into_iter().chain(end) {
        let line = format!("{} {}", route.method, route.path);
        let before = rows(test).await;
        if matches!(line.as_str(), "PUT /api/v1/drafts/{id}" | "POST /app/stores/{id}/document") {
            sent += send_documents(test, route, theirs, things).await;
        } else {
            let (of_line, count) = send_fields(test, route, theirs, (things, &api)).await;
            accepted.extend(of_line);
            sent += count;
        }
        let after = rows(test).await;
        let touched = touched(&before, &after, &things.held);
        assert!(touched.is_empty(), "{line} touches or holds what is ours: {touched:#?}");
        if route.path.starts_with("/app/stores/{id}/") && !is_end(&route) {
            theirs.mend().await;
        }
    }
    assert!(sent > 400, "{sent}");
    // Fields that a form does not have do no harm; those that it has are refused.
    for line in [
        "POST /app/people/invitations shop",
        "POST /app/categories parent",
        "POST /app/categories/{id} parent",
        "POST /app/products category",
        "POST /app/products supplier",
        "POST /app/products pictures",
        "POST /app/products video",
        "POST /app/products/{id} category",
        "POST /app/stores/{id}/scenes/{scene}/links target",
        "POST /app/me/organisation organisation",
    ] {
        assert!(table.iter().any(|route| line.starts_with(&format!("{} {} ", route.method, route.path))), "{line}");
        assert!(!accepted.iter().any(|of| of == line), "{line}");
    }
}

/// Every line that is read, with our things behind the `?` of its address.
async fn ask_addresses(test: &TestApp, theirs: &World<'_>, things: &Things, email: &str) {
    let table = table();
    for route in gated(&table).filter(|route| route.method == Method::GET) {
        let path = theirs.path(route, &theirs.id(route, theirs.owner).await);
        for Named { name, ours, nothing } in &things.asked {
            let ask_for = async |value: &str| {
                ask(test, route, &format!("{path}?{name}={value}"), &(FORM, String::new()), Some(theirs.owner)).await
            };
            let answers = [ask_for(ours).await, ask_for(nothing).await];
            let (line, text) = (format!("GET {}?{name}", route.path), answers[0].text());
            assert!(!answers[0].status.is_server_error(), "{line}: {text}");
            assert!(!text.contains("secret-") && !text.contains(email), "{line}: {text}");
            // A workbook holds the time at which it was written.
            if route.kind != Kind::File {
                assert_eq!(said(&answers[0], &[ours, nothing]), said(&answers[1], &[ours, nothing]), "{line}");
            }
        }
    }
}

on_both! {
    async fn what_a_stranger_names_of_ours_is_as_if_it_were_not_there(test: TestApp) {
        test.seed().await;
        let owner = test.owner().await;
        test.person(owner.tenant, Role::Staff).await;
        let stranger = test.stranger().await;
        test.person(stranger.tenant, Role::Staff).await;
        settle(&test, &stranger).await;
        let ours = World::make(&test, &owner, "secret").await;
        let theirs = World::make(&test, &stranger, "own").await;
        let things = Things::of(&test, &ours).await;
        // Before the bodies, the last of which ends the store.
        ask_addresses(&test, &theirs, &things, &owner.email).await;
        send_bodies(&test, &theirs, &things).await;
    }
}

/// Sends a body that names something of ours and says whether it was accepted; where it was refused, one that names what does
/// not exist is refused alike.
async fn is_accepted(
    test: &TestApp,
    route: &Route,
    stranger: &Person<'_>,
    (path, bodies, asked): (&str, &[(&'static str, String); 2], &[&str]),
) -> bool {
    // Passwords are not tried faster.
    test.advance(Duration::from_secs(45));
    let answer = ask(test, route, path, &bodies[0], Some(stranger)).await;
    let line = format!("{} {path} with {}", route.method, bodies[0].1);
    assert!(!answer.status.is_server_error() && !answer.text().contains("secret-"), "{line}: {}", answer.text());
    if answer.status.is_client_error() {
        let other = ask(test, route, path, &bodies[1], Some(stranger)).await;
        assert_eq!(said(&answer, asked), said(&other, asked), "{line}");
    }
    !answer.status.is_client_error()
}

/// Every template, by its path.
fn templates(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            templates(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "html") {
            found.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
        }
    }
}

#[test]
fn it_is_said_of_every_field_whether_it_names_something() {
    let mut found = Vec::new();
    templates(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    let mut seen = 0;
    for (path, text) in found {
        let named = |rest: &str| rest.split('"').next().unwrap_or_default().to_owned();
        let by_macro =
            ["choice(t, \"", "picker(t, \""].map(|call| text.split(call).skip(1).map(named).collect::<Vec<_>>());
        let by_tag = text.split('<').filter(|tag| {
            let is_chosen =
                ["hidden", "checkbox", "radio"].iter().any(|kind| tag.contains(&format!("type=\"{kind}\"")));
            tag.starts_with("select") || (tag.starts_with("input") && is_chosen)
        });
        let by_tag = by_tag.filter_map(|tag| tag.split_once(" name=\"")).map(|(_, rest)| named(rest)).collect();
        for name in
            by_macro.into_iter().chain([by_tag]).flatten().filter(|name| !name.is_empty() && !name.contains('{'))
        {
            let is_known = [&REFERENCES[..], &ASKED, &PLAIN].concat().contains(&name.as_str());
            assert!(is_known, "{path}: does the field {name:?} name something of an organisation?");
            seen += 1;
        }
    }
    assert!(seen > 40, "{seen}");
}
