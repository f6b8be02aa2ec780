//! Whoever works in a store, for tests that need somebody who is signed in and not how they came in.

use crate::folder::DataFolder;
use crate::server::{Server, bare};

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
    let agent: ureq::Agent = ureq::Agent::config_builder().max_redirects(0).build().into();
    let answer = agent
        .post(server.url("/app/sign-in"))
        .header("Origin", origin)
        .send_form([("email", email), ("password", password)])
        .expect("the server answers");
    let cookies = answer.headers().get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.filter_map(|cookie| cookie.split(';').next());
    let session = pairs.find(|pair| pair.starts_with("vitrine="));
    session.unwrap_or_else(|| panic!("{email} is not signed in: {}", answer.status())).to_owned()
}
