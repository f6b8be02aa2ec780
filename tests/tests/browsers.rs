//! The browsers themselves: when this fails, the machine lacks something, not the store.

use serde_json::json;
use tests::browser::{Browser, DESKTOP, PHONE, Screen};
use tests::wait::until;

const PAGE: &str = "data:text/html,<!doctype html><meta name=viewport content='width=device-width'><body style='background:rgb(0,128,0)'>";

fn shows_a_page(browser: &Browser, screen: Screen) {
    browser.goto(PAGE);
    assert_eq!(
        browser.run("return [innerWidth, innerHeight, devicePixelRatio]"),
        json!([screen.width, screen.height, screen.dots])
    );
    let picture = until("the page is painted", || {
        let picture = browser.screenshot();
        (picture.get_pixel(100, 100).0 == [0, 128, 0]).then_some(picture)
    });
    assert_eq!(picture.dimensions(), (screen.width * screen.dots, screen.height * screen.dots));
    let webgl = browser.run("return !!document.createElement('canvas').getContext('webgl2')");
    assert_eq!(webgl, json!(true), "no WebGL 2");
}

#[test]
fn chromium_on_a_desktop() {
    shows_a_page(&Browser::chromium(DESKTOP), DESKTOP);
}

#[test]
fn chromium_on_a_telephone() {
    shows_a_page(&Browser::chromium(PHONE), PHONE);
}

#[test]
fn webkit_on_a_desktop() {
    shows_a_page(&Browser::webkit(DESKTOP), DESKTOP);
}
