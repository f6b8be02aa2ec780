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
    *json.pointer_mut(pointer).unwrap() = value;
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
        assert!(error.contains("1 shops, 1 stores, 2 products, 3 pictures"), "{error}");
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
        // After all that, a good one goes in.
        test.seed().await;
    }
}
