//! The library as whoever fills it meets it.

use std::io::Cursor;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use image::{ImageFormat, Rgb, RgbImage};
use uuid::Uuid;

use super::sql::{self, Wanted};
use crate::accounts::rights::Role;
use crate::jobs::{HANDLERS, run_due};
use crate::on_engine;
use crate::testing::{Person, TEA, TestApp, on_both};
use crate::uploads::tests::upload;

fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let picture = RgbImage::from_fn(width, height, |x, y| Rgb([x as u8, y as u8, 90]));
    picture.write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// A small picture.
pub fn png() -> Vec<u8> {
    picture(40, 30, ImageFormat::Png)
}

/// Uploads, and has it taken in; returns what the upload says of itself.
async fn take_in(test: &TestApp, who: &Person<'_>, name: &str, kind: &str, file: &[u8]) -> serde_json::Value {
    let path = upload(test, who, name, kind, file).await;
    assert_eq!(run_due(&test.app, HANDLERS).await, 1);
    who.get(&path).await.json()
}

/// What a field that nobody sees holds.
fn hidden<'a>(page: &'a str, name: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).expect("a hidden field");
    rest.split('"').next().unwrap()
}

/// Which state of its texts the page of something shows.
async fn seen(who: &Person<'_>, path: &str) -> String {
    hidden(&who.get(path).await.text(), "seen").to_owned()
}

/// What was written down about the library, in the order of the alphabet: ids of one instant have none.
async fn audited(test: &TestApp) -> Vec<String> {
    on_engine!(test.app.db, conn => sqlx::query_scalar("SELECT action FROM audit WHERE action LIKE 'media.%' ORDER BY action")
        .fetch_all(conn).await.unwrap())
}

/// 25° 2' 33" as EXIF writes it.
const LATITUDE: &[u8] = b"\x19\0\0\0\x01\0\0\0\x02\0\0\0\x01\0\0\0\xe4\x0c\0\0\x64\0\0\0";

/// EXIF as telephones write it, with the place where the picture was taken.
fn place() -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        [tag.to_le_bytes().as_slice(), &kind.to_le_bytes(), &count.to_le_bytes(), &value].concat()
    };
    let mut exif = b"II*\0\x08\0\0\0\x01\0".to_vec();
    exif.extend(entry(0x8825, 4, 1, 26_u32.to_le_bytes()));
    exif.extend([0; 4]);
    exif.extend(4_u16.to_le_bytes());
    exif.extend(entry(1, 2, 2, *b"N\0\0\0"));
    exif.extend(entry(2, 5, 3, 80_u32.to_le_bytes()));
    exif.extend(entry(3, 2, 2, *b"E\0\0\0"));
    exif.extend(entry(4, 5, 3, 104_u32.to_le_bytes()));
    exif.extend([0; 4]);
    exif.extend(LATITUDE);
    exif.extend(LATITUDE);
    exif
}

on_both! {
    async fn a_picture_is_taken_in_once_and_shown_in_its_sizes(test: TestApp) {
        let owner = test.owner().await;
        assert!(owner.get("/app/media").await.text().contains("Nothing here yet"));
        let file = picture(1000, 600, ImageFormat::Png);
        let state = take_in(&test, &owner, "tin.png", "auto", &file).await;
        assert_eq!(state["state"], "done", "{state}");
        let id = state["media"].as_str().unwrap().to_owned();
        for (variant, width) in [("thumb", 256), ("card", 640), ("full", 1000), ("original", 1000)] {
            let answer = owner.get(&format!("/app/media/{id}/{variant}")).await;
            assert_eq!(answer.status, StatusCode::OK, "{variant}");
            assert!(answer.header("cache-control").starts_with("private"), "{variant}");
            assert_eq!(image::load_from_memory(&answer.body).unwrap().width(), width, "{variant}");
        }
        let item = sql::find(&test.app.db, owner.tenant, id.parse().unwrap()).await.unwrap().unwrap();
        assert_eq!((item.kind.as_str(), item.width, item.name.as_str()), ("picture", Some(1000), "tin.png"));
        let public = test.get(&format!("/media/{}/original.png", item.sha256)).await;
        assert_eq!(public.status, StatusCode::NOT_FOUND, "nothing published uses it");
        assert!(owner.get("/app/media?kind=picture").await.text().contains("tin.png"));
        assert!(!owner.get("/app/media?kind=video").await.text().contains("tin.png"));
        // The same again is the same.
        let again = take_in(&test, &owner, "copy.png", "auto", &file).await;
        assert_eq!(again["media"].as_str(), Some(id.as_str()));
        assert_eq!(audited(&test).await, ["media.added"]);
        // Another organisation has its own, and sees nothing of this one.
        let stranger = test.stranger().await;
        assert_eq!(stranger.get(&format!("/app/media/{id}/thumb")).await.status, StatusCode::NOT_FOUND);
        let theirs = take_in(&test, &stranger, "tin.png", "auto", &file).await;
        assert_ne!(theirs["media"].as_str(), Some(id.as_str()));
    }

    async fn a_panorama_becomes_a_pyramid_and_says_how_far_it_is(test: TestApp) {
        let owner = test.owner().await;
        let file = picture(2048, 1024, ImageFormat::Jpeg);
        let state = take_in(&test, &owner, "shop.jpg", "auto", &file).await;
        assert_eq!(state["state"], "done", "{state}");
        let id = state["media"].as_str().unwrap();
        let item = sql::find(&test.app.db, owner.tenant, id.parse().unwrap()).await.unwrap().unwrap();
        assert_eq!(item.kind, "panorama");
        let pyramids: Vec<String> = on_engine!(test.app.db, conn =>
            sqlx::query_scalar("SELECT id FROM pyramid").fetch_all(conn).await.unwrap());
        assert_eq!(pyramids, [item.sha256.as_str()]);
        assert_eq!(owner.get(&format!("/app/media/{id}/thumb")).await.header("content-type"), "image/jpeg");
        assert_eq!(test.get(&format!("/tiles/{}/0/f/0/0.jpg", item.sha256)).await.status, StatusCode::NOT_FOUND);
        // No document shows it as a picture.
        let as_picture = crate::files::sql::find(&test.app.db, owner.tenant.id(), item.id).await.unwrap();
        assert!(as_picture.is_none());
        // The same file, wanted as a picture, is another thing.
        let flat = take_in(&test, &owner, "banner.jpg", "picture", &file).await;
        assert_eq!(owner.get(&format!("/app/media/{}", flat["media"].as_str().unwrap())).await.status, StatusCode::OK);
        assert_ne!(flat["media"], state["media"]);
    }

    async fn what_is_no_picture_is_refused_in_words(test: TestApp) {
        let owner = test.owner().await;
        let mut cut = picture(300, 200, ImageFormat::Jpeg);
        cut.truncate(cut.len() / 2);
        // A picture of 50,000 by 50,000 pixels in some bytes.
        let mut bomb = picture(8, 8, ImageFormat::Png);
        bomb[16..24].copy_from_slice(&[0, 0, 0xc3, 0x50, 0, 0, 0xc3, 0x50]);
        let crc = { let mut crc = flate2::Crc::new(); crc.update(&bomb[12..29]); crc.sum() };
        bomb[29..33].copy_from_slice(&crc.to_be_bytes());
        let square = picture(300, 300, ImageFormat::Jpeg);
        // The same as a JPEG: 65,500 by 65,500 in the header of the frame.
        let mut wide = picture(8, 8, ImageFormat::Jpeg);
        let frame = wide.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap();
        wide[frame + 5..frame + 9].copy_from_slice(&[0xff, 0xdc, 0xff, 0xdc]);
        for (name, kind, file, says) in [
            ("x.svg", "auto", b"<svg xmlns='http://www.w3.org/2000/svg'><script>x()</script></svg>".to_vec(), "SVG"),
            ("x.jpg", "auto", b"<!doctype html><script>x()</script>".to_vec(), "markup"),
            ("x.png", "auto", b"PK\x03\x04 a zip by another name".to_vec(), "not taken"),
            ("cut.jpg", "auto", cut, "middle"),
            ("bomb.png", "auto", bomb, "Too large"),
            ("wide.jpg", "auto", wide, "Too large"),
            ("both.jpg", "auto", b"GIF89a\xff\xd8\xff\xe0 a script by another name".to_vec(), "not taken"),
            ("square.jpg", "panorama", square, "no 360"),
        ] {
            let state = take_in(&test, &owner, name, kind, &file).await;
            assert_eq!(state["state"], "failed", "{name}: {state}");
            assert!(state["failure"].as_str().unwrap().contains(says), "{name}: {state}");
            assert!(owner.get("/app/media").await.text().contains(state["failure"].as_str().unwrap()), "{name}");
        }
        assert_eq!(audited(&test).await, Vec::<String>::new());
    }

    async fn what_hides_behind_a_picture_is_not_kept(test: TestApp) {
        let owner = test.owner().await;
        let mut file = picture(60, 40, ImageFormat::Jpeg);
        file.extend_from_slice(b"<script>evil()</script>PK\x05\x06");
        let state = take_in(&test, &owner, "two.html", "auto", &file).await;
        let kept = owner.get(&format!("/app/media/{}/original", state["media"].as_str().unwrap())).await;
        assert_eq!((kept.header("content-type"), kept.header("x-content-type-options")), ("image/jpeg", "nosniff"));
        assert!(!kept.body.windows(6).any(|words| words == b"evil()"));
    }

    async fn what_cameras_write_beside_a_picture_is_not_kept(test: TestApp) {
        let owner = test.owner().await;
        let mut file = Vec::new();
        let mut encoder = image::codecs::jpeg::JpegEncoder::new(&mut file);
        image::ImageEncoder::set_exif_metadata(&mut encoder, place()).unwrap();
        RgbImage::from_pixel(700, 500, Rgb([9, 90, 9])).write_with_encoder(encoder).unwrap();
        let holds = |file: &[u8], words: &[u8]| file.windows(words.len()).any(|window| window == words);
        assert!(holds(&file, LATITUDE) && holds(&file, b"Exif"));
        // By a wrong ending; the content counts.
        let state = take_in(&test, &owner, "IMG_0001.png", "auto", &file).await;
        crate::library::encode::ask(&test.app).await.unwrap();
        assert_eq!(run_due(&test.app, HANDLERS).await, 1);
        for variant in ["original", "thumb", "card", "full"] {
            for accept in ["*/*", "image/avif,image/webp,*/*;q=0.8"] {
                let path = format!("/app/media/{}/{variant}", state["media"].as_str().unwrap());
                let kept = test.get_with(&path, &[("cookie", &owner.cookie), ("accept", accept)]).await;
                assert_eq!(kept.status, StatusCode::OK, "{variant}");
                assert!(variant != "original" || kept.header("content-type") == "image/jpeg");
                assert!(!holds(&kept.body, LATITUDE) && !holds(&kept.body, b"Exif"), "{variant}, {accept}");
            }
        }
    }

    async fn smaller_copies_come_in_the_format_that_is_asked_for(test: TestApp) {
        let owner = test.owner().await;
        let state = take_in(&test, &owner, "noise.png", "picture", &picture(900, 600, ImageFormat::Png)).await;
        let id = state["media"].as_str().unwrap().to_owned();
        let get = async |variant: &str, accept: &str| {
            test.get_with(&format!("/app/media/{id}/{variant}"), &[("cookie", &owner.cookie), ("accept", accept)]).await
        };
        let chromium = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8";
        let before = get("card", chromium).await;
        assert_eq!((before.header("content-type"), before.header("vary")), ("image/jpeg", "accept"), "until the job was run");
        assert_eq!(before.header("cache-control"), "private, max-age=3600");
        assert!(get("card", "*/*").await.header("cache-control").contains("immutable"), "who takes no other has the best");
        let kept: i64 = on_engine!(test.app.db, conn => sqlx::query_scalar("SELECT stored_bytes FROM media")
            .fetch_one(conn).await.unwrap());
        crate::library::encode::ask(&test.app).await.unwrap();
        assert_eq!(run_due(&test.app, HANDLERS).await, 1);
        for format in crate::files::formats() {
            let answer = get("card", &format!("{format},*/*;q=0.5")).await;
            assert_eq!((answer.status, answer.header("content-type"), answer.header("vary")), (StatusCode::OK, format, "accept"));
            assert_ne!(answer.header("etag"), before.header("etag"));
            assert!(answer.header("cache-control").contains("immutable"));
            assert!(answer.body.len() < before.body.len(), "{format} is kept where it is smaller");
            let tag = answer.header("etag").to_owned();
            let path = format!("/app/media/{id}/card");
            let again = test.get_with(&path, &[("cookie", &owner.cookie), ("accept", format), ("if-none-match", &tag)]).await;
            assert_eq!((again.status, again.header("vary")), (StatusCode::NOT_MODIFIED, "accept"));
        }
        assert_eq!(get("card", "*/*").await.header("content-type"), "image/jpeg");
        assert_eq!(get("original", chromium).await.header("content-type"), "image/png");
        let now: i64 = on_engine!(test.app.db, conn => sqlx::query_scalar("SELECT stored_bytes FROM media")
            .fetch_one(conn).await.unwrap());
        assert!(now > kept, "what is kept counts: {kept}, then {now}");
        // Asked for once; a second look finds nothing to do.
        crate::library::encode::ask(&test.app).await.unwrap();
        assert_eq!(run_due(&test.app, HANDLERS).await, 0);
    }

    async fn pictures_without_smaller_copies_get_them(test: TestApp) {
        test.seed().await;
        let owner = test.owner().await;
        let items = sql::list(&test.app.db, owner.tenant, &Wanted { kind: "picture", ..Wanted::default() }, 9).await.unwrap();
        assert!(!items.is_empty());
        let path = format!("/app/media/{}/thumb", items[0].id);
        let before = owner.get(&path).await;
        assert_eq!((before.status, before.header("vary")), (StatusCode::OK, "accept"), "the picture itself, until then");
        assert!(!before.header("cache-control").contains("immutable"));
        let mut shown = items.iter().map(|item| format!("/media/{}/thumb.jpg", item.sha256));
        let chromium = [("accept", "image/avif,image/webp,image/apng,image/*,*/*;q=0.8")];
        let public = loop {
            let path = shown.next().expect("the store shows a picture");
            let answer = test.get_with(&path, &chromium).await;
            if answer.status == StatusCode::OK {
                assert_eq!((answer.header("vary"), answer.header("cache-control")), ("accept", "public, max-age=60"));
                break path;
            }
        };
        crate::library::encode::ask(&test.app).await.unwrap();
        assert_eq!(run_due(&test.app, HANDLERS).await, items.len());
        let after = owner.get(&path).await;
        assert_eq!((after.status, after.header("content-type")), (StatusCode::OK, "image/jpeg"));
        assert!(after.header("cache-control").contains("immutable") && after.header("etag") != before.header("etag"));
        let answer = test.get_with(&public, &chromium).await;
        assert_eq!((answer.status, answer.header("vary")), (StatusCode::OK, "accept"));
        assert!(answer.header("cache-control").starts_with("public") && answer.header("cache-control").contains("immutable"));
        assert_eq!(test.get_with(&public, &[("accept", "*/*")]).await.header("content-type"), "image/jpeg");
        // Asked for once; a second look finds nothing to do.
        crate::library::encode::ask(&test.app).await.unwrap();
        assert_eq!(run_due(&test.app, HANDLERS).await, 0);
    }

    async fn what_is_prepared_waits_for_no_smaller_copies(test: TestApp) {
        let owner = test.owner().await;
        take_in(&test, &owner, "first.png", "picture", &picture(60, 40, ImageFormat::Png)).await;
        crate::library::encode::ask(&test.app).await.unwrap();
        let mut tx = test.app.db.begin().await.unwrap();
        on_engine!(tx, conn => sqlx::query("UPDATE job SET run_at_us = run_at_us - 5000000 WHERE kind = 'media.encode'")
            .execute(conn).await.map(drop).unwrap());
        tx.commit().await.unwrap();
        upload(&test, &owner, "second.png", "picture", &picture(61, 40, ImageFormat::Png)).await;
        let now_us = test.app.clock.now_us();
        let lease = test.app.ids.next().unwrap();
        let claimed = crate::jobs::sql::claim(&test.app.db, crate::jobs::Lane::Work, lease, now_us, now_us + 60_000_000).await.unwrap().unwrap();
        assert_eq!(claimed.kind, crate::library::take_in::KIND, "the upload that came later is first");
        let claim = async |lane| {
            let lease = test.app.ids.next().unwrap();
            crate::jobs::sql::claim(&test.app.db, lane, lease, now_us, now_us + 60_000_000).await.unwrap()
        };
        assert!(claim(crate::jobs::Lane::Work).await.is_none());
        assert_eq!(claim(crate::jobs::Lane::Spare).await.unwrap().kind, crate::library::encode::KIND);
    }

    async fn smaller_copies_whose_job_was_lost_are_asked_for_again(test: TestApp) {
        let owner = test.owner().await;
        take_in(&test, &owner, "tin.png", "picture", &picture(60, 40, ImageFormat::Png)).await;
        crate::library::encode::ask(&test.app).await.unwrap();
        // A backup holds no jobs.
        let mut tx = test.app.db.begin().await.unwrap();
        on_engine!(tx, conn => sqlx::query("DELETE FROM job WHERE kind = 'media.encode'").execute(conn).await.map(drop).unwrap());
        tx.commit().await.unwrap();
        assert_eq!(run_due(&test.app, HANDLERS).await, 0);
        crate::library::encode::ask(&test.app).await.unwrap();
        crate::library::encode::ask(&test.app).await.unwrap();
        assert_eq!(run_due(&test.app, HANDLERS).await, 1, "asked for once");
        crate::library::encode::ask(&test.app).await.unwrap();
        assert_eq!(run_due(&test.app, HANDLERS).await, 0);
    }

    async fn a_job_that_is_run_twice_comes_to_the_same_end(test: TestApp) {
        let owner = test.owner().await;
        upload(&test, &owner, "tin.png", "auto", &picture(40, 30, ImageFormat::Png)).await;
        // A server takes it up and is killed; another one follows.
        let now_us = test.app.clock.now_us();
        crate::jobs::sql::claim(&test.app.db, crate::jobs::Lane::Work, test.app.ids.next().unwrap(), now_us, now_us + 60_000_000).await.unwrap();
        test.advance(std::time::Duration::from_mins(2));
        assert_eq!(run_due(&test.app, HANDLERS).await, 1);
        assert_eq!(sql::list(&test.app.db, owner.tenant, &Wanted::default(), 9).await.unwrap().len(), 1);
        assert_eq!(audited(&test).await, ["media.added"]);
    }

    async fn texts_are_kept_per_language_and_faults_are_shown(test: TestApp) {
        let owner = test.owner().await;
        let state = take_in(&test, &owner, "tin.png", "auto", &picture(40, 30, ImageFormat::Png)).await;
        let path = format!("/app/media/{}", state["media"].as_str().unwrap());
        let wrong = owner.post(&path, &[("name", ""), ("alt-en", "A tin\u{202e}")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text().contains("This is needed"), "{}", wrong.text());
        assert_eq!(owner.post(&path, &[("name", "Tin"), ("alt-xx", "x")]).await.status, StatusCode::BAD_REQUEST);
        let seen = seen(&owner, &path).await;
        let fine = [("seen", seen.as_str()), ("name", "Tin"), ("alt-en", "A tin"), ("alt-zh-TW", "茶罐")];
        assert_eq!(owner.post(&path, &fine).await.status, StatusCode::SEE_OTHER);
        let page = owner.get(&path).await.text();
        assert!(page.contains("value=\"A tin\"") && page.contains("value=\"茶罐\""), "{page}");
        assert_eq!(audited(&test).await, ["media.added", "media.changed"]);
    }

    async fn of_two_who_describe_a_picture_neither_loses_anything(test: TestApp) {
        let owner = test.owner().await;
        let staff = test.person(owner.tenant, Role::Staff).await;
        let state = take_in(&test, &owner, "tin.png", "auto", &picture(40, 30, ImageFormat::Png)).await;
        let path = format!("/app/media/{}", state["media"].as_str().unwrap());
        let (first, second) = (seen(&owner, &path).await, seen(&staff, &path).await);
        let theirs = [("seen", first.as_str()), ("name", "tin.png"), ("alt-en", "A red tin"), ("alt-zh-TW", "")];
        assert_eq!(owner.post(&path, &theirs).await.status, StatusCode::SEE_OTHER);
        let late = [("seen", second.as_str()), ("name", "tin.png"), ("alt-en", "A tin"), ("alt-zh-TW", "茶罐")];
        let answer = staff.post(&path, &late).await;
        let page = answer.text();
        assert_eq!(answer.status, StatusCode::CONFLICT, "{page}");
        assert!(page.contains("<dd>A red tin</dd>") && page.contains("value=\"茶罐\"") && page.contains("value=\"A tin\""), "{page}");
        assert!(owner.get(&path).await.text().contains("value=\"A red tin\""), "nothing was overwritten");
        // The page that told it knows what is there now.
        let again = [("seen", hidden(&page, "seen")), ("name", "tin.png"), ("alt-en", "A red tin"), ("alt-zh-TW", "茶罐")];
        assert_eq!(staff.post(&path, &again).await.status, StatusCode::SEE_OTHER);
        let page = owner.get(&path).await.text();
        assert!(page.contains("value=\"A red tin\"") && page.contains("value=\"茶罐\""), "{page}");
        assert_eq!(audited(&test).await, ["media.added", "media.changed", "media.changed"]);
        // Saved once more as it is, nothing changed.
        let same = [("seen", seen(&owner, &path).await), ("name", "tin.png".to_owned())];
        let same: Vec<(&str, &str)> = same.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(owner.post(&path, &same).await.status, StatusCode::SEE_OTHER);
        assert_eq!(audited(&test).await.len(), 3);
    }

    async fn what_is_used_stays_and_what_is_not_goes_with_its_files(test: TestApp) {
        test.seed().await;
        let owner = test.owner().await;
        let items = sql::list(&test.app.db, owner.tenant, &Wanted::default(), 50).await.unwrap();
        assert!(items.len() >= 3, "{items:?}");
        for item in items {
            let page = owner.get(&format!("/app/media/{}", item.id)).await.text();
            assert!(page.contains("sample") || page.contains("TEA") || page.contains("HID"), "{page}");
            let answer = owner.post(&format!("/app/media/{}/delete", item.id), &[]).await;
            assert_eq!(answer.header("location"), format!("/app/media/{}", item.id), "refused");
            assert!(sql::find(&test.app.db, owner.tenant, item.id).await.unwrap().is_some());
        }
        let file = picture(40, 30, ImageFormat::Png);
        let state = take_in(&test, &owner, "tin.png", "auto", &file).await;
        let id = state["media"].as_str().unwrap();
        let item = sql::find(&test.app.db, owner.tenant, id.parse().unwrap()).await.unwrap().unwrap();
        let answer = owner.post(&format!("/app/media/{id}/delete"), &[]).await;
        assert_eq!(answer.header("location"), "/app/media");
        assert_eq!(owner.get(&format!("/app/media/{id}")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(run_due(&test.app, HANDLERS).await, 1);
        let original = crate::files::media_path(owner.tenant.id(), &item.sha256, "original.png");
        assert_eq!(test.app.files.size(&original).await.unwrap(), None);
        let name: String = on_engine!(test.app.db, conn => sqlx::query_scalar("SELECT name FROM media WHERE id = $1")
            .bind(item.id).fetch_one(conn).await.unwrap());
        assert_eq!(name, "tin.png", "an older revision can say what it was");
        // It may come back.
        let again = take_in(&test, &owner, "tin.png", "auto", &file).await;
        assert!(again["state"] == "done" && again["media"] != state["media"], "{again}");
        assert_eq!(audited(&test).await, ["media.added", "media.added", "media.deleted"]);
    }
}

on_both! {
    async fn what_shoppers_see_stays_when_a_product_shows_something_else(test: TestApp) {
        test.seed().await;
        let owner = test.owner().await;
        let card = test.get("/api/v1/stores/sample").await.json()["products"][0].clone();
        let url = card["picture"]["url"].as_str().unwrap().to_owned();
        let sha256 = url.split('/').nth(2).unwrap().to_owned();
        let shown: Uuid = on_engine!(test.app.db, conn => sqlx::query_scalar("SELECT id FROM media WHERE sha256 = $1")
            .bind(sha256.as_str()).fetch_one(conn).await.unwrap());
        let other = take_in(&test, &owner, "tin.png", "auto", &picture(40, 30, ImageFormat::Png)).await["media"].clone();
        let request = Request::patch(format!("/api/v1/products/{TEA}")).header("cookie", &owner.cookie).header("if-match", "*");
        let request = request.header("origin", test.origin()).header("content-type", "application/json");
        let body = serde_json::json!({ "pictures": [other] }).to_string();
        let answer = test.send(request.body(Body::from(body)).unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());

        let page = owner.get(&format!("/app/media/{shown}")).await.text();
        assert!(page.contains("sample") && !page.contains("/delete"), "{page}");
        owner.post(&format!("/app/media/{shown}/delete"), &[]).await;
        assert!(sql::find(&test.app.db, owner.tenant, shown).await.unwrap().is_some(), "shoppers see it");
        assert_eq!(test.get(&url).await.status, StatusCode::OK);
    }
}

/// 50,000 by 50,000 white points, all of them there, in some hundred kilobytes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bomb_that_holds_what_it_says_is_refused_by_its_header() {
    use std::io::Write as _;
    let test = TestApp::start(crate::testing::Engine::Sqlite).await;
    let owner = test.owner().await;
    let row = [0_u8; 1 + 50_000 / 8];
    let mut zeros = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    for _ in 0..50_000 {
        zeros.write_all(&row).unwrap();
    }
    let chunk = |kind: &[u8; 4], content: &[u8]| {
        let mut crc = flate2::Crc::new();
        crc.update(kind);
        crc.update(content);
        [&(content.len() as u32).to_be_bytes(), kind.as_slice(), content, &crc.sum().to_be_bytes()].concat()
    };
    let header = [50_000_u32.to_be_bytes().as_slice(), &50_000_u32.to_be_bytes(), &[1, 0, 0, 0, 0]].concat();
    let bomb = [
        b"\x89PNG\r\n\x1a\n".as_slice(),
        &chunk(b"IHDR", &header),
        &chunk(b"IDAT", &zeros.finish().unwrap()),
        &chunk(b"IEND", b""),
    ]
    .concat();
    let state = take_in(&test, &owner, "bomb.png", "auto", &bomb).await;
    assert!(state["failure"].as_str().unwrap().contains("Too large"), "{state}");
}

/// A profile of colours that inflates to more than anybody has.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_profile_that_is_a_bomb_ends_well() {
    use std::io::Write as _;
    let test = TestApp::start(crate::testing::Engine::Sqlite).await;
    let owner = test.owner().await;
    let mut zeros = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    for _ in 0..256 {
        zeros.write_all(&vec![0; 1 << 20]).unwrap();
    }
    let content = [b"icc\0\0".as_slice(), &zeros.finish().unwrap()].concat();
    let mut crc = flate2::Crc::new();
    crc.update(b"iCCP");
    crc.update(&content);
    let chunk =
        [&(content.len() as u32).to_be_bytes(), b"iCCP".as_slice(), &content, &crc.sum().to_be_bytes()].concat();
    let mut file = picture(40, 30, ImageFormat::Png);
    // Behind the header, which has 8 + 25 bytes.
    file.splice(33..33, chunk);
    let state = take_in(&test, &owner, "bomb.png", "auto", &file).await;
    assert!(state["state"] == "done" || state["state"] == "failed", "{state}");
}
