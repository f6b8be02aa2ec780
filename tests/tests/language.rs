//! The language that a visitor chose.

use tests::browser::{Browser, DESKTOP};
use tests::database::Engine;
use tests::server::with_markers;
use tests::wait::until;

/// The language chosen on a page without the viewer is the one of the others, too.
#[test]
fn the_chosen_language_is_remembered_on_every_page() {
    let server = with_markers(Engine::Sqlite);
    let browser = Browser::chromium(DESKTOP);
    let language = || browser.run("return document.documentElement.lang");
    browser.goto(&server.url("/"));
    assert_eq!(language(), "en", "the browser's own");
    browser.run("document.querySelector('.langs a[hreflang=\"zh-TW\"]').click()");
    until("the page is in Chinese", || (language() == "zh-TW").then_some(()));
    for path in ["/", "/s/markers/list"] {
        browser.goto(&server.url(path));
        until("the language is remembered", || (language() == "zh-TW").then_some(()));
    }
    browser.goto(&server.url("/s/markers/list?lang=en"));
    assert_eq!(language(), "en", "an address that asks for a language wins");
}
