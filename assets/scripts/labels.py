"""Printed sides of the packages, as textures.

Each article gets one picture. Boxes: front, side and top beside each other
(`box_parts` says where); round things: one wrap with the front design twice;
bags and cartons: the front alone. `label_styles` says what a front looks like.
"""

from __future__ import annotations

import zlib
from pathlib import Path

from PIL import Image, ImageDraw

from articles import ARTICLES, Article
from drawing import centred, mix
from label_styles import maker, style_of
from motifs import draw_motif
from paths import TEXTURES

PIXELS_PER_METRE = 3600
FINE = 2  # drawn larger and made smaller, for smooth edges
ROUND = ("tin", "cup", "bottle", "pet", "can", "jar")
BOXES = ("box", "brick")
BAGS = ("pouch", "flow")
CRIMP = {"pouch": 0.06, "flow": 0.0}

# Heights of the printed band of round packages, as parts of the whole height.
BAND = {
    "tin": (0.0, 0.86),
    "cup": (0.0, 0.93),
    "bottle": (0.10, 0.55),
    "pet": (0.30, 0.74),
    "can": (0.06, 0.92),
    "jar": (0.14, 0.70),
}


def _pixels(metres: float) -> int:
    return round(metres * PIXELS_PER_METRE * FINE)


def _front(a: Article, w: int, h: int, crimp: float = 0.0) -> Image.Image:
    image = Image.new("RGB", (w, h), a.paper)
    style = style_of(a, w, h)
    style.ground(image, a)
    style.face(image, a, crimp)
    return image


def _bars(draw: ImageDraw.ImageDraw, a: Article, x: float, y: float, w: float, h: float) -> None:
    """Stripes like a bar code; they encode nothing."""
    draw.rectangle([x, y, x + w, y + h], fill="#ffffff")
    bits = zlib.crc32(a.sku.encode()) | (zlib.crc32(a.zh.encode()) << 32)
    step = w * 0.9 / 48
    for i in range(48):
        if (bits >> i) & 1:
            left = x + w * 0.05 + i * step
            draw.rectangle([left, y + h * 0.1, left + step * 0.9, y + h * 0.8], fill="#141414")


def _table(draw: ImageDraw.ImageDraw, a: Article, x: float, y: float, w: float, h: float) -> None:
    """A table of nutrition: a frame, a head, rows."""
    ink = mix(a.paper, a.ink, 0.75)
    thin = max(2, int(h * 0.012))
    draw.rectangle([x, y, x + w, y + h], outline=ink, width=thin)
    centred(draw, (x + w * 0.12, y + h * 0.03, x + w * 0.88, y + h * 0.15), "營養標示", ink)
    for i in range(6):
        at = y + h * (0.20 + 0.13 * i)
        draw.line([(x, at), (x + w, at)], fill=ink, width=thin)
        draw.line([(x + w * 0.08, at + h * 0.065), (x + w * 0.42, at + h * 0.065)], fill=ink, width=thin * 2)
        draw.line([(x + w * 0.68, at + h * 0.065), (x + w * 0.90, at + h * 0.065)], fill=ink, width=thin * 2)


def _side(a: Article, w: int, h: int) -> Image.Image:
    """A narrow side: the name written downwards, a table and bars."""
    image = Image.new("RGB", (w, h), a.paper)
    style_of(a, h, h).ground(image, a)
    draw = ImageDraw.Draw(image)
    n = len(a.zh)
    cell = min(w * 0.5, h * 0.40 / n)
    for i, character in enumerate(a.zh):
        y = h * 0.08 + i * cell * 1.05
        centred(draw, ((w - cell) / 2, y, (w + cell) / 2, y + cell * 0.95), character, a.ink)
    _table(draw, a, w * 0.14, h * 0.53, w * 0.72, min(h * 0.27, w * 0.8))
    _bars(draw, a, w * 0.2, h * 0.85, w * 0.6, h * 0.10)
    return image


def _top(a: Article, w: int, h: int) -> Image.Image:
    image = Image.new("RGB", (w, h), a.paper)
    draw = ImageDraw.Draw(image)
    draw.rectangle([0, h * 0.86, w, h], fill=a.accent)
    side = min(h * 0.6, w * 0.28)
    draw_motif(a.motif, draw, w * 0.06, h * 0.14, side, a.accent, a.paper)
    centred(draw, (w * 0.10 + side, h * 0.18, w * 0.94, h * 0.56), a.zh, a.ink)
    centred(draw, (w * 0.10 + side, h * 0.62, w * 0.94, h * 0.76), a.en, a.ink)
    return image


def box_parts(article: Article) -> dict[str, tuple[float, float, float, float]]:
    """Where front, side and top lie in the picture: u0, v0, u1, v1 with v upward."""
    w, d, h = article.size
    width, height = w + d, h + d
    return {
        "front": (0.0, 0.0, w / width, h / height),
        "side": (w / width, 0.0, 1.0, h / height),
        "top": (0.0, h / height, w / width, 1.0),
    }


def _box(article: Article) -> Image.Image:
    w, d, h = (_pixels(s) for s in article.size)
    sheet = Image.new("RGB", (w + d, h + d), article.paper)
    sheet.paste(_front(article, w, h), (0, d))
    sheet.paste(_side(article, d, h), (w, d))
    sheet.paste(_top(article, w, d), (0, 0))
    return sheet


def _wrap(article: Article) -> Image.Image:
    """Around a round package: front, side, front, side; the seam lies behind."""
    low, high = BAND[article.kind]
    w = _pixels(article.size[0] * 3.1416)
    h = _pixels(article.size[2] * (high - low))
    face = round(w * 0.36)
    sheet = Image.new("RGB", (w, h), article.paper)
    style = style_of(article, face, h)
    style.ground(sheet, article)
    draw = ImageDraw.Draw(sheet)
    maker_line = " · ".join(maker(article))
    for middle in (0.0, 0.5, 1.0):
        x, side = w * middle, w * 0.11
        _table(draw, article, x - side / 2, h * 0.16, side, h * 0.46)
        _bars(draw, article, x - side / 2, h * 0.72, side, h * 0.14)
        centred(draw, (x - side / 2, h * 0.64, x + side / 2, h * 0.70), maker_line, article.ink)
    for middle in (0.25, 0.75):
        left = round(w * middle) - face // 2
        part = sheet.crop((left, 0, left + face, h))
        style.face(part, article, 0.0)
        sheet.paste(part, (left, 0))
    return sheet


def _bag(article: Article) -> Image.Image:
    w, _, h = (_pixels(s) for s in article.size)
    crimp = CRIMP[article.kind]
    image = _front(article, w, h, crimp)
    draw = ImageDraw.Draw(image)
    if article.kind == "pouch":
        # Sealed strips, the notch for tearing and the hole for hanging.
        strip = mix(article.paper, "#ffffff", 0.25)
        for y0, y1 in ((0, h * 0.05), (h * 0.95, h)):
            draw.rectangle([0, y0, w, y1], fill=strip)
        r = h * 0.011
        draw.rounded_rectangle(
            [w / 2 - r * 2.4, h * 0.025 - r, w / 2 + r * 2.4, h * 0.025 + r], radius=r, fill="#3b3b3b"
        )
    else:
        strip = mix(article.paper, "#ffffff", 0.35)
        for x0, x1 in ((0, w * 0.045), (w * 0.955, w)):
            draw.rectangle([x0, 0, x1, h], fill=strip)
    return image


def texture(article: Article) -> Image.Image:
    if article.kind in BOXES:
        image = _box(article)
    elif article.kind in ROUND:
        image = _wrap(article)
    elif article.kind in BAGS:
        image = _bag(article)
    else:
        # A gable carton: body below, plain roof above, as the mesh unfolds it.
        w, _, h = (_pixels(s) for s in article.size)
        image = _front(article, w, round(h * 0.8))
    return image.reduce(FINE)


def path_of(article: Article) -> Path:
    return TEXTURES / f"{article.sku.lower()}.png"


def draw_all() -> None:
    TEXTURES.mkdir(parents=True, exist_ok=True)
    for article in ARTICLES.values():
        texture(article).save(path_of(article))


if __name__ == "__main__":
    draw_all()
