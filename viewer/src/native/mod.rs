//! The native window.
