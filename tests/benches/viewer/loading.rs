//! From the address to a picture, to a picture that follows the finger, to a sharp one: on a slow line and a slow phone.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::browser::{Browser, Screen};
use tests::webdriver::Pointer;

use super::probe;
use super::statistics::Sample;
use super::subjects::{Subject, Subjects};

/// Bytes a second: 9 Mbit/s.
const THROUGHPUT: f64 = 9e6 / 8.0;
const LATENCY_MS: f64 = 170.0;
const CPU_SLOWDOWN: f64 = 4.0;
const PATIENCE: Duration = Duration::from_mins(1);
const SCREEN: Screen = Screen { width: 412, height: 823, dots: 2, pointer: Pointer::Mouse };

#[derive(Debug, Default)]
struct Loading {
    picture_s: Sample,
    interactive_s: Sample,
    sharp_s: Sample,
    kilobytes: Sample,
    warm_picture_s: Sample,
    warm_interactive_s: Sample,
    warm_sharp_s: Sample,
    warm_kilobytes: Sample,
}

/// Prints the table.
pub fn measure(subjects: &Subjects, runs: usize) {
    let all: Vec<&Subject> = std::iter::once(&subjects.ours).chain(&subjects.single).chain(&subjects.tiled).collect();
    let mut results: BTreeMap<&str, Loading> = BTreeMap::new();
    for run in 0..runs {
        for turn in 0..all.len() {
            let subject = all[(turn + run) % all.len()];
            eprintln!("loading: run {} of {runs}, {}", run + 1, subject.name);
            let result = results.entry(subject.name).or_default();
            load(subject, result);
            // What is measured is not lost when a later page hangs.
            eprintln!("{result:?}");
        }
    }
    println!(
        "### Loading, 9 Mbit/s, {LATENCY_MS} ms, CPU {CPU_SLOWDOWN}× slowed, 412×823 at 2 dots (n = {runs}, mean ± half of the 95 % interval)\n"
    );
    println!(
        "| viewer | first picture, s | interactive, s | sharp, s | kB | from the cache: picture, s | interactive, s | sharp, s | kB |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for subject in &all {
        let result = &results[subject.name];
        println!(
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            subject.name,
            result.picture_s.show(2),
            result.interactive_s.show(2),
            result.sharp_s.show(2),
            result.kilobytes.show(0),
            result.warm_picture_s.show(2),
            result.warm_interactive_s.show(2),
            result.warm_sharp_s.show(2),
            result.warm_kilobytes.show(0)
        );
    }
    println!("\nHow many times ours it takes\n");
    println!("| viewer | first picture | interactive | sharp | from the cache: picture | interactive | sharp |");
    println!("|---|---|---|---|---|---|---|");
    let times = |loading: &Loading| {
        [
            loading.picture_s.mean(),
            loading.interactive_s.mean(),
            loading.sharp_s.mean(),
            loading.warm_picture_s.mean(),
            loading.warm_interactive_s.mean(),
            loading.warm_sharp_s.mean(),
        ]
    };
    let ours = times(&results[all[0].name]);
    for subject in &all[1..] {
        let cells: Vec<String> = times(&results[subject.name])
            .iter()
            .zip(ours)
            .map(|(theirs, ours)| format!("{:.2}", theirs / ours))
            .collect();
        println!("| {} | {} |", subject.name, cells.join(" | "));
    }
    println!();
}

fn load(subject: &Subject, result: &mut Loading) {
    // Untouched: what is seen, and when it is sharp.
    let browser = throttled(probe::browser(SCREEN));
    browser.goto(&subject.url);
    let cold = probe::wait_until_sharp(&browser);
    let at = |notes: &Value, what: &str| notes[what].as_f64().map(|ms| ms / 1e3);
    let drawn = at(&cold, "firstDraw").expect("the page has drawn");
    // A painted picture counts where there is one before the viewer draws: a poster is what the shopper sees first.
    let picture = |notes: &Value, drawn: f64| at(notes, "painted").unwrap_or(drawn).min(drawn);
    result.picture_s.add(picture(&cold, drawn));
    // A picture that was handed over is on the screen with the next draw.
    let uploaded = |notes: &Value| Some(at(notes, "lastUpload")?.max(at(notes, "firstDraw")?));
    let sharp = |notes: &Value| at(notes, "sharp").or_else(|| uploaded(notes)).expect("the page is sharp");
    result.sharp_s.add(sharp(&cold));
    result.kilobytes.add(transferred(&browser));
    browser.goto("about:blank");
    browser.goto(&subject.url);
    let warm = probe::wait_until_sharp(&browser);
    result.warm_picture_s.add(picture(&warm, at(&warm, "firstDraw").expect("the page has drawn")));
    result.warm_sharp_s.add(sharp(&warm));
    result.warm_kilobytes.add(transferred(&browser));

    // A slowed page keeps a core busy also when it rests.
    drop(browser);

    // With an impatient shopper, who drags from the start on.
    let browser = throttled(probe::impatient_browser(SCREEN));
    browser.goto(&subject.url);
    result.interactive_s.add(drag_until_it_turns(&browser, subject));
    probe::wait_until_sharp(&browser);
    browser.goto("about:blank");
    browser.goto(&subject.url);
    result.warm_interactive_s.add(drag_until_it_turns(&browser, subject));
}

/// When the first drag changed pixels, seconds after the navigation.
fn drag_until_it_turns(browser: &Browser, subject: &Subject) -> f64 {
    let mut step = 0;
    let began = Instant::now();
    loop {
        // Asking in between takes time too, of the page and of the finger.
        for _ in 0..3 {
            drag(browser, step);
            step += 1;
        }
        if let Some(turned_ms) = probe::notes(browser)["turned"].as_f64() {
            return turned_ms / 1e3;
        }
        assert!(began.elapsed() < PATIENCE, "{}: the view does not follow the pointer", subject.name);
    }
}

/// A browser on a slow phone with a slow line and nothing in its cache.
fn throttled(browser: Browser) -> Browser {
    browser.chromium("Network.enable", &json!({}));
    browser.chromium(
        "Network.emulateNetworkConditions",
        &json!({"offline": false, "latency": LATENCY_MS, "downloadThroughput": THROUGHPUT, "uploadThroughput": THROUGHPUT}),
    );
    browser.chromium("Emulation.setCPUThrottlingRate", &json!({"rate": CPU_SLOWDOWN}));
    browser
}

/// Kilobytes over the line so far, headers included.
fn transferred(browser: &Browser) -> f64 {
    let sum = browser.run(
        "return [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
           .reduce((sum, entry) => sum + entry.transferSize, 0)",
    );
    sum.as_f64().expect("a number of bytes") / 1e3
}

/// One step of a drag that goes on.
fn drag(browser: &Browser, step: u32) {
    let mouse = |kind: &str, x: u32| {
        browser.chromium(
            "Input.dispatchMouseEvent",
            &json!({"type": kind, "x": x, "y": 420, "button": "left", "buttons": u32::from(kind != "mouseReleased"), "clickCount": 1}),
        );
    };
    mouse("mousePressed", 240);
    mouse("mouseMoved", 220 - step % 20);
    mouse("mouseMoved", 160 - step % 20);
    mouse("mouseReleased", 160 - step % 20);
}
