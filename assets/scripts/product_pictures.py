"""Pictures of the products on a clean light ground, 800 by 800.

The ground is only there to catch the shadow; the picture is laid over one plain
colour, so that all have exactly the same background.
"""

from __future__ import annotations

import math
import sys
import tempfile
from pathlib import Path

import bpy
import numpy as np
from PIL import Image

import build
import materials as m
from articles import PRODUCTS, Product
from mesh import add, from_faces
from packages import package
from paths import PRODUCT_PICTURES
from render import settings

SIDE, SAMPLES, GROUND = 800, 24, (244, 242, 237)
SHADOW = 0.62  # part of the shadow that is kept: it grounds the thing and stays quiet
TURN_DEG, DOWN_DEG, LENS_DEG = -24.0, 14.0, 20.0


def _lamp(name: str, at, size: float, power: float, colour: str) -> None:
    data = bpy.data.lights.new(name, "AREA")
    data.size, data.energy, data.color = size, power, m.linear(colour)[:3]
    obj = bpy.data.objects.new(name, data)
    obj.location = at
    obj.rotation_euler = (-obj.location).to_track_quat("-Z", "Y").to_euler()
    bpy.context.scene.collection.objects.link(obj)


def _studio() -> bpy.types.Scene:
    build.empty()
    ground = from_faces(
        "ground", [(-3, -3, 0), (3, -3, 0), (3, 3, 0), (-3, 3, 0)], [(0, 1, 2, 3)], [m.plain("#f4f2ed", 0.8)]
    )
    add("ground", ground).is_shadow_catcher = True
    _lamp("key", (-0.75, 1.0, 1.45), 0.75, 20, "#fff4e6")
    _lamp("fill", (1.3, 1.2, 0.8), 1.6, 9, "#eaf2ff")
    _lamp("rim", (0.5, -1.1, 1.2), 0.7, 13, "#ffffff")
    world = bpy.data.worlds.new("studio")
    world.node_tree.nodes["Background"].inputs["Color"].default_value = (1, 1, 1, 1)
    world.node_tree.nodes["Background"].inputs["Strength"].default_value = 0.5
    bpy.context.scene.world = world
    scene = settings(SIDE, SIDE, SAMPLES)
    scene.cycles.use_denoising = True
    scene.cycles.denoiser = "OPENIMAGEDENOISE"
    scene.cycles.denoising_input_passes = "RGB_ALBEDO_NORMAL"
    scene.render.film_transparent = True
    scene.render.image_settings.media_type = "IMAGE"
    scene.render.image_settings.file_format = "PNG"
    scene.render.image_settings.color_mode = "RGBA"
    scene.view_settings.view_transform = "Standard"
    scene.view_settings.look = "None"
    return scene


def _camera(product: Product) -> None:
    w, d, h = product.article.size
    reach = max(h, math.hypot(w, d)) * 0.80
    distance = reach / math.tan(math.radians(LENS_DEG / 2))
    data = bpy.data.cameras.new("camera")
    data.angle = math.radians(LENS_DEG)
    obj = bpy.data.objects.new("camera", data)
    down = math.radians(DOWN_DEG)
    obj.location = (0, distance * math.cos(down), h * 0.48 + distance * math.sin(down))
    obj.rotation_euler = (math.radians(90 - DOWN_DEG), 0, math.pi)
    bpy.context.scene.collection.objects.link(obj)
    bpy.context.scene.camera = obj


def _lighter_shadow(image: Image.Image) -> Image.Image:
    """Thins what is dark and half clear, which is the shadow, and leaves the thing itself."""
    pixels = np.asarray(image).astype(np.float32)
    alpha = pixels[..., 3] / 255
    solid = np.clip((alpha - 0.90) / 0.10, 0, 1)
    dark = np.clip(1 - pixels[..., :3].max(axis=-1) / 24, 0, 1)
    pixels[..., 3] *= 1 - (1 - SHADOW) * (1 - solid) * dark
    return Image.fromarray(pixels.round().astype(np.uint8))


def picture(product: Product) -> None:
    scene = _studio()
    turn = TURN_DEG if product.article.kind in ("box", "carton", "pouch") else 0.0
    add(product.slug, package(product.article.sku), heading=turn)
    _camera(product)
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "raw.png"
        scene.render.filepath = str(raw)
        bpy.ops.render.render(write_still=True)
        with Image.open(raw) as image:
            whole = Image.new("RGBA", image.size, (*GROUND, 255))
            whole.alpha_composite(_lighter_shadow(image.convert("RGBA")))
            PRODUCT_PICTURES.mkdir(parents=True, exist_ok=True)
            path = PRODUCT_PICTURES / f"{product.slug}.jpg"
            whole.convert("RGB").save(path, quality=90, optimize=True, progressive=True)


def main() -> None:
    """All pictures, or those of the article numbers given."""
    for product in PRODUCTS.values():
        if len(sys.argv) < 2 or product.article.sku in sys.argv[1:]:
            picture(product)


if __name__ == "__main__":
    main()
