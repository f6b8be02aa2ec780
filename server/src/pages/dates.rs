//! Dates and times as a language writes them, in a shop's time zone.

use icu_datetime::fieldsets::YMDT;
use icu_datetime::input::{Date, DateTime, Time};
use icu_datetime::{DateTimeFormatter, DateTimeFormatterPreferences};
use icu_locale_core::Locale;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// An instant, as a person reads it: day and time to the minute.
#[must_use]
pub fn moment(instant_us: i64, lang: &str, time_zone: &str) -> String {
    format(instant_us, lang, time_zone).unwrap_or_else(|| instant_us.to_string())
}

fn format(instant_us: i64, lang: &str, time_zone: &str) -> Option<String> {
    let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::UTC);
    let local = Timestamp::from_microsecond(instant_us).ok()?.to_zoned(zone);
    let date =
        Date::try_new_iso(local.year().into(), local.month().try_into().ok()?, local.day().try_into().ok()?).ok()?;
    let time = Time::try_new(local.hour().try_into().ok()?, local.minute().try_into().ok()?, 0, 0).ok()?;
    let locale: Locale = lang.parse().ok()?;
    let formatter = DateTimeFormatter::try_new(
        DateTimeFormatterPreferences::from(&locale),
        YMDT::medium().with_time_precision(icu_datetime::options::TimePrecision::Minute),
    )
    .ok()?;
    Some(formatter.format(&DateTime { date, time }).to_string())
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
}
