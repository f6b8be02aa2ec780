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
    /// The ways through our store.
    pub ways: Vec<Way>,
}

/// A link from one scene to another.
#[derive(Clone, Debug)]
pub struct Way {
    /// The scene where it hangs.
    pub from: String,
    /// Where it hangs there, degrees.
    pub yaw: f64,
    /// What hangs there.
    pub hotspot: String,
    /// The scene it leads to.
    pub to: String,
}

impl Way {
    fn all(store: &Value) -> Vec<Self> {
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let word = |value: &Value| value.as_str().map(str::to_owned);
        let ways = list(&store["scenes"]).into_iter().flat_map(|scene| {
            let from = word(&scene["id"]);
            list(&scene["hotspots"]).into_iter().filter_map(move |hotspot| {
                let to = word(&hotspot["link"]["scene"])?;
                let id = word(&hotspot["id"])?;
                Some(Self { from: from.clone()?, yaw: hotspot["yaw"].as_f64()?, hotspot: id, to })
            })
        });
        ways.collect()
    }
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
        let page = |name, file: &str| Subject { name, url: peers.url(file) };
        Self {
            ours: Subject { name: "Vitrine", url: server.url(&format!("/s/{slug}?lang=en")) },
            limit: page("bare WebGL 2", "bare.html"),
            single: vec![page("Photo Sphere Viewer", "photo-sphere-viewer.html"), page("Pannellum", "pannellum.html")],
            tiled: vec![
                page("Photo Sphere Viewer, tiles", "photo-sphere-viewer-tiles.html"),
                page("Pannellum, multires", "pannellum-multires.html"),
            ],
            ways: Way::all(&store),
        }
    }
}
