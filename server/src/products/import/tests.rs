//! Imports as people meet them.

use axum::http::StatusCode;
use encoding_rs::BIG5;
use uuid::Uuid;

use super::fields::Field;
use super::state::{Import, Status};
use super::{apply, columns_of, sql, sweep};
use crate::accounts::rights::Role;
use crate::jobs::{HANDLERS, run_due};
use crate::on_engine;
use crate::products::product::Product;
use crate::testing::{Answer, Person, TestApp, on_both};
use crate::webhooks::tests as webhooks;

/// Sends a file as the page's form does.
pub(crate) async fn upload(person: &Person<'_>, name: &str, file: &[u8]) -> Answer {
    let mut body = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/csv\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--edge--\r\n");
    person.send("POST", "/app/products/import", "multipart/form-data; boundary=edge", body).await
}

/// Uploads a file that is taken, and tells its import.
pub(crate) async fn taken(test: &TestApp, person: &Person<'_>, name: &str, file: &[u8]) -> Import {
    let answer = upload(person, name, file).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let id = answer.header("location").rsplit('/').next().unwrap().parse().unwrap();
    find(test, person, id).await
}

async fn find(test: &TestApp, person: &Person<'_>, id: Uuid) -> Import {
    sql::find(&test.app.db, person.tenant, id).await.unwrap().expect("the import is there")
}

/// Says that the columns mean what was guessed, and waits for the check.
pub(crate) async fn checked(test: &TestApp, person: &Person<'_>, import: &Import) -> Import {
    let keys: Vec<String> =
        import.columns.iter().map(|field| field.as_ref().map(Field::key).unwrap_or_default()).collect();
    let names: Vec<String> = (0..keys.len()).map(|index| format!("column-{index}")).collect();
    let fields: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(keys.iter().map(String::as_str)).collect();
    let answer = person.post(&format!("/app/products/import/{}/columns", import.id), &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    run_due(&test.app, HANDLERS).await;
    find(test, person, import.id).await
}

/// Uploads and checks.
async fn looked_at(test: &TestApp, person: &Person<'_>, file: &str) -> Import {
    let import = taken(test, person, "products.csv", file.as_bytes()).await;
    checked(test, person, &import).await
}

async fn start(test: &TestApp, person: &Person<'_>, import: &Import, fields: &[(&str, &str)]) -> Answer {
    let answer = person.post(&format!("/app/products/import/{}/start", import.id), fields).await;
    run_due(&test.app, HANDLERS).await;
    answer
}

/// Uploads, checks and brings in what fits.
async fn imported(test: &TestApp, person: &Person<'_>, file: &str) -> Import {
    let import = looked_at(test, person, file).await;
    start(test, person, &import, &[("faulty", "skip")]).await;
    find(test, person, import.id).await
}

async fn product(test: &TestApp, person: &Person<'_>, sku: &str) -> Product {
    let mut tx = test.app.db.begin().await.unwrap();
    crate::products::sql::by_skus(&mut tx, person.tenant, &[sku])
        .await
        .unwrap()
        .pop()
        .unwrap_or_else(|| panic!("{sku}"))
}

async fn count(test: &TestApp, table: &'static str) -> i64 {
    let sql = match table {
        "product" => "SELECT COUNT(*) FROM product",
        "category" => "SELECT COUNT(*) FROM category",
        "supplier" => "SELECT COUNT(*) FROM supplier",
        "rows" => "SELECT COUNT(*) FROM catalogue_import_row",
        "imports" => "SELECT COUNT(*) FROM catalogue_import",
        "changes" => "SELECT COUNT(*) FROM audit WHERE action = 'product.changed'",
        other => panic!("{other}"),
    };
    on_engine!(test.app.db, conn => sqlx::query_scalar(sql).fetch_one(conn).await.unwrap())
}

async fn files(test: &TestApp) -> usize {
    use futures_util::StreamExt as _;
    test.app.files.list(&"imports".into()).count().await
}

const FILE: &str = "貨號,品名,英文品名,國際條碼,售價,分類,供應商,保存期限,包裝數,備註\r\n\
    TEA-1,高山烏龍茶,Oolong,4006381333931,\"NT$1,200\",茶 > 烏龍,茶農合作社,12個月,6,好喝\r\n\
    TEA-2,包種茶,,12345678905,180,茶/包種,茶農合作社,365,,\r\n";

on_both! {
    async fn a_file_comes_into_the_catalogue_step_by_step(test: TestApp) {
        let owner = test.owner().await;
        webhooks::endpoint(&test, owner.tenant, "https://erp.example/hooks").await;
        let (big5, _, had_errors) = BIG5.encode(FILE);
        assert!(!had_errors);
        let import = taken(&test, &owner, "商品.csv", &big5).await;
        let page = owner.get(&format!("/app/products/import/{}", import.id)).await.text();
        for part in ["Big5", "高山烏龍茶", "商品.csv", r#"<option value="price" selected"#, r#"<option value="name:en" selected"#] {
            assert!(page.contains(part), "{part}: {page}");
        }
        let import = checked(&test, &owner, &import).await;
        assert_eq!((import.status, import.counts.new, import.counts.faulty), (Status::Checked, 2, 0));
        assert_eq!((count(&test, "product").await, count(&test, "category").await), (0, 0), "nothing changes before somebody says so");
        let page = owner.get(&format!("/app/products/import/{}", import.id)).await.text();
        assert!(page.contains("Import 2 products") && page.contains("3 new categories") || page.contains("2 new categories"), "{page}");
        assert_eq!(start(&test, &owner, &import, &[]).await.status, StatusCode::SEE_OTHER);
        let import = find(&test, &owner, import.id).await;
        assert_eq!((import.status, import.done_new, import.done_changed), (Status::Done, 2, 0));
        assert_eq!((count(&test, "product").await, count(&test, "category").await, count(&test, "supplier").await), (2, 3, 1));
        let tea = product(&test, &owner, "TEA-1").await;
        assert_eq!((tea.name.0["zh-TW"].as_str(), tea.name.0["en"].as_str()), ("高山烏龍茶", "Oolong"));
        assert_eq!((tea.price.as_ref().unwrap().minor, tea.shelf_life_days, tea.pack_thousandths), (120_000, Some(365), Some(6000)));
        assert_eq!(product(&test, &owner, "TEA-2").await.gtin.as_deref(), Some("00012345678905"), "a zero in front is put back");
        let log = owner.get("/app/audit?action=product").await.text();
        assert!(log.contains("Imported a file") && log.contains("商品.csv"), "{log}");
        assert_eq!(files(&test).await, 0, "the file is not needed any more");
        assert_eq!(webhooks::told(&test).await, ["product.changed", "product.changed"]);
        // The same once more changes nothing, and knows what the columns mean.
        let again = looked_at(&test, &owner, FILE).await;
        assert_eq!((again.counts.same, again.counts.new, again.counts.changed), (2, 0, 0));
        let page = owner.get(&format!("/app/products/import/{}", again.id)).await.text();
        assert!(page.contains("nothing to import"), "{page}");
    }

    async fn every_faulty_row_is_told_with_its_place_and_only_left_out_on_request(test: TestApp) {
        let owner = test.owner().await;
        let file = "SKU,Name,Price,Barcode\nA,Tea,12,\nB,Tea,cheap,\n,Tea,1,\nA,Twice,1,\nC,,5,\nD,Tea,1.005,4.71E+12\nE,Tea,7,4006381333932\n";
        let import = looked_at(&test, &owner, file).await;
        assert_eq!((import.counts.rows, import.counts.new, import.counts.faulty), (7, 1, 6));
        let page = owner.get(&format!("/app/products/import/{}", import.id)).await.text();
        for part in ["Row 2 has the same SKU", "This is no price", "There is no SKU", "More decimals", "Was 4006381333931 meant?", "This is needed"] {
            assert!(page.contains(part), "{part}: {page}");
        }
        let csv = owner.get(&format!("/app/products/import/{}/faults.csv?lang=zh-TW", import.id)).await;
        assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
        let text = csv.text();
        assert!(text.starts_with("\u{feff}\"列\",\"欄位\"") && text.contains("\"3\",\"C Price\",\"cheap\",\"這不是價格。\""), "{text}");
        assert_eq!(text.lines().count(), 8, "two faults in row 7: {text}");
        let refused = start(&test, &owner, &import, &[]).await;
        assert_eq!((refused.status, count(&test, "product").await), (StatusCode::UNPROCESSABLE_ENTITY, 0));
        start(&test, &owner, &import, &[("faulty", "skip")]).await;
        assert_eq!(count(&test, "product").await, 1);
        assert_eq!(product(&test, &owner, "A").await.name.0["en"], "Tea");
        // What was left out can still be read.
        assert!(owner.get(&format!("/app/products/import/{}", import.id)).await.text().contains("This is no price"));
    }

    async fn an_empty_cell_leaves_alone_and_clear_empties(test: TestApp) {
        let owner = test.owner().await;
        imported(&test, &owner, FILE).await;
        let import = imported(&test, &owner, "SKU,Price,Supplier,name:zh-TW\nTEA-1,,(clear),烏龍\nTEA-2,(清空),,\n").await;
        assert_eq!((import.done_changed, import.done_new), (2, 0));
        let tea = product(&test, &owner, "TEA-1").await;
        assert_eq!((tea.price.as_ref().map(|price| price.minor), tea.supplier, tea.name.0["zh-TW"].as_str()), (Some(120_000), None, "烏龍"));
        let tea = product(&test, &owner, "TEA-2").await;
        assert!(tea.price.is_none() && tea.supplier.is_some() && tea.gtin.is_some());
        assert_eq!(count(&test, "changes").await, 2, "each change is in the log");
        // Found under the new name, and not under the old one.
        assert!(owner.get("/api/v1/products?q=烏龍").await.text().contains("TEA-1"));
        assert!(!owner.get("/api/v1/products?q=高山").await.text().contains("TEA-1"));
    }

    async fn what_somebody_changed_after_the_check_is_not_overwritten(test: TestApp) {
        let owner = test.owner().await;
        imported(&test, &owner, FILE).await;
        let import = looked_at(&test, &owner, "SKU,Price\nTEA-1,99\nTEA-2,99\nNEW,5\n").await;
        assert_eq!((import.counts.changed, import.counts.faulty), (2, 1), "a new product needs a name");
        imported(&test, &owner, "SKU,Price\nTEA-1,111\n").await;
        start(&test, &owner, &import, &[("faulty", "skip")]).await;
        let import = find(&test, &owner, import.id).await;
        assert_eq!((import.status, import.done_changed, import.counts.late), (Status::Done, 1, 1));
        assert_eq!(product(&test, &owner, "TEA-1").await.price.unwrap().minor, 11_100);
        assert_eq!(product(&test, &owner, "TEA-2").await.price.unwrap().minor, 9900);
        let page = owner.get(&format!("/app/products/import/{}", import.id)).await.text();
        assert!(page.contains("Somebody changed this product after the check"), "{page}");
    }

    async fn an_import_that_was_cut_off_goes_on_where_it_was(test: TestApp) {
        let owner = test.owner().await;
        let lines: Vec<String> = (0..40).map(|number| format!("S{number},Tea {number},Shelf {},1\n", number % 3)).collect();
        let lines = lines.concat();
        let import = looked_at(&test, &owner, &format!("SKU,Name,Category,Price\n{lines}")).await;
        let answer = owner.post(&format!("/app/products/import/{}/start", import.id), &[]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        // A worker brings in two parts and then is no more.
        for _ in 0..2 {
            let import = find(&test, &owner, import.id).await;
            let columns = columns_of(&test.app, &import).await.unwrap();
            assert!(matches!(apply::step(&test.app, &import, &columns, "en", 7).await.unwrap().0, apply::Step::Part(_)));
        }
        assert_eq!(count(&test, "product").await, 14);
        // Another one that thinks it is at the beginning changes nothing.
        let columns = columns_of(&test.app, &import).await.unwrap();
        let stale = apply::step(&test.app, &import, &columns, "en", 7).await.unwrap();
        assert!(matches!(stale.0, apply::Step::Lost));
        assert_eq!(count(&test, "product").await, 14);
        run_due(&test.app, HANDLERS).await;
        let import = find(&test, &owner, import.id).await;
        assert_eq!((import.status, import.done_new, count(&test, "product").await, count(&test, "category").await), (Status::Done, 40, 40, 3));
    }

    async fn an_import_can_be_stopped_and_goes_on_when_asked(test: TestApp) {
        let owner = test.owner().await;
        let import = looked_at(&test, &owner, FILE).await;
        let here = format!("/app/products/import/{}", import.id);
        owner.post(&format!("{here}/start"), &[]).await;
        let answer = owner.post(&format!("{here}/cancel"), &[]).await;
        assert_eq!(answer.header("location"), here);
        run_due(&test.app, HANDLERS).await;
        assert_eq!((find(&test, &owner, import.id).await.status, count(&test, "product").await), (Status::Stopped, 0));
        let page = owner.get(&here).await.text();
        assert!(page.contains("Go on with the 2 rows"), "{page}");
        owner.post(&format!("{here}/start"), &[]).await;
        run_due(&test.app, HANDLERS).await;
        assert_eq!((find(&test, &owner, import.id).await.status, count(&test, "product").await), (Status::Done, 2));
        // Put away: the products stay.
        owner.post(&format!("{here}/cancel"), &[]).await;
        assert_eq!((owner.get(&here).await.status, count(&test, "product").await, count(&test, "rows").await), (StatusCode::NOT_FOUND, 2, 0));
        // A check that is stopped goes back to the columns, and may begin anew.
        let import = taken(&test, &owner, "a.csv", FILE.as_bytes()).await;
        let here = format!("/app/products/import/{}", import.id);
        owner.post(&format!("{here}/columns"), &[("column-0", "sku"), ("column-1", "name:zh-TW")]).await;
        assert!(owner.get(&format!("/api/v1/imports/{}", import.id)).await.text().contains("checking"));
        owner.post(&format!("{here}/cancel"), &[]).await;
        run_due(&test.app, HANDLERS).await;
        assert_eq!(find(&test, &owner, import.id).await.status, Status::Columns);
        assert_eq!(checked(&test, &owner, &import).await.counts.same, 2);
    }

    async fn what_is_no_table_is_refused_and_leaves_nothing(test: TestApp) {
        let owner = test.owner().await;
        let wide = format!("a\n{}\n", ",".repeat(10_000));
        for (file, said) in [
            (b"".as_slice(), "Choose a file"), (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel"), (b"%PDF-1.4", "neither CSV"),
            (b"<html><table>", "web page"), (wide.as_bytes(), "more than 200 columns"), (b"PK\x03\x04", "damaged"),
        ] {
            let name = if file.is_empty() { "" } else { "file.csv" };
            let answer = upload(&owner, name, file).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{said}");
            assert!(answer.text().contains(said), "{said}: {}", answer.text());
        }
        assert_eq!((count(&test, "imports").await, files(&test).await), (0, 0));
        let broken = owner.send("POST", "/app/products/import", "multipart/form-data; boundary=edge", "--edge\r\nContent").await;
        assert_eq!(broken.status, StatusCode::BAD_REQUEST);
    }

    async fn columns_have_to_make_sense(test: TestApp) {
        let owner = test.owner().await;
        let import = taken(&test, &owner, "a.csv", b"x;y;z\nA;Tea;5\n").await;
        let here = format!("/app/products/import/{}", import.id);
        for (fields, said) in [
            (vec![("column-1", "name:en")], "which column holds the SKU"),
            (vec![("column-0", "sku")], "at least one column beside"),
            (vec![("column-0", "sku"), ("column-1", "price"), ("column-2", "price")], "Two columns mean the same"),
        ] {
            let answer = owner.post(&format!("{here}/columns"), &fields).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(answer.text().contains(said), "{said}: {}", answer.text());
        }
        // Read as tabs it is one column; read with the second row as headings, they are others.
        owner.post(&format!("{here}/columns"), &[("again", "1"), ("delimiter", "tab"), ("encoding", "UTF-8")]).await;
        assert_eq!(find(&test, &owner, import.id).await.look.headings, ["x;y;z"]);
        owner.post(&format!("{here}/columns"), &[("again", "1"), ("delimiter", "semicolon"), ("headings_row", "2")]).await;
        let look = find(&test, &owner, import.id).await.look;
        assert_eq!((look.headings, look.headings_row), (["A", "Tea", "5"].map(str::to_owned).to_vec(), 2));
    }

    async fn imports_are_forgotten_after_their_time(test: TestApp) {
        let owner = test.owner().await;
        looked_at(&test, &owner, FILE).await;
        test.advance(std::time::Duration::from_hours(8 * 24));
        sweep::sweep(&test.app).await.unwrap();
        assert_eq!((count(&test, "imports").await, count(&test, "rows").await, files(&test).await), (0, 0, 0));
    }

    async fn what_somebody_begins_while_another_puts_it_away_stays_whole(test: TestApp) {
        let owner = test.owner().await;
        let clerk = test.person(owner.tenant, Role::Merchant).await;
        let seen = looked_at(&test, &owner, FILE).await;
        let here = format!("/app/products/import/{}", seen.id);
        assert_eq!(clerk.post(&format!("{here}/start"), &[]).await.status, StatusCode::SEE_OTHER);
        assert!(!sweep::remove(&test.app, &seen).await.unwrap(), "it is at work by now");
        assert_eq!((find(&test, &owner, seen.id).await.status, count(&test, "rows").await), (Status::Importing, 2));
        // The log names who stopped it, not who uploaded the file.
        clerk.post(&format!("{here}/cancel"), &[]).await;
        let by: Uuid = on_engine!(test.app.db, conn => sqlx::query_scalar("SELECT account_id FROM audit WHERE action = 'product.import_stopped'").fetch_one(conn).await.unwrap());
        assert_eq!(by, clerk.account);
        // Put away first, it cannot be begun.
        let stopped = find(&test, &owner, seen.id).await;
        let mut tx = test.app.db.begin().await.unwrap();
        assert!(sql::put_away(&mut tx, &stopped, test.app.clock.now_us()).await.unwrap());
        tx.commit().await.unwrap();
        assert!(owner.post(&format!("{here}/start"), &[]).await.header("location").starts_with(&here));
        assert_eq!(run_due(&test.app, HANDLERS).await, 0);
        // Whoever puts it away is killed: the sweeper goes on.
        sweep::sweep(&test.app).await.unwrap();
        assert_eq!((count(&test, "imports").await, count(&test, "rows").await, files(&test).await), (0, 0, 0));
    }

    async fn whoever_is_not_signed_in_holds_no_place_of_those_who_send_files(test: TestApp) {
        let owner = test.owner().await;
        // A body that never comes.
        let waiting = || axum::body::Body::from_stream(futures_util::stream::pending::<std::io::Result<bytes::Bytes>>());
        let ask = |content_type: &str| {
            let request = axum::http::Request::post("/app/products/import").header("origin", test.origin());
            request.header("content-type", content_type).body(waiting()).unwrap()
        };
        for kind in ["application/x-www-form-urlencoded", "multipart/form-data; boundary=edge"] {
            assert_eq!(test.send(ask(kind)).await.status, StatusCode::UNAUTHORIZED, "answered without reading, {kind}");
        }
        let places: Vec<_> = std::iter::from_fn(|| test.app.upload_places.take()).collect();
        assert!(places.len() > 1);
        assert_eq!(test.send(ask("application/x-www-form-urlencoded")).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(upload(&owner, "a.csv", b"a,b\n").await.status, StatusCode::SERVICE_UNAVAILABLE);
        drop(places);
        assert_eq!(upload(&owner, "a.csv", b"a,b\n1,2\n").await.status, StatusCode::SEE_OTHER);
    }
}
