//! The demo store: every scene can be walked to, and every card opens.

use serde_json::Value;
use tests::browser::{Browser, DESKTOP};
use tests::database::Engine;
use tests::folder::DataFolder;
use tests::server::Server;
use tests::shopper::Shopper;
use tests::wait::until;
use tests::webdriver::key;

#[test]
fn every_scene_and_every_card_of_the_demo_store_opens() {
    let server = Server::start(DataFolder::demo(Engine::Sqlite));
    let published: Value = ureq::get(server.url("/api/v1/stores/demo")).call().unwrap().body_mut().read_json().unwrap();
    let shopper = Shopper::new(Browser::chromium(DESKTOP));
    shopper.enter(&server, "/s/demo?lang=en");
    let start = shopper.scene();
    for scene in published["document"]["scenes"].as_array().unwrap() {
        let id = scene["id"].as_str().unwrap();
        if id != start {
            shopper.goto("about:blank");
            shopper.enter(&server, &format!("/s/demo?lang=en#scene={id}"));
        }
        assert_eq!(shopper.scene(), id);
        for hotspot in scene["hotspots"].as_array().unwrap() {
            let id = hotspot["id"].as_str().unwrap();
            shopper.tab_to(id);
            if hotspot["link"].is_object() {
                continue;
            }
            shopper.press(key::ENTER);
            let card = until("the card is open", || shopper.card());
            assert!(card.trim().chars().count() > 5, "the card of {id} says only {card:?}");
            shopper.press(key::ESCAPE);
            until("the card is closed", || shopper.card().is_none().then_some(()));
        }
    }
    shopper.assert_no_complaints();
}
