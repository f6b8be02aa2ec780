//! The parts of which pages are made, looked at on every screen, in every light and language.

use tests::browser::{Browser, DESKTOP, PHONE};
use tests::database::Engine;
use tests::folder::DataFolder;
use tests::programs::keep;
use tests::server::Server;
use tests::wait::until;
use tests::webdriver::key;
use tests::{axe, layout};

#[test]
fn every_part_fits_is_large_enough_and_shuts_nobody_out() {
    let server = Server::start(DataFolder::empty(Engine::Sqlite));
    let mut faults = Vec::new();
    for (screen, name) in [(PHONE, "phone"), (DESKTOP, "desktop")] {
        let browser = Browser::chromium(screen);
        for scheme in ["light", "dark"] {
            for lang in ["en", "zh-TW"] {
                layout::prefer(&browser, scheme);
                browser.goto(&server.url(&format!("/design?lang={lang}")));
                until("the script has taken up the picker", || {
                    browser
                        .run("return document.querySelectorAll('[data-picked] li').length === 2")
                        .as_bool()?
                        .then_some(())
                });
                let view = format!("{name}, {scheme}, {lang}");
                let picture = layout::photograph(&browser);
                std::fs::write(keep().join(format!("design-{name}-{scheme}-{lang}.png")), &picture)
                    .expect("a place for pictures");
                let pixels = image::load_from_memory(&picture).expect("a picture").into_luma8();
                let mean = pixels.iter().map(|pixel| u64::from(*pixel)).sum::<u64>() / pixels.len() as u64;
                assert_eq!(mean < 100, scheme == "dark", "{view}: its mean is {mean} of 255");
                let found = layout::faults(&browser).into_iter().chain(axe::findings(&browser));
                faults.extend(found.map(|fault| format!("{view}: {fault}")));
            }
        }
        // The question before something is done: opened, by a key, over the page; away again by Escape.
        let is_open =
            || browser.run("return document.getElementById('sample-dialog').matches(':popover-open')") == true;
        browser.run("document.querySelector('[popovertarget=sample-dialog]').focus()");
        browser.press(key::ENTER);
        until("the dialog is open", || is_open().then_some(()));
        faults.extend(axe::findings(&browser).into_iter().map(|fault| format!("{name}, dialog: {fault}")));
        assert_eq!(
            browser.run("return document.activeElement.closest('#sample-dialog') !== null"),
            true,
            "the focus is in it"
        );
        browser.press(key::ESCAPE);
        until("the dialog is closed", || (!is_open()).then_some(()));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn what_is_chosen_is_sent_in_its_order() {
    let server = Server::start(DataFolder::empty(Engine::Sqlite));
    let browser = Browser::chromium(PHONE);
    browser.goto(&server.url("/design?lang=en"));
    let sent = || {
        browser.run("return new FormData(document.querySelector('[data-name=many]').form).getAll('many').map((id) => id.at(-1)).join('')")
    };
    until("the script has taken up the picker", || (sent() == "12").then_some(()));
    let space = ' ';
    browser.run("document.querySelector('[data-name=many] [data-picks] [value$=\"4\"]').focus()");
    browser.press(space);
    assert_eq!(sent(), "124");
    browser.run("document.querySelector('[data-picked] li:last-child [data-earlier]').focus()");
    browser.press(space);
    browser.press(space);
    assert_eq!(sent(), "412", "moved to the front, by keys alone");
    browser.run("document.querySelector('[data-picked] li:nth-child(2) button:last-of-type').focus()");
    browser.press(space);
    assert_eq!(sent(), "42");
    assert_eq!(browser.run("return document.querySelector('[data-picks] [value$=\"1\"]').checked"), false);
    assert_eq!(
        browser.run("return document.activeElement.closest('[data-picked] li') !== null"),
        true,
        "the focus stays near"
    );
}
