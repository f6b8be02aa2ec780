//! What a page looks like to fingers: whether it fits the screen, and whether its controls are large enough.

use serde_json::json;

use crate::browser::Browser;
use crate::webdriver::decode_base64;

/// CSS pixels: the least height of what is pressed, and of a link among words (WCAG 2.2, 2.5.8).
const PRESSED: u32 = 44;
const IN_TEXT: u32 = 24;

/// What sticks out of the screen, and what is too small to hit; one line each. Links inside a sentence are as high as its
/// line.
pub fn faults(browser: &Browser) -> Vec<String> {
    let found = browser.run(&format!(
        "const found = [];
         const say = (what, element) => found.push(`${{what}}: ${{element.outerHTML.slice(0, 140)}}`);
         const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
         if (wide > 0) found.push(`the page is ${{wide}} px wider than the screen`);
         const isShown = (element) => element.checkVisibility({{ opacityProperty: true, visibilityProperty: true }})
           && !element.closest('.unseen, .skip, dialog:not([open])');
         for (const element of document.querySelectorAll('main *, header *')) {{
           if (!isShown(element)) continue;
           const box = element.getBoundingClientRect();
           let scrolls = false;
           for (let at = element.parentElement; at && !scrolls; at = at.parentElement) {{
             scrolls = ['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(at).overflowX);
           }}
           if (!scrolls && box.width > 0 && (box.right > innerWidth + 1 || box.left < -1)) say('sticks out', element);
         }}
         for (const element of document.querySelectorAll('a[href], button, summary, select, textarea, input:not([type=hidden])')) {{
           if (!isShown(element)) continue;
           let target = element;
           if (element.matches('[type=checkbox], [type=radio]')) target = element.closest('label') ?? element;
           const box = target.getBoundingClientRect();
           const isWord = element.matches('a:not(.button)') && !element.closest('nav, .tile, .gallery, .list tbody th');
           const least = isWord ? 0 : element.matches('.list tbody th a') ? {IN_TEXT} : {PRESSED};
           if (box.height + 0.5 < least || (!isWord && box.width + 0.5 < {IN_TEXT})) {{
             say(`${{Math.round(box.width)}} × ${{Math.round(box.height)}} px`, element);
           }}
         }}
         return found"
    ));
    found.as_array().expect("a list").iter().map(|fault| fault.as_str().unwrap_or_default().to_owned()).collect()
}

/// Light or dark, as the system would have it.
pub fn prefer(browser: &Browser, scheme: &str) {
    let colours = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
    browser.chromium("Emulation.setEmulatedMedia", &colours);
}

/// The whole page as a PNG, however long it is, in CSS pixels.
pub fn photograph(browser: &Browser) -> Vec<u8> {
    let size = browser.run("return [document.documentElement.scrollWidth, document.documentElement.scrollHeight]");
    let clip =
        json!({"x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1.0 / f64::from(browser.screen().dots)});
    let parameters = json!({"format": "png", "captureBeyondViewport": true, "clip": clip});
    let taken = browser.chromium("Page.captureScreenshot", &parameters);
    let data = taken["data"].as_str().expect("Chromium takes a picture");
    decode_base64(data).expect("a picture is sent in Base64")
}
