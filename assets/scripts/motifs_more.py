"""More simple pictures for packages; see motifs.py."""

from __future__ import annotations

import math

from drawing import mix


def _hex(colour) -> str:
    return colour if isinstance(colour, str) else "#" + bytes(colour).hex()


def honey(d, x, y, s, light, dark):
    r = 0.15
    for cx, cy in ((0.36, 0.42), (0.62, 0.42), (0.23, 0.645), (0.49, 0.645), (0.75, 0.645), (0.36, 0.87)):
        points = [
            (
                x + s * (cx + r * 0.93 * math.sin(k * math.pi / 3)),
                y + s * (cy + r * 0.93 * math.cos(k * math.pi / 3)),
            )
            for k in range(6)
        ]
        d.polygon(points, fill=light, outline=dark)
        inner = [(px + (x + s * cx - px) * 0.28, py + (y + s * cy - py) * 0.28) for px, py in points]
        d.polygon(inner, fill=mix(_hex(light), "#7a3d06", 0.28))
    d.ellipse([x + s * 0.60, y + s * 0.12, x + s * 0.86, y + s * 0.30], fill="#2c2016")
    for k in (0.66, 0.74):
        d.rectangle([x + s * k, y + s * 0.125, x + s * (k + 0.035), y + s * 0.295], fill="#f2c230")
    d.ellipse([x + s * 0.64, y + s * 0.02, x + s * 0.76, y + s * 0.16], fill="#ffffff")
    d.ellipse([x + s * 0.74, y + s * 0.01, x + s * 0.86, y + s * 0.15], fill="#ffffff")


def chili(d, x, y, s, light, dark):
    for turn, cx, cy in ((-18, 0.36, 0.50), (8, 0.60, 0.54)):
        a = math.radians(turn)
        left, right = [], []
        for i in range(31):
            t = i / 30
            half = 0.085 * math.sin(math.pi * min(1, t * 0.92 + 0.16)) ** 0.8 * (1 - t * 0.55)
            bend = 0.12 * t * t
            for side, row in ((-1, left), (1, right)):
                px, py = bend + side * half, (t - 0.5) * 0.74
                row.append(
                    (
                        x + s * (cx + px * math.cos(a) - py * math.sin(a)),
                        y + s * (cy + 0.06 + px * math.sin(a) + py * math.cos(a)),
                    )
                )
        d.polygon(left + right[::-1], fill="#d8261c", outline=dark)
        d.line(left[3:18], fill="#ff8a6a", width=max(2, int(s * 0.014)))
        top = ((left[0][0] + right[0][0]) / 2, (left[0][1] + right[0][1]) / 2)
        d.ellipse(
            [top[0] - s * 0.06, top[1] - s * 0.03, top[0] + s * 0.06, top[1] + s * 0.05], fill="#3f7a34"
        )
        d.line([top, (top[0] - s * 0.05, top[1] - s * 0.13)], fill="#3f7a34", width=max(2, int(s * 0.03)))


def citrus(d, x, y, s, light, dark):
    cx, cy, r = x + s * 0.5, y + s * 0.56, s * 0.36
    d.ellipse([cx - r, cy - r, cx + r, cy + r], fill=light)
    d.ellipse([cx - r * 0.9, cy - r * 0.9, cx + r * 0.9, cy + r * 0.9], fill="#fffbe8")
    for k in range(8):
        a = k * 45 + 4
        box = [cx - r * 0.83, cy - r * 0.83, cx + r * 0.83, cy + r * 0.83]
        d.pieslice(box, a, a + 37, fill=mix(_hex(light), "#ffffff", 0.25))
    for bx, by, br in (
        (0.16, 0.26, 0.05),
        (0.27, 0.13, 0.035),
        (0.86, 0.22, 0.045),
        (0.78, 0.10, 0.03),
        (0.92, 0.86, 0.035),
    ):
        d.ellipse(
            [x + s * (bx - br), y + s * (by - br), x + s * (bx + br), y + s * (by + br)],
            outline=light,
            width=max(2, int(s * 0.014)),
        )


def grain(d, x, y, s, light, dark):
    for turn in (-24, 0, 24):
        a = math.radians(turn)
        foot = (x + s * 0.5, y + s * 0.98)
        tip = (foot[0] + s * 0.86 * math.sin(a), foot[1] - s * 0.86 * math.cos(a))
        d.line([foot, tip], fill=light, width=max(2, int(s * 0.014)))
        for i in range(7):
            t = 0.40 + i * 0.095
            px, py = foot[0] + (tip[0] - foot[0]) * t, foot[1] + (tip[1] - foot[1]) * t
            for side in (-1, 1):
                b = a + side * 0.55
                qx, qy = px + s * 0.055 * math.sin(b), py - s * 0.055 * math.cos(b)
                r = s * 0.032
                d.ellipse([qx - r, qy - r * 1.2, qx + r, qy + r * 1.2], fill=light)


def roll(d, x, y, s, light, dark):
    shade = mix(_hex(light), "#6a3208", 0.30)
    for cy, lean in ((0.82, 0.0), (0.66, 0.05), (0.50, -0.03)):
        y0, y1 = y + s * (cy - 0.085), y + s * (cy + 0.085)
        x0, x1 = x + s * (0.12 + lean), x + s * (0.84 + lean)
        d.rounded_rectangle([x0, y0, x1, y1], radius=s * 0.08, fill=light)
        for k in range(6):
            px = x0 + s * (0.10 + k * 0.10)
            d.line(
                [(px, y0 + s * 0.01), (px - s * 0.05, y1 - s * 0.01)],
                fill=shade,
                width=max(2, int(s * 0.016)),
            )
        for r in (0.075, 0.05, 0.025):
            cxx, cyy = x1 - s * 0.04, (y0 + y1) / 2
            d.ellipse(
                [cxx - s * r, cyy - s * r, cxx + s * r, cyy + s * r],
                outline=shade,
                width=max(2, int(s * 0.014)),
            )


def basil(d, x, y, s, light, dark):
    stem = mix(_hex(light), "#28401c", 0.5)
    d.line(
        [(x + s * 0.5, y + s * 0.96), (x + s * 0.5, y + s * 0.25)], fill=stem, width=max(2, int(s * 0.022))
    )
    for cy, reach, size in ((0.78, 0.30, 0.30), (0.56, 0.27, 0.27), (0.36, 0.20, 0.22)):
        for side in (-1, 1):
            cx = 0.5 + side * reach * 0.55
            box = [
                x + s * (cx - size * 0.52),
                y + s * (cy - size * 0.30),
                x + s * (cx + size * 0.52),
                y + s * (cy + size * 0.26),
            ]
            d.ellipse(box, fill=light)
            d.line(
                [(x + s * 0.5, y + s * cy), (x + s * (cx + side * size * 0.40), y + s * (cy - 0.02))],
                fill=stem,
                width=max(1, int(s * 0.01)),
            )
    d.ellipse([x + s * 0.42, y + s * 0.10, x + s * 0.58, y + s * 0.32], fill=light)


def soap(d, x, y, s, light, dark):
    d.rounded_rectangle([x + s * 0.12, y + s * 0.46, x + s * 0.78, y + s * 0.88], radius=s * 0.12, fill=light)
    d.rounded_rectangle(
        [x + s * 0.20, y + s * 0.53, x + s * 0.70, y + s * 0.81],
        radius=s * 0.08,
        outline=dark,
        width=max(2, int(s * 0.018)),
    )
    for bx, by, br in (
        (0.74, 0.34, 0.13),
        (0.90, 0.54, 0.08),
        (0.54, 0.24, 0.08),
        (0.86, 0.18, 0.05),
        (0.34, 0.34, 0.06),
    ):
        box = [x + s * (bx - br), y + s * (by - br), x + s * (bx + br), y + s * (by + br)]
        d.ellipse(box, outline=light, width=max(2, int(s * 0.022)))


def mushroom(d, x, y, s, light, dark):
    for cx, cy, r in ((0.36, 0.60, 0.26), (0.70, 0.68, 0.20)):
        d.rounded_rectangle(
            [x + s * (cx - r * 0.28), y + s * cy, x + s * (cx + r * 0.28), y + s * (cy + r * 1.05)],
            radius=s * r * 0.2,
            fill="#f3e2c2",
        )
        d.pieslice(
            [x + s * (cx - r), y + s * (cy - r), x + s * (cx + r), y + s * (cy + r * 0.9)],
            180,
            360,
            fill=light,
        )
        for k in (-0.45, 0.0, 0.45):
            px, py = x + s * (cx + r * k), y + s * (cy - r * (0.52 - abs(k) * 0.4))
            d.ellipse(
                [px - s * r * 0.13, py - s * r * 0.09, px + s * r * 0.13, py + s * r * 0.09], fill="#f3e2c2"
            )


def berry(d, x, y, s, light, dark):
    for cx, cy in ((0.30, 0.60), (0.54, 0.50), (0.72, 0.66), (0.46, 0.78)):
        r = 0.15
        box = [x + s * (cx - r), y + s * (cy - r), x + s * (cx + r), y + s * (cy + r)]
        d.ellipse(box, fill=light, outline=dark, width=max(2, int(s * 0.014)))
        d.ellipse(
            [x + s * (cx - 0.08), y + s * (cy - 0.09), x + s * (cx - 0.02), y + s * (cy - 0.03)],
            fill="#ffffff",
        )
    d.ellipse([x + s * 0.46, y + s * 0.18, x + s * 0.74, y + s * 0.36], fill="#5c9a4a")


MORE = {
    "honey": honey,
    "chili": chili,
    "citrus": citrus,
    "grain": grain,
    "roll": roll,
    "basil": basil,
    "soap": soap,
    "mushroom": mushroom,
    "berry": berry,
}
