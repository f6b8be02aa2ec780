//! `vitrine`.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser as _;
use server::app::App;
use server::cli::{Cli, Command};
use server::clock::SystemClock;
use server::config::Config;
use server::{http, seed, telemetry};
use tokio::net::TcpListener;

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return say(&error),
    };
    match runtime.block_on(run(Cli::parse().command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => say(&*error),
    }
}

fn say(error: &dyn std::error::Error) -> ExitCode {
    eprintln!("vitrine: {error}");
    ExitCode::FAILURE
}

async fn run(command: Command) -> Outcome {
    match command {
        Command::Serve { settings, print_config } => {
            let config = settings.load()?;
            if print_config {
                print!("{}", config.print());
                return Ok(());
            }
            serve(config).await
        }
        Command::Seed { folder, settings } => {
            let config = settings.load()?;
            telemetry::start_log(&config.telemetry);
            let app = App::open(config, Arc::new(SystemClock)).await?;
            seed::seed(&app, &folder, &|line| println!("{line}")).await?;
            app.db.close().await;
            Ok(())
        }
    }
}

async fn serve(config: Config) -> Outcome {
    telemetry::start_log(&config.telemetry);
    if let Some(listen) = config.telemetry.metrics_listen {
        telemetry::serve_metrics(listen).await.map_err(|error| format!("metrics cannot be served at {listen}: {error}"))?;
    }
    let http_config = config.http.clone();
    let listen = http_config.listen;
    // Before anything else: a second server on the same address must not migrate a database.
    let listener = TcpListener::bind(listen).await.map_err(|error| format!("{listen} cannot be listened on: {error}"))?;
    let stop = http::serve::stop_signal()?;
    let app = App::open(config, Arc::new(SystemClock)).await?;
    if http_config.insecure_http {
        tracing::warn!("insecure_http is set: everything that visitors and staff send can be read on its way");
    }
    tracing::info!(
        public_url = %http_config.public_url, %listen, database = app.db.name(),
        "serving {} on {listen}, data in {}", http_config.public_url, app.db.name(),
    );
    http::serve::serve(listener, app.router(), &http_config, stop).await;
    app.db.close().await;
    tracing::info!("stopped");
    Ok(())
}
