//! `--screenshot FILE`: a picture of the first sharp view, for tests and for shop owners.

use std::path::PathBuf;

use bevy_app::{App, AppExit, Plugin, Update};
use bevy_ecs::prelude::*;

use crate::Step;
use crate::camera::Camera;
use crate::render::{Picture, Renderer};
use crate::tiles::{Quality, Tiles};

/// Writes the picture once.
pub struct ScreenshotPlugin {
    /// Where to.
    pub path: PathBuf,
    /// Whether to close the window then.
    pub then_exit: bool,
}

#[derive(Resource)]
struct Wanted {
    path: PathBuf,
    then_exit: bool,
}

impl Plugin for ScreenshotPlugin {
    fn build(&self, app: &mut App) {
        app.insert_resource(Wanted { path: self.path.clone(), then_exit: self.then_exit });
        app.add_systems(Update, take.in_set(Step::Report).run_if(resource_exists::<Wanted>));
    }
}

fn take(
    mut commands: Commands<'_, '_>,
    wanted: Res<'_, Wanted>,
    tiles: Res<'_, Tiles>,
    picture: Res<'_, Picture>,
    camera: Res<'_, Camera>,
    renderer: Option<NonSendMut<'_, Renderer>>,
    mut exits: MessageWriter<'_, AppExit>,
) {
    let Some(mut renderer) = renderer.filter(|_| tiles.quality() == Quality::Sharp) else { return };
    commands.remove_resource::<Wanted>();
    let size = camera.device_viewport();
    let written = renderer
        .capture(&picture, size.width.round() as u32, size.height.round() as u32)
        .ok_or_else(|| "the picture could not be read back".to_owned())
        .and_then(|(rgba, width, height)| {
            image::save_buffer(&wanted.path, &rgba, width, height, image::ColorType::Rgba8)
                .map_err(|error| error.to_string())
        });
    match &written {
        Ok(()) => println!("{}", wanted.path.display()),
        Err(error) => eprintln!("{}: {error}", wanted.path.display()),
    }
    if wanted.then_exit {
        exits.write(if written.is_ok() { AppExit::Success } else { AppExit::error() });
    }
}
