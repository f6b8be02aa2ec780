//! The shop's details, as whoever fills them in meets them.

use axum::http::StatusCode;
use uuid::Uuid;

use crate::on_engine;
use crate::testing::{Answer, Person, TestApp, on_both};

const DETAILS: [(&str, &str); 12] = [
    ("name-en", "Lane shop"),
    ("name-zh-TW", "巷口"),
    ("address-zh-TW", "巷口街 8 號"),
    ("phone", "+886 2 5550 0123"),
    ("email", "shop@example.org"),
    ("other-name-0", "Facebook"),
    ("other-text-0", "lane.shop"),
    ("opens-mon-0", "09:00"),
    ("closes-mon-0", "12:00"),
    ("opens-mon-1", "13:00"),
    ("closes-mon-1", "18:00"),
    ("time_zone", "Asia/Taipei"),
];

/// The form as the page shows it, with some fields typed over.
async fn send(owner: &Person<'_>, at: &str, seen: Option<&str>, typed: &[(&str, &str)]) -> Answer {
    let mut fields: Vec<(&str, &str)> = DETAILS.to_vec();
    fields.push(("currency", "TWD"));
    for (name, value) in typed {
        fields.retain(|(of, _)| of != name);
        fields.push((name, value));
    }
    fields.extend(seen.map(|seen| ("seen", seen)));
    owner.post(at, &fields).await
}

fn seen(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"seen\" value=\"").expect("the page names the state that it shows");
    rest.split('"').next().unwrap().to_owned()
}

async fn audited(test: &TestApp) -> Vec<String> {
    on_engine!(test.app.db, conn => sqlx::query_scalar("SELECT action FROM audit WHERE action LIKE 'shop.%' ORDER BY action")
        .fetch_all(conn).await.unwrap())
}

on_both! {
    async fn a_shop_is_made_and_changed_and_faults_are_shown(test: TestApp) {
        let owner = test.owner().await;
        assert!(owner.get("/app/shop").await.text().contains("Your shop"));
        let wrong = send(&owner, "/app/shop", None, &[
            ("name-en", ""), ("name-zh-TW", ""), ("phone", "call me"), ("time_zone", "Mars/Olympus"), ("currency", "ABC"),
            ("closes-mon-0", "13:30"), ("opens-tue-0", "09:00"), ("other-text-0", ""),
        ]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let page = wrong.text();
        for fault in ["no telephone number", "not a time zone", "not a currency", "lie on each other", "Fill in both times", "This is needed"] {
            let fault = fault.replace("no telephone", "not a telephone");
            assert!(page.contains(&fault), "{fault}: {page}");
        }
        assert!(page.contains("value=\"call me\""), "what was typed stands there");
        let answer = send(&owner, "/app/shop", None, &[]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        let at = answer.header("location").to_owned();
        let page = owner.get(&at).await.text();
        assert!(page.contains("value=\"13:00\"") && page.contains("value=\"lane.shop\""), "{page}");
        let id: Uuid = at.rsplit('/').next().unwrap().parse().unwrap();
        let shop = crate::shops::find(&test.app.db, owner.tenant.id(), id).await.unwrap().unwrap();
        assert_eq!((shop.hours.len(), shop.email.as_deref()), (2, Some("shop@example.org")));
        assert_eq!(send(&owner, &at, Some(&seen(&page)), &[("phone", "02 2345 6789")]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(audited(&test).await, ["shop.added", "shop.changed"]);
        // Of another organisation there is nothing.
        let stranger = test.stranger().await;
        assert_eq!(stranger.get(&at).await.status, StatusCode::NOT_FOUND);
        assert_eq!(send(&stranger, &at, Some("x"), &[]).await.status, StatusCode::NOT_FOUND);
    }

    async fn of_two_who_type_at_once_nobody_loses_anything(test: TestApp) {
        let owner = test.owner().await;
        let at = send(&owner, "/app/shop", None, &[]).await.header("location").to_owned();
        let first = seen(&owner.get(&at).await.text());
        assert_eq!(send(&owner, &at, Some(&first), &[("phone", "02 1111 1111")]).await.status, StatusCode::SEE_OTHER);
        let second = send(&owner, &at, Some(&first), &[("line", "@lane"), ("phone", "02 2222 2222")]).await;
        assert_eq!(second.status, StatusCode::CONFLICT);
        let page = second.text();
        assert!(page.contains("02 1111 1111") && page.contains("value=\"02 2222 2222\"") && page.contains("value=\"@lane\""), "{page}");
        assert_eq!(send(&owner, &at, Some(&seen(&page)), &[("line", "@lane")]).await.status, StatusCode::SEE_OTHER);
    }

    async fn another_currency_is_asked_for_twice_while_prices_stand_in_the_old_one(test: TestApp) {
        test.seed().await;
        let owner = test.owner().await;
        let page = owner.get("/app/shop").await.text();
        assert!(page.contains("+886 2 5550 0123"), "the one shop is shown at once: {page}");
        let (_, rest) = page.split_once("action=\"/app/shop/").unwrap();
        let at = format!("/app/shop/{}", rest.split('"').next().unwrap());
        let seen = seen(&page);
        let asked = send(&owner, &at, Some(&seen), &[("currency", "JPY")]).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(asked.text().contains("2 products have prices"), "{}", asked.text());
        let done = send(&owner, &at, Some(&seen), &[("currency", "JPY"), ("other_currency", "yes")]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER);
        // What is published says what it said; the page names the store that is behind.
        assert!(owner.get(&at).await.text().contains("still show the earlier details"));
        assert_eq!(test.get("/api/v1/stores/sample").await.json()["shop"]["currency"], "TWD");
    }
}
