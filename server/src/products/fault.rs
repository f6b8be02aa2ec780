//! What is wrong with something that somebody typed or sent: a text of the message files, with its values. Pages say it in
//! the person's language, the API and the files of an import say it in English.

use crate::pages::Texts;

/// One fault of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Key of the text.
    pub key: &'static str,
    /// What stands in it, by name.
    pub values: Vec<(&'static str, String)>,
}

impl Fault {
    /// A fault whose text has no values.
    #[must_use]
    pub const fn new(key: &'static str) -> Self {
        Self { key, values: Vec::new() }
    }

    /// The same with a value.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &(impl ToString + ?Sized)) -> Self {
        self.values.push((name, value.to_string()));
        self
    }

    /// The text.
    #[must_use]
    pub fn say(&self, texts: &Texts) -> String {
        let text = texts.get(self.key).to_owned();
        self.values.iter().fold(text, |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }
}

/// Faults by the field they are in.
pub type Faults = Vec<(String, Fault)>;
