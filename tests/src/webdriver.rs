//! The WebDriver protocol (W3C), as much of it as the journeys use.

use std::time::Duration;

use image::RgbImage;
use serde_json::{Value, json};
use ureq::Agent;

/// A browser session.
#[derive(Debug)]
pub struct Session {
    agent: Agent,
    url: String,
}

/// Keys without a character of their own.
pub mod key {
    #![expect(missing_docs, reason = "names of keys")]
    pub const TAB: char = '\u{E004}';
    pub const ENTER: char = '\u{E007}';
    pub const SHIFT: char = '\u{E008}';
    pub const END: char = '\u{E010}';
    pub const ESCAPE: char = '\u{E00C}';
    pub const LEFT: char = '\u{E012}';
    pub const UP: char = '\u{E013}';
    pub const RIGHT: char = '\u{E014}';
    pub const DOWN: char = '\u{E015}';
}

/// What drags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pointer {
    /// A mouse with its left button.
    Mouse,
    /// A finger.
    Touch,
}

impl Session {
    /// Opens a browser by the driver at `driver`.
    pub fn open(driver: &str, capabilities: &Value) -> Self {
        let agent = Agent::new_with_config(
            Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_mins(2))).build(),
        );
        let mut session = Self { agent, url: format!("{driver}/session") };
        let opened = session.post("", &json!({"capabilities": {"alwaysMatch": capabilities}}));
        let id = opened["sessionId"].as_str().unwrap_or_else(|| panic!("the driver opened no session: {opened}"));
        session.url = format!("{driver}/session/{id}");
        session.post("/timeouts", &json!({"script": 60_000, "pageLoad": 60_000, "implicit": 0}));
        session
    }

    /// Goes to an address and waits until it is loaded.
    pub fn goto(&self, url: &str) {
        self.post("/url", &json!({"url": url}));
    }

    /// The address of the page.
    pub fn address(&self) -> String {
        self.get("/url").as_str().unwrap_or_default().to_owned()
    }

    /// The browser's Back button.
    pub fn back(&self) {
        self.post("/back", &json!({}));
    }

    /// Makes the window that large, with its frame.
    pub fn set_window_size(&self, width: u32, height: u32) {
        self.post("/window/rect", &json!({"x": 0, "y": 0, "width": width, "height": height}));
    }

    /// Runs a function body in the page and returns what it returns.
    pub fn run(&self, script: &str) -> Value {
        self.post("/execute/sync", &json!({"script": script, "args": []}))
    }

    /// Runs a function body in the page and returns what it gives to `done`.
    pub fn run_until_done(&self, script: &str) -> Value {
        let script = format!("const done = arguments[arguments.length - 1]; {script}");
        self.post("/execute/async", &json!({"script": script, "args": []}))
    }

    /// Presses and releases a key.
    pub fn press(&self, key: char) {
        self.press_with(&[], key);
    }

    /// Presses and releases a key while others are held down.
    pub fn press_with(&self, held: &[char], key: char) {
        let down = held.iter().chain([&key]).map(|key| json!({"type": "keyDown", "value": key}));
        let up = [&key].into_iter().chain(held.iter().rev()).map(|key| json!({"type": "keyUp", "value": key}));
        self.act(&json!([{"type": "key", "id": "keyboard", "actions": down.chain(up).collect::<Vec<_>>()}]));
    }

    /// Holds a key down for some time.
    pub fn hold(&self, key: char, time: Duration) {
        self.act(&json!([{"type": "key", "id": "keyboard", "actions": [
            {"type": "keyDown", "value": key}, {"type": "pause", "duration": time.as_millis() as u64}, {"type": "keyUp", "value": key},
        ]}]));
    }

    /// Drags across the page and rests before letting go, so that no inertia follows.
    pub fn drag(&self, pointer: Pointer, from: (i32, i32), to: (i32, i32)) {
        let point = |(x, y): (i32, i32), duration: u32| json!({"type": "pointerMove", "duration": duration, "origin": "viewport", "x": x, "y": y});
        self.act(&json!([pointer.source(&[
            point(from, 0),
            json!({"type": "pointerDown", "button": 0}),
            point(to, 300),
            json!({"type": "pause", "duration": 300}),
            json!({"type": "pointerUp", "button": 0}),
        ])]));
    }

    /// Clicks or taps at a place of the page.
    pub fn tap(&self, pointer: Pointer, (x, y): (i32, i32)) {
        self.act(&json!([pointer.source(&[
            json!({"type": "pointerMove", "duration": 0, "origin": "viewport", "x": x, "y": y}),
            json!({"type": "pointerDown", "button": 0}),
            json!({"type": "pointerUp", "button": 0}),
        ])]));
    }

    /// Taps twice at a place of the page.
    pub fn double_tap(&self, pointer: Pointer, (x, y): (i32, i32)) {
        let press = [json!({"type": "pointerDown", "button": 0}), json!({"type": "pointerUp", "button": 0})];
        let mut actions = vec![json!({"type": "pointerMove", "duration": 0, "origin": "viewport", "x": x, "y": y})];
        actions.extend(press.iter().chain(&press).cloned());
        self.act(&json!([pointer.source(&actions)]));
    }

    /// Moves the mouse to a place of the page.
    pub fn point_at(&self, (x, y): (i32, i32)) {
        let to = json!({"type": "pointerMove", "duration": 50, "origin": "viewport", "x": x, "y": y});
        self.act(&json!([Pointer::Mouse.source(&[to])]));
    }

    /// The page as the user sees it.
    pub fn screenshot(&self) -> RgbImage {
        let png = self.screenshot_png().expect("a screenshot");
        image::load_from_memory(&png).expect("a screenshot is a picture").into_rgb8()
    }

    /// The page as a PNG file; `None` when the browser gives none.
    pub fn screenshot_png(&self) -> Option<Vec<u8>> {
        let answer = self.request("GET", "/screenshot", None).ok()?;
        decode_base64(answer["value"].as_str()?)
    }

    /// What the page has written to the console since the last call; only Chromium tells.
    pub fn console(&self) -> Vec<String> {
        let Ok(answer) = self.request("POST", "/se/log", Some(&json!({"type": "browser"}))) else { return Vec::new() };
        let entries = answer["value"].as_array().cloned().unwrap_or_default();
        entries
            .iter()
            .map(|entry| {
                format!("{}: {}", entry["level"].as_str().unwrap_or(""), entry["message"].as_str().unwrap_or(""))
            })
            .collect()
    }

    /// A command of Chromium's own protocol.
    pub fn chromium(&self, command: &str, parameters: &Value) -> Value {
        self.post("/goog/cdp/execute", &json!({"cmd": command, "params": parameters}))
    }

    /// Closes the browser.
    pub fn close(&self) {
        let _ = self.request("DELETE", "", None);
    }

    fn act(&self, actions: &Value) {
        self.post("/actions", &json!({"actions": actions}));
    }

    fn get(&self, path: &str) -> Value {
        self.value("GET", path, None)
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.value("POST", path, Some(body))
    }

    fn value(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let mut answer = self
            .request(method, path, body)
            .unwrap_or_else(|error| panic!("{method} {path}: the driver does not answer: {error}"));
        let value = answer["value"].take();
        if let Some(error) = value["error"].as_str() {
            panic!("{method} {path} {}: {error}: {}", body.unwrap_or(&Value::Null), value["message"]);
        }
        value
    }

    fn request(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, ureq::Error> {
        let url = format!("{}{path}", self.url);
        let mut response = match (method, body) {
            ("POST", Some(body)) => self.agent.post(&url).send_json(body)?,
            ("DELETE", _) => self.agent.delete(&url).call()?,
            _ => self.agent.get(&url).call()?,
        };
        response.body_mut().with_config().limit(64 << 20).read_json()
    }
}

impl Pointer {
    fn source(self, actions: &[Value]) -> Value {
        let kind = match self {
            Self::Mouse => "mouse",
            Self::Touch => "touch",
        };
        json!({"type": "pointer", "id": kind, "parameters": {"pointerType": kind}, "actions": actions})
    }
}

/// Base64 with padding, as screenshots come.
pub(crate) fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let mut bits = 0_u32;
    let mut filled = 0;
    for character in text.bytes().filter(|byte| *byte != b'=' && !byte.is_ascii_whitespace()) {
        let value = match character {
            b'A'..=b'Z' => character - b'A',
            b'a'..=b'z' => character - b'a' + 26,
            b'0'..=b'9' => character - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        filled += 6;
        if filled >= 8 {
            filled -= 8;
            bytes.push((bits >> filled) as u8);
        }
    }
    Some(bytes)
}
