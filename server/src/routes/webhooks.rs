//! Who is told of changes.

use axum::routing::{get, post};

use super::{Route, form, page};
use crate::accounts::gate::Who::May;
use crate::accounts::rights::Right::ManageKeys;
use crate::webhooks::{delivery, endpoint, failed, page as all};

/// The lines of the table.
pub fn routes() -> Vec<Route> {
    vec![
        page("/app/webhooks", May(ManageKeys), get(all::page)),
        form("/app/webhooks", May(ManageKeys), post(all::create)),
        page("/app/webhooks/failed", May(ManageKeys), get(failed::page)),
        form("/app/webhooks/failed/replay", May(ManageKeys), post(failed::replay)),
        page("/app/webhooks/deliveries/{id}", May(ManageKeys), get(delivery::page)),
        form("/app/webhooks/deliveries/{id}/replay", May(ManageKeys), post(delivery::replay)),
        page("/app/webhooks/{id}", May(ManageKeys), get(endpoint::page)),
        form("/app/webhooks/{id}", May(ManageKeys), post(endpoint::save)),
        form("/app/webhooks/{id}/secret", May(ManageKeys), post(endpoint::rotate)),
        form("/app/webhooks/{id}/enable", May(ManageKeys), post(endpoint::enable)),
        form("/app/webhooks/{id}/disable", May(ManageKeys), post(endpoint::disable)),
        form("/app/webhooks/{id}/test", May(ManageKeys), post(endpoint::test)),
        form("/app/webhooks/{id}/replay", May(ManageKeys), post(endpoint::replay)),
        form("/app/webhooks/{id}/delete", May(ManageKeys), post(endpoint::delete)),
    ]
}
