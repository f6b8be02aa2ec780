//! Folders that are taken, and folders that are not.

use std::path::Path;

use serde_json::{Value, json};

use super::seed;
use crate::on_engine;
use crate::testing::{TestApp, on_both, sample};

/// Changes a JSON file of a seed folder.
fn change(folder: &Path, file: &str, pointer: &str, value: Value) {
    let path = folder.join(file);
    let mut json: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    let (parent, field) = pointer.rsplit_once('/').unwrap();
    match json.pointer_mut(parent).unwrap() {
        Value::Array(items) => items[field.parse::<usize>().unwrap()] = value,
        object => object[field] = value,
    }
    std::fs::write(path, json.to_string()).unwrap();
}

async fn rows(test: &TestApp) -> i64 {
    on_engine!(test.app.db, conn => sqlx::query_scalar(
        "SELECT (SELECT COUNT(*) FROM shop) + (SELECT COUNT(*) FROM store) + (SELECT COUNT(*) FROM product)
             + (SELECT COUNT(*) FROM media) + (SELECT COUNT(*) FROM pyramid) + (SELECT COUNT(*) FROM store_revision)",
    ).fetch_one(conn).await.unwrap())
}

on_both! {
    async fn a_second_seed_is_refused(test: TestApp) {
        test.seed().await;
        let error = seed(&test.app, &sample(&test.folder.path().join("again")), &|_| {}).await.unwrap_err().to_string();
        assert!(error.contains("1 shops, 1 stores, 2 products, 5 pictures and panoramas"), "{error}");
    }

    async fn of_two_seeds_at_once_one_is_refused(test: TestApp) {
        let folders = ["one", "two"].map(|name| sample(&test.folder.path().join(name)));
        // Their slugs and articles differ, so that no constraint helps.
        change(&folders[1], "seed.json", "/stores/0/slug", json!("other"));
        for (index, sku) in ["OTHER-1", "OTHER-2"].iter().enumerate() {
            change(&folders[1], "seed.json", &format!("/products/{index}/sku"), json!(sku));
        }
        let (one, two) = tokio::join!(seed(&test.app, &folders[0], &|_| {}), seed(&test.app, &folders[1], &|_| {}));
        let refused = one.err().xor(two.err()).unwrap().to_string();
        assert!(refused.contains("not empty"), "{refused}");
        let stores: i64 = on_engine!(test.app.db, conn => sqlx::query_scalar("SELECT COUNT(*) FROM store").fetch_one(conn).await.unwrap());
        assert_eq!(stores, 1);
    }

    async fn a_folder_with_a_fault_leaves_nothing_and_says_what_it_is(test: TestApp) {
        let cases = [
            ("store.json", "/scenes/0/hotspots/0/link/scene", json!("cellar"), "scenes[0].hotspots[0].link.scene: no scene \"cellar\""),
            ("store.json", "/scenes/1/panorama", json!("missing.png"), "missing.png"),
            ("store.json", "/scenes/1/panorama", json!("tea.png"), "360"),
            ("store.json", "/scenes/1/panorama", json!("../../secret.png"), "without .."),
            ("store.json", "/floorPlans/0/media", json!("store.json"), "no picture"),
            ("store.json", "/scenes/0/hotspots/1/product/product", json!("0192f0a0-1c00-7000-8000-0000000000ff"), "no product of this id"),
            ("seed.json", "/shop/timeZone", json!("Mars/Olympus"), "time zone"),
            ("seed.json", "/products/1/sku", json!("TEA"), "another product"),
            ("seed.json", "/stores/0/slug", json!("Sample Shop"), "not a slug"),
        ];
        for (index, (file, pointer, value, expected)) in cases.into_iter().enumerate() {
            let folder = sample(&test.folder.path().join(format!("case{index}")));
            change(&folder, file, pointer, value);
            let error = seed(&test.app, &folder, &|_| {}).await.unwrap_err().to_string();
            assert!(error.contains(expected), "{pointer}: {error}");
            assert_eq!(rows(&test).await, 0, "{pointer}");
        }
        // What is written is read before any panorama is tiled.
        let said = std::sync::Mutex::new(Vec::new());
        let say = |line: String| said.lock().unwrap().push(line);
        let cases = [
            ("store.json", "/version", json!(2), "newer than version 1"),
            ("store.json", "/contact", json!({"phone": "+886 2\n5550"}), "contact.phone"),
            ("store.json", "/contact", json!({"email": "a@b@c"}), "contact.email"),
            ("store.json", "/contact", json!({"line": "two words"}), "contact.line"),
            ("store.json", "/scenes/0/view/yaw", json!("left"), "scenes[0].view.yaw"),
            ("store.json", "/scenes/1/panorama", json!("missing.png"), "scenes[1].panorama: there is no file"),
            ("seed.json", "/products/0/unit", json!("per\npiece"), "products[0].unit"),
            ("seed.json", "/products/0/unit", json!("x".repeat(65)), "1 to 64 characters"),
            ("seed.json", "/products/0/sku", json!("T\u{0}"), "products[0].sku"),
            ("seed.json", "/products/1/picture", json!("none.png"), "products[1].picture: there is no file"),
            ("seed.json", "/shop/phone", json!("call me"), "shop.phone"),
            ("seed.json", "/shop/line", json!("a\u{0}b"), "shop.line"),
            ("seed.json", "/shop/hours/0/days", json!([]), "shop.hours[0].days"),
            ("seed.json", "/organisation/name", json!(" "), "organisation.name"),
        ];
        for (index, (file, pointer, value, expected)) in cases.into_iter().enumerate() {
            let folder = sample(&test.folder.path().join(format!("early{index}")));
            change(&folder, file, pointer, value);
            let error = seed(&test.app, &folder, &say).await.unwrap_err().to_string();
            assert!(error.contains(expected), "{pointer}: {error}");
        }
        for file in ["store.json", "seed.json"] {
            let folder = sample(&test.folder.path().join(format!("twice-{file}")));
            let text = std::fs::read_to_string(folder.join(file)).unwrap();
            // The last key wins in most readers, and the first is lost without a word.
            let twice = text.replacen("\"name\":{", "\"name\":{\"zh-TW\":\"Lost\",", 1);
            std::fs::write(folder.join(file), twice).unwrap();
            let error = seed(&test.app, &folder, &say).await.unwrap_err().to_string();
            assert!(error.contains("stands twice"), "{file}: {error}");
        }
        assert_eq!(*said.lock().unwrap(), Vec::<String>::new());
        assert_eq!(rows(&test).await, 0);
        // After all that, a good one goes in.
        test.seed().await;
    }

    async fn a_video_is_taken_in_and_served_in_parts(test: TestApp) {
        let folder = sample(&test.folder.path().join("film"));
        let hotspot = json!({
            "id": "film", "yaw": 0, "pitch": 20, "label": {"zh-TW": "影片"}, "video": {"media": "tea.mp4", "poster": "tea.png"},
        });
        change(&folder, "store.json", "/scenes/0/hotspots/2", hotspot);
        for (content, expected) in [(b"no film".to_vec(), "Accepted are MP4 and WebM"), (crate::files::video::tests::mp4()[..90].to_vec(), "ends in the middle")] {
            std::fs::write(folder.join("tea.mp4"), content).unwrap();
            let error = seed(&test.app, &folder, &|_| {}).await.unwrap_err().to_string();
            assert!(error.contains("tea.mp4") && error.contains(expected), "{error}");
        }
        let film = crate::files::video::tests::mp4();
        std::fs::write(folder.join("tea.mp4"), &film).unwrap();
        seed(&test.app, &folder, &|_| {}).await.unwrap();
        let store = test.get("/api/v1/stores/sample").await.json();
        let id = &store["document"]["scenes"][0]["hotspots"][2]["video"]["media"];
        let item = store["media"].as_array().unwrap().iter().find(|item| item["id"] == *id).unwrap();
        assert_eq!(item["contentType"], "video/mp4");
        let part = test.get_with(item["url"].as_str().unwrap(), &[("range", "bytes=4-7")]).await;
        assert_eq!((part.status.as_u16(), &part.body[..], part.header("content-type")), (206, &b"ftyp"[..], "video/mp4"));
        assert_eq!(part.header("content-range"), format!("bytes 4-7/{}", film.len()));
        let list = test.get("/s/sample/list").await.text();
        assert!(list.contains("<video controls") && list.contains(item["url"].as_str().unwrap()), "{list}");
    }
}
