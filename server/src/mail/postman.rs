//! Hands mails to the mail server.

use std::time::Duration;

use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use url::Url;

use crate::config::{MailTls, SmtpConfig};

/// For one step of the conversation.
const PATIENCE: Duration = Duration::from_secs(15);
/// Characters kept of what the server said.
const REASON_CHARACTERS: usize = 400;

/// The mail server, and how to speak to it. A connection lasts for one mail.
#[derive(Clone)]
pub struct Postman {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    place: String,
}

/// Why a mail was not taken.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{reason}")]
pub struct Undelivered {
    /// Whether it may be taken later.
    pub is_passing: bool,
    /// What went wrong, in English, as the server or the network said it.
    pub reason: String,
}

impl Postman {
    /// Ready to send; nothing is opened yet.
    ///
    /// # Errors
    /// The system's list of certificates cannot be read.
    pub fn new(config: &SmtpConfig, public_url: &Url) -> Result<Self, lettre::transport::smtp::Error> {
        let tls = match config.tls {
            MailTls::Implicit => Tls::Wrapper(TlsParameters::new(config.host.clone())?),
            MailTls::StartTls => Tls::Required(TlsParameters::new(config.host.clone())?),
            MailTls::None => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&config.host)
            .port(config.port)
            .tls(tls)
            .timeout(Some(PATIENCE))
            .hello_name(hello(public_url));
        if let (Some(user), Some(password)) = (&config.user, &config.password) {
            builder = builder.credentials(Credentials::new(user.clone(), password.reveal().to_owned()));
        }
        let place = format!("{}:{}", config.host, config.port);
        Ok(Self { transport: builder.build(), from: config.from.clone(), place })
    }

    /// From whom mails are.
    #[must_use]
    pub const fn from(&self) -> &Mailbox {
        &self.from
    }

    /// Host and port.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Sends a mail; what the server said to it.
    ///
    /// # Errors
    /// See [`Undelivered`].
    pub async fn send(&self, mail: Message) -> Result<String, Undelivered> {
        match self.transport.send(mail).await {
            Ok(answer) => Ok(answer.message().collect::<Vec<_>>().join(" ")),
            Err(error) => Err(undelivered(&error)),
        }
    }
}

fn undelivered(error: &lettre::transport::smtp::Error) -> Undelivered {
    let code = error.status().map(u16::from);
    // 53x is about who we are (RFC 4954): a wrong password is put right by the owner, and then the mail goes.
    let is_about_us = code.is_some_and(|code| (530..540).contains(&code));
    let mut reason = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !reason.contains(&cause_text) {
            reason = format!("{reason}: {cause_text}");
        }
        source = cause.source();
    }
    let reason = reason.chars().filter(|c| !c.is_control()).take(REASON_CHARACTERS).collect();
    Undelivered { is_passing: !error.is_permanent() || is_about_us, reason }
}

/// How this server greets the other: by its public name, or by its address in brackets.
fn hello(public_url: &Url) -> ClientId {
    match public_url.host() {
        Some(url::Host::Ipv4(address)) => ClientId::Ipv4(address),
        Some(url::Host::Ipv6(address)) => ClientId::Ipv6(address),
        Some(url::Host::Domain(name)) => ClientId::Domain(name.to_owned()),
        None => ClientId::default(),
    }
}
