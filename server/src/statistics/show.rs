//! Figures as people read them.

use jiff::civil::Date;
use minijinja::{Value, context};

use super::asked::{Choice, Metric};
use super::chart::{Chart, Point, clock_steps, counting_steps};
use super::figures::{Compared, Day, Statistics, Totals};
use crate::pages::dates::{DayFormat, Parts, is_weekend};
use crate::pages::{Texts, number, tenths};

/// Up to so many days each has a point of its own; beyond, seven share one.
const POINT_PER_DAY: usize = 120;
/// Sizes of the chart, for a phone and for a desk.
const SIZES: [(&str, (f64, f64)); 2] = [("small", (350.0, 220.0)), ("large", (860.0, 260.0))];

/// Writes in one language.
pub struct Writer<'a> {
    /// Its tag.
    pub lang: &'a str,
    /// Its texts.
    pub texts: &'a Texts,
}

impl Writer<'_> {
    /// Whole number.
    #[must_use]
    pub fn number(&self, value: i64) -> String {
        number(value, self.lang)
    }

    /// A length of time: `1 min 20 s`.
    #[must_use]
    pub fn duration(&self, seconds: f64) -> String {
        let whole = seconds.round() as i64;
        let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60);
        let say = |key: &str, first: i64, second: i64| {
            let text = self.texts.with(key, "first", &self.number(first));
            text.replace("{second}", &self.number(second))
        };
        match (hours, minutes) {
            (0, 0) => self.texts.with("statistics.seconds", "first", &self.number(rest)),
            (0, _) if rest == 0 => self.texts.with("statistics.minutes", "first", &self.number(minutes)),
            (0, _) => say("statistics.minutes_seconds", minutes, rest),
            _ if minutes == 0 => self.texts.with("statistics.hours", "first", &self.number(hours)),
            _ => say("statistics.hours_minutes", hours, minutes),
        }
    }

    /// A value of a metric.
    #[must_use]
    pub fn value(&self, metric: Metric, value: f64) -> String {
        match metric {
            Metric::Time => self.duration(value),
            _ => tenths(value, self.lang),
        }
    }

    /// From one day to another.
    #[must_use]
    pub fn days(&self, from: Date, to: Date) -> String {
        let long = DayFormat::new(self.lang, Parts::Day);
        if from == to {
            return DayFormat::new(self.lang, Parts::DayAndWeekday).format(from);
        }
        let short = DayFormat::new(self.lang, Parts::WithoutYear);
        let first = if from.year() == to.year() { short.format(from) } else { long.format(from) };
        // English writes the year behind, Chinese before: only the whole date is safe in either.
        let first = if self.lang.starts_with("en") { first } else { long.format(from) };
        self.texts.with("statistics.from_to", "from", &first).replace("{to}", &long.format(to))
    }

    /// How much more or less than before, in words.
    #[must_use]
    pub fn change(&self, now: f64, before: f64) -> Value {
        let (direction, key, percent) = match change(now, before) {
            Change::NothingBefore => ("new", "statistics.change.new", 0.0),
            Change::Same => ("same", "statistics.change.same", 0.0),
            Change::More(percent) => ("more", "statistics.change.more", percent),
            Change::Less(percent) => ("less", "statistics.change.less", percent),
        };
        context! { direction, text => self.texts.with(key, "percent", &tenths(percent, self.lang)) }
    }
}

/// How a figure differs from the one before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Change {
    /// There was none to compare with.
    NothingBefore,
    /// By less than a tenth of a percent.
    Same,
    /// Percent more; whole from 10 on.
    More(f64),
    /// Percent less.
    Less(f64),
}

/// Compares two figures.
#[must_use]
pub fn change(now: f64, before: f64) -> Change {
    if before <= 0.0 {
        return if now > 0.0 { Change::NothingBefore } else { Change::Same };
    }
    let percent = (now - before) / before * 100.0;
    let size = if percent.abs() < 9.95 { (percent.abs() * 10.0).round() / 10.0 } else { percent.abs().round() };
    match percent {
        _ if size < 0.1 => Change::Same,
        percent if percent > 0.0 => Change::More(size),
        _ => Change::Less(size),
    }
}

/// A metric of a sum.
#[must_use]
pub fn total(metric: Metric, totals: &Totals) -> Option<f64> {
    match metric {
        Metric::Views => Some(totals.views as f64),
        Metric::Visitors => Some(totals.daily_visitors),
        Metric::Time => totals.seconds_per_view,
        Metric::Clicks => Some(totals.clicks as f64),
    }
}

/// The four figures on top, each of which chooses what the chart shows.
#[must_use]
pub fn tiles(writer: &Writer<'_>, figures: &Statistics, chosen: Metric, href: &dyn Fn(Metric) -> String) -> Vec<Value> {
    let before = figures.compared.as_ref().map(|compared| &compared.totals);
    let tile = |metric: Metric| {
        let now = total(metric, &figures.totals);
        let before = before.map(|totals| total(metric, totals));
        let written = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| writer.value(metric, value));
        context! {
            name => metric.name(),
            value => written(now),
            // Nothing to compare where one of both has no mean.
            change => before.and_then(|before| Some(writer.change(now?, before?))),
            before => before.map(written),
            href => href(metric),
            current => metric == chosen,
        }
    };
    Metric::ALL.into_iter().map(tile).collect()
}

/// One point of the chart: a day, or seven.
struct Bucket {
    from: Date,
    to: Date,
    is_known: bool,
    /// Views, visitors, time and clicks: of the day, or of a day on average.
    values: [Option<f64>; 4],
}

impl Bucket {
    fn of(days: &[Day]) -> Option<Self> {
        let known: Vec<Day> = days.iter().filter(|day| day.is_known).copied().collect();
        let totals = Totals::of(&known);
        let count = known.len() as f64;
        let a_day = |sum: f64| (count > 0.0).then(|| sum / count);
        Some(Self {
            from: days.first()?.day,
            to: days.last()?.day,
            is_known: count > 0.0,
            values: [
                a_day(totals.views as f64),
                a_day(known.iter().map(|day| day.daily_visitors).sum::<i64>() as f64),
                totals.seconds_per_view,
                a_day(totals.clicks as f64),
            ],
        })
    }

    fn value(&self, metric: Metric) -> Option<f64> {
        let [views, visitors, time, clicks] = self.values;
        match metric {
            Metric::Views => views,
            Metric::Visitors => visitors,
            Metric::Time => time,
            Metric::Clicks => clicks,
        }
    }
}

/// Whole weeks count from the last day, which is the one that matters.
fn buckets(days: &[Day], size: usize) -> Vec<Bucket> {
    let mut buckets: Vec<Bucket> = days.rchunks(size).filter_map(Bucket::of).collect();
    buckets.reverse();
    buckets
}

/// The chart and its table; none for a single day.
#[must_use]
pub fn chart(writer: &Writer<'_>, figures: &Statistics, choice: &Choice, today: Date) -> Option<Value> {
    if figures.by_day.len() < 2 {
        return None;
    }
    let size = if figures.by_day.len() <= POINT_PER_DAY { 1 } else { 7 };
    let now = buckets(&figures.by_day, size);
    let before = figures.compared.as_ref().map(|Compared { by_day, .. }| buckets(by_day, size)).unwrap_or_default();
    // The last days lie on each other: a leap year makes one span a day longer.
    let pair = |index: usize| before.len().checked_sub(now.len() - index).and_then(|index| before.get(index));
    let metric = choice.metric;
    let short = DayFormat::new(writer.lang, Parts::WithoutYear);
    let long = DayFormat::new(writer.lang, if size == 1 { Parts::DayAndWeekday } else { Parts::Day });
    let name = |bucket: &Bucket| match size {
        1 => long.format(bucket.from),
        _ => writer
            .texts
            .with("statistics.from_to", "from", &short.format(bucket.from))
            .replace("{to}", &long.format(bucket.to)),
    };
    let points: Vec<Point> = now
        .iter()
        .enumerate()
        .map(|(index, bucket)| Point {
            value: bucket.value(metric),
            is_unknown: !bucket.is_known,
            before: pair(index).and_then(|bucket| bucket.value(metric)),
            label: short.format(bucket.to),
            is_weekend: size == 1 && is_weekend(bucket.from, writer.lang),
        })
        .collect();
    let steps = if metric == Metric::Time { clock_steps() } else { counting_steps() };
    let label = |value: f64| writer.value(metric, value);
    let charts: Vec<Value> = SIZES
        .into_iter()
        .map(|(class, size)| context! { class, ..Chart::new(&points, size, &steps, &label).value() })
        .collect();
    let written = |value: Option<f64>, metric| value.map(|value| writer.value(metric, value));
    let rows: Vec<Value> = now
        .iter()
        .enumerate()
        .map(|(index, bucket)| {
            context! {
                day => name(bucket),
                is_known => bucket.is_known,
                is_today => bucket.to == today,
                value => written(bucket.value(metric), metric),
                values => Metric::ALL.map(|metric| written(bucket.value(metric), metric)).to_vec(),
                before_day => pair(index).map(name),
                before => pair(index).and_then(|bucket| written(bucket.value(metric), metric)),
            }
        })
        .collect();
    let known = figures.by_day.iter().find(|day| day.is_known).map(|day| day.day);
    Some(context! {
        charts, rows,
        is_weekly => size > 1,
        has_before => figures.compared.is_some(),
        has_weekends => points.iter().any(|point| point.is_weekend),
        known_from => figures.by_day.first().filter(|day| !day.is_known).and(known).map(|day| long.format(day)),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn changes_have_a_sign_and_a_size() {
        for (now, before, expected) in [
            (0.0, 0.0, Change::Same),
            (5.0, 0.0, Change::NothingBefore),
            (0.0, 5.0, Change::Less(100.0)),
            (110.0, 100.0, Change::More(10.0)),
            (100.0, 110.0, Change::Less(9.1)),
            (3.0, 1.0, Change::More(200.0)),
            (10_001.0, 10_000.0, Change::Same),
            (109.96, 100.0, Change::More(10.0)),
        ] {
            assert_eq!(change(now, before), expected, "{now} after {before}");
        }
    }

    fn days(views: &[(bool, i64)]) -> Vec<Day> {
        let first = jiff::civil::date(2026, 1, 1);
        let day = |(index, (is_known, views)): (usize, &(bool, i64))| Day {
            day: first.saturating_add(jiff::Span::new().days(index as i64)),
            is_known: *is_known,
            views: if *is_known { *views } else { 0 },
            daily_visitors: if *is_known { views / 2 } else { 0 },
            clicks: 0,
            seconds: if *is_known { *views as f64 * 3.0 } else { 0.0 },
        };
        views.iter().enumerate().map(day).collect()
    }

    proptest! {
        #[test]
        fn weeks_are_the_days(views in prop::collection::vec((any::<bool>(), 0_i64..1000), 1..400), size in 1_usize..8) {
            let days = days(&views);
            let buckets = buckets(&days, size);
            prop_assert_eq!(buckets.first().unwrap().from, days.first().unwrap().day);
            prop_assert_eq!(buckets.last().unwrap().to, days.last().unwrap().day);
            // A mean day times the days that are known is the sum.
            let sum: f64 = buckets.iter().map(|bucket| {
                let known = days.iter().filter(|day| day.is_known && (bucket.from..=bucket.to).contains(&day.day)).count();
                bucket.value(Metric::Views).unwrap_or(0.0) * known as f64
            }).sum();
            prop_assert!((sum - Totals::of(&days).views as f64).abs() < 1e-6);
        }
    }
}
