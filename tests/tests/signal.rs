//! The telephone loses its signal, and has it again.

use serde_json::{Value, json};
use tests::browser::{Browser, DESKTOP};
use tests::database::Engine;
use tests::markers::{NORTH, OPENING, PRODUCT, STORE};
use tests::server::with_markers;
use tests::shopper::Shopper;
use tests::wait::until;
use tests::webdriver::key;

/// Every request whose address holds one of `parts` fails, on this page and those that follow, until [`restore`]; the
/// page notes what it asked for in vain. Done inside the page: what is sent while one goes away leaves by other doors
/// than those that the browser's protocol can close.
fn lose(shopper: &Shopper, parts: &[&str]) {
    let lost = format!(
        "window.inVain = [];
         window.lost = {};
         const isLost = (address) => lost.some((part) => String(address).includes(part)) && inVain.push(String(address));
         const [ask, beacon] = [window.fetch, navigator.sendBeacon.bind(navigator)];
         window.fetch = async (address, ...rest) => {{
           if (isLost(address)) throw new TypeError('the signal is lost');
           return ask(address, ...rest);
         }};
         // A beacon is taken, and lost on its way; nobody hears of it.
         navigator.sendBeacon = (address, body) => isLost(address) ? true : beacon(address, body);",
        json!(parts)
    );
    shopper.chromium("Page.addScriptToEvaluateOnNewDocument", &json!({"source": lost}));
}

fn restore(shopper: &Shopper) {
    shopper.run("lost = []; dispatchEvent(new Event('online'))");
}

fn until_in_vain(shopper: &Shopper, part: &str) {
    until("something was asked for in vain", || {
        let noted = shopper.run(&format!("return inVain.some((address) => address.includes('{part}'))"));
        noted.as_bool()?.then_some(())
    });
}

#[test]
fn tiles_that_failed_are_fetched_when_the_signal_is_back() {
    let server = with_markers(Engine::Sqlite);
    let shopper = Shopper::new(Browser::chromium(DESKTOP));
    lose(&shopper, &["/tiles/"]);
    shopper.goto(&server.url(&format!("/s/{STORE}")));
    // The inline preview needs no tile.
    until("the store can be walked without a tile", || (shopper.stage("state") == "interactive").then_some(()));
    until_in_vain(&shopper, "/tiles/");
    restore(&shopper);
    shopper.wait_until_sharp();
    shopper.assert_markers("view", NORTH, OPENING, 1.0);
}

#[test]
fn what_could_not_be_sent_is_counted_once_when_the_signal_is_back() {
    let server = with_markers(Engine::Sqlite);
    let shopper = Shopper::new(Browser::chromium(DESKTOP));
    lose(&shopper, &["/api/v1/events"]);
    shopper.enter(&server, &format!("/s/{STORE}?lang=en"));
    shopper.tab_to(PRODUCT);
    shopper.press(key::ENTER);
    until("the product's card is open", || shopper.card());
    // The page is loaded again before the signal is back: what it saw is not lost with it.
    shopper.enter(&server, &format!("/s/{STORE}?lang=en"));
    until_in_vain(&shopper, "/api/v1/events");
    assert_eq!(views_and_clicks(&server.stats(STORE)), (0, 0));
    restore(&shopper);
    until("both visits and the click are counted", || (views_and_clicks(&server.stats(STORE)) == (2, 1)).then_some(()));
    assert_eq!(
        shopper.run("return Object.keys(sessionStorage).length"),
        json!(0),
        "what was counted is kept no longer"
    );
}

fn views_and_clicks(stats: &Value) -> (u64, u64) {
    let sum = |list: &str, what: &str| {
        stats[list].as_array().into_iter().flatten().filter_map(|row| row[what].as_u64()).sum::<u64>()
    };
    (stats["views"].as_u64().unwrap_or(0), sum("hotspots", "clicks"))
}
