//! `/app/people`: who works here, as what. Inviting, changing roles, letting go; the last owner stays.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use minijinja::{Value, context};
use serde_json::json;
use uuid::Uuid;

use super::actor::{Actor, Grant};
use super::links::{self, Purpose};
use super::new_password;
use super::rights::Role;
use super::sql::{self, Member, normal_email};
use crate::app::App;
use crate::audit::{self, By, Change};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::form::{FieldErrors, Form};
use crate::mail::{self, Letter, Notice};
use crate::pages::frame::{self, Visit};
use crate::shops;

async fn context_of(app: &App, actor: &Actor, rest: Value) -> Result<Value> {
    let members = sql::members(&app.db, actor.tenant).await?;
    let shops = shops::names(&app.db, actor.tenant).await?;
    let shop_name =
        |id: Option<Uuid>| id.and_then(|id| shops.iter().find(|shop| shop.0 == id)).map(|shop| shop.1.clone());
    let invitations = links::invitations(&app.db, actor.tenant, app.clock.now_us()).await?;
    let roles = |in_one_shop: bool| -> Vec<&str> {
        Role::ALL.iter().filter(|role| !in_one_shop || role.is_for_one_shop()).map(|role| role.name()).collect()
    };
    let members: Vec<Value> = members
        .iter()
        .map(|member| {
            context! {
                id => member.id.to_string(), name => &member.name, email => &member.email, role => member.grant.role.name(),
                roles => roles(member.grant.shop.is_some()),
                shop => shop_name(member.grant.shop), seen_us => member.seen_us, is_self => member.account == actor.account,
            }
        })
        .collect();
    let invitations: Vec<Value> = invitations
        .iter()
        .filter_map(|(link, mailed)| match &link.purpose {
            Purpose::Invitation { email, grant } => Some(context! {
                id => link.id.to_string(), email, role => grant.role.name(), shop => shop_name(grant.shop),
                expires_us => link.expires_us,
                mail => mailed.as_ref().map(|(status, why, detail)| context! { status, why, detail }),
            }),
            _ => None,
        })
        .collect();
    let shops: Vec<Value> = shops.iter().map(|(id, name)| context! { id => id.to_string(), name }).collect();
    Ok(context! { members, invitations, shops, roles => roles(false), mails => app.mail.is_some(), ..rest })
}

/// `GET /app/people`.
pub async fn page(State(app): State<App>, visit: Visit, actor: Actor) -> Result<Response> {
    visit.page(&app, "accounts/people.html", context_of(&app, &actor, context! {}).await?)
}

/// `POST /app/people/invitations`: makes a link, which is mailed where there is a mail server, and which the owner may
/// hand over as well.
pub async fn invite(State(app): State<App>, visit: Visit, actor: Actor, form: Form) -> Result<Response> {
    let mut errors = FieldErrors::default();
    let email = normal_email(form.text("email"));
    errors.check(email.is_some(), "email", "field.email");
    let role = Role::of(form.text("role"));
    errors.check(role.is_some(), "role", "field.choose");
    let shop = match form.some("shop") {
        Some(text) => {
            let known = shops::names(&app.db, actor.tenant).await?;
            let shop = text.parse().ok().filter(|id: &Uuid| known.iter().any(|shop| shop.0 == *id));
            errors.check(shop.is_some(), "shop", "field.choose");
            errors.check(role.is_none_or(Role::is_for_one_shop), "shop", "people.owner_everywhere");
            shop
        }
        None => None,
    };
    if let Some(email) = &email {
        let members = sql::members(&app.db, actor.tenant).await?;
        errors.check(members.iter().all(|member| member.email != *email), "email", "people.is_member");
    }
    let (Some(email), Some(role), true) = (email, role, errors.is_empty()) else {
        let rest = context! { values => form.values(), errors => errors.values() };
        let page = context_of(&app, &actor, rest).await?;
        return visit.at("/app/people").page_with(&app, StatusCode::UNPROCESSABLE_ENTITY, "accounts/people.html", page);
    };
    let purpose = Purpose::Invitation { email: email.clone(), grant: Grant { role, shop } };
    let id = app.ids.next().map_err(Error::internal)?;
    let mut tx = app.db.begin().await?;
    let token = links::insert(&mut tx, id, actor.tenant, &purpose, Some(actor.account), app.clock.now_us()).await?;
    let after = Some(json!({ "role": role.name(), "shop": shop }));
    let change = Change { action: "person.invited", subject_id: Some(id), subject: &email, before: None, after };
    audit::record(&app, &mut tx, actor.tenant, By::Actor(&actor), &change).await?;
    let job =
        mail::post(&app, &mut tx, actor.tenant, &Letter::Invitation { link: id, language: visit.lang.clone() }).await?;
    if let Some(job) = job {
        links::mailed_by(&mut tx, id, job).await?;
    }
    tx.commit().await?;
    app.bell.ring();
    handed_over(&app, &visit, "invited", &email, &purpose.address(&app, &token), job.is_some())
}

/// The page with a link that is shown once.
fn handed_over(app: &App, visit: &Visit, what: &str, email: &str, link: &str, mailed: bool) -> Result<Response> {
    visit.at("/app/people").page(app, "accounts/link.html", context! { what, email, link, mailed })
}

/// Tells whoever it is about.
async fn tell(app: &App, tx: &mut Tx, actor: &Actor, account: Uuid, notice: Notice) -> Result<()> {
    let at_us = app.clock.now_us();
    mail::post(app, tx, actor.tenant, &Letter::Notice { account, notice, at_us }).await.map(drop)
}

/// `POST /app/people/invitations/{id}/withdraw`.
pub async fn withdraw(State(app): State<App>, actor: Actor, Path(id): Path<Uuid>) -> Result<Response> {
    let mut tx = app.db.begin().await?;
    let email = links::withdraw(&mut tx, actor.tenant, id).await?.ok_or(Error::NotFound)?;
    let change =
        Change { action: "person.uninvited", subject_id: Some(id), subject: &email, before: None, after: None };
    audit::record(&app, &mut tx, actor.tenant, By::Actor(&actor), &change).await?;
    tx.commit().await?;
    Ok(frame::done("/app/people", "withdrawn"))
}

async fn member(app: &App, actor: &Actor, id: Uuid) -> Result<Member> {
    let members = sql::members(&app.db, actor.tenant).await?;
    members.into_iter().find(|member| member.id == id).ok_or(Error::NotFound)
}

/// `POST /app/people/{id}/role`.
pub async fn set_role(State(app): State<App>, actor: Actor, Path(id): Path<Uuid>, form: Form) -> Result<Response> {
    let member = member(&app, &actor, id).await?;
    let role = Role::of(form.text("role")).ok_or_else(|| Error::BadRequest("no such role".to_owned()))?;
    if member.grant.shop.is_some() && !role.is_for_one_shop() {
        return Ok(frame::done("/app/people", "owner_everywhere"));
    }
    let mut tx = app.db.begin().await?;
    sql::lock_members(&mut tx, actor.tenant).await?;
    if !sql::set_role(&mut tx, actor.tenant, id, role).await? {
        return Err(Error::NotFound);
    }
    if sql::owners(&mut tx, actor.tenant).await? == 0 {
        return Ok(frame::done("/app/people", "last_owner"));
    }
    let change = Change {
        action: "person.role_changed",
        subject_id: Some(member.account),
        subject: &member.name,
        before: Some(json!({ "role": member.grant.role.name() })),
        after: Some(json!({ "role": role.name() })),
    };
    audit::record(&app, &mut tx, actor.tenant, By::Actor(&actor), &change).await?;
    if role != member.grant.role {
        tell(&app, &mut tx, &actor, member.account, Notice::RoleChanged { role: role.name().to_owned() }).await?;
    }
    tx.commit().await?;
    app.bell.ring();
    Ok(frame::done("/app/people", "saved"))
}

/// `POST /app/people/{id}/remove`.
pub async fn remove(State(app): State<App>, actor: Actor, Path(id): Path<Uuid>) -> Result<Response> {
    let member = member(&app, &actor, id).await?;
    let mut tx = app.db.begin().await?;
    sql::lock_members(&mut tx, actor.tenant).await?;
    sql::leave(&mut tx, actor.tenant, id).await?.ok_or(Error::NotFound)?;
    if sql::owners(&mut tx, actor.tenant).await? == 0 {
        return Ok(frame::done("/app/people", "last_owner"));
    }
    let change = Change {
        action: "person.removed",
        subject_id: Some(member.account),
        subject: &member.name,
        before: Some(json!({ "role": member.grant.role.name() })),
        after: None,
    };
    audit::record(&app, &mut tx, actor.tenant, By::Actor(&actor), &change).await?;
    tell(&app, &mut tx, &actor, member.account, Notice::Removed).await?;
    tx.commit().await?;
    app.bell.ring();
    Ok(frame::done("/app/people", "removed"))
}

/// `POST /app/people/{id}/password`: a link to a new password, which the owner hands over.
pub async fn password(State(app): State<App>, visit: Visit, actor: Actor, Path(id): Path<Uuid>) -> Result<Response> {
    let member = member(&app, &actor, id).await?;
    // Whoever sets somebody's password becomes them everywhere: only where they are nowhere else.
    if sql::organisations(&app.db, member.account).await?.len() > 1 {
        return Ok(frame::done("/app/people", "elsewhere_too"));
    }
    let url = new_password::make_link(&app, actor.tenant, By::Actor(&actor), member.account, &member.name).await?;
    handed_over(&app, &visit, "password", &member.email, &url, false)
}
