"""Signs, posters, price tags and house fronts of the shop, as textures."""

from __future__ import annotations

import random
from pathlib import Path

from PIL import Image, ImageDraw

import posters
from articles import ARTICLES
from drawing import centred, font, mix
from label_styles import hexed
from motifs import draw_motif
from paths import TEXTURES
from shop import SEED

GREEN, CREAM, RED, WOOD, INK = "#1f6f5c", "#fbf4e4", "#c8402a", "#8a5a34", "#2b2320"


def path_of(name: str) -> Path:
    return TEXTURES / f"sign-{name}.png"


def price_tag_path(sku: str) -> Path:
    return TEXTURES / f"tag-{sku.lower()}.png"


def _sheet(w: int, h: int, colour: str) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", (w, h), colour)
    return image, ImageDraw.Draw(image)


def price_tag(sku: str) -> Image.Image:
    article = ARTICLES[sku]
    image, d = _sheet(320, 120, "#fffdf4")
    d.rectangle([0, 0, 319, 119], outline="#c9bfa8", width=4)
    centred(d, (12, 12, 176, 62), article.zh, INK)
    centred(d, (12, 70, 176, 104), article.en, "#6a6058")
    centred(d, (186, 16, 308, 104), f"${article.price}", RED)
    return image


def aisle_sign(zh: str, en: str, colour: str, motif: str) -> Image.Image:
    image, d = _sheet(1200, 380, colour)
    d.rectangle([18, 18, 1181, 361], outline=mix(colour, "#ffffff", 0.55), width=5)
    draw_motif(motif, d, 50, 50, 280, "#ffffff", colour)
    centred(d, (360, 50, 1150, 250), zh, "#ffffff")
    centred(d, (360, 262, 1150, 335), en, mix(colour, "#ffffff", 0.85))
    return image


def hours() -> Image.Image:
    image, d = _sheet(1300, 420, GREEN)
    centred(d, (60, 40, 1240, 210), "巷口小舖", CREAM)
    centred(d, (60, 225, 1240, 300), "ALLEY CORNER SHOP", CREAM)
    centred(d, (60, 320, 1240, 385), "營業時間 07:30–21:30　歡迎光臨", "#f2d98f")
    return image


def fascia() -> Image.Image:
    image, d = _sheet(2400, 300, GREEN)
    draw_motif("leaf", d, 90, 10, 270, CREAM, GREEN)
    centred(d, (420, 40, 1500, 260), "巷口小舖", CREAM)
    centred(d, (1540, 110, 2330, 200), "ALLEY CORNER SHOP", CREAM)
    return image


def doormat() -> Image.Image:
    image, d = _sheet(1500, 900, "#5b2a26")
    d.rectangle([40, 40, 1459, 859], outline="#b98a5a", width=14)
    centred(d, (150, 220, 1350, 540), "歡迎光臨", "#e8c79a")
    centred(d, (380, 600, 1120, 700), "WELCOME", "#e8c79a")
    return image


def notice_board() -> Image.Image:
    rng = random.Random(SEED + 1)
    image, d = _sheet(1500, 1150, "#c79a66")
    for _ in range(9000):
        x, y = rng.randrange(1500), rng.randrange(1150)
        d.point((x, y), fill=mix("#c79a66", "#7d5a34", rng.random() * 0.6))
    d.rectangle([330, 30, 1170, 150], fill=GREEN)
    centred(d, (360, 48, 1140, 132), "社區公布欄 NOTICE BOARD", CREAM)
    papers = (
        (60, 190, 500, 640, "#fffaf0", "里民健走", "Sunday walk 7:00", "sun", "#e08e2b"),
        (540, 190, 960, 560, "#e9f4e6", "社區菜園", "Garden plots", "leaf", "#3f8a4a"),
        (1000, 190, 1440, 660, "#fdeaea", "書法班", "Calligraphy, Wed.", "circle", "#b83a3a"),
        (90, 690, 520, 1090, "#eaf2fb", "淨溪日", "River clean-up", "wave", "#2f78b4"),
        (560, 610, 960, 1090, "#fff6d8", "二手市集", "Flea market", "cup", "#8a5a1f"),
        (1000, 710, 1430, 1090, "#f2ecf9", "失物招領", "Lost & found", "drop", "#6b4c9a"),
    )
    for x0, y0, x1, y1, paper, zh, en, motif, colour in papers:
        d.rectangle([x0 + 8, y0 + 10, x1 + 8, y1 + 10], fill="#8f6a40")
        d.rectangle([x0, y0, x1, y1], fill=paper)
        h = y1 - y0
        centred(d, (x0 + 40, y0 + h * 0.12, x1 - 40, y0 + h * 0.36), zh, INK)
        centred(d, (x0 + 40, y0 + h * 0.39, x1 - 40, y0 + h * 0.48), en, "#5b524c")
        side = min(h * 0.44, x1 - x0 - 120)
        draw_motif(motif, d, (x0 + x1 - side) / 2, y1 - side - 18, side, colour, paper)
        cx = (x0 + x1) / 2
        d.ellipse([cx - 16, y0 + 8, cx + 16, y0 + 40], fill=RED)
    return image


def coupon() -> Image.Image:
    image, d = _sheet(700, 900, RED)
    d.rectangle([28, 28, 671, 871], outline="#ffd9a0", width=8)
    centred(d, (70, 70, 630, 170), "本週優惠", "#ffe9c4")
    centred(d, (70, 220, 630, 470), "9 折", "#ffffff")
    centred(d, (70, 500, 630, 580), "10 % OFF", "#ffe9c4")
    d.line([(60, 620), (640, 620)], fill="#ffd9a0", width=6)
    centred(d, (70, 650, 630, 730), "結帳出示優惠券", "#ffffff")
    centred(d, (110, 760, 590, 820), "SHOW THIS COUPON", "#ffe9c4")
    return image


def cold_note() -> Image.Image:
    image, d = _sheet(900, 1200, "#e9f4fb")
    d.rectangle([24, 24, 875, 1175], outline="#2f78b4", width=10)
    centred(d, (100, 90, 800, 260), "低溫保存", "#17456e")
    centred(d, (160, 280, 740, 360), "KEPT COLD", "#2f78b4")
    centred(d, (180, 430, 720, 680), "4 °C", "#2f78b4")
    draw_motif("drop", d, 300, 680, 300, "#2f78b4", "#e9f4fb")
    centred(d, (110, 1010, 790, 1090), "挑好再開門，省電又保鮮", "#17456e")
    return image


def tea_poster() -> Image.Image:
    image, d = _sheet(1500, 330, CREAM)
    d.rectangle([16, 16, 1483, 313], outline=GREEN, width=8)
    draw_motif("leaf", d, 50, 30, 260, GREEN, CREAM)
    centred(d, (350, 45, 1440, 200), "認識我們的茶", GREEN)
    centred(d, (350, 220, 1440, 285), "ABOUT OUR TEA", WOOD)
    return image


def tea_egg() -> Image.Image:
    image, d = _sheet(700, 460, "#fff3d8")
    d.rectangle([16, 16, 683, 443], outline=RED, width=8)
    centred(d, (60, 50, 640, 220), "茶葉蛋", RED)
    centred(d, (120, 235, 580, 295), "TEA EGGS", INK)
    centred(d, (110, 320, 590, 410), "1 顆 $12", INK)
    return image


def chalkboard() -> Image.Image:
    image, d = _sheet(800, 1000, "#27302d")
    d.rectangle([0, 0, 799, 999], outline="#9a6c3f", width=44)
    white, yellow = "#f1f1ea", "#f3d479"
    centred(d, (110, 90, 690, 220), "今日水果", yellow, family="Serif")
    for i, (zh, en, price) in enumerate(
        (("柳丁", "Orange", "$12"), ("芭樂", "Guava", "$25"), ("鳳梨", "Pineapple", "$79"))
    ):
        y = 270 + i * 215
        centred(d, (100, y, 400, y + 110), zh, white, family="Serif")
        centred(d, (100, y + 125, 400, y + 175), en, mix("#27302d", white, 0.75), "Regular")
        centred(d, (450, y + 10, 700, y + 130), price, yellow)
    return image


def fridge_header() -> Image.Image:
    image, d = _sheet(4000, 240, "#1d5f8f")
    for k, (zh, en) in enumerate(
        (("冷藏飲品", "COLD DRINKS"), ("鮮乳豆漿", "MILK & SOY"), ("冰涼一下", "STAY COOL"))
    ):
        x = k * 1333
        centred(d, (x + 120, 45, x + 700, 195), zh, "#ffffff")
        centred(d, (x + 760, 80, x + 1250, 160), en, "#bfe3f7")
    return image


def ice() -> Image.Image:
    image, d = _sheet(1200, 380, "#2f86c4")
    draw_motif("drop", d, 40, 40, 300, "#ffffff", "#2f86c4")
    centred(d, (380, 40, 1150, 240), "清涼冰品", "#ffffff")
    centred(d, (460, 260, 1070, 340), "ICE CREAM", "#e3f3fc")
    return image


def back_room() -> Image.Image:
    image, d = _sheet(500, 220, CREAM)
    d.rectangle([10, 10, 489, 209], outline=GREEN, width=6)
    centred(d, (50, 35, 450, 125), "員工專用", GREEN)
    centred(d, (90, 140, 410, 185), "STAFF ONLY", GREEN)
    return image


def till() -> Image.Image:
    image, d = _sheet(900, 620, "#f4f6f5")
    d.rectangle([0, 0, 899, 90], fill=GREEN)
    d.text((40, 45), "巷口小舖", font=font(54), fill="#ffffff", anchor="lm")
    rows = (("土鳳梨酥", "240"), ("掛耳咖啡", "280"), ("茶葉蛋 ×3", "35"))
    for i, (name, price) in enumerate(rows):
        y = 160 + i * 90
        d.text((60, y), name, font=font(50), fill=INK, anchor="lm")
        d.text((840, y), f"${price}", font=font(50), fill=INK, anchor="rm")
    d.line([(50, 410), (850, 410)], fill="#9aa", width=4)
    d.text((60, 490), "合計", font=font(70), fill=INK, anchor="lm")
    d.text((840, 490), "$555", font=font(90), fill=RED, anchor="rm")
    return image


def house(n: int) -> Image.Image:
    """Upper floors of a house across the street: tiles, windows, stains below the sills."""
    rng = random.Random(SEED + 10 + n)
    wall = ("#b9a892", "#9fb0a6", "#c5b7a4", "#a89a8c")[n % 4]
    image, d = _sheet(1000, 1620, wall)
    for y in range(0, 1620, 18):
        for x in range(0, 1000, 36):
            tone = mix(wall, "#000000" if rng.random() < 0.5 else "#ffffff", rng.random() * 0.07)
            d.rectangle([x, y, x + 34, y + 16], fill=tone)
    joint = mix(wall, "#000000", 0.14)
    for y in range(0, 1620, 18):
        d.line([(0, y + 17), (1000, y + 17)], fill=joint, width=1)
    for floor in range(3):
        for column in range(2):
            x, y = 70 + column * 456, 150 + floor * 540
            d.rectangle([x - 18, y - 18, x + 378, y + 290], fill="#dcd7cc")
            for half in range(2):
                gx = x + half * 184
                deep = mix("#2f4350", "#8fb2c0", rng.random() * 0.5)
                d.rectangle([gx, y, gx + 176, y + 272], fill=deep)
                if rng.random() < 0.5:
                    d.rectangle(
                        [gx, y, gx + 176, y + rng.randint(60, 272)],
                        fill=mix("#e6dcc6", "#9a8f7c", rng.random() * 0.5),
                    )
                d.polygon(
                    [(gx + 20, y + 272), (gx + 90, y), (gx + 130, y), (gx + 60, y + 272)],
                    fill=mix(hexed(deep), "#ffffff", 0.12),
                )
            for _ in range(9):
                px = x + rng.randint(-10, 370)
                length = rng.randint(30, 150)
                d.line(
                    [(px, y + 292), (px, y + 292 + length)],
                    fill=mix(wall, "#4a4238", 0.22),
                    width=rng.randint(2, 7),
                )
    return image


def far_sign(n: int) -> Image.Image:
    zh, en, colour, ink = (
        ("豆花冰", "SWEETS", "#8a5a2c", "#fff1d2"),
        ("早餐店", "BREAKFAST", "#b8482f", "#fff4e0"),
        ("書店", "BOOKS", "#2d5d7c", "#eef6fb"),
        ("洗衣", "LAUNDRY", "#e9efe8", "#2f6b5a"),
    )[n % 4]
    image, d = _sheet(1500, 240, colour)
    centred(d, (120, 30, 820, 210), zh, ink)
    centred(d, (860, 80, 1400, 160), en, ink)
    return image


def inside(n: int) -> Image.Image:
    """What one sees of a lit shop across the lane: shelves or tables in warm light."""
    rng = random.Random(SEED + 50 + n)
    image, d = _sheet(1200, 700, "#e8c890")
    d.rectangle([0, 470, 1200, 700], fill="#a07a4c")
    for row in range(4):
        y = 120 + row * 90
        d.rectangle([40, y, 1160, y + 10], fill="#7a5630")
        x = 50
        while x < 1130:
            w, h = rng.randint(12, 34), rng.randint(40, 74)
            d.rectangle(
                [x, y - h, x + w, y],
                fill=("#b8482f", "#2d5d7c", "#e3c46a", "#5f8a5a", "#efe6d2", "#7a4a3a")[rng.randrange(6)],
            )
            x += w + rng.randint(2, 12)
    for x in (150, 520, 880):
        d.rectangle([x, 520, x + 200, 545], fill="#6d4526")
        d.rectangle([x + 20, 545, x + 34, 690], fill="#4f3018")
        d.rectangle([x + 166, 545, x + 180, 690], fill="#4f3018")
    d.rectangle([590, 0, 612, 700], fill="#39433f")
    return image


AISLE_SIGNS = {
    "tea": ("茶・咖啡・麵", "TEA · COFFEE · NOODLES", "#2d6a4f", "leaf"),
    "snacks": ("零食餅乾", "SNACKS & BISCUITS", "#c0562f", "peanut"),
    "home": ("生活用品", "HOUSEHOLD", "#4a6a86", "sun"),
    "pay": ("結帳", "CHECKOUT", "#a8452c", "cup"),
    "cold": ("冷藏飲料", "COLD DRINKS", "#1d5f8f", "drop"),
}


def draw_all() -> None:
    TEXTURES.mkdir(parents=True, exist_ok=True)
    for name, words in AISLE_SIGNS.items():
        aisle_sign(*words).save(path_of(f"aisle-{name}"))
    for make in (
        hours,
        fascia,
        doormat,
        notice_board,
        coupon,
        cold_note,
        tea_poster,
        tea_egg,
        chalkboard,
        fridge_header,
        ice,
        back_room,
        till,
    ):
        make().save(path_of(make.__name__.replace("_", "-")))
    for n in range(4):
        house(n).save(path_of(f"house-{n}"))
        far_sign(n).save(path_of(f"far-sign-{n}"))
    for n in range(2):
        inside(n).save(path_of(f"inside-{n}"))
    for name, sheet in posters.sheets():
        sheet.save(path_of(name))
    for sku in ARTICLES:
        price_tag(sku).save(price_tag_path(sku))


if __name__ == "__main__":
    draw_all()
