"""Meshes of the packages: boxes, tins, cans, jars, bags, cups, bottles, cartons, a pot of herbs."""

from __future__ import annotations

import math
import zlib
from functools import cache

import bpy

import materials as m
from articles import ARTICLES, Article
from labels import BAND, box_parts
from mesh import bevel, from_faces, turned
from parts import Parts
from plants import herb

# What is in the bottles, and their caps.
LIQUIDS = {
    "SAU-SOY-420": ("#2a120a", "#7a1f1a"),
    "SAU-VIN-500": ("#e9dca8", "#2f6b4c"),
    "SAU-SES-300": ("#7a3d10", "#caa12e"),
    "HOM-DIS-800": ("#7fc34f", "#f3f3f0"),
    "DRK-WML-600": ("#8a4a16", "#5a7d2a"),
    "DRK-SOY-450": ("#f3e7cb", "#d08a2e"),
    "DRK-GRN-600": ("#a9b84a", "#2f7a34"),
    "DRK-LEM-600": ("#f3eda2", "#e2a800"),
    "DRK-WAT-600": ("#cfe4ee", "#2f86c4"),
    "DRK-YOG-500": ("#f7e6ea", "#c93c72"),
    "HOM-SPR-500": ("#f4a764", "#ffffff"),
    "JAR-HNY-420": ("#9a4d0c", "#d8a531"),
    "JAR-CHI-240": ("#8f1a0e", "#2c2c2c"),
    "JAR-PIC-350": ("#6d7a2c", "#e9e6da"),
}


def _box(a: Article) -> bpy.types.Mesh:
    w, d, h = a.size
    x, y = w / 2, d / 2
    vertices = [
        (x, y, 0), (-x, y, 0), (-x, -y, 0), (x, -y, 0),
        (x, y, h), (-x, y, h), (-x, -y, h), (x, -y, h),
    ]  # fmt: skip
    faces = [(0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6), (3, 0, 4, 7), (4, 5, 6, 7), (3, 2, 1, 0)]
    parts = box_parts(a)
    names = ("front", "side", "front", "side", "top", "top")
    uvs = []
    for name in names:
        u0, v0, u1, v1 = parts[name]
        uvs.append([(u0, v0), (u1, v0), (u1, v1), (u0, v1)])
    # The top reads from the front: its lower edge is the front edge.
    data = from_faces(a.sku, vertices, faces, [m.package(a)], uvs)
    return bevel(data, 0.0012)


def _tin(a: Article) -> bpy.types.Mesh:
    w, _, h = a.size
    r = w / 2
    print_top = BAND["tin"][1] * h
    squat = a.sku.startswith("CAN")
    lid = m.plain("#c9cbc8" if squat else a.accent, 0.3, 0.9 if squat else 0.35)
    profile = [
        (r * 0.97, 0), (r, 0.003), (r, print_top), (r * 1.015, print_top + 0.0008),
        (r * 1.015, h - 0.004), (r * 0.985, h), (r * 0.93, h - 0.001), (r * 0.92, h - 0.004),
    ]  # fmt: skip
    return turned(
        a.sku,
        profile,
        [m.package(a), lid],
        lambda ring: 0 if ring <= 1 else 1,
        (0.0, print_top),
        48,
    )


def _cup(a: Article) -> bpy.types.Mesh:
    w, _, h = a.size
    r = w / 2
    top = BAND["cup"][1] * h
    lid = m.plain("#f4efe4", 0.35, 0.0)
    profile = [
        (r * 0.70, 0), (r * 0.72, 0.003), (r * 0.97, top), (r, top + 0.001),
        (r, h - 0.002), (r * 0.985, h), (r * 0.9, h - 0.0015),
    ]  # fmt: skip
    return turned(a.sku, profile, [m.package(a), lid], lambda ring: 0 if ring <= 1 else 1, (0.0, top), 48)


def _bottle(a: Article) -> bpy.types.Mesh:
    w, _, h = a.size
    r = w / 2
    low, high = (part * h for part in BAND["bottle"])
    liquid, cap = LIQUIDS[a.sku]
    profile = [
        (r * 0.9, 0), (r, 0.006), (r, low - 0.002), (r * 1.004, low), (r * 1.004, high),
        (r, high + 0.002), (r * 0.98, h * 0.60), (r * 0.80, h * 0.68), (r * 0.42, h * 0.76),
        (r * 0.34, h * 0.80), (r * 0.34, h * 0.88), (r * 0.42, h * 0.881), (r * 0.42, h * 0.99),
        (r * 0.38, h),
    ]  # fmt: skip
    return turned(
        a.sku,
        profile,
        [m.package(a), m.liquid(liquid), m.plain(cap, 0.35)],
        lambda ring: 0 if ring == 3 else 2 if ring >= 10 else 1,
        (low, high),
        40,
    )


def _pet(a: Article) -> bpy.types.Mesh:
    w, _, h = a.size
    r = w / 2
    low, high = (part * h for part in BAND["pet"])
    liquid, cap = LIQUIDS[a.sku]
    profile = [
        (r * 0.80, 0), (r * 0.97, 0.010), (r * 0.97, h * 0.10), (r * 0.93, h * 0.125),
        (r * 0.97, h * 0.15), (r * 0.97, h * 0.22), (r * 0.93, h * 0.245), (r * 0.98, h * 0.27),
        (r * 0.98, low - 0.001), (r, low), (r, high), (r * 0.98, high + 0.001),
        (r * 0.90, h * 0.80), (r * 0.62, h * 0.86), (r * 0.40, h * 0.89), (r * 0.38, h * 0.915),
        (r * 0.46, h * 0.917), (r * 0.46, h * 0.985), (r * 0.42, h),
    ]  # fmt: skip
    return turned(
        a.sku,
        profile,
        [m.package(a), m.liquid(liquid), m.plain(cap, 0.35)],
        lambda ring: 0 if ring == 9 else 2 if ring >= 15 else 1,
        (low, high),
        40,
    )


def _carton(a: Article) -> bpy.types.Mesh:
    """A gable-top carton: square body, roof sloping to front and back, a fin."""
    w, d, h = a.size
    x, y = w / 2, d / 2
    body, ridge = h * 0.80, h * 0.93
    t = 0.0025
    vertices = [
        (x, y, 0), (-x, y, 0), (-x, -y, 0), (x, -y, 0),
        (x, y, body), (-x, y, body), (-x, -y, body), (x, -y, body),
        (x, t, ridge), (-x, t, ridge), (-x, -t, ridge), (x, -t, ridge),
        (x, t, h), (-x, t, h), (-x, -t, h), (x, -t, h),
        (x * 0.45, 0, ridge), (-x * 0.45, 0, ridge),
    ]  # fmt: skip
    whole = [(0, 0), (1, 0), (1, 1), (0, 1)]
    flat = [(0.03, 0.80)] * 4
    faces = [
        (0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6), (3, 0, 4, 7), (3, 2, 1, 0),
        (4, 5, 9, 8), (6, 7, 11, 10), (8, 9, 13, 12), (10, 11, 15, 14), (12, 13, 14, 15),
        (9, 10, 14, 13), (11, 8, 12, 15),
        (5, 6, 17), (5, 17, 9), (6, 10, 17), (9, 17, 10),
        (7, 4, 16), (4, 8, 16), (7, 16, 11), (8, 11, 16),
    ]  # fmt: skip
    uvs = [whole] * 4 + [flat] * 8 + [flat[:3]] * 8
    return from_faces(a.sku, vertices, faces, [m.package(a)], uvs)


def _two_sheets(a: Article, vertices: list, nx: int, nz: int) -> bpy.types.Mesh:
    """Front and back of a bag, each a grid of nx by nz quads with the whole label on it."""
    faces, uvs = [], []
    for base in (0, (nx + 1) * (nz + 1)):
        for j in range(nz):
            for i in range(nx):
                a0 = base + j * (nx + 1) + i
                faces.append((a0, a0 + 1, a0 + nx + 2, a0 + nx + 1))
                u0, u1, v0, v1 = i / nx, (i + 1) / nx, j / nz, (j + 1) / nz
                uvs.append([(u0, v0), (u1, v0), (u1, v1), (u0, v1)])
    return from_faces(a.sku, vertices, faces, [m.package(a)], uvs, smooth=True)


def _pouch(a: Article) -> bpy.types.Mesh:
    """A filled bag: flat sealed strips above and below, a belly between."""
    w, d, h = a.size
    nx, nz = 22, 32
    phase = zlib.crc32(a.sku.encode()) % 628 / 100
    vertices = []
    for side in (1, -1):
        for j in range(nz + 1):
            v = j / nz
            belly = max(0.0, math.sin(math.pi * min(max((v - 0.05) / 0.9, 0), 1))) ** 0.45
            for i in range(nx + 1):
                u = i / nx
                bulge = max(0.0, math.sin(math.pi * u)) ** 0.6 * belly
                edge = (1 - bulge) * belly + (1 - belly) * bulge
                wrinkle = 0.06 * math.sin(u * 23 + side + phase) * edge
                wrinkle += 0.05 * math.sin(v * 19 + u * 6 + phase) * (1 - bulge) * belly
                wrinkle += 0.035 * math.sin(u * 9 - v * 7 + phase) * bulge
                narrow = 1 - 0.05 * belly
                x = side * (0.5 - u) * w * narrow
                y = side * (d / 2 * min(bulge + wrinkle * belly, 1.0) + 0.0008)
                if v < 0.045 or v > 0.955:
                    y += 0.0012 * math.sin(v * h * 2600)
                vertices.append((x, y, v * h))
    return _two_sheets(a, vertices, nx, nz)


_SHAPES = {
    "box": _box,
    "tin": _tin,
    "cup": _cup,
    "bottle": _bottle,
    "pet": _pet,
    "carton": _carton,
    "pouch": _pouch,
}


def _can(a: Article) -> bpy.types.Mesh:
    """A drink can: necked above and below, with a tab on its lid."""
    w, _, h = a.size
    r = w / 2
    low, high = (part * h for part in BAND["can"])
    parts = Parts([m.package(a), m.plain("#c4c7c8", 0.25, 0.95)])
    profile = [
        (r * 0.72, 0.002), (r * 0.78, 0.0), (r * 0.97, low * 0.8), (r, low), (r, high), (r * 0.86, h * 0.975),
        (r * 0.88, h * 0.985), (r * 0.88, h), (r * 0.83, h), (r * 0.81, h * 0.972),
    ]  # fmt: skip
    parts.lathe(profile, lambda ring: 0 if ring == 3 else 1, (low, high), 40)
    t = h * 0.976
    parts.box((-0.007, -0.004, t), (0.007, 0.018, t + 0.002), 1)
    return parts.mesh(a.sku, smooth_deg=35)


def _jar(a: Article) -> bpy.types.Mesh:
    """A glass jar with a screwed lid; the print covers most of the body."""
    w, _, h = a.size
    r = w / 2
    low, high = (part * h for part in BAND["jar"])
    inside, lid = LIQUIDS[a.sku]
    profile = [
        (r * 0.88, 0), (r * 0.99, 0.007), (r, low - 0.001), (r * 1.006, low), (r * 1.006, high),
        (r, high + 0.001), (r * 0.99, h * 0.74), (r * 0.86, h * 0.82), (r * 0.84, h * 0.83),
        (r * 0.92, h * 0.835), (r * 0.92, h * 0.97), (r * 0.90, h * 0.99), (r * 0.84, h),
    ]  # fmt: skip
    return turned(
        a.sku,
        profile,
        [m.package(a), m.liquid(inside), m.plain(lid, 0.32, 0.6)],
        lambda ring: 0 if ring == 3 else 2 if ring >= 8 else 1,
        (low, high),
        44,
    )


def _flow(a: Article) -> bpy.types.Mesh:
    """A pillow bag lying on its long edge: sealed strips left and right."""
    w, d, h = a.size
    nx, nz = 24, 14
    vertices = []
    for side in (1, -1):
        for j in range(nz + 1):
            v = j / nz
            for i in range(nx + 1):
                u = i / nx
                along = min(max((u - 0.05) / 0.90, 0.0), 1.0)
                belly = math.sin(math.pi * along) ** 0.30 * math.sin(math.pi * (0.08 + v * 0.84)) ** 0.35
                flat = u < 0.05 or u > 0.95
                fold = 0.05 * math.sin(v * 29 + u * 5) * (1 - math.sin(math.pi * along)) ** 2
                y = side * (0.001 if flat else d / 2 * min(belly + fold, 1.0))
                if flat:
                    y += 0.0012 * math.sin(v * h * 2600)
                squeeze = 1 - 0.06 * math.sin(math.pi * along)
                vertices.append((side * (0.5 - u) * w, y, h * (0.5 + (v - 0.5) * squeeze)))
    return _two_sheets(a, vertices, nx, nz)


def _plant(a: Article) -> bpy.types.Mesh:
    return herb(a)


_SHAPES |= {"can": _can, "jar": _jar, "flow": _flow, "brick": _box, "plant": _plant}


@cache
def package(sku: str) -> bpy.types.Mesh:
    """The mesh of an article: foot at the origin, front towards +y."""
    article = ARTICLES[sku]
    return _SHAPES[article.kind](article)
