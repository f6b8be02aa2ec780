//! The tree, in memory: an organisation has few enough categories to read all of them.

use std::collections::{HashMap, HashSet};

use scene::document::LocalizedText;
use uuid::Uuid;

/// Categories of an organisation.
pub const MAX_CATEGORIES: usize = 2000;
/// Levels of the tree.
pub const MAX_DEPTH: usize = 6;

/// A category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// Id.
    pub id: Uuid,
    /// The one above, if any.
    pub parent: Option<Uuid>,
    /// Name, by language.
    pub name: LocalizedText,
    /// Place among its siblings, from 0.
    pub position: i64,
    /// Raised by every change.
    pub version: i64,
}

/// A category with its place in the tree.
#[derive(Clone, Copy, Debug)]
pub struct Placed<'a> {
    /// The category.
    pub category: &'a Category,
    /// Levels above it.
    pub depth: usize,
}

/// All categories of an organisation.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    categories: Vec<Category>,
    index: HashMap<Uuid, usize>,
}

impl Tree {
    /// A tree of these categories, siblings by their position.
    #[must_use]
    pub fn new(mut categories: Vec<Category>) -> Self {
        categories.sort_by_key(|category| (category.position, category.id));
        let index = categories.iter().enumerate().map(|(index, category)| (category.id, index)).collect();
        Self { categories, index }
    }

    /// Takes in another one.
    pub fn add(&mut self, category: Category) {
        let mut categories = std::mem::take(&mut self.categories);
        categories.push(category);
        *self = Self::new(categories);
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.categories.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.categories.is_empty()
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, id: Uuid) -> Option<&Category> {
        self.categories.get(*self.index.get(&id)?)
    }

    /// The children of one, or the uppermost, in order.
    pub fn children(&self, parent: Option<Uuid>) -> impl Iterator<Item = &Category> + use<'_> {
        self.categories.iter().filter(move |category| category.parent == parent)
    }

    /// All of them, each before its children.
    #[must_use]
    pub fn in_order(&self) -> Vec<Placed<'_>> {
        let mut by_parent: HashMap<Option<Uuid>, Vec<&Category>> = HashMap::new();
        for category in self.categories.iter().rev() {
            by_parent.entry(category.parent).or_default().push(category);
        }
        let mut order = Vec::with_capacity(self.categories.len());
        let mut open: Vec<Placed<'_>> = Vec::new();
        let placed = |children: Option<Vec<_>>, depth| {
            children.into_iter().flatten().map(move |category| Placed { category, depth })
        };
        open.extend(placed(by_parent.remove(&None), 0));
        while let Some(one) = open.pop() {
            order.push(one);
            open.extend(placed(by_parent.remove(&Some(one.category.id)), one.depth + 1));
        }
        order
    }

    /// A category with everything below it.
    #[must_use]
    pub fn below(&self, id: Uuid) -> HashSet<Uuid> {
        let mut found = HashSet::new();
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            if found.insert(id) {
                open.extend(self.children(Some(id)).map(|category| category.id));
            }
        }
        found
    }

    /// From the uppermost down to the category itself; empty where there is none of this id.
    #[must_use]
    pub fn path(&self, id: Uuid) -> Vec<&Category> {
        let mut path = Vec::new();
        let mut next = Some(id);
        while let Some(category) = next.and_then(|id| self.get(id)) {
            path.push(category);
            next = category.parent.filter(|_| path.len() <= MAX_DEPTH);
        }
        path.reverse();
        path
    }

    /// The path for people, such as `Food › Tea`.
    #[must_use]
    pub fn path_text(&self, id: Uuid, language: &str) -> String {
        let names: Vec<&str> = self.path(id).into_iter().map(|category| name(category, language)).collect();
        names.join(" › ")
    }

    /// The child of `parent` that is called so in any language, whatever the case.
    #[must_use]
    pub fn named(&self, parent: Option<Uuid>, text: &str) -> Option<&Category> {
        let wanted = text.trim().to_lowercase();
        self.children(parent).find(|category| category.name.0.values().any(|name| name.trim().to_lowercase() == wanted))
    }

    /// Why a category may not stand below `parent`; `None` where it may. `moved` is the category with all below it, `None` for
    /// a new one.
    #[must_use]
    pub fn refusal(&self, parent: Option<Uuid>, moved: Option<Uuid>) -> Option<&'static str> {
        let height = moved.map_or(1, |id| self.height(id));
        let depth = parent.map_or(0, |id| self.path(id).len());
        match (parent, moved) {
            (Some(parent), _) if self.get(parent).is_none() => Some("category.fault.parent"),
            (Some(parent), Some(moved)) if self.below(moved).contains(&parent) => Some("category.fault.cycle"),
            _ if depth + height > MAX_DEPTH => Some("category.fault.deep"),
            (_, None) if self.len() >= MAX_CATEGORIES => Some("category.fault.full"),
            _ => None,
        }
    }

    /// Levels from a category down to its lowest.
    fn height(&self, id: Uuid) -> usize {
        let top = self.path(id).len();
        self.below(id).into_iter().map(|below| self.path(below).len() + 1 - top).max().unwrap_or(1)
    }
}

/// The name for whoever reads `language`.
#[must_use]
pub fn name<'a>(category: &'a Category, language: &str) -> &'a str {
    category.name.get(language, language).map_or("", |(text, _)| text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn category(id: u128, parent: Option<u128>, position: i64) -> Category {
        Category {
            id: Uuid::from_u128(id),
            parent: parent.map(Uuid::from_u128),
            name: LocalizedText::from([("en", format!("C{id}").as_str()), ("zh-TW", "茶")]),
            position,
            version: 1,
        }
    }

    fn id(id: u128) -> Uuid {
        Uuid::from_u128(id)
    }

    #[test]
    fn order_paths_and_what_may_stand_where() {
        let chain = (10..10 + MAX_DEPTH as u128).map(|n| category(n, (n > 10).then_some(n - 1), 9));
        let tree = Tree::new(
            [category(3, Some(1), 0), category(1, None, 0), category(2, Some(1), 1), category(4, Some(3), 0)]
                .into_iter()
                .chain(chain)
                .collect(),
        );
        let order: Vec<(u128, usize)> =
            tree.in_order().iter().map(|one| (one.category.id.as_u128(), one.depth)).collect();
        assert_eq!(order[..5], [(1, 0), (3, 1), (4, 2), (2, 1), (10, 0)]);
        assert_eq!(order.len(), tree.len());
        assert_eq!(tree.path_text(id(4), "en"), "C1 › C3 › C4");
        assert_eq!(tree.named(Some(id(1)), " c2 ").map(|found| found.id), Some(id(2)));
        assert_eq!(tree.refusal(Some(id(4)), Some(id(1))), Some("category.fault.cycle"));
        assert_eq!(tree.refusal(Some(id(1)), Some(id(1))), Some("category.fault.cycle"));
        assert_eq!(tree.refusal(Some(id(99)), None), Some("category.fault.parent"));
        assert_eq!(tree.refusal(Some(id(15)), None), Some("category.fault.deep"));
        assert_eq!(tree.refusal(Some(id(13)), Some(id(1))), Some("category.fault.deep"));
        assert_eq!(tree.refusal(Some(id(2)), Some(id(3))), None);
        assert_eq!(tree.refusal(None, Some(id(4))), None);
    }
}
