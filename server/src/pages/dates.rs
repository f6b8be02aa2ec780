//! Dates and times as a language writes them, in a shop's time zone.

use icu_calendar::Iso;
use icu_calendar::types::Weekday;
use icu_calendar::week::{WeekInformation, WeekPreferences};
use icu_datetime::fieldsets::enums::DateFieldSet;
use icu_datetime::fieldsets::{E, MD, YMD, YMDE, YMDT};
use icu_datetime::input::{Date, DateTime, Time};
use icu_datetime::{DateTimeFormatter, DateTimeFormatterPreferences};
use icu_locale_core::Locale;
use jiff::tz::TimeZone;
use jiff::{Timestamp, civil};

/// An instant, as a person reads it: day and time to the minute.
#[must_use]
pub fn moment(instant_us: i64, lang: &str, time_zone: &str) -> String {
    format(instant_us, lang, time_zone).unwrap_or_else(|| instant_us.to_string())
}

fn format(instant_us: i64, lang: &str, time_zone: &str) -> Option<String> {
    let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::UTC);
    let local = Timestamp::from_microsecond(instant_us).ok()?.to_zoned(zone);
    let date = iso(local.date())?;
    let time = Time::try_new(local.hour().try_into().ok()?, local.minute().try_into().ok()?, 0, 0).ok()?;
    let locale: Locale = lang.parse().ok()?;
    let formatter = DateTimeFormatter::try_new(
        DateTimeFormatterPreferences::from(&locale),
        YMDT::medium().with_time_precision(icu_datetime::options::TimePrecision::Minute),
    )
    .ok()?;
    Some(formatter.format(&DateTime { date, time }).to_string())
}

fn iso(day: civil::Date) -> Option<Date<Iso>> {
    Date::try_new_iso(day.year().into(), day.month().try_into().ok()?, day.day().try_into().ok()?).ok()
}

/// How much of a day is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parts {
    /// `Nov 28, 2026`.
    Day,
    /// `Sat, Nov 28, 2026`.
    DayAndWeekday,
    /// `Nov 28`.
    WithoutYear,
    /// `Sat`.
    Weekday,
}

/// Writes days of the calendar in one language; made once for many.
pub struct DayFormat(Option<DateTimeFormatter<DateFieldSet>>);

impl DayFormat {
    /// For a language.
    #[must_use]
    pub fn new(lang: &str, parts: Parts) -> Self {
        let fields = match parts {
            Parts::Day => DateFieldSet::YMD(YMD::medium()),
            Parts::DayAndWeekday => DateFieldSet::YMDE(YMDE::medium()),
            Parts::WithoutYear => DateFieldSet::MD(MD::medium()),
            Parts::Weekday => DateFieldSet::E(E::short()),
        };
        let locale = lang.parse::<Locale>().ok();
        Self(
            locale.and_then(|locale| {
                DateTimeFormatter::try_new(DateTimeFormatterPreferences::from(&locale), fields).ok()
            }),
        )
    }

    /// A day.
    #[must_use]
    pub fn format(&self, day: civil::Date) -> String {
        let written = self.0.as_ref().zip(iso(day)).map(|(formatter, date)| formatter.format(&date).to_string());
        written.unwrap_or_else(|| day.to_string())
    }
}

/// Whether a day belongs to the weekend where a language is spoken, by CLDR.
#[must_use]
pub fn is_weekend(day: civil::Date, lang: &str) -> bool {
    let week =
        lang.parse::<Locale>().ok().and_then(|locale| WeekInformation::try_new(WeekPreferences::from(&locale)).ok());
    let weekday = match day.weekday() {
        civil::Weekday::Monday => Weekday::Monday,
        civil::Weekday::Tuesday => Weekday::Tuesday,
        civil::Weekday::Wednesday => Weekday::Wednesday,
        civil::Weekday::Thursday => Weekday::Thursday,
        civil::Weekday::Friday => Weekday::Friday,
        civil::Weekday::Saturday => Weekday::Saturday,
        civil::Weekday::Sunday => Weekday::Sunday,
    };
    week.is_some_and(|week| week.weekend().any(|day| day == weekday))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::NOON_US;

    #[test]
    fn each_language_has_its_order_and_each_shop_its_clock() {
        assert_eq!(moment(NOON_US, "zh-TW", "Asia/Taipei"), "2026年11月21日 晚上8:00");
        assert_eq!(moment(NOON_US, "en", "Asia/Taipei").replace('\u{202f}', " "), "Nov 21, 2026, 8:00 PM");
        assert_eq!(moment(NOON_US, "en", "UTC").replace('\u{202f}', " "), "Nov 21, 2026, 12:00 PM");
    }

    #[test]
    fn days_have_no_clock() {
        let day = civil::date(2026, 11, 28);
        let written = |lang, parts| DayFormat::new(lang, parts).format(day);
        assert_eq!(written("en", Parts::Day), "Nov 28, 2026");
        assert_eq!(written("en", Parts::DayAndWeekday), "Sat, Nov 28, 2026");
        assert_eq!(written("en", Parts::WithoutYear), "Nov 28");
        assert_eq!(written("zh-TW", Parts::WithoutYear), "11月28日");
        assert_eq!(written("zh-TW", Parts::DayAndWeekday), "2026年11月28日週六");
        assert!(is_weekend(day, "en") && is_weekend(day, "zh-TW") && !is_weekend(civil::date(2026, 11, 27), "en"));
        assert!(is_weekend(civil::date(2026, 11, 27), "ar-EG"), "Friday");
        assert_eq!((written("en", Parts::Weekday), written("zh-TW", Parts::Weekday)), ("Sat".into(), "週六".into()));
    }
}
