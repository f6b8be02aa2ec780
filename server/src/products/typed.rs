//! Lists whose every row is a form: what was typed into one of them is shown again with what is wrong with it, and a change of
//! what somebody else changed meanwhile is refused.

use minijinja::Value;
use uuid::Uuid;

use super::fault::{Fault, Faults};
use crate::error::{Error, Result};
use crate::http::form::Form;
use crate::pages::Texts;

/// What is to be shown again because something is wrong with it.
pub struct Typed<'a> {
    /// Whose form it was; `None` for the form of a new one.
    pub of: Option<Uuid>,
    /// What was typed.
    pub form: &'a Form,
    /// What is wrong, by field.
    pub faults: Faults,
}

impl Typed<'_> {
    /// What is wrong with the form of `of`, in words by field; `None` where it is another one's.
    #[must_use]
    pub fn errors(typed: Option<&Self>, of: Option<Uuid>, texts: &Texts) -> Option<Value> {
        let typed = typed.filter(|typed| typed.of == of)?;
        let said = typed.faults.iter().map(|(field, fault)| (field.clone(), fault.say(texts)));
        Some(Value::from_pairs(said))
    }

    /// What was typed into the form of `of`; `None` where it was another one.
    #[must_use]
    pub fn values(typed: Option<&Self>, of: Option<Uuid>) -> Option<Value> {
        typed.filter(|typed| typed.of == of).map(|typed| typed.form.values())
    }
}

/// The fault of a form that shows another version than the present one.
#[must_use]
pub fn outdated(form: &Form, present: i64) -> Option<(String, Fault)> {
    let is_present = form.text("version") == present.to_string();
    (!is_present).then(|| ("name".to_owned(), Fault::new("category.fault.changed")))
}

/// Checks that a statement that names the version has changed its one row.
///
/// # Errors
/// [`Error::Conflict`].
pub fn changed_one(rows: u64) -> Result<()> {
    if rows == 1 { Ok(()) } else { Err(Error::Conflict("somebody else changed this meanwhile".to_owned())) }
}
