//! Stores: the walkable documents, their revisions, and the pages that show them.

pub mod embed;
pub mod home;
pub mod json_ld;
pub mod library;
pub mod list;
pub mod listing;
pub mod page;
mod posters;
pub mod publish;
pub mod published;
pub mod revisions;
pub mod sitemap;
pub mod sql;

/// The form of a slug: lower-case letters and digits, groups of them joined by single hyphens.
#[must_use]
pub fn is_slug(slug: &str) -> bool {
    (1..=64).contains(&slug.len())
        && slug
            .split('-')
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod slug_tests {
    use super::is_slug;

    #[test]
    fn slugs() {
        for good in ["demo", "a", "shop-2", "2026-summer-fair"] {
            assert!(is_slug(good), "{good}");
        }
        for bad in ["", "-", "a-", "-a", "a--b", "Demo", "a_b", "a/b", "商店", &"a".repeat(65)] {
            assert!(!is_slug(bad), "{bad}");
        }
    }
}
