//! Configuration: `vitrine.toml` in the data folder, overridden by `VITRINE_*` environment variables, overridden by
//! flags; one struct per concern. Everything is checked at start, and every fault is told at once.

mod database;
mod events;
mod files;
mod http;
mod mail;
mod media;
mod telemetry;
mod values;
mod webhooks;

use std::fmt::Write as _;
use std::path::PathBuf;

pub use database::DatabaseConfig;
pub use events::EventsConfig;
pub use files::{FilesConfig, S3Config};
pub use http::HttpConfig;
pub use mail::{MailConfig, MailTls, SmtpConfig};
pub use media::MediaConfig;
pub use telemetry::{LogFormat, TelemetryConfig};
pub use values::{Fault, Secret, Source, Values};
pub use webhooks::WebhookConfig;

/// The effective configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// Folder of the database, the files and `vitrine.toml`. `VITRINE_DATA`, default `./data`; not in the file itself.
    pub data: PathBuf,
    /// Addresses, limits, who is trusted.
    pub http: HttpConfig,
    /// Which database.
    pub database: DatabaseConfig,
    /// Where files lie.
    pub files: FilesConfig,
    /// Where mails go out.
    pub mail: MailConfig,
    /// How much may be uploaded.
    pub media: MediaConfig,
    /// How far webhooks reach.
    pub webhooks: WebhookConfig,
    /// Logs and metrics.
    pub telemetry: TelemetryConfig,
    /// Statistics.
    pub events: EventsConfig,
    shown: Vec<(&'static str, String, Source)>,
}

/// What is wrong with the configuration, all of it.
#[derive(Debug, thiserror::Error)]
pub struct ConfigError(pub Vec<Fault>);

impl std::fmt::Display for ConfigError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the configuration cannot be used:")?;
        self.0.iter().try_for_each(|fault| write!(f, "\n  {fault}"))
    }
}

impl Config {
    /// Reads the layers: the file (`file`, or `vitrine.toml` in the data folder if it is there), `environment`, `flags`.
    ///
    /// # Errors
    /// Every fault of every setting.
    pub fn load(
        file: Option<PathBuf>,
        environment: impl IntoIterator<Item = (String, String)>,
        flags: Vec<(&'static str, String)>,
    ) -> Result<Self, ConfigError> {
        let mut values = Values::default();
        values.add_environment(environment);
        values.add_flags(flags);
        let data = PathBuf::from(values.text("data").unwrap_or_else(|| "data".to_owned()));
        match file {
            Some(path) => values.add_file(&path, true),
            None => values.add_file(&data.join("vitrine.toml"), false),
        }
        let config = Self {
            http: HttpConfig::from_values(&mut values),
            database: DatabaseConfig::from_values(&mut values),
            files: FilesConfig::from_values(&mut values),
            mail: MailConfig::from_values(&mut values),
            media: MediaConfig::from_values(&mut values),
            webhooks: WebhookConfig::from_values(&mut values),
            telemetry: TelemetryConfig::from_values(&mut values),
            events: EventsConfig::from_values(&mut values),
            data,
            shown: Vec::new(),
        };
        let (faults, shown) = values.finish();
        if faults.is_empty() { Ok(Self { shown, ..config }) } else { Err(ConfigError(faults)) }
    }

    /// The effective configuration in the form of `vitrine.toml`, each line with its source, secrets hidden.
    #[must_use]
    pub fn print(&self) -> String {
        self.shown.iter().fold(String::new(), |mut text, (key, value, source)| {
            let _ = writeln!(text, "{key} = {value}  # {source}");
            text
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(file: &str, environment: &[(&str, &str)], flags: &[(&'static str, &str)]) -> Result<Config, String> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("vitrine.toml"), file).unwrap();
        let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut flags: Vec<_> = flags.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
        flags.push(("data", folder.path().to_str().unwrap().to_owned()));
        Config::load(None, environment, flags).map_err(|error| error.to_string())
    }

    #[test]
    fn an_empty_folder_is_enough() {
        let config = load("", &[], &[]).unwrap();
        assert_eq!(config.http.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(config.http.public_url.as_str(), "http://127.0.0.1:8080/");
        assert_eq!(config.database.url, None);
    }

    #[test]
    fn flags_win_over_environment_and_environment_over_the_file() {
        let file = "listen = \"127.0.0.1:1\"\nevents_raw_retention_days = 7\nlog_format = \"json\"";
        let environment = [("VITRINE_LISTEN", "127.0.0.1:2"), ("VITRINE_EVENTS_RAW_RETENTION_DAYS", "8")];
        let config = load(file, &environment, &[("listen", "127.0.0.1:3")]).unwrap();
        assert_eq!(config.http.listen.port(), 3);
        assert_eq!(config.events.raw_retention_days, 8);
        assert_eq!(config.telemetry.log_format, LogFormat::Json);
    }

    #[test]
    fn every_fault_is_told_and_names_its_setting() {
        let file = "listne = \"127.0.0.1:1\"\nmax_connections = \"many\"";
        let message = load(file, &[("VITRINE_LISTEN", "here")], &[]).unwrap_err();
        let without_folder = message.lines().map(|line| {
            line.split_once("(in ").map_or(line.to_owned(), |(start, end)| {
                format!("{start}(in …/vitrine.toml){}", end.split_once(')').unwrap().1)
            })
        });
        insta::assert_snapshot!(without_folder.collect::<Vec<_>>().join("\n"), @r#"
        the configuration cannot be used:
          listen (environment VITRINE_LISTEN): "here" is not an address with a port, such as 127.0.0.1:8080
          max_connections (in …/vitrine.toml): "many" is not a whole number from 1 to 1000000
          listne (in …/vitrine.toml) is not a setting; the nearest is listen
        "#);
    }

    #[test]
    fn beyond_localhost_the_public_address_is_required() {
        let message = load("listen = \"0.0.0.0:80\"", &[], &[]).unwrap_err();
        assert!(message.contains("public_url"), "{message}");
        let insecure = load("listen = \"0.0.0.0:80\"\ninsecure_http = true", &[], &[]).unwrap_err();
        assert!(insecure.contains("public_url"), "{insecure}");
        let plain = "listen = \"0.0.0.0:80\"\npublic_url = \"http://shop.example\"";
        let message = load(plain, &[], &[]).unwrap_err();
        assert!(message.contains("insecure_http"), "{message}");
        assert!(load(plain, &[], &[("insecure_http", "true")]).is_ok());
        assert!(load("listen = \"0.0.0.0:80\"\npublic_url = \"https://shop.example\"", &[], &[]).is_ok());
        let path = load("public_url = \"https://shop.example/a\"", &[], &[]).unwrap_err();
        assert!(path.contains("public_url"), "{path}");
    }

    #[test]
    fn mails_need_a_server_and_an_address_and_no_password_goes_in_the_clear() {
        assert!(load("", &[], &[]).unwrap().mail.smtp.is_none());
        let smtp = load("smtp_host = \"mail.example\"\nmail_from = \"shop@example.org\"", &[], &[]).unwrap().mail.smtp;
        let smtp = smtp.expect("a server");
        assert_eq!(
            (smtp.port, smtp.tls, smtp.from.to_string().as_str()),
            (587, MailTls::StartTls, "Vitrine <shop@example.org>")
        );
        let message =
            load("smtp_host = \"mail.example\"\nsmtp_user = \"shop\"\nsmtp_tls = \"on\"", &[], &[]).unwrap_err();
        for part in
            ["mail_from (VITRINE_MAIL_FROM) is required", "smtp_user and smtp_password", "\"on\" is not starttls"]
        {
            assert!(message.contains(part), "{part}: {message}");
        }
        let open = |host: &str| {
            let file = format!(
                "smtp_host = \"{host}\"\nsmtp_tls = \"none\"\nsmtp_user = \"a\"\nsmtp_password = \"b\"\nmail_from = \"a@b.example\""
            );
            load(&file, &[], &[])
        };
        assert!(open("mail.example").unwrap_err().contains("in the clear"));
        assert!(open("127.0.0.1").is_ok());
    }

    #[test]
    fn secrets_are_hidden_when_shown() {
        let environment =
            [("DATABASE_URL", "postgres://vitrine:s3cret@db/vitrine"), ("VITRINE_SMTP_PASSWORD", "s3cret-mail")];
        let config = load("", &environment, &[]).unwrap();
        let shown = config.print();
        assert!(shown.contains("database_url = \"…\"  # environment DATABASE_URL"), "{shown}");
        assert!(!shown.contains("s3cret") && !format!("{config:?}").contains("s3cret"), "{shown}");
    }
}
