//! A person who is about to have an account: name, address, password, checked where they typed them.

use super::password::{self, Weakness};
use super::sql::{AccountRow, normal_email};
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::form::{FieldErrors, Form, is_line};

/// Characters of a name.
const MAX_NAME: usize = 120;

/// What was typed and is fine.
#[derive(Clone, Debug)]
pub struct PersonForm {
    name: String,
    email: String,
    password: String,
    language: String,
}

impl PersonForm {
    /// Reads the fields `name` and `password`; notes what is wrong.
    pub fn read(form: &Form, email: &str, language: &str, errors: &mut FieldErrors) -> Option<Self> {
        let name = check_name(form.text("name"), errors);
        let email = normal_email(email);
        errors.check(email.is_some(), "email", "field.email");
        let email = email?;
        check_password(form.raw("password"), &[&name, &email], errors);
        let person = Self { name, email, password: form.raw("password").to_owned(), language: language.to_owned() };
        errors.is_empty().then_some(person)
    }

    /// One made on the command line or for the demo.
    #[must_use]
    pub fn new(name: &str, email: &str, password: &str, language: &str) -> Self {
        Self {
            name: name.to_owned(),
            email: email.to_owned(),
            password: password.to_owned(),
            language: language.to_owned(),
        }
    }

    /// The account to be, its password hashed.
    ///
    /// # Errors
    /// Too many are being hashed.
    pub async fn ready(self, app: &App) -> Result<AccountRow> {
        let password = app.passwords.hash(self.password).await?;
        let id = app.ids.next().map_err(Error::internal)?;
        Ok(AccountRow { id, email: self.email, name: self.name, language: self.language, password: Some(password) })
    }
}

/// Reads a name.
pub fn check_name(name: &str, errors: &mut FieldErrors) -> String {
    errors.check(!name.is_empty(), "name", "field.missing");
    errors.check(is_line(name, MAX_NAME), "name", "field.line");
    name.to_owned()
}

/// Notes why a password is not taken.
pub fn check_password(password: &str, about: &[&str], errors: &mut FieldErrors) {
    if let Err(weakness) = password::check(password, about) {
        let key = match weakness {
            Weakness::Short => "password.short",
            Weakness::Long => "password.long",
            Weakness::Guessable => "password.guessable",
        };
        errors.add("password", key);
    }
}
