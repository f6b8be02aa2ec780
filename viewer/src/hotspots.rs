//! Where the hotspots of the scene are on the screen. The page shows them as buttons, the window draws them.

use bevy_app::{App, Plugin, Update};
use bevy_ecs::prelude::*;
use glam::{DVec2, DVec3};

use crate::Step;
use crate::camera::Camera;
use crate::store::{Store, hotspot_direction};
use crate::walk::SceneChanged;

/// A hotspot of the scene that is shown.
#[derive(Component, Debug)]
pub struct Marker {
    /// Place among the scene's visible hotspots.
    pub index: usize,
    /// Where it hangs.
    pub towards: DVec3,
}

/// Where a marker is on the screen, CSS pixels; `None` while it is behind the shopper.
#[derive(Component, Debug, Default)]
pub struct OnScreen(pub Option<DVec2>);

/// Hotspots.
pub struct HotspotsPlugin;

impl Plugin for HotspotsPlugin {
    fn build(&self, app: &mut App) {
        app.add_systems(Update, (hang_up, project).chain().in_set(Step::Hotspots).run_if(resource_exists::<Store>));
    }
}

fn hang_up(
    mut commands: Commands<'_, '_>,
    mut changes: MessageReader<'_, '_, SceneChanged>,
    old: Query<'_, '_, Entity, With<Marker>>,
    store: Res<'_, Store>,
) {
    let Some(change) = changes.read().last() else { return };
    for entity in &old {
        commands.entity(entity).despawn();
    }
    for (index, hotspot) in store.hotspots(change.scene).enumerate() {
        commands.spawn((Marker { index, towards: hotspot_direction(hotspot) }, OnScreen::default()));
    }
}

fn project(mut markers: Query<'_, '_, (&Marker, &mut OnScreen)>, camera: Res<'_, Camera>) {
    let frame = camera.frame();
    for (marker, mut on_screen) in &mut markers {
        on_screen.0 = frame.pixel(marker.towards);
    }
}
