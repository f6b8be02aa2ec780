//! A store of one's own, as whoever makes it meets it.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use image::{ImageFormat, Rgb, RgbImage};
use scene::document::StoreDocument;
use serde_json::{Value, json};
use uuid::Uuid;

use super::sql;
use crate::accounts::actor::Tenant;
use crate::accounts::rights::Role;
use crate::http::form::Form;
use crate::jobs::{HANDLERS, run_due};
use crate::on_engine;
use crate::stores;
use crate::testing::{Answer, PASSWORD, Person, TEA, TestApp, on_both};
use crate::uploads::tests::upload;
use crate::webhooks::tests as webhooks;

/// Uploads a panorama of one colour and has it taken in; returns its media id.
pub async fn panorama(test: &TestApp, who: &Person<'_>, name: &str, blue: u8) -> String {
    let mut file = std::io::Cursor::new(Vec::new());
    RgbImage::from_fn(256, 128, |x, y| Rgb([x as u8, (y * 2) as u8, blue]))
        .write_to(&mut file, ImageFormat::Png)
        .unwrap();
    // Ids of one instant have no order; those of the library are in the order of uploading.
    test.advance(std::time::Duration::from_millis(1));
    let path = upload(test, who, name, "panorama", &file.into_inner()).await;
    assert_eq!(run_due(&test.app, HANDLERS).await, 1);
    let state = who.get(&path).await.json();
    assert_eq!(state["state"], "done", "{state}");
    state["media"].as_str().unwrap().to_owned()
}

/// A shop.
pub async fn shop(who: &Person<'_>) {
    let fields =
        [("name-en", "Lane shop"), ("phone", "02 2345 6789"), ("time_zone", "Asia/Taipei"), ("currency", "TWD")];
    assert_eq!(who.post("/app/shop", &fields).await.status, StatusCode::SEE_OTHER);
}

/// A store of two panoramas, through the pages; returns its id.
async fn made(test: &TestApp, who: &Person<'_>) -> Uuid {
    shop(who).await;
    let (front, back) = (panorama(test, who, "Front.png", 90).await, panorama(test, who, "Back.png", 200).await);
    let fields =
        [("name-en", "Lane 8"), ("name-zh-TW", "巷口"), ("panorama", front.as_str()), ("panorama", back.as_str())];
    let answer = who.post("/app/stores/new", &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    answer.header("location").rsplit('/').next().unwrap().parse().unwrap()
}

async fn number(test: &TestApp, tenant: Tenant, store: Uuid) -> i64 {
    sql::last(&test.app.db, tenant, store).await.unwrap().unwrap().0
}

async fn document(test: &TestApp, tenant: Tenant, store: Uuid) -> Value {
    serde_json::from_str(&sql::last(&test.app.db, tenant, store).await.unwrap().unwrap().1).unwrap()
}

fn scene_ids(document: &Value) -> Vec<String> {
    document["scenes"].as_array().unwrap().iter().map(|scene| scene["id"].as_str().unwrap().to_owned()).collect()
}

/// Sends a form made from a revision.
async fn post(who: &Person<'_>, path: &str, revision: i64, fields: &[(&str, &str)]) -> Answer {
    let revision = revision.to_string();
    let mut all = vec![("revision", revision.as_str())];
    all.extend_from_slice(fields);
    who.post(path, &all).await
}

/// Publishes the draft and waits for the job.
async fn publish(test: &TestApp, who: &Person<'_>, store: Uuid) {
    let last = number(test, who.tenant, store).await;
    let answer = post(who, &format!("/app/stores/{store}/publish"), last, &[]).await;
    assert_eq!(answer.header("location"), format!("/app/stores/{store}/publishing"), "{}", answer.text());
    assert!(who.get(&format!("/app/stores/{store}/publishing")).await.text().contains("<progress"));
    assert_eq!(run_due(&test.app, HANDLERS).await, 1);
    let done = who.get(&format!("/app/stores/{store}/publishing")).await;
    assert_eq!(done.header("location"), format!("/app/stores/{store}#share"), "{}", done.text());
}

/// A form as a browser sends one with a file.
async fn send_file(who: &Person<'_>, path: &str, fields: &[(&str, &str)], file: &[u8]) -> Answer {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
    }
    body.extend(b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"s.json\"\r\nContent-Type: application/json\r\n\r\n");
    body.extend(file);
    body.extend(b"\r\n--x--\r\n");
    who.send("POST", path, "multipart/form-data; boundary=x", body).await
}

/// Uploads a picture that has smaller copies; returns its media id.
async fn fresh_picture(test: &TestApp, who: &Person<'_>, red: u8) -> String {
    let mut file = std::io::Cursor::new(Vec::new());
    RgbImage::from_fn(700, 500, |x, y| Rgb([red, x as u8, y as u8])).write_to(&mut file, ImageFormat::Png).unwrap();
    let path = upload(test, who, &format!("{red}.png"), "picture", &file.into_inner()).await;
    run_due(&test.app, HANDLERS).await;
    who.get(&path).await.json()["media"].as_str().unwrap().to_owned()
}

/// Changes the sample store's product.
async fn set_product(test: &TestApp, who: &Person<'_>, change: &Value) {
    let request =
        Request::patch(format!("/api/v1/products/{TEA}")).header("cookie", &who.cookie).header("if-match", "*");
    let request = request.header("origin", test.origin()).header("content-type", "application/json");
    let answer = test.send(request.body(Body::from(change.to_string())).unwrap()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
}

/// Every text in a JSON value.
fn strings(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| strings(value, found)),
        Value::Object(values) => values.values().for_each(|value| strings(value, found)),
        _ => {}
    }
}

async fn audited(test: &TestApp) -> Vec<String> {
    on_engine!(test.app.db, conn => sqlx::query_scalar("SELECT action FROM audit WHERE action LIKE 'store.%' ORDER BY action")
        .fetch_all(conn).await.unwrap())
}

on_both! {
    async fn a_store_is_made_shown_changed_gone_back_to_and_closed(test: TestApp) {
        let owner = test.owner().await;
        let page = owner.get("/app/stores").await.text();
        assert!(page.contains("/app/shop") && page.contains("/app/media"), "it says what comes first: {page}");
        let id = made(&test, &owner).await;
        let at = format!("/app/stores/{id}");
        let draft = document(&test, owner.tenant, id).await;
        assert_eq!(draft["languages"], json!(["en", "zh-TW"]));
        assert_eq!(draft["scenes"][0]["name"]["en"], "Front");
        let scenes = scene_ids(&draft);

        // Nothing of it is public.
        let slug = sql::find(&test.app.db, owner.tenant, id).await.unwrap().unwrap().slug;
        assert_eq!(slug, "lane-8");
        assert_eq!(test.get("/s/lane-8").await.status, StatusCode::NOT_FOUND);
        let tile = format!("{}/0/f/0/0.jpg", draft["scenes"][0]["panorama"].as_str().unwrap());
        assert_eq!(test.get(&format!("/tiles/{tile}")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(owner.get(&format!("/app/tiles/{tile}")).await.header("content-type"), "image/jpeg");
        let stranger = test.stranger().await;
        assert_eq!(stranger.get(&format!("/app/tiles/{tile}")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(stranger.get(&at).await.status, StatusCode::NOT_FOUND);

        // A link there, and the way back with it.
        let link = [("target", scenes[1].as_str()), ("label-en", "Further in"), ("yaw", "12,5"), ("pitch", "-8"),
            ("arrival-yaw", "40"), ("arrival-pitch", "0"), ("arrival-fov", "90"), ("back", "yes")];
        let links = format!("{at}/scenes/{}/links", scenes[0]);
        assert_eq!(post(&owner, &links, 1, &link).await.status, StatusCode::SEE_OTHER);
        let draft = document(&test, owner.tenant, id).await;
        let there = &draft["scenes"][0]["hotspots"][0];
        assert_eq!((&there["yaw"], &there["link"]["view"]["yaw"], &there["label"]["en"]), (&json!(12.5), &json!(40.0), &json!("Further in")));
        let back = &draft["scenes"][1]["hotspots"][0];
        assert_eq!((&back["yaw"], &back["link"]["view"]["yaw"], &back["label"]["en"]), (&json!(-140.0), &json!(-167.5), &json!("Front")));

        // The very viewer gets it, with files behind the door.
        let preview = owner.get(&format!("{at}/view.json")).await;
        assert_eq!(preview.header("x-robots-tag"), "noindex");
        let shown = preview.json();
        assert_eq!((&shown["revision"], &shown["document"]), (&json!(2), &draft));
        assert_eq!(shown["shop"]["phone"], "02 2345 6789");
        assert!(owner.get(&format!("{at}/preview")).await.text().contains("Draft"));
        assert!(owner.get(&format!("{at}/view")).await.header("content-security-policy").contains("frame-ancestors 'self'"));

        publish(&test, &owner, id).await;
        let store = test.get("/api/v1/stores/lane-8").await.json();
        assert_eq!((&store["revision"], &store["document"]), (&json!(2), &draft));
        let poster = test.get(store["posters"][&scenes[1]]["portrait"].as_str().unwrap()).await;
        assert_eq!((poster.status, poster.header("content-type")), (StatusCode::OK, "image/jpeg"));
        assert_eq!(test.get(&format!("/tiles/{tile}")).await.status, StatusCode::OK);
        let page = owner.get(&at).await.text();
        assert!(page.contains("/s/lane-8") && page.contains("&lt;vitrine-store"), "{page}");
        let code = owner.get(&format!("{at}/qr.svg")).await;
        assert!(code.header("content-type") == "image/svg+xml" && code.text().contains("<svg"));

        // A form that lost its fields on the way is refused, and shown again.
        let refused = post(&owner, &format!("{at}/settings"), 2, &[]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        // A change is not seen before it is published.
        let settings = [("name-en", "Lane eight"), ("slug", "lane-8"), ("first_language", "en"), ("own_colours", "yes"),
            ("primary", "#AA3300"), ("on_primary", "#ffffff"), ("website", "https://example.org")];
        assert_eq!(post(&owner, &format!("{at}/settings"), 2, &settings).await.status, StatusCode::SEE_OTHER);
        assert_eq!(test.get("/api/v1/stores/lane-8").await.json()["document"]["name"]["en"], "Lane 8");
        publish(&test, &owner, id).await;
        let store = test.get("/api/v1/stores/lane-8").await.json();
        assert_eq!((&store["document"]["name"]["en"], &store["document"]["brand"]["primary"]), (&json!("Lane eight"), &json!("#aa3300")));

        // Back to what it was, which is a revision of its own.
        assert_eq!(post(&owner, &format!("{at}/revisions/2/restore"), 3, &[]).await.header("location"), at);
        publish(&test, &owner, id).await;
        let store = test.get("/api/v1/stores/lane-8").await.json();
        assert_eq!((&store["revision"], &store["document"]), (&json!(4), &draft));
        assert_eq!(test.get("/api/v1/stores/lane-8/revisions/3").await.json()["document"]["name"]["en"], "Lane eight");
        // Once more as it is: the shop has another number by now.
        publish(&test, &owner, id).await;
        assert_eq!(test.get("/api/v1/stores/lane-8").await.json()["revision"], 5);
        let page = owner.get(&format!("{at}/revisions")).await.text();
        assert!(page.contains("Went back") && page.contains("Published once more"), "{page}");

        // Closed: whoever comes is told so, kindly.
        assert_eq!(owner.post(&format!("{at}/close"), &[]).await.header("location"), at);
        for path in ["/s/lane-8", "/s/lane-8/list", "/s/lane-8/embed", "/api/v1/stores/lane-8", "/api/v1/stores/lane-8/revisions/5"] {
            assert_eq!(test.get(path).await.status, StatusCode::GONE, "{path}");
        }
        assert!(test.get("/s/lane-8?lang=en").await.text().contains("closed at present"));
        assert!(!test.get("/").await.text().contains("lane-8"));
        assert_eq!(audited(&test).await, [
            "store.changed", "store.changed", "store.closed", "store.made",
            "store.published", "store.published", "store.published", "store.published", "store.restored",
        ]);
    }

    async fn a_draft_shows_pictures_that_nobody_else_may_see(test: TestApp) {
        test.seed().await;
        let owner = test.owner().await;
        let store = stores::sql::by_slug(&test.app.db, "sample").await.unwrap().unwrap().id;
        let pictures = [fresh_picture(&test, &owner, 10).await, fresh_picture(&test, &owner, 200).await];
        let film = upload(&test, &owner, "film.mp4", "auto", &crate::files::video::tests::mp4()).await;
        run_due(&test.app, HANDLERS).await;
        let film = owner.get(&film).await.json()["media"].as_str().unwrap().to_owned();
        set_product(&test, &owner, &json!({ "pictures": pictures, "video": film })).await;
        let shown = owner.get(&format!("/app/stores/{store}/view.json")).await.json();
        let mut addresses = Vec::new();
        strings(&shown, &mut addresses);
        addresses.retain(|text| text.starts_with('/'));
        for (id, variants) in [(&pictures[0], 3), (&pictures[1], 3), (&film, 1)] {
            let own = addresses.iter().filter(|address| address.contains(id.as_str())).count();
            assert_eq!(own, variants, "{addresses:?}");
        }
        for address in addresses {
            assert!(address.starts_with("/app/"), "{address} is not for a draft");
            assert_eq!(owner.get(&address).await.status, StatusCode::OK, "{address}");
        }
        let list = owner.get(&format!("/app/stores/{store}/view/list")).await.text();
        assert!(list.contains(&format!("/app/media/{}/", pictures[0])) && !list.contains("\"/media/"), "{list}");
    }

    async fn an_archived_product_leaves_the_store_at_the_next_publishing(test: TestApp) {
        test.seed().await;
        let owner = test.owner().await;
        let store = stores::sql::by_slug(&test.app.db, "sample").await.unwrap().unwrap().id;
        let hotspots = |store: &Value| -> Vec<bool> {
            let hotspots = store["document"]["scenes"][0]["hotspots"].as_array().unwrap().iter();
            hotspots.filter(|hotspot| hotspot["product"].is_object()).map(|hotspot| hotspot["visible"] != json!(false)).collect()
        };
        assert_eq!(owner.post(&format!("/app/products/{TEA}/archive"), &[]).await.status, StatusCode::SEE_OTHER);
        let before = test.get("/api/v1/stores/sample").await.json();
        assert_eq!((hotspots(&before), test.get(&format!("/p/{TEA}")).await.status), (vec![true], StatusCode::OK));

        let preview = owner.get(&format!("/app/stores/{store}/preview")).await.text();
        assert!(preview.contains("1 archived product is not shown: Oolong &lt;tea&gt;"), "{preview}");
        let shown = owner.get(&format!("/app/stores/{store}/view.json")).await.json();
        assert_eq!((hotspots(&shown), &shown["products"]), (vec![false], &json!([])));
        publish(&test, &owner, store).await;
        let after = test.get("/api/v1/stores/sample").await.json();
        assert_eq!((hotspots(&after), &after["products"]), (vec![false], &json!([])));
        assert_eq!(test.get(&format!("/p/{TEA}")).await.status, StatusCode::NOT_FOUND);
        let list = test.get("/s/sample/list?lang=en").await.text();
        assert!(!list.contains("Oolong"), "{list}");

        // The draft still leads there: out of the archive it is back.
        assert_eq!(owner.post(&format!("/app/products/{TEA}/restore"), &[]).await.status, StatusCode::SEE_OTHER);
        publish(&test, &owner, store).await;
        let again = test.get("/api/v1/stores/sample").await.json();
        assert_eq!((hotspots(&again), again["products"].as_array().unwrap().len()), (vec![true], 1));
    }

    async fn other_programs_are_told_what_shoppers_see(test: TestApp) {
        let owner = test.owner().await;
        let id = made(&test, &owner).await;
        webhooks::endpoint(&test, owner.tenant, "https://erp.example/hooks").await;
        publish(&test, &owner, id).await;
        owner.post(&format!("/app/stores/{id}/close"), &[]).await;
        owner.post(&format!("/app/stores/{id}/close"), &[]).await;
        assert_eq!(webhooks::told(&test).await, ["store.closed", "store.published"]);
    }

    async fn a_store_is_deleted_until_it_was_published(test: TestApp) {
        let owner = test.owner().await;
        let id = made(&test, &owner).await;
        let at = format!("/app/stores/{id}");
        assert!(owner.get(&at).await.text().contains("Delete this store?"));
        let stranger = test.stranger().await;
        assert_eq!(stranger.post(&format!("{at}/delete"), &[]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(owner.post(&format!("{at}/delete"), &[]).await.header("location"), "/app/stores");
        assert_eq!(owner.get(&at).await.status, StatusCode::NOT_FOUND);
        assert_eq!(owner.post(&format!("{at}/delete"), &[]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(audited(&test).await, ["store.deleted", "store.made"]);
        // Its panoramas are used nowhere any more.
        let wanted = crate::library::sql::Wanted { kind: "panorama", words: "", below: None };
        for item in crate::library::sql::list(&test.app.db, owner.tenant, &wanted, 9).await.unwrap() {
            let answer = owner.post(&format!("/app/media/{}/delete", item.id), &[]).await;
            assert_eq!(answer.header("location"), "/app/media");
        }
    }

    async fn a_store_that_was_published_is_kept(test: TestApp) {
        let owner = test.owner().await;
        let id = made(&test, &owner).await;
        let at = format!("/app/stores/{id}");
        publish(&test, &owner, id).await;
        for _ in 0..2 {
            assert_eq!(owner.post(&format!("{at}/delete"), &[]).await.header("location"), at);
            let page = owner.get(&at).await.text();
            assert!(!page.contains("Delete this store?"), "{page}");
            owner.post(&format!("{at}/close"), &[]).await;
        }
        assert!(owner.get(&at).await.text().contains("A store that was published is kept"));
        assert_eq!(number(&test, owner.tenant, id).await, 1);
    }

    async fn a_pasted_document_outlives_the_session_and_a_chosen_file_is_asked_for_again(test: TestApp) {
        let owner = test.owner().await;
        let mut again = test.person(owner.tenant, Role::Merchant).await;
        let id = made(&test, &owner).await;
        let mut wanted = document(&test, owner.tenant, id).await;
        wanted["name"]["en"] = json!("Lane \"8\" & 茶");
        let (text, here) = (wanted.to_string(), format!("/app/stores/{id}/document"));
        owner.post("/app/sign-out", &[]).await;
        let fields = [("revision", "1"), ("go", "check"), ("text", text.as_str())];
        let asked = send_file(&owner, &here, &fields, b"").await;
        assert_eq!(asked.status, StatusCode::UNAUTHORIZED);
        let page = asked.text();
        assert!(page.contains("what you typed is kept"), "{page}");
        let carried = page.split_once(r#"name="resume" value=""#).unwrap().1.split('"').next().unwrap().replace("&amp;", "&");
        let sign_in = [("email", again.email.as_str()), ("password", PASSWORD), ("next", here.as_str()), ("resume", carried.as_str())];
        let signed_in = test.post("/app/sign-in", &sign_in).await;
        assert!(signed_in.text().contains(&format!(r#"action="{here}""#)), "{}", signed_in.text());
        again.cookie = signed_in.header("set-cookie").split(';').next().unwrap().to_owned();
        let sent = Form::parse(carried.as_bytes()).unwrap();
        let checked = again.post(&here, &sent.fields().collect::<Vec<_>>()).await;
        assert!(checked.text().contains("Nothing is wrong with it"), "{}", checked.text());
        let save = [("revision", "1"), ("go", "save"), ("text", text.as_str())];
        assert_eq!(again.post(&here, &save).await.status, StatusCode::SEE_OTHER);
        assert_eq!(document(&test, owner.tenant, id).await, wanted);
        // What no page can send again by itself.
        let asked = send_file(&owner, &here, &fields, text.as_bytes()).await;
        assert!(asked.text().contains("A file cannot be kept here") && !asked.text().contains(r#"name="resume""#));
    }

    async fn what_pages_do_not_edit_stays(test: TestApp) {
        test.seed().await;
        let owner = test.owner().await;
        let id: Uuid = on_engine!(test.app.db, conn => sqlx::query_scalar("SELECT id FROM store").fetch_one(conn).await.unwrap());
        let before = document(&test, owner.tenant, id).await;
        let at = format!("/app/stores/{id}");
        assert!(owner.get(&format!("{at}/scenes/front")).await.text().contains("/links/to-back"));
        let scene = [("name-zh-TW", "門口"), ("alt-zh-TW", "一間店"), ("yaw", "20"), ("pitch", "-5"), ("fov", "100"), ("north", "-15")];
        assert_eq!(post(&owner, &format!("{at}/scenes/front"), 1, &scene).await.status, StatusCode::SEE_OTHER);
        let after = document(&test, owner.tenant, id).await;
        assert_eq!((&after["scenes"][0]["name"], &after["scenes"][0]["north"]), (&json!({"zh-TW": "門口"}), &json!(-15.0)));
        let typed = |document: Value| -> StoreDocument { serde_json::from_value(document).unwrap() };
        let (before, mut after) = (typed(before), typed(after));
        let (was, is) = (&before.scenes[0], &mut after.scenes[0]);
        (is.name, is.alt, is.view, is.north) = (was.name.clone(), was.alt.clone(), was.view, was.north);
        assert_eq!(after, before, "products, pictures, the floor plan");
        // Order, the first scene, and a scene that goes with the links to it.
        assert_eq!(post(&owner, &format!("{at}/scenes/back/move"), 2, &[("to", "up")]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(scene_ids(&document(&test, owner.tenant, id).await), ["back", "front"]);
        assert_eq!(post(&owner, &format!("{at}/scenes/front/remove"), 3, &[]).await.header("location"), at);
        let last = document(&test, owner.tenant, id).await;
        assert_eq!((scene_ids(&last), &last["start"]["scene"]), (vec!["back".to_owned()], &json!("back")));
        assert_eq!(last["scenes"][0]["hotspots"], json!([]));
        post(&owner, &format!("{at}/scenes/back/remove"), 4, &[]).await;
        assert_eq!(number(&test, owner.tenant, id).await, 4, "a store has at least one scene");
    }

    async fn of_two_who_change_the_same_nobody_loses_anything(test: TestApp) {
        let owner = test.owner().await;
        let id = made(&test, &owner).await;
        let merchant = test.person(owner.tenant, Role::Merchant).await;
        let at = format!("/app/stores/{id}");
        let scenes = scene_ids(&document(&test, owner.tenant, id).await);
        let scene = |name: &'static str| [("name-en", name), ("alt-en", "A shop"), ("yaw", "0"), ("pitch", "0"), ("fov", "100"), ("north", "0")];
        assert_eq!(post(&owner, &format!("{at}/scenes/{}", scenes[0]), 1, &scene("Door")).await.status, StatusCode::SEE_OTHER);
        // Another scene, from the revision before: both changes stand.
        assert_eq!(post(&merchant, &format!("{at}/scenes/{}", scenes[1]), 1, &scene("Till")).await.status, StatusCode::SEE_OTHER);
        let both = document(&test, owner.tenant, id).await;
        assert_eq!((&both["scenes"][0]["name"]["en"], &both["scenes"][1]["name"]["en"]), (&json!("Door"), &json!("Till")));
        // The same scene: told, with what was typed and who was faster.
        let late = post(&merchant, &format!("{at}/scenes/{}", scenes[0]), 1, &scene("Entrance")).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        let page = late.text();
        assert!(page.contains("value=\"Entrance\"") && page.contains("Somebody was faster"), "{page}");
        assert!(page.contains("name=\"revision\" value=\"3\""), "sent once more it replaces the other's: {page}");
        assert_eq!(post(&merchant, &format!("{at}/scenes/{}", scenes[0]), 3, &scene("Entrance")).await.status, StatusCode::SEE_OTHER);
        // A draft that was changed since is not published unseen, and not twice at once.
        let stale = post(&owner, &format!("{at}/publish"), 3, &[]).await;
        assert_eq!(stale.header("location"), at);
        assert_eq!(post(&owner, &format!("{at}/publish"), 4, &[]).await.header("location"), format!("{at}/publishing"));
        let second = post(&merchant, &format!("{at}/publish"), 4, &[]).await;
        assert!(second.headers.get_all("set-cookie").iter().any(|value| value.to_str().unwrap().contains("publishing_already")));
        assert_eq!(run_due(&test.app, HANDLERS).await, 1);
        assert_eq!(audited(&test).await.iter().filter(|action| *action == "store.published").count(), 1);
    }

    async fn a_job_that_is_run_twice_publishes_once(test: TestApp) {
        let owner = test.owner().await;
        let id = made(&test, &owner).await;
        post(&owner, &format!("/app/stores/{id}/publish"), 1, &[]).await;
        // A server takes it up and is killed; another one follows.
        let now_us = test.app.clock.now_us();
        crate::jobs::sql::claim(&test.app.db, crate::jobs::Lane::Work, test.app.ids.next().unwrap(), now_us, now_us + 60_000_000).await.unwrap();
        assert_eq!(test.get("/s/lane-8").await.status, StatusCode::NOT_FOUND, "nothing is half published");
        test.advance(std::time::Duration::from_mins(2));
        assert_eq!(run_due(&test.app, HANDLERS).await, 1);
        assert_eq!(test.get("/api/v1/stores/lane-8").await.json()["revision"], 1);
        assert_eq!(audited(&test).await, ["store.made", "store.published"]);
    }

    async fn what_is_wrong_with_a_new_store_is_told_where_it_is(test: TestApp) {
        let owner = test.owner().await;
        let page = owner.get("/app/stores/new").await.text();
        assert!(page.contains("/app/shop") && !page.contains("<form method=\"post\" action=\"/app/stores/new\""), "{page}");
        let id = made(&test, &owner).await;
        let wrong = owner.post("/app/stores/new", &[("name-en", "Second"), ("slug", "No Slug")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let page = wrong.text();
        assert!(page.contains("Choose at least one panorama") && page.contains("Small letters"), "{page}");
        let item = crate::library::sql::list(&test.app.db, owner.tenant, &crate::library::sql::Wanted { kind: "panorama", words: "", below: None }, 9).await.unwrap();
        let chosen = item[0].id.to_string();
        let taken = owner.post("/app/stores/new", &[("name-en", "Second"), ("slug", "lane-8"), ("panorama", &chosen)]).await;
        assert!(taken.status == StatusCode::UNPROCESSABLE_ENTITY && taken.text().contains("value=\"lane-8-2\""), "{}", taken.text());
        // Without a wish, a free one is found.
        let made = owner.post("/app/stores/new", &[("name-en", "Lane 8"), ("panorama", &chosen)]).await;
        let second: Uuid = made.header("location").rsplit('/').next().unwrap().parse().unwrap();
        assert_eq!(sql::find(&test.app.db, owner.tenant, second).await.unwrap().unwrap().slug, "lane-8-2");
        // Numbers that are none, a text that is missing: the form shows them.
        let at = format!("/app/stores/{id}/scenes/{}", scene_ids(&document(&test, owner.tenant, id).await)[0]);
        let wrong = post(&owner, &at, 1, &[("name-en", ""), ("alt-en", "x"), ("yaw", "left"), ("pitch", "91"), ("fov", "5"), ("north", "0")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(wrong.text().matches("class=\"why\"").count(), 4, "{}", wrong.text());
        // What is used by a draft stays in the library.
        let used = owner.post(&format!("/app/media/{chosen}/delete"), &[]).await;
        assert_eq!(used.header("location"), format!("/app/media/{chosen}"));
        // Staff look, and change nothing.
        let staff = test.person(owner.tenant, Role::Staff).await;
        assert_eq!(staff.get(&format!("/app/stores/{id}")).await.status, StatusCode::OK);
        assert_eq!(staff.get(&at).await.status, StatusCode::FORBIDDEN);
    }

    async fn a_document_goes_out_and_comes_in_with_every_fault_told(test: TestApp) {
        let owner = test.owner().await;
        let id = made(&test, &owner).await;
        let at = format!("/app/stores/{id}/document");
        let file = owner.get(&format!("/app/stores/{id}/document.json")).await;
        assert!(file.header("content-disposition").contains("lane-8-1.json"));
        let good = file.json();
        let with = |change: &dyn Fn(&mut Value)| {
            let mut changed = good.clone();
            change(&mut changed);
            changed.to_string()
        };
        let other = "0".repeat(64);
        for (text, says) in [
            ("{".to_owned(), vec!["not readable"]),
            (with(&|document| document["theme"] = json!("dark")), vec!["<code>theme</code> unknown field"]),
            (with(&|document| { document["start"]["scene"] = json!("cellar"); document["scenes"][0]["view"]["fov"] = json!(999); }),
                vec!["start.scene", "scenes[0].view.fov"]),
            (with(&|document| document["scenes"][1]["panorama"] = json!(other)), vec!["scenes[1].panorama", "no panorama of this id"]),
        ] {
            let answer = send_file(&owner, &at, &[("revision", "1"), ("go", "save")], text.as_bytes()).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
            let page = answer.text();
            for said in says {
                assert!(page.contains(said), "{said}: {page}");
            }
            assert_eq!(number(&test, owner.tenant, id).await, 1);
        }
        // In the language of whoever sent it.
        let faulty = with(&|document| { document["theme"] = json!("dark"); document["scenes"][0]["view"]["fov"] = json!("wide"); });
        let answer = send_file(&owner, &format!("{at}?lang=zh-TW"), &[("revision", "1"), ("go", "save")], faulty.as_bytes()).await.text();
        assert!(answer.contains("<code>theme</code> 沒有這個欄位。") && answer.contains("&quot;wide&quot; 的型別不對，應為 number。"), "{answer}");
        // A panorama of somebody else is none.
        let stranger = test.stranger().await;
        panorama(&test, &stranger, "Theirs.png", 10).await;
        let theirs = crate::library::sql::list(&test.app.db, stranger.tenant, &crate::library::sql::Wanted { kind: "panorama", words: "", below: None }, 9).await.unwrap()[0].sha256.clone();
        let answer = send_file(&owner, &at, &[("revision", "1"), ("go", "check")], with(&|document| document["scenes"][0]["panorama"] = json!(theirs)).as_bytes()).await;
        assert!(answer.text().contains("no panorama of this id"), "{}", answer.text());
        // First what it would change, then the saving.
        let fine = with(&|document| document["scenes"][0]["name"]["en"] = json!("Door"));
        let checked = send_file(&owner, &at, &[("revision", "1"), ("go", "check")], fine.as_bytes()).await;
        assert!(checked.status == StatusCode::OK && checked.text().contains("Nothing is wrong with it"), "{}", checked.text());
        assert_eq!(number(&test, owner.tenant, id).await, 1);
        let saved = send_file(&owner, &at, &[("revision", "1"), ("text", &fine), ("go", "save")], b"").await;
        assert_eq!(saved.header("location"), format!("/app/stores/{id}"));
        let late = send_file(&owner, &at, &[("revision", "1"), ("go", "save")], good.to_string().as_bytes()).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert_eq!(document(&test, owner.tenant, id).await["scenes"][0]["name"]["en"], "Door");
    }

    async fn programs_read_put_and_publish_drafts(test: TestApp) {
        let owner = test.owner().await;
        let id = made(&test, &owner).await;
        let answer = owner.post("/app/keys", &[("name", "Editor"), ("scope", "stores:read"), ("scope", "stores:write"), ("days", "30")]).await;
        let key = answer.text().split("value=\"vitrine_").nth(1).map(|rest| format!("vitrine_{}", rest.split('"').next().unwrap())).unwrap();
        let bearer = format!("Bearer {key}");
        let ask = async |method: &str, path: &str, tag: Option<&str>, body: String| {
            let request = Request::builder().method(method).uri(path).header("authorization", &bearer);
            let request = match tag { Some(tag) => request.header("if-match", tag), None => request };
            test.send(request.body(Body::from(body)).unwrap()).await
        };
        let listed = ask("GET", "/api/v1/drafts", None, String::new()).await.json();
        assert_eq!((&listed["stores"][0]["id"], &listed["stores"][0]["draft"], &listed["stores"][0]["published"]), (&json!(id), &json!(1), &Value::Null));
        assert_eq!(listed.get("next"), None);
        // Page by page, the newest first.
        let mut tx = test.app.db.begin().await.unwrap();
        // Ids of one instant have no order.
        test.advance(std::time::Duration::from_millis(1));
        let newer = test.app.ids.next().unwrap();
        on_engine!(tx, conn => sqlx::query("INSERT INTO store (id, organisation_id, shop_id, slug, created_us) SELECT $1, organisation_id, shop_id, 'newer', 0 FROM store WHERE id = $2")
            .bind(newer).bind(id).execute(conn).await.map(drop).unwrap());
        on_engine!(tx, conn => sqlx::query("INSERT INTO store_revision (store_id, number, document, created_us) SELECT $1, number, document, created_us FROM store_revision WHERE store_id = $2")
            .bind(newer).bind(id).execute(conn).await.map(drop).unwrap());
        tx.commit().await.unwrap();
        let first = ask("GET", "/api/v1/drafts?limit=1", None, String::new()).await.json();
        assert_eq!((&first["stores"][0]["id"], &first["next"]), (&json!(newer), &json!(newer)));
        let second = ask("GET", &format!("/api/v1/drafts?limit=1&cursor={newer}"), None, String::new()).await.json();
        assert_eq!((&second["stores"][0]["id"], second.get("next")), (&json!(id), None));
        for wrong in ["limit=0", "limit=201", "limit=many", "cursor=nothing"] {
            assert_eq!(ask("GET", &format!("/api/v1/drafts?{wrong}"), None, String::new()).await.status, StatusCode::BAD_REQUEST, "{wrong}");
        }
        let path = format!("/api/v1/drafts/{id}");
        let read = ask("GET", &path, None, String::new()).await;
        assert_eq!(read.header("etag"), "\"1\"");
        let mut document = read.json();
        document["scenes"][0]["name"]["en"] = json!("Door");
        assert_eq!(ask("PUT", &path, None, document.to_string()).await.status, StatusCode::PRECONDITION_REQUIRED);
        let saved = ask("PUT", &path, Some("\"1\""), document.to_string()).await;
        assert_eq!((saved.status, saved.header("etag")), (StatusCode::OK, "\"2\""), "{}", saved.text());
        assert_eq!(ask("PUT", &path, Some("\"1\""), document.to_string()).await.status, StatusCode::PRECONDITION_FAILED);
        document["start"]["scene"] = json!("cellar");
        let wrong = ask("PUT", &path, Some("*"), document.to_string()).await;
        assert_eq!((wrong.status, &wrong.json()["errors"][0]["path"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("start.scene")));
        let publication = format!("{path}/publication");
        assert_eq!(ask("POST", &publication, Some("\"1\""), String::new()).await.status, StatusCode::PRECONDITION_FAILED);
        let begun = ask("POST", &publication, Some("\"2\""), String::new()).await;
        assert_eq!((begun.status, &begun.json()["state"]), (StatusCode::ACCEPTED, &json!("waiting")));
        assert_eq!(ask("POST", &publication, Some("\"2\""), String::new()).await.status, StatusCode::CONFLICT);
        assert_eq!(run_due(&test.app, HANDLERS).await, 1);
        let done = ask("GET", &publication, None, String::new()).await.json();
        assert_eq!((&done["state"], &done["published"]), (&json!("done"), &json!(2)));
        assert_eq!(ask("GET", "/api/v1/drafts/nothing", None, String::new()).await.status, StatusCode::NOT_FOUND);
        let stranger = test.stranger().await;
        assert_eq!(stranger.get(&path).await.status, StatusCode::NOT_FOUND);
        assert!(test.get("/api/v1/store-document.schema.json").await.json()["properties"]["scenes"].is_object());
    }

    async fn stores_are_listed_page_by_page_without_those_of_other_shops(test: TestApp) {
        let owner = test.owner().await;
        let id = made(&test, &owner).await;
        let fields = [("name-en", "Hill shop"), ("time_zone", "Asia/Taipei"), ("currency", "TWD")];
        assert_eq!(owner.post("/app/shop", &fields).await.status, StatusCode::SEE_OTHER);
        let shops: Vec<Uuid> = on_engine!(test.app.db, conn => sqlx::query_scalar("SELECT id FROM shop ORDER BY id").fetch_all(conn).await.unwrap());
        let mut all = vec![(id, shops[0])];
        let mut tx = test.app.db.begin().await.unwrap();
        for number in 0..120 {
            test.advance(std::time::Duration::from_millis(1));
            let (copy, shop) = (test.app.ids.next().unwrap(), shops[number % 2]);
            on_engine!(tx, conn => sqlx::query("INSERT INTO store (id, organisation_id, shop_id, slug, created_us) VALUES ($1, $2, $3, $4, 0)")
                .bind(copy).bind(owner.tenant.id()).bind(shop).bind(format!("copy-{number}")).execute(conn).await.map(drop).unwrap());
            on_engine!(tx, conn => sqlx::query("INSERT INTO store_revision (store_id, number, document, created_us) SELECT $1, number, document, created_us FROM store_revision WHERE store_id = $2")
                .bind(copy).bind(id).execute(conn).await.map(drop).unwrap());
            all.push((copy, shop));
        }
        tx.commit().await.unwrap();
        let one_shop = test.person_in(owner.tenant, Role::Merchant, Some(shops[0])).await;
        for (who, of, pages) in [(&owner, None, [48, 48, 25].as_slice()), (&one_shop, Some(shops[0]), &[48, 13])] {
            let expected: Vec<Uuid> = all.iter().rev().filter(|(_, shop)| of.is_none_or(|of| of == *shop)).map(|(id, _)| *id).collect();
            let (mut at, mut seen) = (Some("/app/stores".to_owned()), Vec::new());
            for on_page in pages {
                let page = who.get(&at.expect("one more page")).await.text();
                let links: Vec<Uuid> = page.split("store-card\"><a href=\"/app/stores/").skip(1).map(|rest| rest[..36].parse().unwrap()).collect();
                assert_eq!(links.len(), *on_page, "{page}");
                assert_eq!(page.contains("href=\"/app/stores\">Back to"), !seen.is_empty(), "{page}");
                seen.extend(links);
                at = page.split("rel=\"next\" href=\"").nth(1).map(|rest| rest.split('"').next().unwrap().to_owned());
            }
            assert_eq!(at, None);
            assert_eq!(seen, expected);
            // Programs see the same.
            let listed = who.get("/api/v1/drafts?limit=200").await.json();
            let listed: Vec<Uuid> = listed["stores"].as_array().unwrap().iter().map(|one| serde_json::from_value(one["id"].clone()).unwrap()).collect();
            assert_eq!(listed, expected);
        }
        // Behind the last one is nothing any more.
        assert_eq!(owner.get(&format!("/app/stores?below={}", Uuid::nil())).await.header("location"), "/app/stores");
    }
}
