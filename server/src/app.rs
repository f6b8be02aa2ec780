//! What every handler gets: the parts of a running server, shared by cloning. It knows of no handler.

use std::net::IpAddr;
use std::ops::Deref;
use std::sync::{Arc, Weak};

use crate::accounts::passkeys;
use crate::accounts::password::Passwords;
use crate::analytics::visitor::Salts;
use crate::analytics::writer::EventWriter;
use crate::bundle;
use crate::clock::Clock;
use crate::config::{Config, Secret};
use crate::db::Db;
use crate::files::Files;
use crate::files::public::PublicFiles;
use crate::http::attempts;
use crate::http::places::Places;
use crate::http::rate::RateLimit;
use crate::ids::Generator;
use crate::jobs::Bell;
use crate::library::room::Room;
use crate::mail::postman::Postman;
use crate::pages::Pages;
use crate::stores::revisions::Revisions;
use crate::webhooks::courier::Courier;
use tokio::sync::Notify;
use webauthn_rs::Webauthn;

/// Attempts to sign in from one address: a family behind one router mistypes, a robot goes on.
const SIGN_IN_PER_SECOND: f64 = 0.2;
const SIGN_IN_BURST: u32 = 20;
/// Mails with links to a new password that one address may ask for.
const RESET_PER_SECOND: f64 = 1.0 / 60.0;
const RESET_BURST: u32 = 10;

/// Parts of uploads at once.
const MAX_UPLOADS: usize = 64;

/// A running server.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts.
pub struct Parts {
    /// The effective configuration.
    pub config: Config,
    /// The database.
    pub db: Db,
    /// Pictures, videos, tiles.
    pub files: Files,
    /// Which of them everyone may see.
    pub public_files: PublicFiles,
    /// Published revisions, ready to be sent.
    pub revisions: Revisions,
    /// Templates and texts.
    pub pages: Pages,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Ids.
    pub ids: Generator,
    /// Requests answered at once.
    pub places: Places,
    /// Parts of uploads that are taken at once: each may last for as long as a telephone takes.
    pub upload_places: Places,
    /// How often one address may send events.
    pub event_rate: RateLimit<IpAddr>,
    /// How often one address may try to sign in.
    pub sign_in_rate: RateLimit<IpAddr>,
    /// How often the password of one account may be tried from one network, or by whoever is signed in, by a hash of both;
    /// all replicas together count in the database.
    pub account_rate: RateLimit<Vec<u8>>,
    /// How often one address may ask for a link to a new password.
    pub reset_rate: RateLimit<IpAddr>,
    /// How many such mails a mailbox gets, by the hash of its address.
    pub reset_account_rate: RateLimit<Vec<u8>>,
    /// Hashes passwords.
    pub passwords: Passwords,
    /// Memory for pictures that are decoded.
    pub room: Room,
    /// Passkeys, where the address allows any.
    pub webauthn: Option<Webauthn>,
    /// Who takes mails, where one is configured.
    pub mail: Option<Postman>,
    /// The secret of the day.
    pub salts: Salts,
    /// Where events are written.
    pub events: EventWriter,
    /// Wakes whoever does the work in the background.
    pub bell: Bell,
    /// Sends webhooks.
    pub courier: Courier,
    /// Wakes whoever delivers them.
    pub webhook_bell: Notify,
    viewer: Option<bundle::Manifest>,
}

/// A server that may be gone.
#[derive(Clone)]
pub struct WeakApp(Weak<Parts>);

impl WeakApp {
    /// The server, if it is still there.
    #[must_use]
    pub fn upgrade(&self) -> Option<App> {
        self.0.upgrade().map(App)
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder cannot be made.
    #[error("the data folder {0} cannot be made: {1}")]
    Data(String, std::io::Error),
    /// The database.
    #[error(transparent)]
    Connect(#[from] crate::db::ConnectError),
    /// A migration.
    #[error("the database cannot be brought to this program's version: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The files.
    #[error("the files cannot be opened: {0}")]
    Files(#[from] object_store::Error),
    /// The operating system gave no random bytes.
    #[error("no random bytes: {0}")]
    Random(crate::error::Error),
    /// TLS to the mail server.
    #[error("mails cannot be sent: {0}")]
    Mail(#[from] lettre::transport::smtp::Error),
    /// TLS to the receivers of webhooks.
    #[error("webhooks cannot be sent: {0}")]
    Webhooks(#[from] reqwest::Error),
    /// A template.
    #[error("a page's template is malformed: {0:#}")]
    Pages(#[from] minijinja::Error),
}

impl App {
    /// Opens everything that the configuration names and migrates the database.
    ///
    /// # Errors
    /// What could not be opened.
    pub async fn open(config: Config, clock: Arc<dyn Clock>) -> Result<Self, StartError> {
        std::fs::create_dir_all(&config.data)
            .map_err(|error| StartError::Data(config.data.display().to_string(), error))?;
        let url = config.database.url.as_ref().map(Secret::reveal);
        let db = Db::connect(url, &config.data, config.database.connections).await?;
        db.migrate().await?;
        Ok(Self(Arc::new(Parts {
            files: Files::open(&config.files, &config.data)?,
            public_files: PublicFiles::default(),
            revisions: Revisions::default(),
            pages: Pages::load(config.http.public_url.clone())?,
            ids: Generator::new(clock.clone()),
            places: Places::new(config.http.max_requests),
            upload_places: Places::new(MAX_UPLOADS),
            event_rate: RateLimit::new(f64::from(config.events.rate_per_second), config.events.rate_burst),
            sign_in_rate: RateLimit::new(SIGN_IN_PER_SECOND, SIGN_IN_BURST),
            account_rate: RateLimit::new(1e6 / attempts::SIGN_IN.every_us as f64, attempts::SIGN_IN.burst as u32),
            reset_rate: RateLimit::new(RESET_PER_SECOND, RESET_BURST),
            reset_account_rate: RateLimit::new(1e6 / attempts::RESET.every_us as f64, attempts::RESET.burst as u32),
            passwords: Passwords::new().map_err(StartError::Random)?,
            room: Room::default(),
            webauthn: passkeys::relying_party(&config.http),
            mail: config.mail.smtp.as_ref().map(|smtp| Postman::new(smtp, &config.http.public_url)).transpose()?,
            salts: Salts::default(),
            events: EventWriter::start(db.clone(), config.events.queue),
            bell: Bell::default(),
            courier: Courier::new(&config)?,
            webhook_bell: Notify::new(),
            viewer: bundle::manifest(),
            clock,
            db,
            config,
        })))
    }

    /// As [`Self::open`], but nothing is made: a mistyped folder is an error and not a new, empty installation.
    ///
    /// # Errors
    /// There is no database, or something could not be opened.
    pub async fn open_existing(config: Config, clock: Arc<dyn Clock>) -> Result<Self, StartError> {
        Db::require(config.database.url.as_ref().map(Secret::reveal), &config.data)?;
        Self::open(config, clock).await
    }

    /// A reference that does not keep the server alive.
    #[must_use]
    pub fn downgrade(&self) -> WeakApp {
        WeakApp(Arc::downgrade(&self.0))
    }

    /// What is in the viewer's bundle, `None` when it was not built. A debug build looks at every request.
    #[must_use]
    pub fn viewer(&self) -> Option<bundle::Manifest> {
        if cfg!(debug_assertions) { bundle::manifest() } else { self.viewer.clone() }
    }
}
