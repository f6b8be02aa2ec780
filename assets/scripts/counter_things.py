"""Small things on and behind the counter, crates by the fridge: what people leave where they work."""

from __future__ import annotations

import math
import random

import materials as m
from mesh import add, board
from parts import Parts, turn
from shop import COUNTER, NORTH, SEED
from signs import path_of

TOP = COUNTER["top"]


def till_things() -> None:
    """Printer with a slip, scanner, pens, tape, a box for small change, notes, a cloth."""
    parts = Parts(
        [
            m.plain("#2b2f31", 0.45), m.plain("#f6f4ee", 0.7), m.plain("#c8402a", 0.4),
            m.plain("#27548a", 0.4),
            m.plain("#e3b23a", 0.5), m.plain("#d9d5ca", 0.4), m.plain("#6f8f7c", 0.9), m.steel(),
        ]
    )  # fmt: skip
    at = (2.66, 4.72, TOP)
    parts.box((-0.07, -0.09, 0), (0.07, 0.09, 0.10), 0, at, 4)
    parts.grid(
        [
            [
                turn((x, -0.02 - 0.03 * t * t, 0.10 + 0.075 * t - 0.02 * t * t), 4, 0, at)
                for x in (-0.038, 0.038)
            ]
            for t in (0, 0.25, 0.5, 0.75, 1.0)
        ],
        1,
    )
    at = (2.70, 4.10, TOP)
    parts.lathe([(0.036, 0), (0.036, 0.095), (0.032, 0.095), (0.032, 0.01)], 5, None, 24, at)
    for k in range(5):
        a = k * 1.3
        foot = (at[0] + 0.012 * math.cos(a), at[1] + 0.012 * math.sin(a), TOP + 0.012)
        tip = (at[0] + 0.032 * math.cos(a), at[1] + 0.032 * math.sin(a), TOP + 0.150 + 0.008 * k)
        parts.tube([foot, tip], 0.0042, (0, 2, 3, 4, 0)[k], 8)
    at = (2.72, 3.62, TOP)
    parts.box((-0.03, -0.08, 0), (0.03, 0.08, 0.035), 0, at, 8)
    parts.lathe(
        [(0.016, -0.012), (0.038, -0.012), (0.038, 0.012), (0.016, 0.012)],
        4,
        None,
        28,
        (2.72, 3.64, TOP + 0.052),
        90,
        90,
    )
    # The scanner in its cradle.
    at = (2.40, 4.28, TOP)
    parts.box((-0.03, -0.04, 0), (0.03, 0.04, 0.02), 0, at, 250)
    parts.box((-0.022, -0.03, 0.02), (0.022, 0.015, 0.13), 0, at, 250, -14)
    parts.box((-0.034, -0.02, 0.12), (0.034, 0.075, 0.165), 0, at, 250, -14)
    parts.tube(
        [
            (2.43, 4.29, TOP + 0.03),
            (2.50, 4.33, TOP + 0.008),
            (2.60, 4.36, TOP + 0.006),
            (2.72, 4.42, TOP + 0.006),
        ],
        0.004,
        0,
        6,
    )
    # A folded cloth and a note pad.
    parts.box((-0.09, -0.06, 0), (0.09, 0.06, 0.012), 6, (2.70, 3.86, TOP), 15)
    for k in range(6):
        parts.box(
            (-0.05, -0.07, 0.002 * k), (0.05, 0.07, 0.002 * k + 0.0016), 1, (2.74, 5.06, TOP), 20 + k * 1.5
        )
    parts.lathe(
        [(0.040, 0), (0.043, 0.09), (0.046, 0.095), (0.040, 0.092), (0.036, 0.01)],
        3,
        None,
        28,
        (2.76, 4.90, TOP),
    )
    parts.tube(
        [
            (2.76, 4.945, TOP + 0.07),
            (2.76, 4.972, TOP + 0.06),
            (2.76, 4.972, TOP + 0.03),
            (2.76, 4.942, TOP + 0.02),
        ],
        0.005,
        3,
        8,
    )
    add("till things", parts.mesh("till things", smooth_deg=40))
    board(
        "note bag",
        (2.325, 4.66, TOP + 0.05),
        268,
        0.13,
        0.091,
        0.006,
        m.printed(path_of("note-bag"), 0.6),
        m.oak("z"),
    )
    board(
        "note cash",
        (2.34, 3.52, TOP + 0.05),
        272,
        0.12,
        0.084,
        0.006,
        m.printed(path_of("note-cash"), 0.6),
        m.oak("z"),
    )


def sweets() -> None:
    """Two glass jars: wrapped sweets and egg-shaped biscuits; their glass is thin and clear."""
    rng = random.Random(SEED + 41)
    for n, (y, colours) in enumerate(
        (
            (2.62, ("#d8402f", "#e9b52f", "#4f9a4a", "#e8e2d2", "#c75a8a")),
            (2.985, ("#c98a3e", "#b8742c", "#d9a252")),
        )
    ):
        x = 2.66
        parts = Parts([m.pane("#f6fbf9", 0.04), m.plain("#b8362a" if n == 0 else "#7a5630", 0.4)])
        parts.lathe(
            [(0.072, 0.0), (0.078, 0.01), (0.078, 0.17), (0.062, 0.195), (0.060, 0.20)],
            0,
            None,
            32,
            (x, y, TOP),
        )
        add(f"jar glass {n}", parts.mesh("jar", smooth_deg=40))
        lid = Parts([m.plain("#b8362a" if n == 0 else "#7a5630", 0.4)])
        lid.lathe(
            [
                (0.064, 0.198),
                (0.068, 0.20),
                (0.068, 0.225),
                (0.05, 0.235),
                (0.015, 0.24),
                (0.018, 0.262),
                (0.008, 0.268),
            ],
            0,
            None,
            32,
            (x, y, TOP),
        )
        add(f"jar lid {n}", lid.mesh("jar lid", smooth_deg=35))
        inside = Parts([m.plain(c, 0.35) for c in colours])
        for _ in range(150):
            a, r, z = rng.uniform(0, 6.3), 0.062 * math.sqrt(rng.random()), rng.uniform(0.012, 0.145)
            at = (x + r * math.cos(a), y + r * math.sin(a), TOP + z)
            s = rng.uniform(0.009, 0.012)
            profile = [(s * 0.2, -s), (s * 0.8, -s * 0.6), (s, 0), (s * 0.8, s * 0.6), (s * 0.2, s)]
            inside.lathe(
                profile, rng.randrange(len(colours)), None, 10, at, rng.uniform(0, 360), rng.uniform(0, 180)
            )
        add(f"sweets {n}", inside.mesh("sweets", smooth_deg=60))


def cat() -> None:
    """A round china cat that waves, beside the printer."""
    parts = Parts(
        [
            m.plain("#f7f2e8", 0.2, 0.0, 0.5),
            m.plain("#c8402a", 0.3),
            m.plain("#2a2622", 0.3),
            m.plain("#e3b23a", 0.3, 0.6),
            m.plain("#e9a99a", 0.4),
        ]
    )
    at = (2.70, 4.58, TOP)
    heading = 262

    def p(x, y, z):
        return turn((x, y, z), heading, 0, at)

    parts.lathe([(0.030, 0), (0.046, 0.008), (0.050, 0.035), (0.040, 0.070), (0.030, 0.080)], 0, None, 32, at)
    parts.lathe(
        [(0.010, -0.034), (0.028, -0.027), (0.040, -0.008), (0.041, 0.006), (0.030, 0.026), (0.010, 0.033)],
        0,
        None,
        32,
        p(0, 0, 0.108),
    )
    for side in (-1, 1):
        parts.lathe(
            [(0.013, 0), (0.008, 0.014), (0.001, 0.024)], 0, None, 12, p(side * 0.024, 0, 0.130), heading, 0
        )
        parts.lathe(
            [(0.0048, -0.002), (0.0035, 0.002)],
            2,
            None,
            12,
            p(side * 0.015, 0.0365, 0.114),
            heading + 180,
            90,
        )
    parts.lathe([(0.004, -0.002), (0.003, 0.002)], 4, None, 12, p(0, 0.040, 0.105), heading + 180, 90)
    parts.lathe([(0.037, 0.0), (0.040, 0.003), (0.040, 0.010), (0.035, 0.012)], 1, None, 32, p(0, 0, 0.072))
    parts.lathe(
        [(0.004, -0.009), (0.009, -0.005), (0.009, 0.004), (0.004, 0.008)], 3, None, 16, p(0, 0.042, 0.068)
    )
    parts.tube(
        [p(0.040, 0.008, 0.062), p(0.052, 0.012, 0.085), p(0.050, 0.016, 0.118), p(0.049, 0.022, 0.130)],
        0.011,
        0,
        14,
    )
    parts.tube([p(-0.036, 0.015, 0.062), p(-0.042, 0.032, 0.045), p(-0.030, 0.044, 0.036)], 0.010, 0, 14)
    parts.lathe(
        [(0.016, -0.003), (0.017, 0), (0.016, 0.003)], 3, None, 20, p(0, 0.048, 0.030), heading + 180, 90
    )
    add("china cat", parts.mesh("china cat", smooth_deg=60))


def stool_and_bin() -> None:
    """A stool and a bin behind the counter, bags on a hook at its end."""
    parts = Parts([m.plain("#2f3537", 0.5), m.steel(), m.plain("#8f5f3a", 0.5), m.plain("#4a6a86", 0.5)])
    x, y = 3.10, 4.15
    parts.lathe(
        [(0.17, 0.60), (0.18, 0.615), (0.18, 0.64), (0.16, 0.655), (0.02, 0.66)], 2, None, 32, (x, y, 0)
    )
    for k in range(4):
        a = k * math.pi / 2 + 0.4
        parts.tube(
            [
                (x + 0.10 * math.cos(a), y + 0.10 * math.sin(a), 0.60),
                (x + 0.20 * math.cos(a), y + 0.20 * math.sin(a), 0.0),
            ],
            0.012,
            1,
            10,
        )
    parts.lathe(
        [(0.165, 0.22), (0.172, 0.22), (0.172, 0.235), (0.165, 0.235), (0.165, 0.22)], 1, None, 32, (x, y, 0)
    )
    parts.lathe(
        [(0.11, 0), (0.14, 0.34), (0.145, 0.34), (0.135, 0.335), (0.105, 0.02)], 3, None, 28, (3.05, 5.15, 0)
    )
    add("stool and bin", parts.mesh("stool and bin", smooth_deg=40))


def crates() -> None:
    """Bottle crates in the corner beside the fridges and a trolley with cartons at the back door."""
    parts = Parts(
        [
            m.plain("#b3261e", 0.5),
            m.plain("#27548a", 0.5),
            m.plain("#3d7a4a", 0.5),
            m.liquid("#5a2c10"),
            m.plain("#d9d5ca", 0.4),
        ]
    )
    rng = random.Random(SEED + 43)
    for stack, (x, y, count) in enumerate(((-3.36, 8.20, 4), (-3.36, 8.56, 2))):
        for k in range(count):
            z, slot, h = k * 0.265, (stack + k) % 3, 0.26
            at, turned = (x, y, z), rng.uniform(-2, 2)
            for side in (-1, 1):
                for low, high in ((0.0, 0.07), (0.11, 0.16), (0.20, h)):
                    parts.box(
                        (-0.20, side * 0.15 - 0.008, low), (0.20, side * 0.15 + 0.008, high), slot, at, turned
                    )
                    parts.box(
                        (side * 0.20 - 0.008, -0.15, low), (side * 0.20 + 0.008, 0.15, high), slot, at, turned
                    )
            for cx in (-0.20, 0.0, 0.20):
                for cy in (-0.15, 0.15):
                    parts.box((cx - 0.016, cy - 0.011, 0), (cx + 0.016, cy + 0.011, h), slot, at, turned)
            parts.box((-0.19, -0.14, 0.0), (0.19, 0.14, 0.012), slot, at, turned)
            if k == count - 1:
                for i in range(4):
                    for j in range(3):
                        foot = turn((-0.145 + i * 0.097, -0.095 + j * 0.095, 0.014), turned, 0, at)
                        parts.lathe(
                            [(0.033, 0), (0.034, 0.15), (0.014, 0.20), (0.013, 0.25)], 3, None, 16, foot
                        )
                        parts.lathe([(0.015, 0.25), (0.015, 0.262), (0.01, 0.264)], 4, None, 14, foot)
    add("crates", parts.mesh("crates", smooth_deg=35))
    _trolley()


def _trolley() -> None:
    steel, tyre = m.plain("#3f7aa0", 0.35, 0.2), m.plain("#1d1e1f", 0.8)
    parts = Parts(
        [
            steel,
            tyre,
            m.plain("#b98f5f", 0.85),
            m.plain("#cdb084", 0.4),
            m.printed(path_of("carton-1"), 0.85),
            m.printed(path_of("carton-2"), 0.85),
        ]
    )
    x, y = 2.62, NORTH - 0.28
    parts.box((x - 0.24, y - 0.32, 0.10), (x + 0.24, y, 0.115), 0)
    for side in (-0.20, 0.20):
        parts.tube(
            [
                (x + side, y, 0.11),
                (x + side, y + 0.04, 1.05),
                (x + side * 0.9, y + 0.05, 1.12),
                (x, y + 0.06, 1.14),
            ],
            0.014,
            0,
            10,
        )
        parts.lathe(
            [(0.02, -0.02), (0.085, -0.025), (0.095, 0.0), (0.085, 0.025), (0.02, 0.02)],
            1,
            None,
            28,
            (x + side * 1.1, y + 0.03, 0.095),
            90,
            90,
        )
    for k, (w, h, slot) in enumerate(((0.42, 0.26, 4), (0.40, 0.24, 5), (0.34, 0.20, 4))):
        z = 0.117 + sum((0.26, 0.24)[:k])
        at = (x + 0.01 * k, y - 0.17, z)
        parts.box((-w / 2, -0.14, 0), (w / 2, 0.14, h), 2, at, 3 * k)
        parts.box((-0.025, -0.1408, h - 0.05), (0.025, 0.1408, h + 0.001), 3, at, 3 * k)
        corners = [
            (-w * 0.48, -0.1412, h * 0.06),
            (w * 0.48, -0.1412, h * 0.06),
            (w * 0.48, -0.1412, h * 0.94),
            (-w * 0.48, -0.1412, h * 0.94),
        ]
        parts.face([turn(c, 3 * k, 0, at) for c in corners], slot)
    add("trolley", parts.mesh("trolley", smooth_deg=40))


def window_sill() -> None:
    """On the ledge: a radio and three jars of cuttings."""
    parts = Parts(
        [
            m.plain("#7a4a2c", 0.5),
            m.plain("#d9cfae", 0.6),
            m.plain("#b88a3e", 0.3, 0.8),
            m.pane("#eef6f2", 0.05),
            m.leaf("#5f9a48"),
            m.plain("#3a3a38", 0.6),
        ]
    )
    at = (-1.55, -0.005, 0.48)
    parts.box((-0.13, -0.04, 0), (0.13, 0.03, 0.15), 0, at, 0)
    parts.box((-0.115, 0.03, 0.015), (0.02, 0.0335, 0.135), 1, at, 0)
    parts.lathe(
        [(0.028, 0), (0.028, 0.008), (0.02, 0.012)],
        2,
        None,
        24,
        (at[0] + 0.075, at[1] + 0.03, at[2] + 0.095),
        180,
        90,
    )
    parts.tube(
        [(at[0] + 0.11, at[1] - 0.02, at[2] + 0.15), (at[0] + 0.20, at[1] - 0.02, at[2] + 0.42)], 0.0022, 2, 6
    )
    from plants import leaf

    rng = random.Random(SEED + 44)
    for x in (-2.9, -2.72, 2.95):
        foot = (x, 0.0, 0.48)
        parts.lathe(
            [(0.034, 0), (0.038, 0.01), (0.038, 0.10), (0.022, 0.13), (0.024, 0.15)], 3, None, 24, foot
        )
        for _ in range(7):
            leaf(
                parts,
                (x, 0.0, 0.60 + rng.uniform(0, 0.1)),
                rng.uniform(0, 360),
                rng.uniform(30, 85),
                rng.uniform(0.10, 0.17),
                0.05,
                4,
            )
    add("sill things", parts.mesh("sill things", smooth_deg=45))


def build() -> None:
    till_things()
    sweets()
    cat()
    stool_and_bin()
    crates()
    window_sill()
