//! Publishing and what shoppers get of it, on both engines.

use axum::http::StatusCode;
use serde_json::Value;
use uuid::Uuid;

use super::library::Library;
use super::publish::{Target, commit, prepare};
use super::sql::{by_slug, insert_revision};
use crate::files::media_path;
use crate::ids::DEFAULT_ORGANISATION;
use crate::shops;
use crate::testing::{HIDDEN, TEA, TestApp, on_both};

/// Saves a new draft of the sample store with another name.
async fn draft(test: &TestApp, name: &str) -> (super::sql::StoreRow, i64, scene::document::StoreDocument) {
    let row = by_slug(&test.app.db, "sample").await.unwrap().unwrap();
    let mut document = super::published::load(&test.app, row.id, 1).await.unwrap().store.document.clone();
    document.name.0.insert("en".to_owned(), name.to_owned());
    let mut tx = test.app.db.begin().await.unwrap();
    let number = insert_revision(&mut tx, row.id, &serde_json::to_string(&document).unwrap(), 1).await.unwrap();
    tx.commit().await.unwrap();
    (row, number, document)
}

async fn publish(test: &TestApp, name: &str) -> i64 {
    let (row, number, document) = draft(test, name).await;
    let shop = shops::find(&test.app.db, row.organisation_id, row.shop_id).await.unwrap().unwrap();
    let library = Library::load(&test.app.db, row.organisation_id, &document).await.unwrap();
    let target = Target { organisation: row.organisation_id, store: row.id, slug: row.slug, shop, number };
    let prepared = prepare(&test.app.files, target, document, &library, 2, |_, _| {}).await.unwrap();
    let mut tx = test.app.db.begin().await.unwrap();
    commit(&mut tx, &prepared).await.unwrap();
    tx.commit().await.unwrap();
    number
}

on_both! {
    async fn a_seeded_store_is_there_with_all_that_it_shows(test: TestApp) {
        test.seed().await;
        let answer = test.get("/api/v1/stores/sample").await;
        assert_eq!(answer.header("cache-control"), "no-cache");
        let store = answer.json();
        insta::assert_json_snapshot!("published_store", without_ids(store.clone()));
        assert_eq!(test.get("/api/v1/stores/sample/revisions/1").await.json(), store);
        assert_eq!(test.get_with("/api/v1/stores/sample", &[("if-none-match", answer.header("etag"))]).await.status, StatusCode::NOT_MODIFIED);
        let packed = test.get_with("/api/v1/stores/sample", &[("accept-encoding", "br")]).await;
        assert_eq!(packed.header("content-encoding"), "br");
        assert!(packed.body.len() < answer.body.len());
        for scene in ["front", "back"] {
            for shape in ["landscape", "portrait", "thumbnail"] {
                let poster = test.get(store["posters"][scene][shape].as_str().unwrap()).await;
                assert_eq!((poster.status, poster.header("content-type")), (StatusCode::OK, "image/jpeg"));
            }
        }
        let picture = test.get(store["products"][0]["picture"]["url"].as_str().unwrap()).await;
        assert_eq!((picture.status, picture.header("content-type")), (StatusCode::OK, "image/png"));
        assert_eq!(test.get("/api/v1/stores/Sample").await.status, StatusCode::NOT_FOUND);
        for path in ["/api/v1/stores/%00", "/api/v1/stores/%00/revisions/1", "/s/%00", "/s/%00/list", "/p/%00"] {
            assert_eq!(test.get(path).await.status, StatusCode::BAD_REQUEST, "{path}");
        }
    }

    async fn what_was_never_published_is_not_served(test: TestApp) {
        test.seed().await;
        let (_, number, _) = draft(&test, "Secret").await;
        assert_eq!(number, 2);
        assert_eq!(test.get("/api/v1/stores/sample/revisions/2").await.status, StatusCode::NOT_FOUND);
        assert_eq!(test.get("/api/v1/stores/sample").await.json()["revision"], 1);
        for number in ["0", "-1", "3", "x", "99999999999999999999"] {
            assert_eq!(test.get(&format!("/api/v1/stores/sample/revisions/{number}")).await.status, StatusCode::NOT_FOUND);
        }
        // The picture of a product that no store shows is stored, and nobody gets it.
        let media: Vec<(String, String)> = crate::on_engine!(test.app.db, conn => sqlx::query_as(
            "SELECT media.sha256, media.extension FROM media JOIN product ON product.picture_id = media.id WHERE product.id = $1",
        ).bind(HIDDEN).fetch_all(conn).await.unwrap());
        let (sha256, extension) = &media[0];
        let file = format!("original.{extension}");
        assert!(test.app.files.size(&media_path(DEFAULT_ORGANISATION, sha256, &file)).await.unwrap().is_some());
        assert_eq!(test.get(&format!("/media/{sha256}/{file}")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(test.get(&format!("/p/{HIDDEN}")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(test.get(&format!("/tiles/{}/0/f/0/0.jpg", "0".repeat(64))).await.status, StatusCode::NOT_FOUND);
    }

    async fn publishing_again_changes_what_shoppers_see_and_keeps_the_old(test: TestApp) {
        test.seed().await;
        let before = test.get("/api/v1/stores/sample").await;
        assert_eq!(publish(&test, "Renamed").await, 2);
        let after = test.get_with("/api/v1/stores/sample", &[("if-none-match", before.header("etag"))]).await;
        assert_eq!((after.status, &after.json()["document"]["name"]["en"]), (StatusCode::OK, &Value::from("Renamed")));
        assert_eq!(test.get("/api/v1/stores/sample/revisions/1").await.body, before.body);
        assert!(test.get("/s/sample/list?lang=en").await.text().contains("Renamed"));
    }

    async fn a_document_that_names_what_is_not_there_is_not_published(test: TestApp) {
        test.seed().await;
        let (row, number, mut document) = draft(&test, "Broken").await;
        document.scenes[1].panorama = "0".repeat(64);
        document.floor_plans[0].media = Uuid::from_u128(7);
        let library = Library::load(&test.app.db, row.organisation_id, &document).await.unwrap();
        let shop = shops::find(&test.app.db, row.organisation_id, row.shop_id).await.unwrap().unwrap();
        let target = Target { organisation: row.organisation_id, store: row.id, slug: row.slug, shop, number };
        let Err(crate::error::Error::Faults(faults)) = prepare(&test.app.files, target, document, &library, 2, |_, _| {}).await else {
            panic!("it was accepted");
        };
        let paths: Vec<&str> = faults.iter().map(|fault| fault.path.as_str()).collect();
        assert_eq!(paths, ["scenes[1].panorama", "floorPlans[0].media"]);
    }

    async fn pages_speak_the_visitors_language(test: TestApp) {
        test.seed().await;
        let list = test.get_with("/s/sample/list", &[("accept-language", "en-GB, zh;q=0.5")]).await;
        assert_eq!((list.header("content-language"), list.header("vary")), ("en", "accept-language, accept-encoding"));
        let html = list.text();
        for expected in [
            "<html lang=\"en\" dir=\"ltr\">", "Sample &lt;/script&gt; &amp; Co", "Oolong &lt;tea&gt;", "NT$120", "Scene back",
            "<link rel=\"canonical\" href=\"http://127.0.0.1:8080/s/sample/list?lang=en\">",
            "hreflang=\"x-default\" href=\"http://127.0.0.1:8080/s/sample/list\"",
            // The address has no English: marked with the language it is in.
            "<span lang=\"zh-TW\">巷口街 8 號</span>",
        ] {
            assert!(html.contains(expected), "{expected} is not in {html}");
        }
        assert_eq!(test.get_with("/s/sample/list", &[("if-none-match", list.header("etag")), ("accept-language", "en")]).await.status, StatusCode::NOT_MODIFIED);
        assert!(test.get("/s/sample/list").await.text().contains("<html lang=\"zh-TW\""));
        assert!(test.get_with("/s/sample/list?lang=zh-TW", &[("accept-language", "en")]).await.text().contains("front 場景"));
        let json_ld = html.split_once("application/ld+json\">").unwrap().1.split_once("</script>").unwrap().0;
        let json_ld: Value = serde_json::from_str(json_ld).unwrap();
        assert_eq!(json_ld["@graph"][0]["@type"], "Store");
        assert_eq!(json_ld["@graph"][0]["name"], "Sample </script> & Co");
        let product = &json_ld["@graph"][1]["itemListElement"][0]["item"];
        assert_eq!((&product["offers"]["price"], &product["offers"]["priceCurrency"]), (&"120.00".into(), &"TWD".into()));
        let page = test.get(&format!("/p/{TEA}?lang=en")).await.text();
        assert!(page.contains("Oolong &lt;tea&gt;") && page.contains("/s/sample?lang=en#scene=front&amp;hotspot=tea"), "{page}");
        assert!(test.get("/s/sample/list?lang=en&lang=zh-TW").await.text().contains("<html lang=\"en\""));
        let home = test.get("/?lang=en").await.text();
        assert!(home.contains("/s/sample?lang=en") && home.contains("2 rooms · 1 product<"), "{home}");
        assert!(test.get("/sitemap.xml").await.text().contains("http://127.0.0.1:8080/s/sample/list?lang=en"));
    }

    async fn other_sites_get_the_element_and_the_posters(test: TestApp) {
        test.seed().await;
        let script = test.get("/embed.js").await;
        assert_eq!((script.header("content-type"), script.header("cache-control")), ("text/javascript; charset=utf-8", "no-cache"));
        assert_eq!(script.header("access-control-allow-origin"), "*");
        assert!(script.text().contains("customElements.define"), "{}", script.text());
        let store = test.get("/api/v1/stores/sample").await.json();
        for (query, scene, shape) in [
            ("", "front", "landscape"), ("?shape=portrait", "front", "portrait"), ("?scene=back", "back", "landscape"),
        ] {
            let poster = test.get(&format!("/s/sample/poster.jpg{query}")).await;
            assert_eq!(poster.body, test.get(store["posters"][scene][shape].as_str().unwrap()).await.body, "{query}");
            assert_eq!((poster.header("content-type"), poster.header("cache-control")), ("image/jpeg", "no-cache"));
            let etag = [("if-none-match", poster.header("etag"))];
            assert_eq!(test.get_with(&format!("/s/sample/poster.jpg{query}"), &etag).await.status, StatusCode::NOT_MODIFIED);
        }
        for path in ["/s/sample/poster.jpg?scene=cellar", "/s/nowhere/poster.jpg"] {
            assert_eq!(test.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
    }

    async fn lists_of_stores_do_not_read_whole_revisions(test: TestApp) {
        test.seed().await;
        let home = test.get("/?lang=zh-TW").await.text();
        let sitemap = test.get("/sitemap.xml").await.text();
        assert!(test.app.revisions.is_empty(), "a revision was read");
        // A revision that an older program published says the same.
        let mut tx = test.app.db.begin().await.unwrap();
        crate::on_engine!(tx, conn => sqlx::query("UPDATE store_revision SET listing = NULL").execute(conn).await.map(drop).unwrap());
        tx.commit().await.unwrap();
        assert_eq!(test.get("/?lang=zh-TW").await.text(), home);
        assert_eq!(test.get("/sitemap.xml").await.text(), sitemap);
        assert!(sitemap.contains(&format!("/p/{TEA}")) && !sitemap.contains(&HIDDEN.to_string()), "{sitemap}");
    }

    async fn many_that_ask_for_a_revision_wait_for_one_reading(test: TestApp) {
        test.seed().await;
        let store = by_slug(&test.app.db, "sample").await.unwrap().unwrap().id;
        let asking: Vec<_> = (0..20)
            .map(|_| {
                let app = test.app.clone();
                tokio::spawn(async move { app.revisions.get(&app.db, store, 1).await.unwrap() })
            })
            .collect();
        let mut first = None;
        for asked in asking {
            let revision = asked.await.unwrap();
            let first = first.get_or_insert_with(|| revision.clone());
            assert!(std::sync::Arc::ptr_eq(first, &revision), "it was read twice");
        }
    }

    async fn what_is_sold_by_weight_says_so(test: TestApp) {
        let folder = crate::testing::sample(&test.folder.path().join("seed"));
        let path = folder.join("seed.json");
        let mut seed: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        seed["products"][0]["unit"] = "kg".into();
        std::fs::write(path, seed.to_string()).unwrap();
        crate::seed::seed(&test.app, &folder, &|_| {}).await.unwrap();
        for page in ["/s/sample/list".to_owned(), format!("/p/{TEA}")] {
            for (lang, words) in [("en", "per kg"), ("zh-TW", "每公斤")] {
                let html = test.get(&format!("{page}?lang={lang}")).await.text();
                assert!(html.contains(words), "{page} {lang}: {html}");
            }
        }
    }

    async fn files_come_whole_in_parts_or_not_at_all(test: TestApp) {
        test.seed().await;
        let store = test.get("/api/v1/stores/sample").await.json();
        let path = store["posters"]["front"]["landscape"].as_str().unwrap();
        let whole = test.get(path).await;
        assert_eq!((whole.header("cache-control"), whole.header("accept-ranges")), ("public, max-age=31536000, immutable", "bytes"));
        let size = whole.body.len();
        let part = test.get_with(path, &[("range", "bytes=2-5")]).await;
        assert_eq!((part.status, &part.body[..], part.header("content-range")), (StatusCode::PARTIAL_CONTENT, &whole.body[2..6], format!("bytes 2-5/{size}").as_str()));
        let tail = test.get_with(path, &[("range", "bytes=-3"), ("if-range", whole.header("etag"))]).await;
        assert_eq!((tail.status, &tail.body[..]), (StatusCode::PARTIAL_CONTENT, &whole.body[size - 3..]));
        let other = test.get_with(path, &[("range", "bytes=-3"), ("if-range", "\"other\"")]).await;
        assert_eq!((other.status, other.body.len()), (StatusCode::OK, size));
        let beyond = test.get_with(path, &[("range", "bytes=99999999-")]).await;
        assert_eq!((beyond.status, beyond.header("content-range")), (StatusCode::RANGE_NOT_SATISFIABLE, format!("bytes */{size}").as_str()));
        assert_eq!(test.get_with(path, &[("if-none-match", whole.header("etag"))]).await.status, StatusCode::NOT_MODIFIED);
        let pyramid = store["document"]["scenes"][0]["panorama"].as_str().unwrap();
        assert_eq!(test.get(&format!("/tiles/{pyramid}/0/f/0/0.jpg")).await.header("content-type"), "image/jpeg");
        for bad in ["0/f/0/1.jpg", "9/f/0/0.jpg", "0/f/0/00.jpg", "0/x/0/0.jpg", "0/f/0/..%2f0.jpg"] {
            assert_eq!(test.get(&format!("/tiles/{pyramid}/{bad}")).await.status, StatusCode::NOT_FOUND, "{bad}");
        }
        for bad in ["poster.html", "manifest.json", "..%2foriginal.png", "original"] {
            let folder = path.rsplit_once('/').unwrap().0;
            assert_eq!(test.get(&format!("{folder}/{bad}")).await.status, StatusCode::NOT_FOUND, "{bad}");
        }
    }
}

/// A published store without what is different in every run.
fn without_ids(mut value: Value) -> Value {
    fn clean(value: &mut Value) {
        match value {
            Value::String(text) if text.parse::<Uuid>().is_ok() && !text.ends_with("-8000-000000000001") => {
                *text = "[id]".to_owned();
            }
            Value::String(text) if text.starts_with("data:") => *text = "[preview]".to_owned(),
            Value::String(text) => {
                let parts: Vec<&str> =
                    text.split('/').map(|part| if scene::pyramid::is_id(part) { "[hash]" } else { part }).collect();
                *text = parts.join("/");
            }
            Value::Array(list) => list.iter_mut().for_each(clean),
            Value::Object(map) => {
                *map = std::mem::take(map)
                    .into_iter()
                    .enumerate()
                    .map(|(index, (key, mut value))| {
                        clean(&mut value);
                        (if scene::pyramid::is_id(&key) { format!("[hash {index}]") } else { key }, value)
                    })
                    .collect();
            }
            _ => {}
        }
    }
    clean(&mut value);
    value
}
