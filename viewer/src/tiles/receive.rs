//! Pictures that have arrived go into the texture.

use bevy_ecs::prelude::*;

use super::{Arrivals, Part, Quality, Tiles};
use crate::activity::Activity;
use crate::camera::Camera;
use crate::render::{Renderer, TileImage};
use crate::walk::Walk;

/// Textures filled per frame: each costs a millisecond or two.
const MAX_UPLOADS: usize = 3;

/// Puts a few of the pictures that have arrived into their layers.
pub fn receive(
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
