//! Products in the database, on both engines.

use std::collections::BTreeMap;
use std::time::Duration;

use scene::document::LocalizedText;
use scene::published::{CardLink, Price};
use uuid::Uuid;

use super::find::Finder;
use super::grams::{self, Query, Term};
use super::product::Product;
use super::search::{self, Count, Cursor, Filter};
use super::write::{Write, lock, write};
use super::{fill, gtin, sql};
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
async fn postings(test: &TestApp) -> BTreeMap<(Uuid, String, bool), i64> {
    let rows: Vec<(Uuid, String, bool, i64)> = on_engine!(test.app.db, conn => sqlx::query_as(
        "SELECT product_id, gram, is_archived, rank FROM product_posting",
    ).fetch_all(conn).await.unwrap());
    rows.into_iter().map(|(id, gram, archived, rank)| ((id, gram, archived), rank)).collect()
}

/// Every row of `product_text`, for comparing.
async fn texts(test: &TestApp) -> BTreeMap<(Uuid, bool), (String, i64, i64)> {
    let rows: Vec<(Uuid, bool, String, i64, i64)> = on_engine!(test.app.db, conn => sqlx::query_as(
        "SELECT product_id, is_archived, grams, codes_end, beginnings_end FROM product_text",
    ).fetch_all(conn).await.unwrap());
    rows.into_iter()
        .map(|(id, archived, grams, codes, beginnings)| ((id, archived), (grams, codes, beginnings)))
        .collect()
}

/// Leaves the search with what it might know of products from an older program: of every second nothing, of the others
/// something that is wrong.
async fn outdate(test: &TestApp, products: &[Uuid]) {
    let mut tx = test.app.db.begin().await.unwrap();
    for (index, id) in products.iter().enumerate() {
        on_engine!(tx, conn => sqlx::query("UPDATE product SET indexed_version = version - 1 WHERE id = $1").bind(id).execute(conn).await.map(drop).unwrap());
        on_engine!(tx, conn => sqlx::query("DELETE FROM product_posting WHERE product_id = $1").bind(id).execute(conn).await.map(drop).unwrap());
        on_engine!(tx, conn => sqlx::query("DELETE FROM product_text WHERE product_id = $1").bind(id).execute(conn).await.map(drop).unwrap());
        if index % 2 == 0 {
            on_engine!(tx, conn => sqlx::query("INSERT INTO product_posting (organisation_id, is_archived, rank, gram, product_id) VALUES ($1, FALSE, 2, '茶', $2)")
                .bind(HERE.id()).bind(id).execute(conn).await.map(drop).unwrap());
            on_engine!(tx, conn => sqlx::query("INSERT INTO product_text (organisation_id, is_archived, product_id, grams, codes_end, beginnings_end) VALUES ($1, FALSE, $2, ' 茶 ', 1, 1)")
                .bind(HERE.id()).bind(id).execute(conn).await.map(drop).unwrap());
        }
    }
    tx.commit().await.unwrap();
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
        let (kept, lines) = (postings(&test).await, texts(&test).await);
        let mut tx = test.app.db.begin().await.unwrap();
        on_engine!(tx, conn => sqlx::query("DELETE FROM product_posting").execute(conn).await.map(drop).unwrap());
        on_engine!(tx, conn => sqlx::query("DELETE FROM product_text").execute(conn).await.map(drop).unwrap());
        on_engine!(tx, conn => sqlx::query("UPDATE product SET indexed_version = 0").execute(conn).await.map(drop).unwrap());
        tx.commit().await.unwrap();
        fill::fill(&test.app.db).await.unwrap();
        assert_eq!(postings(&test).await, kept);
        assert_eq!(texts(&test).await, lines);
    }

    async fn every_way_of_finding_finds_the_same(test: TestApp) {
        let [supplier, category, below] = [1, 2, 3].map(|_| test.app.ids.next().unwrap());
        let mut tx = test.app.db.begin().await.unwrap();
        on_engine!(tx, conn => sqlx::query("INSERT INTO supplier (id, organisation_id, name, created_us) VALUES ($1, $2, 'Hill', 0)")
            .bind(supplier).bind(HERE.id()).execute(conn).await.map(drop).unwrap());
        for (id, parent) in [(category, None), (below, Some(category))] {
            on_engine!(tx, conn => sqlx::query("INSERT INTO category (id, organisation_id, parent_id, name, position, created_us) VALUES ($1, $2, $3, '{}', 0, 0)")
                .bind(id).bind(HERE.id()).bind(parent).execute(conn).await.map(drop).unwrap());
        }
        tx.commit().await.unwrap();
        let names = [("茶", "Tea"), ("茶葉蛋", "Tea egg"), ("紅茶", "Black tea"), ("烏龍茶蛋糕", "Oolong tea cake"), ("蛋", "Egg"), ("高山茶 tea", "tea1")];
        let codes = ["TEA", "TEA-1", "T-EA1", "EGG", "茶", "X"];
        let all: Vec<Product> = (0..48).map(|n: usize| Product {
            supplier: n.is_multiple_of(3).then_some(supplier),
            category: [None, Some(category), Some(below)][n % 5 % 3],
            archived_us: n.is_multiple_of(7).then_some(1),
            supplier_code: n.is_multiple_of(4).then(|| "tea 茶葉".to_owned()),
            ..product(&test, &if n < 6 { codes[n].to_owned() } else { format!("{}-{n}", codes[n % 6]) }, names[n * 5 % 6].0, names[n / 6 % 6].1)
        }).collect();
        add(&test, &all).await;
        // As it is meant, product by product.
        let place = |query: &Query, product: &Product| {
            let grams = grams::of(product);
            let rank = |term: &Term| match term {
                Term::Gram(gram) => grams.get(gram).copied(),
                Term::Beginning(text) => grams.range(text.clone()..grams::after(text)).map(|(_, rank)| *rank).min(),
            };
            if grams.get(&query.code) == Some(&grams::WHOLE_CODE) {
                return Some(0);
            }
            query.terms.iter().map(rank).collect::<Option<Vec<i64>>>().map(|ranks| ranks.first().map_or(0, |rank| rank + 1))
        };
        let expected = |filter: &Filter| {
            let query = Query::parse(&filter.text);
            let is_in = |product: &&Product| {
                product.archived_us.is_some() == filter.is_archived
                    && (filter.supplier.is_none() || product.supplier == filter.supplier)
                    && (filter.category.is_none() || product.category.is_some())
            };
            let mut expected: Vec<(Uuid, i64)> = all.iter().filter(is_in).filter_map(|one| Some((one.id, place(&query, one)?))).collect();
            expected.sort_by_key(|(id, place)| (*place, std::cmp::Reverse(*id)));
            expected
        };
        let texts = ["", "茶", "茶葉", "t", "tea", "tea1", "tea-1", "TEA egg", "蛋 茶", "蛋糕", "x-1", "紅茶 tea black 3", "nothing 茶"];
        let filters: Vec<Filter> = texts.iter().flat_map(|text| (0..8).map(|narrowed| Filter {
            text: (*text).to_owned(),
            category: (narrowed & 1 != 0).then_some(category),
            supplier: (narrowed & 2 != 0).then_some(supplier),
            is_archived: narrowed & 4 != 0,
        })).collect();
        for filter in &filters {
            let (query, expected) = (Query::parse(&filter.text), expected(filter));
            // None counts as few, some do, all do.
            for few in [[0, 0], [1, 9], [300, 5000]] {
                let mut finder = Finder::new(&test.app.db, HERE, filter, &query);
                finder.few = few;
                let all_at_once = finder.find(None, 100).await.unwrap();
                assert_eq!(all_at_once, expected, "{filter:?} {few:?}");
                let (mut seen, mut from) = (Vec::new(), None);
                while seen.len() < expected.len() {
                    let page = finder.find(from, 4).await.unwrap();
                    let (id, place) = *page.last().unwrap();
                    (from, seen) = (Some(Cursor { place, id }), [seen, page].concat());
                }
                assert_eq!(seen, expected, "{filter:?} {few:?}, page by page");
            }
        }
        // What is known of some, and at last of all, is not of their present version.
        for every in [5, 1] {
            let ids: Vec<Uuid> = all.iter().step_by(every).map(|product| product.id).collect();
            outdate(&test, &ids).await;
            for filter in &filters {
                let expected: Vec<Uuid> = expected(filter).into_iter().map(|(id, _)| id).collect();
                let (first, count) = search::counted(&test.app.db, HERE, filter, 4).await.unwrap();
                assert_eq!(count, Count::Exactly(expected.len()), "{filter:?} without every {every}");
                let (mut seen, mut next) = (first.products, first.next);
                while next.is_some() {
                    let page = search::page(&test.app.db, HERE, filter, next, 4).await.unwrap();
                    seen.extend(page.products);
                    next = page.next;
                }
                let seen: Vec<Uuid> = seen.into_iter().map(|product| product.id).collect();
                assert_eq!(seen, expected, "{filter:?} without every {every}");
            }
        }
    }

    async fn the_search_is_filled_while_others_write(test: TestApp) {
        let all: Vec<Product> = (0..600).map(|n| product(&test, &format!("TEA-{n}"), "茶葉", "Green tea")).collect();
        for some in all.chunks(250) {
            add(&test, some).await;
        }
        outdate(&test, &all.iter().map(|product| product.id).collect::<Vec<_>>()).await;
        let change = async {
            for product in all.iter().step_by(60) {
                let mut tx = test.app.db.begin().await.unwrap();
                lock(&mut tx, HERE).await.unwrap();
                let before = sql::find_in(&mut tx, HERE, product.id).await.unwrap().unwrap();
                let after = Product { name: LocalizedText::from([("en", "Coffee")]), ..before.clone() };
                write(&mut tx, HERE, test.app.clock.now_us(), &[Write { before: Some(before), after }]).await.unwrap();
                tx.commit().await.unwrap();
                assert_eq!(skus(&test, HERE, &format!("coffee {}", product.sku)).await, [product.sku.as_str()]);
            }
        };
        // Two servers fill, a third one writes.
        let (first, second, ()) = tokio::join!(fill::fill(&test.app.db), fill::fill(&test.app.db), change);
        first.unwrap();
        second.unwrap();
        let mut expected = BTreeMap::new();
        for product in &all {
            let now = find(&test, product.id).await;
            expected.extend(grams::of(&now).into_iter().map(|(gram, rank)| ((product.id, gram, false), rank)));
        }
        assert_eq!(postings(&test).await, expected);
        let left: i64 = on_engine!(test.app.db, conn => sqlx::query_scalar("SELECT COUNT(*) FROM product WHERE indexed_version <> version").fetch_one(conn).await.unwrap());
        assert_eq!(left, 0);
    }

    async fn products_are_counted_up_to_a_thousand(test: TestApp) {
        let all: Vec<Product> = (0..1001).map(|n| product(&test, &format!("TEA-{n}"), "茶葉", if n < 1000 { "Green tea" } else { "Tea" })).collect();
        for some in all.chunks(250) {
            add(&test, some).await;
        }
        for (text, expected) in [("", Count::Many), ("茶葉", Count::Many), ("green", Count::Exactly(1000)), ("tea-1000", Count::Exactly(1)), ("coffee", Count::Exactly(0))] {
            let filter = Filter { text: text.to_owned(), ..Filter::default() };
            let (page, count) = search::counted(&test.app.db, HERE, &filter, 20).await.unwrap();
            assert_eq!(count, expected, "{text}");
            let same = search::page(&test.app.db, HERE, &filter, None, 20).await.unwrap();
            assert_eq!((page.products, page.next), (same.products, same.next), "{text}");
        }
    }

    async fn what_another_program_wrote_is_found_at_once_and_then_taken_in(test: TestApp) {
        let tea = product(&test, "TEA", "茶", "Tea");
        add(&test, std::slice::from_ref(&tea)).await;
        // As the program of the version before does it: it knows neither of the tables.
        let mut tx = test.app.db.begin().await.unwrap();
        on_engine!(tx, conn => sqlx::query("UPDATE product SET name = '{\"en\":\"Coffee\"}', archived_us = 5, version = version + 1 WHERE id = $1")
            .bind(tea.id).execute(conn).await.map(drop).unwrap());
        tx.commit().await.unwrap();
        let archived = |text: &str| Filter { text: text.to_owned(), is_archived: true, ..Filter::default() };
        for is_filled in [false, true] {
            if is_filled {
                fill::fill(&test.app.db).await.unwrap();
            }
            for (filter, expected) in [(archived("coffee"), 1), (archived("茶"), 0), (Filter { is_archived: false, ..archived("") }, 0), (archived(""), 1)] {
                let found = search::page(&test.app.db, HERE, &filter, None, 9).await.unwrap().products;
                assert_eq!(found.len(), expected, "{filter:?}, filled: {is_filled}");
            }
        }
        let expected = grams::of(&find(&test, tea.id).await);
        let kept: BTreeMap<String, i64> = postings(&test).await.into_iter().map(|((_, gram, archived), rank)| {
            assert!(archived);
            (gram, rank)
        }).collect();
        assert_eq!(kept, expected);
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
