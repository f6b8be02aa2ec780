//! Tile paths: exactly one spelling names a tile.
#![no_main]

use libfuzzer_sys::fuzz_target;
use scene::pyramid::{Levels, TileId};

fuzz_target!(|path: &str| {
    if let Some(tile) = TileId::from_path(path) {
        assert_eq!(tile.path(), path);
        let _ = Levels::for_equirect(16384).tile_rect(tile);
    }
});
