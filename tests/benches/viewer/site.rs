//! Serves the peers' pages, compressed and cacheable as ours are.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::Html;
use axum::routing::get;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// A running file server.
#[derive(Debug)]
pub struct Site {
    address: SocketAddr,
}

impl Site {
    /// The address of a file.
    pub fn url(&self, file: &str) -> String {
        format!("http://{}/{file}", self.address)
    }
}

/// Starts serving the folder that `cargo xtask bench viewer` has filled, until the program ends.
pub fn start() -> Site {
    let folder =
        PathBuf::from(std::env::var_os("VITRINE_BENCH_PEERS").expect("`cargo xtask bench viewer` starts this"));
    let files = ServeDir::new(folder).precompressed_br().precompressed_gzip();
    let immutable = HeaderValue::from_static("public, max-age=31536000, immutable");
    let mut router = Router::new();
    for (path, page) in [
        ("/bare.html", include_str!("pages/bare.html")),
        ("/photo-sphere-viewer.html", include_str!("pages/photo-sphere-viewer.html")),
        ("/photo-sphere-viewer-tiles.html", include_str!("pages/photo-sphere-viewer-tiles.html")),
        ("/pannellum.html", include_str!("pages/pannellum.html")),
        ("/pannellum-multires.html", include_str!("pages/pannellum-multires.html")),
    ] {
        router = router.route(path, get(async move || Html(page)));
    }
    let router =
        router.fallback_service(files).layer(SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, immutable));
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    listener.set_nonblocking(true).expect("a socket can be made non-blocking");
    let address = listener.local_addr().expect("a listener has an address");
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
            axum::serve(listener, router).await.expect("the peers are served");
        });
    });
    Site { address }
}
