//! What the page does for the viewer.

use js_sys::Float32Array;
use wasm_bindgen::prelude::*;

use crate::tiles::{Fetch, Request};

#[wasm_bindgen]
extern "C" {
    /// The page's side (`viewer/web/store.js`).
    #[wasm_bindgen(typescript_type = "Host")]
    #[derive(Clone)]
    pub type Host;

    /// Gets and decodes a picture, then calls `Viewer.picture`.
    #[wasm_bindgen(method)]
    pub fn fetch(this: &Host, id: u32, url: &str);

    /// The picture is no longer wanted.
    #[wasm_bindgen(method)]
    pub fn abort(this: &Host, id: u32);

    /// Another scene is shown.
    #[wasm_bindgen(method)]
    pub fn scene(this: &Host, id: &str);

    /// A frame was drawn: the view in degrees, the width of the part on the screen in degrees, the size of markers, and of every hotspot x, y in CSS pixels (not a number
    /// while it is out of the picture) and the first hotspot of its group.
    #[wasm_bindgen(method)]
    pub fn frame(
        this: &Host,
        yaw: f64,
        pitch: f64,
        fov: f64,
        width: f64,
        frames: f64,
        scale: f64,
        hotspots: Float32Array,
    );

    /// How far the view has come: `loading`, `interactive` or `sharp`.
    #[wasm_bindgen(method)]
    pub fn state(this: &Host, name: &str);
}

/// The page as the viewer's way to pictures.
pub struct PageFetch(pub Host);

impl Fetch for PageFetch {
    fn fetch(&mut self, request: Request) {
        self.0.fetch(request.id, &request.url);
    }

    fn abort(&mut self, id: u32) {
        self.0.abort(id);
    }
}
