//! Whoever works here, in a browser: the owner's first start, an invitation, a passkey, a session that ended.

use serde_json::json;
use tests::browser::{Browser, DESKTOP, PHONE};
use tests::database::Engine;
use tests::folder::DataFolder;
use tests::people::{self, PASSWORD};
use tests::server::Server;
use tests::wait::until;
use tests::{axe, layout};

/// The server at a name where passkeys are allowed, and its owner's browser behind the link of the log.
fn begun(engine: Engine, browser: Browser) -> (Server, Browser) {
    let server = Server::start_with(DataFolder::empty(engine), &["--public-url", "http://localhost:{port}"]);
    people::begin(&server, &browser);
    (server, browser)
}

fn first_start_and_invitation(engine: Engine) {
    let (server, owner) = begun(engine, Browser::chromium(DESKTOP));
    let staff = people::invite(&owner, "Chen", "staff", PHONE);
    staff.goto(&server.url_at_localhost("/app/people"));
    staff.wait_for("Not for this account");
    owner.goto(&server.url_at_localhost("/app/people"));
    assert!(owner.text_of("main").contains("chen@example.org"), "the owner sees who came");
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
         form.elements['passkey-name'].value = 'My telephone'; form.elements['passkey-password'].value = 'no idea at all';
         form.querySelector('button').click()",
    );
    until("somebody else's password is refused", || {
        browser.text_of("#add-passkey .why").contains("not your present password").then_some(())
    });
    browser.run(&format!(
        "const form = document.getElementById('add-passkey');
         form.elements['passkey-password'].value = '{PASSWORD}'; form.querySelector('button').click()"
    ));
    until("the passkey is listed", || {
        let why = browser.text_of("#add-passkey .why");
        assert!(why.is_empty(), "{why}");
        browser.text_of("main").contains("My telephone").then_some(())
    });
    browser.send("/app/sign-out", &[]);
    browser.wait_for("Sign in");
    browser.goto(&server.url_at_localhost("/app/sign-in?next=/app/keys&lang=en"));
    until("a passkey is offered", || {
        browser.run("return document.getElementById('passkey')?.hidden === false").as_bool()?.then_some(())
    });
    browser.run("document.querySelector('#passkey button').click()");
    until("the passkey opens the page that was asked for", || {
        let why = browser.text_of("#passkey .why");
        assert!(why.is_empty(), "{why}");
        (browser.heading() == "Keys for programs").then_some(())
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
    browser.send("/app/people/invitations", &[("email", "wang@example.org"), ("role", "marketer")]);
    browser.wait_for("Sign in");
    browser.send("/app/sign-in", &[("email", "lin@example.org"), ("password", PASSWORD)]);
    browser.wait_for("Signed in again");
    browser.send("/app/people/invitations", &[]);
    browser.wait_for("The invitation is ready");
    assert!(browser.text_of("main").contains("wang@example.org"));
}

#[test]
fn axe_finds_nothing_where_people_work() {
    let mut found = Vec::new();
    for (screen, scheme) in [(DESKTOP, "light"), (PHONE, "dark")] {
        let (server, browser) = begun(Engine::Sqlite, Browser::chromium(screen));
        layout::prefer(&browser, scheme);
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
        browser.send("/app/keys", &[("name", "Till")]);
        until("the form shows its faults", || (!browser.text_of(".why").is_empty()).then_some(()));
        look("/app/keys with faults");
        browser.goto(&server.url_at_localhost("/app/me"));
        browser.send("/app/sign-out", &[]);
        until("signed out", || browser.run("return location.pathname === '/app/sign-in'").as_bool()?.then_some(()));
        look("/app/sign-in");
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
