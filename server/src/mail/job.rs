//! The job that sends a mail. What the mail says is looked up now: whoever has left meanwhile gets none.

use futures_util::FutureExt as _;
use uuid::Uuid;

use super::compose::{Sheet, compose};
use super::letter::{Letter, Notice};
use super::sql;
use crate::accounts::actor::Tenant;
use crate::accounts::links::{self, Purpose};
use crate::accounts::sql as accounts;
use crate::app::App;
use crate::audit::{self, By, Change};
use crate::error::Error;
use crate::jobs::{Ended, Failure, Handler, Job};
use crate::pages::moment;

/// Its name in the database.
pub const KIND: &str = "mail.send";
/// The job. Its waits grow to an hour: it goes on for a day.
pub const HANDLER: Handler = Handler { kind: KIND, max_attempts: 35, run: |app, job| run(app, job).boxed() };
/// Whoever waited so long for a link to a new password has asked again, or thought of the old one.
const RESET_WAITS_US: i64 = 3_600_000_000;

async fn run(app: App, job: Job) -> Result<(), Ended> {
    let letter: Letter = serde_json::from_str(&job.payload).map_err(Error::internal)?;
    let Some(postman) = app.mail.clone() else { return Err(failed("mail_off", "")) };
    let sheet = match &letter {
        Letter::Reset { account, asked_us } => reset(&app, &job, *account, *asked_us).await?,
        Letter::Invitation { link, language } => invitation(&app, job.tenant, *link, language).await?,
        Letter::Notice { account, notice, at_us } => self::notice(&app, job.tenant, *account, notice, *at_us).await?,
    };
    let Some(sheet) = sheet else { return Ok(()) };
    let mail = compose(&app, &postman, job.id, &sheet)?;
    let name = letter.name();
    match postman.send(mail).await {
        Ok(_) => {
            metrics::counter!("mails_sent_total", "letter" => name).increment(1);
            Ok(())
        }
        Err(why) => {
            let code = if why.is_passing { "mail_unreachable" } else { "mail_refused" };
            tracing::warn!(job = %job.id, letter = name, attempt = job.attempt, reason = %why, "a mail was not taken");
            let failure = Failure { code, detail: why.reason };
            Err(if why.is_passing { Ended::Later(failure) } else { Ended::Failed(failure) })
        }
    }
}

fn failed(code: &'static str, detail: &str) -> Ended {
    Ended::Failed(Failure { code, detail: detail.to_owned() })
}

async fn reset(app: &App, job: &Job, account: Option<Uuid>, asked_us: i64) -> Result<Option<Sheet>, Ended> {
    // Nobody has that address.
    let Some(id) = account else { return Ok(None) };
    let now_us = app.clock.now_us();
    if now_us - asked_us > RESET_WAITS_US {
        return Err(failed("mail_late", ""));
    }
    let Some(account) = accounts::account(&app.db, id).await? else { return Ok(None) };
    let organisations = accounts::organisations(&app.db, id).await?;
    // Who has left every organisation has no way in.
    let Some((organisation, name)) = organisations.into_iter().next() else { return Ok(None) };
    let tenant = Tenant::of(organisation);
    let purpose = Purpose::Password { account: id };
    let link = app.ids.next().map_err(Error::internal)?;
    let mut tx = app.db.begin().await?;
    links::end_mailed(&mut tx, id).await?;
    links::insert(&mut tx, link, tenant, &purpose, None, now_us).await?;
    let token = links::token_for_mail(&mut tx, link, now_us).await?.ok_or(Error::LinkEnded)?;
    if job.attempt == 1 {
        let change = Change {
            action: "account.reset_mailed",
            subject_id: Some(id),
            subject: &account.name,
            before: None,
            after: None,
        };
        audit::record(app, &mut tx, tenant, By::Server, &change).await?;
    }
    tx.commit().await?;
    Ok(Some(Sheet {
        name: "reset",
        reader: account.name,
        email: account.email,
        language: account.language,
        organisation: name,
        values: Vec::new(),
        url: purpose.address(app, &token),
    }))
}

async fn invitation(app: &App, tenant: Tenant, id: Uuid, language: &str) -> Result<Option<Sheet>, Ended> {
    let now_us = app.clock.now_us();
    // Withdrawn, taken up or ended meanwhile.
    let Some(link) = links::invitation(&app.db, tenant, id, now_us).await? else { return Ok(None) };
    let Purpose::Invitation { email, grant } = &link.purpose else { return Ok(None) };
    let mut tx = app.db.begin().await?;
    let Some(token) = links::token_for_mail(&mut tx, id, now_us).await? else { return Ok(None) };
    tx.commit().await?;
    let known = accounts::by_email(&app.db, email).await?;
    let language = known.as_ref().map_or(language, |account| account.language.as_str()).to_owned();
    let (organisation, zone) = sql::place(&app.db, tenant).await?;
    let role = app.pages.texts(&language).get(&format!("role.{}", grant.role.name())).to_owned();
    let until = moment(link.expires_us, &language, &zone);
    Ok(Some(Sheet {
        name: "invitation",
        reader: known.map(|account| account.name).unwrap_or_default(),
        email: email.clone(),
        language,
        organisation,
        values: vec![("role", role), ("until", until)],
        url: link.purpose.address(app, &token),
    }))
}

async fn notice(app: &App, tenant: Tenant, id: Uuid, notice: &Notice, at_us: i64) -> Result<Option<Sheet>, Ended> {
    let Some(account) = accounts::account(&app.db, id).await? else { return Ok(None) };
    let (organisation, zone) = sql::place(&app.db, tenant).await?;
    let texts = app.pages.texts(&account.language);
    let about = match notice {
        Notice::PasswordLink { by } if by.is_empty() => texts.get("audit.server").to_owned(),
        Notice::PasswordLink { by } => by.clone(),
        Notice::PasskeyAdded { name } | Notice::PasskeyRemoved { name } | Notice::WebhookOff { name, .. } => {
            name.clone()
        }
        Notice::RoleChanged { role } => texts.get(&format!("role.{role}")).to_owned(),
        Notice::PasswordChanged | Notice::Removed => String::new(),
    };
    Ok(Some(Sheet {
        name: notice.name(),
        reader: account.name,
        email: account.email,
        values: vec![("when", moment(at_us, &account.language, &zone)), ("about", about)],
        language: account.language,
        organisation,
        url: app.pages.absolute(&notice.path()),
    }))
}
