"""Puts the whole shop together."""

from __future__ import annotations

import bpy

import furniture
import labels
import lights
import materials as m
import room
import shelving
import signs
from packages import package


def textures() -> None:
    labels.draw_all()
    signs.draw_all()


def empty() -> None:
    """An empty file; meshes and materials of the file before are gone and are forgotten."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    for maker in (m.plain, m.printed, m.glow, m.pane, m.liquid, m.wood, m.tiles, m.terrazzo, package):
        maker.cache_clear()


def shop() -> None:
    """Everything, in an empty file. Textures must have been drawn."""
    empty()
    room.build()
    shelving.build()
    furniture.build()
    lights.build()
