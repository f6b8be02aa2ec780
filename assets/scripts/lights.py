"""Light: neutral panels in the ceiling, warm lamps over the till, cool fridges, day outside."""

from __future__ import annotations

import math

import bpy

import materials as m
from mesh import add, block, turned
from shop import CEILING, COUNTER, FIXTURES, FRIDGE_DOORS

# In step with the 0.6 m grid of the ceiling.
PANELS = [(x, y) for x in (-2.1, 0.9) for y in (1.2, 3.6, 6.0)]
PANELS += [(-2.1, 7.8), (0.9, 8.4), (3.3, 7.2), (3.3, 1.2)]


def _area(name, at, size, power, colour, rotation=(0.0, 0.0, 0.0)) -> None:
    lamp = bpy.data.lights.new(name, "AREA")
    lamp.shape = "RECTANGLE"
    lamp.size, lamp.size_y = size
    lamp.energy = power
    lamp.color = m.linear(colour)[:3]
    obj = bpy.data.objects.new(name, lamp)
    obj.location = at
    obj.rotation_euler = rotation
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
            m.glow("#fffaf0", 1.5),
        )
        _area(f"panel light {i}", (x, y, CEILING - 0.04), (0.6, 1.2), 40, "#fffaf2")


def pendants() -> None:
    """Three brass shades over the counter."""
    x = (COUNTER["west"] + COUNTER["east"]) / 2
    profile = [(0.16, 0.0), (0.155, 0.03), (0.12, 0.10), (0.05, 0.15), (0.03, 0.16), (0.02, 0.19)]
    shade = turned("shade", profile, [m.plain("#b88a3e", 0.35, 0.7)], segments=40)
    bulb = turned(
        "bulb",
        [(0.01, 0.02), (0.05, 0.03), (0.055, 0.07), (0.02, 0.11)],
        [m.glow("#ffd9a0", 5.0)],
        segments=24,
    )
    for i, y in enumerate((3.10, 4.00, 4.90)):
        z = 2.02
        add(f"shade {i}", shade, (x, y, z))
        add(f"bulb {i}", bulb, (x, y, z - 0.03))
        cord = turned("cord", [(0.004, z + 0.19), (0.004, CEILING)], [m.plain("#2a2a2a", 0.5)], segments=8)
        add(f"cord {i}", cord, (x, y, 0))
        _area(f"pendant light {i}", (x, y, z - 0.035), (0.20, 0.20), 20, "#ffb765")


def fridge_tubes() -> None:
    """Cool light from above the goods and along the doors."""
    f = FIXTURES["fridge"]
    step = f.width / FRIDGE_DOORS
    for k in range(FRIDGE_DOORS):
        at = f.point(step * (k + 0.5), 0.0, 1.97)
        _area(f"fridge top {k}", at, (step * 0.85, 0.10), 4.0, "#d6ecff", (math.radians(18), 0, 0))
        for side in (0.03, step - 0.03):
            x, y, _ = f.point(step * k + side, -0.005, 0)
            turn = math.radians(40 if side < 0.1 else -40)
            _area(
                f"fridge tube {k} {side:.2f}",
                (x, y, 1.12),
                (0.03, 1.6),
                2.2,
                "#d6ecff",
                (math.radians(90), 0, turn),
            )


def shelf_light() -> None:
    """A warm strip under the cornice behind the till."""
    f = FIXTURES["counter_back"]
    x, y, _ = f.point(f.width / 2, -0.02, 0)
    _area("back shelf light", (x, y, 1.985), (0.05, f.width * 0.95), 9, "#ffc27a", (0, math.radians(-25), 0))


def day() -> None:
    """A bright overcast sky with a low sun along the lane."""
    world = bpy.data.worlds.new("day")
    bpy.context.scene.world = world
    background = world.node_tree.nodes["Background"]
    background.inputs["Color"].default_value = m.linear("#dbe8f5")
    background.inputs["Strength"].default_value = 3.0
    # From the second bounce on, indoor light is taken from this instead of traced.
    world.light_settings.ao_factor = 0.35
    world.light_settings.distance = 3.0
    sun = bpy.data.lights.new("sun", "SUN")
    sun.energy = 3.0
    sun.angle = math.radians(2)
    sun.color = m.linear("#fff0d8")[:3]
    obj = bpy.data.objects.new("sun", sun)
    obj.rotation_euler = (math.radians(38), 0, math.radians(-62))
    bpy.context.scene.collection.objects.link(obj)
    # Daylight that enters through the glass, aimed inward so that little is wasted.
    _area("window light", (0.2, -0.25, 1.35), (7.2, 1.7), 70, "#e4efff", (math.radians(90), 0, 0))


def build() -> None:
    panels()
    pendants()
    fridge_tubes()
    shelf_light()
    day()
