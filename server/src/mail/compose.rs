//! Writes a mail: texts of the reader's language, once as plain text and once as simple HTML that says the same. No
//! picture, no link but the one it is about: nobody is told whether it was read.

use std::time::{Duration, UNIX_EPOCH};

use lettre::Message;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use minijinja::context;
use uuid::Uuid;

use super::postman::Postman;
use crate::app::App;
use crate::error::{Error, Result};

/// What a mail says, and to whom.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// Its texts: `mail.{name}.subject`, `.text`, `.after` and, with an address, `.button`.
    pub name: &'static str,
    /// Who reads it; empty where nobody knows yet.
    pub reader: String,
    /// Where it goes.
    pub email: String,
    /// In which language.
    pub language: String,
    /// For whom it is sent.
    pub organisation: String,
    /// What stands in the texts.
    pub values: Vec<(&'static str, String)>,
    /// The page that it leads to.
    pub url: String,
}

/// A mail as it is sent. `id` is the same whenever the same mail is sent again.
///
/// # Errors
/// An address that no mail reaches, or a template's fault.
pub fn compose(app: &App, postman: &Postman, id: Uuid, sheet: &Sheet) -> Result<Message> {
    let texts = app.pages.texts(&sheet.language);
    let home = app.config.http.public_url.as_str().trim_end_matches('/');
    // Until somebody has named it.
    let organisation = if sheet.organisation.is_empty() { "Vitrine" } else { sheet.organisation.as_str() };
    let fill = |key: &str| {
        let fixed = [("organisation", organisation), ("name", &sheet.reader), ("url", home)];
        let values = sheet.values.iter().map(|(name, value)| (*name, value.as_str()));
        values
            .chain(fixed)
            .fold(texts.get(key).to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    };
    let part = |part: &str| fill(&format!("mail.{}.{part}", sheet.name));
    let greeting = fill(if sheet.reader.is_empty() { "mail.hello" } else { "mail.hello_name" });
    let (subject, text, button, after) = (part("subject"), part("text"), part("button"), part("after"));
    let footer = fill("mail.footer");
    let plain = format!("{greeting}\n\n{text}\n\n{button}\n{}\n\n{after}\n\n-- \n{footer}\n", sheet.url);
    let page = context! {
        subject => &subject, greeting, text, button, after, footer, url => &sheet.url,
    };
    let html = app.pages.render("mail/letter.html", &sheet.language, "/", &page).map_err(Error::internal)?;
    let to = Mailbox::new(
        Some(sheet.reader.clone()).filter(|name| !name.is_empty()),
        sheet.email.parse().map_err(Error::internal)?,
    );
    let sent = UNIX_EPOCH + Duration::from_micros(app.clock.now_us().unsigned_abs());
    let host = app.config.http.public_url.host_str().unwrap_or("localhost");
    Message::builder()
        .from(postman.from().clone())
        .to(to)
        .subject(subject)
        .date(sent)
        .message_id(Some(format!("<{}@{host}>", id.simple())))
        .header(AutoSubmitted)
        .header(ContentLanguage(sheet.language.clone()))
        .multipart(MultiPart::alternative_plain_html(plain, html))
        .map_err(Error::internal)
}

/// Keeps away-notes and lists from answering (RFC 3834).
#[derive(Clone, Debug)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// In which language it is written (RFC 3282).
#[derive(Clone, Debug)]
struct ContentLanguage(String);

impl Header for ContentLanguage {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Content-Language")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.clone())
    }
}
