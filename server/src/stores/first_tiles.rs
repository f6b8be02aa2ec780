//! The tiles of a store's first view, so that the page can ask for them beside the viewer's program instead of after it.

use scene::document::{Scene, View};
use scene::published::PublishedStore;
use scene::pyramid::{Levels, TileId};
use scene::sphere::{ViewFrame, ViewPose, Viewport, world_from_panorama};
use scene::visibility::{Detail, PanoramaView};

/// The screens that the tiles are chosen for. Any screen shows a part of one of these frames; on one with more or fewer
/// dots another level is wanted, and only level 0 was asked for with profit.
const SCREENS: [(&str, Viewport); 2] = [
    ("(min-aspect-ratio: 1/1)", Viewport { width: 1280.0, height: 800.0 }),
    ("(max-aspect-ratio: 999/1000)", Viewport { width: 780.0, height: 1688.0 }),
];

/// What the page asks for early.
#[derive(Debug, Default, PartialEq)]
pub struct FirstTiles {
    /// Addresses of level 0, with the media query of the screens that show them: the page itself names them.
    pub coarse: Vec<(&'static str, String)>,
    /// Addresses of the finer tiles, by media query: they come behind the program, and would hold it up before.
    pub sharp: Vec<(&'static str, Vec<String>)>,
}

/// The tiles of a store's first view.
pub fn first_tiles(store: &PublishedStore) -> FirstTiles {
    let start = &store.document.start;
    let mut found = FirstTiles::default();
    let Some(scene) = store.document.scenes.iter().find(|scene| scene.id == start.scene) else { return found };
    let Some(manifest) = store.panoramas.get(&scene.panorama) else { return found };
    let view = start.view.unwrap_or(scene.view);
    for (media, screen) in SCREENS {
        let (coarse, sharp): (Vec<_>, Vec<_>) =
            needed(&manifest.levels, scene, view, screen).into_iter().partition(|tile| tile.level == 0);
        let url = |tile: TileId| format!("/tiles/{}/{}", scene.panorama, tile.path());
        found.coarse.extend(coarse.into_iter().map(|tile| (media, url(tile))));
        found.sharp.push((media, sharp.into_iter().map(url).collect()));
    }
    found
}

/// What the viewer fetches for a view, in its order: everything coarsely, then everything sharply, the middle first.
fn needed(levels: &Levels, scene: &Scene, view: View, screen: Viewport) -> Vec<TileId> {
    let frame = ViewFrame::new(&ViewPose::from(view), screen);
    let seen = PanoramaView::new(levels, &frame, world_from_panorama(&scene.sphere_correction));
    let mut tiles: Vec<TileId> = Vec::new();
    for visible in seen.choose(Detail::COARSE).into_iter().chain(seen.choose(Detail::SHARP)) {
        if !tiles.contains(&visible.tile) {
            tiles.push(visible.tile);
        }
    }
    tiles
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn level_zero_comes_first_and_nothing_twice() {
        let scene: Scene = serde_json::from_value(json!({
            "id": "a", "name": {"en": "A"}, "alt": {"en": "A"}, "panorama": "p", "view": {"yaw": 0, "pitch": -6, "fov": 100},
        }))
        .unwrap();
        for (_, screen) in SCREENS {
            let tiles = needed(&Levels::for_equirect(8192), &scene, scene.view, screen);
            assert_eq!(tiles[0].level, 0);
            assert!(tiles.is_sorted_by_key(|tile| tile.level.min(1)), "{tiles:?}");
            assert!((4..=6 + Detail::SHARP.max_tiles).contains(&tiles.len()), "{}", tiles.len());
            let mut unique = tiles.clone();
            unique.sort_unstable();
            unique.dedup();
            assert_eq!(unique.len(), tiles.len());
        }
        // A small panorama has nothing finer.
        let small = needed(&Levels::for_equirect(1024), &scene, scene.view, SCREENS[0].1);
        assert!(small.iter().all(|tile| tile.level == 0));
    }
}
