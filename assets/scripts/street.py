"""The lane before the arcade, scooters at its kerb, and the houses across it."""

from __future__ import annotations

import math
import random

import materials as m
from mesh import add, block, board, picture
from parts import Parts
from plants import GREENS, leaf
from scooter import scooter
from shop import SEED
from signs import path_of

FRONT = -11.2  # plane of the houses across the lane
GROUND = -0.14


def lane() -> None:
    block("lane", (-40, -10.0, -0.3), (40, -3.05, GROUND), m.asphalt())
    block(
        "far kerb",
        (-40, FRONT - 3.0, -0.3),
        (40, -10.0, -0.04),
        m.tiles("#a39a8c", "#7d7468", (0.4, 0.4), 0.01, "xy", 0.7, 0.14),
    )
    white, red, iron = m.worn("#e6e2d4"), m.worn("#b5392b"), m.plain("#3b3a38", 0.6, 0.4)
    z0, z1 = GROUND + 0.0008, GROUND + 0.0025
    block("red line", (-40, -3.32, z0), (40, -3.22, z1), red)
    block("white line", (-40, -9.78, z0), (40, -9.68, z1), white)
    for k in range(12):
        block(f"middle line {k}", (-24 + k * 4.4, -6.56, z0), (-22 + k * 4.4, -6.46, z1), white)
    for k in range(9):
        block(f"zebra {k}", (7.2, -9.4 + k * 0.72, z0), (10.2, -9.0 + k * 0.72, z1), white)
    parts = Parts([iron])
    parts.lathe(
        [(0.34, GROUND), (0.34, GROUND + 0.004), (0.30, GROUND + 0.006)], 0, None, 40, (-2.6, -5.4, 0)
    )
    for k in range(24):
        parts.box((2.0 + k * 0.05, -3.52, GROUND), (2.03 + k * 0.05, -3.34, GROUND + 0.006), 0)
    add("iron covers", parts.mesh("iron covers"))


def scooters() -> None:
    shapes = [scooter(c) for c in ("#2f6f86", "#e9e4d6", "#b8362a", "#3a3f44", "#7fa38a")]
    for i, (x, k, heading) in enumerate(
        (
            (-6.9, 3, 4),
            (-2.75, 1, -6),
            (-1.95, 2, 3),
            (2.75, 0, -4),
            (3.55, 4, 7),
            (6.2, 1, 2),
            (6.95, 3, -5),
            (-10.5, 0, 3),
        )
    ):
        obj = add(f"scooter {i}", shapes[k], (x, -4.05, GROUND), heading)
        obj.rotation_euler[1] = math.radians(-5)
    for i, (x, k, heading) in enumerate(
        ((-4.6, 4, 176), (-3.8, 0, 184), (4.4, 2, 178), (12.0, 1, 183), (-14.0, 3, 180))
    ):
        obj = add(f"far scooter {i}", shapes[k], (x, -9.2, GROUND), heading)
        obj.rotation_euler[1] = math.radians(-5)


def _house(parts: Parts, n: int, x: float, rng: random.Random) -> None:
    """Balconies, grilles, coolers, pipes and a tank before the printed front."""
    width, floor = 5.48, 2.95
    left = x - width / 2
    for storey in range(3):
        z = 3.0 + storey * floor
        for bay in range(2):
            bx = left + 0.42 + bay * 2.5
            kind = rng.random()
            parts.box((bx - 0.12, FRONT, z + 0.62), (bx + 2.1, FRONT + 0.10, z + 0.70), 0)
            if kind < 0.45:  # a cage of bars, with pots behind it
                for k in range(14):
                    px = bx + 0.02 + k * 0.148
                    parts.box((px, FRONT + 0.38, z + 0.70), (px + 0.016, FRONT + 0.40, z + 2.15), 1)
                for pz in (0.70, 1.42, 2.13):
                    parts.box((bx, FRONT, z + pz), (bx + 1.98, FRONT + 0.41, z + pz + 0.025), 1)
                for _ in range(rng.randint(2, 5)):
                    at = (bx + rng.uniform(0.2, 1.8), FRONT + 0.22, z + 0.73)
                    parts.lathe([(0.08, 0), (0.11, 0.18)], 4, None, 12, at)
                    for _ in range(16):
                        leaf(
                            parts,
                            (at[0], at[1], at[2] + 0.17),
                            rng.uniform(0, 360),
                            rng.uniform(20, 85),
                            rng.uniform(0.15, 0.34),
                            0.07,
                            5 + rng.randrange(4),
                        )
            elif kind < 0.8:  # a balcony with a wall and washing
                parts.box((bx - 0.15, FRONT, z + 0.02), (bx + 2.15, FRONT + 0.85, z + 0.14), 0)
                parts.box(
                    (bx - 0.15, FRONT + 0.77, z + 0.14),
                    (bx + 2.15, FRONT + 0.85, z + 0.98),
                    3 if n % 2 else 0,
                )
                parts.tube([(bx, FRONT + 0.62, z + 1.95), (bx + 2.0, FRONT + 0.62, z + 1.95)], 0.015, 1, 6)
                for k in range(rng.randint(2, 5)):
                    cx = bx + 0.25 + k * 0.38
                    parts.box(
                        (cx, FRONT + 0.615, z + 1.95 - rng.uniform(0.5, 0.75)),
                        (cx + 0.30, FRONT + 0.63, z + 1.94),
                        9 + rng.randrange(3),
                    )
            if rng.random() < 0.6:  # a cooler on brackets
                cx = bx + rng.uniform(0.2, 1.2)
                parts.box((cx, FRONT, z + 0.10), (cx + 0.72, FRONT + 0.42, z + 0.56), 2)
                for k in range(8):
                    parts.box(
                        (cx + 0.06, FRONT + 0.421, z + 0.15 + k * 0.046),
                        (cx + 0.50, FRONT + 0.426, z + 0.17 + k * 0.046),
                        1,
                    )
    parts.tube([(left + 0.12, FRONT + 0.08, 0.0), (left + 0.12, FRONT + 0.08, 12.0)], 0.05, 2, 10)
    if n % 2 == 0:
        parts.lathe(
            [(0.55, 0), (0.55, 1.2), (0.42, 1.42), (0.05, 1.5)], 8, None, 24, (x + 0.8, FRONT - 2.0, 12.0)
        )


def houses() -> None:
    """Nine narrow houses: printed walls, real depth before and below them."""
    rng = random.Random(SEED + 31)
    greens = [m.leaf(c) for c in GREENS]
    cloth = [m.plain(c, 0.9) for c in ("#d7e0e8", "#c96f5a", "#6a8fb0")]
    parts = Parts(
        [
            m.plaster("#cfc6b4", None),
            m.plain("#8d8f8c", 0.5, 0.4),
            m.plain("#e3e1da", 0.5),
            m.tiles("#8fa39a", "#c9c4b4", (0.1, 0.1), 0.008, "xz", 0.4, 0.1),
            m.plain("#9c5a3c", 0.8),
            *greens,
            m.steel(),
            *cloth,
        ]
    )
    for n in range(11):
        x = -27.5 + n * 5.5
        tall = 8.85 + (n * 7 % 3) * 0.5
        picture(
            f"house {n}", (x, FRONT, 3.0 + tall / 2), 0, 5.48, tall, m.printed(path_of(f"house-{n % 4}"), 0.8)
        )
        block(
            f"house body {n}",
            (x - 2.74, FRONT - 6, 3.0),
            (x + 2.74, FRONT - 0.01, 3.0 + tall),
            m.plaster("#b9ad9a", None),
        )
        _house(parts, n, x, rng)
        block(
            f"shop floor {n}",
            (x - 2.76, FRONT - 2.6, -0.04),
            (x + 2.76, FRONT - 2.5, 3.0),
            m.plain("#57504a", 0.8),
        )
        for side in (-2.66, 2.66):
            block(
                f"far pillar {n} {side}",
                (x + side - 0.09, FRONT - 0.35, -0.04),
                (x + side + 0.09, FRONT, 3.0),
                m.tiles("#c2b7a4", "#9f9584", (0.2, 0.1), 0.004, "xz", 0.5, 0.1),
            )
        board(
            f"far sign {n}",
            (x, FRONT + 0.06, 2.76),
            0,
            4.6,
            0.74,
            0.10,
            m.printed(path_of(f"far-sign-{n % 4}"), 0.5, 0.25),
            m.steel(),
        )
        if n % 3 != 1:
            _shutter(x, FRONT - 2.48)
        else:
            picture(
                f"lit shop {n}",
                (x, FRONT - 2.47, 1.40),
                0,
                4.6,
                2.7,
                m.printed(path_of(f"inside-{n % 2}"), 0.5, 0.3),
            )
        board(
            f"upright {n}",
            (x + 2.3, FRONT + 0.55, 4.9 + (n % 3) * 1.1),
            90,
            0.62,
            1.9,
            0.12,
            m.printed(path_of(f"upright-{n % 5}"), 0.5, 0.25),
            m.steel(),
            both=True,
        )
    add("house things", parts.mesh("house things"))


def ends() -> None:
    """Where the lane turns: a house across each end, so that the view is closed."""
    for side, heading in ((-1, 90), (1, 270)):
        x = side * 27.0
        for k, y in enumerate((2.2, -3.3, -8.8)):
            picture(
                f"end house {side} {k}",
                (x, y, 7.4),
                heading,
                5.48,
                8.85,
                m.printed(path_of(f"house-{(k + 1) % 4}"), 0.8),
            )
            block(
                f"end floor {side} {k}",
                (-2.74, -0.2, -0.1),
                (2.74, 0.0, 3.0),
                m.plain("#8a8074", 0.8),
                0,
                (x, y, 0),
                heading,
            )
            board(
                f"end sign {side} {k}",
                (x - side * 0.08, y, 2.66),
                heading,
                4.4,
                0.7,
                0.1,
                m.printed(path_of(f"far-sign-{(k + 2) % 4}"), 0.5, 0.2),
                m.steel(),
            )


def _shutter(x: float, y: float) -> None:
    parts = Parts([m.plain("#8f9a9c", 0.45, 0.4)])
    for k in range(34):
        parts.box((x - 2.3, y, -0.04 + k * 0.08), (x + 2.3, y + 0.02, 0.02 + k * 0.08), 0)
    add("shutter", parts.mesh("shutter"))


def poles() -> None:
    """Poles with wires across the lane, and two trees."""
    parts = Parts(
        [
            m.concrete("#a39e93"),
            m.plain("#26282a", 0.6),
            m.plain("#7d6a3a", 0.6),
            m.plain("#8d918f", 0.4, 0.6),
        ]
    )
    tops = []
    for x in (-15.0, -5.6, 11.2, 22.0):
        at = (x, -10.3, 0)
        parts.lathe([(0.17, -0.1), (0.11, 9.5)], 0, None, 20, at)
        for z, half in ((8.9, 0.9), (8.2, 0.7)):
            parts.box((x - 0.05, -10.35 - half, z), (x + 0.05, -10.25 + half, z + 0.09), 3)
        parts.lathe([(0.26, 7.0), (0.26, 7.7), (0.20, 7.78)], 3, None, 20, (x + 0.42, -10.3, 0))
        tops.append(x)
        for k in range(6):
            parts.lathe([(0.173, 0.5 + k * 0.2), (0.173, 0.6 + k * 0.2)], 2 if k % 2 else 1, None, 20, at)
    for a, b in zip(tops, tops[1:]):
        for y, z, sag in (
            (-11.1, 8.95, 0.5),
            (-9.5, 8.95, 0.6),
            (-10.9, 8.2, 0.7),
            (-9.8, 8.2, 0.55),
            (-10.3, 7.3, 0.8),
            (-10.25, 7.0, 0.6),
        ):
            points = [(a + (b - a) * t / 12, y, z - sag * 4 * (t / 12) * (1 - t / 12)) for t in range(13)]
            parts.tube(points, 0.014, 1, 5)
    for x, far in ((-5.6, (-3.0, -2.95, 3.2)), (11.2, (9.0, -2.95, 3.2))):
        points = []
        for t in range(13):
            s = t / 12
            points.append(
                (
                    x + (far[0] - x) * s,
                    -10.2 + (far[1] + 10.2) * s,
                    7.3 + (far[2] - 7.3) * s - 1.2 * s * (1 - s),
                )
            )
        parts.tube(points, 0.012, 1, 5)
    add("poles", parts.mesh("poles", smooth_deg=40))
    for seed, x in ((41, 1.9), (42, -9.9), (43, 16.0)):
        _tree(seed, x)


def _tree(seed: int, x: float) -> None:
    rng = random.Random(seed)
    parts = Parts([m.plain("#6b5a48", 0.9), *(m.leaf(c) for c in GREENS)])
    parts.tube([(x, -10.4, -0.1), (x + 0.05, -10.38, 1.4), (x - 0.03, -10.42, 2.6)], 0.11, 0, 12)
    for _ in range(9):
        heading, out, up = rng.uniform(0, 360), rng.uniform(0.5, 1.4), rng.uniform(3.1, 4.7)
        tip = (
            x + out * math.sin(math.radians(heading)),
            -10.4 + out * math.cos(math.radians(heading)) * 0.8,
            up,
        )
        parts.tube([(x, -10.4, 2.4), ((x + tip[0]) / 2, (-10.4 + tip[1]) / 2, up - 0.5), tip], 0.03, 0, 6)
        for _ in range(230):
            at = (tip[0] + rng.gauss(0, 0.36), tip[1] + rng.gauss(0, 0.33), tip[2] + rng.gauss(0, 0.27))
            leaf(
                parts,
                at,
                rng.uniform(0, 360),
                rng.uniform(-40, 40),
                rng.uniform(0.12, 0.2),
                0.08,
                1 + rng.randrange(4),
            )
    add(f"tree {seed}", parts.mesh(f"tree {seed}", smooth_deg=60))


def build() -> None:
    lane()
    scooters()
    houses()
    ends()
    poles()
