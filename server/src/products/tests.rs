//! Products in the database, on both engines.

use std::collections::BTreeMap;
use std::time::Duration;

use scene::document::LocalizedText;
use scene::published::{CardLink, Price};
use uuid::Uuid;

use super::product::Product;
use super::search::{self, Cursor, Filter};
use super::write::{Write, fill_grams, lock, write};
use super::{gtin, sql};
use crate::accounts::actor::Tenant;
use crate::ids::DEFAULT_ORGANISATION;
use crate::on_engine;
use crate::testing::{TestApp, on_both};

const HERE: Tenant = Tenant::of(DEFAULT_ORGANISATION);

fn product(test: &TestApp, sku: &str, zh: &str, en: &str) -> Product {
    // Ids are ordered by the millisecond.
    test.advance(Duration::from_millis(1));
    Product {
        name: LocalizedText::from([("zh-TW", zh), ("en", en)]),
        ..Product::new(test.app.ids.next().unwrap(), sku, "piece")
    }
}

async fn save(test: &TestApp, tenant: Tenant, writes: &[Write]) -> crate::error::Result<()> {
    let mut tx = test.app.db.begin().await.unwrap();
    lock(&mut tx, tenant).await.unwrap();
    write(&mut tx, tenant, test.app.clock.now_us(), writes).await?;
    tx.commit().await.unwrap();
    Ok(())
}

async fn add(test: &TestApp, products: &[Product]) {
    let writes: Vec<Write> = products.iter().map(|product| Write { before: None, after: product.clone() }).collect();
    save(test, HERE, &writes).await.unwrap();
}

async fn find(test: &TestApp, id: Uuid) -> Product {
    sql::find(&test.app.db, HERE, id).await.unwrap().unwrap()
}

async fn skus(test: &TestApp, tenant: Tenant, text: &str) -> Vec<String> {
    let filter = Filter { text: text.to_owned(), ..Filter::default() };
    let page = search::page(&test.app.db, tenant, &filter, None, 50).await.unwrap();
    page.products.into_iter().map(|product| product.sku).collect()
}

/// Every row of the table, for comparing.
async fn grams(test: &TestApp) -> BTreeMap<(Uuid, String, bool), i64> {
    let rows: Vec<(Uuid, String, bool, i64)> = on_engine!(test.app.db, conn => sqlx::query_as(
        "SELECT product_id, gram, is_archived, rank FROM product_gram",
    ).fetch_all(conn).await.unwrap());
    rows.into_iter().map(|(id, gram, archived, rank)| ((id, gram, archived), rank)).collect()
}

on_both! {
    async fn everything_of_a_product_is_kept_as_it_was_written(test: TestApp) {
        test.seed().await;
        let picture: Uuid = on_engine!(test.app.db, conn => sqlx::query_scalar("SELECT id FROM media WHERE kind = 'picture' ORDER BY id LIMIT 1").fetch_one(conn).await.unwrap());
        let full = Product {
            gtin: gtin::parse("4006381333931").unwrap(),
            description: LocalizedText::from([("en", "Line\n\"two\" \\ 茶")]),
            price: Some(Price::new(i64::from(u32::MAX) * 3, "TWD", false)),
            pictures: vec![picture, picture],
            video: Some(picture),
            links: vec![CardLink { label: LocalizedText::from([("en", "Shop")]), url: "https://shop.example/1".to_owned() }],
            shelf_life_days: Some(365),
            pack_thousandths: Some(12_000),
            supplier_code: Some("0123".to_owned()),
            ..product(&test, "007", "茶", "Tea")
        };
        let bare = Product::new(test.app.ids.next().unwrap(), "1e5", "kg");
        add(&test, &[full.clone(), bare.clone()]).await;
        let now_us = test.app.clock.now_us();
        assert_eq!(find(&test, full.id).await, Product { created_us: now_us, updated_us: now_us, ..full.clone() });
        assert_eq!(find(&test, bare.id).await, Product { created_us: now_us, updated_us: now_us, ..bare.clone() });
        assert!(sql::find(&test.app.db, Tenant::of(Uuid::max()), full.id).await.unwrap().is_none());
        test.advance(Duration::from_secs(9));
        let before = find(&test, full.id).await;
        let after = Product { pictures: vec![picture], price: None, video: None, sku: "008".to_owned(), ..before.clone() };
        save(&test, HERE, &[Write { before: Some(before), after: after.clone() }]).await.unwrap();
        let kept = find(&test, full.id).await;
        assert_eq!(kept, Product { version: 2, updated_us: now_us + 9_000_000, ..after });
        // The seed's products came the same way.
        assert_eq!(skus(&test, HERE, "oolong").await, ["TEA"]);
    }

    async fn a_version_that_is_not_the_present_one_is_refused(test: TestApp) {
        let tea = product(&test, "TEA", "茶", "Tea");
        add(&test, std::slice::from_ref(&tea)).await;
        let before = find(&test, tea.id).await;
        let rename = |name: &str| Product { name: LocalizedText::from([("en", name)]), ..before.clone() };
        save(&test, HERE, &[Write { before: Some(before.clone()), after: rename("One") }]).await.unwrap();
        save(&test, HERE, &[Write { before: Some(before.clone()), after: rename("Two") }]).await.unwrap_err();
        // Nor does another organisation's write reach it, nor a second product of the same SKU or GTIN.
        save(&test, test.stranger().await.tenant, &[Write { before: Some(find(&test, tea.id).await), after: rename("Three") }]).await.unwrap_err();
        save(&test, HERE, &[Write { before: None, after: product(&test, "TEA", "茶", "Tea") }]).await.unwrap_err();
        assert_eq!(find(&test, tea.id).await.name_in("en"), "One");
        let coded = |sku: &str| Product { gtin: gtin::parse("96385074").unwrap(), ..product(&test, sku, "茶", "Tea") };
        let first = coded("A");
        add(&test, std::slice::from_ref(&first)).await;
        save(&test, HERE, &[Write { before: None, after: coded("B") }]).await.unwrap_err();
        // An archived one gives its number back.
        let before = find(&test, first.id).await;
        let after = Product { archived_us: Some(1), ..before.clone() };
        save(&test, HERE, &[Write { before: Some(before), after }]).await.unwrap();
        add(&test, &[coded("B")]).await;
    }

    async fn search_finds_by_parts_of_names_and_by_codes_and_ranks_them(test: TestApp) {
        let barley = Product { gtin: gtin::parse("012345678905").unwrap(), ..product(&test, "DRK-BAR-1", "麥茶", "Barley tea") };
        let tea = product(&test, "TEA-OOL-150", "臺灣高山烏龍茶", "High Mountain Oolong tea");
        let cake = product(&test, "CAK-1", "烏龍茶蛋糕", "Oolong cake");
        let tea2 = product(&test, "TEA-OOL-1500", "茶", "Tea for many");
        add(&test, &[barley.clone(), tea, cake, tea2]).await;
        for (text, expected) in [
            // What begins with it comes first, then the newest.
            ("烏龍", vec!["CAK-1", "TEA-OOL-150"]),
            ("茶", vec!["TEA-OOL-1500", "CAK-1", "TEA-OOL-150", "DRK-BAR-1"]),
            ("台灣", vec!["TEA-OOL-150"]),
            ("tea-ool-150", vec!["TEA-OOL-150", "TEA-OOL-1500"]),
            ("TEA-OOL", vec!["TEA-OOL-1500", "TEA-OOL-150"]),
            ("oolong tea", vec!["TEA-OOL-150"]),
            ("烏龍 cake", vec!["CAK-1"]),
            ("0012345678905", vec!["DRK-BAR-1"]),
            ("0-12345-67890-5", vec!["DRK-BAR-1"]),
            ("012345", vec!["DRK-BAR-1"]),
            ("12345", vec!["DRK-BAR-1"]),
            ("紅茶", vec![]),
            ("???", vec![]),
            ("%", vec![]),
        ] {
            assert_eq!(skus(&test, HERE, text).await, expected, "{text}");
        }
        assert_eq!(skus(&test, test.stranger().await.tenant, "茶").await, Vec::<String>::new());
        // Renamed and archived, it is found by what holds now.
        let before = find(&test, barley.id).await;
        let after = Product { name: LocalizedText::from([("zh-TW", "決明子")]), gtin: None, ..before.clone() };
        save(&test, HERE, &[Write { before: Some(before), after }]).await.unwrap();
        assert_eq!((skus(&test, HERE, "麥茶").await.len(), skus(&test, HERE, "決明").await.len(), skus(&test, HERE, "12345").await.len()), (0, 1, 0));
        let before = find(&test, barley.id).await;
        let after = Product { archived_us: Some(9), ..before.clone() };
        save(&test, HERE, &[Write { before: Some(before), after }]).await.unwrap();
        assert_eq!(skus(&test, HERE, "決明").await.len(), 0);
        let filter = Filter { text: "決明".to_owned(), is_archived: true, ..Filter::default() };
        assert_eq!(search::page(&test.app.db, HERE, &filter, None, 9).await.unwrap().products.len(), 1);
        // What changes leave behind is what is made anew.
        let kept = grams(&test).await;
        let mut tx = test.app.db.begin().await.unwrap();
        on_engine!(tx, conn => sqlx::query("DELETE FROM product_gram").execute(conn).await.map(drop).unwrap());
        on_engine!(tx, conn => sqlx::query("UPDATE product SET has_grams = FALSE").execute(conn).await.map(drop).unwrap());
        tx.commit().await.unwrap();
        fill_grams(&test.app.db).await.unwrap();
        assert_eq!(grams(&test).await, kept);
    }

    async fn lists_go_on_page_by_page_without_a_gap(test: TestApp) {
        let all: Vec<Product> = (0..23).map(|n| product(&test, &format!("TEA-{n}"), if n % 2 == 0 { "茶葉" } else { "紅茶" }, "Tea")).collect();
        add(&test, &all).await;
        for text in ["", "茶", "tea"] {
            let filter = Filter { text: text.to_owned(), ..Filter::default() };
            let mut seen = Vec::new();
            let mut from = None;
            loop {
                let page = search::page(&test.app.db, HERE, &filter, from, 5).await.unwrap();
                seen.extend(page.products.iter().map(|product| product.id));
                let Some(next) = page.next else { break };
                assert_eq!(Cursor::parse(&next.text()), Some(next));
                from = Some(next);
            }
            assert_eq!(seen.len(), all.len(), "{text:?}");
            seen.sort();
            seen.dedup();
            assert_eq!(seen.len(), all.len(), "{text:?}");
        }
    }
}
