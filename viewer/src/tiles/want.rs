//! What the view needs is asked for, most urgent first; what it needs no more is let go.

use std::collections::HashSet;

use bevy_ecs::prelude::*;
use scene::sphere::{ViewPose, Viewport};

use super::seen::Seen;
use super::{Door, Fetch, Key, Part, Request, Tiles};
use crate::camera::Camera;
use crate::store::{SceneIndex, Store};
use crate::walk::{Readiness, Walk};

/// Requests under way at a time: enough to fill the line, few enough that what is wanted first comes first.
const MAX_IN_FLIGHT: usize = 6;

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

/// Asks for what the view needs, and lets go of what it needs no more.
pub fn want(
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
