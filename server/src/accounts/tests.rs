//! Accounts as people and attackers meet them.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use uuid::Uuid;

use crate::accounts::rights::{Right, Role};
use crate::accounts::{api_keys, sign_in, start};
use crate::clock::DAY_US;
use crate::on_engine;
use crate::testing::{Answer, PASSWORD, Person, TestApp, on_both};

/// The token behind `link=` in a page or a line of the log.
fn token(text: &str) -> String {
    let (_, rest) = text.split_once("link=").expect("a link");
    rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-' || *c == '_').collect()
}

fn cookie(answer: &Answer) -> String {
    let mut all = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    let session = all.rfind(|text| text.starts_with("vitrine=")).expect("a session");
    session.split(';').next().unwrap().to_owned()
}

/// The cookie with what the next page says first.
fn flash(answer: &Answer) -> String {
    let mut all = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    all.find(|text| !text.starts_with("vitrine=")).expect("a flash").split(';').next().unwrap().to_owned()
}

async fn membership(test: &TestApp, of: &Person<'_>) -> Uuid {
    on_engine!(test.app.db, conn => sqlx::query_scalar("SELECT id FROM membership WHERE account_id = $1")
        .bind(of.account).fetch_one(conn).await.unwrap())
}

async fn role(test: &TestApp, membership: Uuid) -> String {
    on_engine!(test.app.db, conn => sqlx::query_scalar("SELECT role FROM membership WHERE id = $1")
        .bind(membership).fetch_one(conn).await.unwrap())
}

async fn audited(test: &TestApp) -> Vec<String> {
    // Sorted: the clock stands still in tests, and ids of one instant have no order.
    on_engine!(test.app.db, conn => sqlx::query_scalar("SELECT action FROM audit ORDER BY action").fetch_all(conn).await.unwrap())
}

on_both! {
    async fn the_first_owner_begins_with_the_link_of_the_log_and_invites_staff(test: TestApp) {
        let link = start::offer(&test.app).await.unwrap().expect("nobody is there yet");
        let first = token(&link);
        // A second start makes another link, and ends the first.
        let link = token(&start::offer(&test.app).await.unwrap().unwrap());
        assert_eq!(test.get(&format!("/app/start?link={first}")).await.status, StatusCode::GONE);
        assert_eq!(test.get(&format!("/app/start?link={link}")).await.status, StatusCode::OK);

        let weak = [("link", &*link), ("organisation", "巷口"), ("name", "Lin"), ("email", "Lin@Example.org"), ("password", "1234567890")];
        let answer = test.post("/app/start", &weak).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text().contains("among the first") && answer.text().contains("巷口"), "{}", answer.text());
        let fine: Vec<_> = weak.iter().map(|(name, value)| (*name, if *name == "password" { PASSWORD } else { value })).collect();
        let answer = test.post("/app/start", &fine).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/app"), "{}", answer.text());
        let owner = cookie(&answer);
        let page = test.get_with("/app", &[("cookie", &owner)]).await;
        assert!(page.text().contains("Hello, Lin") && page.text().contains("巷口"), "{}", page.text());
        assert_eq!(page.header("cache-control"), "private, no-store");
        // Once is once, and nobody begins where somebody is.
        assert_eq!(test.post("/app/start", &fine).await.status, StatusCode::GONE);
        assert_eq!(start::offer(&test.app).await.unwrap(), None);

        let request = Request::post("/app/people/invitations").header("cookie", &owner).header("origin", test.origin());
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = test.send(request.body(Body::from("email=chen%40example.org&role=staff")).unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let invitation = token(&answer.text());
        let join = [("link", &*invitation), ("name", "Chen"), ("password", PASSWORD)];
        assert!(test.get(&format!("/app/join?link={invitation}")).await.text().contains("chen@example.org"));
        let answer = test.post("/app/join", &join).await;
        let staff = cookie(&answer);
        assert_eq!(test.get_with("/app", &[("cookie", &staff)]).await.status, StatusCode::OK);
        assert_eq!(test.get_with("/app/people", &[("cookie", &staff)]).await.status, StatusCode::FORBIDDEN);
        assert_eq!(test.post("/app/join", &join).await.status, StatusCode::GONE);
        assert_eq!(audited(&test).await, ["account.joined", "account.started", "person.invited"]);
    }

    async fn a_link_ends_after_its_time(test: TestApp) {
        let link = token(&start::offer(&test.app).await.unwrap().unwrap());
        test.advance(Duration::from_secs(3601));
        assert_eq!(test.get(&format!("/app/start?link={link}")).await.status, StatusCode::GONE);
        let owner = test.owner().await;
        let answer = owner.post("/app/people/invitations", &[("email", "a@example.org"), ("role", "staff")]).await;
        let link = token(&answer.text());
        test.advance(Duration::from_micros(7 * DAY_US as u64));
        assert_eq!(test.get(&format!("/app/join?link={link}")).await.status, StatusCode::GONE);
    }

    async fn signing_in_tells_strangers_nothing_and_tires_of_guessing(test: TestApp) {
        let owner = test.owner().await;
        let right = [("email", owner.email.as_str()), ("password", PASSWORD), ("next", "/app/people")];
        let answer = test.post("/app/sign-in", &right).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/app/people"));
        let wrong = test.post("/app/sign-in", &[("email", owner.email.as_str()), ("password", "seven wet umbrella")]).await;
        let nobody = test.post("/app/sign-in", &[("email", "nobody@example.org"), ("password", PASSWORD)]).await;
        assert_eq!((wrong.status, nobody.status), (StatusCode::UNPROCESSABLE_ENTITY, StatusCode::UNPROCESSABLE_ENTITY));
        assert_eq!(wrong.text().replace(&owner.email, "…"), nobody.text().replace("nobody@example.org", "…"));
        let mut refused = 0;
        for _ in 0..12 {
            let answer = test.post("/app/sign-in", &[("email", owner.email.as_str()), ("password", "no")]).await;
            refused += u32::from(answer.status == StatusCode::TOO_MANY_REQUESTS);
        }
        assert!(refused >= 3, "{refused}");
        let answer = test.post("/app/sign-in", &right).await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(!answer.header("retry-after").is_empty());
        // Whoever guesses keeps nobody else out: not the owner elsewhere, nor one who is signed in.
        let elsewhere = test.post_from("198.51.100.9", "/app/sign-in", &right).await;
        assert_eq!(elsewhere.status, StatusCode::SEE_OTHER, "{}", elsewhere.text());
        let fresh = [("old_password", PASSWORD), ("password", "twelve dry raincoats")];
        assert_eq!(owner.post("/app/me/password", &fresh).await.header("location"), "/app/me");
        test.advance(Duration::from_mins(10));
        let right = [("email", owner.email.as_str()), ("password", "twelve dry raincoats")];
        assert_eq!(test.post("/app/sign-in", &right).await.status, StatusCode::SEE_OTHER);
    }

    async fn many_networks_that_guess_at_once_are_counted_together(test: TestApp) {
        let mut admitted = 0;
        for network in 0..40 {
            for host in 0..10 {
                // One customer's addresses of IPv6 are one network.
                let address = format!("2001:db8:{network:x}:{host:x}::1").parse().unwrap();
                admitted += u32::from(sign_in::admit(&test.app, "lin@example.org", address).await.is_ok());
            }
        }
        assert_eq!(admitted, 200);
        let (one, other) = ("2001:db8:ffff::1".parse().unwrap(), "2001:db8:ffff:1::1".parse().unwrap());
        for address in [one, other].repeat(5) {
            sign_in::admit(&test.app, "chen@example.org", address).await.unwrap();
        }
        assert!(sign_in::admit(&test.app, "chen@example.org", one).await.is_err(), "the network's are used up");
    }

    async fn strangers_answers_to_no_question_are_counted(test: TestApp) {
        let mut statuses = Vec::new();
        for _ in 0..25 {
            let body = serde_json::json!({ "id": Uuid::from_u128(7), "credential": {} }).to_string();
            let request = Request::post("/api/v1/passkeys/sign-in").header("origin", test.origin());
            let request = request.header("content-type", "application/json").body(Body::from(body)).unwrap();
            statuses.push(test.send(request).await.status);
        }
        assert_eq!(statuses.first(), Some(&StatusCode::BAD_REQUEST));
        assert_eq!(statuses.last(), Some(&StatusCode::TOO_MANY_REQUESTS));
    }

    async fn an_invitation_without_anything_in_it_says_what_is_missing(test: TestApp) {
        let owner = test.owner().await;
        let answer = owner.post("/app/people/invitations", &[]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text());
        assert!(answer.text().contains("email-wrong"), "{}", answer.text());
    }

    async fn a_form_that_was_open_while_the_session_ended_is_kept(test: TestApp) {
        let owner = test.owner().await;
        assert_eq!(owner.post("/app/sign-out", &[]).await.header("location"), "/app/sign-in");
        assert_eq!(owner.get("/app/people").await.header("location"), "/app/sign-in?next=%2Fapp%2Fpeople");
        let answer = owner.post("/app/people/invitations", &[("email", "wang@example.org"), ("role", "marketer")]).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert!(answer.text().contains("what you typed is kept"));
        let body = "email=wang%40example.org&role=marketer";
        assert!(answer.text().contains(&body.replace('&', "&amp;")), "{}", answer.text());
        let again = [("email", owner.email.as_str()), ("password", PASSWORD), ("next", "/app/people/invitations"), ("resume", body)];
        let answer = test.post("/app/sign-in", &again).await;
        let page = answer.text();
        assert!(page.contains(r#"action="/app/people/invitations""#), "{page}");
        assert!(page.contains(r#"name="email" value="wang@example.org""#) && page.contains(r#"value="marketer""#), "{page}");
        let elsewhere = [("email", owner.email.as_str()), ("password", PASSWORD), ("next", "//evil.example"), ("resume", body)];
        assert!(test.post("/app/sign-in", &elsewhere).await.text().contains(r#"action="/app""#));
    }

    async fn other_sites_send_nothing_in_somebodys_name(test: TestApp) {
        let owner = test.owner().await;
        for origin in [Some("https://evil.example"), Some("null"), None] {
            let mut request = Request::post("/app/sign-out").header("cookie", &owner.cookie);
            if let Some(origin) = origin {
                request = request.header("origin", origin);
            }
            let answer = test.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{origin:?}");
        }
        assert_eq!(owner.get("/app").await.status, StatusCode::OK, "still signed in");
    }

    async fn sessions_are_seen_and_ended(test: TestApp) {
        let owner = test.owner().await;
        let request = [("email", owner.email.as_str()), ("password", PASSWORD)];
        let phone = cookie(&test.post("/app/sign-in", &request).await);
        let sessions: Vec<String> = on_engine!(test.app.db, conn =>
            sqlx::query_scalar("SELECT LOWER(HEX(token_sha256)) FROM session").fetch_all(conn).await).unwrap_or_default();
        let secret = phone.split_once('=').unwrap().1;
        assert!(sessions.iter().all(|kept| !kept.contains(secret)), "only the hash is kept");
        assert_eq!(owner.post("/app/me/sessions/end-others", &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(test.get_with("/app", &[("cookie", &phone)]).await.status, StatusCode::SEE_OTHER, "the phone is out");
        assert_eq!(owner.get("/app").await.status, StatusCode::OK);
        test.advance(Duration::from_hours(31 * 24));
        assert_eq!(owner.get("/app").await.status, StatusCode::SEE_OTHER, "a month of silence ends a session");
    }

    async fn a_sign_in_gives_a_fresh_session_and_ends_the_one_before(test: TestApp) {
        let owner = test.owner().await;
        let answer = owner.post("/app/sign-in", &[("email", &owner.email), ("password", PASSWORD)]).await;
        let fresh = cookie(&answer);
        assert_ne!(fresh, owner.cookie, "a cookie that somebody put there is worth nothing");
        assert_eq!(owner.get("/app").await.status, StatusCode::SEE_OTHER);
        assert_eq!(test.get_with("/app", &[("cookie", &fresh)]).await.status, StatusCode::OK);
        // The address of a link holds its token; no Referer repeats it.
        assert_eq!(test.get("/app/join?link=x").await.header("referrer-policy"), "strict-origin");
    }

    async fn a_new_password_needs_the_old_one_or_a_link_and_ends_other_sessions(test: TestApp) {
        let owner = test.owner().await;
        let staff = test.person(owner.tenant, Role::Staff).await;
        let fresh = "twelve dry raincoats";
        let wrong = staff.post("/app/me/password", &[("old_password", "no idea at all"), ("password", fresh)]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let id = membership(&test, &staff).await;
        let link = token(&owner.post(&format!("/app/people/{id}/password"), &[]).await.text());
        let answer = test.post("/app/new-password", &[("link", &link), ("password", fresh)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        assert_eq!(staff.get("/app").await.status, StatusCode::SEE_OTHER, "whoever was signed in is out");
        let old = test.post("/app/sign-in", &[("email", staff.email.as_str()), ("password", PASSWORD)]).await;
        let new = test.post("/app/sign-in", &[("email", staff.email.as_str()), ("password", fresh)]).await;
        assert_eq!((old.status, new.status), (StatusCode::UNPROCESSABLE_ENTITY, StatusCode::SEE_OTHER));
    }

    async fn whoever_owns_one_shop_does_not_take_over_the_others(test: TestApp) {
        let owner = test.owner().await;
        for name in ["Lane 8", "Lane 9"] {
            let fields = [("name-en", name), ("time_zone", "Asia/Taipei"), ("currency", "TWD")];
            assert_eq!(owner.post("/app/shop", &fields).await.status, StatusCode::SEE_OTHER);
        }
        let shop: Uuid = on_engine!(test.app.db, conn => sqlx::query_scalar("SELECT id FROM shop ORDER BY id LIMIT 1")
            .fetch_one(conn).await.unwrap());
        // Nobody is invited as one, and nobody becomes one.
        let typed = shop.to_string();
        let invitation = [("email", "chen@example.org"), ("role", "owner"), ("shop", typed.as_str())];
        let answer = owner.post("/app/people/invitations", &invitation).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let page = answer.text();
        assert!(page.contains("An owner owns all shops") && page.contains("chen@example.org"), "{page}");
        let merchant = test.person_in(owner.tenant, Role::Merchant, Some(shop)).await;
        let id = membership(&test, &merchant).await;
        owner.post(&format!("/app/people/{id}/role"), &[("role", "owner")]).await;
        assert_eq!(role(&test, id).await, "merchant");
        owner.post(&format!("/app/people/{id}/role"), &[("role", "staff")]).await;
        assert_eq!(role(&test, id).await, "staff");

        // One from before owns nothing that all shops share.
        let small = test.person_in(owner.tenant, Role::Owner, Some(shop)).await;
        let boss = membership(&test, &owner).await;
        for path in ["/app/people", "/app/keys", "/app/webhooks", "/app/audit", "/app/products/new", "/app/shop/new"] {
            assert_eq!(small.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
        }
        assert_eq!(small.get(&format!("/app/shop/{shop}")).await.status, StatusCode::OK);
        let page = small.get("/app").await.text();
        assert!(page.contains("/app/stores") && !page.contains("/app/people"), "{page}");
        let answer = small.post(&format!("/app/people/{boss}/password"), &[]).await;
        assert_eq!((answer.status, answer.text().contains("link=")), (StatusCode::FORBIDDEN, false));
        let everywhere = [("email", "me@example.org"), ("role", "owner")];
        assert_eq!(small.post("/app/people/invitations", &everywhere).await.status, StatusCode::FORBIDDEN);
        let key = [("name", "Till"), ("scope", "catalogue:write"), ("days", "30")];
        assert_eq!(small.post("/app/keys", &key).await.status, StatusCode::FORBIDDEN);
    }

    async fn an_open_session_adds_no_passkey_and_a_reset_shows_those_there_are(test: TestApp) {
        let owner = test.owner().await;
        let staff = test.person(owner.tenant, Role::Staff).await;
        let ask = async |body: &str| staff.send("POST", "/api/v1/passkeys/registration", "application/json", body.to_owned()).await;
        for body in ["{}", r#"{"password": "no idea at all"}"#] {
            let answer = ask(body).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
            assert_eq!(answer.json()["errors"][0]["path"], "password", "{body}");
        }
        let answer = ask(&format!(r#"{{"password": "{PASSWORD}"}}"#)).await;
        assert_ne!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text());

        let key = test.app.ids.next().unwrap();
        let mut tx = test.app.db.begin().await.unwrap();
        on_engine!(tx, conn => sqlx::query(
            "INSERT INTO passkey (credential_id, id, account_id, name, credential, created_us) VALUES ($1, $2, $3, 'A device', '{}', 0)",
        ).bind(key.as_bytes().to_vec()).bind(key).bind(staff.account).execute(conn).await.map(drop).unwrap());
        tx.commit().await.unwrap();
        let id = membership(&test, &staff).await;
        let link = token(&owner.post(&format!("/app/people/{id}/password"), &[]).await.text());
        let answer = test.post("/app/new-password", &[("link", &link), ("password", "twelve dry raincoats")]).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/app/me#passkeys"));
        let cookies = format!("{}; {}", cookie(&answer), flash(&answer));
        let page = test.get_with("/app/me", &[("cookie", &cookies)]).await.text();
        assert!(page.contains("A device") && page.contains("remove each that you do not know"), "{page}");
        assert!(page.contains(&format!("/app/me/passkeys/{key}/remove")), "{page}");
    }

    async fn the_last_owner_stays(test: TestApp) {
        let owner = test.owner().await;
        let id = membership(&test, &owner).await;
        owner.post(&format!("/app/people/{id}/remove"), &[]).await;
        owner.post(&format!("/app/people/{id}/role"), &[("role", "staff")]).await;
        assert_eq!(owner.get("/app/people").await.status, StatusCode::OK, "still the owner");
        // With a second one, the first may go; its session goes with it.
        let merchant = test.person(owner.tenant, Role::Merchant).await;
        let second = membership(&test, &merchant).await;
        owner.post(&format!("/app/people/{second}/role"), &[("role", "owner")]).await;
        owner.post(&format!("/app/people/{id}/remove"), &[]).await;
        assert_eq!(owner.get("/app").await.status, StatusCode::SEE_OTHER, "out");
        assert_eq!(merchant.get("/app/people").await.status, StatusCode::OK);
    }

    async fn a_key_does_what_its_scopes_say_until_it_ends(test: TestApp) {
        let owner = test.owner().await;
        let answer = owner.post("/app/keys", &[("name", "Till"), ("scope", "catalogue:read"), ("days", "30")]).await;
        let page = answer.text();
        let key = page.split("value=\"vitrine_").nth(1).map(|rest| format!("vitrine_{}", rest.split('"').next().unwrap()));
        let key = key.expect("the key is shown once");
        assert!(!owner.get("/app/keys").await.text().contains(&key), "and not again");
        let bearer = format!("Bearer {key}");
        // No program has a person's pages, or manages people.
        for path in ["/app/me", "/app/people", "/app/keys"] {
            let answer = test.get_with(path, &[("authorization", &bearer)]).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        }
        let refused = owner.post("/app/keys", &[("name", "X"), ("scope", "people:write"), ("days", "30")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let actor = api_keys::actor(&test.app.db, &key, test.app.clock.now_us()).await.unwrap().unwrap();
        assert!(actor.may(Right::ReadCatalogue) && !actor.may(Right::WriteCatalogue));
        test.advance(Duration::from_micros(30 * DAY_US as u64 + 1));
        assert!(api_keys::actor(&test.app.db, &key, test.app.clock.now_us()).await.unwrap().is_none());
    }
}
