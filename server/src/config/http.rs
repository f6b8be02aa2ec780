//! Addresses, limits, who is trusted.

use std::net::SocketAddr;
use std::time::Duration;

use ipnet::IpNet;
use url::Url;

use super::Values;

/// How the server is reached.
#[derive(Clone, Debug)]
pub struct HttpConfig {
    /// Where it listens. `VITRINE_LISTEN`, default `127.0.0.1:8080`.
    pub listen: SocketAddr,
    /// The address people type, without a path; links, canonical addresses and Origin checks use it alone.
    /// `VITRINE_PUBLIC_URL`, default `http://{listen}`; required as soon as `listen` is beyond localhost.
    pub public_url: Url,
    /// Allows a `public_url` with plain http beyond localhost. `VITRINE_INSECURE_HTTP`, default `false`.
    pub insecure_http: bool,
    /// Proxies whose `X-Forwarded-For` is believed, as addresses or networks, separated by commas.
    /// `VITRINE_TRUSTED_PROXIES`, default none.
    pub trusted_proxies: Vec<IpNet>,
    /// Connections held at once; more wait. `VITRINE_MAX_CONNECTIONS`, default 4096.
    pub max_connections: usize,
    /// Requests answered at once; more are told to come back. `VITRINE_MAX_REQUESTS`, default 512.
    pub max_requests: usize,
    /// How long a client may take to send its headers, and a kept connection may be idle.
    /// `VITRINE_HEADER_TIMEOUT_SECONDS`, default 30.
    pub header_timeout: Duration,
    /// How long a request may take from its headers to the beginning of its answer, a body that is sent included: a
    /// telephone on slow 3G (400 kbit/s) sends the largest body taken here, 64 KiB of events, in two seconds.
    /// `VITRINE_REQUEST_TIMEOUT_SECONDS`, default 30.
    pub request_timeout: Duration,
    /// How long a client may take nothing at all of an answer before its connection is closed. A slow one is not a
    /// standing one: on slow 3G something arrives every second. A player that was paused asks again, with `Range`.
    /// `VITRINE_WRITE_TIMEOUT_SECONDS`, default 60.
    pub write_timeout: Duration,
    /// How long requests may finish after the server was told to stop. `VITRINE_SHUTDOWN_SECONDS`, default 20.
    pub shutdown: Duration,
}

impl HttpConfig {
    pub(super) fn from_values(values: &mut Values) -> Self {
        let seconds = |number: u64| Duration::from_secs(number);
        let listen = values
            .parse("listen", "127.0.0.1:8080", "an address with a port, such as 127.0.0.1:8080", |text| {
                text.parse().ok()
            })
            .unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080)));
        let insecure_http = values.flag("insecure_http");
        Self {
            listen,
            public_url: public_url(values, listen, insecure_http),
            insecure_http,
            trusted_proxies: values.networks("trusted_proxies"),
            max_connections: values.number("max_connections", 4096, 1..=1_000_000) as usize,
            max_requests: values.number("max_requests", 512, 1..=1_000_000) as usize,
            header_timeout: seconds(values.number("header_timeout_seconds", 30, 1..=600)),
            request_timeout: seconds(values.number("request_timeout_seconds", 30, 1..=600)),
            write_timeout: seconds(values.number("write_timeout_seconds", 60, 1..=3600)),
            shutdown: seconds(values.number("shutdown_seconds", 20, 0..=600)),
        }
    }
}

fn public_url(values: &mut Values, listen: SocketAddr, insecure_http: bool) -> Url {
    let local = listen.ip().is_loopback();
    let default = format!("http://{listen}");
    let expected = "an address such as https://shop.example, without path, query or name";
    let url = values.parse("public_url", &default, expected, |text| {
        Url::parse(text).ok().filter(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.has_host()
                && url.path() == "/"
                && url.query().is_none()
                && url.fragment().is_none()
                && url.username().is_empty()
                && url.password().is_none()
        })
    });
    let Some(url) = url else {
        return Url::parse("http://localhost").expect("a constant");
    };
    if !local && !values.is_set("public_url") {
        values.fault(format!("public_url (VITRINE_PUBLIC_URL) is required because listen is {listen}, beyond localhost: the address people type, such as https://shop.example"));
    } else if url.scheme() == "http" && !insecure_http && !is_local_host(&url) {
        values.fault(format!("public_url: {url} sends everything in the clear; use https (a proxy in front can do it), or set insecure_http = true (VITRINE_INSECURE_HTTP) knowing that"));
    }
    url
}

fn is_local_host(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
