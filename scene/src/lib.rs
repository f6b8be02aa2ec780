//! The walkable store as data, and the geometry that everyone who shows or measures it must agree on.
//!
//! * [`document`]: what a merchant writes and publishes, with its validation;
//! * [`published`]: the document together with everything a viewer needs to show it;
//! * [`money`]: digits of currencies;
//! * [`sphere`]: directions, cube faces, equirectangular images, views;
//! * [`pyramid`]: how a panorama is cut into tiles, and what each tile is called;
//! * [`visibility`]: which tiles a view needs.
//!
//! No I/O, no GPU, no clock: server, viewer and statistics call the same pure functions.

pub mod document;
pub mod money;
pub mod published;
pub mod pyramid;
pub mod sphere;
pub mod visibility;
