"""Shelves, the goods on them and their price tags."""

from __future__ import annotations

import math
import random

import bpy

import materials as m
from mesh import add, block, from_faces, picture
from packages import package
from planogram import plan
from shop import FIXTURES, SEED, Fixture
from signs import path_of, price_tag_path

BOARD = 0.025


def _slab(fixture: Fixture, name: str, right, inward, z, material: bpy.types.Material, edge=0.0):
    """A box given in the fixture's own directions: (from, to) along each."""
    corners = [fixture.point(r, i, h) for r in right for i in inward for h in z]
    low = tuple(min(c[k] for c in corners) for k in range(3))
    high = tuple(max(c[k] for c in corners) for k in range(3))
    block(f"{fixture.name} {name}", low, high, material, edge)


def _axis(fixture: Fixture) -> str:
    return "y" if abs(fixture.along[1]) > 0.5 else "x"


def _boards(fixture: Fixture, material, rail) -> None:
    for k, z in enumerate(fixture.boards):
        _slab(fixture, f"board {k}", (0.0, fixture.width), (0.0, fixture.depth), (z - BOARD, z), material)
        _slab(
            fixture,
            f"rail {k}",
            (0.0, fixture.width),
            (-0.009, -0.0005),
            (z - 0.044, z + 0.002),
            rail,
        )


def wall_shelf(fixture: Fixture, bays: int) -> None:
    """Oak shelving against a wall, with uprights between the bays and a cornice."""
    oak, dark = m.oak(_axis(fixture)), m.walnut("z")
    _boards(fixture, oak, m.plain("#efe7d6", 0.5))
    low = fixture.boards[0] - BOARD
    back = fixture.depth
    _slab(
        fixture,
        "back",
        (0, fixture.width),
        (back, back + 0.015),
        (0.0, fixture.height),
        m.plain("#e2cfae", 0.6),
    )
    _slab(fixture, "base", (0, fixture.width), (0.03, back), (0.0, low - 0.001), dark)
    _slab(
        fixture,
        "cornice",
        (-0.02, fixture.width + 0.02),
        (-0.03, back + 0.015),
        (fixture.height, fixture.height + 0.05),
        oak,
        0.004,
    )
    for k in (0, bays):
        at = -0.02 if k == 0 else fixture.width
        _slab(
            fixture,
            f"upright {k}",
            (at, at + 0.02),
            (-0.02, back + 0.015),
            (0.0, fixture.height),
            m.oak("z"),
            0.003,
        )


def gondola(west: Fixture, east: Fixture, south: Fixture, north: Fixture) -> None:
    """The island in the middle: two long sides and a shelf at each end."""
    metal, rail = m.white_metal(), m.plain("#2f7d68", 0.45)
    for fixture in (west, east, south, north):
        _boards(fixture, metal, rail)
        _slab(
            fixture,
            "base",
            (0, fixture.width),
            (0.02, fixture.depth),
            (0.0, fixture.boards[0] - BOARD - 0.001),
            m.plain("#4a4f4d", 0.6),
        )
    x0, x1 = west.start[0], east.start[0]
    middle = (x0 + x1) / 2
    y0, y1 = south.start[1], north.start[1]
    block(
        "spine",
        (middle - 0.02, y0 + south.depth, 0),
        (middle + 0.02, y1 - north.depth, west.height),
        m.oak("y"),
    )
    block(
        "spine cap",
        (middle - 0.032, y0 + south.depth, west.height),
        (middle + 0.032, y1 - north.depth, west.height + 0.025),
        m.plain("#2f7d68", 0.45),
    )
    for y in (y0 + south.depth, y1 - north.depth):
        block(
            f"end panel {y}",
            (x0 - 0.012, y - 0.018, 0),
            (x1 + 0.012, y + 0.018, west.height + 0.03),
            m.oak("z"),
            0.003,
        )


def tag_mesh(sku: str) -> bpy.types.Mesh:
    w, h = 0.045, 0.0195
    return from_faces(
        f"tag {sku}",
        [(w, 0, -h), (-w, 0, -h), (-w, 0, h), (w, 0, h)],
        [(0, 1, 2, 3)],
        [m.printed(price_tag_path(sku), 0.5)],
        [[(0, 0), (1, 0), (1, 1), (0, 1)]],
    )


def goods() -> None:
    """Every package of the planogram and a tag below each group."""
    placements, tags = plan()
    for i, p in enumerate(placements):
        add(f"{p.sku}#{i}", package(p.sku), p.foot, p.facing)
    meshes = {sku: tag_mesh(sku) for sku in {t.sku for t in tags}}
    rng = random.Random(SEED + 8)
    deal = m.printed(path_of("deal"), 0.45)
    for i, t in enumerate(tags):
        add(f"tag {t.sku}#{i}", meshes[t.sku], t.at, t.facing + rng.uniform(-1.5, 1.5))
        if t.fixture not in ("fridge", "counter") and rng.random() < 0.16:
            # A yellow tag that stands out from the rail.
            a = math.radians(t.facing)
            x, y, z = t.at
            at = (
                x + 0.022 * math.sin(a) + 0.08 * math.cos(a),
                y + 0.022 * math.cos(a) - 0.08 * math.sin(a),
                z - 0.020,
            )
            picture(f"deal {i}", at, t.facing + rng.uniform(-14, 14), 0.095, 0.058, deal, rng.uniform(-6, 3))


def build() -> None:
    wall_shelf(FIXTURES["west"], 6)
    wall_shelf(FIXTURES["east"], 3)
    gondola(*(FIXTURES[f"gondola_{side}"] for side in "wesn"))
    back = FIXTURES["counter_back"]
    wall_shelf(back, 3)
    goods()
