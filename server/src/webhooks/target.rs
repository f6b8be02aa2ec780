//! What an endpoint's address may be.

use std::net::IpAddr;

use url::{Host, Url};

use super::guard::{Reach, Refused};

/// Characters of an address.
const MAX_CHARACTERS: usize = 2000;

/// Why an address is not taken; the text's key is `webhook.url.{name}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No address at all, or one with a name and password, or a fragment.
    Malformed,
    /// Anything but https.
    Scheme,
    /// A port of another protocol.
    Port,
    /// An address within some network.
    Private(Refused),
}

impl Fault {
    /// The text's key.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Malformed => "webhook.url.malformed",
            Self::Scheme => "webhook.url.scheme",
            Self::Port => "webhook.url.port",
            Self::Private(_) => "webhook.url.private",
        }
    }
}

/// An address that may be an endpoint's. What its name means is looked at when something is sent.
///
/// # Errors
/// See [`Fault`].
pub fn check(text: &str, allow_http: bool, reach: &Reach) -> Result<Url, Fault> {
    let url = Url::parse(text).ok().filter(|_| text.chars().count() <= MAX_CHARACTERS).ok_or(Fault::Malformed)?;
    match url.scheme() {
        "https" => {}
        "http" if allow_http => {}
        "http" => return Err(Fault::Scheme),
        _ => return Err(Fault::Malformed),
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err(Fault::Malformed);
    }
    // Below 1024 live mail servers, shells and the like, to which a request says more than it should.
    if url.port_or_known_default().is_none_or(|port| port < 1024 && port != 80 && port != 443) {
        return Err(Fault::Port);
    }
    let address = match url.host() {
        Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
        Some(Host::Domain(_)) => None,
        None => return Err(Fault::Malformed),
    };
    if let (Some(address), Some(host)) = (address, url.host_str()) {
        reach.check(host, address).map_err(Fault::Private)?;
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_public_https_however_they_are_written() {
        let reach = Reach { allowed: Vec::new() };
        let fault = |text: &str| check(text, false, &reach).err().map(|fault| fault.key());
        assert_eq!(fault("https://erp.example/hooks?shop=1"), None);
        assert_eq!(fault("https://erp.example:8443/hooks"), None);
        assert_eq!(fault("http://erp.example/"), Some("webhook.url.scheme"));
        assert!(check("http://erp.example/", true, &reach).is_ok());
        for text in [
            "erp.example",
            "ftp://erp.example/",
            "https://a:b@erp.example/",
            "https://erp.example/#x",
            "file:///etc/passwd",
            "",
        ] {
            assert_eq!(fault(text), Some("webhook.url.malformed"), "{text}");
        }
        assert_eq!(fault("https://erp.example:25/"), Some("webhook.url.port"));
        for text in [
            "https://127.0.0.1/",
            "https://0x7f.1/",
            "https://2130706433/",
            "https://0177.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://169.254.169.254/latest",
        ] {
            assert_eq!(fault(text), Some("webhook.url.private"), "{text}");
        }
        assert_eq!(fault(&format!("https://erp.example/{}", "a".repeat(2000))), Some("webhook.url.malformed"));
    }
}
