//! Logs and metrics.

use std::net::SocketAddr;

use super::Values;

/// What operators see.
#[derive(Clone, Debug)]
pub struct TelemetryConfig {
    /// Which log lines are written. `VITRINE_LOG` or `RUST_LOG`, default `info`.
    pub log: String,
    /// How. `VITRINE_LOG_FORMAT`, `text` or `json`, default `text`.
    pub log_format: LogFormat,
    /// Where metrics are served for Prometheus, apart from the pages. `VITRINE_METRICS_LISTEN`, default nowhere.
    pub metrics_listen: Option<SocketAddr>,
}

/// The form of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object per line.
    Json,
}

impl TelemetryConfig {
    pub(super) fn from_values(values: &mut Values) -> Self {
        let filter = |text: &str| text.parse::<tracing_subscriber::EnvFilter>().ok().map(|_| text.to_owned());
        Self {
            log: values.parse("log", "info", "a filter such as info or server=debug,info", filter).unwrap_or_default(),
            log_format: values
                .parse("log_format", "text", "text or json", |text| match text {
                    "text" => Some(LogFormat::Text),
                    "json" => Some(LogFormat::Json),
                    _ => None,
                })
                .unwrap_or(LogFormat::Text),
            metrics_listen: values
                .parse("metrics_listen", "", "an address with a port, such as 127.0.0.1:9090", |text| {
                    if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) }
                })
                .flatten(),
        }
    }
}
