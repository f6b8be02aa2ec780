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
    links.new(ramp.outputs[0], bsdf.inputs["Base Color"])
    bsdf.inputs["Roughness"].default_value = roughness
    return material


@cache
def tiles(
    colour: str,
    joint: str,
    size: tuple[float, float],
    width: float = 0.006,
    plane: str = "xy",
    roughness: float = 0.5,
) -> bpy.types.Material:
    """A regular grid of tiles or ceiling panels."""
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
    brick.inputs["Color1"].default_value = linear(colour)
    brick.inputs["Color2"].default_value = linear(colour)
    brick.inputs["Mortar"].default_value = linear(joint)
    links.new(join.outputs[0], brick.inputs["Vector"])
    links.new(brick.outputs[0], bsdf.inputs["Base Color"])
    bsdf.inputs["Roughness"].default_value = roughness
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
    links.new(brick.outputs[0], bsdf.inputs["Base Color"])
    bsdf.inputs["Roughness"].default_value = 0.32
    return material


# The shop's colours.
def oak(axis: str = "y") -> bpy.types.Material:
    return wood("#c99a66", "#9a6b3f", axis)


def walnut(axis: str = "z") -> bpy.types.Material:
    return wood("#8a5d3b", "#5f3d25", axis)


def plaster() -> bpy.types.Material:
    return plain("#ece4d6", 0.8)


def white_metal() -> bpy.types.Material:
    return plain("#e6e6e2", 0.4)


def steel() -> bpy.types.Material:
    return plain("#b9bcbd", 0.28, 1.0)


def frame() -> bpy.types.Material:
    return plain("#2e4a42", 0.4)
