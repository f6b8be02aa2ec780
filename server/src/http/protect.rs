//! Headers that tell browsers what a page may do, on every answer.

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::app::App;

const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; \
    form-action 'self'";

/// Turning the phone turns the view; nothing else of the device is anyone's business here.
const PERMISSIONS: &str = "accelerometer=(self), autoplay=(self), fullscreen=(self), gyroscope=(self), \
    magnetometer=(self), xr-spatial-tracking=(self), camera=(), display-capture=(), geolocation=(), microphone=(), \
    payment=(), usb=()";

/// Whether other sites may show this address in a frame.
#[must_use]
pub fn may_be_framed(path: &str) -> bool {
    path.starts_with("/s/") || path == "/embed.js"
}

/// Whether our own pages may show this address in a frame: drafts in the viewer.
#[must_use]
pub fn may_be_framed_here(path: &str) -> bool {
    path.starts_with("/app/stores/") && (path.ends_with("/view") || path.ends_with("/view/list"))
}

/// The middleware.
pub async fn protect(State(app): State<App>, request: Request, next: Next) -> Response {
    let framed = may_be_framed(request.uri().path());
    let framed_here = may_be_framed_here(request.uri().path());
    // The address of a link that works once holds its token: no Referer repeats it, not even in our own proxy's log. The
    // origin stays, because forms are known by it.
    let referrer =
        if request.uri().path().starts_with("/app") { "strict-origin" } else { "strict-origin-when-cross-origin" };
    let shared = request.uri().path().starts_with("/media/") || framed;
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let ancestors = match (framed, framed_here) {
        (true, _) => "*",
        (_, true) => "'self'",
        _ => "'none'",
    };
    if let Ok(policy) = HeaderValue::from_str(&format!("{POLICY}; frame-ancestors {ancestors}")) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    let mut set = |name: HeaderName, value: &'static str| headers.insert(name, HeaderValue::from_static(value));
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, referrer);
    set(HeaderName::from_static("permissions-policy"), PERMISSIONS);
    // A page opened from ours cannot reach back; what the store opens (a shop's web site) may still be a window of its own.
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin-allow-popups");
    set(HeaderName::from_static("cross-origin-resource-policy"), if shared { "cross-origin" } else { "same-origin" });
    if !framed {
        set(header::X_FRAME_OPTIONS, if framed_here { "SAMEORIGIN" } else { "DENY" });
    }
    if app.config.http.public_url.scheme() == "https" {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    response
}
