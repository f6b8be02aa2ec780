//! Markers of the window: drawn, hit, followed.

use bevy_app::{App, Plugin, Update};
use bevy_ecs::prelude::*;
use scene::document::{Content, Hotspot};

use super::Page;
use crate::Step;
use crate::camera::Camera;
use crate::gestures::Tapped;
use crate::hotspots::{Marker, OnScreen};
use crate::render::Renderer;
use crate::render::markers::MarkerQuad;
use crate::store::Store;
use crate::walk::{GoTo, Walk};

/// Radius of a way to another scene, CSS pixels.
const LINK_RADIUS: f64 = 23.0;
/// Radius of a card's marker, CSS pixels.
const CARD_RADIUS: f64 = 15.0;
/// Colour of markers where neither hotspot nor brand names one.
const COLOUR: &str = "#1f6f5c";

/// Markers.
pub struct ClicksPlugin;

impl Plugin for ClicksPlugin {
    fn build(&self, app: &mut App) {
        app.add_systems(Update, follow.after(Step::Hotspots).before(Step::Draw));
        app.add_systems(Update, show.after(Step::Hotspots).before(Step::Draw));
    }
}

fn radius(hotspot: &Hotspot) -> f64 {
    if matches!(hotspot.content, Content::Link(_)) { LINK_RADIUS } else { CARD_RADIUS }
}

fn colour(hex: &str) -> Option<[f32; 4]> {
    let part = |at| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok().map(|value| f32::from(value) / 255.0);
    Some([part(1)?, part(3)?, part(5)?, 1.0])
}

fn show(
    markers: Query<'_, '_, (&Marker, &OnScreen)>,
    renderer: Option<NonSendMut<'_, Renderer>>,
    store: Res<'_, Store>,
    walk: Res<'_, Walk>,
    camera: Res<'_, Camera>,
) {
    let (Some(mut renderer), Some(scene)) = (renderer, walk.current()) else { return };
    let hotspots: Vec<_> = store.hotspots(scene).collect();
    let ratio = camera.device_viewport().width / camera.viewport().width;
    let brand = store.published().document.brand.as_ref().map_or(COLOUR, |brand| brand.primary.as_str());
    let quads: Vec<_> = markers
        .iter()
        .filter_map(|(marker, on_screen)| {
            let (hotspot, pixel) = (hotspots.get(marker.index)?, on_screen.0?);
            Some(MarkerQuad {
                centre: (pixel * ratio).as_vec2().to_array(),
                radius: (radius(hotspot) * ratio) as f32,
                leads_on: if matches!(hotspot.content, Content::Link(_)) { 1.0 } else { 0.0 },
                colour: colour(hotspot.color.as_deref().unwrap_or(brand)).or_else(|| colour(COLOUR))?,
            })
        })
        .collect();
    renderer.set_markers(&quads, camera.device_viewport(), ratio);
}

fn follow(
    mut taps: MessageReader<'_, '_, Tapped>,
    markers: Query<'_, '_, (&Marker, &OnScreen)>,
    mut wishes: MessageWriter<'_, GoTo>,
    store: Res<'_, Store>,
    walk: Res<'_, Walk>,
    page: Res<'_, Page>,
) {
    let (Some(tap), Some(scene)) = (taps.read().last(), walk.current()) else { return };
    let hit = markers
        .iter()
        .filter_map(|(marker, on_screen)| {
            let (hotspot, pixel) = (store.hotspots(scene).nth(marker.index)?, on_screen.0?);
            let distance = (pixel - tap.at).length();
            (distance <= radius(hotspot)).then_some((distance, hotspot))
        })
        .min_by(|a, b| a.0.total_cmp(&b.0));
    let Some((_, hotspot)) = hit else { return };
    if let Content::Link(link) = &hotspot.content {
        if let Some(target) = store.find(&link.scene) {
            wishes.write(GoTo { scene: target, view: link.view.map(Into::into) });
        }
        return;
    }
    let address = page.0.card(&store.scene(scene).id, &hotspot.id);
    if let Err(error) = webbrowser::open(&address) {
        eprintln!("no browser opened {address}: {error}");
    }
}
