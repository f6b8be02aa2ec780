"""Light: panels in the ceiling, warm lamps at the till and the shelves, cool fridges, day outside."""

from __future__ import annotations

import math

import bpy
from mathutils import Vector

import materials as m
from mesh import add, block, turned
from shop import CEILING, COUNTER, FIXTURES, FRIDGE_DOORS, FRUIT

# In step with the 0.6 m grid of the ceiling.
PANELS = [(x, y) for x in (-2.1, 0.9) for y in (1.2, 3.6, 6.0)]
PANELS += [(-2.1, 7.8), (0.9, 8.4), (3.3, 7.2)]


def _area(name, at, size, power, colour, rotation=(0.0, 0.0, 0.0), glossy: bool = True) -> None:
    lamp = bpy.data.lights.new(name, "AREA")
    lamp.shape = "RECTANGLE"
    lamp.size, lamp.size_y = size
    lamp.energy = power
    lamp.color = m.linear(colour)[:3]
    obj = bpy.data.objects.new(name, lamp)
    obj.location = at
    obj.rotation_euler = rotation
    obj.visible_camera = False
    obj.visible_glossy = glossy
    bpy.context.scene.collection.objects.link(obj)


def _spot(name, at, target, power: float, colour: str, angle_deg: float) -> None:
    lamp = bpy.data.lights.new(name, "SPOT")
    lamp.energy, lamp.spot_size, lamp.spot_blend = power, math.radians(angle_deg), 0.7
    lamp.shadow_soft_size = 0.04
    lamp.color = m.linear(colour)[:3]
    obj = bpy.data.objects.new(name, lamp)
    obj.location = at
    way = Vector(target) - Vector(at)
    obj.rotation_euler = way.to_track_quat("-Z", "Y").to_euler()
    obj.visible_camera = False
    bpy.context.scene.collection.objects.link(obj)


def panels() -> None:
    for i, (x, y) in enumerate(PANELS):
        block(
            f"panel frame {i}",
            (x - 0.33, y - 0.63, CEILING - 0.022),
            (x + 0.33, y + 0.63, CEILING - 0.001),
            m.white_metal(),
        )
        block(
            f"panel {i}",
            (x - 0.30, y - 0.60, CEILING - 0.026),
            (x + 0.30, y + 0.60, CEILING - 0.020),
            m.glow("#fff6e6", 2.2),
        )
        _area(f"panel light {i}", (x, y, CEILING - 0.04), (0.6, 1.2), 27, "#fff1dc", glossy=False)


def pendants() -> None:
    """Three brass shades over the counter."""
    x = (COUNTER["west"] + COUNTER["east"]) / 2
    profile = [
        (0.165, 0.0), (0.168, 0.004), (0.155, 0.03), (0.12, 0.10), (0.05, 0.15), (0.03, 0.16),
        (0.028, 0.185), (0.016, 0.20),
    ]  # fmt: skip
    shade = turned("shade", profile, [m.plain("#a87a32", 0.3, 0.85)], segments=48)
    bulb = turned(
        "bulb",
        [(0.01, 0.02), (0.05, 0.03), (0.055, 0.07), (0.02, 0.11)],
        [m.glow("#ffd39a", 7.0)],
        segments=24,
    )
    for i, y in enumerate((3.10, 4.00, 4.90)):
        z = 2.02
        add(f"shade {i}", shade, (x, y, z))
        add(f"bulb {i}", bulb, (x, y, z - 0.03))
        cord = turned("cord", [(0.004, z + 0.19), (0.004, CEILING)], [m.plain("#2a2a2a", 0.5)], segments=8)
        add(f"cord {i}", cord, (x, y, 0))
        cup = turned(
            "ceiling cup",
            [(0.05, CEILING - 0.03), (0.055, CEILING)],
            [m.plain("#a87a32", 0.3, 0.85)],
            segments=24,
        )
        add(f"ceiling cup {i}", cup, (x, y, 0))
        _area(f"pendant light {i}", (x, y, z - 0.035), (0.20, 0.20), 34, "#ffb26a", glossy=False)


def fridge_tubes() -> None:
    """Cool light from above the goods and along the doors."""
    f = FIXTURES["fridge"]
    step = f.width / FRIDGE_DOORS
    for k in range(FRIDGE_DOORS):
        at = f.point(step * (k + 0.5), 0.0, 1.97)
        _area(
            f"fridge top {k}", at, (step * 0.85, 0.10), 3.0, "#cfe6ff", (math.radians(18), 0, 0), glossy=False
        )
        for side in (0.03, step - 0.03):
            x, y, _ = f.point(step * k + side, -0.005, 0)
            turn = math.radians(40 if side < 0.1 else -40)
            _area(
                f"fridge tube {k} {side:.2f}",
                (x, y, 1.12),
                (0.03, 1.6),
                1.5,
                "#cfe6ff",
                (math.radians(90), 0, turn),
                glossy=False,
            )


def shelf_light() -> None:
    """Warm strips under the cornices: behind the till and over the tea."""
    f = FIXTURES["counter_back"]
    x, y, _ = f.point(f.width / 2, -0.02, 0)
    _area(
        "back shelf light",
        (x, y, 1.985),
        (0.05, f.width * 0.95),
        11,
        "#ffbf78",
        (0, math.radians(-25), 0),
        False,
    )
    f = FIXTURES["west"]
    x, y, _ = f.point(f.width / 2, -0.05, 0)
    _area(
        "west shelf light",
        (x, y, 2.02),
        (0.05, f.width * 0.96),
        15,
        "#ffcf96",
        (0, math.radians(22), 0),
        False,
    )


def spots() -> None:
    """Small lamps on the ceiling: on the fruit, the notice board and the first shelf."""
    can = turned(
        "spot",
        [(0.03, 0.0), (0.045, 0.005), (0.045, 0.10), (0.03, 0.11)],
        [m.plain("#2a2d2e", 0.4)],
        segments=24,
    )
    x, y, _ = FRUIT
    for i, (at, target) in enumerate(
        (
            ((x - 0.35, y + 0.9, CEILING - 0.12), (x - 0.4, y, 0.75)),
            ((x + 0.45, y + 0.9, CEILING - 0.12), (x + 0.4, y, 0.75)),
            ((2.75, 1.40, CEILING - 0.12), (4.0, 1.40, 1.40)),
            ((-0.50, 1.55, CEILING - 0.12), (-0.50, 2.75, 1.00)),
        )
    ):
        add(f"spot body {i}", can, at)
        _spot(f"spot {i}", (at[0], at[1], at[2] - 0.01), target, 55, "#ffd3a0", 58)


def day() -> None:
    """A bright sky with haze, a high sun from the south-west along the lane."""
    world = bpy.data.worlds.new("day")
    bpy.context.scene.world = world
    tree = world.node_tree
    background = tree.nodes["Background"]
    place = tree.nodes.new("ShaderNodeTexCoord")
    split = tree.nodes.new("ShaderNodeSeparateXYZ")
    tree.links.new(place.outputs["Generated"], split.inputs[0])
    ramp = tree.nodes.new("ShaderNodeValToRGB")
    low, high = ramp.color_ramp.elements
    low.position, low.color = 0.0, m.linear("#f2efe8")
    high.position, high.color = 0.75, m.linear("#8fb8e6")
    tree.links.new(split.outputs[2], ramp.inputs[0])
    tree.links.new(ramp.outputs[0], background.inputs["Color"])
    background.inputs["Strength"].default_value = 3.4
    sun = bpy.data.lights.new("sun", "SUN")
    sun.energy = 9.0
    sun.angle = math.radians(1.2)
    sun.color = m.linear("#ffe9c8")[:3]
    obj = bpy.data.objects.new("sun", sun)
    elevation, heading = math.radians(60), math.radians(215)
    towards = Vector(
        (
            math.sin(heading) * math.cos(elevation),
            math.cos(heading) * math.cos(elevation),
            math.sin(elevation),
        )
    )
    obj.rotation_euler = (-towards).to_track_quat("-Z", "Y").to_euler()
    bpy.context.scene.collection.objects.link(obj)
    # Daylight that enters through the glass, aimed inward so that little is wasted.
    _area("window light", (0.2, 0.02, 1.35), (7.2, 1.7), 95, "#dcebff", (math.radians(90), 0, 0), False)


def build() -> None:
    panels()
    pendants()
    fridge_tubes()
    shelf_light()
    spots()
    day()
