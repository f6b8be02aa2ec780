//! Puts the figures together from the sums.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use uuid::Uuid;

use super::asked::Choice;
use super::figures::{
    ButtonFigures, Compared, Day, KindFigures, Origins, ProductFigures, SceneFigures, Share, Statistics, StoreFigures,
    Totals,
};
use super::names::{Names, Said};
use super::scope::Scope;
use super::span::{self, Span};
use super::sql::{self, DayRow, OriginRow, StoreRow, SumRow};
use crate::accounts::actor::Actor;
use crate::app::App;
use crate::error::{Error, Result};

/// Days up to which scenes and buttons of all stores are told together. One store's are told for any span.
const PARTS_OF_ALL_DAYS: usize = 92;

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

fn seconds(dwell_ms: i64) -> f64 {
    dwell_ms as f64 / 1000.0
}
