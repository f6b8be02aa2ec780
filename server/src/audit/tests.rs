//! The log as its reader meets it.

use std::time::Duration;

use axum::http::StatusCode;

use crate::accounts::rights::Role;
use crate::testing::on_both;

on_both! {
    async fn who_changed_what_is_there_for_the_owner_to_read_and_to_take_along(test: TestApp) {
        let owner = test.owner().await;
        owner.post("/app/keys", &[("name", "=Till"), ("scope", "catalogue:read"), ("days", "30")]).await;
        owner.post("/app/people/invitations", &[("email", "chen@example.org"), ("role", "staff")]).await;
        let page = owner.get("/app/audit").await.text();
        for part in ["Made the key", "=Till", "Invited", "chen@example.org", "catalogue:read", "owner"] {
            assert!(page.contains(part), "{part}: {page}");
        }
        let keys = owner.get("/app/audit?action=key").await.text();
        assert!(keys.contains("=Till") && !keys.contains("chen@example.org"));
        let csv = owner.get("/app/audit.csv").await;
        assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
        let text = csv.text();
        assert!(text.starts_with('\u{feff}') && text.contains("\"'=Till\"") && text.contains("key.made"), "{text}");
        // One line a change: the owner came, the key, the invitation.
        assert_eq!(text.lines().count(), 4, "{text}");
        assert!(!owner.get("/app/audit.csv?action=key").await.text().contains("chen@example.org"));
        let shown = async |query: &str| {
            let text = owner.get(&format!("/app/audit.csv?{query}")).await.text();
            text.lines().skip(1).map(|line| line.split(',').nth(2).unwrap().replace('"', "")).collect::<Vec<_>>()
        };
        assert_eq!(shown("action=key.made").await, ["key.made"]);
        assert_eq!(shown("subject=%3Dtill").await, ["key.made"], "a part of its name, however it is written");
        assert_eq!(shown("subject=%25").await, Vec::<String>::new(), "a sign, no wildcard");
        assert_eq!(shown(&format!("who={}&action=person", owner.account)).await, ["person.invited"]);
        assert_eq!(shown("who=server").await, Vec::<String>::new());
        assert_eq!(shown("from=2026-11-21&until=2026-11-21").await.len(), 3);
        assert_eq!(shown("from=2026-11-22").await.len() + shown("until=2026-11-20").await.len(), 0);
        let one = keys.split_once("subject_id=").unwrap().1.split('"').next().unwrap();
        assert_eq!(shown(&format!("subject_id={one}")).await, ["key.made"]);
        assert_eq!(owner.get("/app/audit?from=soon").await.status, StatusCode::BAD_REQUEST);
        assert!(owner.get("/app/audit?who=server").await.text().contains("Nothing fits"), "and the page says so");
        let merchant = test.person(owner.tenant, Role::Merchant).await;
        assert_eq!(merchant.get("/app/audit.csv").await.status, StatusCode::FORBIDDEN);
        assert!(!test.stranger().await.get("/app/audit").await.text().contains("=Till"));
    }

    async fn a_long_log_goes_on_page_by_page(test: TestApp) {
        let owner = test.owner().await;
        for number in 0..60 {
            test.advance(Duration::from_secs(1));
            owner.post("/app/keys", &[("name", &format!("Key {number};")), ("scope", "media:read"), ("days", "30")]).await;
        }
        let first = owner.get("/app/audit").await.text();
        assert!(first.contains("Key 59;") && first.contains("Key 10;") && !first.contains("Key 9;"), "{first}");
        let (_, rest) = first.split_once("before=").expect("a way on");
        let second = owner.get(&format!("/app/audit?before={}", rest.split(['"', '&']).next().unwrap())).await.text();
        assert!(second.contains("Key 9;") && second.contains("Key 0;") && !second.contains("Key 10;"), "{second}");
        assert_eq!(owner.get("/app/audit.csv").await.text().lines().count(), 62);
    }
}
