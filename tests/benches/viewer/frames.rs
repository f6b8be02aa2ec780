//! Frames in five seconds of turning.

use std::collections::BTreeMap;

use serde_json::json;
use tests::browser::{Browser, Screen};
use tests::shopper::Shopper;
use tests::wait::until;
use tests::webdriver::Pointer;

use super::probe;
use super::statistics::Sample;
use super::subjects::{Subject, Subjects, Way};

const SECONDS: f64 = 5.0;
/// Steps in a run of the cross-fade.
const WALKS: usize = 8;
/// How much of a step is looked at, milliseconds; it lasts a little longer.
const STEP_MS: f64 = 650.0;
const SCREENS: [(&str, Screen); 3] = [
    ("960×540", Screen { width: 960, height: 540, dots: 1, pointer: Pointer::Mouse }),
    ("1920×1080", Screen { width: 1920, height: 1080, dots: 1, pointer: Pointer::Mouse }),
    ("390×844 at 2 dots", Screen { width: 390, height: 844, dots: 2, pointer: Pointer::Mouse }),
];
const CROSS_FADE: &str = "Vitrine, cross-fade";

#[derive(Debug, Default)]
struct Frames {
    in_five_seconds: Sample,
    main_thread_ms: Sample,
}

/// Prints a table for each screen.
pub fn measure(subjects: &Subjects, runs: usize) {
    println!("### Frames in {SECONDS} s of turning\n");
    for (size, screen) in SCREENS {
        let mut results: BTreeMap<&str, Frames> = BTreeMap::new();
        let all: Vec<&Subject> = [&subjects.ours, &subjects.limit].into_iter().chain(&subjects.single).collect();
        for run in 0..runs {
            // Each begins as often as any other.
            for turn in 0..all.len() {
                let subject = all[(turn + run) % all.len()];
                eprintln!("frames: {size}, run {} of {runs}, {}", run + 1, subject.name);
                let (frames, ms) = turning(subject, screen);
                let result = results.entry(subject.name).or_default();
                result.in_five_seconds.add(frames);
                result.main_thread_ms.add(ms);
            }
            eprintln!("frames: {size}, run {} of {runs}, {CROSS_FADE}", run + 1);
            let (frames, ms) = cross_fading(subjects, screen);
            let result = results.entry(CROSS_FADE).or_default();
            result.in_five_seconds.add(frames);
            result.main_thread_ms.add(ms);
        }
        print(size, subjects, &results, runs);
    }
}

fn print(size: &str, subjects: &Subjects, results: &BTreeMap<&str, Frames>, runs: usize) {
    let mean = |name: &str| results[name].in_five_seconds.mean();
    let limit = mean(subjects.limit.name);
    let peer = subjects.single.iter().map(|peer| mean(peer.name)).fold(0.0, f64::max);
    println!("{size} (n = {runs}, mean ± half of the 95 % interval)\n");
    println!("| viewer | frames | of the limit | of the better peer | main thread, ms a frame |");
    println!("|---|---|---|---|---|");
    let rows = [subjects.ours.name, CROSS_FADE].into_iter().chain(subjects.single.iter().map(|peer| peer.name));
    for name in rows.chain([subjects.limit.name]) {
        let frames = &results[name];
        println!(
            "| {name} | {} | {:.2} | {:.2} | {} |",
            frames.in_five_seconds.show(0),
            mean(name) / limit,
            mean(name) / peer,
            frames.main_thread_ms.show(1)
        );
    }
    println!();
}

/// Frames in five seconds with the arrow key held down, and milliseconds of the main thread for each.
fn turning(subject: &Subject, screen: Screen) -> (f64, f64) {
    let browser = probe::browser(screen);
    browser.goto(&subject.url);
    probe::wait_until_sharp(&browser);
    // The focus, where a viewer wants it, without turning anything.
    browser.run("document.querySelector('#view, .psv-container, .pnlm-container, canvas')?.focus()");
    arrow(&browser, "rawKeyDown");
    until("the view turns", || probe::notes(&browser)["turned"].is_number().then_some(()));
    let before = probe::main_thread_ms(&browser);
    let (frames, ms) = frames_during(&browser, SECONDS);
    let busy = probe::main_thread_ms(&browser) - before;
    arrow(&browser, "keyUp");
    (frames / ms * SECONDS * 1e3, busy / frames)
}

/// Frames in five seconds of nothing but steps from scene to scene, and milliseconds of the main thread for each frame
/// from the click on.
fn cross_fading(subjects: &Subjects, screen: Screen) -> (f64, f64) {
    let shopper = Shopper::new(probe::browser(screen));
    shopper.goto(&subjects.ours.url);
    shopper.wait_until_sharp();
    let (mut frames, mut ms, mut since_click, mut busy) = (0.0, 0.0, 0.0, 0.0);
    for way in subjects.ways.iter().cycle().take(WALKS) {
        // A step leads towards a link that is looked at.
        shopper.run(&format!("location.hash = '#scene={}&yaw={}'", way.from, way.yaw));
        wait_until_sharp_in(&shopper, &way.from);
        let before = probe::main_thread_ms(&shopper);
        let [drawn, took, drawn_since_click] = walk(&shopper, way);
        busy += probe::main_thread_ms(&shopper) - before;
        frames += drawn;
        ms += took;
        since_click += drawn_since_click;
        wait_until_sharp_in(&shopper, &way.to);
    }
    (frames / ms * SECONDS * 1e3, busy / since_click)
}

fn wait_until_sharp_in(shopper: &Shopper, scene: &str) {
    until("the scene is there", || (shopper.scene() == scene).then_some(()));
    shopper.wait_until_sharp();
}

/// Follows a link; frames and milliseconds while both scenes were on the screen, and frames since the click.
fn walk(browser: &Browser, way: &Way) -> [f64; 3] {
    let Way { hotspot, to, .. } = way;
    let told = browser.run_until_done(&format!(
        "const stage = document.getElementById('store');
         const clicked = probe.frames;
         document.querySelector('[data-hotspot=\"{hotspot}\"]').click();
         let began = null, first = 0, seen = 0, last = 0;
         const next = () => {{
           const now = performance.now();
           // The scene has its new name when the step begins.
           if (began === null && stage.dataset.scene === '{to}') [began, first, seen, last] = [now, probe.frames, probe.frames, now];
           if (probe.frames > seen) [seen, last] = [probe.frames, now];
           if (began !== null && now - began >= {STEP_MS}) return done([seen - first, last - began, probe.frames - clicked]);
           requestAnimationFrame(next);
         }};
         next();"
    ));
    [0, 1, 2].map(|index: usize| told[index].as_f64().expect("a number"))
}

/// Frames in which something was drawn, and how long that took, milliseconds.
fn frames_during(browser: &Browser, seconds: f64) -> (f64, f64) {
    let counted = browser.run_until_done(&format!(
        "const [began, frames] = [performance.now(), probe.frames];
         setTimeout(() => done([probe.frames - frames, performance.now() - began]), {})",
        seconds * 1e3
    ));
    let number = |index: usize| counted[index].as_f64().expect("a number");
    (number(0), number(1))
}

fn arrow(browser: &Browser, phase: &str) {
    browser.chromium(
        "Input.dispatchKeyEvent",
        &json!({"type": phase, "key": "ArrowRight", "code": "ArrowRight", "windowsVirtualKeyCode": 39, "nativeVirtualKeyCode": 39}),
    );
}
