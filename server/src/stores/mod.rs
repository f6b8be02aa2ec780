//! Stores: the walkable documents, their revisions, and the pages that show them.

pub mod home;
pub mod json_ld;
pub mod list;
pub mod page;
pub mod published;
pub mod sitemap;
pub mod sql;

/// The form of a slug: lower-case letters and digits, groups of them joined by single hyphens.
#[must_use]
pub fn is_slug(slug: &str) -> bool {
    (1..=64).contains(&slug.len())
        && slug.split('-').all(|part| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        })
}
