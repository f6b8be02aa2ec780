"""Pots and what grows in them. Each plant is one mesh with its foot at the origin."""

from __future__ import annotations

import math
import random

import bpy

import materials as m
from articles import Article
from labels import path_of
from parts import Parts, Vec, turn

GREENS = ("#3d7a3c", "#4f8f45", "#6fa552", "#2f6637")
POT, SOIL, STEM, LEAF = 0, 1, 2, 3


def _parts(pot: str, greens=GREENS, roughness: float = 0.7) -> Parts:
    leaves = [m.leaf(c) for c in greens]
    return Parts([m.plain(pot, roughness), m.plain("#33251a", 0.95), m.plain("#5d4a2f", 0.8), *leaves])


def _pot(parts: Parts, radius: float, height: float) -> float:
    """A pot with a rim and earth; gives the height of the earth."""
    r, h = radius, height
    profile = [
        (r * 0.68, 0), (r * 0.95, h * 0.82), (r * 1.04, h * 0.825), (r * 1.05, h * 0.99), (r * 1.0, h),
        (r * 0.92, h * 0.99), (r * 0.90, h * 0.88),
    ]  # fmt: skip
    parts.lathe(profile, lambda ring: SOIL if ring == 5 else POT, None, 32)
    return h * 0.88


def leaf(
    parts: Parts,
    at: Vec,
    heading: float,
    tilt: float,
    length: float,
    width: float,
    slot: int,
    droop: float = 0.35,
) -> None:
    """A folded leaf that bends down along its length; tilt 90 stands upright, 0 lies flat."""
    stations = 5
    rows = []
    for i in range(stations + 1):
        t = i / stations
        half = width / 2 * math.sin(math.pi * min(1.0, 0.06 + t * 0.94)) ** 0.75
        bend = math.radians(tilt) - droop * t * 1.6
        y = length * t * math.cos(bend + droop * t * 0.4)
        z = length * t * math.sin(bend + droop * t * 0.4)
        fold = half * 0.35
        rows.append([turn((s * half, y, z + abs(s) * fold), heading, 0.0, at) for s in (-1.0, 0.0, 1.0)])
    parts.grid(rows, slot)


def bush(seed: int, pot: str = "#a5573a", radius: float = 0.17, height: float = 0.28) -> bpy.types.Mesh:
    """A round shrub: stems with leaves all along."""
    rng = random.Random(seed)
    parts = _parts(pot)
    earth = _pot(parts, radius, height)
    for _ in range(13):
        heading, lean, reach = rng.uniform(0, 360), rng.uniform(8, 55), rng.uniform(0.22, 0.42)
        points = []
        for i in range(7):
            t = i / 6
            along = (
                0.0,
                math.sin(math.radians(lean)) * reach * t,
                math.cos(math.radians(lean * (1 - t * 0.3))) * reach * t,
            )
            points.append(turn(along, heading, 0.0, (0, 0, earth)))
        parts.tube(points, 0.004, STEM, 6)
        for i in range(2, 7):
            for _ in range(3):
                leaf(
                    parts,
                    points[i],
                    rng.uniform(0, 360),
                    rng.uniform(-10, 55),
                    rng.uniform(0.07, 0.12),
                    rng.uniform(0.035, 0.055),
                    LEAF + rng.randrange(4),
                )
    return parts.mesh(f"bush {seed}", smooth_deg=60)


def snake_plant(
    seed: int, pot: str = "#e9e2d4", radius: float = 0.14, height: float = 0.25
) -> bpy.types.Mesh:
    """Upright blades with a pale edge."""
    rng = random.Random(seed)
    parts = _parts(pot, ("#2f5b3a", "#3c6f45", "#9aa85a", "#274f33"), 0.4)
    earth = _pot(parts, radius, height)
    for k in range(13):
        heading = k * 137.5
        r, tall = radius * 0.6 * math.sqrt(k / 13), rng.uniform(0.38, 0.72)
        at = turn((0, r, earth), heading)
        lean, wide, twist = rng.uniform(2, 11), rng.uniform(0.045, 0.065), rng.uniform(0, 360)
        for slot, scale in ((LEAF + 2, 1.0), (LEAF + rng.randrange(2), 0.80)):
            rows = []
            for i in range(9):
                t = i / 8
                half = wide / 2 * (0.7 + 0.5 * math.sin(math.pi * (0.15 + t * 0.6))) * (1 - t**6) * scale
                wave = 0.012 * math.sin(t * 5 + k)
                z = tall * t * (1.0 if slot == LEAF + 2 else 0.985)
                lift = 0.0 if slot == LEAF + 2 else 0.0012
                rows.append(
                    [
                        turn(
                            turn((s * half, wave + abs(s) * half * 0.3 + lift, z), twist), heading, -lean, at
                        )
                        for s in (-1.0, 0.0, 1.0)
                    ]
                )
            parts.grid(rows, slot)
    return parts.mesh(f"snake plant {seed}", smooth_deg=60)


def palm(seed: int, pot: str = "#3e4a47", radius: float = 0.19, height: float = 0.36) -> bpy.types.Mesh:
    """Arching fronds with narrow leaflets, about as high as a person."""
    rng = random.Random(seed)
    parts = _parts(pot, ("#3f7f3f", "#5a9a4a", "#7db25a", "#33693a"), 0.35)
    earth = _pot(parts, radius, height)
    for k in range(15):
        heading = k * 137.5 + rng.uniform(-12, 12)
        tall, out = rng.uniform(0.65, 1.15), rng.uniform(0.25, 0.62)
        points = []
        for i in range(13):
            t = i / 12
            points.append(turn((0, out * t**1.7, tall * math.sin(t * 1.9) / 0.96), heading, 0, (0, 0, earth)))
        parts.tube(points, 0.005, STEM if k % 3 else LEAF, 6)
        for i in range(4, 13):
            size = 0.20 * math.sin(math.pi * (0.25 + 0.7 * i / 13)) + 0.05
            for side in (-1, 1):
                leaf(
                    parts, points[i], heading + side * rng.uniform(48, 66), rng.uniform(0, 24), size, 0.022,
                    LEAF + rng.randrange(4), 0.5,
                )  # fmt: skip
    return parts.mesh(f"palm {seed}", smooth_deg=60)


def pothos(seed: int, pot: str = "#f2efe6") -> bpy.types.Mesh:
    """A small pot whose shoots hang down; hung up by its origin."""
    rng = random.Random(seed)
    parts = _parts(pot, ("#5f9a48", "#79ae55", "#9fc56a", "#4a823f"), 0.4)
    earth = _pot(parts, 0.095, 0.14)
    for k in range(16):
        heading, fall = k * 137.5, rng.uniform(0.15, 0.62)
        points = []
        for i in range(11):
            t = i / 10
            out = 0.10 + 0.05 * math.sin(t * 3)
            points.append(
                turn(
                    (
                        0.02 * math.sin(t * 7 + k),
                        out * min(1, t * 4),
                        earth + 0.05 * math.sin(math.pi * min(1, t * 3)) - fall * t * t,
                    ),
                    heading,
                )
            )
        parts.tube(points, 0.0025, LEAF, 5)
        for i in range(1, 11):
            leaf(
                parts, points[i], heading + rng.uniform(-90, 90), rng.uniform(-60, 20),
                rng.uniform(0.06, 0.09),
                rng.uniform(0.045, 0.06), LEAF + rng.randrange(4),
            )  # fmt: skip
    return parts.mesh(f"pothos {seed}", smooth_deg=60)


def herb(a: Article) -> bpy.types.Mesh:
    """Basil in a clay pot with its name on a small tag."""
    w, _, h = a.size
    rng = random.Random(5)
    parts = _parts("#b4623f", ("#3f7f35", "#558f3e", "#6ba34a", "#356d30"))
    earth = _pot(parts, w * 0.44, h * 0.36)
    for k in range(12):
        heading, r = k * 137.5, w * 0.26 * math.sqrt(k / 12)
        foot = turn((0, r, earth), heading)
        lean, tall = 20 * r / (w * 0.26), h * rng.uniform(0.38, 0.60)
        points = [turn((0, 0, tall * i / 5), heading, -lean, foot) for i in range(6)]
        parts.tube(points, 0.0022, STEM, 6)
        for i in range(1, 6):
            for side in (0, 180):
                leaf(
                    parts,
                    points[i],
                    i * 90 + k * 40 + side + rng.uniform(-15, 15),
                    rng.uniform(15, 40),
                    rng.uniform(0.035, 0.052) * (0.7 if i == 5 else 1.0),
                    rng.uniform(0.022, 0.030),
                    LEAF + rng.randrange(4),
                    0.5,
                )
    parts.materials.append(m.printed(path_of(a), 0.6))
    parts.materials.append(m.plain("#d8b483", 0.7))
    tag, y = len(parts.materials) - 2, w * 0.36
    x, z, half, tall = 0.018, earth + 0.012, 0.019, 0.070
    parts.box((x - 0.003, y - 0.002, earth - 0.02), (x + 0.003, y, z + 0.02), tag + 1)
    parts.face(
        [
            (x + half, y + 0.001, z),
            (x - half, y + 0.001, z),
            (x - half, y + 0.001, z + tall),
            (x + half, y + 0.001, z + tall),
        ],
        tag,
    )
    return parts.mesh(a.sku, smooth_deg=60)
