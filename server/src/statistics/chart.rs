//! The chart's geometry: where lines, bands and labels go. What it means is said in the template, and in a table.

use minijinja::{Value, context};

/// What the chart shows of one day, or of seven.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The value; none where there is none to tell.
    pub value: Option<f64>,
    /// Whether nothing is known of the day at all.
    pub is_unknown: bool,
    /// The value of the day that it is compared with.
    pub before: Option<f64>,
    /// The day below the axis.
    pub label: String,
    /// Whether it is marked lightly.
    pub is_weekend: bool,
}

/// A chart that is ready to be drawn, in pixels of its own.
#[derive(Clone, Debug)]
pub struct Chart {
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
    /// Left end of the axis of days.
    pub left: f64,
    /// Its right end.
    pub right: f64,
    /// Top of the highest value.
    pub top: f64,
    /// Where zero is.
    pub bottom: f64,
    /// Lines of the axis of values.
    pub grid: Vec<Tick>,
    /// Marked days.
    pub weekends: Vec<Band>,
    /// Days of which nothing is known.
    pub unknown: Vec<Band>,
    /// Labels of the axis of days.
    pub labels: Vec<Tick>,
    /// Paths of the values, a new one behind each gap.
    pub lines: Vec<String>,
    /// The same, closed along the axis.
    pub areas: Vec<String>,
    /// Paths of what it is compared with.
    pub before: Vec<String>,
    /// Dots: each point where there are few, else those that stand alone.
    pub dots: Vec<Dot>,
    /// A day's share of the width.
    pub slots: Vec<Slot>,
}

/// A label and where it stands: x or y.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Where.
    pub at: f64,
    /// What it says.
    pub text: String,
}

/// From where, and how wide.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// Left edge.
    pub x: f64,
    /// Width.
    pub width: f64,
}

/// A dot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dot {
    /// Centre.
    pub x: f64,
    /// Centre.
    pub y: f64,
}

/// One day's share of the width, for a pointer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slot {
    /// Left edge.
    pub x: f64,
    /// Width.
    pub width: f64,
    /// Middle.
    pub middle: f64,
    /// Height of the value; none where nothing is known.
    pub y: Option<f64>,
    /// Height of what it is compared with.
    pub before_y: Option<f64>,
}

/// Dots are drawn up to so many days.
const DOTS_UP_TO: usize = 31;
/// Room for a label of the axis of days.
const LABEL_WIDTH: f64 = 96.0;
/// Room for a character of the axis of values.
const CHARACTER_WIDTH: f64 = 7.0;
const TOP: f64 = 14.0;
const BELOW: f64 = 28.0;
const RIGHT: f64 = 10.0;

impl Chart {
    /// Lays it out. `steps` are the distances that lines of the axis of values may have, rising.
    #[must_use]
    pub fn new(points: &[Point], (width, height): (f64, f64), steps: &[f64], label: &dyn Fn(f64) -> String) -> Self {
        let highest = points.iter().flat_map(|point| [point.value, point.before]).flatten().fold(0.0, f64::max);
        let (step, lines) = scale(highest, steps);
        let texts: Vec<String> = (0..=lines).map(|line| label(step * line as f64)).collect();
        let longest = texts.iter().map(|text| text_width(text)).fold(0.0, f64::max);
        let (left, right) = (round(longest + 12.0), width - RIGHT);
        let (top, bottom) = (TOP, height - BELOW);
        let top_value = step * lines as f64;
        let y = |value: f64| round(bottom - (bottom - top) * value / top_value);
        let slot = (right - left) / points.len().max(1) as f64;
        let x = |index: usize| round(left + slot * (index as f64 + 0.5));
        let band = |index: usize, count: usize| Band {
            x: round(left + slot * index as f64),
            width: round(slot * count as f64),
        };
        let values = |of: fn(&Point) -> Option<f64>| {
            runs(points, move |point| of(point).is_some()).map(move |run| {
                run.filter_map(|index| Some((x(index), y(of(points.get(index)?)?)))).collect::<Vec<_>>()
            })
        };
        let current: Vec<Vec<(f64, f64)>> = values(|point| point.value).collect();
        let is_few = points.len() <= DOTS_UP_TO;
        let every = ((points.len() as f64 * LABEL_WIDTH / (right - left)).ceil() as usize).max(1);
        Self {
            width,
            height,
            left,
            right,
            top,
            bottom,
            grid: texts.into_iter().enumerate().map(|(line, text)| Tick { at: y(step * line as f64), text }).collect(),
            weekends: runs(points, |point| point.is_weekend).map(|run| band(run.start, run.len())).collect(),
            unknown: runs(points, |point| point.is_unknown).map(|run| band(run.start, run.len())).collect(),
            // From the last day backwards: that is the one whose date everybody looks for.
            labels: (0..points.len())
                .rev()
                .step_by(every)
                .filter_map(|index| Some((x(index), points.get(index)?.label.clone())))
                // The last day stands at the edge; its date moves inwards.
                .map(|(at, text)| Tick { at: at.min(round(width - text_width(&text) / 2.0)), text })
                .collect(),
            lines: current.iter().filter(|run| run.len() > 1).map(|run| path(run)).collect(),
            areas: current.iter().filter(|run| run.len() > 1).map(|run| area(run, bottom)).collect(),
            before: values(|point| point.before).filter(|run| run.len() > 1).map(|run| path(&run)).collect(),
            dots: current
                .iter()
                .filter(|run| is_few || run.len() == 1)
                .flatten()
                .map(|(x, y)| Dot { x: *x, y: *y })
                .collect(),
            slots: points
                .iter()
                .enumerate()
                .map(|(index, point)| {
                    let Band { x: start, width } = band(index, 1);
                    Slot { x: start, width, middle: x(index), y: point.value.map(y), before_y: point.before.map(y) }
                })
                .collect(),
        }
    }
}

impl Tick {
    fn value(&self) -> Value {
        context! { at => self.at, text => &self.text }
    }
}

impl Band {
    fn value(&self) -> Value {
        context! { x => self.x, width => self.width }
    }
}

impl Chart {
    /// For the template.
    #[must_use]
    pub fn value(&self) -> Value {
        let Self { width, height, left, right, top, bottom, lines, areas, before, .. } = self;
        context! {
            width, height, left, right, top, bottom, lines, areas, before,
            grid => self.grid.iter().map(Tick::value).collect::<Vec<_>>(),
            labels => self.labels.iter().map(Tick::value).collect::<Vec<_>>(),
            weekends => self.weekends.iter().map(Band::value).collect::<Vec<_>>(),
            unknown => self.unknown.iter().map(Band::value).collect::<Vec<_>>(),
            dots => self.dots.iter().map(|dot| context! { x => dot.x, y => dot.y }).collect::<Vec<_>>(),
            slots => self.slots.iter().map(|slot| {
                let Slot { x, width, middle, y, before_y } = slot;
                context! { x, width, middle, y, before_y }
            }).collect::<Vec<_>>(),
        }
    }
}

/// Distance of the lines and how many lie above zero, so that the highest value is below the last and there are few.
fn scale(highest: f64, steps: &[f64]) -> (f64, usize) {
    let step = steps.iter().copied().find(|step| highest / step <= 4.0).unwrap_or(highest.max(1.0));
    (step, ((highest / step).ceil() as usize).max(1))
}

/// Steps of 1, 2 and 5 times a power of ten: whole numbers, up to what anybody counts.
#[must_use]
pub fn counting_steps() -> Vec<f64> {
    (0..13).flat_map(|power| [1.0, 2.0, 5.0].map(|digit| digit * 10_f64.powi(power))).collect()
}

/// Steps of a clock, seconds.
#[must_use]
pub fn clock_steps() -> Vec<f64> {
    let short = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800];
    short.into_iter().map(f64::from).chain((1..12).map(|days| 86_400.0 * f64::from(1 << days))).collect()
}

/// Stretches of indices on which something holds.
fn runs(points: &[Point], holds: impl Fn(&Point) -> bool) -> impl Iterator<Item = std::ops::Range<usize>> {
    let mut found: Vec<std::ops::Range<usize>> = Vec::new();
    for index in points.iter().enumerate().filter(|(_, point)| holds(point)).map(|(index, _)| index) {
        match found.last_mut().filter(|run| run.end == index) {
            Some(run) => run.end += 1,
            None => found.push(index..index + 1),
        }
    }
    found.into_iter()
}

fn path(run: &[(f64, f64)]) -> String {
    let points: Vec<String> = run.iter().map(|(x, y)| format!("{x},{y}")).collect();
    format!("M{}", points.join("L"))
}

fn area(run: &[(f64, f64)], bottom: f64) -> String {
    let (first, last) = (run.first().map_or(0.0, |(x, _)| *x), run.last().map_or(0.0, |(x, _)| *x));
    format!("{}L{last},{bottom}L{first},{bottom}Z", path(run))
}

/// About as wide as a text is at 12 pixels; what is not Latin is twice as wide.
fn text_width(text: &str) -> f64 {
    text.chars().map(|c| if c.is_ascii() { CHARACTER_WIDTH } else { CHARACTER_WIDTH * 1.75 }).sum()
}

fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn points(values: &[Option<f64>]) -> Vec<Point> {
        let point = |(index, value): (usize, &Option<f64>)| Point {
            value: *value,
            is_unknown: value.is_none(),
            before: value.map(|value| value / 2.0),
            label: format!("{index}"),
            is_weekend: index % 7 > 4,
        };
        values.iter().enumerate().map(point).collect()
    }

    fn chart(values: &[Option<f64>]) -> Chart {
        Chart::new(&points(values), (360.0, 200.0), &counting_steps(), &|value| format!("{value}"))
    }

    #[test]
    fn a_gap_parts_the_line_and_zero_does_not() {
        let chart = chart(&[None, None, Some(3.0), Some(0.0), Some(5.0), None, Some(2.0)]);
        assert_eq!((chart.lines.len(), chart.dots.len(), chart.unknown.len()), (1, 4, 2));
        assert_eq!(chart.lines[0].matches('L').count(), 2, "{:?}", chart.lines);
        assert_eq!(chart.slots[3].y, Some(chart.bottom), "zero lies on the axis");
        assert_eq!((chart.slots[0].y, chart.slots[5].y), (None, None));
        assert!((chart.unknown[0].x - chart.left).abs() < 0.2 && chart.unknown[0].width > chart.slots[0].width * 1.9);
        let texts: Vec<&str> = chart.grid.iter().map(|tick| tick.text.as_str()).collect();
        assert_eq!(texts, ["0", "2", "4", "6"]);
    }

    #[test]
    fn nothing_at_all_is_a_line_on_the_axis() {
        let chart = chart(&[Some(0.0); 28]);
        assert!(chart.slots.iter().all(|slot| slot.y == Some(chart.bottom)));
        assert_eq!(chart.grid.len(), 2);
        assert!(Chart::new(&[], (360.0, 200.0), &counting_steps(), &|_| String::new()).lines.is_empty());
    }

    #[test]
    fn labels_do_not_run_into_each_other() {
        for days in [7, 28, 90, 157] {
            let chart = chart(&vec![Some(1.0); days]);
            let mut places: Vec<f64> = chart.labels.iter().map(|tick| tick.at).collect();
            places.reverse();
            assert!(places.windows(2).all(|pair| pair[1] - pair[0] >= LABEL_WIDTH - 1.0), "{days}: {places:?}");
            assert!(places.len() >= 3, "{days}: {places:?}");
        }
    }

    proptest! {
        #[test]
        fn everything_is_inside(values in prop::collection::vec(prop::option::of(0.0_f64..1e7), 1..160)) {
            let chart = chart(&values);
            let inside = |y: f64| y >= chart.top - 0.1 && y <= chart.bottom + 0.1;
            prop_assert!(chart.slots.iter().flat_map(|slot| [slot.y, slot.before_y]).flatten().all(inside));
            prop_assert!(chart.grid.len() <= 6 && chart.grid.iter().all(|tick| inside(tick.at)));
            let slots: f64 = chart.slots.iter().map(|slot| slot.width).sum();
            prop_assert!((slots - (chart.right - chart.left)).abs() < 0.1 * values.len() as f64);
        }
    }
}
