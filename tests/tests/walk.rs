//! A shopper's journey: open the store, turn, walk to the next scene, come back, look at a product.

use scene::document::{SphereCorrection, View};
use scene::sphere::{ViewLimits, ViewPose, Viewport};
use serde_json::json;
use tests::browser::{Browser, DESKTOP, PHONE};
use tests::database::Engine;
use tests::folder::DataFolder;
use tests::markers::{LINK, NORTH, OPENING, PARTIAL, PARTIAL_OPENING, PRODUCT, SOUTH, SOUTH_NORTH_DEG, STORE};
use tests::picture::mean_difference;
use tests::server::{Server, with_markers};
use tests::shopper::Shopper;
use tests::wait::until;
use tests::webdriver::{Pointer, key};

#[test]
fn desktop_on_sqlite() {
    journey(&with_markers(Engine::Sqlite), &Shopper::new(Browser::chromium(DESKTOP)));
}

#[test]
fn desktop_on_postgres() {
    journey(&with_markers(Engine::Postgres), &Shopper::new(Browser::chromium(DESKTOP)));
}

#[test]
fn telephone() {
    journey(&with_markers(Engine::Sqlite), &Shopper::new(Browser::chromium(PHONE)));
}

#[test]
fn webkit() {
    journey(&with_markers(Engine::Sqlite), &Shopper::new(Browser::webkit(DESKTOP)));
}

/// The whole way; what only one browser can show has its own tests below.
fn journey(server: &Server, shopper: &Shopper) {
    shopper.enter(server, &format!("/s/{STORE}?lang=en"));
    assert_eq!(shopper.scene(), NORTH);
    shopper.assert_markers("view", NORTH, OPENING, 1.0);

    turn(shopper);
    follow_the_link_and_come_back(shopper);
    look_at_the_product(shopper);
    shopper.assert_no_complaints();

    // Leaving the page sends what is left.
    shopper.goto(&server.url("/"));
    until_counted(server);
}

#[test]
fn whoever_begins_close_up_and_steps_back_sees_it_sharp_again() {
    let server = with_markers(Engine::Sqlite);
    let shopper = Shopper::new(Browser::chromium(DESKTOP));
    // The coarser tiles come when the finer ones, which hide them, are there.
    shopper.enter(&server, &format!("/s/{STORE}?lang=en#fov=40"));
    let before = shopper.view();
    shopper.run("location.hash = '#fov=90'");
    until("the view is wider", || (shopper.view().fov > before.fov + 49.0).then_some(()));
    shopper.wait_until_sharp();
    let after = shopper.view();
    shopper.assert_markers("view", NORTH, after, 1.0);
    shopper.assert_no_complaints();
}

#[test]
fn a_link_to_a_hotspot_turns_to_it_and_opens_it() {
    let server = with_markers(Engine::Sqlite);
    let shopper = Shopper::new(Browser::chromium(DESKTOP));
    shopper.enter(&server, &format!("/s/{STORE}?lang=en#scene={NORTH}&yaw=180&hotspot={PRODUCT}"));
    let card = until("the product's card is open", || shopper.card());
    assert!(card.contains("Oolong tea"), "{card}");
    until("the view has turned to it", || ((shopper.view().yaw - 28.0).abs() < 40.0).then_some(()));
    shopper.press(key::ESCAPE);
    until("focus is on it", || (shopper.focused_hotspot().as_deref() == Some(PRODUCT)).then_some(()));
    // By hand, too, and into another scene: what was open belongs to the one that is left.
    shopper.run(&format!("location.hash = '#hotspot={PRODUCT}'"));
    until("the card is open again", || shopper.card());
    shopper.run(&format!("location.hash = '#scene={SOUTH}'"));
    until("the other scene is there", || (shopper.scene() == SOUTH).then_some(()));
    assert_eq!(shopper.card(), None);
    shopper.assert_no_complaints();
}

fn turn(shopper: &Shopper) {
    let before = shopper.view();
    let (x, y) = (shopper.screen().width as i32 / 2, shopper.screen().height as i32 * 2 / 5);
    shopper.drag(shopper.screen().pointer, (x, y), (x - 120, y + 20));
    until("the drag has turned the view", || (shopper.view().yaw > before.yaw + 5.0).then_some(()));
    shopper.wait_until_sharp();
    let after = shopper.view();
    // The world follows the finger: to the left and down means looking right and up.
    assert!(after.pitch > before.pitch + 1.0, "{before:?} {after:?}");
    shopper.assert_markers("view", NORTH, after, 1.0);

    shopper.hold(key::LEFT, std::time::Duration::from_millis(300));
    until("the arrow key has turned the view", || (shopper.view().yaw < after.yaw - 1.0).then_some(()));
    shopper.wait_until_sharp();
    shopper.assert_markers("view", NORTH, shopper.view(), 1.0);
}

fn follow_the_link_and_come_back(shopper: &Shopper) {
    // However far the arrow key turned: whoever holds it lets go of it late on a busy machine.
    shopper.tab_to(LINK);
    shopper.wait_until_sharp();
    let before = shopper.view();
    shopper.tap(shopper.screen().pointer, shopper.place_of(LINK));
    until("the scene behind the link is there", || (shopper.scene() == SOUTH).then_some(()));
    shopper.wait_until_sharp();
    let there = shopper.view();
    // Heading = yaw + north, and stays.
    assert!((there.yaw + SOUTH_NORTH_DEG - before.yaw).abs() < 0.1, "{before:?} {there:?}");
    shopper.assert_markers("view", SOUTH, there, 1.0);
    assert!(shopper.address().contains("scene=south"), "{}", shopper.address());

    shopper.back();
    until("Back leads to the first scene", || (shopper.scene() == NORTH).then_some(()));
    shopper.wait_until_sharp();
    let back = shopper.view();
    assert!((back.yaw - before.yaw).abs() < 0.1 && (back.pitch - before.pitch).abs() < 0.1, "{before:?} {back:?}");
}

fn look_at_the_product(shopper: &Shopper) {
    shopper.tab_to(PRODUCT);
    shopper.press(key::ENTER);
    let card = until("the product's card is open", || shopper.card());
    assert!(card.contains("Oolong tea") && card.contains("120"), "{card}");
    shopper.press(key::ESCAPE);
    until("the card is closed", || shopper.card().is_none().then_some(()));
    assert_eq!(shopper.focused_hotspot().as_deref(), Some(PRODUCT), "focus returns to where the card was opened");
    shopper.wait_until_sharp();
}

/// The visit as `vitrine stats` tells it.
fn until_counted(server: &Server) {
    until("the visit is in the database", || {
        let stats = server.stats(STORE);
        let scene = |id: &str| stats["scenes"].as_array()?.iter().find(|scene| scene["scene"] == id).cloned();
        let clicks = |id: &str| stats["hotspots"].as_array()?.iter().find(|spot| spot["hotspot"] == id).cloned();
        let is_complete = stats["views"] == json!(1)
            && scene(NORTH)?["views"] == json!(2)
            && scene(SOUTH)?["views"] == json!(1)
            && clicks(LINK)?["clicks"] == json!(1)
            && clicks(PRODUCT)?["clicks"] == json!(1);
        is_complete.then_some(())
    });
}

#[test]
fn markers_are_where_the_projection_puts_them() {
    let server = with_markers(Engine::Sqlite);
    let shopper = Shopper::new(Browser::chromium(DESKTOP));
    // Across the image's seam, a cube's corner and edges, near both poles, far and near.
    for view in [
        View { yaw: 178.0, pitch: 3.0, fov: 100.0 },
        View { yaw: 40.0, pitch: 30.0, fov: 70.0 },
        View { yaw: -120.0, pitch: 8.0, fov: 110.0 },
        View { yaw: 80.0, pitch: -60.0, fov: 90.0 },
        View { yaw: -80.0, pitch: 65.0, fov: 90.0 },
        View { yaw: 2.0, pitch: 3.0, fov: 40.0 },
    ] {
        let View { yaw, pitch, fov } = view;
        // A new page, not another fragment of the same one.
        shopper.goto("about:blank");
        shopper.enter(&server, &format!("/s/{STORE}#scene=north&yaw={yaw}&pitch={pitch}&fov={fov}"));
        assert_eq!(shopper.view(), view);
        shopper.assert_markers("view", NORTH, view, 1.0);
    }
    shopper.assert_no_complaints();
}

#[test]
fn the_viewer_takes_over_from_the_poster_without_a_jump() {
    for screen in [DESKTOP, PHONE] {
        take_over(&with_markers(Engine::Sqlite), &Shopper::new(Browser::chromium(screen)), OPENING);
    }
}

#[test]
fn poster_and_viewer_stay_inside_a_partial_panorama_alike() {
    let server = Server::start(DataFolder::partial_markers(Engine::Sqlite));
    let limits = ViewLimits::new(Some(PARTIAL), &SphereCorrection::default());
    for screen in [DESKTOP, PHONE] {
        let viewport = Viewport { width: f64::from(screen.width), height: f64::from(screen.height) };
        let ViewPose { yaw, pitch, fov } = limits.opening(&PARTIAL_OPENING.into(), viewport);
        let opening = View { yaw: yaw.to_degrees(), pitch: pitch.to_degrees(), fov: fov.to_degrees() };
        assert_ne!(opening, PARTIAL_OPENING, "the document asks for a view that is all there");
        take_over(&server, &Shopper::new(Browser::chromium(screen)), opening);
    }
}

/// Looks at the page before and after the viewer is there: both show `opening`.
fn take_over(server: &Server, shopper: &Shopper, opening: View) {
    // Without its WebAssembly the page stays as it is before the viewer is there.
    shopper.chromium("Network.enable", &json!({}));
    shopper.chromium("Network.setBlockedURLs", &json!({"urls": ["*.wasm"]}));
    shopper.goto(&server.url(&format!("/s/{STORE}")));
    until("the poster is on the screen", || {
        let shown = shopper.run(
            "const image = document.querySelector('#poster img');
             return !!image && image.complete && image.naturalWidth > 0 && getComputedStyle(image).opacity === '1'",
        );
        shown.as_bool()?.then_some(())
    });
    shopper.assert_markers("poster", NORTH, opening, 1.0);
    let poster = shopper.picture("poster");
    // Shows also that `assert_no_complaints` would hear of a complaint.
    assert!(
        shopper.console().iter().any(|line| line.starts_with("SEVERE")),
        "the page does not say that something is missing"
    );

    shopper.chromium("Network.setBlockedURLs", &json!({"urls": []}));
    shopper.enter(server, &format!("/s/{STORE}"));
    shopper.assert_no_complaints();
    shopper.assert_markers("view", NORTH, opening, 1.0);
    let live = shopper.picture("view");
    let difference = mean_difference(&poster, &live);
    eprintln!("poster and view differ by {difference:.2} of 255");
    assert!(difference < 2.0, "poster and view differ by {difference:.2} of 255");
}

#[test]
fn nothing_is_drawn_while_nothing_moves() {
    let server = with_markers(Engine::Sqlite);
    let shopper = Shopper::new(Browser::chromium(DESKTOP));
    shopper.enter(&server, &format!("/s/{STORE}"));
    let before = shopper.frames();
    assert_eq!(shopper.frames_drawn_during(120), 0);
    shopper.tap(Pointer::Mouse, (300, 300));
    shopper.drag(Pointer::Mouse, (500, 250), (400, 250));
    shopper.wait_until_sharp();
    assert!(shopper.frames() > before, "turning draws");
    assert_eq!(shopper.frames_drawn_during(120), 0);
}

#[test]
fn tab_reaches_every_hotspot_and_turns_to_it() {
    let server = with_markers(Engine::Sqlite);
    let shopper = Shopper::new(Browser::chromium(DESKTOP));
    shopper.enter(&server, &format!("/s/{STORE}#scene=north&yaw=150&pitch=0&fov=80"));
    for hotspot in [LINK, PRODUCT] {
        shopper.tab_to(hotspot);
        shopper.wait_until_sharp();
        let (x, y) = shopper.place_of(hotspot);
        assert!((0..960).contains(&x) && (0..540).contains(&y), "{hotspot} has the focus and is at {x}, {y}");
    }
    shopper.press_with(&[key::SHIFT], key::TAB);
    assert_eq!(shopper.focused_hotspot().as_deref(), Some(LINK));
}
