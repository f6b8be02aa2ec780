//! Accounts by the command line, for whoever has the machine: adding one, and a way back in for an owner who is locked out.

use super::actor::{Grant, Tenant};
use super::links::{self, Purpose};
use super::person::PersonForm;
use super::rights::Role;
use super::sql::{self, normal_email};
use super::{new_password, start};
use crate::app::App;
use crate::audit::By;
use crate::error::{Error, Result};
use crate::http::form::is_line;
use crate::ids::DEFAULT_ORGANISATION;

/// What passwords are made of: no letter that is taken for another. One stands twice, so that a byte falls on each evenly.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789x";

/// Adds a person; the password they begin with, of 80 random bits.
///
/// # Errors
/// The address is none, or somebody has it.
pub async fn add(app: &App, name: &str, email: &str, role: Role, language: &str) -> Result<String> {
    let email = normal_email(email).ok_or_else(|| Error::BadRequest(format!("{email:?} is no e-mail address")))?;
    if name.is_empty() || !is_line(name, 120) {
        return Err(Error::BadRequest("a name is one line of 1 to 120 characters".to_owned()));
    }
    if sql::by_email(&app.db, &email).await?.is_some() {
        return Err(Error::BadRequest(format!("{email} has an account already")));
    }
    let password = random_password()?;
    let account = PersonForm::new(name, &email, &password, language).ready(app).await?;
    let mut tx = app.db.begin().await?;
    let grant = Grant { role, shop: None };
    start::add(app, &mut tx, Tenant::of(DEFAULT_ORGANISATION), &account, grant, "account.joined").await?;
    links::end_all(&mut tx, &Purpose::Start).await?;
    tx.commit().await?;
    Ok(password)
}

/// A link to a new password.
///
/// # Errors
/// Nobody has the address.
pub async fn password_link(app: &App, email: &str) -> Result<String> {
    let unknown = || Error::BadRequest(format!("nobody has the address {email:?}"));
    let account = sql::by_email(&app.db, &normal_email(email).ok_or_else(unknown)?).await?.ok_or_else(unknown)?;
    let organisations = sql::organisations(&app.db, account.id).await?;
    let tenant = organisations.first().map_or(Tenant::of(DEFAULT_ORGANISATION), |(id, _)| Tenant::of(*id));
    new_password::make_link(app, tenant, By::Server, account.id, &account.name).await
}

fn random_password() -> Result<String> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(Error::internal)?;
    let letters: Vec<String> = random
        .chunks(4)
        .map(|four| four.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect())
        .collect();
    Ok(letters.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::password;
    use crate::testing::on_both;

    #[test]
    fn made_passwords_are_ones_that_would_be_taken() {
        let password = random_password().unwrap();
        assert_eq!((password.len(), password::check(&password, &[])), (19, Ok(())));
        assert_ne!(password, random_password().unwrap());
    }

    on_both! {
        async fn whoever_has_the_machine_gets_in(test: TestApp) {
            let link = start::offer(&test.app).await.unwrap().unwrap();
            let password = add(&test.app, "Lin", "LIN@example.org", Role::Owner, "en").await.unwrap();
            let (_, path) = link.split_once("/app/").unwrap();
            assert_eq!(test.get(&format!("/app/{path}")).await.status, 410, "the log's link has ended");
            let answer = test.post("/app/sign-in", &[("email", "lin@example.org"), ("password", &password)]).await;
            assert_eq!(answer.header("location"), "/app");
            assert!(add(&test.app, "Lin", "lin@example.org", Role::Owner, "en").await.is_err(), "once is enough");
            assert!(add(&test.app, "", "new@example.org", Role::Owner, "en").await.is_err());
            let link = password_link(&test.app, "lin@example.org").await.unwrap();
            let (_, path) = link.split_once("/app/").unwrap();
            assert_eq!(test.get(&format!("/app/{path}")).await.status, 200);
            assert!(password_link(&test.app, "nobody@example.org").await.is_err());
        }
    }
}
