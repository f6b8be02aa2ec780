//! What a shopper does on a store's page, and what they see there.

use std::ops::Deref;

use glam::DVec2;
use image::RgbImage;
use scene::document::View;
use scene::sphere::Viewport;
use serde_json::Value;

use crate::browser::Browser;
use crate::markers::{Colour, expected};
use crate::picture::{centres, same_places};
use crate::server::Server;
use crate::wait::until;
use crate::webdriver::key;

/// A shopper with a browser.
#[derive(Debug)]
pub struct Shopper {
    browser: Browser,
}

impl Shopper {
    /// With this browser.
    pub fn new(browser: Browser) -> Self {
        Self { browser }
    }

    /// Opens a page and waits until the viewer shows it sharply.
    pub fn enter(&self, server: &Server, path: &str) {
        self.goto(&server.url(path));
        self.wait_until_sharp();
    }

    /// A `data-` attribute of the stage.
    pub fn stage(&self, name: &str) -> String {
        let value = self.run(&format!("return document.getElementById('store')?.dataset.{name} ?? ''"));
        value.as_str().unwrap_or_default().to_owned()
    }

    /// The scene on the screen.
    pub fn scene(&self) -> String {
        self.stage("scene")
    }

    /// Where the shopper looks.
    pub fn view(&self) -> View {
        let angle = |name| self.stage(name).parse().unwrap_or_else(|_| panic!("data-{name} is no number"));
        View { yaw: angle("yaw"), pitch: angle("pitch"), fov: angle("fov") }
    }

    /// Frames drawn so far.
    pub fn frames(&self) -> u64 {
        self.stage("frames").parse().expect("data-frames is a number")
    }

    /// Waits until every tile of the view is drawn and nothing moves.
    pub fn wait_until_sharp(&self) {
        until("the view is sharp and still", || {
            (self.stage("state") == "sharp" && self.frames_drawn_during(10) == 0).then_some(())
        });
    }

    /// Waits until the controls that come later are there.
    pub fn wait_for_controls(&self) {
        until("the controls are there", || (self.stage("controls") == "ready").then_some(()));
    }

    /// Clicks a control of the page.
    pub fn use_control(&self, name: &str) {
        self.wait_for_controls();
        let place = self.run(&format!(
            "const box = document.querySelector('[data-control=\"{name}\"]').getBoundingClientRect();
             return [Math.round(box.left + box.width / 2), Math.round(box.top + box.height / 2)]"
        ));
        let coordinate = |value: &Value| value.as_i64().expect("a coordinate") as i32;
        self.tap(self.screen().pointer, (coordinate(&place[0]), coordinate(&place[1])));
    }

    /// An attribute of the first element that a selector finds; empty where it has none.
    pub fn attribute(&self, selector: &str, name: &str) -> String {
        let value = self.run(&format!("return document.querySelector({selector:?})?.getAttribute({name:?}) ?? ''"));
        value.as_str().unwrap_or_default().to_owned()
    }

    /// How many frames the viewer draws while the browser would draw that many.
    pub fn frames_drawn_during(&self, frames: u32) -> u64 {
        let drawn = self.run_until_done(&format!(
            "const stage = document.getElementById('store'); if (!stage) return done(0);
             const before = Number(stage.dataset.frames); let left = {frames};
             const next = () => left-- > 0 ? requestAnimationFrame(next) : done(Number(stage.dataset.frames) - before);
             next();"
        ));
        drawn.as_u64().expect("a number of frames")
    }

    /// The picture without what lies over it; `layer` is the id of the element to see.
    pub fn picture(&self, layer: &str) -> RgbImage {
        // A rule, not a mark on each element: what comes while the picture is taken is hidden too.
        let show = |rule: &str| {
            self.run_until_done(&format!(
                "if (!window.layers) document.adoptedStyleSheets = [...document.adoptedStyleSheets, window.layers = new CSSStyleSheet()];
                 layers.replaceSync('{rule}');
                 requestAnimationFrame(() => requestAnimationFrame(() => done(true)));"
            ))
        };
        let others = format!("#store > :not(#{layer})");
        show(&format!("{others}, {others} * {{ visibility: hidden !important }}"));
        let picture = self.screenshot();
        show("");
        picture
    }

    /// Asserts that the markers are where the projection puts them, in CSS pixels within `tolerance_px`.
    pub fn assert_markers(&self, layer: &str, scene: &str, view: View, tolerance_px: f64) {
        let screen = self.screen();
        let dots = f64::from(screen.dots);
        let viewport = Viewport { width: f64::from(screen.width) * dots, height: f64::from(screen.height) * dots };
        let wanted = centres(&expected(scene, view, viewport));
        assert!(!wanted.is_empty(), "no marker to see at {view:?}");
        let seen: Vec<(Colour, DVec2)> = centres(&self.picture(layer));
        let largest = same_places(&seen, &wanted, tolerance_px * dots) / dots;
        eprintln!("{scene} at {:.2}, {:.2}: {} markers within {largest:.2} px", view.yaw, view.pitch, seen.len());
    }

    /// Goes by Tab to a hotspot.
    pub fn tab_to(&self, hotspot: &str) {
        for _ in 0..40 {
            if self.focused_hotspot().as_deref() == Some(hotspot) {
                return;
            }
            self.press(key::TAB);
        }
        panic!("Tab does not reach the hotspot {hotspot}");
    }

    /// The hotspot with the keyboard's focus.
    pub fn focused_hotspot(&self) -> Option<String> {
        self.run("return document.activeElement?.dataset?.hotspot ?? null").as_str().map(str::to_owned)
    }

    /// Where a hotspot's marker is, CSS pixels.
    pub fn place_of(&self, hotspot: &str) -> (i32, i32) {
        let place = self.run(&format!(
            "const box = document.querySelector('[data-hotspot=\"{hotspot}\"] .disc').getBoundingClientRect();
             return [Math.round(box.left + box.width / 2), Math.round(box.top + box.height / 2)]"
        ));
        let coordinate = |value: &Value| value.as_i64().expect("a coordinate") as i32;
        (coordinate(&place[0]), coordinate(&place[1]))
    }

    /// What the open card says; `None` while none is open.
    pub fn card(&self) -> Option<String> {
        self.run("return document.querySelector('dialog[open]')?.innerText ?? null").as_str().map(str::to_owned)
    }

    /// Asserts that the page has complained of nothing so far; only Chromium tells.
    pub fn assert_no_complaints(&self) {
        let complaints: Vec<String> = self.console().into_iter().filter(|line| line.starts_with("SEVERE")).collect();
        assert!(complaints.is_empty(), "the page complains: {complaints:#?}");
    }
}

impl Deref for Shopper {
    type Target = Browser;

    fn deref(&self) -> &Browser {
        &self.browser
    }
}
