"""Fridges, the checkout, the fruit table and the ice-cream chest."""

from __future__ import annotations

import math
import random

import bpy

import materials as m
from mesh import add, ball, block, board, picture, turned
from parts import Parts
from plants import bush, leaf
from shelving import _slab
from shop import (
    COUNTER,
    COUPON_STAND,
    EAST,
    FIXTURES,
    FRIDGE_DOORS,
    FRUIT,
    NOTICE_BOARD,
    SEED,
    TEA_EGGS,
    WEST,
)
from signs import path_of


def fridges() -> None:
    """A bank of cold cabinets with glass doors, wire shelves and a lit header."""
    f = FIXTURES["fridge"]
    case, inside = m.plain("#3b4247", 0.45), m.plain("#dfe5e8", 0.5)
    w, d, top = f.width, f.depth, 2.02
    _slab(f, "back", (0, w), (d + 0.02, d + 0.06), (0.0, top), inside)
    _slab(f, "roof", (0, w), (-0.06, d + 0.06), (top, top + 0.06), case)
    _slab(f, "plinth", (0, w), (-0.05, d), (0.0, 0.20), case)
    _slab(f, "sole", (0, w), (-0.02, d + 0.02), (0.20, 0.24), inside)
    for x in (-0.04, w):
        _slab(f, f"flank {x}", (x, x + 0.04), (-0.06, d + 0.06), (0.0, top + 0.06), case)
    for k in range(12):
        _slab(
            f,
            f"vent {k}",
            (0.1, w - 0.1),
            (-0.053, -0.05),
            (0.045 + k * 0.011, 0.050 + k * 0.011),
            m.plain("#1d2123", 0.6),
        )
    wire = m.plain("#d7dde0", 0.35, 0.3)
    for k, z in enumerate(f.boards):
        _slab(f, f"shelf {k}", (0.02, w - 0.02), (0.015, d), (z - 0.014, z - 0.001), wire)
        _slab(
            f, f"lip {k}", (0.02, w - 0.02), (0.006, 0.015), (z - 0.044, z + 0.004), m.plain("#f4f6f6", 0.4)
        )
    step = w / FRIDGE_DOORS
    metal, glass = m.plain("#9aa1a4", 0.3, 0.7), m.pane("#f4fafa", 0.012)
    for k in range(FRIDGE_DOORS):
        x0, x1 = k * step + 0.008, (k + 1) * step - 0.008
        z0, z1 = 0.215, top - 0.01
        _slab(f, f"glass {k}", (x0 + 0.04, x1 - 0.04), (-0.045, -0.037), (z0 + 0.04, z1 - 0.04), glass)
        for a, b in ((x0, x0 + 0.04), (x1 - 0.04, x1)):
            _slab(f, f"stile {k} {a:.2f}", (a, b), (-0.058, -0.022), (z0, z1), metal, 0.003)
        for a, b in ((z0, z0 + 0.04), (z1 - 0.04, z1)):
            _slab(f, f"rail {k} {a:.2f}", (x0 + 0.04, x1 - 0.04), (-0.058, -0.022), (a, b), metal, 0.003)
        at = x1 - 0.028 if k % 2 == 0 else x0 + 0.016
        _slab(
            f,
            f"handle {k}",
            (at, at + 0.014),
            (-0.105, -0.085),
            (0.85, 1.45),
            m.plain("#22282a", 0.35),
            0.004,
        )
        for z in (0.90, 1.40):
            _slab(
                f,
                f"grip {k} {z}",
                (at, at + 0.014),
                (-0.09, -0.055),
                (z - 0.01, z + 0.01),
                m.plain("#22282a", 0.35),
            )
        if k:
            _slab(
                f, f"divider {k}", (k * step - 0.012, k * step + 0.012), (0.0, d + 0.02), (0.24, top), inside
            )
        _slab(
            f,
            f"tube {k}",
            ((k * step) + 0.02, (k * step) + 0.034),
            (-0.012, 0.004),
            (0.32, 1.94),
            m.glow("#dff1ff", 1.8),
        )
    header = f.point(w / 2, -0.05, top + 0.21)
    _slab(f, "header case", (-0.04, w + 0.04), (-0.045, d + 0.06), (top + 0.06, top + 0.36), case)
    picture("header", header, f.facing, w, 0.30, m.printed(path_of("fridge-header"), 0.4, 0.35))


def counter() -> None:
    """The till: wooden front, stone top, and what stands on it."""
    c = COUNTER
    x0, x1, y0, y1, top = c["west"], c["east"], c["south"], c["north"], c["top"]
    block("counter body", (x0 + 0.05, y0 + 0.03, 0.08), (x1, y1 - 0.03, top - 0.04), m.walnut("z"))
    block("counter plinth", (x0 + 0.10, y0 + 0.06, 0), (x1 - 0.03, y1 - 0.06, 0.08), m.plain("#3a2d24", 0.7))
    slats = 38
    for k in range(slats):
        y = y0 + 0.03 + (y1 - y0 - 0.06) * (k + 0.5) / slats
        block(
            f"slat {k}", (x0 + 0.03, y - 0.028, 0.08), (x0 + 0.051, y + 0.028, top - 0.04), m.oak("z"), 0.003
        )
    slats = 9
    for k in range(slats):
        x = x0 + 0.06 + (x1 - x0 - 0.08) * (k + 0.5) / slats
        for y in (y0 + 0.0095, y1 - 0.0305):
            block(
                f"end slat {k} {y}",
                (x - 0.026, y, 0.08),
                (x + 0.026, y + 0.021, top - 0.04),
                m.oak("z"),
                0.003,
            )
    block(
        "counter top",
        (x0 - 0.02, y0 - 0.02, top - 0.04),
        (x1 + 0.02, y1 + 0.02, top),
        m.plain("#e7ded0", 0.25),
        0.006,
    )
    _till(top)
    _tea_eggs(top)
    _coupon_stand(top)
    _plant((2.66, 5.34, top))
    # Saucer for coins and a stack of paper bags.
    saucer = turned(
        "saucer", [(0.07, 0), (0.10, 0.012), (0.10, 0.016), (0.07, 0.006)], [m.plain("#2f7d68", 0.3)]
    )
    add("saucer", saucer, (2.36, 4.12, top))
    block("bags", (2.46, 5.00, top), (2.68, 5.16, top + 0.05), m.plain("#b98d5e", 0.8), 0.003)


def _till(top: float) -> None:
    block("till foot", (2.46, 4.30, top), (2.66, 4.50, top + 0.015), m.plain("#2b2f31", 0.4), 0.004)
    block("till neck", (2.55, 4.385, top + 0.015), (2.575, 4.415, top + 0.20), m.plain("#2b2f31", 0.4))
    block(
        "till body",
        (-0.19, -0.012, -0.13),
        (0.19, 0.012, 0.13),
        m.plain("#2b2f31", 0.35),
        0.006,
        (2.55, 4.40, top + 0.27),
        270,
        12,
    )
    picture(
        "till screen",
        (2.5355, 4.40, top + 0.2735),
        270,
        0.36,
        0.245,
        m.printed(path_of("till"), 0.3, 0.7),
        12,
    )
    block("card reader", (2.34, 4.53, top), (2.46, 4.61, top + 0.035), m.plain("#33393b", 0.4), 0.008)


def _tea_eggs(top: float) -> None:
    x, y, _ = TEA_EGGS
    pot = turned(
        "pot",
        [
            (0.13, 0),
            (0.15, 0.015),
            (0.155, 0.17),
            (0.165, 0.175),
            (0.165, 0.182),
            (0.148, 0.18),
            (0.145, 0.12),
        ],
        [m.steel()],
        segments=48,
    )
    add("tea egg pot", pot, (x, y, top + 0.02))
    block(
        "hot plate",
        (x - 0.16, y - 0.16, top),
        (x + 0.16, y + 0.16, top + 0.02),
        m.plain("#26292b", 0.4),
        0.006,
    )
    broth = turned("broth", [(0.146, 0.0), (0.146, 0.003)], [m.liquid("#4a2412")], segments=40)
    add("broth", broth, (x, y, top + 0.165))
    egg = ball("egg", m.plain("#9a6236", 0.35), 0.03, 0.8)
    rng = random.Random(SEED + 3)
    for k in range(11):
        a = 2 * math.pi * k / 8
        r = 0.105 if k < 8 else 0.045
        a += 0 if k < 8 else 0.5 + k * 1.2
        add(f"egg {k}", egg, (x + r * math.cos(a), y + r * math.sin(a), top + 0.172 + rng.uniform(0, 0.01)))
    for side in (-1, 1):
        block(
            f"pot ear {side}",
            (x - 0.03, y + side * 0.18 - 0.02, top + 0.13),
            (x + 0.03, y + side * 0.18 + 0.02, top + 0.15),
            m.plain("#1f2224", 0.4),
            0.006,
        )
    board(
        "tea egg sign",
        (x - 0.235, y, top + 0.075),
        270,
        0.21,
        0.138,
        0.008,
        m.printed(path_of("tea-egg")),
        m.oak("z"),
    )


def _coupon_stand(top: float) -> None:
    x, y, z = COUPON_STAND
    h = (z - top - 0.02) * 2
    board("coupon", (x, y, z), 270, h * 0.78, h, 0.012, m.printed(path_of("coupon")), m.oak("z"))
    block("coupon foot", (x - 0.06, y - 0.13, top), (x + 0.06, y + 0.13, top + 0.02), m.oak("y"), 0.004)


def _plant(at) -> None:
    obj = add("counter plant", bush(21, "#e9e2d4", 0.075, 0.125), at)
    obj.scale = (0.8, 0.8, 0.8)


def fruit() -> None:
    """A wooden table by the window with three crates: oranges, guavas, pineapples."""
    rng = random.Random(SEED + 2)
    cx, cy, _ = FRUIT
    x0, x1, y0, y1, top = WEST + 0.12, cx + 0.95, cy - 0.48, cy + 0.42, 0.60
    block("fruit table", (x0, y0, top - 0.04), (x1, y1, top), m.oak("x"), 0.005)
    for x in (x0 + 0.05, x1 - 0.11):
        for y in (y0 + 0.05, y1 - 0.11):
            block(f"table leg {x:.2f} {y:.2f}", (x, y, 0), (x + 0.06, y + 0.06, top - 0.04), m.oak("z"))
    width = (x1 - x0 - 0.08) / 3
    oranges = [ball(f"orange {c}", m.plain(c, 0.45), 0.041, 0.95) for c in ("#f0901d", "#e57c14", "#f5a32c")]
    guavas = [ball(f"guava {c}", m.plain(c, 0.5), 0.047, 1.05) for c in ("#a9c95a", "#98bd4c", "#bcd46a")]
    for k in range(3):
        a, b = x0 + 0.02 + k * (width + 0.02), x0 + 0.02 + k * (width + 0.02) + width
        _crate(a, b, y0 + 0.04, y1 - 0.04, top)
        if k == 2:
            _pineapples(a, b, y0 + 0.04, y1 - 0.04, top)
            continue
        shapes, step = (oranges, 0.088) if k == 0 else (guavas, 0.097)
        columns, rows = int((b - a - 0.06) / step), int((y1 - y0 - 0.14) / step)
        for layer in range(3):
            for i in range(columns - layer):
                for j in range(rows - layer):
                    x = a + 0.03 + step * (i + 0.5 + layer / 2) + rng.uniform(-0.004, 0.004)
                    y = y0 + 0.07 + step * (j + 0.5 + layer / 2) + rng.uniform(-0.004, 0.004)
                    obj = add(f"fruit {k}", rng.choice(shapes), (x, y, top + 0.075 + layer * step * 0.74))
                    obj.rotation_euler = (rng.uniform(0, 3), rng.uniform(0, 3), 0)
    board(
        "chalkboard",
        (WEST + 0.015, cy + 0.62, 1.50),
        90,
        0.52,
        0.65,
        0.025,
        m.printed(path_of("chalkboard"), 0.8),
        m.oak("z"),
    )


def _crate(x0, x1, y0, y1, z) -> None:
    plank = m.wood("#d8b483", "#b98d58", "x")
    block("crate floor", (x0, y0, z), (x1, y1, z + 0.012), plank)
    for k in range(2):
        low = z + 0.015 + k * 0.085
        for y in (y0, y1 - 0.012):
            block("crate plank", (x0, y, low), (x1, y + 0.012, low + 0.07), plank)
        for x in (x0, x1 - 0.012):
            block(
                "crate plank",
                (x, y0 + 0.013, low),
                (x + 0.012, y1 - 0.013, low + 0.07),
                m.wood("#d8b483", "#b98d58", "y"),
            )


def _pineapple(rng: random.Random) -> bpy.types.Mesh:
    """Rows of pointed eyes around a barrel, and a crown of stiff leaves."""
    parts = Parts(
        [m.plain("#d08f24", 0.5), m.plain("#b07f28", 0.55), m.plain("#857426", 0.6)]
        + [m.leaf(c) for c in ("#5c8a45", "#6f9a55", "#4a7a4a")]
    )
    rows, around, height, wide = 10, 13, 0.185, 0.064

    def surface(t: float, a: float, out: float):
        r = wide * math.sin(math.pi * (0.13 + 0.74 * t)) ** 0.6 + out
        return (r * math.cos(a), r * math.sin(a), height * t)

    for j in range(rows):
        for i in range(around):
            a = 2 * math.pi * (i + (j % 2) / 2) / around
            t, da, dt = (j + 0.5) / rows, math.pi / around, 0.98 / rows
            ring = [
                surface(min(max(t + dy * dt, 0.0), 1.0), a + dx * da, -0.001)
                for dx, dy in ((-1, 0), (0, -1), (1, 0), (0, 1))
            ]
            mid = [
                surface(min(max(t + dy * dt * 0.62, 0.0), 1.0), a + dx * da * 0.62, 0.0045)
                for dx, dy in ((-1, 0), (0, -1), (1, 0), (0, 1))
            ]
            tip = surface(t + 0.012, a, 0.0062)
            slot = 2 if t > 0.82 and rng.random() < 0.6 else rng.randrange(2)
            for k in range(4):
                n = (k + 1) % 4
                parts.face([ring[k], ring[n], mid[n], mid[k]], slot)
                parts.face([mid[k], mid[n], tip], 2 if rng.random() < 0.25 else slot)
    parts.lathe(
        [(wide * 0.35, 0.0), (wide * 0.92, height * 0.25), (wide * 0.96, height * 0.6), (wide * 0.4, height)],
        1,
        None,
        16,
    )
    for k in range(22):
        tier = k / 22
        at = (
            0.016 * (1 - tier) * math.cos(k * 2.4),
            0.016 * (1 - tier) * math.sin(k * 2.4),
            height * 0.985 + 0.03 * tier,
        )
        leaf(
            parts,
            at,
            k * 137.5,
            40 + 47 * tier,
            0.050 + 0.060 * math.sin(math.pi * (0.25 + 0.6 * tier)),
            0.020,
            3 + k % 3,
            0.25,
        )
    return parts.mesh("pineapple", smooth_deg=25)


def _pineapples(x0, x1, y0, y1, z) -> None:
    rng = random.Random(SEED + 6)
    shapes = [_pineapple(rng) for _ in range(2)]
    for i in range(3):
        for j in range(4):
            x = x0 + (x1 - x0) * (i + 0.5) / 3 + rng.uniform(-0.008, 0.008)
            y = y0 + (y1 - y0) * (j + 0.5) / 4 + rng.uniform(-0.008, 0.008)
            obj = add(
                "pineapple", shapes[(i + j) % 2], (x, y, z + 0.045), rng.uniform(0, 360), rng.uniform(-7, 7)
            )
            size = rng.uniform(0.90, 1.08)
            obj.scale = (size, size, size)


def front_corner() -> None:
    """The community board and below it a chest of ice cream."""
    x, y, z = NOTICE_BOARD
    board(
        "notice board",
        (EAST - 0.02, y, z),
        270,
        1.30,
        1.0,
        0.03,
        m.printed(path_of("notice-board"), 0.8),
        m.walnut("y"),
    )
    block("chest", (EAST - 0.72, 0.62, 0.06), (EAST - 0.03, 2.08, 0.86), m.plain("#eef2f3", 0.3), 0.02)
    block("chest band", (EAST - 0.722, 0.66, 0.24), (EAST - 0.71, 2.04, 0.64), m.plain("#2f86c4", 0.4))
    block("chest foot", (EAST - 0.68, 0.66, 0.0), (EAST - 0.07, 2.04, 0.06), m.plain("#33383a", 0.6))
    picture("chest words", (EAST - 0.7235, 1.35, 0.44), 270, 1.05, 0.333, m.printed(path_of("ice")))
    block(
        "chest lid",
        (EAST - 0.70, 0.66, 0.86),
        (EAST - 0.05, 2.04, 0.885),
        m.plain("#a9c6d4", 0.12, 0.1),
        0.006,
    )


def baskets() -> None:
    """A stack of shopping baskets by the door."""
    green, dark = m.plain("#2f7d68", 0.45), m.plain("#23302c", 0.5)
    x0, x1, y0, y1 = 1.25, 1.70, 0.22, 0.54
    block("basket foot", (x0 + 0.03, y0 + 0.03, 0.0), (x1 - 0.03, y1 - 0.03, 0.05), dark)
    for k in range(6):
        z = 0.05 + k * 0.055
        high = 0.05 if k < 5 else 0.20
        t = 0.006
        for a, b in (
            ((x0, y0), (x1, y0 + t)),
            ((x0, y1 - t), (x1, y1)),
            ((x0, y0 + t), (x0 + t, y1 - t)),
            ((x1 - t, y0 + t), (x1, y1 - t)),
        ):
            block("basket side", (*a, z), (*b, z + high), green)
        block("basket rim", (x0 - 0.012, y0 - 0.012, z + high - 0.012), (x1 + 0.012, y0, z + high), green)
        block("basket rim", (x0 - 0.012, y1, z + high - 0.012), (x1 + 0.012, y1 + 0.012, z + high), green)
    block("basket floor", (x0 + 0.006, y0 + 0.006, 0.33), (x1 - 0.006, y1 - 0.006, 0.335), green)
    for y in (y0 + 0.13, y1 - 0.15):
        block("basket grip", (x0 + 0.05, y, 0.525), (x1 - 0.05, y + 0.02, 0.54), dark, 0.004)


def build() -> None:
    baskets()
    fridges()
    counter()
    fruit()
    front_corner()
