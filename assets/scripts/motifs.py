"""Simple pictures on packages, drawn into a square of a Pillow image."""

from __future__ import annotations

import math

from PIL import ImageDraw

from drawing import mix
from motifs_more import MORE


def _leaf(d: ImageDraw.ImageDraw, x, y, s, light, dark):
    for angle, size in ((-50, 0.8), (50, 0.8), (0, 1.0)):
        a = math.radians(angle)
        points = []
        for i in range(41):
            t = i / 40
            side = math.sin(math.pi * t) * 0.17
            points.append((t, side))
        outline = points + [(t, -w) for t, w in reversed(points)]
        shape = []
        for t, w in outline:
            px, py = w * size, -t * 0.8 * size
            shape.append(
                (
                    x + s * (0.5 + px * math.cos(a) - py * math.sin(a)),
                    y + s * (0.92 + px * math.sin(a) + py * math.cos(a)),
                )
            )
        d.polygon(shape, fill=light)
        tip = shape[40]
        d.line([(x + s * 0.5, y + s * 0.92), tip], fill=dark, width=max(2, int(s * 0.014)))


def _mountain(d, x, y, s, light, dark):
    d.ellipse([x + s * 0.60, y + s * 0.14, x + s * 0.84, y + s * 0.38], fill=light)
    for cx, h, half, k in ((0.30, 0.42, 0.34, 0.55), (0.68, 0.36, 0.36, 0.35), (0.47, 0.62, 0.36, 0.0)):
        fill = light if k == 0 else mix(_hex(dark), _hex(light), 1 - k)
        d.polygon(
            [
                (x + s * (cx - half), y + s * 0.92),
                (x + s * cx, y + s * (0.92 - h)),
                (x + s * (cx + half), y + s * 0.92),
            ],
            fill=fill,
        )
    for i in range(3):
        top = y + s * (0.70 + i * 0.08)
        d.rounded_rectangle(
            [x + s * (0.10 + 0.12 * i), top, x + s * (0.62 + 0.12 * i), top + s * 0.025],
            radius=s * 0.0125,
            fill=dark,
        )


def _cup(d, x, y, s, light, dark):
    d.ellipse([x + s * 0.68, y + s * 0.50, x + s * 0.92, y + s * 0.78], outline=light, width=int(s * 0.05))
    d.pieslice([x + s * 0.16, y + s * 0.12, x + s * 0.80, y + s * 0.92], 0, 180, fill=light)
    d.ellipse(
        [x + s * 0.16, y + s * 0.46, x + s * 0.80, y + s * 0.58],
        fill=dark,
        outline=light,
        width=int(s * 0.02),
    )
    d.rounded_rectangle([x + s * 0.10, y + s * 0.90, x + s * 0.86, y + s * 0.95], s * 0.02, fill=light)
    for cx in (0.36, 0.48, 0.60):
        points = [
            (x + s * (cx + 0.03 * math.sin(t / 10 * 6.3)), y + s * (0.42 - 0.028 * t)) for t in range(11)
        ]
        d.line(points, fill=light, width=int(s * 0.022))


def _pineapple(d, x, y, s, light, dark):
    for angle in (-38, -19, 0, 19, 38):
        a = math.radians(angle)
        tip = (x + s * (0.5 + 0.36 * math.sin(a)), y + s * (0.40 - 0.36 * math.cos(a)))
        side = (s * 0.055 * math.cos(a), s * 0.055 * math.sin(a))
        base = (x + s * 0.5, y + s * 0.42)
        d.polygon(
            [(base[0] - side[0], base[1] - side[1]), tip, (base[0] + side[0], base[1] + side[1])], fill=light
        )
    box = [x + s * 0.28, y + s * 0.36, x + s * 0.72, y + s * 0.96]
    d.ellipse(box, fill="#e2861b", outline=dark, width=int(s * 0.012))
    for i in range(-6, 7):
        for sign in (1, -1):
            points = []
            for k in range(21):
                t = k / 20 * 2 - 1
                px, py = 0.22 * t, 0.30 * (sign * t * 0.75 + i * 0.22)
                if (px / 0.21) ** 2 + (py / 0.29) ** 2 < 1:
                    points.append((x + s * (0.5 + px), y + s * (0.66 + py)))
            if len(points) > 1:
                d.line(points, fill="#9a4f10", width=max(2, int(s * 0.010)))


def _peanut(d, x, y, s, light, dark):
    shade = mix(_hex(light), "#7a4a12", 0.35)
    for cx, cy, r in ((0.34, 0.62, 0.20), (0.60, 0.44, 0.18)):
        d.ellipse([x + s * (cx - r), y + s * (cy - r), x + s * (cx + r), y + s * (cy + r)], fill=light)
    d.polygon(
        [
            (x + s * 0.34, y + s * 0.42),
            (x + s * 0.50, y + s * 0.30),
            (x + s * 0.68, y + s * 0.60),
            (x + s * 0.44, y + s * 0.78),
        ],
        fill=light,
    )
    for i in range(7):
        for j in range(3):
            cx, cy = 0.24 + i * 0.075 + j * 0.03, 0.66 - i * 0.052 + (j - 1) * 0.085
            d.ellipse(
                [x + s * (cx - 0.014), y + s * (cy - 0.014), x + s * (cx + 0.014), y + s * (cy + 0.014)],
                fill=shade,
            )
    for cx, cy in ((0.74, 0.78), (0.86, 0.66)):
        d.ellipse(
            [x + s * (cx - 0.075), y + s * (cy - 0.055), x + s * (cx + 0.075), y + s * (cy + 0.055)],
            fill=light,
        )


def _wave(d, x, y, s, light, dark):
    for row in range(4):
        cy = y + s * (0.40 + row * 0.16)
        for col in range(-1, 5):
            cx = x + s * (0.125 + col * 0.25 + (0.125 if row % 2 else 0))
            for k in range(3):
                r = s * (0.13 - k * 0.04)
                d.arc([cx - r, cy - r, cx + r, cy + r], 180, 360, fill=light, width=int(s * 0.018))


def _bowl(d, x, y, s, light, dark):
    d.pieslice([x + s * 0.10, y + s * 0.14, x + s * 0.90, y + s * 0.94], 0, 180, fill=light)
    d.rectangle([x + s * 0.36, y + s * 0.90, x + s * 0.64, y + s * 0.97], fill=light)
    d.ellipse(
        [x + s * 0.10, y + s * 0.44, x + s * 0.90, y + s * 0.64], fill=mix(_hex(light), "#8a3a10", 0.55)
    )
    for i in range(6):
        cx = 0.24 + i * 0.09
        d.arc(
            [x + s * (cx - 0.06), y + s * 0.46, x + s * (cx + 0.12), y + s * 0.62],
            160,
            350,
            fill="#fff1c0",
            width=int(s * 0.02),
        )
    for offset in (0.0, 0.07):
        d.line(
            [(x + s * (0.56 + offset), y + s * 0.52), (x + s * (0.86 + offset), y + s * 0.14)],
            fill=light,
            width=int(s * 0.026),
        )


def _noodle(d, x, y, s, light, dark):
    for row in range(6):
        points = [
            (x + s * (0.06 + t / 60 * 0.88), y + s * (0.34 + row * 0.11 + 0.04 * math.sin(t / 60 * 18 + row)))
            for t in range(61)
        ]
        d.line(points, fill=light, width=int(s * 0.03), joint="curve")


def _circle(d, x, y, s, light, dark):
    for r, fill in ((0.36, light), (0.30, dark), (0.26, light)):
        d.ellipse([x + s * (0.5 - r), y + s * (0.56 - r), x + s * (0.5 + r), y + s * (0.56 + r)], fill=fill)
    for i in range(8):
        a = i * math.pi / 4
        cx, cy = 0.5 + 0.15 * math.cos(a), 0.56 + 0.15 * math.sin(a)
        d.ellipse(
            [x + s * (cx - 0.05), y + s * (cy - 0.05), x + s * (cx + 0.05), y + s * (cy + 0.05)], fill=dark
        )


def _drop(d, x, y, s, light, dark):
    for cx, cy, r in ((0.5, 0.62, 0.26), (0.82, 0.74, 0.10), (0.18, 0.74, 0.10)):
        points = []
        for i in range(61):
            t = i / 60 * 2 * math.pi
            px = math.sin(t) * math.sin(t / 2) ** 1.5
            points.append((x + s * (cx + r * px), y + s * (cy - r * 1.25 * math.cos(t))))
        d.polygon(points, fill=light)
    d.arc([x + s * 0.34, y + s * 0.46, x + s * 0.66, y + s * 0.82], 30, 110, fill=dark, width=int(s * 0.03))


def _melon(d, x, y, s, light, dark):
    d.ellipse([x + s * 0.08, y + s * 0.36, x + s * 0.92, y + s * 0.92], fill=light)
    d.ellipse([x + s * 0.16, y + s * 0.43, x + s * 0.84, y + s * 0.85], fill="#f5f8e2")
    for i in range(10):
        cx, cy = 0.34 + (i % 5) * 0.08, 0.60 + (i // 5) * 0.08
        d.ellipse([x + s * cx, y + s * cy, x + s * (cx + 0.03), y + s * (cy + 0.045)], fill=light)


def _bean(d, x, y, s, light, dark):
    for cx, cy in ((0.30, 0.52), (0.62, 0.46), (0.46, 0.74), (0.80, 0.72), (0.16, 0.78)):
        d.ellipse(
            [x + s * (cx - 0.13), y + s * (cy - 0.10), x + s * (cx + 0.13), y + s * (cy + 0.10)], fill=light
        )
        d.arc(
            [x + s * (cx - 0.05), y + s * (cy - 0.04), x + s * (cx + 0.05), y + s * (cy + 0.06)],
            200,
            340,
            fill=dark,
            width=int(s * 0.018),
        )


def _sun(d, x, y, s, light, dark):
    cx, cy = x + s * 0.5, y + s * 0.58
    for i in range(16):
        a = i * math.pi / 8
        b = 0.09
        d.polygon(
            [
                (cx + s * 0.22 * math.cos(a - b), cy + s * 0.22 * math.sin(a - b)),
                (cx + s * 0.42 * math.cos(a), cy + s * 0.42 * math.sin(a)),
                (cx + s * 0.22 * math.cos(a + b), cy + s * 0.22 * math.sin(a + b)),
            ],
            fill=light,
        )
    d.ellipse([cx - s * 0.20, cy - s * 0.20, cx + s * 0.20, cy + s * 0.20], fill=light)
    d.ellipse([cx - s * 0.14, cy - s * 0.14, cx + s * 0.14, cy + s * 0.14], outline=dark, width=int(s * 0.02))


def _hex(colour) -> str:
    return colour if isinstance(colour, str) else "#" + bytes(colour).hex()


_DRAW = {
    "leaf": _leaf,
    "mountain": _mountain,
    "cup": _cup,
    "pineapple": _pineapple,
    "peanut": _peanut,
    "wave": _wave,
    "bowl": _bowl,
    "noodle": _noodle,
    "circle": _circle,
    "drop": _drop,
    "melon": _melon,
    "bean": _bean,
    "sun": _sun,
    **MORE,
}


def draw_motif(name: str, draw: ImageDraw.ImageDraw, x: float, y: float, side: float, light, dark) -> None:
    """One motif in the square whose top left corner is x, y."""
    _DRAW[name](draw, x, y, side, light, dark)
