//! A store of one's own: the owner uploads two panoramas, makes a store of them, connects its scenes by looking, previews
//! it and publishes it; a shopper walks it.

use serde_json::json;
use tests::browser::{Browser, DESKTOP, PHONE};
use tests::database::Engine;
use tests::folder::DataFolder;
use tests::people;
use tests::server::Server;
use tests::shopper::Shopper;
use tests::wait::until;
use tests::{axe, layout};

/// The owner, signed in on a new installation.
fn owner(engine: Engine, browser: Browser) -> (Server, Browser) {
    let server = Server::start(DataFolder::empty(engine));
    people::begin(&server, &browser);
    (server, browser)
}

/// Chooses two drawn panoramas in the page for uploads, and waits until both are in the library.
fn upload_panoramas(server: &Server, browser: &Browser) {
    browser.goto(&server.url("/app/media"));
    let sent = browser.run_until_done(
        "const draw = (name, colour) => new Promise((resolve) => {
           const canvas = Object.assign(document.createElement('canvas'), { width: 1024, height: 512 });
           const pen = canvas.getContext('2d');
           pen.fillStyle = colour; pen.fillRect(0, 0, 1024, 512);
           pen.fillStyle = '#fff'; pen.fillRect(480, 200, 64, 64);
           canvas.toBlob((blob) => resolve(new File([blob], name, { type: 'image/png' })), 'image/png');
         });
         Promise.all([draw('Door.png', '#a43'), draw('Till.png', '#34a')]).then((drawn) => {
           document.getElementById('wanted').value = 'panorama';
           const chosen = new DataTransfer();
           for (const file of drawn) chosen.items.add(file);
           const input = document.getElementById('files');
           input.files = chosen.files;
           input.dispatchEvent(new Event('change', { bubbles: true }));
           done(true);
         }, (error) => done(String(error)))",
    );
    assert_eq!(sent, json!(true));
    until("both panoramas are in the library", || {
        let found = browser.run_until_done(
            "fetch('/app/media?kind=panorama').then((answer) => answer.text())
               .then((text) => done((text.match(/gallery-name/g) ?? []).length), () => done(0))",
        );
        (found == json!(2)).then_some(())
    });
}

/// Waits until the page's frame shows the draft sharply.
fn wait_for_frame(browser: &Browser) {
    browser.wait_until(
        "the draft is sharp in its frame",
        "document.querySelector('iframe')?.contentDocument?.getElementById('store')?.dataset.state === 'sharp'",
    );
}

fn a_store_is_made_and_walked(engine: Engine) {
    let (server, browser) = owner(engine, Browser::chromium(DESKTOP));
    browser.goto(&server.url("/app/shop"));
    browser.fill(
        "/app/shop",
        &[("name-en", "Lane shop"), ("phone", "02 2345 6789"), ("opens-mon-0", "09:00"), ("closes-mon-0", "18:00")],
    );
    browser.run("document.querySelector('[data-copy-days=\"weekdays\"]').click()");
    assert_eq!(browser.text("document.querySelector('[name=\"opens-fri-0\"]').value"), "09:00");
    browser.submit("/app/shop");
    browser.wait_until("the shop is saved", "document.querySelector('.note.good')");
    upload_panoramas(&server, &browser);

    browser.goto(&server.url("/app/stores/new"));
    browser.fill("/app/stores/new", &[("name-en", "Lane & Corner")]);
    browser.run("for (const box of document.querySelectorAll('[name=panorama]')) box.click()");
    assert_eq!(browser.text("document.getElementById('slug').value"), "lane-corner");
    browser.submit("/app/stores/new");
    browser.wait_for("Lane & Corner");
    let at = browser.text("location.pathname");
    let scenes =
        browser.run("return [...document.querySelectorAll('.scene-row strong a')].map((link) => link.pathname)");
    let scene = |index: usize| scenes[index].as_str().expect("two scenes").to_owned();
    assert!(browser.text("document.querySelector('main').textContent").contains("No way leads here yet"));

    // The arrow hangs where one looks in the very viewer.
    browser.goto(&server.url(&format!("{}/links", scene(0))));
    browser.wait_until("the buttons are there", "document.querySelector('.look-tools')?.hidden === false");
    wait_for_frame(&browser);
    browser.run(
        "for (const [id, degrees] of [['yaw', '33'], ['pitch', '-6']]) {
           const field = document.getElementById(id); field.value = degrees; field.dispatchEvent(new Event('change', { bubbles: true }));
         }",
    );
    let frame = "document.querySelector('iframe').contentDocument.getElementById('store').dataset";
    browser.wait_until(
        "a typed direction turns the view",
        &format!("Math.abs(Number({frame}.yaw) - 33) < 0.1 && Math.abs(Number({frame}.pitch) + 6) < 0.1"),
    );
    browser.run("document.getElementById('yaw').value = ''; document.querySelector('[data-take=\"\"]').click()");
    browser.wait_until("the view is taken over", "document.getElementById('yaw').value === '33'");
    // The arrival: the first press walks there, the second takes the view.
    browser.run("document.querySelector('[data-take=\"arrival-\"]').click()");
    let target = scene(1).rsplit('/').next().unwrap_or_default().to_owned();
    browser.wait_until("the frame shows the target", &format!("{frame}.scene === '{target}'"));
    wait_for_frame(&browser);
    browser.run("document.querySelector('[data-take=\"arrival-\"]').click()");
    browser.wait_until("the arrival is taken over", "document.getElementById('arrival-fov').value !== ''");
    browser.submit(&format!("{}/links", scene(0)));
    browser.wait_until("the way is saved", "document.querySelector('.note.good') && location.hash === '#links'");

    browser.goto(&server.url(&format!("{at}/preview")));
    wait_for_frame(&browser);
    assert!(browser.heading().contains("Draft"));
    browser.submit(&format!("{at}/publish"));
    browser.wait_until("it is published", "document.querySelector('.note.good')?.textContent.startsWith('Published')");
    let link = browser.text("document.getElementById('share-address').value");
    assert_eq!(link, server.url("/s/lane-corner"));

    let shopper = Shopper::new(Browser::chromium(PHONE));
    shopper.enter(&server, "/s/lane-corner#yaw=33&pitch=-6");
    let first = shopper.scene();
    shopper.run("document.querySelector('[data-hotspot]').click()");
    until("the shopper walks on", || (shopper.scene() == target && shopper.scene() != first).then_some(()));
    shopper.wait_until_sharp();
    shopper.assert_no_complaints();
    // And it is closed again.
    browser.goto(&server.url(&at));
    browser.submit(&format!("{at}/close"));
    browser.wait_until("it is closed", "document.querySelector('.note.good')");
    shopper.goto(&server.url("/s/lane-corner?lang=en"));
    assert_eq!(shopper.heading(), "This store is closed at present");
    // Only the shopper was counted: nobody counts whoever makes a store.
    let views =
        until("the visit is counted", || server.stats("lane-corner")["views"].as_u64().filter(|views| *views > 0));
    assert_eq!(views, 1);
}

#[test]
fn a_store_is_made_and_walked_on_sqlite() {
    a_store_is_made_and_walked(Engine::Sqlite);
}

#[test]
fn a_store_is_made_and_walked_on_postgres() {
    a_store_is_made_and_walked(Engine::Postgres);
}

#[test]
fn axe_finds_nothing_where_stores_are_made() {
    let mut found = Vec::new();
    for (screen, scheme) in [(DESKTOP, "light"), (PHONE, "dark")] {
        let (server, browser) = owner(Engine::Sqlite, Browser::chromium(screen));
        layout::prefer(&browser, scheme);
        let mut look = |page: &str| {
            browser.goto(&server.url(page));
            found.extend(axe::findings(&browser).into_iter().map(|fault| format!("{page}, {scheme}: {fault}")));
        };
        for page in ["/app/shop", "/app/stores", "/app/stores/new"] {
            look(page);
        }
        browser.goto(&server.url("/app/shop"));
        browser.send("/app/shop", &[("name-en", "Lane shop")]);
        browser.wait_until("the shop is saved", "document.querySelector('.note.good')");
        upload_panoramas(&server, &browser);
        browser.goto(&server.url("/app/stores/new"));
        browser.fill("/app/stores/new", &[("name-en", "Lane")]);
        browser.run("for (const box of document.querySelectorAll('[name=panorama]')) box.click()");
        browser.submit("/app/stores/new");
        browser.wait_for("Lane");
        let at = browser.text("location.pathname");
        let scene = browser.text("document.querySelector('.scene-row strong a').pathname");
        let links = format!("{scene}/links");
        for page in
            ["", "/settings", "/add", "/revisions", "/document", "/publishing"].map(|part| format!("{at}{part}"))
        {
            for lang in ["en", "zh-TW"] {
                look(&format!("{page}?lang={lang}"));
            }
        }
        for page in ["/app/stores", "/app/stores/new", &scene, &links] {
            look(page);
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
