//! What a request for statistics asks for, by its query.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::span::Span;
use crate::error::Error;

/// Longest span, days: three years.
pub const MAX_DAYS: usize = 1096;

/// The query as it was sent.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Asked {
    /// A store by its name in addresses; all of them without.
    pub store: Option<String>,
    /// A scene of that store, by its id.
    pub scene: Option<String>,
    /// `today`, `7d`, `28d`, `90d`, `month`, `last-month` or `own`.
    pub period: Option<String>,
    /// First day of one's own span.
    pub from: Option<String>,
    /// Last day of one's own span.
    pub to: Option<String>,
    /// `before`, `year` or `none`.
    pub compare: Option<String>,
    /// What the chart shows.
    pub metric: Option<String>,
}

/// Which days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Period {
    /// Today so far.
    Today,
    /// A week that ends today.
    Week,
    /// Four weeks that end today: each day of the week as often as the others.
    #[default]
    FourWeeks,
    /// Ninety days that end today.
    NinetyDays,
    /// This month so far.
    Month,
    /// The month before this one.
    LastMonth,
    /// Days that were chosen.
    Own,
}

impl Period {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 7] =
        [Self::Today, Self::Week, Self::FourWeeks, Self::NinetyDays, Self::Month, Self::LastMonth, Self::Own];

    /// Its name in addresses and texts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::Week => "7d",
            Self::FourWeeks => "28d",
            Self::NinetyDays => "90d",
            Self::Month => "month",
            Self::LastMonth => "last-month",
            Self::Own => "own",
        }
    }

    fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|period| period.name() == name)
    }
}

/// What the days are compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Compare {
    /// As many days, right before.
    #[default]
    Before,
    /// The same days of the year before.
    Year,
    /// Nothing.
    None,
}

impl Compare {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Before, Self::Year, Self::None];

    /// Its name in addresses and texts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::Year => "year",
            Self::None => "none",
        }
    }
}

/// What the chart shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Metric {
    /// Times it was opened.
    #[default]
    Views,
    /// Different visitors of the day.
    Visitors,
    /// Seconds for each time it was opened.
    Time,
    /// Buttons opened.
    Clicks,
}

impl Metric {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Views, Self::Visitors, Self::Time, Self::Clicks];

    /// Its name in addresses and texts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Views => "views",
            Self::Visitors => "visitors",
            Self::Time => "time",
            Self::Clicks => "clicks",
        }
    }
}

/// Something that the query has wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The parameter.
    pub field: &'static str,
    /// The text that tells people.
    pub key: &'static str,
    /// The same for programs.
    pub detail: &'static str,
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self::BadRequest(format!("{}: {}", fault.field, fault.detail))
    }
}

const UNKNOWN_PERIOD: Fault = Fault {
    field: "period",
    key: "field.choose",
    detail: "one of today, 7d, 28d, 90d, month, last-month, own is expected",
};
const UNKNOWN_COMPARE: Fault =
    Fault { field: "compare", key: "field.choose", detail: "one of before, year, none is expected" };
const UNKNOWN_METRIC: Fault =
    Fault { field: "metric", key: "field.choose", detail: "one of views, visitors, time, clicks is expected" };
const TOO_LONG: Fault =
    Fault { field: "from", key: "statistics.fault.long", detail: "at most 1096 days (three years) are told at once" };
const BACKWARDS: Fault =
    Fault { field: "to", key: "statistics.fault.backwards", detail: "the last day is before the first" };
const FUTURE: Fault = Fault { field: "from", key: "statistics.fault.future", detail: "this day has not come yet" };

const fn no_date(field: &'static str) -> Fault {
    Fault { field, key: "statistics.fault.date", detail: "a day as 2026-11-28 is expected" }
}

/// A parameter that is there and not empty: forms send every field.
fn some(text: Option<&String>) -> Option<&str> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty())
}

/// What is asked for, understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// How the days were named.
    pub period: Period,
    /// The days.
    pub span: Span,
    /// What they are compared with.
    pub compare: Compare,
    /// What the chart shows.
    pub metric: Metric,
}

impl Choice {
    /// What somebody gets who asks for nothing.
    #[must_use]
    pub fn usual(today: Date) -> Self {
        let (period, compare, metric) = (Period::default(), Compare::default(), Metric::default());
        Self { period, span: Span::ending(today, 28), compare, metric }
    }

    /// The days that those asked for are compared with.
    #[must_use]
    pub fn compared(&self) -> Option<Span> {
        match self.compare {
            Compare::Before => Some(self.span.before()),
            Compare::Year => Some(self.span.a_year_before()),
            Compare::None => None,
        }
    }
}

impl Asked {
    /// Understands the query.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn choice(&self, today: Date) -> Result<Choice, Fault> {
        let own_dates = some(self.from.as_ref()).is_some() || some(self.to.as_ref()).is_some();
        let period = match some(self.period.as_ref()) {
            // Days alone say enough.
            None if own_dates => Period::Own,
            None => Period::default(),
            Some(name) => Period::of(name).ok_or(UNKNOWN_PERIOD)?,
        };
        let compare = match some(self.compare.as_ref()) {
            None => Compare::default(),
            Some(name) => Compare::ALL.into_iter().find(|one| one.name() == name).ok_or(UNKNOWN_COMPARE)?,
        };
        let metric = match some(self.metric.as_ref()) {
            None => Metric::default(),
            Some(name) => Metric::ALL.into_iter().find(|one| one.name() == name).ok_or(UNKNOWN_METRIC)?,
        };
        let span = match period {
            Period::Today => Span::ending(today, 1),
            Period::Week => Span::ending(today, 7),
            Period::FourWeeks => Span::ending(today, 28),
            Period::NinetyDays => Span::ending(today, 90),
            Period::Month => Span { from: today.first_of_month(), to: today },
            Period::LastMonth => Span::month_of(today.first_of_month().yesterday().unwrap_or(today)),
            Period::Own => self.own(today)?,
        };
        Ok(Choice { period, span, compare, metric })
    }

    fn own(&self, today: Date) -> Result<Span, Fault> {
        let date = |field, text: Option<&String>| {
            some(text).and_then(|text| text.parse::<Date>().ok()).ok_or_else(|| no_date(field))
        };
        let (from, to) = (date("from", self.from.as_ref())?, date("to", self.to.as_ref())?);
        if to < from {
            return Err(BACKWARDS);
        }
        if from > today {
            return Err(FUTURE);
        }
        let span = Span { from, to: to.min(today) };
        if span.days() > MAX_DAYS {
            return Err(TOO_LONG);
        }
        Ok(span)
    }

    /// The store's name in addresses.
    #[must_use]
    pub fn store(&self) -> Option<&str> {
        some(self.store.as_ref())
    }

    /// The scene's id.
    #[must_use]
    pub fn scene(&self) -> Option<&str> {
        some(self.scene.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &str) -> Result<Choice, Fault> {
        let pairs = url::form_urlencoded::parse(query.as_bytes());
        let mut asked = Asked::default();
        for (name, value) in pairs {
            let value = Some(value.into_owned());
            match &*name {
                "store" => asked.store = value,
                "scene" => asked.scene = value,
                "period" => asked.period = value,
                "from" => asked.from = value,
                "to" => asked.to = value,
                "compare" => asked.compare = value,
                _ => asked.metric = value,
            }
        }
        asked.choice("2026-11-28".parse().unwrap())
    }

    #[test]
    fn days_by_name_and_by_choice() {
        let days = |query: &str| {
            let span = asked(query).unwrap().span;
            format!("{}..{}", span.from, span.to)
        };
        assert_eq!(days(""), "2026-11-01..2026-11-28");
        assert_eq!(days("period=today"), "2026-11-28..2026-11-28");
        assert_eq!(days("period=7d"), "2026-11-22..2026-11-28");
        assert_eq!(days("period=90d"), "2026-08-31..2026-11-28");
        assert_eq!(days("period=month"), "2026-11-01..2026-11-28");
        assert_eq!(days("period=last-month"), "2026-10-01..2026-10-31");
        assert_eq!(days("from=2026-11-01&to=2026-11-03"), "2026-11-01..2026-11-03");
        assert_eq!(
            days("period=own&from=2026-11-20&to=2027-01-01"),
            "2026-11-20..2026-11-28",
            "nothing is known of tomorrow"
        );
        assert_eq!(days("period=7d&from=2026-01-01&to=2026-01-02"), "2026-11-22..2026-11-28");
        assert_eq!(asked("compare=year").unwrap().compared().unwrap().to.to_string(), "2025-11-28");
        assert_eq!(asked("compare=none").unwrap().compared(), None);
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        for (query, fault) in [
            ("period=week", UNKNOWN_PERIOD),
            ("compare=x", UNKNOWN_COMPARE),
            ("metric=x", UNKNOWN_METRIC),
            ("period=own", no_date("from")),
            ("period=own&from=2026-11-01", no_date("to")),
            ("period=own&from=2026-02-30&to=2026-03-01", no_date("from")),
            ("period=own&from=2026-11-03&to=2026-11-01", BACKWARDS),
            ("period=own&from=2026-12-03&to=2026-12-04", FUTURE),
            ("period=own&from=2020-01-01&to=2026-11-01", TOO_LONG),
        ] {
            assert_eq!(asked(query), Err(fault), "{query}");
        }
    }
}
