//! The command line: what is asked for, and the flags that are settings.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::accounts::rights::Role;
use crate::config::{Config, ConfigError};

/// Vitrine: 360° stores that people walk through in the browser.
#[derive(Debug, Parser)]
#[command(name = "vitrine", version)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What `vitrine` can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the stores.
    Serve {
        /// Settings.
        #[command(flatten)]
        settings: Settings,
        /// Show the effective configuration, with secrets hidden, and end.
        #[arg(long)]
        print_config: bool,
    },
    /// Show views per store, scene and button.
    Stats {
        /// One store, by its name in addresses; all of them without.
        #[arg(long, value_name = "SLUG")]
        store: Option<String>,
        /// As JSON: an object for one store, a list for all.
        #[arg(long)]
        json: bool,
        /// Settings.
        #[command(flatten)]
        settings: Settings,
    },
    /// Write everything into one file, while the server serves.
    Backup {
        /// File to be made, or a folder, in which it is named by the time.
        #[arg(value_name = "FILE|FOLDER")]
        target: PathBuf,
        /// In a folder: how many backups stay; older ones are deleted.
        #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(1..=100_000))]
        keep: Option<u64>,
        /// Settings.
        #[command(flatten)]
        settings: Settings,
    },
    /// Check that a backup is whole, and as it was written.
    Verify {
        /// The backup.
        file: PathBuf,
    },
    /// Fill an empty database, of either kind, from a backup.
    Restore {
        /// The backup.
        file: PathBuf,
        /// Settings.
        #[command(flatten)]
        settings: Settings,
    },
    /// Let people in, from the machine itself.
    Account {
        /// What to do.
        #[command(subcommand)]
        command: AccountCommand,
    },
    /// Mails.
    Mail {
        /// What to do.
        #[command(subcommand)]
        command: MailCommand,
    },
    /// Make the tile pyramids of panoramas, outside any database.
    Media {
        /// What to do.
        #[command(subcommand)]
        command: MediaCommand,
    },
    /// Fill an empty database from a folder.
    Seed {
        /// Folder with `seed.json`.
        folder: PathBuf,
        /// Settings.
        #[command(flatten)]
        settings: Settings,
    },
}

/// What `vitrine account` can do.
#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// Add a person; prints the password to begin with.
    Add {
        /// E-mail address, by which they sign in.
        email: String,
        /// Name.
        #[arg(long)]
        name: String,
        /// What they may do.
        #[arg(long, value_parser = parse_role, value_name = "owner|merchant|staff|marketer")]
        role: Role,
        /// Language of their pages.
        #[arg(long, default_value = "en")]
        language: String,
        /// Settings.
        #[command(flatten)]
        settings: Settings,
    },
    /// Print a link to a new password, which works once, for an hour.
    Password {
        /// E-mail address.
        email: String,
        /// Settings.
        #[command(flatten)]
        settings: Settings,
    },
}

/// What `vitrine mail` can do.
#[derive(Debug, Subcommand)]
pub enum MailCommand {
    /// Send a mail at once, and say what the mail server said.
    Test {
        /// To whom.
        email: String,
        /// In which language.
        #[arg(long, default_value = "en")]
        language: String,
        /// Settings.
        #[command(flatten)]
        settings: Settings,
    },
}

fn parse_role(name: &str) -> Result<Role, String> {
    Role::of(name).ok_or_else(|| "one of owner, merchant, staff, marketer".to_owned())
}

/// What `vitrine media` can do.
#[derive(Debug, Subcommand)]
pub enum MediaCommand {
    /// Turn panoramas into pyramids of tiles.
    Tile {
        /// Equirectangular pictures (JPEG, PNG, WebP), or folders with the six faces f r b l u d.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Folder that gets a folder for each.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

/// Flags that are settings; each wins over its environment variable and the file.
#[derive(Clone, Debug, Args)]
pub struct Settings {
    /// Configuration file [default: vitrine.toml in the data folder].
    #[arg(long, value_name = "FILE", env = "VITRINE_CONFIG")]
    config: Option<PathBuf>,
    /// Data folder (`VITRINE_DATA`, default: data).
    #[arg(long, value_name = "DIR")]
    data: Option<String>,
    /// Database (`VITRINE_DATABASE_URL` or `DATABASE_URL`, default: vitrine.db in the data folder).
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// Where to listen (`VITRINE_LISTEN`, default: 127.0.0.1:8080).
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// The address people type (`VITRINE_PUBLIC_URL`).
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Where to serve metrics (`VITRINE_METRICS_LISTEN`, default: nowhere).
    #[arg(long, value_name = "ADDR")]
    metrics_listen: Option<String>,
    /// Allow plain http beyond localhost (`VITRINE_INSECURE_HTTP`).
    #[arg(long)]
    insecure_http: bool,
}

impl Settings {
    /// The effective configuration.
    ///
    /// # Errors
    /// Every fault of every setting.
    pub fn load(self) -> Result<Config, ConfigError> {
        let flags = [
            ("data", self.data),
            ("database_url", self.database_url),
            ("listen", self.listen),
            ("public_url", self.public_url),
            ("metrics_listen", self.metrics_listen),
            ("insecure_http", self.insecure_http.then(|| "true".to_owned())),
        ];
        let flags = flags.into_iter().filter_map(|(key, value)| Some((key, value?))).collect();
        let environment =
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Config::load(self.config, environment, flags)
    }
}
