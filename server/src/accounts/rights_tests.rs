//! Every line of the table of addresses, asked by everybody: whom it names is served, whom it does not name is refused, and a
//! stranger's organisation cannot tell what is ours from what does not exist.

use axum::http::{Method, StatusCode};

use super::actor::Tenant;
use super::gate::Who;
use super::rights::Role;
use super::walk::{NOTHING, World, ask, said};
use crate::http::Kind;
use crate::ids::DEFAULT_ORGANISATION;
use crate::routes::{Route, table};
use crate::testing::on_both;

on_both! {
    async fn every_line_of_the_table_serves_whom_it_names_and_tells_nobody_else_anything(test: TestApp) {
        test.seed().await;
        let here = Tenant::of(DEFAULT_ORGANISATION);
        let mut people = Vec::new();
        for role in Role::ALL {
            people.push((role, test.person(here, role).await));
        }
        let stranger = test.stranger().await;
        let ours = World::make(&test, &people[0].1, "secret").await;
        let owner = ours.owner;
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

            for (role, person) in people.iter().rev() {
                let may = match route.who {
                    Who::May(right) => role.has(right),
                    _ => true,
                };
                if !may {
                    let answer = ask(&test, route, &path, &body, Some(person)).await;
                    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{line} for {}", role.name());
                    assert!(!answer.text().contains("secret-"), "{line} tells {}", role.name());
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
                    refused.push(format!("{line} for {}: {} {}", role.name(), answer.status, answer.text()));
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
