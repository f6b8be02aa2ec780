//! The tiles of the view: chosen, requested, received, faded in, handed to the renderer.
//!
//! A tile is named by its scene, so an answer that comes late can never be drawn in another scene; requests that
//! are no longer wanted are aborted, and an answer whose request is forgotten is dropped.

pub mod draw_list;
pub mod layers;

use std::collections::{HashMap, HashSet};

use bevy_app::{App, Plugin, Update};
use bevy_ecs::prelude::*;
use glam::{DMat3, DVec3};
use scene::pyramid::{GUTTER, Levels, PREVIEW_FACE, TileId, TileRect};
use scene::sphere::{FacePoint, ViewFrame, ViewPose, Viewport};
use scene::visibility::{Detail, PanoramaView};

use crate::Step;
use crate::activity::Activity;
use crate::camera::Camera;
use crate::render::{Instance, LAYERS, Picture, Renderer, TILE_TEXELS, TileImage, ViewMatrix};
use crate::store::{SceneIndex, Store};
use crate::walk::{self, Readiness, Walk};
use draw_list::{Patch, draw_list};
use layers::Layers;

/// Requests under way at a time: enough to fill the line, few enough that what is wanted first comes first.
const MAX_IN_FLIGHT: usize = 6;
/// Textures filled per frame: each costs a millisecond or two.
const MAX_UPLOADS: usize = 3;
/// Time in which a new tile becomes opaque, seconds.
const FADE_IN_S: f64 = 0.2;
/// A tile's quad reaches this far into its gutter, texels, so that no gap opens between neighbours.
const OVERLAP: f64 = 0.25;

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

/// One panorama as it is seen.
struct Seen<'a> {
    scene: SceneIndex,
    levels: &'a Levels,
    frame: ViewFrame,
    correction: DMat3,
    eye: DVec3,
}

impl<'a> Seen<'a> {
    fn new(store: &'a Store, camera: &Camera, scene: SceneIndex, pose: ViewPose) -> Option<Self> {
        Some(Self {
            scene,
            levels: &store.manifest(scene)?.levels,
            frame: ViewFrame::new(&pose, camera.device_viewport()),
            correction: store.correction(scene),
            eye: DVec3::ZERO,
        })
    }

    fn walked(store: &'a Store, camera: &Camera, seen: walk::Seen) -> Option<Self> {
        Some(Self { eye: seen.eye, ..Self::new(store, camera, seen.scene, seen.pose)? })
    }

    fn matrix(&self) -> ViewMatrix {
        ViewMatrix::new(&self.frame, self.correction).seen_from(self.correction.transpose() * self.eye)
    }

    fn view(&self) -> PanoramaView<'_> {
        PanoramaView::new(self.levels, &self.frame, self.correction)
    }

    fn choose(&self, detail: Detail) -> Vec<TileId> {
        self.view().choose(detail).into_iter().map(|visible| visible.tile).collect()
    }

    fn chosen(&self) -> Vec<TileId> {
        self.choose(Detail::SHARP)
    }

    fn roots(&self) -> Vec<TileId> {
        self.choose(Detail::COARSE)
    }

    /// What is drawn of the panorama for the `chosen` tiles.
    fn patches(&self, chosen: &[TileId], opacity: impl Fn(TileId) -> Option<f32>) -> Vec<Patch> {
        if self.eye == DVec3::ZERO {
            return draw_list(self.levels, chosen, opacity, |tile| self.view().visible(tile).is_some());
        }
        // From another place than its own the eye sees other parts of the cube than the view: all of it is there, coarsely.
        let cube: Vec<_> = chosen.iter().copied().chain(self.levels.tiles(0)).collect();
        draw_list(self.levels, &cube, opacity, |_| true)
    }

    /// What the view needs, most urgent first: anything at all, everything coarsely, everything sharply.
    fn needs(&self) -> Vec<Key> {
        let tiles = self.roots().into_iter().chain(self.chosen()).map(|tile| self.scene.tile(tile));
        std::iter::once(self.scene.preview()).chain(tiles).collect()
    }
}

/// Addresses of the tiles that a visit needs first which begins in a scene, with `view` where one is asked for, on a
/// screen with `pixel_ratio` device pixels per CSS pixel; in the order in which the viewer asks for them.
pub fn first_tiles(
    store: &Store,
    scene: SceneIndex,
    view: Option<ViewPose>,
    screen: Viewport,
    pixel_ratio: f64,
) -> Vec<String> {
    let mut camera = Camera::default();
    camera.resize(screen, pixel_ratio);
    camera.enter(store, scene, view);
    let needs = Seen::new(store, &camera, scene, camera.pose()).map(|seen| seen.needs()).unwrap_or_default();
    let mut known = HashSet::new();
    let tiles = needs.into_iter().filter_map(|key| match key.part {
        Part::Tile(tile) => known.insert(tile).then_some(tile),
        Part::Preview => None,
    });
    tiles.map(|tile| store.tile_url(scene, tile)).collect()
}

fn want(
    mut tiles: ResMut<'_, Tiles>,
    mut walk: ResMut<'_, Walk>,
    door: Option<NonSendMut<'_, Door>>,
    store: Res<'_, Store>,
    camera: Res<'_, Camera>,
) {
    let (Some(mut door), Some(current)) = (door, walk.current()) else { return };
    tiles.frame += 1;
    let frame = tiles.frame;
    let mut wanted = Vec::new();
    let Some(seen) = Seen::new(&store, &camera, current, camera.pose()) else { return };
    if let Some((scene, pose)) = walk.arriving(&camera) {
        if let Some(seen) = Seen::new(&store, &camera, scene, pose) {
            wanted.extend(seen.needs());
            let there = |key| tiles.there(key) || tiles.failed.contains(&key);
            let ready = if seen.roots().into_iter().all(|tile| there(scene.tile(tile))) {
                Readiness::Sharpish
            } else if there(scene.preview()) {
                Readiness::Preview
            } else {
                Readiness::Nothing
            };
            walk.prepared(scene, ready);
        }
        for key in seen.needs() {
            tiles.layers.touch(key, frame);
        }
    } else {
        wanted.extend(seen.needs());
        if !tiles.frugal && wanted.iter().all(|&key| tiles.there(key) || tiles.failed.contains(&key)) {
            // At leisure: what a quick turn shows, and the first glance through each door.
            wanted.extend(seen.levels.tiles(0).map(|tile| current.tile(tile)));
            wanted.extend(store.neighbours(current).map(SceneIndex::preview));
            wanted.extend(walk.ahead(&store, &camera).flat_map(|(scene, pose)| {
                let roots = Seen::new(&store, &camera, scene, pose).map(|seen| seen.roots()).unwrap_or_default();
                roots.into_iter().map(move |tile| scene.tile(tile))
            }));
        }
    }
    if let Some(leaving) = walk.leaving(&camera)
        && let Some(seen) = Seen::walked(&store, &camera, leaving)
    {
        for key in seen.needs() {
            tiles.layers.touch(key, frame);
        }
    }
    for &key in &wanted {
        tiles.layers.touch(key, frame);
    }
    abort_stale(&mut tiles, &mut *door.0, &wanted);
    start_requests(&mut tiles, &mut *door.0, &wanted, &store);
}

fn abort_stale(tiles: &mut Tiles, door: &mut dyn Fetch, wanted: &[Key]) {
    let stale: Vec<_> = tiles.in_flight.iter().filter(|(_, key)| !wanted.contains(key)).map(|(&id, _)| id).collect();
    for id in stale {
        tiles.in_flight.remove(&id);
        door.abort(id);
    }
}

fn start_requests(tiles: &mut Tiles, door: &mut dyn Fetch, wanted: &[Key], store: &Store) {
    let room = tiles.layers.spare(tiles.frame).min(MAX_IN_FLIGHT);
    for &key in wanted {
        if tiles.in_flight.len() >= room {
            return;
        }
        let under_way = tiles.in_flight.values().any(|other| *other == key);
        if tiles.there(key) || under_way || tiles.failed.contains(&key) {
            continue;
        }
        let url = match key.part {
            Part::Tile(tile) => store.tile_url(key.scene, tile),
            Part::Preview => match store.manifest(key.scene) {
                Some(manifest) => manifest.preview.clone(),
                None => continue,
            },
        };
        tiles.next_id = tiles.next_id.wrapping_add(1);
        let id = tiles.next_id;
        tiles.in_flight.insert(id, key);
        door.fetch(Request { id, url });
    }
}

fn receive(
    mut tiles: ResMut<'_, Tiles>,
    mut arrivals: NonSendMut<'_, Arrivals>,
    renderer: Option<NonSendMut<'_, Renderer>>,
    walk: Res<'_, Walk>,
    camera: Res<'_, Camera>,
    mut activity: ResMut<'_, Activity>,
) {
    let Some(mut renderer) = renderer else { return };
    let mut uploads = 0;
    while uploads < MAX_UPLOADS && !arrivals.0.is_empty() {
        let (id, image) = arrivals.0.remove(0);
        let Some(key) = tiles.in_flight.remove(&id) else {
            image.into_iter().for_each(discard);
            continue;
        };
        let Some(image) = image else {
            tiles.failed.insert(key);
            activity.look_again();
            continue;
        };
        let frame = tiles.frame;
        let Some((layer, evicted)) = tiles.layers.claim(key, frame) else {
            discard(image);
            continue;
        };
        if let Some(evicted) = evicted {
            tiles.since_s.remove(&evicted);
        }
        renderer.upload(layer, &image);
        uploads += 1;
        // Nothing fades in over nothing, nor where nobody sees it.
        let fades =
            matches!(key.part, Part::Tile(_)) && walk.current() == Some(key.scene) && tiles.quality != Quality::Nothing;
        let since_s = if fades { activity.now_s() } else { f64::NEG_INFINITY };
        tiles.since_s.insert(key, since_s);
        let is_seen =
            walk.current() == Some(key.scene) || walk.leaving(&camera).is_some_and(|old| old.scene == key.scene);
        if is_seen { activity.animate() } else { activity.look_again() }
    }
    if uploads > 0 && !activity.wants_drawing() {
        renderer.flush();
    }
    if !arrivals.0.is_empty() {
        activity.look_again();
    }
}

/// What is not drawn is let go of at once: a browser's picture lies outside of what Rust frees.
fn discard(image: TileImage) {
    #[cfg(target_arch = "wasm32")]
    image.close();
    #[cfg(not(target_arch = "wasm32"))]
    drop(image);
}

fn compose(
    mut tiles: ResMut<'_, Tiles>,
    mut picture: ResMut<'_, Picture>,
    walk: Res<'_, Walk>,
    store: Res<'_, Store>,
    camera: Res<'_, Camera>,
    mut activity: ResMut<'_, Activity>,
) {
    picture.clear();
    let Some(seen) = walk.shown(&camera).and_then(|shown| Seen::walked(&store, &camera, shown)) else { return };
    let now_s = activity.now_s();
    let chosen = seen.chosen();
    let opacity = |tile| tiles.opacity(seen.scene.tile(tile), now_s);
    let list = seen.patches(&chosen, opacity);
    if list.iter().any(|patch| patch.opacity < 1.0) {
        activity.animate();
    }
    if chosen.iter().any(|&tile| opacity(tile).is_some_and(|opacity| opacity < 1.0)) {
        // Also where finer tiles hide that it is fading in: without a next frame the view would never be sharp.
        activity.look_again();
    }
    picture.set_view(0, seen.matrix());
    let filled = add_instances(&mut picture, &tiles, &seen, &list, 0, 1.0);
    let sharp = chosen.iter().all(|&tile| opacity(tile) == Some(1.0));
    let quality = match (filled, sharp) {
        (_, true) => Quality::Sharp,
        (true, false) => Quality::Coarse,
        (false, false) => Quality::Nothing,
    };
    if let Some(leaving) = walk.leaving(&camera)
        && let Some(seen) = Seen::walked(&store, &camera, leaving)
    {
        let list = seen.patches(&seen.chosen(), |tile| tiles.there(seen.scene.tile(tile)).then_some(1.0));
        picture.set_view(1, seen.matrix());
        add_instances(&mut picture, &tiles, &seen, &list, 1, leaving.opacity as f32);
    }
    tiles.quality = quality;
}

/// Adds what is drawn of one panorama; whether it fills the view.
fn add_instances(picture: &mut Picture, tiles: &Tiles, seen: &Seen<'_>, list: &[Patch], set: u32, fade: f32) -> bool {
    let preview = tiles.layers.get(seen.scene.preview()).filter(|_| tiles.there(seen.scene.preview()));
    for patch in list {
        let layer = match patch.source {
            Some(tile) => tiles.layers.get(seen.scene.tile(tile)),
            None => preview,
        };
        if let (Some(layer), Some((corners, texels))) = (layer, quad(seen.levels, patch)) {
            picture.add(Instance::new(corners, texels, layer, patch.opacity * fade, set));
        }
    }
    preview.is_some() || list.iter().all(|patch| patch.source.is_some())
}

/// Upper left, upper right and lower left corner of a patch; left, top, right and bottom of its picture in the layer.
fn quad(levels: &Levels, patch: &Patch) -> Option<([DVec3; 3], [f32; 4])> {
    let place = levels.tile_rect(patch.place)?;
    let [low, high] = [
        place.face_uv(f64::from(GUTTER) - OVERLAP, f64::from(GUTTER) - OVERLAP),
        place.face_uv(f64::from(GUTTER + place.width) + OVERLAP, f64::from(GUTTER + place.height) + OVERLAP),
    ];
    let face = patch.place.face;
    let at = |u, v| FacePoint { face, u, v }.direction();
    let corners = [at(low.0, low.1), at(high.0, low.1), at(low.0, high.1)];
    let source = match patch.source {
        Some(tile) => levels.tile_rect(tile)?,
        None => preview_rect(),
    };
    // In its layer the preview is a strip of six faces.
    let top = if patch.source.is_some() { 0 } else { face as u32 * preview_rect().image_height() };
    let texel = |(u, v)| {
        let (x, y) = source.image_xy(u, v);
        // A level that is not quite twice as large as the one before has tiles that reach a little beyond their parents.
        let within = |at: f64, size: u32| at.clamp(0.5, f64::from(size) - 0.5);
        [within(x, source.image_width()), within(y, source.image_height()) + f64::from(top)]
            .map(|texel| (texel / f64::from(TILE_TEXELS)) as f32)
    };
    let ([left, top], [right, bottom]) = (texel(low), texel(high));
    Some((corners, [left, top, right, bottom]))
}

/// A face of the preview, as a tile.
const fn preview_rect() -> TileRect {
    TileRect { left: 0, top: 0, width: PREVIEW_FACE, height: PREVIEW_FACE, face_size: PREVIEW_FACE }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use scene::sphere::direction;

    /// Where a ray from inside the cube leaves it.
    fn leaves(eye: DVec3, towards: DVec3) -> DVec3 {
        let along = |eye: f64, towards: f64| (1f64.copysign(towards) - eye) / towards;
        let way = (0..3).map(|axis| along(eye[axis], towards[axis])).fold(f64::INFINITY, f64::min);
        eye + towards * way
    }

    fn lies_in(levels: &Levels, place: TileId, point: &FacePoint) -> bool {
        levels.tile_rect(place).is_some_and(|rect| {
            let (x, y) = (point.u * f64::from(rect.face_size), point.v * f64::from(rect.face_size));
            let within = |at: f64, from: u32, size: u32| {
                at >= f64::from(from) - OVERLAP && at <= f64::from(from + size) + OVERLAP
            };
            place.face == point.face && within(x, rect.left, rect.width) && within(y, rect.top, rect.height)
        })
    }

    proptest! {
        /// Also where the shopper walks towards a link that is outside of the view.
        #[test]
        fn a_step_leaves_no_part_of_the_screen_empty(
            yaw in -3.1f64..3.1, pitch in -1.2f64..1.2, fov in 0.4f64..1.9, aside in -1.0f64..1.0, far in -0.3f64..0.34,
        ) {
            let levels = Levels::for_face(2040);
            let screen = Viewport { width: 390.0, height: 844.0 };
            let frame = ViewFrame::new(&ViewPose { yaw, pitch, fov }, screen);
            let eye = direction(yaw + aside, 0.0) * far;
            let seen = Seen { scene: SceneIndex(0), levels: &levels, frame, correction: DMat3::IDENTITY, eye };
            let patches = seen.patches(&seen.chosen(), |_| Some(1.0));
            for (x, y) in (0..=8).flat_map(|x| (0..=8).map(move |y| (x, y))) {
                let pixel = glam::DVec2::new(f64::from(x) / 8.0 * screen.width, f64::from(y) / 8.0 * screen.height);
                let point = FacePoint::of(leaves(eye, seen.frame.direction(pixel)));
                prop_assert!(patches.iter().any(|patch| lies_in(&levels, patch.place, &point)), "{pixel} is empty");
            }
        }
    }
}
