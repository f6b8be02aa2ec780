//! What ends other viewers and must not end this one: a lost context, many scenes, odd screens, a lost network.

use serde_json::{Value, json};
use tests::browser::{Browser, DESKTOP, PHONE};
use tests::database::Engine;
use tests::markers::{BACK, LINK, NORTH, OPENING, SOUTH, STORE};
use tests::picture::mean_difference;
use tests::server::{Server, with_markers};
use tests::shopper::Shopper;
use tests::wait::until;
use tests::webdriver::Pointer;

/// Memory may grow by this much from change 20 to change 200.
const FLAT: f64 = 1.05;

fn entered(browser: Browser) -> (Server, Shopper) {
    let server = with_markers(Engine::Sqlite);
    let shopper = Shopper::new(browser);
    shopper.enter(&server, &format!("/s/{STORE}?lang=en"));
    (server, shopper)
}

#[test]
fn a_lost_context_comes_back_with_the_same_view() {
    for browser in [Browser::chromium(DESKTOP), Browser::webkit(DESKTOP)] {
        let (_server, shopper) = entered(browser);
        shopper.drag(Pointer::Mouse, (500, 250), (400, 230));
        shopper.wait_until_sharp();
        let before = shopper.view();
        // Where the canvas is drawn on directly nothing is copied into it.
        shopper.run(
            "window.copies = 0; const proto = WebGL2RenderingContext.prototype, own = proto.blitFramebuffer;
             proto.blitFramebuffer = function (...args) { window.copies += 1; return own.apply(this, args); }",
        );
        for _ in 0..3 {
            lose_context(&shopper);
            shopper.wait_until_sharp();
            assert_eq!(shopper.view(), before);
            shopper.assert_markers("view", NORTH, before, 1.0);
        }
        assert_eq!(shopper.run("return document.getElementById('trouble').hidden"), json!(true));
        assert_eq!(shopper.run("return window.copies"), json!(0));
    }
}

/// Takes the context away and gives it back; returns when the view is sharp again.
fn lose_context(shopper: &Shopper) {
    let ms = shopper.run_until_done(
        "const canvas = document.getElementById('view'), stage = document.getElementById('store');
         const extension = canvas.getContext('webgl2').getExtension('WEBGL_lose_context');
         canvas.addEventListener('webglcontextlost', () => setTimeout(() => {
           const began = performance.now(), frames = Number(stage.dataset.frames);
           const look = () => stage.dataset.state === 'sharp' && Number(stage.dataset.frames) > frames + 1
             ? done(performance.now() - began) : requestAnimationFrame(look);
           extension.restoreContext();
           look();
         }, 0), { once: true });
         extension.loseContext();",
    );
    eprintln!("sharp again {:.0} ms after the context came back", ms.as_f64().unwrap_or_default());
}

/// A canvas whose own framebuffer takes nothing but copies; `window.copies` counts them.
const TAKES_COPIES_ONLY: &str = "
  window.copies = 0;
  const proto = WebGL2RenderingContext.prototype;
  const onCanvas = new WeakSet();
  const wrap = (name, instead) => { const own = proto[name]; proto[name] = function (...args) { return instead(this, () => own.apply(this, args), args); }; };
  wrap('bindFramebuffer', (gl, go, [target, framebuffer]) => { if (target !== gl.READ_FRAMEBUFFER) framebuffer ? onCanvas.delete(gl) : onCanvas.add(gl); go(); });
  wrap('blitFramebuffer', (gl, go) => { if (onCanvas.has(gl)) window.copies += 1; go(); });
  for (const name of ['clear', 'clearBufferfv', 'drawArrays', 'drawArraysInstanced', 'drawElements', 'drawElementsInstanced'])
    wrap(name, (gl, go) => { if (!onCanvas.has(gl)) go(); });";

#[test]
fn a_canvas_that_takes_no_picture_directly_gets_copies_of_it() {
    let server = with_markers(Engine::Sqlite);
    let direct = Shopper::new(Browser::chromium(PHONE));
    direct.enter(&server, &format!("/s/{STORE}?lang=en"));
    let copied = Shopper::new(Browser::chromium(PHONE));
    copied.chromium("Page.addScriptToEvaluateOnNewDocument", &json!({"source": TAKES_COPIES_ONLY}));
    copied.enter(&server, &format!("/s/{STORE}?lang=en"));
    copied.assert_markers("view", NORTH, OPENING, 1.0);
    let copies = || copied.run("return window.copies").as_u64().expect("a number");
    assert!(copies() > 0, "every picture is copied");
    let difference = mean_difference(&direct.picture("view"), &copied.picture("view"));
    assert!(difference < 0.5, "the pictures differ by {difference:.2} of 255");

    // It turns, walks, is turned on its side, and comes back without trying in vain once more.
    let before = copied.view();
    copied.drag(Pointer::Touch, (250, 400), (150, 420));
    until("the drag has turned the view", || (copied.view().yaw > before.yaw + 5.0).then_some(()));
    copied.wait_until_sharp();
    copied.assert_markers("view", NORTH, copied.view(), 1.0);
    copied.run(&format!("document.querySelector('[data-hotspot={LINK}]').click()"));
    until("the scene behind the link is there", || (copied.scene() == SOUTH).then_some(()));
    copied.wait_until_sharp();
    copied.assert_markers("view", SOUTH, copied.view(), 1.0);
    let metrics = json!({"width": 844, "height": 390, "deviceScaleFactor": 1, "mobile": true});
    copied.chromium("Emulation.setDeviceMetricsOverride", &metrics);
    let size = "const { width, height } = document.getElementById('view'); return [width, height]";
    until("the picture fits", || (copied.run(size) == json!([844, 390])).then_some(()));
    copied.wait_until_sharp();
    lose_context(&copied);
    copied.wait_until_sharp();
    let complaints: Vec<String> = copied.console().into_iter().filter(|line| !line.starts_with("INFO")).collect();
    assert!(matches!(&complaints[..], [said] if said.contains("every picture is copied")), "{complaints:#?}");
}

/// Counts what the page holds on the GPU: bytes of textures and buffers that were made and not deleted.
const COUNT_GPU: &str = "
  const gpu = window.gpu = { textures: new Map(), buffers: new Map(), bound: null, target: {} };
  const proto = WebGL2RenderingContext.prototype;
  const wrap = (name, after) => { const own = proto[name]; proto[name] = function (...args) { const result = own.apply(this, args); after(args, result); return result; }; };
  const size = (w, h, d) => 4 * w * h * d;
  wrap('createTexture', (args, made) => gpu.textures.set(made, 0));
  wrap('deleteTexture', ([texture]) => gpu.textures.delete(texture));
  wrap('bindTexture', ([target, texture]) => { gpu.bound = texture; });
  wrap('texStorage2D', ([target, levels, format, w, h]) => gpu.textures.set(gpu.bound, size(w, h, target === 0x8513 ? 6 : 1)));
  wrap('texStorage3D', ([target, levels, format, w, h, d]) => gpu.textures.set(gpu.bound, size(w, h, d)));
  wrap('createBuffer', (args, made) => gpu.buffers.set(made, 0));
  wrap('deleteBuffer', ([buffer]) => gpu.buffers.delete(buffer));
  wrap('bindBuffer', ([target, buffer]) => { gpu.target[target] = buffer; });
  wrap('bufferData', ([target, data]) => gpu.buffers.set(gpu.target[target], typeof data === 'number' ? data : data.byteLength));
  gpu.bytes = () => [...gpu.textures.values(), ...gpu.buffers.values()].reduce((a, b) => a + b, 0);
  gpu.things = () => gpu.textures.size + gpu.buffers.size;
  gpu.pictures = 0;
  const decode = window.createImageBitmap;
  window.createImageBitmap = async (...args) => { const made = await decode(...args); gpu.pictures += 1; return made; };
  const close = ImageBitmap.prototype.close;
  ImageBitmap.prototype.close = function () { gpu.pictures -= 1; return close.call(this); };";

#[derive(Debug)]
struct Memory {
    js: f64,
    wasm: f64,
    gpu: f64,
    gpu_things: f64,
    /// Decoded and not yet let go of.
    pictures: f64,
}

fn memory(shopper: &Shopper) -> Memory {
    shopper.wait_until_sharp();
    // Counts wait in the page for a few seconds; they are not what is measured.
    shopper.run_until_done(
        "const look = () => (sessionStorage.getItem('vitrine.events') ? setTimeout(look, 100) : done(true)); look();",
    );
    shopper.chromium("HeapProfiler.collectGarbage", &json!({}));
    let js = shopper.chromium("Runtime.getHeapUsage", &json!({}))["usedSize"].as_f64().expect("a number");
    let number = |script: &str| shopper.run(script).as_f64().expect("a number");
    Memory {
        js,
        wasm: shopper.stage("wasmBytes").parse().expect("a number"),
        gpu: number("return gpu.bytes()"),
        gpu_things: number("return gpu.things()"),
        pictures: number("return gpu.pictures"),
    }
}

/// Walks to and fro `changes` times. The page does it by itself: the driver leaves something in the heap whenever it asks.
fn walk(shopper: &Shopper, changes: usize) {
    let walked = shopper.run_until_done(&format!(
        "const stage = document.getElementById('store'); let left = {changes}, from = null;
         const next = () => {{
           if (stage.dataset.scene !== from) {{
             if (left-- === 0) return done(true);
             from = stage.dataset.scene;
             document.querySelector('.marker.link').click();
           }}
           requestAnimationFrame(next);
         }};
         next();"
    ));
    assert_eq!(walked, json!(true));
}

#[test]
fn two_hundred_scenes_leave_memory_flat() {
    let server = with_markers(Engine::Sqlite);
    // What the engine keeps of machine code while it warms up, and of slow frames, is not what a page keeps of scenes.
    let cold = "--js-flags=--no-opt --no-maglev --no-sparkplug --liftoff-only";
    let forgetful = "--disable-blink-features=LongAnimationFrameTiming";
    let shopper = Shopper::new(Browser::chromium_with(PHONE, &[cold, forgetful]));
    shopper.chromium("Page.addScriptToEvaluateOnNewDocument", &json!({"source": COUNT_GPU}));
    // Short fades: what is measured is what is kept, not how long a step takes.
    let calm = json!({"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]});
    shopper.chromium("Emulation.setEmulatedMedia", &calm);
    shopper.enter(&server, &format!("/s/{STORE}?lang=en"));
    shopper.wait_for_controls();
    walk(&shopper, 20);
    let early = memory(&shopper);
    for _ in 0..4 {
        walk(&shopper, 45);
    }
    let late = memory(&shopper);
    eprintln!("after 20 changes:  {early:?}\nafter 200 changes: {late:?}");
    assert!(early.gpu > 64.0 * 1024.0 * 1024.0, "the tile texture alone has 64 MiB: {early:?}");
    assert!(late.js <= early.js * FLAT, "JavaScript's heap grew: {early:?} {late:?}");
    assert!(late.wasm <= early.wasm * FLAT, "WebAssembly's memory grew: {early:?} {late:?}");
    assert!(late.gpu <= early.gpu * FLAT && late.gpu_things <= early.gpu_things * FLAT, "GPU: {early:?} {late:?}");
    assert!(late.pictures <= early.pictures, "decoded pictures are kept: {early:?} {late:?}");
    shopper.assert_no_complaints();
}

#[test]
fn the_view_stays_when_the_screen_changes() {
    let (_server, shopper) = entered(Browser::chromium(PHONE));
    let before = shopper.view();
    let screen = |width: u32, height: u32, dots: f64| {
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": dots, "mobile": true});
        shopper.chromium("Emulation.setDeviceMetricsOverride", &metrics);
    };
    let canvas = || shopper.run("const { width, height } = document.getElementById('view'); return [width, height]");
    // On its side, unfolded, with more dots than anyone sees, and on a wall.
    for (width, height, dots, wanted) in [
        (844, 390, 2.0, [1688, 780]),
        (717, 844, 2.625, [1434, 1688]),
        (390, 844, 3.0, [780, 1688]),
        // Hardly more than the dots changes (with nothing else Chromium tells an emulated page nothing): on another screen.
        (391, 844, 1.0, [391, 844]),
        (390, 844, 1.5, [585, 1266]),
        (600, 800, 1.0, [600, 800]),
        (5000, 2000, 2.0, [4096, 1638]),
    ] {
        screen(width, height, dots);
        until(&format!("the picture has {wanted:?} on {width}×{height}"), || {
            (canvas() == json!(wanted)).then_some(())
        });
        shopper.wait_until_sharp();
        let now = shopper.view();
        assert!((now.yaw - before.yaw).abs() < 1e-6 && (now.pitch - before.pitch).abs() < 1e-6, "{before:?} {now:?}");
    }
    screen(390, 844, 2.0);
    until("the picture fits", || (canvas() == json!([780, 1688])).then_some(()));
    shopper.wait_until_sharp();
    shopper.assert_markers("view", NORTH, OPENING, 1.0);
}

#[test]
fn a_page_that_nobody_sees_draws_and_fetches_nothing() {
    let (_server, shopper) = entered(Browser::chromium(DESKTOP));
    shopper.wait_for_controls();
    let hide = |hidden: bool| {
        shopper.run(&format!(
            "Object.defineProperty(document, 'hidden', {{ configurable: true, get: () => {hidden} }});
             document.dispatchEvent(new Event('visibilitychange'))"
        ));
    };
    let tiles = || {
        shopper.run(
            "return performance.getEntriesByType('resource').filter(({ name }) => name.includes('/tiles/')).length",
        )
    };
    hide(true);
    let (frames, fetched) = (shopper.frames(), tiles());
    shopper.run("location.hash = '#scene=north&yaw=-160&pitch=0&fov=60'");
    assert_eq!(shopper.frames_drawn_during(60), 0);
    assert_eq!((shopper.frames(), tiles()), (frames, fetched.clone()));
    hide(false);
    until("it goes on", || ((shopper.view().yaw + 160.0).abs() < 0.1).then_some(()));
    shopper.wait_until_sharp();
    assert!(tiles().as_u64() > fetched.as_u64(), "what is looked at is fetched now");
}

fn network(shopper: &Shopper, offline: bool, bytes_per_s: i64, latency_ms: u32) {
    shopper.chromium("Network.enable", &json!({}));
    let conditions = json!({"offline": offline, "latency": latency_ms, "downloadThroughput": bytes_per_s, "uploadThroughput": bytes_per_s});
    shopper.chromium("Network.emulateNetworkConditions", &conditions);
}

#[test]
fn what_a_lost_network_kept_away_comes_when_it_is_back() {
    let (_server, shopper) = entered(Browser::chromium(DESKTOP));
    shopper.wait_for_controls();
    network(&shopper, true, -1, 0);
    shopper.run("location.hash = '#scene=north&yaw=170&pitch=10&fov=60'");
    until("it turns all the same", || ((shopper.view().yaw - 170.0).abs() < 0.1).then_some(()));
    assert_eq!(shopper.stage("state"), "interactive");
    let shown = || shopper.run("return document.getElementById('shown').textContent");
    until("it is told", || shown().as_str().is_some_and(|text| text.contains("connection")).then_some(()));
    network(&shopper, false, -1, 0);
    shopper.wait_until_sharp();
    shopper.assert_markers("view", NORTH, shopper.view(), 1.0);
}

#[test]
fn a_card_that_did_not_come_is_told_and_opens_later() {
    let server = with_markers(Engine::Sqlite);
    let shopper = Shopper::new(Browser::chromium(DESKTOP));
    shopper.chromium("Network.enable", &json!({}));
    let block = |urls: &[&str]| shopper.chromium("Network.setBlockedURLs", &json!({"urls": urls}));
    block(&["*/cards-*"]);
    shopper.enter(&server, &format!("/s/{STORE}?lang=en"));
    shopper.wait_for_controls();
    let open = || shopper.run("document.getElementById('about').click()");
    let shown = || shopper.run("return document.getElementById('shown').textContent");
    open();
    until("it is told", || shown().as_str().is_some_and(|text| text.contains("connection")).then_some(()));
    assert!(shopper.card().is_none());
    block(&[]);
    open();
    until("the card is open", || shopper.card());
}

#[test]
fn without_a_network_a_card_opens_all_the_same() {
    let (_server, shopper) = entered(Browser::chromium(DESKTOP));
    until("cards are there", || (shopper.attribute("#card", "data-state") == "ready").then_some(()));
    network(&shopper, true, -1, 0);
    shopper.run("document.getElementById('about').click()");
    until("the card is open", || shopper.card());
}

#[test]
fn on_a_slow_line_there_is_something_to_see_and_to_turn_at_once() {
    let (server, shopper) = entered(Browser::chromium(PHONE));
    shopper.goto("about:blank");
    shopper.chromium(
        "Page.addScriptToEvaluateOnNewDocument",
        &json!({"source": "
      window.states = [];
      new MutationObserver(() => {
        const state = document.getElementById('store')?.dataset.state;
        if (state && states.at(-1) !== state) states.push(state);
      }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-state'] });"}),
    );
    // 400 kbit/s and 400 ms, which is called slow 3G. The program is in the cache, the scene is not.
    network(&shopper, false, 50_000, 400);
    shopper.goto(&server.url(&format!("/s/{STORE}?lang=en#scene={SOUTH}&yaw={}&pitch={}&fov=90", BACK.0 + 90.0, 0)));
    until("there is something to turn", || (shopper.stage("state") != "loading").then_some(()));
    let before = shopper.view();
    shopper.drag(Pointer::Touch, (200, 400), (300, 400));
    until("it turns", || (shopper.view().yaw < before.yaw - 3.0).then_some(()));
    shopper.wait_until_sharp();
    let states: Vec<Value> = shopper.run("return states").as_array().unwrap().clone();
    let place = |name: &str| states.iter().position(|state| state == name);
    assert!(place("interactive") < place("sharp") && place("interactive").is_some(), "{states:?}");
    shopper.assert_no_complaints();
}
