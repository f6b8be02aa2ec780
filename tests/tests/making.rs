//! A store of one's own: the owner uploads two panoramas, makes a store of them, connects its scenes by looking, previews
//! it and publishes it; a shopper walks it.

use serde_json::json;
use tests::axe;
use tests::browser::{Browser, DESKTOP, PHONE};
use tests::database::Engine;
use tests::folder::DataFolder;
use tests::server::Server;
use tests::shopper::Shopper;
use tests::wait::until;

const PASSWORD: &str = "seven wet umbrellas";

/// The owner, signed in on a new installation.
fn owner(engine: Engine, browser: Browser) -> (Server, Browser) {
    let server = Server::start_with(DataFolder::empty(engine), &["--public-url", "http://127.0.0.1:{port}"]);
    let log = server.log();
    let link = log.split_whitespace().find(|word| word.contains("/app/start?link=")).expect("the first link");
    browser.goto(&format!("{link}&lang=en"));
    fill(&browser, &[("organisation", "Lane"), ("name", "Lin"), ("email", "lin@example.org"), ("password", PASSWORD)]);
    submit(&browser, "/app/start");
    wait_for(&browser, "Hello, Lin");
    (server, browser)
}

fn fill(browser: &Browser, fields: &[(&str, &str)]) {
    let fields = json!(fields);
    browser.run(&format!(
        "for (const [name, value] of {fields}) document.querySelector(`[name=\"${{name}}\"]`).value = value"
    ));
}

fn submit(browser: &Browser, action: &str) {
    browser.run(&format!("document.querySelector('form[action=\"{action}\"] button[type=submit]').click()"));
}

fn heading(browser: &Browser) -> String {
    browser.run("return document.querySelector('h1')?.textContent ?? ''").as_str().unwrap_or_default().to_owned()
}

fn wait_for(browser: &Browser, title: &str) {
    until(title, || (heading(browser) == title).then_some(()));
}

fn is_true(browser: &Browser, script: &str) -> Option<()> {
    browser.run(&format!("return Boolean({script})")).as_bool().unwrap_or_default().then_some(())
}

fn text(browser: &Browser, script: &str) -> String {
    browser.run(&format!("return String({script})")).as_str().unwrap_or_default().to_owned()
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
    until("the draft is sharp in its frame", || {
        is_true(
            browser,
            "document.querySelector('iframe')?.contentDocument?.getElementById('store')?.dataset.state === 'sharp'",
        )
    });
}

fn a_store_is_made_and_walked(engine: Engine) {
    let (server, browser) = owner(engine, Browser::chromium(DESKTOP));
    browser.goto(&server.url("/app/shop"));
    fill(
        &browser,
        &[("name-en", "Lane shop"), ("phone", "02 2345 6789"), ("opens-mon-0", "09:00"), ("closes-mon-0", "18:00")],
    );
    browser.run("document.querySelector('[data-copy-days=\"weekdays\"]').click()");
    assert_eq!(text(&browser, "document.querySelector('[name=\"opens-fri-0\"]').value"), "09:00");
    submit(&browser, "/app/shop");
    until("the shop is saved", || is_true(&browser, "document.querySelector('.note.good')"));
    upload_panoramas(&server, &browser);

    browser.goto(&server.url("/app/stores/new"));
    browser.run(
        "const name = document.getElementById('name-en'); name.value = 'Lane & Corner';
         name.dispatchEvent(new Event('input', { bubbles: true }));
         for (const box of document.querySelectorAll('[name=panorama]')) box.click()",
    );
    assert_eq!(text(&browser, "document.getElementById('slug').value"), "lane-corner");
    submit(&browser, "/app/stores/new");
    wait_for(&browser, "Lane & Corner");
    let at = text(&browser, "location.pathname");
    let scenes =
        browser.run("return [...document.querySelectorAll('.scene-row strong a')].map((link) => link.pathname)");
    let scene = |index: usize| scenes[index].as_str().expect("two scenes").to_owned();
    assert!(text(&browser, "document.querySelector('main').textContent").contains("No way leads here yet"));

    // The arrow hangs where one looks in the very viewer.
    browser.goto(&server.url(&format!("{}/links", scene(0))));
    until("the buttons are there", || is_true(&browser, "document.querySelector('.look-tools')?.hidden === false"));
    wait_for_frame(&browser);
    browser.run(
        "for (const [id, degrees] of [['yaw', '33'], ['pitch', '-6']]) {
           const field = document.getElementById(id); field.value = degrees; field.dispatchEvent(new Event('change', { bubbles: true }));
         }",
    );
    let frame = "document.querySelector('iframe').contentDocument.getElementById('store').dataset";
    until("a typed direction turns the view", || {
        is_true(
            &browser,
            &format!("Math.abs(Number({frame}.yaw) - 33) < 0.1 && Math.abs(Number({frame}.pitch) + 6) < 0.1"),
        )
    });
    browser.run("document.getElementById('yaw').value = ''; document.querySelector('[data-take=\"\"]').click()");
    until("the view is taken over", || is_true(&browser, "document.getElementById('yaw').value === '33'"));
    // The arrival: the first press walks there, the second takes the view.
    browser.run("document.querySelector('[data-take=\"arrival-\"]').click()");
    let target = scene(1).rsplit('/').next().unwrap_or_default().to_owned();
    until("the frame shows the target", || is_true(&browser, &format!("{frame}.scene === '{target}'")));
    wait_for_frame(&browser);
    browser.run("document.querySelector('[data-take=\"arrival-\"]').click()");
    until("the arrival is taken over", || is_true(&browser, "document.getElementById('arrival-fov').value !== ''"));
    submit(&browser, &format!("{}/links", scene(0)));
    until("the way is saved", || {
        is_true(&browser, "document.querySelector('.note.good') && location.hash === '#links'")
    });

    browser.goto(&server.url(&format!("{at}/preview")));
    wait_for_frame(&browser);
    assert!(heading(&browser).contains("Draft"));
    submit(&browser, &format!("{at}/publish"));
    until("it is published", || {
        is_true(&browser, "document.querySelector('.note.good')?.textContent.startsWith('Published')")
    });
    let link = text(&browser, "document.getElementById('share-address').value");
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
    submit(&browser, &format!("{at}/close"));
    until("it is closed", || is_true(&browser, "document.querySelector('.note.good')"));
    shopper.goto(&server.url("/s/lane-corner?lang=en"));
    assert_eq!(heading(&shopper), "This store is closed at present");
    // Only the shopper was counted: nobody counts whoever makes a store.
    let views =
        until("the visit is counted", || server.stats("lane-corner")["views"].as_u64().filter(|views| *views > 0));
    assert_eq!(views, 1);
}

#[test]
#[ignore = "fails: a direction that is typed does not turn the view of the draft within a minute"]
fn a_store_is_made_and_walked_on_sqlite() {
    a_store_is_made_and_walked(Engine::Sqlite);
}

#[test]
#[ignore = "fails: a direction that is typed does not turn the view of the draft within a minute"]
fn a_store_is_made_and_walked_on_postgres() {
    a_store_is_made_and_walked(Engine::Postgres);
}

#[test]
#[ignore = "was never run to its end"]
fn axe_finds_nothing_where_stores_are_made() {
    let mut found = Vec::new();
    for (screen, scheme) in [(DESKTOP, "light"), (PHONE, "dark")] {
        let (server, browser) = owner(Engine::Sqlite, Browser::chromium(screen));
        let colours = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        browser.chromium("Emulation.setEmulatedMedia", &colours);
        let mut look = |page: &str| {
            browser.goto(&server.url(page));
            found.extend(axe::findings(&browser).into_iter().map(|fault| format!("{page}, {scheme}: {fault}")));
        };
        for page in ["/app/shop", "/app/stores", "/app/stores/new"] {
            look(page);
        }
        browser.goto(&server.url("/app/shop"));
        fill(&browser, &[("name-en", "Lane shop")]);
        submit(&browser, "/app/shop");
        until("the shop is saved", || is_true(&browser, "document.querySelector('.note.good')"));
        upload_panoramas(&server, &browser);
        browser.goto(&server.url("/app/stores/new"));
        fill(&browser, &[("name-en", "Lane")]);
        browser.run("for (const box of document.querySelectorAll('[name=panorama]')) box.click()");
        submit(&browser, "/app/stores/new");
        wait_for(&browser, "Lane");
        let at = text(&browser, "location.pathname");
        let scene = text(&browser, "document.querySelector('.scene-row strong a').pathname");
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
