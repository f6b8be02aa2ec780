//! What is one's own.

use axum::http::Method;
use axum::routing::{get, post};

use super::{Route, api, form, page};
use crate::accounts::gate::Who::SignedIn;
use crate::accounts::{me, overview, passkeys, sign_in};

/// The lines of the table.
pub fn routes() -> Vec<Route> {
    vec![
        page("/app", SignedIn, get(overview::page)),
        form("/app/sign-out", SignedIn, post(sign_in::sign_out)),
        page("/app/me", SignedIn, get(me::page)),
        form("/app/me", SignedIn, post(me::save)),
        form("/app/me/password", SignedIn, post(me::set_password)),
        form("/app/me/organisation", SignedIn, post(me::switch)),
        form("/app/me/sessions/end-others", SignedIn, post(me::end_other_sessions)),
        form("/app/me/sessions/{id}/end", SignedIn, post(me::end_session)),
        form("/app/me/passkeys/{id}/remove", SignedIn, post(passkeys::remove)),
        api(
            Method::POST,
            "/api/v1/passkeys/registration",
            SignedIn,
            passkeys::describe_begin_adding,
            post(passkeys::begin_adding),
        ),
        api(
            Method::POST,
            "/api/v1/passkeys",
            SignedIn,
            passkeys::describe_finish_adding,
            post(passkeys::finish_adding),
        ),
    ]
}
