//! Accepting connections, and stopping: new ones are refused, requests in progress finish, and after a time the rest
//! is cut off.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt as _;

use super::client::Peer;
use crate::config::HttpConfig;

/// Headers of a request, all together.
const MAX_HEADER_BYTES: usize = 32 * 1024;

/// Serves until `stop`, then lets requests in progress finish for as long as the configuration says.
pub async fn serve(listener: TcpListener, router: Router, config: &HttpConfig, stop: impl Future<Output = ()>) {
    let places = Arc::new(Semaphore::new(config.max_connections));
    let graceful = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(config.header_timeout).max_buf_size(MAX_HEADER_BYTES);
    tokio::pin!(stop);
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = accept(&listener, &places) => accepted,
        };
        let (stream, peer, place) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, most likely: others will be closed.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let _ = stream.set_nodelay(true);
        // Whoever stops reading gives the place free; reading is bounded by the header's time, the request's, and where files
        // come by that of each piece.
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(config.write_timeout));
        let router = router.clone();
        let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
            let mut request: Request = request.map(axum::body::Body::new);
            request.extensions_mut().insert(Peer(peer));
            let router = router.clone();
            async move { Ok::<_, Infallible>(router.oneshot(request).await.unwrap_or_else(|never| match never {})) }
        });
        let connection = graceful.watch(http.serve_connection(TokioIo::new(Box::pin(stream)), service));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(place);
        });
    }
    drop(listener);
    let held = config.max_connections - places.available_permits();
    tracing::info!(connections = held, "stopping: {held} connections may finish within {:?}", config.shutdown);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(config.shutdown) => tracing::warn!("connections that were still open are cut off"),
    }
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> io::Result<(tokio::net::TcpStream, std::net::SocketAddr, tokio::sync::OwnedSemaphorePermit)> {
    let place = places.clone().acquire_owned().await.map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    Ok((stream, peer, place))
}

/// Waits for Ctrl-C or SIGTERM.
///
/// # Errors
/// The signals cannot be received.
pub fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    })
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use axum::body::Body;
    use axum::routing::get;
    use bytes::Bytes;
    use futures_util::stream::{self, StreamExt as _};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;
    use tokio::sync::oneshot;

    use super::*;
    use crate::testing::{Engine, TestApp};

    /// Serves until the test ends.
    async fn serve_somewhere(router: Router, config: &HttpConfig) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let config = config.clone();
        tokio::spawn(async move { serve(listener, router, &config, std::future::pending()).await });
        address
    }

    #[tokio::test]
    async fn a_client_that_stops_reading_is_let_go() {
        let test = TestApp::start_with(Engine::Sqlite, &[("write_timeout_seconds", "1")]).await;
        // Held by the endless answer, and dropped with it.
        let (held, gone) = oneshot::channel::<()>();
        let held = Arc::new(std::sync::Mutex::new(Some(held)));
        let router = Router::new().route(
            "/",
            get(async move || {
                let held = held.lock().unwrap().take();
                let endless = stream::repeat(Bytes::from_static(&[0; 4096]));
                Body::from_stream(endless.map(move |piece| {
                    let _ = &held;
                    Ok::<_, Infallible>(piece)
                }))
            }),
        );
        let address = serve_somewhere(router, &test.app.config.http).await;
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(b"GET / HTTP/1.1\r\nHost: shop\r\n\r\n").await.unwrap();
        // Nothing is read; without a limit this would wait for ever.
        assert!(gone.await.is_err(), "nobody sent anything");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_body_that_does_not_arrive_ends_in_an_answer() {
        let test = TestApp::start_with(Engine::Sqlite, &[("request_timeout_seconds", "1")]).await;
        let address = serve_somewhere(crate::routes::router(&test.app), &test.app.config.http).await;
        let mut client = TcpStream::connect(address).await.unwrap();
        let head = b"POST /api/v1/events HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{";
        client.write_all(head).await.unwrap();
        let mut answer = String::new();
        // To the end: the connection is closed, too.
        client.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    }

    /// Sends and reads to the end.
    async fn talk(address: SocketAddr, sent: &[u8]) -> String {
        let mut client = TcpStream::connect(address).await.unwrap();
        // The server may answer and close before everything is sent.
        let _ = client.write_all(sent).await;
        let mut answer = Vec::new();
        let _ = client.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn who_never_ends_its_headers_is_let_go() {
        let test = TestApp::start_with(Engine::Sqlite, &[("header_timeout_seconds", "1")]).await;
        let address = serve_somewhere(crate::routes::router(&test.app), &test.app.config.http).await;
        // One that sends nothing, and one that drips: neither may hold a place for ever.
        talk(address, b"").await;
        let (mut client, mut lines) = (TcpStream::connect(address).await.unwrap(), 0);
        client.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
        let mut ticks = tokio::time::interval(Duration::from_millis(100));
        while client.write_all(format!("X-{lines}: drip\r\n").as_bytes()).await.is_ok() {
            lines += 1;
            assert!(lines < 600, "a minute went by");
            ticks.tick().await;
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn headers_have_a_limit() {
        let test = TestApp::start(Engine::Sqlite).await;
        let address = serve_somewhere(crate::routes::router(&test.app), &test.app.config.http).await;
        let giant = format!("GET /healthz HTTP/1.1\r\nHost: shop\r\nX: {}\r\n\r\n", "x".repeat(2 * MAX_HEADER_BYTES));
        assert!(talk(address, giant.as_bytes()).await.starts_with("HTTP/1.1 431"));
        let many = format!("GET /healthz HTTP/1.1\r\nHost: shop\r\n{}\r\n", "X: y\r\n".repeat(1000));
        assert!(talk(address, many.as_bytes()).await.starts_with("HTTP/1.1 431"));
        let long = format!("GET /{} HTTP/1.1\r\nHost: shop\r\n\r\n", "x".repeat(2 * MAX_HEADER_BYTES));
        let answer = talk(address, long.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 431") || answer.starts_with("HTTP/1.1 414"), "{answer}");
        let fine = b"GET /healthz HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n";
        assert!(talk(address, fine).await.starts_with("HTTP/1.1 200"));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_chunked_body_has_a_limit_too() {
        let test = TestApp::start(Engine::Sqlite).await;
        let address = serve_somewhere(crate::routes::router(&test.app), &test.app.config.http).await;
        for (path, kind) in [
            ("/api/v1/events", "application/json"),
            ("/app/sign-in", "application/x-www-form-urlencoded"),
            ("/api/v1/passkeys/sign-in", "application/json"),
        ] {
            let head = format!(
                "POST {path} HTTP/1.1\r\nHost: shop\r\nOrigin: {}\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\n\r\n",
                test.origin()
            );
            let mut client = TcpStream::connect(address).await.unwrap();
            client.write_all(head.as_bytes()).await.unwrap();
            let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
            // Without a limit this would go on for ever.
            let mut chunks = 0;
            while client.write_all(chunk.as_bytes()).await.is_ok() && chunks < 2000 {
                chunks += 1;
            }
            assert!(chunks < 2000, "{path} takes everything");
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn one_connection_more_waits_for_a_place() {
        let settings = [("max_connections", "2"), ("header_timeout_seconds", "1")];
        let test = TestApp::start_with(Engine::Sqlite, &settings).await;
        let address = serve_somewhere(crate::routes::router(&test.app), &test.app.config.http).await;
        // Two that say nothing; a hundred who want something come through when these are let go.
        let held = [TcpStream::connect(address).await.unwrap(), TcpStream::connect(address).await.unwrap()];
        let fine = b"GET /healthz HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n";
        let many: Vec<_> = (0..100).map(|_| tokio::spawn(talk(address, fine))).collect();
        for one in many {
            assert!(one.await.unwrap().starts_with("HTTP/1.1 200"));
        }
        drop(held);
    }
}
