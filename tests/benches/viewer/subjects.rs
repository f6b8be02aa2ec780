//! What is measured: the addresses of our page and of the peers' pages.

use serde_json::Value;
use tests::programs::root;
use tests::server::Server;

use super::site::Site;

/// A viewer on a page.
#[derive(Clone, Debug)]
pub struct Subject {
    /// As the table names it.
    pub name: &'static str,
    /// Where its page is.
    pub url: String,
}

/// Everything that is measured.
#[derive(Debug)]
pub struct Subjects {
    /// Our store.
    pub ours: Subject,
    /// WebGL with one cube and nothing else: what the machine can do.
    pub limit: Subject,
    /// The peers with one image.
    pub single: Vec<Subject>,
    /// The peers with tiles.
    pub tiled: Vec<Subject>,
    /// The scenes of our store, the opening one first.
    pub scenes: Vec<String>,
}

impl Subjects {
    /// The pages of a server with the demo store and of the peers.
    pub fn new(server: &Server, peers: &Site) -> Self {
        let read = |name: &str| -> Value {
            let text = std::fs::read_to_string(root().join("assets/demo").join(name)).expect("the demo store is there");
            serde_json::from_str(&text).expect("the demo store is JSON")
        };
        let (seed, store) = (read("seed.json"), read("store.json"));
        let slug = seed["stores"][0]["slug"].as_str().expect("the demo has a store");
        let start = store["start"]["scene"].as_str().expect("the demo begins somewhere").to_owned();
        let others = store["scenes"].as_array().into_iter().flatten().filter_map(|scene| scene["id"].as_str());
        let others = others.filter(|id| *id != start).map(str::to_owned);
        let scenes = std::iter::once(start.clone()).chain(others).collect();
        let page = |name, file: &str| Subject { name, url: peers.url(file) };
        Self {
            ours: Subject { name: "Vitrine", url: server.url(&format!("/s/{slug}?lang=en")) },
            limit: page("bare WebGL 2", "bare.html"),
            single: vec![page("Photo Sphere Viewer", "photo-sphere-viewer.html"), page("Pannellum", "pannellum.html")],
            tiled: vec![
                page("Photo Sphere Viewer, tiles", "photo-sphere-viewer-tiles.html"),
                page("Pannellum, multires", "pannellum-multires.html"),
            ],
            scenes,
        }
    }
}
