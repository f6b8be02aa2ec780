//! What shoppers are told of the shop.

use axum::routing::{get, post};

use super::{Route, form, page};
use crate::accounts::gate::Who::{May, MayEverywhere};
use crate::accounts::rights::Right::ManageShop;
use crate::shops;

/// The lines of the table.
pub fn routes() -> Vec<Route> {
    vec![
        page("/app/shop", May(ManageShop), get(shops::page::page)),
        form("/app/shop", MayEverywhere(ManageShop), post(shops::save::create)),
        page("/app/shop/new", MayEverywhere(ManageShop), get(shops::page::fresh)),
        page("/app/shop/{id}", May(ManageShop), get(shops::page::one)),
        form("/app/shop/{id}", May(ManageShop), post(shops::save::save)),
    ]
}
