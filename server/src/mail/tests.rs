//! Mails as the mail server gets them.

use std::time::Duration;

use axum::http::StatusCode;

use super::command_line;
use super::sink::{Mood, Sink, Taken};
use crate::accounts::rights::Role;
use crate::jobs::{HANDLERS, Lane, run_due, sql};
use crate::on_engine;
use crate::testing::{PASSWORD, TestApp, on_both};

const FRESH: &str = "twelve dry raincoats";

async fn with_mails(test: TestApp) -> (TestApp, Sink) {
    let sink = Sink::start().await;
    (test.again_with(&sink.settings()).await, sink)
}

async fn post(test: &TestApp, sink: &Sink) -> Vec<Taken> {
    run_due(&test.app, HANDLERS).await;
    sink.take()
}

async fn payloads(test: &TestApp) -> Vec<String> {
    on_engine!(test.app.db, conn => sqlx::query_scalar("SELECT payload FROM job ORDER BY id").fetch_all(conn).await.unwrap())
}

on_both! {
    async fn whoever_forgot_the_password_gets_a_link_that_works_once(test: TestApp) {
        let (test, sink) = with_mails(test).await;
        let owner = test.owner().await;
        assert!(test.get("/app/sign-in").await.text().contains(r#"href="/app/forgot""#));
        let asked = test.post("/app/forgot", &[("email", &owner.email.to_uppercase())]).await;
        assert_eq!((asked.status, asked.header("location")), (StatusCode::SEE_OTHER, "/app/forgot?sent=true"));
        // What waits to be sent holds neither a token nor an address.
        let waits = payloads(&test).await.join("\n");
        assert!(!waits.contains('@') && !waits.contains("link="), "{waits}");
        let mails = post(&test, &sink).await;
        let [mail] = mails.as_slice() else { panic!("{mails:?}") };
        assert_eq!((mail.from.as_str(), mail.to.as_str()), ("shop@example.org", owner.email.as_str()));
        assert_eq!(mail.hello, "[127.0.0.1]");
        assert_eq!(mail.message().from().unwrap().first().unwrap().name(), Some("巷口"));
        assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
        assert_eq!(mail.message().date().unwrap().to_rfc3339(), "2026-11-21T12:00:00Z");
        let id = mail.message().message_id().unwrap().to_owned();
        assert!(id.ends_with("@127.0.0.1"), "{id}");
        let path = mail.path(&test.origin());
        assert!(path.starts_with("/app/new-password?link="), "{path}");
        let html = mail.html();
        assert!(html.contains(&format!("{}{path}", test.origin())), "both parts lead to the same page: {html}");
        assert!(!html.contains("<img") && !html.contains("<script"), "nobody is told that it was read");
        assert_eq!(test.get(&path).await.status, StatusCode::OK);
        let (_, token) = path.split_once("link=").unwrap();
        // The database knows the token by its hash alone.
        let answer = test.post("/app/new-password", &[("link", token), ("password", FRESH)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        assert_eq!(owner.get("/app").await.status, StatusCode::SEE_OTHER, "whoever was signed in is out");
        assert_eq!(test.get(&path).await.status, StatusCode::GONE, "once");
        let mails = post(&test, &sink).await;
        assert_eq!(mails.iter().map(Taken::subject).collect::<Vec<_>>(), ["Your password was changed"]);
        assert!(mails[0].text().contains("Nov 21, 2026"), "{}", mails[0].text());
    }

    async fn a_reset_tells_nobody_who_has_an_account(test: TestApp) {
        let (test, sink) = with_mails(test).await;
        let owner = test.owner().await;
        let known = test.post("/app/forgot", &[("email", &owner.email)]).await;
        let unknown = test.post("/app/forgot", &[("email", "nobody@example.org")]).await;
        assert_eq!((known.status, known.header("location")), (unknown.status, unknown.header("location")));
        let jobs = payloads(&test).await;
        assert_eq!(jobs.len(), 2, "either way one row is written");
        let page = test.get("/app/forgot?sent=true").await.text();
        assert!(page.contains("If somebody here has this address"), "{page}");
        assert_eq!(post(&test, &sink).await.len(), 1);
        let states: Vec<String> = on_engine!(test.app.db, conn =>
            sqlx::query_scalar("SELECT status FROM job").fetch_all(conn).await.unwrap());
        assert_eq!(states, ["done", "done"]);
        let bad = test.post("/app/forgot", &[("email", "no address")]).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
        // Whoever has left everything has no way in either.
        let staff = test.person(owner.tenant, Role::Staff).await;
        let mut tx = test.app.db.begin().await.unwrap();
        on_engine!(tx, conn => sqlx::query("DELETE FROM membership WHERE account_id = $1").bind(staff.account)
            .execute(conn).await.map(drop).unwrap());
        tx.commit().await.unwrap();
        test.post("/app/forgot", &[("email", &staff.email)]).await;
        assert!(post(&test, &sink).await.is_empty());
    }

    async fn nobody_is_flooded_and_a_newer_mail_ends_the_older_one(test: TestApp) {
        let (test, sink) = with_mails(test).await;
        let owner = test.owner().await;
        let mut mails = Vec::new();
        for _ in 0..5 {
            let answer = test.post("/app/forgot", &[("email", &owner.email)]).await;
            assert_eq!(answer.header("location"), "/app/forgot?sent=true", "nobody is told that there were enough");
            mails.extend(post(&test, &sink).await);
        }
        assert_eq!(mails.len(), 3);
        let states: Vec<StatusCode> = {
            let mut states = Vec::new();
            for mail in &mails {
                states.push(test.get(&mail.path(&test.origin())).await.status);
            }
            states
        };
        assert_eq!(states, [StatusCode::GONE, StatusCode::GONE, StatusCode::OK]);
        // A link that the owner handed over is not ended by whoever types somebody's address.
        let staff = test.person(owner.tenant, Role::Staff).await;
        let id: uuid::Uuid = on_engine!(test.app.db, conn => sqlx::query_scalar("SELECT id FROM membership WHERE account_id = $1")
            .bind(staff.account).fetch_one(conn).await.unwrap());
        let page = owner.post(&format!("/app/people/{id}/password"), &[]).await.text();
        let (_, rest) = page.split_once("/app/new-password?link=").unwrap();
        let handed = format!("/app/new-password?link={}", rest.split('"').next().unwrap());
        test.post("/app/forgot", &[("email", &staff.email)]).await;
        let mails = post(&test, &sink).await;
        assert_eq!(mails.len(), 2, "the notice of the link, and the reset");
        assert_eq!(test.get(&handed).await.status, StatusCode::OK);
        // One address that asks for everybody is told to wait.
        let mut last = StatusCode::OK;
        for number in 0..10 {
            last = test.post("/app/forgot", &[("email", &format!("a{number}@example.org"))]).await.status;
        }
        assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    }

    async fn a_mail_server_that_is_down_holds_nobody_up_and_loses_nothing(test: TestApp) {
        let (test, sink) = with_mails(test).await;
        let owner = test.owner().await;
        sink.is(Mood::Says("451 4.3.0 out of space"));
        let changed = owner.post("/app/me/password", &[("old_password", PASSWORD), ("password", FRESH)]).await;
        assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.text());
        assert!(post(&test, &sink).await.is_empty());
        let waiting: (String, String, String) = on_engine!(test.app.db, conn => sqlx::query_as(
            "SELECT status, failure, failure_detail FROM job").fetch_one(conn).await.unwrap());
        assert_eq!((waiting.0.as_str(), waiting.1.as_str()), ("waiting", "mail_unreachable"));
        assert!(waiting.2.contains("out of space"), "{waiting:?}");
        // A worker that takes the job up and is killed: its lease ends, and another sends the mail.
        test.advance(Duration::from_secs(2));
        let now_us = test.app.clock.now_us();
        let dead = test.app.ids.next().unwrap();
        sql::claim(&test.app.db, Lane::Mail, dead, now_us, now_us + 60_000_000).await.unwrap().unwrap();
        sink.is(Mood::Takes);
        assert!(post(&test, &sink).await.is_empty(), "its lease holds");
        test.advance(Duration::from_mins(1));
        assert_eq!(post(&test, &sink).await.len(), 1);
        assert!(post(&test, &sink).await.is_empty(), "once");
    }

    async fn what_the_mail_server_refuses_for_good_is_told_with_its_reason(test: TestApp) {
        let (test, sink) = with_mails(test).await;
        let owner = test.owner().await;
        sink.is(Mood::Says("550 5.1.1 no such mailbox here"));
        let page = owner.post("/app/people/invitations", &[("email", "chen@example.org"), ("role", "staff")]).await.text();
        assert!(page.contains("on its way to chen@example.org") && page.contains("/app/join?link="), "{page}");
        assert!(owner.get("/app/people").await.text().contains("The mail is on its way."));
        assert!(post(&test, &sink).await.is_empty());
        let page = owner.get("/app/people").await.text();
        assert!(page.contains("Not mailed.") && page.contains("no such mailbox here"), "{page}");
    }

    async fn an_invitation_is_mailed_and_shown_and_counts_once(test: TestApp) {
        let (test, sink) = with_mails(test).await;
        let owner = test.owner().await;
        let invite = [("email", "chen@example.org"), ("role", "merchant")];
        let page = owner.send("POST", "/app/people/invitations?lang=zh-TW", "application/x-www-form-urlencoded",
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(invite).finish()).await.text();
        let (_, rest) = page.split_once("/app/join?link=").unwrap();
        let shown = format!("/app/join?link={}", rest.split('"').next().unwrap());
        let mails = post(&test, &sink).await;
        let [mail] = mails.as_slice() else { panic!("{mails:?}") };
        assert_eq!(mail.header("Content-Language"), "zh-TW");
        assert!(mail.subject().contains("邀請您加入"), "{}", mail.subject());
        assert!(mail.text().contains("您的角色是「") && mail.html().contains("接受邀請"), "{}", mail.text());
        let mailed = mail.path(&test.origin());
        assert_ne!(mailed, shown, "each has a token of its own");
        assert_eq!((test.get(&shown).await.status, test.get(&mailed).await.status), (StatusCode::OK, StatusCode::OK));
        let (_, token) = mailed.split_once("link=").unwrap();
        let joined = test.post("/app/join", &[("link", token), ("name", "Chen"), ("password", PASSWORD)]).await;
        assert_eq!(joined.status, StatusCode::SEE_OTHER, "{}", joined.text());
        assert_eq!((test.get(&shown).await.status, test.get(&mailed).await.status), (StatusCode::GONE, StatusCode::GONE));
        // Withdrawn before it was sent: nothing goes out.
        owner.post("/app/people/invitations", &[("email", "wang@example.org"), ("role", "staff")]).await;
        let id: uuid::Uuid = on_engine!(test.app.db, conn =>
            sqlx::query_scalar("SELECT id FROM one_time_link WHERE email = 'wang@example.org'").fetch_one(conn).await.unwrap());
        owner.post(&format!("/app/people/invitations/{id}/withdraw"), &[]).await;
        assert!(post(&test, &sink).await.is_empty());
    }

    async fn the_people_hear_of_what_happens_to_their_accounts(test: TestApp) {
        let (test, sink) = with_mails(test).await;
        let owner = test.owner().await;
        let staff = test.person(owner.tenant, Role::Staff).await;
        let id: uuid::Uuid = on_engine!(test.app.db, conn => sqlx::query_scalar("SELECT id FROM membership WHERE account_id = $1")
            .bind(staff.account).fetch_one(conn).await.unwrap());
        owner.post(&format!("/app/people/{id}/role"), &[("role", "marketer")]).await;
        owner.post(&format!("/app/people/{id}/role"), &[("role", "marketer")]).await;
        owner.post(&format!("/app/people/{id}/remove"), &[]).await;
        let mails = post(&test, &sink).await;
        let mut subjects: Vec<String> = mails.iter().map(Taken::subject).collect();
        subjects.sort();
        assert_eq!(subjects.len(), 2, "the same role again is no news: {subjects:?}");
        assert!(subjects[0].starts_with("You no longer work with") && subjects[1].starts_with("Your role at"), "{subjects:?}");
        assert!(mails.iter().all(|mail| mail.to == staff.email));
        assert!(mails.iter().any(|mail| mail.text().contains("Marketer")));
    }

    async fn without_a_mail_server_pages_say_what_to_do_instead(test: TestApp) {
        let owner = test.owner().await;
        let page = test.get("/app/forgot").await.text();
        assert!(page.contains("The owner of your shop can give you a link") && !page.contains("<form"), "{page}");
        test.post("/app/forgot", &[("email", &owner.email)]).await;
        let invited = owner.post("/app/people/invitations", &[("email", "chen@example.org"), ("role", "staff")]).await.text();
        assert!(invited.contains("Give this link to chen@example.org"), "{invited}");
        assert!(payloads(&test).await.is_empty(), "nothing waits for a server that there is not");
        let said = command_line::test(&test.app, "lin@example.org", "en").await.unwrap_err().to_string();
        assert!(said.contains("VITRINE_SMTP_HOST"), "{said}");
    }

    async fn the_settings_can_be_tried_from_the_command_line(test: TestApp) {
        let (test, sink) = with_mails(test).await;
        let said = command_line::test(&test.app, "lin@example.org", "zh-TW").await.unwrap();
        assert!(said.contains("took a mail from shop@example.org to lin@example.org"), "{said}");
        assert_eq!(sink.take()[0].subject(), "Vitrine 測試信");
        sink.is(Mood::Says("550 5.7.1 relaying denied"));
        let said = command_line::test(&test.app, "lin@example.org", "en").await.unwrap_err().to_string();
        assert!(said.contains("relaying denied") && said.contains(&sink.port.to_string()), "{said}");
        let closed: Vec<(&str, String)> = sink.settings().into_iter()
            .map(|(key, value)| (key, if key == "smtp_port" { "1".to_owned() } else { value })).collect();
        let test = test.again_with(&closed).await;
        let said = command_line::test(&test.app, "lin@example.org", "en").await.unwrap_err().to_string();
        assert!(said.contains("127.0.0.1:1") && said.to_lowercase().contains("refused"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_server_that_says_nothing_does_not_hold_other_jobs_up() {
    let (test, sink) = with_mails(TestApp::start(crate::testing::Engine::Sqlite).await).await;
    let owner = test.owner().await;
    sink.is(Mood::Hangs);
    test.post("/app/forgot", &[("email", &owner.email)]).await;
    let app = test.app.clone();
    let mailing = tokio::spawn(async move { run_due(&app, HANDLERS).await });
    while sql::unfinished(&test.app.db).await.unwrap() != (0, 1) {
        tokio::task::yield_now().await;
    }
    let now_us = test.app.clock.now_us();
    assert!(!sql::is_any_due(&test.app.db, Lane::Work, now_us).await.unwrap());
    let mut tx = test.app.db.begin().await.unwrap();
    let id = test.app.ids.next().unwrap();
    sql::insert(&mut tx, owner.tenant, id, "media.purge", "{}", now_us).await.unwrap();
    tx.commit().await.unwrap();
    let lease = test.app.ids.next().unwrap();
    let claimed = sql::claim(&test.app.db, Lane::Work, lease, now_us, now_us + 1).await.unwrap();
    assert_eq!(claimed.map(|job| job.id), Some(id), "while the mail waits");
    mailing.abort();
}
