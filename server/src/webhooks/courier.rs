//! Sends one request and reads a little of the answer.

use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::dns::Resolve;
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode, Url};

use super::guard::{Guard, Reach, Refused, SystemNames};
use super::target;
use crate::config::Config;

/// Until there is a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// Bytes kept of an answer; no more are read.
const ANSWER_BYTES: usize = 1024;
const DETAIL_CHARACTERS: usize = 300;

/// Sends. Follows no redirect, knows no proxy, reaches no private address, keeps no connection.
#[derive(Clone, Debug)]
pub struct Courier {
    client: Client,
    reach: Reach,
    allow_http: bool,
}

/// What is sent.
#[derive(Clone, Debug)]
pub struct Parcel<'a> {
    /// Where to.
    pub url: &'a str,
    /// `webhook-id`.
    pub id: &'a str,
    /// `webhook-timestamp`.
    pub timestamp_s: i64,
    /// `webhook-signature`.
    pub signature: &'a str,
    /// JSON.
    pub body: &'a str,
}

/// How it went.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The answer's status, if one came.
    pub http_status: Option<u16>,
    /// Why it counts as failed: the text `webhook.failure.{code}`, and details in English.
    pub failure: Option<(&'static str, String)>,
    /// The first bytes of the answer.
    pub answer: String,
    /// Seconds that the receiver asks us to wait.
    pub retry_after_s: Option<u64>,
    /// How long it took.
    pub duration: Duration,
}

impl Courier {
    /// Ready to send by the configuration.
    ///
    /// # Errors
    /// TLS cannot be set up.
    pub fn new(config: &Config) -> reqwest::Result<Self> {
        Self::with_names(config, Arc::new(SystemNames))
    }

    /// As [`Self::new`], with another way to look up names.
    ///
    /// # Errors
    /// TLS cannot be set up.
    pub fn with_names(config: &Config, names: Arc<dyn Resolve>) -> reqwest::Result<Self> {
        // There is one TLS library with one cipher provider in this program; it has to be named before the first use.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let reach = Reach { allowed: config.webhooks.allow_private.clone() };
        let client = Client::builder()
            .dns_resolver(Arc::new(Guard { names, reach: reach.clone() }))
            .no_proxy()
            .redirect(Policy::none())
            .referer(false)
            .connect_timeout(CONNECT)
            .timeout(config.webhooks.timeout)
            .pool_max_idle_per_host(0)
            .https_only(!config.http.insecure_http)
            .user_agent(concat!("Vitrine-Webhooks/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client, reach, allow_http: config.http.insecure_http })
    }

    /// Whether an address may be an endpoint's.
    ///
    /// # Errors
    /// See [`target::Fault`].
    pub fn check(&self, url: &str) -> Result<Url, target::Fault> {
        target::check(url, self.allow_http, &self.reach)
    }

    /// Sends; however it goes, that is an outcome.
    pub async fn send(&self, parcel: &Parcel<'_>) -> Outcome {
        let started = Instant::now();
        let outcome = self.sent(parcel).await;
        Outcome { duration: started.elapsed(), ..outcome }
    }

    async fn sent(&self, parcel: &Parcel<'_>) -> Outcome {
        // The configuration may have become stricter since the address was saved.
        let url = match self.check(parcel.url) {
            Ok(url) => url,
            Err(target::Fault::Private(refused)) => return failed("private", refused.to_string()),
            Err(fault) => return failed("url", fault.key().to_owned()),
        };
        let request = self
            .client
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", parcel.id)
            .header("webhook-timestamp", parcel.timestamp_s)
            .header("webhook-signature", parcel.signature)
            .body(parcel.body.to_owned());
        match request.send().await {
            Ok(response) => answered(response).await,
            Err(error) => broken(&error),
        }
    }
}

fn failed(code: &'static str, detail: String) -> Outcome {
    Outcome { failure: Some((code, detail)), ..Outcome::default() }
}

async fn answered(mut response: Response) -> Outcome {
    let status = response.status();
    let retry_after_s = response
        .headers()
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.trim().parse().ok())
        .filter(|_| matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE));
    let mut bytes: Vec<u8> = Vec::new();
    // What was said first counts; a receiver that goes on for ever, or stops in the middle, has said it.
    while bytes.len() < ANSWER_BYTES
        && let Ok(Some(chunk)) = response.chunk().await
    {
        bytes.extend_from_slice(&chunk[..chunk.len().min(ANSWER_BYTES - bytes.len())]);
    }
    let answer = String::from_utf8_lossy(&bytes).chars().filter(|c| !c.is_control() || *c == '\n').collect();
    let failure = match status {
        status if status.is_success() => None,
        status if status.is_redirection() => Some(("redirect", String::new())),
        StatusCode::GONE => Some(("gone", String::new())),
        _ => Some(("status", status.to_string())),
    };
    Outcome { http_status: Some(status.as_u16()), failure, answer, retry_after_s, duration: Duration::ZERO }
}

fn broken(error: &reqwest::Error) -> Outcome {
    let mut causes = Vec::new();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        if let Some(refused) = cause.downcast_ref::<Refused>() {
            return failed("private", refused.to_string());
        }
        causes.push(cause.to_string());
        source = cause.source();
    }
    let code = match error {
        error if error.is_timeout() => "timeout",
        error if error.is_connect() => "connect",
        _ => "broken",
    };
    // The innermost says what happened; the outer ones only where.
    let detail = causes.pop().unwrap_or_else(|| error.to_string());
    failed(code, detail.chars().filter(|c| !c.is_control()).take(DETAIL_CHARACTERS).collect())
}
