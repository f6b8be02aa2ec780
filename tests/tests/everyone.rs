//! A store for everyone: by keyboard alone, by ear, in either language and direction, with large letters, inside apps.

use serde_json::{Value, json};
use tests::axe;
use tests::browser::{Browser, DESKTOP, PHONE};
use tests::database::Engine;
use tests::host::Host;
use tests::markers::{LINK, PRODUCT, SOUTH, STORE};
use tests::server::{Server, with_markers};
use tests::shopper::Shopper;
use tests::wait::until;
use tests::webdriver::key;

fn entered(browser: Browser, address: &str) -> (Server, Shopper) {
    let server = with_markers(Engine::Sqlite);
    let shopper = Shopper::new(browser);
    shopper.enter(&server, address);
    shopper.wait_for_controls();
    (server, shopper)
}

fn store() -> String {
    format!("/s/{STORE}?lang=en")
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[test]
fn axe_finds_nothing() {
    let mut found = Vec::new();
    for (screen, scheme) in [(DESKTOP, "light"), (PHONE, "dark")] {
        let server = with_markers(Engine::Sqlite);
        let shopper = Shopper::new(Browser::chromium(screen));
        let colours = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        shopper.chromium("Emulation.setEmulatedMedia", &colours);
        let mut look = |name: &str, shopper: &Shopper| {
            found.extend(axe::findings(shopper).into_iter().map(|fault| format!("{name}, {scheme}: {fault}")));
        };
        for page in ["/".to_owned(), format!("/s/{STORE}/list?lang=en"), format!("/s/{STORE}/list?lang=zh-TW")] {
            shopper.goto(&server.url(&page));
            look(&page, &shopper);
        }
        shopper.enter(&server, &store());
        shopper.wait_for_controls();
        look("store", &shopper);
        for control in ["scenes", "plan"] {
            shopper.use_control(control);
            until("the panel is open", || {
                (shopper.attribute(&format!("[data-control={control}]"), "aria-expanded") == "true").then_some(())
            });
            look(control, &shopper);
        }
        shopper.tab_to(PRODUCT);
        shopper.press(key::ENTER);
        until("the card is open", || shopper.card());
        look("card", &shopper);
        shopper.press(key::ESCAPE);
        until("the card is closed", || shopper.card().is_none().then_some(()));
        shopper.run("document.getElementById('about').focus()");
        shopper.press(key::ENTER);
        until("the card about the shop is open", || shopper.card());
        look("about the shop", &shopper);
        shopper.run("document.documentElement.dir = 'rtl'");
        look("about the shop, from right to left", &shopper);
        shopper.press(key::ESCAPE);
        until("the card is closed", || shopper.card().is_none().then_some(()));
        look("store, from right to left", &shopper);

        // The frame of another site's page, by itself and in such a page.
        shopper.goto("about:blank");
        shopper.enter(&server, &format!("/s/{STORE}/embed?lang=en"));
        shopper.wait_for_controls();
        look("frame", &shopper);
        let host = Host::serve(host_page(&server));
        shopper.goto(&host.url());
        until("the store in the page is there", || (shopper.run("return window.isReady") == json!(true)).then_some(()));
        look("page of another site", &shopper);
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// A page of another site with a store that is walked and one that is a poster still. Its elements are open here, so that axe
/// looks into them too.
fn host_page(server: &Server) -> String {
    let (store, script) = (server.url(&format!("/s/{STORE}")), server.url("/embed.js"));
    format!(
        r#"<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Another site</title>
        <script>
          addEventListener('ready', () => {{ window.isReady = true; }});
          const attach = Element.prototype.attachShadow;
          Element.prototype.attachShadow = function (how) {{ return attach.call(this, {{ ...how, mode: 'open' }}); }};
        </script><script src="{script}"></script>
        <main><h1>Another site</h1>
        <vitrine-store src="{store}" lang="en"><a href="{store}">Walk in</a></vitrine-store>
        <vitrine-store src="{store}" lang="en" poster-only><a href="{store}">Walk in</a></vitrine-store></main></html>"#
    )
}

#[test]
fn the_whole_store_by_keyboard_alone() {
    let (_server, shopper) = entered(Browser::chromium(DESKTOP), &store());
    // Everything that Tab reaches has a name, in the order: picture, what hangs in it, menu, where, view.
    let mut names = Vec::new();
    for _ in 0..20 {
        shopper.press(key::TAB);
        let at = text(&shopper.run(
            "const e = document.activeElement;
             return e === document.body ? '' : (e.getAttribute('aria-label') ?? e.textContent).trim() || `nameless ${e.outerHTML}`",
        ));
        if at.is_empty() || names.contains(&at) {
            break;
        }
        names.push(at);
    }
    let place = |part: &str| {
        names
            .iter()
            .position(|name| name.contains(part))
            .unwrap_or_else(|| panic!("Tab does not reach {part}: {names:#?}"))
    };
    let order = [
        "Coloured discs",
        "Way: To the south",
        "Product: Oolong tea",
        "About this shop",
        "as a list",
        "Language",
        "All places",
        "Floor plan",
        "Compass",
        "Full screen",
        "Zoom in",
        "Zoom out",
    ];
    assert!(order.map(place).is_sorted(), "{names:#?}");
    assert!(names.iter().all(|name| !name.starts_with("nameless")), "{names:#?}");

    // Walking puts the focus on the picture and says where one is.
    shopper.tab_to(LINK);
    shopper.press(key::ENTER);
    until("the scene is there", || (shopper.scene() == SOUTH).then_some(()));
    let said = until("it is said", || {
        Some(text(&shopper.run("return document.getElementById('said').textContent"))).filter(|said| !said.is_empty())
    });
    assert!(said.contains("South") && said.contains('1'), "{said}");
    assert_eq!(shopper.attribute("#said", "role"), "status");
    assert_eq!(shopper.run("return document.activeElement.id"), json!("view"));
    assert!(shopper.attribute("#view", "aria-label").contains("Coloured discs"));
    shopper.press(key::TAB);
    assert_eq!(shopper.focused_hotspot().as_deref(), Some("to-north"), "Tab goes on to what hangs here");
}

#[test]
fn contact_hours_and_privacy_are_one_tap_away() {
    let (_server, shopper) = entered(Browser::chromium(PHONE), &store());
    shopper.run("document.getElementById('about').focus()");
    shopper.press(key::ENTER);
    let card = until("the card is open", || shopper.card());
    for part in ["+886 2 5550 0100", "09:00", "21:30", "1 Test Road", "No personal data is collected"] {
        assert!(card.contains(part), "{part} is not in: {card}");
    }
    shopper.press(key::ESCAPE);
    until("the card is closed", || shopper.card().is_none().then_some(()));
    assert_eq!(shopper.run("return document.activeElement.id"), json!("about"));
}

#[test]
fn both_languages_are_whole() {
    let (_server, shopper) = entered(Browser::chromium(DESKTOP), &store());
    shopper.run("const choice = document.getElementById('language'); choice.value = 'zh-TW'; choice.dispatchEvent(new Event('change'))");
    until("the page speaks Chinese", || {
        (shopper.run("return document.documentElement.lang") == json!("zh-TW")).then_some(())
    });
    until("the compass too", || {
        shopper.attribute("[data-control=compass]", "aria-label").contains("指南針").then_some(())
    });
    let names = shopper.run(
        "return [...document.querySelectorAll('button, a, select, nav, ul, [role=group], h1, #scene-name')]
           .filter((e) => e.checkVisibility?.() ?? true).map((e) => e.getAttribute('aria-label') ?? e.textContent.trim()).filter(Boolean)",
    );
    let foreign: Vec<&str> = names
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .filter(|name| {
            !name.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter)) && name.parse::<u32>().is_err()
        })
        .collect();
    assert!(foreign.is_empty(), "not in Chinese: {foreign:?}");
    // Where a word is missing its key would be read.
    assert!(names.as_array().unwrap().iter().all(|name| !name.as_str().unwrap().contains("kind.")), "{names}");
}

/// Boxes of everything over the picture that can be used: name, left, top, right, bottom.
const BOXES: &str = "return [...document.querySelectorAll('.bar > *, .foot > *, .tool, .thumb, .spot, .outside')].filter((e) => e.checkVisibility() && e.getClientRects().length)
  .map((e) => { const b = e.getBoundingClientRect(); return [e.getAttribute('aria-label') ?? e.className, b.left, b.top, b.right, b.bottom, e.matches('.tool, .spot, .thumb') ? Math.min(e.offsetWidth, e.offsetHeight) : 44]; })";

fn boxes(shopper: &Shopper) -> Vec<(String, [f64; 4], f64)> {
    shopper
        .run(BOXES)
        .as_array()
        .expect("a number or a list")
        .iter()
        .map(|found| {
            (
                text(&found[0]),
                [1, 2, 3, 4].map(|side| found[side].as_f64().expect("a number or a list")),
                found[5].as_f64().expect("a number or a list"),
            )
        })
        .collect()
}

fn assert_all_on_screen(shopper: &Shopper, when: &str) {
    let (width, height) = (f64::from(shopper.screen().width), f64::from(shopper.screen().height));
    let found = boxes(shopper);
    assert!(found.len() > 6, "{found:?}");
    for (name, [left, top, right, bottom], finger) in &found {
        assert!(
            *left >= 0.0 && *top >= 0.0 && *right <= width && *bottom <= height,
            "{when}: {name} leaves the screen: {left} {top} {right} {bottom}"
        );
        assert!(*finger >= 44.0, "{when}: {name} is smaller than a finger");
    }
    let overlaps = shopper.run(
        "const box = (s) => document.querySelector(s).getBoundingClientRect(), apart = (a, b) => a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
         return [['.title', '.tools'], ['.where', '.look'], ['.title', '.where'], ['.tools', '.look']].filter(([a, b]) => !apart(box(a), box(b)))",
    );
    assert_eq!(overlaps, json!([]), "{when}");
}

#[test]
fn large_letters_and_the_other_direction_leave_everything_on_the_screen() {
    for screen in [DESKTOP, PHONE] {
        let (_server, shopper) = entered(Browser::chromium(screen), &store());
        shopper.use_control("plan");
        assert_all_on_screen(&shopper, "as it is");
        shopper.use_control("scenes");
        shopper.run("document.documentElement.style.fontSize = '200%'");
        assert_all_on_screen(&shopper, "with letters twice as large");
        shopper.run("document.getElementById('about').focus()");
        shopper.press(key::ENTER);
        until("the card is open", || shopper.card());
        assert_eq!(
            shopper.run(
                "const sheet = document.querySelector('dialog .sheet'); return sheet.scrollWidth - sheet.clientWidth"
            ),
            json!(0),
            "the card is as wide as its letters"
        );
        shopper.press(key::ESCAPE);
        until("the card is closed", || shopper.card().is_none().then_some(()));
        shopper.run("document.documentElement.style.fontSize = ''; document.documentElement.dir = 'rtl'");
        assert_all_on_screen(&shopper, "from right to left");
        let side = |selector: &str| {
            shopper.run(&format!("const b = document.querySelector({selector:?}).getBoundingClientRect(); return (b.left + b.right) / 2")).as_f64().unwrap()
        };
        assert!(side(".title") > side(".tools") && side(".where") > side(".look"), "the page is mirrored");
        // Cards too: the way out of one is where reading ends.
        shopper.run("document.getElementById('about').focus()");
        shopper.press(key::ENTER);
        until("the card is open", || shopper.card());
        assert!(side("dialog .close") < side("dialog h2"), "the card is mirrored");
        let overflow = shopper.run(
            "const { innerWidth: width } = window;
             return [...document.querySelectorAll('dialog[open], dialog[open] *')].filter((e) => { const b = e.getBoundingClientRect(); return b.width && (b.left < -0.5 || b.right > width + 0.5); }).map((e) => e.className || e.tagName)",
        );
        assert_eq!(overflow, json!([]), "the card leaves the screen");
        shopper.press(key::ESCAPE);
        until("the card is closed", || shopper.card().is_none().then_some(()));
        // What hangs in the picture stays where it is.
        shopper.run("document.documentElement.dir = 'ltr'");
        let there = shopper.place_of(PRODUCT);
        shopper.run("document.documentElement.dir = 'rtl'");
        assert_eq!(shopper.place_of(PRODUCT), there);
    }
}

/// Contrast of two colours, WCAG 2.2.
fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
    let luminance = |rgb: [f64; 3]| {
        let [r, g, b] = rgb
            .map(|part| part / 255.0)
            .map(|part| if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn words_and_markers_are_read_on_any_picture() {
    let (_server, shopper) = entered(Browser::chromium(DESKTOP), &store());
    for ground in [[255.0; 3], [0.0; 3], [128.0, 128.0, 128.0]] {
        let [r, g, b] = ground;
        shopper.run(&format!("document.getElementById('view').style.visibility = 'hidden'; document.getElementById('store').style.background = 'rgb({r} {g} {b})'"));
        let picture = until("the ground is painted", || {
            let picture = shopper.screenshot();
            (picture.get_pixel(480, 60).0 == ground.map(|part| part as u8)).then_some(picture)
        });
        // The middle of a plate's upper edge: no letter is there.
        for plate in [".title", ".tools", ".where", ".look"] {
            let at = shopper.run(&format!("const b = document.querySelector({plate:?}).getBoundingClientRect(); return [b.left + b.width / 2, b.top + 2]"));
            let pixel =
                picture.get_pixel(at[0].as_f64().unwrap() as u32, at[1].as_f64().unwrap() as u32 + 1).0.map(f64::from);
            let found = contrast(pixel, [255.0; 3]).min(contrast(pixel, [226.0, 228.0, 230.0]));
            assert!(found >= 4.5, "{plate} on {ground:?}: {pixel:?}, {found:.1} to 1");
        }
        // A marker's disc or its outline stands out from whatever lies behind it.
        let (x, y) = shopper.place_of(PRODUCT);
        let ring: Vec<f64> =
            (13..22).map(|d| contrast(picture.get_pixel((x + d) as u32, y as u32).0.map(f64::from), ground)).collect();
        assert!(ring.iter().copied().fold(1.0, f64::max) >= 2.9, "the marker on {ground:?}: {ring:?}");
    }
}

fn inside(agent: &str) -> (Server, Shopper) {
    entered(Browser::chromium_with(PHONE, &[&format!("--user-agent={agent}")]), &store())
}

#[test]
fn inside_an_app_there_is_a_way_out() {
    let android = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/140.0.0.0 Mobile Safari/537.36";
    let (server, shopper) = inside(&format!("{android} Line/15.3.1/IAB"));
    assert!(
        shopper.attribute(".outside a", "href").contains("openExternalBrowser=1"),
        "{}",
        shopper.attribute(".outside a", "href")
    );
    assert!(text(&shopper.run("return document.querySelector('.outside').innerText")).contains("LINE"));
    assert_all_on_screen(&shopper, "inside LINE");
    shopper.run("document.querySelector('.outside .tool').click()");
    assert!(shopper.run("return document.querySelector('.outside')").is_null());
    shopper.goto("about:blank");
    shopper.enter(&server, &store());
    shopper.wait_for_controls();
    assert!(shopper.run("return document.querySelector('.outside')").is_null(), "it is said once");

    let (_server, shopper) = inside(&format!("{android} Instagram 350.0.0.0 Android"));
    shopper.run(&format!("location.hash = '#scene={SOUTH}'"));
    until("the scene is there", || (shopper.scene() == SOUTH).then_some(()));
    let way = text(&shopper.run(
        "const link = document.querySelector('.outside a');
         link.addEventListener('click', (event) => event.preventDefault());
         link.click();
         return link.href",
    ));
    assert!(
        way.starts_with("intent://") && way.contains(&format!("#scene={SOUTH}")) && way.contains("#Intent;"),
        "{way}"
    );
    let iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/500.0]";
    let (_server, shopper) = inside(iphone);
    assert_eq!(text(&shopper.run("return document.querySelector('.outside .pill').textContent")), "Copy link");
    let (_server, shopper) = entered(Browser::chromium(PHONE), &store());
    assert!(
        shopper.run("return document.querySelector('.outside')").is_null(),
        "a browser of its own needs no way out"
    );
}
