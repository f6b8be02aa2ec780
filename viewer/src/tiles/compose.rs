//! The picture of this frame, from the tiles that are there.

use bevy_ecs::prelude::*;

use super::draw_list::Patch;
use super::seen::{Seen, quad};
use super::{Quality, Tiles};
use crate::activity::Activity;
use crate::camera::Camera;
use crate::render::{Instance, Picture};
use crate::store::Store;
use crate::walk::Walk;

/// Says what is drawn in this frame, and how good it is.
pub fn compose(
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
