//! Days that are looked at, and the days that they are compared with. They are days of the calendar; a shop's clock says
//! which of them is today.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span as Time, Timestamp};

/// From one day to another, both included; never the wrong way round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

impl Span {
    /// The `days` days that end with `to`; at least one.
    #[must_use]
    pub fn ending(to: Date, days: i64) -> Self {
        Self { from: to.saturating_sub(Time::new().days(days.max(1) - 1)), to }
    }

    /// How many days.
    #[must_use]
    pub fn days(self) -> usize {
        usize::try_from(self.from.until(self.to).map_or(0, |time| time.get_days())).unwrap_or(0) + 1
    }

    /// Each of them, in order.
    pub fn iter(self) -> impl Iterator<Item = Date> {
        self.from.series(Time::new().days(1)).take(self.days())
    }

    /// As many days, right before.
    #[must_use]
    pub fn before(self) -> Self {
        Self::ending(self.from.yesterday().unwrap_or(self.from), self.days() as i64)
    }

    /// The same days of the year before; 29 February becomes the 28th.
    #[must_use]
    pub fn a_year_before(self) -> Self {
        let back = |date: Date| date.saturating_sub(Time::new().years(1));
        Self { from: back(self.from), to: back(self.to) }
    }

    /// The month of a day, as a whole.
    #[must_use]
    pub fn month_of(day: Date) -> Self {
        Self { from: day.first_of_month(), to: day.last_of_month() }
    }
}

/// The day that a clock in a time zone shows.
#[must_use]
pub fn today(now_us: i64, time_zone: &str) -> Date {
    day_of(now_us, time_zone)
}

/// The day of an instant in a time zone.
#[must_use]
pub fn day_of(instant_us: i64, time_zone: &str) -> Date {
    let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::UTC);
    Timestamp::from_microsecond(instant_us).unwrap_or_default().to_zoned(zone).date()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn span(from: &str, to: &str) -> Span {
        Span { from: from.parse().unwrap(), to: to.parse().unwrap() }
    }

    #[test]
    fn a_span_has_its_neighbours() {
        let november = span("2026-11-01", "2026-11-28");
        assert_eq!((november.days(), november.iter().count()), (28, 28));
        assert_eq!(november.before(), span("2026-10-04", "2026-10-31"));
        assert_eq!(november.a_year_before(), span("2025-11-01", "2025-11-28"));
        assert_eq!(span("2028-02-29", "2028-02-29").a_year_before(), span("2027-02-28", "2027-02-28"));
        assert_eq!(Span::month_of("2026-02-11".parse().unwrap()), span("2026-02-01", "2026-02-28"));
        assert_eq!(Span::ending("2026-03-01".parse().unwrap(), 2), span("2026-02-28", "2026-03-01"));
    }

    #[test]
    fn today_is_said_by_the_shops_clock_through_the_change_of_the_clocks() {
        let at = |instant: &str| instant.parse::<Timestamp>().unwrap().as_microsecond();
        // New York sets its clocks back on 1 November 2026: that day has 25 hours.
        for (instant, day) in [
            ("2026-11-01T03:59:59Z", "2026-10-31"),
            ("2026-11-01T04:00:00Z", "2026-11-01"),
            ("2026-11-02T04:59:59Z", "2026-11-01"),
            ("2026-11-02T05:00:00Z", "2026-11-02"),
        ] {
            assert_eq!(today(at(instant), "America/New_York").to_string(), day, "{instant}");
        }
        assert_eq!(today(at("2026-11-01T16:00:00Z"), "Asia/Taipei").to_string(), "2026-11-02");
    }

    proptest! {
        #[test]
        fn what_is_compared_is_as_long_and_ends_where_the_other_begins(start in 0_i64..40_000, days in 1_i64..1_200) {
            let to = Date::constant(1970, 1, 1).saturating_add(Time::new().days(start + days));
            let span = Span::ending(to, days);
            prop_assert_eq!(span.days() as i64, days);
            let before = span.before();
            prop_assert_eq!(before.days(), span.days());
            prop_assert_eq!(before.to.tomorrow().unwrap(), span.from);
            let year = span.a_year_before();
            prop_assert!(year.days().abs_diff(span.days()) <= 1, "{year:?}");
        }
    }
}
