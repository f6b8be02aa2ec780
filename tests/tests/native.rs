//! The same store in a native window, drawn by software Vulkan.

use std::process::Command;

use scene::sphere::{ViewFrame, ViewPose, Viewport};
use tempfile::TempDir;
use tests::database::Engine;
use tests::display::Display;
use tests::markers::{BACK, OPENING, SOUTH, STORE, expected};
use tests::picture::{centres, same_places};
use tests::process::Process;
use tests::programs::{keep, program};
use tests::server::with_markers;
use tests::wait::until;

#[test]
fn the_window_shows_what_the_browser_shows() {
    let server = with_markers(Engine::Sqlite);
    let display = Display::start(1280, 1024);
    let folder = TempDir::new().unwrap();
    let file = keep().join("window.png");
    let _ = std::fs::remove_file(&file);
    let url = server.url(&format!("/s/{STORE}#scene={SOUTH}"));
    let mut viewer = Command::new(program("viewer"));
    viewer.arg(url).arg("--screenshot").arg(&file).args(["--then-exit", "--size", "960x540"]);
    viewer.env("DISPLAY", display.name()).env_remove("WAYLAND_DISPLAY").env("XDG_RUNTIME_DIR", folder.path());
    let mut window = Process::start(&mut viewer, &folder.path().join("viewer.log"));
    until("the window has taken its picture and closed", || window.has_ended().then_some(()));
    let picture = image::open(&file)
        .unwrap_or_else(|error| panic!("no picture: {error}; it said: {}", window.printed()))
        .into_rgb8();
    assert_eq!(picture.dimensions(), (960, 540));
    let viewport = Viewport { width: 960.0, height: 540.0 };
    let wanted = centres(&expected(SOUTH, OPENING, viewport));
    let largest = same_places(&centres(&picture), &wanted, 1.0);
    eprintln!("window: {} markers within {largest:.2} px", wanted.len());

    // The link to the north, a disc in the shop's colour.
    let (yaw_deg, pitch_deg) = BACK;
    let place = ViewFrame::new(&ViewPose::from(OPENING), viewport)
        .on_screen(yaw_deg.to_radians(), pitch_deg.to_radians())
        .unwrap();
    let [red, green, _] = picture.get_pixel(place.x as u32, place.y as u32 + 12).0;
    assert!(green > red + 40, "no link at {place}: {red}, {green}");
}
