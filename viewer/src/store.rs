//! The published store that is walked.

use bevy_ecs::prelude::Resource;
use glam::{DMat3, DVec3};
use scene::document::{Content, Hotspot, Scene};
use scene::published::PublishedStore;
use scene::pyramid::{Manifest, TileId};
use scene::sphere::{ViewLimits, ViewPose, direction, world_from_panorama};

/// Why a store cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The answer is not a published store.
    #[error("this is not a published store: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// A store needs a scene to begin with.
    #[error("the store has no scene that can be shown")]
    Empty,
}

/// A place in the store's list of scenes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SceneIndex(pub usize);

/// The published store with the look-ups that the viewer needs.
#[derive(Resource, Debug)]
pub struct Store {
    published: PublishedStore,
    origin: String,
}

impl Store {
    /// Reads the answer of `GET /api/v1/stores/{slug}`; addresses in it are relative to `origin`
    /// (empty where relative addresses work).
    pub fn from_json(json: &str, origin: &str) -> Result<Self, StoreError> {
        let published: PublishedStore = serde_json::from_str(json)?;
        let store = Self { published, origin: origin.to_owned() };
        if store.scenes().any(|index| store.manifest(index).is_some()) { Ok(store) } else { Err(StoreError::Empty) }
    }

    /// Everything that was published.
    pub fn published(&self) -> &PublishedStore {
        &self.published
    }

    /// All scenes.
    pub fn scenes(&self) -> impl Iterator<Item = SceneIndex> + use<> {
        (0..self.published.document.scenes.len()).map(SceneIndex)
    }

    /// The scene with an id, where its panorama is known.
    pub fn find(&self, id: &str) -> Option<SceneIndex> {
        let index = SceneIndex(self.published.document.scenes.iter().position(|scene| scene.id == id)?);
        self.manifest(index).map(|_| index)
    }

    /// Where a visit begins.
    pub fn start(&self) -> Option<SceneIndex> {
        self.find(&self.published.document.start.scene)
            .or_else(|| self.scenes().find(|&index| self.manifest(index).is_some()))
    }

    /// A scene.
    pub fn scene(&self, index: SceneIndex) -> &Scene {
        &self.published.document.scenes[index.0]
    }

    /// The manifest of a scene's panorama.
    pub fn manifest(&self, index: SceneIndex) -> Option<&Manifest> {
        self.published.panoramas.get(&self.scene(index).panorama)
    }

    /// How a scene's panorama is turned.
    pub fn correction(&self, index: SceneIndex) -> DMat3 {
        world_from_panorama(&self.scene(index).sphere_correction)
    }

    /// The opening view of a scene; the store's own first view where the visit begins there.
    pub fn opening_view(&self, index: SceneIndex) -> ViewPose {
        let start = &self.published.document.start;
        let scene = self.scene(index);
        start.view.filter(|_| start.scene == scene.id).unwrap_or(scene.view).into()
    }

    /// Where a shopper can look in a scene.
    pub fn limits(&self, index: SceneIndex) -> ViewLimits {
        let coverage = self.manifest(index).and_then(|manifest| manifest.coverage);
        ViewLimits::new(coverage, &self.scene(index).sphere_correction)
    }

    /// Address of a tile.
    pub fn tile_url(&self, index: SceneIndex, tile: TileId) -> String {
        format!("{}/tiles/{}/{}", self.origin, self.scene(index).panorama, tile.path())
    }

    /// The hotspots that are shown, in the document's order.
    pub fn hotspots(&self, index: SceneIndex) -> impl Iterator<Item = &Hotspot> {
        self.scene(index).hotspots.iter().filter(|hotspot| hotspot.visible)
    }

    /// The scenes to which links lead.
    pub fn neighbours(&self, index: SceneIndex) -> impl Iterator<Item = SceneIndex> {
        self.hotspots(index).filter_map(|hotspot| match &hotspot.content {
            Content::Link(link) => self.find(&link.scene),
            _ => None,
        })
    }
}

/// The direction of a hotspot. Hotspots are given as the shopper sees them, after the scene's correction.
pub fn hotspot_direction(hotspot: &Hotspot) -> DVec3 {
    direction(hotspot.yaw.to_radians(), hotspot.pitch.to_radians())
}
