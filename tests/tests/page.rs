//! What hangs around the picture: language, focus.

use serde_json::json;
use tests::browser::{Browser, DESKTOP};
use tests::database::Engine;
use tests::markers::{LINK, SOUTH, STORE};
use tests::server::with_markers;
use tests::shopper::Shopper;
use tests::wait::until;
use tests::webdriver::key;

fn choose_language(shopper: &Shopper, tag: &str) {
    shopper.run(&format!(
        "const choice = document.getElementById('language'); choice.value = '{tag}';
         choice.dispatchEvent(new Event('change', {{ bubbles: true }}))"
    ));
}

#[test]
fn another_language_is_spoken_at_once_and_remembered() {
    let server = with_markers(Engine::Sqlite);
    let shopper = Shopper::new(Browser::chromium(DESKTOP));
    shopper.enter(&server, &format!("/s/{STORE}?lang=en"));
    let words = || {
        shopper.run(
            "return [document.documentElement.lang, document.getElementById('scene-name').textContent,
                     document.querySelector('[data-hotspot]').getAttribute('aria-label') ?? document.querySelector('[data-hotspot]').textContent]",
        )
    };
    let english = words();
    assert_eq!((&english[0], &english[1]), (&json!("en"), &json!("North")));
    choose_language(&shopper, "zh-TW");
    until("the page speaks Chinese", || {
        let chinese = words();
        (chinese[0] == "zh-TW" && chinese[1] == "北" && chinese[2] != english[2]).then_some(())
    });
    let list = shopper.run("return document.getElementById('list').href");
    assert!(list.as_str().unwrap_or_default().contains("lang=zh-TW"), "{list}");
    assert!(shopper.address().contains("lang=zh-TW"), "{}", shopper.address());

    // An address without a language follows the choice, although the browser asks for English.
    shopper.enter(&server, &format!("/s/{STORE}"));
    until("the choice is remembered", || (words()[1] == "北").then_some(()));
    shopper.assert_no_complaints();
}

#[test]
fn the_keyboard_goes_on_from_the_picture_after_walking() {
    let server = with_markers(Engine::Sqlite);
    let shopper = Shopper::new(Browser::chromium(DESKTOP));
    shopper.enter(&server, &format!("/s/{STORE}?lang=en"));
    shopper.tab_to(LINK);
    shopper.press(key::ENTER);
    until("the scene behind the link is there", || (shopper.scene() == SOUTH).then_some(()));
    until("the picture has the focus", || {
        (shopper.run("return document.activeElement?.id ?? ''") == json!("view")).then_some(())
    });
    let named = shopper.run("return document.getElementById('view').getAttribute('aria-label')");
    assert_eq!(named, json!("Coloured discs on grey"));
    shopper.press(key::TAB);
    assert_eq!(shopper.focused_hotspot().as_deref(), Some("to-north"));
}
