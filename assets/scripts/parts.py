"""One mesh made of many pieces: what would be dozens of objects otherwise."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import bmesh
import bpy

Vec = tuple[float, float, float]
_SIDES = ((0, 1, 2, 3), (7, 6, 5, 4), (0, 4, 5, 1), (1, 5, 6, 2), (2, 6, 7, 3), (3, 7, 4, 0))
_SQUARE = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]


def turn(point: Vec, heading: float = 0.0, tilt: float = 0.0, at: Vec = (0.0, 0.0, 0.0)) -> Vec:
    """Leans a point around x (tilt), turns it to a heading, moves it. Degrees."""
    x, y, z = point
    t, h = math.radians(tilt), -math.radians(heading)
    y, z = y * math.cos(t) - z * math.sin(t), y * math.sin(t) + z * math.cos(t)
    x, y = x * math.cos(h) - y * math.sin(h), x * math.sin(h) + y * math.cos(h)
    return (x + at[0], y + at[1], z + at[2])


class Parts:
    """Collects vertices and faces; each face names the material it has."""

    def __init__(self, materials: Sequence[bpy.types.Material]) -> None:
        self.materials = list(materials)
        self.vertices: list[Vec] = []
        self.faces: list[tuple[int, ...]] = []
        self.uvs: list[list[tuple[float, float]]] = []
        self.slots: list[int] = []

    def face(self, points: Sequence[Vec], slot: int = 0, uv=None) -> None:
        base = len(self.vertices)
        self.vertices.extend(points)
        self.faces.append(tuple(range(base, base + len(points))))
        self.uvs.append(list(uv) if uv else (_SQUARE * 2)[: len(points)])
        self.slots.append(slot)

    def grid(self, rows: Sequence[Sequence[Vec]], slot: int = 0, uvs=None) -> None:
        """A sheet through rows of points."""
        base, wide = len(self.vertices), len(rows[0])
        for row in rows:
            self.vertices.extend(row)
        for j in range(len(rows) - 1):
            for i in range(wide - 1):
                a = base + j * wide + i
                self.faces.append((a, a + 1, a + wide + 1, a + wide))
                u0, u1 = i / (wide - 1), (i + 1) / (wide - 1)
                v0, v1 = j / (len(rows) - 1), (j + 1) / (len(rows) - 1)
                self.uvs.append([(u0, v0), (u1, v0), (u1, v1), (u0, v1)])
                self.slots.append(slot)

    def box(
        self, low: Vec, high: Vec, slot: int = 0, at: Vec = (0, 0, 0), heading: float = 0.0, tilt: float = 0.0
    ) -> None:
        (x0, y0, z0), (x1, y1, z1) = low, high
        corners = [
            (x0, y0, z0), (x0, y1, z0), (x1, y1, z0), (x1, y0, z0),
            (x0, y0, z1), (x0, y1, z1), (x1, y1, z1), (x1, y0, z1),
        ]  # fmt: skip
        base = len(self.vertices)
        self.vertices.extend(turn(c, heading, tilt, at) for c in corners)
        for side in _SIDES:
            self.faces.append(tuple(base + k for k in side))
            self.uvs.append(list(_SQUARE))
            self.slots.append(slot)

    def lathe(
        self,
        profile: Sequence[tuple[float, float]],
        slot_of: Callable[[int], int] | int = 0,
        band: tuple[float, float] | None = None,
        segments: int = 24,
        at: Vec = (0, 0, 0),
        heading: float = 0.0,
        tilt: float = 0.0,
    ) -> None:
        """Radius and height from foot to top around the piece's own upright axis, closed at both ends."""
        slot_at = slot_of if callable(slot_of) else lambda ring: slot_of
        low, high = band or (profile[0][1], profile[-1][1])
        span = (high - low) or 1.0
        base = len(self.vertices)
        for radius, z in profile:
            for k in range(segments):
                a = 2 * math.pi * (k / segments - 0.25)
                self.vertices.append(
                    turn((-radius * math.sin(a), radius * math.cos(a), z), heading, tilt, at)
                )
        for ring in range(len(profile) - 1):
            v0, v1 = (profile[ring][1] - low) / span, (profile[ring + 1][1] - low) / span
            for k in range(segments):
                n = (k + 1) % segments
                a, b = base + ring * segments, base + (ring + 1) * segments
                self.faces.append((a + k, a + n, b + n, b + k))
                u0, u1 = k / segments, (k + 1) / segments
                self.uvs.append([(u0, v0), (u1, v0), (u1, v1), (u0, v1)])
                self.slots.append(slot_at(ring))
        for ring, flip in ((0, True), (len(profile) - 1, False)):
            if profile[ring][0] > 1e-4:
                rim = [base + ring * segments + k for k in range(segments)]
                self.faces.append(tuple(rim[::-1] if flip else rim))
                self.uvs.append([(0.02, 0.5)] * segments)
                self.slots.append(slot_at(min(ring, len(profile) - 2)))

    def tube(self, points: Sequence[Vec], radius: float, slot: int = 0, segments: int = 8) -> None:
        """A round bar along a line of points."""
        base = len(self.vertices)
        for i, p in enumerate(points):
            q, o = points[min(i + 1, len(points) - 1)], points[max(i - 1, 0)]
            d = [b - a for a, b in zip(o, q)]
            length = math.sqrt(sum(c * c for c in d)) or 1.0
            d = [c / length for c in d]
            other = (0.0, 0.0, 1.0) if abs(d[2]) < 0.9 else (1.0, 0.0, 0.0)
            u = _cross(d, other)
            n = math.sqrt(sum(c * c for c in u))
            u = [c / n for c in u]
            w = _cross(d, u)
            for k in range(segments):
                a = 2 * math.pi * k / segments
                self.vertices.append(
                    tuple(c + radius * (math.cos(a) * e + math.sin(a) * f) for c, e, f in zip(p, u, w))
                )
        for i in range(len(points) - 1):
            for k in range(segments):
                n = (k + 1) % segments
                a, b = base + i * segments, base + (i + 1) * segments
                self.faces.append((a + k, a + n, b + n, b + k))
                self.uvs.append(list(_SQUARE))
                self.slots.append(slot)

    def mesh(self, name: str, smooth_deg: float | None = None, bevel: float = 0.0) -> bpy.types.Mesh:
        """The mesh; faces that meet at less than `smooth_deg` degrees are shaded as one surface."""
        data = bpy.data.meshes.new(name)
        data.from_pydata(self.vertices, [], self.faces)
        for material in self.materials:
            data.materials.append(material)
        layer = data.uv_layers.new(name="uv")
        layer.data.foreach_set("uv", [c for face in self.uvs for uv in face for c in uv])
        data.polygons.foreach_set("material_index", self.slots)
        work = bmesh.new()
        work.from_mesh(data)
        if bevel:
            bmesh.ops.bevel(
                work,
                geom=list(work.edges),
                offset=bevel,
                segments=2,
                profile=0.6,
                affect="EDGES",
                clamp_overlap=True,
            )
        if smooth_deg is not None:
            limit = math.radians(smooth_deg)
            for edge in work.edges:
                edge.smooth = len(edge.link_faces) == 2 and edge.calc_face_angle(0.0) < limit
        work.to_mesh(data)
        work.free()
        if smooth_deg is not None:
            data.shade_smooth()
            data.update()
        return data


def _cross(a, b) -> list[float]:
    return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
