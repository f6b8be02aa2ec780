//! What figures look like: on the page, in the file, for programs.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::names::Said;
use super::span::Span;

/// First and last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Days {
    /// The first day, `2026-11-01`.
    #[schemars(with = "String")]
    pub from: Date,
    /// The last day.
    #[schemars(with = "String")]
    pub to: Date,
}

impl From<Span> for Days {
    fn from(span: Span) -> Self {
        Self { from: span.from, to: span.to }
    }
}

/// The sum of some days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "StatisticsTotals")]
pub struct Totals {
    /// Times the stores, or the scene, were opened.
    pub views: i64,
    /// Different visitors of a day, on average over the days of which something is known. Never added up over days: the
    /// same person on two days is two.
    pub daily_visitors: f64,
    /// Buttons opened.
    pub clicks: i64,
    /// Time spent, seconds.
    pub seconds: f64,
    /// Time spent for each view, seconds; absent where there is no view.
    pub seconds_per_view: Option<f64>,
}

/// One day.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "StatisticsDay")]
pub struct Day {
    /// The day at the shop, `2026-11-28`.
    #[schemars(with = "String")]
    pub day: Date,
    /// Whether something is known of it: before a store was public there was nothing to see.
    pub is_known: bool,
    /// Times the stores, or the scene, were opened.
    pub views: i64,
    /// Different visitors of the day, added up over stores.
    pub daily_visitors: i64,
    /// Buttons opened.
    pub clicks: i64,
    /// Time spent, seconds.
    pub seconds: f64,
}

/// A store.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "StatisticsStore")]
pub struct StoreFigures {
    /// Its name in addresses.
    pub store: String,
    /// Its name.
    pub name: Said,
    /// The shop's time zone, in which its days are.
    pub time_zone: String,
    /// The sums.
    #[serde(flatten)]
    pub totals: Totals,
}

/// A scene.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "StatisticsScene")]
pub struct SceneFigures {
    /// The store's name in addresses.
    pub store: String,
    /// Its id.
    pub scene: String,
    /// Its name.
    pub name: Said,
    /// Whether the store no longer has it.
    pub is_removed: bool,
    /// Times it was entered.
    pub views: i64,
    /// Buttons opened in it.
    pub clicks: i64,
    /// Time spent in it, seconds.
    pub seconds: f64,
}

/// A button.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "StatisticsButton")]
pub struct ButtonFigures {
    /// The store's name in addresses.
    pub store: String,
    /// The scene's id.
    pub scene: String,
    /// Its id.
    pub hotspot: String,
    /// Its product's name, or its label.
    pub name: Said,
    /// What opens: `link`, `product`, `text`, `image`, `video`, `webLink` or `coupon`; `unknown` where nobody knows any more.
    pub kind: &'static str,
    /// Whether the store no longer has it.
    pub is_removed: bool,
    /// Times it was opened.
    pub clicks: i64,
}

/// A product, over all buttons that open its card.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "StatisticsProduct")]
pub struct ProductFigures {
    /// Its id.
    pub product: Uuid,
    /// Its name.
    pub name: Said,
    /// Times its card was opened.
    pub clicks: i64,
}

/// A kind of button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "StatisticsKind")]
pub struct KindFigures {
    /// As of a button.
    pub kind: &'static str,
    /// Times one of them was opened.
    pub clicks: i64,
}

/// Some of the views.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "StatisticsShare")]
pub struct Share {
    /// What they have in common: empty where the browser did not say, `*` for all that a day had too many of.
    pub value: String,
    /// How many.
    pub views: i64,
}

/// Where views came from. Not told for a single scene: one comes to a store.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "StatisticsOrigins")]
pub struct Origins {
    /// The links' own words for where they hang (`utm_source`), or hosts of pages.
    pub sources: Vec<Share>,
    /// Campaigns of links (`utm_campaign`).
    pub campaigns: Vec<Share>,
    /// `phone`, `tablet`, `computer`.
    pub devices: Vec<Share>,
    /// Languages in which stores were shown.
    pub languages: Vec<Share>,
}

/// All of it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Statistics {
    /// The days.
    #[serde(flatten)]
    pub days: Days,
    /// The store; absent for all.
    pub store: Option<String>,
    /// The scene; absent for the whole store.
    pub scene: Option<String>,
    /// Sums of the days.
    pub totals: Totals,
    /// Every day, the first first.
    pub by_day: Vec<Day>,
    /// The days that they are compared with.
    pub compared: Option<Compared>,
    /// By store, most opened first.
    pub stores: Vec<StoreFigures>,
    /// Whether scenes, buttons, products and kinds are told: of all stores together only for up to 92 days.
    pub has_parts: bool,
    /// By scene, most entered first; where one store is asked for, with those that nobody entered.
    pub scenes: Vec<SceneFigures>,
    /// By button, most opened first; where one store is asked for, with those that nobody opened.
    pub buttons: Vec<ButtonFigures>,
    /// By product, most opened first.
    pub products: Vec<ProductFigures>,
    /// By kind of button, most opened first.
    pub kinds: Vec<KindFigures>,
    /// Where views came from.
    pub origins: Origins,
}

/// Other days, to compare with.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Compared {
    /// The days.
    #[serde(flatten)]
    pub days: Days,
    /// Their sums.
    pub totals: Totals,
    /// Every one of them, the first first.
    pub by_day: Vec<Day>,
}

impl Day {
    /// A day of which nothing is known.
    pub(super) const fn unknown(day: Date) -> Self {
        Self { day, is_known: false, views: 0, daily_visitors: 0, clicks: 0, seconds: 0.0 }
    }

    /// Adds the same day of another store.
    pub(super) fn add(&mut self, other: &Self) {
        self.is_known |= other.is_known;
        self.views += other.views;
        self.daily_visitors += other.daily_visitors;
        self.clicks += other.clicks;
        self.seconds += other.seconds;
    }
}

impl Totals {
    /// The sums of days.
    #[must_use]
    pub fn of(days: &[Day]) -> Self {
        let views = days.iter().map(|day| day.views).sum();
        let seconds = days.iter().map(|day| day.seconds).sum::<f64>();
        let known = days.iter().filter(|day| day.is_known);
        let (count, visitors) = known.fold((0_i64, 0), |(count, sum), day| (count + 1, sum + day.daily_visitors));
        Self {
            views,
            daily_visitors: if count == 0 { 0.0 } else { tenths(visitors as f64 / count as f64) },
            clicks: days.iter().map(|day| day.clicks).sum(),
            seconds: tenths(seconds),
            seconds_per_view: (views > 0).then(|| tenths(seconds / views as f64)),
        }
    }
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
