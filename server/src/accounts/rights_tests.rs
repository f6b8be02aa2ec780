//! Every line of the table of addresses, asked by everybody: whom it names is served, whom it does not name is refused, and a
//! stranger's organisation cannot tell what is ours from what does not exist.

use axum::http::{Method, StatusCode};

use scene::document::LocalizedText;
use scene::published::Shop;
use uuid::Uuid;

use super::actor::{Grant, Tenant};
use super::gate::Who;
use super::rights::{Right, Role};
use super::walk::{NOTHING, World, ask, said};
use crate::http::Kind;
use crate::ids::DEFAULT_ORGANISATION;
use crate::on_engine;
use crate::routes::{Route, table};
use crate::testing::{TestApp, on_both};

/// Pages about what all shops share: nobody of one shop has anything there.
const SHARED: [&str; 4] = ["/app/people", "/app/keys", "/app/webhooks", "/app/audit"];
/// Beginnings of what is a shop's: whoever works in another one learns nothing of it.
const OF_ONE_SHOP: [&str; 5] = ["/app/stores", "/api/v1/drafts", "/app/shop", "/app/statistics", "/api/v1/statistics"];

/// Whether a line names somebody.
fn may(route: &Route, grant: Grant) -> bool {
    let (right, everywhere) = match route.who {
        Who::Public | Who::Visitor | Who::SignedIn => return true,
        Who::May(right) => (right, false),
        Who::MayEverywhere(right) => (right, true),
    };
    let is_shared = right == Right::WriteCatalogue || SHARED.iter().any(|of| route.path.starts_with(of));
    grant.role.has(right) && (grant.shop.is_none() || !(everywhere || is_shared))
}

/// For what the test says of somebody.
fn whom(grant: Grant, elsewhere: Uuid) -> String {
    let place = match grant.shop {
        None => "all shops",
        Some(shop) if shop == elsewhere => "another shop",
        Some(_) => "this shop",
    };
    format!("{} in {place}", grant.role.name())
}

/// The sample store's shop, and a second one of the organisation, without a store.
async fn shops(test: &TestApp) -> (Uuid, Uuid) {
    let first: Uuid = on_engine!(test.app.db, conn =>
        sqlx::query_scalar("SELECT shop_id FROM store WHERE slug = 'sample'").fetch_one(conn).await.unwrap());
    let shop = crate::shops::find(&test.app.db, DEFAULT_ORGANISATION, first).await.unwrap().unwrap();
    let shop = Shop { name: LocalizedText([("en".to_owned(), "Other side".to_owned())].into()), ..shop };
    let id = test.app.ids.next().unwrap();
    let mut tx = test.app.db.begin().await.unwrap();
    crate::shops::insert(&mut tx, DEFAULT_ORGANISATION, id, &shop, 0).await.unwrap();
    tx.commit().await.unwrap();
    (first, id)
}

on_both! {
    async fn every_line_of_the_table_serves_whom_it_names_and_tells_nobody_else_anything(test: TestApp) {
        test.seed().await;
        let here = Tenant::of(DEFAULT_ORGANISATION);
        let first = test.owner().await;
        let mut people = Vec::new();
        for role in Role::ALL.into_iter().skip(1) {
            people.push((Grant { role, shop: None }, test.person(here, role).await));
        }
        let stranger = test.stranger().await;
        let ours = World::make(&test, &first, "secret").await;
        let owner = ours.owner;
        let (shop, elsewhere) = shops(&test).await;
        for shop in [shop, elsewhere].map(Some) {
            for role in Role::ALL {
                people.push((Grant { role, shop }, test.person_in(here, role, shop).await));
            }
        }
        let mut all = vec![(Grant { role: Role::Owner, shop: None }, &first)];
        all.extend(people.iter().map(|(grant, person)| (*grant, person)));
        let table = table();
        // Signing out comes last: after it nobody is there to be refused.
        let is_last = |route: &&Route| route.path == "/app/sign-out";
        let gated = table.iter().filter(|route| !matches!(route.who, Who::Public | Who::Visitor));
        let (last, rest): (Vec<_>, Vec<_>) = gated.partition(is_last);
        assert!(last.len() == 1 && rest.len() > 100);
        let mut refused = Vec::new();
        for route in rest.into_iter().chain(last) {
            let id = ours.id(route, owner).await;
            let path = ours.path(route, &id);
            let body = ours.body(route, owner).await;
            let line = format!("{} {}", route.method, route.path);

            let nobody = ask(&test, route, &path, &body, None).await;
            let expected = match (route.kind, route.method.as_str()) {
                (Kind::Html, "GET") => StatusCode::SEE_OTHER,
                _ => StatusCode::UNAUTHORIZED,
            };
            assert_eq!(nobody.status, expected, "{line} for nobody");
            let told = nobody.text().replace(body.1.as_str(), "");
            assert!(!told.contains("secret-") || body.1.contains("secret-"), "{line} tells nobody something: {told}");

            // Of another organisation: what is ours and what does not exist are the same to them, to the letter.
            let varies = route.path.contains("{id}") || route.path.contains("{pyramid}");
            let other = ask(&test, route, &path, &body, Some(&stranger)).await;
            assert!(!other.status.is_server_error(), "{line} for a stranger: {}", other.text());
            assert!(!other.text().contains("secret-") && !other.text().contains(&owner.email), "{line} tells a stranger: {}", other.text());
            if varies {
                let missing = ours.missing(route);
                let nothing = ask(&test, route, &missing, &body, Some(&stranger)).await;
                assert_eq!(said(&other, &id, &path), said(&nothing, NOTHING, &missing), "{line} for a stranger");
                assert!(other.status.is_client_error(), "{line} for a stranger: {}", other.status);
            }
            if route.path != "/app/sign-out" {
                assert_eq!(stranger.get("/app").await.status, StatusCode::OK, "{line} ends somebody's session");
            }

            for &(grant, person) in all.iter().rev() {
                let whom = whom(grant, elsewhere);
                if !may(route, grant) {
                    let answer = ask(&test, route, &path, &body, Some(person)).await;
                    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{line} for {whom}");
                    assert!(!answer.text().contains("secret-"), "{line} tells {whom}");
                    continue;
                }
                if grant.shop == Some(elsewhere) && OF_ONE_SHOP.iter().any(|of| route.path.starts_with(of)) {
                    let answer = ask(&test, route, &path, &body, Some(person)).await;
                    assert!(!answer.status.is_server_error(), "{line} for {whom}: {}", answer.text());
                    if varies {
                        let missing = ours.missing(route);
                        let nothing = ask(&test, route, &missing, &body, Some(person)).await;
                        assert_eq!(said(&answer, &id, &path), said(&nothing, NOTHING, &missing), "{line} for {whom}");
                        assert!(answer.status.is_client_error(), "{line} for {whom}: {}", answer.status);
                    }
                    let told = answer.text().replace(&path, "");
                    assert!(!told.contains("sample") && !told.contains("Sample shop"), "{line} tells {whom}: {told}");
                    continue;
                }
                let path = ours.path(route, &ours.id(route, person).await);
                let body = ours.body(route, person).await;
                let answer = ask(&test, route, &path, &body, Some(person)).await;
                // What is typed may be wrong, or come too late; refused, not found or broken it is not.
                let is_refused = matches!(
                    answer.status,
                    StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED
                );
                let is_unread = route.method == Method::GET && answer.status != StatusCode::OK;
                if is_refused || is_unread || answer.status.is_server_error() {
                    refused.push(format!("{line} for {whom}: {} {}", answer.status, answer.text()));
                }
                if route.path.contains("/stores/") || route.path.starts_with("/api/v1/drafts") {
                    ours.mend().await;
                }
            }
        }
        assert!(refused.is_empty(), "{refused:#?}");
        assert_eq!(stranger.get("/app").await.status, StatusCode::SEE_OTHER, "the stranger signed out");
    }
}
