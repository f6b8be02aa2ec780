//! The tiles of a store's first view, so that the page can ask for them while the viewer's program starts.

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

/// Addresses of the tiles of a store's first view, by the media query of the screens that show them; in the order in which
/// the viewer wants them. The page asks for them when the program is there: before, they would hold it up.
pub fn first_tiles(store: &PublishedStore) -> Vec<(&'static str, Vec<String>)> {
    let start = &store.document.start;
    let scene = store.document.scenes.iter().find(|scene| scene.id == start.scene);
    let Some((scene, manifest)) = scene.and_then(|scene| Some((scene, store.panoramas.get(&scene.panorama)?))) else {
        return Vec::new();
    };
    let view = start.view.unwrap_or(scene.view);
    let url = |tile: TileId| format!("/tiles/{}/{}", scene.panorama, tile.path());
    let urls = |screen| needed(&manifest.levels, scene, view, screen).into_iter().map(url).collect();
    SCREENS.into_iter().map(|(media, screen)| (media, urls(screen))).collect()
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
