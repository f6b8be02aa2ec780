//! A shopper walks a store in a browser; the marketer sees exactly that, and nobody else is in it.

use serde_json::{Value, json};
use tests::browser::{Browser, DESKTOP, PHONE};
use tests::database::Engine;
use tests::folder::DataFolder;
use tests::markers::{LINK, NORTH, PRODUCT, SOUTH, STORE};
use tests::people;
use tests::server::Server;
use tests::shopper::Shopper;
use tests::wait::until;
use tests::webdriver::key;
use tests::{axe, layout};

/// The owner begins, and invites a marketer; the marketer's browser.
fn marketer(server: &Server, owner: &Browser) -> Browser {
    people::begin(server, owner);
    people::invite(owner, "Wu", "marketer", PHONE)
}

/// The figures as the browser of whoever is signed in gets them.
fn figures(browser: &Browser, query: &str) -> Value {
    browser.run_until_done(&format!(
        "fetch('/api/v1/statistics?{query}').then((answer) => answer.json()).then(done, (error) => done(String(error)))"
    ))
}

fn walk(server: &Server, shopper: &Shopper) {
    shopper.enter(server, &format!("/s/{STORE}?lang=en&utm_source=qr"));
    shopper.tap(shopper.screen().pointer, shopper.place_of(LINK));
    until("the scene behind the link is there", || (shopper.scene() == SOUTH).then_some(()));
    shopper.wait_until_sharp();
    shopper.back();
    until("Back leads to the first scene", || (shopper.scene() == NORTH).then_some(()));
    shopper.wait_until_sharp();
    shopper.tab_to(PRODUCT);
    shopper.press(key::ENTER);
    until("the product's card is open", || shopper.card());
    // Leaving the page sends what is left.
    shopper.goto(&server.url("/"));
}

fn a_visit_is_seen(engine: Engine) {
    let server = Server::start(DataFolder::markers(engine));
    let owner = Shopper::new(Browser::chromium(DESKTOP));
    let marketer = marketer(&server, &owner);
    assert_eq!(figures(&marketer, "period=today")["totals"]["views"], 0);
    // The owner looks first: whoever works here is no visitor.
    walk(&server, &owner);
    let shopper = Shopper::new(Browser::chromium(PHONE));
    walk(&server, &shopper);
    let told = until("the shopper's visit is told", || {
        let told = figures(&marketer, "period=today&lang=en");
        // The last that the page sends is the time in the scene that it leaves.
        (told["totals"]["clicks"] == 2
            && told["scenes"].as_array()?.iter().all(|scene| scene["seconds"].as_f64() > Some(0.0)))
        .then_some(told)
    });
    assert_eq!((&told["totals"]["views"], &told["totals"]["dailyVisitors"]), (&json!(1), &json!(1)), "{told}");
    let scenes: Vec<Value> = told["scenes"]
        .as_array()
        .expect("scenes")
        .iter()
        .map(|scene| json!([scene["scene"], scene["views"]]))
        .collect();
    assert_eq!(scenes, [json!([NORTH, 2]), json!([SOUTH, 1])]);
    let mut clicked: Vec<&str> = told["buttons"]
        .as_array()
        .expect("buttons")
        .iter()
        .filter(|button| button["clicks"] == 1)
        .filter_map(|button| button["hotspot"].as_str())
        .collect();
    clicked.sort_unstable();
    assert_eq!(clicked, [PRODUCT, LINK]);
    assert_eq!(told["origins"]["sources"], json!([{"value": "qr", "views": 1}]));
    assert_eq!(told["origins"]["devices"][0]["views"], 1);
    // The page says the same, from the tile on the overview on.
    marketer.goto(&server.url("/app?lang=en"));
    marketer.run("document.querySelector('a.week').click()");
    marketer.wait_for("Statistics");
    let page = marketer.run("return document.querySelector('main').innerText");
    let page = page.as_str().unwrap_or_default();
    assert!(page.contains("Oolong tea") && page.contains("qr"), "{page}");
    let views = marketer.run("return document.querySelector('.figure strong').textContent");
    assert_eq!(views, "1");
}

#[test]
fn a_visit_is_seen_by_the_marketer_on_sqlite() {
    a_visit_is_seen(Engine::Sqlite);
}

#[test]
fn a_visit_is_seen_by_the_marketer_on_postgres() {
    a_visit_is_seen(Engine::Postgres);
}

#[test]
fn the_chart_is_read_by_pointer_and_keyboard_and_choices_are_sent_as_they_are_made() {
    let server = Server::start(DataFolder::markers(Engine::Sqlite));
    let browser = Browser::chromium(DESKTOP);
    let _marketer = marketer(&server, &browser);
    let shopper = Shopper::new(Browser::chromium(PHONE));
    shopper.enter(&server, &format!("/s/{STORE}"));
    shopper.goto(&server.url("/"));
    until("the visit is told", || (figures(&browser, "period=today")["totals"]["views"] == 1).then_some(()));
    browser.goto(&server.url("/app/statistics?period=7d&lang=en"));
    let readout = || browser.text_of("[data-readout]");
    until("the chart can be reached by keyboard", || {
        browser
            .run("return document.querySelector('.plot-large').getAttribute('tabindex') === '0'")
            .as_bool()?
            .then_some(())
    });
    browser.run("document.querySelector('.plot-large').focus()");
    let today = until("the last day is read out", || Some(readout()).filter(|text| !text.is_empty()));
    assert!(today.contains("today so far"), "{today}");
    browser.press(key::LEFT);
    let yesterday = until("the day before is read out", || Some(readout()).filter(|text| *text != today));
    let said = browser.run("return document.querySelector('.plot-large').getAttribute('aria-valuetext')");
    assert_eq!(said.as_str(), Some(yesterday.as_str()));
    browser.run("const choice = document.getElementById('compare'); choice.value = 'year'; choice.dispatchEvent(new Event('change', {bubbles: true}))");
    until("the choice was sent", || {
        browser.run("return location.search.includes('compare=year')").as_bool()?.then_some(())
    });
    for page in [
        "/app/statistics",
        "/app/statistics?period=90d",
        "/app/statistics?period=own&from=2026-11-03&to=2026-11-01",
        "/app",
    ] {
        for scheme in ["light", "dark"] {
            layout::prefer(&browser, scheme);
            browser.goto(&server.url(page));
            browser.run("for (const details of document.querySelectorAll('details')) details.open = true");
            let found = axe::findings(&browser);
            assert!(found.is_empty(), "{page}, {scheme}: {found:#?}");
        }
    }
}
