//! The one error type. A handler returns it; [`crate::http::errors`] writes it for the one who asked, as a page or as
//! `application/problem+json`, and logs what went wrong inside with an id that the client gets.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use scene::document::Fault;

/// What handlers return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a request was not answered as asked.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// There is nothing here, or nothing that this visitor may see.
    #[error("there is nothing at this address")]
    NotFound,
    /// The request makes no sense; the text says why and what would be right.
    #[error("{0}")]
    BadRequest(String),
    /// Nobody is signed in, and no key was sent.
    #[error("sign in first, or send a key as `Authorization: Bearer …`")]
    SignedOut,
    /// Whoever asks may not.
    #[error("this account or key may not do that")]
    Forbidden,
    /// A browser says that another site sent the request.
    #[error("this request did not come from a page of this site")]
    ForeignOrigin,
    /// A link that works once was used, or is too old.
    #[error("this link was used already, or is too old")]
    LinkEnded,
    /// A store that was open once is closed.
    #[error("this store is closed at present")]
    Closed,
    /// Somebody else changed the same thing meanwhile.
    #[error("{0}")]
    Conflict(String),
    /// What the request takes for granted does not hold: a version, a protocol.
    #[error("{0}")]
    Precondition(String),
    /// A change that does not say what it is a change of.
    #[error("say which version was read: If-Match with its ETag, or * for whichever there is")]
    Unguarded,
    /// An `Idempotency-Key` that stands for another request.
    #[error("this Idempotency-Key stands for another request; take a new one")]
    Reused,
    /// The body is of a kind that is not taken here.
    #[error("{0}")]
    MediaType(String),
    /// The organisation's space is used up.
    #[error("{0}")]
    Full(String),
    /// A document with faults.
    #[error("the document has {} faults", .0.len())]
    Faults(Vec<Fault>),
    /// More bytes than allowed.
    #[error("at most {limit_bytes} bytes are accepted here")]
    TooLarge {
        /// How many are allowed.
        limit_bytes: usize,
    },
    /// A `Range` beyond the end.
    #[error("the file has {size} bytes")]
    Range {
        /// The file's size.
        size: u64,
    },
    /// One client asked too often.
    #[error("too many requests from this address; try again in {retry_after_s} s")]
    TooMany {
        /// When asking again makes sense.
        retry_after_s: u64,
    },
    /// The server is busy or about to stop.
    #[error("the server is busy; try again in {retry_after_s} s")]
    Busy {
        /// When asking again makes sense.
        retry_after_s: u64,
    },
    /// The answer took too long.
    #[error("the answer took too long")]
    TimedOut,
    /// Something that is our fault. The client sees only an id.
    #[error("something went wrong here")]
    Internal(Arc<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// Wraps what went wrong inside.
    pub fn internal(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(error.into().into())
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::ForeignOrigin => StatusCode::FORBIDDEN,
            Self::LinkEnded | Self::Closed => StatusCode::GONE,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::Faults(_) | Self::Reused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Precondition(_) => StatusCode::PRECONDITION_FAILED,
            Self::Unguarded => StatusCode::PRECONDITION_REQUIRED,
            Self::MediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge { .. } | Self::Full(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Range { .. } => StatusCode::RANGE_NOT_SATISFIABLE,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy { .. } | Self::TimedOut => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match error {
            // Every connection is in use: the load is the reason, and it passes.
            sqlx::Error::PoolTimedOut => Self::Busy { retry_after_s: 2 },
            error => Self::internal(error),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}
