"""Printed sides of the packages, as textures.

Each article gets one picture. Boxes: front, side and top beside each other
(`BOX_PARTS` says where); round things: one wrap with the front design twice;
bags and cartons: the front alone.
"""

from __future__ import annotations

import zlib
from pathlib import Path

from PIL import Image, ImageDraw

from articles import ARTICLES, BRAND_EN, BRAND_ZH, Article
from drawing import centred, mix, two_lines
from motifs import draw_motif
from paths import TEXTURES

PIXELS_PER_METRE = 3600
ROUND = ("tin", "cup", "bottle", "pet")

# Heights of the printed band of round packages, as parts of the whole height.
BAND = {"tin": (0.0, 0.86), "cup": (0.0, 0.93), "bottle": (0.10, 0.55), "pet": (0.30, 0.74)}


def _variant(article: Article, n: int) -> int:
    return zlib.crc32(article.sku.encode()) % n


def _ground(draw: ImageDraw.ImageDraw, article: Article, w: int, h: int) -> None:
    """A quiet shape of the second colour behind the motif."""
    soft = mix(article.paper, article.accent, 0.22)
    if article.kind in ROUND:
        # Anything cut by the edge of the front would show on the wrap.
        r = min(h * 0.30, w * 0.48)
        draw.ellipse([w * 0.5 - r, h * 0.95 - 2 * r, w * 0.5 + r, h * 0.95], fill=soft)
        return
    match _variant(article, 2):
        case 0:
            draw.ellipse([-w * 0.3, h * 0.62, w * 1.3, h * 1.6], fill=soft)
        case _:
            draw.polygon([(0, h * 0.78), (w, h * 0.58), (w, h), (0, h)], fill=soft)


def _wide_front(draw: ImageDraw.ImageDraw, a: Article, w: int, h: int) -> None:
    """For bands that are wider than high: motif on the left, words on the right."""
    side = min(h * 0.72, w * 0.36)
    draw_motif(a.motif, draw, w * 0.04, h * 0.16, side, a.accent, a.paper)
    left = w * 0.06 + side
    lines = two_lines(a.zh) if (w - left) / h < 1.2 else [a.zh]
    top, bottom = h * 0.16, h * 0.70
    step = (bottom - top) / len(lines)
    for i, line in enumerate(lines):
        centred(draw, (left, top + i * step, w * 0.97, top + (i + 0.94) * step), line, a.ink)
    centred(draw, (left, h * 0.72, w * 0.97, h * 0.84), a.en, a.ink)
    centred(draw, (left, h * 0.86, w * 0.97, h * 0.96), a.net, a.ink, "Regular")
    centred(draw, (w * 0.1, h * 0.02, w * 0.9, h * 0.12), f"{BRAND_ZH} {BRAND_EN}", a.accent)


def _front(draw: ImageDraw.ImageDraw, a: Article, w: int, h: int, crimp: float = 0.0) -> None:
    """The main side: brand, large name, English name, motif, net content."""
    _ground(draw, a, w, h)
    if w > h * 1.25:
        _wide_front(draw, a, w, h)
        return
    pad = w * 0.07
    top = h * crimp
    band = h * 0.095
    draw.rectangle([0, top, w, top + band], fill=a.accent)
    centred(
        draw,
        (pad, top + band * 0.18, w - pad, top + band * 0.82),
        f"{BRAND_ZH} · {BRAND_EN}",
        a.paper,
    )
    lines = two_lines(a.zh)
    room = 0.38 if len(lines) == 2 else 0.24
    start = top + band + h * 0.03
    step = h * room / len(lines)
    for i, line in enumerate(lines):
        centred(draw, (pad, start + i * step, w - pad, start + (i + 0.92) * step), line, a.ink)
    en_top = start + h * room + h * 0.005
    centred(draw, (pad, en_top, w - pad, en_top + h * 0.055), a.en, a.ink)
    free_top = en_top + h * 0.065
    side = min(w * 0.72, h * (0.97 - crimp) - free_top)
    draw_motif(a.motif, draw, (w - side) / 2, free_top, side, a.accent, a.paper)
    box = (w * 0.66, h * (0.90 - crimp), w * 0.95, h * (0.965 - crimp))
    draw.rounded_rectangle(box, radius=h * 0.012, fill=a.ink)
    centred(
        draw, (box[0] + w * 0.03, box[1] + h * 0.012, box[2] - w * 0.03, box[3] - h * 0.012), a.net, a.paper
    )


def _side(draw: ImageDraw.ImageDraw, a: Article, w: int, h: int) -> None:
    """A narrow side: the name written downwards, a table and bars."""
    n = len(a.zh)
    cell = min(w * 0.55, h * 0.50 / n)
    for i, character in enumerate(a.zh):
        y = h * 0.12 + i * cell * 1.05
        centred(draw, ((w - cell) / 2, y, (w + cell) / 2, y + cell * 0.95), character, a.ink)
    ink = mix(a.paper, a.ink, 0.55)
    for i in range(4):
        y = h * (0.66 + i * 0.035)
        draw.line([(w * 0.15, y), (w * 0.85, y)], fill=ink, width=max(2, h // 300))
    _bars(draw, a, w * 0.2, h * 0.82, w * 0.6, h * 0.11)


def _bars(draw: ImageDraw.ImageDraw, a: Article, x: float, y: float, w: float, h: float) -> None:
    """Stripes like a bar code; they encode nothing."""
    draw.rectangle([x, y, x + w, y + h], fill="#ffffff")
    bits = zlib.crc32(a.sku.encode()) | (zlib.crc32(a.zh.encode()) << 32)
    step = w * 0.9 / 48
    for i in range(48):
        if (bits >> i) & 1:
            left = x + w * 0.05 + i * step
            draw.rectangle([left, y + h * 0.1, left + step * 0.9, y + h * 0.8], fill="#141414")


def _top(draw: ImageDraw.ImageDraw, a: Article, w: int, h: int) -> None:
    centred(draw, (w * 0.12, h * 0.2, w * 0.88, h * 0.62), a.zh, a.ink)
    centred(draw, (w * 0.2, h * 0.66, w * 0.8, h * 0.84), a.en, a.ink)


def _piece(article: Article, w: int, h: int, paint, **kw) -> Image.Image:
    image = Image.new("RGB", (w, h), article.paper)
    paint(ImageDraw.Draw(image), article, w, h, **kw)
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
    w, d, h = (round(s * PIXELS_PER_METRE) for s in article.size)
    sheet = Image.new("RGB", (w + d, h + d), article.paper)
    sheet.paste(_piece(article, w, h, _front), (0, d))
    sheet.paste(_piece(article, d, h, _side), (w, d))
    sheet.paste(_piece(article, w, d, _top), (0, 0))
    return sheet


def _wrap(article: Article) -> Image.Image:
    """Around a round package: front, side, front, side; the seam lies behind."""
    low, high = BAND[article.kind]
    w = round(article.size[0] * 3.1416 * PIXELS_PER_METRE)
    h = round(article.size[2] * (high - low) * PIXELS_PER_METRE)
    sheet = Image.new("RGB", (w, h), article.paper)
    face, side = round(w * 0.36), round(w * 0.5) - round(w * 0.36)
    front, back = _piece(article, face, h, _front), _piece(article, side, h, _side)
    for start in (0.25, 0.75):
        middle = round(w * start)
        sheet.paste(front, (middle - face // 2, 0))
    sheet.paste(back, (round(w * 0.5) - side // 2, 0))
    draw = ImageDraw.Draw(sheet)
    if w * 0.36 <= h * 1.25:
        draw.rectangle([0, 0, w, round(h * 0.095)], fill=article.accent)
        for start in (0.25, 0.75):
            sheet.paste(front, (round(w * start) - face // 2, 0))
    return sheet


def texture(article: Article) -> Image.Image:
    if article.kind == "box":
        return _box(article)
    if article.kind in ROUND:
        return _wrap(article)
    w, _, h = (round(s * PIXELS_PER_METRE) for s in article.size)
    if article.kind == "pouch":
        return _piece(article, w, h, _front, crimp=0.06)
    # A gable carton: body below, plain roof above, as the mesh unfolds it.
    return _piece(article, w, round(h * 0.8), _front)


def path_of(article: Article) -> Path:
    return TEXTURES / f"{article.sku.lower()}.png"


def draw_all() -> None:
    TEXTURES.mkdir(parents=True, exist_ok=True)
    for article in ARTICLES.values():
        texture(article).save(path_of(article))


if __name__ == "__main__":
    draw_all()
