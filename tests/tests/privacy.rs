//! Shoppers who do not want to be counted are not counted.

use serde_json::json;
use tests::browser::{Browser, DESKTOP};
use tests::database::Engine;
use tests::markers::STORE;
use tests::server::with_markers;
use tests::shopper::Shopper;
use tests::wait::until;

#[test]
fn global_privacy_control_and_do_not_track_are_obeyed() {
    let server = with_markers(Engine::Sqlite);
    for wish in ["globalPrivacyControl', {value: true}", "doNotTrack', {value: '1'}"] {
        let shopper = Shopper::new(Browser::chromium(DESKTOP));
        let set = format!("Object.defineProperty(Navigator.prototype, '{wish})");
        shopper.chromium("Page.addScriptToEvaluateOnNewDocument", &json!({"source": set}));
        shopper.enter(&server, &format!("/s/{STORE}"));
        shopper.goto(&server.url("/"));
        assert!(shopper.run("return Object.keys(sessionStorage).length === 0").as_bool().unwrap_or(false));
    }
    // Whoever asks for nothing is counted, and is the only one.
    let shopper = Shopper::new(Browser::chromium(DESKTOP));
    shopper.enter(&server, &format!("/s/{STORE}"));
    shopper.goto(&server.url("/"));
    let views = until("the last visit is counted", || server.stats(STORE)["views"].as_u64().filter(|views| *views > 0));
    assert_eq!(views, 1);
}
