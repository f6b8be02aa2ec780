//! How often one client may ask: a bucket of tokens each, refilled as time goes by.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Mutex;

use crate::error::Error;

/// Clients remembered at once. Full buckets are forgotten first: they say nothing.
const MAX_CLIENTS: usize = 65_536;

/// By what clients are told apart.
pub trait Client: Eq + Hash {
    /// Those that share a bucket have the same.
    #[must_use]
    fn bucket(self) -> Self;
}

impl Client for IpAddr {
    fn bucket(self) -> Self {
        match self {
            // One household or phone has a whole /64.
            Self::V6(v6) => Self::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
            v4 @ Self::V4(_) => v4,
        }
    }
}

impl Client for Vec<u8> {
    fn bucket(self) -> Self {
        self
    }
}

/// A bucket per client.
#[derive(Debug)]
pub struct RateLimit<C> {
    per_second: f64,
    burst: f64,
    buckets: Mutex<HashMap<C, Bucket>>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    filled_us: i64,
}

impl<C: Client> RateLimit<C> {
    /// `per_second` in the long run, `burst` at once.
    #[must_use]
    pub fn new(per_second: f64, burst: u32) -> Self {
        Self { per_second, burst: f64::from(burst), buckets: Mutex::default() }
    }

    /// Lets `client` in, or tells when to come again.
    ///
    /// # Errors
    /// [`Error::TooMany`].
    pub fn admit(&self, client: C, now_us: i64) -> crate::error::Result<()> {
        self.take(client, now_us).map_err(|retry_after_s| Error::TooMany { retry_after_s })
    }

    /// Takes a token for `client`, or tells after how many seconds there will be one.
    ///
    /// # Errors
    /// Seconds to wait.
    pub fn take(&self, client: C, now_us: i64) -> Result<(), u64> {
        let key = client.bucket();
        let Ok(mut buckets) = self.buckets.lock() else { return Ok(()) };
        let refilled = |bucket: &Bucket| {
            let seconds = (now_us - bucket.filled_us).max(0) as f64 / 1e6;
            (bucket.tokens + seconds * self.per_second).min(self.burst)
        };
        if buckets.len() >= MAX_CLIENTS && !buckets.contains_key(&key) {
            buckets.retain(|_, bucket| refilled(bucket) < self.burst);
            if buckets.len() >= MAX_CLIENTS {
                buckets.clear();
            }
        }
        let bucket = buckets.entry(key).or_insert(Bucket { tokens: self.burst, filled_us: now_us });
        let tokens = refilled(bucket);
        *bucket = Bucket { tokens: if tokens >= 1.0 { tokens - 1.0 } else { tokens }, filled_us: now_us };
        if tokens >= 1.0 { Ok(()) } else { Err(((1.0 - tokens) / self.per_second).ceil() as u64) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_then_the_rate_and_each_address_for_itself() {
        let limit = RateLimit::new(2.0, 3);
        let (one, other): (IpAddr, IpAddr) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        for _ in 0..3 {
            assert_eq!(limit.take(one, 0), Ok(()));
        }
        assert_eq!(limit.take(one, 0), Err(1));
        assert_eq!(limit.take(other, 0), Ok(()));
        assert_eq!(limit.take(one, 500_000), Ok(()));
        assert_eq!(limit.take(one, 500_000), Err(1));
        let (here, there): (IpAddr, IpAddr) = ("2001:db8::1".parse().unwrap(), "2001:db8::2".parse().unwrap());
        for address in [here, there, here] {
            assert_eq!(limit.take(address, 0), Ok(()));
        }
        assert_eq!(limit.take(there, 0), Err(1), "one /64 is one client");
    }
}
