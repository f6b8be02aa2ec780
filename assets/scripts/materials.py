"""Surfaces of the shop. Each is made once and shared."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import bpy

from articles import Article
from labels import path_of


def linear(colour: str) -> tuple[float, float, float, float]:
    """A #rrggbb colour in the renderer's linear light."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return (*(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels), 1.0)


def _new(name: str):
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    nodes, links = material.node_tree.nodes, material.node_tree.links
    return material, nodes, links, nodes["Principled BSDF"]


@cache
def plain(
    colour: str, roughness: float = 0.5, metallic: float = 0.0, coat: float = 0.0
) -> bpy.types.Material:
    """One colour all over."""
    material, _, _, bsdf = _new(f"plain {colour} {roughness} {metallic}")
    bsdf.inputs["Base Color"].default_value = linear(colour)
    bsdf.inputs["Roughness"].default_value = roughness
    bsdf.inputs["Metallic"].default_value = metallic
    bsdf.inputs["Coat Weight"].default_value = coat
    return material


@cache
def printed(path: Path, roughness: float = 0.45, glow: float = 0.0) -> bpy.types.Material:
    """A picture; with `glow` it shines by itself, as a lit sign does."""
    material, nodes, links, bsdf = _new(f"printed {path.stem}")
    image = nodes.new("ShaderNodeTexImage")
    image.image = bpy.data.images.load(str(path), check_existing=True)
    image.extension = "EXTEND"
    links.new(image.outputs["Color"], bsdf.inputs["Base Color"])
    bsdf.inputs["Roughness"].default_value = roughness
    if glow:
        links.new(image.outputs["Color"], bsdf.inputs["Emission Color"])
        bsdf.inputs["Emission Strength"].default_value = glow
        material.cycles.emission_sampling = "NONE"
    return material


def package(article: Article) -> bpy.types.Material:
    roughness = {"pouch": 0.28, "tin": 0.30, "pet": 0.35, "bottle": 0.45}.get(article.kind, 0.42)
    return printed(path_of(article), roughness)


@cache
def leaf(colour: str) -> bpy.types.Material:
    """A leaf: a waxy face through which some light shines."""
    material, nodes, links, bsdf = _new(f"leaf {colour}")
    bsdf.inputs["Base Color"].default_value = linear(colour)
    bsdf.inputs["Roughness"].default_value = 0.42
    through = nodes.new("ShaderNodeBsdfTranslucent")
    through.inputs["Color"].default_value = linear(colour)
    mixer = nodes.new("ShaderNodeMixShader")
    mixer.inputs[0].default_value = 0.28
    links.new(bsdf.outputs[0], mixer.inputs[1])
    links.new(through.outputs[0], mixer.inputs[2])
    links.new(mixer.outputs[0], nodes["Material Output"].inputs["Surface"])
    return material


@cache
def glow(colour: str, strength: float) -> bpy.types.Material:
    """A lamp's visible face; lamps beside it do the lighting."""
    material, _, _, bsdf = _new(f"glow {colour} {strength}")
    bsdf.inputs["Base Color"].default_value = linear(colour)
    bsdf.inputs["Emission Color"].default_value = linear(colour)
    bsdf.inputs["Emission Strength"].default_value = strength
    material.cycles.emission_sampling = "NONE"
    return material


@cache
def pane(tint: str = "#f4faf8", mirror: float = 0.06) -> bpy.types.Material:
    """A thin sheet of glass: lets light straight through and reflects a little."""
    material, nodes, links, bsdf = _new(f"pane {tint}")
    nodes.remove(bsdf)
    clear = nodes.new("ShaderNodeBsdfTransparent")
    clear.inputs["Color"].default_value = linear(tint)
    shine = nodes.new("ShaderNodeBsdfGlossy")
    shine.inputs["Roughness"].default_value = 0.02
    mixer = nodes.new("ShaderNodeMixShader")
    facing = nodes.new("ShaderNodeLayerWeight")
    facing.inputs["Blend"].default_value = 0.12
    scale = nodes.new("ShaderNodeMath")
    scale.operation = "MULTIPLY_ADD"
    scale.inputs[1].default_value = 0.35
    scale.inputs[2].default_value = mirror
    links.new(facing.outputs["Facing"], scale.inputs[0])
    links.new(scale.outputs[0], mixer.inputs[0])
    links.new(clear.outputs[0], mixer.inputs[1])
    links.new(shine.outputs[0], mixer.inputs[2])
    links.new(mixer.outputs[0], nodes["Material Output"].inputs["Surface"])
    return material


@cache
def liquid(colour: str) -> bpy.types.Material:
    """A filled bottle, without the cost of real refraction."""
    material, _, _, bsdf = _new(f"liquid {colour}")
    bsdf.inputs["Base Color"].default_value = linear(colour)
    bsdf.inputs["Roughness"].default_value = 0.12
    bsdf.inputs["Coat Weight"].default_value = 0.6
    bsdf.inputs["Subsurface Weight"].default_value = 0.0
    return material


def _coordinates(nodes, links, scale: tuple[float, float, float]):
    place = nodes.new("ShaderNodeNewGeometry")
    mapping = nodes.new("ShaderNodeMapping")
    mapping.inputs["Scale"].default_value = scale
    links.new(place.outputs["Position"], mapping.inputs["Vector"])
    return mapping.outputs["Vector"]


def _ramp(nodes, stops: list[tuple[float, str]], constant: bool = False):
    ramp = nodes.new("ShaderNodeValToRGB")
    if constant:
        ramp.color_ramp.interpolation = "CONSTANT"
    elements = ramp.color_ramp.elements
    while len(elements) < len(stops):
        elements.new(0.5)
    for element, (at, colour) in zip(elements, stops):
        element.position = at
        element.color = linear(colour)
    return ramp


def _mix(nodes, links, factor, a, b):
    mixer = nodes.new("ShaderNodeMix")
    mixer.data_type = "RGBA"
    links.new(factor, mixer.inputs["Factor"])
    links.new(a, mixer.inputs[6])
    links.new(b, mixer.inputs[7])
    return mixer.outputs[2]


@cache
def wood(light: str, dark: str, axis: str = "y", roughness: float = 0.5) -> bpy.types.Material:
    """Boards with grain along one axis of the world."""
    material, nodes, links, bsdf = _new(f"wood {light} {axis}")
    scale = {"x": (1.2, 18, 18), "y": (18, 1.2, 18), "z": (18, 18, 1.2)}[axis]
    vector = _coordinates(nodes, links, scale)
    noise = nodes.new("ShaderNodeTexNoise")
    noise.inputs["Scale"].default_value = 2.2
    noise.inputs["Detail"].default_value = 5.0
    noise.inputs["Distortion"].default_value = 0.6
    links.new(vector, noise.inputs["Vector"])
    ramp = _ramp(nodes, [(0.32, dark), (0.68, light)])
    links.new(noise.outputs[0], ramp.inputs[0])
    wear = _between(nodes, links, _noise(nodes, links, _coordinates(nodes, links, (1, 1, 1)), 1.1), 0.0, 0.14)
    links.new(_darker(nodes, links, ramp.outputs[0], wear), bsdf.inputs["Base Color"])
    links.new(
        _between(nodes, links, noise.outputs[0], roughness * 0.8, roughness * 1.15), bsdf.inputs["Roughness"]
    )
    _bump(nodes, links, bsdf, noise.outputs[0], 0.12, 0.002)
    return material


def _noise(nodes, links, vector, scale: float, detail: float = 4.0):
    noise = nodes.new("ShaderNodeTexNoise")
    noise.inputs["Scale"].default_value = scale
    noise.inputs["Detail"].default_value = detail
    links.new(vector, noise.inputs["Vector"])
    return noise.outputs[0]


def _bump(nodes, links, bsdf, height, strength: float, distance: float = 0.01) -> None:
    bump = nodes.new("ShaderNodeBump")
    bump.inputs["Strength"].default_value = strength
    bump.inputs["Distance"].default_value = distance
    links.new(height, bump.inputs["Height"])
    links.new(bump.outputs[0], bsdf.inputs["Normal"])


def _between(nodes, links, value, low: float, high: float):
    """A value of 0…1 (noise: mostly 0.3…0.7) spread between two numbers."""
    spread = nodes.new("ShaderNodeMapRange")
    spread.inputs["From Min"].default_value = 0.3
    spread.inputs["From Max"].default_value = 0.7
    spread.inputs["To Min"].default_value = low
    spread.inputs["To Max"].default_value = high
    links.new(value, spread.inputs["Value"])
    return spread.outputs[0]


def _darker(nodes, links, colour, amount):
    """Takes a part of the light of a colour away where `amount` (0…1) says so."""
    grime = nodes.new("ShaderNodeRGB")
    grime.outputs[0].default_value = linear("#5b5040")
    return _mix(nodes, links, amount, colour, grime.outputs[0])


@cache
def tiles(
    colour: str,
    joint: str,
    size: tuple[float, float],
    width: float = 0.006,
    plane: str = "xy",
    roughness: float = 0.5,
    spread: float = 0.04,
) -> bpy.types.Material:
    """A regular grid of tiles or ceiling panels; each differs from its neighbour by up to `spread`."""
    material, nodes, links, bsdf = _new(f"tiles {colour} {size} {plane}")
    place = nodes.new("ShaderNodeNewGeometry")
    split = nodes.new("ShaderNodeSeparateXYZ")
    join = nodes.new("ShaderNodeCombineXYZ")
    links.new(place.outputs["Position"], split.inputs[0])
    for k, axis in enumerate(plane):
        links.new(split.outputs["xyz".index(axis)], join.inputs[k])
    brick = nodes.new("ShaderNodeTexBrick")
    brick.offset = 0.0
    brick.inputs["Scale"].default_value = 1.0
    brick.inputs["Mortar Size"].default_value = width
    brick.inputs["Brick Width"].default_value = size[0]
    brick.inputs["Row Height"].default_value = size[1]
    base = linear(colour)
    brick.inputs["Color1"].default_value = tuple(min(1.0, c * (1 + spread)) for c in base[:3]) + (1.0,)
    brick.inputs["Color2"].default_value = tuple(c * (1 - spread) for c in base[:3]) + (1.0,)
    brick.inputs["Mortar"].default_value = linear(joint)
    links.new(join.outputs[0], brick.inputs["Vector"])
    stains = _between(nodes, links, _noise(nodes, links, place.outputs["Position"], 1.3), 0.0, spread * 1.6)
    links.new(_darker(nodes, links, brick.outputs[0], stains), bsdf.inputs["Base Color"])
    rough = _between(
        nodes,
        links,
        _noise(nodes, links, place.outputs["Position"], 2.7),
        roughness * 0.75,
        min(1.0, roughness * 1.2),
    )
    links.new(rough, bsdf.inputs["Roughness"])
    lower = nodes.new("ShaderNodeMath")
    lower.operation = "SUBTRACT"
    lower.inputs[0].default_value = 1.0
    links.new(brick.outputs["Fac"], lower.inputs[1])
    _bump(nodes, links, bsdf, lower.outputs[0], 0.5, 0.004)
    return material


@cache
def plaster(
    colour: str = "#efe7d8", lower: str | None = "#a9bfae", height: float = 1.05
) -> bpy.types.Material:
    """A painted wall: a little uneven, and below `height` in the second colour, as old houses have it."""
    material, nodes, links, bsdf = _new(f"plaster {colour} {lower}")
    place = nodes.new("ShaderNodeNewGeometry")
    position = place.outputs["Position"]
    paint = nodes.new("ShaderNodeRGB")
    paint.outputs[0].default_value = linear(colour)
    result = paint.outputs[0]
    if lower:
        split = nodes.new("ShaderNodeSeparateXYZ")
        links.new(position, split.inputs[0])
        for limit, tone in ((height, "#6f8f7c"), (height - 0.022, lower)):
            under = nodes.new("ShaderNodeMath")
            under.operation = "LESS_THAN"
            under.inputs[1].default_value = limit
            links.new(split.outputs[2], under.inputs[0])
            second = nodes.new("ShaderNodeRGB")
            second.outputs[0].default_value = linear(tone)
            result = _mix(nodes, links, under.outputs[0], result, second.outputs[0])
    stains = _between(nodes, links, _noise(nodes, links, position, 0.9), 0.0, 0.07)
    links.new(_darker(nodes, links, result, stains), bsdf.inputs["Base Color"])
    bsdf.inputs["Roughness"].default_value = 0.7
    _bump(nodes, links, bsdf, _noise(nodes, links, position, 90.0, 2.0), 0.12, 0.003)
    return material


@cache
def concrete(colour: str) -> bpy.types.Material:
    """Bare concrete with stains."""
    material, nodes, links, bsdf = _new(f"concrete {colour}")
    position = nodes.new("ShaderNodeNewGeometry").outputs["Position"]
    paint = nodes.new("ShaderNodeRGB")
    paint.outputs[0].default_value = linear(colour)
    stains = _between(nodes, links, _noise(nodes, links, position, 3.0, 6.0), 0.0, 0.35)
    links.new(_darker(nodes, links, paint.outputs[0], stains), bsdf.inputs["Base Color"])
    bsdf.inputs["Roughness"].default_value = 0.85
    _bump(nodes, links, bsdf, _noise(nodes, links, position, 60.0), 0.3, 0.004)
    return material


@cache
def asphalt() -> bpy.types.Material:
    """The lane: grains, patches, a little shine where cars polish it."""
    material, nodes, links, bsdf = _new("asphalt")
    position = nodes.new("ShaderNodeNewGeometry").outputs["Position"]
    grains = _ramp(nodes, [(0.30, "#3d3e41"), (0.52, "#58595b"), (0.72, "#77777a")])
    links.new(_noise(nodes, links, position, 130.0, 3.0), grains.inputs[0])
    patches = _between(nodes, links, _noise(nodes, links, position, 0.35, 5.0), 0.0, 0.4)
    links.new(_darker(nodes, links, grains.outputs[0], patches), bsdf.inputs["Base Color"])
    links.new(
        _between(nodes, links, _noise(nodes, links, position, 0.8), 0.6, 0.95), bsdf.inputs["Roughness"]
    )
    _bump(nodes, links, bsdf, _noise(nodes, links, position, 160.0, 2.0), 0.35, 0.004)
    return material


@cache
def worn(colour: str) -> bpy.types.Material:
    """Road paint, rubbed off in places."""
    material, nodes, links, bsdf = _new(f"worn {colour}")
    position = nodes.new("ShaderNodeNewGeometry").outputs["Position"]
    ramp = _ramp(nodes, [(0.36, "#626365"), (0.46, colour)])
    links.new(_noise(nodes, links, position, 9.0, 8.0), ramp.inputs[0])
    links.new(ramp.outputs[0], bsdf.inputs["Base Color"])
    bsdf.inputs["Roughness"].default_value = 0.75
    return material


@cache
def cut_out(path: Path, colour: str) -> bpy.types.Material:
    """Letters stuck on glass: the picture's light says where there is colour, elsewhere is nothing."""
    material, nodes, links, bsdf = _new(f"cut out {path.stem}")
    image = nodes.new("ShaderNodeTexImage")
    image.image = bpy.data.images.load(str(path), check_existing=True)
    image.image.colorspace_settings.name = "Non-Color"
    bsdf.inputs["Base Color"].default_value = linear(colour)
    bsdf.inputs["Roughness"].default_value = 0.6
    clear = nodes.new("ShaderNodeBsdfTransparent")
    mixer = nodes.new("ShaderNodeMixShader")
    links.new(image.outputs["Color"], mixer.inputs[0])
    links.new(clear.outputs[0], mixer.inputs[1])
    links.new(bsdf.outputs[0], mixer.inputs[2])
    links.new(mixer.outputs[0], nodes["Material Output"].inputs["Surface"])
    return material


@cache
def terrazzo() -> bpy.types.Material:
    """The ground stone floor of older Taiwanese houses, with thin brass joints."""
    material, nodes, links, bsdf = _new("terrazzo")
    vector = _coordinates(nodes, links, (1, 1, 1))
    colour = nodes.new("ShaderNodeRGB")
    colour.outputs[0].default_value = linear("#bfbab0")
    result = colour.outputs[0]
    for scale, threshold in ((38.0, 0.36), (85.0, 0.40)):
        cells = nodes.new("ShaderNodeTexVoronoi")
        cells.inputs["Scale"].default_value = scale
        links.new(vector, cells.inputs["Vector"])
        inside = nodes.new("ShaderNodeMath")
        inside.operation = "LESS_THAN"
        inside.inputs[1].default_value = threshold
        links.new(cells.outputs["Distance"], inside.inputs[0])
        ramp = _ramp(
            nodes,
            [(0.0, "#e2ded4"), (0.38, "#8d897f"), (0.56, "#b3a78f"), (0.74, "#66706b"), (0.88, "#9a6a52")],
            constant=True,
        )
        grey = nodes.new("ShaderNodeRGBToBW")
        links.new(cells.outputs["Color"], grey.inputs[0])
        links.new(grey.outputs[0], ramp.inputs[0])
        result = _mix(nodes, links, inside.outputs[0], result, ramp.outputs[0])
    brick = nodes.new("ShaderNodeTexBrick")
    brick.offset = 0.0
    brick.inputs["Scale"].default_value = 1.0
    brick.inputs["Mortar Size"].default_value = 0.0035
    brick.inputs["Brick Width"].default_value = 1.2
    brick.inputs["Row Height"].default_value = 1.2
    brick.inputs["Mortar"].default_value = linear("#8a7340")
    joints = _coordinates(nodes, links, (1, 1, 1))
    joints.node.inputs["Location"].default_value = (0.5, 0.35, 0.0)
    links.new(joints, brick.inputs["Vector"])
    links.new(result, brick.inputs["Color1"])
    links.new(result, brick.inputs["Color2"])
    scuffs = _between(nodes, links, _noise(nodes, links, vector, 1.6, 7.0), 0.0, 0.09)
    links.new(_darker(nodes, links, brick.outputs[0], scuffs), bsdf.inputs["Base Color"])
    links.new(
        _between(nodes, links, _noise(nodes, links, vector, 1.7, 5.0), 0.12, 0.36), bsdf.inputs["Roughness"]
    )
    return material


# The shop's colours.
def oak(axis: str = "y") -> bpy.types.Material:
    return wood("#c99a66", "#9a6b3f", axis)


def walnut(axis: str = "z") -> bpy.types.Material:
    return wood("#8a5d3b", "#5f3d25", axis)


def white_metal() -> bpy.types.Material:
    return plain("#e6e6e2", 0.4)


def steel() -> bpy.types.Material:
    return plain("#b9bcbd", 0.28, 1.0)


def frame() -> bpy.types.Material:
    return plain("#2e4a42", 0.4)
