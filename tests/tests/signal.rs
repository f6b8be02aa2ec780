//! The telephone loses its signal, and has it again.

use serde_json::{Value, json};
use tests::browser::{Browser, DESKTOP};
use tests::database::Engine;
use tests::markers::{NORTH, OPENING, PRODUCT, STORE};
use tests::server::with_markers;
use tests::shopper::Shopper;
use tests::wait::until;
use tests::webdriver::key;

/// Lets no request through whose address matches; the browser notices only when `restore` says so.
fn lose(shopper: &Shopper, addresses: &[&str]) {
    shopper.chromium("Network.enable", &json!({}));
    shopper.chromium("Network.setBlockedURLs", &json!({"urls": addresses}));
}

fn restore(shopper: &Shopper) {
    shopper.chromium("Network.setBlockedURLs", &json!({"urls": []}));
    shopper.run("dispatchEvent(new Event('online'))");
}

#[test]
fn tiles_that_failed_are_fetched_when_the_signal_is_back() {
    let server = with_markers(Engine::Sqlite);
    let shopper = Shopper::new(Browser::chromium(DESKTOP));
    lose(&shopper, &["*/tiles/*"]);
    shopper.goto(&server.url(&format!("/s/{STORE}")));
    // The inline preview needs no tile.
    until("the store can be walked without a tile", || (shopper.stage("state") == "interactive").then_some(()));
    until("a tile was asked for in vain", || {
        let failed = shopper.console().iter().any(|line| line.contains("/tiles/") && line.contains("ERR_BLOCKED"));
        failed.then_some(())
    });
    restore(&shopper);
    shopper.wait_until_sharp();
    shopper.assert_markers("view", NORTH, OPENING, 1.0);
}

#[test]
fn what_could_not_be_sent_is_counted_once_when_the_signal_is_back() {
    let server = with_markers(Engine::Sqlite);
    let shopper = Shopper::new(Browser::chromium(DESKTOP));
    lose(&shopper, &["*/api/v1/events"]);
    shopper.enter(&server, &format!("/s/{STORE}?lang=en"));
    shopper.tab_to(PRODUCT);
    shopper.press(key::ENTER);
    until("the product's card is open", || shopper.card());
    // The page is loaded again before the signal is back: what it saw is not lost with it.
    shopper.enter(&server, &format!("/s/{STORE}?lang=en"));
    until("a batch was sent in vain", || {
        let failed = shopper.console().iter().any(|line| line.contains("/events") && line.contains("ERR_BLOCKED"));
        failed.then_some(())
    });
    assert_eq!(views_and_clicks(&server.stats(STORE)), (0, 0));
    restore(&shopper);
    until("both visits and the click are counted", || (views_and_clicks(&server.stats(STORE)) == (2, 1)).then_some(()));
    // Going away sends what is left; nothing of it is counted twice.
    shopper.goto(&server.url("/"));
    until("the second visit's time is counted", || {
        let stats = server.stats(STORE);
        (seconds(&stats) > 0.0).then(|| assert_eq!(views_and_clicks(&stats), (2, 1)))
    });
}

fn views_and_clicks(stats: &Value) -> (u64, u64) {
    let sum = |list: &str, what: &str| {
        stats[list].as_array().into_iter().flatten().filter_map(|row| row[what].as_u64()).sum::<u64>()
    };
    (stats["views"].as_u64().unwrap_or(0), sum("hotspots", "clicks"))
}

fn seconds(stats: &Value) -> f64 {
    stats["scenes"].as_array().into_iter().flatten().filter_map(|row| row["seconds"].as_f64()).sum()
}
