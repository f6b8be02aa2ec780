//! The same store in a native window: panorama and markers are drawn, cards open in the browser.

pub mod address;
mod clicks;
mod fetch;
mod screenshot;
mod window;

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::mpsc::Receiver;

use bevy_app::{App, AppExit, First};
use bevy_ecs::prelude::*;
use bevy_input::InputPlugin;
use bevy_window::{Window, WindowPlugin};
use bevy_winit::{EventLoopProxyWrapper, UpdateMode, WinitPlugin, WinitSettings, WinitUserEvent};

use crate::ViewerPlugins;
use crate::store::{Store, StoreError};
use crate::tiles::{Arrivals, Door};
use crate::walk::GoTo;
use address::{Address, NotAStorePage};
use fetch::{Answer, FetchError, Threads};

/// What the window shall show.
#[derive(Clone, Debug)]
pub struct Options {
    /// The store page.
    pub url: String,
    /// Where to write a picture of the first sharp view.
    pub screenshot: Option<PathBuf>,
    /// Whether to close the window then.
    pub then_exit: bool,
    /// Size of the window, pixels.
    pub size: (u32, u32),
}

/// Why the window could not open.
#[derive(Debug, thiserror::Error)]
pub enum NativeError {
    /// The address.
    #[error(transparent)]
    Address(#[from] NotAStorePage),
    /// The way to the store.
    #[error("the store could not be fetched: {0}")]
    Fetch(#[from] FetchError),
    /// The store itself.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something went wrong while the window was open.
    #[error("the viewer ended with an error")]
    Ended,
}

#[derive(Resource)]
struct Page(Address);

#[derive(Resource)]
struct Answers(Mutex<Receiver<Answer>>);

/// Opens the window and returns when it is closed.
pub fn run(options: Options) -> Result<(), NativeError> {
    let address = Address::parse(&options.url)?;
    let store = Store::from_json(&fetch::text(&address.api())?, &address.origin)?;
    let first =
        address.scene.as_deref().and_then(|id| store.find(id)).or_else(|| store.start()).ok_or(StoreError::Empty)?;

    let mut app = App::new();
    app.add_plugins((
        bevy_a11y::AccessibilityPlugin,
        InputPlugin,
        WindowPlugin {
            primary_window: Some(Window {
                title: "Vitrine".to_owned(),
                resolution: options.size.into(),
                ..Default::default()
            }),
            ..Default::default()
        },
        WinitPlugin::default(),
    ));
    // Nothing runs while nothing moves: events, answers and `RequestRedraw` wake the loop.
    let asleep = UpdateMode::reactive_low_power(std::time::Duration::from_hours(1));
    app.insert_resource(WinitSettings { focused_mode: asleep, unfocused_mode: asleep });
    let proxy = (**app.world().resource::<EventLoopProxyWrapper>()).clone();
    // The loop may have ended already; then nobody waits for the answer either.
    let (threads, answers) = Threads::start(move || {
        let _ = proxy.send_event(WinitUserEvent::WakeUp);
    });
    app.insert_non_send(Door(Box::new(threads)));
    app.insert_resource(Answers(Mutex::new(answers)));
    app.insert_resource(store);
    app.insert_resource(Page(address));
    app.add_plugins((ViewerPlugins, window::WindowViewPlugin, clicks::ClicksPlugin));
    if let Some(path) = options.screenshot {
        app.add_plugins(screenshot::ScreenshotPlugin { path, then_exit: options.then_exit });
    }
    app.add_systems(First, take_answers);
    app.world_mut().write_message(GoTo { scene: first, view: None });
    match app.run() {
        AppExit::Success => Ok(()),
        AppExit::Error(_) => Err(NativeError::Ended),
    }
}

fn take_answers(answers: Res<'_, Answers>, mut arrivals: NonSendMut<'_, Arrivals>) {
    if let Ok(answers) = answers.0.lock() {
        arrivals.0.extend(answers.try_iter());
    }
}
