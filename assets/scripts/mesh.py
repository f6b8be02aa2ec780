"""Meshes from a few numbers: boxes, flat pictures, turned shapes.

Local frame of everything that has a front: the front looks along +y, so that an
object is turned to a heading by a rotation of minus that heading around z.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import bmesh
import bpy

Vec = tuple[float, float, float]


def add(
    name: str,
    data: bpy.types.Mesh,
    at: Vec = (0.0, 0.0, 0.0),
    heading: float = 0.0,
    tilt: float = 0.0,
) -> bpy.types.Object:
    """Puts a mesh into the scene; meshes may be shared among many objects."""
    obj = bpy.data.objects.new(name, data)
    obj.location = at
    obj.rotation_euler = (math.radians(tilt), 0.0, -math.radians(heading))
    bpy.context.scene.collection.objects.link(obj)
    return obj


def from_faces(
    name: str,
    vertices: Sequence[Vec],
    faces: Sequence[Sequence[int]],
    materials: Sequence[bpy.types.Material],
    uvs: Sequence[Sequence[tuple[float, float]]] | None = None,
    slots: Sequence[int] | None = None,
    smooth: bool = False,
) -> bpy.types.Mesh:
    data = bpy.data.meshes.new(name)
    data.from_pydata(list(vertices), [], [list(f) for f in faces])
    for material in materials:
        data.materials.append(material)
    if uvs is not None:
        layer = data.uv_layers.new(name="uv")
        flat = [uv for face in uvs for uv in face]
        for loop, uv in zip(layer.data, flat):
            loop.uv = uv
    if slots is not None:
        data.polygons.foreach_set("material_index", list(slots))
    if smooth:
        data.shade_smooth()
    data.update()
    return data


_CUBE = ((3, 2, 6, 7), (1, 0, 4, 5), (0, 3, 7, 4), (2, 1, 5, 6), (7, 6, 5, 4), (0, 1, 2, 3))


def _corners(low: Vec, high: Vec) -> list[Vec]:
    (x0, y0, z0), (x1, y1, z1) = low, high
    return [
        (x0, y0, z0), (x1, y0, z0), (x1, y1, z0), (x0, y1, z0),
        (x0, y0, z1), (x1, y0, z1), (x1, y1, z1), (x0, y1, z1),
    ]  # fmt: skip


def bevel(data: bpy.types.Mesh, width: float) -> bpy.types.Mesh:
    """Breaks the edges, so that they catch light as real ones do."""
    work = bmesh.new()
    work.from_mesh(data)
    bmesh.ops.recalc_face_normals(work, faces=work.faces)
    bmesh.ops.bevel(work, geom=list(work.edges), offset=width, segments=2, profile=0.6, affect="EDGES")
    work.to_mesh(data)
    work.free()
    return data


def block(
    name: str,
    low: Vec,
    high: Vec,
    material: bpy.types.Material,
    edge: float = 0.0,
    at: Vec = (0.0, 0.0, 0.0),
    heading: float = 0.0,
    tilt: float = 0.0,
) -> bpy.types.Object:
    """An upright box between two corners; all but very thin and very long ones have their edges broken."""
    data = from_faces(name, _corners(low, high), [f[::-1] for f in _CUBE], [material])
    work = bmesh.new()
    work.from_mesh(data)
    bmesh.ops.recalc_face_normals(work, faces=work.faces)
    work.to_mesh(data)
    work.free()
    sides = [b - a for a, b in zip(low, high)]
    if edge or (min(sides) > 0.009 and max(sides) < 4.0):
        bevel(data, edge or 0.0012)
    return add(name, data, at, heading, tilt)


def picture(
    name: str,
    centre: Vec,
    heading: float,
    width: float,
    height: float,
    material: bpy.types.Material,
    tilt: float = 0.0,
) -> bpy.types.Object:
    """A flat picture whose front looks to a heading (tilt leans it backward)."""
    w, h = width / 2, height / 2
    data = from_faces(
        name,
        [(w, 0, -h), (-w, 0, -h), (-w, 0, h), (w, 0, h)],
        [(0, 1, 2, 3)],
        [material],
        [[(0, 0), (1, 0), (1, 1), (0, 1)]],
    )
    return add(name, data, centre, heading, tilt)


def board(
    name: str,
    centre: Vec,
    heading: float,
    width: float,
    height: float,
    thickness: float,
    front: bpy.types.Material,
    rest: bpy.types.Material,
    both: bool = False,
) -> None:
    """A slab with a picture on its front (and on its back, when seen from both sides)."""
    w, h, t = width / 2, height / 2, thickness / 2
    block(f"{name} slab", (-w, -t, -h), (w, t, h), rest, at=centre, heading=heading)
    a = math.radians(heading)
    lift = t + 0.0015
    for sign in (1, -1) if both else (1,):
        face = (
            centre[0] + sign * math.sin(a) * lift,
            centre[1] + sign * math.cos(a) * lift,
            centre[2],
        )
        turned = heading if sign > 0 else heading + 180
        picture(f"{name} face", face, turned, width * 0.985, height * 0.97, front)


def turned(
    name: str,
    profile: Sequence[tuple[float, float]],
    materials: Sequence[bpy.types.Material],
    slot_of: Callable[[int], int] = lambda ring: 0,
    band: tuple[float, float] | None = None,
    segments: int = 40,
    smooth: bool = True,
) -> bpy.types.Mesh:
    """A shape turned on a lathe: radius and height from foot to top, closed at both ends.

    `band` gives the heights at which a wrapped label begins and ends; u = 0.25
    is the front (+y).
    """
    low, high = band or (profile[0][1], profile[-1][1])
    vertices: list[Vec] = []
    for radius, z in profile:
        for k in range(segments):
            a = 2 * math.pi * (k / segments - 0.25)
            vertices.append((-radius * math.sin(a), radius * math.cos(a), z))
    faces, uvs, slots = [], [], []
    for ring in range(len(profile) - 1):
        for k in range(segments):
            n = (k + 1) % segments
            a, b = ring * segments, (ring + 1) * segments
            faces.append((a + k, a + n, b + n, b + k))
            u0, u1 = k / segments, (k + 1) / segments
            v0 = (profile[ring][1] - low) / (high - low)
            v1 = (profile[ring + 1][1] - low) / (high - low)
            uvs.append([(u0, v0), (u1, v0), (u1, v1), (u0, v1)])
            slots.append(slot_of(ring))
    for ring, flip in ((0, True), (len(profile) - 1, False)):
        if profile[ring][0] > 1e-4:
            rim = [ring * segments + k for k in range(segments)]
            faces.append(rim[::-1] if flip else rim)
            uvs.append([(0.02, 0.5)] * segments)
            slots.append(slot_of(min(ring, len(profile) - 2)))
    data = from_faces(name, vertices, faces, materials, uvs, slots, smooth)
    if smooth:
        _sharpen(data, 35.0)
    return data


def _sharpen(data: bpy.types.Mesh, angle: float) -> None:
    """Marks edges sharper than an angle as hard, as on lids and rims."""
    work = bmesh.new()
    work.from_mesh(data)
    for edge in work.edges:
        if len(edge.link_faces) == 2 and edge.calc_face_angle(0.0) > math.radians(angle):
            edge.smooth = False
    work.to_mesh(data)
    work.free()


def ball(name: str, material: bpy.types.Material, radius: float, squash: float = 1.0) -> bpy.types.Mesh:
    """A sphere to be shared by many fruits."""
    data = bpy.data.meshes.new(name)
    work = bmesh.new()
    bmesh.ops.create_uvsphere(work, u_segments=20, v_segments=12, radius=radius)
    bmesh.ops.scale(work, vec=(1, 1, squash), verts=work.verts)
    work.to_mesh(data)
    work.free()
    data.materials.append(material)
    data.shade_smooth()
    return data
