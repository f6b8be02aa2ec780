//! Settings as text with their source, before they are typed.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use ipnet::IpNet;

/// Environment variables that other programs know under this name.
const ALIASES: [(&str, &str); 2] = [("database_url", "DATABASE_URL"), ("log", "RUST_LOG")];

/// Where a setting's value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Nobody set it.
    Default,
    /// The configuration file.
    File(String),
    /// This environment variable.
    Environment(String),
    /// A flag on the command line.
    Flag,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "in {path}"),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::Flag => f.write_str("flag"),
        }
    }
}

/// What is wrong with one setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault(pub String);

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The layers, merged as they are read: a later `add` of lower rank changes nothing that is there.
#[derive(Debug, Default)]
pub struct Values {
    environment: BTreeMap<String, String>,
    flags: BTreeMap<&'static str, String>,
    file: BTreeMap<String, String>,
    file_name: String,
    known: Vec<&'static str>,
    shown: Vec<(&'static str, String, Source)>,
    faults: Vec<Fault>,
}

impl Values {
    /// Takes the variables that may be settings.
    pub fn add_environment(&mut self, variables: impl IntoIterator<Item = (String, String)>) {
        self.environment.extend(variables.into_iter().filter(|(name, value)| {
            !value.is_empty() && (name.starts_with("VITRINE_") || ALIASES.iter().any(|(_, alias)| alias == name))
        }));
    }

    /// Takes the flags that were given.
    pub fn add_flags(&mut self, flags: Vec<(&'static str, String)>) {
        self.flags.extend(flags);
    }

    /// Reads the file; without it nothing is set, unless it is `required`.
    pub fn add_file(&mut self, path: &Path, required: bool) {
        self.file_name = path.display().to_string();
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !required => return,
            Err(error) => return self.fault(format!("{} cannot be read: {error}", path.display())),
        };
        match text.parse::<toml::Table>() {
            Ok(table) => {
                for (key, value) in table {
                    match plain(&value) {
                        Some(value) => {
                            self.file.insert(key, value);
                        }
                        None => self.fault(format!(
                            "{key} (in {}) must be a text, a number, true or false, or a list of texts",
                            path.display()
                        )),
                    }
                }
            }
            Err(error) => self.fault(format!("{} is not TOML: {}", path.display(), error.message())),
        }
    }

    /// Notes a fault.
    pub fn fault(&mut self, message: impl Into<String>) {
        self.faults.push(Fault(message.into()));
    }

    /// Whether a file, the environment or a flag names the setting.
    pub fn is_set(&self, key: &'static str) -> bool {
        self.find(key).is_some()
    }

    fn find(&self, key: &'static str) -> Option<(String, Source)> {
        if let Some(value) = self.flags.get(key) {
            return Some((value.clone(), Source::Flag));
        }
        let variable = format!("VITRINE_{}", key.to_uppercase());
        let alias = ALIASES.iter().find(|(of, _)| *of == key).map(|(_, alias)| (*alias).to_owned());
        for name in [Some(variable), alias].into_iter().flatten() {
            if let Some(value) = self.environment.get(&name) {
                return Some((value.clone(), Source::Environment(name)));
            }
        }
        self.file.get(key).map(|value| (value.clone(), Source::File(self.file_name.clone())))
    }

    /// A setting's text, where it is set.
    pub fn text(&mut self, key: &'static str) -> Option<String> {
        self.known.push(key);
        let (value, source) = self.find(key)?;
        self.shown.push((key, format!("{value:?}"), source));
        Some(value)
    }

    /// A setting's text that must not be shown.
    pub fn secret(&mut self, key: &'static str) -> Option<Secret> {
        self.known.push(key);
        let (value, source) = self.find(key)?;
        self.shown.push((key, "\"…\"".to_owned(), source));
        Some(Secret(value))
    }

    /// A setting, parsed; `expected` says in words what would be right.
    pub fn parse<T>(
        &mut self,
        key: &'static str,
        default: &str,
        expected: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        self.known.push(key);
        let (value, source) = self.find(key).unwrap_or_else(|| (default.to_owned(), Source::Default));
        let parsed = parse(value.trim());
        if parsed.is_none() {
            self.fault(format!("{key} ({source}): {value:?} is not {expected}"));
        }
        self.shown.push((key, format!("{value:?}"), source));
        parsed
    }

    /// A whole number within bounds.
    pub fn number(&mut self, key: &'static str, default: u64, bounds: std::ops::RangeInclusive<u64>) -> u64 {
        let expected = format!("a whole number from {} to {}", bounds.start(), bounds.end());
        self.parse(key, &default.to_string(), &expected, |text| {
            text.parse().ok().filter(|number| bounds.contains(number))
        })
        .unwrap_or(default)
    }

    /// Addresses and networks, separated by commas.
    pub fn networks(&mut self, key: &'static str) -> Vec<IpNet> {
        let network = |text: &str| {
            text.parse().ok().or_else(|| text.parse().ok().map(|address: std::net::IpAddr| address.into()))
        };
        self.parse(key, "", "a list of addresses or networks, such as 10.0.0.0/8,::1", |text| {
            text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(network).collect()
        })
        .unwrap_or_default()
    }

    /// Yes or no.
    pub fn flag(&mut self, key: &'static str) -> bool {
        self.parse(key, "false", "true or false", |text| text.parse().ok()).unwrap_or(false)
    }

    /// Every fault, with the keys of the file that nobody asked for, and what `--print-config` shows.
    pub fn finish(mut self) -> (Vec<Fault>, Vec<(&'static str, String, Source)>) {
        let unknown: Vec<_> = self.file.keys().filter(|key| !self.known.contains(&key.as_str())).cloned().collect();
        for key in unknown {
            let near = self.known.iter().min_by_key(|known| distance(known, &key)).copied().unwrap_or_default();
            self.fault(format!("{key} (in {}) is not a setting; the nearest is {near}", self.file_name));
        }
        // Not a fault: Kubernetes gives every container variables named after its services, VITRINE_PORT among them.
        for name in self.environment.keys().filter(|name| !ALIASES.iter().any(|(_, alias)| alias == name)) {
            let key = name.trim_start_matches("VITRINE_").to_lowercase();
            if !self.known.contains(&key.as_str())
                && !["config", "viewer_dist", "test_postgres_url"].contains(&key.as_str())
            {
                tracing::warn!(variable = %name, "{name} is not a setting and changes nothing");
            }
        }
        (self.faults, self.shown)
    }
}

/// A text that must not appear in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The text itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

fn plain(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(flag) => Some(flag.to_string()),
        toml::Value::Array(list) => list.iter().map(plain).collect::<Option<Vec<_>>>().map(|list| list.join(",")),
        _ => None,
    }
}

/// Edits between two words (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let changed = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
