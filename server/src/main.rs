//! `vitrine`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser as _;
use imaging::{Control, Folder};
use server::accounts::{command_line, session, start};
use server::analytics::{retention, stats};
use server::app::App;
use server::cli::{AccountCommand, Cli, Command, MailCommand, MediaCommand};
use server::clock::SystemClock;
use server::config::Config;
use server::seed::panorama;
use server::webhooks::deliver;
use server::{backup, http, idempotency, jobs, library, mail, products, routes, seed, telemetry, uploads};
use tokio::net::TcpListener;

/// How long jobs have for stopping: they look between two steps, none of which takes long.
const JOBS_MAY_STOP: Duration = Duration::from_secs(10);

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
        Command::Stats { store, json, settings } => {
            let config = settings.load()?;
            telemetry::start_log(&config.telemetry);
            let app = App::open_existing(config, Arc::new(SystemClock)).await?;
            let stats = stats::collect(&app, store.as_deref()).await.map_err(|error| match store.as_deref() {
                Some(slug) if matches!(error, server::error::Error::NotFound) => format!("there is no store {slug:?}"),
                _ => error.to_string(),
            })?;
            match (json, store.is_some(), stats.first()) {
                (false, ..) => print!("{}", stats::table(&stats)),
                (true, true, Some(one)) => println!("{}", serde_json::to_string_pretty(one)?),
                (true, ..) => println!("{}", serde_json::to_string_pretty(&stats)?),
            }
            app.db.close().await;
            Ok(())
        }
        Command::Backup { target, keep, settings } => {
            let config = settings.load()?;
            let keep = keep.and_then(|number| usize::try_from(number).ok());
            backup::command_line::backup(&config, &target, keep).await
        }
        Command::Verify { file } => backup::command_line::check(&file).await,
        Command::Restore { file, settings } => {
            let config = settings.load()?;
            backup::command_line::take(&config, &file).await
        }
        Command::Account { command } => account(command).await,
        Command::Mail { command: MailCommand::Test { email, language, settings } } => {
            let config = settings.load()?;
            telemetry::start_log(&config.telemetry);
            let app = App::open_existing(config, Arc::new(SystemClock)).await?;
            let said = mail::command_line::test(&app, &email, &language).await;
            app.db.close().await;
            println!("{}", said?);
            Ok(())
        }
        Command::Media { command: MediaCommand::Tile { files, out } } => tile(&files, &out),
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

async fn account(command: AccountCommand) -> Outcome {
    let (AccountCommand::Add { settings, .. } | AccountCommand::Password { settings, .. }) = &command;
    let config = settings.clone().load()?;
    telemetry::start_log(&config.telemetry);
    let app = App::open_existing(config, Arc::new(SystemClock)).await?;
    match &command {
        AccountCommand::Add { email, name, role, language, .. } => {
            println!("{}", command_line::add(&app, name, email, *role, language).await?);
        }
        AccountCommand::Password { email, .. } => println!("{}", command_line::password_link(&app, email).await?),
    }
    app.db.close().await;
    Ok(())
}

async fn serve(config: Config) -> Outcome {
    telemetry::start_log(&config.telemetry);
    if let Some(listen) = config.telemetry.metrics_listen {
        telemetry::serve_metrics(listen)
            .await
            .map_err(|error| format!("metrics cannot be served at {listen}: {error}"))?;
    }
    let http_config = config.http.clone();
    let listen = http_config.listen;
    // Before anything else: a second server on the same address must not migrate a database.
    let listener =
        TcpListener::bind(listen).await.map_err(|error| format!("{listen} cannot be listened on: {error}"))?;
    let stop = http::serve::stop_signal()?;
    let app = App::open(config, Arc::new(SystemClock)).await?;
    if http_config.insecure_http {
        tracing::warn!("insecure_http is set: everything that visitors and staff send can be read on its way");
    }
    tracing::info!(
        public_url = %http_config.public_url, %listen, database = app.db.name(),
        "serving {} on {listen}, data in {}", http_config.public_url, app.db.name(),
    );
    if let Some(link) = start::offer(&app).await? {
        tracing::info!("nobody has an account yet; make the owner's within an hour at {link}");
    }
    let sweepers = [
        retention::start(&app),
        uploads::sweep::start(&app),
        library::encode::start(&app),
        products::fill::start(&app),
        products::import::sweep::start(&app),
        session::start_sweeper(&app),
        idempotency::sweep::start(&app),
        deliver::start_sweeper(&app),
    ];
    let workers = jobs::start(&app);
    let deliveries = deliver::start(&app);
    http::serve::serve(listener, routes::router(&app), &http_config, stop).await;
    for sweeper in sweepers {
        sweeper.abort();
    }
    tokio::join!(workers.stop(JOBS_MAY_STOP), deliveries.stop(JOBS_MAY_STOP));
    app.db.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// Each panorama into a folder named by its pyramid's id; what is there already is not made again.
fn tile(files: &[PathBuf], out: &Path) -> Outcome {
    for file in files {
        let name = |error: String| format!("{}: {error}", file.display());
        let source = panorama::open(file).map_err(name)?;
        let id = source.id().to_owned();
        if Folder::is_complete(out, &id) {
            println!("{}: {} is there already", file.display(), out.join(&id).display());
            continue;
        }
        let folder = Folder::create(out, &id).map_err(|error| name(error.to_string()))?;
        let started = std::time::Instant::now();
        let progress = panorama::tenths(|done, all| println!("{}: {done} of {all} tiles", file.display()));
        let control = Control { progress: Some(&progress), cancelled: None };
        let manifest = imaging::build(source, &folder, &control).map_err(|error| name(error.to_string()))?;
        let place = folder.finish().map_err(|error| name(error.to_string()))?;
        let levels = manifest.levels.count();
        println!("{}: {} ({levels} levels, {:.1?})", file.display(), place.display(), started.elapsed());
    }
    Ok(())
}
