"""The picture that the tea sign opens: the shelf with the three teas, close up."""

from __future__ import annotations

import math

import bpy

import build
from develop import Sum, develop
from paths import MEDIA, SUMS
from render import TONE, one_pass, settings

SAMPLES = 48
EYE = (-2.02, 4.75, 1.50)
HEADING, PITCH_DEG, LENS_DEG = 269.0, -1.5, 58.0


def main() -> None:
    build.shop()
    scene = settings(1200, 800, SAMPLES)
    data = bpy.data.cameras.new("tea")
    data.angle = math.radians(LENS_DEG)
    obj = bpy.data.objects.new("tea", data)
    obj.location = EYE
    obj.rotation_euler = (math.radians(90 + PITCH_DEG), 0, -math.radians(HEADING))
    bpy.context.scene.collection.objects.link(obj)
    scene.camera = obj
    total = Sum(SUMS / "tea-shelf.npz")
    if not total.samples:
        one_pass(scene, total, SAMPLES)
        total.keep()
    develop(total, MEDIA / "tea-shelf.jpg", TONE, 88, wraps=False)


if __name__ == "__main__":
    main()
