//! Which addresses webhooks may reach. Users name them, so none leads into the networks behind this server: names are
//! looked up here, addresses that are not public are thrown away, and the connection is made to what is left. Nothing is
//! looked up twice, so a name that means something else a moment later changes nothing.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, LazyLock};

use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// What is no public address, by IANA's registries of special-purpose addresses (RFC 6890 and its successors). IPv6 is
/// public within `2000::/3` alone; of that, too, some is special.
static SPECIAL: LazyLock<Vec<IpNet>> = LazyLock::new(|| {
    [
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "2001::/23",
        "2001:db8::/32",
        "3fff::/20",
        "2620:4f:8000::/48",
    ]
    .iter()
    .filter_map(|text| text.parse().ok())
    .collect()
});
static GLOBAL_V6: LazyLock<Option<IpNet>> = LazyLock::new(|| "2000::/3".parse().ok());

/// An address that webhooks must not reach.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name} is {address}, which is no public address; webhook_allow_private names the networks that are allowed")]
pub struct Refused {
    /// As it was written.
    pub name: String,
    /// What it means.
    pub address: IpAddr,
}

/// Public addresses, and the networks that the configuration allows.
#[derive(Clone, Debug)]
pub struct Reach {
    /// Networks that are allowed though they are not public.
    pub allowed: Vec<IpNet>,
}

impl Reach {
    /// Whether an address may be reached.
    #[must_use]
    pub fn admits(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.allowed.iter().any(|network| network.contains(&address)) || is_public(address)
    }

    /// # Errors
    /// [`Refused`].
    pub fn check(&self, name: &str, address: IpAddr) -> Result<(), Refused> {
        if self.admits(address) { Ok(()) } else { Err(Refused { name: name.to_owned(), address }) }
    }
}

fn is_public(address: IpAddr) -> bool {
    if SPECIAL.iter().any(|network| network.contains(&address)) {
        return false;
    }
    let IpAddr::V6(v6) = address else { return true };
    let parts = v6.segments();
    // 6to4 (RFC 3056) carries an IPv4 address; so does NAT64 (RFC 6052), which is outside of 2000::/3.
    let carried = match parts {
        [0x2002, high, low, ..] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some((high, low)),
        _ => None,
    };
    match carried {
        Some((high, low)) => is_public(IpAddr::V4(Ipv4Addr::from_bits((u32::from(high) << 16) | u32::from(low)))),
        None => GLOBAL_V6.is_some_and(|network| network.contains(&address)),
    }
}

/// Looks names up and lets through what may be reached.
pub struct Guard {
    /// Looks up.
    pub names: Arc<dyn Resolve>,
    /// What may be reached.
    pub reach: Reach,
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let text = name.as_str().to_owned();
        let found = self.names.resolve(name);
        let reach = self.reach.clone();
        Box::pin(async move {
            let found: Vec<SocketAddr> = found.await?.collect();
            let (admitted, refused): (Vec<_>, Vec<_>) = found.into_iter().partition(|one| reach.admits(one.ip()));
            match refused.first().filter(|_| admitted.is_empty()) {
                Some(one) => Err(Refused { name: text, address: one.ip() }.into()),
                None => Ok(Box::new(admitted.into_iter()) as Addrs),
            }
        })
    }
}

/// Names as the system knows them.
pub struct SystemNames;

impl Resolve for SystemNames {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_behind_the_server_is_public() {
        let reach = Reach { allowed: Vec::new() };
        for inside in [
            "127.0.0.1",
            "127.8.8.8",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "198.18.0.1",
            "192.0.2.1",
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "fd00:ec2::254",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::7f00:1",
            "2002:7f00:1::1",
            "2002:a9fe:a9fe::",
            "2001:db8::1",
            "2001::1",
            "::7f00:1",
            "100::1",
            "5f00::1",
        ] {
            assert!(!reach.admits(inside.parse().unwrap()), "{inside}");
        }
        for outside in [
            "8.8.8.8",
            "1.1.1.1",
            "172.32.0.1",
            "100.128.0.1",
            "2606:4700::1111",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2002:808:808::1",
        ] {
            assert!(reach.admits(outside.parse().unwrap()), "{outside}");
        }
        assert_eq!(SPECIAL.len(), 22, "each is a network");
    }

    #[test]
    fn what_the_configuration_allows_is_reached() {
        let reach = Reach { allowed: vec!["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()] };
        for (address, may) in [
            ("10.9.9.9", true),
            ("::ffff:10.9.9.9", true),
            ("fd00::1", true),
            ("192.168.0.1", false),
            ("127.0.0.1", false),
        ] {
            assert_eq!(reach.admits(address.parse().unwrap()), may, "{address}");
        }
        let refused = reach.check("intra.example", "127.0.0.1".parse().unwrap()).unwrap_err();
        assert!(refused.to_string().contains("intra.example is 127.0.0.1"), "{refused}");
    }
}
