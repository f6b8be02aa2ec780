//! Whoever works in a store.

use serde_json::{Value, json};
use ureq::Agent;

use crate::browser::{Browser, Screen};
use crate::folder::DataFolder;
use crate::server::{Server, bare};

/// The password of everybody who chooses one.
pub const PASSWORD: &str = "seven wet umbrellas";
/// The address of the first owner.
pub const OWNER: &str = "lin@example.org";

/// The first owner's start, by the link of the server's log: Lin, of the organisation Lane store, in English.
pub fn begin(server: &Server, browser: &Browser) {
    let log = server.log();
    let link =
        log.split_whitespace().find(|word| word.contains("/app/start?link=")).expect("the log has the first link");
    browser.goto(&format!("{link}&lang=en"));
    browser.wait_for("Welcome to Vitrine");
    browser.send(
        "/app/start",
        &[("organisation", "Lane store"), ("name", "Lin"), ("email", OWNER), ("password", PASSWORD)],
    );
    browser.wait_for("Hello, Lin");
}

/// Lets an owner, whose browser is at the server's public address, invite somebody who joins with another browser.
pub fn invite(owner: &Browser, name: &str, role: &str, screen: Screen) -> Browser {
    owner.goto(&format!("{}/app/people?lang=en", owner.text("location.origin")));
    let email = format!("{}@example.org", name.to_lowercase());
    owner.send("/app/people/invitations", &[("email", &email), ("role", role)]);
    owner.wait_for("The invitation is ready");
    let invited = Browser::chromium(screen);
    invited.goto(&format!("{}&lang=en", owner.text_of("#secret")));
    invited.wait_for("Join Lane store");
    invited.send("/app/join", &[("name", name), ("password", PASSWORD)]);
    invited.wait_for(&format!("Hello, {name}"));
    invited
}

/// Adds a person to a folder that a server has made; returns their password.
pub fn add(folder: &DataFolder, email: &str, role: &str) -> String {
    let mut add = bare(folder);
    add.args(["account", "add", email, "--name", role, "--role", role, "--data"]).arg(folder.path());
    let output = add.output().expect("vitrine runs");
    assert!(output.status.success(), "vitrine account add: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Signs in where browsers find the server at `origin`; returns the cookie.
pub fn sign_in(server: &Server, origin: &str, email: &str, password: &str) -> String {
    let answer = agent()
        .post(server.url("/app/sign-in"))
        .header("Origin", origin)
        .send_form([("email", email), ("password", password)])
        .expect("the server answers");
    let cookies = answer.headers().get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.filter_map(|cookie| cookie.split(';').next());
    let session = pairs.find(|pair| pair.starts_with("vitrine="));
    session.unwrap_or_else(|| panic!("{email} is not signed in: {}", answer.status())).to_owned()
}

/// Somebody who is signed in, without a browser.
#[derive(Debug)]
pub struct Person {
    cookie: String,
}

impl Person {
    /// An owner.
    pub fn owner(server: &Server) -> Self {
        let password = add(server.folder(), OWNER, "owner");
        Self { cookie: sign_in(server, &server.url(""), OWNER, &password) }
    }

    /// A browser in which they are signed in, on an empty page.
    pub fn browser(&self, server: &Server, screen: Screen) -> Browser {
        let browser = Browser::chromium(screen);
        let (name, value) = self.cookie.split_once('=').expect("a cookie has a name");
        browser.chromium("Network.enable", &json!({}));
        let cookie = json!({"name": name, "value": value, "url": server.url("/"), "httpOnly": true});
        browser.chromium("Network.setCookie", &cookie);
        browser
    }

    /// What is at an address, as text.
    pub fn get(&self, server: &Server, path: &str) -> String {
        let answer = agent().get(server.url(path)).header("Cookie", &self.cookie).call();
        answer.expect("an answer").body_mut().with_config().limit(64 << 20).read_to_string().expect("text")
    }

    /// What is at an address, as JSON.
    pub fn json(&self, server: &Server, path: &str) -> Value {
        let text = self.get(server, path);
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("{path} is no JSON: {text}"))
    }

    /// Sends a form; returns where that leads.
    pub fn post(&self, server: &Server, path: &str, content_type: &str, body: &[u8]) -> String {
        let request = agent().post(server.url(path)).header("Cookie", &self.cookie).header("Origin", server.url(""));
        let mut answer = request.header("Content-Type", content_type).send(body).expect("an answer");
        let location = answer.headers().get("location").and_then(|value| value.to_str().ok()).map(str::to_owned);
        location.unwrap_or_else(|| panic!("{path}: {}", answer.body_mut().read_to_string().unwrap_or_default()))
    }
}

fn agent() -> Agent {
    Agent::config_builder().max_redirects(0).http_status_as_error(false).build().new_agent()
}
