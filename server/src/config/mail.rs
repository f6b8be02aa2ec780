//! Where mails go out.

use lettre::Address;
use lettre::message::Mailbox;

use super::Values;
use super::values::Secret;

/// How the connection to the mail server is secured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailTls {
    /// From its first byte (RFC 8314).
    Implicit,
    /// After `STARTTLS`, and not without.
    StartTls,
    /// Not at all: for a server on this machine or in a network that nobody else reads.
    None,
}

impl MailTls {
    const fn port(self) -> u64 {
        match self {
            Self::Implicit => 465,
            Self::StartTls => 587,
            Self::None => 25,
        }
    }
}

/// Mails. Without a host nothing is mailed, and pages say what to do instead.
#[derive(Clone, Debug)]
pub struct MailConfig {
    /// The server that takes mails; `None` where there is none.
    pub smtp: Option<SmtpConfig>,
}

/// A server that takes mails (submission, RFC 6409).
#[derive(Clone, Debug)]
pub struct SmtpConfig {
    /// Its name. `VITRINE_SMTP_HOST`, default none: no mails.
    pub host: String,
    /// Its port. `VITRINE_SMTP_PORT`, default 587, or 465 and 25 as `smtp_tls` has it.
    pub port: u16,
    /// `starttls`, `tls` or `none`. `VITRINE_SMTP_TLS`, default `starttls`.
    pub tls: MailTls,
    /// Who signs in. `VITRINE_SMTP_USER`, default nobody.
    pub user: Option<String>,
    /// With which password. `VITRINE_SMTP_PASSWORD`, default none.
    pub password: Option<Secret>,
    /// From whom mails are: `VITRINE_MAIL_FROM`, the address, required with a host; `VITRINE_MAIL_FROM_NAME`, the name,
    /// default `Vitrine`.
    pub from: Mailbox,
}

impl MailConfig {
    pub(super) fn from_values(values: &mut Values) -> Self {
        let tls = values
            .parse("smtp_tls", "starttls", "starttls, tls or none", |text| match text {
                "starttls" => Some(MailTls::StartTls),
                "tls" => Some(MailTls::Implicit),
                "none" => Some(MailTls::None),
                _ => None,
            })
            .unwrap_or(MailTls::StartTls);
        let port = values.number("smtp_port", tls.port(), 1..=65_535) as u16;
        let user = values.text("smtp_user");
        let password = values.secret("smtp_password");
        let name = values.text("mail_from_name").unwrap_or_else(|| "Vitrine".to_owned());
        let from = values.parse("mail_from", "", "an e-mail address, such as shop@example.org", |text| match text {
            "" => Some(None),
            text => text.parse::<Address>().ok().map(Some),
        });
        let Some(host) = values.text("smtp_host") else { return Self { smtp: None } };
        if user.is_some() != password.is_some() {
            values.fault(
                "smtp_user and smtp_password (VITRINE_SMTP_USER, VITRINE_SMTP_PASSWORD) are set together or not at all",
            );
        }
        if tls == MailTls::None && password.is_some() && !is_here(&host) {
            values.fault(format!(
                "smtp_tls = \"none\" would send smtp_password to {host} in the clear; use starttls or tls"
            ));
        }
        if from == Some(None) {
            values.fault("mail_from (VITRINE_MAIL_FROM) is required with smtp_host: the address that mails are from, such as shop@example.org");
        }
        let from = from.flatten().map(|address| Mailbox::new(Some(name), address));
        Self { smtp: from.map(|from| SmtpConfig { host, port, tls, user, password, from }) }
    }
}

fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}
