//! What can be wrong with a document, in words. Each kind has a name, so that a program can say it in other languages.

use std::fmt;

use serde::Serialize;

/// One fault of a document: where, and what is wrong in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Path in the document, `scenes[2].hotspots[0].link.scene`; empty for the document as a whole.
    pub path: String,
    /// What is wrong, and what would be right, in English.
    pub message: String,
    /// What of [`KINDS`] it is; empty where only the message says it.
    #[serde(skip)]
    pub kind: &'static str,
    /// The values in its text, by name.
    #[serde(skip)]
    pub values: Vec<(&'static str, String)>,
}

impl Fault {
    /// A fault of a kind, with the values that its text names.
    pub fn new(path: impl Into<String>, kind: Kind, values: &[(&'static str, &dyn fmt::Display)]) -> Self {
        let values: Vec<_> = values.iter().map(|(name, value)| (*name, value.to_string())).collect();
        let fill = |text: String, (name, value): &(&str, String)| text.replace(&format!("{{{name}}}"), value);
        let message = values.iter().fold(kind.english.to_owned(), fill);
        Self { path: path.into(), message, kind: kind.name, values }
    }

    /// A fault that only its message describes.
    pub fn plain(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into(), kind: "", values: Vec::new() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() { f.write_str(&self.message) } else { write!(f, "{}: {}", self.path, self.message) }
    }
}

/// A kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// Its name.
    pub name: &'static str,
    /// Its text in English, with `{name}` where a value goes.
    pub english: &'static str,
}

macro_rules! kinds {
    ($($constant:ident $name:literal $english:literal)*) => {
        $(#[doc = $english] pub const $constant: Kind = Kind { name: $name, english: $english };)*

        /// All of them.
        pub const KINDS: &[Kind] = &[$($constant),*];
    };
}

kinds! {
    TOO_LARGE "too_large" "the document is {bytes} bytes long; at most {max} are read"
    UNREADABLE "unreadable" "not readable: {reason}"
    MORE "more" "and {more} more faults"
    NO_OBJECT "no_object" "a store document is a JSON object"
    NO_VERSION "no_version" "is missing; this program reads version {version}"
    NEWER "newer" "this document is of version {number}, newer than version {version}, the newest that this program reads: update Vitrine"
    OTHER_VERSION "other_version" "{value} is not a version of the store document; this program reads version {version}"
    UNKNOWN_FIELD "unknown_field" "unknown field"
    MISSING "missing" "is missing"
    TYPE "type" "{value} is not of type {expected}"
    OPTION "option" "{value} is not one of {options}"
    FORMAT "format" "{value} is not a {format}"
    NO_CONTENT "no_content" "says not what it is: one of {kinds} is missing"
    MANY_CONTENTS "many_contents" "is {kinds} at once; a hotspot is exactly one of them"
    NO_LANGUAGE "no_language" "name at least one language, such as \"zh-TW\""
    LANGUAGE "language" "{value} is not a language tag; \"zh-TW\" and \"en\" are"
    LANGUAGE_TWICE "language_twice" "{value} is listed twice"
    NO_SCENES "no_scenes" "a store has at least one scene"
    MANY_SCENES "many_scenes" "{found} scenes; at most {max} are allowed"
    MANY_HOTSPOTS "many_hotspots" "{found} hotspots; at most {max} are allowed"
    FLOOR_PLAN_TWICE "floor_plan_twice" "{value} is used by another floor plan"
    SCENE_TWICE "scene_twice" "{value} is used by another scene"
    USED_TWICE "used_twice" "{value} is used by {other} too"
    PYRAMID "pyramid" "a pyramid id is the 64 hexadecimal digits that an upload returned"
    NO_FLOOR_PLAN "no_floor_plan" "no floor plan {value}"
    NO_SCENE "no_scene" "no scene {value}"
    OWN_SCENE "own_scene" "a link leads to another scene than its own"
    ID "id" "{value} is not an id: 1 to {max} letters a–z, digits, - or _"
    RANGE "range" "{value} is not between {min} and {max}"
    COLOUR "colour" "{value} is not a colour; \"#1f6f5c\" is"
    URL "url" "{value} is not an address that starts with https, http, mailto or tel"
    NO_TEXT "no_text" "a text in {language}, the store's first language, is missing"
    OTHER_LANGUAGE "other_language" "{value} is not among the store's languages"
    LONG "long" "{found} characters; at most {max} are allowed"
    NUL "nul" "contains a NUL character"
    PHONE "phone" "{value} is not a telephone number; \"+886 2 2345 6789\" is"
    EMAIL "email" "{value} is not an e-mail address; \"shop@example.com\" is"
    LINE "line" "{value} is not a LINE id; \"@my-shop\" is"
    NO_UTF8 "no_utf8" "holds bytes that are no UTF-8; save the file as UTF-8"
    DELETED "deleted" "{name} was deleted from the media library"
    DELETED_NOW "deleted_now" "was deleted from the library"
    NO_PANORAMA "no_panorama" "no panorama of this id was uploaded"
    NO_MEDIA "no_media" "no picture or video of this id was uploaded"
    NO_PRODUCT "no_product" "no product of this id"
}
