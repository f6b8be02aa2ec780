//! Whoever works here, in a browser: the owner's first start, an invitation, a passkey, a session that ended.

use serde_json::json;
use tests::axe;
use tests::browser::{Browser, DESKTOP, PHONE};
use tests::database::Engine;
use tests::folder::DataFolder;
use tests::server::Server;
use tests::wait::until;

const PASSWORD: &str = "seven wet umbrellas";

/// Types into the page's fields and presses the button of their form.
fn send(browser: &Browser, form: &str, fields: &[(&str, &str)]) {
    let fields = json!(fields);
    browser.run(&format!(
        "const form = document.querySelector('form[action=\"{form}\"]');
         for (const [name, value] of {fields}) {{
           const field = form.querySelector(`[name=\"${{name}}\"][value=\"${{value}}\"][type=radio]`);
           if (field) field.click(); else form.querySelector(`[name=\"${{name}}\"]`).value = value;
         }}
         form.querySelector('button').click()"
    ));
}

fn heading(browser: &Browser) -> String {
    browser.run("return document.querySelector('h1')?.textContent ?? ''").as_str().unwrap_or_default().to_owned()
}

fn wait_for(browser: &Browser, title: &str) {
    until(title, || (heading(browser) == title).then_some(()));
}

fn text(browser: &Browser, selector: &str) -> String {
    let found = browser
        .run(&format!("const e = document.querySelector('{selector}'); return e?.value ?? e?.textContent ?? ''"));
    found.as_str().unwrap_or_default().to_owned()
}

/// The server at a name where passkeys are allowed, and its owner's browser behind the link of the log.
fn begun(engine: Engine, browser: Browser) -> (Server, Browser) {
    let server = Server::start_with(DataFolder::empty(engine), &["--public-url", "http://localhost:{port}"]);
    let log = server.log();
    let link =
        log.split_whitespace().find(|word| word.contains("/app/start?link=")).expect("the log has the first link");
    browser.goto(&format!("{link}&lang=en"));
    wait_for(&browser, "Welcome to Vitrine");
    let person =
        [("organisation", "Lane store"), ("name", "Lin"), ("email", "lin@example.org"), ("password", PASSWORD)];
    send(&browser, "/app/start", &person);
    wait_for(&browser, "Hello, Lin");
    (server, browser)
}

fn first_start_and_invitation(engine: Engine) {
    let (server, owner) = begun(engine, Browser::chromium(DESKTOP));
    owner.goto(&server.url_at_localhost("/app/people"));
    send(&owner, "/app/people/invitations", &[("email", "chen@example.org"), ("role", "staff")]);
    wait_for(&owner, "The invitation is ready");
    let link = text(&owner, "#secret");
    let staff = Browser::chromium(PHONE);
    staff.goto(&format!("{link}&lang=en"));
    wait_for(&staff, "Join Lane store");
    send(&staff, "/app/join", &[("name", "Chen"), ("password", PASSWORD)]);
    wait_for(&staff, "Hello, Chen");
    staff.goto(&server.url_at_localhost("/app/people"));
    wait_for(&staff, "Not for this account");
    owner.goto(&server.url_at_localhost("/app/people"));
    assert!(text(&owner, "main").contains("chen@example.org"), "the owner sees who came");
}

#[test]
fn the_owner_begins_and_invites_staff_on_sqlite() {
    first_start_and_invitation(Engine::Sqlite);
}

#[test]
fn the_owner_begins_and_invites_staff_on_postgres() {
    first_start_and_invitation(Engine::Postgres);
}

#[test]
fn a_passkey_is_added_and_opens_the_door() {
    let (server, browser) = begun(Engine::Sqlite, Browser::chromium(DESKTOP));
    browser.chromium("WebAuthn.enable", &json!({}));
    let device = json!({"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true,
        "isUserVerified": true, "automaticPresenceSimulation": true,
    }});
    browser.chromium("WebAuthn.addVirtualAuthenticator", &device);
    browser.goto(&server.url_at_localhost("/app/me"));
    until("a passkey can be added", || {
        browser.run("return document.getElementById('add-passkey')?.hidden === false").as_bool()?.then_some(())
    });
    browser.run(
        "const form = document.getElementById('add-passkey');
         form.elements['passkey-name'].value = 'My telephone'; form.querySelector('button').click()",
    );
    until("the passkey is listed", || {
        let why = text(&browser, "#add-passkey .why");
        assert!(why.is_empty(), "{why}");
        text(&browser, "main").contains("My telephone").then_some(())
    });
    send(&browser, "/app/sign-out", &[]);
    wait_for(&browser, "Sign in");
    browser.goto(&server.url_at_localhost("/app/sign-in?next=/app/keys&lang=en"));
    until("a passkey is offered", || {
        browser.run("return document.getElementById('passkey')?.hidden === false").as_bool()?.then_some(())
    });
    browser.run("document.querySelector('#passkey button').click()");
    until("the passkey opens the page that was asked for", || {
        let why = text(&browser, "#passkey .why");
        assert!(why.is_empty(), "{why}");
        (heading(&browser) == "Keys for programs").then_some(())
    });
}

#[test]
fn what_was_typed_outlives_the_session() {
    let (server, browser) = begun(Engine::Sqlite, Browser::chromium(PHONE));
    browser.goto(&server.url_at_localhost("/app/people"));
    // Signed out elsewhere, while this form is open.
    let ended = browser.run_until_done(
        "fetch('/app/sign-out', {method: 'POST', headers: {'content-type': 'application/x-www-form-urlencoded'}})
           .then(() => done(true), (error) => done(String(error)))",
    );
    assert_eq!(ended, json!(true));
    send(&browser, "/app/people/invitations", &[("email", "wang@example.org"), ("role", "marketer")]);
    wait_for(&browser, "Sign in");
    send(&browser, "/app/sign-in", &[("email", "lin@example.org"), ("password", PASSWORD)]);
    wait_for(&browser, "Signed in again");
    send(&browser, "/app/people/invitations", &[]);
    wait_for(&browser, "The invitation is ready");
    assert!(text(&browser, "main").contains("wang@example.org"));
}

#[test]
fn axe_finds_nothing_where_people_work() {
    let mut found = Vec::new();
    for (screen, scheme) in [(DESKTOP, "light"), (PHONE, "dark")] {
        let (server, browser) = begun(Engine::Sqlite, Browser::chromium(screen));
        let colours = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        browser.chromium("Emulation.setEmulatedMedia", &colours);
        let mut look = |page: &str| {
            found.extend(axe::findings(&browser).into_iter().map(|fault| format!("{page}, {scheme}: {fault}")));
        };
        for page in ["/app", "/app/me", "/app/people", "/app/keys", "/app/audit"] {
            for lang in ["en", "zh-TW"] {
                browser.goto(&server.url_at_localhost(&format!("{page}?lang={lang}")));
                look(page);
            }
        }
        browser.goto(&server.url_at_localhost("/app/keys?lang=en"));
        send(&browser, "/app/keys", &[("name", "Till")]);
        until("the form shows its faults", || (!text(&browser, ".why").is_empty()).then_some(()));
        look("/app/keys with faults");
        browser.goto(&server.url_at_localhost("/app/me"));
        send(&browser, "/app/sign-out", &[]);
        until("signed out", || browser.run("return location.pathname === '/app/sign-in'").as_bool()?.then_some(()));
        look("/app/sign-in");
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
