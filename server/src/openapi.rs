//! `GET /api/v1/openapi.json`, made from the table of routes and the JSON Schemas of the types.

use std::sync::OnceLock;

use axum::http::HeaderMap;
use axum::response::Response;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use crate::accounts::gate::Who;
use crate::http::caching::revalidated;
use crate::http::errors::Problem;
use crate::routes::{Route, table};
use crate::webhooks::event;

/// How one address is described.
pub struct Operation {
    /// Name for generated clients, `camelCase`.
    pub id: &'static str,
    /// One line.
    pub summary: &'static str,
    /// What the body is, where there is one.
    pub request: Option<fn(&mut SchemaGenerator) -> Value>,
    /// Status and meaning of the answer that was hoped for, and its schema.
    pub response: (u16, &'static str, fn(&mut SchemaGenerator) -> Value),
    /// Status and meaning of the others.
    pub errors: &'static [(u16, &'static str)],
}

/// One thing that may stand behind `?`.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it means.
    pub about: &'static str,
    /// Its JSON Schema.
    pub schema: fn() -> Value,
}

/// The schema of a type, by reference.
pub fn schema<T: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    generator.subschema_for::<T>().to_value()
}

/// The schema of a change of a type (JSON Merge Patch, RFC 7396): what is absent stays, so that nothing is required and there are no
/// defaults; null empties what need not be there.
pub fn some_of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    let mut schema = T::json_schema(generator).to_value();
    let required = schema.as_object_mut().and_then(|schema| schema.remove("required")).unwrap_or_default();
    let is_required = |name: &str| required.as_array().is_some_and(|names| names.iter().any(|of| of == name));
    let emptied = json!({ "type": "null" });
    for (name, property) in schema["properties"].as_object_mut().into_iter().flatten() {
        let Some(fields) = property.as_object_mut() else { continue };
        fields.remove("default");
        let kinds = fields.get("type").or_else(|| fields.get("anyOf")).and_then(Value::as_array);
        let is_nullable = kinds.is_some_and(|kinds| kinds.iter().any(|kind| *kind == "null" || *kind == emptied));
        if !is_required(name) && !is_nullable {
            let description = fields.remove("description");
            let value = property.take();
            *property = json!({ "anyOf": [value, emptied] });
            property["description"] = description.unwrap_or_default();
        }
    }
    schema
}

/// Any JSON object.
pub fn any_object(_: &mut SchemaGenerator) -> Value {
    json!({ "type": "object" })
}

/// An answer without a body.
pub fn nothing(_: &mut SchemaGenerator) -> Value {
    Value::Null
}

/// Describes this very address.
pub fn describe() -> Operation {
    Operation {
        id: "openApi",
        summary: "This document.",
        request: None,
        response: (200, "The OpenAPI document.", any_object),
        errors: &[],
    }
}

/// The document.
pub async fn document(headers: HeaderMap) -> Response {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = TEXT.get_or_init(|| format!("{:#}", build()));
    revalidated(&headers, "application/json", text.as_bytes())
}

/// Builds the document.
#[must_use]
pub fn build() -> Value {
    let mut settings = SchemaSettings::draft2020_12();
    settings.definitions_path = "/components/schemas".into();
    settings.meta_schema = None;
    let mut generator = settings.into_generator();
    let problem = schema::<Problem>(&mut generator);
    let mut paths = Map::new();
    for route in table() {
        let Some(operation) = route.operation.map(|describe| describe()) else { continue };
        let in_path = route
            .path
            .split(['{', '}'])
            .skip(1)
            .step_by(2)
            .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": parameter(name) }));
        let in_query = route.query.iter().map(|parameter| {
            let Parameter { name, about, schema } = parameter;
            json!({ "name": name, "in": "query", "description": about, "schema": schema() })
        });
        let parameters: Vec<Value> = in_path.chain(in_query).collect();
        let (status, meaning, body) = operation.response;
        let mut responses = Map::new();
        let mut answer = json!({ "description": meaning });
        let body = body(&mut generator);
        if !body.is_null() {
            answer["content"] = json!({ "application/json": { "schema": body } });
        }
        responses.insert(status.to_string(), answer);
        for (status, meaning) in implied(&route, &operation).iter().chain(operation.errors) {
            let content = json!({ "application/problem+json": { "schema": problem } });
            responses.insert(status.to_string(), json!({ "description": meaning, "content": content }));
        }
        let mut described = json!({
            "operationId": operation.id,
            "summary": operation.summary,
            "responses": responses,
            "security": match route.who {
                Who::Public | Who::Visitor => json!([]),
                Who::SignedIn => json!([{ "session": [] }]),
                Who::May(right) | Who::MayEverywhere(right) => json!([{ "session": [] }, { "key": [right.name()] }]),
            },
        });
        if !parameters.is_empty() {
            described["parameters"] = parameters.into();
        }
        if let Some(request) = operation.request {
            let content = json!({ "application/json": { "schema": request(&mut generator) } });
            described["requestBody"] = json!({ "required": true, "content": content });
        }
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.method.as_str().to_lowercase()] = described;
    }
    let webhooks = event::describe(&mut generator);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Vitrine",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "paths": paths,
        "webhooks": webhooks,
        "components": {
            "schemas": generator.take_definitions(true),
            "securitySchemes": {
                "session": { "type": "apiKey", "in": "cookie", "name": "__Host-vitrine" },
                "key": { "type": "http", "scheme": "bearer", "description": "A key with scopes, made at /app/keys." },
            },
        },
    })
}

/// Answers that follow from the line of the table: what stands in front of every handler gives them.
fn implied(route: &Route, operation: &Operation) -> Vec<(u16, &'static str)> {
    let mut errors = vec![(503, "The server is busy; Retry-After says when to come again.")];
    if route.path.contains('{') {
        errors.push((400, "A part of the address is malformed."));
    }
    if operation.request.is_some() {
        errors.extend([
            (400, "The body is no JSON."),
            (413, "The body is too large."),
            (415, "The body is not sent as application/json."),
            (422, "The body is JSON of another shape; `errors` says where."),
        ]);
    }
    match route.who {
        Who::Public => {}
        Who::Visitor => errors.push((403, "A page of another site sent this.")),
        Who::SignedIn | Who::May(_) | Who::MayEverywhere(_) => errors.extend([
            (401, "Nobody is signed in, or the key has ended."),
            (403, "This account or key may not do that, or a page of another site sent this."),
        ]),
    }
    errors
}

fn parameter(name: &str) -> Value {
    match name {
        "number" => json!({ "type": "integer", "minimum": 1 }),
        "slug" => json!({ "type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$" }),
        _ => json!({ "type": "string" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_requires_nothing_and_has_no_defaults() {
        #[derive(JsonSchema)]
        #[expect(dead_code, reason = "only its schema counts")]
        struct Thing {
            name: String,
            /// What it is.
            #[serde(default)]
            kind: String,
            #[serde(default)]
            code: Option<String>,
        }
        let schema = some_of::<Thing>(&mut SchemaSettings::draft2020_12().into_generator());
        let expected = json!({
            "name": { "type": "string" },
            "kind": { "anyOf": [{ "type": "string" }, { "type": "null" }], "description": "What it is." },
            "code": { "type": ["string", "null"] },
        });
        assert_eq!((&schema["properties"], schema.get("required")), (&expected, None));
    }

    #[test]
    fn the_document_is_the_one_that_was_agreed_on() {
        insta::assert_json_snapshot!(build());
    }
}
