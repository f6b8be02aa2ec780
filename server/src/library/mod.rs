//! The media library: what an organisation uploaded, where it is used, and how a file becomes a part of it.

pub mod choices;
pub mod encode;
pub mod file;
mod film;
pub mod item;
pub mod page;
pub mod purge;
pub mod room;
pub mod sql;
pub mod take_in;
#[cfg(test)]
pub(crate) mod tests;
mod used;
