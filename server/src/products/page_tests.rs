//! The pages of the catalogue.

use axum::http::StatusCode;
use serde_json::json;
use uuid::Uuid;

use crate::accounts::rights::Role;
use crate::on_engine;
use crate::testing::{Answer, HIDDEN, Person, TEA, TestApp, on_both};

/// The fields of a page's form as a browser would send them, with some changed.
pub fn form_of(page: &Answer, action: &str, changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let html = page.text();
    let form = html.split_once(&format!("action=\"{action}\"")).unwrap_or_else(|| panic!("no form {action}: {html}")).1;
    let form = form.split_once("</form>").unwrap().0;
    let attribute = |tag: &str, name: &str| {
        let rest = tag.split_once(&format!(" {name}=\""))?.1;
        Some(
            rest.split_once('"')?
                .0
                .replace("&quot;", "\"")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&#39;", "'")
                .replace("&amp;", "&"),
        )
    };
    let mut fields = Vec::new();
    for tag in form.split('<').skip(1) {
        let Some(name) = attribute(tag, "name") else { continue };
        let can_be_off = tag.contains("type=\"checkbox\"") || tag.contains("type=\"radio\"");
        if tag.starts_with("input") && (!can_be_off || tag.contains(" checked")) {
            fields.push((name, attribute(tag, "value").unwrap_or_default()));
        } else if tag.starts_with("textarea") {
            fields.push((name, tag.split_once('>').unwrap().1.trim_start_matches('\n').to_owned()));
        } else if tag.starts_with("select") {
            let options = form.split_once(&format!("name=\"{name}\"")).unwrap().1.split_once("</select>").unwrap().0;
            let chosen = options.split("<option").find(|option| option.contains(" selected"));
            fields.push((name, chosen.and_then(|option| attribute(option, "value")).unwrap_or_default()));
        }
    }
    for (name, value) in changes {
        fields.retain(|(of, _)| of != name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    fields
}

async fn send(who: &Person<'_>, path: &str, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    who.post(path, &fields).await
}

async fn change(who: &Person<'_>, path: &str, changes: &[(&str, &str)]) -> Answer {
    let page = who.get(path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    send(who, path, &form_of(&page, path, changes)).await
}

async fn one(test: &TestApp, sql: &'static str) -> Uuid {
    on_engine!(test.app.db, conn => sqlx::query_scalar(sql).fetch_one(conn).await.unwrap())
}

on_both! {
    async fn a_merchant_adds_a_product_finds_it_changes_it_and_archives_it(test: TestApp) {
        test.seed().await;
        let merchant = test.person(test.owner().await.tenant, Role::Merchant).await;
        let picture = one(&test, "SELECT id FROM media WHERE kind = 'picture' ORDER BY id LIMIT 1").await.to_string();
        let empty = merchant.get("/app/products/new").await;
        let fields = form_of(&empty, "/app/products", &[
            ("sku", "CAK-1"), ("name.zh-TW", "烏龍茶蛋糕"), ("name.en", "Oolong cake"), ("description.en", "Soft\r\nand sweet"),
            ("price", "NT$ 1,180.50"), ("gtin", "9638 5074"), ("pictures", &picture), ("pack", "6"), ("shelfLifeDays", "5"),
            ("links.0.url", "https://shop.example/cake"), ("links.0.label.en", "Buy"), ("unitOther", "盒"),
        ]);
        let made = send(&merchant, "/app/products", &fields).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
        let at = made.header("location").to_owned();
        let page = merchant.get(&at).await.text();
        for part in ["烏龍茶蛋糕", "value=\"1180.50\"", "value=\"96385074\"", "and sweet", "https://shop.example/cake", &picture, "盒"] {
            assert!(page.contains(part), "{part}: {page}");
        }
        let list = merchant.get("/app/products?q=%E8%9B%8B%E7%B3%95").await.text();
        assert!(list.contains("Oolong cake") && list.contains("NT$1,180.50") && !list.contains("Hidden"), "{list}");
        // What the form shows and is sent unchanged changes nothing.
        assert_eq!(change(&merchant, &at, &[]).await.status, StatusCode::SEE_OTHER);
        let id: Uuid = at.rsplit('/').next().unwrap().parse().unwrap();
        let version: i64 = on_engine!(test.app.db, conn => sqlx::query_scalar("SELECT version FROM product WHERE id = $1").bind(id).fetch_one(conn).await.unwrap());
        assert_eq!(version, 1);
        assert_eq!(change(&merchant, &at, &[("name.en", "Cake"), ("price", "")]).await.status, StatusCode::SEE_OTHER);
        assert!(merchant.get("/app/products").await.text().contains("no price"));
        assert_eq!(merchant.post(&format!("{at}/archive"), &[]).await.status, StatusCode::SEE_OTHER);
        assert!(!merchant.get("/app/products?q=cake").await.text().contains("CAK-1"));
        assert!(merchant.get("/app/products?q=cake&archived=1").await.text().contains("CAK-1"));
        assert_eq!(merchant.post(&format!("{at}/restore"), &[]).await.status, StatusCode::SEE_OTHER);
        assert!(merchant.get("/app/products?q=cake").await.text().contains("CAK-1"));
        // Staff look and change nothing.
        let staff = test.person(merchant.tenant, Role::Staff).await;
        let page = staff.get(&at).await.text();
        assert!(page.contains("disabled") && !page.contains("/archive\""), "{page}");
    }

    async fn bad_input_is_named_and_what_was_typed_is_kept(test: TestApp) {
        test.seed().await;
        let owner = test.owner().await;
        let at = format!("/app/products/{TEA}");
        let long = "茶".repeat(10_000);
        for (field, value, expected) in [
            ("name.en", long.as_str(), "Too long: 10000 characters; at most 200 are taken."),
            ("name.en", "tea\u{202e}gpj", "does not show (U+202E, the 4. character)"),
            ("description.en", "a\u{7}", "does not show (U+0007"),
            ("price", "-5", "Must not be below 0."),
            ("price", "cheap", "This is no number."),
            ("gtin", "4006381333932", "Is it 4006381333931?"),
            ("sku", "", "This is needed."),
            ("pack", "0", "Must be more than 0."),
            ("shelfLifeDays", "-1", "Must be a whole number from 0 to 36500."),
            ("links.1.url", "http://shop.example", "Must be an https address"),
            ("links.1.label.en", "Buy", "Must be an https address"),
            ("category", "x", "Choose one of these."),
        ] {
            let refused = change(&owner, &at, &[(field, value)]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {value}");
            let page = refused.text();
            assert!(page.contains(expected), "{field}: {expected}: {page}");
            if field != "category" {
                assert!(page.contains(value), "{field} lost what was typed");
            }
        }
        // A SKU that is taken is named, with a way to the product that has it.
        let page = change(&owner, &at, &[("sku", "HID")]).await.text();
        assert!(page.contains("The product HID has this SKU already.") && page.contains(&format!("/app/products/{HIDDEN}")), "{page}");
        let untouched = owner.get(&at).await.text();
        assert!(untouched.contains("value=\"TEA\"") && untouched.contains("name=\"version\" value=\"1\""));
    }

    async fn two_people_at_one_product_lose_nothing(test: TestApp) {
        test.seed().await;
        let owner = test.owner().await;
        let merchant = test.person(owner.tenant, Role::Merchant).await;
        let at = format!("/app/products/{TEA}");
        let (mine, theirs) = (owner.get(&at).await, merchant.get(&at).await);
        let first = send(&merchant, &at, &form_of(&theirs, &at, &[("price", "99"), ("name.en", "Their tea")])).await;
        assert_eq!(first.status, StatusCode::SEE_OTHER);
        let typed = [("name.en", "My tea"), ("supplierCode", "M-1")];
        let second = send(&owner, &at, &form_of(&mine, &at, &typed)).await;
        assert_eq!(second.status, StatusCode::CONFLICT);
        let page = second.text();
        for part in ["merchant changed this product", "Their tea", "My tea", "value=\"M-1\"", "value=\"99\"", "120"] {
            assert!(page.contains(part), "{part}: {page}");
        }
        // Saved again as it stands there, both changes are there; where both changed one thing, the one who saw both decided.
        assert_eq!(send(&owner, &at, &form_of(&second, &at, &[])).await.status, StatusCode::SEE_OTHER);
        let body = owner.get(&format!("/api/v1/products/{TEA}")).await.json();
        assert_eq!((&body["name"]["en"], &body["supplierCode"], &body["price"]["minor"]), (&json!("My tea"), &json!("M-1"), &json!(9900)));
        assert_eq!(body["version"], 3);
    }

    async fn categories_make_a_tree_that_holds(test: TestApp) {
        test.seed().await;
        let owner = test.owner().await;
        let add = async |name: &str, parent: &str| owner.post("/app/categories", &[("name.en", name), ("parent", parent)]).await;
        let id = async |name: &str| -> String {
            let items = owner.get("/api/v1/categories").await.json();
            let found = items["items"].as_array().unwrap().iter().find(|one| one["name"]["en"] == name).unwrap().clone();
            found["id"].as_str().unwrap().to_owned()
        };
        assert_eq!(add("Drinks", "").await.status, StatusCode::SEE_OTHER);
        let drinks = id("Drinks").await;
        for name in ["Tea", "Coffee"] {
            assert_eq!(add(name, &drinks).await.status, StatusCode::SEE_OTHER);
        }
        let (tea, coffee) = (id("Tea").await, id("Coffee").await);
        assert!(add("tea", &drinks).await.text().contains("There is a category Tea beside it already."));
        assert!(add("", "").await.text().contains("This is needed."));
        assert!(add(&"x".repeat(81), "").await.text().contains("at most 80"));
        let save = async |id: &str, version: &str, name: &str, parent: &str| {
            owner.post(&format!("/app/categories/{id}"), &[("version", version), ("name.en", name), ("parent", parent)]).await
        };
        assert!(save(&drinks, "1", "Drinks", &tea).await.text().contains("A category cannot stand below itself."));
        assert_eq!(save(&tea, "1", "Teas", &drinks).await.status, StatusCode::SEE_OTHER);
        assert!(save(&tea, "1", "Mine", &drinks).await.text().contains("Somebody changed this meanwhile."));
        let order = async || -> Vec<String> {
            let items = owner.get("/api/v1/categories").await.json();
            items["items"].as_array().unwrap().iter().map(|one| one["name"]["en"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(order().await, ["Drinks", "Teas", "Coffee"]);
        owner.post(&format!("/app/categories/{coffee}/earlier"), &[]).await;
        assert_eq!(order().await, ["Drinks", "Coffee", "Teas"]);
        owner.post(&format!("/app/categories/{coffee}/earlier"), &[]).await;
        owner.post(&format!("/app/categories/{coffee}/later"), &[]).await;
        assert_eq!(order().await, ["Drinks", "Teas", "Coffee"]);
        // A product below is found from above, and holds its category.
        assert_eq!(change(&owner, &format!("/app/products/{TEA}"), &[("category", &tea)]).await.status, StatusCode::SEE_OTHER);
        for query in [format!("category={drinks}"), format!("category={tea}&q=oolong")] {
            let list = owner.get(&format!("/app/products?{query}")).await.text();
            assert!(list.contains("Oolong") && !list.contains(">HID<"), "{query}: {list}");
        }
        assert!(!owner.get(&format!("/app/products?category={coffee}")).await.text().contains("Oolong"));
        for (category, left) in [(&drinks, 3), (&tea, 3), (&coffee, 2)] {
            assert_eq!(owner.post(&format!("/app/categories/{category}/delete"), &[]).await.status, StatusCode::SEE_OTHER);
            assert_eq!(order().await.len(), left);
        }
    }

    async fn suppliers_are_added_changed_and_archived(test: TestApp) {
        test.seed().await;
        let owner = test.owner().await;
        let fields = [("name", "Cloud Hill"), ("code", "S-1"), ("email", "Orders@Hill.example"), ("phone", "+886 2 2345 6789")];
        assert_eq!(owner.post("/app/suppliers", &fields).await.status, StatusCode::SEE_OTHER);
        for (fields, expected) in [
            ([("name", "cloud hill"), ("code", "")], "There is a supplier Cloud Hill already."),
            ([("name", "Other"), ("code", "s-1")], "Cloud Hill has this number already."),
            ([("name", "Other"), ("email", "nobody")], "This is no e-mail address."),
            ([("name", "Other"), ("phone", "call me")], "This is no phone number."),
            ([("name", " "), ("code", "")], "This is needed."),
        ] {
            assert!(owner.post("/app/suppliers", &fields).await.text().contains(expected), "{expected}");
        }
        let id = one(&test, "SELECT id FROM supplier").await.to_string();
        let product = format!("/app/products/{TEA}");
        assert_eq!(change(&owner, &product, &[("supplier", &id)]).await.status, StatusCode::SEE_OTHER);
        assert!(owner.get(&format!("/app/products?supplier={id}")).await.text().contains("Only what Cloud Hill delivers."));
        assert_eq!(owner.post(&format!("/app/suppliers/{id}/archive"), &[]).await.status, StatusCode::SEE_OTHER);
        // Whoever delivered before stays; nobody new is given to it.
        assert_eq!(change(&owner, &product, &[("supplierCode", "7")]).await.status, StatusCode::SEE_OTHER);
        let other = format!("/app/products/{HIDDEN}");
        assert_eq!(change(&owner, &other, &[("supplier", &id)]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(owner.post(&format!("/app/suppliers/{id}/restore"), &[]).await.status, StatusCode::SEE_OTHER);
        let stale = [("version", "1"), ("name", "Mine")];
        assert!(owner.post(&format!("/app/suppliers/{id}"), &stale).await.text().contains("Somebody changed this meanwhile."));
        let log = owner.get("/app/audit?action=supplier").await.text();
        assert!(log.contains("Added the supplier") && log.contains("orders@hill.example"), "{log}");
    }

    async fn what_is_used_by_a_product_is_not_deleted_from_the_library(test: TestApp) {
        test.seed().await;
        let owner = test.owner().await;
        let ids: Vec<Uuid> = on_engine!(test.app.db, conn => sqlx::query_scalar("SELECT id FROM media WHERE kind = 'picture' ORDER BY id").fetch_all(conn).await.unwrap());
        let hidden = owner.get(&format!("/api/v1/products/{HIDDEN}")).await.json()["pictures"][0].as_str().unwrap().to_owned();
        let second = ids.iter().map(Uuid::to_string).find(|id| *id != hidden).unwrap();
        let page = owner.get(&format!("/app/products/{HIDDEN}")).await;
        let mut fields = form_of(&page, &format!("/app/products/{HIDDEN}"), &[]);
        fields.push(("pictures".to_owned(), second.clone()));
        assert_eq!(send(&owner, &format!("/app/products/{HIDDEN}"), &fields).await.status, StatusCode::SEE_OTHER);
        let pictures = owner.get(&format!("/api/v1/products/{HIDDEN}")).await.json()["pictures"].clone();
        assert_eq!(pictures, json!([hidden, second]));
        for id in [&hidden, &second] {
            owner.post(&format!("/app/media/{id}/delete"), &[]).await;
            assert!(owner.get(&format!("/app/media/{id}")).await.text().contains("HID"), "{id}");
        }
    }
}
