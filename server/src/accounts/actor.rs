//! Who asks, once it is known.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use uuid::Uuid;

use super::rights::{Right, Role};
use crate::error::Error;

/// An organisation whose rows may be touched. Every function that reads or writes rows of an organisation takes one; a
/// handler gets it from its [`Actor`] alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tenant(Uuid);

impl Tenant {
    /// The organisation of a row that was found by other means: a published store, a job, the command line.
    #[must_use]
    pub const fn of(organisation: Uuid) -> Self {
        Self(organisation)
    }

    /// Its id, to be bound into a statement.
    #[must_use]
    pub const fn id(self) -> Uuid {
        self.0
    }
}

/// A role, everywhere or in one shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// The shop; every one without.
    pub shop: Option<Uuid>,
}

impl Grant {
    /// Whether it gives a right somewhere. One for a shop gives none over what all shops share.
    #[must_use]
    pub const fn gives(self, right: Right) -> bool {
        self.role.has(right) && (self.shop.is_none() || right.is_for_one_shop())
    }
}

/// How somebody proved who they are.
#[derive(Clone, Debug)]
pub enum Proof {
    /// A person with a session.
    Session {
        /// The session.
        session: Uuid,
        /// What the person may do, and where.
        grants: Vec<Grant>,
    },
    /// A program with a key.
    Key {
        /// The key.
        key: Uuid,
        /// What it may do.
        scopes: Vec<Right>,
    },
}

/// Whoever asks: a person who is signed in, or a program with a key.
#[derive(Clone, Debug)]
pub struct Actor {
    /// Whose rows this request is about.
    pub tenant: Tenant,
    /// The organisation's name.
    pub organisation: String,
    /// The account; whoever made the key, for programs.
    pub account: Uuid,
    /// How the account or key is called.
    pub name: String,
    /// The time zone of the organisation's first shop; dates are shown in it.
    pub time_zone: String,
    /// The language that the person chose.
    pub language: String,
    /// How that is known.
    pub proof: Proof,
}

impl Actor {
    /// Whether this right is held, in every shop or in some; one over what all shops share, in every shop.
    #[must_use]
    pub fn may(&self, right: Right) -> bool {
        match &self.proof {
            Proof::Session { grants, .. } => grants.iter().any(|grant| grant.gives(right)),
            Proof::Key { scopes, .. } => scopes.contains(&right),
        }
    }

    /// Whether this right is held in a shop.
    #[must_use]
    pub fn may_in(&self, right: Right, shop: Uuid) -> bool {
        match &self.proof {
            Proof::Session { grants, .. } => {
                grants.iter().any(|grant| grant.gives(right) && grant.shop.is_none_or(|of| of == shop))
            }
            Proof::Key { scopes, .. } => scopes.contains(&right),
        }
    }

    /// Whether this right is held in every shop, those included that are yet to come.
    #[must_use]
    pub fn may_everywhere(&self, right: Right) -> bool {
        match &self.proof {
            Proof::Session { grants, .. } => grants.iter().any(|grant| grant.gives(right) && grant.shop.is_none()),
            Proof::Key { scopes, .. } => scopes.contains(&right),
        }
    }

    /// The shops in which this right is held; `None` where it is held in every one.
    #[must_use]
    pub fn shops(&self, right: Right) -> Option<Vec<Uuid>> {
        match &self.proof {
            Proof::Session { grants, .. } if !self.may_everywhere(right) => {
                Some(grants.iter().filter(|grant| grant.gives(right)).filter_map(|grant| grant.shop).collect())
            }
            _ => None,
        }
    }

    /// The session, of a person.
    #[must_use]
    pub const fn session(&self) -> Option<Uuid> {
        match &self.proof {
            Proof::Session { session, .. } => Some(*session),
            Proof::Key { .. } => None,
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Actor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        // The gate puts it there on every address that is not public.
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| Error::internal("an address without a gate asks who is there"))
    }
}
