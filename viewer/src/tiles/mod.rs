//! The tiles of the view: chosen, requested, received, faded in, handed to the renderer.
//!
//! A tile is named by its scene, so an answer that comes late can never be drawn in another scene; requests that
//! are no longer wanted are aborted, and an answer whose request is forgotten is dropped.

mod compose;
pub mod draw_list;
pub mod layers;
mod receive;
mod seen;
mod want;

pub use want::first_tiles;

use std::collections::{HashMap, HashSet};

use bevy_app::{App, Plugin, Update};
use bevy_ecs::prelude::*;
use scene::pyramid::TileId;

use crate::Step;
use crate::render::{LAYERS, Picture, TileImage};
use crate::store::{SceneIndex, Store};
use compose::compose;
use layers::Layers;
use receive::receive;
use want::want;

/// Time in which a new tile becomes opaque, seconds.
const FADE_IN_S: f64 = 0.2;

/// A picture that the platform gets and decodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Number by which the answer names it.
    pub id: u32,
    /// Address, or a `data:` URL.
    pub url: String,
}

/// The platform's way to pictures. Answers go to [`Arrivals`].
pub trait Fetch {
    /// Starts to get a picture.
    fn fetch(&mut self, request: Request);
    /// The picture is no longer wanted.
    fn abort(&mut self, id: u32);
}

/// The platform's [`Fetch`].
pub struct Door(pub Box<dyn Fetch>);

/// Answers that were not yet looked at: the request's number, and the picture unless that failed for good.
#[derive(Default)]
pub struct Arrivals(pub Vec<(u32, Option<TileImage>)>);

/// A picture in a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Key {
    scene: SceneIndex,
    part: Part,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Part {
    Preview,
    Tile(TileId),
}

impl SceneIndex {
    const fn tile(self, tile: TileId) -> Key {
        Key { scene: self, part: Part::Tile(tile) }
    }

    const fn preview(self) -> Key {
        Key { scene: self, part: Part::Preview }
    }
}

/// How far the view has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quality {
    /// Nothing of the scene is there.
    #[default]
    Nothing,
    /// The view is filled, somewhere coarsely.
    Coarse,
    /// Every tile of the view's own level is drawn.
    Sharp,
}

/// The tiles that are there and those under way.
#[derive(Resource)]
pub struct Tiles {
    layers: Layers<Key>,
    since_s: HashMap<Key, f64>,
    in_flight: HashMap<u32, Key>,
    failed: HashSet<Key>,
    next_id: u32,
    frame: u64,
    quality: Quality,
    frugal: bool,
}

impl Default for Tiles {
    fn default() -> Self {
        Self {
            layers: Layers::new(LAYERS),
            since_s: HashMap::new(),
            in_flight: HashMap::new(),
            failed: HashSet::new(),
            next_id: 0,
            frame: 0,
            quality: Quality::Nothing,
            frugal: false,
        }
    }
}

impl Tiles {
    /// How far the view has come.
    pub fn quality(&self) -> Quality {
        self.quality
    }

    /// The textures are gone; everything is fetched again.
    pub fn forget(&mut self) {
        self.layers.clear();
        self.since_s.clear();
        self.quality = Quality::Nothing;
    }

    /// Whether only what is looked at is fetched: the shopper saves data.
    pub fn save_data(&mut self, frugal: bool) {
        self.frugal = frugal;
    }

    /// Nobody looks: what is under way is not wanted for now.
    pub fn rest(&mut self, door: &mut dyn Fetch) {
        for (id, _) in self.in_flight.drain() {
            door.abort(id);
        }
    }

    /// Pictures that failed are tried again.
    pub fn retry(&mut self) {
        self.failed.clear();
    }

    fn there(&self, key: Key) -> bool {
        self.since_s.contains_key(&key)
    }

    fn opacity(&self, key: Key, now_s: f64) -> Option<f32> {
        self.since_s.get(&key).map(|since| (((now_s - since) / FADE_IN_S) as f32).clamp(0.0, 1.0))
    }
}

/// Tiles.
pub struct TilesPlugin;

impl Plugin for TilesPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Tiles>().init_resource::<Picture>();
        app.insert_non_send(Arrivals::default());
        app.add_systems(Update, (want, receive, compose).chain().in_set(Step::Tiles).run_if(resource_exists::<Store>));
    }
}
