//! Whether there is anything to do: nothing is drawn, and no frame is asked for, when nothing moves.

use bevy_app::{App, First, Plugin};
use bevy_ecs::prelude::*;
use bevy_time::{Time, TimePlugin, TimeSystems};

/// Longest time that a frame advances by; after a hitch movements continue instead of jumping.
const MAX_STEP_S: f64 = 0.1;
/// The step of a frame that follows a pause: the pause itself is not time in which anything moved.
const FIRST_STEP_S: f64 = 1.0 / 60.0;

/// Counts frames and says whether another one is needed.
#[derive(Resource, Debug, Default)]
pub struct Activity {
    draw: bool,
    again: bool,
    step_s: f64,
    now_s: f64,
    drawn_frames: u64,
}

impl Activity {
    /// The picture of this frame differs from the last one.
    pub fn draw(&mut self) {
        self.draw = true;
    }

    /// Something is still moving: the picture differs, and another frame is needed after this one.
    pub fn animate(&mut self) {
        self.draw = true;
        self.again = true;
    }

    /// Another frame is needed to look again, though nothing changed on the screen.
    pub fn look_again(&mut self) {
        self.again = true;
    }

    /// Seconds by which this frame advances.
    pub fn step_s(&self) -> f64 {
        self.step_s
    }

    /// Seconds that all frames so far advanced by.
    pub fn now_s(&self) -> f64 {
        self.now_s
    }

    /// Whether another frame is needed.
    pub fn wants_frame(&self) -> bool {
        self.again
    }

    /// Whether this frame has to be drawn.
    pub fn wants_drawing(&self) -> bool {
        self.draw
    }

    /// A frame was drawn.
    pub fn drawn(&mut self) {
        self.draw = false;
        self.drawn_frames += 1;
    }

    /// Frames drawn so far.
    pub fn drawn_frames(&self) -> u64 {
        self.drawn_frames
    }
}

/// Time and [`Activity`].
pub struct ActivityPlugin;

impl Plugin for ActivityPlugin {
    fn build(&self, app: &mut App) {
        app.add_plugins(TimePlugin);
        app.init_resource::<Activity>();
        app.add_systems(First, begin_frame.after(TimeSystems));
    }
}

fn begin_frame(time: Res<'_, Time>, mut activity: ResMut<'_, Activity>) {
    let passed = time.delta_secs_f64();
    activity.step_s = if activity.again { passed.min(MAX_STEP_S) } else { FIRST_STEP_S };
    activity.now_s += activity.step_s;
    activity.again = false;
}
