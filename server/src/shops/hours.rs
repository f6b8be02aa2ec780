//! Opening hours as people fill them in, day by day, and as they are kept, by groups of days.

use scene::published::{OpeningHours, Weekday};

/// Every day, in the order of the week.
pub const DAYS: [(Weekday, &str); 7] = [
    (Weekday::Mon, "mon"),
    (Weekday::Tue, "tue"),
    (Weekday::Wed, "wed"),
    (Weekday::Thu, "thu"),
    (Weekday::Fri, "fri"),
    (Weekday::Sat, "sat"),
    (Weekday::Sun, "sun"),
];
/// Times at which a shop can open on one day: in the morning, at noon, in the evening.
pub const MAX_SPANS: usize = 3;

/// From when to when, `HH:MM`.
pub type Span = (String, String);

/// Each day's spans, in the order of the week and of the day.
pub type Week = [Vec<Span>; 7];

/// Whether a text is a time of day, `24:00` included.
#[must_use]
pub fn is_time(time: &str) -> bool {
    minutes(time).is_some()
}

fn minutes(time: &str) -> Option<u32> {
    let (hour, minute) = time.split_once(':')?;
    let number = |text: &str, below: u32| {
        let sound = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<u32>().ok().filter(|number| sound && *number < below)
    };
    let (hour, minute) = (number(hour, 25)?, number(minute, 60)?);
    (hour < 24 || minute == 0).then_some(hour * 60 + minute)
}

/// What is kept, day by day.
#[must_use]
pub fn week(hours: &[OpeningHours]) -> Week {
    DAYS.map(|(day, _)| {
        let of_day = hours.iter().filter(|hours| hours.days.contains(&day));
        let mut spans: Vec<Span> = of_day.map(|hours| (hours.opens.clone(), hours.closes.clone())).collect();
        spans.sort();
        spans
    })
}

/// What is kept of a week: days with the same hours together, as people say it.
#[must_use]
pub fn grouped(week: &Week) -> Vec<OpeningHours> {
    let mut groups: Vec<(&Vec<Span>, Vec<Weekday>)> = Vec::new();
    for (spans, (day, _)) in week.iter().zip(DAYS) {
        match groups.iter_mut().find(|(of, _)| *of == spans) {
            Some((_, days)) => days.push(day),
            None => groups.push((spans, vec![day])),
        }
    }
    groups
        .into_iter()
        .flat_map(|(spans, days)| {
            spans.iter().map(move |(opens, closes)| OpeningHours {
                days: days.clone(),
                opens: opens.clone(),
                closes: closes.clone(),
            })
        })
        .collect()
}

/// Whether two spans of a day, sorted, lie on each other. One that ends at or before its beginning ends on the next day.
#[must_use]
pub fn overlap(spans: &[Span]) -> bool {
    spans.windows(2).any(|pair| {
        let [(opens, closes), (next, _)] = pair else { return false };
        let (Some(opens), Some(closes), Some(next)) = (minutes(opens), minutes(closes), minutes(next)) else {
            return false;
        };
        closes <= opens || next < closes
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use Weekday::{Mon, Sat, Sun, Tue};

    fn span(opens: &str, closes: &str) -> Span {
        (opens.to_owned(), closes.to_owned())
    }

    #[test]
    fn times() {
        for good in ["00:00", "09:30", "24:00"] {
            assert!(is_time(good), "{good}");
        }
        for bad in ["9:30", "24:01", "12:60", "+9:00", "12:00:00", ""] {
            assert!(!is_time(bad), "{bad}");
        }
    }

    #[test]
    fn days_with_the_same_hours_stand_together_and_come_apart_again() {
        let both = vec![span("09:00", "12:00"), span("13:00", "18:00")];
        let late = vec![span("10:00", "02:00")];
        let week_of = [both.clone(), both.clone(), vec![], vec![], vec![], late.clone(), late];
        let hours = grouped(&week_of);
        assert_eq!(hours.len(), 3);
        assert_eq!((hours[0].days.as_slice(), hours[0].opens.as_str()), (&[Mon, Tue][..], "09:00"));
        assert_eq!((hours[2].days.as_slice(), hours[2].closes.as_str()), (&[Sat, Sun][..], "02:00"));
        assert_eq!(week(&hours), week_of);
    }

    #[test]
    fn hours_that_lie_on_each_other() {
        assert!(!overlap(&[span("09:00", "12:00"), span("12:00", "18:00"), span("20:00", "01:00")]));
        assert!(overlap(&[span("09:00", "12:30"), span("12:00", "18:00")]));
        assert!(overlap(&[span("09:00", "02:00"), span("12:00", "18:00")]), "open past midnight already");
    }
}
