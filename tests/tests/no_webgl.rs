//! Where the store cannot be walked, it can be read.

use tests::browser::{Browser, DESKTOP};
use tests::database::Engine;
use tests::markers::STORE;
use tests::server::with_markers;
use tests::wait::until;

fn reads_the_list(browser: &Browser) {
    let text = until("the list is there", || {
        let text = browser.run("return document.body?.innerText ?? ''");
        let text = text.as_str().unwrap_or_default().to_owned();
        (browser.address().contains("/list") && text.contains("Oolong tea")).then_some(text)
    });
    for words in ["Marker store", "North", "South"] {
        assert!(text.contains(words), "the list does not say {words}: {text}");
    }
}

#[test]
fn without_webgl_the_store_is_a_list() {
    let server = with_markers(Engine::Sqlite);
    let browser = Browser::chromium_with(DESKTOP, &["--disable-3d-apis"]);
    browser.goto(&server.url(&format!("/s/{STORE}?lang=en")));
    reads_the_list(&browser);
}

#[test]
fn without_javascript_the_page_leads_to_the_list() {
    let server = with_markers(Engine::Sqlite);
    let page = |path: &str| ureq::get(server.url(path)).call().unwrap().body_mut().read_to_string().unwrap();
    let store = page(&format!("/s/{STORE}?lang=en"));
    let noscript = store.split("<noscript>").nth(1).unwrap().split("</noscript>").next().unwrap();
    assert!(noscript.contains(&format!("/s/{STORE}/list")), "{noscript}");
    let list = page(&format!("/s/{STORE}/list?lang=en"));
    assert!(list.contains("Oolong tea") && list.contains("application/ld+json"), "{list}");
}
