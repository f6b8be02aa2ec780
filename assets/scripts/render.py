"""Renderer settings and the panoramas: `render.py [--width W] [--samples N] [scene …]`.

Rendered in passes; called again, it goes on where it stopped, until every scene
has its samples.
"""

from __future__ import annotations

import argparse
import math
import tempfile
import time
from pathlib import Path

import bpy

import build
from develop import Sum, Tone, develop, read_pass
from paths import PANORAMAS, SUMS
from shop import CAMERAS, SEED, Camera

SAMPLES = 32  # per pixel; the denoiser does the rest
PASS = 8  # samples between two savings
WIDTHS = {"entrance": 8192}  # the opening scene is seen first and longest
WIDTH = 4096
QUALITY = 88
TONE = Tone(exposure=0.25)


def settings(width: int, height: int, samples: int) -> bpy.types.Scene:
    """Cycles on the processor; the same numbers and seed give the same picture."""
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.render.resolution_x, scene.render.resolution_y = width, height
    scene.render.resolution_percentage = 100
    scene.render.use_persistent_data = True
    scene.render.image_settings.media_type = "MULTI_LAYER_IMAGE"
    scene.render.image_settings.file_format = "OPEN_EXR_MULTILAYER"
    scene.render.image_settings.color_depth = "16"
    scene.render.image_settings.exr_codec = "NONE"
    cycles = scene.cycles
    cycles.device = "CPU"
    cycles.samples = samples
    cycles.use_adaptive_sampling = False
    cycles.use_denoising = False
    bpy.context.view_layer.cycles.denoising_store_passes = True
    cycles.max_bounces = 5
    cycles.diffuse_bounces = 3
    cycles.glossy_bounces = 2
    cycles.transparent_max_bounces = 16
    cycles.transmission_bounces = 2
    cycles.sample_clamp_indirect = 3.0
    cycles.blur_glossy = 0.6
    cycles.caustics_reflective = False
    cycles.caustics_refractive = False
    cycles.use_light_tree = True
    cycles.use_fast_gi = False
    return scene


def one_pass(scene: bpy.types.Scene, total: Sum, samples: int) -> None:
    """Renders a few more samples of what the camera sees and adds them up."""
    scene.cycles.samples = samples
    scene.cycles.seed = SEED + total.samples
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "raw.exr"
        scene.render.filepath = str(raw)
        bpy.ops.render.render(write_still=True)
        total.add(read_pass(raw), samples)


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


def _add_passes(names: list[str], widths: dict[str, int], samples: int, step: int, until: float) -> None:
    """Passes for the scene that has the fewest samples, again and again; earlier names come first."""
    scene = settings(WIDTH, WIDTH // 2, step)
    done = {name: Sum(_sum_path(name, widths[name])).samples for name in names}
    while min(done.values()) < samples and time.monotonic() < until:
        name = min(names, key=lambda n: done[n] / _share(widths[n]))
        start, across = time.monotonic(), widths[name]
        total = Sum(_sum_path(name, across))
        scene.render.resolution_x, scene.render.resolution_y = across, across // 2
        panorama_camera(CAMERAS[name])
        one_pass(scene, total, min(max(1, round(step * _share(across))), samples - total.samples))
        total.keep()
        done[name] = total.samples
        print(f"{name} {across}: {total.samples} samples, {time.monotonic() - start:.0f} s", flush=True)


def _share(across: int) -> float:
    """A wide picture gets fewer samples a pixel at a time, yet twice the others' work."""
    return 1.0 if across <= WIDTH else 2 * (WIDTH / across) ** 2


def _sum_path(name: str, across: int) -> Path:
    return SUMS / f"{name}-{across}.npz"


def panoramas(
    names: list[str], width: int | None, samples: int, step: int, folder: Path, minutes: float = math.inf
) -> None:
    """Renders and develops scenes; after `minutes` no new pass is begun."""
    widths = {name: width or WIDTHS.get(name, WIDTH) for name in names}
    build.shop()
    _add_passes(names, widths, samples, step, time.monotonic() + minutes * 60)
    for name in names:
        total = Sum(_sum_path(name, widths[name]))
        if total.samples:
            develop(total, folder / f"{name}.jpg", TONE, QUALITY, wraps=True)
            print(f"{name}: written with {total.samples} samples per pixel", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--width", type=int, help="of all scenes, instead of their own")
    parser.add_argument("--samples", type=int, default=SAMPLES)
    parser.add_argument("--step", type=int, default=PASS)
    parser.add_argument("--folder", type=Path, default=PANORAMAS)
    parser.add_argument("--minutes", type=float, default=math.inf, help="begin no new pass after this time")
    parser.add_argument("scenes", nargs="*", default=list(CAMERAS))
    given = parser.parse_args()
    names = given.scenes or list(CAMERAS)
    panoramas(names, given.width, given.samples, given.step, given.folder, given.minutes)


if __name__ == "__main__":
    main()
