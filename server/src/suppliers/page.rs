//! `/app/suppliers`: who delivers, and how they are reached.

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use minijinja::context;
use scene::document::phone_fault;
use serde_json::json;
use uuid::Uuid;

use super::sql::{self, MAX_SUPPLIERS, Supplier};
use crate::accounts::actor::Actor;
use crate::accounts::rights::Right;
use crate::accounts::sql::normal_email;
use crate::app::App;
use crate::audit::{self, By, Change};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::form::Form;
use crate::pages::frame::{self, Visit};
use crate::products::check;
use crate::products::fault::{Fault, Faults};
use crate::products::typed::{Typed, outdated};
use crate::products::write::lock;

const HERE: &str = "/app/suppliers";
/// Characters of a name.
const MAX_NAME: usize = 120;

/// `GET /app/suppliers`.
pub async fn page(State(app): State<App>, visit: Visit, actor: Actor) -> Result<Response> {
    render(&app, &visit, &actor, StatusCode::OK, None).await
}

async fn render(
    app: &App,
    visit: &Visit,
    actor: &Actor,
    status: StatusCode,
    typed: Option<Typed<'_>>,
) -> Result<Response> {
    let suppliers = sql::list(&app.db, actor.tenant).await?;
    let counts: HashMap<Uuid, i64> = sql::counts(&app.db, actor.tenant).await?.into_iter().collect();
    let texts = app.pages.texts(&visit.lang);
    let errors = |of: Option<Uuid>| Typed::errors(typed.as_ref(), of, &texts);
    let values = |of: Option<Uuid>| Typed::values(typed.as_ref(), of);
    let row = |one: &Supplier| {
        let kept = context! { name => &one.name, code => &one.code, email => &one.email, phone => &one.phone };
        context! {
            id => one.id.to_string(), name => &one.name, code => &one.code, email => &one.email, phone => &one.phone,
            version => one.version, products => counts.get(&one.id).copied().unwrap_or(0),
            errors => errors(Some(one.id)), values => values(Some(one.id)).unwrap_or(kept),
        }
    };
    let (archived, rows): (Vec<&Supplier>, Vec<&Supplier>) =
        suppliers.iter().partition(|one| one.archived_us.is_some());
    let context = context! {
        rows => rows.into_iter().map(row).collect::<Vec<_>>(), archived => archived.into_iter().map(row).collect::<Vec<_>>(),
        errors => errors(None), values => values(None), may_write => actor.may(Right::WriteCatalogue),
    };
    visit.at(HERE).page_with(app, status, "suppliers/page.html", context)
}

/// `before` as a form wants it, with what is wrong by itself.
fn read(form: &Form, before: &Supplier) -> (Supplier, Faults) {
    let some = |field: &str| form.some(field).map(str::to_owned);
    let mut faults = Faults::new();
    let mut add = |field: &str, fault: Option<Fault>| faults.extend(fault.map(|fault| (field.to_owned(), fault)));
    let name = form.text("name");
    add("name", check::needed(name).or_else(|| check::line(name, MAX_NAME)));
    add("code", check::line(form.text("code"), check::MAX_CODE));
    let email = some("email").map(|email| normal_email(&email).ok_or(()));
    add("email", matches!(email, Some(Err(()))).then(|| Fault::new("field.email")));
    let phone = some("phone");
    add("phone", phone.as_deref().and_then(phone_fault).map(|_| Fault::new("supplier.fault.phone")));
    let email = email.and_then(std::result::Result::ok);
    let Supplier { id, archived_us, version, .. } = *before;
    (Supplier { id, name: name.to_owned(), code: some("code"), email, phone, archived_us, version }, faults)
}

/// What is another supplier's already.
fn taken(suppliers: &[Supplier], supplier: &Supplier) -> Faults {
    let same = |one: &str, other: &str| one.to_lowercase() == other.to_lowercase();
    let others: Vec<&Supplier> = suppliers.iter().filter(|other| other.id != supplier.id).collect();
    let name = others.iter().find(|other| same(&other.name, &supplier.name));
    let code = supplier
        .code
        .as_deref()
        .and_then(|code| others.iter().find(|other| other.code.as_deref().is_some_and(|other| same(other, code))));
    let fault = |field: &str, key, other: &Supplier| (field.to_owned(), Fault::new(key).with("name", &other.name));
    name.map(|other| fault("name", "supplier.fault.name", other))
        .into_iter()
        .chain(code.map(|other| fault("code", "supplier.fault.code", other)))
        .collect()
}

/// `POST /app/suppliers`: makes one.
pub async fn create(State(app): State<App>, visit: Visit, actor: Actor, form: Form) -> Result<Response> {
    let id = app.ids.next().map_err(Error::internal)?;
    let none =
        Supplier { id, name: String::new(), code: None, email: None, phone: None, archived_us: None, version: 1 };
    let (supplier, mut faults) = read(&form, &none);
    let mut tx = app.db.begin().await?;
    lock(&mut tx, actor.tenant).await?;
    let known = sql::list_in(&mut tx, actor.tenant).await?;
    faults.extend(taken(&known, &supplier));
    if known.len() >= MAX_SUPPLIERS {
        faults.push(("name".to_owned(), Fault::new("supplier.fault.full")));
    }
    if !faults.is_empty() {
        drop(tx);
        let typed = Some(Typed { of: None, form: &form, faults });
        return render(&app, &visit, &actor, StatusCode::UNPROCESSABLE_ENTITY, typed).await;
    }
    sql::insert(&mut tx, actor.tenant, &supplier, app.clock.now_us()).await?;
    log(&app, &mut tx, &actor, "supplier.added", None, &supplier).await?;
    tx.commit().await?;
    Ok(frame::done(HERE, "supplier_added"))
}

/// `POST /app/suppliers/{id}`: changes it, unless somebody else did meanwhile.
pub async fn save(
    State(app): State<App>,
    visit: Visit,
    actor: Actor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response> {
    let mut tx = app.db.begin().await?;
    let (before, known) = open(&mut tx, &actor, id).await?;
    let (after, mut faults) = read(&form, &before);
    faults.extend(outdated(&form, before.version));
    faults.extend(taken(&known, &after));
    if !faults.is_empty() {
        drop(tx);
        let typed = Some(Typed { of: Some(id), form: &form, faults });
        return render(&app, &visit, &actor, StatusCode::UNPROCESSABLE_ENTITY, typed).await;
    }
    change(&app, tx, &actor, "supplier.changed", before, after).await?;
    Ok(frame::done(HERE, "saved"))
}

/// `POST /app/suppliers/{id}/archive`: it is not offered any more where products are written.
pub async fn archive(State(app): State<App>, actor: Actor, Path(id): Path<Uuid>) -> Result<Response> {
    let mut tx = app.db.begin().await?;
    let (before, _) = open(&mut tx, &actor, id).await?;
    let after = Supplier { archived_us: Some(before.archived_us.unwrap_or(app.clock.now_us())), ..before.clone() };
    change(&app, tx, &actor, "supplier.archived", before, after).await?;
    Ok(frame::done(HERE, "supplier_archived"))
}

/// `POST /app/suppliers/{id}/restore`.
pub async fn restore(State(app): State<App>, actor: Actor, Path(id): Path<Uuid>) -> Result<Response> {
    let mut tx = app.db.begin().await?;
    let (before, _) = open(&mut tx, &actor, id).await?;
    let after = Supplier { archived_us: None, ..before.clone() };
    change(&app, tx, &actor, "supplier.restored", before, after).await?;
    Ok(frame::done(HERE, "supplier_restored"))
}

/// The supplier and all of them, with everybody else held off.
async fn open(tx: &mut Tx, actor: &Actor, id: Uuid) -> Result<(Supplier, Vec<Supplier>)> {
    lock(tx, actor.tenant).await?;
    let known = sql::list_in(tx, actor.tenant).await?;
    let supplier = known.iter().find(|one| one.id == id).cloned().ok_or(Error::NotFound)?;
    Ok((supplier, known))
}

async fn change(
    app: &App,
    mut tx: Tx,
    actor: &Actor,
    action: &'static str,
    before: Supplier,
    after: Supplier,
) -> Result<()> {
    if before == after {
        return Ok(());
    }
    sql::update(&mut tx, actor.tenant, &after).await?;
    log(app, &mut tx, actor, action, Some(&before), &after).await?;
    Ok(tx.commit().await?)
}

async fn log(
    app: &App,
    tx: &mut Tx,
    actor: &Actor,
    action: &'static str,
    before: Option<&Supplier>,
    after: &Supplier,
) -> Result<()> {
    let state = |one: &Supplier| json!({ "name": one.name, "code": one.code, "email": one.email, "phone": one.phone });
    let (before, after_state) = match before.map(|before| (state(before), state(after))) {
        Some((old, new)) if old == new => (None, None),
        Some((old, new)) => (Some(old), Some(new)),
        None => (None, Some(state(after))),
    };
    let change = Change { action, subject_id: Some(after.id), subject: &after.name, before, after: after_state };
    audit::record(app, tx, actor.tenant, By::Actor(actor), &change).await
}
