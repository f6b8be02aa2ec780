"""What makes a room a used one: things on walls, under the ceiling and on top of shelves."""

from __future__ import annotations

import math
import random

import materials as m
from mesh import add, board, picture
from parts import Parts
from plants import palm, pothos, snake_plant
from shop import CEILING, EAST, FIXTURES, NORTH, SEED, WEST
from signs import path_of


def clock() -> None:
    """A wall clock at ten past ten, with hands, marks and a rim."""
    parts = Parts([m.plain("#fbfaf5", 0.4), m.plain("#23282a", 0.4), m.plain("#b8362a", 0.4), m.walnut("z")])
    parts.lathe([(0.165, 0.0), (0.165, 0.02)], 0, None, 56)
    for radius in (0.178,):
        parts.lathe(
            [(0.165, 0.0), (radius, 0.0), (radius, 0.030), (0.170, 0.034), (0.165, 0.030), (0.165, 0.0)],
            3,
            None,
            56,
        )
    for k in range(60):
        long = 0.022 if k % 5 == 0 else 0.009
        wide = 0.0035 if k % 5 == 0 else 0.0014
        parts.box((-wide, 0.150 - long, 0.0200), (wide, 0.150, 0.0215), 1, (0, 0, 0), k * 6)
    for heading, length, wide, z, slot in (
        (305, 0.085, 0.006, 0.0225, 1),
        (60, 0.125, 0.0042, 0.0245, 1),
        (162, 0.13, 0.0014, 0.0265, 2),
    ):
        parts.box((-wide, -0.02, z), (wide, length, z + 0.0015), slot, (0, 0, 0), heading)
    parts.lathe([(0.010, 0.020), (0.010, 0.029)], 1, None, 20)
    obj = add("clock", parts.mesh("clock", smooth_deg=35), (2.30, NORTH - 0.001, 2.28))
    obj.rotation_euler = (math.radians(90), 0, 0)


def paper() -> None:
    """Posters, calendar, licence, notes: none hangs quite straight."""
    rng = random.Random(SEED + 21)
    east, west, north = EAST - 0.004, WEST + 0.004, NORTH - 0.004
    for name, at, heading, w, h in (
        ("poster-cake", (east, 2.22, 1.72), 270, 0.44, 0.62),
        ("poster-honey", (east, 5.78, 1.62), 270, 0.40, 0.565),
        ("poster-tea", (west, 1.92, 1.72), 90, 0.42, 0.59),
        ("poster-milk", (2.28, north, 1.60), 180, 0.50, 0.705),
        ("calendar", (east, 5.62, 2.22), 270, 0.26, 0.36),
        ("licence", (east, 2.36, 2.24), 270, 0.36, 0.256),
        ("poster-noodle", (-0.50, 6.14 - 0.02, 1.20), 0, 0.0, 0.0),
        ("luck", (3.30, NORTH - 0.046, 1.86), 180, 0.15, 0.15),
    ):
        if not w:
            continue
        obj = picture(name, at, heading, w, h, m.printed(path_of(name), 0.5))
        obj.rotation_euler[1] = math.radians(rng.uniform(-0.8, 0.8) + (45 if name == "luck" else 0))


def _carton(parts: Parts, at, heading: float, size, print_slot: int) -> None:
    """A taped shipping carton; print on both long sides."""
    w, d, h = size
    parts.box((-w / 2, -d / 2, 0), (w / 2, d / 2, h), 0, at, heading)
    parts.box((-0.025, -d / 2 - 0.001, h - 0.05), (0.025, d / 2 + 0.001, h + 0.0012), 1, at, heading)
    from parts import turn

    for sign in (1, -1):
        y = sign * (d / 2 + 0.0015)
        x0, x1 = (w / 2, -w / 2) if sign > 0 else (-w / 2, w / 2)
        corners = [
            (x0 * 0.96, y, h * 0.06),
            (x1 * 0.96, y, h * 0.06),
            (x1 * 0.96, y, h * 0.94),
            (x0 * 0.96, y, h * 0.94),
        ]
        parts.face([turn(c, heading, 0, at) for c in corners], print_slot)


def top_stock() -> None:
    """Cartons, baskets and a rolled poster on top of the wall shelves and the fridges."""
    rng = random.Random(SEED + 22)
    prints = [m.printed(path_of(f"carton-{k}"), 0.85) for k in range(4)]
    parts = Parts([m.plain("#b98f5f", 0.85), m.plain("#cdb084", 0.4), *prints])
    for name, spans in (
        ("west", ((0.25, 1.55), (3.9, 5.5))),
        ("east", ((0.1, 1.0), (1.5, 2.4))),
        ("counter_back", ((1.9, 2.7),)),
    ):
        f = FIXTURES[name]
        for start, end in spans:
            at = start
            while at < end - 0.3:
                w, h = rng.uniform(0.34, 0.46), rng.uniform(0.20, 0.29)
                d = min(f.depth - 0.04, 0.34)
                x, y, z = f.point(at + w / 2, f.depth / 2 + 0.01, f.height + 0.05)
                _carton(parts, (x, y, z), f.facing + rng.uniform(-5, 5), (w, d, h), 2 + rng.randrange(4))
                if rng.random() < 0.4 and z + 2 * h < CEILING - 0.1:
                    _carton(
                        parts,
                        (x, y, z + h),
                        f.facing + rng.uniform(-9, 9),
                        (w * 0.9, d * 0.9, h * 0.8),
                        2 + rng.randrange(4),
                    )
                at += w + rng.uniform(0.03, 0.16)
    add("top stock", parts.mesh("top stock", bevel=0.004))
    _baskets()


def _baskets() -> None:
    """Woven baskets and two stacked pots between the cartons."""
    parts = Parts([m.wood("#c9a066", "#8e6636", "x"), m.plain("#2f6f86", 0.3), m.plain("#e9e2d4", 0.4)])
    f = FIXTURES["west"]
    for right, r, h in ((1.95, 0.17, 0.16), (3.55, 0.15, 0.20)):
        at = f.point(right, 0.2, f.height + 0.05)
        rings = 9
        profile = []
        for k in range(rings * 2 + 1):
            t = k / (rings * 2)
            profile.append((r * (0.78 + 0.22 * t) + (0.006 if k % 2 else 0.0), h * t))
        profile += [(r * 0.93, h), (r * 0.74, 0.02)]
        parts.lathe(profile, 0, None, 36, at)
    at = FIXTURES["counter_back"].point(0.5, 0.15, 2.05)
    parts.lathe(
        [(0.05, 0), (0.10, 0.05), (0.115, 0.13), (0.07, 0.20), (0.05, 0.22), (0.06, 0.25), (0.045, 0.25)],
        1,
        None,
        32,
        at,
    )
    at = FIXTURES["counter_back"].point(0.85, 0.15, 2.05)
    parts.lathe(
        [(0.05, 0), (0.085, 0.06), (0.08, 0.14), (0.04, 0.17), (0.05, 0.19), (0.035, 0.19)], 2, None, 32, at
    )
    add("baskets on top", parts.mesh("baskets on top", smooth_deg=50))


def ceiling_things() -> None:
    """Air outlets, sprinklers, smoke alarms, a speaker, cameras, the sign above the way out."""
    white, grey, dark = m.plain("#f0efeb", 0.5), m.plain("#9a9c9c", 0.4, 0.5), m.plain("#22262a", 0.2, 0.0)
    parts = Parts([white, grey, dark])
    for x, y in ((-0.6, 2.7), (-0.6, 6.9), (2.4, 5.7)):
        for k in range(4):
            s = 0.27 - k * 0.06
            z = CEILING - 0.004 - k * 0.004
            for dx0, dy0, dx1, dy1 in (
                (-s, -s, s, -s + 0.03),
                (-s, s - 0.03, s, s),
                (-s, -s, -s + 0.03, s),
                (s - 0.03, -s, s, s),
            ):
                parts.box((x + dx0, y + dy0, z - 0.008), (x + dx1, y + dy1, z), 0 if k % 2 == 0 else 1)
    for x, y in ((-2.7, 3.0), (-2.7, 6.3), (0.3, 4.8), (2.1, 3.0), (2.1, 7.8), (0.3, 1.5)):
        parts.lathe(
            [(0.035, 0), (0.035, -0.008), (0.012, -0.012), (0.010, -0.05), (0.022, -0.052), (0.022, -0.055)],
            1,
            None,
            20,
            (x, y, CEILING),
        )
    for x, y in ((-0.6, 4.5), (3.0, 5.4)):
        parts.lathe([(0.06, 0), (0.06, -0.02), (0.05, -0.045), (0.02, -0.05)], 0, None, 28, (x, y, CEILING))
    for x, y in ((-3.3, 9.2), (3.7, 0.4)):
        parts.lathe([(0.07, 0), (0.07, -0.03), (0.06, -0.035)], 0, None, 28, (x, y, CEILING))
        parts.lathe(
            [(0.055, -0.03), (0.052, -0.06), (0.035, -0.085), (0.005, -0.095)], 2, None, 28, (x, y, CEILING)
        )
    add("ceiling things", parts.mesh("ceiling things", smooth_deg=40))
    board(
        "exit",
        (-1.75, 0.04, 2.36),
        0,
        0.42,
        0.14,
        0.04,
        m.printed(path_of("exit"), 0.4, 0.9),
        m.white_metal(),
    )


def wall_things() -> None:
    """Sockets, pipes, the switch box, an extinguisher, the door's push plate."""
    parts = Parts(
        [
            m.plain("#f0eee6", 0.4),
            m.plain("#b9231a", 0.3),
            m.plain("#1f2326", 0.4),
            m.plain("#c9c6bb", 0.5),
            m.plain("#e8e2d2", 0.6),
        ]
    )
    for x, y, heading in ((EAST, 2.25, 270), (EAST, 5.75, 270), (WEST, 1.75, 90), (2.0, NORTH, 180)):
        at = (x, y, 0.34)
        parts.box((-0.06, 0, -0.04), (0.06, 0.012, 0.04), 0, at, heading)
        for dx in (-0.03, 0.03):
            parts.box((dx - 0.010, 0.0121, -0.012), (dx - 0.006, 0.0125, 0.012), 2, at, heading)
            parts.box((dx + 0.006, 0.0121, -0.012), (dx + 0.010, 0.0125, 0.012), 2, at, heading)
    # The box of switches beside the back door, with its pipe to the ceiling.
    at = (2.62, NORTH, 1.45)
    parts.box((-0.11, 0, -0.15), (0.11, 0.07, 0.15), 3, at, 180)
    parts.box((-0.09, 0.07, -0.13), (0.09, 0.076, 0.13), 0, at, 180)
    parts.tube([(2.62, NORTH - 0.02, 1.6), (2.62, NORTH - 0.02, CEILING)], 0.012, 4, 12)
    parts.tube([(EAST - 0.02, 5.92, 0.34), (EAST - 0.02, 5.92, CEILING)], 0.010, 4, 12)
    parts.tube(
        [
            (EAST - 0.02, 6.75, 2.45),
            (EAST - 0.02, 6.62, 2.45),
            (EAST - 0.02, 6.55, 2.40),
            (EAST - 0.02, 6.55, 2.02),
        ],
        0.016,
        4,
        12,
    )
    # The extinguisher stands in a frame on the floor.
    at = (1.80, NORTH - 0.14, 0.03)
    parts.lathe(
        [(0.07, 0), (0.078, 0.01), (0.078, 0.36), (0.06, 0.41), (0.025, 0.43), (0.022, 0.47)], 1, None, 28, at
    )
    parts.box((-0.015, -0.06, 0.46), (0.015, 0.03, 0.485), 2, at)
    parts.tube(
        [
            (1.80, NORTH - 0.17, 0.50),
            (1.86, NORTH - 0.20, 0.46),
            (1.885, NORTH - 0.19, 0.30),
            (1.87, NORTH - 0.18, 0.15),
        ],
        0.009,
        2,
        8,
    )
    parts.box((-0.10, -0.10, -0.03), (0.10, 0.10, -0.005), 2, at)
    parts.box((-0.045, -0.0805, 0.14), (0.045, -0.078, 0.28), 4, at)
    add("wall things", parts.mesh("wall things", smooth_deg=40, bevel=0.0))


def green() -> None:
    """Plants indoors: a palm by the window, blades at the counter, shoots hanging from the ceiling."""
    add("palm", palm(3), (3.05, 0.36, 0.0), 40)
    add("snake plant", snake_plant(5), (2.30, 9.15, 0.0), 10)
    hanging = pothos(7)
    for x, y, z in ((-1.75, 0.38, 2.02), (1.75, 0.34, 2.00)):
        add(f"pothos {x}", hanging, (x, y, z), x * 40)
        for k in range(3):
            a = k * 2 * math.pi / 3
            cord = Parts([m.plain("#7d6a4a", 0.8)])
            cord.tube(
                [
                    (x + 0.09 * math.cos(a), y + 0.09 * math.sin(a), z + 0.13),
                    (x, y, z + 0.5),
                    (x, y, CEILING),
                ],
                0.0022,
                0,
                5,
            )
            add("pothos cord", cord.mesh("cord"))


def umbrellas() -> None:
    """A stand with three umbrellas by the door."""
    colours = ("#27548a", "#b8362a", "#e3b23a")
    parts = Parts([m.steel(), m.plain("#5a3a22", 0.5), *(m.plain(c, 0.7) for c in colours)])
    x, y = -1.22, 0.30
    for z in (0.05, 0.45):
        parts.lathe(
            [(0.12, z), (0.125, z), (0.125, z + 0.012), (0.12, z + 0.012), (0.12, z)], 0, None, 28, (x, y, 0)
        )
    for k in range(6):
        a = k * math.pi / 3
        parts.tube(
            [
                (x + 0.122 * math.cos(a), y + 0.122 * math.sin(a), 0.0),
                (x + 0.122 * math.cos(a), y + 0.122 * math.sin(a), 0.46),
            ],
            0.004,
            0,
            8,
        )
    for k in range(3):
        a, lean = k * 2.1, 7.0
        at = (x + 0.05 * math.cos(a), y + 0.05 * math.sin(a), 0.02)
        profile = [
            (0.004, 0.0),
            (0.012, 0.08),
            (0.030, 0.35),
            (0.034, 0.52),
            (0.014, 0.60),
            (0.006, 0.62),
            (0.006, 0.74),
        ]
        parts.lathe(profile, 2 + k, None, 12, at, k * 120, lean)
        parts.lathe(
            [(0.011, 0.70), (0.013, 0.74), (0.013, 0.84), (0.008, 0.85)], 1, None, 12, at, k * 120, lean
        )
    add("umbrellas", parts.mesh("umbrellas", smooth_deg=30))


def magazines() -> None:
    """A wire rack with papers, east of the doors."""
    covers = [m.printed(path_of(f"magazine-{k}"), 0.35) for k in range(6)]
    parts = Parts([m.plain("#2c3335", 0.4, 0.4), m.plain("#efece4", 0.8), *covers])
    x0, y, width = 2.05, 0.20, 0.66
    for row in range(3):
        z = 0.32 + row * 0.30
        dy = y + 0.06 - row * 0.045
        parts.box((x0, dy, z - 0.012), (x0 + width, dy + 0.05, z), 0)
        parts.box((x0, dy + 0.045, z), (x0 + width, dy + 0.05, z + 0.05), 0)
        for column in range(3):
            n = (row * 3 + column) % 6
            cx = x0 + 0.11 + column * 0.22
            for copy in range(3):
                at = (cx + 0.004 * copy, dy + 0.030 - copy * 0.009, z)
                parts.box((-0.095, -0.003, 0), (0.095, 0.003, 0.255), 1, at, 0, 8)
                if copy == 0:
                    from parts import turn

                    corners = [
                        (0.095, 0.0034, 0.002),
                        (-0.095, 0.0034, 0.002),
                        (-0.095, 0.0034, 0.254),
                        (0.095, 0.0034, 0.254),
                    ]
                    parts.face([turn(c, 0, 8, at) for c in corners], 2 + n)
    for x in (x0 + 0.01, x0 + width - 0.01):
        parts.tube([(x, y + 0.12, 0.0), (x, y + 0.10, 0.25), (x, y - 0.05, 1.22)], 0.009, 0, 10)
        parts.tube([(x, y - 0.08, 0.0), (x, y - 0.05, 1.22)], 0.009, 0, 10)
    add("magazine rack", parts.mesh("magazine rack"))


def build() -> None:
    clock()
    paper()
    top_stock()
    ceiling_things()
    wall_things()
    green()
    umbrellas()
    magazines()
