//! `vitrine mail test`: whether the settings work, told at once.

use super::compose::{Sheet, compose};
use crate::accounts::sql::normal_email;
use crate::app::App;
use crate::error::{Error, Result};

/// Sends a mail to an address; a line that says how it went.
///
/// # Errors
/// There is no mail server, the address is none, or the server's reason.
pub async fn test(app: &App, email: &str, language: &str) -> Result<String> {
    let email = normal_email(email).ok_or_else(|| Error::BadRequest(format!("{email:?} is no e-mail address")))?;
    let postman = app.mail.as_ref().ok_or_else(|| {
        Error::BadRequest(
            "no mail server is configured: set smtp_host and mail_from (VITRINE_SMTP_HOST, VITRINE_MAIL_FROM)"
                .to_owned(),
        )
    })?;
    let sheet = Sheet {
        name: "test",
        reader: String::new(),
        email: email.clone(),
        language: language.to_owned(),
        organisation: "Vitrine".to_owned(),
        values: Vec::new(),
        url: app.pages.absolute("/app"),
    };
    let id = app.ids.next().map_err(Error::internal)?;
    let mail = compose(app, postman, id, &sheet)?;
    match postman.send(mail).await {
        Ok(answer) => {
            let (from, place) = (&postman.from().email, postman.place());
            Ok(format!("{place} took a mail from {from} to {email} and said: {answer}"))
        }
        Err(why) => Err(Error::BadRequest(format!("{} did not take the mail: {why}", postman.place()))),
    }
}
