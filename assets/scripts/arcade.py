"""The covered walk before the shop: floor, pillars, lamps, the shop's face, what is sold outside."""

from __future__ import annotations

import math
import random

import materials as m
from mesh import add, block, board, picture
from parts import Parts
from plants import bush, palm, snake_plant
from shop import EAST, SEED, SOUTH, STAND, WEST
from signs import path_of

DEPTH = -2.9  # where the arcade ends and the lane begins
ROOF = 3.15
PILLARS = (-21.1, -16.8, -12.5, -8.2, -3.9, 4.25, 8.6, 12.9, 17.2, 21.5)
END = 24.0  # how far the arcade goes on to both sides


def shell() -> None:
    walk = m.tiles("#a5826c", "#6f5f55", (0.3, 0.3), 0.006, "xy", 0.45, 0.16)
    block("walkway", (-END, DEPTH, -0.12), (END, SOUTH - 0.12, -0.02), walk)
    block("walkway roof", (-END, DEPTH, ROOF), (END, -0.12, 3.30), m.plaster("#e4dccb", None))
    block("kerb", (-END, DEPTH - 0.15, -0.2), (END, DEPTH, -0.02), m.concrete("#b3aea3"))
    tile = m.tiles("#cfc3ae", "#9f9584", (0.2, 0.1), 0.004, "xz", 0.4, 0.10)
    side = m.tiles("#cfc3ae", "#9f9584", (0.2, 0.1), 0.004, "yz", 0.4, 0.10)
    for x in PILLARS:
        block(f"pillar {x}", (x - 0.2, -2.85, -0.02), (x + 0.2, -2.45, ROOF), tile, 0.006)
        for face in (-0.2005, 0.2005):
            block(
                f"pillar side {x} {face}",
                (x + face - 0.0005, -2.845, -0.02),
                (x + face + 0.0005, -2.455, ROOF),
                side,
            )
        block(
            f"pillar foot {x}", (x - 0.22, -2.87, -0.02), (x + 0.22, -2.43, 0.14), m.concrete("#7d766b"), 0.01
        )
        block(
            f"beam {x}",
            (x - 0.16, -2.45, ROOF - 0.28),
            (x + 0.16, -0.12, ROOF),
            m.plaster("#ddd4c2", None),
            0.01,
        )
    block(
        "front beam", (-END, DEPTH + 0.02, 2.72), (END, DEPTH + 0.38, ROOF), m.plaster("#ddd4c2", None), 0.01
    )
    block(
        "fascia back",
        (WEST - 0.3, DEPTH - 0.06, 2.55),
        (EAST + 0.25, DEPTH + 0.02, 3.35),
        m.plain("#1f6f5c", 0.5),
        0.01,
    )


def lamps() -> None:
    """Round lamps under the roof and a bundle of wires along the beam."""
    parts = Parts([m.white_metal(), m.glow("#ffe9c8", 2.0), m.plain("#3a3a3a", 0.6), m.plain("#d9d5ca", 0.5)])
    for x in (-14.4, -10.2, -6.0, -1.8, 2.2, 6.4, 10.6, 14.8):
        at = (x, -1.5, ROOF)
        parts.lathe([(0.17, 0), (0.18, -0.02), (0.17, -0.035)], 0, None, 36, at)
        parts.lathe([(0.16, -0.03), (0.15, -0.07), (0.10, -0.095), (0.02, -0.10)], 1, None, 36, at)
    for k in range(3):
        y, z = DEPTH + 0.42 + k * 0.022, 2.95 + (k % 2) * 0.03
        points = [(-END + i * 2.0, y, z - 0.025 * (i % 2)) for i in range(25)]
        parts.tube(points, 0.008, 2, 6)
    parts.box((-0.9, DEPTH + 0.39, 2.86), (-0.7, DEPTH + 0.47, 3.06), 3)
    add("arcade lamps", parts.mesh("arcade lamps", smooth_deg=40))


def shop_face() -> None:
    """Sign, couplets, number plate, letter box, lamps and window letters."""
    board(
        "front sign",
        (0.2, -0.145, 2.56),
        180,
        4.4,
        0.55,
        0.05,
        m.printed(path_of("fascia"), 0.4, 0.12),
        m.walnut("x"),
    )
    block(
        "front wall",
        (WEST, -0.125, 2.14),
        (EAST, -0.1201, ROOF),
        m.tiles("#2f6b5c", "#c9c4b4", (0.15, 0.075), 0.004, "xz", 0.25, 0.14),
    )
    for name, x in (("couplet-west", -1.16), ("couplet-east", 1.16)):
        picture(name, (x, -0.1275, 1.42), 180, 0.155, 0.84, m.printed(path_of(name), 0.6))
        block(f"{name} ground", (x - 0.10, -0.125, 0.48), (x + 0.10, -0.05, 2.14), m.frame())
    for x0, x1 in ((WEST - 0.65, WEST), (EAST, EAST + 0.65)):
        block(
            f"front pier {x0}",
            (x0, -0.16, -0.02),
            (x1, -0.02, ROOF),
            m.tiles("#cfc3ae", "#9f9584", (0.2, 0.1), 0.004, "xz", 0.4, 0.10),
        )
    picture("plate", (EAST + 0.32, -0.166, 1.86), 180, 0.31, 0.15, m.printed(path_of("plate"), 0.3))
    parts = Parts(
        [
            m.plain("#2f7a4f", 0.35),
            m.plain("#1d2422", 0.5),
            m.plain("#b88a3e", 0.35, 0.7),
            m.glow("#ffd9a0", 6.0),
            m.plain("#d9d5ca", 0.5),
        ]
    )
    x = EAST + 0.32
    parts.box((x - 0.16, -0.30, 1.05), (x + 0.16, -0.162, 1.42), 0)
    parts.box((x - 0.11, -0.303, 1.34), (x + 0.11, -0.299, 1.36), 1)
    parts.box((x - 0.05, -0.302, 1.12), (x + 0.05, -0.2995, 1.22), 4)
    x = WEST - 0.32
    parts.box((x - 0.13, -0.25, 1.55), (x + 0.13, -0.162, 1.95), 4)
    parts.lathe(
        [(0.07, 0), (0.07, 0.03), (0.05, 0.06), (0.01, 0.075)], 1, None, 24, (x, -0.25, 1.80), 180, 90
    )
    parts.tube([(x, -0.19, 1.95), (x, -0.19, ROOF)], 0.014, 4, 10)
    for lx in (-1.5, 0.2, 1.9):
        parts.tube([(lx, -0.13, 2.95), (lx, -0.30, 3.02), (lx, -0.44, 2.98), (lx, -0.47, 2.93)], 0.010, 1, 8)
        parts.lathe(
            [(0.09, -0.10), (0.085, -0.07), (0.03, 0.0), (0.02, 0.02)], 2, None, 28, (lx, -0.47, 2.93)
        )
        parts.lathe([(0.03, -0.085), (0.035, -0.06), (0.02, -0.03)], 3, None, 16, (lx, -0.47, 2.93))
    add("face things", parts.mesh("face things", smooth_deg=40))
    picture("decal glass", (-2.35, -0.068, 1.62), 180, 1.5, 0.394, m.cut_out(path_of("decal"), "#f6f3e8"))
    picture("push glass", (-0.40, -0.092, 1.45), 180, 0.16, 0.112, m.printed(path_of("note-push"), 0.5))


def stand() -> None:
    """Three steps of wood under the east window; what stands on them is in the planogram."""
    oak, leg = m.wood("#b98f5f", "#86602f", "x"), m.wood("#a67c4e", "#7a5630", "z")
    x0, x1 = STAND["west"], STAND["east"]
    for k, z in enumerate(STAND["steps"]):
        y0 = STAND["south"] + k * STAND["depth"]
        y1 = y0 + STAND["depth"]
        for plank in range(3):
            a = y0 + plank * STAND["depth"] / 3 + 0.004
            block(
                f"stand plank {k} {plank}",
                (x0, a, z - 0.022),
                (x1, a + STAND["depth"] / 3 - 0.008, z),
                oak,
                0.003,
            )
        for x in (x0 + 0.03, x1 - 0.07):
            block(f"stand leg {k} {x}", (x, y1 - 0.045, -0.02), (x + 0.04, y1 - 0.005, z - 0.022), leg, 0.003)
    # The pallet under the sacks of rice.
    px0, px1, py0, py1 = STAND["pallet"]
    for k in range(6):
        a = px0 + (px1 - px0) * k / 6 + 0.01
        block(f"pallet plank {k}", (a, py0, 0.075), (a + (px1 - px0) / 6 - 0.02, py1, 0.095), leg, 0.002)
    for y in (py0, (py0 + py1) / 2 - 0.04, py1 - 0.08):
        block(f"pallet bar {y:.2f}", (px0, y, -0.02), (px1, y + 0.08, 0.074), leg, 0.002)


def menu_board() -> None:
    """The folding board beside the door: two leaves that lean on each other."""
    x, y, _ = STAND["menu"]
    face, wood = m.printed(path_of("menu"), 0.75), m.oak("z")
    for sign, name in ((1, "menu board"), (-1, "menu back")):
        heading = 75 if sign > 0 else 255
        a = math.radians(75)
        at = (x + sign * math.sin(a) * 0.13, y + sign * math.cos(a) * 0.13, 0.43)
        block(name, (-0.30, -0.012, -0.45), (0.30, 0.012, 0.45), wood, 0.004, at, heading, 16)
        obj = picture(f"{name} face", (at[0], at[1], at[2]), heading, 0.54, 0.78, face, 16)
        up = math.radians(16)
        out = 0.0135
        b = math.radians(heading)
        obj.location = (
            at[0] + math.sin(b) * math.cos(up) * out,
            at[1] + math.cos(b) * math.cos(up) * out,
            at[2] + math.sin(up) * out,
        )


def sitting() -> None:
    """A bench, a low table with tea, two stools, a broom and a bucket: somebody lives here."""
    wood, dark = m.wood("#9c6b3d", "#6d4526", "x"), m.plain("#3a2d24", 0.6)
    block("bench seat", (-3.35, -0.62, 0.40), (-1.95, -0.26, 0.44), wood, 0.006)
    for x in (-3.25, -2.11):
        block(f"bench leg {x}", (x, -0.60, -0.02), (x + 0.06, -0.28, 0.40), dark, 0.004)
    parts = Parts(
        [
            m.plain("#c8402a", 0.35),
            m.plain("#2f6f86", 0.3),
            m.plain("#e9e2d4", 0.3),
            m.plain("#7a4a28", 0.5),
            m.plain("#c9a050", 0.8),
            m.plain("#3f86b0", 0.35),
        ]
    )
    for x, y, slot in ((-4.85, -0.75, 0), (-5.35, -1.15, 5)):
        parts.lathe(
            [(0.16, -0.02), (0.15, 0.10), (0.145, 0.40), (0.155, 0.42), (0.15, 0.44), (0.02, 0.44)],
            slot,
            None,
            28,
            (x, y, 0),
        )
    at = (-2.35, -0.44, 0.44)
    parts.lathe(
        [(0.04, 0), (0.062, 0.03), (0.066, 0.06), (0.045, 0.085), (0.02, 0.09), (0.02, 0.10), (0.010, 0.108)],
        3,
        None,
        28,
        at,
    )
    parts.tube(
        [
            (at[0] + 0.06, at[1], at[2] + 0.05),
            (at[0] + 0.095, at[1], at[2] + 0.075),
            (at[0] + 0.10, at[1], at[2] + 0.085),
        ],
        0.008,
        3,
        8,
    )
    parts.tube(
        [
            (at[0] - 0.06, at[1], at[2] + 0.07),
            (at[0] - 0.10, at[1], at[2] + 0.06),
            (at[0] - 0.095, at[1], at[2] + 0.03),
            (at[0] - 0.06, at[1], at[2] + 0.025),
        ],
        0.006,
        3,
        8,
    )
    for dx, dy in ((0.20, 0.03), (0.30, -0.05)):
        parts.lathe(
            [(0.018, 0), (0.030, 0.035), (0.031, 0.038), (0.026, 0.036), (0.014, 0.006)],
            2,
            None,
            24,
            (at[0] + dx, at[1] + dy, at[2]),
        )
    # Bucket and broom at the pier.
    parts.lathe(
        [(0.11, -0.02), (0.145, 0.26), (0.152, 0.26), (0.152, 0.275), (0.14, 0.275), (0.11, 0.0)],
        1,
        None,
        30,
        (4.55, -0.42, 0),
    )
    parts.tube([(4.86, -0.20, 0.02), (4.80, -0.17, 1.35)], 0.012, 4, 10)
    for k in range(60):
        a, r = k * 2.4, 0.012 * math.sqrt(k)
        parts.tube(
            [
                (4.858 + 0.02 * math.cos(a), -0.20 + 0.015 * math.sin(a), 0.42),
                (4.87 + r * math.cos(a), -0.215 + r * 0.6 * math.sin(a), -0.015),
            ],
            0.004,
            4,
            4,
        )
    add("sitting things", parts.mesh("sitting things", smooth_deg=40))


def pots() -> None:
    """Plants along the window and at the pillars."""
    rng = random.Random(SEED + 4)
    shapes = [
        bush(11),
        bush(12, "#6d7f86", 0.15, 0.26),
        snake_plant(13, "#a5573a"),
        bush(14, "#3f5d6a", 0.19, 0.32),
        palm(15, "#7a4a34"),
    ]
    for i, (x, y, k) in enumerate(
        (
            (-3.62, -0.45, 3),
            (1.30, -0.42, 2),
            (3.35, -0.42, 0),
            (3.68, -0.62, 1),
            (-3.9, -2.12, 3),
            (-4.30, -2.30, 1),
            (4.25, -2.10, 0),
            (4.66, -2.30, 2),
            (3.86, -2.28, 1),
            (-4.4, -0.5, 4),
            (8.2, -2.2, 3),
            (-8.1, -2.1, 0),
            (5.5, -0.5, 1),
        )
    ):
        add(f"pot {i}", shapes[k], (x, y, -0.02), rng.uniform(0, 360)).scale = (
            s := rng.uniform(0.9, 1.15),
            s,
            s,
        )


def neighbours() -> None:
    """Left and right along the arcade: shutters, an old wooden front, signs."""
    wall = m.plaster("#d9cfbc", None)
    for x0, x1 in ((-END, WEST - 0.65), (EAST + 0.65, END)):
        block(f"neighbour wall {x0}", (x0, -0.12, 2.35), (x1, 0.05, ROOF), wall)
    parts = Parts(
        [
            m.plain("#9aa4a4", 0.45, 0.5),
            m.plain("#c9beac", 0.6),
            m.plain("#6f4a30", 0.6),
            m.plain("#aebfc4", 0.12),
            m.plain("#7a8f6a", 0.5),
            m.plain("#2c2f31", 0.6),
        ]
    )
    # Rolled-down shutters: one slat below the other.
    for x0, x1 in ((-8.0, -5.0), (8.8, 12.2), (12.8, 16.6), (17.6, 21.0)):
        for k in range(30):
            z = -0.02 + k * 0.078
            parts.box((x0, -0.105, z), (x1, -0.085, z + 0.062), 0)
            parts.box((x0, -0.100, z + 0.062), (x1, -0.09, z + 0.078), 0)
        for x in (x0 - 0.08, x1):
            parts.box((x, -0.13, -0.02), (x + 0.08, -0.06, 2.35), 5)
    # A wooden front with small panes, and a green door.
    for x0, x1 in ((4.7, 8.2), (-END, -8.5)):
        parts.box((x0, -0.10, -0.02), (x1, -0.05, 0.75), 2)
        parts.box((x0, -0.065, 0.75), (x1, -0.06, 2.35), 3)
        steps = int((x1 - x0) / 0.42)
        for k in range(steps + 1):
            x = x0 + (x1 - x0 - 0.05) * k / steps
            parts.box((x, -0.095, 0.75), (x + 0.05, -0.05, 2.35), 2)
        for z in (0.75, 1.20, 1.65, 2.10, 2.30):
            parts.box((x0, -0.095, z), (x1, -0.05, z + 0.045), 2)
    for x in (-5.0, 12.3):
        parts.box((x, -0.10, -0.02), (x + 0.36, -0.05, 2.35), 1)
    add("neighbours", parts.mesh("neighbours"))
    dark = m.plain("#3a3430", 0.9)
    block("neighbour inside east", (4.7, 0.5, 0), (8.2, 0.6, 2.4), dark)
    for k, (x, z) in enumerate(((-6.5, 2.72), (6.4, 2.72), (-10.6, 2.72), (10.5, 2.72))):
        board(
            f"neighbour sign {k}",
            (x, -0.20, z),
            180,
            2.6,
            0.52,
            0.08,
            m.printed(path_of(f"neighbour-{k}"), 0.4, 0.1),
            m.steel(),
        )


def build() -> None:
    shell()
    lamps()
    shop_face()
    stand()
    menu_board()
    sitting()
    pots()
    neighbours()
