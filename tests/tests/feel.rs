//! How it feels to walk a store: steps that can be turned back, taps, the controls over the picture.

use serde_json::json;
use tests::browser::{Browser, DESKTOP, PHONE, Screen};
use tests::database::Engine;
use tests::markers::{CROWD, LINK, NORTH, PLACES, PRODUCT, SOUTH, SOUTH_NORTH_DEG, STORE};
use tests::server::{Server, with_markers};
use tests::shopper::Shopper;
use tests::wait::until;
use tests::webdriver::{Pointer, key};

fn desktop() -> (Server, Shopper) {
    entered(Browser::chromium(DESKTOP))
}

fn entered(browser: Browser) -> (Server, Shopper) {
    let server = with_markers(Engine::Sqlite);
    let shopper = Shopper::new(browser);
    shopper.enter(&server, &format!("/s/{STORE}?lang=en"));
    (server, shopper)
}

fn magnification(fov_deg: f64) -> f64 {
    1.0 / (fov_deg.to_radians() / 2.0).tan()
}

#[test]
fn who_turns_back_in_the_middle_of_a_step_is_back() {
    let (_server, shopper) = desktop();
    let before = shopper.view();
    // As soon as the next scene begins to appear, and long before it is there alone: a step has more frames than this.
    let frames = shopper.run_until_done(&format!(
        "const stage = document.getElementById('store');
         let turned = null;
         const watch = new MutationObserver(() => {{
           if (turned === null && stage.dataset.scene === '{SOUTH}') {{
             turned = Number(stage.dataset.frames);
             document.querySelector('[data-hotspot=\"to-north\"]').click();
           }} else if (turned !== null && stage.dataset.scene === '{NORTH}') {{
             watch.disconnect();
             done(Number(stage.dataset.frames) - turned);
           }}
         }});
         watch.observe(stage, {{ attributes: true, attributeFilter: ['data-scene'] }});
         document.querySelector('[data-hotspot=\"{LINK}\"]').click();"
    ));
    let frames = frames.as_u64().expect("a number of frames");
    assert!(frames <= 3, "{frames} frames until the way back began");
    until("the first scene is shown", || (shopper.scene() == NORTH).then_some(()));
    shopper.wait_until_sharp();
    let after = shopper.view();
    assert!((after.yaw - before.yaw).abs() < 0.2 && (after.fov - before.fov).abs() < 0.1, "{before:?} {after:?}");
    shopper.assert_markers("view", NORTH, after, 1.0);
    shopper.assert_no_complaints();
}

#[test]
fn a_double_tap_comes_closer_and_another_goes_back() {
    for screen in [DESKTOP, PHONE] {
        let server = with_markers(Engine::Sqlite);
        let shopper = Shopper::new(Browser::chromium(screen));
        shopper.enter(&server, &format!("/s/{STORE}?lang=en"));
        let before = shopper.view();
        let middle = (screen.width as i32 / 2, screen.height as i32 / 2);
        shopper.double_tap(screen.pointer, middle);
        until("the view is closer", || (shopper.view().fov < before.fov - 20.0).then_some(()));
        shopper.wait_until_sharp();
        let closer = shopper.view();
        assert!((magnification(closer.fov) / magnification(before.fov) - 2.0).abs() < 0.02, "{closer:?}");
        shopper.assert_markers("view", NORTH, closer, 1.0);
        // A tap on a marker is no half of a double tap.
        shopper.double_tap(screen.pointer, middle);
        until("the view is as wide as before", || ((shopper.view().fov - before.fov).abs() < 0.01).then_some(()));
    }
}

#[test]
fn the_compass_says_and_shows_where_north_is() {
    let (server, shopper) = desktop();
    use_the_compass(&server, &shopper);
}

#[test]
fn the_compass_says_and_shows_where_north_is_in_webkit() {
    let (server, shopper) = entered(Browser::webkit(DESKTOP));
    use_the_compass(&server, &shopper);
}

fn use_the_compass(server: &Server, shopper: &Shopper) {
    shopper.goto("about:blank");
    shopper.enter(server, &format!("/s/{STORE}?lang=en#scene=south&yaw=60&pitch=0&fov=90"));
    shopper.wait_for_controls();
    // Heading = yaw + north = 90°.
    until("the compass says east", || {
        shopper.attribute("[data-control=compass]", "aria-label").contains("facing east").then_some(())
    });
    let needle = shopper.run("return document.getElementById('needle').style.transform");
    assert_eq!(needle, json!("rotate(-90deg)"));
    shopper.use_control("compass");
    until("the view is turned to the north", || ((shopper.view().yaw + SOUTH_NORTH_DEG).abs() < 0.01).then_some(()));
    until("the compass says north", || {
        shopper.attribute("[data-control=compass]", "aria-label").contains("facing north.").then_some(())
    });
}

#[test]
fn the_strip_of_scenes_shows_them_and_leads_there() {
    let (_server, shopper) = desktop();
    use_the_strip(&shopper);
}

#[test]
fn the_strip_of_scenes_shows_them_and_leads_there_in_webkit() {
    let (_server, shopper) = entered(Browser::webkit(DESKTOP));
    use_the_strip(&shopper);
}

fn use_the_strip(shopper: &Shopper) {
    shopper.use_control("scenes");
    assert_eq!(shopper.attribute("[data-control=scenes]", "aria-expanded"), "true");
    until("the pictures are there", || {
        let loaded =
            "return [...document.querySelectorAll('.thumb img')].filter((image) => image.naturalWidth === 320).length";
        (shopper.run(loaded) == json!(2)).then_some(())
    });
    assert_eq!(shopper.attribute(".thumb[aria-current]", "data-scene"), NORTH);
    shopper.run("document.querySelector('.thumb[data-scene=south]').click()");
    until("the scene is there", || (shopper.scene() == SOUTH).then_some(()));
    assert_eq!(shopper.attribute(".thumb[aria-current]", "data-scene"), SOUTH);
    shopper.run("document.querySelector('.thumb[data-scene=south]').focus()");
    shopper.press(key::ESCAPE);
    until("the strip is closed", || {
        (shopper.attribute("[data-control=scenes]", "aria-expanded") == "false").then_some(())
    });
    assert_eq!(shopper.run("return document.activeElement.dataset.control"), json!("scenes"));
}

#[test]
fn the_floor_plan_shows_the_field_of_view_and_leads_on() {
    let (_server, shopper) = desktop();
    use_the_plan(&shopper);
}

#[test]
fn the_floor_plan_shows_the_field_of_view_and_leads_on_in_webkit() {
    let (_server, shopper) = entered(Browser::webkit(DESKTOP));
    use_the_plan(&shopper);
}

fn use_the_plan(shopper: &Shopper) {
    shopper.use_control("plan");
    let cone = || shopper.attribute(".sight path", "transform");
    let heading = |place: usize| PLACES[place].2 + shopper.view().yaw;
    let is_turned_to = |angle: f64| {
        (cone() == format!("rotate({angle:.1})").replace(".0)", ")")) || cone() == format!("rotate({angle:.1})")
    };
    until("the cone looks where the shopper looks", || is_turned_to(heading(0)).then_some(()));
    shopper.drag(Pointer::Mouse, (500, 200), (380, 200));
    shopper.wait_until_sharp();
    assert!(is_turned_to(heading(0)), "{} at {:?}", cone(), shopper.view());
    // The cone's two sides are as far apart as the sides of the screen.
    let path = shopper.attribute(".sight path", "d");
    let corner: Vec<f64> = path[5..path.find('A').expect("the cone has an arc")]
        .split(' ')
        .map(|number| number.trim_start_matches('L').parse().expect("a coordinate"))
        .collect();
    let half = (-corner[0] / -corner[1]).atan();
    let fov = shopper.view().fov.to_radians();
    let expected = (960.0 / 2.0 / (960.0_f64.max(540.0 * 16.0 / 9.0) / 2.0 / (fov / 2.0).tan())).atan();
    assert!((half - expected).abs() < 0.01, "{half} {expected} {path}");
    shopper.run("document.querySelectorAll('.spot')[1].click()");
    until("the scene is there", || (shopper.scene() == SOUTH).then_some(()));
    shopper.wait_until_sharp();
    assert_eq!(shopper.run("return document.querySelectorAll('.spot')[1].getAttribute('aria-current')"), json!("true"));
    assert!(is_turned_to(heading(1)), "{} at {:?}", cone(), shopper.view());
}

#[test]
fn the_plan_has_its_pictures_shape_where_the_screen_is_low() {
    let server = with_markers(Engine::Sqlite);
    let low = Screen { width: 844, height: 390, ..DESKTOP };
    let shopper = Shopper::new(Browser::chromium(low));
    shopper.enter(&server, &format!("/s/{STORE}?lang=en"));
    shopper.use_control("plan");
    // Places are parts of the sheet.
    let shapes = until("the plan's picture is there", || {
        let shapes = shopper.run(
            "const picture = document.querySelector('.floor img'), sheet = document.querySelector('.floor')?.getBoundingClientRect();
             return picture?.naturalWidth ? [picture.naturalWidth / picture.naturalHeight, sheet.width / sheet.height] : null",
        );
        Some((shapes[0].as_f64()?, shapes[1].as_f64()?))
    });
    assert!((shapes.0 / shapes.1 - 1.0).abs() < 0.02, "picture and sheet: {shapes:?}");
}

#[test]
fn markers_that_lie_on_each_other_are_one_until_one_comes_closer() {
    let (_server, shopper) = desktop();
    let state = |id: &str| {
        shopper.run(&format!("return document.querySelector('[data-hotspot={id:?}]').parentElement.className"))
    };
    assert_eq!([state(CROWD[0]), state(CROWD[1])], [json!("grouped"), json!("grouped")]);
    assert_eq!(shopper.run("return document.querySelector('.group:not([hidden])').textContent"), json!("2"));
    // The keyboard reaches each of them, and sees it.
    shopper.tab_to(CROWD[1]);
    shopper.wait_until_sharp();
    let opacity = "return getComputedStyle(document.activeElement.parentElement).opacity";
    until("the marker with the focus is seen", || (shopper.run(opacity) == json!("1")).then_some(()));
    shopper.run("document.activeElement.blur(); document.querySelector('.group:not([hidden])').click()");
    until("they are apart", || (state(CROWD[0]) == json!("there") && state(CROWD[1]) == json!("there")).then_some(()));
    shopper.wait_until_sharp();
    assert!(
        shopper
            .run("return Number(getComputedStyle(document.getElementById('store')).getPropertyValue('--scale'))")
            .as_f64()
            .unwrap()
            > 1.05
    );
    assert_eq!(shopper.run("return document.querySelectorAll('.group:not([hidden])').length"), json!(0));
}

#[test]
fn a_marker_says_what_it_is_before_it_is_opened() {
    let (_server, shopper) = desktop();
    shopper.wait_for_controls();
    shopper.point_at(shopper.place_of(PRODUCT));
    let peek = until("the preview is there", || {
        shopper.run("return document.querySelector('.peek')?.innerText ?? null").as_str().map(str::to_owned)
    });
    assert!(peek.contains("Oolong tea") && peek.contains("NT$120"), "{peek}");
    shopper.press(key::ESCAPE);
    until("Escape hides it", || shopper.run("return document.querySelector('.peek')").is_null().then_some(()));
    shopper.tab_to(PRODUCT);
    until("the focus shows it too", || {
        (!shopper.run("return document.querySelector('.peek')").is_null()).then_some(())
    });
    let name = shopper.attribute(&format!("[data-hotspot={PRODUCT}]"), "aria-label");
    assert_eq!(name, "Product: Oolong tea \u{b7} NT$120");
}

#[test]
fn turning_the_phone_turns_the_view_and_dragging_adds_to_it() {
    let server = with_markers(Engine::Sqlite);
    let shopper = Shopper::new(Browser::chromium(PHONE));
    let turn = |alpha: f64, beta: f64| {
        let angles = json!({"alpha": alpha.rem_euclid(360.0), "beta": beta, "gamma": 0});
        shopper.chromium("DeviceOrientation.setDeviceOrientationOverride", &angles);
    };
    shopper.goto("about:blank");
    turn(0.0, 90.0);
    shopper.enter(&server, &format!("/s/{STORE}?lang=en#scene=north&yaw=10&pitch=0&fov=80"));
    // The viewer turns from where it first hears of the phone, and gives it up when it hears nothing for a while: the
    // phone tells how it is held the moment that somebody listens, however long this test takes for its next word.
    shopper.run(
        "window.told = false;
         const button = document.querySelector('[data-control=gyroscope]');
         new MutationObserver(() => setTimeout(() => {
           if (told || button.getAttribute('aria-pressed') !== 'true') return;
           told = true;
           dispatchEvent(new DeviceOrientationEvent('deviceorientation', { alpha: 0, beta: 90, gamma: 0 }));
         })).observe(button, { attributes: true, attributeFilter: ['aria-pressed'] })",
    );
    shopper.use_control("gyroscope");
    until("the phone has told how it is held", || (shopper.run("return window.told") == json!(true)).then_some(()));
    turn(-30.0, 90.0);
    until("the view has turned by as much", || ((shopper.view().yaw - 40.0).abs() < 0.1).then_some(()));
    shopper.drag(Pointer::Touch, (200, 400), (100, 400));
    until("the drag has turned it further", || (shopper.view().yaw > 45.0).then_some(()));
    shopper.wait_until_sharp();
    let dragged = shopper.view();
    turn(-40.0, 90.0);
    until("and the phone goes on from there", || ((shopper.view().yaw - dragged.yaw - 10.0).abs() < 0.1).then_some(()));
    turn(-40.0, 120.0);
    until("up is up", || (shopper.view().pitch > 20.0).then_some(()));
    shopper.use_control("gyroscope");
    shopper.wait_until_sharp();
    let still = shopper.view();
    turn(50.0, 90.0);
    assert_eq!(shopper.frames_drawn_during(30), 0);
    assert_eq!(shopper.view(), still);
    shopper.assert_no_complaints();
}

#[test]
fn phones_that_ask_first_are_asked_within_the_tap() {
    let server = with_markers(Engine::Sqlite);
    let shopper = Shopper::new(Browser::chromium(PHONE));
    // As Safari does it on a telephone.
    let asks = "window.asked = []; window.answer = 'denied';
      DeviceOrientationEvent.requestPermission = async () => { asked.push(navigator.userActivation.isActive); return window.answer; }";
    shopper.chromium("Page.addScriptToEvaluateOnNewDocument", &json!({"source": asks}));
    shopper.enter(&server, &format!("/s/{STORE}?lang=en"));
    // It is let go of again when no sensor tells anything for a while, as here.
    shopper.run(
        "window.pressed = false;
         const button = document.querySelector('[data-control=gyroscope]');
         new MutationObserver(() => { window.pressed ||= button.getAttribute('aria-pressed') === 'true'; })
           .observe(button, { attributes: true })",
    );
    shopper.use_control("gyroscope");
    until("it is said that the phone may not tell", || {
        shopper
            .run("return document.getElementById('shown').textContent")
            .as_str()?
            .contains("Allow motion access")
            .then_some(())
    });
    assert_eq!(shopper.run("return window.pressed"), json!(false));
    shopper.run("window.answer = 'granted'");
    shopper.use_control("gyroscope");
    until("the button is pressed", || (shopper.run("return window.pressed") == json!(true)).then_some(()));
    assert_eq!(shopper.run("return window.asked"), json!([true, true]), "asked twice, each time within the tap");
}

#[test]
fn it_turns_by_itself_where_asked_until_someone_takes_hold() {
    let server = with_markers(Engine::Sqlite);
    let shopper = Shopper::new(Browser::chromium(DESKTOP));
    shopper.goto(&server.url(&format!("/s/{STORE}?lang=en&autorotate=20")));
    let begun = until("it turns", || {
        shopper.stage("yaw").parse::<f64>().ok().filter(|yaw| shopper.stage("controls") == "ready" && *yaw > 13.0)
    });
    until("it goes on", || (shopper.view().yaw > begun + 2.0).then_some(()));
    shopper.drag(Pointer::Mouse, (500, 250), (520, 250));
    shopper.wait_until_sharp();
    assert_eq!(shopper.frames_drawn_during(120), 0);
    // As Pannellum says it: its positive speeds turn to the left.
    shopper.goto("about:blank");
    shopper.goto(&server.url(&format!("/s/{STORE}?lang=en#yaw=40&autoRotate=20")));
    until("it turns to the left", || {
        shopper.stage("yaw").parse::<f64>().ok().filter(|yaw| shopper.stage("controls") == "ready" && *yaw < 39.0)
    });

    shopper.chromium(
        "Emulation.setEmulatedMedia",
        &json!({"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]}),
    );
    shopper.goto("about:blank");
    shopper.enter(&server, &format!("/s/{STORE}?lang=en&autorotate=20"));
    shopper.wait_for_controls();
    // Twice as long as it takes to begin.
    assert_eq!(shopper.frames_drawn_during(200), 0, "who asked for less motion sees none begin");
    // A step is a short fade then, and nothing moves.
    shopper.tap(Pointer::Mouse, shopper.place_of(LINK));
    until("the scene is there", || (shopper.scene() == SOUTH).then_some(()));
    shopper.wait_until_sharp();
    shopper.assert_markers("view", SOUTH, shopper.view(), 1.0);
}

#[test]
fn the_whole_screen_and_back() {
    let (_server, shopper) = desktop();
    shopper.use_control("fullscreen");
    until("the store has the whole screen", || {
        (shopper.run("return !!document.fullscreenElement") == json!(true)
            && shopper.attribute("[data-control=fullscreen]", "aria-pressed") == "true")
            .then_some(())
    });
    shopper.use_control("fullscreen");
    until("and gives it back", || (shopper.run("return !!document.fullscreenElement") == json!(false)).then_some(()));
}
