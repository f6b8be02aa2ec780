//! `GET /app`: what there is to do next, for each of the four people.

use axum::extract::State;
use axum::response::Response;
use minijinja::{Value, context};

use super::actor::Actor;
use super::rights::Right;
use crate::app::App;
use crate::error::Result;
use crate::on_engine;
use crate::pages::frame::Visit;
use crate::pages::number;
use crate::statistics::asked::{Asked, Metric};
use crate::statistics::collect::by_day;
use crate::statistics::scope::Scope;
use crate::statistics::show::{Writer, total};
use crate::statistics::span::Span;

/// Days of which the page tells the views.
const DAYS: i64 = 7;

/// What there is of everything that the page speaks of.
#[derive(sqlx::FromRow)]
struct Counts {
    products: i64,
    media: i64,
    stores: i64,
    published: i64,
    people: i64,
    invited: i64,
    panoramas: i64,
    shops: i64,
    addresses: i64,
}

const COUNTS: &str = "SELECT (SELECT COUNT(*) FROM product WHERE organisation_id = $1) AS products,
    (SELECT COUNT(*) FROM media WHERE organisation_id = $1 AND purged_us IS NULL) AS media,
    (SELECT COUNT(*) FROM store WHERE organisation_id = $1) AS stores,
    (SELECT COUNT(*) FROM store WHERE organisation_id = $1 AND current_revision IS NOT NULL) AS published,
    (SELECT COUNT(DISTINCT account_id) FROM membership WHERE organisation_id = $1) AS people,
    (SELECT COUNT(*) FROM one_time_link WHERE organisation_id = $1 AND purpose = 'invitation' AND used_us IS NULL
        AND expires_us > $2) AS invited,
    (SELECT COUNT(*) FROM pyramid WHERE organisation_id = $1) AS panoramas,
    (SELECT COUNT(*) FROM shop WHERE organisation_id = $1) AS shops,
    (SELECT COUNT(*) FROM shop WHERE organisation_id = $1 AND address NOT IN ('', '{}')) AS addresses";

/// The page.
pub async fn page(State(app): State<App>, visit: Visit, actor: Actor) -> Result<Response> {
    let counts: Counts = on_engine!(app.db, conn => sqlx::query_as(COUNTS).bind(actor.tenant.id())
        .bind(app.clock.now_us()).fetch_one(conn).await?);
    let texts = app.pages.texts(&visit.lang);
    let steps: Vec<Value> = steps(&counts)
        .into_iter()
        .filter(|step| actor.may(step.right))
        .map(|step| context! { name => step.name, entry => step.entry, is_done => step.is_done })
        .collect();
    let done = steps.iter().filter(|step| step.get_attr("is_done").is_ok_and(|done| done.is_true())).count();
    // One step alone is no way to go: whoever may do little has nothing to begin.
    let steps = if steps.len() > 1 && done < steps.len() { steps } else { Vec::new() };
    let lang = visit.lang.clone();
    let counted = context! {
        products => number(counts.products, &lang), media => number(counts.media, &lang),
        stores => number(counts.stores, &lang), people => number(counts.people, &lang),
        shops => number(counts.shops, &lang),
    };
    let week = if actor.may(Right::ReadStatistics) && counts.published > 0 {
        Some(week(&app, &actor, &Writer { lang: &visit.lang, texts: &texts }).await?)
    } else {
        None
    };
    let page = context! {
        counts => counted, steps, done, week, name => &actor.name,
        // An entry of the navigation without a word here has none.
        about => Value::from_function(move |entry: &str| {
            texts.known(&format!("overview.about.{entry}")).unwrap_or_default().to_owned()
        }),
    };
    visit.page(&app, "accounts/overview.html", page)
}

/// Something that has to be done before shoppers come.
struct Step {
    /// Of the text `overview.step.{name}`.
    name: &'static str,
    /// The entry of the navigation where it is done.
    entry: &'static str,
    right: Right,
    is_done: bool,
}

/// In the order in which one does them; what exists is done, whoever did it.
fn steps(counts: &Counts) -> [Step; 4] {
    let step = |name, entry, right, is_done| Step { name, entry, right, is_done };
    [
        step("shop", "shops", Right::ManageShop, counts.addresses > 0),
        step("panorama", "media", Right::WriteMedia, counts.panoramas > 0),
        step("publish", "stores", Right::WriteStores, counts.published > 0),
        step("people", "people", Right::ManagePeople, counts.people > 1 || counts.invited > 0),
    ]
}

/// Views of the last days, and how they differ from those before.
async fn week(app: &App, actor: &Actor, writer: &Writer<'_>) -> Result<Value> {
    let scope = Scope::of(app, actor, &Asked::default()).await?;
    let span = Span::ending(scope.today, DAYS);
    let (now, before) =
        (by_day(app, actor, &scope, span).await?.totals, by_day(app, actor, &scope, span.before()).await?.totals);
    let figure = |metric: Metric| {
        let (now, before) = (total(metric, &now), total(metric, &before));
        context! {
            name => metric.name(),
            value => now.map_or_else(|| "–".to_owned(), |now| writer.value(metric, now)),
            change => now.zip(before).map(|(now, before)| writer.change(now, before)),
        }
    };
    Ok(context! { figures => Metric::ALL.map(figure).to_vec() })
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use crate::accounts::actor::Tenant;
    use crate::accounts::rights::Role;
    use crate::ids::DEFAULT_ORGANISATION;
    use crate::testing::on_both;

    on_both! {
        async fn the_list_ticks_itself_and_goes_when_all_is_done(test: TestApp) {
            let owner = test.owner().await;
            let ticks = async |person: &crate::testing::Person<'_>| {
                let page = person.get("/app").await;
                assert_eq!(page.status, StatusCode::OK);
                let text = page.text();
                (text.matches("class=\"step done\"").count(), text.matches("class=\"step\"").count())
            };
            assert_eq!(ticks(&owner).await, (0, 4));
            owner.post("/app/people/invitations", &[("email", "chen@example.org"), ("role", "staff")]).await;
            assert_eq!(ticks(&owner).await, (1, 3));
            let here = Tenant::of(DEFAULT_ORGANISATION);
            let (merchant, staff, marketer) = (test.person(here, Role::Merchant).await, test.person(here, Role::Staff).await,
                test.person(here, Role::Marketer).await);
            assert_eq!(ticks(&merchant).await, (0, 3), "people are the owner's");
            assert_eq!(ticks(&staff).await, (0, 0), "nothing for staff to begin");
            assert!(!marketer.get("/app").await.text().contains("class=\"week"), "nothing is public yet");
            test.seed().await;
            assert_eq!(ticks(&owner).await, (0, 0));
            let text = marketer.get("/app").await.text();
            assert!(text.contains("class=\"week") && text.contains("href=\"/app/statistics\""), "{text}");
            assert!(!staff.get("/app").await.text().contains("class=\"week"));
        }
    }
}
