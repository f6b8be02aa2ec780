"""Ways in which a front can be designed, so that a shelf does not look like one hand's work.

A style is a ground, painted over the whole print, and a face with the words and
the drawing. Round packages show the same ground all around.
"""

from __future__ import annotations

import math
import random
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from articles import Article
from drawing import centred, fit, mix, two_lines
from motifs import draw_motif

# Who makes it: invented makers of the neighbourhood, by the first letters of the article number.
MAKERS = {
    "TEA": ("半山腰", "HALFWAY HILL"),
    "COF": ("半山腰", "HALFWAY HILL"),
    "BRK": ("早班車", "FIRST BUS"),
    "DRK": ("早班車", "FIRST BUS"),
    "SNK": ("午後兩點", "TWO P.M."),
    "NDL": ("三巷食品", "LANE THREE"),
    "SAU": ("三巷食品", "LANE THREE"),
    "CAN": ("三巷食品", "LANE THREE"),
    "JAR": ("門口埕", "FRONT YARD"),
    "RIC": ("門口埕", "FRONT YARD"),
    "FRE": ("門口埕", "FRONT YARD"),
    "GRN": ("門口埕", "FRONT YARD"),
    "HOM": ("晾衣日", "LAUNDRY DAY"),
}


def maker(a: Article) -> tuple[str, str]:
    return MAKERS[a.sku[:3]]


def _random(a: Article) -> random.Random:
    return random.Random(zlib.crc32(a.sku.encode()))


def hexed(colour) -> str:
    return colour if isinstance(colour, str) else "#" + bytes(colour).hex()


def shade(image: Image.Image, top: str, bottom: str) -> None:
    """A soft gradient from one colour above to another below."""
    w, h = image.size
    t = np.linspace(0, 1, h)[:, None, None] ** 1.2
    a, b = (np.array(mix(c, c, 0), dtype=np.float32) for c in (top, bottom))
    rows = np.broadcast_to(a + (b - a) * t, (h, w, 3))
    image.paste(Image.fromarray(rows.astype(np.uint8)))


def _plain(image: Image.Image, a: Article) -> None:
    shade(image, a.paper, hexed(mix(a.paper, "#000000", 0.07)))


def _gradient(image: Image.Image, a: Article) -> None:
    shade(image, hexed(mix(a.paper, "#ffffff", 0.10)), hexed(mix(a.paper, "#000000", 0.30)))


def _pattern(image: Image.Image, a: Article) -> None:
    """The motif again and again, a shade off the paper."""
    _plain(image, a)
    draw = ImageDraw.Draw(image)
    w, h = image.size
    soft = hexed(mix(a.paper, a.accent, 0.20))
    step = max(40, int(min(w, h) * 0.24))
    for row in range(h // step + 2):
        for column in range(w // step + 2):
            x = column * step - (step // 2 if row % 2 else 0)
            draw_motif(a.motif, draw, x, row * step - step // 3, step * 0.62, soft, a.paper)


def _stripes(image: Image.Image, a: Article) -> None:
    _plain(image, a)
    draw = ImageDraw.Draw(image)
    w, h = image.size
    soft = mix(a.paper, a.accent, 0.32)
    step = max(16, int(h * 0.075))
    for x in range(0, w + step, step * 2):
        draw.rectangle([x, 0, x + step - 1, h], fill=soft)


def _rays(image: Image.Image, a: Article) -> None:
    _gradient(image, a)
    draw = ImageDraw.Draw(image)
    w, h = image.size
    soft = mix(a.paper, a.accent, 0.18)
    reach = math.hypot(w, h)
    for k in range(14):
        b = 2 * math.pi * k / 14
        draw.polygon(
            [
                (w / 2, h * 0.66),
                (w / 2 + reach * math.cos(b), h * 0.66 + reach * math.sin(b)),
                (w / 2 + reach * math.cos(b + 0.22), h * 0.66 + reach * math.sin(b + 0.22)),
            ],
            fill=soft,
        )


def _kraft(image: Image.Image, a: Article) -> None:
    """Unbleached paper: fibres and specks."""
    _plain(image, a)
    rng = _random(a)
    draw = ImageDraw.Draw(image)
    w, h = image.size
    for _ in range(w * h // 900):
        x, y, n = rng.randrange(w), rng.randrange(h), rng.randint(2, 9)
        tone = mix(a.paper, "#3b2a18" if rng.random() < 0.5 else "#ffffff", 0.10)
        draw.line([(x, y), (x + n, y + rng.randint(-3, 3))], fill=tone)


def _net(draw, a: Article, box, radius: float) -> None:
    x0, y0, x1, y1 = box
    draw.rounded_rectangle(box, radius=radius, fill=a.ink)
    dx, dy = (x1 - x0) * 0.12, (y1 - y0) * 0.18
    centred(draw, (x0 + dx, y0 + dy, x1 - dx, y1 - dy), a.net, a.paper)


def _vertical(draw, box, text: str, fill, family: str = "Serif") -> None:
    """Characters below each other, as large as fits."""
    x0, y0, x1, y1 = box
    cell = min(x1 - x0, (y1 - y0) / len(text))
    top = (y0 + y1) / 2 - cell * len(text) / 2
    for i, character in enumerate(text):
        y = top + i * cell
        middle = (x0 + x1) / 2
        centred(
            draw,
            (middle - cell * 0.47, y + cell * 0.04, middle + cell * 0.47, y + cell * 0.96),
            character,
            fill,
            family=family,
        )


def _seal(draw, x: float, y: float, side: float, text: str = "選") -> None:
    draw.rounded_rectangle([x, y, x + side, y + side], radius=side * 0.12, fill="#b8362a")
    centred(
        draw,
        (x + side * 0.14, y + side * 0.14, x + side * 0.86, y + side * 0.86),
        text,
        "#fff4e4",
        family="Serif",
    )


def _star(draw, cx: float, cy: float, r: float, words: tuple[str, str], fill: str, ink: str) -> None:
    points = []
    for k in range(32):
        b, reach = math.pi * k / 16, r if k % 2 else r * 0.84
        points.append((cx + reach * math.cos(b), cy + reach * math.sin(b)))
    draw.polygon(points, fill=fill)
    centred(draw, (cx - r * 0.58, cy - r * 0.46, cx + r * 0.58, cy + r * 0.10), words[0], ink)
    centred(draw, (cx - r * 0.52, cy + r * 0.16, cx + r * 0.52, cy + r * 0.46), words[1], ink)


def _outlined(draw, box, text: str, fill, edge, thick: float) -> None:
    x0, y0, x1, y1 = box
    face = fit(text, x1 - x0, y1 - y0)
    draw.text(
        ((x0 + x1) / 2, (y0 + y1) / 2),
        text,
        fill=fill,
        font=face,
        anchor="mm",
        stroke_width=max(1, int(thick)),
        stroke_fill=edge,
    )


def _small_print(draw, a: Article, x: float, y: float, w: float, h: float, lines: int = 3) -> None:
    """Grey lines where small print stands."""
    rng = _random(a)
    ink = mix(a.paper, a.ink, 0.5)
    for i in range(lines):
        end = x + w * (0.7 + 0.3 * rng.random())
        draw.line([(x, y + i * h), (end, y + i * h)], fill=ink, width=max(1, int(h * 0.32)))


# Faces: (image, article, crimp), where crimp is the sealed strip of bags as a part of the height.


def _band(image: Image.Image, a: Article, crimp: float) -> None:
    """A band with the maker above, the name in large letters, the drawing below."""
    draw = ImageDraw.Draw(image)
    w, h = image.size
    pad, top, band = w * 0.07, h * crimp, h * 0.095
    draw.rectangle([0, top, w, top + band], fill=a.accent)
    who = " · ".join(maker(a))
    centred(draw, (pad, top + band * 0.18, w - pad, top + band * 0.82), who, a.paper)
    lines = two_lines(a.zh)
    room = 0.38 if len(lines) == 2 else 0.24
    start = top + band + h * 0.03
    step = h * room / len(lines)
    for i, line in enumerate(lines):
        centred(draw, (pad, start + i * step, w - pad, start + (i + 0.92) * step), line, a.ink)
    en_top = start + h * room + h * 0.005
    centred(draw, (pad, en_top, w - pad, en_top + h * 0.055), a.en, a.ink)
    free = en_top + h * 0.065
    side = min(w * 0.78, h * (0.97 - crimp) - free)
    draw_motif(a.motif, draw, (w - side) / 2, free, side, a.accent, a.paper)
    _net(draw, a, (w * 0.66, h * (0.90 - crimp), w * 0.95, h * (0.965 - crimp)), h * 0.012)


def _plaque(image: Image.Image, a: Article, crimp: float) -> None:
    """An upright paper strip with the name written downwards, as on old tea tins."""
    draw = ImageDraw.Draw(image)
    w, h = image.size
    half = min(w * 0.25, h * 0.20)
    x0, x1 = w / 2 - half, w / 2 + half
    y0, y1 = h * (0.06 + crimp), h * (0.80 - crimp * 0.5)
    paper, ink = "#f7efdc", hexed(mix(a.paper, "#000000", 0.45)) if _dark(a.paper) else a.ink
    draw.rectangle([x0, y0, x1, y1], fill=paper, outline=a.accent, width=max(2, int(w * 0.012)))
    inset = w * 0.022
    draw.rectangle([x0 + inset, y0 + inset, x1 - inset, y1 - inset], outline=mix(paper, ink, 0.5), width=2)
    who = maker(a)
    centred(
        draw, (x0 + half * 0.3, y0 + h * 0.028, x1 - half * 0.3, y0 + h * 0.072), who[0], ink, family="Serif"
    )
    _vertical(draw, (x0 + half * 0.2, y0 + h * 0.085, x1 - half * 0.2, y1 - h * 0.125), a.zh, ink)
    seal = min(half * 0.52, h * 0.095)
    _seal(draw, w / 2 - seal / 2, y1 - h * 0.022 - seal, seal)
    strip = (0, h * (0.835 - crimp * 0.5), w, h * (0.835 - crimp * 0.5) + h * 0.085)
    draw.rectangle(strip, fill=a.accent)
    centred(draw, (w * 0.06, strip[1] + h * 0.016, w * 0.94, strip[3] - h * 0.016), a.en, a.paper)
    centred(
        draw, (w * 0.3, strip[3] + h * 0.016, w * 0.7, min(strip[3] + h * 0.055, h * 0.985)), a.net, a.ink
    )


def _burst(image: Image.Image, a: Article, crimp: float) -> None:
    """A loud bag: outlined letters, a heap of what is inside, a star."""
    draw = ImageDraw.Draw(image)
    w, h = image.size
    rng = _random(a)
    top = h * (0.03 + crimp)
    who = maker(a)
    draw.rounded_rectangle([w * 0.25, top, w * 0.75, top + h * 0.075], radius=h * 0.035, fill=a.ink)
    centred(draw, (w * 0.29, top + h * 0.014, w * 0.71, top + h * 0.061), f"{who[0]} {who[1]}", a.paper)
    for _ in range(9):
        side = w * rng.uniform(0.26, 0.40)
        x, y = rng.uniform(-0.05, 0.78) * w, h * (0.60 + rng.uniform(0, 0.20))
        tone = hexed(mix(a.accent, "#7a4a18", rng.uniform(0, 0.25)))
        draw_motif(a.motif, draw, x, y, side, tone, a.paper)
    lines = two_lines(a.zh)
    room, start = h * 0.40, top + h * 0.095
    step = room / len(lines)
    edge = a.ink if not _dark(a.ink) else "#ffffff"
    fill = a.accent if _far(a.accent, edge) else a.paper
    if not _far(fill, a.paper):
        edge, fill = a.ink, "#ffffff" if _dark(a.ink) else hexed(mix(a.paper, "#000000", 0.5))
    for i, line in enumerate(lines):
        lean = (-0.02 if i % 2 == 0 else 0.02) * w
        box = (w * 0.10 + lean, start + i * step, w * 0.90 + lean, start + (i + 0.9) * step)
        _outlined(draw, box, line, fill, edge, h * 0.012)
    en = start + room + h * 0.004
    draw.rectangle([0, en, w, en + h * 0.062], fill=a.ink)
    centred(draw, (w * 0.08, en + h * 0.010, w * 0.92, en + h * 0.052), a.en, a.paper)
    r = min(w * 0.17, h * 0.11)
    word = (("新口味", "NEW"), ("人氣", "TOP"), ("加量", "+10 %"))[zlib.crc32(a.sku.encode()) % 3]
    _star(draw, w * 0.81, h * (0.905 - crimp) - r * 0.4, r, word, "#f7d33c", "#a3231c")
    centred(draw, (w * 0.06, h * (0.915 - crimp), w * 0.30, h * (0.965 - crimp)), a.net, a.ink)


def _minimal(image: Image.Image, a: Article, crimp: float) -> None:
    """Much paper, one line, serif letters."""
    draw = ImageDraw.Draw(image)
    w, h = image.size
    pad, top = w * 0.09, h * (0.06 + crimp)
    who = maker(a)
    centred(draw, (pad, top, w * 0.52, top + h * 0.042), who[1], a.ink, "Regular")
    side = min(w * 0.62, h * 0.36)
    draw_motif(a.motif, draw, (w - side) / 2, h * (0.135 + crimp * 0.8), side, a.accent, a.paper)
    y = h * 0.56
    draw.line([(pad, y), (w - pad, y)], fill=a.ink, width=max(2, int(h * 0.005)))
    centred(draw, (pad, y + h * 0.025, w - pad, y + h * 0.195), a.zh, a.ink, family="Serif")
    centred(draw, (pad, y + h * 0.215, w - pad, y + h * 0.262), a.en, a.ink, "Regular")
    draw.line([(pad, y + h * 0.285), (w - pad, y + h * 0.285)], fill=a.ink, width=max(1, int(h * 0.003)))
    low = min(y + h * 0.31, h * (0.94 - crimp) - h * 0.03)
    _small_print(draw, a, pad, low + h * 0.012, w * 0.34, h * 0.018)
    centred(draw, (w * 0.66, low, w - pad, low + h * 0.05), a.net, a.ink)


def _frame(image: Image.Image, a: Article, crimp: float) -> None:
    """Double lines around, a round picture, the name on a ribbon: the good old box."""
    draw = ImageDraw.Draw(image)
    w, h = image.size
    top, low = h * (0.035 + crimp), h * (0.965 - crimp)
    for inset, width in ((0.035, 0.014), (0.065, 0.005)):
        x = w * inset
        box = [x, top + x - w * 0.035, w - x, low - x + w * 0.035]
        draw.rectangle(box, outline=a.accent, width=max(2, int(w * width)))
    height = low - top
    r = min(w * 0.30, height * 0.225)
    cy = top + height * 0.335
    who = maker(a)
    centred(draw, (w * 0.2, top + height * 0.055, w * 0.8, top + height * 0.098), f"{who[0]} {who[1]}", a.ink)
    draw.ellipse([w / 2 - r * 1.06, cy - r * 1.06, w / 2 + r * 1.06, cy + r * 1.06], fill=a.accent)
    draw.ellipse([w / 2 - r, cy - r, w / 2 + r, cy + r], fill=mix(a.paper, "#ffffff", 0.35))
    draw_motif(
        a.motif,
        draw,
        w / 2 - r * 0.72,
        cy - r * 0.80,
        r * 1.44,
        hexed(mix(a.accent, "#000000", 0.15)),
        a.paper,
    )
    y0, y1 = top + height * 0.585, top + height * 0.775
    draw.polygon(
        [(0, y0 + h * 0.02), (w * 0.1, y0), (w * 0.1, y1), (0, y1 + h * 0.02)], fill=mix(a.ink, a.paper, 0.3)
    )
    draw.polygon(
        [(w, y0 + h * 0.02), (w * 0.9, y0), (w * 0.9, y1), (w, y1 + h * 0.02)], fill=mix(a.ink, a.paper, 0.3)
    )
    draw.rectangle([w * 0.07, y0, w * 0.93, y1], fill=a.ink)
    centred(draw, (w * 0.12, y0 + h * 0.014, w * 0.88, y1 - h * 0.014), a.zh, a.paper)
    centred(draw, (w * 0.14, y1 + h * 0.014, w * 0.86, y1 + h * 0.062), a.en, a.ink)
    centred(draw, (w * 0.38, y1 + h * 0.078, w * 0.62, min(y1 + h * 0.115, low - h * 0.03)), a.net, a.ink)


def _disc(image: Image.Image, a: Article, crimp: float) -> None:
    """One large disc with the name; the drawing looks over its edge."""
    draw = ImageDraw.Draw(image)
    w, h = image.size
    r = min(w * 0.44, h * 0.31)
    cy = h * 0.60
    side = r * 1.25
    draw_motif(a.motif, draw, w / 2 - side / 2, cy - r * 1.0 - side * 0.62, side, a.accent, a.paper)
    draw.ellipse([w / 2 - r, cy - r, w / 2 + r, cy + r], fill=a.ink)
    ring = r * 0.93
    draw.ellipse(
        [w / 2 - ring, cy - ring, w / 2 + ring, cy + ring], outline=a.accent, width=max(2, int(r * 0.03))
    )
    lines = two_lines(a.zh)
    room = r * 1.05
    step = room / len(lines)
    for i, line in enumerate(lines):
        y = cy - r * 0.62 + i * step
        centred(draw, (w / 2 - r * 0.72, y, w / 2 + r * 0.72, y + step * 0.94), line, a.paper)
    centred(draw, (w / 2 - r * 0.66, cy + r * 0.50, w / 2 + r * 0.66, cy + r * 0.68), a.en, a.paper)
    who = maker(a)
    y = max(h * 0.03, h * (0.02 + crimp))
    centred(draw, (w * 0.14, y, w * 0.86, y + h * 0.052), f"{who[0]} · {who[1]}", a.ink)
    centred(draw, (w * 0.34, h * (0.93 - crimp), w * 0.66, h * (0.975 - crimp)), a.net, a.ink)


def _wide(image: Image.Image, a: Article, crimp: float) -> None:
    """For prints that are wider than high: the drawing on the left, words on the right."""
    draw = ImageDraw.Draw(image)
    w, h = image.size
    soft = mix(a.paper, a.accent, 0.30)
    side = min(h * 0.74, w * 0.38)
    cx, cy = w * 0.04 + side / 2, h * 0.53
    draw.ellipse([cx - side * 0.62, cy - side * 0.62, cx + side * 0.62, cy + side * 0.62], fill=soft)
    draw_motif(a.motif, draw, cx - side / 2, cy - side * 0.54, side, a.accent, a.paper)
    left = w * 0.07 + side
    lines = two_lines(a.zh) if (w - left) / h < 1.2 else [a.zh]
    top, bottom = h * 0.17, h * 0.68
    step = (bottom - top) / len(lines)
    for i, line in enumerate(lines):
        centred(draw, (left, top + i * step, w * 0.96, top + (i + 0.94) * step), line, a.ink)
    centred(draw, (left, h * 0.71, w * 0.96, h * 0.82), a.en, a.ink)
    centred(draw, (left, h * 0.85, w * 0.96, h * 0.94), a.net, a.ink, "Regular")
    draw.rectangle([0, 0, w, h * 0.13], fill=a.accent)
    who = maker(a)
    centred(draw, (w * 0.08, h * 0.025, w * 0.92, h * 0.105), f"{who[0]} {who[1]}", a.paper)


def _dark(colour) -> bool:
    r, g, b = mix(hexed(colour), "#000000", 0)
    return 0.3 * r + 0.59 * g + 0.11 * b < 120


def _far(a, b) -> bool:
    pa, pb = mix(hexed(a), "#000000", 0), mix(hexed(b), "#000000", 0)
    return (
        abs(
            sum(x * k for x, k in zip(pa, (0.3, 0.59, 0.11)))
            - sum(x * k for x, k in zip(pb, (0.3, 0.59, 0.11)))
        )
        > 70
    )


@dataclass(frozen=True)
class Style:
    ground: Callable[[Image.Image, Article], None]
    face: Callable[[Image.Image, Article, float], None]


BAND, PLAQUE = Style(_plain, _band), Style(_pattern, _plaque)
BURST, MINIMAL = Style(_rays, _burst), Style(_kraft, _minimal)
FRAME, DISC = Style(_plain, _frame), Style(_stripes, _disc)
FADE, WIDE = Style(_gradient, _band), Style(_gradient, _wide)

_STYLES = {
    PLAQUE: "TEA-OOL-150 TEA-JAS-150 TEA-BLK-020 RIC-TAI-002 JAR-HNY-420 SAU-SES-300 SNK-EGG-300",
    BURST: "SNK-NUT-180 SNK-SWP-150 SNK-POP-090 SNK-SEA-040 HOM-DET-003 SNK-SQU-070 NDL-PIL-085",
    MINIMAL: "COF-DRP-010 BRK-OAT-500 SNK-RIC-120 HOM-SOA-003 TEA-ALM-012 TEA-SES-012 NDL-SES-004 "
    "COF-BEA-250",
    FRAME: "SNK-PIN-006 SAU-CUR-200 SAU-SOY-420 SAU-VIN-500 CAN-MUS-380 SNK-COO-160 JAR-CHI-240",
    DISC: "BRK-COR-300 DRK-YOG-500 DRK-SPK-330 DRK-LEM-600 DRK-ORG-936 SNK-PLU-100 HOM-TIS-110",
    FADE: "DRK-GRN-600 DRK-WAT-600 DRK-MLK-936 DRK-COC-936 HOM-DIS-800",
}
STYLE_OF = {sku: style for style, skus in _STYLES.items() for sku in skus.split()}


def style_of(a: Article, w: int, h: int) -> Style:
    chosen = STYLE_OF.get(a.sku, BAND)
    if w > h * 1.22 and chosen is not MINIMAL:
        return WIDE
    if w > h * 1.5:
        return WIDE
    return chosen
