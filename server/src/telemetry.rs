//! Log lines, and metrics on a listener of their own, so that they are not shown to the world by accident.

use std::io::IsTerminal as _;
use std::net::SocketAddr;

use axum::Router;
use axum::http::header;
use axum::routing::get;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

use crate::config::{LogFormat, TelemetryConfig};

/// Upper bounds of the request duration's buckets, seconds.
const DURATIONS_S: [f64; 11] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// Starts the log, on standard error.
pub fn start_log(config: &TelemetryConfig) {
    let filter = EnvFilter::try_new(&config.log).unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    let log = log.with_ansi(std::io::stderr().is_terminal());
    // A second start (in tests) changes nothing.
    let _ = match config.log_format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().try_init(),
    };
}

/// Starts counting; `None` when something counts already.
fn start_metrics() -> Option<PrometheusHandle> {
    let builder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_duration_seconds".to_owned()), &DURATIONS_S)
        .ok()?;
    builder.install_recorder().ok()
}

/// Serves `/metrics` at `listen` until the program ends.
///
/// # Errors
/// The address cannot be listened on.
pub async fn serve_metrics(listen: SocketAddr) -> std::io::Result<()> {
    let Some(handle) = start_metrics() else { return Ok(()) };
    let listener = TcpListener::bind(listen).await?;
    let router = Router::new().route(
        "/metrics",
        get(async move || {
            handle.run_upkeep();
            ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], handle.render())
        }),
    );
    tracing::info!(%listen, "metrics at http://{listen}/metrics");
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "metrics are not served any more");
        }
    });
    Ok(())
}
