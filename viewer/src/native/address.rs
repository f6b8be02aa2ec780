//! The address of a store page, taken apart.

/// A store page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Scheme and host: `http://127.0.0.1:8080`.
    pub origin: String,
    /// The store's name in addresses.
    pub slug: String,
    /// Scene in the fragment.
    pub scene: Option<String>,
}

/// The text is not the address of a store page.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0:?} is not the address of a store page; one looks like http://127.0.0.1:8080/s/demo")]
pub struct NotAStorePage(String);

impl Address {
    /// Takes an address apart.
    pub fn parse(text: &str) -> Result<Self, NotAStorePage> {
        let fault = || NotAStorePage(text.to_owned());
        let (page, fragment) = text.split_once('#').unwrap_or((text, ""));
        let page = page.split_once('?').map_or(page, |(page, _)| page);
        let (scheme, rest) =
            page.split_once("://").filter(|(scheme, _)| matches!(*scheme, "http" | "https")).ok_or_else(fault)?;
        let (host, path) = rest.split_once('/').ok_or_else(fault)?;
        let slug = path.strip_prefix("s/").ok_or_else(fault)?.trim_end_matches('/');
        let plain =
            |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
        if host.is_empty() || !plain(slug) {
            return Err(fault());
        }
        let scene = fragment.split('&').find_map(|field| field.strip_prefix("scene=")).map(str::to_owned);
        Ok(Self { origin: format!("{scheme}://{host}"), slug: slug.to_owned(), scene })
    }

    /// Where the published store is.
    #[must_use]
    pub fn api(&self) -> String {
        format!("{}/api/v1/stores/{}", self.origin, self.slug)
    }

    /// The page with a hotspot's card open.
    #[must_use]
    pub fn card(&self, scene: &str, hotspot: &str) -> String {
        format!("{}/s/{}#scene={scene}&hotspot={hotspot}", self.origin, self.slug)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_page_has_an_origin_and_a_slug() {
        let address = Address::parse("http://127.0.0.1:8080/s/demo/?lang=en#yaw=3&scene=aisle").unwrap();
        assert_eq!(address.api(), "http://127.0.0.1:8080/api/v1/stores/demo");
        assert_eq!(address.scene.as_deref(), Some("aisle"));
        assert_eq!(address.card("aisle", "h-1"), "http://127.0.0.1:8080/s/demo#scene=aisle&hotspot=h-1");
        for other in ["", "demo", "ftp://x/s/demo", "http:///s/demo", "http://x/", "http://x/s/", "http://x/s/a/b"] {
            assert!(Address::parse(other).is_err(), "{other}");
        }
    }
}
