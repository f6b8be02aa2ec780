//! How a document enters the system: every fault is reported, with its path, in words.

use std::sync::LazyLock;

use jsonschema::Validator;
use jsonschema::error::{TypeKind, ValidationError, ValidationErrorKind};
use jsonschema::paths::LocationSegment;
use jsonschema::types::JsonType;
use serde_json::Value;

use super::fault::{self, Fault};
use super::unique::Unique;
use super::{Content, StoreDocument, VERSION};

/// Largest document that is read, bytes.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;
/// More faults than anyone reads at once; what is beyond is counted in the last one.
const MAX_FAULTS: usize = 100;

static VALIDATOR: LazyLock<Result<Validator, String>> = LazyLock::new(|| {
    jsonschema::options().should_validate_formats(true).build(&schema()).map_err(|error| error.to_string())
});

/// The JSON Schema (draft 2020-12) of the store document, generated from the Rust types.
#[must_use]
pub fn schema() -> Value {
    let mut schema = schemars::schema_for!(StoreDocument);
    schema.insert("$id".into(), format!("urn:vitrine:store-document:{VERSION}").into());
    schema.to_value()
}

/// Reads JSON that someone wrote: not larger than a document may be, and no field twice, of which one would be lost
/// without a word.
///
/// # Errors
///
/// The one fault that keeps it from being read.
pub fn read(text: &str) -> Result<Value, Vec<Fault>> {
    if text.len() > MAX_BYTES {
        return Err(vec![Fault::new("", fault::TOO_LARGE, &[("bytes", &text.len()), ("max", &MAX_BYTES)])]);
    }
    read_long(text)
}

/// As [`read`], however long the text is: for files of whoever runs the program.
///
/// # Errors
/// As there.
pub fn read_long(text: &str) -> Result<Value, Vec<Fault>> {
    serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map(|Unique(value)| value)
        .map_err(|error| vec![Fault::new("", fault::UNREADABLE, &[("reason", &error)])])
}

impl StoreDocument {
    /// Reads a document that someone wrote, strictly: an unknown field is a fault that names it.
    ///
    /// # Errors
    ///
    /// Every fault found, in document order of its kind: first what the text is, then its shape, then its sense.
    pub fn parse_strict(text: &str) -> Result<Self, Vec<Fault>> {
        Self::from_value_strict(read(text)?)
    }

    /// As [`Self::parse_strict`], from parsed JSON.
    ///
    /// # Errors
    ///
    /// Every fault found.
    pub fn from_value_strict(value: Value) -> Result<Self, Vec<Fault>> {
        let mut faults = version_fault(&value).map_or_else(|| shape_faults(&value), |fault| vec![fault]);
        if faults.is_empty() {
            match serde_json::from_value::<Self>(value) {
                Ok(document) => {
                    faults = document.faults();
                    if faults.is_empty() {
                        return Ok(document);
                    }
                }
                // The schema comes from the same types; what it cannot say (an integer too large) ends up here.
                Err(error) => faults.push(Fault::plain("", error.to_string())),
            }
        }
        if faults.len() > MAX_FAULTS {
            let more = faults.len() - MAX_FAULTS;
            faults.truncate(MAX_FAULTS);
            faults.push(Fault::new("", fault::MORE, &[("more", &more)]));
        }
        Err(faults)
    }
}

/// A version that cannot be read makes every other fault meaningless, so it stands alone.
fn version_fault(value: &Value) -> Option<Fault> {
    let Some(object) = value.as_object() else {
        return Some(Fault::new("", fault::NO_OBJECT, &[]));
    };
    match object.get("version") {
        None => Some(Fault::new("version", fault::NO_VERSION, &[("version", &VERSION)])),
        Some(version) => match version.as_u64() {
            Some(number) if number == u64::from(VERSION) => None,
            Some(number) if number > u64::from(VERSION) => {
                Some(Fault::new("version", fault::NEWER, &[("number", &number), ("version", &VERSION)]))
            }
            _ => Some(Fault::new("version", fault::OTHER_VERSION, &[("value", version), ("version", &VERSION)])),
        },
    }
}

fn shape_faults(value: &Value) -> Vec<Fault> {
    let validator = match &*VALIDATOR {
        Ok(validator) => validator,
        Err(error) => return vec![Fault::plain("", format!("the schema is broken: {error}"))],
    };
    let mut faults = Vec::new();
    for error in validator.iter_errors(value) {
        describe(&error, &mut faults);
    }
    faults
}

/// Turns one finding of the schema into faults that a merchant understands.
fn describe(error: &ValidationError<'_>, faults: &mut Vec<Fault>) {
    let path = path_of(error);
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            // A kind whose content is faulty counts as "unevaluated" too; its content has been reported.
            for field in unexpected.iter().filter(|field| !Content::KINDS.contains(&field.as_str())) {
                faults.push(Fault::new(join(&path, field), fault::UNKNOWN_FIELD, &[]));
            }
        }
        ValidationErrorKind::Required { property } => {
            let field = property.as_str().unwrap_or_default();
            faults.push(Fault::new(join(&path, field), fault::MISSING, &[]));
        }
        ValidationErrorKind::Type { kind } => {
            let expected = match kind {
                TypeKind::Single(kind) => kind.to_string(),
                TypeKind::Multiple(kinds) => kinds.iter().map(|kind| kind.to_string()).collect::<Vec<_>>().join(" or "),
            };
            faults.push(Fault::new(
                path,
                fault::TYPE,
                &[("value", &excerpt(error.instance())), ("expected", &expected)],
            ));
        }
        ValidationErrorKind::Enum { options } => {
            let options = options.as_array().map_or(&[][..], Vec::as_slice);
            let options = options.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            faults.push(Fault::new(
                path,
                fault::OPTION,
                &[("value", &excerpt(error.instance())), ("options", &options)],
            ));
        }
        ValidationErrorKind::Format { format } => {
            faults.push(Fault::new(path, fault::FORMAT, &[("value", &excerpt(error.instance())), ("format", format)]));
        }
        // An optional object: `null` is never what was meant.
        ValidationErrorKind::AnyOf { context } => describe_alternatives(error, context, faults),
        // A hotspot: exactly one kind.
        ValidationErrorKind::OneOfNotValid { context } => {
            if Content::KINDS.iter().any(|kind| error.instance().get(kind).is_some()) {
                describe_alternatives(error, context, faults);
            } else {
                faults.push(Fault::new(path, fault::NO_CONTENT, &[("kinds", &Content::KINDS.join(", "))]));
            }
        }
        ValidationErrorKind::OneOfMultipleValid { .. } => {
            let kinds: Vec<_> =
                Content::KINDS.into_iter().filter(|kind| error.instance().get(kind).is_some()).collect();
            faults.push(Fault::new(path, fault::MANY_CONTENTS, &[("kinds", &kinds.join(" and "))]));
        }
        _ => faults.push(Fault::plain(path, error.to_string())),
    }
}

/// Reports the alternatives that were meant: those whose faults lie inside the value and not in its being another kind.
fn describe_alternatives(error: &ValidationError<'_>, context: &[Vec<ValidationError<'_>>], faults: &mut Vec<Fault>) {
    let is_other_kind = |inner: &ValidationError<'_>| {
        inner.instance_path() == error.instance_path()
            && match inner.kind() {
                ValidationErrorKind::Type { kind } => matches!(kind, TypeKind::Single(JsonType::Null)),
                ValidationErrorKind::Required { property } => {
                    property.as_str().is_some_and(|name| Content::KINDS.contains(&name))
                }
                _ => false,
            }
    };
    for alternative in context.iter().filter(|alternative| !alternative.iter().any(is_other_kind)) {
        for inner in alternative {
            describe(inner, faults);
        }
    }
}

/// `scenes[2].hotspots[0].link`, from a JSON pointer.
fn path_of(error: &ValidationError<'_>) -> String {
    error.instance_path().into_iter().fold(String::new(), |path, segment| match segment {
        LocationSegment::Property(name) => join(&path, &name),
        LocationSegment::Index(index) => format!("{path}[{index}]"),
    })
}

fn join(path: &str, field: &str) -> String {
    if path.is_empty() { field.to_owned() } else { format!("{path}.{field}") }
}

/// The value as JSON, short enough for a message.
fn excerpt(value: &Value) -> String {
    const MAX_CHARS: usize = 40;
    let text = value.to_string();
    match text.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn document() -> Value {
        json!({
            "version": 1,
            "languages": ["zh-TW", "en"],
            "name": {"zh-TW": "巷口小舖", "en": "Alley Corner Shop"},
            "start": {"scene": "entrance", "view": {"yaw": 0, "pitch": 0, "fov": 100}},
            "scenes": [scene("entrance", "cellar"), scene("cellar", "entrance")],
        })
    }

    fn scene(id: &str, neighbour: &str) -> Value {
        json!({
            "id": id,
            "name": {"zh-TW": "入口"},
            "alt": {"zh-TW": "店面入口"},
            "panorama": "0123456789abcdef".repeat(4),
            "view": {"yaw": 0, "pitch": 0, "fov": 100},
            "hotspots": [
                {"id": format!("{id}-1"), "yaw": 10, "pitch": -5, "label": {"zh-TW": "走"}, "icon": "arrow", "link": {"scene": neighbour}},
                {"id": format!("{id}-2"), "yaw": 20, "pitch": 0, "label": {"zh-TW": "茶"}, "product": {"product": "0190a0b0-0000-7000-8000-000000000001"}},
            ],
        })
    }

    /// The document with the value at a JSON pointer replaced (or added), and what is found in it.
    fn faults_with(pointer: &str, value: Value) -> Vec<String> {
        let mut document = document();
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        match document.pointer_mut(parent).unwrap() {
            Value::Array(items) => items[field.parse::<usize>().unwrap()] = value,
            object => object[field] = value,
        }
        match StoreDocument::from_value_strict(document) {
            Ok(_) => Vec::new(),
            Err(faults) => faults.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn a_sound_document_is_read_and_written_unchanged() {
        let read = StoreDocument::from_value_strict(document()).unwrap();
        let written = serde_json::to_string(&read).unwrap();
        assert_eq!(StoreDocument::parse_strict(&written).unwrap(), read);
    }

    #[test]
    fn each_fault_names_its_path() {
        let cases: &[(&str, Value, &[&str])] = &[
            (
                "/version",
                json!(2),
                &[
                    "version: this document is of version 2, newer than version 1, the newest that this program reads: update Vitrine",
                ],
            ),
            (
                "/version",
                json!("1"),
                &["version: \"1\" is not a version of the store document; this program reads version 1"],
            ),
            ("/theme", json!("dark"), &["theme: unknown field"]),
            (
                "/scenes/1/hotspots/0/link/scene",
                json!("attic"),
                &["scenes[1].hotspots[0].link.scene: no scene \"attic\""],
            ),
            (
                "/scenes/0/hotspots/0/link",
                json!({"scen": "cellar"}),
                &["scenes[0].hotspots[0].link.scen: unknown field", "scenes[0].hotspots[0].link.scene: is missing"],
            ),
            ("/scenes/0/hotspots/0/colour", json!("#000000"), &["scenes[0].hotspots[0].colour: unknown field"]),
            (
                "/scenes/0/hotspots/0/icon",
                json!("skull"),
                &[
                    "scenes[0].hotspots[0].icon: \"skull\" is not one of \"arrow\", \"door\", \"stairs\", \"tag\", \"info\", \"image\", \"play\", \"link\", \"gift\", \"cart\", \"star\"",
                ],
            ),
            (
                "/scenes/0/hotspots/0/product",
                json!({"product": "0190a0b0-0000-7000-8000-000000000001"}),
                &["scenes[0].hotspots[0]: is link and product at once; a hotspot is exactly one of them"],
            ),
            (
                "/scenes/0/hotspots/0",
                json!({"id": "h", "yaw": 0, "pitch": 0, "label": {"zh-TW": "走"}}),
                &[
                    "scenes[0].hotspots[0]: says not what it is: one of link, product, text, image, video, webLink, coupon is missing",
                ],
            ),
            (
                "/scenes/0/hotspots/1/product/product",
                json!("tea"),
                &["scenes[0].hotspots[1].product.product: \"tea\" is not a uuid"],
            ),
            (
                "/scenes/0/hotspots/1/id",
                json!("entrance-1"),
                &["scenes[0].hotspots[1].id: \"entrance-1\" is used by scenes[0].hotspots[0] too"],
            ),
            ("/scenes/0/hotspots/1/yaw", json!(181), &["scenes[0].hotspots[1].yaw: 181 is not between -180 and 180"]),
            ("/start/view/yaw", json!("north"), &["start.view.yaw: \"north\" is not of type number"]),
            ("/start/scene", json!("nowhere"), &["start.scene: no scene \"nowhere\""]),
            (
                "/scenes/1/id",
                json!("entrance"),
                &[
                    "scenes[1].id: \"entrance\" is used by another scene",
                    "scenes[0].hotspots[0].link.scene: no scene \"cellar\"",
                    "scenes[1].hotspots[0].link.scene: a link leads to another scene than its own",
                ],
            ),
            (
                "/scenes/0/alt",
                json!({"en": "Entrance"}),
                &["scenes[0].alt: a text in \"zh-TW\", the store's first language, is missing"],
            ),
            (
                "/scenes/0/name",
                json!({"zh-TW": "入口", "th": "x"}),
                &["scenes[0].name.th: \"th\" is not among the store's languages"],
            ),
            (
                "/contact",
                json!({"phone": "call\nme", "email": "shop", "line": "a b", "website": "javascript:alert(1)"}),
                &[
                    "contact.phone: \"call\\nme\" is not a telephone number; \"+886 2 2345 6789\" is",
                    "contact.email: \"shop\" is not an e-mail address; \"shop@example.com\" is",
                    "contact.line: \"a b\" is not a LINE id; \"@my-shop\" is",
                    "contact.website: \"javascript:alert(1)\" is not an address that starts with https, http, mailto or tel",
                ],
            ),
            ("/scenes", json!([]), &["scenes: a store has at least one scene", "start.scene: no scene \"entrance\""]),
        ];
        for (pointer, value, expected) in cases {
            assert_eq!(faults_with(pointer, value.clone()), *expected, "{pointer} = {value}");
        }
    }

    #[test]
    fn all_faults_are_reported_at_once() {
        let mut document = document();
        document["theme"] = json!(1);
        document["scenes"][0]["view"]["zoom"] = json!(1);
        document["scenes"][1]["hotspots"][0]["yaw"] = json!("x");
        assert_eq!(StoreDocument::from_value_strict(document).unwrap_err().len(), 3);
    }

    #[test]
    fn only_four_schemes_are_addresses() {
        for good in ["https://example.org/a?b=c", "http://example.org", "mailto:a@example.org", "tel:+886212345678"] {
            let hotspot = json!({"id": "w", "yaw": 0, "pitch": 0, "label": {"zh-TW": "網"}, "webLink": {"url": good}});
            assert_eq!(faults_with("/scenes/0/hotspots/0", hotspot), Vec::<String>::new(), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            " java\nscript:alert(1)",
            "data:text/html,x",
            "//example.org",
            "https:example.org",
            "/s/demo",
            "",
            "ftp://x",
            "https://a b",
        ] {
            let hotspot = json!({"id": "w", "yaw": 0, "pitch": 0, "label": {"zh-TW": "網"}, "webLink": {"url": bad}});
            assert_eq!(faults_with("/scenes/0/hotspots/0", hotspot).len(), 1, "{bad}");
        }
    }

    #[test]
    fn what_is_not_json_says_where() {
        let faults = StoreDocument::parse_strict("{\"version\": 1,\n]").unwrap_err();
        assert_eq!(faults[0].to_string(), "not readable: key must be a string at line 2 column 1");
        let faults = StoreDocument::parse_strict(r#"{"version": 1, "name": {"en": "a", "en": "b"}}"#).unwrap_err();
        assert_eq!(faults[0].to_string(), "not readable: the field \"en\" stands twice at line 1 column 45");
        assert_eq!(StoreDocument::parse_strict("[]").unwrap_err()[0].to_string(), "a store document is a JSON object");
    }

    #[test]
    fn schema_is_the_committed_one() {
        insta::assert_json_snapshot!(schema());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,200}") {
            let _ = StoreDocument::parse_strict(&text);
        }
    }
}
