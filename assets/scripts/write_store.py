"""Writes seed.json and store.json; every angle in them is computed from the shop."""

from __future__ import annotations

import json

import shop
from articles import PRODUCTS
from goods import CATEGORIES, GOODS, SUPPLIERS
from hotspots import Target, targets
from paths import DEMO
from shop import CAMERAS

CAMPAIGN = "0192f0a0-1c00-7000-9000-000000000001"
FLOOR_PLAN = "media/floor-plan.png"
TEA_PICTURE = "media/tea-shelf.jpg"
TEAS = {"TEA-OOL-150", "TEA-JAS-150", "TEA-BLK-020"}


def both(zh: str, en: str) -> dict[str, str]:
    return {"zh-TW": zh, "en": en}


SHOP_NAME = both("巷口小舖", "Alley Corner Shop")

SCENES = {
    "entrance": {
        "name": both("入口", "Entrance"),
        "description": both("進門就看得到整間店。", "The whole shop at a glance."),
        "alt": both(
            "店門口往內看：中間是零食貨架，右邊是結帳櫃檯，左邊靠窗擺著水果，身後敞開的玻璃門通往騎樓。",
            "Just inside the door: a snack shelf ahead, the checkout on the right, fruit by the window on "
            "the left, and the open glass door to the arcade behind you.",
        ),
        "view": (0, -6, 100),
    },
    "aisle": {
        "name": both("乾貨走道", "Dry Goods Aisle"),
        "description": both("茶、咖啡、麵和調味料。", "Tea, coffee, noodles and sauces."),
        "alt": both(
            "走道中央：左側靠牆的木層架放著茶葉、咖啡、醬油和麵，右側矮架是零食，盡頭看得到冷藏櫃。",
            "In the aisle: wooden wall shelves with tea, coffee, soy sauce and noodles on the left, a low "
            "snack shelf on the right, and the fridges at the far end.",
        ),
        "view": (-42, -4, 100),
    },
    "fridge": {
        "name": both("冷藏櫃", "Fridge Corner"),
        "description": both("鮮乳、豆漿和冰涼飲料。", "Milk, soy milk and cold drinks."),
        "alt": both(
            "一整排透明玻璃門的冷藏櫃，裡面是鮮乳、豆漿、冬瓜茶和其他飲料；身後是零食架和通往門口的走道。",
            "A row of glass-door fridges with milk, soy milk, winter melon tea and other drinks; behind "
            "you the snack shelf and the aisles back to the door.",
        ),
        "view": (-15, -4, 100),
    },
    "counter": {
        "name": both("結帳櫃檯", "Checkout"),
        "description": both("結帳、茶葉蛋，還有本週優惠。", "Pay here; tea eggs and this week's coupon."),
        "alt": both(
            "木質結帳櫃檯，上面有收銀平板、茶葉蛋鍋、鳳梨酥和優惠立牌，暖色吊燈照亮後方的茶罐與禮盒。",
            "A wooden checkout with a till, a pot of tea eggs, pineapple cakes and a coupon stand; warm "
            "pendant lamps light the tins and gift boxes behind it.",
        ),
        "view": (10, -8, 100),
    },
    "arcade": {
        "name": both("騎樓", "Arcade"),
        "description": both(
            "門口的騎樓：盆栽、新米，還有一張長凳。", "Outside under the arcade: pots, new rice and a bench."
        ),
        "alt": both(
            "店門外的騎樓：敞開的玻璃門旁是綠色招牌、春聯與手寫菜單，右邊階梯架上擺著九層塔盆栽，左邊有長凳與米袋；"
            "身後是停著機車的巷子和對面的老房子。",
            "Under the arcade outside: an open glass door with a green sign, red couplets and a "
            "hand-lettered board, pots of basil on wooden steps to the right, a bench and sacks of rice to "
            "the left; behind you a lane with scooters and the old houses across it.",
        ),
        "view": (6, -5, 100),
    },
}

LINKS = {
    "entrance": both("回到入口", "To the entrance"),
    "aisle": both("往乾貨走道", "To the dry goods aisle"),
    "fridge": both("往冷藏櫃", "To the fridges"),
    "counter": both("往結帳櫃檯", "To the checkout"),
    "arcade": both("到門外騎樓", "Out to the arcade"),
}

TEXTS = {
    "entrance-hours": (
        both("營業時間", "Opening hours"),
        both(
            "週一到週六 07:30–21:30，週日 08:00–20:00。國定假日照常營業。",
            "Monday to Saturday 7:30–21:30, Sunday 8:00–20:00. Open on public holidays.",
        ),
    ),
    "entrance-fruit": (
        both("今日水果", "Fruit of the day"),
        both(
            "柳丁、芭樂和鳳梨都由產地直送，每天早上補貨。要幫忙削好，跟櫃檯說一聲就行。",
            "Oranges, guavas and pineapples come straight from the growers every morning. Ask at the "
            "counter if you would like them peeled.",
        ),
    ),
    "fridge-cold-note": (
        both("低溫保存", "Kept cold"),
        both(
            "冷藏櫃全天維持在 4 °C 左右。挑好再開門，省電又保鮮。",
            "The fridges stay at about 4 °C all day. Choose first, then open: it saves power and keeps "
            "things fresh.",
        ),
    ),
    "counter-tea-eggs": (
        both("阿嬤的茶葉蛋", "Grandma's tea eggs"),
        both(
            "每天清晨用紅茶和八角慢滷，一顆 12 元，三顆 35 元，賣完為止。",
            "Simmered every morning with black tea and star anise. NT$12 each, three for NT$35, until "
            "they are gone.",
        ),
    ),
    "arcade-bench": (
        both("坐一下再走", "Sit down for a while"),
        both(
            "等公車、等小孩放學，或者只是腳痠，都歡迎坐。茶壺裡是今天的冷泡烏龍，杯子自己拿。",
            "For those who wait for the bus, for a child after school, or whose feet are tired. Today's "
            "cold-brewed oolong is in the pot; help yourself to a cup.",
        ),
    ),
    "arcade-sign": (
        both("巷口小舖", "Alley Corner Shop"),
        both(
            "騎樓下的小店，賣茶、賣零食，也賣醬油和燈泡旁邊的那些小東西。",
            "A small shop under the arcade: tea, snacks, soy sauce and all the little things one runs "
            "out of.",
        ),
    ),
}

LABELS = {
    "entrance-hours": both("營業時間", "Opening hours"),
    "entrance-fruit": both("今日水果", "Fruit of the day"),
    "entrance-notice-board": both("社區公布欄", "Community notice board"),
    "aisle-tea-picture": both("認識我們的茶", "About our tea"),
    "fridge-cold-note": both("低溫保存", "Kept cold"),
    "counter-coupon": both("本週優惠券", "This week's coupon"),
    "counter-tea-eggs": both("茶葉蛋", "Tea eggs"),
    "arcade-coupon": both("本週優惠券", "This week's coupon"),
    "arcade-bench": both("門口的長凳", "The bench at the door"),
    "arcade-sign": both("關於小店", "About the shop"),
}


def _hotspot(target: Target) -> dict:
    yaw, pitch = target.angles
    spot: dict = {"id": target.id, "yaw": yaw, "pitch": pitch}
    match target.kind:
        case "link":
            spot |= {"icon": "arrow", "label": LINKS[target.subject], "link": {"scene": target.subject}}
        case "product":
            product = PRODUCTS[target.subject]
            spot |= {
                "icon": "tag",
                "label": both(product.name_zh, product.name_en),
                "product": {"product": product.id},
            }
        case "text":
            title, body = TEXTS[target.id]
            spot |= {"icon": "info", "label": LABELS[target.id], "text": {"title": title, "body": body}}
        case "image":
            caption = both(
                "高山烏龍、茉莉綠茶、蜜香紅茶：店裡的三款茶。",
                "High mountain oolong, jasmine green and honey black: the three teas we keep.",
            )
            spot |= {
                "icon": "image",
                "label": LABELS[target.id],
                "image": {"media": TEA_PICTURE, "caption": caption},
            }
        case "webLink":
            spot |= {
                "icon": "link",
                "label": LABELS[target.id],
                "webLink": {"url": "https://example.org/alley-corner-shop/community"},
            }
        case "coupon":
            spot |= {
                "icon": "gift",
                "color": "#f2b705",
                "label": LABELS[target.id],
                "coupon": {"campaign": CAMPAIGN},
            }
    return spot


def _scene(scene_id: str) -> dict:
    camera, words = CAMERAS[scene_id], SCENES[scene_id]
    x, y = shop.on_plan(camera.x, camera.y)
    yaw, pitch, fov = words["view"]
    return {
        "id": scene_id,
        "name": words["name"],
        "description": words["description"],
        "alt": words["alt"],
        "panorama": f"panoramas/{scene_id}.jpg",
        "north": camera.north,
        "view": {"yaw": yaw, "pitch": pitch, "fov": fov},
        "position": {"floorPlan": "ground", "x": x, "y": y, "heading": camera.north},
        "hotspots": [_hotspot(t) for t in targets() if t.scene == scene_id],
    }


def store() -> dict:
    return {
        "version": 1,
        "languages": ["zh-TW", "en"],
        "name": SHOP_NAME,
        "description": both(
            "巷子口的小雜貨店：茶、零食、冷飲和日常用品，走進來逛逛。",
            "A small corner shop for tea, snacks, cold drinks and everyday things. Come in and look around.",
        ),
        "brand": {"primary": "#1f6f5c", "onPrimary": "#ffffff"},
        "contact": {
            "phone": "+886 2 0123 4567",
            "email": "hello@example.org",
            "line": "@alley-corner-demo",
            "website": "https://example.org/alley-corner-shop",
        },
        "privacy": both(
            "本店只統計不具名的瀏覽次數，不使用 Cookie 追蹤。",
            "We count visits without names and use no tracking cookies.",
        ),
        "start": {"scene": "entrance"},
        "floorPlans": [{"id": "ground", "name": both("一樓", "Ground floor"), "media": FLOOR_PLAN}],
        "scenes": [_scene(scene_id) for scene_id in CAMERAS],
    }


def _category(category) -> dict:
    above = {"parent": CATEGORIES[category.above].id} if category.above else {}
    return {"id": category.id, **above, "name": both(category.zh, category.en)}


def _supplier(supplier) -> dict:
    return {
        "id": supplier.id,
        "name": supplier.name,
        "code": supplier.code,
        "email": supplier.email,
        "phone": supplier.phone,
    }


def _product(product) -> dict:
    goods = GOODS[product.article.sku]
    life = {"shelfLifeDays": goods.shelf_life_days} if goods.shelf_life_days else {}
    alt = both("店裡的三款茶並排在木架上", "The three teas side by side on the wooden shelf")
    on_shelf = {"picture": TEA_PICTURE, "alt": alt}
    more = {"morePictures": [on_shelf]} if product.article.sku in TEAS else {}
    return {
        "id": product.id,
        "sku": product.article.sku,
        "gtin": product.gtin,
        "name": both(product.name_zh, product.name_en),
        "description": both(product.text_zh, product.text_en),
        "price": {"minor": product.article.price * 100, "currency": "TWD", "taxIncluded": True},
        "unit": "piece",
        "picture": f"products/{product.slug}.jpg",
        "alt": both(product.alt_zh, product.alt_en),
        **more,
        "category": CATEGORIES[goods.category].id,
        **life,
        "packThousandths": goods.pack * 1000,
        "supplier": SUPPLIERS[goods.supplier].id,
        "supplierCode": f"{SUPPLIERS[goods.supplier].code}-{product.number:03d}",
    }


def seed() -> dict:
    return {
        "organisation": {"name": "巷口小舖"},
        "shop": {
            "name": SHOP_NAME,
            "address": both(
                "臺北市示範區巷口街 8 號 1 樓", "1F, 8 Alley Corner Street, Demo District, Taipei"
            ),
            "phone": "+886 2 0123 4567",
            "line": "@alley-corner-demo",
            "hours": [
                {"days": ["mon", "tue", "wed", "thu", "fri", "sat"], "opens": "07:30", "closes": "21:30"},
                {"days": ["sun"], "opens": "08:00", "closes": "20:00"},
            ],
            "timeZone": "Asia/Taipei",
            "currency": "TWD",
        },
        "stores": [{"slug": "demo", "document": "store.json"}],
        "categories": [_category(c) for c in CATEGORIES.values()],
        "suppliers": [_supplier(s) for s in SUPPLIERS.values()],
        "products": [_product(p) for p in PRODUCTS.values()],
    }


def main() -> None:
    DEMO.mkdir(parents=True, exist_ok=True)
    for name, value in (("store.json", store()), ("seed.json", seed())):
        text = json.dumps(value, ensure_ascii=False, indent=2) + "\n"
        (DEMO / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
