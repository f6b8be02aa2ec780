//! What runs inside every measured page.

use serde_json::{Value, json};
use tests::browser::{Browser, Screen};
use tests::wait::until;

/// A browser that measures each page that it opens.
pub fn browser(screen: Screen) -> Browser {
    prepared(Browser::chromium(screen))
}

/// As [`browser`], but commands reach a page that is still loading.
pub fn impatient_browser(screen: Screen) -> Browser {
    prepared(Browser::impatient_chromium(screen))
}

fn prepared(browser: Browser) -> Browser {
    browser.chromium("Page.enable", &json!({}));
    browser.chromium("Page.addScriptToEvaluateOnNewDocument", &json!({"source": include_str!("probe.js")}));
    browser.chromium("Performance.enable", &json!({}));
    browser
}

/// What the probe has noted.
pub fn notes(browser: &Browser) -> Value {
    browser.run("return window.probe ? { ...probe, now: performance.now() } : null")
}

/// Waits until the page shows its panorama and has fetched what the view needs.
pub fn wait_until_sharp(browser: &Browser) -> Value {
    until("the view is sharp", || {
        let notes = notes(browser);
        let is_ours = browser.run("return !!document.getElementById('store')").as_bool()?;
        // Ours says so itself; the others have no word for it and are sharp when nothing more came for a while.
        let quiet_ms = notes["now"].as_f64()? - notes["lastUpload"].as_f64()?;
        let is_sharp = if is_ours { notes["sharp"].is_number() } else { quiet_ms > 3000.0 };
        (is_sharp && notes["firstDraw"].is_number()).then_some(notes)
    })
}

/// Milliseconds that the page's main thread has worked so far.
pub fn main_thread_ms(browser: &Browser) -> f64 {
    let metrics = browser.chromium("Performance.getMetrics", &json!({}));
    let find = |metric: &&Value| metric["name"] == "TaskDuration";
    let seconds =
        metrics["metrics"].as_array().into_iter().flatten().find(find).and_then(|task| task["value"].as_f64());
    seconds.expect("the browser tells how long its tasks took") * 1e3
}
