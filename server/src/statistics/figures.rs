//! The figures: what the page shows, what the file has, what programs get.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::asked::{Asked, Choice};
use super::names::{Names, Said};
use super::span::{self, Span};
use super::sql::{self, DayRow, OriginRow, StoreRow, SumRow};
use crate::accounts::actor::Actor;
use crate::accounts::rights::Right;
use crate::app::App;
use crate::error::{Error, Result};

/// Days up to which scenes and buttons of all stores are told together. One store's are told for any span.
const PARTS_OF_ALL_DAYS: usize = 92;

/// What the figures are about: the stores that somebody may see, and what of them is asked for.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Every store whose statistics this person or program may see.
    pub stores: Vec<StoreRow>,
    /// The one that is asked for; all of them without.
    pub store: Option<StoreRow>,
    /// A scene of it.
    pub scene: Option<String>,
    /// The present day where the figures are from.
    pub today: Date,
}

impl Scope {
    /// What an actor may see of what is asked for.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such store, or none that this actor may see.
    pub async fn of(app: &App, actor: &Actor, asked: &Asked) -> Result<Self> {
        let mut stores = sql::stores(&app.db, actor.tenant).await?;
        stores.retain(|store| actor.may_in(Right::ReadStatistics, store.shop_id));
        let store = match asked.store() {
            Some(slug) => Some(stores.iter().find(|store| store.slug == slug).ok_or(Error::NotFound)?.clone()),
            // One store is all of them.
            None => stores.first().filter(|_| stores.len() == 1).cloned(),
        };
        if asked.scene().is_some() && store.is_none() {
            return Err(Error::BadRequest("scene: a scene belongs to a store; name that, too".to_owned()));
        }
        let time_zone = store.as_ref().map_or(&actor.time_zone, |store| &store.time_zone);
        let today = span::today(app.clock.now_us(), time_zone);
        Ok(Self { store, scene: asked.scene().map(str::to_owned), today, stores })
    }

    /// The stores that count here.
    fn chosen(&self) -> impl Iterator<Item = &StoreRow> {
        self.stores.iter().filter(|one| self.store.as_ref().is_none_or(|store| store.id == one.id))
    }

    /// Whether the shops' clocks differ.
    #[must_use]
    pub fn has_several_time_zones(&self) -> bool {
        let mut zones = self.chosen().map(|store| &store.time_zone);
        let first = zones.next();
        zones.any(|zone| Some(zone) != first)
    }
}

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

/// Everything that is asked for.
///
/// # Errors
/// [`Error::NotFound`] when the store has and had no such scene.
pub async fn collect(app: &App, actor: &Actor, scope: &Scope, choice: &Choice, lang: &str) -> Result<Statistics> {
    let store = scope.store.as_ref().map(|store| store.id);
    let scene = scope.scene.as_deref();
    let has_parts = store.is_some() || choice.span.days() <= PARTS_OF_ALL_DAYS;
    let rows = if has_parts { sql::sums(&app.db, actor.tenant, store, scene, choice.span).await? } else { Vec::new() };
    let mut sums = sql::by_store(rows, |row: &SumRow| row.store_id);
    let mut figures = Statistics {
        days: choice.span.into(),
        store: scope.store.as_ref().map(|store| store.slug.clone()),
        scene: scope.scene.clone(),
        totals: Totals::default(),
        by_day: Vec::new(),
        compared: None,
        stores: Vec::new(),
        has_parts,
        scenes: Vec::new(),
        buttons: Vec::new(),
        products: Vec::new(),
        kinds: Vec::new(),
        origins: Origins::default(),
    };
    let days = by_day(app, actor, scope, choice.span).await?;
    (figures.by_day, figures.totals) = (days.all, days.totals);
    if let Some(span) = choice.compared() {
        let Known { all, totals, .. } = by_day(app, actor, scope, span).await?;
        figures.compared = Some(Compared { days: span.into(), totals, by_day: all });
    }
    let mut products: HashMap<Uuid, ProductFigures> = HashMap::new();
    let mut kinds: BTreeMap<&'static str, i64> = BTreeMap::new();
    for store in scope.chosen() {
        let sums = sums.remove(&store.id).unwrap_or_default();
        let names = Names::of(app, actor.tenant, store, &sums, lang).await?;
        if scene.is_some_and(|scene| sums.is_empty() && !names.scenes.contains_key(scene)) {
            return Err(Error::NotFound);
        }
        let (scenes, buttons) = of_store(store, &sums, &names, scene, scope.store.is_some());
        for button in &buttons {
            *kinds.entry(button.kind).or_default() += button.clicks;
            let product = names.buttons.get(&button.hotspot).and_then(|button| button.product);
            if let Some(product) = product.filter(|_| button.clicks > 0) {
                let name = names.products.get(&product).unwrap_or(&button.name).clone();
                products.entry(product).or_insert(ProductFigures { product, name, clicks: 0 }).clicks += button.clicks;
            }
        }
        figures.scenes.extend(scenes);
        figures.buttons.extend(buttons);
        figures.stores.push(StoreFigures {
            store: store.slug.clone(),
            name: names.store,
            time_zone: store.time_zone.clone(),
            totals: days.by_store.get(&store.id).copied().unwrap_or_default(),
        });
    }
    figures.products = products.into_values().collect();
    figures.kinds = kinds
        .into_iter()
        .filter(|(_, clicks)| *clicks > 0)
        .map(|(kind, clicks)| KindFigures { kind, clicks })
        .collect();
    figures.stores.sort_by(|a, b| b.totals.views.cmp(&a.totals.views).then_with(|| a.store.cmp(&b.store)));
    figures.scenes.sort_by_key(|scene| std::cmp::Reverse((scene.views, scene.clicks)));
    figures.buttons.sort_by(|a, b| b.clicks.cmp(&a.clicks).then_with(|| a.hotspot.cmp(&b.hotspot)));
    figures.products.sort_by(|a, b| b.clicks.cmp(&a.clicks).then_with(|| a.product.cmp(&b.product)));
    figures.kinds.sort_by_key(|kind| std::cmp::Reverse(kind.clicks));
    if scene.is_none() {
        figures.origins = origins(app, actor, scope, choice.span).await?;
    }
    Ok(figures)
}

/// Days of the chosen stores, and their sums.
#[derive(Clone, Debug)]
pub struct Known {
    /// Every day of the span.
    pub all: Vec<Day>,
    /// Their sums.
    pub totals: Totals,
    /// The sums of each store.
    pub by_store: HashMap<Uuid, Totals>,
}

/// Every day of a span, of the stores that count.
///
/// # Errors
/// The database's reason.
pub async fn by_day(app: &App, actor: &Actor, scope: &Scope, span: Span) -> Result<Known> {
    let store = scope.store.as_ref().map(|store| store.id);
    let rows = sql::days(&app.db, actor.tenant, store, scope.scene.as_deref(), span).await?;
    let mut rows = sql::by_store(rows, |row: &DayRow| row.store_id);
    let mut all: Vec<Day> = span.iter().map(Day::unknown).collect();
    let mut by_store = HashMap::new();
    for store in scope.chosen() {
        let rows = rows.remove(&store.id).unwrap_or_default();
        let of_store = days_of_store(store, &rows, span, scope.today);
        by_store.insert(store.id, Totals::of(&of_store));
        for (day, more) in all.iter_mut().zip(of_store) {
            day.add(&more);
        }
    }
    Ok(Known { totals: Totals::of(&all), all, by_store })
}

/// Every day of a span, of one store. A day without a row had no visit if the store could be seen on it.
fn days_of_store(store: &StoreRow, rows: &[DayRow], span: Span, today: Date) -> Vec<Day> {
    let first = store.first_us.map(|first_us| span::day_of(first_us, &store.time_zone));
    let mut rows = rows.iter().peekable();
    let day_of = |row: &DayRow| row.day.parse::<Date>().ok();
    span.iter()
        .map(|date| {
            // In order, like the days.
            while rows.next_if(|row| day_of(row).is_none_or(|day| day < date)).is_some() {}
            if let Some(row) = rows.next_if(|row| day_of(row) == Some(date)) {
                Day {
                    day: date,
                    is_known: true,
                    views: row.views,
                    daily_visitors: row.visitors,
                    clicks: row.clicks,
                    seconds: seconds(row.dwell_ms),
                }
            } else {
                let is_known = first.is_some_and(|first| first <= date) && date <= today;
                Day { is_known, ..Day::unknown(date) }
            }
        })
        .collect()
}

impl Day {
    const fn unknown(day: Date) -> Self {
        Self { day, is_known: false, views: 0, daily_visitors: 0, clicks: 0, seconds: 0.0 }
    }

    fn add(&mut self, other: &Self) {
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

fn seconds(dwell_ms: i64) -> f64 {
    dwell_ms as f64 / 1000.0
}

/// Scenes and buttons of a store: those with sums, and where `whole` those that nobody entered or opened.
fn of_store(
    store: &StoreRow,
    sums: &[SumRow],
    names: &Names,
    scene: Option<&str>,
    whole: bool,
) -> (Vec<SceneFigures>, Vec<ButtonFigures>) {
    let mut scenes: BTreeMap<&str, SceneFigures> = BTreeMap::new();
    let mut buttons: BTreeMap<(&str, &str), ButtonFigures> = BTreeMap::new();
    let empty_scene = |id: &str| {
        let known = names.scenes.get(id);
        SceneFigures {
            store: store.slug.clone(),
            scene: id.to_owned(),
            name: known.map_or_else(Said::default, |scene| scene.name.clone()),
            is_removed: known.is_none_or(|scene| scene.is_removed),
            views: 0,
            clicks: 0,
            seconds: 0.0,
        }
    };
    let empty_button = |scene: &str, id: &str| {
        let known = names.buttons.get(id);
        ButtonFigures {
            store: store.slug.clone(),
            scene: scene.to_owned(),
            hotspot: id.to_owned(),
            name: known.map_or_else(Said::default, |button| button.name.clone()),
            kind: known.map_or("unknown", |button| button.kind),
            is_removed: known.is_none_or(|button| button.is_removed || button.scene != scene),
            clicks: 0,
        }
    };
    if whole {
        let is_wanted = |id: &str| scene.is_none_or(|scene| scene == id);
        for id in names.scenes.iter().filter(|(id, one)| !one.is_removed && is_wanted(id)).map(|(id, _)| id) {
            scenes.insert(id, empty_scene(id));
        }
        for (id, one) in
            names.buttons.iter().filter(|(_, one)| !one.is_removed && one.is_shown && is_wanted(&one.scene))
        {
            buttons.insert((&one.scene, id), empty_button(&one.scene, id));
        }
    }
    for row in sums {
        if row.hotspot.is_empty() {
            let scene = scenes.entry(&row.scene).or_insert_with(|| empty_scene(&row.scene));
            (scene.views, scene.clicks, scene.seconds) = (row.views, row.clicks, seconds(row.dwell_ms));
        } else {
            let key = (row.scene.as_str(), row.hotspot.as_str());
            buttons.entry(key).or_insert_with(|| empty_button(key.0, key.1)).clicks = row.clicks;
        }
    }
    // In the document's order, which a stable sort by numbers keeps among equals.
    let mut scenes: Vec<SceneFigures> = scenes.into_values().collect();
    scenes.sort_by_key(|scene| names.scenes.get(&scene.scene).map_or(usize::MAX, |known| known.position));
    (scenes, buttons.into_values().collect())
}

async fn origins(app: &App, actor: &Actor, scope: &Scope, span: Span) -> Result<Origins> {
    let store = scope.store.as_ref().map(|store| store.id);
    let mut rows: HashMap<Uuid, Vec<OriginRow>> =
        sql::by_store(sql::origins(&app.db, actor.tenant, store, span).await?, |row: &OriginRow| row.store_id);
    let mut sums: BTreeMap<(String, String), i64> = BTreeMap::new();
    for row in scope.chosen().flat_map(|store| rows.remove(&store.id).unwrap_or_default()) {
        *sums.entry((row.dimension, row.value)).or_default() += row.views;
    }
    let of = |dimension: &str| {
        let values = sums.iter().filter(|((of, _), _)| of == dimension);
        let mut shares: Vec<Share> =
            values.map(|((_, value), views)| Share { value: value.clone(), views: *views }).collect();
        shares.sort_by_key(|share| std::cmp::Reverse(share.views));
        shares
    };
    Ok(Origins {
        sources: of("source"),
        campaigns: of("campaign").into_iter().filter(|share| !share.value.is_empty()).collect(),
        devices: of("device"),
        languages: of("language"),
    })
}
