//! The media library in a browser: files that are dropped, chosen by keyboard and taken by the camera, a network that goes
//! away in the middle, a panorama that becomes tiles.

use serde_json::{Value, json};
use tempfile::TempDir;
use tests::browser::{Browser, DESKTOP, PHONE, Screen};
use tests::database::Engine;
use tests::folder::DataFolder;
use tests::people::Person;
use tests::programs::keep;
use tests::server::Server;
use tests::wait::until;
use tests::webdriver::key;
use tests::{axe, layout};

/// A server with an owner who looks at the library.
fn at_work(engine: Engine, screen: Screen) -> (Server, Browser) {
    let folder = DataFolder::empty(engine);
    let settings = folder.path().join("vitrine.toml");
    std::fs::write(&settings, "upload_max_mib = 24\n").expect("a file is written");
    let server = Server::start_with(folder, &["--config", &settings.to_string_lossy()]);
    let browser = Person::owner(&server).browser(&server, screen);
    browser.goto(&server.url("/app/media?lang=en"));
    (server, browser)
}

/// Drops files on the page: names with how they are made, in JavaScript.
fn drop_files(browser: &Browser, files: &[(&str, &str)]) {
    let made = files.iter().map(|(name, content)| format!("new File([await ({content})], {})", json!(name)));
    let script = format!(
        "(async () => {{
           const picture = (width, height, type, isNoise) => new Promise((done) => {{
             const canvas = Object.assign(document.createElement('canvas'), {{ width, height }});
             const paint = canvas.getContext('2d');
             const data = paint.createImageData(width, height);
             for (let at = 0, seed = 1; at < data.data.length; at += 4) {{
               seed = (seed * 1103515245 + 12345) & 0x7fffffff;
               const x = (at / 4) % width;
               data.data.set([isNoise ? seed >> 8 & 255 : x * 255 / width, isNoise ? seed >> 16 & 255 : 120, 90, 255], at);
             }}
             paint.putImageData(data, 0, 0);
             canvas.toBlob(done, type);
           }});
           const transfer = new DataTransfer();
           for (const file of [{}]) transfer.items.add(file);
           const place = document.getElementById('upload');
           for (const kind of ['dragenter', 'dragover', 'drop']) {{
             place.dispatchEvent(new DragEvent(kind, {{ dataTransfer: transfer, bubbles: true, cancelable: true }}));
           }}
         }})().then(() => done(true), (error) => done(String(error)))",
        made.collect::<Vec<_>>().join(", ")
    );
    assert_eq!(browser.run_until_done(&script), json!(true));
}

/// What the list of uploads says: name, words, how far (0 to 1).
fn lines(browser: &Browser) -> Vec<Value> {
    let found = browser.run(
        "return [...document.querySelectorAll('#sending > li')].map((row) => ({
           name: row.querySelector('strong').textContent, said: row.querySelector('[data-said]').textContent,
           done: row.querySelector('progress:not([hidden])')?.position ?? null }))",
    );
    found.as_array().cloned().unwrap_or_default()
}

fn line(browser: &Browser, name: &str) -> Option<Value> {
    lines(browser).into_iter().find(|line| line["name"] == name)
}

fn listed(browser: &Browser) -> Vec<String> {
    let names =
        browser.run("return [...document.querySelectorAll('.gallery-name')].map((name) => name.textContent).sort()");
    names.as_array().into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned)).collect()
}

fn network(browser: &Browser, is_offline: bool, upload_bytes_per_s: i64) {
    let conditions =
        json!({"offline": is_offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": upload_bytes_per_s});
    browser.chromium("Network.emulateNetworkConditions", &conditions);
}

fn files_are_dropped_and_the_network_goes_away(engine: Engine) {
    let (_server, browser) = at_work(engine, DESKTOP);
    assert!(
        browser.run("return document.body.textContent").as_str().is_some_and(|text| text.contains("Nothing here yet"))
    );
    // 2 MB a second: the larger one takes some seconds.
    network(&browser, false, 2_000_000);
    drop_files(
        &browser,
        &[
            ("tin.png", "picture(300, 200, 'image/png', false)"),
            ("large.bin", "new Blob([new Uint8Array(25 << 20)])"),
            ("drawing.svg", "new Blob(['<svg xmlns=\"http://www.w3.org/2000/svg\"><script>x()</script></svg>'])"),
            ("shop.png", "picture(2048, 1024, 'image/png', true)"),
        ],
    );
    until("what is too large is told before it is sent", || {
        line(&browser, "large.bin")?["said"].as_str()?.contains("at most 24 MiB").then_some(())
    });
    until("the panorama is on its way", || {
        let line = line(&browser, "shop.png")?;
        (line["said"] == "Being sent" && line["done"].as_f64()? > 0.1).then_some(())
    });
    network(&browser, true, -1);
    until("the page says that the connection broke", || {
        line(&browser, "shop.png")?["said"].as_str()?.contains("broke").then_some(())
    });
    network(&browser, false, -1);
    browser.run("dispatchEvent(new Event('online'))");
    until("the drawing is refused in words", || {
        line(&browser, "drawing.svg")?["said"].as_str()?.contains("SVG").then_some(())
    });
    until("pictures and panoramas are in the library", || (listed(&browser) == ["shop.png", "tin.png"]).then_some(()));
    let kinds = browser.run("return [...document.querySelectorAll('.gallery .tag')].map((tag) => tag.textContent)");
    assert_eq!(kinds, json!(["360° panorama"]));
    // What was refused stays to be read, and is put away by a key.
    assert!(line(&browser, "drawing.svg").is_some());
    browser.run("document.querySelector('#sending [data-end]').focus()");
    browser.press(key::ENTER);
    until("it is put away", || line(&browser, "drawing.svg").is_none().then_some(()));
}

#[test]
fn files_are_dropped_and_the_network_goes_away_on_sqlite() {
    files_are_dropped_and_the_network_goes_away(Engine::Sqlite);
}

#[test]
fn files_are_dropped_and_the_network_goes_away_on_postgres() {
    files_are_dropped_and_the_network_goes_away(Engine::Postgres);
}

#[test]
fn a_panorama_that_is_prepared_shows_how_far_it_is() {
    let (_server, browser) = at_work(Engine::Sqlite, DESKTOP);
    let panorama = tests::programs::root().join("assets/demo/panoramas/counter.jpg");
    browser.choose_files("#files", &[panorama.to_string_lossy().into_owned()]);
    until("its tiles are counted", || {
        let line = line(&browser, "counter.jpg")?;
        let done = line["done"].as_f64()?;
        (line["said"] == "Being prepared" && done > 0.0 && done < 1.0).then_some(())
    });
    until("it is in the library", || (listed(&browser) == ["counter.jpg"]).then_some(()));
}

#[test]
fn the_camera_and_the_keyboard_are_enough() {
    let (_server, browser) = at_work(Engine::Sqlite, PHONE);
    let folder = TempDir::new().expect("a temporary folder");
    let photo = folder.path().join("shelf.jpg");
    image::RgbImage::from_fn(640, 480, |x, y| image::Rgb([x as u8, y as u8, 90]))
        .save(&photo)
        .expect("a picture is written");
    let camera = browser.run(
        "const camera = document.getElementById('camera'); return [camera.accept, camera.getAttribute('capture')]",
    );
    assert_eq!(camera, json!(["image/*", "environment"]), "telephones open their camera");
    // Tab reaches both, and one sees where one is.
    browser.run("document.getElementById('main').focus()");
    let mut reached = Vec::new();
    for _ in 0..4 {
        browser.press(key::TAB);
        let at = browser.run(
            "const label = document.activeElement.closest('label');
             return [document.activeElement.id, label ? getComputedStyle(label).outlineStyle : '']",
        );
        reached.push(at);
    }
    assert!(
        reached.contains(&json!(["files", "solid"])) && reached.contains(&json!(["camera", "solid"])),
        "{reached:?}"
    );
    browser.choose_files("#camera", &[photo.to_string_lossy().into_owned()]);
    until("the photo is in the library", || (listed(&browser) == ["shelf.jpg"]).then_some(()));
    // Its own page: a text, then deleted after a question.
    browser.run("document.querySelector('.gallery a').focus()");
    browser.press(key::ENTER);
    until("its page is open", || {
        browser.run("return document.getElementById('alt-en') !== null").as_bool()?.then_some(())
    });
    browser.run(
        "document.getElementById('alt-en').value = 'A shelf'; document.querySelector('form.stack button').focus()",
    );
    browser.press(key::ENTER);
    until("it is saved", || {
        browser.run("return document.body.textContent.includes('Saved.')").as_bool()?.then_some(())
    });
    browser.run("document.querySelector('[popovertarget=delete]').focus()");
    browser.press(key::ENTER);
    until("it is asked", || {
        browser.run("return document.getElementById('delete').matches(':popover-open')").as_bool()?.then_some(())
    });
    browser.press(key::TAB);
    browser.press(key::ENTER);
    until("it is gone", || {
        browser
            .run("return location.pathname === '/app/media' && !document.querySelector('.gallery')")
            .as_bool()?
            .then_some(())
    });
}

#[test]
fn the_library_fits_every_screen() {
    let mut faults = Vec::new();
    for (screen, name) in [(PHONE, "phone"), (DESKTOP, "desktop")] {
        let (server, browser) = at_work(Engine::Sqlite, screen);
        let look = |page: &str, lang: &str, scheme: &str| {
            let picture = layout::photograph(&browser);
            std::fs::write(keep().join(format!("library-{page}-{name}-{scheme}-{lang}.png")), picture)
                .expect("a place for pictures");
            let found = layout::faults(&browser).into_iter().chain(axe::findings(&browser));
            found.map(|fault| format!("{page}, {name}, {scheme}, {lang}: {fault}")).collect::<Vec<_>>()
        };
        faults.extend(look("empty", "en", "light"));
        drop_files(
            &browser,
            &[
                ("tin.png", "picture(300, 200, 'image/png', false)"),
                (
                    "a-name-that-goes-on-and-on-and-on-without-a-single-space-in-it.png",
                    "picture(900, 300, 'image/png', true)",
                ),
                ("shop.png", "picture(2048, 1024, 'image/png', false)"),
                ("drawing.svg", "new Blob(['<svg/>'])"),
            ],
        );
        until("everything is in the library", || {
            (listed(&browser).len() == 3 && lines(&browser).len() == 1).then_some(())
        });
        for scheme in ["light", "dark"] {
            layout::prefer(&browser, scheme);
            for lang in ["en", "zh-TW"] {
                browser.goto(&server.url(&format!("/app/media?lang={lang}")));
                faults.extend(look("all", lang, scheme));
                let one = browser.run("return document.querySelector('.gallery a').getAttribute('href')");
                browser.goto(&server.url(&format!("{}?lang={lang}", one.as_str().expect("an address"))));
                faults.extend(look("one", lang, scheme));
                browser.goto(&server.url(&format!("/app/media?lang={lang}&q=nothing-like-this")));
                faults.extend(look("nothing", lang, scheme));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
