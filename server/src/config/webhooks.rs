//! How far webhooks reach.

use std::time::Duration;

use ipnet::IpNet;

use super::Values;

/// Webhooks.
#[derive(Clone, Debug)]
pub struct WebhookConfig {
    /// Networks that webhooks may reach though they are not public, as addresses or networks, separated by commas: those
    /// of a till or an ERP in the same house. `VITRINE_WEBHOOK_ALLOW_PRIVATE`, default none.
    pub allow_private: Vec<IpNet>,
    /// How long a receiver may take from the connection to its answer. `VITRINE_WEBHOOK_TIMEOUT_SECONDS`, default 15.
    pub timeout: Duration,
}

impl WebhookConfig {
    pub(super) fn from_values(values: &mut Values) -> Self {
        Self {
            allow_private: values.networks("webhook_allow_private"),
            timeout: Duration::from_secs(values.number("webhook_timeout_seconds", 15, 1..=60)),
        }
    }
}
