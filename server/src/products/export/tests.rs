//! Exports as people meet them, and the way back.

use calamine::{Data, Reader as _, Xlsx};
use scene::document::LocalizedText;
use scene::published::{CardLink, Price};

use crate::categories::sql::find_or_insert;
use crate::categories::tree::Tree;
use crate::products::import::row::levels;
use crate::products::import::tests::{checked, taken};
use crate::products::import::{fields, headings};
use crate::products::product::Product;
use crate::products::write::{Write, lock, write};
use crate::suppliers::sql::{self as suppliers, Supplier};
use crate::testing::{Person, TestApp, on_both};

/// Products with everything that files have trouble with.
async fn fill(test: &TestApp, person: &Person<'_>) {
    let mut tx = test.app.db.begin().await.unwrap();
    lock(&mut tx, person.tenant).await.unwrap();
    let mut tree = Tree::default();
    let path = ["Tea/Coffee", "> all"];
    let category = find_or_insert(&test.app, &mut tx, person.tenant, &mut tree, &path, "en").await.unwrap().unwrap();
    let supplier = Supplier {
        id: test.app.ids.next().unwrap(),
        name: "-Farm \"A\"".to_owned(),
        code: None,
        email: None,
        phone: None,
        archived_us: None,
        version: 1,
    };
    suppliers::insert(&mut tx, person.tenant, &supplier, 0).await.unwrap();
    let supplier = supplier.id;
    let texts = [
        "=HYPERLINK(\"x\")",
        "'=1+1",
        "+886 2",
        "茶, 150 g",
        "say \"x\"",
        "'quoted",
        "@a",
        "1.50",
        "007",
        "TRUE",
        "烏龍 › 茶",
        "4.71E+12",
    ];
    let mut writes = Vec::new();
    for (number, text) in texts.into_iter().enumerate() {
        let product = Product {
            gtin: (number == 0).then(|| "00012345678905".to_owned()),
            name: LocalizedText::from([("zh-TW", text), ("ja", "お茶")]),
            description: LocalizedText::from([("en", "two\nlines; and a tab\there")]),
            price: Some(Price::new(
                12_050 + number as i64,
                if number % 2 == 0 { "TWD" } else { "JPY" },
                number % 3 == 0,
            )),
            category: Some(category),
            supplier: Some(supplier),
            supplier_code: Some("-12".to_owned()),
            shelf_life_days: Some(365),
            pack_thousandths: Some(500),
            links: vec![CardLink {
                label: LocalizedText::from([("en", "Buy")]),
                url: "https://shop.example/茶?a=1,2".to_owned(),
            }],
            ..Product::new(
                test.app.ids.next().unwrap(),
                &format!("{text}{number}"),
                if number == 1 { "個" } else { "piece" },
            )
        };
        writes.push(Write { before: None, after: product });
    }
    write(&mut tx, person.tenant, 0, &writes).await.unwrap();
    tx.commit().await.unwrap();
}

on_both! {
    async fn an_export_that_is_imported_changes_nothing(test: TestApp) {
        let owner = test.owner().await;
        fill(&test, &owner).await;
        for (format, lang) in [("csv", "en"), ("csv", "zh-TW"), ("xlsx", "en"), ("xlsx", "zh-TW")] {
            let file = owner.get(&format!("/app/products/export.{format}?lang={lang}")).await;
            let import = taken(&test, &owner, &format!("products.{format}"), &file.body).await;
            assert!(import.columns.iter().all(Option::is_some), "{:?} {:?}", import.look.headings, import.columns);
            let import = checked(&test, &owner, &import).await;
            let said = owner.get(&format!("/app/products/import/{}/faults.csv", import.id)).await.text();
            assert_eq!((import.counts.rows, import.counts.same), (12, 12), "{format} {lang}: {:?} {said}", import.counts);
        }
    }

    async fn no_cell_is_a_formula_and_codes_keep_their_zeros(test: TestApp) {
        let owner = test.owner().await;
        fill(&test, &owner).await;
        let csv = owner.get("/app/products/export.csv").await;
        assert!(csv.header("content-disposition").contains("vitrine-products.csv"));
        let text = csv.text();
        assert!(text.starts_with('\u{feff}') && text.contains("\"'=HYPERLINK(\"\"x\"\")\"") && text.contains("\"'+886 2\""), "{text}");
        assert!(text.contains(",120.50,") && text.contains("\"012345678905\""), "numbers are numbers: {text}");
        let xlsx = owner.get("/app/products/export.xlsx").await;
        let mut book = Xlsx::new(std::io::Cursor::new(xlsx.body)).unwrap();
        let range = book.worksheet_range_at(0).unwrap().unwrap();
        let cells: Vec<&Data> = range.used_cells().map(|(_, _, cell)| cell).collect();
        for text in ["=HYPERLINK(\"x\")", "012345678905", "4.71E+12"] {
            assert!(cells.contains(&&Data::String(text.to_owned())), "{text}");
        }
        assert!(cells.contains(&&Data::Float(120.5)));
        let template = owner.get("/app/products/import-template.xlsx").await;
        let mut book = Xlsx::new(std::io::Cursor::new(template.body)).unwrap();
        assert_eq!(book.worksheet_range_at(0).unwrap().unwrap().height(), 1);
    }

    async fn an_export_holds_what_the_list_shows_and_nobody_elses(test: TestApp) {
        let owner = test.owner().await;
        fill(&test, &owner).await;
        let lines = async |person: &Person<'_>, query: &str| person.get(&format!("/app/products/export.csv{query}")).await.text().lines().filter(|line| line.contains("JPY") || line.contains("TWD")).count();
        assert_eq!(lines(&owner, "").await, 12);
        assert_eq!(lines(&owner, "?q=烏龍").await, 1);
        assert_eq!(lines(&owner, "?archived=1").await, 0);
        assert_eq!(lines(&test.stranger().await, "").await, 0);
    }
}

#[test]
fn headings_are_understood_on_the_way_back() {
    for lang in ["en", "zh-TW"] {
        let json = std::fs::read(format!("{}/i18n/{lang}.json", env!("CARGO_MANIFEST_DIR"))).unwrap();
        let texts = crate::pages::Texts::parse(lang, &json).unwrap();
        for field in fields::Field::all(&["en", "zh-TW", "ja"].map(str::to_owned)) {
            let heading = super::cells::heading(&field, &texts);
            assert_eq!(headings::guess(&heading, &[]), Some(field), "{heading}");
        }
    }
    assert_eq!(levels("a\\/b > c"), ["a/b", "c"]);
}
