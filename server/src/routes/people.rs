//! Who else works here, and what happened.

use axum::routing::{get, post};

use super::{Route, file, form, page};
use crate::accounts::gate::Who::May;
use crate::accounts::rights::Right::{ManageKeys, ManagePeople, ReadAudit};
use crate::accounts::{keys, people};
use crate::audit;

/// The lines of the table.
pub fn routes() -> Vec<Route> {
    vec![
        page("/app/people", May(ManagePeople), get(people::page)),
        form("/app/people/invitations", May(ManagePeople), post(people::invite)),
        form("/app/people/invitations/{id}/withdraw", May(ManagePeople), post(people::withdraw)),
        form("/app/people/{id}/role", May(ManagePeople), post(people::set_role)),
        form("/app/people/{id}/remove", May(ManagePeople), post(people::remove)),
        form("/app/people/{id}/password", May(ManagePeople), post(people::password)),
        page("/app/keys", May(ManageKeys), get(keys::page)),
        form("/app/keys", May(ManageKeys), post(keys::create)),
        form("/app/keys/{id}/revoke", May(ManageKeys), post(keys::revoke)),
        page("/app/audit", May(ReadAudit), get(audit::page::page)),
        file("/app/audit.csv", May(ReadAudit), get(audit::export::csv)),
    ]
}
