//! The card of a product: its pictures, its video and the shops that sell it.

use std::fs;

use image::{Rgb, RgbImage};
use serde_json::{Value, json};
use tempfile::TempDir;
use tests::axe;
use tests::browser::{Browser, DESKTOP, PHONE, Screen};
use tests::database::Engine;
use tests::folder::DataFolder;
use tests::layout::prefer;
use tests::markers::{PRODUCT, STORE, write_seed_folder};
use tests::server::{Server, seed};
use tests::shopper::Shopper;
use tests::wait::until;
use tests::webdriver::key;

/// Half a second, 64 by 48 pixels, VP8.
const FILM: &[u8] = include_bytes!("../src/film.webm");

/// The store with markers, whose product has three pictures, a video and two shops.
fn server() -> Server {
    let source = TempDir::new().expect("a temporary folder");
    let at = source.path();
    write_seed_folder(at);
    for (name, colour) in [("open", [150, 110, 60]), ("leaves", [60, 90, 70])] {
        let picture = RgbImage::from_pixel(900, 700, Rgb(colour));
        picture.save(at.join(format!("products/{name}.png"))).expect("a picture can be written");
    }
    fs::write(at.join("media/film.webm"), FILM).expect("a film can be written");
    let file = at.join("seed.json");
    let mut content: Value = serde_json::from_slice(&fs::read(&file).expect("a seed")).expect("JSON");
    let product = &mut content["products"][0];
    product["morePictures"] = json!([
        {"picture": "products/open.png", "alt": {"zh-TW": "打開的茶包", "en": "The packet, open"}},
        {"picture": "products/leaves.png", "alt": {"zh-TW": "茶葉", "en": "The leaves"}},
    ]);
    product["video"] = json!("media/film.webm");
    product["links"] = json!([
        {"url": "https://www.shop.example/tea?id=1", "label": {"zh-TW": "示範商城", "en": "Example mall"}},
        {"url": "https://tea.example/"},
    ]);
    fs::write(&file, content.to_string()).expect("a seed can be written");
    let folder = DataFolder::empty(Engine::Sqlite);
    seed(at, &folder);
    Server::start(folder)
}

fn shopper(server: &Server, screen: Screen, lang: &str) -> Shopper {
    let shopper = Shopper::new(Browser::chromium(screen));
    shopper.enter(server, &format!("/s/{STORE}?lang={lang}"));
    shopper
}

/// Opens the card by the keyboard.
fn open(shopper: &Shopper) {
    shopper.tab_to(PRODUCT);
    shopper.press(key::ENTER);
    until("the product's card is open", || shopper.card());
    until("its gallery lies where it stays", || {
        (shopper.run(
            "return document.querySelector('#card').getAnimations().every(({ playState }) => playState === 'finished')",
        ) == json!(true))
        .then_some(())
    });
}

/// Which slide fills the gallery, and which its dots say.
fn shown(shopper: &Shopper) -> Value {
    shopper.run(
        "const list = document.querySelector('.slides').getBoundingClientRect();
         const inPlace = [...document.querySelectorAll('.slides li')].findIndex((slide) => Math.abs(slide.getBoundingClientRect().left - list.left) < 1.5);
         return [inPlace, [...document.querySelectorAll('.dot')].findIndex((dot) => dot.getAttribute('aria-current') === 'true')]",
    )
}

fn until_shown(shopper: &Shopper, index: usize) {
    until(&format!("slide {index} is shown"), || (shown(shopper) == json!([index, index])).then_some(()));
}

/// What of the bundle the page has fetched, by the beginning of its name.
fn has_fetched(shopper: &Shopper, name: &str) -> bool {
    shopper
        .run(&format!("return performance.getEntriesByType('resource').some(({{ name }}) => name.includes('/{name}'))"))
        == json!(true)
}

#[test]
fn pictures_video_and_shops_by_the_keyboard() {
    let server = server();
    let shopper = shopper(&server, DESKTOP, "en");
    shopper.wait_for_controls();
    for module in ["cards-", "gallery-"] {
        assert!(!has_fetched(&shopper, module), "{module} comes when a card is opened");
    }
    open(&shopper);
    assert!(has_fetched(&shopper, "cards-") && has_fetched(&shopper, "gallery-"));
    let pictures =
        shopper.run("return [...document.querySelectorAll('.slides img')].map(({ alt, naturalWidth }) => alt)");
    assert_eq!(pictures, json!(["A packet of tea", "The packet, open", "The leaves"]));
    let names =
        shopper.run("return [...document.querySelectorAll('.dot')].map((dot) => dot.getAttribute('aria-label'))");
    assert_eq!(
        names,
        json!([
            "Picture, 1 of 4: A packet of tea",
            "Picture, 2 of 4: The packet, open",
            "Picture, 3 of 4: The leaves",
            "Video, 4 of 4"
        ])
    );
    shopper.run("document.querySelector('.slides').focus()");
    until_shown(&shopper, 0);
    shopper.press(key::RIGHT);
    shopper.press(key::RIGHT);
    until_shown(&shopper, 2);
    until("the picture is there", || {
        (shopper.run("return document.querySelectorAll('.slides img')[2].naturalWidth > 0") == json!(true))
            .then_some(())
    });
    shopper.press(key::LEFT);
    until_shown(&shopper, 1);
    let said = shopper.run("return document.querySelector('.slideshow [role=status]').textContent");
    assert_eq!(said, json!("Picture, 2 of 4: The packet, open"));
    shopper.press(key::END);
    until_shown(&shopper, 3);

    let video = "const video = document.querySelector('.slides video');";
    let is = shopper.run(&format!(
        "{video} return [video.controls, video.autoplay, video.preload, new URL(video.poster).pathname.endsWith('/original.png'), video.paused, video.getAttribute('aria-label')]"
    ));
    assert_eq!(is, json!([true, false, "none", true, true, "Video: Oolong tea"]));
    shopper.run(&format!("{video} video.muted = true; video.play()"));
    until("the video plays", || {
        (shopper.run(&format!("{video} return video.videoWidth === 64 && (video.currentTime > 0 || video.ended)"))
            == json!(true))
        .then_some(())
    });
    shopper.run(&format!("{video} video.loop = true; video.play()"));
    shopper.run("document.querySelector('.dot').click()");
    until_shown(&shopper, 0);
    assert_eq!(shopper.run(&format!("{video} return video.paused")), json!(true), "out of sight is out of hearing");

    let shops = shopper
        .run("return [...document.querySelectorAll('.shops a')].map((a) => [a.textContent, a.href, a.target, a.rel])");
    assert_eq!(
        shops,
        json!([
            [
                "Example mallshop.example(opens in a new tab)",
                "https://www.shop.example/tea?id=1",
                "_blank",
                "noopener noreferrer"
            ],
            ["tea.example(opens in a new tab)", "https://tea.example/", "_blank", "noopener noreferrer"],
        ])
    );
    for scheme in ["light", "dark"] {
        prefer(&shopper, scheme);
        assert_eq!(axe::findings(&shopper), Vec::<String>::new(), "{scheme}");
    }
    shopper.press(key::ESCAPE);
    until("the card is closed", || shopper.card().is_none().then_some(()));
    assert_eq!(shopper.focused_hotspot().as_deref(), Some(PRODUCT));
    shopper.assert_no_complaints();
}

#[test]
fn a_finger_swipes_in_chinese() {
    let server = server();
    let shopper = shopper(&server, PHONE, "zh-TW");
    open(&shopper);
    let card = shopper.card().unwrap_or_default();
    assert!(card.contains("線上購買") && card.contains("示範商城"), "{card}");
    until_shown(&shopper, 0);
    let place = shopper.run(
        "const box = document.querySelector('.slides').getBoundingClientRect();
         return [Math.round(box.left), Math.round(box.top), Math.round(box.width), Math.round(box.height)]",
    );
    let [left, top, width, height] = [0, 1, 2, 3].map(|at| place[at].as_i64().expect("a number") as i32);
    let y = top + height / 2;
    shopper.drag(shopper.screen().pointer, (left + width * 9 / 10, y), (left + width / 10, y));
    until_shown(&shopper, 1);
    let wide =
        shopper.run("const sheet = document.querySelector('.sheet'); return sheet.scrollWidth - sheet.clientWidth");
    assert_eq!(wide, json!(0), "nothing sticks out of the card");
    shopper.assert_no_complaints();
}
