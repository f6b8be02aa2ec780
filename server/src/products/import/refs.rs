//! Categories and suppliers that rows name: found, or made where they are missing.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use scene::document::MAX_NAME_CHARS;
use uuid::Uuid;

use super::fields::Field;
use super::row::{Columns, Fault, Patch, path};
use super::state::Made;
use crate::accounts::actor::Tenant;
use crate::app::App;
use crate::categories::sql as categories;
use crate::categories::tree::{MAX_CATEGORIES, MAX_DEPTH, Tree};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::products::check;
use crate::suppliers::sql::{self as suppliers, MAX_SUPPLIERS, Supplier};

/// The categories and suppliers of an organisation.
#[derive(Debug, Default)]
pub struct Refs {
    tree: Tree,
    suppliers: Vec<Supplier>,
    /// What paths and names were found to be: files name the same few thousands of times.
    paths: Mutex<HashMap<Vec<String>, Option<Uuid>>>,
    names: Mutex<HashMap<String, Option<Uuid>>>,
}

fn held<T>(found: &Mutex<T>) -> MutexGuard<'_, T> {
    found.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Refs {
    /// As a transaction sees them; nothing is read where no row names any.
    pub async fn read<'a>(
        tx: &mut Tx,
        tenant: Tenant,
        patches: impl Iterator<Item = &'a Patch> + Clone,
    ) -> Result<Self> {
        let mut refs = Self::default();
        if patches.clone().any(|patch| patch.category.set().is_some()) {
            refs.tree = categories::tree_in(tx, tenant).await?;
        }
        if patches.clone().any(|patch| patch.supplier.set().is_some()) {
            refs.suppliers = suppliers::list_in(tx, tenant).await?;
        }
        Ok(refs)
    }

    /// The category at a path of names.
    #[must_use]
    pub fn category(&self, levels: &[String]) -> Option<Uuid> {
        if let Some(known) = held(&self.paths).get(levels) {
            return *known;
        }
        let mut parent = None;
        for level in levels {
            parent = self.tree.named(parent, level).map(|category| category.id);
            if parent.is_none() {
                break;
            }
        }
        held(&self.paths).insert(levels.to_vec(), parent);
        parent
    }

    /// The supplier of a name or code. The exact name comes before the same in other letters.
    #[must_use]
    pub fn supplier(&self, text: &str) -> Option<Uuid> {
        if let Some(known) = held(&self.names).get(text) {
            return *known;
        }
        let exact = self.suppliers.iter().find(|supplier| supplier.name == text);
        let found = exact.or_else(|| suppliers::named(&self.suppliers, text)).map(|supplier| supplier.id);
        held(&self.names).insert(text.to_owned(), found);
        found
    }

    /// What a row names that is not there, noted as what the import will make; or why it cannot be made.
    #[must_use]
    pub fn missing(&self, patch: &Patch, columns: &Columns, made: &mut Made) -> Vec<Fault> {
        let mut faults = Vec::new();
        if let Some(levels) = patch.category.set().filter(|levels| self.category(levels).is_none()) {
            let column = columns.of(&Field::Category);
            let text = path(levels);
            let fault =
                levels.iter().find_map(|level| check::needed(level).or_else(|| check::line(level, MAX_NAME_CHARS)));
            let is_known = made.categories.contains(&text);
            if let Some(fault) = fault {
                faults.push(Fault::of(column, &text, &fault));
            } else if levels.len() > MAX_DEPTH {
                faults.push(Fault::new(column, &text, "category_deep", &MAX_DEPTH.to_string()));
            } else if !is_known && self.tree.len() + made.categories.len() >= MAX_CATEGORIES {
                faults.push(Fault::new(column, &text, "category_many", &MAX_CATEGORIES.to_string()));
            } else if !is_known {
                made.categories.push(text);
            }
        }
        if let Some(name) = patch.supplier.set().filter(|name| self.supplier(name).is_none()) {
            let column = columns.of(&Field::Supplier);
            let is_known = made.suppliers.contains(name);
            if let Some(fault) = check::line(name, MAX_NAME_CHARS) {
                faults.push(Fault::of(column, name, &fault));
            } else if !is_known && self.suppliers.len() + made.suppliers.len() >= MAX_SUPPLIERS {
                faults.push(Fault::new(column, name, "supplier_many", &MAX_SUPPLIERS.to_string()));
            } else if !is_known {
                made.suppliers.push(name.clone());
            }
        }
        faults
    }

    /// Makes what rows name and is missing. The catalogue's lock is held.
    ///
    /// # Errors
    /// The database's. What may not be made is left out: its row is found not to fit.
    pub async fn make<'a>(
        &mut self,
        app: &App,
        tx: &mut Tx,
        tenant: Tenant,
        patches: impl Iterator<Item = &'a Patch>,
        language: &str,
    ) -> Result<()> {
        for patch in patches {
            if let Some(levels) = patch.category.set().filter(|levels| self.category(levels).is_none()) {
                let path: Vec<&str> = levels.iter().map(String::as_str).collect();
                match categories::find_or_insert(app, tx, tenant, &mut self.tree, &path, language).await {
                    Ok(id) => drop(held(&self.paths).insert(levels.clone(), id)),
                    Err(Error::BadRequest(_)) => {}
                    Err(error) => return Err(error),
                }
            }
            if let Some(name) = patch.supplier.set().filter(|name| self.supplier(name).is_none())
                && self.suppliers.len() < MAX_SUPPLIERS
            {
                let supplier = Supplier {
                    id: app.ids.next().map_err(Error::internal)?,
                    name: name.clone(),
                    code: None,
                    email: None,
                    phone: None,
                    archived_us: None,
                    version: 1,
                };
                suppliers::insert(tx, tenant, &supplier, app.clock.now_us()).await?;
                held(&self.names).insert(name.clone(), Some(supplier.id));
                self.suppliers.push(supplier);
            }
        }
        Ok(())
    }
}
