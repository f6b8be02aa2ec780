"""From passes in linear light to a JPEG: add up, denoise, tone, write.

A picture is rendered in passes of a few samples with different seeds. Their sums
lie in a folder beside the pictures' own, so that rendering can be stopped and
taken up again, and whatever has been rendered can be developed at any time.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import bpy
import numpy as np
from PIL import Image

from denoise import denoise
from paths import blender_modules

blender_modules()

import OpenImageIO as oiio  # noqa: E402 (comes with Blender, outside the usual path)

LAYERS = {"colour": "Combined", "albedo": "Denoising Albedo", "normal": "Denoising Normal"}
STRIP = 512  # rows that are toned at once


@dataclass(frozen=True)
class Tone:
    """How linear light becomes colours of a screen."""

    view: str = "AgX"
    look: str = "AgX - Medium High Contrast"
    exposure: float = 0.0


def read_pass(path: Path) -> dict[str, np.ndarray]:
    """Colour, albedo and normal of one rendered multi-layer file."""
    found: dict[str, np.ndarray] = {}
    source = oiio.ImageInput.open(str(path))
    part = 0
    while source.seek_subimage(part, 0):
        spec = source.spec()
        names = list(spec.channelnames)
        for key, layer in LAYERS.items():
            wanted = [f"{layer}.{c}" for c in ("RGB" if key != "normal" else "XYZ")]
            places = [next((i for i, n in enumerate(names) if n.endswith(w)), None) for w in wanted]
            if None in places:
                continue
            pixels = source.read_image(part, 0, min(places), max(places) + 1, "float")
            found[key] = np.ascontiguousarray(pixels[..., [p - min(places) for p in places]])
        part += 1
    source.close()
    missing = LAYERS.keys() - found.keys()
    if missing:
        raise RuntimeError(f"{path} has no {', '.join(sorted(missing))}")
    return found


class Sum:
    """What has been rendered of one picture: mean light and how many samples it stands for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.samples = 0
        self.data: dict[str, np.ndarray] = {}
        if path.exists():
            with np.load(path) as stored:
                self.samples = int(stored["samples"])
                self.data = {key: stored[key] for key in LAYERS}

    def add(self, layers: dict[str, np.ndarray], samples: int) -> None:
        whole = self.samples + samples
        for key, pixels in layers.items():
            old = self.data.get(key)
            self.data[key] = pixels if old is None else old + (pixels - old) * np.float32(samples / whole)
        self.samples = whole

    def keep(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        new = self.path.with_suffix(".new.npz")
        np.savez(new, samples=self.samples, **self.data)
        new.replace(self.path)


def toned(linear: np.ndarray, tone: Tone) -> np.ndarray:
    """8-bit sRGB through Blender's own colour configuration."""
    folder = Path(bpy.utils.resource_path("LOCAL")) / "datafiles" / "colormanagement"
    result = np.empty(linear.shape, dtype=np.uint8)
    for top in range(0, linear.shape[0], STRIP):
        strip = np.ascontiguousarray(linear[top : top + STRIP] * np.float32(2.0**tone.exposure))
        source = oiio.ImageBuf(strip)
        shown = oiio.ImageBufAlgo.ociodisplay(
            source,
            "sRGB",
            tone.view,
            fromspace="Linear Rec.709",
            looks=tone.look,
            colorconfig=str(folder / "config.ocio"),
        )
        if shown.has_error:
            raise RuntimeError(shown.geterror())
        result[top : top + STRIP] = np.clip(np.rint(shown.get_pixels() * 255), 0, 255)
    return result


def develop(total: Sum, path: Path, tone: Tone, quality: int, wraps: bool) -> None:
    clean = denoise(total.data["colour"], total.data["albedo"], total.data["normal"], wraps)
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.fromarray(toned(clean, tone))
    picture.save(path, quality=quality, optimize=True, progressive=True, subsampling=0)
