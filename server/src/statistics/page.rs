//! `GET /app/statistics`: who looked at what, for whoever brings people here.

use axum::extract::{Query, State};
use axum::response::Response;
use minijinja::{Value, context};
use url::form_urlencoded::Serializer;

use super::asked::{Asked, Choice, Compare, Metric, Period};
use super::collect::collect;
use super::figures::{Origins, Share, Statistics};
use super::names::Said;
use super::scope::Scope;
use super::show::{Writer, chart, tiles};
use crate::accounts::actor::Actor;
use crate::app::App;
use crate::error::{Error, Result};
use crate::pages::frame::Visit;
use crate::pages::{own_name, qr};

/// Rows of a list that are shown at once; the others are one click away.
const FIRST: usize = 8;
/// Stores whose links are offered.
const SHARED: usize = 3;

/// The page.
pub async fn page(State(app): State<App>, visit: Visit, actor: Actor, Query(asked): Query<Asked>) -> Result<Response> {
    let mut asked = asked;
    let scope = match Scope::of(&app, &actor, &asked).await {
        // A scene alone: the store that had it was taken out of the filter.
        Err(Error::BadRequest(_)) => {
            asked.scene = None;
            Scope::of(&app, &actor, &asked).await?
        }
        scope => scope?,
    };
    let (choice, fault) = match asked.choice(scope.today) {
        Ok(choice) => (choice, None),
        Err(fault) => (Choice::usual(scope.today), Some(fault)),
    };
    let figures = collect(&app, &actor, &scope, &choice, &visit.lang).await;
    let (scope, figures) = match figures {
        // Another store was chosen, which has no such scene.
        Err(Error::NotFound) if scope.scene.is_some() => {
            let scope = Scope { scene: None, ..scope };
            let figures = collect(&app, &actor, &scope, &choice, &visit.lang).await?;
            (scope, figures)
        }
        figures => (scope, figures?),
    };
    let texts = app.pages.texts(&visit.lang);
    let writer = Writer { lang: &visit.lang, texts: &texts };
    let address = Address { scope: &scope, choice: &choice };
    let scenes = scene_choices(&app, &actor, &scope, &choice, &figures, &visit.lang).await?;
    let Statistics { days, compared, .. } = &figures;
    let context = context! {
        has_stores => !scope.stores.is_empty(),
        is_empty => is_empty(&figures),
        is_unknown => figures.by_day.iter().all(|day| !day.is_known),
        has_today => days.to == scope.today,
        is_one_day => days.from == days.to,
        days => writer.days(days.from, days.to),
        compared => compared.as_ref().map(|compared| writer.days(compared.days.from, compared.days.to)),
        periods => Period::ALL.into_iter().filter(|period| *period != Period::Own).map(|period| context! {
            name => period.name(), href => address.period(period), current => period == choice.period,
        }).collect::<Vec<_>>(),
        is_own => choice.period == Period::Own || fault.is_some(),
        from => asked.from.clone().filter(|_| fault.is_some()).unwrap_or_else(|| days.from.to_string()),
        to => asked.to.clone().filter(|_| fault.is_some()).unwrap_or_else(|| days.to.to_string()),
        today => scope.today.to_string(),
        errors => fault.map(|fault| Value::from_pairs([(fault.field, fault.key)])),
        period => choice.period.name(),
        metric => choice.metric.name(),
        compare => choice.compare.name(),
        compares => Compare::ALL.map(Compare::name).to_vec(),
        stores => figures.stores.iter().filter(|_| scope.stores.len() > 1 && scope.store.is_none()).map(|store| context! {
            name => said(&store.name, &store.store), href => address.store(&store.store),
            views => writer.number(store.totals.views),
            visitors => writer.value(Metric::Visitors, store.totals.daily_visitors),
            clicks => writer.number(store.totals.clicks), time_zone => &store.time_zone,
            share => share_of(store.totals.views, figures.totals.views),
        }).collect::<Vec<_>>(),
        store_choices => store_choices(&scope, &figures),
        store => scope.store.as_ref().map(|store| &store.slug),
        scene => &scope.scene,
        scene_choices => scenes,
        tiles => tiles(&writer, &figures, choice.metric, &|metric| address.metric(metric)),
        chart => chart(&writer, &figures, &choice, scope.today),
        has_parts => figures.has_parts,
        lists => lists(&writer, &figures, &scope, &address),
        csv => address.csv(),
        shared => shared(&app, &scope, &figures),
        time_zone => scope.store.as_ref().map_or(&actor.time_zone, |store| &store.time_zone),
        has_several_time_zones => scope.has_several_time_zones(),
        raw_days => app.config.events.raw_retention_days,
    };
    visit.page(&app, "statistics/page.html", context)
}

/// Addresses of the same page, with something else asked for.
struct Address<'a> {
    scope: &'a Scope,
    choice: &'a Choice,
}

impl Address<'_> {
    fn query(&self, store: Option<&str>, scene: Option<&str>, period: Period, metric: Metric) -> String {
        let mut query = Serializer::new(String::new());
        if let Some(store) = store {
            query.append_pair("store", store);
        }
        if let Some(scene) = scene {
            query.append_pair("scene", scene);
        }
        query.append_pair("period", period.name());
        if period == Period::Own {
            query.append_pair("from", &self.choice.span.from.to_string());
            query.append_pair("to", &self.choice.span.to.to_string());
        }
        query.append_pair("compare", self.choice.compare.name()).append_pair("metric", metric.name());
        query.finish()
    }

    fn own(&self) -> (Option<&str>, Option<&str>) {
        (self.scope.store.as_ref().map(|store| store.slug.as_str()), self.scope.scene.as_deref())
    }

    fn period(&self, period: Period) -> String {
        let (store, scene) = self.own();
        format!("/app/statistics?{}", self.query(store, scene, period, self.choice.metric))
    }

    fn metric(&self, metric: Metric) -> String {
        let (store, scene) = self.own();
        format!("/app/statistics?{}", self.query(store, scene, self.choice.period, metric))
    }

    fn store(&self, slug: &str) -> String {
        format!("/app/statistics?{}", self.query(Some(slug), None, self.choice.period, self.choice.metric))
    }

    fn scene(&self, id: &str) -> String {
        let (store, _) = self.own();
        format!("/app/statistics?{}", self.query(store, Some(id), self.choice.period, self.choice.metric))
    }

    fn csv(&self) -> String {
        let (store, scene) = self.own();
        format!("/app/statistics.csv?{}", self.query(store, scene, self.choice.period, self.choice.metric))
    }
}

/// A name, or the id where nobody knows any.
fn said(name: &Said, id: &str) -> Value {
    let text = if name.text.is_empty() { id } else { &name.text };
    context! { text, lang => &name.lang }
}

/// How much of the whole, percent of a bar's width.
fn share_of(part: i64, whole: i64) -> String {
    format!("{:.1}", if whole > 0 { part as f64 / whole as f64 * 100.0 } else { 0.0 })
}

fn store_choices(scope: &Scope, figures: &Statistics) -> Vec<Value> {
    if scope.stores.len() < 2 {
        return Vec::new();
    }
    // Names are at hand of the stores that the figures are about; the others have their name in addresses.
    let name = |slug: &str| {
        let found = figures.stores.iter().find(|store| store.store == slug).map(|store| store.name.text.as_str());
        found.filter(|name| !name.is_empty()).unwrap_or(slug).to_owned()
    };
    scope.stores.iter().map(|store| context! { slug => &store.slug, name => name(&store.slug) }).collect()
}

/// The scenes among which one can choose; told even while one of them is chosen.
async fn scene_choices(
    app: &App,
    actor: &Actor,
    scope: &Scope,
    choice: &Choice,
    figures: &Statistics,
    lang: &str,
) -> Result<Vec<Value>> {
    if scope.store.is_none() {
        return Ok(Vec::new());
    }
    let scene = |id: &str, name: &Said, is_removed: bool| {
        let name = if name.text.is_empty() { id.to_owned() } else { name.text.clone() };
        context! { id, name, is_removed }
    };
    if scope.scene.is_none() {
        return Ok(figures.scenes.iter().map(|one| scene(&one.scene, &one.name, one.is_removed)).collect());
    }
    let whole = Scope { scene: None, ..scope.clone() };
    let all = collect(app, actor, &whole, &Choice { compare: Compare::None, ..*choice }, lang).await?;
    Ok(all.scenes.iter().map(|one| scene(&one.scene, &one.name, one.is_removed)).collect())
}

/// A list with bars, cut in two.
fn list(name: &str, rows: Vec<Value>) -> Value {
    let rest = rows.get(FIRST..).unwrap_or_default().to_vec();
    let count = rows.len();
    context! { name, count, first => rows.into_iter().take(FIRST).collect::<Vec<_>>(), rest }
}

fn lists(writer: &Writer<'_>, figures: &Statistics, scope: &Scope, address: &Address<'_>) -> Value {
    let has_one_store = scope.store.is_some();
    let of_store = |slug: &str| {
        let store = figures.stores.iter().find(|store| store.store == slug).filter(|_| !has_one_store);
        store.map(|store| said(&store.name, slug))
    };
    let most = figures.scenes.iter().map(|scene| scene.views).max().unwrap_or(0);
    let scenes = figures.scenes.iter().map(|scene| {
        context! {
            name => said(&scene.name, &scene.scene), is_removed => scene.is_removed, store => of_store(&scene.store),
            href => has_one_store.then(|| address.scene(&scene.scene)),
            value => writer.number(scene.views),
            more => (scene.views > 0).then(|| writer.duration(scene.seconds / scene.views as f64)),
            share => share_of(scene.views, most),
        }
    });
    let most = figures.buttons.iter().map(|button| button.clicks).max().unwrap_or(0);
    let scene_name = |store: &str, id: &str| {
        figures.scenes.iter().find(|scene| scene.store == store && scene.scene == id).map(|scene| said(&scene.name, id))
    };
    let buttons = figures.buttons.iter().map(|button| {
        context! {
            name => said(&button.name, &button.hotspot), is_removed => button.is_removed, kind => button.kind,
            store => of_store(&button.store), scene => scene_name(&button.store, &button.scene),
            value => writer.number(button.clicks), share => share_of(button.clicks, most),
        }
    });
    let most = figures.products.iter().map(|product| product.clicks).max().unwrap_or(0);
    let products = figures.products.iter().map(|product| {
        context! {
            name => said(&product.name, &product.product.to_string()), value => writer.number(product.clicks),
            share => share_of(product.clicks, most),
        }
    });
    let clicks: i64 = figures.kinds.iter().map(|kind| kind.clicks).sum();
    let kinds = figures.kinds.iter().map(|kind| {
        context! { kind => kind.kind, value => writer.number(kind.clicks), share => share_of(kind.clicks, clicks) }
    });
    let Origins { sources, campaigns, devices, languages } = &figures.origins;
    let shares = |name: &str, shares: &[Share]| {
        let most = shares.iter().map(|share| share.views).max().unwrap_or(0);
        let rows = shares.iter().map(|share| {
            context! { word => &share.value, value => writer.number(share.views), share => share_of(share.views, most) }
        });
        list(name, rows.collect())
    };
    context! {
        scenes => list("scenes", scenes.collect()),
        buttons => list("buttons", buttons.collect()),
        products => list("products", products.collect()),
        kinds => list("kinds", kinds.collect()),
        sources => shares("sources", sources),
        campaigns => shares("campaigns", campaigns),
        devices => shares("devices", devices),
        languages => shares("languages", &named(languages)),
    }
}

/// Whether there is nothing to look at: neither in the days nor in those that they are compared with.
fn is_empty(figures: &Statistics) -> bool {
    let mut totals = std::iter::once(&figures.totals).chain(figures.compared.as_ref().map(|compared| &compared.totals));
    totals.all(|totals| totals.views == 0 && totals.clicks == 0)
}

/// Languages by what they call themselves.
fn named(languages: &[Share]) -> Vec<Share> {
    let name = |share: &Share| Share { value: own_name(&share.value).to_owned(), views: share.views };
    languages.iter().map(name).collect()
}

/// What to hand out so that somebody comes: links and QR codes of what shoppers can see.
fn shared(app: &App, scope: &Scope, figures: &Statistics) -> Vec<Value> {
    let stores = figures
        .stores
        .iter()
        .filter(|store| scope.stores.iter().any(|one| one.slug == store.store && one.current_revision.is_some()));
    stores
        .take(SHARED)
        .map(|store| {
            let link = app.pages.absolute(&format!("/s/{}", store.store));
            let qr = qr::svg(&format!("{link}?utm_source=qr"));
            context! { name => said(&store.name, &store.store), link, qr => qr.map(Value::from_safe_string) }
        })
        .collect()
}
