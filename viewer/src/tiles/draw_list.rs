//! Which tiles are drawn for a view, and which part of each. Without Bevy.
//!
//! What is opaque is cut up so that every pixel is drawn once: where a tile is missing or still fading in, the nearest
//! coarser one that is there fills just that place. Over it lie the tiles that fade in, coarse under fine.

use std::collections::BTreeSet;

use scene::pyramid::{Levels, TileId};
use scene::sphere::Face;

/// A part of the cube around the eye, and the picture that fills it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Patch {
    /// The part: where this tile lies.
    pub place: TileId,
    /// Where the picture comes from: that tile, or a coarser one in which it lies; the preview where absent.
    pub source: Option<TileId>,
    /// 1 where nothing is to be seen through it.
    pub opacity: f32,
}

/// What is drawn for the `chosen` tiles of a panorama, in the order of drawing: first all that is opaque.
///
/// `opacity` is that of a tile that is there, `None` for others; `visible` says whether the view shows a tile.
pub fn draw_list(
    levels: &Levels,
    chosen: &[TileId],
    opacity: impl Fn(TileId) -> Option<f32>,
    visible: impl Fn(TileId) -> bool,
) -> Vec<Patch> {
    let mut drawn = BTreeSet::new();
    for &tile in chosen {
        if opacity(tile).is_some() {
            drawn.insert(tile);
        }
        if opacity(tile).is_none_or(|opacity| opacity < 1.0) {
            // After zooming out the finer tiles are still there: better than a blurred moment.
            insert_descendants(levels, tile, &opacity, &visible, &mut drawn);
            insert_ancestors(tile, &opacity, &mut drawn);
        }
    }
    let (opaque, fading): (BTreeSet<_>, BTreeSet<_>) = drawn.into_iter().partition(|&tile| opacity(tile) == Some(1.0));
    let cover = Cover { levels, opaque: &opaque, visible: &visible };
    let roots = Face::ALL.into_iter().map(|face| TileId { level: 0, face, x: 0, y: 0 });
    let unknown = roots.filter(|root| visible(*root) && !opaque.contains(root)).map(|root| (root, None, 1.0));
    let known = opaque.iter().map(|&tile| (tile, Some(tile), 1.0));
    // `TileId` sorts by level first.
    let new = fading.iter().filter_map(|&tile| Some((tile, Some(tile), opacity(tile)?)));
    let mut patches = Vec::new();
    for (place, source, opacity) in unknown.chain(known).chain(new) {
        cover.uncovered(place, &mut |place| patches.push(Patch { place, source, opacity }));
    }
    patches
}

fn insert_ancestors(tile: TileId, opacity: &impl Fn(TileId) -> Option<f32>, drawn: &mut BTreeSet<TileId>) {
    let mut above = tile.parent();
    while let Some(ancestor) = above {
        if let Some(opacity) = opacity(ancestor) {
            drawn.insert(ancestor);
            if opacity >= 1.0 {
                return;
            }
        }
        above = ancestor.parent();
    }
}

fn insert_descendants(
    levels: &Levels,
    tile: TileId,
    opacity: &impl Fn(TileId) -> Option<f32>,
    visible: &impl Fn(TileId) -> bool,
    drawn: &mut BTreeSet<TileId>,
) {
    if tile.level >= levels.top() {
        return;
    }
    for child in tile.children().filter(|&child| levels.tile_rect(child).is_some() && visible(child)) {
        if opacity(child) == Some(1.0) {
            drawn.insert(child);
        } else {
            insert_descendants(levels, child, opacity, visible, drawn);
        }
    }
}

struct Cover<'a, V> {
    levels: &'a Levels,
    opaque: &'a BTreeSet<TileId>,
    visible: &'a V,
}

impl<V: Fn(TileId) -> bool> Cover<'_, V> {
    /// The parts of `place` that the view shows and no finer opaque tile covers, as large as they can be.
    fn uncovered(&self, place: TileId, found: &mut impl FnMut(TileId)) {
        if !self.has_opaque_within(place) {
            return found(place);
        }
        let children =
            place.children().filter(|&child| self.levels.tile_rect(child).is_some() && (self.visible)(child));
        for child in children.filter(|child| !self.opaque.contains(child)) {
            self.uncovered(child, found);
        }
    }

    fn has_opaque_within(&self, place: TileId) -> bool {
        self.opaque.iter().any(|tile| {
            let up = tile.level.saturating_sub(place.level);
            up > 0 && tile.face == place.face && (tile.x >> up, tile.y >> up) == (place.x, place.y)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tile(level: u32, x: u32, y: u32) -> TileId {
        TileId { level, face: Face::Front, x, y }
    }

    fn patch(place: TileId, source: Option<TileId>, opacity: f32) -> Patch {
        Patch { place, source, opacity }
    }

    /// Three levels: 1, 4, 16 tiles on a face; only the front is visible.
    fn levels() -> Levels {
        Levels::for_face(2040)
    }

    fn front(tile: TileId) -> bool {
        tile.face == Face::Front
    }

    #[test]
    fn nothing_there_needs_the_preview() {
        let list = draw_list(&levels(), &[tile(1, 0, 0)], |_| None, front);
        assert_eq!(list, [patch(tile(0, 0, 0), None, 1.0)]);
    }

    #[test]
    fn a_fading_tile_is_drawn_over_what_is_there() {
        let there = |wanted| match wanted {
            TileId { level: 0, .. } => Some(1.0),
            TileId { level: 1, x: 0, y: 0, .. } => Some(0.5),
            _ => None,
        };
        let list = draw_list(&levels(), &[tile(1, 0, 0), tile(1, 1, 0)], there, front);
        let root = tile(0, 0, 0);
        assert_eq!(list, [patch(root, Some(root), 1.0), patch(tile(1, 0, 0), Some(tile(1, 0, 0)), 0.5)]);
    }

    #[test]
    fn what_finer_opaque_tiles_cover_is_left_out() {
        let all: Vec<_> = levels().tiles(1).filter(|tile| front(*tile)).collect();
        let list = draw_list(&levels(), &all, |tile| (tile.level <= 1).then_some(1.0), front);
        assert_eq!(list.len(), 4);
        assert!(list.iter().all(|patch| patch.source == Some(patch.place) && patch.place.level == 1));
    }

    #[test]
    fn what_is_missing_is_filled_from_the_coarser_tile_and_no_more() {
        let there = |wanted: TileId| (wanted.level == 0 || wanted == tile(1, 0, 0)).then_some(1.0);
        let all: Vec<_> = levels().tiles(1).filter(|tile| front(*tile)).collect();
        let list = draw_list(&levels(), &all, there, front);
        let missing = [(1, 0), (0, 1), (1, 1)].map(|(x, y)| patch(tile(1, x, y), Some(tile(0, 0, 0)), 1.0));
        assert_eq!(list[..3], missing);
        assert_eq!(list[3..], [patch(tile(1, 0, 0), Some(tile(1, 0, 0)), 1.0)]);
    }

    #[test]
    fn after_zooming_out_finer_tiles_stand_in() {
        let list = draw_list(&levels(), &[tile(0, 0, 0)], |tile| (tile.level == 1).then_some(1.0), front);
        assert_eq!(list.len(), 4);
        assert!(list.iter().all(|patch| patch.source.is_some()));
    }

    fn within(place: TileId, finest: TileId) -> bool {
        let up = finest.level - place.level;
        (finest.x >> up, finest.y >> up) == (place.x, place.y)
    }

    proptest! {
        #[test]
        fn opaque_patches_cover_every_place_once(states in proptest::collection::vec(0_u8..4, 21), level in 0_u32..3) {
            let tiles: Vec<_> = (0..3).flat_map(|level| levels().tiles(level)).filter(|tile| front(*tile)).collect();
            let opacity = |wanted| match states[tiles.iter().position(|tile| *tile == wanted).unwrap()] {
                0 => None,
                1 => Some(0.4),
                _ => Some(1.0),
            };
            let chosen: Vec<_> = levels().tiles(level).filter(|tile| front(*tile)).collect();
            let list = draw_list(&levels(), &chosen, opacity, front);
            let opaque = list.iter().take_while(|patch| patch.opacity >= 1.0).count();
            prop_assert!(list[opaque..].iter().all(|patch| patch.opacity < 1.0));
            for finest in levels().tiles(2).filter(|tile| front(*tile)) {
                let over: Vec<_> = list.iter().filter(|patch| within(patch.place, finest)).collect();
                let opaque: Vec<_> = over.iter().filter(|patch| patch.opacity >= 1.0).collect();
                prop_assert_eq!(opaque.len(), 1, "{:?}", finest);
                // The finest that is there and opaque, up to the chosen level; what fades in is finer than that.
                if let Some(source) = opaque[0].source {
                    prop_assert!(over.iter().all(|patch| patch.opacity >= 1.0 || patch.source.unwrap().level > source.level));
                }
                let known = (0..=level).filter_map(|at| tiles.iter().find(|tile| tile.level == at && within(**tile, finest)));
                let best = known.filter(|tile| opacity(**tile) == Some(1.0)).map(|tile| tile.level).max();
                prop_assert!(opaque[0].source.map(|tile| tile.level) >= best);
            }
        }
    }
}
