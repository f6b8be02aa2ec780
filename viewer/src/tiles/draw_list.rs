//! Which tiles are drawn for a view, and in which order. Without Bevy.
//!
//! Painter's order, coarse under fine. What is missing or still fading in is shown through by the nearest coarser tile
//! that is there; a tile that finer opaque ones cover is left out, so that in a settled view every pixel is drawn once.

use std::collections::BTreeSet;

use scene::pyramid::{Levels, TileId};
use scene::sphere::Face;

/// What is drawn of one panorama.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DrawList {
    /// Faces of which the preview is needed.
    pub preview: Vec<Face>,
    /// Tiles with their opacity, in the order of drawing.
    pub tiles: Vec<(TileId, f32)>,
}

/// The draw list for the `chosen` tiles.
///
/// `opacity` is that of a tile that is there, `None` for others; `visible` says whether the view shows a tile.
pub fn draw_list(
    levels: &Levels,
    chosen: &[TileId],
    opacity: impl Fn(TileId) -> Option<f32>,
    visible: impl Fn(TileId) -> bool,
) -> DrawList {
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
    let covered = |tile| is_covered(levels, tile, &drawn, &opacity, &visible);
    // `TileId` sorts by level first.
    let tiles = drawn
        .iter()
        .filter(|&&tile| !covered(tile))
        .filter_map(|&tile| opacity(tile).map(|opacity| (tile, opacity)))
        .collect();
    let preview = Face::ALL
        .into_iter()
        .map(|face| TileId { level: 0, face, x: 0, y: 0 })
        .filter(|&root| visible(root))
        .filter(|&root| !(is_opaque(root, &drawn, &opacity) || covered(root)))
        .map(|root| root.face)
        .collect();
    DrawList { preview, tiles }
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

fn is_opaque(tile: TileId, drawn: &BTreeSet<TileId>, opacity: &impl Fn(TileId) -> Option<f32>) -> bool {
    drawn.contains(&tile) && opacity(tile) == Some(1.0)
}

/// Whether finer opaque tiles cover everything that the view shows of `tile`.
fn is_covered(
    levels: &Levels,
    tile: TileId,
    drawn: &BTreeSet<TileId>,
    opacity: &impl Fn(TileId) -> Option<f32>,
    visible: &impl Fn(TileId) -> bool,
) -> bool {
    // Only descend where something finer is drawn at all.
    let finer_below = drawn.iter().any(|other| other.level > tile.level && other.face == tile.face);
    tile.level < levels.top()
        && finer_below
        && tile
            .children()
            .filter(|&child| levels.tile_rect(child).is_some() && visible(child))
            .all(|child| is_opaque(child, drawn, opacity) || is_covered(levels, child, drawn, opacity, visible))
}

/// The tiles that cover the view exactly once, for a picture that fades out as a whole: of every branch the finest
/// complete set, opaque or not. Empty faces are left to the preview.
pub fn single_cover(levels: &Levels, there: impl Fn(TileId) -> bool, visible: impl Fn(TileId) -> bool) -> DrawList {
    let mut list = DrawList::default();
    for face in Face::ALL {
        let root = TileId { level: 0, face, x: 0, y: 0 };
        if !visible(root) {
            continue;
        }
        match finest(levels, root, &there, &visible) {
            Some(tiles) => list.tiles.extend(tiles.into_iter().map(|tile| (tile, 1.0))),
            None => list.preview.push(face),
        }
    }
    list
}

fn finest(
    levels: &Levels,
    tile: TileId,
    there: &impl Fn(TileId) -> bool,
    visible: &impl Fn(TileId) -> bool,
) -> Option<Vec<TileId>> {
    if tile.level < levels.top() {
        let children = tile.children().filter(|&child| levels.tile_rect(child).is_some() && visible(child));
        let finer: Option<Vec<_>> = children.map(|child| finest(levels, child, there, visible)).collect();
        if let Some(finer) = finer {
            let finer = finer.concat();
            if !finer.is_empty() {
                return Some(finer);
            }
        }
    }
    there(tile).then(|| vec![tile])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tile(level: u32, x: u32, y: u32) -> TileId {
        TileId { level, face: Face::Front, x, y }
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
        assert_eq!(list, DrawList { preview: vec![Face::Front], tiles: vec![] });
    }

    #[test]
    fn a_fading_tile_is_drawn_over_what_is_there() {
        let there = |wanted| match wanted {
            TileId { level: 0, .. } => Some(1.0),
            TileId { level: 1, x: 0, y: 0, .. } => Some(0.5),
            _ => None,
        };
        let list = draw_list(&levels(), &[tile(1, 0, 0), tile(1, 1, 0)], there, front);
        assert_eq!(list, DrawList { preview: vec![], tiles: vec![(tile(0, 0, 0), 1.0), (tile(1, 0, 0), 0.5)] });
    }

    #[test]
    fn what_finer_opaque_tiles_cover_is_left_out() {
        let all: Vec<_> = levels().tiles(1).filter(|tile| front(*tile)).collect();
        let list = draw_list(&levels(), &all, |tile| (tile.level <= 1).then_some(1.0), front);
        assert_eq!(list.tiles.len(), 4);
        assert!(list.preview.is_empty() && list.tiles.iter().all(|(tile, _)| tile.level == 1));
    }

    #[test]
    fn after_zooming_out_finer_tiles_stand_in() {
        let list = draw_list(&levels(), &[tile(0, 0, 0)], |tile| (tile.level == 1).then_some(1.0), front);
        assert_eq!(list.tiles.len(), 4);
        assert!(list.preview.is_empty());
    }

    #[test]
    fn a_single_cover_takes_the_finest_complete_set() {
        let mostly = |wanted: TileId| wanted.level <= 1 || (wanted.level == 2 && wanted.x < 2 && wanted.y < 2);
        let list = single_cover(&levels(), mostly, front);
        assert!(list.preview.is_empty());
        assert_eq!(list.tiles.iter().filter(|(tile, _)| tile.level == 2).count(), 4);
        assert_eq!(list.tiles.iter().filter(|(tile, _)| tile.level == 1).count(), 3);
        assert_eq!(single_cover(&levels(), |_| false, front).preview, vec![Face::Front]);
    }
}
