//! Which scene is shown, and the change to another.
//!
//! The old scene stays on the screen until the new one has something to show; then the new one lies under it and the
//! old one fades away on top while the eye moves on ([`step`]). Both turn together, so the shopper may keep dragging; who
//! turns back midway goes back from where they are.

pub mod step;

use bevy_app::{App, Plugin, Update};
use bevy_ecs::prelude::*;
use glam::DVec3;
use scene::document::Content;
use scene::sphere::{ViewPose, direction, wrap_angle};

use crate::Step as FrameStep;
use crate::activity::Activity;
use crate::camera::Camera;
use crate::store::{SceneIndex, Store};
use step::Step;

/// How long the new scene may take to show more than its preview, seconds.
const PATIENCE_S: f64 = 0.6;
/// Scenes that are fetched coarsely before anyone asks for them.
const MAX_AHEAD: usize = 2;
/// A view on arrival that is turned farther than this from the heading is cut to: turning there would make dizzy.
const MAX_TURN: f64 = 75.0 / 180.0 * std::f64::consts::PI;
/// A link farther than this from the middle of the view is not walked towards but faded to.
const MAX_ASIDE: f64 = 60.0 / 180.0 * std::f64::consts::PI;

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
    step: Option<Step>,
    arriving: Option<Arriving>,
}

/// A scene with the pose in which it is seen and the place of the eye in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen {
    /// The scene.
    pub scene: SceneIndex,
    /// The pose.
    pub pose: ViewPose,
    /// The place of the eye, in half edges of the cube on which the panorama is drawn.
    pub eye: DVec3,
    /// How much of it is seen, 0 to 1.
    pub opacity: f64,
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

    /// The scene that is shown, as the camera sees it.
    pub fn shown(&self, camera: &Camera) -> Option<Seen> {
        let eye = self.step.map_or(DVec3::ZERO, |step| step.new_eye());
        Some(Seen { scene: self.current?, pose: camera.pose(), eye, opacity: 1.0 })
    }

    /// The scene that fades away on top of it.
    pub fn leaving(&self, camera: &Camera) -> Option<Seen> {
        let step = self.step?;
        let pose = step.old_pose(camera.pose());
        Some(Seen { scene: step.from, pose, eye: step.old_eye(), opacity: step.opacity() })
    }

    /// The scene that is being prepared, with the pose in which it will be shown.
    pub fn arriving(&self, camera: &Camera) -> Option<(SceneIndex, ViewPose)> {
        let arriving = self.arriving?;
        Some((arriving.scene, arriving.pose(camera)))
    }

    /// The scenes behind the links that the shopper looks at, with the poses in which they would be seen: the next step
    /// may be into one of them.
    pub fn ahead<'a>(
        &self,
        store: &'a Store,
        camera: &'a Camera,
    ) -> impl Iterator<Item = (SceneIndex, ViewPose)> + use<'a> {
        let current = self.current;
        let frame = camera.frame();
        let now = camera.pose();
        current
            .into_iter()
            .flat_map(move |current| store.hotspots(current).map(move |hotspot| (current, hotspot)))
            .filter(move |(_, hotspot)| frame.on_screen(hotspot.yaw.to_radians(), hotspot.pitch.to_radians()).is_some())
            .filter_map(move |(current, hotspot)| {
                let Content::Link(link) = &hotspot.content else { return None };
                let scene = store.find(&link.scene)?;
                let yaw = wrap_angle(now.yaw + turn_between(store, current, scene));
                Some((scene, ViewPose { yaw, ..now }))
            })
            .take(MAX_AHEAD)
    }

    /// Notes what the scene that is being prepared could show.
    pub fn prepared(&mut self, scene: SceneIndex, ready: Readiness) {
        if let Some(arriving) = self.arriving.as_mut().filter(|arriving| arriving.scene == scene) {
            arriving.ready = ready;
        }
    }
}

impl Arriving {
    /// The pose that keeps the heading.
    fn kept(&self, now: ViewPose) -> ViewPose {
        ViewPose { yaw: wrap_angle(now.yaw + self.turn), ..now }
    }

    /// The view on arrival where it is cut to instead of turned to.
    fn cut(&self, camera: &Camera) -> Option<ViewPose> {
        let aside = |view: &ViewPose| wrap_angle(view.yaw - self.kept(camera.pose()).yaw).abs();
        self.view.filter(|view| camera.reduced_motion() || aside(view) > MAX_TURN)
    }

    /// The pose in which the scene is first seen.
    fn pose(&self, camera: &Camera) -> ViewPose {
        self.cut(camera).unwrap_or_else(|| self.kept(camera.pose()))
    }
}

/// How much the yaw has to change so that the compass heading stays.
fn turn_between(store: &Store, from: SceneIndex, to: SceneIndex) -> f64 {
    (store.scene(from).north - store.scene(to).north).to_radians()
}

/// The yaw of the link from one scene to another, the one nearest to where the shopper looks.
fn way(store: &Store, from: SceneIndex, to: SceneIndex, looking: f64) -> Option<f64> {
    let aside = |yaw: f64| wrap_angle(yaw - looking).abs();
    store
        .hotspots(from)
        .filter(|hotspot| matches!(&hotspot.content, Content::Link(link) if store.find(&link.scene) == Some(to)))
        .map(|hotspot| hotspot.yaw.to_radians())
        .min_by(|a, b| aside(*a).total_cmp(&aside(*b)))
        .filter(|&yaw| aside(yaw) < MAX_ASIDE)
}

/// Walking.
pub struct WalkPlugin;

impl Plugin for WalkPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Walk>().add_message::<GoTo>().add_message::<SceneChanged>();
        app.add_systems(
            Update,
            (set_out, arrive, walk_on).chain().in_set(FrameStep::Walk).run_if(resource_exists::<Store>),
        );
    }
}

fn set_out(
    mut wishes: MessageReader<'_, '_, GoTo>,
    mut changes: MessageWriter<'_, SceneChanged>,
    mut walk: ResMut<'_, Walk>,
    mut camera: ResMut<'_, Camera>,
    mut activity: ResMut<'_, Activity>,
    store: Res<'_, Store>,
) {
    let Some(wish) = wishes.read().last().copied() else { return };
    match walk.current {
        None => {
            walk.current = Some(wish.scene);
            camera.enter(&store, wish.scene, wish.view);
            changes.write(SceneChanged { scene: wish.scene });
        }
        Some(current) if current == wish.scene => {
            // Also for who went on and at once wants to stay.
            walk.arriving = None;
            if let Some(view) = wish.view {
                camera.glide_to(view);
                // The camera has had its turn in this frame.
                activity.look_again();
            }
        }
        Some(current) => {
            if let Some(step) = walk.step.as_mut().filter(|step| step.from != wish.scene) {
                step.hurry();
            }
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
    let turns_back = walk.step.filter(|step| step.from == arriving.scene);
    if (!good_enough || walk.step.is_some()) && turns_back.is_none() {
        activity.look_again();
        return;
    }
    let (Some(current), left) = (walk.current, camera.pose()) else { return };
    walk.arriving = None;
    let cut = arriving.cut(&camera).filter(|_| turns_back.is_none());
    let entered = turns_back.map_or_else(|| arriving.pose(&camera), |step| step.old_pose(left));
    if cut.is_some() {
        // A throw from before would carry the view away.
        camera.halt();
    }
    camera.limit(&store, arriving.scene);
    camera.show(entered);
    walk.step = Some(turns_back.map_or_else(
        || {
            let walks = !camera.reduced_motion() && cut.is_none();
            let towards = way(&store, current, arriving.scene, left.yaw).filter(|_| walks);
            let towards = towards.map(|yaw| [yaw, yaw + arriving.turn].map(|yaw| direction(yaw, 0.0)));
            Step::new(current, left, camera.pose(), towards)
        },
        |step| step.reversed(current),
    ));
    if let Some(view) = arriving.view.filter(|_| cut.is_none()) {
        camera.glide_to(view);
    }
    walk.current = Some(arriving.scene);
    changes.write(SceneChanged { scene: arriving.scene });
    activity.animate();
}

fn walk_on(mut walk: ResMut<'_, Walk>, mut activity: ResMut<'_, Activity>) {
    let Some(step) = walk.step.as_mut() else { return };
    activity.animate();
    if step.advance(activity.step_s()) {
        walk.step = None;
    }
}
