//! The ways in.

use axum::http::Method;
use axum::routing::{get, post};

use super::{Route, api, form, page};
use crate::accounts::gate::Who::Visitor;
use crate::accounts::{forgot, join, new_password, passkeys, sign_in, start};

/// The lines of the table.
pub fn routes() -> Vec<Route> {
    vec![
        page("/app/start", Visitor, get(start::page)),
        form("/app/start", Visitor, post(start::submit)),
        page("/app/join", Visitor, get(join::page)),
        form("/app/join", Visitor, post(join::submit)),
        page("/app/forgot", Visitor, get(forgot::page)),
        form("/app/forgot", Visitor, post(forgot::submit)),
        page("/app/new-password", Visitor, get(new_password::page)),
        form("/app/new-password", Visitor, post(new_password::submit)),
        page("/app/sign-in", Visitor, get(sign_in::page)),
        form("/app/sign-in", Visitor, post(sign_in::submit)),
        api(
            Method::POST,
            "/api/v1/passkeys/sign-in/challenge",
            Visitor,
            passkeys::describe_begin_sign_in,
            post(passkeys::begin_sign_in),
        ),
        api(
            Method::POST,
            "/api/v1/passkeys/sign-in",
            Visitor,
            passkeys::describe_finish_sign_in,
            post(passkeys::finish_sign_in),
        ),
    ]
}
