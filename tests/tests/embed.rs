//! The store in a page of another site.

use serde_json::{Value, json};
use tests::browser::{Browser, DESKTOP};
use tests::database::Engine;
use tests::host::Host;
use tests::markers::{LINK, NORTH, OPENING, PRODUCT, SOUTH, STORE};
use tests::server::{Server, with_markers};
use tests::shopper::Shopper;
use tests::wait::until;
use tests::webdriver::Pointer;

/// A page with two stores, which writes down what they tell and which names of its own window are new.
fn page(server: &Server, first: &str, second: &str) -> String {
    let store = server.url(&format!("/s/{STORE}"));
    let script = server.url("/embed.js");
    format!(
        r#"<!doctype html><html lang="en"><meta charset="utf-8"><title>Another site</title>
        <style>body {{ margin: 0; display: flex }} vitrine-store {{ width: 460px; height: 260px; aspect-ratio: auto }}</style>
        <script>
          const before = new Set(Object.getOwnPropertyNames(window));
          window.heard = [];
          for (const type of ['ready', 'scenechange', 'viewchange', 'hotspotclick', 'productopen'])
            addEventListener(type, ({{ target, detail }}) => heard.push([target.id, type, detail]));
          addEventListener('load', () => {{ window.added = Object.getOwnPropertyNames(window).filter((name) => !before.has(name)); }});
        </script>
        <script src="{script}"></script>
        <vitrine-store id="one" src="{store}" {first}><a href="{store}">Walk in</a></vitrine-store>
        <vitrine-store id="two" src="{store}/list" {second}></vitrine-store></html>"#
    )
}

/// Calls a method of an element and returns what it resolves to, or the message of what went wrong.
fn call(browser: &Browser, id: &str, method: &str) -> Value {
    browser.run_until_done(&format!(
        "document.getElementById('{id}').{method}.then(done, (error) => done({{ refused: error.message }}))"
    ))
}

fn heard(browser: &Browser, id: &str, kind: &str) -> Vec<Value> {
    let all = browser.run("return window.heard ?? []");
    let of = all.as_array().into_iter().flatten().filter(|event| event[0] == id && event[1] == kind);
    of.map(|event| event[2].clone()).collect()
}

fn until_ready(browser: &Browser, id: &str) -> Value {
    until(&format!("{id} is ready"), || heard(browser, id, "ready").pop())
}

#[test]
fn two_stores_in_a_page_of_another_site() {
    let server = with_markers(Engine::Sqlite);
    let host = Host::serve(page(&server, r#"lang="zh-TW""#, r#"lang="en" scene="south" yaw="40" pitch="5" fov="90""#));
    let browser = Browser::chromium(DESKTOP);
    browser.goto(&host.url());
    let one = until_ready(&browser, "one");
    assert_eq!((&one["scene"], &one["language"]), (&json!(NORTH), &json!("zh-TW")));
    assert_near(&one["view"], OPENING.yaw, OPENING.pitch, OPENING.fov);
    let two = until_ready(&browser, "two");
    assert_eq!((&two["scene"], &two["language"]), (&json!(SOUTH), &json!("en")));
    assert_near(&two["view"], 40.0, 5.0, 90.0);

    // What a page asks for happens in the store that it asks, and nowhere else.
    let there = call(&browser, "one", "goTo('south', { yaw: -20, pitch: 3, fov: 80 })");
    assert_eq!(there["scene"], SOUTH);
    until("the view of the first store is the one that was asked for", || {
        let state = call(&browser, "one", "getState()");
        is_near(&state["view"], -20.0, 3.0, 80.0).then_some(())
    });
    assert_eq!(heard(&browser, "one", "scenechange").pop().unwrap()["scene"], SOUTH);
    // What a second call leaves out goes on to where the first one sent it.
    call(&browser, "two", "setView({ yaw: 60, pitch: 20 })");
    call(&browser, "two", "setView({ pitch: 5 })");
    until("the second store has turned", || {
        let state = call(&browser, "two", "getState()");
        is_near(&state["view"], 60.0, 5.0, 90.0).then_some(())
    });
    assert!(is_near(&call(&browser, "one", "getState()")["view"], -20.0, 3.0, 80.0));
    until("turning is told", || {
        heard(&browser, "two", "viewchange").iter().any(|state| is_near(&state["view"], 60.0, 5.0, 90.0)).then_some(())
    });
    let refused = call(&browser, "one", "goTo('cellar')");
    assert_eq!(refused["refused"], "no scene \"cellar\"");

    // Attributes are the same thing in HTML.
    browser.run("document.getElementById('two').setAttribute('scene', 'north')");
    until("the second store has walked", || (call(&browser, "two", "getState()")["scene"] == NORTH).then_some(()));

    // Another language changes the words, not the place.
    let before = heard(&browser, "two", "ready").len();
    browser.run("document.getElementById('two').setAttribute('lang', 'zh-TW')");
    until("the second store speaks Chinese", || (heard(&browser, "two", "ready").len() > before).then_some(()));
    let state = call(&browser, "two", "getState()");
    assert_eq!((&state["scene"], &state["language"]), (&json!(NORTH), &json!("zh-TW")));

    // The page's history is the page's own: walking made no entries.
    assert_eq!(browser.run("return history.length").as_u64(), Some(2), "about:blank and this page");
    let added = browser.run("return window.added.filter((name) => !['heard', 'added', 'one', 'two'].includes(name))");
    assert_eq!(added, json!([]), "names that the script left in the page");
    let frames = browser.run("return document.querySelectorAll('iframe').length");
    assert_eq!(frames, json!(0), "the frames are the elements' own");
    let complaints: Vec<String> = browser.console().into_iter().filter(|line| line.starts_with("SEVERE")).collect();
    assert!(complaints.is_empty(), "{complaints:#?}");
}

#[test]
fn what_is_opened_in_the_frame_is_told_to_the_page() {
    let server = with_markers(Engine::Sqlite);
    let host = Host::serve(page(&server, r#"lang="en""#, "poster-only"));
    let browser = Browser::chromium(DESKTOP);
    browser.goto(&host.url());
    until_ready(&browser, "one");
    // Straight at the marker of the product, which is then in the middle.
    call(&browser, "one", "setView({ yaw: 28, pitch: -12, fov: 60 })");
    until("the product is in the middle", || {
        is_near(&call(&browser, "one", "getState()")["view"], 28.0, -12.0, 60.0).then_some(())
    });
    let clicked = until("the product is opened", || {
        browser.tap(Pointer::Mouse, (230, 130));
        heard(&browser, "one", "hotspotclick").pop()
    });
    assert_eq!(clicked, json!({"scene": NORTH, "hotspot": PRODUCT, "kind": "product", "label": "Oolong tea"}));
    let opened = until("the card is told", || heard(&browser, "one", "productopen").pop());
    assert_eq!(
        (&opened["product"]["sku"], &opened["product"]["price"]["minor"]),
        (&json!("TEA-OOL-150"), &json!(12_000))
    );
    assert!(heard(&browser, "two", "ready").is_empty(), "a poster is no store yet");

    // The poster becomes the store when it is tapped.
    assert_eq!(browser.run("return document.getElementById('two').loaded"), json!(false));
    browser.tap(Pointer::Mouse, (690, 130));
    until_ready(&browser, "two");
    call(&browser, "two", "setView({ yaw: -8, pitch: -30, fov: 60 })");
    until("the link is in the middle", || {
        is_near(&call(&browser, "two", "getState()")["view"], -8.0, -30.0, 60.0).then_some(())
    });
    until("the link is followed", || {
        browser.tap(Pointer::Mouse, (690, 130));
        heard(&browser, "two", "scenechange").iter().any(|event| event["scene"] == SOUTH).then_some(())
    });
    assert_eq!(heard(&browser, "two", "hotspotclick")[0]["hotspot"], LINK);

    // Taken out of the page, it answers no more, and nothing is left of it.
    let gone = browser.run_until_done(
        "const two = document.getElementById('two'); two.remove();
         two.getState().then(done, (error) => done({ refused: error.message }))",
    );
    assert!(gone["refused"].is_string(), "{gone}");
}

#[test]
fn a_frame_has_nothing_that_belongs_to_a_page() {
    let server = with_markers(Engine::Sqlite);
    let shopper = Shopper::new(Browser::chromium(DESKTOP));
    // Angles that are left out are the scene's own; `hfov` and `firstScene` are Pannellum's words.
    shopper.enter(&server, &format!("/s/{STORE}/embed?lang=en#firstScene={SOUTH}&yaw=20&hfov=80"));
    assert_eq!(shopper.scene(), SOUTH);
    shopper.goto("about:blank");
    shopper.enter(&server, &format!("/s/{STORE}/embed?lang=en#yaw=20&hfov=80"));
    let view = shopper.view();
    assert_eq!((view.yaw, view.pitch, view.fov), (20.0, OPENING.pitch, 80.0));
    for gone in ["#list", "#language"] {
        assert!(shopper.run(&format!("return document.querySelector('{gone}')")).is_null(), "{gone}");
    }
    let link = until("the way to the store leads to where one is", || {
        let link = shopper.run("return document.getElementById('open').href").as_str()?.to_owned();
        link.contains("scene=north&yaw=20").then_some(link)
    });
    // The wheel is the other page's, unless it is meant.
    let is_taken = |keys: &str| {
        let wheel = format!(
            "const wheel = new WheelEvent('wheel', {{ deltaY: 10, cancelable: true, bubbles: true, {keys} }});"
        );
        shopper.run(&format!(
            "{wheel} document.getElementById('view').dispatchEvent(wheel); return wheel.defaultPrevented"
        ))
    };
    assert_eq!((is_taken(""), is_taken("ctrlKey: true")), (json!(false), json!(true)));
    assert!(link.starts_with(&server.url(&format!("/s/{STORE}?lang=en#scene={NORTH}"))), "{link}");
    shopper.assert_no_complaints();
}

/// Where a frame cannot draw the store it shows the list, whose products have pages that no frame may show.
#[test]
fn links_of_a_list_in_a_frame_lead_outside() {
    let server = with_markers(Engine::Sqlite);
    let browser = Browser::chromium(DESKTOP);
    browser.goto(&server.url(&format!("/s/{STORE}/list?lang=en")));
    browser.run("document.body.append(Object.assign(document.createElement('iframe'), { src: location.href }))");
    let links = until("the links in the frame are told apart", || {
        let links = browser.run(
            "const links = [...document.querySelector('iframe').contentDocument?.querySelectorAll('a[href]') ?? []];
             return links.map((link) => [new URL(link.href).pathname, link.target])",
        );
        let links = links.as_array()?.clone();
        links.iter().any(|link| link[1] == "_blank").then_some(links)
    });
    assert!(links.len() > 5, "{links:?}");
    for link in links {
        let is_the_stores = link[0].as_str().is_some_and(|path| path.starts_with("/s/markers"));
        assert_eq!(link[1] == "_blank", !is_the_stores, "{link}");
    }
    let outside = browser.run("return [...document.querySelectorAll('a[target]')].length");
    assert_eq!(outside, json!(0), "a list of its own has ordinary links");
}

#[test]
fn a_stranger_in_the_page_is_not_listened_to() {
    let server = with_markers(Engine::Sqlite);
    let host = Host::serve(page(&server, "", "poster-only"));
    let browser = Browser::chromium(DESKTOP);
    browser.goto(&host.url());
    until_ready(&browser, "one");
    // The page itself, and a frame of another origin in it, say what only the store may say.
    browser.run_until_done(
        "const forged = { vitrine: 1, type: 'productopen', detail: { product: 'forged' } };
         postMessage(forged, '*');
         const frame = document.createElement('iframe');
         frame.sandbox = 'allow-scripts';
         frame.srcdoc = `<script>parent.postMessage(${JSON.stringify(forged)}, '*'); parent.postMessage('said', '*')<\\/script>`;
         addEventListener('message', ({ data }) => { if (data === 'said') done(true); });
         document.body.append(frame);",
    );
    assert!(heard(&browser, "one", "productopen").is_empty());
    assert!(heard(&browser, "two", "productopen").is_empty());
}

fn is_near(view: &Value, yaw: f64, pitch: f64, fov: f64) -> bool {
    let near = |name: &str, wanted: f64| view[name].as_f64().is_some_and(|is| (is - wanted).abs() < 0.2);
    near("yaw", yaw) && near("pitch", pitch) && near("fov", fov)
}

fn assert_near(view: &Value, yaw: f64, pitch: f64, fov: f64) {
    assert!(is_near(view, yaw, pitch, fov), "{view}, not {yaw}, {pitch}, {fov}");
}
