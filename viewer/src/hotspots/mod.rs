//! Where the hotspots of the scene are on the screen, how large, and which lie on each other. The page shows them as
//! buttons, the window draws them.

pub mod groups;

use bevy_app::{App, Plugin, Update};
use bevy_ecs::prelude::*;
use glam::{DVec2, DVec3};
use scene::document::Content;

use crate::Step;
use crate::camera::Camera;
use crate::store::{Store, hotspot_direction};
use crate::walk::SceneChanged;
use groups::groups;

/// Markers further outside the picture than this are not shown, CSS pixels.
const MARGIN_PX: f64 = 60.0;

/// A hotspot of the scene that is shown.
#[derive(Component, Debug)]
pub struct Marker {
    /// Place among the scene's visible hotspots.
    pub index: usize,
    /// Where it hangs.
    pub towards: DVec3,
    /// Whether it may be shown together with others: ways to other scenes never are.
    pub joins: bool,
}

/// Where a marker is on the screen, CSS pixels; `None` while it is behind the shopper or outside the picture.
#[derive(Component, Debug, Default)]
pub struct OnScreen(pub Option<DVec2>);

/// What all markers have in common.
#[derive(Resource, Debug)]
pub struct Markers {
    /// The size at which they are shown: 1 in the opening view.
    pub scale: f64,
    /// For each marker the first one of its group, itself where it stands alone.
    pub groups: Vec<usize>,
}

/// Hotspots.
pub struct HotspotsPlugin;

impl Plugin for HotspotsPlugin {
    fn build(&self, app: &mut App) {
        app.insert_resource(Markers { scale: 1.0, groups: Vec::new() });
        app.add_systems(Update, (hang_up, project).chain().in_set(Step::Hotspots).run_if(resource_exists::<Store>));
    }
}

fn hang_up(
    mut commands: Commands<'_, '_>,
    mut changes: MessageReader<'_, '_, SceneChanged>,
    old: Query<'_, '_, Entity, With<Marker>>,
    mut markers: ResMut<'_, Markers>,
    store: Res<'_, Store>,
) {
    let Some(change) = changes.read().last() else { return };
    for entity in &old {
        commands.entity(entity).despawn();
    }
    markers.groups.clear();
    for (index, hotspot) in store.hotspots(change.scene).enumerate() {
        let joins = !matches!(hotspot.content, Content::Link(_));
        commands.spawn((Marker { index, towards: hotspot_direction(hotspot), joins }, OnScreen::default()));
    }
}

fn project(
    mut hung: Query<'_, '_, (&Marker, &mut OnScreen)>,
    mut markers: ResMut<'_, Markers>,
    camera: Res<'_, Camera>,
) {
    let (frame, viewport) = (camera.frame(), camera.viewport());
    let inside = |pixel: &DVec2| {
        (-MARGIN_PX..viewport.width + MARGIN_PX).contains(&pixel.x)
            && (-MARGIN_PX..viewport.height + MARGIN_PX).contains(&pixel.y)
    };
    markers.scale = marker_scale(camera.magnification());
    let mut places = Vec::new();
    for (marker, mut on_screen) in &mut hung {
        on_screen.0 = frame.pixel(marker.towards).filter(inside);
        if places.len() <= marker.index {
            places.resize(marker.index + 1, None);
        }
        places[marker.index] = on_screen.0.filter(|_| marker.joins);
    }
    markers.groups = groups(&places, &markers.groups, markers.scale);
}

/// The size of markers at a magnification: they grow more slowly than the picture, and never so small that a finger
/// misses them or so large that they hide what they stand for.
fn marker_scale(magnification: f64) -> f64 {
    magnification.powf(0.4).clamp(0.9, 1.4)
}

#[cfg(test)]
mod tests {
    use super::marker_scale;

    #[test]
    fn markers_grow_with_the_picture_within_limits() {
        assert!((marker_scale(1.0) - 1.0).abs() < 1e-12);
        assert!(marker_scale(1.5) > 1.1 && marker_scale(1.5) < 1.5);
        assert!((marker_scale(10.0) - 1.4).abs() < 1e-12 && (marker_scale(0.2) - 0.9).abs() < 1e-12);
    }
}
