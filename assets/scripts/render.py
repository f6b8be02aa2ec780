"""Renderer settings and the panoramas: `render.py [--width W] [--samples N] [scene …]`."""

from __future__ import annotations

import argparse
import math
import tempfile
from pathlib import Path

import bpy
from PIL import Image

import build
import seam
from paths import PANORAMAS
from shop import CAMERAS, SEED, Camera

EXPOSURE = 0.0
SAMPLES = 10  # per pixel; the denoiser does the rest


def settings(width: int, height: int, samples: int, exposure: float = 0.0) -> bpy.types.Scene:
    """Cycles on the processor with denoising; the same numbers give the same picture."""
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.render.resolution_x, scene.render.resolution_y = width, height
    scene.render.resolution_percentage = 100
    scene.render.image_settings.file_format = "PNG"
    cycles = scene.cycles
    cycles.device = "CPU"
    cycles.samples = samples
    cycles.seed = SEED
    cycles.use_adaptive_sampling = False
    cycles.use_denoising = True
    cycles.denoiser = "OPENIMAGEDENOISE"
    cycles.denoising_input_passes = "RGB_ALBEDO_NORMAL"
    cycles.max_bounces = 4
    cycles.diffuse_bounces = 3
    cycles.glossy_bounces = 2
    cycles.transparent_max_bounces = 12
    cycles.transmission_bounces = 2
    cycles.sample_clamp_indirect = 4.0
    cycles.caustics_reflective = False
    cycles.caustics_refractive = False
    cycles.use_light_tree = False
    cycles.use_fast_gi = True
    cycles.fast_gi_method = "REPLACE"
    cycles.ao_bounces_render = 2
    scene.render.use_persistent_data = True
    scene.view_settings.view_transform = "AgX"
    scene.view_settings.look = "AgX - Medium High Contrast"
    scene.view_settings.exposure = exposure
    return scene


def write(scene: bpy.types.Scene, path: Path, quality: int, wraps: bool = False) -> None:
    """Renders and saves a JPEG (through PNG, so that Pillow sets the quality)."""
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "raw.png"
        scene.render.filepath = str(raw)
        bpy.ops.render.render(write_still=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        with Image.open(raw) as image:
            flat = seam.close(image) if wraps else image.convert("RGB")
            flat.save(path, quality=quality, optimize=True, progressive=True)


def panorama_camera(camera: Camera) -> None:
    """The centre of the picture looks to the heading `camera.north`."""
    data = bpy.data.cameras.new(camera.scene)
    data.type = "PANO"
    data.panorama_type = "EQUIRECTANGULAR"
    obj = bpy.data.objects.new(camera.scene, data)
    obj.location = camera.eye
    obj.rotation_euler = (math.radians(90), 0, -math.radians(camera.north))
    bpy.context.scene.collection.objects.link(obj)
    bpy.context.scene.camera = obj


def panoramas(names: list[str], width: int, samples: int, folder: Path) -> None:
    build.shop()
    scene = settings(width, width // 2, samples, EXPOSURE)
    for name in names:
        panorama_camera(CAMERAS[name])
        write(scene, folder / f"{name}.jpg", 88, wraps=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--width", type=int, default=4096)
    parser.add_argument("--samples", type=int, default=SAMPLES)
    parser.add_argument("--folder", type=Path, default=PANORAMAS)
    parser.add_argument("scenes", nargs="*", default=list(CAMERAS))
    given = parser.parse_args()
    panoramas(given.scenes or list(CAMERAS), given.width, given.samples, given.folder)


if __name__ == "__main__":
    main()
