//! What the log is asked for, by its page and by its file alike.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use url::form_urlencoded::Serializer;
use uuid::Uuid;

use super::sql::{Filter, Whose};
use crate::error::{Error, Result};

/// The query, as a form sends it: what is empty was not asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// An action, or its first part.
    pub action: String,
    /// An account's id, or `server`.
    pub who: String,
    /// A part of a name.
    pub subject: String,
    /// What it was done to.
    pub subject_id: String,
    /// The first day, `2026-11-21`.
    pub from: String,
    /// The last day.
    pub until: String,
    /// How a list goes on.
    pub before: String,
}

impl Asked {
    /// The entries that are meant; days are those of a time zone.
    ///
    /// # Errors
    /// What is no id or no day.
    pub fn filter(&self, time_zone: &str) -> Result<Filter> {
        let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::UTC);
        let until = day(&self.until)?.map(|day| day.tomorrow().unwrap_or(day));
        Ok(Filter {
            action: some(&self.action).map(str::to_owned),
            who: match some(&self.who) {
                None => None,
                Some("server") => Some(Whose::Server),
                Some(text) => Some(Whose::Account(id(text)?)),
            },
            subject: some(&self.subject).map(str::to_owned),
            subject_id: some(&self.subject_id).map(id).transpose()?,
            from_us: day(&self.from)?.and_then(|day| start_us(day, &zone)),
            until_us: until.and_then(|day| start_us(day, &zone)),
            before: some(&self.before).map(id).transpose()?,
        })
    }

    /// Whether anything is asked for at all.
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        self.fields().iter().any(|(_, value)| !value.is_empty())
    }

    /// The query again, without the place in the list.
    #[must_use]
    pub fn query(&self) -> String {
        let asked = self.fields().into_iter().filter(|(_, value)| !value.is_empty());
        Serializer::new(String::new()).extend_pairs(asked).finish()
    }

    fn fields(&self) -> [(&'static str, &str); 6] {
        [
            ("action", &self.action),
            ("who", &self.who),
            ("subject", &self.subject),
            ("subject_id", &self.subject_id),
            ("from", &self.from),
            ("until", &self.until),
        ]
        .map(|(name, value)| (name, value.trim()))
    }
}

fn some(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

fn id(text: &str) -> Result<Uuid> {
    text.parse().map_err(|_| Error::BadRequest(format!("{text:?} is no id")))
}

fn day(text: &str) -> Result<Option<Date>> {
    let bad = |_| Error::BadRequest(format!("{text:?} is no day such as 2026-11-21"));
    some(text).map(|text| text.parse().map_err(bad)).transpose()
}

fn start_us(day: Date, zone: &TimeZone) -> Option<i64> {
    day.to_zoned(zone.clone()).ok().map(|start| start.timestamp().as_microsecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_a_day_of_the_shop() {
        let asked = Asked { from: "2026-11-21".to_owned(), until: "2026-11-21".to_owned(), ..Asked::default() };
        let filter = asked.filter("Asia/Taipei").unwrap();
        // 2026-11-20 16:00 UTC is midnight in Taipei.
        assert_eq!((filter.from_us, filter.until_us), (Some(1_795_190_400_000_000), Some(1_795_276_800_000_000)));
        assert!(Asked { from: "yesterday".to_owned(), ..Asked::default() }.filter("").is_err());
        assert!(Asked { who: "everybody".to_owned(), ..Asked::default() }.filter("").is_err());
        assert_eq!(asked.query(), "from=2026-11-21&until=2026-11-21");
    }
}
