"""Printed paper in and around the shop: posters, calendar, couplets, cartons, magazines, plates."""

from __future__ import annotations

import random

from PIL import Image, ImageDraw

from drawing import centred, font, mix
from label_styles import hexed, shade
from motifs import draw_motif
from shop import SEED

INK, CREAM, GREEN, RED = "#2b2320", "#fbf4e4", "#1f6f5c", "#c8402a"

# Name: ground, second colour, ink, motif, words.
_POSTERS = {
    "poster-tea": ("#dfe8cf", "#3f7a4a", "#1f3f28", "leaf", "冷泡茶季", "COLD BREW SEASON", "任選 2 罐 9 折"),
    "poster-cake": ("#f7d25a", "#2f6b3a", "#4b2a12", "pineapple", "土鳳梨酥", "PINEAPPLE CAKES", "一盒 $240"),
    "poster-noodle": (
        "#b3201c",
        "#ffd35c",
        "#fff6e4",
        "bowl",
        "深夜一碗麵",
        "A BOWL AT NIGHT",
        "碗麵 $45 起",
    ),
    "poster-milk": ("#e6f0fa", "#2b6cb8", "#123a6b", "drop", "今天的鮮乳", "MILK OF TODAY", "每日清晨到貨"),
    "poster-honey": ("#fbe6b0", "#c8791a", "#4b2607", "honey", "龍眼花開", "LONGAN IN BLOOM", "蜂蜜上架"),
    "poster-spark": ("#f7e24a", "#2c7a3a", "#1f4a26", "citrus", "檸檬氣泡", "LEMON SPARKLE", "冰的 $25"),
}


def poster(ground: str, second: str, ink: str, motif: str, zh: str, en: str, line: str) -> Image.Image:
    """An upright poster: drawing above, words below."""
    image = Image.new("RGB", (900, 1270), ground)
    shade(image, hexed(mix(ground, "#ffffff", 0.18)), hexed(mix(ground, "#000000", 0.10)))
    d = ImageDraw.Draw(image)
    d.ellipse([130, 70, 770, 710], fill=mix(ground, second, 0.28))
    draw_motif(motif, d, 200, 110, 500, second, ground)
    centred(d, (70, 740, 830, 950), zh, ink, family="Serif")
    centred(d, (150, 975, 750, 1035), en, ink, "Regular")
    d.rectangle([0, 1085, 900, 1270], fill=second)
    centred(d, (90, 1115, 810, 1235), line, ground)
    return image


def calendar() -> Image.Image:
    """A tear-off month: big title, a table of days."""
    image = Image.new("RGB", (800, 1100), "#fdfaf2")
    d = ImageDraw.Draw(image)
    d.rectangle([0, 0, 800, 420], fill="#b9352a")
    draw_motif("mountain", d, 240, 40, 340, "#f6d98f", "#b9352a")
    centred(d, (200, 440, 600, 540), "11 月", "#b9352a")
    for k, day in enumerate("日一二三四五六"):
        centred(d, (40 + k * 104, 560, 130 + k * 104, 610), day, "#b9352a" if k in (0, 6) else INK)
    for n in range(1, 31):
        column, row = (n - 1) % 7, (n - 1) // 7
        x, y = 40 + column * 104, 640 + row * 90
        centred(d, (x + 14, y, x + 76, y + 58), str(n), "#b9352a" if column in (0, 6) else INK)
    d.ellipse([556, 812, 648, 892], outline="#1f6f5c", width=8)
    return image


def licence() -> Image.Image:
    image = Image.new("RGB", (900, 640), "#f7f1dd")
    d = ImageDraw.Draw(image)
    d.rectangle([26, 26, 873, 613], outline="#8a6a2a", width=10)
    centred(d, (230, 70, 670, 150), "食品安心店家", "#7a2a1a", family="Serif")
    for i in range(6):
        d.line([(130, 220 + i * 48), (620 + (i % 3) * 60, 220 + i * 48)], fill="#7d7466", width=8)
    d.ellipse([660, 400, 820, 560], outline="#b8362a", width=12)
    centred(d, (690, 440, 790, 520), "示範", "#b8362a", family="Serif")
    return image


def couplet(text: str) -> Image.Image:
    """Red paper with four characters below each other."""
    image = Image.new("RGB", (240, 1300), "#b8241c")
    d = ImageDraw.Draw(image)
    rng = random.Random(len(text) + ord(text[0]))
    for _ in range(260):
        x, y = rng.randrange(240), rng.randrange(1300)
        d.ellipse([x, y, x + 4, y + 4], fill="#d89a3a")
    d.rectangle([14, 14, 225, 1285], outline="#e0b04a", width=6)
    for i, character in enumerate(text):
        centred(d, (40, 60 + i * 300, 200, 320 + i * 300), character, "#f6cf5e", family="Serif")
    return image


def luck() -> Image.Image:
    """The character for luck on a square that hangs by its corner."""
    image = Image.new("RGB", (600, 600), "#b8241c")
    d = ImageDraw.Draw(image)
    d.rectangle([24, 24, 575, 575], outline="#e0b04a", width=12)
    centred(d, (110, 110, 490, 490), "春", "#f6cf5e", family="Serif")
    return image


def exit_sign() -> Image.Image:
    image = Image.new("RGB", (900, 300), "#0f8a4a")
    d = ImageDraw.Draw(image)
    d.ellipse([120, 45, 170, 95], fill="#ffffff")
    for a, b in (
        ((145, 100), (175, 175)),
        ((175, 175), (120, 250)),
        ((175, 175), (225, 225)),
        ((150, 115), (225, 140)),
        ((150, 115), (95, 165)),
    ):
        d.line([a, b], fill="#ffffff", width=30)
    centred(d, (320, 50, 840, 185), "緊急出口", "#ffffff")
    centred(d, (420, 205, 740, 255), "EXIT", "#ffffff")
    return image


def carton(zh: str, en: str, ink: str) -> Image.Image:
    """The print on a shipping carton."""
    image = Image.new("RGB", (900, 620), "#b98f5f")
    d = ImageDraw.Draw(image)
    rng = random.Random(ord(zh[0]))
    for _ in range(2600):
        x, y = rng.randrange(900), rng.randrange(620)
        d.line([(x, y), (x + rng.randint(4, 16), y)], fill=mix("#b98f5f", "#7a5a34", rng.random() * 0.35))
    d.rectangle([0, 270, 900, 345], fill="#cdb084")
    centred(d, (90, 60, 620, 220), zh, ink)
    centred(d, (90, 380, 560, 460), en, ink)
    centred(d, (90, 500, 420, 560), "24 入  此面朝上", ink)
    for k in range(2):
        x = 680 + k * 100
        d.polygon([(x, 480), (x + 40, 400), (x + 80, 480)], fill=ink)
        d.rectangle([x + 24, 480, x + 56, 560], fill=ink)
    d.rectangle([660, 70, 840, 220], fill="#f4f0e6")
    for k in range(16):
        d.line([(675 + k * 10, 90), (675 + k * 10, 190)], fill=INK, width=2 + (k * 7) % 5)
    return image


def magazine(n: int) -> Image.Image:
    names = (
        ("巷弄誌", "ALLEYS"),
        ("慢食", "SLOW FOOD"),
        ("山徑", "TRAILS"),
        ("種菜", "GROWING"),
        ("老屋", "OLD HOUSES"),
        ("小島日報", "ISLAND DAILY"),
    )
    grounds = ("#d9604a", "#e9d7a8", "#4f7f9a", "#7fa45a", "#8a6a54", "#f2efe6")
    motifs = ("cup", "bowl", "mountain", "leaf", "sun", "wave")
    ground = grounds[n]
    image = Image.new("RGB", (600, 800), ground)
    shade(image, hexed(mix(ground, "#ffffff", 0.2)), hexed(mix(ground, "#000000", 0.2)))
    d = ImageDraw.Draw(image)
    light = INK if n in (1, 5) else "#ffffff"
    centred(d, (40, 30, 560, 170), names[n][0], light, family="Serif")
    centred(d, (150, 178, 450, 215), names[n][1], light, "Regular")
    draw_motif(
        motifs[n], d, 90, 240, 420, hexed(mix(ground, "#ffffff", 0.65)) if n != 5 else "#77706a", ground
    )
    for i in range(3):
        d.line([(60, 700 + i * 30), (300 + i * 50, 700 + i * 30)], fill=light, width=9)
    return image


def plate() -> Image.Image:
    """The house number at the door."""
    image = Image.new("RGB", (620, 300), "#1d5a86")
    d = ImageDraw.Draw(image)
    d.rounded_rectangle([10, 10, 609, 289], radius=30, outline="#ffffff", width=7)
    centred(d, (50, 35, 570, 120), "示範區巷口街", "#ffffff")
    centred(d, (170, 130, 450, 270), "8 號", "#ffffff")
    return image


def deal() -> Image.Image:
    """A yellow tag in the price rail."""
    image = Image.new("RGB", (330, 200), "#ffd92e")
    d = ImageDraw.Draw(image)
    d.rectangle([0, 0, 330, 84], fill="#d8261c")
    centred(d, (60, 10, 270, 76), "特價", "#ffffff")
    centred(d, (26, 98, 304, 186), "2 件 9 折", "#b01a12")
    return image


def upright_sign(zh: str, ground: str, ink: str) -> Image.Image:
    """A sign that stands out from a house front."""
    image = Image.new("RGB", (260, 260 * len(zh) + 60), ground)
    d = ImageDraw.Draw(image)
    d.rectangle([12, 12, 247, image.height - 13], outline=ink, width=6)
    for i, character in enumerate(zh):
        centred(d, (36, 40 + i * 260, 224, 260 + i * 260), character, ink)
    return image


def neighbour(n: int) -> Image.Image:
    """The wide sign above a neighbour's door."""
    zh, en, ground, ink = (
        ("早安豆漿店", "SOY MILK & BUNS", "#f2e3c0", "#a5341f"),
        ("文進五金行", "HARDWARE", "#2c5f8a", "#ffffff"),
        ("阿桃洗衣", "LAUNDRY", "#dff0ea", "#1f6f5c"),
        ("光明照相館", "PHOTO STUDIO", "#3a3f4a", "#f2d98f"),
    )[n]
    image = Image.new("RGB", (1800, 360), ground)
    shade(image, ground, hexed(mix(ground, "#000000", 0.12)))
    d = ImageDraw.Draw(image)
    centred(d, (110, 40, 1250, 320), zh, ink)
    centred(d, (1300, 140, 1720, 230), en, ink)
    return image


def board_menu() -> Image.Image:
    """The folding board at the door."""
    image = Image.new("RGB", (800, 1150), "#26302c")
    d = ImageDraw.Draw(image)
    rng = random.Random(SEED + 9)
    for _ in range(240):
        x, y = rng.randrange(800), rng.randrange(1150)
        d.line(
            [(x, y), (x + rng.randint(10, 90), y + rng.randint(-12, 12))],
            fill=mix("#26302c", "#ffffff", 0.05),
            width=3,
        )
    white, yellow, pink = "#f1f1ea", "#f3d479", "#f2a6a0"
    centred(d, (120, 70, 680, 210), "今天有什麼", yellow, family="Serif")
    centred(d, (260, 225, 540, 268), "TODAY", white, "Regular")
    rows = (
        ("新米到店", "New rice", "$189"),
        ("九層塔盆栽", "Thai basil", "$60"),
        ("茶葉蛋三顆", "Tea eggs ×3", "$35"),
    )
    for i, (zh, en, price) in enumerate(rows):
        y = 330 + i * 185
        centred(d, (80, y, 500, y + 90), zh, white, family="Serif")
        centred(d, (80, y + 98, 360, y + 138), en, mix("#26302c", white, 0.7), "Regular")
        centred(d, (540, y + 6, 730, y + 96), price, yellow)
    draw_motif("basil", d, 90, 880, 230, "#8fc27a", "#26302c")
    centred(d, (340, 930, 720, 1050), "進來坐坐", pink, family="Serif")
    return image


def decal() -> Image.Image:
    """White letters for the window; the dark ground is cut out by the material."""
    image = Image.new("L", (1600, 420), 0)
    d = ImageDraw.Draw(image)
    face = font(230, "Bold", "Serif")
    d.text((800, 150), "巷口小舖", fill=255, font=face, anchor="mm")
    d.text((800, 350), "TEA · SNACKS · EVERYDAY THINGS", fill=255, font=font(72, "Regular"), anchor="mm")
    return image.convert("RGB")


def receipt_note(zh: str, en: str, ground: str, ink: str) -> Image.Image:
    """A small hand-lettered note."""
    image = Image.new("RGB", (600, 420), ground)
    d = ImageDraw.Draw(image)
    centred(d, (50, 60, 550, 240), zh, ink, family="Serif")
    centred(d, (90, 275, 510, 340), en, ink, "Regular")
    return image


def sheets():
    """Name and picture of everything here."""
    for name, words in _POSTERS.items():
        yield name, poster(*words)
    yield "calendar", calendar()
    yield "licence", licence()
    yield "couplet-west", couplet("門迎百福")
    yield "couplet-east", couplet("戶納千祥")
    yield "luck", luck()
    yield "exit", exit_sign()
    cartons = (
        ("高山茶", "TEA", "#1f5b3a"),
        ("好米", "RICE", "#2f5f8a"),
        ("碗麵", "NOODLES", "#a5241c"),
        ("餅乾", "BISCUITS", "#5a3014"),
    )
    for k, words in enumerate(cartons):
        yield f"carton-{k}", carton(*words)
    for k in range(6):
        yield f"magazine-{k}", magazine(k)
    yield "plate", plate()
    yield "deal", deal()
    uprights = (
        ("豆花", "#f6e7c6", "#a5341f"),
        ("書店", "#23404f", "#f4ecd8"),
        ("修鞋傘", "#c8402a", "#fff4df"),
        ("牙醫", "#f4f8fa", "#1d6a8a"),
        ("茶莊", "#1f5b4c", "#f2d98f"),
    )
    for k, words in enumerate(uprights):
        yield f"upright-{k}", upright_sign(*words)
    for k in range(4):
        yield f"neighbour-{k}", neighbour(k)
    yield "menu", board_menu()
    yield "decal", decal()
    yield "note-bag", receipt_note("購物袋 $1", "BAG, NT$1", "#fff6c9", "#3b2a18")
    yield "note-cash", receipt_note("請慢慢來", "TAKE YOUR TIME", "#e7f1e3", "#2c4a2a")
    yield "note-push", receipt_note("自動門", "AUTOMATIC DOOR", "#f4f8fa", "#1d5a86")
