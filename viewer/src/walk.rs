//! Which scene is shown, and the change to another.
//!
//! The old scene stays on the screen until the new one has something to show; then the new one lies under it and the
//! old one fades away on top, each with its own pose, so that both turn together while the shopper keeps dragging.

use bevy_app::{App, Plugin, Update};
use bevy_ecs::prelude::*;
use scene::sphere::{ViewPose, wrap_angle};

use crate::Step;
use crate::activity::Activity;
use crate::camera::motion::{ease, magnified};
use crate::camera::{Camera, limits::Limits};
use crate::store::{SceneIndex, Store};

/// Length of a cross-fade, seconds.
const FADE_S: f64 = 0.5;
/// How long the new scene may take to show more than its preview, seconds.
const PATIENCE_S: f64 = 0.6;
/// Magnification of the old scene at the end of the fade: one step forward.
const STEP_FORWARD: f64 = 1.15;

/// Asks for another scene.
#[derive(Message, Clone, Copy, Debug)]
pub struct GoTo {
    /// The scene.
    pub scene: SceneIndex,
    /// View on arrival; the heading is kept where absent.
    pub view: Option<ViewPose>,
}

/// The scene on the screen has changed.
#[derive(Message, Clone, Copy, Debug)]
pub struct SceneChanged {
    /// The scene that is shown now.
    pub scene: SceneIndex,
}

/// The scene that is shown, the one that fades away, the one that is being prepared.
#[derive(Resource, Debug, Default)]
pub struct Walk {
    current: Option<SceneIndex>,
    leaving: Option<Leaving>,
    arriving: Option<Arriving>,
}

#[derive(Clone, Copy, Debug)]
struct Leaving {
    scene: SceneIndex,
    pose: ViewPose,
    camera_pose: ViewPose,
    progress: f64,
}

#[derive(Clone, Copy, Debug)]
struct Arriving {
    scene: SceneIndex,
    view: Option<ViewPose>,
    turn: f64,
    waited_s: f64,
    ready: Readiness,
}

/// What a scene that is being prepared could show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Readiness {
    /// Nothing.
    #[default]
    Nothing,
    /// Its preview.
    Preview,
    /// Every visible tile of level 0.
    Sharpish,
}

impl Walk {
    /// The scene that is shown.
    pub fn current(&self) -> Option<SceneIndex> {
        self.current
    }

    /// The scene that fades away, with its pose and opacity.
    pub fn leaving(&self, camera: &Camera) -> Option<(SceneIndex, ViewPose, f64)> {
        let leaving = self.leaving?;
        let pose = camera.pose();
        let eased = ease(leaving.progress);
        let fov = leaving.pose.fov + pose.fov - leaving.camera_pose.fov;
        let pose = ViewPose {
            yaw: wrap_angle(leaving.pose.yaw + wrap_angle(pose.yaw - leaving.camera_pose.yaw)),
            pitch: leaving.pose.pitch + pose.pitch - leaving.camera_pose.pitch,
            fov: magnified(fov.clamp(0.1, 2.5), 1.0 + (STEP_FORWARD - 1.0) * eased),
        };
        Some((leaving.scene, pose, 1.0 - eased))
    }

    /// The scene that is being prepared, with the pose in which it will be shown.
    pub fn arriving(&self, camera: &Camera) -> Option<(SceneIndex, ViewPose)> {
        let arriving = self.arriving?;
        Some((arriving.scene, arriving.pose(camera.pose())))
    }

    /// Notes what the scene that is being prepared could show.
    pub fn prepared(&mut self, scene: SceneIndex, ready: Readiness) {
        if let Some(arriving) = self.arriving.as_mut().filter(|arriving| arriving.scene == scene) {
            arriving.ready = ready;
        }
    }
}

impl Arriving {
    fn pose(&self, now: ViewPose) -> ViewPose {
        self.view.unwrap_or(ViewPose { yaw: wrap_angle(now.yaw + self.turn), ..now })
    }
}

/// How much the yaw has to change so that the compass heading stays.
fn turn_between(store: &Store, from: SceneIndex, to: SceneIndex) -> f64 {
    (store.scene(from).north - store.scene(to).north).to_radians()
}

/// The opening view of a scene; the store's own first view where the visit begins there.
pub fn opening_view(store: &Store, scene: SceneIndex) -> ViewPose {
    let start = &store.published().document.start;
    let opening = &store.scene(scene);
    let view = start.view.filter(|_| start.scene == opening.id).unwrap_or(opening.view);
    view.into()
}

/// Walking.
pub struct WalkPlugin;

impl Plugin for WalkPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Walk>().add_message::<GoTo>().add_message::<SceneChanged>();
        app.add_systems(Update, (set_out, arrive, fade).chain().in_set(Step::Walk).run_if(resource_exists::<Store>));
    }
}

fn set_out(
    mut wishes: MessageReader<'_, '_, GoTo>,
    mut changes: MessageWriter<'_, SceneChanged>,
    mut walk: ResMut<'_, Walk>,
    mut camera: ResMut<'_, Camera>,
    store: Res<'_, Store>,
) {
    let Some(wish) = wishes.read().last().copied() else { return };
    match walk.current {
        None => {
            walk.current = Some(wish.scene);
            camera.limit(Limits::from(store.coverage(wish.scene)));
            camera.show(wish.view.unwrap_or_else(|| opening_view(&store, wish.scene)));
            changes.write(SceneChanged { scene: wish.scene });
        }
        Some(current) if current == wish.scene => {
            walk.arriving = None;
            if let Some(view) = wish.view {
                camera.glide_to(view);
            }
        }
        Some(current) => {
            walk.arriving = Some(Arriving {
                scene: wish.scene,
                view: wish.view,
                turn: turn_between(&store, current, wish.scene),
                waited_s: 0.0,
                ready: Readiness::Nothing,
            });
        }
    }
}

fn arrive(
    mut changes: MessageWriter<'_, SceneChanged>,
    mut walk: ResMut<'_, Walk>,
    mut camera: ResMut<'_, Camera>,
    store: Res<'_, Store>,
    mut activity: ResMut<'_, Activity>,
) {
    let Some(mut arriving) = walk.arriving else { return };
    arriving.waited_s += activity.step_s();
    walk.arriving = Some(arriving);
    let good_enough = arriving.ready == Readiness::Sharpish
        || (arriving.ready == Readiness::Preview && arriving.waited_s > PATIENCE_S);
    if !good_enough {
        activity.look_again();
        return;
    }
    let left = camera.pose();
    walk.arriving = None;
    if arriving.view.is_some() {
        // A view of its own is where the shopper looks now; a throw from before would carry it away.
        camera.halt();
    }
    camera.limit(Limits::from(store.coverage(arriving.scene)));
    camera.show(arriving.pose(left));
    walk.leaving = walk.current.filter(|_| !camera.reduced_motion()).map(|scene| Leaving {
        scene,
        pose: left,
        camera_pose: camera.pose(),
        progress: 0.0,
    });
    walk.current = Some(arriving.scene);
    changes.write(SceneChanged { scene: arriving.scene });
    activity.animate();
}

fn fade(mut walk: ResMut<'_, Walk>, mut activity: ResMut<'_, Activity>) {
    let Some(leaving) = walk.leaving.as_mut() else { return };
    leaving.progress += activity.step_s() / FADE_S;
    activity.animate();
    if leaving.progress >= 1.0 {
        walk.leaving = None;
    }
}
