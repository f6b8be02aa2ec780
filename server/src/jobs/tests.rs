//! Jobs as servers that die meet them.

use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::FutureExt as _;
use uuid::Uuid;

use super::sql::{self, End, State};
use super::{Ended, Failure, Handler, Lane, MAX_UNFINISHED, run_due};
use crate::accounts::actor::Tenant;
use crate::error::Error;
use crate::ids::DEFAULT_ORGANISATION;
use crate::on_engine;
use crate::testing::{TestApp, on_both};

const HERE: Tenant = Tenant::of(DEFAULT_ORGANISATION);

/// What its payload says: `ok`, `never`, `bad`, `panic`, or the number of the attempt that succeeds.
const TRY: Handler = Handler {
    kind: "try",
    max_attempts: 3,
    run: |_, job| {
        async move {
            job.control.progress(1, 2);
            match job.payload.as_str() {
                "ok" => Ok(()),
                "bad" => Err(Ended::Failed(Failure { code: "unknown", detail: "a bad file".to_owned() })),
                "panic" => panic!("on purpose"),
                "wait" => loop {
                    job.control.check()?;
                    tokio::task::yield_now().await;
                },
                number if number.parse() == Ok(job.attempt) => Ok(()),
                _ => Err(Error::internal("the disk is full").into()),
            }
        }
        .boxed()
    },
};

async fn add(test: &TestApp, payload: &str) -> Uuid {
    let id = test.app.ids.next().unwrap();
    let mut tx = test.app.db.begin().await.unwrap();
    sql::insert(&mut tx, HERE, id, "try", payload, test.app.clock.now_us()).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn state(test: &TestApp, id: Uuid) -> State {
    sql::state(&test.app.db, HERE, id).await.unwrap().unwrap()
}

async fn cancel(test: &TestApp, tenant: Tenant, id: Uuid) {
    let mut tx = test.app.db.begin().await.unwrap();
    sql::cancel(&mut tx, tenant, id, test.app.clock.now_us()).await.unwrap();
    tx.commit().await.unwrap();
}

on_both! {
    async fn a_job_is_done_once(test: TestApp) {
        let id = add(&test, "ok").await;
        assert_eq!(state(&test, id).await.status, "waiting");
        assert_eq!(run_due(&test.app, &[TRY]).await, 1);
        assert_eq!(state(&test, id).await.status, "done");
        test.advance(Duration::from_hours(1));
        assert_eq!(run_due(&test.app, &[TRY]).await, 0);
    }

    async fn what_fails_is_tried_again_with_growing_waits_and_then_told(test: TestApp) {
        let (late, never, panics, bad) =
            (add(&test, "3").await, add(&test, "never").await, add(&test, "panic").await, add(&test, "bad").await);
        assert_eq!(run_due(&test.app, &[TRY]).await, 4);
        let told = state(&test, bad).await;
        assert_eq!((told.status.as_str(), told.failure_detail.as_deref()), ("failed", Some("a bad file")));
        for id in [late, never, panics] {
            assert_eq!(state(&test, id).await.status, "waiting");
        }
        assert_eq!(run_due(&test.app, &[TRY]).await, 0, "not at once");
        test.advance(Duration::from_secs(2));
        assert_eq!(run_due(&test.app, &[TRY]).await, 3);
        test.advance(Duration::from_secs(3));
        assert_eq!(run_due(&test.app, &[TRY]).await, 0, "the second wait is longer");
        test.advance(Duration::from_secs(1));
        assert_eq!(run_due(&test.app, &[TRY]).await, 3);
        assert_eq!(state(&test, late).await.status, "done");
        for id in [never, panics] {
            let told = state(&test, id).await;
            assert_eq!((told.status.as_str(), told.failure.as_deref()), ("failed", Some("inside")));
            assert_eq!(told.failure_detail, Some(id.to_string()), "the log has the reason under the job's id");
        }
    }

    async fn the_job_of_a_killed_server_is_taken_up_again(test: TestApp) {
        let id = add(&test, "ok").await;
        let now_us = test.app.clock.now_us();
        // A server that takes it up, and is heard of no more.
        let dead = test.app.ids.next().unwrap();
        let claimed = sql::claim(&test.app.db, Lane::Work, dead, now_us, now_us + 60_000_000).await.unwrap().unwrap();
        assert_eq!((claimed.id, claimed.attempts), (id, 1));
        assert_eq!(run_due(&test.app, &[TRY]).await, 0, "its lease holds");
        test.advance(Duration::from_mins(1));
        assert_eq!(run_due(&test.app, &[TRY]).await, 1);
        assert_eq!(state(&test, id).await.status, "done");
        // It was not dead but slow: what it says now changes nothing.
        let failed = End::Failed(Failure { code: "unknown", detail: String::new() });
        assert!(!sql::end(&test.app.db, id, dead, &failed, now_us).await.unwrap());
        assert!(!sql::renew(&test.app.db, id, dead, now_us, (1, 1)).await.unwrap());
        assert_eq!(state(&test, id).await.status, "done");
    }

    async fn a_job_that_takes_every_server_down_ends_in_a_failure(test: TestApp) {
        let id = add(&test, "ok").await;
        for _ in 0..3 {
            let now_us = test.app.clock.now_us();
            sql::claim(&test.app.db, Lane::Work, test.app.ids.next().unwrap(), now_us, now_us + 60_000_000).await.unwrap().unwrap();
            test.advance(Duration::from_mins(1));
        }
        assert_eq!(run_due(&test.app, &[TRY]).await, 1);
        assert_eq!(state(&test, id).await.failure.as_deref(), Some("server_went_down"));
    }

    async fn each_job_goes_to_one_worker(test: TestApp) {
        for _ in 0..12 {
            add(&test, "ok").await;
        }
        let now_us = test.app.clock.now_us();
        let claims = (0..20).map(|_| {
            let (db, lease) = (test.app.db.clone(), test.app.ids.next().unwrap());
            tokio::spawn(async move { sql::claim(&db, Lane::Work, lease, now_us, now_us + 60_000_000).await.unwrap() })
        });
        let claimed = futures_util::future::join_all(claims).await;
        let mut ids: Vec<Uuid> = claimed.into_iter().filter_map(|one| one.unwrap().map(|one| one.id)).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 12);
    }

    async fn a_job_can_be_cancelled_before_and_while_it_runs(test: TestApp) {
        let stranger = test.stranger().await;
        let (early, late) = (add(&test, "ok").await, add(&test, "wait").await);
        cancel(&test, stranger.tenant, early).await;
        assert_eq!(state(&test, early).await.status, "waiting", "not by others");
        assert!(sql::state(&test.app.db, stranger.tenant, early).await.unwrap().is_none());
        cancel(&test, HERE, early).await;
        assert_eq!(state(&test, early).await.status, "cancelled");
        // While it runs: its worker sees it at the next look.
        let app = test.app.clone();
        let running = tokio::spawn(async move { run_due(&app, &[TRY]).await });
        while state(&test, late).await.status != "running" {
            tokio::task::yield_now().await;
        }
        cancel(&test, HERE, late).await;
        assert_eq!(running.await.unwrap(), 1);
        assert_eq!(state(&test, late).await.status, "cancelled");
    }

    async fn a_server_that_stops_puts_its_job_back(test: TestApp) {
        let id = add(&test, "wait").await;
        let (stop, stopping) = tokio::sync::watch::channel(false);
        let app = test.app.clone();
        let running = tokio::spawn(async move { crate::jobs::worker::run_one(&app, &[TRY], Lane::Work, &stopping).await.unwrap() });
        while state(&test, id).await.status != "running" {
            tokio::task::yield_now().await;
        }
        stop.send(true).unwrap();
        assert!(running.await.unwrap());
        assert_eq!(state(&test, id).await.status, "waiting");
        let attempts: i64 = on_engine!(test.app.db, conn =>
            sqlx::query_scalar("SELECT attempts FROM job").fetch_one(conn).await.unwrap());
        assert_eq!(attempts, 0, "stopping is no failure");
    }

    async fn a_queue_has_an_end_for_each_organisation(test: TestApp) {
        let stranger = test.stranger().await;
        let now_us = test.app.clock.now_us();
        let mut tx = test.app.db.begin().await.unwrap();
        for _ in 0..MAX_UNFINISHED {
            sql::insert(&mut tx, HERE, test.app.ids.next().unwrap(), "try", "ok", now_us).await.unwrap();
        }
        let more = sql::insert(&mut tx, HERE, test.app.ids.next().unwrap(), "try", "ok", now_us).await;
        assert!(matches!(more, Err(Error::Busy { .. })), "{more:?}");
        sql::insert(&mut tx, stranger.tenant, test.app.ids.next().unwrap(), "try", "ok", now_us).await.unwrap();
    }
}

#[test]
fn progress_never_goes_back() {
    let control = super::Control::default();
    control.progress(5, 10);
    control.progress(3, 10);
    assert_eq!(control.seen(), (5, 10));
    assert!(control.check().is_ok());
    control.stop_flag().store(true, Ordering::Relaxed);
    assert!(matches!(control.check(), Err(Ended::Stopped)));
}
