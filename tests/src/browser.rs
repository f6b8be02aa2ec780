//! Real browsers, driven by WebDriver.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::display::Display;
use crate::process::{Process, free_port};
use crate::programs::keep;
use crate::wait::until;
use crate::webdriver::{Pointer, Session};

/// A screen size and what goes with it.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    /// CSS pixels.
    pub width: u32,
    /// CSS pixels.
    pub height: u32,
    /// Device pixels per CSS pixel.
    pub dots: u32,
    /// What the shopper points with.
    pub pointer: Pointer,
}

/// The desktop on which the markers are measured.
pub const DESKTOP: Screen = Screen { width: 960, height: 540, dots: 1, pointer: Pointer::Mouse };
/// A telephone held upright.
pub const PHONE: Screen = Screen { width: 390, height: 844, dots: 2, pointer: Pointer::Touch };

/// An open browser; closed when this is dropped. A failing test leaves its last picture in `target/tests`.
#[derive(Debug)]
pub struct Browser {
    session: Session,
    screen: Screen,
    _driver: Process,
    _display: Option<Display>,
    _folder: TempDir,
}

impl Browser {
    /// Chromium without a window.
    pub fn chromium(screen: Screen) -> Self {
        Self::chromium_with(screen, &[])
    }

    /// Chromium with more switches.
    pub fn chromium_with(screen: Screen, switches: &[&str]) -> Self {
        Self::open_chromium(screen, switches, "normal")
    }

    /// Chromium whose driver does not wait for a page to have loaded before it passes the next command on: a finger on a
    /// page that is still on its way.
    pub fn impatient_chromium(screen: Screen) -> Self {
        Self::open_chromium(screen, &[], "none")
    }

    fn open_chromium(screen: Screen, switches: &[&str], load_strategy: &str) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let port = free_port();
        let mut command = Command::new("chromedriver");
        command.arg(format!("--port={port}")).env("HOME", folder.path());
        let mut driver = Process::start(&mut command, &folder.path().join("driver.log"));
        let address = driver_address(&mut driver, port);

        let profile = format!("--user-data-dir={}", folder.path().join("profile").display());
        let mut all = vec![
            "--headless=new",
            // As root, in containers: neither a sandbox nor much shared memory.
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--use-angle=swiftshader",
            "--enable-unsafe-swiftshader",
            "--hide-scrollbars",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--lang=en-US",
            &profile,
        ];
        all.extend(switches);
        let is_phone = screen.pointer == Pointer::Touch;
        // A headless Chromium says so in its name, and is counted as a robot.
        let system = if is_phone { "Linux; Android 15; Pixel 9" } else { "X11; Linux x86_64" };
        let mobile = if is_phone { "Mobile " } else { "" };
        let name = format!(
            "--user-agent=Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 {mobile}Safari/537.36"
        );
        if !switches.iter().any(|switch| switch.starts_with("--user-agent")) {
            all.push(&name);
        }
        let capabilities = json!({
            "browserName": "chrome",
            "pageLoadStrategy": load_strategy,
            "goog:loggingPrefs": {"browser": "ALL"},
            "goog:chromeOptions": {
                "binary": chromium(),
                "args": all,
                "mobileEmulation": {"deviceMetrics": {
                    "width": screen.width, "height": screen.height, "pixelRatio": screen.dots, "mobile": is_phone, "touch": is_phone,
                }},
            },
        });
        let session = Session::open(&address, &capabilities);
        Self { session, screen, _driver: driver, _display: None, _folder: folder }
    }

    /// WebKitGTK, the engine nearest to Safari's, in a window on a virtual display.
    pub fn webkit(screen: Screen) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let display = Display::start(1280, 1024);
        let port = free_port();
        let mut command = Command::new("dbus-run-session");
        command.args(["--", "WebKitWebDriver", &format!("--port={port}")]);
        command.env("DISPLAY", display.name()).env_remove("WAYLAND_DISPLAY");
        command.env("HOME", folder.path()).env("XDG_RUNTIME_DIR", folder.path());
        command.env("LIBGL_ALWAYS_SOFTWARE", "1").env("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1");
        let mut driver = Process::start(&mut command, &folder.path().join("driver.log"));
        let address = driver_address(&mut driver, port);
        let capabilities = json!({"webkitgtk:browserOptions": {"binary": mini_browser(), "args": ["--automation"]}});
        let session = Session::open(&address, &capabilities);
        let browser = Self { session, screen, _driver: driver, _display: Some(display), _folder: folder };
        browser.fit_window();
        browser
    }

    /// The screen that it imitates.
    pub fn screen(&self) -> Screen {
        self.screen
    }

    /// Makes the window so large that the page has the screen's size.
    fn fit_window(&self) {
        let size = |value: &Value| value.as_u64().expect("a size") as u32;
        let frame = self.run("return [outerWidth - innerWidth, outerHeight - innerHeight]");
        self.set_window_size(self.screen.width + size(&frame[0]), self.screen.height + size(&frame[1]));
        let wanted = json!([self.screen.width, self.screen.height]);
        until("the window has its size", || {
            let inner = self.run("return [innerWidth, innerHeight]");
            if inner != wanted {
                // The frame is only known when the window has been shown.
                let frame = self.run("return [outerWidth - innerWidth, outerHeight - innerHeight]");
                self.set_window_size(self.screen.width + size(&frame[0]), self.screen.height + size(&frame[1]));
            }
            (inner == wanted).then_some(())
        });
    }

    /// Leaves the page's last picture and messages for the reader of a failure.
    fn leave_evidence(&self) {
        let test = std::thread::current().name().unwrap_or("test").replace("::", "-");
        let path = keep().join(format!("{test}.png"));
        if let Some(picture) = self.screenshot_png()
            && std::fs::write(&path, picture).is_ok()
        {
            eprintln!("the page when the test failed: {}", path.display());
        }
        for line in self.console() {
            eprintln!("console: {line}");
        }
    }
}

impl Deref for Browser {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.session
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.leave_evidence();
        }
        self.session.close();
    }
}

fn driver_address(driver: &mut Process, port: u16) -> String {
    let address = format!("http://127.0.0.1:{port}");
    until("the browser's driver answers", || {
        assert!(!driver.has_ended(), "the browser's driver ended: {}", driver.printed());
        ureq::get(format!("{address}/status")).call().ok()
    });
    address
}

fn chromium() -> PathBuf {
    let places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    let found = places.iter().map(Path::new).find(|path| path.is_file());
    found
        .expect("Chromium is not installed; `cargo xtask test` installs Debian's packages chromium and chromium-driver")
        .into()
}

fn mini_browser() -> PathBuf {
    let library = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    let mut found = library.map(|entry| entry.path().join("webkit2gtk-4.1/MiniBrowser")).filter(|path| path.is_file());
    found
        .next()
        .expect("WebKitGTK's MiniBrowser is not installed; `cargo xtask test` installs Debian's webkit2gtk-driver")
}
