"""A small motor scooter, as they stand at every kerb; it looks to +y."""

from __future__ import annotations

import math

import bpy

import materials as m
from parts import Parts, Vec

PAINT, DARK, SEAT, METAL, GLASS, RED, PLATE, RUBBER = range(8)
_AROUND = 20


def _ring(centre: Vec, half_x: float, half_other: float, upright: bool) -> list[Vec]:
    """A rounded rectangle across the way (upright) or lying (not upright)."""
    points = []
    for k in range(_AROUND):
        a = 2 * math.pi * k / _AROUND
        c, s = math.cos(a), math.sin(a)
        u = math.copysign(abs(c) ** 0.65, c) * half_x
        v = math.copysign(abs(s) ** 0.65, s) * half_other
        x, y, z = centre
        points.append((x + u, y, z + v) if upright else (x + u, y + v, z))
    return points


def _loft(parts: Parts, rings: list[list[Vec]], slot: int) -> None:
    closed = [ring + ring[:1] for ring in rings]
    parts.grid(closed, slot)
    for ring in (rings[0][::-1], rings[-1]):
        parts.face(ring, slot, [(0.5, 0.5)] * len(ring))


def _along(parts: Parts, sections, slot: int) -> None:
    """Sections along the way: y, z, half width, half height."""
    _loft(parts, [_ring((0, y, z), w, h, True) for y, z, w, h in sections], slot)


def _upward(parts: Parts, sections, slot: int) -> None:
    """Sections upward: z, y, half width, half depth."""
    _loft(parts, [_ring((0, y, z), w, d, False) for z, y, w, d in sections], slot)


def _wheel(parts: Parts, y: float) -> None:
    at = (0.0, y, 0.215)
    tyre = [
        (0.135, -0.03), (0.165, -0.042), (0.195, -0.042), (0.213, -0.025), (0.215, 0.0), (0.213, 0.025),
        (0.195, 0.042), (0.165, 0.042), (0.135, 0.03),
    ]  # fmt: skip
    parts.lathe(tyre, RUBBER, None, 36, at, 90, 90)
    parts.lathe(
        [
            (0.137, -0.024),
            (0.12, -0.028),
            (0.04, -0.02),
            (0.03, -0.045),
            (0.03, 0.045),
            (0.04, 0.02),
            (0.12, 0.028),
            (0.137, 0.024),
        ],
        METAL,
        None,
        30,
        at,
        90,
        90,
    )


def scooter(colour: str) -> bpy.types.Mesh:
    parts = Parts(
        [
            m.plain(colour, 0.22, 0.0, 0.6),
            m.plain("#2a2d2f", 0.55),
            m.plain("#1d1b1b", 0.6),
            m.plain("#a9adaf", 0.3, 0.9),
            m.plain("#dfe9ee", 0.08, 0.2),
            m.plain("#b3161a", 0.2),
            m.plain("#eef0ee", 0.4),
            m.plain("#17181a", 0.8),
        ]
    )
    _wheel(parts, 0.62)
    _wheel(parts, -0.60)
    _along(
        parts,
        (
            (-0.90, 0.735, 0.05, 0.03),
            (-0.82, 0.69, 0.14, 0.09),
            (-0.60, 0.615, 0.185, 0.145),
            (-0.35, 0.555, 0.19, 0.18),
            (-0.16, 0.50, 0.175, 0.19),
            (-0.09, 0.47, 0.15, 0.17),
        ),
        PAINT,
    )
    _along(
        parts,
        (
            (-0.84, 0.800, 0.09, 0.022),
            (-0.76, 0.810, 0.13, 0.045),
            (-0.50, 0.795, 0.150, 0.05),
            (-0.32, 0.765, 0.150, 0.05),
            (-0.14, 0.745, 0.13, 0.05),
            (-0.09, 0.735, 0.10, 0.03),
        ),
        SEAT,
    )
    _along(
        parts,
        (
            (-0.72, 0.33, 0.06, 0.06),
            (-0.55, 0.33, 0.12, 0.10),
            (-0.15, 0.30, 0.13, 0.09),
            (0.30, 0.28, 0.13, 0.05),
            (0.44, 0.32, 0.11, 0.05),
        ),
        DARK,
    )
    _along(parts, ((-0.12, 0.345, 0.19, 0.022), (0.10, 0.335, 0.20, 0.022), (0.36, 0.345, 0.19, 0.03)), DARK)
    _upward(
        parts,
        (
            (0.30, 0.45, 0.15, 0.045),
            (0.50, 0.50, 0.205, 0.06),
            (0.74, 0.485, 0.215, 0.085),
            (0.90, 0.435, 0.165, 0.09),
            (0.99, 0.40, 0.10, 0.06),
        ),
        PAINT,
    )
    _upward(parts, ((0.40, 0.415, 0.14, 0.03), (0.70, 0.41, 0.17, 0.04), (0.90, 0.385, 0.13, 0.04)), DARK)
    _along(
        parts,
        (
            (0.40, 0.44, 0.05, 0.03),
            (0.52, 0.475, 0.065, 0.035),
            (0.66, 0.468, 0.065, 0.03),
            (0.80, 0.40, 0.055, 0.03),
            (0.86, 0.33, 0.04, 0.02),
        ),
        PAINT,
    )
    _along(parts, ((-0.88, 0.34, 0.03, 0.02), (-0.80, 0.44, 0.06, 0.03), (-0.62, 0.47, 0.07, 0.03)), DARK)
    parts.tube([(0.06, 0.62, 0.215), (0.06, 0.52, 0.48)], 0.018, METAL, 10)
    parts.tube([(-0.06, 0.62, 0.215), (-0.06, 0.52, 0.48)], 0.018, METAL, 10)
    _upward(
        parts,
        (
            (0.97, 0.385, 0.07, 0.05),
            (1.03, 0.39, 0.13, 0.07),
            (1.09, 0.385, 0.12, 0.06),
            (1.115, 0.37, 0.06, 0.03),
        ),
        PAINT,
    )
    for side in (-1, 1):
        parts.tube(
            [(side * 0.10, 0.38, 1.05), (side * 0.22, 0.35, 1.055), (side * 0.24, 0.34, 1.055)],
            0.013,
            METAL,
            8,
        )
        parts.tube([(side * 0.23, 0.345, 1.055), (side * 0.35, 0.30, 1.05)], 0.018, RUBBER, 10)
        parts.tube(
            [(side * 0.20, 0.36, 1.07), (side * 0.25, 0.38, 1.17), (side * 0.28, 0.37, 1.22)], 0.006, DARK, 8
        )
        parts.lathe(
            [(0.02, -0.012), (0.055, -0.006), (0.058, 0.004), (0.052, 0.008)],
            DARK,
            None,
            24,
            (side * 0.29, 0.37, 1.25),
            180,
            90,
        )
        parts.lathe([(0.050, 0.0085), (0.01, 0.009)], GLASS, None, 24, (side * 0.29, 0.37, 1.25), 180, 90)
        parts.box((side * 0.13 - 0.025, 0.55, 0.62), (side * 0.13 + 0.025, 0.572, 0.66), GLASS)
        parts.box((side * 0.12 - 0.03, -0.895, 0.66), (side * 0.12 + 0.03, -0.865, 0.69), RED)
        parts.tube([(side * 0.17, -0.86, 0.80), (side * 0.17, -0.55, 0.83)], 0.010, METAL, 8)
    parts.tube([(-0.17, -0.86, 0.80), (0.17, -0.86, 0.80)], 0.010, METAL, 8)
    parts.lathe(
        [(0.072, 0.0), (0.074, 0.03), (0.060, 0.042), (0.02, 0.046)],
        GLASS,
        None,
        30,
        (0, 0.535, 0.80),
        180,
        78,
    )
    parts.box((-0.09, -0.912, 0.70), (0.09, -0.890, 0.745), RED)
    parts.box((-0.105, -0.915, 0.50), (0.105, -0.910, 0.63), PLATE)
    parts.tube([(0.13, -0.35, 0.24), (0.15, -0.72, 0.27), (0.15, -0.90, 0.31)], 0.040, METAL, 14)
    parts.tube([(-0.10, -0.12, 0.25), (-0.19, -0.10, 0.01)], 0.010, METAL, 8)
    return parts.mesh(f"scooter {colour}", smooth_deg=42)
